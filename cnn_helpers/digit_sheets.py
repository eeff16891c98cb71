"""Digits on paper, made into images as MNIST's makers made theirs.

A sheet is a picture, scanned, photographed or drawn, of digits in rows and columns.
`read_sheet` cuts it into cells, `extract_ink` takes paper and light away from a cell,
`center_digit` gives what is left the size and the place that MNIST's digits have.

The last step is that of Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, *Gradient-based
learning applied to document recognition*, Proceedings of the IEEE 86 (1998), section
III.A, `doi:10.1109/5.726791 <https://doi.org/10.1109/5.726791>`_. The threshold is N.
Otsu's, *A threshold selection method from gray-level histograms*, IEEE Transactions on
Systems, Man, and Cybernetics 9 (1979), `doi:10.1109/TSMC.1979.4310076
<https://doi.org/10.1109/TSMC.1979.4310076>`_.
"""

from pathlib import Path

import numpy as np

from cnn_helpers._validation import as_array, as_integer

__all__ = [
    "as_mnist",
    "center_digit",
    "extract_ink",
    "photographed_sheet",
    "read_sheet",
]

SIDE = 28  # pixels of an image of MNIST
BOX = 20  # pixels of its digit's longer side
SMALLEST_CELL = 16  # pixels: below, a digit is hardly drawn
NARROWEST_CELL = 1 / 4  # of a cell's longer side
PAPER_WINDOW = 2 / 5  # of a cell's shorter side: wider than any stroke
FAINTEST_INK = 0.12  # of the paper's brightness: below, it is the paper's own grain
SMALLEST_PART = 0.02  # of a digit's ink: below, it is a speck
PART_AT_BORDER = 0.2  # of a digit's ink: below, it is a neighbour's
PHOTOGRAPHED_CELL = 64  # pixels


def read_sheet(path, rows=3, columns=10):
    """Cut the picture of a sheet into the cells of its digits.

    Parameters
    ----------
    path : str or path
        A picture of any format that Pillow opens, such as PNG or JPEG; in colour, it
        is turned to grey, and what is transparent is taken as white. A telephone's
        note that the picture is to be turned is heeded.
    rows, columns : int
        How many digits the sheet has from top to bottom and from left to right. The
        grid fills the picture and its cells are equally large: no line is looked for.

    Returns
    -------
    numpy.ndarray of uint8, shape (rows * columns, H, W)
        The cells row by row, from left to right. What a division leaves over at the
        right and at the bottom is cut off.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no picture, or its cells would be too small, or so long that the
        sheet seems to be turned. The message names the file.

    Examples
    --------
    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "sheet.png"
    ...     Image.new("L", (400, 120), color=255).save(path)
    ...     read_sheet(path).shape
    (30, 40, 40)
    """
    rows, columns = as_integer(rows, "rows"), as_integer(columns, "columns")
    sheet = _grey_picture(Path(path))
    height, width = sheet.shape[0] // rows, sheet.shape[1] // columns
    size = f"{path}: {sheet.shape[1]} x {sheet.shape[0]} pixels in {columns} columns"
    if min(height, width) < SMALLEST_CELL:
        raise ValueError(
            f"{size} and {rows} rows make cells of {width} x {height} pixels; they "
            f"must have {SMALLEST_CELL} x {SMALLEST_CELL} at least"
        )
    if min(height, width) < NARROWEST_CELL * max(height, width):
        raise ValueError(
            f"{size} and {rows} rows make cells of {width} x {height} pixels: is the "
            "sheet turned, or not cut to its digits?"
        )
    sheet = sheet[: height * rows, : width * columns]
    cells = sheet.reshape(rows, height, columns, width).swapaxes(1, 2)
    return cells.reshape(rows * columns, height, width)


