"""Pictures of filters at work on an image with channels: one stop, and all stops.

The input is drawn in blue, the window and the filters in green, the maps in red, as in
`cnn_helpers.plotting_windows`.
"""

import numpy as np
from matplotlib.patches import Rectangle

from cnn_helpers._drawing import INK
from cnn_helpers._drawing_cells import as_text, canvas, draw_frame, draw_grid
from cnn_helpers._validation import as_array, as_integer
from cnn_helpers.convolution import conv2d
from cnn_helpers.plotting import BLUE, GREEN, VERMILION

RED = VERMILION  # of the book's colours
FRAMES_A_ROW = 3
SMALL = 0.3  # the side of a pixel beside that of a number of the maps, in the film


def show_filters_stop(
    image, kernels, bias, *, row, col, stride=1, padding=0, channel_names=None
):
    """Show one stop of a layer's window: every channel, every filter, every sum.

    Above stand the channels of the padded image with the window on each; below, a row
    a filter, the filter's slices under the channels that they meet, with the sum of
    each product, and the sum of it all.

    Parameters
    ----------
    image : array_like, shape (H, W, C)
        Small enough to print.
    kernels : array_like, shape (kH, kW, C, K)
    bias : array_like, shape (K,)
    row, col : int
        The place in the maps.
    stride, padding : int
    channel_names : sequence of str, optional
        Titles of the channels; without it their numbers.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the maps have no such place, or if the shapes do not fit each other.
    TypeError
        If an array does not hold real numbers, or a setting is not an integer.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from matplotlib import pyplot as plt
    >>> image, kernels = np.ones((3, 3, 2), int), np.ones((3, 3, 2, 1), int)
    >>> figure = show_filters_stop(image, kernels, [4], row=0, col=0)
    >>> [text.get_text() for text in figure.axes[0].texts][-1]
    'filter 0:  9 + 9 + bias 4 = 22'
    >>> plt.close(figure)
    """
    image, kernels, bias, maps = _apply(image, kernels, bias, stride, padding)
    for name, value, count in zip(("row", "col"), (row, col), maps.shape, strict=False):
        if not 0 <= value < count:
            raise ValueError(f"{name} must lie between 0 and {count - 1}; got {value}")
    rows, cols, channels = image.shape
    k_rows, k_cols, _, filters = kernels.shape
    if channel_names is None:
        channel_names = [f"channel {channel}" for channel in range(channels)]
    step = max(cols, k_cols + 3) + 1  # from one channel's column to the next
    deep = k_rows + 1.6  # from one filter's row to the next
    axis = canvas(step * channels - 1, rows + deep * filters + 0.4, above=1.1)
    top, left = row * stride, col * stride
    window = image[top : top + k_rows, left : left + k_cols]
    for channel, name in enumerate(channel_names):
        _title(axis, channel * step, -0.3, name)
        draw_grid(axis, image[..., channel], channel * step, 0, BLUE, fontsize=9)
        _draw_border(axis, channel * step, 0, image.shape, padding)
        draw_frame(axis, channel * step + left, top, (k_rows, k_cols), GREEN)
    for k in range(filters):
        below = rows + 1.8 + deep * k
        sums = (window * kernels[..., k]).sum(axis=(0, 1))
        for channel, total in enumerate(sums):
            place = channel * step
            draw_grid(axis, kernels[..., channel, k], place, below, GREEN, fontsize=9)
            words = f"sum {as_text(total)}"
            middle = below + k_rows / 2
            axis.text(place + k_cols + 0.3, middle, words, va="center", fontsize=10)
        terms = " + ".join(_in_brackets(total) for total in sums)
        result = as_text(maps[row, col, k])
        words = f"filter {k}:  {terms} + bias {_in_brackets(bias[k])} = {result}"
        _title(axis, 0, below - 0.3, words, weight="bold")
    return axis.figure


