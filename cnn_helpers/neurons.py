"""Model neurons: a receptive field, a rule for the firing rate, and spikes.

A neuron here is a callable, ``neuron(image) -> rate``. Images hold contrasts as in
`cnn_helpers.stimuli` (0 is the grey background), lengths are in pixels, rates in
spikes per second. The model is the linear-nonlinear-Poisson cascade (Chichilnisky
2001, doi:10.1080/713663221): multiply the image by the weights of the receptive
field and sum; add the baseline; set what falls below zero to zero; draw spikes at
that rate. A `ComplexCell` squares and adds what four simple cells say (Adelson and
Bergen 1985, doi:10.1364/JOSAA.2.000284). Both leave out time, adaptation, contrast gain
control and everything that other neurons do to this one.
"""

import io
import wave

import numpy as np

from cnn_helpers.kernels import difference_of_gaussians, gabor


class Neuron:
    r"""A rectified linear neuron.

    The rate is :math:`\max(0,\; b + g \sum_{ij} w_{ij} x_{ij})` for the image
    :math:`x`, the weights :math:`w`, the baseline :math:`b` and the gain :math:`g`.

    Parameters
    ----------
    weights : array_like
        The receptive field, shape ``(rows, columns)``: one weight a pixel.
    baseline : float
        Rate without a stimulus, in spikes per second.
    gain : float
        Spikes per second for each unit of the weighted sum.

    Attributes
    ----------
    weights : numpy.ndarray
        The receptive field, a copy.

    Raises
    ------
    ValueError
        If the weights are not two-dimensional, or the baseline is negative.

    Examples
    --------
    >>> neuron = Neuron([[-1.0, 2.0, -1.0]], baseline=5, gain=10)
    >>> neuron([[0, 1, 0]]), neuron([[1, 1, 1]]), neuron([[1, 0, 0]])
    (25.0, 5.0, 0.0)
    """

    def __init__(self, weights, *, baseline=0.0, gain=1.0):
        self.weights = np.array(weights, dtype=np.float64)
        if self.weights.ndim != 2:
            raise ValueError(
                "weights must have shape (rows, columns), "
                f"got an array of shape {self.weights.shape}"
            )
        if baseline < 0:
            raise ValueError(f"baseline must not be negative, got {baseline}")
        self.baseline = float(baseline)
        self.gain = float(gain)

    def drive(self, image):
        """Return the weighted sum of the image, before baseline and rectification.

        Parameters
        ----------
        image : array_like
            Contrasts, shape ``(rows, columns)`` of the weights.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If the image has another shape than the weights.

        Examples
        --------
        >>> Neuron([[1.0, -1.0]]).drive([[0, 1]])
        -1.0
        """
        image = np.asarray(image, dtype=np.float64)
        if image.shape != self.weights.shape:
            raise ValueError(
                f"image must have the shape of the weights {self.weights.shape}, "
                f"got {image.shape}"
            )
        return float(np.vdot(self.weights, image))

    def __call__(self, image):
        """Return the firing rate for an image, in spikes per second."""
        return max(0.0, self.baseline + self.gain * self.drive(image))


