"""A convolution and the 2x2 max-pooling after it, run as one.

Convolution with a k x k kernel, then the maximum of each 2 x 2 block: one pooled number
looks at (k + 1) x (k + 1) pixels. So we take those windows, at stride 2, and multiply
them by the kernel in its four possible places inside the window: four numbers, of which
the maximum stays. There are four times fewer windows to copy out of the images than the
convolution alone would need, and copying is what takes the time.

The bias and the ReLU come after the maximum: neither changes which number is largest.
"""

import numpy as np

from cnn_helpers.arithmetic import same_padding
from cnn_helpers.layers import Activation, Conv2D, MaxPooling2D, ReLU

# The four places of the kernel in its window, in the order in which ties are decided.
PLACES = ((0, 0), (0, 1), (1, 0), (1, 1))


def fuse(steps):
    """Return the steps of a plan, where possible a convolution and its pool as one.

    Parameters
    ----------
    steps : list
        Layers, or what a plan has put in their place.

    Returns
    -------
    list

    Examples
    --------
    >>> from cnn_helpers import layers
    >>> convolution = layers.Conv2D(6, 5, activation="relu")
    >>> convolution.build((None, 28, 28, 1))
    >>> steps = fuse([convolution, layers.MaxPooling2D(), layers.Flatten()])
    >>> [type(step).__name__ for step in steps]
    ['FusedConvolution', 'Flatten']
    """
    fused, position = [], 0
    while position < len(steps):
        length = _length_of_pattern(steps[position:])
        if length:
            rectified = length == 3 or steps[position].activation_name == "relu"
            fused.append(FusedConvolution(steps[position], rectified))
        else:
            fused.append(steps[position])
        position += max(length, 1)
    return fused


def _length_of_pattern(steps):
    """Return how many of the first steps can run as one: 2, 3 or, if none, 0."""
    if not steps or not _can_slide(steps[0]):
        return 0
    rest = steps[1:]
    between = bool(rest) and _is_relu(rest[0])
    if between and steps[0].activation_name != "linear":
        return 0
    rest = rest[between:]
    return 2 + between if rest and _halves(rest[0]) else 0


def _can_slide(step):
    """Return whether a step is a convolution that this module can do, and faster.

    With many channels the arithmetic takes the time, not the copies, and the larger
    windows only add to it.
    """
    return (
        type(step) is Conv2D
        and step.strides == step.dilation_rate == (1, 1)
        and step.groups == 1
        and step.activation_name in ("linear", "relu")
        and step.kernel.shape[2] <= 16
    )


def _halves(step):
    return (
        type(step) is MaxPooling2D
        and step.pool_size == step.strides == (2, 2)
        and step.padding == "valid"
    )


def _is_relu(step):
    if type(step) is Activation:
        return step.activation_name == "relu"
    plain = {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}
    return type(step) is ReLU and step.get_config() == plain


