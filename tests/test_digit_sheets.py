"""Sheets of digits: cut into cells, freed of paper and light, made like MNIST's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import center_of_mass

from cnn_helpers.datasets import load_digits
from cnn_helpers.digit_sheets import (
    as_mnist,
    center_digit,
    extract_ink,
    photographed_sheet,
    read_sheet,
)
from cnn_helpers.experiment_results import results_file
from cnn_helpers.models import load_model

RNG = np.random.default_rng(0)


def pen_stroke(height, width, shape, thickness=3):
    """Return an image with an L of ink 1: it has no symmetry."""
    image = np.zeros(shape)
    image[4 : 4 + height, 6 : 6 + thickness] = 1
    image[4 + height - thickness : 4 + height, 6 : 6 + width] = 1
    return image


def photograph(ink, dark, slope, *, inverted=False):
    """Return a cell whose paper is lit unevenly; the darkest light is `dark`."""
    rows, columns = np.indices(ink.shape) / max(ink.shape)
    light = dark + slope * (rows + 2 * columns) / 3
    cell = 255 * light * (1 - 0.7 * ink)
    return 255 - cell if inverted else cell


def likeness(digit, clean):
    """Return the correlation of two images, the best within a pixel's shift."""
    moved = [
        np.roll(digit, (row, column), axis=(0, 1))
        for row in (-1, 0, 1)
        for column in (-1, 0, 1)
    ]
    return max(np.corrcoef(one.ravel(), clean.ravel())[0, 1] for one in moved)


# center_digit -----------------------------------------------------------------------


def test_mnist_s_own_digits_stay_as_they_are():
    digits = load_digits()
    if digits.name != "MNIST":
        pytest.skip("needs MNIST")
    images = digits.x_test[:300]
    again = np.array([center_digit(image) for image in images])
    same = (again == images).all(axis=(1, 2))
    # one whose strongest ink is 254 comes back with 255
    assert same[images.max(axis=(1, 2)) == 255].all()
    assert np.abs(again.astype(int) - images).max() <= 1


@settings(max_examples=50, deadline=None)
@given(
    st.integers(8, 90),
    st.integers(8, 90),
    st.sampled_from([np.uint8, np.float32, np.float64, np.int64]),
)
def test_the_longer_side_is_20_and_the_proportions_stay(height, width, dtype):
    image = (200 * pen_stroke(height, width, (100, 120))).astype(dtype)
    digit = center_digit(image)
    assert digit.shape == (28, 28)
    assert digit.dtype == np.uint8
    assert digit.max() == 255
    rows, columns = np.nonzero(digit)
    sides = np.ptp(rows) + 1, np.ptp(columns) + 1
    expected = [20 * side / max(height, width) for side in (height, width)]
    np.testing.assert_allclose(sides, expected, atol=1)
    assert max(sides) == 20


@settings(max_examples=50, deadline=None)
@given(st.integers(10, 60), st.integers(10, 60), st.integers(1, 8))
def test_the_centre_of_mass_is_in_the_middle(height, width, thickness):
    digit = center_digit(pen_stroke(height, width, (70, 80), thickness))
    rows, columns = np.nonzero(digit)
    for mean, places in zip(center_of_mass(digit), (rows, columns), strict=True):
        at_border = places.min() == 0 or places.max() == 27
        assert abs(mean - 14) < 0.6 or at_border


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 9), st.integers(0, 9), st.floats(0.01, 50))
def test_place_and_brightness_of_the_input_do_not_matter(row, column, strength):
    small = pen_stroke(21, 13, (30, 25)) * np.linspace(0.4, 1, 25)
    image = np.zeros((40, 36))
    image[row : row + 30, column : column + 25] = strength * small
    np.testing.assert_array_equal(center_digit(image), center_digit(small))


def test_what_would_leave_the_image_stays_in_it():
    image = np.zeros((60, 60))
    image[:3] = 1  # nearly all the ink above
    image[:, 0] = 0.01
    digit = center_digit(image)
    rows, _ = np.nonzero(digit > 128)
    assert rows.max() <= 10
    assert digit[8:, :].max() <= 255
    assert center_digit(image[::-1])[:8].max() < 128


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.zeros((5, 7)), ValueError, r"image of shape \(5, 7\) holds no ink"),
        (np.ones(5), ValueError, r"image must have the axes \(H, W\).*\(5,\)"),
        (np.ones((5, 5, 3)), ValueError, r"image must have the axes \(H, W\)"),
        (np.ones((0, 3)), ValueError, r"image of shape \(0, 3\) has no pixels"),
        ([[1, np.nan]], ValueError, r"image of shape \(1, 2\) holds NaN"),
        ([[1, -2]], ValueError, "image must not be negative; its smallest is -2"),
        ([["a"]], TypeError, "image must hold real numbers"),
    ],
)
def test_what_is_no_digit_is_named(image, error, message):
    with pytest.raises(error, match=message):
        center_digit(image)


