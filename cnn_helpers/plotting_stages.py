"""Figures of a network's stages, and of the years in which they were invented."""

from matplotlib import pyplot as plt
from matplotlib.lines import Line2D

from cnn_helpers._drawing import PAPER
from cnn_helpers._validation import as_array
from cnn_helpers.plotting import COLORS, MARKERS, show_image


def show_planes(image, patterns, planes, titles):
    """Show an image, and beside it each pattern above the plane that it made.

    Parameters
    ----------
    image : array_like, shape (H, W)
    patterns : array_like, shape (kH, kW, n)
        Shown as signed maps: red above 0, blue below.
    planes : array_like, shape (H', W', n)
        Answers of at least 0, shown in one range of greys.
    titles : sequence of n str

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are not as many patterns as planes and titles, or none.

    Examples
    --------
    >>> import numpy as np
    >>> figure = show_planes(np.eye(5), np.eye(3)[..., None], np.eye(5)[..., None], "S")
    >>> [ax.get_title() for ax in figure.axes if ax.get_title()]
    ['image', 'S', 'answer']
    >>> plt.close(figure)
    """
    patterns = as_array(patterns, "patterns", "(kH, kW, n)")
    planes = as_array(planes, "planes", "(H, W, n)")
    count = len(titles)
    if not (count == patterns.shape[2] == planes.shape[2] and count):
        raise ValueError(
            f"patterns {patterns.shape} and planes {planes.shape} must have as many "
            f"channels as there are titles, and at least one; there are {count} titles"
        )
    figure, axes = plt.subplots(2, count + 1, figsize=(6.4, 6.4 * 2.3 / (count + 1)))
    show_image(image, "image", ax=axes[0, 0])
    axes[1, 0].set_visible(False)
    for number, title in enumerate(titles):
        top, bottom = axes[:, number + 1]
        show_image(patterns[..., number], title, signed=True, ax=top)
        shown = (0, planes.max() or 1)
        show_image(planes[..., number], "answer", value_range=shown, ax=bottom)
    return figure


def plot_time_line(events):
    """Draw events below each other, each at its year, in strands.

    Parameters
    ----------
    events : sequence of (year, strand, text)
        In the order in which they are drawn, from the top. Each strand has a colour
        and a marker, and is named in the legend.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are no events.

    Examples
    --------
    >>> ax = plot_time_line([(1959, "brains", "bars"), (1980, "networks", "S and C")])
    >>> [text.get_text() for text in ax.texts]
    ['1959  bars', '1980  S and C']
    >>> plt.close(ax.figure)
    """
    if not events:
        raise ValueError("events is empty: there is nothing to draw")
    strands = list(dict.fromkeys(strand for _, strand, _ in events))
    looks = dict(zip(strands, zip(COLORS, MARKERS, strict=False), strict=False))
    years = [year for year, _, _ in events]
    middle = (min(years) + max(years)) / 2
    _, ax = plt.subplots(figsize=(6.4, 1.2 + 0.32 * len(events)))
    for row, (year, strand, text) in enumerate(events):
        color, marker = looks[strand]
        early = year < middle
        ax.plot(year, row, marker=marker, color=color, markersize=8, linestyle="none")
        ax.text(
            year + (1 if early else -1),
            row,
            f"{year}  {text}",
            ha="left" if early else "right",
            va="center",
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
        )
    _finish(ax, looks, years)
    return ax


def _finish(ax, looks, years):
    """Set the limits, the grid and the legend of a time line."""
    handles = [
        Line2D([], [], color=color, marker=marker, linestyle="none", label=strand)
        for strand, (color, marker) in looks.items()
    ]
    ax.legend(handles=handles, loc="upper center", ncols=3, bbox_to_anchor=(0.5, 1.13))
    ax.set(xlim=(min(years) - 2, max(years) + 2), yticks=[])
    rows = len(ax.texts)
    ax.set_ylim(rows - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)