class GanglionCell(Neuron):
    """A centre-surround cell of the retina: the difference of two Gaussians.

    The centre's Gaussian has weight +1 in all, the surround's has `surround_weight`
    in all and is subtracted (Rodieck 1965, doi:10.1016/0042-6989(65)90033-7). An off
    cell has the opposite signs, as in the cells Kuffler found (1953,
    doi:10.1152/jn.1953.16.1.37).

    Parameters
    ----------
    size : int or (int, int)
        Rows and columns of the images that it looks at.
    center : (int, int), optional
        Row and column of its middle; the middle of the image by default.
    center_sigma, surround_sigma : float
        Standard deviations of the two Gaussians in pixels.
    surround_weight : float
        Sum of the surround; 1 balances the centre.
    polarity : {"on", "off"}
        Whether light on the centre excites or inhibits.
    baseline, gain : float
        As in `Neuron`.

    Raises
    ------
    ValueError
        If the surround is not wider than the centre, or the polarity is unknown.

    Examples
    --------
    >>> from cnn_helpers.stimuli import annulus, spot
    >>> cell = GanglionCell(31)
    >>> cell(np.zeros((31, 31)))
    20.0
    >>> cell(spot(31, radius=3)) > 20 > cell(annulus(31, inner=5, outer=12))
    True
    """

    def __init__(
        self,
        size,
        *,
        center=None,
        center_sigma=2.0,
        surround_sigma=5.0,
        surround_weight=0.9,
        polarity="on",
        baseline=20.0,
        gain=100.0,
    ):
        if polarity not in ("on", "off"):
            raise ValueError(f'polarity must be "on" or "off", got {polarity!r}')
        if not 0 < center_sigma < surround_sigma:
            raise ValueError(
                "surround_sigma must be larger than center_sigma, and both above 0; "
                f"got center_sigma {center_sigma} and surround_sigma {surround_sigma}"
            )
        rows, cols = _size(size)
        field = difference_of_gaussians(
            _reach(rows, cols),
            center_sigma=center_sigma,
            surround_sigma=surround_sigma,
            surround_weight=surround_weight,
        )
        weights = _crop_around(field, (rows, cols), center)
        sign = 1 if polarity == "on" else -1
        super().__init__(sign * weights, baseline=baseline, gain=gain)
        self.polarity = polarity


class SimpleCell(Neuron):
    """A cell of the primary visual cortex: an oriented field, rectified.

    Its field is a Gabor function, a grating under a Gaussian (Jones and Palmer 1987,
    doi:10.1152/jn.1987.58.6.1233), scaled so that its squares sum to 1.

    Parameters
    ----------
    size : int or (int, int)
        Rows and columns of the images that it looks at.
    center : (int, int), optional
        Row and column of its middle; the middle of the image by default.
    orientation : float
        Angle of its stripes in radians: 0 horizontal, pi / 2 vertical.
    wavelength : float
        Pixels from one excitatory stripe to the next.
    phase : float
        0 puts an excitatory stripe in the middle, pi an inhibitory one.
    sigma : float
        Standard deviation of the Gaussian across the stripes, in pixels.
    aspect_ratio : float
        Width across the stripes over length along them; below 1 the field is longer.
    baseline, gain : float
        As in `Neuron`.

    Examples
    --------
    >>> from cnn_helpers.stimuli import bar
    >>> cell = SimpleCell(21, orientation=0)
    >>> upright = bar(21, width=3, orientation=np.pi / 2)
    >>> cell(bar(21, width=3, orientation=0)) > 10 * cell(upright)
    True
    """

    def __init__(
        self,
        size,
        *,
        center=None,
        orientation=np.pi / 2,
        wavelength=8.0,
        phase=0.0,
        sigma=3.0,
        aspect_ratio=0.6,
        baseline=0.0,
        gain=10.0,
    ):
        rows, cols = _size(size)
        field = gabor(
            _reach(rows, cols),
            wavelength=wavelength,
            orientation=orientation,
            phase=phase,
            sigma=sigma,
            aspect_ratio=aspect_ratio,
        )
        field = field / np.sqrt(np.sum(field**2))
        weights = _crop_around(field, (rows, cols), center)
        super().__init__(weights, baseline=baseline, gain=gain)


