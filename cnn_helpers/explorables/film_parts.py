"""What a film of numbers is made of: frames, their lines, and grids in the lines."""

from dataclasses import dataclass

import numpy as np

from cnn_helpers._text import number
from cnn_helpers._validation import as_array, as_integer

TILE_COLOURS = 4
LARGEST_GRID = 12  # rows and columns
LARGEST_NUMBER = 1e6


@dataclass(frozen=True, eq=False)
class Grid:
    """One grid of numbers as it stands in one frame of a film.

    Parameters
    ----------
    title : str
        Stands above it.
    numbers : array_like, shape (rows, columns)
        At most 12 x 12; NaN is a cell that is still empty.
    tiles : array_like of int, shape (rows, columns), optional
        The colour of each cell, 0 to 3, or -1 for none. A line is drawn where two
        colours meet.
    window : (row, column, rows, columns), optional
        The first cell and the size of a frame that is drawn around cells.
    marked : sequence of (row, column)
        Cells that stand out: the winner of a window, the number that is new.
    rim : int
        How many rows and columns at each side are padding.
    signed : bool
        Whether to tint cells by their sign.
    note : str
        Stands below it.

    Examples
    --------
    >>> Grid("map", [[1, 2], [3, 4]], window=(0, 0, 1, 2)).title
    'map'
    """

    title: str
    numbers: object
    tiles: object = None
    window: tuple = None
    marked: tuple = ()
    rim: int = 0
    signed: bool = False
    note: str = ""


@dataclass(frozen=True, eq=False)
class Line:
    """Grids that stand beside one another, with a label above them.

    Parameters
    ----------
    label : str
        Empty for none.
    grids : sequence of Grid

    Examples
    --------
    >>> Line("filter 0", [Grid("red", [[1]])]).label
    'filter 0'
    """

    label: str
    grids: tuple


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame of a film: its lines of grids and the sentence that reads them.

    Parameters
    ----------
    lines : sequence of Line
    sentence : str
        What has happened in this step; a screen reader says it.

    Attributes
    ----------
    grids : list of Grid
        Those of all lines.

    Examples
    --------
    >>> frame = Frame([Line("", [Grid("map", [[4]])])], "The largest is 4.")
    >>> [grid.title for grid in frame.grids]
    ['map']
    """

    lines: tuple
    sentence: str

    @property
    def grids(self):
        """Return the grids of all lines."""
        return [grid for line in self.lines for grid in line.grids]


# ------------------------------------------------------------- what the element reads


def frame_data(frame, at):
    """Return a frame as the element reads it."""
    name = f"frame {at}"
    _check_type(frame, Frame, name)
    check_text(frame.sentence, f"the sentence of {name}")
    lines = []
    for line in frame.lines:
        _check_type(line, Line, f"a line of {name}")
        _check_type(line.label, str, f"the label of a line of {name}")
        grids = [_grid_data(grid, name) for grid in line.grids]
        lines.append({"label": line.label, "grids": grids})
    if not any(line["grids"] for line in lines):
        raise ValueError(f"{name} has no grids")
    return {"sentence": frame.sentence, "lines": lines}


def _grid_data(grid, frame_name):
    """Return a grid as the element reads it: numbers as texts, "" for empty cells."""
    _check_type(grid, Grid, f"a grid of {frame_name}")
    check_text(grid.title, f"the title of a grid of {frame_name}")
    name = f"{grid.title!r} in {frame_name}"
    numbers = _as_numbers(grid.numbers, name)
    shape = numbers.shape
    texts = [[text_of(value) for value in row] for row in numbers]
    data = {"title": grid.title, "cells": texts, "signed": bool(grid.signed)}
    data["rim"] = as_integer(grid.rim, f"the rim of {name}", minimum=0)
    if 2 * data["rim"] >= min(shape):
        raise ValueError(
            f"the rim of {name} must leave cells of its shape {shape}; got {grid.rim}"
        )
    if grid.tiles is not None:
        data["tiles"] = _as_tiles(grid.tiles, shape, name).tolist()
    if grid.window is not None:
        data["window"] = _as_window(grid.window, shape, name)
    data["marked"] = [_as_place(place, shape, name) for place in grid.marked]
    _check_type(grid.note, str, f"the note of {name}")
    return data | {"note": grid.note}


def text_of(value):
    """Return a number as a cell shows it, an empty cell as nothing.

    What a sum of floats misses zero by is shown as zero.

    Examples
    --------
    >>> text_of(-1.5), text_of(0.1 + 0.2 - 0.3), text_of(float("nan"))
    ('−1.5', '0', '')
    """
    return "" if np.isnan(value) else number(round(float(value), 9))


def _as_numbers(value, name):
    """Return the numbers of a grid as floats."""
    array = as_array(value, f"the numbers of {name}", "(rows, columns)").astype(float)
    if not 1 <= min(array.shape) <= max(array.shape) <= LARGEST_GRID:
        raise ValueError(
            f"{name} must have 1 to {LARGEST_GRID} rows and columns; "
            f"got shape {array.shape}"
        )
    if np.any(np.abs(array) > LARGEST_NUMBER):
        raise ValueError(
            f"{name} must hold finite numbers, none beyond {LARGEST_NUMBER:,.0f}, "
            "and NaN for empty cells"
        )
    return array


def _as_tiles(value, shape, name):
    """Return the colours of a grid's cells."""
    tiles = as_array(value, f"the tiles of {name}")
    if tiles.shape != shape:
        raise ValueError(
            f"the tiles of {name} must have the shape {shape} of its numbers; "
            f"got {tiles.shape}"
        )
    if tiles.dtype.kind not in "iu":
        raise TypeError(f"the tiles of {name} must be integers, not {tiles.dtype}")
    if tiles.min() < -1 or tiles.max() >= TILE_COLOURS:
        raise ValueError(
            f"the tiles of {name} must lie between -1 and {TILE_COLOURS - 1}; "
            f"got {tiles.min()} to {tiles.max()}"
        )
    return tiles


def _as_window(value, shape, name):
    """Return a window that lies inside the grid."""
    window = _as_integers(value, 4, f"the window of {name}")
    row, column, rows, columns = window
    inside = row + rows <= shape[0] and column + columns <= shape[1]
    if not (inside and min(row, column) >= 0 and min(rows, columns) >= 1):
        raise ValueError(
            f"the window of {name} must lie inside its shape {shape}; "
            f"got row, column, rows, columns = {tuple(window)}"
        )
    return window


def _as_place(value, shape, name):
    """Return the row and column of a marked cell."""
    place = _as_integers(value, 2, f"a marked cell of {name}")
    if not all(0 <= index < size for index, size in zip(place, shape, strict=True)):
        raise ValueError(
            f"a marked cell of {name} must lie inside its shape {shape}; "
            f"got {tuple(place)}"
        )
    return place


def _as_integers(value, count, name):
    """Return a tuple or list of so many integers as a list."""
    if not isinstance(value, tuple | list) or len(value) != count:
        raise ValueError(f"{name} must be {count} integers; got {value!r}")
    return [as_integer(part, name, minimum=-(10**6)) for part in value]


def _check_type(value, kind, name):
    """Raise an error that names what is of the wrong type."""
    if not isinstance(value, kind):
        raise TypeError(
            f"{name} must be of type {kind.__name__}, not {type(value).__name__}"
        )


def check_text(value, name):
    """Raise an error that names a text which is none or empty."""
    _check_type(value, str, name)
    if not value.strip():
        raise ValueError(f"{name} must not be empty")
