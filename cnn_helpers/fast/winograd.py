"""Winograd's convolution: fewer multiplications for small kernels, many channels.

A window of 6 numbers and a kernel of `r` weights make ``7 - r`` outputs. Directly
that is ``r * (7 - r)`` products; seen as polynomials, their product is known from 6
points (0, 1, -1, 2, -2 and infinity), so 6 products are enough. In two dimensions 36
products stand for 144 with a 3x3 kernel (16 outputs), for 100 with a 5x5 one (4).

The transforms at both ends are small matrix products, and so is the middle: at each of
the 36 points, one over the channels. Sums and differences cost some digits: errors are
about ten times those of the direct way.

Source: A. Lavin and S. Gray, *Fast algorithms for convolutional neural networks*,
CVPR (2016), `arXiv:1509.09308 <https://arxiv.org/abs/1509.09308>`_.
"""

import functools

import numpy as np

POINTS = (0, 1, -1, 2, -2)  # and infinity
WINDOW = len(POINTS) + 1
GAIN = 0.8  # of the direct way's products: what is saved must pay for the copies
FEW_OUTPUTS = 14 * 14  # of an image: below, too much of the last windows is wasted
FEW_WINDOWS = 56  # of all images: below, the fixed costs are most of it
TILES = 128  # about so many windows at a time keep the buffers near the cache


def suits(images_shape, kernel_shape, grid):
    """Return whether this way is worth it: products are counted, on both ways.

    Parameters
    ----------
    images_shape : tuple
        ``(N, H, W, C_in)``.
    kernel_shape : tuple
        ``(kH, kW, C_in, C_out)``.
    grid : Grid

    Returns
    -------
    bool

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> grid = grid_of((56, 56), (3, 3), 1, "same", 1, "it")
    >>> suits((32, 56, 56, 64), (3, 3, 64, 64), grid)
    True
    """
    plain = set(grid.stride + grid.dilation) == {1}
    if not plain or not all(3 <= k <= 5 for k in grid.kernel):
        return False
    c_in, c_out = kernel_shape[2:]
    tiling, weights = _Tiling(grid), grid.kernel[0] * grid.kernel[1]
    windows = images_shape[0] * tiling.number
    outputs = grid.size[0] * grid.size[1]
    direct = images_shape[0] * outputs * weights * c_in * c_out
    made = tiling.outputs[0] * tiling.outputs[1]
    here = WINDOW**2 * (
        windows * (WINDOW**2 * c_in + made * c_out + c_in * c_out)
        + weights * c_in * c_out
    )
    enough = outputs >= FEW_OUTPUTS and windows >= FEW_WINDOWS
    return enough and here < GAIN * direct


def convolve(images, kernels, grid):
    """Return the convolution of a batch with stride and dilation 1, without groups.

    Parameters
    ----------
    images : numpy.ndarray, shape (N, H, W, C_in)
    kernels : numpy.ndarray, shape (kH, kW, C_in, C_out)
        Of 3 to 5 rows and columns.
    grid : Grid

    Returns
    -------
    numpy.ndarray, shape (N, H_out, W_out, C_out)

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> grid = grid_of((6, 6), (3, 3), 1, "valid", 1, "it")
    >>> convolve(np.ones((2, 6, 6, 1)), np.ones((3, 3, 1, 1)), grid)[0, 0, 0].round(6)
    array([9.])
    """
    tiling, c_out = _Tiling(grid), kernels.shape[3]
    points = tiling.kernels_to_points(kernels)  # (36, C_in, C_out)
    to_outputs = tiling.matrix(outputs_from_points)
    result = np.empty((len(images), *grid.size, c_out), images.dtype)
    for part, signal in tiling.images_at_points(images):  # (36, windows, C_in)
        product = np.matmul(signal, points).reshape(WINDOW**2, -1)
        tiling.unfold(to_outputs.astype(images.dtype) @ product, result[part])
    return result


def kernel_gradient(upstream, images, kernel_shape, grid):
    """Return the gradient by the kernels: the same steps, transposed.

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
    >>> kernel_gradient(upstream, images, (3, 3, 1, 1), grid)[0, 0].round(6)
    array([[32.]])
    """
    tiling = _Tiling(grid)
    to_points = tiling.matrix(outputs_from_points).T.astype(images.dtype)
    total = np.zeros((WINDOW**2, *kernel_shape[2:]), images.dtype)
    for part, signal in tiling.images_at_points(images):
        flow = to_points @ tiling.fold(upstream[part])
        flow = flow.reshape(WINDOW**2, signal.shape[1], -1)  # (36, windows, C_out)
        total += np.matmul(signal.transpose(0, 2, 1), flow)
    to_kernels = tiling.matrix(points_from_kernel).T.astype(images.dtype)
    return (to_kernels @ total.reshape(WINDOW**2, -1)).reshape(kernel_shape)


@functools.cache
def points_from_window():
    """Return the matrix that takes 6 neighbouring numbers to the 6 points.

    Returns
    -------
    numpy.ndarray, shape (6, 6)

    Examples
    --------
    >>> points_from_window()[0]
    array([ 4.,  0., -5.,  0.,  1.,  0.])
    """
    matrix = np.zeros((WINDOW, WINDOW))
    for row, point in enumerate(POINTS):
        others = [other for other in POINTS if other != point]
        matrix[row, : WINDOW - 1] = np.poly(others)[::-1]
    matrix[-1] = np.poly(POINTS)[::-1]
    return matrix