def extract_ink(cell):
    """Return how much ink each pixel of a cell has, whatever its paper and its light.

    Parameters
    ----------
    cell : array_like, shape (H, W)
        Grey values: dark ink on light paper, or light ink on a dark ground.

    Returns
    -------
    numpy.ndarray of float, shape (H, W)
        0 is paper, 1 the strongest ink; greys stay. Nothing but zeros for a cell
        without ink.

    Raises
    ------
    ValueError
        If `cell` does not have two axes, or holds NaN or infinity.
    TypeError
        If `cell` does not hold numbers.

    Notes
    -----
    What is most frequent is taken as the ground. The light on it is found by a slight
    blur, against noise, and a grey closing (a maximum over a window that no stroke
    fills, then a minimum); the ink is the share of that light which a pixel swallows.
    Below Otsu's threshold it counts as paper. Specks are left out, and so is a small
    piece that reaches in from the cell's border.

    Examples
    --------
    >>> cell = np.tile(np.linspace(150, 240, 20), (20, 1))  # light from the right
    >>> cell[5:15, 9:11] /= 3  # a stroke
    >>> ink = extract_ink(cell)
    >>> int((ink > 0.9).sum()), int((ink == 0).sum())
    (20, 380)
    """
    from scipy.ndimage import gaussian_filter, grey_closing

    cell = _as_image(cell, "cell").astype(float)
    low, high = cell.min(), cell.max()
    if np.median(cell) < (low + high) / 2:  # the ground is the darker of the two
        cell = low + high - cell
    window = max(3, round(PAPER_WINDOW * min(cell.shape)))
    smooth = gaussian_filter(cell, 1)
    light = np.maximum(grey_closing(smooth, (window, window)), 1e-12)
    ink = np.clip(1 - cell / light, 0, 1)
    if np.max(1 - smooth / light) < FAINTEST_INK:
        return np.zeros_like(ink)
    return _without_specks(np.where(ink > _threshold(ink), ink / ink.max(), 0))


def center_digit(image):
    """Give a digit the size and the place that MNIST's digits have.

    Parameters
    ----------
    image : array_like, shape (H, W)
        Ink on nothing: 0 is paper, the largest number the strongest ink.

    Returns
    -------
    numpy.ndarray of uint8, shape (28, 28)
        The digit's longer side has 20 pixels and its proportions are kept; its centre
        of mass is moved, by whole pixels, to row 14 and column 14. The strongest ink
        is 255.

    Raises
    ------
    ValueError
        If `image` does not have two axes, is without ink, or holds a negative number,
        NaN or infinity.
    TypeError
        If `image` does not hold numbers.

    Examples
    --------
    >>> stroke = np.zeros((60, 90))
    >>> stroke[5:45, 70:74] = 0.6
    >>> digit = center_digit(stroke)
    >>> rows, columns = np.nonzero(digit)
    >>> np.unique(rows).size, np.unique(columns).size, int(digit.max())
    (20, 2, 255)
    """
    from scipy.ndimage import center_of_mass
    from skimage.transform import resize

    image = _as_image(image, "image").astype(float)
    if image.min(initial=0) < 0:
        raise ValueError(f"image must not be negative; its smallest is {image.min()}")
    rows, columns = np.nonzero(image)
    if not rows.size:
        raise ValueError(f"image of shape {image.shape} holds no ink: it is all 0")
    ink = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    ink = ink / ink.max()
    height, width = (max(1, round(BOX * side / max(ink.shape))) for side in ink.shape)
    ink = resize(ink, (height, width), anti_aliasing=True)
    row, column = (round(SIDE / 2 - centre) for centre in center_of_mass(ink))
    row, column = np.clip((row, column), 0, (SIDE - height, SIDE - width))
    digit = np.zeros((SIDE, SIDE))
    digit[row : row + height, column : column + width] = 255 * ink / ink.max()
    return np.rint(digit).astype(np.uint8)


def as_mnist(cells):
    """Return the cells of a sheet as MNIST would show them.

    Parameters
    ----------
    cells : array_like, shape (N, H, W)
        As `read_sheet` gives them.

    Returns
    -------
    numpy.ndarray of uint8, shape (N, 28, 28)
        Of each cell `extract_ink`, then `center_digit`.

    Raises
    ------
    ValueError
        If a cell is empty (the message says which), or `cells` has other axes.
    TypeError
        If `cells` does not hold numbers.

    Examples
    --------
    >>> cells = np.full((2, 30, 30), 220)
    >>> cells[:, 8:22, 12:15] = 40
    >>> as_mnist(cells).shape
    (2, 28, 28)
    """
    cells = as_array(cells, "cells", "(N, H, W)")
    inks = [extract_ink(cell) for cell in cells]
    empty = [number for number, ink in enumerate(inks) if not ink.any()]
    if empty:
        raise ValueError(
            f"there is no ink in cells {empty} of {len(cells)}, counted from 0 row by "
            "row: is a digit missing, or is the grid another?"
        )
    digits = [center_digit(ink) for ink in inks]
    return np.array(digits, np.uint8).reshape(-1, SIDE, SIDE)


