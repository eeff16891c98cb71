"""Activation functions: what a unit makes of its sum."""

import numpy as np

from cnn_helpers._validation import as_array, as_integer, as_number


def relu(x):
    """Return ``max(x, 0)``, the rectified linear unit.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    numpy.ndarray
        Of the shape and type of `x`.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    x = as_array(x, "x")
    return np.maximum(x, x.dtype.type(0))


def leaky_relu(x, *, negative_slope=0.2):
    """Return `x` where it is positive and `negative_slope` times `x` elsewhere.

    Parameters
    ----------
    x : array_like
    negative_slope : float
        Keras's default is 0.2.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, or the slope is not one.

    Examples
    --------
    >>> leaky_relu([-2.0, 0.0, 3.0])
    array([-0.4,  0. ,  3. ])
    """
    x = _as_float(x)
    slope = x.dtype.type(as_number(negative_slope, "negative_slope"))
    return np.where(x > 0, x, slope * x)


def sigmoid(x):
    """Return ``1 / (1 + exp(-x))``, without overflow.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    numpy.ndarray
        Between 0 and 1.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = _as_float(x)
    small = np.exp(-np.abs(x))  # never overflows
    return np.where(x < 0, small / (1 + small), 1 / (1 + small))


def tanh(x):
    """Return the hyperbolic tangent.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    numpy.ndarray
        Between -1 and 1.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.

    Examples
    --------
    >>> tanh([0.0, 100.0])
    array([0., 1.])
    """
    return np.tanh(_as_float(x))


def softmax(logits, axis=-1):
    """Turn scores into positive numbers that sum to 1 along an axis.

    The largest logit is subtracted first: the result is the same, and no power
    overflows.

    Parameters
    ----------
    logits : array_like
    axis : int

    Returns
    -------
    numpy.ndarray
        ``exp(logits) / sum(exp(logits))``, of the shape of `logits`.

    Raises
    ------
    TypeError
        If `logits` does not hold real numbers, or `axis` is not an integer.
    ValueError
        If `axis` is not one of the array's axes.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    logits = _as_float(logits, "logits")
    axis = as_integer(axis, "axis", minimum=-max(logits.ndim, 1))
    if axis >= logits.ndim or logits.ndim == 0:
        raise ValueError(f"axis {axis} is not an axis of logits {logits.shape}")
    if logits.shape[axis] == 0:
        return logits.copy()
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _as_float(value, name="x"):
    """Return an array of floats; integers become float64, as in NumPy."""
    array = as_array(value, name)
    return array if array.dtype.kind == "f" else array.astype(np.float64)
