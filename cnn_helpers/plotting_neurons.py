"""Pictures of neurons and of what they do, for the chapters on biology."""

import io
import wave

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.patheffects import withStroke

from cnn_helpers.plotting import (
    BLUE,
    HATCHES,
    INK,
    ORANGE,
    SKY,
    VERMILION,
    plot_curves,
    show_images,
)
from cnn_helpers.stimuli import bar


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


def show_sweeps(neuron, angles, offsets, *, width):
    r"""Show a bar on its way over a neuron's field: a row an angle, the rate above.

    Parameters
    ----------
    neuron : cnn_helpers.neurons.Neuron
        Its field is outlined where a weight exceeds a quarter of the largest.
    angles : dict of str to float
        Names and angles of the bars, in degrees: 0 horizontal, 90 vertical.
    offsets : sequence of float
        Distances of the bar from the middle, in pixels: to the right for a vertical
        bar, down for a horizontal one.
    width : float
        Thickness of the bar in pixels.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from cnn_helpers.neurons import SimpleCell
    >>> figure = show_sweeps(SimpleCell(21), {"vertical": 90}, [-4, 0], width=3)
    >>> [axes.get_title() for axes in figure.axes]
    ['vertical\n0 per s', 'vertical\n58 per s']
    >>> plt.close(figure)
    """
    size = neuron.weights.shape
    images, titles = [], []
    for name, degrees in angles.items():
        angle = np.deg2rad(degrees)
        step = np.array([np.cos(angle), np.sin(angle)])
        for offset in offsets:
            place = (np.array(size) - 1) / 2 + offset * step
            image = bar(size, width=width, orientation=angle, center=tuple(place))
            images.append(image)
            titles.append(f"{name}\n{neuron(image):.0f} per s")
    figure = show_images(images, titles, columns=len(offsets), value_range=(-1, 1))
    strong = np.abs(neuron.weights) > np.abs(neuron.weights).max() / 4
    for axis in figure.axes:
        axis.contour(strong, [0.5], colors=ORANGE, linewidths=1.2)
    return figure


def plot_tuning(angles, curves, *, xlabel="angle of the bar (degrees)"):
    """Plot rates against an angle.

    Parameters
    ----------
    angles : array_like
        In radians; the axis shows degrees.
    curves : dict of str to array_like
        Rates in spikes per second, by the names that the legend shows.
    xlabel : str
        What the angle is.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> axes = plot_tuning([0, np.pi / 2], {"a cell": [3, 40]})
    >>> axes.lines[0].get_xdata()
    array([ 0., 90.])
    >>> plt.close(axes.figure)
    """
    degrees = np.rad2deg(np.asarray(angles, dtype=float))
    axes = plot_curves(degrees, curves, xlabel=xlabel, ylabel="spikes per second")
    whole = 360 if degrees.max() > 180 else 180
    axes.set_xticks(np.arange(0, whole + 1, whole // 6 if whole == 180 else 90))
    if len(curves) > 1:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(curves))
    return axes


def plot_sound(sound, parts):
    """Draw the signal of a sound over time, with a dotted line before each part.

    Parameters
    ----------
    sound : bytes
        A WAV file of one channel and 8 bits, such as
        `cnn_helpers.neurons.spike_sound` makes.
    parts : dict of str to float
        Names of the parts and the second at which each begins.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the sound has more channels or bits.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from cnn_helpers.neurons import spike_sound
    >>> axes = plot_sound(spike_sound([0.5], 1.0), {"one spike": 0})
    >>> float(axes.lines[0].get_xdata()[axes.lines[0].get_ydata().argmax()])
    0.5
    >>> plt.close(axes.figure)
    """
    with wave.open(io.BytesIO(sound)) as file:
        if (file.getnchannels(), file.getsampwidth()) != (1, 1):
            raise ValueError(
                "sound must have one channel and 8 bits, got "
                f"{file.getnchannels()} and {8 * file.getsampwidth()}"
            )
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype=np.uint8)
    signal = (samples.astype(float) - 128) / 127
    _figure, axes = plt.subplots(figsize=(6.4, 2.4), layout="constrained")
    axes.plot(np.arange(len(signal)) / rate, signal, linewidth=0.8)
    for name, start in parts.items():
        axes.axvline(start, color="0.4", linestyle=":")
        axes.annotate(
            name, (start, 1.1), xytext=(4, 0), textcoords="offset points", va="bottom"
        )
    axes.set(xlabel="seconds", ylabel="loudspeaker", ylim=(-1.1, 1.45))
    return axes