class FusedConvolution:
    """A convolution, a ReLU and a 2x2 max-pooling, as one step.

    Parameters
    ----------
    layer : Conv2D
        A built convolution, whose weights are used and whose gradients are set.
    rectified : bool
        Whether there is a ReLU.

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers
    >>> convolution = layers.Conv2D(6, 5)
    >>> convolution.build((None, 28, 28, 1))
    >>> step = FusedConvolution(convolution, rectified=True)
    >>> step.forward(np.ones((2, 28, 28, 1), np.float32)).shape
    (2, 12, 12, 6)
    """

    def __init__(self, layer, rectified):
        self.layer = layer
        self.rectified = rectified

    @property
    def parameters(self):
        """The convolution's trainable weights."""
        return self.layer.parameters

    def forward(self, images, training=False):
        """Return the pooled maps."""
        layer = self.layer
        pixels = self._pad(images)
        columns, grid = _windows(pixels, layer.kernel_size)
        # (4 * F, K) @ (K, P) -> (4 * F, P): each of the four places is a solid block
        four = (_spread_kernel(layer.kernel) @ columns).reshape(4, layer.filters, -1)
        largest = np.maximum(np.maximum(four[0], four[1]), np.maximum(four[2], four[3]))
        pooled = _batch_first(largest.reshape(layer.filters, *grid))
        if layer.use_bias:
            pooled += layer.bias
        if self.rectified:
            np.maximum(pooled, 0, out=pooled)
        if training:
            self._columns, self._four, self._largest = columns, four, largest
            self._pooled, self._grid = pooled, grid
            self._padded_shape, self._image_shape = pixels.shape, images.shape
        return pooled

    def backward(self, upstream):
        """Set the convolution's gradients and return the one by the images."""
        spread = self._set_gradients(upstream)
        columns = _spread_kernel(self.layer.kernel).T @ spread  # (K, P)
        pixels = _add_windows(
            columns, self._grid, self._padded_shape, self.layer.kernel_size
        )
        (top, _), (left, _) = self._padding(self._image_shape)
        _, height, width, _ = self._image_shape
        return _batch_first(pixels[:, top : top + height, left : left + width])

    def backward_to_weights(self, upstream):
        """Set the convolution's gradients only."""
        self._set_gradients(upstream)

    def _set_gradients(self, upstream):
        """Set the gradients by the weights; return the one by all four places."""
        layer = self.layer
        if self.rectified:
            upstream = upstream * (self._pooled > 0)
        upstream = _batch_last(upstream).reshape(layer.filters, -1)
        if layer.use_bias:
            layer.gradients["bias"] = upstream.sum(axis=1)
        spread = np.empty_like(self._four)
        waiting = np.ones(upstream.shape, bool)  # the first maximum takes it all
        for place in range(4):
            hit = self._four[place] == self._largest
            hit &= waiting
            waiting ^= hit
            np.multiply(upstream, hit, out=spread[place])
        spread = spread.reshape(4 * layer.filters, -1)
        layer.gradients["kernel"] = _gather_kernel(
            spread @ self._columns.T, layer.kernel.shape
        )
        return spread

    def _padding(self, shape):
        """Return how many zeros go ((above, below), (left, right))."""
        if self.layer.padding == "valid":
            return (0, 0), (0, 0)
        sizes = zip(shape[1:3], self.layer.kernel_size, strict=True)
        return tuple(same_padding(size, k) for size, k in sizes)

    def _pad(self, images):
        """Return the images with zeros around them, and the batch axis last."""
        (top, bottom), (left, right) = self._padding(images.shape)
        count, height, width, channels = images.shape
        shape = (channels, top + height + bottom, left + width + right, count)
        pixels = np.zeros(shape, images.dtype)
        pixels[:, top : top + height, left : left + width] = images.transpose(
            3, 1, 2, 0
        )
        return pixels


# Inside, the batch is the last axis, (C, H, W, N): then NumPy's inner loops run over as
# many numbers as there are images, not over the three or five of a window's row.


def _batch_last(images):
    """Return a copy with axes (C, H, W, N)."""
    return images.transpose(3, 1, 2, 0).copy()


def _batch_first(pixels):
    """Return a copy with axes (N, H, W, C)."""
    return pixels.transpose(3, 1, 2, 0).copy()


def _windows(pixels, kernel_size):
    """Return each window, one larger than the kernel, as a column; and their grid."""
    channels, height, width, count = pixels.shape
    tall, wide = kernel_size[0] + 1, kernel_size[1] + 1
    grid = ((height - tall) // 2 + 1, (width - wide) // 2 + 1, count)
    channel, row, col, example = pixels.strides
    view = np.lib.stride_tricks.as_strided(
        pixels,
        (channels, tall, wide, *grid),
        (channel, row, col, 2 * row, 2 * col, example),
        writeable=False,
    )
    return view.reshape(channels * tall * wide, -1), grid


def _spread_kernel(kernel):
    """Return the kernel in its four places in a window: (4 * F, K)."""
    tall, wide, channels, filters = kernel.shape
    places = np.zeros((4, filters, channels, tall + 1, wide + 1), kernel.dtype)
    for place, (i, j) in zip(places, PLACES, strict=True):
        place[:, :, i : i + tall, j : j + wide] = kernel.transpose(3, 2, 0, 1)
    return places.reshape(4 * filters, -1)


def _gather_kernel(places, shape):
    """Return the sum over the four places: what `_spread_kernel` did, undone."""
    tall, wide, channels, filters = shape
    places = places.reshape(4, filters, channels, tall + 1, wide + 1)
    kernel = sum(
        place[:, :, i : i + tall, j : j + wide]
        for place, (i, j) in zip(places, PLACES, strict=True)
    )
    return kernel.transpose(2, 3, 1, 0)


def _add_windows(columns, grid, shape, kernel_size):
    """Add each window back at its place: what `_windows` did, undone."""
    height, width, _ = grid
    tall, wide = kernel_size[0] + 1, kernel_size[1] + 1
    columns = columns.reshape(shape[0], tall, wide, *grid)
    pixels = np.zeros(shape, columns.dtype)
    for i in range(tall):
        for j in range(wide):
            place = pixels[:, i : i + 2 * height : 2, j : j + 2 * width : 2]
            place += columns[:, i, j]
    return pixels
