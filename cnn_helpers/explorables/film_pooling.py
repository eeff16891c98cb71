"""A film of pooling: the window goes over coloured tiles, and the output fills."""

from itertools import product

import numpy as np

from cnn_helpers._validation import as_pair
from cnn_helpers.explorables.film import Film
from cnn_helpers.explorables.film_parts import Frame, Grid, Line, text_of
from cnn_helpers.explorables.film_windows import (
    about,
    as_shown,
    by,
    slices_of,
    span_words,
    window_counts,
)

MOST_LISTED = 25  # numbers of a window that its sentence lists
REDUCTIONS = {
    "max": (np.max, "the largest is"),
    "average": (np.mean, "the mean is"),
    "sum": (np.sum, "the sum is"),
}


def pooling_film(feature_map, size=2, *, stride=None, reduce="max"):
    """Film a pool: the window goes over the map, and the output fills.

    Windows that do not overlap are coloured tiles, in the map and in the output; the
    maximum of a window is marked, the first one if there are several.

    Parameters
    ----------
    feature_map : array_like, shape (H, W)
        At most 12 x 12.
    size : int or (rows, cols)
        Of the window, in pixels.
    stride : int or (rows, cols), optional
        `size` unless given.
    reduce : {"max", "average", "sum"}
        What becomes of the numbers in a window.

    Returns
    -------
    Film
        The last grid of each frame is the output as far as it is computed.

    Raises
    ------
    ValueError
        If the map has not two axes, is too large or holds what is not finite, if
        the window is larger than the map, or if `reduce` is none of the three.
    TypeError
        If the map does not hold real numbers, or a setting is not an integer.

    Examples
    --------
    >>> film = pooling_film([[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 6], [2, 0, 7, 3]])
    >>> film
    <live figure Film: max-pooling 2 × 2 of a map of 4 × 4, stride 2, 4 steps>
    >>> film.frames[2].sentence
    'Rows 0 to 1, columns 2 to 3: 2, 0, 1, 1; the largest is 2.'
    >>> film.frames[-1].grids[-1].numbers
    array([[4., 2.],
           [2., 7.]])
    """
    feature_map = as_shown(feature_map, "feature_map", "(H, W)")
    size = as_pair(size, "size")
    stride = size if stride is None else as_pair(stride, "stride")
    if reduce not in REDUCTIONS:
        known = ", ".join(map(repr, REDUCTIONS))
        raise ValueError(f"reduce must be one of {known}, got {reduce!r}")
    counts = window_counts(feature_map.shape, size, stride, "size", "feature_map")
    tiles = _tiles(feature_map.shape, counts, size, stride)
    output = np.full(counts, np.nan)
    opening = _opening(feature_map.shape, size, stride)
    frames = [_frame(feature_map, output, tiles, opening)]
    for row, col in product(*map(range, counts)):
        window = row * stride[0], col * stride[1], *size
        seen = feature_map[slices_of(window)]
        output = output.copy()
        output[row, col] = REDUCTIONS[reduce][0](seen)
        winner = _first_largest(seen, window) if reduce == "max" else []
        sentence = _sentence(seen, window, reduce, output[row, col])
        marked = winner, [(row, col)]
        frames.append(_frame(feature_map, output, tiles, sentence, window, marked))
    title = (
        f"{reduce}-pooling {by(size)} of a map of {by(feature_map.shape)}, "
        f"stride {_one_or_pair(stride)}"
    )
    return Film(frames, title=title)


def _frame(feature_map, output, tiles, sentence, window=None, marked=((), ())):
    """Return a frame; without a window, the opening."""
    left = Grid("map", feature_map, tiles[0], window, marked[0])
    right = Grid("output", output, tiles[1], marked=marked[1])
    return Frame([Line("", [left, right])], sentence)


def _opening(shape, size, stride):
    """Say what is going to happen, and which rows and columns no window reaches."""
    sentences = [
        f"Windows of {by(size)}, in steps of {_one_or_pair(stride)}; "
        "the output is still empty."
    ]
    for name, total, width, step in zip(
        ("Row", "Column"), shape, size, stride, strict=True
    ):
        end = (total - width) // step * step + width
        unseen = [at for at in range(total) if at >= end or at % step >= width]
        if len(unseen) == 1:
            sentences.append(f"{name} {unseen[0]} is in no window.")
        elif unseen:
            numbers = ", ".join(map(str, unseen))
            sentences.append(f"{name}s {numbers} are in no window.")
    return " ".join(sentences)


def _sentence(seen, window, reduce, result):
    """Say where the window stands, what it holds and what becomes of it."""
    row, col, rows, cols = window
    where = span_words("row", row, row + rows - 1)
    where += f", {span_words('column', col, col + cols - 1)}"
    numbers = f"{seen.size} numbers"
    if seen.size <= MOST_LISTED:
        numbers = ", ".join(map(text_of, seen.flat))
    words = f"{REDUCTIONS[reduce][1]} {about(result)}{text_of(result)}"
    ties = np.count_nonzero(seen == result)
    if reduce == "max" and ties > 1:
        words += f", {ties} times (the first is marked)"
    return f"{where[0].upper()}{where[1:]}: {numbers}; {words}."


def _first_largest(seen, window):
    """Return the cell of a window's maximum, the first one of several, in a list."""
    row, col = np.unravel_index(seen.argmax(), seen.shape)
    return [(window[0] + int(row), window[1] + int(col))]


def _tiles(shape, counts, size, stride):
    """Return the colours of map and output; none where windows overlap.

    Four colours, so that a tile never meets one of its own colour.
    """
    if any(step < part for step, part in zip(stride, size, strict=True)):
        return None, None
    rows, cols = np.indices(counts)
    output = rows % 2 * 2 + cols % 2
    tiles = np.full(shape, -1)
    for row, col in np.ndindex(*counts):
        tiles[slices_of((row * stride[0], col * stride[1], *size))] = output[row, col]
    return tiles, output


def _one_or_pair(steps):
    """Return a stride as one number where rows and columns agree."""
    rows, cols = steps
    return str(rows) if rows == cols else f"{rows} and {cols}"
