"""Pooling: one number for each window and channel, and how gradients flow back.

Arrays are ``(N, H, W, C)``; each channel is pooled by itself. ``padding="same"`` adds
a border that no pool counts: a maximum cannot be there, an average leaves it out, as
in Keras.
"""

import numpy as np

from cnn_helpers._validation import as_array, as_pair, as_positive
from cnn_helpers.arithmetic import output_size, padding_amounts

LAYOUT = "(N, H, W, C)"


def max_pool2d(images, size=2, *, stride=None, padding="valid"):
    """Return the largest number of each window.

    Parameters
    ----------
    images : array_like, shape (N, H, W, C)
    size : int or (rows, cols)
        Of the window, in pixels.
    stride : int or (rows, cols), optional
        `size` unless given: windows then do not overlap.
    padding : {"valid", "same"}

    Returns
    -------
    numpy.ndarray, shape (N, H_out, W_out, C)
        Of the type of `images`.

    Raises
    ------
    ValueError
        If a rank or a setting is wrong, or the window is larger than the image.
    TypeError
        If `images` does not hold real numbers, or a setting is not an integer.

    Examples
    --------
    >>> import numpy as np
    >>> images = np.arange(16).reshape(1, 4, 4, 1)
    >>> max_pool2d(images)[0, :, :, 0]
    array([[ 5,  7],
           [13, 15]])
    """
    images = as_array(images, "images", LAYOUT)
    windows = _Windows(images, size, stride, padding)
    lowest = -np.inf if images.dtype.kind == "f" else _lowest(images.dtype)
    padded = windows.pad(images, lowest)
    result = padded[windows.seen_by(0, 0)].copy()
    for m, n in list(windows.places())[1:]:
        np.maximum(result, padded[windows.seen_by(m, n)], out=result)
    return result


def max_pool2d_gradient(upstream, images, size=2, *, stride=None, padding="valid"):
    """Return the gradient of `max_pool2d`: it flows to the maximum of each window.

    A tie goes to the first maximum, row by row, as in TensorFlow.

    Parameters
    ----------
    upstream : array_like, shape (N, H_out, W_out, C)
        Gradient of the loss with respect to the output.
    images, size, stride, padding
        As they were given to `max_pool2d`.

    Returns
    -------
    numpy.ndarray, shape (N, H, W, C)

    Raises
    ------
    ValueError
        If `upstream` does not have the shape of the output, and as in `max_pool2d`.
    TypeError
        As in `max_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> images = np.array([[1.0, 2.0], [2.0, 0.0]]).reshape(1, 2, 2, 1)
    >>> max_pool2d_gradient(np.ones((1, 1, 1, 1)), images)[0, :, :, 0]
    array([[0., 1.],
           [0., 0.]])
    """
    images = _as_float(images)
    windows = _Windows(images, size, stride, padding)
    upstream = windows.check_upstream(upstream, images)
    highest = max_pool2d(images, size, stride=stride, padding=padding)
    padded = windows.pad(images, -np.inf)
    gradient = np.zeros_like(padded)
    free = np.ones(upstream.shape, bool)  # windows whose maximum is not yet found
    for m, n in windows.places():
        seen = windows.seen_by(m, n)
        first = free & (padded[seen] == highest)
        gradient[seen] += upstream * first
        free &= ~first
    return windows.unpad(gradient)


