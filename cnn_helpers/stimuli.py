"""Pictures to show to a neuron: spots, annuli, bars, gratings, edges and noise.

A stimulus is a two-dimensional float64 array of contrasts. 0 is the grey background,
+1 is white, -1 is black. Lengths and positions are in pixels, angles in radians. A
position is ``(row, column)`` and may lie between pixels; the centre of the image is
``((rows - 1) / 2, (columns - 1) / 2)``.

An ``orientation`` is the angle of the stripe, bar or edge itself: 0 is horizontal,
and it turns counter-clockwise as the image is seen, so pi / 2 is vertical. A shape's
border is smoothed over one pixel: a pixel that the border cuts is lit in part, which
keeps the area of a shape close to what geometry says.

Experiments on real eyes give lengths in degrees of visual angle, and spatial frequency
in cycles per degree. Here a spatial frequency is 1 / wavelength, in cycles per pixel;
how many degrees a pixel spans would depend on the screen and its distance.
"""

import math

import numpy as np


def spot(size, *, radius, center=None, contrast=1.0):
    """Draw a filled disk on a grey background.

    Parameters
    ----------
    size : int or (int, int)
        Rows and columns of the image in pixels.
    radius : float
        Radius in pixels; 0 leaves the image blank.
    center : (float, float), optional
        Row and column of the middle; the middle of the image by default.
    contrast : float
        Value inside the disk: +1 white, -1 black.

    Returns
    -------
    numpy.ndarray
        Shape ``(rows, columns)``, float64.

    Raises
    ------
    ValueError
        If the radius is negative or the contrast is outside -1 ... 1.

    Examples
    --------
    >>> spot(5, radius=1).round(2)
    array([[0.  , 0.  , 0.  , 0.  , 0.  ],
           [0.  , 0.09, 0.5 , 0.09, 0.  ],
           [0.  , 0.5 , 1.  , 0.5 , 0.  ],
           [0.  , 0.09, 0.5 , 0.09, 0.  ],
           [0.  , 0.  , 0.  , 0.  , 0.  ]])
    """
    radius = _number("radius", radius, minimum=0)
    contrast = _contrast(contrast)
    down, right = _offsets(size, center)
    lit = _inside(radius - np.hypot(down, right))
    return contrast * np.minimum(lit, (2 * radius) ** 2)  # dimmer below one pixel


def annulus(size, *, inner, outer, center=None, contrast=1.0):
    """Draw a ring: the disk of radius `outer` without the disk of radius `inner`.

    Parameters
    ----------
    size : int or (int, int)
        Rows and columns of the image in pixels.
    inner, outer : float
        Radii in pixels, ``0 <= inner <= outer``.
    center : (float, float), optional
        Row and column of the middle; the middle of the image by default.
    contrast : float
        Value inside the ring.

    Returns
    -------
    numpy.ndarray
        Shape ``(rows, columns)``, float64.

    Raises
    ------
    ValueError
        If a radius is negative or `inner` is larger than `outer`.

    Examples
    --------
    >>> annulus(5, inner=1.5, outer=2.5)[2]
    array([1., 0., 0., 0., 1.])
    """
    inner = _number("inner", inner, minimum=0)
    outer = _number("outer", outer, minimum=0)
    if inner > outer:
        raise ValueError(f"inner must not exceed outer, got {inner} and {outer}")
    whole = spot(size, radius=outer, center=center, contrast=contrast)
    return whole - spot(size, radius=inner, center=center, contrast=contrast)


