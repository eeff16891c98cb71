"""Figures of the walk back: a chain with its slopes, and grids of slopes in a row."""

from itertools import pairwise

from matplotlib import pyplot as plt
from matplotlib.patches import FancyBboxPatch

from cnn_helpers._drawing import INK, WIDTH
from cnn_helpers._text import number
from cnn_helpers._validation import as_array
from cnn_helpers.plotting import BLUE, VERMILION, mark_window, show_matrix

ROOM = 0.62  # half a box and the margin beside it


def show_chain(values, local_slopes):
    """Draw a chain of numbers: forward the values, back the slopes of the last.

    The slope at each box is the product of the local slopes from there to the end.

    Parameters
    ----------
    values : dict of str to float
        The numbers by their names, from the first to the last.
    local_slopes : sequence of float
        How fast each number changes with the one before it: one fewer than the values.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are not two values at least, or not one slope fewer than values.

    Examples
    --------
    >>> ax = show_chain({"x": 3, "2x": 6, "loss": 36}, [2, 12])
    >>> [text.get_text() for text in ax.texts if "slope" in text.get_text()]
    ['slope 24', 'slope 12', 'slope 1']
    >>> plt.close(ax.figure)
    """
    if len(values) < 2 or len(local_slopes) != len(values) - 1:
        raise ValueError(
            f"there are {len(values)} values and {len(local_slopes)} local slopes; "
            "give two values at least and one slope fewer"
        )
    slopes = [1]
    for local in reversed(local_slopes):
        slopes.insert(0, local * slopes[0])
    figure, axis = plt.subplots(figsize=(WIDTH, 1.85), layout="none")
    figure.subplots_adjust(0, 0, 1, 1)
    axis.set(xlim=(0, WIDTH), ylim=(-1.05, 0.8))
    axis.axis("off")
    pitch = (WIDTH - 2 * ROOM) / (len(values) - 1)
    places = [ROOM + pitch * index for index in range(len(values))]
    for place, (name, value), slope in zip(places, values.items(), slopes, strict=True):
        _draw_box(axis, place, name, value, slope)
    for (left, right), local in zip(pairwise(places), local_slopes, strict=True):
        _draw_arrows(axis, left, right, local)
    return axis


def show_grids(grids, *, columns=None, signed=None, marked=()):
    """Show small matrices side by side, every number printed.

    Parameters
    ----------
    grids : dict of str to array_like, shape (rows, cols)
        The matrices by their titles.
    columns : int, optional
        Grids a row; without it all stand in one.
    signed : bool, optional
        Red above 0, white at 0, blue below. Without it: those with a negative number.
    marked : sequence of (row, col)
        Cells of the first grid that are framed.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no grids, or one of them does not have two axes.

    Examples
    --------
    >>> figure = show_grids({"map": [[1, 4], [2, 3]], "slopes": [[0, -5], [0, 0]]})
    >>> [ax.get_title() for ax in figure.axes]
    ['map', 'slopes']
    >>> plt.close(figure)
    """
    grids = {
        title: as_array(grid, "grids", "(rows, cols)") for title, grid in grids.items()
    }
    if not grids:
        raise ValueError("grids is empty: there is nothing to show")
    shapes = [grid.shape for grid in grids.values()]
    columns = columns or len(grids)
    rows = -(-len(grids) // columns)
    widths = [max(shape[1] for shape in shapes[at::columns]) for at in range(columns)]
    cell = min((WIDTH - 0.25 * columns) / sum(widths), 0.62)
    tallest = max(shape[0] for shape in shapes)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(WIDTH, rows * (tallest * cell + 0.5)),
        squeeze=False,
        width_ratios=widths,
        layout="constrained",
    )
    for axis in axes.flat[len(grids) :]:
        axis.set_visible(False)
    for axis, (title, grid) in zip(axes.flat, grids.items(), strict=False):
        show_matrix(grid, title, signed=signed, values=True, ax=axis)
        plt.setp(axis.texts, fontsize=13 if cell > 0.5 else 11 if cell > 0.38 else 9)
    for row, col in marked:
        mark_window(axes[0, 0], [row], [col])
    return figure


def _draw_box(axis, place, name, value, slope):
    """Draw one number: its name above, its slope below."""
    axis.add_patch(
        FancyBboxPatch(
            (place - 0.36, -0.24),
            *(0.72, 0.48),
            boxstyle="round,pad=0.02",
            facecolor="white",
            edgecolor=INK,
        )
    )
    middle = {"ha": "center", "va": "center"}
    axis.text(place, 0, number(value), color=BLUE, fontsize=13, **middle)
    axis.text(place, 0.52, name, color=INK, fontsize=10.5, **middle)
    text = f"slope {number(slope)}"
    axis.text(place, -0.86, text, color=VERMILION, fontsize=10.5, **middle)


def _draw_arrows(axis, left, right, local):
    """Draw the way there, and the way back with the local slope."""
    ends = {"xytext": (left + 0.42, 0.1), "xy": (right - 0.42, 0.1)}
    axis.annotate("", **ends, arrowprops={"arrowstyle": "->", "color": BLUE})
    ends = {"xytext": (right - 0.42, -0.12), "xy": (left + 0.42, -0.12)}
    look = {"arrowstyle": "->", "color": VERMILION, "linestyle": "--"}
    axis.annotate("", **ends, arrowprops=look)
    axis.text(
        (left + right) / 2,
        -0.44,
        f"× {number(local) if local >= 0 else f'({number(local)})'}",
        color=VERMILION,
        fontsize=10.5,
        ha="center",
        va="center",
    )
