"""Convolution as a matrix product, over a few images at a time.

The windows are copied side by side into the rows of a matrix ("im2col") and meet the
kernels in one product. Copied for a whole batch they would fill `kH * kW` times the
memory of the images; here a tile of them stays near the processor, in its cache.

With few channels the copy is most of the work. Then neighbouring windows of one row
are copied as one wider window, and the kernels are spread over as many columns, with
zeros where a window does not reach: more products, much less copying.
"""

import numpy as np

TILE = 2**16  # numbers in a tile: 256 KB of float32, inside an L2 cache


def convolve(images, kernels, grid, *, block=(1, 1)):
    """Return the convolution of a batch, without groups.

    Parameters
    ----------
    images : numpy.ndarray, shape (N, H, W, C_in)
    kernels : numpy.ndarray, shape (kH, kW, C_in, C_out)
    grid : Grid
    block : (rows, cols)
        How many windows to merge, 1 row of them here (see `best_block`). The zeros in
        spread kernels would carry a NaN or an infinity to neighbouring windows.

    Returns
    -------
    numpy.ndarray, shape (N, H_out, W_out, C_out)

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> images, kernels = np.ones((2, 6, 6, 1)), np.ones((3, 3, 1, 4))
    >>> convolve(images, kernels, grid_of((6, 6), (3, 3), 1, "valid", 1, "it")).shape
    (2, 4, 4, 4)
    """
    weights = spread(kernels, block, grid.stride)
    columns = block[0] * block[1] * kernels.shape[3]
    weights = weights.reshape(-1, columns)
    result = np.empty((len(images), *grid.size, kernels.shape[3]), images.dtype)
    for part, rows in patches(images, grid.merged(block)):
        # (windows, kH * kW * C_in) @ (kH * kW * C_in, C_out)
        np.matmul(rows, weights, out=result[part].reshape(len(rows), columns))
    return result


def kernel_gradient(upstream, images, kernel_shape, grid):
    """Return the gradient by the kernels: each window times what flows back to it.

    Parameters
    ----------
    upstream : numpy.ndarray, shape (N, H_out, W_out, C_out)
    images : numpy.ndarray, shape (N, H, W, C_in)
    kernel_shape : tuple
        ``(kH, kW, C_in, C_out)``.
    grid : Grid

    Returns
    -------
    numpy.ndarray, shape (kH, kW, C_in, C_out)

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> grid = grid_of((6, 6), (3, 3), 1, "valid", 1, "it")
    >>> upstream, images = np.ones((2, 4, 4, 1)), np.ones((2, 6, 6, 1))
    >>> kernel_gradient(upstream, images, (3, 3, 1, 1), grid)[0, 0]
    array([[32.]])
    """
    block = best_block(kernel_shape, grid)
    merged = grid.merged(block)
    columns = block[0] * block[1] * kernel_shape[3]
    length = merged.kernel[0] * merged.kernel[1] * kernel_shape[2]
    total = np.zeros((length, columns), images.dtype)
    for part, rows in patches(images, merged):
        total += rows.T @ upstream[part].reshape(len(rows), columns)
    return gather(total, kernel_shape, block, grid.stride)


