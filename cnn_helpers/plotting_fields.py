"""Pictures of receptive fields: the cone of one unit, and fields on images."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from cnn_helpers._drawing import INK, PAPER, WIDTH, as_image
from cnn_helpers._validation import as_integer
from cnn_helpers.arithmetic import padding_amounts
from cnn_helpers.plotting import VERMILION, mark_window, show_image
from cnn_helpers.receptive_field import Stage, input_region, receptive_field

LINE = "#c9c4b8"


def show_cone(stages, input_size, *, unit=0):
    """Show along one axis what each unit is computed from, and one unit's cone.

    Parameters
    ----------
    stages : list of Stage
        Their settings are single numbers; padding may be a name or (before, after).
    input_size : int
        Pixels of the input, drawn at the bottom.
    unit : int
        The unit of the last stage whose cone is filled.

    Returns
    -------
    matplotlib.axes.Axes
        Zeros of the padding are crosses.

    Raises
    ------
    ValueError
        If there is no such unit, or a window does not fit.
    TypeError
        If a setting is not an integer.

    Examples
    --------
    >>> ax = show_cone([Stage("conv", 3), Stage("pool", 2, 2)], 8, unit=1)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['pixels', 'conv', 'pool']
    >>> plt.close(ax.figure)
    """
    stages = [Stage(*stage) for stage in stages]
    rows = receptive_field(stages, as_integer(input_size, "input_size"))
    input_region(stages, unit, input_size=input_size)  # refuses a unit that is not
    height = 0.9 * len(stages) + 0.8
    _figure, ax = plt.subplots(figsize=(WIDTH, height), layout="constrained")
    cone = {unit}
    for level in range(len(stages), 0, -1):
        cone = _draw_level(ax, stages[level - 1], rows, level, cone)
    _draw_units(ax, rows[0], 0, cone)
    ax.set_yticks(range(len(rows)), ["pixels", *(stage.name for stage in stages)])
    ax.set(xlabel="pixel", ylim=(-0.3, len(stages) + 0.3))
    ax.grid(False)
    return ax


def _draw_level(ax, stage, rows, level, cone):
    """Draw a map with the lines to the one below; return the cone's part there."""
    row, below = rows[level], rows[level - 1]
    before, _after = padding_amounts(
        below.size,
        stage.kernel_size,
        stride=stage.stride,
        padding=stage.padding,
        dilation=stage.dilation,
    )
    reached = set()
    for unit in range(row.size):
        start = unit * stage.stride - before
        filled = unit in cone
        color, width = (VERMILION, 2.2) if filled else (LINE, 1.0)
        for step in range(stage.kernel_size):
            source = start + step * stage.dilation
            places = [_place(below, source), _place(row, unit)]
            heights = [level - 1, level]
            ax.plot(
                places, heights, color=color, linewidth=width, linestyle="-", zorder=1
            )
            if not 0 <= source < below.size:
                ax.plot(*places[:1], level - 1, "x", color=INK, zorder=3)
            elif filled:
                reached.add(source)
    _draw_units(ax, row, level, cone)
    return reached


def _draw_units(ax, row, level, cone):
    """Draw the units of a map, those of the cone filled."""
    for unit in range(row.size):
        color = VERMILION if unit in cone else PAPER
        ax.scatter(_place(row, unit), level, s=80, color=color, edgecolor=INK, zorder=2)


def _place(row, unit):
    """Return the middle of what a unit sees, in pixels."""
    return row.start + unit * row.jump + (row.receptive_field - 1) / 2


def show_regions(images, regions, titles):
    """Show images side by side, each with a receptive field outlined.

    What of a field lies outside its image, in the padding, is grey.

    Parameters
    ----------
    images : sequence of array_like, shape (H, W)
        From black, 0, to white, 1.
    regions : sequence of ((first, last), (first, last))
        Rows and columns of each field, as `input_region` gives them.
    titles : sequence of str

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no images, or not as many regions and titles as images.

    Examples
    --------
    >>> figure = show_regions([np.eye(4)], [((-2, 1), (0, 3))], ["corner"])
    >>> [float(end) for end in figure.axes[0].get_ylim()]
    [3.5, -2.5]
    >>> plt.close(figure)
    """
    images = [as_image(image) for image in images]
    counts = len(images), len(regions), len(titles)
    if not images or len(set(counts)) > 1:
        raise ValueError(
            "give as many regions and titles as images, one at least; got "
            f"{counts[0]} images, {counts[1]} regions, {counts[2]} titles"
        )
    low = min(0, *(first for region in regions for first, _ in region))
    ends = [end for image in images for end in np.subtract(image.shape, 1)]
    high = max(*ends, *(last for region in regions for _, last in region))
    figure, axes = plt.subplots(
        1,
        len(images),
        figsize=(WIDTH, min(WIDTH / len(images), 3.4) + 0.45),
        squeeze=False,
        layout="constrained",
    )
    for ax, image, region, title in zip(
        axes.flat, images, regions, titles, strict=True
    ):
        show_image(image, title, value_range=(0, 1), ax=ax)
        rows, cols = (range(first, last + 1) for first, last in region)
        corner = cols[0] - 0.5, rows[0] - 0.5
        zeros = Rectangle(corner, len(cols), len(rows), zorder=-1)
        zeros.set(facecolor=LINE, edgecolor="none", clip_on=False)
        ax.add_patch(zeros)
        mark_window(ax, rows, cols)
        ax.set(xlim=(low - 0.5, high + 0.5), ylim=(high + 0.5, low - 0.5))
    return figure
