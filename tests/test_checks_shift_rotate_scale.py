"""Answers to chapter 21's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest

from cnn_helpers.checks import check
from cnn_helpers.transforms import shifted

# ------------------------------------------------------------ right answers


def shift_by_loops(image, rows, cols):
    moved = np.zeros_like(image)
    height, width = image.shape
    for row in range(height):
        for col in range(width):
            if 0 <= row + rows < height and 0 <= col + cols < width:
                moved[row + rows, col + cols] = image[row, col]
    return moved


def shift_in_a_frame(image, rows, cols):
    down, right = abs(rows), abs(cols)
    framed = np.pad(image, ((down, down), (right, right)))
    top, left = down - rows, right - cols
    return framed[top : top + image.shape[0], left : left + image.shape[1]]


def error_by_slices(function, image, rows, cols, border):
    first = function(shifted(image[np.newaxis], rows, cols)[0])
    last = shifted(function(image)[np.newaxis], rows, cols)[0]
    height, width = first.shape
    first = first[border : height - border, border : width - border]
    last = last[border : height - border, border : width - border]
    top = np.sqrt(((first - last) ** 2).sum())
    return 0 if top == 0 else top / np.sqrt((first**2).sum())


def shifts_by_loop(images, largest, seed):
    rng = np.random.default_rng(seed)
    moved = np.zeros_like(images)
    for place, image in enumerate(images):
        rows = rng.integers(-largest, largest + 1)
        cols = rng.integers(-largest, largest, endpoint=True)
        moved[place] = shift_by_loops(image, rows, cols)
    return moved


def pad_by_remainder(image, border):
    height, width = image.shape
    rows = np.arange(-border, height + border) % height
    cols = np.arange(-border, width + border) % width
    return image[np.ix_(rows, cols)]


def pad_by_tiles(image, border):
    height, width = image.shape
    return np.tile(image, (3, 3))[
        height - border : 2 * height + border, width - border : 2 * width + border
    ]


def where_by_loops(maps):
    images, _, _, channels = maps.shape
    largest = maps.max(axis=(1, 2))
    places = np.zeros((images, channels, 2), int)
    for image in range(images):
        for channel in range(channels):
            hits = np.argwhere(maps[image, :, :, channel] == largest[image, channel])
            places[image, channel] = hits[0]
    return largest, places


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("shift_image", shift_by_loops),
        ("shift_image", shift_in_a_frame),
        ("shift_error", error_by_slices),
        ("random_shifts", shifts_by_loop),
        ("circular_pad", pad_by_remainder),
        ("circular_pad", pad_by_tiles),
        ("whether_and_where", where_by_loops),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def rolled(image, rows, cols):
    return np.roll(np.roll(image, rows, 0), cols, 1)


def other_way(image, rows, cols):
    return shift_by_loops(image, -rows, -cols)


def rows_for_cols(image, rows, cols):
    return shift_by_loops(image, cols, rows)


def only_positive(image, rows, cols):
    moved = np.zeros_like(image)
    moved[rows:, cols:] = image[: image.shape[0] - rows, : image.shape[1] - cols]
    return moved


def stays(function, image, rows, cols, border):
    first, last = function(shift_by_loops(image, rows, cols)), function(image)
    height, width = first.shape
    inside = np.s_[border : height - border, border : width - border]
    top = np.linalg.norm((first - last)[inside])
    return 0.0 if top == 0 else top / np.linalg.norm(first[inside])


def whole_map(function, image, rows, cols, border):
    return error_by_slices(function, image, rows, cols, 0)


def not_divided(function, image, rows, cols, border):
    first = function(shift_by_loops(image, rows, cols))
    last = shift_by_loops(function(image), rows, cols)
    height, width = first.shape
    inside = np.s_[border : height - border, border : width - border]
    return np.linalg.norm((first - last)[inside])


def not_of_the_moved(function, image, rows, cols, border):
    first = function(shift_by_loops(image, rows, cols))
    error = first - shift_by_loops(function(image), rows, cols)
    height, width = first.shape
    inside = np.s_[border : height - border, border : width - border]
    top, bottom = np.linalg.norm(error[inside]), np.linalg.norm(function(image)[inside])
    return 0 if top == 0 else top / bottom


def nothing_over_nothing(function, image, rows, cols, border):
    first = function(shift_by_loops(image, rows, cols))
    error = first - shift_by_loops(function(image), rows, cols)
    height, width = first.shape
    inside = np.s_[border : height - border, border : width - border]
    return np.linalg.norm(error[inside]) / np.linalg.norm(first[inside])


def cols_first(function, image, rows, cols, border):
    return error_by_slices(function, image, cols, rows, border)


def one_for_all(images, largest, seed):
    rng = np.random.default_rng(seed)
    return shifted(images, *rng.integers(-largest, largest + 1, 2))


def upper_end_lost(images, largest, seed):
    rng = np.random.default_rng(seed)
    if largest == 0:
        return images.copy()
    return np.array(
        [shift_by_loops(im, *rng.integers(-largest, largest, 2)) for im in images]
    )


def mostly_small(images, largest, seed):
    rng = np.random.default_rng(seed)
    if largest == 0:
        return images.copy()
    steps = np.round(rng.normal(0, largest / 3, (len(images), 2)))
    steps = steps.clip(-largest, largest).astype(int)
    steps[0], steps[1] = largest, -largest
    return np.array(
        [shift_by_loops(im, *step) for im, step in zip(images, steps, strict=True)]
    )


def lower_end_lost(images, largest, seed):
    rng = np.random.default_rng(seed)
    moved = [
        shift_by_loops(im, *rng.integers(min(1 - largest, 0), largest + 1, 2))
        for im in images
    ]
    return np.array(moved)


def rounded(images, largest, seed):
    rng = np.random.default_rng(seed)
    steps = rng.uniform(-largest, largest, (len(images), 2)).round().astype(int)
    return np.array(
        [shift_by_loops(im, *step) for im, step in zip(images, steps, strict=True)]
    )


def size_and_sign(images, largest, seed):
    rng = np.random.default_rng(seed)
    moved = np.zeros_like(images)
    for place, image in enumerate(images):
        rows, cols = rng.integers(0, largest + 1, 2) * rng.choice([-1, 1], 2)
        moved[place] = shift_by_loops(image, rows, cols)
    return moved


def always_moved(images, largest, seed):
    rng = np.random.default_rng(seed)
    moved = images.copy()
    for place, image in enumerate(images):
        step = rng.integers(-largest, largest + 1, 2)
        while largest and not step.any():
            step = rng.integers(-largest, largest + 1, 2)
        moved[place] = shift_by_loops(image, *step)
    return moved


def another_generator(images, largest, seed):
    return shifts_by_loop(images, largest, None)


def shuffled(images, largest, seed):
    return shifts_by_loop(images, largest, seed)[::-1].copy()


def as_floats(images, largest, seed):
    return shifts_by_loop(images, largest, seed).astype(float)


def zeros_around(image, border):
    return np.pad(image, border)


def mirror(image, border):
    return np.pad(image, border, mode="symmetric")


def rows_only(image, border):
    return np.vstack([image[len(image) - border :], image, image[:border]])


def reversed_order(image, border):
    last, first = image[::-1][:border], image[:border][::-1]
    tall = np.vstack([last, image, first])
    return np.hstack([tall[:, ::-1][:, :border], tall, tall[:, :border][:, ::-1]])


def minus_nothing(image, border):
    tall = np.vstack([image[-border:], image, image[:border]])
    return np.hstack([tall[:, -border:], tall, tall[:, :border]])


def rows_and_cols_apart(maps):
    rows = maps.max(axis=2).argmax(axis=1)
    return maps.max(axis=(1, 2)), np.stack([rows, maps.max(axis=1).argmax(1)], axis=-1)


def reshaped(maps):
    flat = maps.reshape(len(maps), maps.shape[-1], -1)
    places = np.divmod(flat.argmax(axis=-1), maps.shape[2])
    return flat.max(axis=-1), np.stack(places, axis=-1)


def flat_place(maps):
    flat = maps.reshape(len(maps), -1, maps.shape[-1])
    return flat.max(axis=1), flat.argmax(axis=1)


def col_first(maps):
    largest, places = where_by_loops(maps)
    return largest, places[..., ::-1]


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("shift_image", rolled, "you rolled the image"),
        ("shift_image", other_way, "the other way"),
        ("shift_image", rows_for_cols, "have changed places"),
        ("shift_image", only_positive, "slices of their own"),
        ("shift_error", stays, "invariance"),
        ("shift_error", whole_map, "border is not cut off"),
        ("shift_error", not_divided, "divide it by the length"),
        ("shift_error", not_of_the_moved, "not of function(image)"),
        ("shift_error", nothing_over_nothing, "0 over 0"),
        ("shift_error", cols_first, "have changed places"),
        ("random_shifts", one_for_all, "a step for each image"),
        ("random_shifts", upper_end_lost, "leaves its upper end out"),
        ("random_shifts", mostly_small, "even chances"),
        ("random_shifts", lower_end_lost, "begin at -largest itself"),
        ("random_shifts", rounded, "both ends come too seldom"),
        ("random_shifts", size_and_sign, "a step of 0 comes too often"),
        ("random_shifts", always_moved, "no image stays in its place"),
        ("random_shifts", another_generator, "when it is used again"),
        ("random_shifts", shuffled, "stay in their order"),
        ("random_shifts", as_floats, "your result is float64"),
        ("circular_pad", zeros_around, "your border is 0"),
        ("circular_pad", mirror, "a mirror"),
        ("circular_pad", rows_only, "above and below only"),
        ("circular_pad", reversed_order, "in reverse order"),
        ("circular_pad", minus_nothing, "-0 is 0"),
        ("whether_and_where", rows_and_cols_apart, "belong together"),
        ("whether_and_where", reshaped, "a reshape does not"),
        ("whether_and_where", flat_place, "row and column"),
        ("whether_and_where", col_first, "the row comes first"),
    ],
)
def test_mistake_is_named(name, answer, says, capsys):
    assert check(name, answer) is False
    assert says.lower() in " ".join(capsys.readouterr().out.split()).lower()
