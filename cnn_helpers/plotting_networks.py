"""Pictures of networks: which unit reaches which, and a model layer by layer."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from cnn_helpers._drawing import INK, WIDTH
from cnn_helpers.plotting import GREEN, VERMILION

PALE, LIT, MAP, WINDOW = "#d0cbbf", VERMILION, "#dce7f0", GREEN
MAPS_DRAWN, UNITS_DRAWN = 6, 9
ROOM = 0.12  # inches around the drawings


def show_connections(panels, *, unit):
    """Draw layers as columns of units, and light up what one input reaches.

    Parameters
    ----------
    panels : dict of str to list of array_like
        For each title the masks of its layers, in order; ``mask[output, input]`` is
        true where the layer joins the two. Shapes (outputs, inputs).
    unit : int
        The input that is lit, from 0.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If a mask is not two-dimensional or does not fit the one before it, or there is
        no such unit.

    Examples
    --------
    >>> band = np.eye(4) + np.eye(4, k=1)
    >>> figure = show_connections({"once": [band], "twice": [band, band]}, unit=2)
    >>> [axis.get_title() for axis in figure.axes]
    ['once', 'twice']
    >>> plt.close(figure)
    """
    panels = {title: _as_masks(title, masks) for title, masks in panels.items()}
    inputs = [masks[0].shape[1] for masks in panels.values()]
    if not 0 <= unit < min(inputs):
        raise ValueError(f"unit must lie between 0 and {min(inputs) - 1}; got {unit}")
    most = max(max(mask.shape) for masks in panels.values() for mask in masks)
    figure, axes = plt.subplots(
        1,
        len(panels),
        figsize=(WIDTH, 0.7 + 0.25 * most),
        width_ratios=[len(masks) + 0.5 for masks in panels.values()],
        squeeze=False,
        layout="constrained",
    )
    for axis, (title, masks) in zip(axes.flat, panels.items(), strict=True):
        lit = np.zeros(masks[0].shape[1], dtype=bool)
        lit[unit] = True
        _draw_units(axis, 0, lit)
        for column, mask in enumerate(masks):
            lit = _draw_layer(axis, column, mask, lit)
        axis.set_title(title)
        axis.set_xlim(-0.25, len(masks) + 0.25)
        axis.set_ylim(most - 0.5, -0.5)
        axis.axis("off")
    return figure


def show_network(model, title=None):
    """Draw a model from its own layers: maps as squares, vectors as columns of units.

    A shape stands under each layer and the number of its parameters over it. Between
    maps the window of one output is drawn, between vectors all lines.

    Parameters
    ----------
    model : Sequential
        Built, of images or vectors. Layers that keep the shape and have no parameters
        (Dropout, activations) are left out.
    title : str, optional

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the model is not built.

    Examples
    --------
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((8, 8, 1)), layers.Conv2D(4, 3),
    ...                            layers.Flatten(), layers.Dense(2)])
    >>> figure = show_network(model)
    >>> [text.get_text() for text in figure.axes[0].texts][3:6]
    ['Conv2D', '6 × 6 × 4', '40']
    >>> plt.close(figure)
    """
    if not model.built:
        raise ValueError("model has no shapes yet: give it an Input, or build it")
    steps = _steps(model)
    figure = plt.figure(figsize=(WIDTH, 2.75 if title else 2.5), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set_xlim(0, WIDTH)
    axis.set_ylim(-1.25, 1.5 if title else 1.25)
    axis.axis("off")
    if title:
        axis.text(ROOM, 1.36, title, va="center", fontsize=11)
    pitch = (WIDTH - 2 * ROOM) / len(steps)
    tallest = max([shape[0] for _, shape, _, _ in steps if len(shape) == 3], default=1)
    edge, widest = None, min(1.05, 0.72 * pitch)
    for number, (name, shape, count, layer) in enumerate(steps):
        middle = ROOM + pitch * (number + 0.5)
        _label(axis, middle, name, shape, count)
        if len(shape) == 3:
            side = widest * (0.25 + 0.75 * shape[0] / tallest)
            edge = _draw_maps(axis, middle, side, shape, edge, layer)
        else:
            edge = _draw_vector(axis, middle, shape[-1], edge, name)
    return figure


# ------------------------------------------------------------ connections


def _as_masks(title, masks):
    """Return the masks as arrays of booleans, or say which does not fit."""
    arrays = [np.asarray(mask).astype(bool) for mask in masks]
    for before, mask in zip([None, *arrays], arrays, strict=False):
        if mask.ndim != 2:
            raise ValueError(
                f"panels[{title!r}]: a mask has shape (outputs, inputs), got "
                f"{mask.shape}"
            )
        if before is not None and mask.shape[1] != before.shape[0]:
            raise ValueError(
                f"panels[{title!r}]: a mask of shape {mask.shape} does not follow one "
                f"of shape {before.shape}: its inputs are the outputs before"
            )
    return arrays


def _draw_layer(axis, column, mask, lit):
    """Draw the lines into one column of units and the units; return the lit ones."""
    for output, source in np.argwhere(mask):
        chosen = lit[source]
        axis.plot(
            [column, column + 1],
            [source, output],
            color=LIT if chosen else PALE,
            linewidth=1.6 if chosen else 0.7,
            linestyle="-",
            antialiased=bool(chosen),  # many pale lines make a heavy picture
            zorder=2 if chosen else 1,
        )
    reached = (mask & lit).any(axis=1)
    _draw_units(axis, column + 1, reached)
    return reached


def _draw_units(axis, column, lit):
    """Draw a column of units, the lit ones filled and larger."""
    for row, chosen in enumerate(lit):
        axis.plot(
            column,
            row,
            "o",
            markersize=9 if chosen else 6.5,
            markerfacecolor=LIT if chosen else "white",
            markeredgecolor=INK,
            zorder=3,
        )


# ------------------------------------------------------------ a model


def _steps(model):
    """Return (name, shape, parameters, layer) of the input and of what is drawn."""
    shape = model.input_shape
    steps = [("input", shape[1:], 0, None)]
    for layer in model.layers:
        before, shape = shape, layer.compute_output_shape(shape)
        count = sum(weight.size for weight in layer.weights)
        if shape != before or count:
            steps.append((type(layer).__name__, shape[1:], count, layer))
    return steps


SHORT_NAMES = {
    "MaxPooling2D": "max-pool",
    "AveragePooling2D": "mean-pool",
    "GlobalMaxPooling2D": "global max",
    "GlobalAveragePooling2D": "global mean",
}


def _label(axis, middle, name, shape, count):
    """Write the layer's kind above, its shape and its parameters below."""
    size = " × ".join(f"{length:,}" for length in shape)
    kind = SHORT_NAMES.get(name, name)
    style = {"ha": "center", "va": "center", "fontsize": 9}
    axis.text(middle, 1.12, kind, **style)
    axis.text(middle, -0.9, size, **style)
    axis.text(middle, -1.1, f"{count:,}" if count else "–", color=LIT, **style)