def plot_orientation_map(orientations, strengths, *, image=None, spacing=4, marks=()):
    """Draw orientations as short lines, longer where they are stronger.

    Parameters
    ----------
    orientations : numpy.ndarray
        Angles in radians, shape ``(rows, columns)``: 0 horizontal, pi / 2 vertical.
    strengths : numpy.ndarray
        Of the same shape, none negative. The largest gives a line of nearly `spacing`
        pixels; lines below a sixth of that are left out.
    image : numpy.ndarray, optional
        A grey image of the same shape to draw on, shown pale.
    spacing : int
        Every how many pixels there is a line.
    marks : sequence of (str, str, numpy.ndarray)
        Sets of points to mark: label, marker, and rows and columns of shape ``(N, 2)``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> axes = plot_orientation_map(np.zeros((8, 12)), np.ones((8, 12)))
    >>> len(axes.collections[0].get_segments())  # 2 rows of 3 lines
    6
    >>> plt.close(axes.figure)
    """
    shapes = {np.shape(orientations), np.shape(strengths)}
    if image is not None:
        shapes.add(np.shape(image))
    if len(shapes) > 1:
        raise ValueError(f"the arrays must have one shape, got {sorted(shapes)}")
    rows, cols = np.shape(orientations)
    figure, axes = plt.subplots(
        figsize=(6.4, 6.2 * rows / cols + (0.7 if marks else 0.2)), layout="constrained"
    )
    if image is not None:
        reach = np.abs(image).max() or 1.0
        axes.imshow(image, cmap="gray", vmin=-1.6 * reach, vmax=1.1 * reach, alpha=0.75)
    down, right = np.mgrid[spacing // 2 : rows : spacing, spacing // 2 : cols : spacing]
    angles = np.asarray(orientations)[down, right]
    length = 0.95 * spacing * np.asarray(strengths)[down, right] / np.max(strengths)
    half = length[..., None] / 2 * np.stack([np.cos(angles), -np.sin(angles)], -1)
    middle = np.stack([right, down], -1)
    lines = np.stack([middle - half, middle + half], -2)[length > 0.15 * spacing]
    style = {"colors": INK, "linewidths": 1.5}
    if image is not None:
        outline = [withStroke(linewidth=3.5, foreground="white")]
        style = {"colors": VERMILION, "linewidths": 2, "path_effects": outline}
    axes.add_collection(LineCollection(lines, antialiaseds=False, **style))
    for (label, marker, points), fill in zip(marks, (ORANGE, SKY), strict=False):
        points = np.reshape(points, (-1, 2))
        style = {"s": 48, "color": fill, "edgecolor": INK, "zorder": 3}
        axes.scatter(points[:, 1], points[:, 0], marker=marker, label=label, **style)
    axes.set(xlim=(-0.5, cols - 0.5), ylim=(rows - 0.5, -0.5), aspect="equal")
    _bare(axes, "")
    if marks:
        figure.legend(loc="outside lower center", ncols=len(marks))
    return axes


def _bare(axis, title):
    """Leave only the picture and its title."""
    axis.set_title(title)
    axis.set_xticks([])
    axis.set_yticks([])
    axis.grid(visible=False)
    axis.spines[:].set_visible(True)
