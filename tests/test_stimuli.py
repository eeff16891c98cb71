"""Tests of the stimuli against geometry."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_helpers import stimuli


@given(
    radius=st.floats(0, 18),
    row=st.floats(20, 40),
    col=st.floats(20, 50),
    contrast=st.sampled_from([-1.0, 0.4, 1.0]),
)
def test_a_spot_has_the_area_of_a_disk(radius, row, col, contrast):
    image = stimuli.spot((61, 71), radius=radius, center=(row, col), contrast=contrast)
    assert image.shape == (61, 71)
    assert image.sum() == pytest.approx(contrast * np.pi * radius**2, rel=0.02, abs=1)


def test_a_spot_of_half_a_pixel_lights_one_pixel():
    expected = np.zeros((4, 6))
    expected[2, 5] = 1
    image = stimuli.spot((4, 6), radius=0.5, center=(2, 5))
    np.testing.assert_array_equal(image, expected)


def test_a_spot_below_one_pixel_is_dimmer_and_none_is_blank():
    sums = [stimuli.spot(7, radius=r).sum() for r in (0, 0.1, 0.25, 0.5)]
    np.testing.assert_allclose(sums, [0, 0.04, 0.25, 1])


def test_the_middle_is_between_pixels_when_the_size_is_even():
    image = stimuli.spot((4, 6), radius=1.5)
    np.testing.assert_allclose(image, image[::-1, ::-1])


def test_an_annulus_and_its_hole_make_a_disk():
    ring = stimuli.annulus(31, inner=4, outer=9, contrast=-0.5)
    hole = stimuli.spot(31, radius=4, contrast=-0.5)
    whole = stimuli.spot(31, radius=9, contrast=-0.5)
    np.testing.assert_allclose(ring + hole, whole, atol=1e-12)
    assert ring[15, 15] == 0
    assert ring[15, 15 + 6] == -0.5


@given(
    width=st.floats(0.2, 8),
    length=st.floats(1, 25),
    orientation=st.floats(-4, 4),
)
def test_a_bar_has_the_area_of_a_rectangle(width, length, orientation):
    image = stimuli.bar(61, width=width, length=length, orientation=orientation)
    border = 2 * (width + length)  # where a slanted bar meets square pixels
    assert image.sum() == pytest.approx(width * length, abs=0.1 * border)


def test_a_bar_lies_as_its_orientation_says():
    image = stimuli.bar(41, width=2, length=30, orientation=np.pi / 6)
    rows, cols = np.nonzero(image > 0.5)
    slope = np.polyfit(cols, -rows, 1)[0]  # rows grow downwards
    assert np.arctan(slope) == pytest.approx(np.pi / 6, abs=0.02)


def test_a_bar_repeats_after_half_a_turn():
    first = stimuli.bar((20, 31), width=3, length=9, orientation=0.4)
    second = stimuli.bar((20, 31), width=3, length=9, orientation=0.4 + np.pi)
    np.testing.assert_allclose(first, second, atol=1e-12)


def test_a_bar_without_length_crosses_the_image():
    image = stimuli.bar((5, 9), width=1, orientation=np.pi / 2, center=(0, 3))
    expected = np.zeros((5, 9))
    expected[:, 3] = 1
    np.testing.assert_allclose(image, expected, atol=1e-12)


def test_a_grating_has_its_wavelength_and_direction():
    image = stimuli.grating((32, 64), wavelength=8, orientation=np.pi / 2)
    spectrum = np.abs(np.fft.rfft2(image))
    assert np.unravel_index(spectrum.argmax(), spectrum.shape) == (0, 64 // 8)


def test_a_growing_phase_moves_stripes_left_and_up():
    quarter = stimuli.grating(
        9, wavelength=8, orientation=np.pi / 2, phase=np.pi / 2, center=(4, 6)
    )
    assert quarter[0, 2:].argmax() + 2 == 4  # a quarter of 8 pixels left of column 6
    quarter = stimuli.grating(9, wavelength=8, phase=np.pi / 2, center=(6, 4))
    assert quarter[2:, 0].argmax() + 2 == 4


def test_an_edge_is_light_above_or_left():
    above = stimuli.edge(4, orientation=0)
    np.testing.assert_allclose(above[:, 0], [1, 1, -1, -1])
    left = stimuli.edge(4, orientation=np.pi / 2, contrast=0.5)
    np.testing.assert_allclose(left[0], [0.5, 0.5, -0.5, -0.5])


@given(
    frames=st.integers(1, 30),
    wavelength=st.floats(3, 20),
    orientation=st.floats(0, np.pi),
    contrast=st.floats(0.05, 1),
)
def test_a_drifting_grating_moves_by_its_wavelength(
    frames, wavelength, orientation, contrast
):
    film = stimuli.drifting_grating(
        (9, 12),
        frames,
        wavelength=wavelength,
        orientation=orientation,
        contrast=contrast,
    )
    assert film.shape == (frames, 9, 12)
    right = np.arange(12)[None, :] - 5.5
    down = np.arange(9)[:, None] - 4.0
    across = right * np.sin(orientation) + down * np.cos(orientation)
    for frame in (0, frames - 1):
        moved = across - frame * wavelength / frames
        expected = contrast * np.cos(2 * np.pi * moved / wavelength)
        np.testing.assert_allclose(film[frame], expected, atol=1e-9)


def test_white_noise_is_white():
    noise = stimuli.white_noise(4000, (6, 5), np.random.default_rng(3), contrast=0.2)
    flat = noise.reshape(4000, 30)
    np.testing.assert_allclose(flat.mean(axis=0), 0, atol=0.015)
    covariance = np.cov(flat, rowvar=False)
    np.testing.assert_allclose(covariance, 0.04 * np.eye(30), atol=0.004)


def test_white_noise_repeats_with_its_seed_and_keeps_the_type():
    first = stimuli.white_noise(2, 3, np.random.default_rng(1), dtype=np.float32)
    second = stimuli.white_noise(2, 3, np.random.default_rng(1), dtype=np.float32)
    np.testing.assert_array_equal(first, second)
    assert first.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: stimuli.spot(9, radius=-1), ValueError, "radius"),
        (lambda: stimuli.spot(9, radius="2"), TypeError, "radius"),
        (lambda: stimuli.spot(9, radius=np.nan), ValueError, "radius"),
        (lambda: stimuli.spot(9.0, radius=1), TypeError, "size"),
        (lambda: stimuli.spot((9, 9, 1), radius=1), ValueError, "size"),
        (lambda: stimuli.spot(0, radius=1), ValueError, "size"),
        (lambda: stimuli.spot(9, radius=1, center=4), ValueError, "center"),
        (lambda: stimuli.spot(9, radius=1, contrast=1.5), ValueError, "contrast"),
        (lambda: stimuli.annulus(9, inner=3, outer=2), ValueError, "inner"),
        (lambda: stimuli.annulus(9, inner=-1, outer=2), ValueError, "inner"),
        (lambda: stimuli.bar(9, width=-1), ValueError, "width"),
        (lambda: stimuli.bar(9, width=1, length=-2), ValueError, "length"),
        (lambda: stimuli.bar(9, width=1, orientation=None), TypeError, "orientation"),
        (lambda: stimuli.edge(9, contrast=-2), ValueError, "contrast"),
        (lambda: stimuli.grating(9, wavelength=0), ValueError, "wavelength"),
        (lambda: stimuli.grating(9, wavelength=4, phase=[0]), TypeError, "phase"),
        (
            lambda: stimuli.drifting_grating(9, 0, wavelength=4),
            ValueError,
            "frames",
        ),
        (
            lambda: stimuli.drifting_grating(9, 2.5, wavelength=4),
            TypeError,
            "frames",
        ),
        (
            lambda: stimuli.drifting_grating(9, wavelength=-4),
            ValueError,
            "wavelength",
        ),
        (lambda: stimuli.white_noise(3, 4, 0), TypeError, "rng"),
        (
            lambda: stimuli.white_noise(True, 4, np.random.default_rng(0)),
            TypeError,
            "count",
        ),
    ],
)
def test_bad_settings_are_refused_by_name(call, error, words):
    with pytest.raises(error, match=words):
        call()
