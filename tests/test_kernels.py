"""The named kernels: what each does to an image, not only its numbers."""

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st

from cnn_helpers import kernels
from cnn_helpers.convolution import correlate2d

ramp_down = np.arange(36.0).reshape(6, 6) // 6
ramp_right = ramp_down.T
odd_sizes = st.integers(0, 8).map(lambda n: 2 * n + 1)


def test_identity_leaves_an_image_as_it_is():
    image = np.random.default_rng(0).normal(size=(7, 9))
    for size in (1, 3, 5):
        result = correlate2d(image, kernels.identity(size), padding="same")
        np.testing.assert_array_equal(result, image)


@given(st.integers(1, 9))
def test_box_is_the_mean(size):
    assert kernels.box(size).shape == (size, size)
    np.testing.assert_allclose(kernels.box(size), 1 / size**2)


@given(odd_sizes, st.floats(0.3, 5))
def test_gaussian_against_scipy(size, sigma):
    impulse = kernels.identity(size)
    expected = scipy.ndimage.gaussian_filter(
        impulse, sigma, mode="constant", radius=size // 2
    )
    np.testing.assert_allclose(
        kernels.gaussian(size, sigma=sigma), expected, atol=1e-12
    )


def test_difference_of_gaussians_is_blind_to_even_light():
    setting = {"center_sigma": 1.0, "surround_sigma": 2.5}
    kernel = kernels.difference_of_gaussians(17, **setting)
    assert abs(kernel.sum()) < 1e-12
    assert kernel.argmax() == kernel.size // 2
    assert kernel[8, 4] < 0
    weaker = kernels.difference_of_gaussians(17, surround_weight=0.8, **setting)
    assert weaker.sum() == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("orientation", "varies"),
    [(0, [True, False]), (np.pi / 2, [False, True])],
    ids=["level", "upright"],
)
def test_gabor_stripes_lie_along_the_orientation(orientation, varies):
    kernel = kernels.gabor(9, wavelength=4, orientation=orientation, sigma=1e6)
    changes = [np.ptp(kernel, axis=axis).max() > 1 for axis in (0, 1)]
    assert changes == varies


def test_gabor_turns_anticlockwise_as_seen():
    kernel = kernels.gabor(9, wavelength=8, orientation=np.pi / 4, sigma=3.0)
    rising = np.fliplr(kernel).diagonal()  # from upper right to lower left
    falling = kernel.diagonal()
    assert (rising > 0).all()
    assert (falling < 0).any()


@given(st.floats(2, 12), st.floats(-7, 7), st.floats(-7, 7), st.floats(0.3, 3))
def test_gabor_symmetries(wavelength, orientation, phase, aspect_ratio):
    def make(angle, shift):
        setting = {"wavelength": wavelength, "aspect_ratio": aspect_ratio}
        return kernels.gabor(15, orientation=angle, phase=shift, **setting)

    kernel = make(orientation, phase)
    assert np.abs(kernel).max() <= 1
    turned = make(orientation + np.pi, -phase)
    np.testing.assert_allclose(turned, kernel, atol=1e-9)
    opposite = make(orientation, phase + np.pi)
    np.testing.assert_allclose(opposite, -kernel, atol=1e-9)
    upside_down = make(orientation, -phase)
    np.testing.assert_allclose(upside_down, kernel[::-1, ::-1], atol=1e-9)


def test_gabor_reaches_far_along_its_stripes():
    """The bell alone: the wavelength is wider than the kernel."""
    for orientation, along, across in (
        (0, (7, 12), (12, 7)),
        (np.pi / 4, (3, 11), (11, 11)),
    ):
        bell = kernels.gabor(
            15, wavelength=1e6, orientation=orientation, sigma=2, aspect_ratio=0.3
        )
        assert 0.9 > bell[along] > 0.5 > bell[across]


def test_gabor_phase_and_default_sigma():
    even = kernels.gabor(15, wavelength=6)
    odd = kernels.gabor(15, wavelength=6, phase=np.pi / 2)
    assert even[7, 7] == 1
    assert abs(odd[7, 7]) < 1e-12
    np.testing.assert_array_equal(even, kernels.gabor(15, wavelength=6, sigma=3))


@pytest.mark.parametrize("make", [kernels.sobel, kernels.prewitt])
def test_edge_kernels_measure_growth_along_their_axis(make):
    weight = np.abs(make(0)[0]).sum() * 2
    for axis, along, across in ((0, ramp_down, ramp_right), (1, ramp_right, ramp_down)):
        assert (correlate2d(along, make(axis)) == weight).all()
        assert (correlate2d(across, make(axis)) == 0).all()


