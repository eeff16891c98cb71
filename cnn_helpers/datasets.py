"""The book's images: handwritten digits and photographs.

MNIST is 60,000 digits to learn from and 10,000 to test with (Y. LeCun, L. Bottou,
Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition,
Proceedings of the IEEE 86 (1998), `10.1109/5.726791
<https://doi.org/10.1109/5.726791>`_). It is looked for on this machine, else fetched
once, and always verified. `load_digits` works without a network too: scikit-learn
brings 1,797 digits. The photographs come with scikit-image.
"""

import gzip
import hashlib
import os
import tempfile
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
TIMEOUT_SECONDS = 8  # to connect, and between two pieces of a file
LARGEST_FILE_BYTES = 64 * 1024 * 1024  # the largest of MNIST's has 47 million
# SHA-256 of each file's decoded bytes.
MNIST_FILES = {
    "train-images-idx3-ubyte": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    "train-labels-idx1-ubyte": (
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    ),
    "t10k-images-idx3-ubyte": (
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    ),
    "t10k-labels-idx1-ubyte": (
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    ),
}


class DataUnavailableError(Exception):
    """A data set cannot be had, or a file of it is not what it should be."""


class Digits(NamedTuple):
    """Handwritten digits: uint8 images ``(N, 28, 28)`` and labels ``(N,)``."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    name: str


def load_mnist(directory=None):
    """Load MNIST, from this machine or, once, from the network.

    It is looked for in `directory`; or else in the folder ``mnist`` of
    ``$CNN_HELPERS_DATA``, then in the user's cache; or else it is fetched into that
    cache. Files may be plain or compressed (``.gz``). Each is verified.

    Parameters
    ----------
    directory : str or pathlib.Path, optional
        A folder that holds the four files; the only place looked in, if given.

    Returns
    -------
    Digits
        60,000 to train and 10,000 to test; ink is bright (255), paper dark (0).

    Raises
    ------
    DataUnavailableError
        If a file is missing, damaged or another's; the message names it.

    Examples
    --------
    >>> digits = load_mnist()  # doctest: +SKIP
    >>> digits.x_train.shape  # doctest: +SKIP
    (60000, 28, 28)
    """
    if directory is None and os.environ.get("CNN_HELPERS_DIGITS") == "sklearn":
        raise DataUnavailableError(
            "MNIST is not loaded: CNN_HELPERS_DIGITS=sklearn asks for "
            "scikit-learn's digits"
        )
    arrays = {}
    for name in MNIST_FILES:
        path = _find(name, directory)
        contents = _verified(path, name) if path else _fetch(name)
        arrays[name] = _decode_idx(contents)
    return Digits(*arrays.values(), name="MNIST")


def load_digits(directory=None):
    """Load MNIST, or, where it cannot be had, the digits inside scikit-learn.

    Those are 1,797 images of 8x8 (E. Alpaydin and C. Kaynak, Optical recognition of
    handwritten digits, UCI Machine Learning Repository, 1998, `10.24432/C50P49
    <https://doi.org/10.24432/C50P49>`_), enlarged to MNIST's 28x28. One printed line
    says that they are served.

    Parameters
    ----------
    directory : str or pathlib.Path, optional
        As in `load_mnist`.

    Returns
    -------
    Digits
        `name` says which: "MNIST" or "scikit-learn digits" (1,500 to train, 297 to
        test).

    Raises
    ------
    DataUnavailableError
        If a file of MNIST is there but damaged or another's.

    Examples
    --------
    >>> digits = load_digits()  # doctest: +SKIP
    >>> digits.x_train.shape[1:]  # doctest: +SKIP
    (28, 28)
    """
    try:
        return load_mnist(directory)
    except DamagedFileError:
        raise  # to be mended, not to be passed over
    except DataUnavailableError as error:
        print(f"Using scikit-learn's 1,797 digits instead of MNIST: {error}")
        return _sklearn_digits()


def cache_directory():
    """Return the folder for what is fetched or trained once, and create it.

    It is ``$CNN_HELPERS_CACHE`` if that is set, else the operating system's place for
    a user's caches.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DataUnavailableError
        If the folder cannot be created.

    Examples
    --------
    >>> cache_directory().is_dir()
    True
    """
    chosen = os.environ.get("CNN_HELPERS_CACHE")
    if not chosen:
        import pooch

        chosen = pooch.os_cache("cnn_helpers")
    path = Path(chosen).expanduser()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataUnavailableError(
            f"the cache folder {path} cannot be created: {error}; set "
            "CNN_HELPERS_CACHE to a folder that can be written"
        ) from error
    return path


def cat(*, gray=False):
    """Return the photograph of a cat, Chelsea, from scikit-image.

    Parameters
    ----------
    gray : bool
        Brightness alone: 0.2125 red + 0.7154 green + 0.0721 blue.

    Returns
    -------
    numpy.ndarray of uint8, shape (300, 451, 3), or (300, 451) in grey

    Examples
    --------
    >>> cat().shape, cat(gray=True).shape
    ((300, 451, 3), (300, 451))
    """
    return _photograph("chelsea", gray)


def astronaut(*, gray=False):
    """Return the portrait of Eileen Collins, astronaut, from scikit-image.

    Parameters
    ----------
    gray : bool
        As in `cat`.

    Returns
    -------
    numpy.ndarray of uint8, shape (512, 512, 3), or (512, 512) in grey

    Examples
    --------
    >>> astronaut().shape
    (512, 512, 3)
    """
    return _photograph("astronaut", gray)


def coffee(*, gray=False):
    """Return the photograph of a cup of coffee, from scikit-image.

    Parameters
    ----------
    gray : bool
        As in `cat`.

    Returns
    -------
    numpy.ndarray of uint8, shape (400, 600, 3), or (400, 600) in grey

    Examples
    --------
    >>> coffee(gray=True).shape
    (400, 600)
    """
    return _photograph("coffee", gray)


def faces():
    """Return small portraits: 100 faces of Labeled Faces in the Wild.

    Returns
    -------
    numpy.ndarray of uint8, shape (100, 25, 25)

    Examples
    --------
    >>> faces().shape
    (100, 25, 25)
    """
    from skimage import data

    patches = data.lfw_subset()[:100]  # the other 100 show no faces
    return np.round(255 * patches).astype(np.uint8)


class DamagedFileError(DataUnavailableError):
    """A file is there, and is not what it should be."""


class _LimitedFile:
    """A file to write to, up to a size: a mirror cannot fill the disk."""

    def __init__(self, file):
        self.file, self.size = file, 0

    def write(self, piece):
        self.size += len(piece)
        if self.size > LARGEST_FILE_BYTES:
            raise DamagedFileError("the file is larger than any of MNIST's")
        return self.file.write(piece)

    def flush(self):
        self.file.flush()


def _find(name, directory):
    """Return the file's path on this machine, or None where it may be fetched."""
    if directory is not None:
        folders = [Path(directory).expanduser()]
    else:
        data = os.environ.get("CNN_HELPERS_DATA")
        folders = [Path(data).expanduser() / "mnist"] if data else []
        folders.append(cache_directory() / "mnist")
    for folder in folders:
        for candidate in (folder / f"{name}.gz", folder / name):
            if candidate.is_file():
                return candidate
    if directory is not None:
        raise DataUnavailableError(
            f"{name}.gz (or {name}) is not in {folders[0]}, the only folder looked in"
        )
    return None


