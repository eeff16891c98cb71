"""Instruments that measure what a neuron, or a unit of a network, responds to.

Every instrument takes a ``neuron``: any callable that turns one image into one
number. That may be a model cell of `cnn_helpers.neurons`, a function of your own, or
one unit of a trained layer. Lengths are in pixels, angles in radians, contrasts as in
`cnn_helpers.stimuli`; the answers have the unit of the neuron's responses.
"""

import numpy as np

from cnn_helpers import stimuli


def tuning_curve(neuron, images):
    """Show images one after another and write down the responses.

    Parameters
    ----------
    neuron : callable
        ``neuron(image) -> number``.
    images : iterable of numpy.ndarray
        The stimuli.

    Returns
    -------
    numpy.ndarray
        One response an image, float64.

    Raises
    ------
    TypeError
        If the neuron cannot be called or does not answer with one number.

    Examples
    --------
    >>> tuning_curve(np.sum, [np.ones((2, 2)), np.zeros((2, 2))])
    array([4., 0.])
    """
    if not callable(neuron):
        raise TypeError(
            f"neuron must be callable, image -> number, got {type(neuron).__name__}"
        )
    return np.array([_one_number(neuron(image)) for image in images], dtype=np.float64)


def area_summation(neuron, size, radii, *, center=None, contrast=1.0):
    """Measure the response to spots of growing radius.

    Parameters
    ----------
    neuron : callable
        ``neuron(image) -> number``.
    size : int or (int, int)
        Rows and columns of the images that the neuron takes.
    radii : iterable of float
        Radii of the spots in pixels.
    center : (float, float), optional
        Row and column of the spots; the middle of the image by default.
    contrast : float
        +1 for light spots, -1 for dark ones.

    Returns
    -------
    numpy.ndarray
        One response a radius.

    Examples
    --------
    >>> area_summation(np.sum, 9, [0, 0.5, 2]).round(1)
    array([ 0. ,  1. , 13.1])
    """
    return tuning_curve(
        neuron,
        (
            stimuli.spot(size, radius=radius, center=center, contrast=contrast)
            for radius in radii
        ),
    )


def position_curve(
    neuron, size, offsets, *, width, length=None, orientation=0.0, contrast=1.0
):
    """Measure the response to a bar that moves across the image, sideways.

    Parameters
    ----------
    neuron : callable
        ``neuron(image) -> number``.
    size : int or (int, int)
        Rows and columns of the images that the neuron takes.
    offsets : iterable of float
        Distances of the bar from the middle of the image in pixels: to the right for
        a vertical bar, down for a horizontal one.
    width, length, orientation, contrast
        As in `cnn_helpers.stimuli.bar`.

    Returns
    -------
    numpy.ndarray
        One response an offset.

    Examples
    --------
    >>> middle_pixel = lambda image: image[2, 2]
    >>> position_curve(middle_pixel, 5, [-1, 0, 1], width=1)
    array([0., 1., 0.])
    """
    rows, cols = (size, size) if np.ndim(size) == 0 else size
    down, right = np.cos(orientation), np.sin(orientation)
    middle = ((rows - 1) / 2, (cols - 1) / 2)
    return tuning_curve(
        neuron,
        (
            stimuli.bar(
                size,
                width=width,
                length=length,
                orientation=orientation,
                center=(middle[0] + offset * down, middle[1] + offset * right),
                contrast=contrast,
            )
            for offset in offsets
        ),
    )


def orientation_curve(
    neuron, size, orientations, *, width, length=None, center=None, contrast=1.0
):
    """Measure the response to a bar at several angles.

    Parameters
    ----------
    neuron : callable
        ``neuron(image) -> number``.
    size : int or (int, int)
        Rows and columns of the images that the neuron takes.
    orientations : iterable of float
        Angles in radians: 0 horizontal, pi / 2 vertical.
    width, length, center, contrast
        As in `cnn_helpers.stimuli.bar`.

    Returns
    -------
    numpy.ndarray
        One response an orientation.

    Examples
    --------
    >>> top_pixel = lambda image: image[0, 2]
    >>> orientation_curve(top_pixel, 5, [0, np.pi / 2], width=1)
    array([0., 1.])
    """
    return tuning_curve(
        neuron,
        (
            stimuli.bar(
                size,
                width=width,
                length=length,
                orientation=orientation,
                center=center,
                contrast=contrast,
            )
            for orientation in orientations
        ),
    )


