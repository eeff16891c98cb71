"""The convolutions: by hand, against SciPy, TensorFlow and each other."""

import itertools

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_helpers.convolution import (
    conv2d,
    conv2d_by_definition,
    conv2d_gradients,
    convolve2d,
    correlate2d,
)
from cnn_helpers.gradients import numerical_gradient, relative_error

BINARY_IMAGE = np.array(
    [
        [1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 1, 1, 0],
        [0, 1, 1, 0, 0],
    ]
)
CROSS = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
TOLERANCE = {np.float32: 2e-5, np.float64: 1e-12}


def close(actual, expected, dtype):
    """Compare relative to the largest number there is."""
    assert actual.shape == expected.shape
    scale = np.abs(expected).max(initial=1)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=TOLERANCE[dtype] * scale)


# By hand --------------------------------------------------------------------------


def test_the_binary_image_of_chapter_6():
    result = correlate2d(BINARY_IMAGE, CROSS)
    np.testing.assert_array_equal(result, [[4, 3, 4], [2, 4, 3], [2, 3, 4]])


@pytest.mark.parametrize("way", [conv2d, conv2d_by_definition])
def test_conv2d_does_not_flip_and_adds_the_bias(way):
    images = np.arange(6.0).reshape(1, 2, 3, 1)
    kernels = np.array([1.0, 10.0]).reshape(1, 2, 1, 1)
    result = way(images, kernels, [100.0])
    np.testing.assert_array_equal(result[0, :, :, 0], [[110, 121], [143, 154]])


def test_convolve2d_flips():
    impulse = np.zeros((3, 3), int)
    impulse[1, 1] = 1
    kernel = np.arange(9).reshape(3, 3)
    np.testing.assert_array_equal(convolve2d(impulse, kernel, padding="same"), kernel)
    np.testing.assert_array_equal(
        correlate2d(impulse, kernel, padding="same"), kernel[::-1, ::-1]
    )


def test_channels_are_added_up():
    images = np.ones((1, 2, 2, 3)) * [1.0, 10.0, 100.0]
    assert conv2d(images, np.ones((1, 1, 3, 1)))[0, 0, 0, 0] == 111


def test_groups_keep_channels_apart():
    images = np.ones((1, 1, 1, 4)) * [1.0, 10.0, 100.0, 1000.0]
    result = conv2d(images, np.ones((1, 1, 2, 2)), groups=2)
    np.testing.assert_array_equal(result.ravel(), [11, 1100])


# Against SciPy --------------------------------------------------------------------


@st.composite
def planes(draw):
    """Draw an image and a kernel that fits, with settings."""
    dilation = draw(st.tuples(*[st.integers(1, 3)] * 2))
    kernel = draw(st.tuples(*[st.integers(1, 4)] * 2))
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    size = tuple(draw(st.integers(span, span + 7)) for span in spans)
    padding = draw(
        st.sampled_from(["valid", "full", 0, 2, ((1, 0), (0, 3)), ((2, 1), (1, 1))])
    )
    stride = draw(st.tuples(*[st.integers(1, 3)] * 2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = draw(st.sampled_from([np.float32, np.float64, np.int64]))
    image = (rng.normal(size=size) * 10).astype(dtype)
    weights = (rng.normal(size=kernel) * 10).astype(dtype)
    return image, weights, {"stride": stride, "padding": padding, "dilation": dilation}


def by_scipy(function, image, kernel, stride, padding, dilation):
    """Pad by hand, dilate by hand, slide by SciPy, skip by hand."""
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel.shape, strict=True)]
    dilated = np.zeros(spans, kernel.dtype)
    dilated[:: dilation[0], :: dilation[1]] = kernel
    if padding == "full":
        padding = [(span - 1, span - 1) for span in spans]
    padded = np.pad(image, 0 if padding == "valid" else padding)
    return function(padded, dilated, mode="valid")[:: stride[0], :: stride[1]]


@given(planes())
@settings(max_examples=150, deadline=None)
def test_two_dimensional_ones_against_scipy(case):
    image, kernel, setting = case
    pairs = [
        (correlate2d, scipy.signal.correlate2d),
        (convolve2d, scipy.signal.convolve2d),
    ]
    for ours, theirs in pairs:
        result = ours(image, kernel, **setting)
        assert result.dtype == image.dtype
        expected = by_scipy(theirs, image, kernel, **setting)
        np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-3)


