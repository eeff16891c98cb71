"""Pictures of a window that slides: one stop, all stops, its matrix, one dimension.

The input is drawn in blue, the window in green, the output in red, and every number
is printed, so that nothing rests on colour alone.
"""

import numpy as np
from matplotlib import pyplot as plt
from numpy.lib.stride_tricks import sliding_window_view

from cnn_helpers._drawing import INK, WIDTH
from cnn_helpers._drawing_cells import as_text, canvas, draw_frame, draw_grid
from cnn_helpers.plotting import BLUE, GREEN, VERMILION

RED = VERMILION  # of the book's colours
FILM_ROWS_AT_MOST = 3


def show_window_sum(image, kernel, *, row, col):
    """Show one stop of the window in a line: image, kernel, product, output so far.

    Parameters
    ----------
    image, kernel : array_like
        Two-dimensional, small enough to print.
    row, col : int
        Where the window's upper left corner stands, which is the output's place.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the output has no such place.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> figure = show_window_sum(np.eye(3), np.eye(2), row=1, col=0)
    >>> plt.close(figure)
    """
    image, kernel, windows, output = _slide(image, kernel)
    for name, value, count in zip(
        ("row", "col"), (row, col), output.shape, strict=True
    ):
        if not 0 <= value < count:
            raise ValueError(f"{name} must lie between 0 and {count - 1}; got {value}")
    product = windows[row, col] * kernel
    done = row * output.shape[1] + col + 1
    parts = [
        (image, "image", BLUE, image.size),
        (kernel, "kernel", GREEN, kernel.size),
        (product, "product", INK, product.size),
        (output, f"sum: {as_text(output[row, col])}", RED, done),
    ]
    height = max(part[0].shape[0] for part in parts)
    spare = 1 if output.shape[1] < 2 else 0  # room for the title of one number
    axis = canvas(sum(part[0].shape[1] for part in parts) + 3 + spare, height)
    left = 0
    for (values, title, colour, count), sign in zip(parts, "×=→ ", strict=True):
        top = (height - values.shape[0]) / 2
        draw_grid(axis, values, left, top, colour, count=count)
        middle = left + values.shape[1] / 2
        axis.text(middle, top - 0.35, title, ha="center", va="center", fontsize=10)
        if values is image:
            draw_frame(axis, col, top + row, kernel.shape, GREEN)
        if values is output:
            draw_frame(axis, left + col, top + row, (1, 1), INK)
        left += values.shape[1] + 1
        axis.text(left - 0.5, height / 2, sign, ha="center", va="center", fontsize=15)
    return axis.figure


def show_window_film(image, kernel):
    """Show every stop of the window as a film, frame by frame.

    Parameters
    ----------
    image, kernel : array_like
        Two-dimensional, with at most three rows and columns of stops.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are more stops than fit the page.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> figure = show_window_film(np.eye(4, dtype=int), np.eye(3, dtype=int))
    >>> plt.close(figure)
    """
    image, kernel, _, output = _slide(image, kernel)
    if max(output.shape) > FILM_ROWS_AT_MOST:
        raise ValueError(
            f"the film shows at most {FILM_ROWS_AT_MOST} rows and columns of stops; "
            f"image {image.shape} and kernel {kernel.shape} have {output.shape}"
        )
    small = 0.72  # the size of a cell of the map beside a cell of the image
    wide = image.shape[1] + 0.4 + small * output.shape[1]
    tall = image.shape[0] + 1.6
    rows, cols = output.shape
    axis = canvas(cols * wide + cols - 1, rows * tall - 0.6, above=0)
    for row, col in np.ndindex(*output.shape):
        step = row * cols + col
        left, top = col * (wide + 1), row * tall + 1
        draw_grid(axis, image, left, top, BLUE, fontsize=8.5)
        draw_frame(axis, left + col, top + row, kernel.shape, GREEN)
        beside = left + image.shape[1] + 0.4
        lower = top + image.shape[0] - small * rows
        draw_grid(
            axis, output, beside, lower, RED, count=step + 1, size=small, fontsize=8.5
        )
        axis.text(left, top - 0.4, f"{step + 1}. row {row}, column {col}", fontsize=9)
    return axis.figure


