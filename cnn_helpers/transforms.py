"""Images moved, turned and scaled, with zeros where nothing comes in.

Every function takes a batch of images, bytes or floats, with or without an axis for
the channels, and returns a new array of the same shape and dtype.
"""

import math

import numpy as np

from cnn_helpers._validation import as_integer


def shifted(images, rows, cols):
    """Move images by whole pixels; what comes in from outside is 0.

    Parameters
    ----------
    images : array_like, shape (N, H, W) or (N, H, W, C)
    rows, cols : int
        Pixels down and to the right; negative numbers go up and to the left.

    Returns
    -------
    numpy.ndarray
        Shape and dtype of `images`.

    Raises
    ------
    ValueError
        If `images` has another number of axes.
    TypeError
        If `images` does not hold numbers, or a shift is not a whole number.

    Examples
    --------
    >>> shifted(np.array([[[1, 2, 3], [4, 5, 6]]]), 1, -1)[0]
    array([[0, 0, 0],
           [2, 3, 0]])
    """
    images = _as_images(images)
    rows = as_integer(rows, "rows", minimum=-math.inf)
    cols = as_integer(cols, "cols", minimum=-math.inf)
    result = np.zeros_like(images)
    target_rows, source_rows = _overlap(images.shape[1], rows)
    target_cols, source_cols = _overlap(images.shape[2], cols)
    result[:, target_rows, target_cols] = images[:, source_rows, source_cols]
    return result


def randomly_shifted(images, largest, rng):
    """Move each image by a step of its own, up to `largest` pixels on both axes.

    Parameters
    ----------
    images : array_like, shape (N, H, W) or (N, H, W, C)
    largest : int
        Every whole number from ``-largest`` to ``largest`` is as likely, down and
        across.
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray
        Shape and dtype of `images`.

    Raises
    ------
    ValueError
        If `images` has another number of axes, or `largest` is negative.
    TypeError
        If `images` does not hold numbers, or `largest` is not a whole number.

    Examples
    --------
    >>> images = np.ones((2, 3, 3))
    >>> randomly_shifted(images, 1, np.random.default_rng(0)).sum(axis=(1, 2))
    array([6., 6.])
    """
    images = _as_images(images)
    largest = as_integer(largest, "largest", minimum=0)
    count, height, width = images.shape[:3]
    steps = rng.integers(-largest, largest + 1, size=(count, 2))
    border = [(0, 0), (largest, largest), (largest, largest)]
    padded = np.pad(images, border + [(0, 0)] * (images.ndim - 3))
    # what stands at row r comes from row r - step, which is r - step + largest padded
    rows = np.arange(height) - steps[:, :1] + largest  # (N, H)
    cols = np.arange(width) - steps[:, 1:] + largest  # (N, W)
    image = np.arange(count)[:, np.newaxis, np.newaxis]
    return padded[image, rows[:, :, np.newaxis], cols[:, np.newaxis, :]]


def turned(images, degrees):
    """Turn images about their middle; between pixels, neighbours are mixed.

    Parameters
    ----------
    images : array_like, shape (N, H, W) or (N, H, W, C)
    degrees : float
        The angle, counter-clockwise as the image is seen.

    Returns
    -------
    numpy.ndarray
        Shape and dtype of `images`; bytes are rounded.

    Raises
    ------
    ValueError
        If `images` has another number of axes, or the angle is not finite.
    TypeError
        If `images` does not hold numbers.

    Notes
    -----
    Each pixel is looked up where it came from, by bilinear interpolation; outside the
    image all is 0.

    Examples
    --------
    >>> turned(np.array([[[0.0, 1.0], [0.0, 0.0]]]), 90)[0]
    array([[1., 0.],
           [0., 0.]])
    """
    if not np.isfinite(degrees):
        raise ValueError(f"degrees must be a finite number, got {degrees!r}")
    angle = np.radians(degrees)
    # from a place in the result back to the place that it shows
    back = [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    return _resampled(_as_images(images), np.array(back))


def scaled(images, factor):
    """Enlarge or shrink what is seen about the middle; the images keep their size.

    Parameters
    ----------
    images : array_like, shape (N, H, W) or (N, H, W, C)
    factor : float
        Above 1 the image's content grows, below 1 it shrinks.

    Returns
    -------
    numpy.ndarray
        Shape and dtype of `images`; bytes are rounded.

    Raises
    ------
    ValueError
        If `images` has another number of axes, or `factor` is not above 0.
    TypeError
        If `images` does not hold numbers.

    Notes
    -----
    By bilinear interpolation, as `turned`. Nothing is averaged beforehand, so factors
    below 1/2 skip pixels.

    Examples
    --------
    >>> scaled(np.array([[[0.0, 0.0, 1.0, 0.0, 0.0]]]), 2)[0]
    array([[0. , 0.5, 1. , 0.5, 0. ]])
    """
    if not (np.isfinite(factor) and factor > 0):
        raise ValueError(f"factor must be a number above 0, got {factor!r}")
    return _resampled(_as_images(images), np.eye(2) / factor)


def _as_images(images):
    """Return a batch of images as an array of numbers."""
    images = np.asarray(images)
    if images.dtype.kind not in "biuf":
        raise TypeError(f"images must be numbers, got dtype {images.dtype}")
    if images.ndim not in (3, 4):
        raise ValueError(
            f"images must have shape (N, H, W) or (N, H, W, C), got {images.shape}"
        )
    return images


def _overlap(size, step):
    """Return the slices of a side that a shift fills, and that it takes from."""
    step = int(np.clip(step, -size, size))
    if step >= 0:
        return slice(step, size), slice(0, size - step)
    return slice(0, size + step), slice(-step, size)


def _resampled(images, back):
    """Return images whose pixel at x shows the place back @ x, from the middle."""
    height, width = images.shape[1:3]
    middle = np.array([[(height - 1) / 2], [(width - 1) / 2]])
    places = np.indices((height, width)).reshape(2, -1) - middle
    rows, cols = np.round(back @ places + middle, 9)  # 9: no dust beside a pixel
    result = np.zeros((len(images), height * width, *images.shape[3:]))
    top, left = np.floor(rows).astype(int), np.floor(cols).astype(int)
    for row, col in (top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1):
        weight = (1 - abs(rows - row)) * (1 - abs(cols - col))
        inside = (row >= 0) & (row < height) & (col >= 0) & (col < width)
        weight = (weight * inside).reshape(-1, *[1] * (images.ndim - 3))
        pixels = images[:, row.clip(0, height - 1), col.clip(0, width - 1)]
        result += weight * pixels
    if images.dtype.kind != "f":
        result = np.round(result)
    return result.reshape(images.shape).astype(images.dtype)