# extract_ink ------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.floats(0.3, 0.7), st.floats(0, 0.3), st.booleans())
def test_light_and_ground_do_not_matter(dark, slope, inverted):
    stroke = pen_stroke(30, 20, (48, 40))
    ink = extract_ink(photograph(stroke, dark, slope))
    np.testing.assert_array_equal(ink > 0, stroke > 0)
    assert ink[stroke > 0].min() > 0.9
    assert ink.max() == 1
    if inverted:  # light on dark, evenly lit
        other = extract_ink(photograph(stroke, dark, 0, inverted=True))
        np.testing.assert_array_equal(other > 0, stroke > 0)


def test_greys_stay():
    stroke = pen_stroke(30, 20, (48, 40)) * np.linspace(0.6, 1, 40)
    ink = extract_ink(photograph(stroke, 0.8, 0.1))
    inside = stroke > 0
    np.testing.assert_allclose(ink[inside], stroke[inside] / stroke.max(), atol=0.05)


@pytest.mark.parametrize("noise", [0, 4])
def test_paper_without_ink_gives_none(noise):
    paper = photograph(np.zeros((40, 50)), 0.6, 0.3) + RNG.normal(0, noise, (40, 50))
    assert not extract_ink(paper).any()
    assert not extract_ink(np.full((20, 20), 7)).any()
    assert not extract_ink(np.zeros((20, 20))).any()


def test_specks_and_what_reaches_in_from_a_neighbour_are_left_out():
    stroke = pen_stroke(30, 20, (48, 40))
    dirty = stroke.copy()
    dirty[2, 36] = 1  # a speck
    dirty[20:24, 37:] = 1  # a piece of the neighbour's digit
    ink = extract_ink(photograph(dirty, 0.8, 0))
    np.testing.assert_array_equal(ink > 0, stroke > 0)
    apart = stroke.copy()
    apart[4:7, 16:26] = 1  # the bar of a 5, which does not touch the rest
    assert (extract_ink(photograph(apart, 0.8, 0)) > 0)[4:7, 16:26].all()
    dirty[:] = stroke
    dirty[4:34, 0:9] = stroke[4:34, 6:15]  # a digit that itself touches the border
    assert (extract_ink(photograph(dirty, 0.8, 0)) > 0)[10, 0]


def test_a_cell_of_another_kind_is_named():
    with pytest.raises(ValueError, match=r"cell must have the axes \(H, W\)"):
        extract_ink(np.ones((3, 4, 3)))
    with pytest.raises(ValueError, match=r"cell of shape \(2, 2\) holds NaN"):
        extract_ink([[1, 2], [3, np.inf]])
    with pytest.raises(TypeError, match="cell must hold real numbers"):
        extract_ink([["x"]])


# as_mnist ---------------------------------------------------------------------------


def test_cells_become_digits_and_nothing_is_changed():
    strokes = [pen_stroke(30, 10 + 5 * k, (48, 40)) for k in range(4)]
    cells = np.array([photograph(stroke, 0.7, 0.2) for stroke in strokes])
    cells = cells.round().astype(np.uint8)
    before = cells.copy()
    digits = as_mnist(cells)
    assert digits.shape == (4, 28, 28)
    assert digits.dtype == np.uint8
    for digit, cell in zip(digits, cells, strict=True):
        np.testing.assert_array_equal(digit, center_digit(extract_ink(cell)))
    np.testing.assert_array_equal(cells, before)
    assert as_mnist(np.zeros((0, 30, 30))).shape == (0, 28, 28)


def test_empty_cells_are_counted():
    cells = np.full((12, 30, 30), 230)
    cells[:, 8:20, 10:13] = 30
    cells[[3, 11]] = 230
    with pytest.raises(ValueError, match=r"no ink in cells \[3, 11\] of 12"):
        as_mnist(cells)
    with pytest.raises(ValueError, match=r"cells must have the axes \(N, H, W\)"):
        as_mnist(cells[0])


# read_sheet -------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "columns"), [(3, 10), (1, 4), (5, 2)])
def test_the_cells_are_those_of_the_picture(tmp_path, rows, columns):
    cells = RNG.integers(0, 256, (rows * columns, 20, 24), dtype=np.uint8)
    sheet = cells.reshape(rows, columns, 20, 24).swapaxes(1, 2)
    sheet = sheet.reshape(rows * 20, columns * 24)
    uneven = np.pad(sheet, ((0, rows - 1), (0, columns - 1)))  # a rest is cut off
    path = tmp_path / "sheet.png"
    Image.fromarray(uneven).save(path)
    read = read_sheet(str(path), rows, columns)
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, cells)


