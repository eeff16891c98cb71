"""Where training starts: the first values of a layer's weights.

A layer's outputs should vary about as much as its inputs, or the signal dies away or
explodes from layer to layer. How large the weights must be for that depends on the
**fan-in**, the number of inputs a unit sums, and the **fan-out**, the number of units
that an input reaches.
"""

import numpy as np

from cnn_helpers._validation import as_integer

__all__ = ["GlorotUniform", "HeNormal", "Ones", "Zeros", "fans", "get"]


def fans(shape):
    """Return the fan-in and the fan-out of a weight of some shape.

    Parameters
    ----------
    shape : tuple of int
        ``(inputs, outputs)`` of a dense layer or ``(kH, kW, C_in, C_out)`` of a
        convolution.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> fans((100, 10)), fans((5, 5, 32, 64))
    ((100, 10), (800, 1600))
    """
    if len(shape) < 2:
        size = int(np.prod(shape))
        return size, size
    window = int(np.prod(shape[:-2]))
    return window * shape[-2], window * shape[-1]


class _Initializer:
    """What the four share: how they print and compare."""

    def __init__(self, seed=None):
        self.seed = None if seed is None else as_integer(seed, "seed", minimum=0)

    def _generator(self, rng):
        """Return a generator: from the seed, if there is one, or the one given."""
        if self.seed is not None or rng is None:
            return np.random.default_rng(self.seed)
        return rng

    def get_config(self):
        """Return the arguments that make this initializer again."""
        return {"seed": self.seed}

    def __repr__(self):
        return f"{type(self).__name__}(seed={self.seed})"


class GlorotUniform(_Initializer):
    """Even chances between ``-limit`` and ``limit = sqrt(6 / (fan_in + fan_out))``.

    Keras's default for kernels, made for activations that are straight near 0.

    Parameters
    ----------
    seed : int, optional
        The same seed gives the same values, at every call.

    References
    ----------
    X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward
    neural networks, AISTATS 2010.

    Examples
    --------
    >>> weights = GlorotUniform(seed=0)((100, 50))
    >>> bool(abs(weights).max() <= (6 / 150) ** 0.5)
    True
    """

    def __call__(self, shape, dtype="float32", rng=None):
        """Return an array of a shape; ``rng`` serves when there is no seed."""
        limit = np.sqrt(6 / sum(fans(shape)))
        return self._generator(rng).uniform(-limit, limit, shape).astype(dtype)


class HeNormal(_Initializer):
    """A bell curve of standard deviation ``sqrt(2 / fan_in)``, cut at two deviations.

    Made for ReLU, which lets half of the signal through.

    Parameters
    ----------
    seed : int, optional
        The same seed gives the same values, at every call.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, Delving deep into rectifiers, ICCV 2015,
    https://doi.org/10.1109/ICCV.2015.123.

    Examples
    --------
    >>> weights = HeNormal(seed=0)((200, 100))
    >>> abs(float(weights.std()) - 0.1) < 0.005
    True
    """

    def __call__(self, shape, dtype="float32", rng=None):
        """Return an array of a shape; ``rng`` serves when there is no seed."""
        rng = self._generator(rng)
        values = rng.standard_normal(shape)
        while (far := abs(values) > 2).any():  # draw again what lies too far out
            values[far] = rng.standard_normal(far.sum())
        # The cut takes away spread: its deviation is 0.8796, so we divide by that.
        scale = np.sqrt(2 / fans(shape)[0]) / 0.87962566103423978
        return (scale * values).astype(dtype)


class Zeros(_Initializer):
    """All zeros: where biases start.

    Examples
    --------
    >>> Zeros()((3,))
    array([0., 0., 0.], dtype=float32)
    """

    def __init__(self):
        super().__init__()

    def __call__(self, shape, dtype="float32", rng=None):
        """Return zeros of a shape; ``rng`` is not used."""
        return np.zeros(shape, dtype)

    def get_config(self):
        """Return the arguments that make this initializer again: none."""
        return {}

    def __repr__(self):
        return f"{type(self).__name__}()"


class Ones(Zeros):
    """All ones: where the scale of batch normalization starts.

    Examples
    --------
    >>> Ones()((3,))
    array([1., 1., 1.], dtype=float32)
    """

    def __call__(self, shape, dtype="float32", rng=None):
        """Return ones of a shape; ``rng`` is not used."""
        return np.ones(shape, dtype)


_BY_NAME = {
    "glorot_uniform": GlorotUniform,
    "he_normal": HeNormal,
    "zeros": Zeros,
    "ones": Ones,
}


def get(initializer):
    """Return an initializer for a name, or the object that was given.

    Parameters
    ----------
    initializer : str or initializer
        "glorot_uniform", "he_normal", "zeros", "ones", or an object of this module.

    Returns
    -------
    initializer

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> get("zeros")
    Zeros()
    """
    if isinstance(initializer, _Initializer):
        return initializer
    if isinstance(initializer, str):
        by_name = {**_BY_NAME, **{kind.__name__: kind for kind in _BY_NAME.values()}}
        if initializer in by_name:
            return by_name[initializer]()
    raise ValueError(
        f"an initializer must be one of {', '.join(_BY_NAME)}, or an object of "
        f"cnn_helpers.initializers, got {initializer!r}"
    )
