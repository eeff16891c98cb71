"""Tests of the model neurons against closed forms."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import wavfile

from cnn_helpers import neurons, stimuli, tuning

SIZE = 61


def summed_center_surround(radii, cell):
    """Return the integral of a difference of two Gaussians over disks."""
    center = 1 - np.exp(-(radii**2) / (2 * cell["center_sigma"] ** 2))
    surround = 1 - np.exp(-(radii**2) / (2 * cell["surround_sigma"] ** 2))
    return center - cell["surround_weight"] * surround


@pytest.mark.parametrize(
    "shape",
    [
        {"center_sigma": 2.0, "surround_sigma": 5.0, "surround_weight": 0.9},
        {"center_sigma": 1.5, "surround_sigma": 6.0, "surround_weight": 1.0},
        {"center_sigma": 3.0, "surround_sigma": 4.0, "surround_weight": 0.5},
    ],
)
@pytest.mark.parametrize("polarity", ["on", "off"])
def test_area_summation_has_its_closed_form(shape, polarity):
    cell = neurons.GanglionCell(
        SIZE, polarity=polarity, baseline=300, gain=100, **shape
    )
    sign = 1 if polarity == "on" else -1
    radii = np.arange(1, 25, 0.5)
    measured = tuning.area_summation(cell, SIZE, radii)
    exact = 300 + sign * 100 * summed_center_surround(radii, shape)
    np.testing.assert_allclose(measured, exact, atol=1.5)


def test_the_best_spot_covers_the_centre():
    cell = neurons.GanglionCell(SIZE)
    radii = np.arange(0, 20, 0.25)
    best = radii[tuning.area_summation(cell, SIZE, radii).argmax()]
    ratio = 25.0 / (0.9 * 4.0)
    assert best == pytest.approx(np.sqrt(2 * np.log(ratio) / (1 / 4 - 1 / 25)), abs=0.3)


def test_centre_and_surround_have_their_weights():
    cell = neurons.GanglionCell(SIZE, surround_weight=0.8)
    assert cell.weights.sum() == pytest.approx(0.2, abs=1e-3)
    assert cell.weights[30, 30] > 0 > cell.weights[30, 38]


def test_an_off_cell_is_an_on_cell_turned_over():
    on = neurons.GanglionCell((21, 25))
    off = neurons.GanglionCell((21, 25), polarity="off")
    np.testing.assert_allclose(off.weights, -on.weights)


@pytest.mark.parametrize("center", [(3, 10), (0, 0), (20, 24), (10, 12)])
def test_a_cell_elsewhere_has_the_same_field_moved(center):
    """A spot that moves with the cell gives the same answer while it fits."""
    middle = neurons.GanglionCell((81, 81), baseline=500)
    moved = neurons.GanglionCell((21, 25), center=center, baseline=500)
    expected = middle.weights[
        40 - center[0] : 61 - center[0], 40 - center[1] : 65 - center[1]
    ]
    np.testing.assert_allclose(moved.weights, expected, atol=1e-6)


def test_the_rate_is_rectified_and_in_units_of_the_gain():
    cell = neurons.Neuron([[2.0, -3.0]], baseline=10, gain=5)
    assert cell([[1, 0]]) == 20
    assert cell([[0, 0]]) == 10
    assert cell([[0, 1]]) == 0
    assert cell.drive([[0, 1]]) == -3


def test_weights_are_a_copy():
    weights = np.ones((2, 2))
    cell = neurons.Neuron(weights)
    weights[:] = 7
    assert cell(np.ones((2, 2))) == 4


def test_the_map_of_a_ganglion_cell_is_gain_times_weights():
    cell = neurons.GanglionCell((15, 17), center=(6, 9))
    mapped = tuning.receptive_field_map(cell, (15, 17))
    np.testing.assert_allclose(mapped, 100 * cell.weights, atol=1e-9)


@pytest.mark.parametrize("angle", [0, 0.5, np.pi / 2, 2.5])
def test_a_simple_cell_prefers_its_orientation(angle):
    cell = neurons.SimpleCell(41, orientation=angle)
    angles = np.linspace(0, np.pi, 60, endpoint=False)
    curve = tuning.orientation_curve(cell, 41, angles, width=3, length=21)
    difference = (angles[curve.argmax()] - angle + np.pi / 2) % np.pi - np.pi / 2
    assert abs(difference) <= np.pi / 60


def test_a_simple_cell_prefers_its_wavelength_and_phase():
    cell = neurons.SimpleCell(61, orientation=0.5, wavelength=8, phase=0.8, sigma=6)
    waves = np.arange(4, 16, 0.25)
    pictures = (
        stimuli.grating(61, wavelength=w, orientation=0.5, phase=0.8) for w in waves
    )
    assert waves[tuning.tuning_curve(cell, pictures).argmax()] == pytest.approx(8, 0.05)
    phases = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    curve = tuning.tuning_curve(
        cell,
        (
            stimuli.grating(61, wavelength=8, orientation=0.5, phase=phase)
            for phase in phases
        ),
    )
    assert phases[curve.argmax()] == pytest.approx(0.8, abs=2 * np.pi / 48)


def test_a_simple_cell_s_squares_sum_to_one():
    assert np.sum(neurons.SimpleCell(41).weights ** 2) == pytest.approx(1, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(
    angle=st.floats(0, np.pi),
    phase=st.floats(0, 2 * np.pi),
    wavelength=st.floats(5, 9),
    relative_sigma=st.floats(0.35, 0.6),
    contrast=st.floats(0.1, 1),
)
def test_the_energy_does_not_depend_on_phase(
    angle, phase, wavelength, relative_sigma, contrast
):
    cell = neurons.ComplexCell(
        (61, 65),
        orientation=angle,
        wavelength=wavelength,
        sigma=relative_sigma * wavelength,
        aspect_ratio=0.8,
        phase=phase,
    )
    curve = tuning.drift_curve(
        cell, (61, 65), wavelength=wavelength, orientation=angle, contrast=contrast
    )
    ripple = 3 * np.exp(-((2 * np.pi * relative_sigma) ** 2))
    assert np.ptp(curve) <= (ripple + 1e-3) * curve.mean()
    bell = 2 * np.pi * (relative_sigma * wavelength) ** 2 / 0.8  # its integral
    # a field's sum with its grating is c bell / 2, its squares sum to bell / 4
    assert curve.mean() == pytest.approx(contrast**2 * bell, rel=0.05)


def test_the_energy_is_the_square_of_two_linear_fields():
    cell = neurons.ComplexCell((15, 21), orientation=0.7, phase=0.4)
    image = np.random.default_rng(3).normal(size=(15, 21))
    even, odd = cell.subunits[0].weights, cell.subunits[1].weights
    expected = np.sum(even * image) ** 2 + np.sum(odd * image) ** 2
    assert cell.energy(image) == pytest.approx(expected)
    assert cell(-image) == pytest.approx(expected)
    np.testing.assert_allclose(cell.subunits[2].weights, -even, atol=1e-12)


def test_a_complex_cell_has_a_baseline_and_a_gain():
    cell = neurons.ComplexCell(9, baseline=3, gain=2)
    light = stimuli.grating(9, wavelength=8, orientation=np.pi / 2)
    assert cell(0 * light) == 3
    assert cell(light) == pytest.approx(3 + 2 * cell.energy(light))
    assert cell(light / 2) - 3 == pytest.approx((cell(light) - 3) / 4)


def test_a_complex_cell_prefers_its_orientation_and_wavelength():
    cell = neurons.ComplexCell(61, orientation=1.1, wavelength=8, sigma=5)
    angles = np.linspace(0, np.pi, 60, endpoint=False)
    curve = tuning.tuning_curve(
        cell, (stimuli.grating(61, wavelength=8, orientation=a) for a in angles)
    )
    assert tuning.preferred_orientation(curve, angles) == pytest.approx(1.1, abs=1e-3)
    waves = np.arange(4, 16, 0.25)
    curve = tuning.tuning_curve(
        cell, (stimuli.grating(61, wavelength=w, orientation=1.1) for w in waves)
    )
    assert waves[curve.argmax()] == pytest.approx(8, abs=0.3)


def test_the_tuning_of_an_energy_model_is_a_gaussian_of_its_closed_form():
    """The spectrum of a Gabor is a Gaussian around its frequency, 1 / (2 pi s) wide."""
    sigma, ratio, wavelength = 5.0, 0.5, 8.0
    cell = neurons.ComplexCell(
        81, orientation=0.3, wavelength=wavelength, sigma=sigma, aspect_ratio=ratio
    )
    angles = 0.3 + np.linspace(-0.5, 0.5, 41)
    curve = tuning.tuning_curve(
        cell,
        (stimuli.grating(81, wavelength=wavelength, orientation=a) for a in angles),
    )
    turn, frequency = angles - 0.3, 2 * np.pi / wavelength
    across = frequency * (np.cos(turn) - 1) * sigma
    along = frequency * np.sin(turn) * sigma / ratio
    expected = np.exp(-(across**2) - along**2)  # the square of an amplitude
    np.testing.assert_allclose(curve / curve.max(), expected, atol=0.002)


def test_rates_that_change_move_the_spikes():
    rng = np.random.default_rng(8)
    times = neurons.spike_times([0, 3000, 1000, 0], 2.0, rng)
    assert np.all(np.diff(times) >= 0)
    counts = np.histogram(times, 4, (0, 2))[0]
    assert counts[0] == counts[3] == 0
    assert counts[1] == pytest.approx(1500, rel=0.1)
    assert counts[2] == pytest.approx(500, rel=0.15)
    assert np.histogram(times, 4, (0.5, 1))[0] == pytest.approx(375, rel=0.2)


def test_one_rate_in_a_row_draws_what_the_number_draws():
    alone = neurons.spike_times(40.0, 1.5, np.random.default_rng(1))
    in_a_row = neurons.spike_times([40.0], 1.5, np.random.default_rng(1))
    np.testing.assert_array_equal(alone, in_a_row)


def test_a_spike_is_heard_where_it_fell():
    sound = neurons.spike_sound([0.25, 0.5], 1.0, sample_rate=4000, pop=0.01)
    rate, samples = wavfile.read(io.BytesIO(sound))
    assert (rate, samples.shape, samples.dtype) == (4000, (4000,), np.uint8)
    loud = np.flatnonzero(samples != 128)
    assert loud[0] == 1000
    assert samples[1000] == samples[2000] == 255
    assert set(loud) <= {*range(1000, 1040), *range(2000, 2040)}
    assert sound == neurons.spike_sound([0.25, 0.5], 1.0, sample_rate=4000, pop=0.01)


def test_silence_and_a_spike_at_the_very_end():
    silent = neurons.spike_sound([], 0.1)
    assert set(silent[44:]) == {128}
    assert neurons.spike_sound([0.1], 0.1)[-1] == 255


def test_many_spikes_at_once_are_cut_off_not_wrapped():
    samples = np.frombuffer(neurons.spike_sound([0.01] * 9, 0.1)[44:], np.uint8)
    assert samples[80] == 255
    assert samples.min() == 1


def test_spike_counts_have_poisson_s_mean_and_variance():
    counts = neurons.spike_counts(np.full(40_000, 30.0), 0.2, np.random.default_rng(2))
    assert counts.mean() == pytest.approx(6, rel=0.02)
    assert counts.var() == pytest.approx(6, rel=0.05)
    np.testing.assert_array_equal(
        neurons.spike_counts([0.0, 0.0], 10.0, np.random.default_rng(2)), [0, 0]
    )


def test_spike_times_are_sorted_and_uniform():
    times = neurons.spike_times(2000, 3.0, np.random.default_rng(4))
    assert np.all(np.diff(times) >= 0)
    assert times.min() >= 0
    assert times.max() < 3
    assert len(times) == pytest.approx(6000, rel=0.05)
    assert np.histogram(times, 6, (0, 3))[0] == pytest.approx(1000, rel=0.12)


def test_spikes_repeat_with_their_seed():
    first = neurons.spike_times(50, 1, np.random.default_rng(9))
    second = neurons.spike_times(50, 1, np.random.default_rng(9))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: neurons.Neuron([1, 2]), r"weights.*\(2,\)"),
        (lambda: neurons.Neuron([[1]], baseline=-1), "baseline"),
        (lambda: neurons.Neuron([[1, 2]])([[1], [2]]), r"\(1, 2\).*\(2, 1\)"),
        (lambda: neurons.GanglionCell(9, polarity="ON"), "polarity"),
        (
            lambda: neurons.GanglionCell(9, center_sigma=5, surround_sigma=4),
            "surround_sigma",
        ),
        (lambda: neurons.GanglionCell(9, center=(9, 0)), "center"),
        (lambda: neurons.SimpleCell(9, center=(0, -1)), "center"),
        (
            lambda: neurons.spike_counts([-1], 1, np.random.default_rng(0)),
            "rates",
        ),
        (
            lambda: neurons.spike_counts([1], -1, np.random.default_rng(0)),
            "duration",
        ),
        (
            lambda: neurons.spike_times([[1, 2]], 1, np.random.default_rng(0)),
            r"rate.*\(1, 2\)",
        ),
        (lambda: neurons.spike_times([], 1, np.random.default_rng(0)), r"\(0,\)"),
        (lambda: neurons.ComplexCell(9, baseline=-1), "baseline"),
        (lambda: neurons.ComplexCell(9, gain=-1), "gain"),
        (lambda: neurons.ComplexCell(9)(np.ones((9, 8))), r"\(9, 9\).*\(9, 8\)"),
        (lambda: neurons.spike_sound([2.0], 1.0), "times.*2"),
        (lambda: neurons.spike_sound([np.nan], 1.0), "times"),
        (lambda: neurons.spike_sound([0.1], 0), "duration"),
        (lambda: neurons.spike_sound([0.1], 1, sample_rate=0), "sample_rate"),
        (lambda: neurons.spike_sound([0.1], 1, pop=-1), "pop"),
    ],
)
def test_bad_settings_are_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
