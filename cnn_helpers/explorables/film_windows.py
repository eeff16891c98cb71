"""What the films of a window share: where it stands, and words for it."""

import numpy as np

from cnn_helpers._validation import as_array
from cnn_helpers.explorables.film_parts import LARGEST_GRID


def as_shown(value, name, layout):
    """Return an array of finite floats that can be shown."""
    array = as_array(value, name, layout).astype(float)
    if array.size == 0 or max(array.shape[:2]) > LARGEST_GRID:
        raise ValueError(
            f"{name} must have 1 to {LARGEST_GRID} rows and columns to be shown; "
            f"got shape {array.shape}"
        )
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must hold finite numbers")
    return array


def window_counts(shape, size, stride, size_name, map_name):
    """Return how many windows stand along rows and columns."""
    if any(part > total for part, total in zip(size, shape, strict=True)):
        raise ValueError(
            f"{size_name} of {by(size)} must fit into {map_name} of {by(shape)}"
        )
    return tuple(
        (total - part) // step + 1
        for total, part, step in zip(shape, size, stride, strict=True)
    )


def slices_of(window):
    """Return the slices of (row, column, rows, columns)."""
    row, col, rows, cols = window
    return slice(row, row + rows), slice(col, col + cols)


def span_words(name, first, last):
    """Return "row 3" or "rows 0 to 1"."""
    return f"{name} {first}" if first == last else f"{name}s {first} to {last}"


def by(sizes):
    """Return "2 × 3"."""
    return " × ".join(map(str, sizes))


def count_words(count, name):
    """Return "1 stop" or "9 stops"."""
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def about(value):
    """Return "about " for a number that two decimals do not hold."""
    return "" if abs(value - round(float(value), 2)) < 1e-9 else "about "
