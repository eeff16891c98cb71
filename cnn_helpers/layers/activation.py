"""Activations, as layers and as the last part of a layer.

Each gradient is written by the activation's *outputs*: for the hyperbolic tangent, for
example, the slope is 1 - output². So a layer need not keep its inputs as well.
"""

import numpy as np

from cnn_helpers import activations
from cnn_helpers._arguments import number
from cnn_helpers._validation import as_integer
from cnn_helpers.layers.base import Layer


def linear(inputs):
    """Return the inputs as they are: no activation.

    Parameters
    ----------
    inputs : numpy.ndarray
        Any numbers.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> linear(3.0)
    3.0
    """
    return inputs


def _softmax_gradient(upstream, outputs, axis=-1):
    # d p_i / d z_j = p_i (1[i = j] - p_j), summed over i with the upstream's weights
    shared = (upstream * outputs).sum(axis=axis, keepdims=True)
    return outputs * (upstream - shared)


# name: (the function, the gradient by its inputs from the upstream and the outputs)
_ACTIVATIONS = {
    "linear": (linear, lambda upstream, outputs: upstream),
    "relu": (activations.relu, lambda upstream, outputs: upstream * (outputs > 0)),
    "leaky_relu": (
        activations.leaky_relu,
        lambda upstream, outputs: np.where(outputs > 0, upstream, 0.2 * upstream),
    ),
    "sigmoid": (
        activations.sigmoid,
        lambda upstream, outputs: upstream * outputs * (1 - outputs),
    ),
    "tanh": (
        activations.tanh,
        lambda upstream, outputs: upstream * (1 - outputs * outputs),
    ),
    "softmax": (activations.softmax, _softmax_gradient),
}


def get_activation(activation):
    """Return the function and the gradient of an activation.

    Parameters
    ----------
    activation : str, callable or None
        "relu", "leaky_relu", "sigmoid", "tanh", "softmax", "linear"; a function of
        `cnn_helpers.activations` of that name; None for no activation.

    Returns
    -------
    name : str
    function : callable
        Inputs to outputs.
    gradient : callable
        ``gradient(upstream, outputs)`` is the gradient by the inputs.

    Raises
    ------
    ValueError
        For an activation that is not known.

    Examples
    --------
    >>> name, function, gradient = get_activation("tanh")
    >>> name, float(gradient(1.0, 0.5))
    ('tanh', 0.75)
    """
    name = "linear" if activation is None else activation
    if callable(name):
        name = getattr(name, "__name__", name)
    if not isinstance(name, str) or name not in _ACTIVATIONS:
        raise ValueError(
            f"activation must be one of {', '.join(_ACTIVATIONS)}, or None, "
            f"got {activation!r}"
        )
    return (name, *_ACTIVATIONS[name])


class ActivatedLayer(Layer):
    """A layer that ends with an activation, such as a convolution or a dense layer.

    Subclasses write `linear` and `linear_gradient`, the layer without its activation.

    Parameters
    ----------
    activation : str, callable or None
        The activation: see `get_activation`.
    **keywords
        Those of `Layer`.

    Examples
    --------
    >>> from cnn_helpers.layers import Dense
    >>> isinstance(Dense(3, activation="relu"), ActivatedLayer)
    True
    """

    def __init__(self, activation, **keywords):
        found = get_activation(activation)
        self.activation_name, self.activation, self._activation_gradient = found
        self._outputs = None
        super().__init__(**keywords)

    def forward(self, inputs, training=False):
        """Return ``activation(linear(inputs))``."""
        outputs = self.activation(self.linear(inputs, training=training))
        if training:
            self._outputs = outputs
        return outputs

    def backward(self, upstream):
        """Set the gradients and return the one by the inputs."""
        return self.linear_gradient(self._before_activation(upstream))

    def backward_to_weights(self, upstream):
        """Set the gradients; leave out the one by the inputs."""
        self.linear_gradient(self._before_activation(upstream), to_inputs=False)

    def _before_activation(self, upstream):
        """Return the gradient by what the activation was given."""
        return self._activation_gradient(upstream, self._remembered("_outputs"))


class Activation(Layer):
    """An activation as a layer of its own.

    Parameters
    ----------
    activation : str, callable or None
        "relu", "leaky_relu", "sigmoid", "tanh", "softmax" or "linear".
    **keywords
        name, dtype.

    Examples
    --------
    >>> Activation("relu")([[-1.0, 2.0]])
    array([[0., 2.]], dtype=float32)
    """

    def __init__(self, activation, **keywords):
        found = get_activation(activation)
        self.activation_name, self.activation, self._gradient = found
        super().__init__(**keywords)

    def forward(self, inputs, training=False):
        """Return the activation of the inputs."""
        outputs = self.activation(inputs)
        if training:
            self._outputs = outputs
        return outputs

    def backward(self, upstream):
        """Return the gradient by the inputs."""
        return self._gradient(upstream, self._remembered("_outputs"))

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {"activation": self.activation_name}


class ReLU(Layer):
    """Rectified linear units: negative numbers become 0.

    Parameters
    ----------
    max_value : float, optional
        Where the outputs are cut off at the top.
    negative_slope : float
        The slope below the threshold: 0 for the plain ReLU.
    threshold : float
        Below it an input counts as negative.
    **keywords
        name, dtype.

    Examples
    --------
    >>> ReLU(max_value=1)([[-1.0, 0.5, 2.0]])
    array([[0. , 0.5, 1. ]], dtype=float32)
    """

    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0, **keywords):
        if max_value is not None:
            number(max_value, "max_value", low=0)
        self.max_value = max_value
        self.negative_slope = number(negative_slope, "negative_slope", low=0)
        self.threshold = number(threshold, "threshold", low=0)
        super().__init__(**keywords)

    def forward(self, inputs, training=False):
        """Return the rectified inputs."""
        if training:
            self._inputs = inputs
        below = 0.0
        if self.negative_slope:
            below = self.negative_slope * (inputs - self.threshold)
        outputs = np.where(inputs > self.threshold, inputs, below)
        if self.max_value is not None:
            outputs = np.minimum(outputs, self.max_value)
        return outputs.astype(inputs.dtype, copy=False)

    def backward(self, upstream):
        """Return the gradient by the inputs."""
        inputs = self._remembered("_inputs")
        gradient = np.where(
            inputs > self.threshold, upstream, self.negative_slope * upstream
        )
        if self.max_value is not None:
            gradient = gradient * (inputs < self.max_value)
        return gradient.astype(upstream.dtype, copy=False)

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {
            "max_value": self.max_value,
            "negative_slope": self.negative_slope,
            "threshold": self.threshold,
        }


class Softmax(Layer):
    """Scores to probabilities: positive numbers that sum to 1.

    Parameters
    ----------
    axis : int
        The axis that sums to 1; the last by default.
    **keywords
        name, dtype.

    Examples
    --------
    >>> Softmax()([[0.0, 0.0]])
    array([[0.5, 0.5]], dtype=float32)
    """

    def __init__(self, axis=-1, **keywords):
        self.axis = as_integer(axis, "axis", minimum=-4)
        super().__init__(**keywords)

    def forward(self, inputs, training=False):
        """Return the probabilities."""
        outputs = activations.softmax(inputs, axis=self.axis)
        if training:
            self._outputs = outputs
        return outputs

    def backward(self, upstream):
        """Return the gradient by the inputs."""
        return _softmax_gradient(upstream, self._remembered("_outputs"), self.axis)

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {"axis": self.axis}