def image_gradient(upstream, kernels, image_shape, grid):
    """Return the gradient by the images: each window gets back what it caused.

    Parameters
    ----------
    upstream : numpy.ndarray, shape (N, H_out, W_out, C_out)
    kernels : numpy.ndarray, shape (kH, kW, C_in, C_out)
    image_shape : tuple
        ``(N, H, W, C_in)``.
    grid : Grid

    Returns
    -------
    numpy.ndarray, shape (N, H, W, C_in)

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> grid = grid_of((3, 3), (2, 2), 1, "valid", 1, "it")
    >>> upstream, kernels = np.ones((1, 2, 2, 1)), np.ones((2, 2, 1, 1))
    >>> image_gradient(upstream, kernels, (1, 3, 3, 1), grid)[0, :, :, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    count, height, width, c_in = image_shape
    (top, bottom), (left, right) = grid.padding
    weights = kernels.reshape(-1, kernels.shape[3]).T
    windows = grid.size[0] * grid.size[1]
    step = images_a_tile(count, windows * weights.shape[1])
    padded_shape = (step, height + top + bottom, width + left + right, c_in)
    padded = np.empty(padded_shape, upstream.dtype)
    view = grid.windows(padded)  # (images, H_out, W_out, kH, kW, C_in)
    span = (grid.kernel[1] - 1) * grid.dilation[1] + 1
    apart = -(-span // grid.stride[1])  # windows of one row that do not overlap
    result = np.empty(image_shape, upstream.dtype)
    for start in range(0, count, step):
        flow = upstream[start : start + step]
        # (windows, C_out) @ (C_out, kH * kW * C_in)
        shares = flow.reshape(len(flow) * windows, -1) @ weights
        shares = shares.reshape(len(flow), *view.shape[1:])
        padded[...] = 0
        for m in range(grid.kernel[0]):
            for first in range(min(apart, grid.size[1])):
                some = np.s_[: len(flow), :, first::apart, m]
                view[some] += shares[some]
        result[start : start + step] = grid.inside(padded)[: len(flow)]
    return result


def patches(images, grid):
    """Copy the windows of a few images at a time into the rows of a matrix.

    Parameters
    ----------
    images : numpy.ndarray, shape (N, H, W, C)
    grid : Grid

    Yields
    ------
    part : slice
        Which images.
    rows : numpy.ndarray, shape (images * H_out * W_out, kH * kW * C)
        Their windows, in memory that the next tile uses again.

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> grid = grid_of((3, 3), (2, 2), 1, "valid", 1, "it")
    >>> [(part, rows)] = patches(np.arange(9.0).reshape(1, 3, 3, 1), grid)
    >>> rows
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.],
           [3., 4., 6., 7.],
           [4., 5., 7., 8.]])
    """
    count, height, width, channels = images.shape
    (top, bottom), (left, right) = grid.padding
    windows = grid.size[0] * grid.size[1]
    length = grid.kernel[0] * grid.kernel[1] * channels
    step = images_a_tile(count, windows * length)
    padded_shape = (step, height + top + bottom, width + left + right, channels)
    padded = np.zeros(padded_shape, images.dtype)
    inside, view = grid.inside(padded), grid.windows(padded)
    rows = np.empty((step * windows, length), images.dtype)
    copied = rows.reshape(view.shape)
    for start in range(0, count, step):
        part = slice(start, min(start + step, count))
        number = part.stop - start
        inside[:number] = images[part]
        copied[:number] = view[:number]
        yield part, rows[: number * windows]


def spread(kernels, block, stride):
    """Repeat the kernels for each window of a block, at that window's place.

    Parameters
    ----------
    kernels : numpy.ndarray, shape (kH, kW, C_in, C_out)
    block : (rows, cols)
        How many neighbouring windows are merged.
    stride : (rows, cols)

    Returns
    -------
    numpy.ndarray, shape (kH + .., kW + .., C_in, rows, cols, C_out)
        Zero where a window does not reach.

    Examples
    --------
    >>> spread(np.array([1.0, 2.0]).reshape(1, 2, 1, 1), (1, 2), (1, 1)).reshape(3, 2)
    array([[1., 0.],
           [2., 1.],
           [0., 2.]])
    """
    kernel_height, kernel_width, c_in, c_out = kernels.shape
    if block == (1, 1):
        return kernels.reshape(kernel_height, kernel_width, c_in, 1, 1, c_out)
    height = kernel_height + (block[0] - 1) * stride[0]
    width = kernel_width + (block[1] - 1) * stride[1]
    wide = np.zeros((height, width, c_in, *block, c_out), kernels.dtype)
    for i, j in np.ndindex(block):
        top, left = i * stride[0], j * stride[1]
        wide[top : top + kernel_height, left : left + kernel_width, :, i, j] = kernels
    return wide


def gather(wide, kernel_shape, block, stride):
    """Add up what belongs to one weight: the way back from `spread`.

    Parameters
    ----------
    wide : numpy.ndarray
        A gradient by the spread kernels.
    kernel_shape : tuple
        ``(kH, kW, C_in, C_out)``.
    block, stride : (rows, cols)
        As they were given to `spread`.

    Returns
    -------
    numpy.ndarray, shape (kH, kW, C_in, C_out)

    Examples
    --------
    >>> gather(np.ones((3, 2)), (1, 2, 1, 1), (1, 2), (1, 1)).ravel()
    array([2., 2.])
    """
    kernel_height, kernel_width, c_in, c_out = kernel_shape
    height = kernel_height + (block[0] - 1) * stride[0]
    width = kernel_width + (block[1] - 1) * stride[1]
    wide = wide.reshape(height, width, c_in, *block, c_out)
    total = np.zeros(kernel_shape, wide.dtype)
    for i, j in np.ndindex(block):
        top, left = i * stride[0], j * stride[1]
        total += wide[top : top + kernel_height, left : left + kernel_width, :, i, j]
    return total


def best_block(kernel_shape, grid):
    """Return how many windows (rows, cols) are worth merging.

    Parameters
    ----------
    kernel_shape : tuple
        ``(kH, kW, C_in, C_out)``.
    grid : Grid

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> best_block((5, 5, 1, 32), grid_of((28, 28), (5, 5), 1, "same", 1, "it"))
    (1, 4)
    """
    c_in, width = kernel_shape[2], grid.size[1]
    if c_in > 4 or grid.stride[1] > 1 or max(grid.dilation) > 1:
        return 1, 1
    return 1, next(cols for cols in (4, 3, 2, 1) if width % cols == 0)


def images_a_tile(count, numbers):
    """Return how many images fill a tile when one needs so many numbers.

    Parameters
    ----------
    count, numbers : int

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> images_a_tile(64, 2**14)
    4
    """
    return max(1, min(count, TILE // max(numbers, 1)))
