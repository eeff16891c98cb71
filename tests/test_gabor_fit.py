"""The fit of Gabors, against waves put in and an independent least squares."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_helpers.gabor_fit import fit_gabors
from cnn_helpers.kernels import gabor


@settings(max_examples=20, deadline=None)
@given(
    orientation=st.sampled_from(np.arange(12) * np.pi / 12),
    wavelength=st.sampled_from([4.0, 8.0, 15.0]),
    sigma=st.sampled_from([1.2, 1.8, 2.7]),
    phase=st.floats(0, 2 * np.pi),
    strength=st.floats(0.01, 100),
)
def test_a_gabor_of_the_bank_is_explained_whole(
    orientation, wavelength, sigma, phase, strength
):
    shape = {"wavelength": wavelength, "sigma": sigma, "aspect_ratio": 0.7}
    wave = strength * gabor(7, orientation=orientation, phase=phase, **shape)
    shares, fits = fit_gabors([wave])
    assert shares[0] == pytest.approx(1, abs=1e-9)
    np.testing.assert_allclose(fits[0], wave, atol=1e-6 * strength)


def test_a_gabor_beside_the_middle_is_found():
    wide = gabor(13, wavelength=6, orientation=0.0, sigma=1.8, aspect_ratio=1.0)
    shares, _ = fit_gabors([wide[0:7, 4:11]])
    assert shares[0] == pytest.approx(1)


@pytest.mark.parametrize("size", [5, 7, 9])
def test_no_gabor_does_better_by_least_squares(size):
    """Fit a few Gabors with numpy.linalg.lstsq: none explains more than the best."""
    rng = np.random.default_rng(size)
    kernel = rng.normal(size=(size, size))
    (share,), (fit,) = fit_gabors([kernel])
    scale = size / 7
    for angle in np.arange(12) * np.pi / 12:
        for wavelength in (4, 15):
            shape = {"wavelength": wavelength * scale, "sigma": 1.8 * scale}
            waves = [
                gabor(size, orientation=angle, phase=p, aspect_ratio=0.4, **shape)
                for p in (0, np.pi / 2)
            ]
            fields = np.stack([wave.ravel() for wave in waves], axis=1)
            amounts = np.linalg.lstsq(fields, kernel.ravel(), rcond=None)[0]
            by_hand = np.sum((fields @ amounts) ** 2) / np.sum(kernel**2)
            assert by_hand <= share + 1e-12
    left = np.sum((kernel - fit) ** 2) / np.sum(kernel**2)
    assert left == pytest.approx(
        1 - share
    )  # the fit stands at right angles to the rest


def test_the_strength_of_a_kernel_does_not_count():
    kernels = np.random.default_rng(0).normal(size=(3, 7, 7)).astype(np.float32)
    shares, fits = fit_gabors(kernels)
    stronger, larger = fit_gabors(-7 * kernels.astype(float))
    np.testing.assert_allclose(stronger, shares)
    np.testing.assert_allclose(larger, -7 * fits, atol=1e-12)
    assert shares.shape == (3,)
    assert np.all((shares > 0) & (shares < 0.6))


def test_a_kernel_without_order_is_explained_little():
    kernels = np.random.default_rng(1).normal(size=(100, 7, 7))
    assert fit_gabors(kernels)[0].mean() < 0.3


@pytest.mark.parametrize(
    ("kernels", "says"),
    [
        (np.ones((7, 7)), r"\(N, size, size\)"),
        (np.ones((2, 7, 5)), "square"),
        (np.ones((2, 6, 6)), "odd"),
        (np.zeros((1, 7, 7)), "zero everywhere"),
    ],
)
def test_bad_kernels_are_refused(kernels, says):
    with pytest.raises(ValueError, match=says):
        fit_gabors(kernels)
