"""Pictures of neurons and of what they do, for the chapters on biology."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from cnn_helpers.plotting import BLUE, HATCHES, INK, ORANGE, SKY, show_images


def show_fields(fields, titles, *, share_scale=True, label="weight", limit=None):
    """Show signed maps in a row: red excites, blue inhibits, white does nothing.

    Parameters
    ----------
    fields : sequence of numpy.ndarray
        Two-dimensional maps.
    titles : sequence of str
        One title a map.
    share_scale : bool
        One colour scale for all maps, with a colour bar; otherwise each map has its
        own, and 0 is white in every one.
    label : str
        What the colour bar shows.
    limit : float, optional
        Where the shared scale ends; larger values keep its last colour, so that weak
        parts can be seen. By default the largest value.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> figure = show_fields([np.eye(3), -np.eye(3)], ["on", "off"])
    >>> len(figure.axes)  # two maps and a colour bar
    3
    >>> plt.close(figure)
    """
    count = len(fields)
    height = 6.4 / count * (0.83 if share_scale else 0.98) + 0.35
    figure, axes = plt.subplots(
        1, count, figsize=(6.4, min(height, 4.0)), squeeze=False, layout="constrained"
    )
    common = limit or max(np.abs(field).max() for field in fields) or 1.0
    for axis, field, title in zip(axes[0], fields, titles, strict=True):
        end = common if share_scale else np.abs(field).max() or 1.0
        image = axis.imshow(
            field, cmap="RdBu_r", vmin=-end, vmax=end, interpolation="nearest"
        )
        _bare(axis, title)
    if share_scale:
        figure.colorbar(
            image,
            ax=axes[0].tolist(),
            label=label,
            shrink=0.8,
            extend="neither" if limit is None else "both",
        )
    return figure


def show_stimuli(images, titles):
    """Show stimuli in a row, each in a frame: -1 black, 0 grey, +1 white.

    Parameters
    ----------
    images : iterable of numpy.ndarray
        Two-dimensional arrays of contrasts.
    titles : sequence of str
        One title an image.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> figure = show_stimuli([np.eye(3)], ["a diagonal"])
    >>> plt.close(figure)
    """
    figure = show_images(list(images), titles, value_range=(-1, 1))
    for axis in figure.axes:
        axis.set_axis_on()
        _bare(axis, axis.get_title())
    return figure


def plot_field_and_slice(field):
    """Show a receptive field as a map, and the weights along its middle row.

    The colours of the map end at a quarter of the largest weight, so that a weak
    surround can be seen.

    Parameters
    ----------
    field : numpy.ndarray
        Two-dimensional map of weights.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> figure = plot_field_and_slice(np.eye(5))
    >>> len(figure.axes)
    2
    >>> plt.close(figure)
    """
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(6.4, 2.7), width_ratios=(1, 1.5), layout="constrained"
    )
    limit = np.abs(field).max() / 4 or 1.0
    left.imshow(field, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")
    row = field.shape[0] // 2
    left.axhline(row, color=INK, linewidth=1, linestyle="--")
    _bare(left, "the field")
    places = np.arange(field.shape[1]) - field.shape[1] // 2
    right.axhline(0, color="0.5", linewidth=1)
    right.fill_between(places, field[row], color=BLUE, alpha=0.2)
    right.plot(places, field[row], color=BLUE)
    right.set_title("its middle row")
    right.set_xlabel("pixels from the middle")
    right.set_ylabel("weight")
    return figure


def plot_durations(durations):
    """Draw bars of milliseconds, told apart by kind in colour and hatch.

    Parameters
    ----------
    durations : sequence of (str, float, float, str)
        Label, milliseconds, spread (0 for none) and kind, from top to bottom.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> axes = plot_durations([("a blink", 334, 67, "a movement")])
    >>> len(axes.patches)
    1
    >>> plt.close(axes.figure)
    """
    _figure, axes = plt.subplots(
        figsize=(6.4, 0.55 * len(durations) + 1.5), layout="constrained"
    )
    kinds = list(dict.fromkeys(kind for *_, kind in durations))
    colors = dict(zip(kinds, (BLUE, ORANGE, SKY), strict=False))
    for place, (_, length, spread, kind) in enumerate(durations):
        axes.barh(
            place,
            length,
            color=colors[kind],
            hatch=HATCHES[kinds.index(kind)],
            label=kind if kind not in axes.get_legend_handles_labels()[1] else None,
        )
        if spread:
            axes.errorbar(length, place, xerr=spread, color=INK, capsize=4)
        axes.annotate(
            f"{length:g} ms",
            (length + spread, place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_yticks(range(len(durations)), [label for label, *_ in durations])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.2 * max(length + spread for _, length, spread, _ in durations))
    axes.set_xlabel("milliseconds")
    axes.grid(axis="y", visible=False)
    axes.legend(loc="upper right")
    return axes


def plot_pathway(stages):
    """Draw the stages of the visual pathway as boxes with arrows between them.

    Parameters
    ----------
    stages : sequence of (str, str)
        Name and a short remark for each stage, in order; the remark may have lines.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> axes = plot_pathway([("retina", "in the eye"), ("LGN", "a relay")])
    >>> plt.close(axes.figure)
    """
    _figure, axes = plt.subplots(
        figsize=(6.4, 0.72 * len(stages) + 0.1), layout="constrained"
    )
    for place, (name, remark) in enumerate(stages):
        box = FancyBboxPatch(
            (0.02, -place - 0.3),
            0.3,
            0.6,
            boxstyle="round,pad=0.02,rounding_size=0.08",
            facecolor="white",
            edgecolor=BLUE,
            linewidth=1.6,
        )
        axes.add_patch(box)
        axes.text(0.17, -place, name, ha="center", va="center", weight="bold")
        axes.text(0.38, -place, remark, ha="left", va="center")
        if place:
            arrow = FancyArrowPatch(
                (0.17, -place + 0.66),
                (0.17, -place + 0.34),
                arrowstyle="-|>",
                mutation_scale=13,
                color=INK,
            )
            axes.add_patch(arrow)
    axes.set_xlim(-0.02, 1.05)
    axes.set_ylim(-len(stages) + 0.55, 0.45)
    axes.axis("off")
    return axes


def plot_raster(trials, labels, duration):
    """Draw a spike raster: a row a trial, a tick a spike, a block a stimulus.

    Parameters
    ----------
    trials : sequence of sequence of numpy.ndarray
        For each stimulus, for each trial, the spike times in seconds.
    labels : sequence of str
        One label a stimulus.
    duration : float
        Length of a trial in seconds.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> axes = plot_raster([[np.array([0.1, 0.3])]], ["a spot"], 0.5)
    >>> plt.close(axes.figure)
    """
    _figure, axes = plt.subplots(
        figsize=(6.4, 0.75 * len(trials) + 0.9), layout="constrained"
    )
    rows, ticks, start = [], [], 0
    for block in trials:
        rows += [(start + i, times) for i, times in enumerate(block)]
        ticks.append(start + (len(block) - 1) / 2)
        start += len(block) + 2
    for place, times in rows:
        axes.plot(times, np.full(len(times), place), "|", color=INK, markersize=5)
    axes.set_yticks(ticks, labels)
    axes.set_ylim(start - 1.5, -1)
    axes.set_xlim(0, duration)
    axes.set_xlabel("seconds")
    axes.grid(visible=False)
    return axes


def _bare(axis, title):
    """Leave only the picture and its title."""
    axis.set_title(title)
    axis.set_xticks([])
    axis.set_yticks([])
    axis.grid(visible=False)
    axis.spines[:].set_visible(True)