def show_convolution_matrix(matrix, image_shape, map_shape=None):
    """Show the matrix of a convolution; lines part the rows of image and map.

    Parameters
    ----------
    matrix : array_like, shape (outputs, pixels)
        One row an output, in the order of an unrolled map.
    image_shape : (int, int)
        The shape that the columns unroll.
    map_shape : (int, int), optional
        The shape that the rows unroll; without it only the image's rows are parted.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the matrix does not have a column for each pixel and a row for each output.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> figure = show_convolution_matrix(np.eye(4, dtype=int), (2, 2))
    >>> plt.close(figure)
    """
    matrix = np.asarray(matrix)
    outputs, pixels = matrix.shape
    if pixels != image_shape[0] * image_shape[1]:
        raise ValueError(
            f"matrix must have a column for each pixel of {tuple(image_shape)}; "
            f"got shape {matrix.shape}"
        )
    if map_shape is not None and outputs != map_shape[0] * map_shape[1]:
        raise ValueError(
            f"matrix must have a row for each output of {tuple(map_shape)}; "
            f"got shape {matrix.shape}"
        )
    axis = canvas(pixels, outputs, above=1.2)
    draw_grid(axis, matrix, 0, 0, GREEN, hide_zeros=True, fontsize=9)
    line = {"colors": INK, "linewidth": 1}
    axis.vlines(range(0, pixels + 1, image_shape[1]), 0, outputs, **line)
    if map_shape is not None:
        axis.hlines(range(0, outputs + 1, map_shape[1]), 0, pixels, **line)
    for row in range(image_shape[0]):
        middle = (row + 0.5) * image_shape[1]
        axis.text(middle, -0.4, f"image row {row}", ha="center", fontsize=10)
    return axis.figure


def show_merger(time, first, second, moments):
    """Show how two functions of time merge: one turned around slides over the other.

    Parameters
    ----------
    time : numpy.ndarray
        Moments at equal steps, with 0 among them.
    first, second : callable
        Functions of time. The second is turned around and slides.
    moments : sequence of float
        The moments of the frames.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> block = lambda time: (np.abs(time) < 1).astype(float)
    >>> figure = show_merger(np.linspace(-3, 3, 61), block, block, [-1, 0, 1])
    >>> plt.close(figure)
    """
    step = time[1] - time[0]
    merged = np.array([np.sum(first(time) * second(t - time)) * step for t in time])
    figure, axes = plt.subplots(
        2,
        len(moments),
        figsize=(WIDTH, 3.8),
        sharex=True,
        sharey="row",
        squeeze=False,
        layout="constrained",
    )
    plain = {"marker": "none", "linestyle": "-"}
    for (above, below), moment in zip(axes.T, moments, strict=True):
        turned = second(moment - time)
        above.plot(time, first(time), color=BLUE, label="f", **plain)
        above.plot(
            time, turned, color=GREEN, label="g, turned", **plain | {"linestyle": "--"}
        )
        above.fill_between(
            time, first(time) * turned, color=RED, alpha=0.45, label="f · g, turned"
        )
        above.set_title(f"t = {moment:g}", fontsize=10)
        so_far = time <= moment
        below.plot(time, merged, color="#b9b4a6", linewidth=1, **plain)
        below.plot(time[so_far], merged[so_far], color=RED, **plain)
        below.plot(moment, np.interp(moment, time, merged), marker="o", color=RED)
        below.set_xlabel("time")
    axes[0, 0].set_ylabel("f and g")
    axes[1, 0].set_ylabel("f * g")
    figure.legend(
        *axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3
    )
    return figure


# ------------------------------------------------------------------ the parts


def _slide(image, kernel):
    """Return both as arrays, the windows, and the cross-correlation."""
    image, kernel = np.asarray(image), np.asarray(kernel)
    windows = sliding_window_view(image, kernel.shape)
    return image, kernel, windows, (windows * kernel).sum(axis=(2, 3))
