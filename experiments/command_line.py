"""The command line that the measurements share, and what it begins with."""

import argparse
from pathlib import Path
from types import SimpleNamespace

from keeping import earlier_runs, require_writable

from cnn_helpers.datasets import load_digits, load_mnist


def begin(description, settings, seeds, results, arguments=None, *, length="epochs"):
    """Read a measurement's command line, load its digits and its earlier runs.

    Parameters
    ----------
    description : str
        The docstring of the script; its first line is shown by ``--help``.
    settings : dict
        The script's settings.
    seeds : list of int
        The seeds of a whole measurement.
    results : pathlib.Path
        The result file.
    arguments : list of str, optional
        The command line; that of the process by default.
    length : str, optional
        The setting that a trial run may shorten, an option of the same name.

    Returns
    -------
    types.SimpleNamespace
        ``digits``, ``settings`` and ``seeds`` to run with, ``file`` to write, and
        the ``runs`` of that file that were made under the same settings.

    Raises
    ------
    OSError
        If the results could not be kept: before a training, not after it.
    """
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=seeds)
    parser.add_argument(f"--{length}", type=int, default=settings[length])
    parser.add_argument("--again", action="store_true", help="forget earlier results")
    parser.add_argument("--results", type=Path, default=results)
    parser.add_argument("--offline-digits", action="store_true", help="a trial run")
    options = parser.parse_args(arguments)
    require_writable(options.results.parent)
    digits = load_digits() if options.offline_digits else load_mnist()
    settings = {**settings, length: getattr(options, length)}
    earlier = earlier_runs(options.results, settings, digits.name)
    return SimpleNamespace(
        digits=digits,
        settings=settings,
        seeds=options.seeds,
        file=options.results,
        runs=[] if options.again else earlier,
    )