def average_pool2d(images, size=2, *, stride=None, padding="valid"):
    """Return the mean of each window; a border added by "same" does not count.

    Parameters
    ----------
    images, size, stride, padding
        As in `max_pool2d`.

    Returns
    -------
    numpy.ndarray, shape (N, H_out, W_out, C)
        Floats: integers become float64.

    Raises
    ------
    ValueError, TypeError
        As in `max_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> average_pool2d(np.arange(16.0).reshape(1, 4, 4, 1))[0, :, :, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
    images = _as_float(images)
    windows = _Windows(images, size, stride, padding)
    return windows.sum(images) / windows.counts(images.dtype)


def average_pool2d_gradient(upstream, images, size=2, *, stride=None, padding="valid"):
    """Return the gradient of `average_pool2d`: each pixel of a window gets its share.

    Parameters
    ----------
    upstream, images, size, stride, padding
        As in `max_pool2d_gradient`.

    Returns
    -------
    numpy.ndarray, shape (N, H, W, C)

    Raises
    ------
    ValueError, TypeError
        As in `max_pool2d_gradient`.

    Examples
    --------
    >>> import numpy as np
    >>> average_pool2d_gradient(np.ones((1, 1, 1, 1)), np.zeros((1, 2, 2, 1))).ravel()
    array([0.25, 0.25, 0.25, 0.25])
    """
    images = _as_float(images)
    windows = _Windows(images, size, stride, padding)
    share = windows.check_upstream(upstream, images) / windows.counts(images.dtype)
    gradient = windows.pad(np.zeros(images.shape, images.dtype), 0)
    for m, n in windows.places():
        gradient[windows.seen_by(m, n)] += share
    return windows.unpad(gradient)


def sum_pool2d(images, size=2, *, stride=None, padding="valid"):
    """Return the sum of each window.

    Parameters
    ----------
    images, size, stride, padding
        As in `max_pool2d`.

    Returns
    -------
    numpy.ndarray, shape (N, H_out, W_out, C)
        Of the type of `images`; integers become 64 bits wide, as in `numpy.sum`.

    Raises
    ------
    ValueError, TypeError
        As in `max_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> sum_pool2d(np.arange(16).reshape(1, 4, 4, 1))[0, :, :, 0]
    array([[10, 18],
           [42, 50]])
    """
    images = as_array(images, "images", LAYOUT)
    wide = images.astype(images[:0].sum().dtype, copy=False)
    return _Windows(wide, size, stride, padding).sum(wide)


def lp_pool2d(images, size=2, *, p=2, stride=None, padding="valid"):
    """Return ``(sum |x|**p) ** (1 / p)`` of each window; L2 pooling with `p` 2.

    Parameters
    ----------
    images, size, stride, padding
        As in `max_pool2d`.
    p : float
        Above 0.

    Returns
    -------
    numpy.ndarray, shape (N, H_out, W_out, C)

    Raises
    ------
    ValueError
        If `p` is not positive, and as in `max_pool2d`.
    TypeError
        If `p` is not a number, and as in `max_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> lp_pool2d(np.array([3.0, 0.0, 0.0, -4.0]).reshape(1, 2, 2, 1)).item()
    5.0
    """
    p = as_positive(p, "p")
    images = _as_float(images)
    powers = np.abs(images) ** images.dtype.type(p)
    total = _Windows(images, size, stride, padding).sum(powers)
    return total ** images.dtype.type(1 / p)


def global_average_pool2d(images):
    """Return the mean of each channel over the whole image.

    Parameters
    ----------
    images : array_like, shape (N, H, W, C)

    Returns
    -------
    numpy.ndarray, shape (N, C)

    Raises
    ------
    ValueError
        If `images` has another rank or no pixels.
    TypeError
        If `images` does not hold real numbers.

    Examples
    --------
    >>> import numpy as np
    >>> global_average_pool2d(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[3., 4.]])
    """
    return _with_pixels(_as_float(images)).mean(axis=(1, 2))


def global_average_pool2d_gradient(upstream, images):
    """Return the gradient of `global_average_pool2d`: equal shares.

    Parameters
    ----------
    upstream : array_like, shape (N, C)
    images : array_like, shape (N, H, W, C)

    Returns
    -------
    numpy.ndarray, shape (N, H, W, C)

    Raises
    ------
    ValueError
        If `upstream` does not have the shape of the output.
    TypeError
        As in `global_average_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> global_average_pool2d_gradient([[1.0]], np.zeros((1, 2, 2, 1))).ravel()
    array([0.25, 0.25, 0.25, 0.25])
    """
    images = _with_pixels(_as_float(images))
    flow = _global_upstream(upstream, images)
    share = flow / (images.shape[1] * images.shape[2])
    return np.broadcast_to(share, images.shape).copy()


def global_max_pool2d(images):
    """Return the largest number of each channel over the whole image.

    Parameters
    ----------
    images : array_like, shape (N, H, W, C)

    Returns
    -------
    numpy.ndarray, shape (N, C)

    Raises
    ------
    ValueError, TypeError
        As in `global_average_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> global_max_pool2d(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[6., 7.]])
    """
    return _with_pixels(as_array(images, "images", LAYOUT)).max(axis=(1, 2))


def global_max_pool2d_gradient(upstream, images):
    """Return the gradient of `global_max_pool2d`: ties share it, as in Keras.

    Parameters
    ----------
    upstream : array_like, shape (N, C)
    images : array_like, shape (N, H, W, C)

    Returns
    -------
    numpy.ndarray, shape (N, H, W, C)

    Raises
    ------
    ValueError, TypeError
        As in `global_average_pool2d_gradient`.

    Examples
    --------
    >>> import numpy as np
    >>> images = np.array([1.0, 2.0, 2.0, 0.0]).reshape(1, 2, 2, 1)
    >>> global_max_pool2d_gradient([[1.0]], images).ravel()
    array([0. , 0.5, 0.5, 0. ])
    """
    images = _with_pixels(_as_float(images))
    flow = _global_upstream(upstream, images)
    highest = images == images.max(axis=(1, 2), keepdims=True)
    ties = highest.sum(axis=(1, 2), keepdims=True, dtype=images.dtype)
    return flow * highest / ties


class _Windows:
    """Where the windows of a pool lie, and sums over them."""

    def __init__(self, images, size, stride, padding):
        if padding not in ("valid", "same"):
            raise ValueError(f"padding of a pool is 'valid' or 'same', not {padding!r}")
        self.size = as_pair(size, "size")
        self.stride = self.size if stride is None else as_pair(stride, "stride")
        self.inner = images.shape[1:3]
        try:
            axes = list(zip(self.inner, self.size, self.stride, strict=True))
            self.out = tuple(
                output_size(length, k, stride=s, padding=padding)
                for length, k, s in axes
            )
            self.padding = tuple(
                padding_amounts(length, k, stride=s, padding=padding)
                for length, k, s in axes
            )
        except ValueError as error:
            raise ValueError(
                f"a pool of size {self.size} cannot slide over images of shape "
                f"{images.shape}: {error}"
            ) from None

    def places(self):
        """Return the places (row, col) inside a window, row by row."""
        return np.ndindex(self.size)

    def seen_by(self, m, n):
        """Return the slices of the padded images at place (m, n) of all windows."""
        rows, cols = (
            slice(at, at + (out - 1) * s + 1, s)
            for at, out, s in zip((m, n), self.out, self.stride, strict=True)
        )
        return slice(None), rows, cols

    def pad(self, images, value):
        """Return the images with the border that "same" adds."""
        if self.padding == ((0, 0), (0, 0)):
            return images
        widths = ((0, 0), *self.padding, (0, 0))
        return np.pad(images, widths, constant_values=value)

    def unpad(self, padded):
        """Return the part of a padded array that is the images."""
        (top, _), (left, _) = self.padding
        height, width = self.inner
        return np.ascontiguousarray(padded[:, top : top + height, left : left + width])

    def sum(self, images):
        """Return the sum of each window."""
        padded = self.pad(images, 0)
        result = padded[self.seen_by(0, 0)].copy()
        for m, n in list(self.places())[1:]:
            result += padded[self.seen_by(m, n)]
        return result

    def counts(self, dtype):
        """Return how many pixels of the images each window holds, (1, H', W', 1)."""
        return self.sum(np.ones((1, *self.inner, 1), dtype))

    def check_upstream(self, upstream, images):
        """Return the upstream gradient in the images' type, of the output's shape."""
        upstream = as_array(upstream, "upstream", "(N, H_out, W_out, C)")
        expected = (len(images), *self.out, images.shape[3])
        if upstream.shape != expected:
            raise ValueError(
                f"upstream must have the shape of the output, {expected}; "
                f"got {upstream.shape}"
            )
        return upstream.astype(images.dtype, copy=False)


def _as_float(images):
    """Return a batch of floats; integers become float64, as in NumPy."""
    images = as_array(images, "images", LAYOUT)
    return images if images.dtype.kind == "f" else images.astype(np.float64)


def _lowest(dtype):
    """Return the lowest number of an integer or truth type."""
    return False if dtype.kind == "b" else np.iinfo(dtype).min


def _with_pixels(images):
    """Return a batch whose images have at least one pixel."""
    if 0 in images.shape[1:3]:
        raise ValueError(f"images must have pixels to pool; got shape {images.shape}")
    return images


def _global_upstream(upstream, images):
    """Return the gradient of a global pool as (N, 1, 1, C)."""
    upstream = as_array(upstream, "upstream", "(N, C)")
    expected = (images.shape[0], images.shape[3])
    if upstream.shape != expected:
        raise ValueError(f"upstream must have shape {expected}; got {upstream.shape}")
    return upstream.astype(images.dtype, copy=False)[:, None, None, :]
