"""The instrument that checks gradients is checked itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_helpers.gradients import numerical_gradient, relative_error


def test_a_polynomial():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    actual = numerical_gradient(lambda a: (a**3).sum(), x)
    np.testing.assert_allclose(actual, 3 * x**2, rtol=1e-8)
    assert actual.dtype == np.float64


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5))
def test_elements_that_depend_on_each_other(values):
    x = np.array(values)
    actual = numerical_gradient(lambda a: np.exp(a).sum() * a.sum(), x)
    expected = np.exp(x) * x.sum() + np.exp(x).sum()
    np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-6)


def test_the_input_stays_and_is_taken_in_float64():
    x = np.array([1.0, 2.0], np.float32)
    x.flags.writeable = False
    actual = numerical_gradient(lambda a: (a**2).sum(), x)
    np.testing.assert_allclose(actual, [2, 4], rtol=1e-9)
    np.testing.assert_array_equal(x, [1, 2])


def test_a_function_that_changes_its_argument_does_no_harm():
    def rude(a):
        value = (a**2).sum()
        a[...] = 0
        return value

    np.testing.assert_allclose(numerical_gradient(rude, [1.0, 2.0]), [2, 4], rtol=1e-9)


def test_numbers_and_nothing():
    assert numerical_gradient(lambda a: a**2, 3.0) == pytest.approx(6)
    assert numerical_gradient(lambda a: 0.0, np.zeros((0, 3))).shape == (0, 3)
    assert numerical_gradient(lambda a: a.sum()[None], [1.0]).tolist() == pytest.approx(
        [1]
    )


@pytest.mark.parametrize("step", [0, -1e-5, np.nan, np.inf])
def test_a_step_must_be_positive(step):
    with pytest.raises(ValueError, match="step"):
        numerical_gradient(np.sum, [1.0], step=step)


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r"one number.*\(2,\)"):
        numerical_gradient(lambda a: a, [1.0, 2.0])
    for wrong in ("ab", None, [1j]):
        with pytest.raises(TypeError, match="array"):
            numerical_gradient(np.sum, wrong)
    with pytest.raises(TypeError, match="step"):
        numerical_gradient(np.sum, [1.0], step="1")
    with pytest.raises(TypeError, match="function"):
        numerical_gradient(3, [1.0])


def test_relative_error():
    assert relative_error([3.0, 4.0], [3.0, 4.0]) == 0
    assert relative_error([0.0], [0.0]) == 0
    assert relative_error([0.0, 0.0], [3.0, 4.0]) == 1
    assert relative_error([3.0, 4.0], [0.0, 4.0]) == pytest.approx(0.6)
    assert relative_error([1.0], [-1.0]) == 2
    assert type(relative_error([1], [2])) is float
    assert np.isnan(relative_error([np.nan], [1.0])), "NaN is no agreement"


def test_relative_error_names_wrong_arguments():
    with pytest.raises(ValueError, match=r"actual.*\(1,\).*expected.*\(2,\)"):
        relative_error([1.0], [1.0, 2.0])
    with pytest.raises(TypeError, match="actual"):
        relative_error("a", [1.0])
    with pytest.raises(TypeError, match="expected"):
        relative_error([1.0], [None])
