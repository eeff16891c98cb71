"""Figures of speed: ratios of times, and the roofline of a machine."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from cnn_helpers._drawing import FAINT, INK, WIDTH
from cnn_helpers.plotting import COLORS, HATCHES, MARKERS, plot_curves

TOUCHING = 0.03, 0.035  # nearer, as shares of the axes, two labels would overlap


def plot_ratios(ratios, *, ylabel, ax=None):
    """Draw ratios as bars that rise or hang from 1, in groups.

    The axis is logarithmic, so that half and double are equally far from 1.

    Parameters
    ----------
    ratios : dict of str to dict of str to float
        For each group the ratios by the names of the series; a group may lack some.
    ylabel : str
        What is divided by what.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is nothing to draw, or a ratio is not a finite number above 0.

    Examples
    --------
    >>> ax = plot_ratios({"a": {"ours": 0.5, "loops": 120.0}}, ylabel="time over ours")
    >>> [text.get_text() for text in ax.texts]
    ['0.50', '120']
    >>> plt.close(ax.figure)
    """
    values = [value for group in ratios.values() for value in group.values()]
    if not values:
        raise ValueError("ratios is empty: there is nothing to draw")
    _require_positive("ratios", values)
    if ax is None:
        _, ax = plt.subplots(figsize=(WIDTH, 3.6), layout="constrained")
    series = list(dict.fromkeys(name for group in ratios.values() for name in group))
    width = 0.84 / len(series)
    for index, (name, color, hatch) in enumerate(
        zip(series, COLORS, HATCHES, strict=False)
    ):
        offset = (index - (len(series) - 1) / 2) * width
        places = [p for p, group in enumerate(ratios.values()) if name in group]
        heights = np.array([g[name] for g in ratios.values() if name in g])
        middles = np.array(places) + offset
        look = {"color": color, "hatch": hatch, "label": name}
        ax.bar(middles, heights - 1, 0.92 * width, bottom=1, **look)
        for x, ratio in zip(middles, heights, strict=True):
            _write_ratio(ax, x, ratio)
    ax.axhline(1, color=INK, linewidth=1)
    ax.set_xticks(range(len(ratios)), list(ratios), fontsize=9)
    ax.grid(axis="x", visible=False)
    ax.set_ylabel(ylabel)
    _powers_of_two(ax, min([*values, 1]) / 1.6, max([*values, 1]) * 1.6)
    if len(series) > 1:
        ax.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return ax


def plot_tile_sizes(counts, seconds, megabytes, *, ax=None):
    r"""Plot the time of a batch over how many images are taken at a time.

    Parameters
    ----------
    counts : array_like, shape (n,)
        Images at a time.
    seconds : array_like, shape (n,)
        Times; drawn over the shortest of them.
    megabytes : array_like, shape (n,)
        Size of the buffer, written below each count.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a number is not finite and above 0.

    Examples
    --------
    >>> ax = plot_tile_sizes([1, 2], [0.3, 0.2], [0.5, 1.0])
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['1\n0.5 MB', '2\n1.0 MB']
    >>> plt.close(ax.figure)
    """
    _require_positive("seconds", seconds)
    _require_positive("counts", counts)
    curves = {"time": np.asarray(seconds) / np.min(seconds)}
    xlabel, ylabel = "images at a time, and the buffer for them", "time over the best"
    ax = plot_curves(counts, curves, xlabel=xlabel, ylabel=ylabel, ax=ax)
    pairs = zip(counts, megabytes, strict=True)
    ax.set_xscale("log")
    ax.set_xticks(counts, [f"{count}\n{size:.1f} MB" for count, size in pairs])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_ylim(bottom=0)
    ax.margins(x=0.06)
    return ax


def plot_roofline(points, *, peak, bandwidth, ax=None):
    """Draw what a machine can do at most, and where measured ways lie below it.

    The roof is the lower of two bounds: the peak, and bandwidth times intensity
    (Williams, Waterman and Patterson 2009, `doi:10.1145/1498765.1498785
    <https://doi.org/10.1145/1498765.1498785>`_). Speeds are drawn as shares of the
    peak.

    Parameters
    ----------
    points : dict of str to sequence of (label, intensity, speed)
        By the name of the way. Intensity in operations per byte moved, speed in
        operations per second.
    peak : float
        Operations per second.
    bandwidth : float
        Bytes per second.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are no points, or a number is not finite and above 0.

    Examples
    --------
    >>> ax = plot_roofline({"tiles": [("c", 200.0, 8e10)]}, peak=1e11, bandwidth=2e10)
    >>> [text.get_text() for text in ax.texts]
    ['c']
    >>> plt.close(ax.figure)
    """
    numbers = [n for way in points.values() for point in way for n in point[1:]]
    if not numbers:
        raise ValueError("points is empty: there is nothing to draw")
    _require_positive("points", numbers)
    _require_positive("peak and bandwidth", [peak, bandwidth])
    if ax is None:
        _, ax = plt.subplots(figsize=(WIDTH, 4.2), layout="constrained")
    ridge = peak / bandwidth
    intensities = [point[1] for way in points.values() for point in way]
    left, right = min([*intensities, ridge]) / 3, max([*intensities, ridge]) * 3
    ax.plot([left, ridge, right], [left / ridge, 1, 1], color=INK, label="the roof")
    ax.axvline(ridge, color=FAINT, linestyle=":", linewidth=1.2)
    for (name, way), color, marker in zip(
        points.items(), COLORS, MARKERS, strict=False
    ):
        xs = [intensity for _, intensity, _ in way]
        ys = [speed / peak for _, _, speed in way]
        ax.plot(xs, ys, marker, color=color, markersize=8, linestyle="", label=name)
    ax.set(xscale="log", xlim=(left, right))
    shares = [speed / peak for way in points.values() for _, _, speed in way]
    _powers_of_two(ax, min([*shares, 0.25]) / 1.6, max([*shares, 1]) * 1.6)
    ax.set(xlabel="operations per byte moved", ylabel="share of the peak")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:.10g}"))
    for way in points.values():
        _label_points(ax, [(label, x, speed / peak) for label, x, speed in way])
    ax.legend(loc="lower right")
    return ax


def _label_points(ax, points):
    """Write each point's label beside it; points that touch share one, as in "c, d"."""
    labels = {}  # by the place in the axes, as a share of width and height
    for label, x, y in points:
        place = ax.transAxes.inverted().transform(ax.transData.transform((x, y)))
        distances = {other: np.abs(np.subtract(other, place)) for other in labels}
        first = next((o for o, d in distances.items() if (d < TOUCHING).all()), None)
        if first is None:
            labels[tuple(place)] = ax.annotate(
                label, (x, y), (7, -4), textcoords="offset points"
            )
        else:
            labels[first].set_text(f"{labels[first].get_text()}, {label}")


def _write_ratio(ax, x, ratio):
    """Write a ratio beyond the end of its bar."""
    above = ratio >= 1
    ax.annotate(
        f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}",
        (x, ratio),
        (0, 3 if above else -3),
        textcoords="offset points",
        ha="center",
        va="bottom" if above else "top",
        fontsize=9,
    )


def _powers_of_two(ax, low, high):
    """Give the y axis a logarithmic scale whose ticks are powers of two."""
    exponents = np.arange(np.ceil(np.log2(low)), np.floor(np.log2(high)) + 1)
    step = max(1, len(exponents) // 6)
    kept = exponents[exponents % step == 0]
    ax.set_yscale("log", base=2)
    ax.set_ylim(low, high)
    ax.yaxis.set_major_locator(FixedLocator(2.0**kept))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(_as_ratio))


def _as_ratio(value, _place):
    """Return 0.25 as 1/4, and 4 as 4."""
    return f"1/{1 / value:.0f}" if value < 1 else f"{value:,.0f}"


def _require_positive(name, numbers):
    """Raise ValueError unless all numbers are finite and above 0."""
    for number in numbers:
        if not (np.isfinite(number) and number > 0):
            raise ValueError(f"{name} must be finite and above 0; got {number}")
