"""Convolution and cross-correlation: slide a window, multiply, sum.

Deep learning says convolution and computes cross-correlation: `conv2d` does not flip
its kernels, as in Keras. `convolve2d` flips. Chapter 6 writes these functions.
"""

import numpy as np

from cnn_helpers._grid import grid_of
from cnn_helpers._validation import as_array, as_integer
from cnn_helpers.fast import choice


def correlate2d(image, kernel, *, stride=1, padding="valid", dilation=1):
    """Slide a kernel over one image; multiply and sum at each place.

    Output ``[i, j]`` is the sum over `m` and `n` of
    ``image[i * stride + m * dilation, j * stride + n * dilation] * kernel[m, n]``,
    counted on the padded image.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (kH, kW)
    stride, dilation : int or (rows, cols)
    padding : {"valid", "same", "full"}, int or ((top, bottom), (left, right))

    Returns
    -------
    numpy.ndarray, shape (H_out, W_out)
        With NumPy's common type of the two inputs.

    Raises
    ------
    ValueError
        If a rank or a setting is wrong, or the kernel does not fit.
    TypeError
        If an array does not hold real numbers, or a setting is not an integer.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.array([[1, 1, 1, 0], [0, 1, 1, 1], [0, 0, 1, 1]])
    >>> correlate2d(image, np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]]))
    array([[4, 3]])
    """
    image = as_array(image, "image", "(H, W)")
    kernel = as_array(kernel, "kernel", "(kH, kW)")
    grid = grid_of(image.shape, kernel.shape, stride, padding, dilation, "image")
    dtype = np.result_type(image, kernel)
    if dtype.kind == "b":
        dtype = np.dtype(int)  # a sum of truth values is a count
    padded = np.pad(image.astype(dtype), grid.padding)
    result = np.zeros(grid.size, dtype)
    for m in range(kernel.shape[0]):
        for n in range(kernel.shape[1]):
            result += padded[grid.seen_by(m, n)] * kernel[m, n].astype(dtype)
    return result


def convolve2d(image, kernel, *, stride=1, padding="valid", dilation=1):
    """Convolve one image with a kernel: `correlate2d` with the kernel flipped.

    Parameters
    ----------
    image, kernel, stride, padding, dilation
        As in `correlate2d`.

    Returns
    -------
    numpy.ndarray, shape (H_out, W_out)

    Raises
    ------
    ValueError, TypeError
        As in `correlate2d`.

    Examples
    --------
    >>> import numpy as np
    >>> impulse = np.zeros((3, 3), int)
    >>> impulse[1, 1] = 1
    >>> convolve2d(impulse, np.array([[1, 2], [3, 4]]), padding="full")[1:3, 1:3]
    array([[1, 2],
           [3, 4]])
    """
    kernel = as_array(kernel, "kernel", "(kH, kW)")
    flipped = kernel[::-1, ::-1]
    return correlate2d(
        image, flipped, stride=stride, padding=padding, dilation=dilation
    )


def conv2d(
    images, kernels, bias=None, *, stride=1, padding="valid", dilation=1, groups=1
):
    """Slide each kernel over every image of a batch: the layer's convolution.

    Parameters
    ----------
    images : array_like, shape (N, H, W, C_in)
    kernels : array_like, shape (kH, kW, C_in // groups, C_out)
    bias : array_like, shape (C_out,), optional
    stride, dilation : int or (rows, cols)
    padding : {"valid", "same", "full"}, int or ((top, bottom), (left, right))
    groups : int
        Cut the channels into so many groups, each with its own kernels.

    Returns
    -------
    numpy.ndarray, shape (N, H_out, W_out, C_out)
        float64 if an input is float64, else float32.

    Raises
    ------
    ValueError
        If a rank, a channel count or a setting is wrong, or the kernel does not fit.
    TypeError
        If an array does not hold real numbers, or a setting is not an integer.

    Examples
    --------
    >>> import numpy as np
    >>> conv2d(np.ones((2, 28, 28, 1)), np.ones((5, 5, 1, 6)), np.zeros(6)).shape
    (2, 24, 24, 6)
    """
    images, kernels, bias, groups = _as_batch(images, kernels, bias, groups)
    grid = grid_of(
        images.shape[1:3], kernels.shape[:2], stride, padding, dilation, "images"
    )
    result = choice.convolve(images, kernels, grid, groups)
    if bias is not None:
        result += bias
    return result


