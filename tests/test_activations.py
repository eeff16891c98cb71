"""Activations: by hand, against TensorFlow, at the ends of what floats can hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cnn_helpers.activations import leaky_relu, relu, sigmoid, softmax, tanh

ALL = [relu, leaky_relu, sigmoid, tanh, softmax]
floats = hnp.arrays(
    st.sampled_from([np.float32, np.float64]),
    hnp.array_shapes(min_dims=1, max_dims=4, min_side=1),
    elements=st.floats(-100, 100, width=32),
)


@given(floats)
@settings(deadline=None)  # the first example imports TensorFlow
def test_against_tensorflow(x):
    import tensorflow as tf

    theirs = {
        relu: tf.nn.relu,
        leaky_relu: tf.nn.leaky_relu,
        sigmoid: tf.sigmoid,
        tanh: tf.tanh,
        softmax: tf.nn.softmax,
    }
    for function, oracle in theirs.items():
        result = function(x)
        assert result.dtype == x.dtype
        np.testing.assert_allclose(result, oracle(x), rtol=2e-5, atol=1e-6)


@given(floats)
def test_softmax_is_a_share(x):
    for axis in range(-x.ndim, x.ndim):
        result = softmax(x, axis)
        assert (result >= 0).all()
        np.testing.assert_allclose(result.sum(axis=axis), 1, rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_overflows(dtype):
    huge = np.array([-1e30, -1000, 0, 1000, 1e30], dtype)
    np.testing.assert_array_equal(sigmoid(huge), [0, 0, 0.5, 1, 1])
    np.testing.assert_array_equal(tanh(huge), [-1, -1, 0, 1, 1])
    np.testing.assert_array_equal(softmax(huge), [0, 0, 0, 0, 1])
    np.testing.assert_array_equal(relu(huge), [0, 0, 0, 1000, dtype(1e30)])


def test_by_hand():
    assert relu([-1.0, 0.0, 2.0]).tolist() == [0, 0, 2]
    assert leaky_relu([-1.0, 2.0], negative_slope=0.1).tolist() == [-0.1, 2]
    assert softmax([0.0, np.log(3.0)]).tolist() == pytest.approx([0.25, 0.75])
    assert sigmoid(np.log(3.0)) == pytest.approx(0.75)


def test_integers():
    assert relu(np.array([-3, 4])).tolist() == [0, 4]
    assert relu(np.array([-3, 4])).dtype.kind == "i"
    for function in (leaky_relu, sigmoid, tanh, softmax):
        assert function(np.array([0, 1])).dtype == np.float64


@pytest.mark.parametrize("function", ALL)
def test_a_nan_passes_through_and_inputs_stay(function):
    x = np.array([[1.0, np.nan], [2.0, 3.0]])
    x.flags.writeable = False
    result = function(x)
    assert np.isnan(result[0, 1])
    assert np.isfinite(result[1]).all()


@pytest.mark.parametrize("function", ALL)
def test_nothing_in_nothing_out(function):
    assert function(np.zeros((0, 10), np.float32)).shape == (0, 10)
    assert function(np.zeros((3, 0), np.float32)).shape == (3, 0)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("wrong", ["a", ["1"], None, [None], [1j], {}], ids=repr)
def test_what_is_not_numbers_is_named(function, wrong):
    with pytest.raises(TypeError, match="logits" if function is softmax else "x must"):
        function(wrong)


def test_softmax_needs_one_of_the_axes():
    with pytest.raises(ValueError, match=r"axis 2.*\(2, 3\)"):
        softmax(np.ones((2, 3)), 2)
    with pytest.raises(ValueError, match="axis"):
        softmax(1.0)
    with pytest.raises(TypeError, match="axis"):
        softmax(np.ones(3), axis=0.0)
    with pytest.raises(TypeError, match="axis"):
        softmax(np.ones(3), axis=None)


def test_a_slope_that_is_no_number_is_named():
    for wrong in ("0.1", None, True):
        with pytest.raises(TypeError, match="negative_slope"):
            leaky_relu([1.0], negative_slope=wrong)
