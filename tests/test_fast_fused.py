"""Convolution and max-pooling as one, against one after the other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_helpers.convolution import conv2d, conv2d_gradients
from cnn_helpers.fast import fused
from cnn_helpers.gradients import relative_error
from cnn_helpers.pooling import max_pool2d, max_pool2d_gradient


def one_after_the_other(images, kernels, upstream, pool, **setting):
    """Return the pooled map and the gradients, without fusing."""
    maps = conv2d(images, kernels, **setting)
    flow = max_pool2d_gradient(upstream, maps, pool)
    return max_pool2d(maps, pool), conv2d_gradients(flow, images, kernels, **setting)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_fused_is_one_after_the_other(data):
    kernel = data.draw(st.tuples(*[st.integers(1, 4)] * 2), "kernel")
    pool = data.draw(st.tuples(*[st.integers(1, 3)] * 2), "pool")
    stride = data.draw(st.tuples(*[st.integers(1, 2)] * 2), "stride")
    least = [k + (p - 1) * s for k, p, s in zip(kernel, pool, stride, strict=True)]
    size = [data.draw(st.integers(n, n + 8), "size") for n in least]
    padding = data.draw(st.sampled_from(["valid", "full", ((0, 1), (2, 0))]))
    setting = {"stride": stride, "padding": padding}
    count, c_in, c_out = (data.draw(st.integers(1, 4)) for _ in range(3))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), "seed"))
    # whole numbers: ties are frequent, sums are exact
    images = rng.integers(-1, 2, (count, *size, c_in)).astype(float)
    kernels = rng.integers(-1, 2, (*kernel, c_in, c_out)).astype(float)
    pooled, memory = fused.conv2d_max_pool2d(images, kernels, pool=pool, **setting)
    upstream = rng.normal(size=pooled.shape)
    expected, right = one_after_the_other(images, kernels, upstream, pool, **setting)
    np.testing.assert_array_equal(pooled, expected)
    actual = fused.conv2d_max_pool2d_gradients(upstream, kernels, memory)
    for ours, known in zip(actual, right, strict=True):
        np.testing.assert_allclose(ours, known, atol=1e-10)
    rest = fused.conv2d_max_pool2d_gradients(upstream, kernels, memory, to_images=False)
    assert rest[0] is None
    np.testing.assert_array_equal(rest[1], actual[1])


def test_float32_of_lenet():
    rng = np.random.default_rng(0)
    for shape, kernel_shape in [((32, 28, 28, 1), (5, 5, 1, 6)),
                                ((32, 12, 12, 6), (5, 5, 6, 16))]:  # fmt: skip
        images, kernels = rng.normal(size=shape), rng.normal(size=kernel_shape)
        narrow = images.astype(np.float32), kernels.astype(np.float32)
        pooled, memory = fused.conv2d_max_pool2d(*narrow)
        upstream = rng.normal(size=pooled.shape)
        expected, right = one_after_the_other(images, kernels, upstream, 2)
        assert pooled.dtype == np.float32
        assert relative_error(pooled, expected) < 5e-6
        actual = fused.conv2d_max_pool2d_gradients(
            upstream.astype(np.float32), narrow[1], memory
        )
        for ours, known in zip(actual, right, strict=True):
            assert ours.dtype == np.float32
            assert relative_error(ours, known) < 5e-6


def test_no_images():
    images, kernels = np.zeros((0, 6, 6, 1)), np.ones((3, 3, 1, 2))
    pooled, memory = fused.conv2d_max_pool2d(images, kernels)
    assert pooled.shape == (0, 2, 2, 2)
    gradients = fused.conv2d_max_pool2d_gradients(pooled, kernels, memory)
    assert [g.shape for g in gradients] == [images.shape, kernels.shape, (2,)]
    assert not gradients[1].any()


def test_what_suits():
    assert fused.suits((None, 28, 28, 1), (5, 5, 1, 6))
    assert fused.suits((32, 12, 12, 6), (5, 5, 6, 16), pool=2, padding="same")
    assert not fused.suits((32, 12, 12, 32), (5, 5, 32, 64))
    assert not fused.suits((32, 5, 5, 1), (5, 5, 1, 4)), "no room for the pool"
    assert not fused.suits((32, 28, 28, 1), (5, 5, 1, 4), pool=4), "16 columns a kernel"
    with pytest.raises(ValueError, match=r"\(5, 5\).*\(4, 4\)"):
        fused.suits((32, 4, 4, 1), (5, 5, 1, 4))