# Against TensorFlow ---------------------------------------------------------------


def drawn_batch(data, *, channels=(1, 2, 3, 5), most=9):
    """Draw images, kernels, bias and groups; the sizes are not square."""
    dilation = data.draw(st.tuples(*[st.integers(1, 2)] * 2), "dilation")
    kernel = data.draw(st.tuples(*[st.integers(1, 5)] * 2), "kernel")
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    size = [data.draw(st.integers(span, span + most)) for span in spans]
    groups = data.draw(st.sampled_from([1, 1, 2, 3]), "groups")
    each_in = data.draw(st.sampled_from(channels), "channels of a group")
    each_out = data.draw(st.integers(1, 4), "kernels of a group")
    count = data.draw(st.sampled_from([1, 2, 5]), "images")
    dtype = data.draw(st.sampled_from([np.float32, np.float64]), "dtype")
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), "seed"))
    images = rng.normal(size=(count, *size, each_in * groups)).astype(dtype)
    kernels = rng.normal(size=(*kernel, each_in, each_out * groups)).astype(dtype)
    bias = rng.normal(size=each_out * groups).astype(dtype)
    return images, kernels, bias, groups, dilation, rng


def dilated(kernels, dilation):
    """Spread the weights apart by matrices of zeros and ones, in TensorFlow."""
    import tensorflow as tf

    rows, cols = (
        np.eye(d * (k - 1) + 1, dtype=kernels.dtype.as_numpy_dtype)[:, ::d]
        for d, k in zip(dilation, kernels.shape[:2], strict=True)
    )
    return tf.einsum("am,bn,mnio->abio", rows, cols, kernels)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_conv2d_and_its_gradients_against_tensorflow(data):
    import tensorflow as tf

    images, kernels, bias, groups, dilation, rng = drawn_batch(data)
    stride = data.draw(st.integers(1, 3), "stride")
    padding = data.draw(st.sampled_from(["valid", "same"]), "padding")
    with tf.GradientTape() as tape:
        variables = [tf.constant(array) for array in (images, kernels, bias)]
        tape.watch(variables)
        parts = zip(
            tf.split(variables[0], groups, axis=3),
            tf.split(dilated(variables[1], dilation), groups, axis=3),
            strict=True,
        )  # TensorFlow's own groups and dilations have no gradient on the CPU
        maps = [tf.nn.conv2d(*part, stride, padding.upper()) for part in parts]
        expected = tf.concat(maps, axis=3) + variables[2]
        upstream = rng.normal(size=expected.shape).astype(images.dtype)
        total = tf.reduce_sum(expected * upstream)
    setting = {"stride": stride, "padding": padding, "dilation": dilation}
    result = conv2d(images, kernels, bias, groups=groups, **setting)
    assert result.dtype == images.dtype
    close(result, expected.numpy(), images.dtype.type)
    ours = conv2d_gradients(upstream, images, kernels, groups=groups, **setting)
    for actual, right in zip(ours, tape.gradient(total, variables), strict=True):
        assert actual.dtype == images.dtype
        close(actual, right.numpy(), images.dtype.type)


# Against the definition: everything at once ---------------------------------------


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_conv2d_is_its_definition(data):
    images, kernels, bias, groups, dilation, _ = drawn_batch(data, most=5)
    stride = data.draw(st.tuples(*[st.integers(1, 3)] * 2), "stride")
    padding = data.draw(
        st.sampled_from(["valid", "same", "full", 1, ((0, 2), (3, 1))]), "padding"
    )
    setting = {"stride": stride, "padding": padding, "dilation": dilation}
    setting["groups"] = groups
    expected = conv2d_by_definition(images, kernels, bias, **setting)
    close(conv2d(images, kernels, bias, **setting), expected, images.dtype.type)


