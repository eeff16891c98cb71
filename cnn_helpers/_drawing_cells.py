"""Grids of numbers, drawn cell by cell: what the pictures of windows share."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from cnn_helpers._drawing import INK, WIDTH

LINE = "#b9b4a6"


def canvas(width, height, above=1.0):
    """Return axes in which one unit is one cell and rows grow downwards."""
    side = 0.15
    size = (WIDTH, WIDTH * (height + above + side) / (width + 2 * side))
    figure, axis = plt.subplots(figsize=size, layout="none")
    figure.subplots_adjust(0, 0, 1, 1)
    axis.set(xlim=(-side, width + side), ylim=(height + side, -above))
    axis.axis("off")
    return axis


def as_text(value):
    """Return a value as few characters, with a real minus sign."""
    return f"{value:g}".replace("-", "−")


def draw_grid(
    axis,
    values,
    left,
    top,
    colour,
    *,
    count=None,
    size=1.0,
    fontsize=10,
    hide_zeros=False,
):
    """Draw an array as cells; only the first `count` of them are filled and printed."""
    count = values.size if count is None else count
    largest = max(np.abs(values).max(), 1)
    for index, ((row, col), value) in enumerate(np.ndenumerate(values)):
        shown = index < count and (value or not hide_zeros)
        x, y = left + col * size, top + row * size
        cell = {"xy": (x, y), "width": size, "height": size}
        shade = 0.08 + 0.3 * abs(value) / largest if shown else 0
        axis.add_patch(Rectangle(**cell, facecolor=colour, alpha=shade, linewidth=0))
        axis.add_patch(Rectangle(**cell, fill=False, edgecolor=LINE))
        if shown:
            middle = x + size / 2, y + 0.53 * size
            words = {"ha": "center", "va": "center", "color": INK}
            axis.text(*middle, as_text(value), fontsize=fontsize, **words)


def draw_frame(axis, left, top, shape, colour, *, size=1.0):
    """Draw the outline of a window, above the cells."""
    sides = size * shape[1], size * shape[0]
    look = {"fill": False, "edgecolor": colour, "linewidth": 2.5, "zorder": 4}
    axis.add_patch(Rectangle((left, top), *sides, **look))
