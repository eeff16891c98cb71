"""Checks of chapter 2: energy, two indices, and a simple layer under a complex one."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnn_helpers.checks.parts import Check, case, wrong

EVEN = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]])
ODD = np.array([[-0.5, 1.0, 2.0], [1.5, -1.0, 0.0]])
SQUARE_EVEN = np.array([[2.0, -1.0], [0.5, 1.0]])
SQUARE_ODD = np.array([[1.0, 3.0], [-2.0, 0.5]])


def _numbers(rows, cols, shift=0):
    """Return contrasts between -1 and 1 without a pattern."""
    return (np.arange(rows * cols).reshape(rows, cols) ** 2 % 11 + shift) / 5 - 1


# ------------------------------------------------------------ the energy model


def complex_response(image, even, odd):
    """Return the energy of an image in a quadrature pair of fields."""
    return float(np.sum(even * image) ** 2 + np.sum(odd * image) ** 2)


def _drives(image, even, odd):
    return np.sum(even * image), np.sum(odd * image)


COMPLEX_RESPONSE = Check(
    name="complex_response",
    reference=complex_response,
    cases=(
        case(np.array([[0.0, 1.0], [0.0, 0.0]]), SQUARE_EVEN, SQUARE_ODD),
        case(_numbers(2, 3), EVEN, ODD),
        case(-_numbers(2, 3), EVEN, ODD),
        case(_numbers(2, 2, shift=3), SQUARE_EVEN, SQUARE_ODD),
        case(np.zeros((2, 3)), EVEN, ODD),
    ),
    mistakes=(
        wrong(
            lambda image, even, odd: np.sum((even * image) ** 2 + (odd * image) ** 2),
            "you squared pixel by pixel: add up the products of each field first, then "
            "square the two sums",
        ),
        wrong(
            lambda image, even, odd: sum(_drives(image, even, odd)) ** 2,
            "you squared the sum of the two drives: square each, then add",
        ),
        wrong(
            lambda image, even, odd: sum(_drives(image, even, odd)),
            "the squares are missing: the plain sum changes with the phase",
        ),
        wrong(
            lambda image, even, odd: np.hypot(*_drives(image, even, odd)),
            "you took the root: the energy is the sum of the squares itself",
        ),
        wrong(
            lambda image, even, odd: sum(
                max(0.0, drive) ** 2 for drive in _drives(image, even, odd)
            ),
            "a negative drive became 0 before it was squared: with two fields alone "
            "the answer to a picture and to its negative must be the same",
        ),
        wrong(
            lambda image, even, odd: sum(map(abs, _drives(image, even, odd))),
            "you added absolute values: only squares give the same for every phase",
        ),
        wrong(
            lambda image, even, odd: max(map(abs, _drives(image, even, odd))),
            "you kept the larger of the two: add the squares of both",
        ),
        wrong(
            lambda image, even, odd: max(_drives(image, even, odd)),
            "you kept the larger drive: add the squares of both",
        ),
        wrong(
            lambda image, even, odd: _drives(image, even, odd)[0] ** 2,
            "the odd field is missing: one field alone is silent at some phases",
        ),
        wrong(
            lambda image, even, odd: (
                np.mean(even * image) ** 2 + np.mean(odd * image) ** 2
            ),
            "you took means of the products: a cell adds them up",
        ),
        wrong(
            lambda image, even, odd: np.mean(np.square(_drives(image, even, odd))),
            "you took the mean of the two squares: the energy is their sum",
        ),
        wrong(
            lambda image, even, odd: 2 * sum(_drives(image, even, odd)),
            "you multiplied by 2: a square is ** 2",
        ),
        wrong(
            lambda image, even, odd: (
                np.sum(even @ image) ** 2 + np.sum(odd @ image) ** 2
            ),
            "@ is the matrix product: multiply pixel by pixel, with *",
        ),
        wrong(
            lambda image, even, odd: (even * image) ** 2 + (odd * image) ** 2,
            "you returned an array: add up the products of each field into one number "
            "before you square",
        ),
    ),
)


# ------------------------------------------------------------ orientation


def orientation_selectivity_index(rates, angles):
    """Return the length of the sum of all arrows, as a part of the longest possible."""
    return float(abs(np.sum(rates * np.exp(2j * angles))) / np.sum(rates))


def _at_right_angles(rates, angles):
    """Return the largest rate and the rate a quarter turn away."""
    best = np.argmax(rates)
    apart = np.abs(np.exp(2j * angles) + np.exp(2j * angles[best]))
    return rates[best], rates[np.argmin(apart)]


def _contrast_of_two(rates, angles):
    best, across = _at_right_angles(rates, angles)
    return (best - across) / (best + across)


HALF_TURN = np.deg2rad(np.arange(0, 180, 15))
SHARP = 40 * np.exp(3 * (np.cos(2 * (HALF_TURN - 1.0)) - 1))

ORIENTATION_INDEX = Check(
    name="orientation_selectivity_index",
    reference=orientation_selectivity_index,
    cases=(
        case(np.array([1.0, 3.0, 1.0, 1.0]), np.deg2rad([0, 45, 90, 135])),
        case(np.array([2.0, 9.0, 4.0, 1.0, 3.0, 2.0]), np.deg2rad(np.arange(6) * 30)),
        case(SHARP, HALF_TURN),
        case(5 + 2 * np.cos(2 * HALF_TURN), HALF_TURN),
        case(np.array([0.0, 0.0, 30.0, 0.0]), np.deg2rad([0, 45, 90, 135])),
    ),
    mistakes=(
        wrong(
            lambda rates, angles: (
                abs(np.sum(rates * np.exp(1j * angles))) / np.sum(rates)
            ),
            "the angles are not doubled: 0 and 180 degrees are the same bar, so the "
            "arrows belong at twice their angles",
        ),
        wrong(
            lambda rates, angles: abs(np.sum(rates * np.exp(2j * angles))),
            "the division is missing: a cell that fires twice as much is not twice as "
            "selective; divide by the sum of the rates",
        ),
        wrong(
            lambda rates, angles: abs(np.sum(rates * np.exp(2j * angles))) / len(rates),
            "you divided by the number of angles: divide by the sum of the rates",
        ),
        wrong(
            lambda rates, angles: (
                abs(np.sum(rates * np.exp(2j * angles))) / np.max(rates)
            ),
            "you divided by the largest rate: divide by the sum of the rates",
        ),
        wrong(
            lambda rates, angles: (
                abs(np.mean(rates * np.exp(2j * angles))) / np.sum(rates)
            ),
            "you divided by the number of angles as well: a mean belongs over a mean, "
            "a sum over a sum",
        ),
        wrong(
            lambda rates, angles: np.sum(rates * np.exp(2 * angles)) / np.sum(rates),
            "the i is missing: exp(2 * angles) grows, exp(2j * angles) turns",
        ),
        wrong(
            lambda rates, angles: abs(np.sum(np.exp(2j * angles))) / np.sum(rates),
            "your arrows are all of length 1: each is as long as its rate",
        ),
        wrong(
            lambda rates, angles: (
                abs(np.sum(rates * np.exp(2j * angles))) ** 2 / np.sum(rates)
            ),
            "you squared the length of the sum: take the length itself",
        ),
        wrong(
            lambda rates, angles: 1 - orientation_selectivity_index(rates, angles),
            "that is the circular variance, one minus the index",
        ),
        wrong(
            lambda rates, angles: np.sum(rates * np.exp(2j * angles)) / np.sum(rates),
            "you returned the arrow, a complex number: return its length, with abs()",
        ),
        wrong(
            lambda rates, angles: np.sum(rates * np.cos(2 * angles)) / np.sum(rates),
            "you kept one of the arrow's two components: its length takes the sine as "
            "well as the cosine",
        ),
        wrong(
            lambda rates, angles: (
                abs(np.sum(rates * np.exp(2j * np.deg2rad(angles)))) / np.sum(rates)
            ),
            "you converted the angles: they are in radians already",
        ),
        wrong(
            lambda rates, angles: (
                np.sum(abs(rates * np.exp(2j * angles))) / np.sum(rates)
            ),
            "you added up the lengths of the arrows: add the arrows first, then take "
            "the length of the sum",
        ),
        wrong(
            lambda rates, angles: np.angle(np.sum(rates * np.exp(2j * angles))) / 2,
            "that is the preferred orientation: the index is the length of the sum, "
            "not its angle",
        ),
        wrong(
            _contrast_of_two,
            "you compared the best angle with the one across: that is another index, "
            "this one uses all angles",
        ),
        wrong(
            lambda rates, angles: (
                (np.max(rates) - np.min(rates)) / (np.max(rates) + np.min(rates))
            ),
            "you compared the largest rate with the smallest: that is another index, "
            "this one uses all angles",
        ),
    ),
)


# ------------------------------------------------------------ F1 / F0


def modulation_ratio(rates):
    """Return F1/F0 of the rates over one cycle."""
    return float(2 * abs(np.mean(rates * _arrows(len(rates)))) / np.mean(rates))


def _arrows(count, cycles=1, steps=None):
    """Return an arrow for each step of a turn."""
    return np.exp(-2j * np.pi * cycles * np.arange(count) / (steps or count))


CYCLE = 2 * np.pi * np.arange(24) / 24

MODULATION_RATIO = Check(
    name="modulation_ratio",
    reference=modulation_ratio,
    cases=(
        case(np.array([4.0, 1.0, 0.0, 1.0])),
        case(np.maximum(np.cos(CYCLE - 0.7), 0) * 80),
        case(30 + 12 * np.sin(CYCLE) + 6 * np.cos(2 * CYCLE)),
        case(np.array([3.0, 8.0, 2.0, 0.0, 0.0, 5.0, 1.0])),
        case(np.full(12, 7.0)),
    ),
    mistakes=(
        wrong(
            lambda rates: abs(np.mean(rates * _arrows(len(rates)))) / np.mean(rates),
            "F1 is half of what it should be: the factor 2 is missing",
        ),
        wrong(
            lambda rates: (
                2
                * np.mean(
                    rates * np.exp(-2 * np.pi * np.arange(len(rates)) / len(rates))
                )
                / np.mean(rates)
            ),
            "the i is missing: exp(-2 * pi * k / N) fades, exp(-2j * pi * k / N) turns",
        ),
        wrong(
            lambda rates: (
                2 * abs(np.mean(rates * _arrows(len(rates), steps=1))) / np.mean(rates)
            ),
            "the division by N inside the exponent is missing: each step has to be a "
            "part of the turn, k / N",
        ),
        wrong(
            lambda rates: (
                2
                * abs(np.mean(rates * _arrows(len(rates), cycles=0.5 / np.pi)))
                / np.mean(rates)
            ),
            "2 * pi is missing in the exponent: a whole turn is 2 pi radians",
        ),
        wrong(
            lambda rates: np.max(rates) / np.mean(rates) - 1,
            "you took the peak above the mean: F1 is the amplitude of the wave with "
            "one cycle, which all rates make together",
        ),
        wrong(
            lambda rates: 2 * abs(np.sum(rates * _arrows(len(rates)))) / np.mean(rates),
            "F1 is not divided by the number of rates: the sum grows with the number "
            "of frames",
        ),
        wrong(
            lambda rates: 2 * abs(np.mean(rates * _arrows(len(rates)))),
            "that is F1 alone: divide by F0, the mean rate",
        ),
        wrong(
            lambda rates: 2 * abs(np.mean(rates * _arrows(len(rates)))) / np.max(rates),
            "you divided by the largest rate: F0 is the mean",
        ),
        wrong(
            lambda rates: 2 * np.mean(rates * _arrows(len(rates))) / np.mean(rates),
            "you returned a complex number: F1 is the length of the arrow, with abs()",
        ),
        wrong(
            lambda rates: (
                2 * np.mean(rates * _arrows(len(rates))).real / np.mean(rates)
            ),
            "you kept the cosine part only: a wave that starts elsewhere has a sine "
            "part too, take the length of the arrow",
        ),
        wrong(
            lambda rates: (
                2 * abs(np.mean(rates * _arrows(len(rates), cycles=2))) / np.mean(rates)
            ),
            "that is the second harmonic, with two cycles: F1 has one",
        ),
        wrong(
            lambda rates: (
                2
                * abs(np.mean(rates * _arrows(len(rates), steps=len(rates) - 1)))
                / np.mean(rates)
            ),
            "your steps fill the turn twice at its ends, as np.linspace does: the "
            "frame after the last is the first, so divide by N, not by N - 1",
        ),
        wrong(
            lambda rates: (np.max(rates) - np.min(rates)) / np.mean(rates),
            "you measured from the lowest to the highest rate: F1 is the amplitude of "
            "the wave with one cycle",
        ),
        wrong(
            lambda rates: (
                (np.max(rates) - np.min(rates)) / (np.max(rates) + np.min(rates))
            ),
            "that is the contrast of the largest and the smallest rate: F1 is the "
            "amplitude of the wave with one cycle",
        ),
        wrong(
            lambda rates: np.std(rates) / np.mean(rates),
            "that is the standard deviation: it counts waves of every rhythm, F1 the "
            "one with one cycle",
        ),
        wrong(
            lambda rates: (
                np.mean(rates) / abs(np.mean(rates * _arrows(len(rates)))) / 2
            ),
            "the fraction is upside down: F1 over F0",
        ),
    ),
)


# ------------------------------------------------------------ two layers


def simple_then_complex(image, field, size):
    """Return the pooled map: the largest rectified sum of each block."""
    return _pooled(np.maximum(_slide(image, field), 0), size)


def _slide(image, field):
    """Return the weighted sum at every place where the field fits."""
    return np.einsum("rcij,ij->rc", sliding_window_view(image, field.shape), field)


def _pooled(simple, size, reduce=np.max):
    """Return one number for each block of size x size."""
    rows, cols = simple.shape[0] // size, simple.shape[1] // size
    whole = simple[: rows * size, : cols * size]
    return reduce(whole.reshape(rows, size, cols, size), axis=(1, 3))


def _rectified_products(image, field):
    """Return the sums of the positive products alone."""
    windows = sliding_window_view(image, field.shape)
    return np.maximum(windows * field, 0).sum(axis=(2, 3))


def _ragged(simple, size):
    """Return the maxima of all blocks, those at the border that are cut included."""
    return np.array(
        [
            [
                simple[row : row + size, col : col + size].max()
                for col in range(0, simple.shape[1], size)
            ]
            for row in range(0, simple.shape[0], size)
        ]
    )


def _signed_sums(image, field, size):
    return _pooled(_slide(image, field), size)


SIMPLE_THEN_COMPLEX = Check(
    name="simple_then_complex",
    reference=simple_then_complex,
    cases=(
        case(_numbers(5, 5), SQUARE_EVEN, 2),
        case(_numbers(7, 9, shift=1), ODD, 2),
        case(_numbers(8, 6) - 1.2, np.array([[1.0], [2.0]]), 3),
        case(_numbers(9, 10), EVEN.T, 3),
        case(_numbers(4, 6), SQUARE_ODD, 1),
    ),
    mistakes=(
        wrong(
            _signed_sums,
            "negative numbers came through: sums below zero become 0, a cell cannot "
            "fire fewer than no spikes",
        ),
        wrong(
            lambda image, field, size: _pooled(np.abs(_slide(image, field)), size),
            "you took absolute values: a cell that is inhibited is silent, it does not "
            "fire",
        ),
        wrong(
            lambda image, field, size: _pooled(
                np.maximum(_slide(image, field), 0), size, np.mean
            ),
            "you averaged each block: keep its largest number",
        ),
        wrong(
            lambda image, field, size: _pooled(_rectified_products(image, field), size),
            "you rectified each product: add up the products first, then set a "
            "negative sum to 0",
        ),
        wrong(
            lambda image, field, size: _pooled(
                np.maximum(_slide(image, field), 0), size, np.sum
            ),
            "you added up each block: keep its largest number",
        ),
        wrong(
            lambda image, field, size: sliding_window_view(
                np.maximum(_slide(image, field), 0), (size, size)
            ).max(axis=(2, 3)),
            "your blocks overlap: they lie side by side, move by `size`",
        ),
        wrong(
            lambda image, field, size: np.maximum(_slide(image, field), 0)[
                ::size, ::size
            ][
                : (image.shape[0] - field.shape[0] + 1) // size,
                : (image.shape[1] - field.shape[1] + 1) // size,
            ],
            "you kept the first number of each block: keep the largest",
        ),
        wrong(
            lambda image, field, size: np.maximum(_slide(image, field), 0),
            "the pooling is missing: keep one number of each block",
        ),
        wrong(
            lambda image, field, size: _ragged(
                np.maximum(_slide(image, field), 0), size
            ),
            "you kept blocks that are cut off at the border: leave out rows and "
            "columns that do not fill a block",
        ),
        wrong(
            lambda image, field, size: simple_then_complex(
                image, field[::-1, ::-1], size
            ),
            "your field is turned by half a turn: put it on the image as it stands",
        ),
        wrong(
            lambda image, field, size: np.maximum(
                _slide(_pooled(image, size), field), 0
            ),
            "you pooled the image before the field saw it: first the simple cells, "
            "then the blocks",
        ),
        wrong(
            lambda image, field, size: simple_then_complex(image, field, size).T,
            "your map is transposed: a block's number stands at the block's [row, col]",
        ),
        wrong(
            lambda image, field, size: simple_then_complex(image, field, size).max(),
            "you kept one number of the whole map: keep one of each block",
        ),
    ),
)


CHECKS = (COMPLEX_RESPONSE, ORIENTATION_INDEX, MODULATION_RATIO, SIMPLE_THEN_COMPLEX)
