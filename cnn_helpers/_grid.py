"""Where the windows of a convolution lie, along both axes."""

from typing import NamedTuple

import numpy as np

from cnn_helpers._validation import as_pair
from cnn_helpers.arithmetic import output_size, padding_amounts


class Grid(NamedTuple):
    """The places of the windows on an image; every field is a pair (rows, cols)."""

    size: tuple  # how many windows: (H_out, W_out)
    kernel: tuple  # (kH, kW)
    stride: tuple
    dilation: tuple
    padding: tuple  # ((top, bottom), (left, right))

    def seen_by(self, m, n):
        """Return the slices of the padded image that weight (m, n) meets."""
        return tuple(
            slice(at * d, at * d + (size - 1) * s + 1, s)
            for at, d, s, size in zip(
                (m, n), self.dilation, self.stride, self.size, strict=True
            )
        )

    def window_at(self, row, col):
        """Return the slices of the padded image that output (row, col) sees."""
        return tuple(
            slice(at * s, at * s + (k - 1) * d + 1, d)
            for at, s, k, d in zip(
                (row, col), self.stride, self.kernel, self.dilation, strict=True
            )
        )

    def pad(self, images):
        """Return images (N, H, W, C) with their border of zeros."""
        if self.padding == ((0, 0), (0, 0)):
            return images
        return np.pad(images, ((0, 0), *self.padding, (0, 0)))

    def inside(self, padded):
        """Return the part of padded images that is not border, as a view."""
        (top, bottom), (left, right) = self.padding
        height, width = padded.shape[1:3]
        return padded[:, top : height - bottom, left : width - right]

    def windows(self, padded):
        """Return a view (N, H_out, W_out, kH, kW, C) of the windows of images."""
        count, channels = padded.shape[0], padded.shape[3]
        image, row, col, channel = padded.strides
        return np.lib.stride_tricks.as_strided(
            padded,
            (count, *self.size, *self.kernel, channels),
            (
                image,
                row * self.stride[0],
                col * self.stride[1],
                row * self.dilation[0],
                col * self.dilation[1],
                channel,
            ),
        )

    def merged(self, block):
        """Return the grid whose windows hold `block` (rows, cols) windows of this one.

        Neighbouring windows overlap: their union is less to copy than all of them.
        """
        sizes = zip(self.size, block, strict=True)
        spans = zip(self.kernel, self.stride, block, strict=True)
        steps = zip(self.stride, block, strict=True)
        return self._replace(
            size=tuple(size // b for size, b in sizes),
            kernel=tuple(k + (b - 1) * s for k, s, b in spans),
            stride=tuple(s * b for s, b in steps),
        )

    def backwards(self, image_size):
        """Return the grid of the convolution that leads from the outputs back.

        It has stride 1; with another stride, or padding wider than the kernel's
        reach, there is none.
        """
        if self.stride != (1, 1):
            return None
        reaches = [d * (k - 1) for k, d in zip(self.kernel, self.dilation, strict=True)]
        paddings = tuple(
            (reach - before, reach - after)
            for reach, (before, after) in zip(reaches, self.padding, strict=True)
        )
        if min(min(pair) for pair in paddings) < 0:
            return None
        return self._replace(size=tuple(image_size), padding=paddings)


def grid_of(shape, kernel_shape, stride, padding, dilation, name):
    """Return the `Grid` of a convolution, or say why there is none.

    `shape` is the height and width of what is called `name`.
    """
    stride, dilation = as_pair(stride, "stride"), as_pair(dilation, "dilation")
    sizes, amounts = [], []
    axes = zip(shape, kernel_shape, stride, _by_axis(padding), dilation, strict=True)
    for length, k, s, p, d in axes:
        options = {"stride": s, "padding": p, "dilation": d}
        try:
            sizes.append(output_size(length, k, **options))
            amounts.append(padding_amounts(length, k, **options))
        except ValueError as error:
            raise ValueError(
                f"the kernel of shape {tuple(kernel_shape)} cannot slide over {name} "
                f"of shape {tuple(shape)}: {error}"
            ) from None
    return Grid(tuple(sizes), tuple(kernel_shape), stride, dilation, tuple(amounts))


def _by_axis(padding):
    """Return the padding of the rows and that of the columns."""
    if not isinstance(padding, tuple | list):
        return padding, padding
    if len(padding) != 2 or not all(isinstance(p, tuple | list) for p in padding):
        raise ValueError(
            "padding must be a name, a number or ((top, bottom), (left, right)); "
            f"got {padding!r}"
        )
    return padding
