"""What the book's experiments found: trainings and measurements too long for a chapter.

Each experiment of the book is a script in its folder ``experiments``, with what it
found in ``experiments/results``: JSON, and weights as ``.npz``. A chapter reads them
here, beside the checkout or, where only the package is installed, as in Colab, from the
published repository. What is fetched must be the file this version of the package was
made with: its size and SHA-256 stand in ``experiment_results.json`` beside this module.
"""

import functools
import hashlib
import json
from pathlib import Path

from cnn_helpers import _address, _downloads
from cnn_helpers._downloads import DataUnavailableError
from cnn_helpers.datasets import cache_directory

__all__ = ["read_results", "results_file"]

PACKAGE = Path(__file__).resolve().parent
FOLDER = Path("experiments", "results")
URL = "https://raw.githubusercontent.com/{repository}/main/experiments/results/{name}"


def read_results(name):
    """Return what an experiment found.

    Parameters
    ----------
    name : str
        The experiment's name, such as ``"measure_plateau"``: that of its script and of
        its JSON file.

    Returns
    -------
    dict

    Raises
    ------
    TypeError, ValueError
        If `name` is not a string, or names no experiment with a JSON file.
    DataUnavailableError
        If the file is neither here nor to be had; the message names it.

    Examples
    --------
    >>> sorted(read_results("measure_plateau"))
    ['data', 'machine', 'runs', 'settings', 'versions']
    """
    name = _as_file_name(name)
    if not name.endswith(".json"):
        raise ValueError(
            f"name must be an experiment's with a JSON file, got {name!r}; for another "
            "file use results_file"
        )
    path = _in_a_checkout(name)
    content = _fetched(name) if path is None else path.read_bytes()
    return json.loads(content)


def results_file(name):
    """Return the path of a file that an experiment left.

    It is looked for in the folder ``experiments/results`` of the book's checkout: the
    one the package runs from, or the one around the current folder. Without a checkout
    it is fetched from the published repository, once, into the user's cache.

    Parameters
    ----------
    name : str
        The file's name, such as ``"train_draw_model.npz"``. Without an ending, that of
        the JSON file is meant.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    TypeError, ValueError
        If `name` is not a string, or there is no such file.
    DataUnavailableError
        If the file is neither here nor to be had, or cannot be kept; the message names
        it.

    Examples
    --------
    >>> results_file("train_draw_model.npz").name
    'train_draw_model.npz'
    """
    name = _as_file_name(name)
    path = _in_a_checkout(name)
    if path is not None:
        return path
    _fetched(name)
    path = _cached(name)
    if not _downloads.is_file(path):
        raise DataUnavailableError(
            f"{name} was fetched, but {path.parent} cannot hold it; set "
            "$CNN_HELPERS_CACHE to a folder that can be written to"
        )
    return path


@functools.cache
def _manifest():
    """Return the size and the SHA-256 of every file that can be fetched, by name."""
    path = PACKAGE / "experiment_results.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _as_file_name(name):
    """Return the name of a file, which is known or stands in a checkout."""
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, got {type(name).__name__}")
    file_name = name if name.endswith((".json", ".npz")) else f"{name}.json"
    if Path(file_name).name != file_name or "\\" in file_name:
        raise ValueError(f"name must be a file's name without folders, got {name!r}")
    if file_name not in _manifest() and _in_a_checkout(file_name) is None:
        raise ValueError(
            f"name must be one of {', '.join(sorted(_manifest()))}; got {name!r}"
        )
    return file_name


def _in_a_checkout(name):
    """Return the path of a file in the book's checkout, or None.

    A folder is the book's if it holds the experiments and the package.
    """
    here = Path.cwd()
    for root in (PACKAGE.parent, here, *here.parents):
        path = root / FOLDER / name
        package = root / "cnn_helpers" / "__init__.py"
        if _downloads.is_file(package) and _downloads.is_file(path):
            return path
    return None


def _cached(name):
    """Return where a fetched file is kept."""
    return cache_directory() / "experiment_results" / name


def _fetched(name):
    """Return a file's verified bytes, from the cache or from the published address."""
    path, known = _cached(name), _manifest()[name]
    try:
        with path.open("rb") as stream:
            content = stream.read(known["bytes"] + 1)
        if _is_known(content, known):
            return content
    except OSError:
        pass  # not there, or not to be read: it is fetched
    missing = f"{name}, the result of an experiment, is not in {path.parent}"
    if not _address.REPOSITORY:
        raise DataUnavailableError(
            f"{missing} and this copy of the book has no public address to fetch it "
            "from: work in a checkout of the book, or publish it and install it from "
            "there (make publish-as REPO=owner/name)"
        )
    url = URL.format(repository=_address.REPOSITORY, name=name)
    try:
        content = _downloads.fetch(url, known["bytes"])
    except Exception as error:
        reason = _downloads.reason(error)
        raise DataUnavailableError(
            f"{missing} and {url} did not deliver it ({reason})"
        ) from error
    if not _is_known(content, known):
        raise DataUnavailableError(
            f"{missing} and {url} delivered another file: its SHA-256 differs from the "
            "one this version of cnn_helpers knows; install the package again"
        )
    _downloads.store(content, path)
    return content


def _is_known(content, known):
    """Tell whether bytes are those of the manifest's entry."""
    return hashlib.sha256(content).hexdigest() == known["sha256"]
