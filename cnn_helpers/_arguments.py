"""Checks of the settings that layers, models and optimizers are made with."""

import numpy as np


def refuse_unsupported(owner, unsupported, supported):
    """Raise an error that names the arguments which only Keras supports.

    Parameters
    ----------
    owner : str
        What was called, such as "Conv2D".
    unsupported : dict
        The keyword arguments that were left over.
    supported : iterable of str
        The arguments that may be given.

    Raises
    ------
    ValueError
        If anything was left over.

    Examples
    --------
    >>> refuse_unsupported("Flatten", {}, ["name"])
    >>> refuse_unsupported("Flatten", {"data_format": None}, ["name"])
    Traceback (most recent call last):
    ValueError: Flatten does not support the argument data_format; it takes name
    """
    if unsupported:
        names = ", ".join(sorted(unsupported))
        plural = "s" if len(unsupported) > 1 else ""
        raise ValueError(
            f"{owner} does not support the argument{plural} {names}; "
            f"it takes {', '.join(supported)}"
        )


def number(value, name, *, low=None, high=None, high_open=False):
    """Return a number within bounds, as it was given.

    Parameters
    ----------
    value : float
        What was given.
    name : str
        The argument's name, for the error.
    low, high : float, optional
        The bounds, both allowed.
    high_open : bool
        Whether ``high`` itself is refused.

    Returns
    -------
    float or int

    Raises
    ------
    TypeError
        If it is not a number.
    ValueError
        If it is out of bounds or not finite.

    Examples
    --------
    >>> number(0.5, "rate", low=0, high=1)
    0.5
    """
    number_types = int | float | np.integer | np.floating
    if isinstance(value, bool | np.bool_) or not isinstance(value, number_types):
        raise TypeError(f"{name} must be a number, got {value!r}")
    too_high = high is not None and (value >= high if high_open else value > high)
    if not np.isfinite(value) or (low is not None and value < low) or too_high:
        bounds = f"at least {low}" if high is None else f"between {low} and {high}"
        below = f", and below {high}" if high_open else ""
        raise ValueError(f"{name} must be {bounds}{below}, got {value!r}")
    return value