@pytest.mark.parametrize("axis", [0, 1])
def test_edge_kernels_against_scipy(axis):
    image = np.random.default_rng(0).normal(size=(8, 9))
    for make, oracle in ((kernels.sobel, scipy.ndimage.sobel),
                         (kernels.prewitt, scipy.ndimage.prewitt)):  # fmt: skip
        expected = oracle(image, axis=axis)[1:-1, 1:-1]
        np.testing.assert_allclose(correlate2d(image, make(axis)), expected)


def test_laplacian():
    image = np.random.default_rng(0).normal(size=(8, 9))
    expected = scipy.ndimage.laplace(image)[1:-1, 1:-1]
    np.testing.assert_allclose(correlate2d(image, kernels.laplacian()), expected)
    eight = kernels.laplacian(diagonals=True)
    assert eight[1, 1] == -8
    assert eight.sum() == 0
    assert (correlate2d(ramp_down, eight) == 0).all()


def test_sharpen_is_the_identity_less_a_laplacian():
    np.testing.assert_array_equal(kernels.sharpen(0), kernels.identity())
    np.testing.assert_array_equal(
        kernels.sharpen(2), kernels.identity() - 2 * kernels.laplacian()
    )
    assert kernels.sharpen(0.3).sum() == pytest.approx(1)


def test_emboss_keeps_even_light_and_lights_from_the_upper_left():
    assert kernels.emboss().sum() == 1
    np.testing.assert_array_equal(kernels.emboss()[::-1, ::-1] - np.diag([0, 1, 0]),
                                  -(kernels.emboss() - np.diag([0, 1, 0])))  # fmt: skip
    assert kernels.emboss()[0, 0] < 0 < kernels.emboss()[2, 2]


def test_kernels_are_new_arrays_each_time():
    for make in (kernels.emboss, kernels.sharpen, kernels.laplacian, kernels.identity):
        make()[1, 1] = 99
        assert make()[1, 1] != 99
    kernels.sobel(0)[1, 1] = 99
    assert kernels.sobel(0)[1, 1] == 0


GABOR = {"size": 9, "wavelength": 4.0}
DIFFERENCE = {"size": 9, "center_sigma": 1.0, "surround_sigma": 2.0}


@pytest.mark.parametrize(
    ("make", "arguments", "error", "words"),
    [
        (kernels.identity, {"size": 4}, ValueError, "size must be odd.*4"),
        (kernels.identity, {"size": 3.0}, TypeError, "size"),
        (kernels.box, {"size": 0}, ValueError, "size"),
        (kernels.box, {"size": True}, TypeError, "size"),
        (kernels.gaussian, {"size": 5, "sigma": 0}, ValueError, "sigma"),
        (kernels.gaussian, {"size": 5, "sigma": np.nan}, ValueError, "sigma"),
        (kernels.gaussian, {"size": 5, "sigma": "1"}, TypeError, "sigma"),
        (kernels.gaussian, {"size": 6, "sigma": 1}, ValueError, "odd"),
        (kernels.gabor, {**GABOR, "size": 8}, ValueError, "odd"),
        (kernels.gabor, {**GABOR, "wavelength": 0}, ValueError, "wavelength"),
        (kernels.gabor, {**GABOR, "wavelength": None}, TypeError, "wavelength"),
        (kernels.gabor, {**GABOR, "sigma": -1}, ValueError, "sigma"),
        (kernels.gabor, {**GABOR, "aspect_ratio": 0}, ValueError, "aspect_ratio"),
        (kernels.gabor, {**GABOR, "orientation": "up"}, TypeError, "orientation"),
        (kernels.gabor, {**GABOR, "phase": None}, TypeError, "phase"),
        (kernels.gabor, {**GABOR, "phase": np.inf}, ValueError, "phase"),
        (
            kernels.difference_of_gaussians,
            {**DIFFERENCE, "surround_sigma": 1.0},
            ValueError,
            "center_sigma.*surround_sigma",
        ),
        (
            kernels.difference_of_gaussians,
            {**DIFFERENCE, "center_sigma": -1.0},
            ValueError,
            "sigma",
        ),
        (
            kernels.difference_of_gaussians,
            {**DIFFERENCE, "center_sigma": "1"},
            TypeError,
            "center_sigma",
        ),
        (
            kernels.difference_of_gaussians,
            {**DIFFERENCE, "surround_weight": "1"},
            TypeError,
            "surround_weight",
        ),
        (kernels.sobel, {"axis": 2}, ValueError, "axis"),
        (kernels.sobel, {"axis": "x"}, ValueError, "axis"),
        (kernels.prewitt, {"axis": -1}, ValueError, "axis"),
        (kernels.sharpen, {"amount": "1"}, TypeError, "amount"),
    ],
)
def test_wrong_arguments_are_named(make, arguments, error, words):
    with pytest.raises(error, match=words):
        make(**arguments)