class ComplexCell:
    r"""A cell of the primary visual cortex that does not care where the stripe lies.

    The energy model (Adelson and Bergen 1985, doi:10.1364/JOSAA.2.000284): two fields a
    quarter of a wave apart, a quadrature pair such as Pollen and Ronner found in
    neighbouring cells (1981, doi:10.1126/science.7233231), are squared and added. A
    neuron cannot fire fewer than no spikes, so each field is served by two rectified
    cells of opposite sign. With the four simple cells' rates :math:`s_k` the rate is

    .. math:: b + g \sum_{k=0}^{3} s_k^2 .

    To a grating of any phase it answers alike; what is left is a ripple of the order
    of :math:`e^{-(2 \pi \sigma / \lambda)^2}`.

    Parameters
    ----------
    size, center, orientation, wavelength, sigma, aspect_ratio
        As in `SimpleCell`, shared by the four.
    phase : float
        Phase of the first of them, in radians.
    baseline : float
        Rate without a stimulus, in spikes per second.
    gain : float
        Spikes per second for each unit of energy; energy grows with the square of the
        contrast.

    Attributes
    ----------
    subunits : tuple of SimpleCell
        The four simple cells, with gain 1, each a quarter of a wave on from the last.

    Raises
    ------
    ValueError
        If the baseline or the gain is negative.

    Examples
    --------
    >>> from cnn_helpers.stimuli import grating
    >>> cell = ComplexCell(31, orientation=0)
    >>> light = grating(31, wavelength=8)
    >>> round(cell(light)), round(cell(-light)), cell(0 * light)
    (94, 94, 0.0)
    """

    def __init__(self, size, *, phase=0.0, baseline=0.0, gain=1.0, **field):
        for name, value in (("baseline", baseline), ("gain", gain)):
            if value < 0:
                raise ValueError(f"{name} must not be negative, got {value}")
        self.subunits = tuple(
            SimpleCell(size, phase=phase + quarter * np.pi / 2, gain=1.0, **field)
            for quarter in range(4)
        )
        self.baseline = float(baseline)
        self.gain = float(gain)

    def energy(self, image):
        """Return the sum of the simple cells' squared rates.

        Parameters
        ----------
        image : array_like
            Contrasts, shape ``(rows, columns)`` of the cell's `size`.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If the image has another shape.

        Examples
        --------
        >>> ComplexCell(9).energy(np.zeros((9, 9)))
        0.0
        """
        return float(sum(subunit(image) ** 2 for subunit in self.subunits))

    def __call__(self, image):
        """Return the firing rate for an image, in spikes per second."""
        return self.baseline + self.gain * self.energy(image)


def unknown_neuron(size, rng):
    """Draw a cortical neuron whose preferences you have to find out.

    Parameters
    ----------
    size : int
        Rows and columns of the images that it looks at, at least 8.
    rng : numpy.random.Generator
        Draws its orientation, its phase and its wavelength.

    Returns
    -------
    SimpleCell
        Silent without a stimulus. Its `weights` are the answer: look at them last.

    Examples
    --------
    >>> neuron = unknown_neuron(16, np.random.default_rng(0))
    >>> neuron(np.zeros((16, 16)))
    0.0
    """
    return SimpleCell(
        size,
        orientation=rng.uniform(0, np.pi),
        phase=rng.uniform(0, 2 * np.pi),
        wavelength=size * rng.uniform(0.35, 0.5),
        sigma=size / 7,
        gain=20.0,
    )


def spike_counts(rates, duration, rng):
    """Draw how many spikes fall into a window, by Poisson's law.

    Parameters
    ----------
    rates : array_like
        Firing rates in spikes per second, none negative.
    duration : float
        Length of the window in seconds.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    numpy.ndarray
        Whole numbers, one for each rate; mean and variance are ``rate * duration``.

    Raises
    ------
    ValueError
        If a rate or the duration is negative.

    Examples
    --------
    >>> spike_counts([0, 50, 500], 0.1, np.random.default_rng(0))
    array([ 0,  3, 52])
    """
    rates = np.asarray(rates, dtype=np.float64)
    if np.any(rates < 0):
        raise ValueError(f"rates must not be negative, got {rates.min()}")
    if duration < 0:
        raise ValueError(f"duration must not be negative, got {duration}")
    return np.asarray(rng.poisson(rates * duration))