def bar(size, *, width, length=None, orientation=0.0, center=None, contrast=1.0):
    """Draw a bar of light, as Hubel and Wiesel's slit did.

    Parameters
    ----------
    size : int or (int, int)
        Rows and columns of the image in pixels.
    width : float
        Thickness in pixels.
    length : float, optional
        Length in pixels; without it the bar crosses the whole image.
    orientation : float
        Angle of the long side in radians: 0 horizontal, pi / 2 vertical.
    center : (float, float), optional
        Row and column of the middle; the middle of the image by default.
    contrast : float
        Value inside the bar.

    Returns
    -------
    numpy.ndarray
        Shape ``(rows, columns)``, float64.

    Raises
    ------
    ValueError
        If the width or the length is negative.

    Examples
    --------
    >>> bar(3, width=1)
    array([[0., 0., 0.],
           [1., 1., 1.],
           [0., 0., 0.]])
    """
    width = _number("width", width, minimum=0)
    contrast = _contrast(contrast)
    along, across = _rotated(size, center, orientation)
    lit = np.minimum(_inside(width / 2 - np.abs(across)), width)
    if length is not None:
        length = _number("length", length, minimum=0)
        lit = lit * np.minimum(_inside(length / 2 - np.abs(along)), length)
    return contrast * lit


def edge(size, *, orientation=math.pi / 2, center=None, contrast=1.0):
    """Draw a step from dark to light that runs through `center`.

    The light side is the one above a horizontal edge, and the left one of a vertical
    edge.

    Parameters
    ----------
    size : int or (int, int)
        Rows and columns of the image in pixels.
    orientation : float
        Angle of the edge in radians: 0 horizontal, pi / 2 vertical.
    center : (float, float), optional
        A row and column the edge runs through; the middle by default.
    contrast : float
        Value of the light side; the dark side has the opposite sign.

    Returns
    -------
    numpy.ndarray
        Shape ``(rows, columns)``, float64.

    Examples
    --------
    >>> edge((1, 4))
    array([[ 1.,  1., -1., -1.]])
    """
    contrast = _contrast(contrast)
    _, across = _rotated(size, center, orientation)
    return contrast * (1 - 2 * _inside(across))


def grating(size, *, wavelength, orientation=0.0, phase=0.0, center=None, contrast=1.0):
    r"""Draw sinusoidal stripes.

    The value is :math:`c \cos(2 \pi d / \lambda + \varphi)`, where :math:`d` is the
    distance of a pixel from the line that runs through `center` along the stripes.

    Parameters
    ----------
    size : int or (int, int)
        Rows and columns of the image in pixels.
    wavelength : float
        Pixels from one light stripe to the next, above 0.
    orientation : float
        Angle of the stripes in radians: 0 horizontal, pi / 2 vertical.
    phase : float
        Shift of the stripes in radians; 0 puts a light stripe on `center`, and a
        growing phase moves vertical stripes to the left, horizontal ones up.
    center : (float, float), optional
        Row and column where the phase holds; the middle by default.
    contrast : float
        Height of the wave, 0 to 1 (a negative one exchanges light and dark).

    Returns
    -------
    numpy.ndarray
        Shape ``(rows, columns)``, float64.

    Raises
    ------
    ValueError
        If the wavelength is not above 0.

    Examples
    --------
    >>> grating((1, 5), wavelength=4, orientation=np.pi / 2).round(3) + 0
    array([[-1.,  0.,  1.,  0., -1.]])
    """
    wavelength = _number("wavelength", wavelength, minimum=0)
    if wavelength == 0:
        raise ValueError("wavelength must be above 0 pixels, got 0")
    contrast = _contrast(contrast)
    phase = _number("phase", phase)
    _, across = _rotated(size, center, orientation)
    return contrast * np.cos(2 * np.pi * across / wavelength + phase)


