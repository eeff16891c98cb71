"""Finds the checks of this folder by name."""

import difflib
import functools
import importlib
import pkgutil

import cnn_helpers.checks as package


@functools.cache
def all_checks():
    """Return every check of this folder by its name.

    Returns
    -------
    dict of str to Check

    Raises
    ------
    ValueError
        If two checks have one name.

    Examples
    --------
    >>> "relu" in all_checks()
    True
    """
    checks = {}
    for module_info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        module = importlib.import_module(module_info.name)
        for item in getattr(module, "CHECKS", ()):
            if item.name in checks:
                raise ValueError(f"two checks are named {item.name!r}")
            checks[item.name] = item
    return checks


def find_check(name):
    """Return the check of a name.

    Parameters
    ----------
    name : str

    Returns
    -------
    Check

    Raises
    ------
    ValueError
        If there is none; the message names it and what comes near.

    Examples
    --------
    >>> find_check("relu").name
    'relu'
    """
    checks = all_checks()
    if not isinstance(name, str) or name not in checks:
        near = difflib.get_close_matches(str(name), checks, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {[*checks]}"
        raise ValueError(f"there is no check named {name!r}; {hint}")
    return checks[name]
