"""Named kernels: small grids of weights that pick out one thing in an image.

All are written for cross-correlation, the way `cnn_helpers.convolution.correlate2d`
slides them. Sizes are in pixels, angles in radians.
"""

import numpy as np

from cnn_helpers._validation import as_integer, as_number, as_positive


def identity(size=3):
    """Return a kernel that leaves an image as it is: 1 in the middle, else 0.

    Parameters
    ----------
    size : int
        Odd.

    Returns
    -------
    numpy.ndarray, shape (size, size)

    Raises
    ------
    ValueError
        If `size` is even or below 1.
    TypeError
        If `size` is not an integer.

    Examples
    --------
    >>> identity()
    array([[0., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    """
    kernel = np.zeros((_odd(size),) * 2)
    kernel[size // 2, size // 2] = 1
    return kernel


def box(size=3):
    """Return the kernel of a mean over a square: equal weights that sum to 1.

    Parameters
    ----------
    size : int

    Returns
    -------
    numpy.ndarray, shape (size, size)

    Raises
    ------
    ValueError
        If `size` is below 1.
    TypeError
        If `size` is not an integer.

    Examples
    --------
    >>> box(2)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    size = as_integer(size, "size")
    return np.full((size, size), 1 / size**2)


def gaussian(size, *, sigma):
    """Return a bell-shaped kernel that sums to 1: it blurs.

    Weights follow ``exp(-(x**2 + y**2) / (2 * sigma**2))``.

    Parameters
    ----------
    size : int
        Odd; six `sigma` or more hold nearly all of the bell.
    sigma : float
        Standard deviation, in pixels.

    Returns
    -------
    numpy.ndarray, shape (size, size)

    Raises
    ------
    ValueError
        If `size` is even or `sigma` is not positive.
    TypeError
        If an argument is not a number.

    Examples
    --------
    >>> gaussian(3, sigma=1.0).round(3)
    array([[0.075, 0.124, 0.075],
           [0.124, 0.204, 0.124],
           [0.075, 0.124, 0.075]])
    """
    sigma = as_positive(sigma, "sigma")
    y, x = _coordinates(size)
    bell = np.exp(-(x**2 + y**2) / (2 * sigma**2))
    return bell / bell.sum()


def difference_of_gaussians(size, *, center_sigma, surround_sigma, surround_weight=1.0):
    """Return a narrow bell minus a wide one: a centre and a surround.

    Source: R. W. Rodieck, Quantitative analysis of cat retinal ganglion cell response
    to visual stimuli, Vision Research 5 (1965),
    `10.1016/0042-6989(65)90033-7 <https://doi.org/10.1016/0042-6989(65)90033-7>`_.

    Parameters
    ----------
    size : int
        Odd.
    center_sigma, surround_sigma : float
        Standard deviations, in pixels; the centre's is the smaller.
    surround_weight : float
        Volume of the surround over that of the centre. With 1 they cancel: an evenly
        lit image gives 0.

    Returns
    -------
    numpy.ndarray, shape (size, size)
        Sums to ``1 - surround_weight``.

    Raises
    ------
    ValueError
        If `size` is even, a sigma is not positive, or the centre is not the narrower.
    TypeError
        If an argument is not a number.

    Examples
    --------
    >>> kernel = difference_of_gaussians(15, center_sigma=1.0, surround_sigma=3.0)
    >>> bool(abs(kernel.sum()) < 1e-12), bool(kernel[7, 7] > 0 > kernel[7, 3])
    (True, True)
    """
    surround_weight = as_number(surround_weight, "surround_weight")
    center_sigma = as_positive(center_sigma, "center_sigma")
    surround_sigma = as_positive(surround_sigma, "surround_sigma")
    if not center_sigma < surround_sigma:
        raise ValueError(
            f"center_sigma {center_sigma} must be below surround_sigma {surround_sigma}"
        )
    center = gaussian(size, sigma=center_sigma)
    return center - surround_weight * gaussian(size, sigma=surround_sigma)


def gabor(
    size, *, wavelength, orientation=0.0, phase=0.0, sigma=None, aspect_ratio=1.0
):
    """Return a grating under a bell: the model of a simple cell's receptive field.

    Weights follow ``exp(-(u**2 + aspect_ratio**2 * v**2) / (2 * sigma**2)) *
    cos(2 * pi * u / wavelength + phase)``, where `u` runs across the stripes and `v`
    along them.

    Source: J. G. Daugman, Uncertainty relation for resolution in space, spatial
    frequency, and orientation optimized by two-dimensional visual cortical filters,
    JOSA A 2 (1985), `10.1364/JOSAA.2.001160 <https://doi.org/10.1364/JOSAA.2.001160>`_.

    Parameters
    ----------
    size : int
        Odd.
    wavelength : float
        From one stripe to the next of its kind, in pixels.
    orientation : float
        Direction of the stripes, in radians: 0 for horizontal stripes, pi/2 for
        upright ones, growing anticlockwise as seen.
    phase : float
        In radians: 0 puts a bright stripe in the middle, pi/2 an edge.
    sigma : float, optional
        Standard deviation of the bell across the stripes, in pixels; half a
        wavelength unless given.
    aspect_ratio : float
        Below 1 the bell is longer along the stripes than across.

    Returns
    -------
    numpy.ndarray, shape (size, size)
        Between -1 and 1.

    Raises
    ------
    ValueError
        If `size` is even, or a length or the ratio is not positive.
    TypeError
        If an argument is not a number.

    Examples
    --------
    >>> gabor(3, wavelength=2.0, sigma=10.0).round(2)
    array([[-0.99, -1.  , -0.99],
           [ 1.  ,  1.  ,  1.  ],
           [-0.99, -1.  , -0.99]])
    """
    wavelength = as_positive(wavelength, "wavelength")
    aspect_ratio = as_positive(aspect_ratio, "aspect_ratio")
    orientation = as_number(orientation, "orientation")
    phase = as_number(phase, "phase")
    sigma = wavelength / 2 if sigma is None else as_positive(sigma, "sigma")
    y, x = _coordinates(size)
    along = x * np.cos(orientation) - y * np.sin(orientation)  # rows grow downwards
    across = x * np.sin(orientation) + y * np.cos(orientation)
    bell = np.exp(-(across**2 + (aspect_ratio * along) ** 2) / (2 * sigma**2))
    return bell * np.cos(2 * np.pi * across / wavelength + phase)


def sobel(axis):
    """Return the Sobel kernel: how brightness grows along an axis, smoothed across.

    Source: I. Sobel and G. Feldman, A 3x3 isotropic gradient operator for image
    processing (talk at the Stanford Artificial Intelligence Project, 1968).

    Parameters
    ----------
    axis : {0, 1}
        0: growth downwards, which finds level edges; 1: growth to the right, which
        finds upright edges.

    Returns
    -------
    numpy.ndarray, shape (3, 3)

    Raises
    ------
    ValueError
        For another axis.

    Examples
    --------
    >>> sobel(1)
    array([[-1.,  0.,  1.],
           [-2.,  0.,  2.],
           [-1.,  0.,  1.]])
    """
    return _along(np.outer([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0]), axis)


def prewitt(axis):
    """Return the Prewitt kernel: a `sobel` kernel with equal weights across.

    Parameters
    ----------
    axis : {0, 1}
        As for `sobel`.

    Returns
    -------
    numpy.ndarray, shape (3, 3)

    Raises
    ------
    ValueError
        For another axis.

    Examples
    --------
    >>> prewitt(0)
    array([[-1., -1., -1.],
           [ 0.,  0.,  0.],
           [ 1.,  1.,  1.]])
    """
    return _along(np.outer([1.0, 1.0, 1.0], [-1.0, 0.0, 1.0]), axis)


def laplacian(*, diagonals=False):
    """Return the Laplacian: the neighbours' sum less as many times the middle.

    Parameters
    ----------
    diagonals : bool
        Count eight neighbours, not four.

    Returns
    -------
    numpy.ndarray, shape (3, 3)
        Sums to 0.

    Examples
    --------
    >>> laplacian()
    array([[ 0.,  1.,  0.],
           [ 1., -4.,  1.],
           [ 0.,  1.,  0.]])
    """
    kernel = np.ones((3, 3))
    if not diagonals:
        kernel[::2, ::2] = 0
    kernel[1, 1] -= kernel.sum()
    return kernel


def sharpen(amount=1.0):
    """Return the identity less a Laplacian: differences to neighbours are enlarged.

    Parameters
    ----------
    amount : float
        How much of the Laplacian to take away; 0 leaves the image as it is.

    Returns
    -------
    numpy.ndarray, shape (3, 3)
        Sums to 1.

    Raises
    ------
    TypeError, ValueError
        If `amount` is not a finite number.

    Examples
    --------
    >>> sharpen()
    array([[ 0., -1.,  0.],
           [-1.,  5., -1.],
           [ 0., -1.,  0.]])
    """
    amount = as_number(amount, "amount")
    return identity() - amount * laplacian() + 0.0  # + 0.0 turns -0 into 0


def emboss():
    """Return a kernel that lights an image from the upper left, as a relief.

    Returns
    -------
    numpy.ndarray, shape (3, 3)
        Sums to 1.

    Examples
    --------
    >>> emboss()
    array([[-2., -1.,  0.],
           [-1.,  1.,  1.],
           [ 0.,  1.,  2.]])
    """
    return np.array([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]])


def _coordinates(size):
    """Return (y, x) of each pixel, counted from the middle; y grows downwards."""
    half = _odd(size) // 2
    return np.mgrid[-half : half + 1, -half : half + 1].astype(float)


def _odd(size):
    """Return an odd size, so that the kernel has a middle pixel."""
    size = as_integer(size, "size")
    if size % 2 == 0:
        raise ValueError(f"size must be odd, so that one pixel is the middle: {size}")
    return size


def _along(kernel, axis):
    """Turn a kernel that works along axis 1 to the axis asked for."""
    if axis not in (0, 1):
        raise ValueError(f"axis must be 0 (downwards) or 1 (to the right), got {axis}")
    return kernel if axis == 1 else kernel.T.copy()
