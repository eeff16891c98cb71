"""Convolution with one channel a group: each channel has kernels of its own.

There is nothing to add up across channels, so nothing for a matrix product to do:
all windows meet one weight after the other.
"""

import numpy as np


def convolve(images, kernels, grid):
    """Return the depthwise convolution of a batch.

    Parameters
    ----------
    images : numpy.ndarray, shape (N, H, W, C)
    kernels : numpy.ndarray, shape (kH, kW, 1, C * multiplier)
    grid : Grid

    Returns
    -------
    numpy.ndarray, shape (N, H_out, W_out, C * multiplier)

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> grid = grid_of((3, 3), (2, 2), 1, "valid", 1, "it")
    >>> kernels = np.ones((2, 2, 1, 2)) * [1.0, 10.0]
    >>> convolve(np.ones((1, 3, 3, 2)), kernels, grid)[0, 0, 0]
    array([ 4., 40.])
    """
    channels = images.shape[3]
    weights = kernels.reshape(*grid.kernel, channels, -1)
    padded = grid.pad(images)[..., np.newaxis]
    shape = (len(images), *grid.size, channels, weights.shape[3])
    result = np.zeros(shape, images.dtype)
    for m, n in np.ndindex(grid.kernel):
        rows, cols = grid.seen_by(m, n)
        result += padded[:, rows, cols] * weights[m, n]
    return result.reshape(*shape[:3], kernels.shape[3])


def gradients(upstream, images, kernels, grid):
    """Return the gradients by the images and by the kernels.

    Parameters
    ----------
    upstream : numpy.ndarray, shape (N, H_out, W_out, C * multiplier)
    images, kernels, grid
        As in `convolve`.

    Returns
    -------
    d_images, d_kernels : numpy.ndarray
        Shaped as `images` and `kernels`.

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> grid = grid_of((3, 3), (2, 2), 1, "valid", 1, "it")
    >>> images, kernels = np.ones((1, 3, 3, 2)), np.ones((2, 2, 1, 2))
    >>> gradients(np.ones((1, 2, 2, 2)), images, kernels, grid)[1][0, 0]
    array([[4., 4.]])
    """
    channels = images.shape[3]
    weights = kernels.reshape(*grid.kernel, channels, -1)
    flow = upstream.reshape(*upstream.shape[:3], *weights.shape[2:])
    padded = grid.pad(images)
    d_padded, d_weights = np.zeros_like(padded), np.empty_like(weights)
    for m, n in np.ndindex(grid.kernel):
        rows, cols = grid.seen_by(m, n)
        d_padded[:, rows, cols] += (flow * weights[m, n]).sum(axis=-1)
        seen = padded[:, rows, cols]
        d_weights[m, n] = np.einsum("nhwc,nhwcm->cm", seen, flow)
    d_images = np.ascontiguousarray(grid.inside(d_padded))
    return d_images, d_weights.reshape(kernels.shape)
