"""The book's pictures: images, grids of numbers, sliding windows, learning curves.

Images are grey with a fixed range, kernels and signed maps are blue to red with white
at 0, and colour never says anything alone. `use_book_style` sets the look.
"""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

INK = "#2b2b2b"
WINDOW_COLOR = "#D55E00"
CELL_COLOR = "#8c8c8c"
PRINTED_UP_TO = 49  # numbers in a grid of at most so many cells are printed


def use_book_style():
    """Give the plots that follow the book's colours, sizes and fonts.

    Examples
    --------
    >>> use_book_style()
    >>> plt.rcParams["image.cmap"]
    'gray'
    """
    plt.style.use(Path(__file__).with_name("book.mplstyle"))
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # outside a notebook
        return
    try:
        set_matplotlib_formats("retina")
    except AttributeError:  # no interactive shell
        return


def show_image(image, title=None, *, ax=None, vmin=0, vmax=None):
    """Show one image, grey or in colour, with a fixed range of brightness.

    Parameters
    ----------
    image : array_like, shape (H, W), (H, W, 1) or (H, W, 3)
    title : str, optional
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure unless given.
    vmin, vmax : float, optional
        What is black and what is white: 0 and, unless given, 255 for whole numbers
        and for values above 1, else 1. Colours are shown in the same range.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the array is not an image.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> show_image(np.zeros((2, 3)), "night").get_title()
    'night'
    >>> plt.close()
    """
    image = _as_image(image)
    if vmax is None:
        whole = image.dtype.kind in "iu"
        vmax = 255 if whole or (image.size and image.max() > 1) else 1
    if ax is None:
        _, ax = plt.subplots(figsize=(3.6, 3.6))
    if image.ndim == 3:
        image = np.clip((image - vmin) / (vmax - vmin), 0, 1)
    ax.imshow(image, cmap="gray", vmin=vmin, vmax=vmax, interpolation="nearest")
    _plain(ax, title)
    return ax


def show_images(images, titles=None, *, columns=None, vmin=0, vmax=None, height=None):
    """Show several images in rows.

    Parameters
    ----------
    images : sequence of array_like
        As in `show_image`.
    titles : sequence of str, optional
        One an image.
    columns : int, optional
        Images a row; all in one row, up to five, unless given.
    vmin, vmax : float, optional
        As in `show_image`, the same for all.
    height : float, optional
        Of a row, in inches.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no images, or not one title an image.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> figure = show_images([np.zeros((2, 2)), np.ones((2, 2))], ["night", "snow"])
    >>> len(figure.axes)
    2
    >>> plt.close(figure)
    """
    images = [_as_image(image) for image in images]
    figure, axes = _panels(len(images), titles, columns, images[:1], height)
    for number, (image, ax) in enumerate(zip(images, axes, strict=True)):
        title = titles[number] if titles is not None else None
        show_image(image, title, ax=ax, vmin=vmin, vmax=vmax)
    return figure