def conv2d_by_definition(
    images, kernels, bias=None, *, stride=1, padding="valid", dilation=1, groups=1
):
    """Compute what `conv2d` computes, in loops that follow the definition.

    Slow and readable: the text of chapter 6, and what the fast ways are tested
    against.

    Parameters
    ----------
    images, kernels, bias, stride, padding, dilation, groups
        As in `conv2d`.

    Returns
    -------
    numpy.ndarray, shape (N, H_out, W_out, C_out)

    Raises
    ------
    ValueError, TypeError
        As in `conv2d`.

    Examples
    --------
    >>> import numpy as np
    >>> conv2d_by_definition(np.ones((1, 3, 3, 2)), np.ones((2, 2, 2, 1)))[0, 0, 0]
    array([8.])
    """
    images, kernels, bias, groups = _as_batch(images, kernels, bias, groups)
    grid = grid_of(
        images.shape[1:3], kernels.shape[:2], stride, padding, dilation, "images"
    )
    padded = grid.pad(images)
    c_in, c_out = images.shape[3], kernels.shape[3]
    result = np.zeros((len(images), *grid.size, c_out), images.dtype)
    for inputs, outputs in choice.channels_of_groups(c_in, c_out, groups):
        for n, row, col in np.ndindex(result.shape[:3]):
            window = padded[n][grid.window_at(row, col)][..., inputs]  # (kH, kW, C)
            for k in range(outputs.start, outputs.stop):
                result[n, row, col, k] = np.sum(window * kernels[..., k])
    return result if bias is None else result + bias


def conv2d_gradients(
    upstream,
    images,
    kernels,
    *,
    stride=1,
    padding="valid",
    dilation=1,
    groups=1,
    to_images=True,
):
    """Return the gradients of `conv2d` with respect to its inputs.

    Parameters
    ----------
    upstream : array_like, shape (N, H_out, W_out, C_out)
        Gradient of the loss with respect to the output of `conv2d`.
    images, kernels, stride, padding, dilation, groups
        As they were given to `conv2d`.
    to_images : bool
        Whether `d_images` is wanted; if not, None is returned in its place. The first
        layer of a network can do without.

    Returns
    -------
    d_images, d_kernels, d_bias : numpy.ndarray
        Shaped as `images`, `kernels` and ``(C_out,)``.

    Raises
    ------
    ValueError
        If `upstream` does not have the shape of the output, and as in `conv2d`.
    TypeError
        As in `conv2d`.

    Examples
    --------
    >>> import numpy as np
    >>> images, kernels = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))
    >>> upstream = np.ones((1, 2, 2, 1))
    >>> conv2d_gradients(upstream, images, kernels)[1][:, :, 0, 0]
    array([[4., 4.],
           [4., 4.]])
    """
    images, kernels, _, groups = _as_batch(images, kernels, None, groups)
    grid = grid_of(
        images.shape[1:3], kernels.shape[:2], stride, padding, dilation, "images"
    )
    upstream = as_array(upstream, "upstream", "(N, H_out, W_out, C_out)")
    expected = (len(images), *grid.size, kernels.shape[3])
    if upstream.shape != expected:
        raise ValueError(
            f"upstream must have the shape of the output, {expected}; "
            f"got {upstream.shape}"
        )
    upstream = np.ascontiguousarray(upstream, dtype=images.dtype)
    d_images, d_kernels = choice.gradients(
        upstream, images, kernels, grid, groups, to_images=to_images
    )
    return d_images, d_kernels, upstream.sum(axis=(0, 1, 2))


def _as_batch(images, kernels, bias, groups):
    """Return the arrays of `conv2d` in one floating type, with their ranks checked."""
    images = as_array(images, "images", "(N, H, W, C_in)")
    kernels = as_array(kernels, "kernels", "(kH, kW, C_in // groups, C_out)")
    groups = as_integer(groups, "groups")
    c_in, c_out = images.shape[3], kernels.shape[3]
    if min(c_in, c_out) == 0:
        raise ValueError(
            f"images {images.shape} and kernels {kernels.shape} must have channels"
        )
    if c_in % groups or c_out % groups:
        raise ValueError(
            f"groups must divide the channels; {groups} does not divide both "
            f"C_in {c_in} of images {images.shape} and C_out {c_out} of "
            f"kernels {kernels.shape}"
        )
    if kernels.shape[2] != c_in // groups:
        raise ValueError(
            f"kernels {kernels.shape} take {kernels.shape[2]} channels a group, "
            f"images {images.shape} have {c_in // groups} with groups={groups}"
        )
    arrays = [images, kernels]
    if bias is not None:
        bias = as_array(bias, "bias")
        if bias.shape != (c_out,):
            raise ValueError(
                f"bias must have shape ({c_out},), one a kernel of {kernels.shape}; "
                f"got {bias.shape}"
            )
        arrays.append(bias)
    double = any(a.dtype.kind == "f" and a.dtype.itemsize >= 8 for a in arrays)
    dtype = np.float64 if double else np.float32
    arrays = [array.astype(dtype, copy=False) for array in arrays]
    return arrays[0], arrays[1], arrays[2] if bias is not None else None, groups
