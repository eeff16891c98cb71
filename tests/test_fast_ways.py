"""The fast ways of `conv2d`, each against the definition."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_helpers._grid import grid_of
from cnn_helpers.convolution import conv2d, conv2d_by_definition, conv2d_gradients
from cnn_helpers.fast import choice, depthwise, tiles, winograd
from cnn_helpers.gradients import relative_error


def drawn_case(data, *, most_channels=3, kernel_sizes=(1, 5), plain=False):
    """Draw float64 images, kernels and a grid; `plain` is stride and dilation 1."""
    pairs = st.tuples(*[st.integers(1, 1 if plain else 3)] * 2)
    stride, dilation = data.draw(pairs, "stride"), data.draw(pairs, "dilation")
    kernel = data.draw(st.tuples(*[st.integers(*kernel_sizes)] * 2), "kernel")
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    size = tuple(data.draw(st.integers(span, span + 8), "size") for span in spans)
    padding = data.draw(
        st.sampled_from(["valid", "same", "full", ((0, 2), (3, 1)), 5]), "padding"
    )
    c_in, c_out = (data.draw(st.integers(1, most_channels)) for _ in range(2))
    count = data.draw(st.integers(1, 5), "images")
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), "seed"))
    images = rng.normal(size=(count, *size, c_in))
    kernels = rng.normal(size=(*kernel, c_in, c_out))
    setting = {"stride": stride, "padding": padding, "dilation": dilation}
    grid = grid_of(size, kernel, stride, padding, dilation, "images")
    return images, kernels, grid, setting, rng


def slow_gradients(upstream, images, kernels, grid):
    """Add up the gradients weight by weight, on the padded images."""
    padded = grid.pad(images)
    d_padded, d_kernels = np.zeros_like(padded), np.zeros_like(kernels)
    for m, n in np.ndindex(grid.kernel):
        seen = (slice(None), *grid.seen_by(m, n))
        d_kernels[m, n] = np.einsum("nhwi,nhwo->io", padded[seen], upstream)
        d_padded[seen] += upstream @ kernels[m, n].T
    return grid.inside(d_padded), d_kernels


@pytest.fixture(params=[1, 500, tiles.TILE], ids="tile of {}".format)
def tile(request, monkeypatch):
    """Tiles of one image, of a few, of all: the last may be smaller."""
    monkeypatch.setattr(tiles, "TILE", request.param)


# Hypothesis draws many cases for each tile size, so the fixture is set once for all.
many = settings(max_examples=30, deadline=None, suppress_health_check=list())


@pytest.mark.usefixtures("tile")
class TestTiles:
    @given(data=st.data())
    @many
    def test_convolve(self, data):
        images, kernels, grid, setting, _ = drawn_case(data)
        expected = conv2d_by_definition(images, kernels, **setting)
        block = data.draw(
            st.sampled_from([(1, 1), tiles.best_block(kernels.shape, grid)])
        )
        result = tiles.convolve(images, kernels, grid, block=block)
        np.testing.assert_allclose(result, expected, atol=1e-10)

    @given(data=st.data())
    @many
    def test_gradients(self, data):
        images, kernels, grid, _, rng = drawn_case(data)
        upstream = rng.normal(size=(len(images), *grid.size, kernels.shape[3]))
        d_images, d_kernels = slow_gradients(upstream, images, kernels, grid)
        actual = tiles.image_gradient(upstream, kernels, images.shape, grid)
        np.testing.assert_allclose(actual, d_images, atol=1e-10)
        actual = tiles.kernel_gradient(upstream, images, kernels.shape, grid)
        np.testing.assert_allclose(actual, d_kernels, atol=1e-10)


@pytest.mark.parametrize("tiles_a_time", [1, 16, winograd.TILES])
@given(data=st.data())
@many
def test_winograd_is_the_definition(tiles_a_time, data):
    images, kernels, grid, setting, rng = drawn_case(
        data, kernel_sizes=(2, 5), plain=True
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(winograd, "TILES", tiles_a_time)
        result = winograd.convolve(images, kernels, grid)
        upstream = rng.normal(size=result.shape)
        d_kernels = winograd.kernel_gradient(upstream, images, kernels.shape, grid)
    expected = conv2d_by_definition(images, kernels, **setting)
    np.testing.assert_allclose(result, expected, atol=1e-10)
    right = slow_gradients(upstream, images, kernels, grid)[1]
    np.testing.assert_allclose(d_kernels, right, atol=1e-10)


def test_winograd_takes_thirty_six_products_for_sixteen_outputs():
    b, g, a = (
        winograd.points_from_window(),
        winograd.points_from_kernel(3),
        winograd.outputs_from_points(3),
    )
    window, kernel = np.arange(6.0) ** 2, np.array([1.0, -2.0, 5.0])
    products = (b @ window) * (g @ kernel)
    assert products.shape == (6,)
    np.testing.assert_allclose(a @ products, np.correlate(window, kernel))


@given(data=st.data())
@many
def test_depthwise_is_the_definition(data):
    images, _, grid, setting, rng = drawn_case(data)
    channels = images.shape[3]
    multiplier = data.draw(st.integers(1, 3))
    kernels = rng.normal(size=(*grid.kernel, 1, channels * multiplier))
    result = depthwise.convolve(images, kernels, grid)
    expected = conv2d_by_definition(images, kernels, groups=channels, **setting)
    np.testing.assert_allclose(result, expected, atol=1e-10)
    upstream = rng.normal(size=result.shape)
    d_images, d_kernels = depthwise.gradients(upstream, images, kernels, grid)
    full = np.zeros((*grid.kernel, channels, channels * multiplier))
    for k in range(channels * multiplier):
        full[:, :, k // multiplier, k] = kernels[:, :, 0, k]
    right_images, right_full = slow_gradients(upstream, images, full, grid)
    np.testing.assert_allclose(d_images, right_images, atol=1e-10)
    for k in range(channels * multiplier):
        right = right_full[:, :, k // multiplier, k]
        np.testing.assert_allclose(d_kernels[:, :, 0, k], right, atol=1e-10)


# The door: float32, shapes that take each way ------------------------------------

SHAPES = {
    "merged windows": ((4, 12, 16, 1), (5, 5, 1, 8), {"padding": "same"}),
    "tiles": ((4, 12, 11, 8), (3, 5, 8, 8), {"stride": 2}),
    "winograd 3x3": ((3, 23, 18, 64), (3, 3, 64, 72), {"padding": "same"}),
    "winograd 5x5": ((9, 14, 15, 64), (5, 5, 64, 48), {"padding": "full"}),
    "winograd 3x5": ((9, 16, 18, 64), (3, 5, 64, 48), {"padding": ((0, 2), (4, 1))}),
    "wide padding": ((9, 14, 14, 48), (3, 3, 48, 48), {"padding": 4}),
    "grouped winograd": ((2, 20, 24, 96), (3, 3, 48, 96), {"groups": 2, "padding": 1}),
}


@pytest.mark.parametrize("name", SHAPES)
def test_float32_is_near_float64(name):
    shape, kernel_shape, setting = SHAPES[name]
    rng = np.random.default_rng(0)
    exact = [rng.normal(size=shape), rng.normal(size=kernel_shape)]
    narrow = [array.astype(np.float32) for array in exact]
    expected = conv2d(*exact, **setting)
    result = conv2d(*narrow, **setting)
    assert result.dtype == np.float32
    assert relative_error(result, expected) < 5e-6
    upstream = rng.normal(size=expected.shape)
    gradients = conv2d_gradients(upstream, *narrow, **setting)
    right = conv2d_gradients(upstream, *exact, **setting)
    for actual, known in zip(gradients, right, strict=True):
        assert actual.dtype == np.float32
        assert relative_error(actual, known) < 5e-6


@pytest.mark.parametrize(("name", "expected"), [("tiles", 0), ("winograd 3x3", 1)])
def test_the_door_takes_the_way_that_suits(name, expected, monkeypatch):
    shape, kernel_shape, setting = SHAPES[name]
    calls = []
    way = winograd.convolve
    monkeypatch.setattr(
        choice.winograd, "convolve", lambda *a: calls.append(1) or way(*a)
    )
    images, kernels = np.ones(shape, np.float32), np.ones(kernel_shape, np.float32)
    conv2d(images, kernels, **setting)
    assert len(calls) == expected
    conv2d(images.astype(np.float64), kernels, **setting)  # all digits: never
    assert len(calls) == expected


@pytest.mark.parametrize("name", SHAPES)
def test_the_copies_stay_small(name):
    _, kernel_shape, setting = SHAPES[name]
    shape = SHAPES[name][0]
    shape = (512 if shape[3] < 16 else 64, *shape[1:])  # what is fixed counts little
    images, kernels = np.ones(shape, np.float32), np.ones(kernel_shape, np.float32)
    tracemalloc.start()
    result = conv2d(images, kernels, **setting)
    extra = tracemalloc.get_traced_memory()[1] - result.nbytes
    tracemalloc.stop()
    whole = np.prod(result.shape[:3]) * np.prod(kernel_shape[:2]) * shape[3] * 4
    assert extra <= whole / 10
