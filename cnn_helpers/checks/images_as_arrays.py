"""Checks of chapter 4: bytes that do not wrap, grey, a batch, the nearest image."""

import numpy as np

from cnn_helpers.checks.compare import difference, explain, same
from cnn_helpers.checks.parts import Check, case, wrong

GRAY_WEIGHTS = np.array([0.2125, 0.7154, 0.0721])  # red, green, blue


def _bytes(*shape, seed=0):
    """Return random bytes."""
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def _judge_with_type(reference, dtype, advice):
    """Return a judge that wants the reference's numbers and this type."""

    def judge(result, *args, **kwargs):
        expected = reference(*args, **kwargs)
        if not same(expected, result):
            return f"{explain(result, expected)} {difference(result, expected)}".strip()
        if result.dtype != dtype:
            return (
                f"Your numbers are right, but their type is {result.dtype} and not "
                f"{np.dtype(dtype)}: {advice}"
            )
        return None

    return judge


# ------------------------------------------------------------------ brighter


def brighten(image, amount):
    """Return the image made brighter by `amount`, as bytes that do not wrap."""
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)


def _wrap(image, amount):
    return (image.astype(int) + amount).astype(np.uint8)


def _signed_bytes(image, amount):
    return np.clip(image.astype(np.int8) + amount, 0, 255).astype(np.uint8)


def _only_above(image, amount):
    return np.minimum(image.astype(int) + amount, 255).astype(np.uint8)


def _only_below(image, amount):
    return np.maximum(image.astype(int) + amount, 0).astype(np.uint8)


def _to_256(image, amount):
    return np.clip(image.astype(int) + amount, 0, 256).astype(np.uint8)


def _multiplied(image, amount):
    return np.clip(image * (1 + amount / 255), 0, 255).astype(np.uint8)


def _subtracted(image, amount):
    return brighten(image, -amount)


def _not_clipped(image, amount):
    return image.astype(int) + amount


def _in_place(image, amount):
    image[...] = brighten(image, amount)
    return image


BRIGHTEN = Check(
    name="brighten",
    reference=brighten,
    judge=_judge_with_type(
        brighten, np.uint8, "an image is stored as bytes, so end with astype(np.uint8)."
    ),
    cases=(
        case(np.array([[0, 50, 100]], np.uint8), 30),
        case(np.array([[100, 155, 156, 200, 255]], np.uint8), 100),
        case(np.array([[0, 10, 99, 100, 130, 255]], np.uint8), -100),
        case(_bytes(4, 7), 60),
        case(_bytes(5, 3, 3, seed=1), -90),
        case(_bytes(3, 4, seed=2), 0),
        case(_bytes(2, 6, seed=3), 300),
    ),
    mistakes=(
        wrong(
            lambda image, amount: image + amount,
            "your bytes wrap around: after 255 comes 0 (and an amount that is no byte "
            "is an error). Widen them first, with astype(int); clipping afterwards "
            "comes too late",
        ),
        wrong(
            _wrap,
            "your numbers pass 0 or 255 and wrap around as bytes: widen, add, clip, "
            "and only then store bytes, in this order",
        ),
        wrong(
            _signed_bytes,
            "astype(np.int8) is not wider: it holds −128 to 127, and 200 becomes −56. "
            "Take int",
        ),
        wrong(
            _only_above,
            "you stop at 255 but not at 0: a negative amount can pass below 0",
        ),
        wrong(
            _only_below,
            "you stop at 0 but not at 255: what passes 255 wraps around to the dark "
            "end",
        ),
        wrong(
            _to_256,
            "you clip at 256, which is no byte and wraps to 0: the largest is 255",
        ),
        wrong(
            _multiplied,
            "you multiply; asked is to add the same amount to every pixel",
        ),
        wrong(
            _subtracted,
            "you subtract the amount: a positive one makes the image brighter",
        ),
        wrong(
            _not_clipped,
            "some of your numbers lie below 0 or above 255: clip them, then store "
            "bytes",
        ),
        wrong(
            lambda image, amount: brighten(image, amount).astype(int),
            "your numbers are right, but they are not stored as bytes, uint8: end with "
            "astype(np.uint8)",
        ),
        wrong(
            _in_place,
            "your function changes its input `image`: work on a copy, or build a new "
            "array",
        ),
    ),
)


# ------------------------------------------------------------ grey from colours


def gray_from_color(image):
    """Return the grey image (H, W) of a colour image (H, W, 3), both bytes."""
    return np.rint(image @ GRAY_WEIGHTS).astype(np.uint8)


