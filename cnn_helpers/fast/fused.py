"""A convolution and the max-pooling after it, in one matrix product.

Convolution with a k x k kernel, then the maximum of each 2 x 2 block: one pooled number
looks at (k + 1) x (k + 1) pixels. So we take those windows, at stride 2, and multiply
them by the kernel in its four possible places inside the window: four candidates, of
which the maximum stays. There are four times fewer windows to copy out of the images
than the convolution alone would need, and copying is what takes the time. The unpooled
map is never laid out as images.

Inside, the batch is the last axis, (C, H, W, N): then NumPy's inner loops run over as
many numbers as there are images, not over the few of a window's row; and each candidate
of the product is one solid block, so that the maximum is quick too.

The bias and an increasing activation (ReLU) may come after the pool instead of before:
``max(relu(x + b)) = relu(max(x) + b)``. So the caller applies the activation to the
pooled map, which is smaller, and hands back the gradient by what it was given::

    if fused.suits(images.shape, kernels.shape, pool=(2, 2), stride=1, padding="same"):
        pooled, memory = fused.conv2d_max_pool2d(
            images, kernels, bias, pool=(2, 2), stride=1, padding="same"
        )
        outputs = relu(pooled)
        ...
        flow = upstream * (outputs > 0)
        d_images, d_kernels, d_bias = fused.conv2d_max_pool2d_gradients(
            flow, kernels, memory, to_images=True
        )
"""

from typing import NamedTuple

import numpy as np

from cnn_helpers._grid import Grid, grid_of
from cnn_helpers._validation import as_pair

FEW_CHANNELS = 15  # up to so many, the copies take the time; with more, the products


class Memory(NamedTuple):
    """What the way back needs of the way forward."""

    spread: np.ndarray  # the kernels in all their places in a window
    columns: np.ndarray  # the windows, (length of a window, pools)
    candidates: np.ndarray  # what each pool chose from, (candidates, C_out, pools)
    largest: np.ndarray  # and what it chose, (C_out, pools)
    images_shape: tuple
    pool: tuple
    grid: Grid  # of the convolution alone


def suits(images_shape, kernel_shape, *, pool=(2, 2), stride=1, padding="valid"):
    """Return whether fusing is possible and worth it.

    With many channels the larger windows only add to the arithmetic.

    Parameters
    ----------
    images_shape : tuple
        ``(N, H, W, C_in)``; N may be None.
    kernel_shape : tuple
        ``(kH, kW, C_in, C_out)``, without groups or dilation.
    pool : int or (rows, cols)
        Size of the pool and its stride; it has no padding.
    stride, padding
        Of the convolution.

    Returns
    -------
    bool

    Examples
    --------
    >>> suits((None, 28, 28, 1), (5, 5, 1, 6))
    True
    >>> suits((None, 28, 28, 64), (5, 5, 64, 64))  # winograd does better
    False
    """
    grid = grid_of(images_shape[1:3], kernel_shape[:2], stride, padding, 1, "images")
    pool = as_pair(pool, "pool")
    fits = all(size >= p for size, p in zip(grid.size, pool, strict=True))
    return fits and max(pool) <= 3 and kernel_shape[2] <= FEW_CHANNELS


def conv2d_max_pool2d(
    images, kernels, bias=None, *, pool=(2, 2), stride=1, padding="valid"
):
    """Return the max-pooled convolution, and a memory for its gradients.

    Parameters
    ----------
    images : numpy.ndarray, shape (N, H, W, C_in)
    kernels : numpy.ndarray, shape (kH, kW, C_in, C_out)
        Of the same floating type.
    bias : numpy.ndarray, shape (C_out,), optional
    pool : int or (rows, cols)
        Size of the pool and its stride.
    stride, padding
        Of the convolution, as in `cnn_helpers.convolution.conv2d`.

    Returns
    -------
    pooled : numpy.ndarray, shape (N, H_out // rows, W_out // cols, C_out)
    memory : Memory

    Examples
    --------
    >>> images, kernels = np.ones((2, 28, 28, 1)), np.ones((5, 5, 1, 6))
    >>> pooled, memory = conv2d_max_pool2d(images, kernels)
    >>> pooled.shape
    (2, 12, 12, 6)
    """
    grid = grid_of(images.shape[1:3], kernels.shape[:2], stride, padding, 1, "images")
    pool = as_pair(pool, "pool")
    merged, c_out = grid.merged(pool), kernels.shape[3]
    columns = _windows(_batch_last(images, grid), merged)
    # (candidates * C_out, length) @ (length, pools) -> (candidates * C_out, pools)
    spread = _spread(kernels, pool, grid)
    product = spread @ columns
    candidates = product.reshape(pool[0] * pool[1], c_out, columns.shape[1])
    largest = candidates[0].copy()
    for candidate in candidates[1:]:
        np.maximum(largest, candidate, out=largest)
    pooled = largest if bias is None else largest + bias[:, np.newaxis]
    pooled = _batch_first(pooled.reshape(c_out, *merged.size, len(images)))
    shape = images.shape
    return pooled, Memory(spread, columns, candidates, largest, shape, pool, grid)