def _verified(path, name):
    """Return the decoded bytes of a file of MNIST, or say what is wrong with it."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            contents = file.read(LARGEST_FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedFileError(f"{path} cannot be read whole: {error}") from error
    if hashlib.sha256(contents).hexdigest() != MNIST_FILES[name]:
        raise DamagedFileError(
            f"{path} is not MNIST's {name}: its SHA-256 differs. Remove it, and it is "
            "looked for elsewhere"
        )
    return contents


def _fetch(name):
    """Fetch a file from the mirrors in turn into the cache; return its bytes."""
    folder = cache_directory() / "mnist"
    troubles = []
    for mirror in MIRRORS:
        try:
            folder.mkdir(exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
        except OSError as error:
            raise DataUnavailableError(
                f"{folder} cannot be written: {error}; set CNN_HELPERS_CACHE to "
                "a folder that can"
            ) from error
        temporary = Path(temporary)
        try:
            with os.fdopen(handle, "wb") as file:
                _download(f"{mirror}{name}.gz", _LimitedFile(file))
            contents = _verified(temporary, name)
            temporary.replace(folder / f"{name}.gz")
            return contents
        except (
            OSError,
            DataUnavailableError,
        ) as error:  # requests' errors are OSErrors
            troubles.append(f"{mirror}: {_reason(error, temporary)}")
        finally:
            temporary.unlink(missing_ok=True)
    raise DataUnavailableError(
        f"MNIST's {name}.gz is neither on this machine nor to be had from "
        f"{len(MIRRORS)} mirrors ({'; '.join(troubles)})"
    )


def _reason(error, temporary):
    """Say in a few words why a mirror did not help."""
    if isinstance(error, DamagedFileError):
        return str(error).partition(": ")[0].replace(str(temporary), "what it sent")
    response = getattr(error, "response", None)
    if response is not None:
        return f"it answered {response.status_code}"
    if "Timeout" in type(error).__name__ or "timed out" in str(error):
        return f"no answer within {TIMEOUT_SECONDS} s"
    return f"no connection ({type(error).__name__})"


def _download(url, file):
    """Write what is at an address into an open file, showing the progress."""
    import pooch

    fetch = pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT_SECONDS)
    fetch(url, file, None)


def _decode_idx(contents):
    """Return the array of an IDX file: two zeros, a type, a rank, sizes, values."""
    rank = contents[3]
    shape = np.frombuffer(contents, ">u4", count=rank, offset=4)
    values = np.frombuffer(contents, np.uint8, offset=4 + 4 * rank)
    return values.reshape(shape).copy()  # a buffer of bytes cannot be written to


def _sklearn_digits():
    """Return scikit-learn's digits as MNIST lays its own: 20x20, a border of 4."""
    from skimage.transform import resize
    from sklearn.datasets import load_digits as load_small_digits

    small = load_small_digits()
    large = resize(small.images / 16, (len(small.images), 20, 20), order=1)
    images = np.pad(np.round(255 * large), ((0, 0), (4, 4), (4, 4))).astype(np.uint8)
    labels = small.target.astype(np.uint8)
    return Digits(
        images[:1500],
        labels[:1500],
        images[1500:],
        labels[1500:],
        "scikit-learn digits",
    )


def _photograph(name, gray):
    """Return a photograph that ships inside scikit-image."""
    from skimage import data

    image = getattr(data, name)()
    if gray:
        image = np.round(image @ [0.2125, 0.7154, 0.0721]).astype(np.uint8)
    return image
