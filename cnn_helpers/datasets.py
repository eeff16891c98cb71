"""MNIST's handwritten digits, and photographs that need no download.

MNIST: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, *Gradient-based learning applied
to document recognition*, Proceedings of the IEEE 86 (1998),
`doi:10.1109/5.726791 <https://doi.org/10.1109/5.726791>`_. The stand-in digits are the
test part of E. Alpaydin and C. Kaynak's *Optical Recognition of Handwritten Digits*
(1998), `doi:10.24432/C50P49 <https://doi.org/10.24432/C50P49>`_, as scikit-learn ships
them.
"""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cnn_helpers import _mnist_files
from cnn_helpers._downloads import DataUnavailableError

__all__ = [
    "DataUnavailableError",
    "Digits",
    "cache_directory",
    "cat",
    "coins",
    "faces",
    "load_digits",
    "load_mnist",
    "portrait",
    "surface",
]

CACHE_VARIABLE = "CNN_HELPERS_CACHE"
DATA_VARIABLE = "CNN_HELPERS_DATA"
DIGITS_VARIABLE = "CNN_HELPERS_DIGITS"
OFFLINE_TRAIN = 1500  # of scikit-learn's 1,797 digits; the rest are the test set


class Digits(NamedTuple):
    """Images of digits with their labels, in a training and a test part.

    Attributes
    ----------
    x_train, x_test : numpy.ndarray of uint8, shape (N, 28, 28)
        0 is paper, 255 is ink.
    y_train, y_test : numpy.ndarray of uint8, shape (N,)
        The digits, 0 to 9.
    name : str
        ``"MNIST"`` or ``"scikit-learn digits"``.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    name: str


def load_mnist(directory=None):
    """Load MNIST: 60,000 digits to train on and 10,000 to test on.

    The four files are looked for in `directory`, and nowhere else if it is given; else
    in the folder ``mnist`` of ``$CNN_HELPERS_DATA``, then in the user's cache; else
    they are downloaded into the cache. Each is verified by its checksum.

    Parameters
    ----------
    directory : str or path, optional
        A folder that holds the four IDX files, gzipped or plain.

    Returns
    -------
    Digits

    Raises
    ------
    DataUnavailableError
        If a file is missing and cannot be downloaded, or is damaged; the message names
        the file.

    Examples
    --------
    >>> digits = load_mnist()  # doctest: +SKIP
    >>> digits.x_train.shape, digits.y_test.shape  # doctest: +SKIP
    ((60000, 28, 28), (10000,))
    """
    if directory is not None:
        folders, cache = [Path(directory)], None
    elif os.environ.get(DIGITS_VARIABLE) == "sklearn":
        raise DataUnavailableError(
            f"${DIGITS_VARIABLE} is 'sklearn', so MNIST's {_mnist_files.FILES[0].name} "
            "is not looked for"
        )
    else:
        given = os.environ.get(DATA_VARIABLE)
        folders = [Path(given) / "mnist"] if given else []
        cache = cache_directory() / "mnist"
    x_train, y_train, x_test, y_test = (
        _mnist_files.load(file, folders, cache) for file in _mnist_files.FILES
    )
    return Digits(x_train, y_train, x_test, y_test, "MNIST")


def load_digits(directory=None):
    """Load MNIST, or scikit-learn's digits where MNIST cannot be had.

    The stand-in, 1,797 real handwritten digits of 8 x 8 pixels, is inside
    scikit-learn's installation: it needs no network. It is enlarged into MNIST's
    layout; the first 1,500 are the training set, the last 297 the test set. One printed
    line says that it is used, and why.

    Parameters
    ----------
    directory : str or path, optional
        As in `load_mnist`.

    Returns
    -------
    Digits

    Examples
    --------
    >>> digits = load_digits()  # doctest: +SKIP
    >>> digits.name  # doctest: +SKIP
    'MNIST'
    """
    try:
        return load_mnist(directory)
    except DataUnavailableError as error:
        print(f"Using scikit-learn's 1,797 digits in place of MNIST: {error}")
        return _offline_digits()


def cache_directory():
    """Return the folder in which downloads and trained weights are kept.

    It is ``$CNN_HELPERS_CACHE`` if that is set, else the place where the operating
    system keeps a user's caches. The folder need not exist yet.

    Returns
    -------
    pathlib.Path

    Examples
    --------
    >>> cache_directory().is_absolute()
    True
    """
    given = os.environ.get(CACHE_VARIABLE)
    if given:
        return Path(given).expanduser().absolute()
    import pooch

    return Path(pooch.os_cache("cnn_helpers"))


def cat(gray=False, *, shrink=1):
    """Return a photograph of Chelsea, a cat, 300 x 451 pixels.

    Parameters
    ----------
    gray : bool
        Return brightness in place of red, green and blue.
    shrink : int
        Average blocks of so many pixels a side into one; a rest at the right and the
        bottom is cut off.

    Returns
    -------
    numpy.ndarray of uint8, shape (H, W, 3), or (H, W) if `gray`

    Raises
    ------
    ValueError, TypeError
        If `shrink` is not an integer of at least 1 that the photograph has room for.

    Notes
    -----
    By Stéfan van der Walt, in the public domain (CC0), as scikit-image ships it.

    Examples
    --------
    >>> cat().shape, cat(gray=True, shrink=2).shape
    ((300, 451, 3), (150, 225))
    """
    return _photograph("chelsea.png", gray, shrink)


def portrait(gray=False, *, shrink=1):
    """Return a photograph of the astronaut Eileen Collins, 512 x 512 pixels.

    Parameters
    ----------
    gray, shrink
        As in `cat`.

    Returns
    -------
    numpy.ndarray of uint8, shape (H, W, 3), or (H, W) if `gray`

    Notes
    -----
    By NASA, in the public domain, as scikit-image ships it.

    Examples
    --------
    >>> portrait().shape
    (512, 512, 3)
    """
    return _photograph("astronaut.png", gray, shrink)


def coins(*, shrink=1):
    """Return a grey photograph of Greek coins from Pompeii, 303 x 384 pixels.

    Parameters
    ----------
    shrink : int
        As in `cat`.

    Returns
    -------
    numpy.ndarray of uint8, shape (H, W)

    Notes
    -----
    From the Brooklyn Museum's collection, no known copyright, as scikit-image ships it.

    Examples
    --------
    >>> coins().shape
    (303, 384)
    """
    return _photograph("coins.png", True, shrink)


def surface(name, *, shrink=1):
    """Return a grey photograph of a texture, 512 x 512 pixels.

    Parameters
    ----------
    name : {"brick", "grass", "gravel"}
    shrink : int
        As in `cat`.

    Returns
    -------
    numpy.ndarray of uint8, shape (H, W)

    Raises
    ------
    ValueError
        If `name` is another.

    Notes
    -----
    From CC0Textures (brick, gravel) and by linolafett on DeviantArt (grass), in the
    public domain (CC0), as scikit-image ships them.

    Examples
    --------
    >>> surface("grass").shape
    (512, 512)
    """
    if name not in ("brick", "grass", "gravel"):
        raise ValueError(f"name must be 'brick', 'grass' or 'gravel', got {name!r}")
    return _photograph(f"{name}.png", True, shrink)


def faces():
    """Return 100 grey faces of 25 x 25 pixels.

    They are the first half of the 200 pictures that scikit-image ships from *Labeled
    Faces in the Wild*, the half that shows faces.

    Returns
    -------
    numpy.ndarray of uint8, shape (100, 25, 25)

    Notes
    -----
    G. B. Huang, M. Ramesh, T. Berg and E. Learned-Miller, *Labeled Faces in the Wild*,
    University of Massachusetts, Amherst, Technical Report 07-49 (2007).

    Examples
    --------
    >>> faces().shape
    (100, 25, 25)
    """
    pictures = np.load(_shipped_file("lfw_subset.npy"), allow_pickle=False)
    pictures = pictures[:100]
    if pictures.dtype != np.uint8:  # numbers between 0 and 1
        pictures = np.rint(255 * pictures).astype(np.uint8)
    return pictures


def _offline_digits():
    """Return scikit-learn's digits in MNIST's layout."""
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits as load_small_digits

    small, labels = load_small_digits(return_X_y=True)
    small = small.reshape(-1, 8, 8) * (255 / 16)  # 0..16 -> 0..255
    # MNIST's digits fill 20 x 20 pixels in a margin of 4
    large = zoom(small, (1, 2.5, 2.5), order=1, grid_mode=True, mode="nearest")
    images = np.zeros((len(small), 28, 28), np.uint8)
    images[:, 4:24, 4:24] = np.clip(np.rint(large), 0, 255)
    labels = labels.astype(np.uint8)
    return Digits(
        images[:OFFLINE_TRAIN],
        labels[:OFFLINE_TRAIN],
        images[OFFLINE_TRAIN:],
        labels[OFFLINE_TRAIN:],
        "scikit-learn digits",
    )


def _photograph(file_name, gray, shrink):
    """Read a photograph from scikit-image's installation, without its downloader."""
    from skimage.color import rgb2gray
    from skimage.io import imread

    from cnn_helpers._validation import as_integer

    image = imread(_shipped_file(file_name))
    shrink = as_integer(shrink, "shrink")
    rows, cols = (length // shrink for length in image.shape[:2])
    if not rows or not cols:
        raise ValueError(
            f"shrink {shrink} leaves no pixel of a photograph of shape {image.shape}"
        )
    if gray and image.ndim == 3:
        image = np.rint(255 * rgb2gray(image))
    if shrink > 1:
        blocks = image[: rows * shrink, : cols * shrink]
        blocks = blocks.reshape(rows, shrink, cols, shrink, *image.shape[2:])
        image = np.rint(blocks.mean(axis=(1, 3)))
    return image.astype(np.uint8)


def _shipped_file(file_name):
    """Return the path of a picture inside scikit-image's installation."""
    import skimage

    path = Path(skimage.__file__).parent / "data" / file_name
    if not path.is_file():
        raise DataUnavailableError(
            f"scikit-image's installation holds no {file_name} (looked in "
            f"{path.parent}); install it again: pip install --force-reinstall "
            "scikit-image"
        )
    return path
