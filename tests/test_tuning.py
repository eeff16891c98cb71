"""Tests of the instruments on neurons whose answers are known in closed form."""

import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import iv

from cnn_helpers import stimuli, tuning


def gaussian_field(size, sigma):
    """Return weights of a round Gaussian that sum to 1, from its formula."""
    offsets = np.arange(size) - (size - 1) / 2
    square = offsets[:, None] ** 2 + offsets[None, :] ** 2
    return np.exp(-square / (2 * sigma**2)) / (2 * np.pi * sigma**2)


def test_area_summation_of_a_gaussian_follows_its_integral():
    sigma, radii = 5.0, np.arange(0, 20)
    field = gaussian_field(61, sigma)
    measured = tuning.area_summation(lambda x: np.sum(field * x), 61, radii)
    exact = 1 - np.exp(-(radii**2) / (2 * sigma**2))
    np.testing.assert_allclose(measured, exact, atol=0.006)


def test_dark_spots_give_the_opposite_sign():
    field = gaussian_field(21, 2.0)
    light = tuning.area_summation(lambda x: np.sum(field * x), 21, [1, 3])
    dark = tuning.area_summation(lambda x: np.sum(field * x), 21, [1, 3], contrast=-1)
    np.testing.assert_allclose(dark, -light)


def test_a_moving_bar_measures_a_gaussian_s_width():
    sigma = 4.0
    field = gaussian_field(61, sigma)
    offsets = np.arange(-20, 21)
    for orientation in (0, np.pi / 2):
        curve = tuning.position_curve(
            lambda x: np.sum(field * x), 61, offsets, width=1, orientation=orientation
        )
        spread = np.sqrt(np.sum(curve * offsets**2) / np.sum(curve))
        assert spread == pytest.approx(sigma, rel=0.01)


def test_a_vertical_bar_moves_right_and_a_horizontal_one_down():
    field = np.zeros((9, 9))
    field[2, 7] = 1
    look = lambda x: np.sum(field * x)  # noqa: E731
    across = tuning.position_curve(
        look, 9, range(-4, 5), width=1, orientation=np.pi / 2
    )
    down = tuning.position_curve(look, 9, range(-4, 5), width=1, orientation=0)
    assert across.argmax() - 4 == 7 - 4
    assert down.argmax() - 4 == 2 - 4


def test_orientation_curve_peaks_at_the_angle_of_the_field():
    angle = 0.7
    field = stimuli.bar(41, width=3, length=25, orientation=angle)
    angles = np.linspace(0, np.pi, 90, endpoint=False)
    curve = tuning.orientation_curve(
        lambda x: np.sum(field * x), 41, angles, width=3, length=25
    )
    assert angles[curve.argmax()] == pytest.approx(angle, abs=np.pi / 90)
    across = np.argmin(np.abs(angles - (angle + np.pi / 2)))
    assert curve[across] < 0.2 * curve.max()


def test_the_map_of_a_linear_neuron_is_its_field():
    rng = np.random.default_rng(0)
    field = rng.normal(size=(5, 8))
    mapped = tuning.receptive_field_map(lambda x: 9 + np.sum(field * x), (5, 8))
    np.testing.assert_allclose(mapped, field, atol=1e-12)
    dark = tuning.receptive_field_map(
        lambda x: 9 + np.sum(field * x), (5, 8), contrast=-0.5
    )
    np.testing.assert_allclose(dark, -0.5 * field, atol=1e-12)


def test_the_map_of_a_silent_rectified_neuron_shows_no_inhibition():
    field = np.array([[2.0, -3.0]])
    mapped = tuning.receptive_field_map(lambda x: max(0, np.sum(field * x)), (1, 2))
    np.testing.assert_array_equal(mapped, [[2.0, 0.0]])


def test_spike_triggered_average_on_an_orthogonal_design_is_exact():
    frames = np.concatenate([np.eye(6), -np.eye(6)]).reshape(12, 2, 3)
    field = np.array([[3.0, -1.0, 0.0], [2.0, 0.0, -4.0]])
    rates = 5 + frames.reshape(12, 6) @ field.ravel()
    average = tuning.spike_triggered_average(frames, rates)
    np.testing.assert_allclose(average, 2 * field / rates.sum())


