"""Figures that hold two libraries against each other: their curves, their times."""

from itertools import cycle

import numpy as np
from matplotlib import pyplot as plt

from cnn_helpers._drawing import FAINT, WIDTH
from cnn_helpers.plotting import COLORS, DASHES, HATCHES, MARKERS

EVERY = 4  # steps between the dots on a line
FLOOR = 1e-8  # a distance of 0 has no place on a logarithmic axis


def plot_agreement(runs, *, names, control=None, control_name="control"):
    """Draw two libraries' losses over each other, and their distance below.

    Parameters
    ----------
    runs : dict of str to (array_like, array_like), each of shape (steps,)
        For each run the losses of the first library and of the second.
    names : (str, str)
        The two libraries. The first is drawn as a line, the second as dots upon it,
        one for every fourth step; the distance below has a dot for each.
    control : array_like, shape (steps,), optional
        A distance for comparison, of two runs that are not the same.
    control_name : str
        What the legend calls it.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no runs, or their lengths differ; it names the run and the shapes.

    Examples
    --------
    >>> figure = plot_agreement({"SGD": ([2.3, 1.9], [2.3, 1.900001])},
    ...                         names=("Keras", "NumPy"))
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['SGD, Keras', 'SGD, NumPy, every 4th step']
    >>> plt.close(figure)
    """
    runs = {name: tuple(map(np.asarray, pair)) for name, pair in runs.items()}
    if not runs:
        raise ValueError("runs is empty: there is nothing to draw")
    steps = np.arange(1, len(next(iter(runs.values()))[0]) + 1)
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(WIDTH, 4.6), sharex=True, layout="constrained"
    )
    looks = zip(cycle(COLORS), cycle(DASHES), cycle(MARKERS), strict=False)
    for (run, (first, second)), look in zip(runs.items(), looks, strict=False):
        color, dash, marker = look
        if first.shape != second.shape or first.shape != steps.shape:
            raise ValueError(
                f"runs[{run!r}] has losses of shapes {first.shape} and {second.shape}; "
                f"all must be {steps.shape}"
            )
        label = f"{run}, {names[0]}"
        top.plot(steps, first, color=color, linestyle=dash, linewidth=1.5, label=label)
        dots = {"color": color, "marker": marker, "linestyle": "none"}
        every = slice(EVERY - 1, None, EVERY)
        label = f"{run}, {names[1]}, every {EVERY}th step"
        top.plot(steps[every], second[every], markersize=4.5, label=label, **dots)
        distance = np.maximum(abs(first - second), FLOOR)
        bottom.semilogy(steps, distance, markersize=3, label=run, **dots)
    if control is not None:
        style = {"color": FAINT, "marker": "x", "linestyle": "none", "markersize": 4}
        heights = np.maximum(control, FLOOR)
        bottom.semilogy(steps, heights, label=control_name, **style)
    top.set_ylabel("loss of the step")
    bottom.set(xlabel="step", ylabel="distance")
    top.legend(loc="lower left")
    bottom.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
    return figure


def plot_times(times, *, xlabel, ax=None):
    """Draw the times of several ways as bars, grouped by the case.

    Parameters
    ----------
    times : dict of str to dict of str to float
        For each case the times by the names of the ways; each case has all of them.
    xlabel : str
        What is measured, with its unit.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is nothing to draw, or the cases do not have the same ways.

    Examples
    --------
    >>> ax = plot_times({"small": {"ours": 0.5, "theirs": 2.0}}, xlabel="time (ms)")
    >>> [text.get_text() for text in ax.texts]
    ['0.50', '2.00']
    >>> plt.close(ax.figure)
    """
    if not times:
        raise ValueError("times is empty: there is nothing to draw")
    ways = list(next(iter(times.values())))
    for case, values in times.items():
        if list(values) != ways:
            raise ValueError(f"times[{case!r}] has {list(values)}, others have {ways}")
    if ax is None:
        size = (WIDTH, 0.9 + 0.3 * len(times) * len(ways))
        _, ax = plt.subplots(figsize=size, layout="constrained")
    height = 0.8 / len(ways)
    for index, way in enumerate(ways):
        values = [case[way] for case in times.values()]
        places = np.arange(len(times)) + (index - (len(ways) - 1) / 2) * height
        look = {"color": COLORS[index], "hatch": HATCHES[index], "label": way}
        bars = ax.barh(places, values, 0.92 * height, **look)
        ax.bar_label(bars, [f"{v:.2f}" for v in values], padding=3, fontsize=9)
    ax.set_yticks(range(len(times)), list(times))
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.16)
    ax.set_xlabel(xlabel)
    ax.legend()
    return ax