def _weigh(image, weights):
    return np.rint(image @ np.asarray(weights)).astype(np.uint8)


def _sum_of_bytes(image):
    red, green, blue = image[:, :, 0], image[:, :, 1], image[:, :, 2]
    return (red + green + blue) // 3


PRIMARIES = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)

GRAY_FROM_COLOR = Check(
    name="gray_from_color",
    reference=gray_from_color,
    judge=_judge_with_type(
        gray_from_color, np.uint8, "round with np.rint, then astype(np.uint8)."
    ),
    cases=(
        case(PRIMARIES),
        case(np.array([[[0, 0, 0], [255, 255, 255], [90, 90, 90]]], np.uint8)),
        case(np.array([[[10, 20, 30]], [[200, 100, 50]]], np.uint8)),
        case(_bytes(4, 6, 3)),
        case(_bytes(3, 3, 3, seed=1)),
    ),
    mistakes=(
        wrong(
            lambda image: np.rint(image.mean(axis=2)).astype(np.uint8),
            "you took the plain mean: green counts most, blue least",
        ),
        wrong(
            lambda image: _weigh(image, GRAY_WEIGHTS[::-1]),
            "your weights are in the order blue, green, red: channel 0 is red",
        ),
        wrong(
            lambda image: _weigh(image, [0.299, 0.587, 0.114]),
            "these are the weights 0.299, 0.587, 0.114 of an older standard; here they "
            "are 0.2125, 0.7154, 0.0721",
        ),
        wrong(
            lambda image: (image @ GRAY_WEIGHTS).astype(np.uint8),
            "you cut off the fraction: astype rounds down, so round with np.rint first",
        ),
        wrong(
            lambda image: np.rint(image @ GRAY_WEIGHTS),
            "your numbers are right, but they are not stored as bytes, uint8: round "
            "with np.rint, then astype(np.uint8)",
        ),
        wrong(
            lambda image: image @ GRAY_WEIGHTS,
            "your numbers have fractions: round them with np.rint, then store bytes "
            "with astype(np.uint8)",
        ),
        wrong(
            lambda image: np.ceil(image @ GRAY_WEIGHTS).astype(np.uint8),
            "you round up: np.rint goes to the nearest whole number",
        ),
        wrong(
            _sum_of_bytes,
            "the sum of three bytes wraps around, before you divide it; and the "
            "channels have weights",
        ),
        wrong(
            lambda image: image[:, :, 1].copy(),
            "you returned the green channel alone",
        ),
        wrong(
            lambda image: np.rint(image * GRAY_WEIGHTS).astype(np.uint8),
            "you weighed the channels but did not add them: one number a pixel is to "
            "be left, the shape is (H, W)",
        ),
        wrong(
            lambda image: gray_from_color(image)[:, :, np.newaxis],
            "your image keeps a channel axis: asked is (H, W), not (H, W, 1)",
        ),
        wrong(
            lambda image: np.rint((image / 255) @ GRAY_WEIGHTS).astype(np.uint8),
            "you divided by 255 and then rounded, which leaves only 0 and 1: bytes go "
            "from 0 to 255",
        ),
        wrong(
            lambda image: np.rint(image.astype(np.uint8) @ GRAY_WEIGHTS * 3).astype(
                np.uint8
            ),
            "your grey is three times too bright and wraps around: the weights add up "
            "to 1 already",
        ),
    ),
)


# --------------------------------------------------------------------- a batch


def to_batch(images):
    """Return grey images of bytes as a batch (N, H, W, 1) of float32, 0 to 1."""
    return images.astype(np.float32)[:, :, :, np.newaxis] / 255


def _in_batch(change):
    """Return an answer with the right shape and other numbers."""
    return lambda images: change(images.astype(np.float32))[:, :, :, np.newaxis]


def _standardised(images):
    return (images - images.mean()) / (images.std() + 1e-7)