def spike_times(rate, duration, rng):
    """Draw the times of the spikes in one trial, by Poisson's law.

    Parameters
    ----------
    rate : float or array_like
        Firing rate in spikes per second. Several rates share the trial: each holds for
        an equal part of it, one after the other.
    duration : float
        Length of the trial in seconds.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    numpy.ndarray
        Times in seconds from 0 to `duration`, in order.

    Raises
    ------
    ValueError
        If a rate or the duration is negative, or `rate` has more than one dimension.

    Examples
    --------
    >>> spike_times(10, 0.5, np.random.default_rng(1)).round(2)
    array([0.01, 0.15, 0.16, 0.27, 0.27, 0.38, 0.39])
    >>> spike_times([0, 40], 0.5, np.random.default_rng(1)).round(2)
    array([0.26, 0.33, 0.35, 0.38, 0.39, 0.44, 0.45, 0.46])
    """
    rates = np.atleast_1d(np.asarray(rate, dtype=np.float64))
    if rates.ndim > 1 or not rates.size:
        raise ValueError(
            "rate must be one number or one row of numbers, "
            f"got an array of shape {np.shape(rate)}"
        )
    step = duration / len(rates)
    counts = spike_counts(rates, step, rng)
    starts = np.repeat(np.arange(len(rates)) * step, counts)
    return np.sort(starts + rng.uniform(0.0, step, counts.sum()))


def spike_sound(times, duration, *, sample_rate=8000, pop=0.004):
    """Make spikes audible: a short pop for each, as from an electrode's loudspeaker.

    A pop is one and a half waves that die away. Where pops overlap they add up, cut off
    at full loudness.

    Parameters
    ----------
    times : array_like
        Times of the spikes in seconds.
    duration : float
        Length of the sound in seconds.
    sample_rate : int
        Samples per second.
    pop : float
        Length of a pop in seconds.

    Returns
    -------
    bytes
        A WAV file of one channel and 8 bits, silence at 128, the same bytes for the
        same spikes: ``IPython.display.Audio(data=...)`` plays it.

    Raises
    ------
    ValueError
        If a spike lies outside the sound, or a length or rate is not above 0.

    Examples
    --------
    >>> sound = spike_sound([0.1, 0.15], 0.2)
    >>> sound[:4], len(sound)  # a header of 44 bytes, then 1600 samples
    (b'RIFF', 1644)
    """
    times = np.asarray(times, dtype=np.float64).reshape(-1)
    named = {"duration": duration, "sample_rate": sample_rate, "pop": pop}
    for name, value in named.items():
        if not 0 < value < np.inf:
            raise ValueError(f"{name} must be above 0, got {value}")
    if not np.all((times >= 0) & (times <= duration)):
        raise ValueError(
            f"times must lie between 0 and the duration {duration}, "
            f"got {times.min()} to {times.max()}"
        )
    train = np.zeros(round(duration * sample_rate))
    places = np.minimum((times * sample_rate).astype(int), len(train) - 1)
    np.add.at(train, places, 1.0)
    along = np.arange(max(1, round(pop * sample_rate))) / (pop * sample_rate)
    shape = np.cos(3 * np.pi * along) * (1 - along) ** 2
    samples = np.clip(np.convolve(train, shape)[: len(train)], -1, 1)
    stored = io.BytesIO()
    with wave.open(stored, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(sample_rate)
        file.writeframes(np.round(128 + 127 * samples).astype(np.uint8).tobytes())
    return stored.getvalue()


def _size(size):
    """Return rows and columns."""
    return (size, size) if np.ndim(size) == 0 else tuple(size)


def _reach(rows, cols):
    """Return an odd kernel size that covers an image from any centre in it."""
    return 2 * max(rows, cols) + 1


def _crop_around(kernel, size, center):
    """Cut `size` from a square kernel so that its middle lands on `center`."""
    rows, cols = size
    row, col = ((rows - 1) // 2, (cols - 1) // 2) if center is None else center
    if not (0 <= row < rows and 0 <= col < cols):
        raise ValueError(
            f"center must lie inside the image of {rows} x {cols} pixels, "
            f"got {center!r}"
        )
    middle = kernel.shape[0] // 2
    top, left = middle - row, middle - col
    return kernel[top : top + rows, left : left + cols]