@functools.cache
def points_from_kernel(size):
    """Return the matrix that takes the weights of a kernel to the 6 points.

    Parameters
    ----------
    size : int

    Returns
    -------
    numpy.ndarray, shape (6, size)

    Examples
    --------
    >>> points_from_kernel(3)[0]
    array([0.25, 0.  , 0.  ])
    """
    matrix = np.zeros((WINDOW, size))
    for row, point in enumerate(POINTS):
        scale = np.prod([point - other for other in POINTS if other != point])
        matrix[row] = np.power(float(point), range(size)) / scale
    matrix[-1, -1] = 1
    return matrix


@functools.cache
def outputs_from_points(size):
    """Return the matrix that takes the products at the 6 points to the outputs.

    Parameters
    ----------
    size : int
        Of the kernel.

    Returns
    -------
    numpy.ndarray, shape (7 - size, 6)

    Examples
    --------
    >>> outputs_from_points(5)
    array([[ 1.,  1.,  1.,  1.,  1.,  0.],
           [ 0.,  1., -1.,  2., -2.,  1.]])
    """
    outputs = WINDOW + 1 - size
    matrix = np.zeros((outputs, WINDOW))
    for column, point in enumerate(POINTS):
        matrix[:, column] = np.power(float(point), range(outputs))
    matrix[-1, -1] = 1
    return matrix


class _Tiling:
    """The 6x6 windows that cover an image, as far apart as they make outputs."""

    def __init__(self, grid):
        self.grid = grid
        self.outputs = tuple(WINDOW + 1 - k for k in grid.kernel)
        sizes = zip(grid.size, self.outputs, strict=True)
        self.tiles = tuple(-(-size // made) for size, made in sizes)  # rounded up
        self.number = self.tiles[0] * self.tiles[1]

    def matrix(self, transform):
        """Return a transform along rows and columns as one matrix."""
        rows, cols = (transform(size) for size in self.grid.kernel)
        return np.kron(rows, cols)

    def kernels_to_points(self, kernels):
        """Return kernels (kH, kW, C_in, C_out) at the points, (36, C_in, C_out)."""
        matrix = self.matrix(points_from_kernel).astype(kernels.dtype)
        flat = kernels.reshape(matrix.shape[1], -1)
        return (matrix @ flat).reshape(WINDOW**2, *kernels.shape[2:])

    def images_at_points(self, images):
        """Yield which images, and their windows at the points (36, windows, C)."""
        count, height, width, channels = images.shape
        step = max(1, min(count, TILES // self.number))
        matrix = np.kron(points_from_window(), points_from_window())
        matrix = matrix.astype(images.dtype)
        covered = self._covered(WINDOW)
        padded = np.zeros((step, *covered, channels), images.dtype)
        (top, _), (left, _) = self.grid.padding
        inside = padded[:, top : top + height, left : left + width]
        every = self.grid._replace(
            size=self.tiles, kernel=(WINDOW, WINDOW), stride=self.outputs
        )
        view = every.windows(padded).transpose(3, 4, 0, 1, 2, 5)
        for start in range(0, count, step):
            part = slice(start, min(start + step, count))
            number = part.stop - start
            inside[:number] = images[part]
            # (6, 6, images, tile rows, tile cols, C) -> (36, windows * C)
            numbers = view[:, :, :number].reshape(WINDOW**2, -1)
            yield part, (matrix @ numbers).reshape(WINDOW**2, -1, channels)

    def unfold(self, blocks, result):
        """Write blocks of outputs into images (N, H_out, W_out, C)."""
        count, height, width, channels = result.shape
        rows, cols = self.outputs
        blocks = blocks.reshape(rows, cols, count, *self.tiles, channels)
        if (height, width) == self._covered(0):
            target = result
        else:  # the last tiles reach over the edge
            target = np.empty((count, *self._covered(0), channels), result.dtype)
        shape = (count, self.tiles[0], rows, self.tiles[1], cols, channels)
        target.reshape(shape)[...] = blocks.transpose(2, 3, 0, 4, 1, 5)
        if target is not result:
            result[...] = target[:, :height, :width]

    def fold(self, images):
        """Return images (N, H_out, W_out, C) as blocks: the way back of `unfold`."""
        count, height, width, channels = images.shape
        rows, cols = self.outputs
        over = [c - n for c, n in zip(self._covered(0), (height, width), strict=True)]
        if any(over):
            images = np.pad(images, ((0, 0), (0, over[0]), (0, over[1]), (0, 0)))
        shape = (count, self.tiles[0], rows, self.tiles[1], cols, channels)
        blocks = images.reshape(shape).transpose(2, 4, 0, 1, 3, 5)
        return blocks.reshape(rows * cols, -1)

    def _covered(self, window):
        """Return rows and columns that all windows (or, with 0, outputs) cover."""
        return tuple(
            (tiles - 1) * made + (window or made)
            for tiles, made in zip(self.tiles, self.outputs, strict=True)
        )