def definition_of_gradients(upstream, images, kernels, **setting):
    """Differentiate the definition: it is linear in images and in kernels."""

    def loss_by(which):
        def loss(array):
            arguments = [images, kernels]
            arguments[which] = array
            return (upstream * conv2d_by_definition(*arguments, **setting)).sum()

        return loss

    return [
        numerical_gradient(loss_by(which), array, step=1.0)
        for which, array in enumerate((images, kernels))
    ]


SETTINGS = [
    {"stride": s, "padding": p, "dilation": d, "groups": g}
    for s, p, d, g in itertools.product(
        [1, (2, 3)], ["same", "full", ((0, 4), (1, 2))], [1, (2, 1)], [1, 2]
    )
]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_gradients_by_central_differences(setting):
    rng = np.random.default_rng(0)
    images = rng.normal(size=(2, 5, 4, 2))
    kernels = rng.normal(size=(3, 2, 2 // setting["groups"], 4))
    upstream = rng.normal(size=conv2d(images, kernels, **setting).shape)
    ours = conv2d_gradients(upstream, images, kernels, **setting)
    right = definition_of_gradients(upstream, images, kernels, **setting)
    for actual, expected in zip(ours[:2], right, strict=True):
        assert relative_error(actual, expected) < 1e-10
    np.testing.assert_allclose(ours[2], upstream.sum(axis=(0, 1, 2)))


def test_the_gradient_by_the_images_can_be_left_out():
    rng = np.random.default_rng(0)
    images, kernels = rng.normal(size=(2, 5, 4, 3)), rng.normal(size=(3, 2, 3, 4))
    for groups, weights in ((1, kernels), (3, rng.normal(size=(3, 2, 1, 6)))):
        upstream = np.ones_like(conv2d(images, weights, groups=groups))
        whole = conv2d_gradients(upstream, images, weights, groups=groups)
        rest = conv2d_gradients(
            upstream, images, weights, groups=groups, to_images=False
        )
        assert rest[0] is None
        for actual, expected in zip(rest[1:], whole[1:], strict=True):
            np.testing.assert_array_equal(actual, expected)


# Types, emptiness, what passes through --------------------------------------------


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_no_images_give_an_empty_result(groups):
    images = np.zeros((0, 7, 6, 4), np.float32)
    kernels = np.ones((3, 2, 4 // groups, 8), np.float32)
    result = conv2d(images, kernels, groups=groups)
    assert result.shape == (0, 5, 5, 8)
    assert conv2d_by_definition(images, kernels, groups=groups).shape == result.shape
    gradients = conv2d_gradients(result, images, kernels, groups=groups)
    assert [g.shape for g in gradients] == [images.shape, kernels.shape, (8,)]
    assert not gradients[1].any()
    assert not gradients[2].any()


@pytest.mark.parametrize(
    ("image", "kernel", "expected"),
    [
        (np.uint8, np.int8, np.int16),
        (np.uint8, np.uint8, np.uint8),
        (np.int32, np.float32, np.float64),
        (np.float32, np.float32, np.float32),
        (bool, bool, np.int64),
    ],
)
def test_correlate2d_promotes_as_numpy_does(image, kernel, expected):
    result = correlate2d(np.ones((3, 3), image), np.ones((2, 2), kernel))
    assert result.dtype == expected
    assert (result == 4).all()


@pytest.mark.parametrize(
    ("images", "kernels", "expected"),
    [
        (np.uint8, np.int64, np.float32),
        (np.float32, np.float32, np.float32),
        (np.float32, np.float64, np.float64),
        (np.float64, np.float32, np.float64),
        (bool, np.float32, np.float32),
    ],
)
def test_conv2d_computes_in_floats(images, kernels, expected):
    result = conv2d(np.ones((1, 3, 3, 1), images), np.ones((2, 2, 1, 1), kernels))
    assert result.dtype == expected
    assert (result == 4).all()


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("channels", [1, 48])
@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_nan_reaches_the_outputs_that_see_it_and_no_other(odd, channels):
    rng = np.random.default_rng(0)
    images = rng.normal(size=(4, 16, 16, channels)).astype(np.float32)
    kernels = rng.normal(size=(3, 3, channels, 48)).astype(np.float32)
    images[3, 5, 6, 0] = odd
    finite = np.isfinite(conv2d(images, kernels, padding="same"))
    expected = np.ones_like(finite)
    expected[3, 4:7, 5:8] = False
    np.testing.assert_array_equal(finite, expected)


@pytest.mark.parametrize("function", [correlate2d, convolve2d])
def test_a_nan_passes_through_in_two_dimensions(function):
    image = np.ones((4, 4))
    image[0, 0] = np.nan
    result = function(image, np.ones((2, 2)))
    assert np.isnan(result[0, 0])
    assert np.isnan(result).sum() == 1


def test_lists_are_taken_and_inputs_stay_as_they_are():
    assert correlate2d([[1, 2], [3, 4]], [[1]]).tolist() == [[1, 2], [3, 4]]
    rng = np.random.default_rng(0)
    images = rng.normal(size=(4, 16, 16, 48)).astype(np.float32)
    kernels = rng.normal(size=(3, 3, 48, 48)).astype(np.float32)
    bias = np.ones(48, np.float32)
    upstream = np.ones((4, 16, 16, 48), np.float32)
    arrays = [images, kernels, bias, upstream]
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    conv2d(images, kernels, bias, padding="same")
    conv2d_gradients(upstream, images, kernels, padding="same")
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_results_are_new_memory():
    images = np.ones((1, 2, 2, 1))
    result = conv2d(images, np.ones((1, 1, 1, 1)))
    assert not np.shares_memory(result, images)
    d_images, _, _ = conv2d_gradients(result, images, np.ones((1, 1, 1, 1)))
    assert not np.shares_memory(d_images, result)


def test_images_that_are_strided_views():
    rng = np.random.default_rng(0)
    whole = rng.normal(size=(6, 40, 16, 96)).astype(np.float32)
    view = whole[::2, ::2, ::-1, ::2]
    kernels = rng.normal(size=(3, 3, 48, 96)).astype(np.float32)[..., ::2]
    expected = conv2d(view.copy(), kernels.copy(), padding="same")
    close(conv2d(view, kernels, padding="same"), expected, np.float32)


# Bad input ------------------------------------------------------------------------

IMAGES, KERNELS = np.ones((2, 5, 4, 3)), np.ones((3, 3, 3, 2))


def by_name(function):
    """Return the function with good arrays filled in."""
    good = {
        conv2d: {"images": IMAGES, "kernels": KERNELS},
        conv2d_by_definition: {"images": IMAGES, "kernels": KERNELS},
        conv2d_gradients: {
            "upstream": np.ones((2, 3, 2, 2)),
            "images": IMAGES,
            "kernels": KERNELS,
        },
        correlate2d: {"image": np.ones((5, 4)), "kernel": np.ones((3, 3))},
        convolve2d: {"image": np.ones((5, 4)), "kernel": np.ones((3, 3))},
    }[function]
    return lambda **changed: function(**{**good, **changed})


ALL = [conv2d, conv2d_by_definition, conv2d_gradients, correlate2d, convolve2d]
BATCHES = ALL[:3]


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize(
    ("setting", "error", "words"),
    [
        ({"stride": 0}, ValueError, "stride.*at least 1.*0"),
        ({"stride": -1}, ValueError, "stride"),
        ({"stride": 1.0}, TypeError, "stride.*integer.*1.0"),
        ({"stride": True}, TypeError, "stride.*True"),
        ({"stride": (1, 2, 3)}, ValueError, "stride.*pair"),
        ({"stride": "2"}, TypeError, "stride"),
        ({"stride": None}, TypeError, "stride"),
        ({"dilation": 0}, ValueError, "dilation"),
        ({"dilation": 1.5}, TypeError, "dilation"),
        ({"dilation": False}, TypeError, "dilation"),
        ({"dilation": 9}, ValueError, r"\(3, 3\).*\(5, 4\).*dilation 9.*fit"),
        ({"padding": "SAME"}, ValueError, "padding.*'valid'.*SAME"),
        ({"padding": "reflect"}, ValueError, "padding"),
        ({"padding": -1}, ValueError, "padding"),
        ({"padding": 1.0}, TypeError, "padding"),
        ({"padding": True}, TypeError, "padding"),
        ({"padding": None}, TypeError, "padding"),
        ({"padding": (1, 2)}, ValueError, r"padding.*\(top, bottom\)"),
        ({"padding": ((1, 2),)}, ValueError, "padding"),
        ({"padding": ((1, 2), (1, -1))}, ValueError, "padding"),
        ({"padding": ((1, 2), (1, 2, 3))}, ValueError, "padding"),
    ],
    ids=str,
)
def test_wrong_settings_are_named(function, setting, error, words):
    with pytest.raises(error, match=words):
        by_name(function)(**setting)


@pytest.mark.parametrize("function", BATCHES)
@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"images": np.ones((5, 4, 3))}, ValueError, r"images.*\(N, H.*\(5, 4, 3\)"),
        ({"kernels": np.ones((3, 3))}, ValueError, r"kernels.*\(kH.*\(3, 3\)"),
        ({"kernels": np.ones((3, 3, 4, 2))}, ValueError, r"\(3, 3, 4, 2\).*5, 4, 3\)"),
        ({"kernels": np.ones((6, 3, 3, 2))}, ValueError, r"\(6, 3\).*\(5, 4\).*fit"),
        ({"kernels": np.ones((0, 3, 3, 2))}, ValueError, "kernel_size"),
        ({"kernels": np.ones((3, 3, 3, 0))}, ValueError, "channels"),
        ({"groups": 0}, ValueError, "groups"),
        ({"groups": 2}, ValueError, r"groups.*2.*\(2, 5, 4, 3\).*\(3, 3, 3, 2\)"),
        ({"groups": 1.0}, TypeError, "groups"),
        ({"groups": True}, TypeError, "groups"),
        ({"images": "photo"}, TypeError, "images"),
        ({"images": IMAGES.astype(object)}, TypeError, "images.*object"),
        ({"images": IMAGES.astype(complex)}, TypeError, "images.*complex"),
        ({"images": None}, TypeError, "images"),
        ({"images": [[[[1, 2]], [[1]]]]}, ValueError, "images.*rectangular"),
        ({"kernels": KERNELS.astype(str)}, TypeError, "kernels"),
    ],
    ids=str,
)
def test_wrong_arrays_are_named(function, changed, error, words):
    with pytest.raises(error, match=words):
        by_name(function)(**changed)


