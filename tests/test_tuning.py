"""Tests of the instruments on neurons whose answers are known in closed form."""

import numpy as np
import pytest

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
