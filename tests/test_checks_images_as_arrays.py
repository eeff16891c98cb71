"""Answers to chapter 4's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest

from cnn_helpers.checks import check

# ------------------------------------------------------------ right answers


def brighten_by_where(image, amount):
    wide = image.astype(np.int32) + amount
    wide = np.where(wide > 255, 255, wide)
    return np.where(wide < 0, 0, wide).astype(np.uint8)


def brighten_by_loops(image, amount):
    bright = np.empty_like(image)
    for place in np.ndindex(image.shape):
        bright[place] = max(0, min(255, int(image[place]) + amount))
    return bright


def brighten_by_floats(image, amount):
    return np.uint8(np.clip(image * 1.0 + amount, 0, 255))


def gray_channel_by_channel(image):
    red, green, blue = (image[:, :, channel] for channel in range(3))
    return np.rint(0.2125 * red + 0.7154 * green + 0.0721 * blue).astype(np.uint8)


def gray_by_sum(image):
    weighted = image * np.array([0.2125, 0.7154, 0.0721])
    return weighted.sum(axis=-1).round().astype(np.uint8)


def batch_by_expand(images):
    return np.expand_dims(images, -1) / np.float32(255)


def batch_by_reshape(images):
    return (images.reshape(*images.shape, 1) / 255.0).astype("float32")


def nearest_by_loop(known, labels, image):
    best, answer = np.inf, None
    for candidate, label in zip(known, labels, strict=True):
        distance = np.sum((candidate.astype(float) - image.astype(float)) ** 2)
        if distance < best:
            best, answer = distance, label
    return answer


def nearest_by_norm(known, labels, image):
    rows = known.reshape(len(known), -1) / 255
    return int(labels[np.linalg.norm(rows - image.ravel() / 255, axis=1).argmin()])


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("brighten", brighten_by_where),
        ("brighten", brighten_by_loops),
        ("brighten", brighten_by_floats),
        ("gray_from_color", gray_channel_by_channel),
        ("gray_from_color", gray_by_sum),
        ("to_batch", batch_by_expand),
        ("to_batch", batch_by_reshape),
        ("nearest_label", nearest_by_loop),
        ("nearest_label", nearest_by_norm),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert capsys.readouterr().out.startswith(f"{name}: right")


# ------------------------------------------------------------ wrong answers


def clipped_after_wrapping(image, amount):
    return np.clip(image + np.array(amount).astype(np.uint8), 0, 255)


def brighten_wide(image, amount):
    return np.clip(image.astype(int) + amount, 0, 255)


def brighten_only_bright_end(image, amount):
    wide = image.astype(int) + amount
    wide[wide > 255] = 255
    return wide.astype(np.uint8)


def brighten_only_dark_end(image, amount):
    wide = image.astype(int) + amount
    wide[wide < 0] = 0
    return wide.astype(np.uint8)


def brighten_in_place(image, amount):
    for place in np.ndindex(image.shape):
        image[place] = max(0, min(255, int(image[place]) + amount))
    return image


def brighten_scaled(image, amount):
    return np.clip(image * (1 + amount / 255), 0, 255).astype(np.uint8)


def gray_mean(image):
    return np.rint(image[..., 0] / 3 + image[..., 1] / 3 + image[..., 2] / 3).astype(
        np.uint8
    )


def gray_cut_off(image):
    return np.uint8(image @ np.array([0.2125, 0.7154, 0.0721]))


def gray_blue_first(image):
    blue, green, red = np.moveaxis(image, -1, 0)
    return np.rint(0.2125 * red + 0.7154 * green + 0.0721 * blue).astype(np.uint8)


def gray_float(image):
    return np.round(image @ np.array([0.2125, 0.7154, 0.0721]))


def gray_kept_axis(image):
    weighted = image * np.array([0.2125, 0.7154, 0.0721])
    return np.rint(weighted.sum(axis=-1, keepdims=True)).astype(np.uint8)


def gray_with_fractions(image):
    return 0.2125 * image[..., 0] + 0.7154 * image[..., 1] + 0.0721 * image[..., 2]


def gray_rounded_up(image):
    return np.uint8(np.ceil(np.dot(image, [0.2125, 0.7154, 0.0721])))


def batch_from_minus_one(images):
    return (images.astype(np.float32) / 127.5 - 1)[..., None]


def batch_half_floats(images):
    return np.expand_dims(images / 255, -1).astype("float16")


def nearest_summed_once(known, labels, image):
    return labels[np.square(known.astype(int) - image).sum(axis=1).argmin()]


def nearest_not_summed(known, labels, image):
    return labels[np.argmin(np.square(known.astype(int) - image))]


def nearest_in_signed_bytes(known, labels, image):
    known, image = known.astype("int8"), image.astype("int8")
    return labels[np.square(known - image).sum(axis=(1, 2)).argmin()]


def batch_double(images):
    return images[..., None] / 255


def batch_no_channel(images):
    return (images / 255).astype(np.float32)


def batch_channels_first(images):
    return np.stack([images], axis=1).astype(np.float32) / 255


def batch_own_maximum(images):
    return (images / images.max()).astype(np.float32)[..., None]


def batch_whole_numbers(images):
    return (images // 255).astype(np.float32)[..., None]


def nearest_in_bytes(known, labels, image):
    distances = [((one - image) ** 2).sum() for one in known]
    return labels[int(np.argmin(distances))]


def nearest_squares_widened(known, labels, image):
    distances = [((one - image).astype(float) ** 2).sum() for one in known]
    return labels[int(np.argmin(distances))]


def nearest_unsquared(known, labels, image):
    distances = [(one.astype(int) - image).sum() for one in known]
    return labels[int(np.argmin(distances))]


def nearest_place(known, labels, image):
    return np.argmin(((known.astype(int) - image) ** 2).sum(axis=(1, 2)))


def nearest_l1(known, labels, image):
    return labels[np.abs(known.astype(int) - image).sum(axis=(1, 2)).argmin()]


def nearest_argmax(known, labels, image):
    return labels[((known.astype(int) - image) ** 2).sum(axis=(1, 2)).argmax()]


@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [
        ("brighten", clipped_after_wrapping, "wrap around as bytes"),
        ("brighten", brighten_wide, "not stored as bytes, uint8"),
        ("brighten", brighten_only_bright_end, "not at 0"),
        ("brighten", brighten_only_dark_end, "not at 255"),
        ("brighten", brighten_in_place, "changes its input `image`"),
        ("brighten", brighten_scaled, "You multiply"),
        ("gray_from_color", gray_mean, "You took the plain mean"),
        ("gray_from_color", gray_cut_off, "You cut off the fraction"),
        ("gray_from_color", gray_blue_first, "blue, green, red"),
        ("gray_from_color", gray_float, "not stored as bytes, uint8"),
        ("gray_from_color", gray_kept_axis, "keeps a channel axis"),
        ("to_batch", batch_double, "float64 and not float32"),
        ("to_batch", batch_no_channel, "The channel axis is missing"),
        ("to_batch", batch_channels_first, "channels first"),
        ("to_batch", batch_own_maximum, "largest number of these images"),
        ("to_batch", batch_whole_numbers, "leaves whole numbers"),
        ("nearest_label", nearest_in_bytes, "the squares wrap around"),
        ("nearest_label", nearest_squares_widened, "Your differences wrap around"),
        ("nearest_label", nearest_unsquared, "not squared"),
        ("nearest_label", nearest_place, "the place of the nearest image"),
        ("nearest_label", nearest_l1, "L1"),
        ("nearest_label", nearest_argmax, "farthest"),
        ("nearest_label", nearest_summed_once, "over one axis alone"),
        ("nearest_label", nearest_not_summed, "smallest single difference"),
        ("nearest_label", nearest_in_signed_bytes, "int8) is not wider"),
        ("gray_from_color", gray_with_fractions, "have fractions"),
        ("gray_from_color", gray_rounded_up, "round up"),
        ("to_batch", batch_from_minus_one, "from −1 to 1"),
        ("to_batch", batch_half_floats, "keeps three digits"),
    ],
)
def test_wrong_answer_is_told_its_mistake(name, answer, sentence, capsys):
    assert check(name, answer) is False
    assert sentence in " ".join(capsys.readouterr().out.split())
