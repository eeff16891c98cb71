"""Compares a submission's result with the right one, and says how they differ."""

import numbers

import numpy as np


def same(expected, actual, *, exactly=False):
    """Return whether a result is right.

    Parameters
    ----------
    expected, actual : object
        Arrays, numbers, or tuples, lists and dictionaries of them.
    exactly : bool
        Ask for equal kinds too: a list is no array, an int no float. Without it only
        an array, and an integer, must be what they are expected to be.

    Returns
    -------
    bool

    Examples
    --------
    >>> same(np.array([1.0, 2.0]), np.array([1.0, 2.0000001]))
    True
    >>> same(np.array([1.0, 2.0]), [1.0, 2.0]), same(3, 3.0)
    (False, False)
    """
    if exactly and kind_of(expected) != kind_of(actual):
        return False
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and expected.keys() == actual.keys()
            and all(same(expected[key], actual[key], exactly=exactly) for key in actual)
        )
    if isinstance(expected, tuple | list):
        return (
            isinstance(actual, tuple | list)
            and len(expected) == len(actual)
            and all(
                same(a, b, exactly=exactly)
                for a, b in zip(expected, actual, strict=True)
            )
        )
    if isinstance(expected, np.ndarray):
        return _same_arrays(expected, actual)
    if isinstance(expected, numbers.Real | np.bool_):
        return _same_numbers(expected, actual)
    return expected is actual or bool(expected == actual)


def kind_of(value):
    """Return a value's kind in a word: what a reader would call its type.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> kind_of([1]), kind_of(np.ones(2)), kind_of(2), kind_of(2.0)
    ('a list', 'an array', 'an integer', 'a float')
    """
    if isinstance(value, bool | np.bool_):
        return "a truth value"
    if isinstance(value, numbers.Integral):
        return "an integer"
    if isinstance(value, numbers.Real):
        return "a float"
    if isinstance(value, np.ndarray) and value.dtype == bool:
        return "an array of truth values"
    for types, word in (
        (np.ndarray, "an array"),
        (list, "a list"),
        (tuple, "a tuple"),
        (dict, "a dictionary"),
        (str, "a string"),
        (type(None), "None"),
    ):
        if isinstance(value, types):
            return word
    return f"an object of type {type(value).__name__}"


def explain(actual, expected):
    """Return a sentence on how a wrong result differs from the right one.

    Parameters
    ----------
    actual, expected : object

    Returns
    -------
    str

    Examples
    --------
    >>> explain([1, 2], np.array([1, 2]))
    'You returned a list; it should be a NumPy array.'
    >>> explain(np.array([[1, 3], [2, 4]]), np.array([[1, 2], [3, 4]]))
    'Your result is transposed: rows and columns are swapped.'
    """
    if not isinstance(expected, np.ndarray):
        return _explain_plain(actual, expected)
    if not isinstance(actual, np.ndarray):
        return f"You returned {kind_of(actual)}; it should be a NumPy array."
    if actual.dtype.kind not in "biufc":
        return f"Your array holds {actual.dtype} and not numbers."
    if actual.shape != expected.shape:
        if actual.ndim == 2 and _same_arrays(expected, actual.T):
            return "Your result is transposed: rows and columns are swapped."
        if actual.size == expected.size and _same_arrays(
            expected.ravel(), actual.ravel()
        ):
            return (
                f"Your numbers are right, their arrangement is not: the shape is "
                f"{actual.shape} and should be {expected.shape}."
            )
        return f"Your result has shape {actual.shape}; it should have {expected.shape}."
    return _explain_values(actual, expected)


def difference(actual, expected):
    """Return a line with the first number that differs, or the two results.

    Parameters
    ----------
    actual, expected : object

    Returns
    -------
    str
        Empty where shapes or types differ, which `explain` tells.

    Examples
    --------
    >>> difference(np.array([[1, 2]]), np.array([[1, 5]]))
    'At [0, 1] yours is 2, it should be 5.'
    """
    if isinstance(expected, np.ndarray):
        if not isinstance(actual, np.ndarray) or actual.dtype.kind not in "biuf":
            return ""
        if actual.shape != expected.shape:
            return f"Your shape is {actual.shape}, it should be {expected.shape}."
        for place in np.ndindex(expected.shape):
            if not _same_arrays(expected[place], actual[place], scale=expected):
                at = f"[{', '.join(map(str, place))}]"
                values = f"yours is {actual[place]:.6g}, it should be"
                return f"At {at} {values} {expected[place]:.6g}."
        return ""
    if isinstance(expected, tuple | list) and isinstance(actual, tuple | list):
        for index, (ours, theirs) in enumerate(zip(expected, actual, strict=False)):
            if not same(ours, theirs):
                return f"At [{index}] yours is {theirs!r}, it should be {ours!r}."
    return f"Yours is {_shown(actual)}, it should be {_shown(expected)}."