def show_matrix(matrix, title=None, *, ax=None, signed=None, values=None):
    """Show a grid of numbers as colours, with the numbers printed when it is small.

    Parameters
    ----------
    matrix : array_like, shape (H, W)
    title : str, optional
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure unless given.
    signed : bool, optional
        Colour from blue (negative) over white (0) to red (positive); when there are
        negative numbers, unless given. Otherwise from black (0) to white.
    values : bool, optional
        Print the numbers; up to 7 by 7, unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `matrix` does not have two axes.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> ax = show_matrix([[1, -2], [0, 5]])
    >>> [text.get_text() for text in ax.texts]
    ['1', '−2', '0', '5']
    >>> plt.close()
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2:
        raise ValueError(f"matrix must have two axes, got shape {matrix.shape}")
    if ax is None:
        _, ax = plt.subplots(figsize=(3.2, 3.2))
    signed = bool((matrix < 0).any()) if signed is None else signed
    top = float(np.abs(matrix).max()) if matrix.size else 0.0
    top = top or 1.0
    cmap, low = ("RdBu_r", -top) if signed else ("gray", 0.0)
    ax.imshow(matrix, cmap=cmap, vmin=low, vmax=top, interpolation="nearest")
    if matrix.size <= PRINTED_UP_TO if values is None else values:
        _print_values(ax, matrix, low, top, signed)
        _draw_cells(ax, matrix.shape)
    _plain(ax, title)
    return ax


def show_matrices(matrices, titles=None, *, columns=None, signed=None, height=None):
    """Show several grids of numbers in rows, each as in `show_matrix`.

    Parameters
    ----------
    matrices : sequence of array_like, each of shape (H, W)
    titles : sequence of str, optional
    columns : int, optional
        Grids a row; all in one row, up to five, unless given.
    signed : bool, optional
        As in `show_matrix`.
    height : float, optional
        Of a row, in inches.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are none, or not one title a grid.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> figure = show_matrices([np.eye(2), np.eye(3)], ["two", "three"])
    >>> len(figure.axes)
    2
    >>> plt.close(figure)
    """
    matrices = [np.asarray(matrix) for matrix in matrices]
    figure, axes = _panels(len(matrices), titles, columns, matrices[:1], height)
    for number, (matrix, ax) in enumerate(zip(matrices, axes, strict=True)):
        title = titles[number] if titles is not None else None
        show_matrix(matrix, title, ax=ax, signed=signed)
    return figure


def show_window(image, kernel, *, row=0, col=0, stride=1):
    """Show one step of a sliding window: image, kernel, products, output so far.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (kH, kW)
    row, col : int
        The output that is being computed; those before it are filled in.
    stride : int

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the output has no such place; the message says how large it is.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> figure = show_window(np.eye(5, dtype=int), np.eye(3, dtype=int), row=1, col=1)
    >>> figure.axes[2].get_title()
    'products: sum 3'
    >>> plt.close(figure)
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    windows = windows[::stride, ::stride]
    rows, cols = windows.shape[:2]
    if not (0 <= row < rows and 0 <= col < cols):
        raise ValueError(
            f"the output has rows 0 to {rows - 1} and columns 0 to {cols - 1}; "
            f"there is no place ({row}, {col})"
        )
    products = windows[row, col] * kernel
    output = np.ma.array((windows * kernel).sum(axis=(2, 3)), mask=False)
    output.mask.flat[row * cols + col + 1 :] = True
    figure, axes = plt.subplots(2, 2, figsize=(6.4, 6.4))
    show_matrix(image, f"image {image.shape[0]}x{image.shape[1]}", ax=axes[0, 0])
    show_matrix(kernel, "kernel", ax=axes[0, 1])
    show_matrix(products, f"products: sum {_short(products.sum())}", ax=axes[1, 0])
    signed = bool((windows * kernel).min() < 0)
    show_matrix(output, "output so far", ax=axes[1, 1], signed=signed)
    _outline(axes[0, 0], row * stride, col * stride, kernel.shape)
    _outline(axes[1, 1], row, col, (1, 1))
    return figure


def plot_history(history, metric="accuracy"):
    """Plot a training's loss and one metric against the epoch.

    Parameters
    ----------
    history : dict or object with a ``history`` dict
        Lists by name, as `fit` returns them; ``val_`` marks the validation set.
    metric : str

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the history has no loss or not that metric.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> figure = plot_history({"loss": [1.0, 0.5], "accuracy": [0.6, 0.8]})
    >>> len(figure.axes)
    2
    >>> plt.close(figure)
    """
    values = getattr(history, "history", history)
    for name in ("loss", metric):
        if name not in values:
            raise ValueError(f"the history has no {name!r}, only {sorted(values)}")
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.2))
    for name, ax in zip(("loss", metric), axes, strict=True):
        epochs = np.arange(1, len(values[name]) + 1)
        ax.plot(epochs, values[name], label="training")
        if f"val_{name}" in values:
            ax.plot(epochs, values[f"val_{name}"], "--", label="validation")
        ax.set(xlabel="epoch", ylabel=name, title=name)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.legend()
    return figure


def plot_confusion(confusion, labels=None):
    """Show a confusion matrix: a row a true class, a column an answer.

    The counts are printed. Colour shows the mistakes only: right answers would
    outshine them.

    Parameters
    ----------
    confusion : array_like of int, shape (C, C)
    labels : sequence of str, optional
        Names of the classes; their numbers unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the matrix is not square, or the labels do not match it.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> plot_confusion([[9, 1], [0, 10]]).get_ylabel()
    'true class'
    >>> plt.close()
    """
    confusion = np.asarray(confusion)
    if confusion.ndim != 2 or confusion.shape[0] != confusion.shape[1]:
        raise ValueError(f"confusion must be square, got shape {confusion.shape}")
    labels = range(len(confusion)) if labels is None else labels
    if len(labels) != len(confusion):
        raise ValueError(f"{len(labels)} labels for {len(confusion)} classes")
    mistakes = confusion * (1 - np.eye(len(confusion), dtype=confusion.dtype))
    top = max(int(mistakes.max()), 1)
    _, ax = plt.subplots(figsize=(6.4, 6.0))
    ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=1.4 * top)
    for (i, j), count in np.ndenumerate(confusion):
        weight = "bold" if i == j else "normal"
        text = str(count) if count else "·"
        ax.text(j, i, text, ha="center", va="center", weight=weight, fontsize=10)
    ax.set_xticks(range(len(labels)), labels)
    ax.set_yticks(range(len(labels)), labels)
    ax.set(xlabel="the network's answer", ylabel="true class")
    ax.grid(False)
    return ax