def test_spike_triggered_average_converges_as_one_over_the_root():
    rng = np.random.default_rng(5)
    field = rng.normal(size=(6, 6))
    field /= np.linalg.norm(field)
    errors = []
    for frames in (1_000, 16_000):
        noise = stimuli.white_noise(frames, 6, rng, contrast=1.0)
        rates = np.maximum(0, np.tensordot(noise, field, axes=2))
        spikes = rng.poisson(rates)
        average = tuning.spike_triggered_average(noise, spikes)
        assert tuning.similarity(average, field) > 0.9
        leftover = average - np.vdot(average, field) * field
        errors.append(np.sqrt(np.mean(leftover**2)) * np.sqrt(spikes.sum()))
    assert errors[0] == pytest.approx(errors[1], rel=0.35)


def test_spike_triggered_average_weighs_by_spikes_and_changes_nothing():
    frames = stimuli.white_noise(5, (2, 3), np.random.default_rng(0))
    spikes = np.array([2, 0, 1, 0, 0], dtype=np.uint8)
    kept = frames.copy()
    average = tuning.spike_triggered_average(frames, spikes)
    np.testing.assert_allclose(average, (2 * frames[0] + frames[2]) / 3)
    np.testing.assert_array_equal(frames, kept)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [([1, 1], [1, 0], np.sqrt(0.5)), ([1, 2], [-2, -4], -1), ([[0, 2]], [[3, 0]], 0)],
)
def test_similarity_is_a_cosine(first, second, expected):
    assert tuning.similarity(first, second) == pytest.approx(expected)


@settings(max_examples=50, deadline=None)
@given(
    preferred=st.floats(0, np.pi),
    sharpness=st.floats(0.05, 6),
    count=st.integers(16, 60),
    turns=st.sampled_from([1, 2]),
)
def test_indices_of_a_von_mises_curve_have_their_closed_form(
    preferred, sharpness, count, turns
):
    angles = np.arange(count * turns) * np.pi / count
    rates = 7 * np.exp(sharpness * np.cos(2 * (angles - preferred)))
    index = tuning.orientation_selectivity_index(rates, angles)
    assert index == pytest.approx(iv(1, sharpness) / iv(0, sharpness), rel=1e-6)
    found = tuning.preferred_orientation(rates, angles)
    assert 0 <= found <= np.pi
    assert abs(np.sin(found - preferred)) < 1e-6