def photographed_sheet(images, rng, *, rows=3, columns=10):
    """Return what a careless photograph of digits on paper might look like.

    Each digit stands somewhere in its cell, larger or smaller, in grey ink; the light
    comes from the lower left, and the camera adds a little noise. For trying out what
    is to read real photographs.

    Parameters
    ----------
    images : array_like, shape (N, H, W)
        Ink on nothing, from 0 to 1. With fewer than ``rows * columns`` digits, the last
        cells stay blank.
    rng : numpy.random.Generator
    rows, columns : int
        The grid, filled row by row.

    Returns
    -------
    numpy.ndarray of uint8, shape (64 * rows, 64 * columns)

    Raises
    ------
    ValueError
        If there are more digits than cells, or ink beyond 0 to 1.
    TypeError
        If `images` does not hold numbers.

    Examples
    --------
    >>> digits = np.ones((4, 8, 3))
    >>> sheet = photographed_sheet(digits, np.random.default_rng(0), rows=1, columns=4)
    >>> sheet.shape, sheet.dtype
    ((64, 256), dtype('uint8'))
    """
    images = as_array(images, "images", "(N, H, W)")
    rows, columns = as_integer(rows, "rows"), as_integer(columns, "columns")
    if len(images) > rows * columns:
        raise ValueError(
            f"images of shape {images.shape} do not fit {rows} x {columns} cells"
        )
    if not (images.min(initial=0) >= 0 and images.max(initial=0) <= 1):
        raise ValueError("images must hold ink from 0 to 1")
    side = PHOTOGRAPHED_CELL
    cells = np.ones((rows * columns, side, side))
    for cell, image in zip(cells, images, strict=False):
        _write_on(cell, image, rng)
    paper = cells.reshape(rows, columns, side, side).swapaxes(1, 2)
    paper = paper.reshape(rows * side, columns * side)
    light = np.add.outer(
        np.linspace(0.7, 1, len(paper)), np.linspace(0, -0.35, paper.shape[1])
    )
    picture = 240 * light * paper + rng.normal(0, 3, paper.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _write_on(cell, image, rng):
    """Put a digit somewhere into a cell of blank paper, which it changes."""
    from skimage.transform import resize

    side = len(cell)
    longer = int(rng.integers(side // 2, 7 * side // 8 + 1))
    height, width = (max(1, round(longer * n / max(image.shape))) for n in image.shape)
    row = rng.integers(0, side - height + 1)
    column = rng.integers(0, side - width + 1)
    ink = resize(image.astype(float), (height, width), order=1)
    cell[row : row + height, column : column + width] -= 0.7 * ink


def _grey_picture(path):
    """Return a picture file as grey values, upright, on white."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file")
    try:
        with Image.open(path) as file:
            picture = ImageOps.exif_transpose(file).convert("RGBA")
    except (UnidentifiedImageError, OSError) as error:
        raise ValueError(
            f"{path}: cannot be opened as a picture; save it as PNG or JPEG ({error})"
        ) from None
    white = Image.new("RGBA", picture.size, "white")
    return np.array(Image.alpha_composite(white, picture).convert("L"))


def _as_image(image, name):
    """Return a grey image as an array of finite numbers with pixels."""
    image = as_array(image, name, "(H, W)")
    if not image.size:
        raise ValueError(f"{name} of shape {image.shape} has no pixels")
    if not np.isfinite(image).all():
        raise ValueError(f"{name} of shape {image.shape} holds NaN or infinity")
    return image


def _threshold(ink):
    """Return Otsu's threshold between paper and ink."""
    from skimage.filters import threshold_otsu

    return threshold_otsu(ink)


def _without_specks(ink):
    """Return the ink without specks and without what a neighbour left at the border."""
    from scipy.ndimage import label

    parts, count = label(ink > 0, structure=np.ones((3, 3)))
    amounts = np.bincount(parts.ravel(), ink.ravel(), minlength=count + 1)
    at_border = np.unique([*parts[[0, -1]].ravel(), *parts[:, [0, -1]].ravel()])
    needed = np.full(count + 1, SMALLEST_PART)
    needed[at_border] = PART_AT_BORDER
    kept = amounts >= needed * amounts.sum()
    return np.where(kept[parts], ink, 0)
