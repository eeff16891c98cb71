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


def drift_curve(
    neuron,
    size,
    *,
    wavelength,
    orientation=0.0,
    frames=24,
    center=None,
    contrast=1.0,
):
    """Measure the response to each frame of a grating that drifts by one wavelength.

    Its mean is the mean rate; what comes and goes with the stripes is measured by
    `modulation_ratio`.

    Parameters
    ----------
    neuron : callable
        ``neuron(image) -> number``.
    size : int or (int, int)
        Rows and columns of the images that the neuron takes.
    frames : int
        Frames of one cycle.
    wavelength, orientation, center, contrast
        As in `cnn_helpers.stimuli.drifting_grating`.

    Returns
    -------
    numpy.ndarray
        One response a frame.

    Examples
    --------
    >>> middle_pixel = lambda image: image[2, 2]
    >>> drift_curve(middle_pixel, 5, wavelength=4, frames=4).round() + 0
    array([ 1.,  0., -1.,  0.])
    """
    return tuning_curve(
        neuron,
        stimuli.drifting_grating(
            size,
            frames,
            wavelength=wavelength,
            orientation=orientation,
            center=center,
            contrast=contrast,
        ),
    )


def preferred_orientation(responses, orientations):
    r"""Return the orientation to which the responses point, taken together.

    Orientations repeat after half a turn, so each response is an arrow at twice its
    angle; the answer is half the angle of the sum of all arrows (Swindale 1998,
    doi:10.1007/s004220050411). Unlike the largest response it can lie between two
    measured angles.

    Parameters
    ----------
    responses : array_like
        One response an orientation, none negative.
    orientations : array_like
        Angles in radians, in equal steps over half a turn or whole multiples of it,
        the last step left out.

    Returns
    -------
    float
        Angle in radians, from 0 to pi.

    Raises
    ------
    ValueError
        If a response is negative, all are 0, or the angles are not evenly spread.

    Examples
    --------
    >>> angles = np.deg2rad([0, 45, 90, 135])
    >>> float(np.rad2deg(preferred_orientation([1, 3, 3, 1], angles)).round(1))
    67.5
    """
    arrow = _orientation_vector(responses, orientations)
    return float(np.angle(arrow) / 2 % np.pi)


def orientation_selectivity_index(responses, orientations):
    r"""Measure how sharply a neuron is tuned to orientation, from 0 to 1.

    With the response :math:`r_k` at the angle :math:`\theta_k` it is
    :math:`|\sum_k r_k e^{2 i \theta_k}| \,/\, \sum_k r_k`: 1 for a neuron that answers
    to one orientation only, 0 for one that answers to all alike. One minus this number
    is the circular variance (Ringach, Shapley and Hawken 2002,
    doi:10.1523/JNEUROSCI.22-13-05639.2002).

    Parameters
    ----------
    responses, orientations : array_like
        As in `preferred_orientation`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As in `preferred_orientation`.

    Examples
    --------
    >>> angles = np.deg2rad([0, 45, 90, 135])
    >>> round(orientation_selectivity_index([1, 3, 1, 1], angles), 3)
    0.333
    """
    return float(abs(_orientation_vector(responses, orientations)))


def modulation_ratio(responses, *, baseline=0.0):
    r"""Measure how far a response comes and goes with a drifting grating: F1/F0.

    F1 is the amplitude of the wave in the responses that has the period of the drift,
    F0 their mean above the baseline. A rectified sinusoid gives :math:`\pi / 2`, an
    unmodulated response 0. Above 1 a cell is called simple, below 1 complex (Skottun
    and others 1991, doi:10.1016/0042-6989(91)90033-2), a line that is drawn through a
    continuum (Mechler and Ringach 2002, doi:10.1016/S0042-6989(02)00025-1).

    Parameters
    ----------
    responses : array_like
        Responses in equal steps over one whole cycle, such as `drift_curve` gives; at
        least 4.
    baseline : float
        Response without a stimulus, subtracted from the mean.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are fewer than 4 responses, or their mean is not above the baseline.

    Examples
    --------
    >>> wave = np.cos(np.arange(360) * np.pi / 180)
    >>> round(modulation_ratio(np.maximum(wave, 0)), 3)
    1.571
    >>> round(modulation_ratio(2 + wave), 3)
    0.5
    """
    responses = np.asarray(responses, dtype=np.float64)
    if responses.ndim != 1 or len(responses) < 4:
        raise ValueError(
            "responses must be one row of at least 4 numbers over one cycle, "
            f"got an array of shape {responses.shape}"
        )
    mean = responses.mean() - baseline
    if not mean > 0:
        raise ValueError(
            "the mean response must be above the baseline for F1/F0 to have a meaning, "
            f"got a mean of {responses.mean():g} and a baseline of {baseline:g}"
        )
    angles = 2 * np.pi * np.arange(len(responses)) / len(responses)
    first_harmonic = 2 * abs(np.mean(responses * np.exp(-1j * angles)))
    return float(first_harmonic / mean)


