"""Pictures of what is inside a trained network: rows of maps, units by layer."""

import numpy as np
from matplotlib import pyplot as plt

from cnn_helpers._drawing import WIDTH, new_axes
from cnn_helpers.plotting import BLUE, INK, ORANGE, show_image


def show_rows(rows, titles=None, *, signed=False, value_range=None, own_range=False):
    """Show rows of images, the name of a row to its left.

    Parameters
    ----------
    rows : dict of str to sequence of array_like
        Images, each as in `cnn_helpers.plotting.show_image`, by the names of their
        rows; all rows equally long.
    titles : sequence of str, optional
        One title a column.
    signed, value_range
        As in `cnn_helpers.plotting.show_image`, for every image.
    own_range : bool
        Show every image from 0, black, to its own largest number, white.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no images, the rows differ in length, or there are not as many
        titles as columns.

    Examples
    --------
    >>> figure = show_rows({"one": [np.eye(3)], "two": [np.ones((3, 3))]}, ["first"])
    >>> [ax.get_title() for ax in figure.axes]
    ['first', '']
    >>> plt.close(figure)
    """
    lengths = {name: len(images) for name, images in rows.items()}
    columns = max(lengths.values(), default=0)
    if not columns or set(lengths.values()) != {columns}:
        raise ValueError(f"rows must hold equally many images, at least 1: {lengths}")
    if titles is not None and len(titles) != columns:
        raise ValueError(f"there are {columns} columns but {len(titles)} titles")
    side = (WIDTH - 0.9) / columns
    figure, axes = plt.subplots(
        len(rows),
        columns,
        figsize=(WIDTH, len(rows) * (side + 0.06) + (0.35 if titles else 0.1)),
        squeeze=False,
        layout="constrained",
    )
    for line, (name, images) in zip(axes, rows.items(), strict=True):
        for ax, image in zip(line, images, strict=True):
            if own_range:
                value_range = 0, np.max(image) or 1.0
            show_image(image, signed=signed, value_range=value_range, ax=ax)
        look = {"transform": line[0].transAxes, "ha": "right", "va": "center"}
        line[0].text(-0.1, 0.5, name, fontsize=9, color=INK, **look)
    for ax, title in zip(axes[0], titles or [""] * columns, strict=True):
        ax.set_title(title, fontsize=9)
    return figure


def plot_units(layers, *, ylabel, lines=None):
    """Plot one number a unit, layer by layer, for two networks side by side.

    Parameters
    ----------
    layers : dict of str to dict of str to array_like
        By layer, then by network: one number a unit. NaN is left out.
    ylabel : str
        What is measured.
    lines : dict of str to float, optional
        Values to compare with, drawn as dashed lines; their names, which may have
        line breaks, stand to the right.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are no layers, or not one or two networks in each.

    Examples
    --------
    >>> ax = plot_units({"conv1": {"a": [1, 3], "b": [2]}}, ylabel="index")
    >>> [line.get_ydata().tolist() for line in ax.lines if len(line.get_ydata()) == 1]
    [[2.0], [2.0]]
    >>> plt.close(ax.figure)
    """
    looks = dict(zip(_networks(layers), LOOKS, strict=False))
    ax = new_axes(3.4)
    for place, networks in enumerate(layers.values()):
        for name, values in networks.items():
            color, marker, aside = looks[name]
            values = np.asarray(values, dtype=float)
            values = np.sort(values[np.isfinite(values)])
            spread = np.linspace(-0.12, 0.12, len(values)) * (len(values) > 1)
            across = place + aside + spread
            look = {
                "color": color,
                "marker": marker,
                "label": name if not place else "",
            }
            ax.scatter(across, values, s=22, alpha=0.75, linewidth=0, **look)
            if len(values):
                middle = [np.median(values)]
                bar = {"marker": "_", "markersize": 22, "markeredgewidth": 2.2}
                ax.plot([place + aside], middle, color=INK, **bar)
    for name, value in (lines or {}).items():
        ax.axhline(value, color=INK, linestyle="--", linewidth=1)
        look = {"transform": ax.get_yaxis_transform(), "fontsize": 9, "va": "center"}
        ax.text(1.01, value, name, **look)  # beside the axes, where no unit is
    ax.set_xticks(range(len(layers)), list(layers))
    ax.set(xlim=(-0.5, len(layers) - 0.45), ylabel=ylabel)
    ax.legend(loc="best")
    return ax


def plot_unit_curves(angles, layers, *, reference=None):
    """Plot the tuning curves of all units, a panel for each layer and network.

    Curves are divided by their largest answer and turned until it stands at 0, so that
    their shapes can be compared. Units that never answer are left out.

    Parameters
    ----------
    angles : array_like, shape (n,)
        In radians, in equal steps over half a turn.
    layers : dict of str to dict of str to array_like, shape (n, units)
        By layer, then by network: one curve a unit, no answer below 0.
    reference : array_like, shape (n,), optional
        One curve more, dashed in every panel.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no layers, not one or two networks in each, or curves and angles
        differ in length.

    Examples
    --------
    >>> curves = {"conv1": {"a": [[1, 0], [4, 0], [2, 0]]}}
    >>> figure = plot_unit_curves([0, np.pi / 3, 2 * np.pi / 3], curves)
    >>> [line.get_ydata().tolist() for line in figure.axes[0].lines]
    [[0.25, 1.0, 0.5]]
    >>> plt.close(figure)
    """
    names = _networks(layers)
    degrees = np.rad2deg(np.asarray(angles, dtype=float))
    across = degrees - degrees[len(degrees) // 2]
    figure, axes = plt.subplots(
        len(layers),
        len(names),
        figsize=(WIDTH, 0.5 + 1.5 * len(layers)),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for row, (layer, networks) in zip(axes, layers.items(), strict=True):
        for ax, (name, curves), look in zip(row, networks.items(), LOOKS, strict=False):
            thin = {"color": look[0], "linestyle": "-", "linewidth": 1}
            thin["antialiased"] = False  # many crossing lines make a heavy picture
            for curve in _peaks_in_the_middle(curves, len(degrees)):
                ax.plot(across, curve, **thin)
            if reference is not None:
                (curve,) = _peaks_in_the_middle(np.transpose([reference]), len(degrees))
                ax.plot(across, curve, color=INK, linestyle="--", linewidth=1.6)
            ax.set_title(f"{layer}, {name}", fontsize=9)
            ax.set(xticks=[-90, -45, 0, 45, 90], ylim=(0, 1.05))
    figure.supxlabel("angle of the bar, from the best one (degrees)", fontsize=9)
    figure.supylabel("answer, share of the best", fontsize=9)
    return figure


def _peaks_in_the_middle(curves, count):
    """Return the curves of the units that answer, (units, n), their peak amid them."""
    curves = np.asarray(curves, dtype=float)
    if curves.ndim != 2 or len(curves) != count:
        raise ValueError(
            f"curves must be (angles, units) with {count} angles, got {curves.shape}"
        )
    answering = [curve / curve.max() for curve in curves.T if curve.max() > 0]
    return [np.roll(curve, count // 2 - curve.argmax()) for curve in answering]


def _networks(layers):
    """Return the names of the one or two networks that every layer has."""
    names = [tuple(networks) for networks in layers.values()]
    if not names or len(set(names)) != 1 or not 1 <= len(names[0]) <= 2:
        raise ValueError(f"give every layer the same one or two networks, got {names}")
    return names[0]


LOOKS = ((BLUE, "o", -0.18), (ORANGE, "s", 0.18))  # colour, marker, place
