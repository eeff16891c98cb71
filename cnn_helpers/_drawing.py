"""What the figures of `cnn_helpers.plotting` are drawn with: cells, borders, axes."""

import sys

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from cnn_helpers._text import number
from cnn_helpers._validation import as_array
from cnn_helpers.arithmetic import padding_amounts

PAPER, INK, FAINT = "#fbfaf7", "#2b2b2b", "#8a857a"
WIDTH = 6.4  # inches, of every figure


def keep_full_width():
    """In a notebook, store figures whole instead of cropped to their content."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        return
    try:
        from matplotlib_inline.config import InlineBackend
    except ImportError:
        return
    backend = InlineBackend.instance(parent=shell)
    backend.print_figure_kwargs = {**backend.print_figure_kwargs, "bbox_inches": None}


def new_axes(height):
    """Return the Axes of a new figure of the book's width."""
    _figure, ax = plt.subplots(figsize=(WIDTH, height), layout="constrained")
    return ax


def new_grid(images, columns, *, with_titles):
    """Return a figure with an Axes an image, high enough for its tallest."""
    rows = -(-len(images) // columns)
    tallest = max(image.shape[0] / image.shape[1] for image in images)
    cell = min(WIDTH / columns - 0.15, 2.9) * tallest + (0.4 if with_titles else 0.12)
    return plt.subplots(
        rows,
        columns,
        figsize=(WIDTH, max(rows * cell, 0.9)),
        squeeze=False,
        layout="constrained",
    )


def new_window_figure(image_shape, kernel_shape, output_shape):
    """Return a figure of 2 x 2 Axes, their cells of one size where that is legible."""
    heights = [image_shape[0], max(output_shape[0], kernel_shape[0])]
    widths = [max(image_shape[1], output_shape[1]), kernel_shape[1]]
    heights = np.maximum(heights, 0.55 * max(heights))
    widths = np.maximum(widths, 0.6 * max(widths))
    cell = min(6.0 / widths.sum(), 0.62)
    figure, axes = plt.subplots(
        2,
        2,
        figsize=(WIDTH, min(cell * heights.sum() + 1.5, 7.5)),
        gridspec_kw={"width_ratios": widths, "height_ratios": heights},
        layout="constrained",
    )
    return figure, axes


def as_image(image):
    """Return an image (H, W) or (H, W, 3)."""
    image = as_array(image, "image")
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    if image.ndim != 2 and (image.ndim != 3 or image.shape[2] != 3):
        raise ValueError(
            f"image must have shape (H, W), (H, W, 1) or (H, W, 3); got {image.shape}"
        )
    if image.size == 0:
        raise ValueError(f"image has no pixels: its shape is {image.shape}")
    return image


def range_of(image, value_range, signed):
    """Return the numbers that are shown darkest and brightest."""
    if value_range is not None:
        return tuple(value_range)
    finite = image[np.isfinite(image)]
    if not finite.size:
        return 0, 1
    low, high = finite.min(), finite.max()
    if signed:
        limit = max(-float(low), float(high)) or 1.0
        return -limit, limit
    if image.dtype == np.uint8 and high > 1:
        return 0, 255
    if low >= 0 and high <= 1:
        return 0, 1
    return low, high


def draw_pixels(ax, image, value_range, signed):
    """Draw an image without ticks; a colour image is scaled to its range."""
    low, high = value_range
    if image.ndim == 3:
        image = np.clip((image.astype(float) - low) / (high - low), 0, 1)
    elif image.dtype == bool:
        image = image.astype(np.uint8)
    ax.imshow(image, cmap="RdBu_r" if signed else "gray", vmin=low, vmax=high)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    ax.spines[:].set_visible(False)


def draw_cell_borders(ax, rows, cols):
    """Draw the lines between the cells of a matrix and around it."""
    ax.set_xticks(np.arange(cols + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(rows + 1) - 0.5, minor=True)
    ax.grid(False)
    ax.grid(which="minor", color=FAINT, linewidth=0.8, clip_on=False)
    ax.set_axisbelow(False)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlim(-0.5, cols - 0.5)
    ax.set_ylim(rows - 0.5, -0.5)


def number_cells(ax, rows, cols):
    """Put numbers beside rows and columns, every fifth where there are many."""
    for count, ticks in ((rows, ax.set_yticks), (cols, ax.set_xticks)):
        ticks(range(0, count, 1 if count <= 12 else 5))
    ax.tick_params(labelcolor="#5f5b52", pad=1)


def draw_padding_border(ax, shape, padding):
    """Part the padding from the image by a dashed line."""
    (top, bottom), (left, right) = padding
    if top or bottom or left or right:
        size = shape[1] - left - right, shape[0] - top - bottom
        border = Rectangle((left - 0.5, top - 0.5), *size, fill=False, zorder=3)
        border.set(edgecolor="#0072B2", linewidth=2, linestyle="--")
        ax.add_patch(border)


def window_cells(image, kernel_shape, place, settings):
    """Return the padded image, its padding, and the rows and columns of a window."""
    stride, padding, dilation = (
        _per_axis(settings[name]) for name in ("stride", "padding", "dilation")
    )
    amounts, cells = [], []
    for axis in range(2):
        amounts.append(
            padding_amounts(
                image.shape[axis],
                kernel_shape[axis],
                stride=stride[axis],
                padding=padding[axis],
                dilation=dilation[axis],
            )
        )
        first = place[axis] * stride[axis]
        cells.append(first + dilation[axis] * np.arange(kernel_shape[axis]))
    return np.pad(image, amounts), amounts, cells


def print_values(ax, matrix):
    """Print each number in its cell, light on dark cells and dark on light ones."""
    shown = ax.images[0]
    count = max(matrix.shape)
    size = 13 if count <= 5 else 11 if count <= 8 else 9
    for (row, col), value in np.ndenumerate(matrix):
        if np.isnan(value):
            continue
        red, green, blue, _ = shown.cmap(shown.norm(float(value)))
        dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.51
        ink = "white" if dark else INK
        ax.text(
            col, row, number(value), color=ink, ha="center", va="center", fontsize=size
        )


def values_fit(matrix):
    """Return whether the numbers of a matrix can be printed legibly."""
    if max(matrix.shape) <= 5:
        return True
    texts = [number(value) for value in matrix.ravel()[:101]]
    return max(matrix.shape) <= 10 and all(len(text) == 1 for text in texts)


def _per_axis(value):
    """Return a setting's value for the rows and for the columns."""
    return tuple(value) if isinstance(value, tuple | list) else (value, value)