def half_width(responses, values, *, period=None):
    r"""Measure half the width of a peak, at half its height.

    Lines are drawn between neighbouring points. For a Gaussian it is
    :math:`\sigma \sqrt{2 \ln 2}`. The height is counted from 0.

    Parameters
    ----------
    responses : array_like
        The curve, with its largest value above 0.
    values : array_like
        Where it was measured, growing: positions, angles.
    period : float, optional
        After how much the values repeat, such as pi for orientations; the curve is then
        closed to a ring.

    Returns
    -------
    float
        In the unit of `values`.

    Raises
    ------
    ValueError
        If the shapes differ, the values do not grow, or the curve does not fall to half
        of its height on both sides.

    Examples
    --------
    >>> half_width([0, 1, 2, 1, 0], [10, 20, 30, 40, 50])
    10.0
    """
    responses = np.asarray(responses, dtype=np.float64)
    values = np.asarray(values, dtype=np.float64)
    if responses.ndim != 1 or responses.shape != values.shape:
        raise ValueError(
            "responses and values must be rows of one length, "
            f"got {responses.shape} and {values.shape}"
        )
    if np.any(np.diff(values) <= 0):
        raise ValueError("values must grow from each to the next")
    if period is not None:  # three turns of the ring, the middle one looked at
        values = np.concatenate([values - period, values, values + period])
        responses = np.tile(responses, 3)
    top = responses.argmax()
    if period is not None:
        top += len(responses) // 3
    half = responses[top] / 2
    left = _first_below(responses[top::-1], values[top::-1], half)
    right = _first_below(responses[top:], values[top:], half)
    return float((right - left) / 2)


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


def _orientation_vector(responses, orientations):
    """Return the mean of the arrows at twice their angles, weighted by response."""
    responses = np.asarray(responses, dtype=np.float64)
    orientations = np.asarray(orientations, dtype=np.float64)
    if responses.ndim != 1 or responses.shape != orientations.shape:
        raise ValueError(
            "responses and orientations must be rows of one length, "
            f"got {responses.shape} and {orientations.shape}"
        )
    if np.any(responses < 0):
        raise ValueError(
            "responses must not be negative (rectify those of a linear unit), "
            f"got {responses.min():g}"
        )
    if not responses.sum() > 0:
        raise ValueError("the neuron answered to no orientation: nothing to measure")
    arrows = np.exp(2j * orientations)
    if abs(arrows.mean()) > 1e-6:
        raise ValueError(
            "orientations must be evenly spread over half a turn without its end, such "
            f"as np.deg2rad(np.arange(0, 180, 15)), got {len(orientations)} angles "
            f"from {orientations.min():g} to {orientations.max():g}"
        )
    return np.sum(responses * arrows) / responses.sum()


def _first_below(responses, values, half):
    """Return where a falling curve first reaches `half`, between two points."""
    below = np.flatnonzero(responses <= half)
    if half <= 0 or not below.size:
        raise ValueError(
            "the curve must rise above 0 and fall to half of its height on both sides "
            "of its peak"
        )
    after = below[0]
    before = after - 1
    share = (responses[before] - half) / (responses[before] - responses[after])
    return values[before] + share * (values[after] - values[before])


def _one_number(response):
    """Return a response as a float, or say what came instead."""
    if np.ndim(response) == 0 or np.size(response) == 1:
        return float(np.asarray(response).reshape(()))
    raise TypeError(
        "neuron must answer an image with one number, "
        f"got an array of shape {np.shape(response)}"
    )
