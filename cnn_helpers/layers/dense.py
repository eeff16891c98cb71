"""The dense layer, and the layer that prepares images for it."""

import numpy as np

from cnn_helpers import initializers
from cnn_helpers._validation import as_integer
from cnn_helpers.layers.activation import ActivatedLayer
from cnn_helpers.layers.base import Layer


class Dense(ActivatedLayer):
    """Every output sees every input: ``activation(inputs @ kernel + bias)``.

    Parameters
    ----------
    units : int
        The number of outputs.
    activation : str, optional
        "relu", "softmax", ...: see `cnn_helpers.layers.Activation`.
    use_bias : bool
        Whether a bias is added.
    kernel_initializer, bias_initializer : str or initializer
        Where the weights start.
    **keywords
        name, dtype, trainable.

    Notes
    -----
    Input shape ``(N, ..., C)``, output shape ``(N, ..., units)``.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Dense(10)
    >>> layer(np.ones((5, 1014))).shape, layer.count_params()
    ((5, 10), 10150)
    """

    parameter_names = ("kernel", "bias")

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        **keywords,
    ):
        self.units = as_integer(units, "units")
        self.use_bias = bool(use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel = self.bias = self._inputs = None
        super().__init__(activation, **keywords)

    def build(self, input_shape, rng=None):
        """Make the kernel (C, units) and the bias (units,)."""
        super().build(input_shape, rng)
        shape = (input_shape[-1], self.units)
        self.add_weight("kernel", shape, self.kernel_initializer, rng)
        if self.use_bias:
            self.add_weight("bias", (self.units,), self.bias_initializer, rng)

    def compute_output_shape(self, input_shape):
        """Return the shape of the outputs: the last axis becomes ``units``."""
        return (*input_shape[:-1], self.units)

    def linear(self, inputs, training=False):
        """Return ``inputs @ kernel + bias``."""
        if training:
            self._inputs = inputs
        outputs = inputs @ self.kernel
        if self.use_bias:
            outputs += self.bias
        return outputs

    def linear_gradient(self, upstream, *, to_inputs=True):
        """Set the gradients; return the one by the inputs if ``to_inputs``."""
        inputs = self._remembered("_inputs")
        rows = upstream.reshape(-1, self.units)  # (N, ..., units) -> (N', units)
        self.gradients["kernel"] = inputs.reshape(-1, inputs.shape[-1]).T @ rows
        if self.use_bias:
            self.gradients["bias"] = rows.sum(axis=0)
        return upstream @ self.kernel.T if to_inputs else None

    def _check_shape(self, shape):
        """Refuse inputs whose last axis does not fit the kernel."""
        if len(shape) < 2 or shape[-1] is None:
            raise ValueError(
                f"layer {self.name!r} takes inputs of shape (N, ..., C) with C known, "
                f"got {tuple(shape)}"
            )
        if self.built and shape[-1] != len(self.kernel):
            raise ValueError(
                f"layer {self.name!r} takes inputs of shape (N, {len(self.kernel)}), "
                f"got {tuple(shape)}"
            )

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {
            "units": self.units,
            "activation": self.activation_name,
            "use_bias": self.use_bias,
            "kernel_initializer": self.kernel_initializer,
            "bias_initializer": self.bias_initializer,
        }


class Flatten(Layer):
    """Lay out each example in one row: (N, H, W, C) to (N, H * W * C).

    Parameters
    ----------
    **keywords
        name, dtype.

    Examples
    --------
    >>> import numpy as np
    >>> Flatten()(np.ones((5, 13, 13, 6))).shape
    (5, 1014)
    """

    def compute_output_shape(self, input_shape):
        """Return ``(N, the product of the other axes)``."""
        batch, *rest = input_shape
        return (batch, None if None in rest else int(np.prod(rest)))

    def forward(self, inputs, training=False):
        """Return the examples as rows."""
        if training:
            self._shape = inputs.shape
        # -1 would have no meaning for a batch of no examples
        return inputs.reshape(len(inputs), int(np.prod(inputs.shape[1:])))

    def backward(self, upstream):
        """Return the gradient in the shape of the inputs."""
        return upstream.reshape(self._remembered("_shape"))