def describe(value):
    """Return an argument for a message: "=5", or " with shape (3, 4)".

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> describe(5), describe(np.ones((3, 4)))
    ('=5', ' with shape (3, 4)')
    >>> describe(np.ones((3, 4), np.uint8))
    ' with shape (3, 4), uint8'
    """
    if isinstance(value, np.ndarray):
        usual = value.dtype in (np.float64, np.int64)
        return f" with shape {value.shape}" + ("" if usual else f", {value.dtype}")
    return f"={_shown(value)}"


def _explain_plain(actual, expected):
    """Explain a wrong result where no array is expected."""
    if isinstance(expected, numbers.Integral) and isinstance(actual, numbers.Real):
        if kind_of(actual) == "a float" and actual == expected:
            return (
                "Your number is right, but a float; it should be an integer: use // "
                "where it is divided."
            )
        return "Your number is not right."
    if kind_of(actual) != kind_of(expected):
        return f"You returned {kind_of(actual)}; it should be {kind_of(expected)}."
    if isinstance(expected, tuple | list | dict) and len(actual) != len(expected):
        return f"You returned {len(actual)} items; it should be {len(expected)}."
    return "Your result is not right."


def _explain_values(actual, expected):
    """Explain wrong numbers in an array of the right shape."""
    if not np.isfinite(actual).all() and np.isfinite(expected).all():
        return "Your result holds NaN or infinity: an overflow, or a division by 0."
    if _same_arrays(expected, -actual.astype(float)):
        return "Your numbers have the wrong sign."
    if actual.ndim == 2 and _same_arrays(expected, actual.T):
        return "Your result is transposed: rows and columns are swapped."
    for axis in range(actual.ndim):
        if _same_arrays(expected, np.flip(actual, axis)):
            return f"Your result is reversed along axis {axis}."
    size = np.abs(expected).max(initial=0)
    ratio = np.abs(actual).max(initial=0) / size if size else 0
    if ratio and _same_arrays(expected, actual / ratio):
        return f"Your numbers are {ratio:.4g} times what they should be."
    offset = (actual.astype(float) - expected).flat[0] if actual.size else 0
    if offset and _same_arrays(expected, actual - offset):
        return f"Your numbers are all too {'large' if offset > 0 else 'small'} by " + (
            f"{abs(offset):.4g}."
        )
    share = np.mean(
        [not _same_arrays(a, b, scale=expected) for a, b in _pairs(expected, actual)]
    )
    return f"The shape is right; {share:.0%} of your numbers are not."


def _pairs(expected, actual):
    """Return the numbers of two arrays in pairs."""
    return zip(expected.ravel(), actual.ravel(), strict=True)


def _same_arrays(expected, actual, scale=None):
    """Return whether two arrays hold the same numbers, up to rounding."""
    if not isinstance(actual, np.ndarray | np.generic):
        return False
    if actual.dtype.kind not in "biufc" or actual.shape != np.shape(expected):
        return False
    scale = expected if scale is None else scale
    finite = np.abs(scale[np.isfinite(scale)]) if np.ndim(scale) else np.abs(scale)
    tolerance = 3e-6 * float(np.max(finite, initial=0)) + 1e-12
    return bool(
        np.allclose(
            np.asarray(actual, float),
            np.asarray(expected, float),
            rtol=1e-4,
            atol=tolerance,
            equal_nan=True,
        )
    )


def _same_numbers(expected, actual):
    """Return whether a number is right; an integer must be one."""
    if isinstance(actual, np.ndarray) and actual.shape == ():
        actual = actual[()]
    if isinstance(expected, bool | np.bool_):
        return isinstance(actual, bool | np.bool_) and bool(actual) == bool(expected)
    if isinstance(actual, bool | np.bool_) or not isinstance(actual, numbers.Real):
        return False
    if isinstance(expected, numbers.Integral):
        return isinstance(actual, numbers.Integral) and int(actual) == int(expected)
    return bool(np.isclose(actual, expected, rtol=1e-4, atol=1e-12, equal_nan=True))


def _shown(value):
    """Return a short text of a value."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    text = repr(value)
    return text if len(text) <= 70 else text[:67] + "..."
