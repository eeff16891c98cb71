"""The book's figures: images, grids of numbers, sliding windows, curves and bars.

A notebook calls `use_book_style` once, in its Setup cell. Every other function draws
one figure of the book's width and returns its Axes or Figure; a function that takes
`ax` draws there instead. Grey images keep a fixed range, so that equal greys mean equal
numbers; signed maps are red above 0, white at 0 and blue below. Colour never speaks
alone: values, markers, dashes or hatches say the same.
"""

from importlib.resources import as_file, files
from itertools import cycle

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from cnn_helpers._drawing import (
    INK,
    WIDTH,
    as_image,
    draw_cell_borders,
    draw_padding_border,
    draw_pixels,
    keep_full_width,
    new_axes,
    new_grid,
    new_window_figure,
    number,
    number_cells,
    print_values,
    range_of,
    values_fit,
    window_cells,
)
from cnn_helpers._validation import as_array
from cnn_helpers.convolution import correlate2d

# Okabe and Ito's colours, those that are legible on paper
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY = "#E69F00", "#56B4E9"
COLORS = (BLUE, VERMILION, GREEN, PURPLE, INK, ORANGE, SKY)
DASHES = ("-", "--", "-.", ":", "-", "--", "-.")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "///", "...", "xx", "\\\\\\", "--", "++")


def use_book_style():
    """Give every figure drawn from now on the book's look.

    Sets matplotlib's defaults from ``cnn_helpers/book.mplstyle``. In a notebook it also
    keeps each figure at its full width, so that text has one size through the book.

    Examples
    --------
    >>> use_book_style()
    >>> plt.rcParams["figure.figsize"][0]
    6.4
    """
    with as_file(files("cnn_helpers") / "book.mplstyle") as path:
        plt.style.use(path)
    keep_full_width()


def show_image(image, title=None, *, value_range=None, signed=False, ax=None):
    """Show one image, its pixels as squares.

    Parameters
    ----------
    image : array_like, shape (H, W), (H, W, 1) or (H, W, 3)
        Bytes are shown from 0 to 255, numbers between 0 and 1 from 0 to 1, others from
        their smallest to their largest.
    title : str, optional
    value_range : (low, high), optional
        The numbers shown as black and as white.
    signed : bool
        Show 0 as white, positive numbers red and negative ones blue.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `image` has another shape.
    TypeError
        If `image` does not hold real numbers.

    Examples
    --------
    >>> ax = show_image(np.eye(3), "a diagonal")
    >>> ax.images[0].get_clim()
    (0.0, 1.0)
    >>> plt.close(ax.figure)
    """
    image = as_image(image)
    if ax is None:
        height = WIDTH * 0.6 * image.shape[0] / image.shape[1]
        ax = new_axes(min(max(height, 1.2), 5.0) + (0.4 if title else 0.1))
    draw_pixels(ax, image, range_of(image, value_range, signed), signed)
    ax.set_title(title or "")
    return ax


def show_images(
    images,
    titles=None,
    *,
    columns=None,
    value_range=None,
    signed=False,
    shared=False,
):
    """Show images in a row, or in a grid of several rows.

    Parameters
    ----------
    images : sequence of array_like
        Each as in `show_image`; an array (N, H, W) is a sequence too.
    titles : sequence of str, optional
        One title an image.
    columns : int, optional
        Images a row; without it at most five.
    value_range, signed
        As in `show_image`, for every image.
    shared : bool
        One range for all images, from their common smallest to their common largest
        (if `signed`, the same distance on both sides of 0).

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no images, or not as many titles as images.

    Examples
    --------
    >>> figure = show_images([np.eye(3), 1 - np.eye(3)], ["diagonal", "the rest"])
    >>> [ax.get_title() for ax in figure.axes]
    ['diagonal', 'the rest']
    >>> plt.close(figure)
    """
    images = [as_image(image) for image in images]
    titles = [""] * len(images) if titles is None else [str(title) for title in titles]
    if not images:
        raise ValueError("images is empty: there is nothing to show")
    if len(titles) != len(images):
        raise ValueError(f"there are {len(images)} images but {len(titles)} titles")
    if shared and value_range is None:
        everything = np.concatenate([image.ravel() for image in images])
        value_range = range_of(everything, None, signed)
    columns = min(columns or 5, len(images))
    figure, axes = new_grid(images, columns, with_titles=any(titles))
    for ax, image, title in zip(axes.flat, images, titles, strict=False):
        show_image(image, title, value_range=value_range, signed=signed, ax=ax)
    for ax in axes.flat[len(images) :]:
        ax.set_visible(False)
    return figure


