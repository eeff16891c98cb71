"""Gradients without calculus: measure how the value moves, to check those derived."""

import numpy as np

from cnn_helpers._validation import as_array, as_positive


def numerical_gradient(function, array, *, step=1e-5):
    """Return the gradient of a function by central differences, in float64.

    Element `i` is ``(f(x + h e_i) - f(x - h e_i)) / 2h``; its error shrinks with the
    square of the step until rounding takes over.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `array`, returns a number.
    array : array_like
        Where to take the gradient; not changed.
    step : float
        The `h` above.

    Returns
    -------
    numpy.ndarray
        Of the shape of `array`, float64.

    Raises
    ------
    ValueError
        If the step is not positive or the function does not return one number.
    TypeError
        If `function` is not one, or `array` or `step` does not hold real numbers.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    if not callable(function):
        raise TypeError(f"function must be a function, not {function!r}")
    step = as_positive(step, "step")
    point = as_array(array, "array").astype(np.float64)
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        values = []
        for shift in (step, -step):
            moved = point.copy()
            moved[index] += shift
            value = np.asarray(function(moved), dtype=np.float64)
            if value.size != 1:
                raise ValueError(
                    f"function must return one number, got shape {value.shape}"
                )
            values.append(value.item())
        gradient[index] = (values[0] - values[1]) / (2 * step)
    return gradient


def relative_error(actual, expected):
    """Return the norm of the difference over the larger of the two norms.

    Parameters
    ----------
    actual, expected : array_like
        Of one shape.

    Returns
    -------
    float
        0 for equal arrays; about 1e-8 for a right gradient in float64, near 1 for a
        wrong one.

    Raises
    ------
    ValueError
        If the shapes differ.
    TypeError
        If an array does not hold real numbers.

    Examples
    --------
    >>> relative_error([1.0, 2.0], [1.0, 2.0])
    0.0
    """
    actual = as_array(actual, "actual").astype(np.float64)
    expected = as_array(expected, "expected").astype(np.float64)
    if actual.shape != expected.shape:
        raise ValueError(
            f"actual has shape {actual.shape}, expected has {expected.shape}"
        )
    scale = max(np.linalg.norm(actual), np.linalg.norm(expected))
    difference = np.linalg.norm(actual - expected)
    return float(difference / scale) if scale else 0.0
