"""Checks of array arguments: what is wrong is said by name, with the shapes."""

import operator

import numpy as np

PADDING_NAMES = ("valid", "same", "full")


def as_array(value, name, layout=None):
    """Return `value` as a numeric array, of the rank of `layout` if one is given.

    `layout` names the axes, such as ``"(N, H, W, C)"``; the error shows it.
    """
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is not a rectangular array: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, not {array.dtype}")
    if layout is not None and array.ndim != len(layout.strip("(,)").split(",")):
        raise ValueError(f"{name} must have the axes {layout}; got shape {array.shape}")
    return array


def as_integer(value, name, minimum=1):
    """Return `value` as an int of at least `minimum`; a bool or a float is refused."""
    if isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    try:
        number = operator.index(value)
    except TypeError:
        kind = type(value).__name__
        raise TypeError(f"{name} must be an integer, not {value!r} ({kind})") from None
    if number < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {number}")
    return number


def as_number(value, name):
    """Return `value` as a finite float."""
    real = isinstance(value, int | float | np.integer | np.floating)
    if not real or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, not {value!r}")
    if not np.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
    return float(value)


def as_positive(value, name):
    """Return `value` as a finite float above 0."""
    number = as_number(value, name)
    if number <= 0:
        raise ValueError(f"{name} must be a positive number, got {value}")
    return number


def as_pair(value, name, minimum=1):
    """Return (rows, cols) of an integer that holds for both or of a pair."""
    if isinstance(value, tuple | list):
        if len(value) != 2:
            raise ValueError(f"{name} must be one integer or a pair, got {value!r}")
        return tuple(as_integer(part, name, minimum) for part in value)
    return (as_integer(value, name, minimum),) * 2


def as_padding(value, name="padding"):
    """Return one axis's padding: a name, or (before, after)."""
    if isinstance(value, str):
        if value not in PADDING_NAMES:
            known = ", ".join(map(repr, PADDING_NAMES))
            raise ValueError(f"{name} must be {known} or a number, got {value!r}")
        return value
    return as_pair(value, name, minimum=0)