def conv2d_max_pool2d_gradients(upstream, kernels, memory, *, to_images=True):
    """Return the gradients of `conv2d_max_pool2d`; a tie goes to the first maximum.

    Parameters
    ----------
    upstream : numpy.ndarray, shape (N, H_out // rows, W_out // cols, C_out)
        Gradient of the loss by the pooled map.
    kernels : numpy.ndarray, shape (kH, kW, C_in, C_out)
        As they were.
    memory : Memory
    to_images : bool
        Whether `d_images` is wanted; None is returned in its place if not.

    Returns
    -------
    d_images, d_kernels, d_bias : numpy.ndarray
        Shaped as the images, the kernels and ``(C_out,)``.

    Examples
    --------
    >>> images, kernels = np.ones((2, 28, 28, 1)), np.ones((5, 5, 1, 6))
    >>> pooled, memory = conv2d_max_pool2d(images, kernels)
    >>> d_images, d_kernels, d_bias = conv2d_max_pool2d_gradients(
    ...     np.ones_like(pooled), kernels, memory
    ... )
    >>> d_kernels[0, 0, 0, 0], d_bias[0]
    (np.float64(288.0), np.float64(288.0))
    """
    grid, pool, c_out = memory.grid, memory.pool, kernels.shape[3]
    flow = upstream.transpose(3, 1, 2, 0).reshape(c_out, memory.largest.shape[1])
    routed = _route(flow, memory)
    d_spread = (memory.columns @ routed.T).T  # BLAS is quicker this way round
    d_kernels = _gather(d_spread, kernels.shape, pool, grid)
    d_bias = flow.sum(axis=1)
    if not to_images:
        return None, d_kernels, d_bias
    columns = memory.spread.T @ routed
    d_images = _add_windows(columns, memory.images_shape, grid, grid.merged(pool))
    return d_images, d_kernels, d_bias


def _route(flow, memory):
    """Return the gradient by each candidate: the first maximum takes it all."""
    routed = np.empty_like(memory.candidates)
    waiting = np.ones(flow.shape, bool)
    for candidate, target in zip(memory.candidates, routed, strict=True):
        taken = candidate == memory.largest
        taken &= waiting
        waiting ^= taken
        np.multiply(flow, taken, out=target)
    return routed.reshape(len(routed) * len(flow), flow.shape[1])


def _batch_last(images, grid):
    """Return images (N, H, W, C) with their border of zeros, as (C, H, W, N)."""
    (top, bottom), (left, right) = grid.padding
    count, height, width, channels = images.shape
    shape = (channels, top + height + bottom, left + width + right, count)
    pixels = np.zeros(shape, images.dtype)
    pixels[:, top : top + height, left : left + width] = images.transpose(3, 1, 2, 0)
    return pixels


def _batch_first(pixels):
    """Return a copy of pixels (C, H, W, N) as (N, H, W, C)."""
    return pixels.transpose(3, 1, 2, 0).copy()


def _windows(pixels, merged):
    """Return each window as a column: (C * rows * cols, pools)."""
    channel, row, col, example = pixels.strides
    view = np.lib.stride_tricks.as_strided(
        pixels,
        (len(pixels), *merged.kernel, *merged.size, pixels.shape[3]),
        (channel, row, col, row * merged.stride[0], col * merged.stride[1], example),
        writeable=False,
    )
    length = len(pixels) * merged.kernel[0] * merged.kernel[1]
    return view.reshape(length, merged.size[0] * merged.size[1] * pixels.shape[3])


def _add_windows(columns, images_shape, grid, merged):
    """Add each window back at its place: what `_windows` did, undone.

    Pixels that lie one stride apart belong together here, (C, row of the stride, column
    of the stride, H / stride, W / stride, N), so that neighbours in the grid are
    neighbours in memory too.
    """
    count, height, width, channels = images_shape
    (top, bottom), (left, right) = grid.padding
    (down, across), (rows, cols) = merged.stride, merged.size
    padded = top + height + bottom, left + width + right
    shape = -(-padded[0] // down), -(-padded[1] // across), count
    pixels = np.zeros((channels, down, across, *shape), columns.dtype)
    columns = columns.reshape(channels, *merged.kernel, *merged.size, count)
    for i in range(merged.kernel[0]):
        for j in range(merged.kernel[1]):
            row, col = i // down, j // across
            seen = pixels[:, i % down, j % across, row : row + rows, col : col + cols]
            seen += columns[:, i, j]  # pixels[...] += would store it twice
    images = pixels.transpose(5, 3, 1, 4, 2, 0).reshape(
        count, shape[0] * down, shape[1] * across, channels
    )
    return images[:, top : top + height, left : left + width]


def _places(pool, grid):
    """Return where in its window the kernel lies for each candidate, in turn."""
    tall, wide = grid.kernel
    for m, n in np.ndindex(pool):
        i, j = m * grid.stride[0], n * grid.stride[1]
        yield slice(i, i + tall), slice(j, j + wide)


def _spread(kernels, pool, grid):
    """Return the kernels in each place of a window: (candidates * C_out, length)."""
    c_in, c_out = kernels.shape[2:]
    window = grid.merged(pool).kernel
    spread = np.zeros((pool[0] * pool[1], c_out, c_in, *window), kernels.dtype)
    for target, (rows, cols) in zip(spread, _places(pool, grid), strict=True):
        target[:, :, rows, cols] = kernels.transpose(3, 2, 0, 1)
    return spread.reshape(pool[0] * pool[1] * c_out, -1)


def _gather(spread, kernel_shape, pool, grid):
    """Return the sum over all places: what `_spread` did, undone."""
    c_in, c_out = kernel_shape[2:]
    window = grid.merged(pool).kernel
    spread = spread.reshape(-1, c_out, c_in, *window)
    kernels = np.zeros((c_out, c_in, *kernel_shape[:2]), spread.dtype)
    for source, (rows, cols) in zip(spread, _places(pool, grid), strict=True):
        kernels += source[:, :, rows, cols]
    return kernels.transpose(2, 3, 1, 0)
