"""Which fast way suits which shape, group by group."""

import numpy as np

from cnn_helpers.fast import depthwise, tiles, winograd


def convolve(images, kernels, grid, groups):
    """Return the convolution, in the way that suits the shapes.

    Parameters
    ----------
    images : numpy.ndarray, shape (N, H, W, C_in)
    kernels : numpy.ndarray, shape (kH, kW, C_in // groups, C_out)
    grid : Grid
    groups : int

    Returns
    -------
    numpy.ndarray, shape (N, H_out, W_out, C_out)

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> grid = grid_of((3, 3), (2, 2), 1, "valid", 1, "it")
    >>> convolve(np.ones((1, 3, 3, 2)), np.ones((2, 2, 1, 2)), grid, 2)[0, 0, 0]
    array([4., 4.])
    """
    c_in, c_out = images.shape[3], kernels.shape[3]
    if groups == 1:
        return _convolve_group(images, kernels, grid)
    if groups == c_in:
        return depthwise.convolve(images, kernels, grid)
    result = np.empty((len(images), *grid.size, c_out), images.dtype)
    for inputs, outputs in channels_of_groups(c_in, c_out, groups):
        seen, weights = images[..., inputs], kernels[..., outputs]
        result[..., outputs] = _convolve_group(seen, weights, grid)
    return result


def gradients(upstream, images, kernels, grid, groups, *, to_images=True):
    """Return the gradients of `convolve` by the images and by the kernels.

    Parameters
    ----------
    upstream : numpy.ndarray, shape (N, H_out, W_out, C_out)
    images, kernels, grid, groups
        As they were given to `convolve`.
    to_images : bool
        Whether the first is wanted; if not, it is None.

    Returns
    -------
    d_images, d_kernels : numpy.ndarray
        Shaped as `images` and `kernels`.

    Examples
    --------
    >>> from cnn_helpers._grid import grid_of
    >>> grid = grid_of((3, 3), (2, 2), 1, "valid", 1, "it")
    >>> images, kernels = np.ones((1, 3, 3, 2)), np.ones((2, 2, 1, 2))
    >>> gradients(np.ones((1, 2, 2, 2)), images, kernels, grid, 2)[1][0, 0]
    array([[4., 4.]])
    """
    c_in, c_out = images.shape[3], kernels.shape[3]
    if 1 < groups == c_in:
        d_images, d_kernels = depthwise.gradients(upstream, images, kernels, grid)
        return d_images if to_images else None, d_kernels
    d_images = np.empty(images.shape, images.dtype) if to_images else None
    d_kernels = np.empty_like(kernels)
    for inputs, outputs in channels_of_groups(c_in, c_out, groups):
        flow, seen = upstream[..., outputs], images[..., inputs]
        weights = kernels[..., outputs]
        d_kernels[..., outputs] = _kernel_gradient(flow, seen, weights.shape, grid)
        if to_images:
            d_images[..., inputs] = _image_gradient(flow, weights, seen.shape, grid)
    return d_images, d_kernels


def channels_of_groups(c_in, c_out, groups):
    """Return the input and the output channels of each group, as slices.

    Parameters
    ----------
    c_in, c_out, groups : int

    Returns
    -------
    list of (slice, slice)

    Examples
    --------
    >>> channels_of_groups(2, 6, 2)[1]
    (slice(1, 2, None), slice(3, 6, None))
    """
    i, o = c_in // groups, c_out // groups
    return [
        (slice(g * i, (g + 1) * i), slice(g * o, (g + 1) * o)) for g in range(groups)
    ]


def _convolve_group(images, kernels, grid):
    """Convolve one group.

    Winograd's way and merged windows are for finite numbers only: they would carry a
    NaN to outputs that do not see it.
    """
    suits = _suits_winograd(images.shape, kernels.shape, images.dtype, grid)
    if suits and _all_finite(images) and _all_finite(kernels):
        return winograd.convolve(images, kernels, grid)
    block = tiles.best_block(kernels.shape, grid)
    if block != (1, 1) and not _all_finite(images):
        block = (1, 1)
    return tiles.convolve(images, kernels, grid, block=block)


def _kernel_gradient(upstream, images, kernel_shape, grid):
    """Return the gradient by the kernels of one group."""
    suits = _suits_winograd(images.shape, kernel_shape, images.dtype, grid)
    way = winograd if suits else tiles
    return way.kernel_gradient(upstream, images, kernel_shape, grid)


def _image_gradient(upstream, kernels, image_shape, grid):
    """Return the gradient by the images of one group.

    With stride 1 it is a convolution itself: of the upstream gradient with the
    kernels turned by half a turn, input and output channels exchanged.
    """
    back = grid.backwards(image_shape[1:3])
    turned = kernels[::-1, ::-1].swapaxes(2, 3)
    if back and _suits_winograd(upstream.shape, turned.shape, upstream.dtype, back):
        return _convolve_group(upstream, np.ascontiguousarray(turned), back)
    return tiles.image_gradient(upstream, kernels, image_shape, grid)


def _suits_winograd(images_shape, kernel_shape, dtype, grid):
    """Return whether Winograd's way is worth it; float64 keeps all its digits."""
    return dtype == np.float32 and winograd.suits(images_shape, kernel_shape, grid)


def _all_finite(array):
    """Return whether no number is NaN or infinite (or so large that the sum is)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(array.sum()))