@pytest.mark.parametrize("function", [correlate2d, convolve2d])
@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"image": IMAGES}, ValueError, r"image .*\(H, W\).*\(2, 5, 4, 3\)"),
        ({"kernel": KERNELS}, ValueError, r"kernel .*\(kH, kW\).*\(3, 3, 3, 2\)"),
        ({"kernel": np.ones((6, 2))}, ValueError, r"\(6, 2\).*\(5, 4\)"),
        ({"kernel": np.ones((0, 2))}, ValueError, "kernel_size"),
        ({"image": np.full((5, 4), "a")}, TypeError, "image"),
        ({"kernel": np.full((2, 2), None)}, TypeError, "kernel.*object"),
    ],
    ids=str,
)
def test_wrong_planes_are_named(function, changed, error, words):
    with pytest.raises(error, match=words):
        by_name(function)(**changed)


@pytest.mark.parametrize("function", [conv2d, conv2d_by_definition])
@pytest.mark.parametrize("bias", [np.ones(3), np.ones((1, 2)), 1.0])
def test_a_bias_of_another_shape_is_named(function, bias):
    with pytest.raises(ValueError, match=r"bias.*\(2,\).*\(3, 3, 3, 2\)"):
        by_name(function)(bias=bias)


def test_an_upstream_gradient_of_another_shape_is_named():
    with pytest.raises(ValueError, match=r"upstream.*\(2, 3, 2, 2\).*\(2, 3, 3, 2\)"):
        by_name(conv2d_gradients)(upstream=np.ones((2, 3, 3, 2)))
    with pytest.raises(TypeError, match="upstream"):
        by_name(conv2d_gradients)(upstream=np.full((2, 3, 2, 2), "x"))


@pytest.mark.parametrize("function", ALL)
def test_settings_are_keyword_only(function):
    good = {"stride": 1}
    arrays = 3 if function in BATCHES else 2
    with pytest.raises(TypeError, match="positional"):
        function(*[np.ones((1, 1, 1, 1))] * arrays, *good.values())
