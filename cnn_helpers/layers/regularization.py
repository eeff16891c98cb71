"""Layers that act differently in training: dropout and batch normalization."""

import numpy as np

from cnn_helpers import initializers
from cnn_helpers._arguments import number
from cnn_helpers._validation import as_integer
from cnn_helpers.layers.base import Layer


class Dropout(Layer):
    """In training, set a share of the inputs to 0; otherwise do nothing.

    What is left is divided by ``1 - rate``, so that the mean stays what it was.

    Parameters
    ----------
    rate : float
        The share that is set to 0, from 0 to 1.
    seed : int, optional
        For the same choices each time the layer is made.
    **keywords
        name, dtype.

    References
    ----------
    N. Srivastava et al., Dropout: a simple way to prevent neural networks from
    overfitting, JMLR 15, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Dropout(0.5, seed=0)
    >>> np.unique(layer(np.ones((1, 100)), training=True)), layer(np.ones((1, 2)))
    (array([0., 2.], dtype=float32), array([[1., 1.]], dtype=float32))
    """

    def __init__(self, rate, *, seed=None, **keywords):
        self.rate = number(rate, "rate", low=0, high=1)
        self.seed = None if seed is None else as_integer(seed, "seed", minimum=0)
        self._rng = np.random.default_rng(self.seed)
        self._scale = None
        super().__init__(**keywords)

    def build(self, input_shape, rng=None):
        """Take the model's random numbers, if the layer has no seed."""
        super().build(input_shape, rng)
        if self.seed is None and rng is not None:
            self._rng = rng

    def forward(self, inputs, training=False):
        """Return the inputs, in training with some of them set to 0."""
        if not training:
            return inputs
        if self.rate in (0, 1):
            self._scale = np.full_like(inputs, 1 - self.rate)
        else:
            kept = self._rng.random(inputs.shape, dtype=np.float32) >= self.rate
            self._scale = kept * inputs.dtype.type(1 / (1 - self.rate))
        return inputs * self._scale

    def backward(self, upstream):
        """Return the gradient by the inputs."""
        return upstream * self._remembered("_scale")

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {"rate": self.rate, "seed": self.seed}


class BatchNormalization(Layer):
    """Bring each channel to mean 0 and variance 1, then scale and shift it.

    In training with the mean and variance of the batch, which are also counted along
    in moving averages; otherwise with those averages.

    Parameters
    ----------
    axis : int
        The axis of the channels: the last.
    momentum : float
        How much of the moving averages stays at each step.
    epsilon : float
        Added to the variance, against a division by 0.
    center, scale : bool
        Whether there is a shift ``beta`` and a scale ``gamma`` to learn.
    **keywords
        name, dtype, trainable. With ``trainable=False`` the layer uses its moving
        averages in training too, as in Keras.

    References
    ----------
    S. Ioffe and C. Szegedy, Batch normalization, ICML 2015,
    https://arxiv.org/abs/1502.03167.

    Examples
    --------
    >>> import numpy as np
    >>> layer = BatchNormalization()
    >>> outputs = layer(np.arange(12.0).reshape(6, 2), training=True)
    >>> outputs.mean(axis=0).round(3), outputs.std(axis=0).round(3)
    (array([0., 0.], dtype=float32), array([1., 1.], dtype=float32))
    """

    parameter_names = ("gamma", "beta")
    statistic_names = ("moving_mean", "moving_variance")

    def __init__(
        self,
        axis=-1,
        momentum=0.99,
        epsilon=1e-3,
        center=True,
        scale=True,
        **keywords,
    ):
        if axis not in (-1, 3):
            raise ValueError(f"axis must be -1, the channels of NHWC, got {axis!r}")
        self.axis = -1
        self.momentum = number(momentum, "momentum", low=0, high=1)
        self.epsilon = number(epsilon, "epsilon", low=0)
        self.center = bool(center)
        self.scale = bool(scale)
        self.gamma = self.beta = self.moving_mean = self.moving_variance = None
        self._normalized = self._deviation = None
        super().__init__(**keywords)

    def build(self, input_shape, rng=None):
        """Make one gamma, beta, mean and variance a channel."""
        super().build(input_shape, rng)
        shape = (input_shape[-1],)
        if self.scale:
            self.add_weight("gamma", shape, initializers.Ones(), rng)
        if self.center:
            self.add_weight("beta", shape, initializers.Zeros(), rng)
        self.add_weight("moving_mean", shape, initializers.Zeros(), rng)
        self.add_weight("moving_variance", shape, initializers.Ones(), rng)

    def forward(self, inputs, training=False):
        """Return the normalized inputs; in training, move the averages along."""
        self._uses_batch = training and self.trainable
        if self._uses_batch:
            others = tuple(range(inputs.ndim - 1))  # all axes but the channels
            mean, variance = inputs.mean(axis=others), inputs.var(axis=others)
            self._move(self.moving_mean, mean)
            self._move(self.moving_variance, variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        deviation = np.sqrt(variance + inputs.dtype.type(self.epsilon))
        normalized = (inputs - mean) / deviation
        if training:
            self._normalized, self._deviation = normalized, deviation
        outputs = normalized * self.gamma if self.scale else normalized
        return outputs + self.beta if self.center else outputs

    def backward(self, upstream):
        """Set the gradients and return the one by the inputs."""
        normalized = self._remembered("_normalized")
        others = tuple(range(upstream.ndim - 1))
        if self.center:
            self.gradients["beta"] = upstream.sum(axis=others)
        if self.scale:
            self.gradients["gamma"] = (upstream * normalized).sum(axis=others)
            upstream = upstream * self.gamma
        if self._uses_batch:
            # The batch's mean and variance depend on every input: a common shift, and
            # a common stretch, of the inputs do not change the outputs.
            shift = upstream.mean(axis=others)
            stretch = (upstream * normalized).mean(axis=others)
            upstream = upstream - shift - normalized * stretch
        return upstream / self._deviation

    def _move(self, average, value):
        """Move an average a little towards a new value, in place."""
        average *= self.momentum
        average += (1 - self.momentum) * value

    def _check_shape(self, shape):
        """Refuse inputs with another number of channels."""
        if len(shape) < 2 or shape[-1] is None:
            raise ValueError(
                f"layer {self.name!r} takes inputs of shape (N, ..., C) with C known, "
                f"got {tuple(shape)}"
            )
        if self.built and shape[-1] != len(self.moving_mean):
            raise ValueError(
                f"layer {self.name!r} takes inputs with {len(self.moving_mean)} "
                f"channels, got {tuple(shape)}"
            )

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {
            "axis": self.axis,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
        }
