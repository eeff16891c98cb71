"""The pools and their gradients: by hand, against TensorFlow and differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_helpers.gradients import numerical_gradient, relative_error
from cnn_helpers.pooling import (
    average_pool2d,
    average_pool2d_gradient,
    global_average_pool2d,
    global_average_pool2d_gradient,
    global_max_pool2d,
    global_max_pool2d_gradient,
    lp_pool2d,
    max_pool2d,
    max_pool2d_gradient,
    sum_pool2d,
)

LOCAL = [max_pool2d, average_pool2d, sum_pool2d, lp_pool2d]
LOCAL_GRADIENTS = [max_pool2d_gradient, average_pool2d_gradient]
GLOBAL = [global_average_pool2d, global_max_pool2d]
GLOBAL_GRADIENTS = [global_average_pool2d_gradient, global_max_pool2d_gradient]
COUNT_TO_16 = np.arange(1.0, 17.0).reshape(1, 4, 4, 1)


def plane(array):
    """Return the only channel of the only image."""
    return array[0, :, :, 0].tolist()


# By hand --------------------------------------------------------------------------


def test_windows_of_two_by_two():
    assert plane(max_pool2d(COUNT_TO_16)) == [[6, 8], [14, 16]]
    assert plane(average_pool2d(COUNT_TO_16)) == [[3.5, 5.5], [11.5, 13.5]]
    assert plane(sum_pool2d(COUNT_TO_16)) == [[14, 22], [46, 54]]


def test_windows_that_overlap_and_are_not_square():
    result = max_pool2d(COUNT_TO_16, (1, 3), stride=(2, 1))
    assert plane(result) == [[3, 4], [11, 12]]


def test_what_does_not_fill_a_window_is_left_out():
    assert plane(max_pool2d(COUNT_TO_16, 3)) == [[11]]


def test_padding_does_not_count():
    setting = {"size": 3, "stride": 2, "padding": "same"}  # one zero after
    assert plane(max_pool2d(-COUNT_TO_16, **setting)) == [[-1, -3], [-9, -11]]
    assert plane(average_pool2d(COUNT_TO_16, **setting)) == [[6, 7.5], [12, 13.5]]
    result = average_pool2d_gradient(np.ones((1, 2, 2, 1)), COUNT_TO_16, **setting)
    np.testing.assert_allclose(plane(result)[3], [1 / 6, 1 / 6, 1 / 6 + 1 / 4, 1 / 4])


def test_lp_pool_is_the_p_norm_of_a_window():
    images = np.array([1.0, -2.0, 2.0, 4.0]).reshape(1, 2, 2, 1)
    assert lp_pool2d(images).item() == 5
    assert lp_pool2d(images, p=1).item() == 9
    assert lp_pool2d(images, p=64).item() == pytest.approx(4)


def test_a_tie_goes_to_the_first_maximum():
    images = np.zeros((1, 2, 4, 1))
    result = max_pool2d_gradient(np.array([[[[5.0], [7.0]]]]), images)
    assert plane(result) == [[5, 0, 7, 0], [0, 0, 0, 0]]


def test_a_pixel_that_wins_twice_gets_both():
    images = np.array([0.0, 9.0, 0.0]).reshape(1, 1, 3, 1)
    upstream = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    result = max_pool2d_gradient(upstream, images, (1, 2), stride=1)
    assert plane(result) == [[0, 11, 0]]


def test_the_global_maximum_shares_among_ties():
    images = np.array([3.0, 3.0, 1.0, 3.0]).reshape(1, 2, 2, 1)
    result = global_max_pool2d_gradient([[6.0]], images)
    assert plane(result) == [[2, 2], [0, 2]]


# Against TensorFlow ---------------------------------------------------------------


@st.composite
def cases(draw):
    """Draw images with ties, a window, a stride and a padding."""
    size = draw(st.tuples(*[st.integers(1, 3)] * 2))
    stride = draw(st.one_of(st.none(), st.tuples(*[st.integers(1, 3)] * 2)))
    padding = draw(st.sampled_from(["valid", "same"]))
    shape = [draw(st.integers(k, k + 7)) for k in size]
    count, channels = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    images = rng.integers(-2, 3, (count, *shape, channels)).astype(dtype)
    return images, size, stride, padding, rng


@given(cases())
@settings(max_examples=80, deadline=None)
def test_max_and_average_against_tensorflow(case):
    import tensorflow as tf

    images, size, stride, padding, rng = case
    both = [
        (max_pool2d, max_pool2d_gradient, tf.nn.max_pool2d),
        (average_pool2d, average_pool2d_gradient, tf.nn.avg_pool2d),
    ]
    for ours, gradient, theirs in both:
        with tf.GradientTape() as tape:
            variable = tf.constant(images)
            tape.watch(variable)
            expected = theirs(variable, size, stride or size, padding.upper())
            upstream = rng.normal(size=expected.shape).astype(images.dtype)
            total = tf.reduce_sum(expected * upstream)
        result = ours(images, size, stride=stride, padding=padding)
        assert result.dtype == images.dtype
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)
        back = gradient(upstream, images, size, stride=stride, padding=padding)
        assert back.dtype == images.dtype
        right = tape.gradient(total, variable)
        np.testing.assert_allclose(back, right, rtol=1e-4, atol=1e-5)


@given(cases())
@settings(max_examples=40, deadline=None)
def test_global_pools_against_keras(case):
    import keras
    import tensorflow as tf

    images, *_, rng = case
    both = [
        (global_average_pool2d, global_average_pool2d_gradient,
         keras.layers.GlobalAveragePooling2D),
        (global_max_pool2d, global_max_pool2d_gradient,
         keras.layers.GlobalMaxPooling2D),
    ]  # fmt: skip
    for ours, gradient, theirs in both:
        with tf.GradientTape() as tape:
            variable = tf.constant(images)
            tape.watch(variable)
            expected = theirs(dtype=images.dtype.name)(variable)
            upstream = rng.normal(size=expected.shape).astype(images.dtype)
            total = tf.reduce_sum(expected * upstream)
        result = ours(images)
        assert result.dtype == images.dtype
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)
        back = gradient(upstream, images)
        assert back.dtype == images.dtype
        right = tape.gradient(total, variable)
        np.testing.assert_allclose(back, right, rtol=1e-4, atol=1e-5)


@given(cases(), st.sampled_from([1, 2, 3.5]))
@settings(max_examples=60, deadline=None)
def test_sum_and_lp_against_windows_cut_by_hand(case, p):
    images, size, stride, padding, _ = case
    if padding == "same":
        return  # zeros add nothing to these two: see the next test
    stride = stride or size
    windows = np.lib.stride_tricks.sliding_window_view(images, size, axis=(1, 2))
    windows = windows[:, :: stride[0], :: stride[1]]
    total = sum_pool2d(images, size, stride=stride)
    np.testing.assert_allclose(total, windows.sum((-1, -2)), atol=1e-5)
    norm = (np.abs(windows) ** p).sum((-1, -2)) ** (1 / p)
    result = lp_pool2d(images, size, p=p, stride=stride)
    assert result.dtype == images.dtype
    np.testing.assert_allclose(result, norm, rtol=1e-5, atol=1e-5)


def test_same_padding_adds_nothing_to_sums():
    padded = np.pad(COUNT_TO_16, ((0, 0), (0, 1), (0, 1), (0, 0)))
    for pool in (sum_pool2d, lp_pool2d):
        expected = pool(padded, 2, stride=1)
        np.testing.assert_array_equal(
            pool(COUNT_TO_16, 2, stride=1, padding="same"), expected
        )


@pytest.mark.parametrize(
    ("pool", "gradient"),
    [*zip(LOCAL, LOCAL_GRADIENTS, strict=False),
     *zip(GLOBAL, GLOBAL_GRADIENTS, strict=True)],
)  # fmt: skip
def test_gradients_by_central_differences(pool, gradient):
    rng = np.random.default_rng(0)
    images = rng.permutation(2 * 5 * 4 * 3).reshape(2, 5, 4, 3).astype(float)
    settings = [{}]
    if pool in LOCAL:
        settings = [
            {"size": (2, 3), "stride": (2, 1), "padding": padding}
            for padding in ("valid", "same")
        ]
    for setting in settings:
        upstream = rng.normal(size=pool(images, **setting).shape)

        def loss(array, upstream=upstream, setting=setting):
            return (upstream * pool(array, **setting)).sum()

        expected = numerical_gradient(loss, images, step=1e-3)
        actual = gradient(upstream, images, **setting)
        assert relative_error(actual, expected) < 1e-9


# Types, emptiness, what passes through --------------------------------------------


@pytest.mark.parametrize("pool", LOCAL + GLOBAL)
def test_no_images_give_an_empty_result(pool):
    result = pool(np.zeros((0, 4, 6, 3), np.float32))
    assert result.shape == ((0, 2, 3, 3) if pool in LOCAL else (0, 3))


@pytest.mark.parametrize("gradient", LOCAL_GRADIENTS + GLOBAL_GRADIENTS)
def test_no_images_have_empty_gradients(gradient):
    images = np.zeros((0, 4, 6, 3))
    upstream = np.zeros((0, 2, 3, 3) if gradient in LOCAL_GRADIENTS else (0, 3))
    assert gradient(upstream, images).shape == images.shape


def test_integers():
    images = np.full((1, 2, 2, 1), 200, np.uint8)
    assert max_pool2d(images).dtype == np.uint8
    assert sum_pool2d(images).item() == 800
    assert sum_pool2d(images > 0).item() == 4
    assert average_pool2d(images).dtype == np.float64
    assert average_pool2d(images).item() == 200
    assert max_pool2d(-images.astype(int), 3, padding="same").item() == -200
    assert max_pool2d(images > 0).item() is True


@pytest.mark.parametrize("pool", LOCAL + GLOBAL)
def test_a_nan_passes_through(pool):
    images = np.ones((2, 4, 4, 2))
    images[0, 0, 0, 0] = np.nan
    result = pool(images)
    assert np.isnan(result).sum() == 1
    assert np.isnan(result.ravel()[0])


@pytest.mark.parametrize("gradient", LOCAL_GRADIENTS + GLOBAL_GRADIENTS)
def test_inputs_stay_as_they_are(gradient):
    images = np.arange(32.0).reshape(1, 4, 4, 2)
    upstream = np.ones((1, 2, 2, 2) if gradient in LOCAL_GRADIENTS else (1, 2))
    images.flags.writeable = upstream.flags.writeable = False
    before = images.copy()
    gradient(upstream, images)
    for pool in LOCAL + GLOBAL:
        pool(images)
    np.testing.assert_array_equal(images, before)


# Bad input ------------------------------------------------------------------------


@pytest.mark.parametrize("pool", LOCAL)
@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"size": 0}, ValueError, "size.*at least 1"),
        ({"size": 2.0}, TypeError, "size.*2.0"),
        ({"size": True}, TypeError, "size"),
        ({"size": (2, 2, 2)}, ValueError, "size.*pair"),
        ({"size": 7}, ValueError, r"\(7, 7\).*\(1, 4, 4, 1\)"),
        ({"size": (1, 5)}, ValueError, r"\(1, 5\).*\(1, 4, 4, 1\)"),
        ({"stride": 0}, ValueError, "stride"),
        ({"stride": 1.5}, TypeError, "stride"),
        ({"stride": "2"}, TypeError, "stride"),
        ({"padding": "full"}, ValueError, "padding.*full"),
        ({"padding": 1}, ValueError, "padding"),
        ({"padding": (0, 1)}, ValueError, "padding"),
        ({"padding": None}, ValueError, "padding"),
        ({"images": np.ones((4, 4))}, ValueError, r"images.*\(N, H, W, C\).*\(4, 4\)"),
        ({"images": "a"}, TypeError, "images"),
        ({"images": np.full((1, 4, 4, 1), None)}, TypeError, "images.*object"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(pool, arguments, error, words):
    with pytest.raises(error, match=words):
        pool(**{"images": COUNT_TO_16, **arguments})


@pytest.mark.parametrize("pool", LOCAL)
def test_stride_and_padding_are_keyword_only(pool):
    with pytest.raises(TypeError, match="positional"):
        pool(COUNT_TO_16, 2, 2)


@pytest.mark.parametrize(
    ("p", "error"),
    [(0, ValueError), (-1, ValueError), (np.nan, ValueError), (np.inf, ValueError),
     ("2", TypeError), (None, TypeError), (True, TypeError)],
)  # fmt: skip
def test_a_wrong_p_is_named(p, error):
    with pytest.raises(error, match="p must be"):
        lp_pool2d(COUNT_TO_16, p=p)


@pytest.mark.parametrize("gradient", LOCAL_GRADIENTS)
def test_wrong_upstream_gradients_are_named(gradient):
    with pytest.raises(ValueError, match=r"upstream.*\(1, 2, 2, 1\).*\(1, 3, 3, 1\)"):
        gradient(np.ones((1, 3, 3, 1)), COUNT_TO_16)
    with pytest.raises(TypeError, match="upstream"):
        gradient(np.full((1, 2, 2, 1), "x"), COUNT_TO_16)
    with pytest.raises(ValueError, match="images"):
        gradient(np.ones((1, 2, 2, 1)), np.ones((4, 4)))


@pytest.mark.parametrize("gradient", GLOBAL_GRADIENTS)
def test_wrong_upstream_gradients_of_global_pools_are_named(gradient):
    with pytest.raises(ValueError, match=r"upstream.*\(1, 1\).*\(1, 2\)"):
        gradient(np.ones((1, 2)), COUNT_TO_16)
    with pytest.raises(TypeError, match="images"):
        gradient(np.ones((1, 1)), np.full((1, 2, 2, 1), "x"))


@pytest.mark.parametrize("pool", GLOBAL)
def test_global_pools_need_images_with_pixels(pool):
    with pytest.raises(ValueError, match=r"pixels.*\(1, 0, 4, 1\)"):
        pool(np.ones((1, 0, 4, 1)))
    with pytest.raises(ValueError, match=r"images.*\(4, 4, 1\)"):
        pool(np.ones((4, 4, 1)))
    with pytest.raises(TypeError, match="images"):
        pool([[[["x"]]]])
