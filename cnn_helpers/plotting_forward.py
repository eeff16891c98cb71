"""One picture of a whole forward pass: what each step of a network made of an image."""

import numpy as np
from matplotlib import pyplot as plt

from cnn_helpers._drawing import INK, WIDTH, draw_pixels
from cnn_helpers._validation import as_array
from cnn_helpers.plotting import BLUE, VERMILION

LEFT = 1.72  # inches for the names
GAP, TALLEST, STRIP, BARS = 0.2, 1.25, 0.3, 0.8  # inches: between rows, and heights
MOST_BARS, MOST_MAPS = 12, 8


def show_forward_pass(steps, *, marked=None):
    """Draw the steps of a forward pass below each other, with names and shapes.

    Maps stand side by side, all drawn to one scale, so that a map of half the side is
    half as wide; each row has its own range of colours, signed about 0 if a number is
    negative. A long row of numbers becomes a strip, a short one bars with their values.

    Parameters
    ----------
    steps : dict of str to array_like
        For each step its result for one image: maps ``(H, W, C)`` or a row ``(n,)``.
    marked : int, optional
        The bar of the last step to draw in another colour and a bold number, from 0.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no steps, a step has another shape or no numbers, has more maps
        than fit, or there is no bar to mark.

    Examples
    --------
    >>> steps = {"image": np.eye(6)[..., np.newaxis], "sums": [0.5, -1.0, 2.0]}
    >>> figure = show_forward_pass(steps, marked=2)
    >>> [text.get_text() for text in figure.texts]
    ['image', '6 × 6 × 1', 'sums', '3']
    >>> plt.close(figure)
    """
    steps = {name: _as_step(name, values) for name, values in steps.items()}
    if not steps:
        raise ValueError("steps is empty: there is nothing to show")
    last = list(steps.values())[-1]
    if marked is not None and not (_is_bars(last) and 0 <= marked < len(last)):
        raise ValueError(
            f"marked must be a bar of the last step, of shape {last.shape}; got "
            f"{marked!r}"
        )
    scale = _inches_a_pixel(steps.values())
    heights = [_height(values, scale) for values in steps.values()]
    tall = sum(heights) + GAP * (len(heights) + 1)
    figure = plt.figure(figsize=(WIDTH, tall), layout="none")
    top = tall - GAP
    for (name, values), height in zip(steps.items(), heights, strict=True):
        _name(figure, name, values, (top - height / 2) / tall)
        box = LEFT, top - height, WIDTH - LEFT - 0.15, height
        if values.ndim == 3:
            _draw_maps(figure, values, box, tall, scale)
        elif _is_bars(values):
            _draw_bars(figure, values, box, tall, marked if values is last else None)
        else:
            axis = _axes(figure, box, tall)
            _draw_pixels(axis, values[np.newaxis], _limits(values))
            axis.set_aspect("auto")
        top -= height + GAP
    return figure


def _as_step(name, values):
    """Return a step as an array of a shape that can be drawn."""
    values = as_array(values, f"steps[{name!r}]")
    if values.ndim not in (1, 3) or values.size == 0:
        raise ValueError(
            f"steps[{name!r}] must be maps (H, W, C) or a row (n,), got {values.shape}"
        )
    if values.ndim == 3 and values.shape[2] > MOST_MAPS:
        raise ValueError(
            f"steps[{name!r}] has {values.shape[2]} maps; at most {MOST_MAPS} fit"
        )
    return values


def _is_bars(values):
    return values.ndim == 1 and len(values) <= MOST_BARS


def _inches_a_pixel(steps):
    """Return the scale at which the tallest and the widest row of maps fit."""
    maps = [values.shape for values in steps if values.ndim == 3]
    if not maps:
        return 1.0
    room = WIDTH - LEFT - 0.15
    fits = [(room - 0.12 * (count - 1)) / (cols * count) for _, cols, count in maps]
    return min(*fits, *(TALLEST / rows for rows, _, _ in maps), TALLEST)


def _height(values, scale):
    if values.ndim == 3:
        return max(values.shape[0] * scale, 0.42)  # two lines of text beside it
    return BARS + 0.3 if _is_bars(values) else STRIP + 0.12


def _name(figure, name, values, middle):
    """Write a step's name and its shape to the left of its row."""
    shape = " × ".join(f"{length:,}" for length in values.shape)
    height = figure.get_figheight()
    left = 0.1 / WIDTH
    figure.text(left, middle + 0.11 / height, name, fontsize=11.5, va="center")
    figure.text(
        left, middle - 0.11 / height, shape, fontsize=10.5, va="center", color="#5f5b52"
    )


def _axes(figure, box, tall):
    """Return axes in a box of inches, (left, bottom, width, height)."""
    left, bottom, width, height = box
    return figure.add_axes((left / WIDTH, bottom / tall, width / WIDTH, height / tall))


def _draw_pixels(axis, values, value_range):
    """Draw numbers as pixels: grey from 0 up, signed colours if one is negative."""
    draw_pixels(axis, values, value_range, signed=value_range[0] < 0)
    axis.spines[:].set_visible(True)
    axis.spines[:].set_linewidth(0.5)


def _limits(values):
    """Return the range of colours of a step, signed if a number is negative."""
    reach = float(np.abs(values).max()) or 1.0
    return (-reach if (values < 0).any() else 0.0), reach


def _draw_maps(figure, maps, box, tall, scale):
    """Draw the maps of a step side by side, in one range of colours."""
    left, bottom, _, height = box
    rows, cols, count = maps.shape
    lower = bottom + (height - rows * scale) / 2
    for channel in range(count):
        start = left + channel * (cols * scale + 0.12)
        axis = _axes(figure, (start, lower, cols * scale, rows * scale), tall)
        _draw_pixels(axis, maps[..., channel], _limits(maps))


def _draw_bars(figure, values, box, tall, marked):
    """Draw a bar for each number, its place below it and its value at its end."""
    left, bottom, width, height = box
    axis = _axes(figure, (left, bottom + 0.18, width, height - 0.18), tall)
    places = np.arange(len(values))
    colours = [VERMILION if place == marked else BLUE for place in places]
    axis.bar(places, values, width=0.7, color=colours)
    axis.axhline(0, color=INK, linewidth=0.8, linestyle="-")
    low, high = min(values.min(), 0), max(values.max(), 0)
    room = 0.35 * ((high - low) or 1.0)
    axis.set_ylim(low - (room if low < 0 else 0), high + room)
    for place, value in zip(places, values, strict=True):
        axis.annotate(
            f"{value:.2f}".replace("-", "−"),
            (place, value),
            xytext=(0, 2 if value >= 0 else -2),
            textcoords="offset points",
            ha="center",
            va="bottom" if value >= 0 else "top",
            fontsize=10,
            fontweight="bold" if place == marked else "normal",
        )
    axis.set_xlim(-0.5, len(values) - 0.5)
    axis.set_xticks(places)
    axis.set_yticks([])
    axis.grid(False)
    axis.tick_params(length=0, pad=1, labelsize=10.5)
    axis.spines[:].set_visible(False)
