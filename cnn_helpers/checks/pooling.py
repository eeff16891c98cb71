"""Checks of chapter 10's exercises: windows, widths, blurred maxima, winners."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnn_helpers.checks.parts import Check, case, wrong

# ------------------------------------------------------- windows that overlap


def max_windows(feature_map, size, stride):
    """Return the largest number of each window."""
    return _windows(feature_map, size, stride).max(axis=(2, 3))


def _windows(feature_map, size, stride):
    return sliding_window_view(feature_map, (size, size))[::stride, ::stride]


def _from_zero(feature_map, size, stride):
    return np.maximum(max_windows(feature_map, size, stride), 0)


def _ragged_windows_too(feature_map, size, stride):
    rows, cols = feature_map.shape
    return np.array(
        [
            [
                feature_map[row : row + size, col : col + size].max()
                for col in range(0, cols, stride)
            ]
            for row in range(0, rows, stride)
        ]
    )


def _last_window_missing(feature_map, size, stride):
    rows, cols = feature_map.shape
    return np.array(
        [
            [
                feature_map[row : row + size, col : col + size].max()
                for col in range(0, cols - size, stride)
            ]
            for row in range(0, rows - size, stride)
        ]
    )


def _sides_confused(feature_map, size, stride):
    """Count the places along the rows for both sides."""
    count = (feature_map.shape[0] - size) // stride + 1
    return max_windows(feature_map, size, stride)[:, :count]


MAX_WINDOWS = Check(
    name="max_windows",
    reference=max_windows,
    cases=(
        case(np.array([[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 6], [2, 0, 7, 3]]), 2, 2),
        case(np.arange(35).reshape(5, 7) * 7 % 11, 3, 2),
        case(np.arange(40).reshape(5, 8) * 13 % 17, 2, 1),
        case(np.arange(30).reshape(6, 5) * 7 % 13, 2, 2),
        case(-1.0 - np.arange(35).reshape(7, 5) * 5 % 9, 3, 2),
        case(np.arange(56).reshape(7, 8) * 11 % 19, 2, 3),
    ),
    mistakes=(
        wrong(
            lambda feature_map, size, stride: max_windows(feature_map, size, size),
            "your windows move by their own size; the step is `stride`",
        ),
        wrong(
            lambda feature_map, size, stride: max_windows(feature_map, size, 1),
            "your windows stand at every place; they move by `stride`",
        ),
        wrong(
            lambda feature_map, size, stride: max_windows(feature_map, 2, stride),
            "your windows are always 2 wide; use `size`",
        ),
        wrong(
            lambda feature_map, size, stride: max_windows(feature_map, stride, size),
            "size and stride have changed places",
        ),
        wrong(
            lambda feature_map, size, stride: _windows(feature_map, size, stride).mean(
                axis=(2, 3)
            ),
            "that is the mean of each window; asked is the largest number",
        ),
        wrong(
            lambda feature_map, size, stride: _windows(feature_map, size, stride).min(
                axis=(2, 3)
            ),
            "that is the smallest number of each window",
        ),
        wrong(
            _from_zero,
            "you begin with zeros, and the largest of a window can lie below zero",
        ),
        wrong(
            lambda feature_map, size, stride: max_windows(
                abs(feature_map), size, stride
            ),
            "you compare sizes without their signs: -1 is larger than -9",
        ),
        wrong(
            _ragged_windows_too,
            "your last windows hang over the border: what does not fill a window is "
            "left out",
        ),
        wrong(
            _last_window_missing,
            "the last window is missing: it may begin at side - size",
        ),
        wrong(
            _sides_confused,
            "the map need not be square: count the places along each side",
        ),
    ),
)


# ------------------------------------------- the width of the dense layer's input


def flatten_width(side, kernel, filters, pool):
    """Return how many numbers a dense layer behind the pool gets."""
    return ((side - kernel + 1) // pool) ** 2 * filters


FLATTEN_WIDTH = Check(
    name="flatten_width",
    reference=flatten_width,
    cases=(
        case(28, 2, 6, 2),
        case(28, 5, 32, 2),
        case(32, 2, 6, 2),
        case(65, 4, 7, 3),
        case(12, 1, 5, 4),
        case(10, 3, 1, 3),
    ),
    mistakes=(
        wrong(
            lambda side, kernel, filters, pool: (side - kernel + 1) ** 2 * filters,
            "you left out the pool",
        ),
        wrong(
            lambda side, kernel, filters, pool: (side // pool) ** 2 * filters,
            "you left out the convolution: without padding it takes kernel - 1 pixels "
            "of each side",
        ),
        wrong(
            lambda side, kernel, filters, pool: ((side - kernel + 1) // pool) ** 2,
            "every filter makes a map: multiply by `filters`",
        ),
        wrong(
            lambda side, kernel, filters, pool: (side - kernel + 1) // pool * filters,
            "a map has rows and columns: the side counts twice",
        ),
        wrong(
            lambda side, kernel, filters, pool: (
                (-((kernel - 1 - side) // pool)) ** 2 * filters
            ),
            "you rounded up: what does not fill a tile is left out",
        ),
        wrong(
            lambda side, kernel, filters, pool: (
                ((side - kernel) // pool) ** 2 * filters
            ),
            "a kernel has side - kernel + 1 places on a side, one more than you took",
        ),
        wrong(
            lambda side, kernel, filters, pool: (
                (side - kernel + 1) ** 2 * filters // pool
            ),
            "the pool divides both sides, not only the count of numbers once",
        ),
        wrong(
            lambda side, kernel, filters, pool: (
                (side - kernel + 1) ** 2 * filters // pool**2
            ),
            "divide each side and round it down before you square: whole tiles only",
        ),
        wrong(
            lambda side, kernel, filters, pool: (
                ((side - kernel + 1) / pool) ** 2 * filters
            ),
            "a side has whole tiles only: divide with // and not with /",
        ),
        wrong(
            lambda side, kernel, filters, pool: (
                (side - kernel + 1 - pool + 1) ** 2 * filters
            ),
            "your tiles overlap: they move by their own width",
        ),
    ),
)


# ------------------------------------------------------- blurred maxima of a row


def blur_pool_row(row):
    """Return every second of the blurred maxima of neighbours."""
    return _blur(np.maximum(row[:-1], row[1:]))[::2]


def _blur(row):
    return (row[:-2] + 2 * row[1:-1] + row[2:]) / 4


def _maxima(row):
    return np.maximum(row[:-1], row[1:])


def _padded_blur(row):
    return np.convolve(_maxima(row), [0.25, 0.5, 0.25], mode="same")[::2]


BLUR_POOL_ROW = Check(
    name="blur_pool_row",
    reference=blur_pool_row,
    cases=(
        case(np.array([0, 0, 1, 1, 0, 0, 1, 1])),
        case(np.array([1, 0, 0, 1, 1, 0, 0, 1])),
        case(np.array([4.0, 0.0, 0.0, 8.0, 1.0, 3.0, -2.0, -5.0, -9.0, 2.0])),
        case(np.array([-1.0, -3.0, -2.0, -7.0])),
        case(np.array([5.0, 1.0, 9.0, 2.0, 6.0, 0.0, 3.0, 8.0, 4.0])),
    ),
    mistakes=(
        wrong(
            lambda row: _blur(row)[::2],
            "you left out the maxima: first take the larger of each two neighbours",
        ),
        wrong(
            lambda row: _maxima(row)[::2],
            "you left out the blur: that is the plain pool",
        ),
        wrong(
            lambda row: _blur(_maxima(row)),
            "you left out the last step: keep every second result",
        ),
        wrong(
            lambda row: _blur(_maxima(row)[::2]),
            "you skip before you blur, and then the harm is done: blur first",
        ),
        wrong(
            lambda row: _blur(_maxima(row))[1::2],
            "you keep the second, the fourth and so on; the first is to stay",
        ),
        wrong(
            lambda row: 4 * _blur(_maxima(row))[::2],
            "divide by 4, or the blur makes everything larger",
        ),
        wrong(
            _padded_blur,
            "your blur reaches over the ends of the row; asked is one without padding",
        ),
        wrong(
            lambda row: np.convolve(_maxima(row), np.ones(3) / 3, mode="valid")[::2],
            "the weights are 1, 2, 1 over 4; you used equal ones",
        ),
        wrong(
            lambda row: _maxima(_blur(row))[::2],
            "you blur before you take the maxima; the order is maxima, blur, skip",
        ),
    ),
)


# ------------------------------------------------------------------ who won?


def winners(feature_map):
    """Return True where a number is the one that its tile keeps."""
    won = np.zeros(feature_map.shape, dtype=bool)
    for row in range(0, feature_map.shape[0], 2):
        for col in range(0, feature_map.shape[1], 2):
            best = int(feature_map[row : row + 2, col : col + 2].argmax())
            won[row + best // 2, col + best % 2] = True
    return won


def _tile_maxima(feature_map):
    """Return each tile's maximum at all four places of the tile."""
    rows, cols = (side // 2 for side in feature_map.shape)
    maxima = feature_map.reshape(rows, 2, cols, 2).max(axis=(1, 3))
    return maxima.repeat(2, axis=0).repeat(2, axis=1)


def _all_of_several(feature_map):
    return feature_map == _tile_maxima(feature_map)


def _last_of_several(feature_map):
    return winners(feature_map[::-1, ::-1])[::-1, ::-1]


def _column_by_column(feature_map):
    return winners(feature_map.T).T


def _row_and_column_swapped(feature_map):
    """Read argmax's number as (column, row) of the tile."""
    won = np.zeros(feature_map.shape, dtype=bool)
    for row in range(0, feature_map.shape[0], 2):
        for col in range(0, feature_map.shape[1], 2):
            best = int(feature_map[row : row + 2, col : col + 2].argmax())
            won[row + best % 2, col + best // 2] = True
    return won


WINNERS = Check(
    name="winners",
    reference=winners,
    cases=(
        case(np.array([[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 6], [2, 0, 7, 3]])),
        case(np.array([[5, 5, 0, 0, 1, 2], [5, 5, 0, 0, 2, 1]])),
        case(np.array([[0.0, 7.0], [7.0, 0.0], [-3.0, -2.0], [-2.0, -8.0]])),
        case(-np.arange(24).reshape(4, 6) * 7 % 5 - 1.0),
    ),
    mistakes=(
        wrong(
            _all_of_several,
            "where several numbers are equal you mark them all: exactly one wins",
        ),
        wrong(
            _last_of_several,
            "where several numbers are equal the first wins; yours is the last",
        ),
        wrong(
            _column_by_column,
            "reading order goes along the row first; yours goes down the column",
        ),
        wrong(
            _row_and_column_swapped,
            "argmax counts through the tile row by row: number // 2 is the row, "
            "number % 2 the column",
        ),
        wrong(
            lambda feature_map: winners(-feature_map),
            "you marked the smallest number of each tile",
        ),
        wrong(
            lambda feature_map: np.where(winners(feature_map), feature_map, 0),
            "you return the numbers that won; asked is where they stand, as True",
        ),
        wrong(
            lambda feature_map: feature_map == feature_map.max(),
            "you marked the largest number of the whole map; each tile has a winner",
        ),
        wrong(
            lambda feature_map: ~winners(feature_map),
            "True and False have changed places",
        ),
        wrong(
            _tile_maxima,
            "you return the maxima themselves; asked is where they stand, as True",
        ),
    ),
)

CHECKS = (MAX_WINDOWS, FLATTEN_WIDTH, BLUR_POOL_ROW, WINNERS)