def receptive_field_map(neuron, size, *, radius=0.5, contrast=1.0):
    """Map a receptive field: a small spot at each pixel in turn.

    The entry at a pixel is the response to a spot there minus the response to the
    blank screen: positive where light excites, negative where it inhibits, zero
    outside the receptive field. A neuron that is silent without a stimulus cannot
    show inhibition; give it a baseline or use `spike_triggered_average`.

    Parameters
    ----------
    neuron : callable
        ``neuron(image) -> number``.
    size : int or (int, int)
        Rows and columns of the images that the neuron takes.
    radius : float
        Radius of the spot in pixels; 0.5 lights one pixel.
    contrast : float
        +1 for light spots, -1 for dark ones.

    Returns
    -------
    numpy.ndarray
        Shape ``(rows, columns)``.

    Examples
    --------
    >>> neuron = lambda image: 7 + image[0, 0] - 2 * image[0, 1]
    >>> receptive_field_map(neuron, (1, 3))
    array([[ 1., -2.,  0.]])
    """
    rows, cols = (size, size) if np.ndim(size) == 0 else size
    blank = np.zeros((rows, cols))
    responses = tuning_curve(
        neuron,
        (
            stimuli.spot(size, radius=radius, center=position, contrast=contrast)
            for position in np.ndindex(rows, cols)
        ),
    )
    return responses.reshape(rows, cols) - tuning_curve(neuron, [blank])[0]


def spike_triggered_average(images, spikes):
    r"""Average the images that made a neuron fire: reverse correlation.

    With :math:`n_t` spikes on image :math:`x_t` it is
    :math:`\sum_t n_t x_t / \sum_t n_t`. For Gaussian white noise its expected value
    is proportional to the receptive field of a linear-nonlinear neuron (Chichilnisky
    2001, doi:10.1080/713663221); what is left over shrinks as one over the root of
    the number of spikes.

    Parameters
    ----------
    images : numpy.ndarray
        The stimuli, shape ``(N, rows, columns)``.
    spikes : array_like
        Spikes on each image, shape ``(N,)``; rates serve as well.

    Returns
    -------
    numpy.ndarray
        Shape ``(rows, columns)``.

    Raises
    ------
    ValueError
        If the two differ in length, a count is negative, or there is no spike.

    Examples
    --------
    >>> frames = np.array([[[1.0, 0.0]], [[0.0, 1.0]], [[0.0, 0.0]]])
    >>> spike_triggered_average(frames, [3, 1, 0])
    array([[0.75, 0.25]])
    """
    images, spikes = np.asarray(images), np.asarray(spikes)
    if images.ndim != 3 or spikes.shape != images.shape[:1]:
        raise ValueError(
            "images must have shape (N, rows, columns) and spikes shape (N,), "
            f"got {images.shape} and {spikes.shape}"
        )
    if np.any(spikes < 0):
        raise ValueError(f"spikes must not be negative, got {spikes.min()}")
    total = spikes.sum()
    if total == 0:
        raise ValueError("the neuron never fired: there is nothing to average")
    weighted = spikes.astype(np.float64) @ images.reshape(len(images), -1)
    return (weighted / total).reshape(images.shape[1:])


def similarity(first, second):
    """Compare two maps: the cosine of the angle between them.

    Parameters
    ----------
    first, second : array_like
        Maps of the same shape.

    Returns
    -------
    float
        1 for maps that differ by a positive factor only, 0 for maps with nothing in
        common, -1 for opposite ones.

    Raises
    ------
    ValueError
        If the shapes differ or a map is zero everywhere.

    Examples
    --------
    >>> similarity([3, 4], [6, 8]), similarity([1, 0], [0, 3])
    (1.0, 0.0)
    """
    first = np.asarray(first, dtype=np.float64)
    second = np.asarray(second, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(
            f"the maps must have one shape, got {first.shape} and {second.shape}"
        )
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    if lengths == 0:
        raise ValueError("a map that is zero everywhere has no direction to compare")
    return float(np.clip(np.vdot(first, second) / lengths, -1.0, 1.0))


def _one_number(response):
    """Return a response as a float, or say what came instead."""
    if np.ndim(response) == 0 or np.size(response) == 1:
        return float(np.asarray(response).reshape(()))
    raise TypeError(
        "neuron must answer an image with one number, "
        f"got an array of shape {np.shape(response)}"
    )
