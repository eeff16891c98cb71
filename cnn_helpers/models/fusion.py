"""A convolution and the max-pooling after it, as one step of a plan.

How that is computed, and why it is faster: `cnn_helpers.fast.fused`.
"""

import numpy as np

from cnn_helpers.fast import fused
from cnn_helpers.layers import Activation, Conv2D, MaxPooling2D, ReLU


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
    result, position = [], 0
    while position < len(steps):
        length = _length_of_pattern(steps[position:])
        if length:
            layer = steps[position]
            rectified = length == 3 or layer.activation_name == "relu"
            result.append(FusedConvolution(layer, rectified))
        else:
            result.append(steps[position])
        position += max(length, 1)
    return result


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
    """Return whether a step is a convolution that may be fused, with profit."""
    return (
        type(step) is Conv2D
        and step.strides == step.dilation_rate == (1, 1)
        and step.groups == 1
        and step.activation_name in ("linear", "relu")
        and step.kernel.shape[2] <= fused.FEW_CHANNELS
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
        outputs, memory = fused.conv2d_max_pool2d(
            images, layer.kernel, layer.bias, padding=layer.padding
        )
        if self.rectified:
            np.maximum(outputs, 0, out=outputs)
        if training:
            self._outputs, self._memory = outputs, memory
        return outputs

    def backward(self, upstream, *, to_images=True):
        """Set the convolution's gradients and return the one by the images."""
        layer = self.layer
        if self.rectified:
            upstream = upstream * (self._outputs > 0)
        d_images, d_kernel, d_bias = fused.conv2d_max_pool2d_gradients(
            upstream, layer.kernel, self._memory, to_images=to_images
        )
        layer.gradients["kernel"] = d_kernel
        if layer.use_bias:
            layer.gradients["bias"] = d_bias
        return d_images

    def backward_to_weights(self, upstream):
        """Set the convolution's gradients only."""
        self.backward(upstream, to_images=False)