def test_selectivity_is_one_for_one_angle_and_zero_for_all():
    angles = np.deg2rad(np.arange(0, 180, 20))
    one = np.zeros(9)
    one[4] = 30
    assert tuning.orientation_selectivity_index(one, angles) == pytest.approx(1)
    assert tuning.preferred_orientation(one, angles) == pytest.approx(angles[4])
    flat = tuning.orientation_selectivity_index(np.full(9, 4), angles)
    assert flat == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("shift", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("frames", [7, 24, 25, 200])
def test_modulation_of_a_raised_sinusoid_is_exact(frames, shift):
    drift = 2 * np.pi * np.arange(frames) / frames + shift
    assert tuning.modulation_ratio(3 + 1.5 * np.cos(drift)) == pytest.approx(0.5)
    raised = tuning.modulation_ratio(9 + 1.5 * np.cos(drift), baseline=6)
    assert raised == pytest.approx(0.5)
    assert tuning.modulation_ratio(3 + np.cos(2 * drift)) == pytest.approx(0, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(offset=st.floats(-0.9, 0.9), shift=st.floats(0, 2 * np.pi))
def test_modulation_of_a_rectified_wave_follows_its_integrals(offset, shift):
    """The half wave max(0, cos x - t) has F0 and F1 in closed form."""
    drift = 2 * np.pi * np.arange(2000) / 2000 + shift
    half = np.arccos(offset)  # it is above 0 from -half to half
    mean = (np.sin(half) - half * offset) / np.pi
    first = (half - np.sin(half) * np.cos(half)) / np.pi
    measured = tuning.modulation_ratio(np.maximum(np.cos(drift) - offset, 0))
    assert measured == pytest.approx(first / mean, rel=1e-3)


def test_modulation_of_the_half_wave_is_half_of_pi():
    drift = 2 * np.pi * np.arange(1000) / 1000
    half_wave = np.maximum(np.cos(drift), 0)
    assert tuning.modulation_ratio(half_wave) == pytest.approx(np.pi / 2, rel=1e-5)
    spike = np.eye(1, 24)[0]  # the sharpest response there is
    assert tuning.modulation_ratio(spike) == pytest.approx(2)


def test_a_rectified_field_under_a_drifting_grating_gives_half_of_pi():
    field = np.random.default_rng(4).normal(size=(12, 17))
    curve = tuning.drift_curve(
        lambda x: max(0, np.sum(field * x)), (12, 17), wavelength=5, frames=96
    )
    assert tuning.modulation_ratio(curve) == pytest.approx(np.pi / 2, rel=1e-3)


def test_drift_curve_moves_right_and_down():
    for place, angle in (((4, 5), np.pi / 2), ((5, 4), 0.0)):
        curve = tuning.drift_curve(
            operator.itemgetter(place), 9, wavelength=8, orientation=angle, frames=8
        )
        assert curve.argmax() == 1  # one pixel on, after one frame of an eighth


@settings(max_examples=40, deadline=None)
@given(sigma=st.floats(2, 6), middle=st.floats(-5, 5))
def test_half_width_of_a_gaussian(sigma, middle):
    values = np.arange(-30, 30.25, 0.25)
    curve = 40 * np.exp(-((values - middle) ** 2) / (2 * sigma**2))
    expected = sigma * np.sqrt(2 * np.log(2))
    assert tuning.half_width(curve, values) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("preferred", [0.0, 0.02, 1.5, 3.1])
def test_half_width_closes_the_ring(preferred):
    angles = np.arange(180) * np.pi / 180
    curve = np.exp(4 * (np.cos(2 * (angles - preferred)) - 1))
    expected = np.arccos(1 - np.log(2) / 4) / 2
    measured = tuning.half_width(curve, angles, period=np.pi)
    assert measured == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tuning.tuning_curve(3, []), TypeError, "callable"),
        (
            lambda: tuning.tuning_curve(lambda x: x, [np.ones((2, 2))]),
            TypeError,
            r"one number.*\(2, 2\)",
        ),
        (
            lambda: tuning.spike_triggered_average(np.ones((3, 2, 2)), [1, 2]),
            ValueError,
            r"\(3, 2, 2\) and \(2,\)",
        ),
        (
            lambda: tuning.spike_triggered_average(np.ones((2, 2)), [1, 2]),
            ValueError,
            "rows",
        ),
        (
            lambda: tuning.spike_triggered_average(np.ones((2, 2, 2)), [0, 0]),
            ValueError,
            "never fired",
        ),
        (
            lambda: tuning.spike_triggered_average(np.ones((2, 2, 2)), [3, -1]),
            ValueError,
            "negative",
        ),
        (
            lambda: tuning.orientation_selectivity_index([1, 2], [0, 1, 2]),
            ValueError,
            r"\(2,\) and \(3,\)",
        ),
        (
            lambda: tuning.preferred_orientation([1, -2], [0, np.pi / 2]),
            ValueError,
            "negative.*-2",
        ),
        (
            lambda: tuning.orientation_selectivity_index([0, 0], [0, np.pi / 2]),
            ValueError,
            "no orientation",
        ),
        (
            lambda: tuning.orientation_selectivity_index(
                np.ones(5), np.linspace(0, np.pi, 5)
            ),
            ValueError,
            "evenly spread.*without its end",
        ),
        (
            lambda: tuning.orientation_selectivity_index([1, 2], [0, 90]),
            ValueError,
            "evenly spread",
        ),
        (lambda: tuning.modulation_ratio([1, 2, 3]), ValueError, r"\(3,\)"),
        (lambda: tuning.modulation_ratio(np.zeros(8)), ValueError, "baseline"),
        (lambda: tuning.half_width([1, 2, 3], [1, 2, 3]), ValueError, "both sides"),
        (
            lambda: tuning.half_width([1, 2], [1, 2, 3]),
            ValueError,
            r"\(2,\) and \(3,\)",
        ),
        (lambda: tuning.half_width([0, 1, 0], [1, 3, 2]), ValueError, "grow"),
        (lambda: tuning.similarity([1], [1, 2]), ValueError, r"\(1,\) and \(2,\)"),
        (lambda: tuning.similarity([0, 0], [1, 2]), ValueError, "zero everywhere"),
    ],
)
def test_bad_arguments_are_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_unit_may_answer_with_an_array_of_one_number():
    curve = tuning.tuning_curve(lambda x: np.array([[x.sum()]]), [np.ones((2, 2))])
    np.testing.assert_array_equal(curve, [4.0])