def drifting_grating(
    size, frames=24, *, wavelength, orientation=0.0, center=None, contrast=1.0
):
    """Draw the frames of sinusoidal stripes that drift by one wavelength.

    They move across themselves, to the right if they are vertical and down if they are
    horizontal, by ``wavelength / frames`` a frame. The frame after the last would be
    the first again.

    Parameters
    ----------
    size : int or (int, int)
        Rows and columns of a frame in pixels.
    frames : int
        Steps of the cycle, at least 1.
    wavelength, orientation, center, contrast
        As in `grating`; the first frame has phase 0.

    Returns
    -------
    numpy.ndarray
        Shape ``(frames, rows, columns)``, float64.

    Raises
    ------
    ValueError
        If the number of frames is below 1 or the wavelength is not above 0.

    Examples
    --------
    >>> film = drifting_grating((1, 3), 4, wavelength=4, orientation=np.pi / 2)
    >>> film[:, 0].round() + 0
    array([[ 0.,  1.,  0.],
           [-1.,  0.,  1.],
           [ 0., -1.,  0.],
           [ 1.,  0., -1.]])
    """
    frames = _whole("frames", frames, minimum=1)
    return np.stack(
        [
            grating(
                size,
                wavelength=wavelength,
                orientation=orientation,
                phase=-2 * np.pi * frame / frames,
                center=center,
                contrast=contrast,
            )
            for frame in range(frames)
        ]
    )


def white_noise(count, size, rng, *, contrast=0.3, dtype=np.float64):
    """Draw frames in which every pixel is an independent Gaussian number.

    Nothing in one pixel foretells another: such noise prefers no place, size or
    orientation, which is what reverse correlation needs (Chichilnisky 2001,
    doi:10.1080/713663221).

    Parameters
    ----------
    count : int
        Number of frames.
    size : int or (int, int)
        Rows and columns of a frame in pixels.
    rng : numpy.random.Generator
        The source of randomness, such as ``np.random.default_rng(0)``.
    contrast : float
        Standard deviation of a pixel. Values are not cut at -1 and 1.
    dtype : numpy.dtype
        float64 or float32.

    Returns
    -------
    numpy.ndarray
        Shape ``(count, rows, columns)``.

    Raises
    ------
    TypeError
        If `rng` is not a `numpy.random.Generator`.

    Examples
    --------
    >>> white_noise(2, (3, 4), np.random.default_rng(0)).shape
    (2, 3, 4)
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            "rng must be a numpy.random.Generator such as np.random.default_rng(0), "
            f"got {type(rng).__name__}"
        )
    contrast = _number("contrast", contrast, minimum=0)
    shape = (_whole("count", count, minimum=0), *_size(size))
    noise = rng.standard_normal(shape, dtype=dtype)
    noise *= contrast
    return noise


def _inside(depth):
    """Return how much of a pixel is lit whose centre lies `depth` inside a border."""
    return np.clip(depth + 0.5, 0.0, 1.0)


def _rotated(size, center, orientation):
    """Return distances along and across a line with this orientation, in pixels."""
    angle = _number("orientation", orientation)
    down, right = _offsets(size, center)
    along = right * np.cos(angle) - down * np.sin(angle)
    across = right * np.sin(angle) + down * np.cos(angle)
    return along, across


def _offsets(size, center):
    """Return each pixel's distance below and right of `center`, ready to broadcast."""
    rows, cols = _size(size)
    if center is None:
        center = ((rows - 1) / 2, (cols - 1) / 2)
    try:
        row, col = center
    except (TypeError, ValueError):
        raise ValueError(f"center must be a row and a column, got {center!r}") from None
    row, col = _number("center", row), _number("center", col)
    return np.arange(rows)[:, None] - row, np.arange(cols)[None, :] - col


def _size(size):
    """Return rows and columns."""
    pair = (size, size) if np.ndim(size) == 0 else tuple(size)
    if len(pair) != 2:
        raise ValueError(f"size must be one number or (rows, columns), got {size!r}")
    return tuple(_whole("size", number, minimum=1) for number in pair)


def _contrast(value):
    value = _number("contrast", value)
    if not -1 <= value <= 1:
        raise ValueError(f"contrast must lie between -1 and 1, got {value}")
    return value


def _whole(name, value, *, minimum):
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value}")
    return int(value)


def _number(name, value, *, minimum=-math.inf):
    if isinstance(value, bool | str) or not np.isscalar(value):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not minimum <= value < math.inf:
        raise ValueError(f"{name} must be a number >= {minimum}, got {value}")
    return float(value)