def test_colour_transparency_and_turned_pictures(tmp_path):
    grey = RNG.integers(0, 256, (60, 200), dtype=np.uint8)
    expected = read_sheet(_saved(tmp_path / "grey.png", grey))
    colour = np.repeat(grey[..., np.newaxis], 3, axis=2)
    np.testing.assert_array_equal(
        read_sheet(_saved(tmp_path / "colour.png", colour)), expected
    )
    clear = np.dstack([np.zeros_like(colour), 255 - grey])  # black, more or less clear
    np.testing.assert_array_equal(
        read_sheet(_saved(tmp_path / "clear.png", clear)), expected
    )
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    turned = np.rot90(grey).copy()
    path = tmp_path / "turned.png"
    Image.fromarray(turned).save(path, exif=exif)
    np.testing.assert_array_equal(read_sheet(path), expected)


def _saved(path, array):
    Image.fromarray(array).save(path)
    return path


def test_what_cannot_be_read_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"absent\.png: there is no such file"):
        read_sheet(tmp_path / "absent.png")
    text = tmp_path / "notes.heic"
    text.write_text("no picture", encoding="utf-8")
    with pytest.raises(ValueError, match=r"notes\.heic: cannot be opened.*PNG or JPEG"):
        read_sheet(text)
    small = _saved(tmp_path / "small.png", np.zeros((60, 100), np.uint8))
    with pytest.raises(ValueError, match=r"small\.png: 100 x 60.*cells of 10 x 20"):
        read_sheet(small)
    tall = _saved(tmp_path / "tall.png", np.zeros((900, 300), np.uint8))
    with pytest.raises(ValueError, match=r"tall\.png.*is the sheet turned"):
        read_sheet(tall)
    with pytest.raises(TypeError, match="rows must be an integer"):
        read_sheet(small, rows=1.5)
    with pytest.raises(ValueError, match="columns must be at least 1"):
        read_sheet(small, columns=0)


def test_a_drawn_sheet_goes_all_the_way(tmp_path):
    strokes = [pen_stroke(30, 8 + k, (48, 48)) for k in range(20)]
    cells = np.array([photograph(stroke, 0.6, 0.3) for stroke in strokes])
    sheet = cells.reshape(2, 10, 48, 48).swapaxes(1, 2).reshape(96, 480)
    noisy = np.clip(sheet + RNG.normal(0, 2, sheet.shape), 0, 255).astype(np.uint8)
    digits = as_mnist(read_sheet(_saved(tmp_path / "sheet.jpg", noisy), 2, 10))
    for digit, stroke in zip(digits, strokes, strict=True):
        clean = center_digit(stroke)
        assert likeness(digit, clean) > 0.9


# photographed_sheet -----------------------------------------------------------------


def test_a_photographed_sheet_is_careless_and_can_be_read(tmp_path):
    strokes = np.array([pen_stroke(20, 8 + k, (28, 28)) for k in range(9)])
    sheet = photographed_sheet(strokes, np.random.default_rng(5), rows=2, columns=5)
    again = photographed_sheet(strokes, np.random.default_rng(5), rows=2, columns=5)
    np.testing.assert_array_equal(sheet, again)
    assert sheet[-20:, :20].mean() > 1.4 * sheet[:20, -20:].mean()  # the light
    path = tmp_path / "sheet.png"
    Image.fromarray(sheet).save(path)
    cells = read_sheet(path, 2, 5)
    assert not extract_ink(cells[9]).any()
    digits = as_mnist(cells[:9])
    places = []
    for digit, cell, stroke in zip(digits, cells, strokes, strict=False):
        clean = center_digit(stroke)
        assert likeness(digit, clean) > 0.85
        rows, columns = np.nonzero(extract_ink(cell))
        places.append((rows.min(), columns.min(), np.ptp(rows)))
    assert (np.std(places, axis=0) > 2).all()  # place and size differ


def test_mnist_on_paper_is_read_as_well_as_mnist():
    digits = load_digits()
    if digits.name != "MNIST":
        pytest.skip("needs MNIST")
    model = load_model(results_file("train_draw_model.npz"))
    images, labels = digits.x_test[:300], digits.y_test[:300]
    sheet = photographed_sheet(
        images / 255, np.random.default_rng(0), rows=30, columns=10
    )
    cells = sheet.reshape(30, 64, 10, 64).swapaxes(1, 2).reshape(-1, 64, 64)
    inputs = (as_mnist(cells)[..., np.newaxis] / 255).astype(np.float32)
    said = model.predict(inputs, verbose=0).argmax(axis=1)
    assert (said == labels).mean() >= 0.97


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (np.ones((5, 3, 3)), ValueError, r"\(5, 3, 3\) do not fit 1 x 4 cells"),
        (np.full((2, 3, 3), 1.5), ValueError, "ink from 0 to 1"),
        (np.full((2, 3, 3), np.nan), ValueError, "ink from 0 to 1"),
        (np.ones((3, 3)), ValueError, r"images must have the axes \(N, H, W\)"),
        ([[["a"]]], TypeError, "images must hold real numbers"),
    ],
)
def test_what_does_not_fit_the_sheet_is_named(images, error, message):
    with pytest.raises(error, match=message):
        photographed_sheet(images, np.random.default_rng(0), rows=1, columns=4)
