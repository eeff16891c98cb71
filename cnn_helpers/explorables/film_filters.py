"""A film of a layer: filters at one stop after the other, and their maps fill."""

from itertools import product

import numpy as np

from cnn_helpers._validation import as_integer
from cnn_helpers.explorables.film import Film
from cnn_helpers.explorables.film_parts import LARGEST_GRID, Frame, Grid, Line, text_of
from cnn_helpers.explorables.film_windows import (
    about,
    as_shown,
    by,
    count_words,
    slices_of,
    window_counts,
)

MOST_CHANNELS = 4  # and filters


def filters_film(image, kernels, bias, *, stride=1, padding=0, channel_names=None):
    """Film a convolution layer: every channel, every filter, every sum, stop by stop.

    Parameters
    ----------
    image : array_like, shape (H, W, C)
        At most 12 x 12 with its padding, and 4 channels.
    kernels : array_like, shape (kH, kW, C, K)
        At most 4 filters.
    bias : array_like, shape (K,)
    stride, padding : int
    channel_names : sequence of str, optional
        Titles of the channels; without it their numbers.

    Returns
    -------
    Film
        Its first line holds the channels of the padded image; then a line a filter,
        with a slice for each channel and, at the end, the filter's map.

    Raises
    ------
    ValueError
        If a rank or the shapes do not fit each other, there are more than 99 stops,
        an array is too large to be shown or holds what is not finite.
    TypeError
        If an array does not hold real numbers, or a setting is not an integer.

    Examples
    --------
    >>> image, kernels = np.ones((3, 3, 2), int), np.ones((3, 3, 2, 1), int)
    >>> film = filters_film(image, kernels, [4])
    >>> film
    <live figure Film: 1 filter of 3 × 3 × 2 on 3 × 3 × 2, stride 1, padding 0, 1 step>
    >>> film.frames[1].lines[1].label
    'filter 0: 9 + 9 + bias 4 = 22'
    """
    image = as_shown(image, "image", "(H, W, C)")
    kernels = as_shown(kernels, "kernels", "(kH, kW, C, K)")
    bias = as_shown(bias, "bias", "(K,)")
    stride, padding = as_integer(stride, "stride"), as_integer(padding, "padding", 0)
    _check_channels(image, kernels, bias)
    names = _channel_names(channel_names, image.shape[2])
    padded = _pad(image, padding)
    size, steps = kernels.shape[:2], (stride, stride)
    counts = window_counts(padded.shape[:2], size, steps, "kernels", "the padded image")
    maps = np.full((*counts, kernels.shape[3]), np.nan)
    parts = padded, padding, kernels, bias, names
    frames = [_frame(parts, maps, _opening(maps.shape))]
    for row, col in product(*map(range, counts)):
        window = row * stride, col * stride, *size
        seen = padded[slices_of(window)]
        sums = (seen[..., np.newaxis] * kernels).sum(axis=(0, 1))  # (C, K)
        maps = maps.copy()
        maps[row, col] = sums.sum(axis=0) + bias
        given = [
            f"filter {k} gives {text_of(value)}"
            for k, value in enumerate(maps[row, col])
        ]
        sentence = f"Row {row}, column {col} of the maps: {', '.join(given)}."
        frames.append(_frame(parts, maps, sentence, window, sums, (row, col)))
    title = (
        f"{count_words(kernels.shape[3], 'filter')} of {by(kernels.shape[:3])} on "
        f"{by(image.shape)}, stride {stride}, padding {padding}"
    )
    return Film(frames, title=title)


def _frame(parts, maps, sentence, window=None, sums=None, place=None):
    """Return a frame; without a window, the opening."""
    padded, padding, kernels, bias, names = parts
    channels = [
        Grid(name, padded[..., channel], window=window, rim=padding)
        for channel, name in enumerate(names)
    ]
    label = f"image, with a padding of {padding}" if padding else "image"
    lines = [Line(label, channels)]
    for k in range(kernels.shape[3]):
        notes, label = ["sum ?"] * len(names), f"filter {k}, bias {text_of(bias[k])}"
        if place is not None:
            notes = [f"sum {text_of(total)}" for total in sums[:, k]]
            label = _sum_line(k, sums[:, k], bias[k], maps[(*place, k)])
        slices = [
            Grid(name, kernels[..., channel, k], signed=True, note=notes[channel])
            for channel, name in enumerate(names)
        ]
        marked = [] if place is None else [place]
        filled = Grid(f"map {k}", maps[..., k], marked=marked, signed=True)
        lines.append(Line(label, [*slices, filled]))
    return Frame(lines, sentence)


def _opening(shape):
    """Say what is going to happen, of maps of shape (rows, columns, filters)."""
    rows, cols, filters = shape
    maps = "the map is" if filters == 1 else "the maps are"
    return (
        f"{count_words(filters, 'filter')}, {count_words(rows * cols, 'stop')}; "
        f"{maps} still empty."
    )


def _sum_line(k, sums, bias, result):
    """Return the sum of a filter at one stop, written out."""
    terms = " + ".join(_in_brackets(total) for total in sums)
    rounded = any(about(value) for value in (*sums, bias, result))
    sign = "≈" if rounded else "="
    return f"filter {k}: {terms} + bias {_in_brackets(bias)} {sign} {text_of(result)}"


def _in_brackets(value):
    """Return a term of a sum: a negative one in brackets."""
    return f"({text_of(value)})" if value < 0 else text_of(value)


def _pad(image, padding):
    """Return the image with its rim of zeros, if that can be shown."""
    if max(image.shape[:2]) + 2 * padding > LARGEST_GRID:
        raise ValueError(
            f"image of shape {image.shape} and padding {padding} must have at most "
            f"{LARGEST_GRID} rows and columns together to be shown"
        )
    return np.pad(image, ((padding, padding), (padding, padding), (0, 0)))


def _check_channels(image, kernels, bias):
    """Raise an error that names the shapes where they do not fit each other."""
    if image.shape[2] != kernels.shape[2]:
        raise ValueError(
            f"kernels of shape {kernels.shape} have {kernels.shape[2]} channels; "
            f"image of shape {image.shape} has {image.shape[2]}"
        )
    if bias.shape != kernels.shape[3:]:
        raise ValueError(
            f"bias must have a number for each filter of kernels {kernels.shape}; "
            f"got shape {bias.shape}"
        )
    if max(kernels.shape[2:]) > MOST_CHANNELS:
        raise ValueError(
            f"kernels must have at most {MOST_CHANNELS} channels and filters to be "
            f"shown; got shape {kernels.shape}"
        )


def _channel_names(names, count):
    """Return the channels' titles."""
    if names is None:
        return [f"channel {channel}" for channel in range(count)]
    if len(names) != count:
        raise ValueError(
            f"channel_names must have {count} names, one a channel; got {len(names)}"
        )
    return list(names)