def show_matrix(
    matrix,
    title=None,
    *,
    signed=None,
    value_range=None,
    values=None,
    indices=False,
    ax=None,
):
    """Show a matrix as a grid of cells, with its numbers where they fit.

    Parameters
    ----------
    matrix : array_like, shape (rows, cols)
        NaN is an empty cell.
    title : str, optional
    signed : bool, optional
        Red above 0, white at 0, blue below. Without it: signed if a number is negative.
    value_range : (low, high), optional
        The numbers shown as black and as white; without it 0 and the largest.
    values : bool, optional
        Print the numbers. Without it: up to 5 rows and columns, and up to 10 where all
        are one digit long.
    indices : bool
        Number the rows and columns.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `matrix` does not have two axes.
    TypeError
        If `matrix` does not hold real numbers.

    Examples
    --------
    >>> ax = show_matrix([[0, -1], [2, 0.5]], "a kernel")
    >>> [text.get_text() for text in ax.texts]
    ['0', '−1', '2', '0.5']
    >>> plt.close(ax.figure)
    """
    matrix = as_array(matrix, "matrix", "(rows, cols)")
    rows, cols = matrix.shape
    signed = bool((matrix < 0).any()) if signed is None else signed
    if value_range is None and not signed:
        value_range = 0, max(np.nanmax(matrix, initial=0), 1)
    values = values_fit(matrix) if values is None else values
    if ax is None:
        cell = min(0.62, 4.6 / rows, 6.0 / cols)
        ax = new_axes(cell * rows + (0.45 if title else 0.15) + 0.3 * indices)
    draw_pixels(ax, matrix, range_of(matrix, value_range, signed), signed)
    if max(rows, cols) <= 40:
        draw_cell_borders(ax, rows, cols)
    if values:
        print_values(ax, matrix)
    if indices:
        number_cells(ax, rows, cols)
    ax.set_title(title or "")
    return ax