def plot_bars(values, labels, *, xlabel=None, title=None, formatter="{:.2f}", ax=None):
    """Draw bars lying down, each with its name before it and its value behind it.

    Parameters
    ----------
    values : sequence of float
    labels : sequence of str
        One a bar.
    xlabel, title : str, optional
    formatter : str
        How a value is written.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is not one label a bar.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> ax = plot_bars([0.2, 0.8], ["cat", "dog"])
    >>> [text.get_text() for text in ax.texts]
    ['0.20', '0.80']
    >>> plt.close()
    """
    values = np.asarray(values, dtype=float)
    if len(values) != len(labels):
        raise ValueError(f"{len(labels)} labels for {len(values)} bars")
    if ax is None:
        _, ax = plt.subplots(figsize=(6.4, 0.8 + 0.36 * len(values)))
    bars = ax.barh(range(len(values)), values, color="#0072B2")
    ax.bar_label(bars, [formatter.format(value) for value in values], padding=4)
    ax.set_yticks(range(len(values)), labels)
    ax.invert_yaxis()
    ax.margins(x=0.15)
    ax.grid(False)
    ax.set(xlabel=xlabel, title=title)
    return ax


def _as_image(image):
    """Return an array that can be shown: (H, W) or (H, W, 3)."""
    image = np.asarray(image)
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    if image.ndim != 2 and not (image.ndim == 3 and image.shape[2] == 3):
        raise ValueError(
            f"an image has shape (H, W), (H, W, 1) or (H, W, 3); got {image.shape}"
        )
    return image


def _panels(count, titles, columns, first, height):
    """Return a figure with so many axes, in rows, and nothing in the places left."""
    if not count:
        raise ValueError("there is nothing to show: the sequence is empty")
    if titles is not None and len(titles) != count:
        raise ValueError(f"{len(titles)} titles for {count} pictures")
    columns = min(count, 5) if columns is None else columns
    rows = -(-count // columns)
    if height is None:
        shape = first[0].shape
        ratio = shape[0] / max(shape[1], 1) if len(shape) >= 2 else 1
        height = min(6.4 / columns * ratio, 6.4) + (0.35 if titles is not None else 0.1)
    figure, axes = plt.subplots(
        rows, columns, figsize=(6.4, height * rows), squeeze=False
    )
    for ax in axes.flat[count:]:
        ax.remove()
    return figure, axes.flat[:count]


def _plain(ax, title):
    """Leave only the picture and its title."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(True)
    if title is not None:
        ax.set_title(title)


def _print_values(ax, matrix, low, top, signed):
    """Print each number in its cell, in ink or in white, whichever can be read."""
    for (i, j), value in np.ma.ndenumerate(matrix):
        level = (float(value) - low) / (top - low)
        dark = abs(level - 0.5) > 0.35 if signed else level < 0.55
        color = "white" if dark else INK
        size = 12 if matrix.size <= 25 else 9
        ax.text(
            j, i, _short(value), ha="center", va="center", color=color, fontsize=size
        )


def _draw_cells(ax, shape):
    """Draw a thin line between neighbouring cells of a grid."""
    lines = {"color": CELL_COLOR, "linewidth": 0.8}
    ax.hlines(np.arange(1, shape[0]) - 0.5, -0.5, shape[1] - 0.5, **lines)
    ax.vlines(np.arange(1, shape[1]) - 0.5, -0.5, shape[0] - 0.5, **lines)


def _short(value):
    """Write a number with at most two decimals and a true minus sign."""
    text = f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    return text.replace("-", "−")


def _outline(ax, row, col, shape):
    """Draw a thick frame around cells of a grid."""
    corner = (col - 0.5, row - 0.5)
    frame = Rectangle(
        corner, shape[1], shape[0], fill=False, edgecolor=WINDOW_COLOR, linewidth=4
    )
    frame.set_clip_on(False)
    ax.add_patch(frame)
