"""Pictures of training: the paths of optimizers downhill, and several runs as one.

Two weights span a map on which the loss is a landscape. `show_descent` draws its
contours and the steps of a training on them. Trainings differ by their seeds;
`plot_runs` draws the mean of several and the band from the lowest to the highest.
"""

from itertools import cycle

import numpy as np
from matplotlib import pyplot as plt

from cnn_helpers._drawing import FAINT, INK, WIDTH, new_axes
from cnn_helpers._validation import as_array
from cnn_helpers.plotting import COLORS, DASHES, MARKERS

POINTS_A_SIDE = 121  # of the grid on which the loss is computed
LEVELS = 7


def show_descent(loss, paths, *, low, high, names=("w", "b"), columns=2):
    """Draw the loss over two weights as contours, and on them the path of each run.

    Parameters
    ----------
    loss : callable
        ``loss(first, second)`` is one number; it is called with two floats.
    paths : dict of str to array_like, shape (steps, 2)
        For each title the weights before the first step and after each.
    low, high : (float, float)
        The corners of the map: the smallest and the largest of both weights. What lies
        outside is cut off.
    names : (str, str)
        The names of the weights.
    columns : int
        Maps beside each other.

    Returns
    -------
    matplotlib.figure.Figure
        One Axes a path. From one contour to the next the loss is four times as high; a
        ring marks the start, a star the lowest point of the grid.

    Raises
    ------
    ValueError
        If there are no paths, a path has another shape, or the corners are no corners.

    Examples
    --------
    >>> def bowl(first, second):
    ...     return first**2 + second**2
    >>> path = {"two steps": [[2, 1], [1, 0.5], [0.5, 0.25]]}
    >>> figure = show_descent(bowl, path, low=(-3, -3), high=(3, 3))
    >>> [ax.get_title() for ax in figure.axes]
    ['two steps']
    >>> plt.close(figure)
    """
    paths = {title: _as_path(title, path) for title, path in paths.items()}
    if not paths:
        raise ValueError("paths is empty: there is nothing to draw")
    if not all(a < b for a, b in zip(low, high, strict=True)):
        raise ValueError(
            f"low must lie below high in both weights; got {low} and {high}"
        )
    first, second, heights = _landscape(loss, low, high)
    columns = min(columns, len(paths))
    rows = -(-len(paths) // columns)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(WIDTH, 0.5 + 5.2 / columns * rows),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for ax, (title, path) in zip(axes.flat, paths.items(), strict=False):
        _draw_landscape(ax, first, second, heights)
        ax.plot(*path.T, "o-", color=COLORS[1], markersize=2.5, linewidth=1.1)
        ax.plot(*path[0], "o", color=INK, markersize=9, markerfacecolor="none")
        ax.set(title=title, xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    for ax in axes.flat[len(paths) :]:
        ax.set_visible(False)
    for ax in axes[-1]:
        ax.set_xlabel(names[0])
    for ax in axes[:, 0]:
        ax.set_ylabel(names[1])
    return figure


def plot_runs(runs, *, ylabel, xlabel="epoch", x=None, markers=None, ax=None):
    """Plot the mean of several runs of each kind, and the band that they fill.

    Parameters
    ----------
    runs : dict of str to array_like, shape (runs, n)
        The runs by the names that the legend shows; a row a run.
    ylabel, xlabel : str
        With the unit, where there is one.
    x : array_like, shape (n,), optional
        Without it 1, 2, ..., n.
    markers : bool, optional
        Mark every point. Without it: up to 12 points.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are no runs, they are not rows, or their length is not that of `x`.

    Examples
    --------
    >>> ax = plot_runs({"plain": [[3, 2, 1], [5, 4, 3]]}, ylabel="loss")
    >>> ax.lines[0].get_ydata()
    array([4., 3., 2.])
    >>> plt.close(ax.figure)
    """
    if not runs:
        raise ValueError("runs is empty: there is nothing to plot")
    runs = {
        name: as_array(rows, f"runs[{name!r}]", "(runs, n)").astype(float)
        for name, rows in runs.items()
    }
    ax = new_axes(3.4) if ax is None else ax
    looks = zip(cycle(COLORS), cycle(DASHES), cycle(MARKERS), strict=False)
    for (name, rows), (color, dash, marker) in zip(runs.items(), looks, strict=False):
        places = np.arange(1, rows.shape[1] + 1) if x is None else np.asarray(x)
        if places.shape != (rows.shape[1],):
            raise ValueError(
                f"x has shape {places.shape}, but runs[{name!r}] have "
                f"{rows.shape[1]} points each"
            )
        marked = len(places) <= 12 if markers is None else markers
        look = {"color": color, "linestyle": dash, "marker": marker if marked else None}
        ax.plot(places, rows.mean(axis=0), label=name, **look)
        low, high = rows.min(axis=0), rows.max(axis=0)
        ax.fill_between(places, low, high, color=color, alpha=0.18, linewidth=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if len(runs) > 1:
        ax.legend()
    return ax


def _as_path(title, path):
    """Return a path as floats of shape (steps, 2)."""
    path = as_array(path, f"paths[{title!r}]", "(steps, 2)").astype(float)
    if path.shape[1:] != (2,) or len(path) == 0:
        raise ValueError(
            f"paths[{title!r}] must have shape (steps, 2), two weights a step; got "
            f"{path.shape}"
        )
    return path


def _landscape(loss, low, high):
    """Return the grid's weights and the loss at each of its points."""
    first, second = np.meshgrid(
        np.linspace(low[0], high[0], POINTS_A_SIDE),
        np.linspace(low[1], high[1], POINTS_A_SIDE),
    )
    heights = np.vectorize(loss, otypes=[float])(first, second)
    return first, second, heights


def _draw_landscape(ax, first, second, heights):
    """Draw contours, four times as high from one to the next, and the lowest point."""
    top = heights.max()
    levels = top * 4.0 ** -np.arange(LEVELS)[::-1]
    ax.contour(first, second, heights, levels, colors=FAINT, linewidths=0.7)
    lowest = heights.argmin()
    ax.plot(
        first.flat[lowest], second.flat[lowest], "*", color=COLORS[0], markersize=11
    )
    ax.grid(False)