def show_window(image, kernel, *, row, col, stride=1, padding="valid", dilation=1):
    """Show one step of cross-correlation: window, kernel, product, output so far.

    The output holds what has been computed when the window, which slides row by row,
    stands at output `row`, `col`.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (kH, kW)
    row, col : int
        The place in the output.
    stride, padding, dilation
        As in `cnn_helpers.convolution.correlate2d`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the output has no such place, and as in `correlate2d`.

    Examples
    --------
    >>> figure = show_window(np.eye(4), np.ones((2, 2)), row=0, col=1)
    >>> [ax.get_title() for ax in figure.axes]
    ['image', 'kernel', 'output so far', 'window × kernel: sum 1']
    >>> plt.close(figure)
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    settings = {"stride": stride, "padding": padding, "dilation": dilation}
    output = correlate2d(image, kernel, **settings).astype(float)
    if not (0 <= row < output.shape[0] and 0 <= col < output.shape[1]):
        raise ValueError(
            f"the output has shape {output.shape}; it has no place {(row, col)}"
        )
    signed, limits = bool((output < 0).any()), range_of(output, None, True)
    output[row, col + 1 :], output[row + 1 :] = np.nan, np.nan
    padded, border, cells = window_cells(image, kernel.shape, (row, col), settings)
    product = padded[np.ix_(*cells)] * kernel
    figure, axes = new_window_figure(padded.shape, kernel.shape, output.shape)
    show_matrix(padded, "image", indices=True, ax=axes[0, 0])
    show_matrix(kernel, "kernel", signed=True, ax=axes[0, 1])
    limits = limits if signed else (0, limits[1])  # those of the finished output
    grid = {"value_range": limits, "signed": signed, "indices": True}
    show_matrix(output, "output so far", **grid, ax=axes[1, 0])
    title = f"window × kernel: sum {number(product.sum())}"
    show_matrix(product, title, signed=True, ax=axes[1, 1])
    draw_padding_border(axes[0, 0], padded.shape, border)
    mark_window(axes[0, 0], cells[0], cells[1])
    mark_window(axes[1, 0], [row], [col])
    return figure


def mark_window(ax, rows, cols, *, color=VERMILION):
    """Outline a window of an image that is shown in `ax`.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    rows, cols : sequence of int
        The window's rows and columns. With gaps between them (a dilated window), every
        pixel is outlined by itself.
    color : str

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> ax = mark_window(show_image(np.eye(5)), range(0, 3), range(1, 4))
    >>> len(ax.patches)
    1
    >>> plt.close(ax.figure)
    """
    rows, cols = list(rows), list(cols)
    whole = len(rows) == np.ptp(rows) + 1 and len(cols) == np.ptp(cols) + 1
    blocks = [(rows, cols)] if whole else [([r], [c]) for r in rows for c in cols]
    for part_rows, part_cols in blocks:
        corner = (part_cols[0] - 0.5, part_rows[0] - 0.5)
        size = (len(part_cols), len(part_rows))
        outline = Rectangle(corner, *size, fill=False, zorder=4, clip_on=False)
        outline.set(edgecolor=color, linewidth=2.6)
        ax.add_patch(outline)
    return ax


def plot_history(history, *, metrics=None):
    """Plot a training's learning curves, one panel a metric.

    Parameters
    ----------
    history : History or dict
        What `fit` returns, or its ``history``: lists by name, such as ``"loss"`` and
        ``"val_loss"``.
    metrics : sequence of str, optional
        Without it all, loss first.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If `history` does not hold a metric.

    Examples
    --------
    >>> figure = plot_history({"loss": [0.9, 0.5], "val_loss": [0.8, 0.6]})
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['training', 'validation']
    >>> plt.close(figure)
    """
    record = getattr(history, "history", history)
    if metrics is None:
        metrics = [name for name in record if not name.startswith("val_")]
    missing = [name for name in metrics if name not in record]
    if missing or not metrics:
        raise ValueError(
            f"history holds {list(record)}; it has no {missing or 'curve'}"
        )
    figure, axes = plt.subplots(
        1, len(metrics), figsize=(WIDTH, 3.0), squeeze=False, layout="constrained"
    )
    for ax, metric in zip(axes.flat, metrics, strict=True):
        curves = {"training": record[metric]}
        if f"val_{metric}" in record:
            curves["validation"] = record[f"val_{metric}"]
        epochs = np.arange(1, len(record[metric]) + 1)
        plot_curves(epochs, curves, xlabel="epoch", ylabel=metric, ax=ax)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    return figure


def plot_curves(x, curves, *, xlabel, ylabel, markers=None, ax=None):
    """Plot curves over one x axis, each with its colour, dash and marker.

    Parameters
    ----------
    x : array_like, shape (n,)
    curves : dict of str to array_like, shape (n,)
        The curves by the names that the legend shows.
    xlabel, ylabel : str
        With the unit, where there is one.
    markers : bool, optional
        Mark every point. Without it: up to 30 points.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> curves = {"linear": [1, 2, 3], "square": [1, 4, 9]}
    >>> ax = plot_curves([1, 2, 3], curves, xlabel="size (px)", ylabel="cost")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['linear', 'square']
    >>> plt.close(ax.figure)
    """
    ax = new_axes(3.4) if ax is None else ax
    markers = len(x) <= 30 if markers is None else markers
    looks = zip(cycle(COLORS), cycle(DASHES), cycle(MARKERS), strict=False)
    for (name, y), (color, dash, marker) in zip(curves.items(), looks, strict=False):
        shape = marker if markers else None
        ax.plot(x, y, color=color, linestyle=dash, marker=shape, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if len(curves) > 1:
        ax.legend()
    return ax


def plot_signals(signals, *, xlabel="sample", x=None, ylabel="value"):
    """Plot one-dimensional signals, one below the other over one x axis.

    Parameters
    ----------
    signals : dict of str to array_like, shape (n,)
        The signals by their titles. Signals of up to 60 samples are drawn as stems,
        longer ones as a line.
    xlabel : str
        What the samples count, with its unit.
    x : array_like or dict of str to array_like, optional
        Where the samples lie; without it at 0, 1, 2, ...
    ylabel : str

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> figure = plot_signals({"signal": [0, 1, 0], "smoothed": [0.3, 0.3, 0.3]})
    >>> len(figure.axes)
    2
    >>> plt.close(figure)
    """
    figure, axes = plt.subplots(
        len(signals),
        1,
        figsize=(WIDTH, 0.7 + 1.35 * len(signals)),
        sharex=True,
        squeeze=False,
        layout="constrained",
    )
    for ax, (title, signal), color in zip(
        axes.flat, signals.items(), cycle(COLORS), strict=False
    ):
        places = x.get(title) if isinstance(x, dict) else x
        places = np.arange(len(signal)) if places is None else np.asarray(places)
        if len(signal) <= 60:
            ax.vlines(places, 0, signal, color=color)
            ax.plot(places, signal, "o", color=color)
        else:
            ax.plot(places, signal, color=color, linestyle="-")
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.set_title(title, loc="left")
        ax.set_ylabel(ylabel)
    ax.set_xlabel(xlabel)
    return figure


def plot_bars(values, *, xlabel, log=False, form="{:,.10g}", ax=None):
    """Draw a horizontal bar a value, with the value printed beside it.

    Parameters
    ----------
    values : dict of str to float
        The values by their labels, from top to bottom.
    xlabel : str
        What is measured, with its unit.
    log : bool
        A logarithmic axis.
    form : str
        How a value is printed, as in `str.format`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> ax = plot_bars({"conv": 800, "dense": 19668992}, xlabel="weights", log=True)
    >>> [text.get_text() for text in ax.texts]
    ['800', '19,668,992']
    >>> plt.close(ax.figure)
    """
    ax = new_axes(0.8 + 0.42 * len(values)) if ax is None else ax
    lengths = list(values.values())
    bars = ax.barh(list(values), lengths, color=BLUE, height=0.62)
    texts = [form.format(length) for length in lengths]
    ax.bar_label(bars, texts, padding=4)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    if log:
        ax.set_xscale("log")
    ax.margins(x=0.2 if not log else 0.3)
    ax.set_xlabel(xlabel)
    return ax


def plot_confusion(confusion, labels=None, *, ax=None):
    """Show a confusion matrix: right answers grey, mistakes orange by their number.

    Parameters
    ----------
    confusion : array_like, shape (classes, classes)
        Counts; rows are the true classes, columns the answers.
    labels : sequence of str, optional
        Names of the classes; without it their numbers.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `confusion` is not square, or there is not one label a class.

    Examples
    --------
    >>> ax = plot_confusion([[9, 1], [0, 8]], ["cat", "dog"])
    >>> [text.get_text() for text in ax.texts]
    ['9', '1', '8']
    >>> plt.close(ax.figure)
    """
    confusion = as_array(confusion, "confusion", "(classes, classes)")
    count = len(confusion)
    labels = range(count) if labels is None else labels
    if confusion.shape != (count, count) or len(labels) != count:
        raise ValueError(
            f"confusion must be square with a label a class; got shape "
            f"{confusion.shape} and {len(labels)} labels"
        )
    ax = new_axes(min(1.2 + 0.46 * count, 5.8)) if ax is None else ax
    mistakes = confusion * (1 - np.eye(count))
    ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(mistakes.max() * 1.9, 1))
    for place in range(count):
        square = Rectangle((place - 0.5, place - 0.5), 1, 1, facecolor="#dedad0")
        ax.add_patch(square)
    for (row, col), count_here in np.ndenumerate(confusion):
        if count_here:
            ax.text(col, row, f"{count_here:g}", ha="center", va="center", fontsize=10)
    ax.set_xticks(range(count), labels)
    ax.set_yticks(range(count), labels)
    ax.set(xlabel="answer of the network", ylabel="true class")
    draw_cell_borders(ax, count, count)
    return ax
