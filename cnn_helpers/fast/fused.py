"""A convolution and the max-pooling after it, in one matrix product.

The windows of all the outputs that one pool looks at are merged into one window, and
the kernels spread over as many columns (see `tiles`): the product holds the pool's
candidates side by side, and the pooled map is their maximum. The unpooled map is
never written to memory, and less is copied.

A bias and an increasing activation (ReLU) may come after the pool instead of before:
``max(relu(x + b)) = relu(max(x) + b)``. So the caller adds them to the pooled map,
which is smaller, and passes its gradient by the pooled map back to here.

For `models.compile`, the whole contract::

    if fused.suits(images.shape, kernels.shape, pool=(2, 2), stride=1, padding="same"):
        pooled, memory = fused.conv2d_max_pool2d(
            images, kernels, pool=(2, 2), stride=1, padding="same"
        )
        outputs = relu(pooled + bias)
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
from cnn_helpers.fast import tiles


class Memory(NamedTuple):
    """What the way back needs of the way forward."""

    rows: np.ndarray  # the merged windows, (pools, length)
    winners: np.ndarray  # which candidate was the first maximum, (C_out, pools)
    images_shape: tuple
    pool: tuple
    grid: Grid  # of the convolution alone


def suits(images_shape, kernel_shape, *, pool=(2, 2), stride=1, padding="valid"):
    """Return whether fusing is possible and worth it.

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
    return fits and max(pool) <= 3 and kernel_shape[2] < 16


def conv2d_max_pool2d(images, kernels, *, pool=(2, 2), stride=1, padding="valid"):
    """Return the max-pooled convolution, and a memory for its gradients.

    Parameters
    ----------
    images : numpy.ndarray, shape (N, H, W, C_in)
    kernels : numpy.ndarray, shape (kH, kW, C_in, C_out)
        Of the same floating type.
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
    weights = _candidates_first(tiles.spread(kernels, pool, grid.stride))
    pools = merged.size[0] * merged.size[1]  # in one image
    rows = np.empty((len(images) * pools, weights.shape[2]), images.dtype)
    pooled = np.empty((len(images), *merged.size, c_out), images.dtype)
    winners = np.zeros((c_out, len(rows)), np.uint8)
    for part, copied in tiles.patches(images, merged, keep=rows):
        made = weights.reshape(-1, weights.shape[2]) @ copied.T
        made = made.reshape(len(weights), c_out, len(copied))
        here = slice(part.start * pools, part.stop * pools)
        best = _first_maximum(made, winners[:, here])  # (C_out, pools)
        pooled[part].reshape(len(copied), c_out)[...] = best.T
    return pooled, Memory(rows, winners, images.shape, pool, grid)


def conv2d_max_pool2d_gradients(upstream, kernels, memory, *, to_images=True):
    """Return the gradients of `conv2d_max_pool2d`.

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
    grid, pool = memory.grid, memory.pool
    c_out, candidates = kernels.shape[3], pool[0] * pool[1]
    flow = np.ascontiguousarray(upstream.reshape(-1, c_out).T)  # (C_out, pools)
    routed = np.empty((candidates, *flow.shape), flow.dtype)
    for number in range(candidates):
        np.multiply(flow, memory.winners == number, out=routed[number])
    routed = routed.reshape(candidates * c_out, -1 if flow.size else 0)
    d_wide = (routed @ memory.rows).T  # (length, candidates * C_out)
    d_kernels = tiles.gather(d_wide, kernels.shape, pool, grid.stride)
    d_bias = flow.sum(axis=1)
    if not to_images:
        return None, d_kernels, d_bias
    merged = grid.merged(pool)
    wide = tiles.spread(kernels, pool, grid.stride)
    wide = wide.reshape(*merged.kernel, kernels.shape[2], candidates * c_out)
    routed = np.ascontiguousarray(routed.T)
    routed = routed.reshape(len(upstream), *merged.size, candidates * c_out)
    d_images = tiles.image_gradient(routed, wide, memory.images_shape, merged)
    return d_images, d_kernels, d_bias


def _candidates_first(wide):
    """Turn spread kernels into (candidates, C_out, length): one block a candidate."""
    height, width, c_in, rows, cols, c_out = wide.shape
    flat = wide.reshape(height * width * c_in, rows * cols, c_out)
    return np.ascontiguousarray(flat.transpose(1, 2, 0))


def _first_maximum(made, winner):
    """Return the maximum over the candidates; write which of them came first."""
    best = made[0]
    for number, candidate in enumerate(made[1:], start=1):
        better = (candidate > best).view(np.uint8)
        np.maximum(winner, better * np.uint8(number), out=winner)
        np.maximum(best, candidate, out=best)
    return best