def _draw_maps(axis, middle, side, shape, edge, layer):
    """Draw a stack of maps, and the window from which one output comes."""
    drawn = min(shape[2], MAPS_DRAWN)
    step = min(0.05, 0.2 / drawn)
    left = middle - (side + step * (drawn - 1)) / 2
    lower = -(side + step * (drawn - 1)) / 2 + 0.1
    for place in reversed(range(drawn)):
        corner = left + step * place, lower + step * place
        axis.add_patch(Rectangle(corner, side, side, fc=MAP, ec=INK, lw=0.8, zorder=2))
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if edge is not None and edge["kind"] == "maps" and window:
        _draw_window(axis, edge, window, (left + 0.72 * side, lower + 0.5 * side))
    return {"kind": "maps", "left": left, "lower": lower, "side": side, "shape": shape}


def _draw_window(axis, edge, window, target):
    """Frame a window on the maps before, and lead it to one output."""
    height, width = edge["shape"][:2]
    rows = max(edge["side"] * window[0] / height, 0.06)
    cols = max(edge["side"] * window[1] / width, 0.06)
    left, lower = (
        edge["left"] + 0.12 * edge["side"],
        edge["lower"] + 0.35 * edge["side"],
    )
    frame = Rectangle((left, lower), cols, rows, fc="none", ec=WINDOW, lw=1.6, zorder=4)
    axis.add_patch(frame)
    for corner in lower, lower + rows:
        axis.plot(
            [left + cols, target[0]],
            [corner, target[1]],
            color=WINDOW,
            linewidth=1,
            linestyle="-",
            zorder=3,
        )
    axis.plot(*target, "s", color=WINDOW, markersize=4, zorder=4)


def _draw_vector(axis, middle, length, edge, name):
    """Draw a column of units, with all lines from the column before."""
    drawn = min(length, UNITS_DRAWN)
    heights = 0.1 + np.linspace(0.8, -0.8, drawn) * (drawn - 1) / (UNITS_DRAWN - 1)
    if edge is not None and edge["kind"] == "vector" and name == "Dense":
        for before in edge["heights"]:
            for height in heights:
                axis.plot(
                    [edge["middle"], middle],
                    [before, height],
                    color=PALE,
                    linewidth=0.6,
                    linestyle="-",
                    zorder=1,
                )
    gap = length > drawn
    for place, height in enumerate(heights):
        if gap and place == drawn // 2:  # more units than drawn
            axis.text(middle, height, "⋮", ha="center", va="center", fontsize=11)
            continue
        axis.plot(middle, height, "o", mfc="white", mec=INK, markersize=6, zorder=3)
    kept = [h for p, h in enumerate(heights) if not (gap and p == drawn // 2)]
    return {"kind": "vector", "middle": middle, "heights": kept}