TO_BATCH = Check(
    name="to_batch",
    reference=to_batch,
    judge=_judge_with_type(
        to_batch, np.float32, "turn the bytes into np.float32 before you divide."
    ),
    cases=(
        case(np.array([[[0, 255], [51, 102]]], np.uint8)),
        case(_bytes(3, 4, 5)),
        case(_bytes(5, 2, 6, seed=1) // 2),
        case(_bytes(2, 7, 3, seed=2) // 3 + 40),
        case(_bytes(4, 1, 1, seed=3)),
    ),
    mistakes=(
        wrong(
            lambda images: (images / 255)[:, :, :, np.newaxis],
            "your numbers are right, but their type is float64 and not float32: turn "
            "the bytes into np.float32 before you divide",
        ),
        wrong(
            _in_batch(lambda images: images / 127.5 - 1),
            "your numbers go from −1 to 1: here 0 stays 0 and 255 becomes 1",
        ),
        wrong(
            lambda images: (images / 255).astype(np.float16)[:, :, :, np.newaxis],
            "float16 keeps three digits of your numbers: take np.float32",
        ),
        wrong(
            lambda images: images.astype(np.float32) / 255,
            "the channel axis is missing: (N, H, W) should become (N, H, W, 1), with "
            "[:, :, :, np.newaxis]",
        ),
        wrong(
            lambda images: (images.astype(np.float32) / 255)[:, np.newaxis],
            "your channel axis is the second one, (N, 1, H, W): that is channels "
            "first; it should be the last",
        ),
        wrong(
            lambda images: (images.astype(np.float32) / 255)[np.newaxis],
            "your new axis is the first one: the images are counted there already. The "
            "channel axis is the last",
        ),
        wrong(
            lambda images: images.astype(np.float32).reshape(len(images), -1) / 255,
            "you unrolled each image into one row: rows and columns stay, (N, H, W, 1)",
        ),
        wrong(
            _in_batch(lambda images: images),
            "you did not divide: 255 should become 1",
        ),
        wrong(
            _in_batch(lambda images: images / 256),
            "you divided by 256: the largest byte is 255, and it should become 1",
        ),
        wrong(
            _in_batch(lambda images: images / images.max()),
            "you divided by the largest number of these images, so the same grey means "
            "something else in the next batch: divide by 255, always",
        ),
        wrong(
            _in_batch(lambda images: images // 255),
            "`//` leaves whole numbers, so all but 255 becomes 0: divide with `/`",
        ),
        wrong(
            _in_batch(lambda images: 1 - images / 255),
            "you turned bright and dark round: 0 stays 0 and 255 becomes 1",
        ),
        wrong(
            _in_batch(_standardised),
            "you subtracted the mean and divided by the spread; here dividing by 255 "
            "is all",
        ),
        wrong(
            lambda images: np.stack([to_batch(images)[..., 0]] * 3, axis=-1),
            "you made three channels of one: a grey image has a channel axis of "
            "length 1",
        ),
    ),
)


# ---------------------------------------------------------- the nearest neighbour


def nearest_label(known, labels, image):
    """Return the label of the known image that is nearest to the new one."""
    return labels[_distances(known, image).argmin()]


def _distances(known, image):
    differences = known.astype(int) - image.astype(int)
    return (differences**2).sum(axis=(1, 2))


def _answer_by(distances):
    """Return an answer that takes the label where this is smallest."""
    return lambda known, labels, image: labels[distances(known, image).argmin()]


def _wrapped_difference(known, image):
    return ((known - image).astype(int) ** 2).sum(axis=(1, 2))


def _wrapped_square(known, image):
    return ((known - image) ** 2).sum(axis=(1, 2))


def _cancelling(known, image):
    return (known.astype(int) - image.astype(int)).sum(axis=(1, 2))


def _sums_only(known, image):
    return np.abs(_cancelling(known, image))


def _absolute(known, image):
    return np.abs(known.astype(int) - image.astype(int)).sum(axis=(1, 2))


def _largest(known, image):
    return np.abs(known.astype(int) - image.astype(int)).max(axis=(1, 2))


def _first_row(known, image):
    differences = known.astype(int) - image.astype(int)
    return (differences**2)[:, 0].sum(axis=1)


def _signed_bytes_squared(known, image):
    differences = known.astype(np.int8) - image.astype(np.int8)
    return (differences**2).sum(axis=(1, 2))


def _sum_of_one_axis(known, image):
    return ((known.astype(int) - image.astype(int)) ** 2).sum(axis=1)


def _not_summed(known, image):
    return (known.astype(int) - image.astype(int)) ** 2


def _farthest(known, labels, image):
    return labels[_distances(known, image).argmax()]


def _index(known, labels, image):
    return _distances(known, image).argmin()


def _distance(known, labels, image):
    return _distances(known, image).min()


def _most_common(known, labels, image):
    return np.bincount(labels).argmax()


def _known(*rows):
    """Return images of 1 x 4 pixels."""
    return np.array(rows, np.uint8)[:, np.newaxis]


def _near(seed):
    """Return a case: noise around one of several random images."""
    rng = np.random.default_rng(seed)
    known = rng.integers(40, 216, (6, 4, 5))
    labels = rng.permutation(np.array([7, 3, 3, 9, 0, 5], np.uint8))
    image = np.clip(known[seed % 6] + rng.integers(-38, 39, (4, 5)), 0, 255)
    return case(known.astype(np.uint8), labels, image.astype(np.uint8))


LABELS = np.array([4, 8, 8, 6], np.uint8)

NEAREST_LABEL = Check(
    name="nearest_label",
    reference=nearest_label,
    cases=(
        case(
            _known([0, 0, 0, 0], [9, 9, 9, 9], [50, 60, 70, 80], [200, 200, 0, 0]),
            LABELS,
            np.array([[201, 198, 2, 1]], np.uint8),
        ),
        case(  # 3 below the first, 20 above the second: bytes say 253 and 20
            _known([103, 103, 103, 103], [80, 80, 80, 80], [0, 0, 0, 9], [9, 0, 0, 0]),
            LABELS,
            np.array([[100, 100, 100, 100]], np.uint8),
        ),
        case(  # 16 a pixel, whose square is 256; one pixel by 20
            _known(
                [116, 116, 116, 116], [100, 100, 100, 120], [0] * 4, [255, 255, 0, 0]
            ),
            LABELS,
            np.array([[100, 100, 100, 100]], np.uint8),
        ),
        case(  # differences that cancel
            _known([0, 200, 0, 200], [110, 110, 100, 100], [0] * 4, [255] * 4),
            LABELS,
            np.array([[100, 100, 100, 100]], np.uint8),
        ),
        case(  # one large difference against many small ones
            _known([100, 100, 100, 140], [112, 112, 112, 112], [0] * 4, [255] * 4),
            LABELS,
            np.array([[100, 100, 100, 100]], np.uint8),
        ),
        case(  # one middling difference is nearer than many smaller ones
            _known([100, 100, 100, 120], [113, 113, 113, 113], [0] * 4, [255] * 4),
            LABELS,
            np.array([[100, 100, 100, 100]], np.uint8),
        ),
        case(  # the first rows agree, the second do not
            np.array([[[5, 5], [90, 90]], [[9, 9], [5, 5]]], np.uint8),
            np.array([2, 1], np.uint8),
            np.array([[5, 5], [5, 5]], np.uint8),
        ),
        *(_near(seed) for seed in range(4)),
    ),
    mistakes=(
        wrong(
            _answer_by(_wrapped_difference),
            "your differences wrap around: in bytes 3 − 5 is 254. Widen both images "
            "with astype(int) before you subtract",
        ),
        wrong(
            _answer_by(_wrapped_square),
            "you compute in bytes: the squares wrap around, 16 times 16 becomes 0. "
            "Widen both images with astype(int) before you subtract",
        ),
        wrong(
            _answer_by(_signed_bytes_squared),
            "astype(np.int8) is not wider: it holds −128 to 127, and the squares wrap "
            "around. Take int",
        ),
        wrong(
            _answer_by(_sum_of_one_axis),
            "you summed over one axis alone, so a number for each column is left: sum "
            "over rows and columns, axis=(1, 2)",
        ),
        wrong(
            _answer_by(_not_summed),
            "you looked for the smallest single difference: first add up the squares "
            "of each image, axis=(1, 2)",
        ),
        wrong(
            _answer_by(_cancelling),
            "your differences are not squared: negative ones count as nearer than none",
        ),
        wrong(
            _answer_by(_sums_only),
            "you compare the sums of the images: differences above and below cancel. "
            "Square each one before you add",
        ),
        wrong(
            _answer_by(_absolute),
            "you add up absolute differences: another measure, also called L1. Asked "
            "are squares",
        ),
        wrong(
            _answer_by(_largest),
            "you compare the largest difference of each image: add up the squares of "
            "all of them",
        ),
        wrong(
            _answer_by(_first_row),
            "you compare the first row alone: sum over rows and columns, axis=(1, 2)",
        ),
        wrong(
            _farthest,
            "you took the farthest image: the nearest has the smallest sum, so argmin",
        ),
        wrong(
            _index,
            "you returned the place of the nearest image in `known`: give its label, "
            "labels[place]",
        ),
        wrong(
            _distance,
            "you returned the distance itself: asked is the label of the image that "
            "has it",
        ),
        wrong(
            _most_common,
            "you returned the most common label: the image plays no part in it",
        ),
        wrong(
            lambda known, labels, image: labels[0],
            "you returned the first label: find the place of the smallest sum",
        ),
    ),
)


CHECKS = (BRIGHTEN, GRAY_FROM_COLOR, TO_BATCH, NEAREST_LABEL)