def show_filters_film(image, kernels, bias, *, stride=1, padding=0):
    """Show every stop of a layer's window, and how the maps of its filters fill.

    In each frame the channels of the padded image stand above, brighter where their
    numbers are larger and with the window on each; below them the maps, one a filter,
    as far as they are computed.

    Parameters
    ----------
    image : array_like, shape (H, W, C)
    kernels : array_like, shape (kH, kW, C, K)
    bias : array_like, shape (K,)
    stride, padding : int

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are more than twelve stops, or if the shapes do not fit each other.
    TypeError
        If an array does not hold real numbers, or a setting is not an integer.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from matplotlib import pyplot as plt
    >>> image, kernels = np.ones((5, 5, 3), int), np.ones((3, 3, 3, 2), int)
    >>> figure = show_filters_film(image, kernels, [0, 0], stride=2, padding=1)
    >>> plt.close(figure)
    """
    image, kernels, bias, maps = _apply(image, kernels, bias, stride, padding)
    stops = list(np.ndindex(*maps.shape[:2]))
    if len(stops) > 12:
        raise ValueError(
            f"the film shows at most 12 stops; the maps of shape {maps.shape} have "
            f"{len(stops)}"
        )
    rows, cols, channels = image.shape
    wide = max(
        SMALL * (cols + 1) * channels - SMALL,
        (maps.shape[1] + 0.6) * maps.shape[2] - 0.6,
    )
    tall = 1 + SMALL * rows + 0.5 + maps.shape[0] + 0.7
    strips = -(-len(stops) // FRAMES_A_ROW)
    columns = min(len(stops), FRAMES_A_ROW)
    axis = canvas(columns * (wide + 1) - 1, strips * tall - 0.7, above=0)
    for number, (row, col) in enumerate(stops):
        left = number % FRAMES_A_ROW * (wide + 1)
        top = number // FRAMES_A_ROW * tall + 1
        _title(axis, left, top - 0.25, f"{number + 1}. row {row}, column {col}")
        for channel in range(channels):
            place = left + channel * SMALL * (cols + 1)
            _draw_pixels(axis, image[..., channel], place, top, image.max() or 1)
            _draw_border(axis, place, top, image.shape, padding, SMALL)
            corner = place + SMALL * col * stride, top + SMALL * row * stride
            draw_frame(axis, *corner, kernels.shape[:2], GREEN, size=SMALL)
        for k in range(maps.shape[2]):
            place = left + k * (maps.shape[1] + 0.6)
            lower = top + SMALL * rows + 0.5
            draw_grid(
                axis, maps[..., k], place, lower, RED, count=number + 1, fontsize=9
            )
    return axis.figure


# ------------------------------------------------------------------ the parts


def _apply(image, kernels, bias, stride, padding):
    """Return the padded image, the kernels, the biases and the maps."""
    image = as_array(image, "image", "(H, W, C)")
    kernels = as_array(kernels, "kernels", "(kH, kW, C, K)")
    stride, padding = as_integer(stride, "stride"), as_integer(padding, "padding", 0)
    settings = {"stride": stride, "padding": padding}
    maps = conv2d(image[np.newaxis].astype(float), kernels, bias, **settings)[0]
    padded = np.pad(image, ((padding, padding), (padding, padding), (0, 0)))
    return padded, kernels, np.asarray(bias), maps


def _draw_pixels(axis, values, left, top, largest):
    """Draw an array as small grey cells without numbers."""
    for (row, col), value in np.ndenumerate(values):
        corner = left + SMALL * col, top + SMALL * row
        grey = str(0.15 + 0.85 * np.clip(value / largest, 0, 1))
        axis.add_patch(Rectangle(corner, SMALL, SMALL, facecolor=grey, linewidth=0))


def _draw_border(axis, left, top, shape, padding, size=1.0):
    """Part the padding from the image by a dashed line."""
    if padding:
        corner = left + size * padding, top + size * padding
        sides = size * (shape[1] - 2 * padding), size * (shape[0] - 2 * padding)
        look = {"fill": False, "edgecolor": BLUE, "linewidth": 1.2, "linestyle": "--"}
        axis.add_patch(Rectangle(corner, *sides, **look))


def _title(axis, left, bottom, words, weight="normal"):
    axis.text(left, bottom, words, fontsize=10, va="bottom", color=INK, weight=weight)


def _in_brackets(value):
    """Return a term of a sum: a negative one in brackets."""
    return f"({as_text(value)})" if value < 0 else as_text(value)
