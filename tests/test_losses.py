"""The losses: against hand-computed values, Keras, and numerical gradients."""

import keras
import numpy as np
import pytest

from cnn_helpers import losses
from cnn_helpers.gradients import numerical_gradient, relative_error

LOGITS = np.random.default_rng(0).normal(scale=4, size=(7, 5))
PROBABILITIES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
LABELS = np.array([0, 4, 2, 2, 1, 3, 0])
ONE_HOT = np.eye(5)[LABELS]


def test_loss_is_minus_the_log_of_the_right_probability():
    y_pred = np.array([[0.5, 0.5], [0.75, 0.25]])
    expected = [np.log(2), np.log(4)]
    np.testing.assert_allclose(
        losses.sparse_categorical_crossentropy([0, 1], y_pred), expected
    )
    np.testing.assert_allclose(
        losses.categorical_crossentropy([[1, 0], [0, 1]], y_pred), expected
    )


@pytest.mark.parametrize("from_logits", [True, False])
def test_functions_agree_with_keras(from_logits):
    y_pred = LOGITS if from_logits else PROBABILITIES
    sparse = keras.losses.sparse_categorical_crossentropy(
        LABELS, y_pred, from_logits=from_logits
    )
    ours = losses.sparse_categorical_crossentropy(
        LABELS, y_pred, from_logits=from_logits
    )
    assert ours.shape == (7,)
    np.testing.assert_allclose(ours, sparse, rtol=1e-6)
    full = keras.losses.categorical_crossentropy(
        ONE_HOT, y_pred, from_logits=from_logits
    )
    ours = losses.categorical_crossentropy(ONE_HOT, y_pred, from_logits=from_logits)
    np.testing.assert_allclose(ours, full, rtol=1e-6)


def test_label_smoothing_agrees_with_keras():
    theirs = keras.losses.CategoricalCrossentropy(label_smoothing=0.2)
    ours = losses.CategoricalCrossentropy(label_smoothing=0.2)
    expected = float(theirs(ONE_HOT, PROBABILITIES))
    assert ours(ONE_HOT, PROBABILITIES) == pytest.approx(expected, rel=1e-6)


def test_logits_give_a_loss_where_probabilities_round_to_zero():
    logits = np.array([[0.0, 800.0]], np.float32)
    loss = losses.sparse_categorical_crossentropy([0], logits, from_logits=True)
    assert loss[0] == 800
    loss = losses.sparse_categorical_crossentropy([0], np.array([[0.0, 1.0]]))
    assert loss[0] == np.inf


def test_a_sure_and_right_answer_costs_a_positive_zero():
    loss = losses.sparse_categorical_crossentropy([1], np.array([[0.0, 1.0]]))
    assert str(loss) == "[0.]"


def test_clip_limits_the_loss_and_stops_the_gradient():
    y_pred = np.array([[1e-9, 1 - 1e-9], [0.25, 0.75]])
    loss = losses.SparseCategoricalCrossentropy(clip=1e-7)
    np.testing.assert_allclose(
        loss.each([0, 0], y_pred), [-np.log(1e-7), -np.log(0.25)]
    )
    gradient = loss.gradient([0, 0], y_pred)
    np.testing.assert_allclose(gradient, [[0, 0], [-4 / 2, 0]])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("from_logits", [True, False])
def test_dtype_stays_and_the_input_too(dtype, from_logits):
    y_pred = (LOGITS if from_logits else PROBABILITIES).astype(dtype)
    before = y_pred.copy()
    loss = losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    assert loss.each(LABELS, y_pred).dtype == dtype
    assert loss.gradient(LABELS, y_pred).dtype == dtype
    np.testing.assert_array_equal(y_pred, before)


@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        (losses.SparseCategoricalCrossentropy(from_logits=True), LABELS),
        (losses.CategoricalCrossentropy(from_logits=True), ONE_HOT),
        (losses.CategoricalCrossentropy(True, label_smoothing=0.3), ONE_HOT),
    ],
)
def test_gradient_by_the_logits_is_the_numerical_one(loss, labels):
    logits = LOGITS.copy()
    expected = numerical_gradient(lambda z: loss(labels, z), logits)
    assert relative_error(loss.gradient(labels, logits), expected) < 1e-7


@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        (losses.SparseCategoricalCrossentropy(), LABELS),
        (losses.CategoricalCrossentropy(label_smoothing=0.3), ONE_HOT),
        (losses.SparseCategoricalCrossentropy(clip=0.01), LABELS),
    ],
)
def test_gradient_by_the_probabilities_is_the_numerical_one(loss, labels):
    y_pred = PROBABILITIES.copy()
    expected = numerical_gradient(lambda p: loss(labels, p), y_pred, step=1e-8)
    assert relative_error(loss.gradient(labels, y_pred), expected) < 1e-5


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 5], "0 to 5.*5 classes"),
        ([0, -1, 2], "from -1"),
        ([0, 1.5, 2], "whole"),
        ([0, np.nan, 2], "whole"),
        (np.eye(5)[[0, 1, 2]], "categorical_crossentropy"),
        ([0, 1], r"\(2,\).*\(3, 5\)"),
        (1, r"\(3, 5\)"),
    ],
)
def test_wrong_class_numbers_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        losses.sparse_categorical_crossentropy(labels, PROBABILITIES[:3])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([0, 1, 2], "sparse_categorical_crossentropy"),
        ([[0], [1], [2]], "sparse_categorical_crossentropy"),
        (np.eye(4)[[0, 1, 2]], r"\(3, 4\).*\(3, 5\)"),
        (2 * np.eye(5)[[0, 1, 2]], "sum to 1"),
    ],
)
def test_wrong_rows_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        losses.categorical_crossentropy(rows, PROBABILITIES[:3])


def test_text_is_refused():
    with pytest.raises(TypeError, match="y_true"):
        losses.sparse_categorical_crossentropy(["a"], [[0.5, 0.5]])
    with pytest.raises(TypeError, match="y_pred"):
        losses.sparse_categorical_crossentropy([0], [["a", "b"]])


def test_logits_taken_for_probabilities_are_refused():
    with pytest.raises(ValueError, match="from_logits=True"):
        losses.sparse_categorical_crossentropy(LABELS, LOGITS)


def test_nan_passes_through():
    loss = losses.sparse_categorical_crossentropy([0], np.array([[np.nan, 0.5]]))
    assert np.isnan(loss[0])


def test_no_examples_give_no_losses():
    assert losses.sparse_categorical_crossentropy([], np.zeros((0, 5))).shape == (0,)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"reduction": "sum"}, "reduction"),
        ({"ignore_class": 3}, "ignore_class"),
        ({"clip": 0.7}, "clip"),
        ({"clip": 1e-7, "from_logits": True}, "from_logits=False"),
    ],
)
def test_unsupported_settings_are_refused_by_name(keywords, message):
    with pytest.raises(ValueError, match=message):
        losses.SparseCategoricalCrossentropy(**keywords)


def test_names_of_losses():
    loss = losses.get("sparse_categorical_crossentropy")
    assert isinstance(loss, losses.SparseCategoricalCrossentropy)
    assert losses.get(loss) is loss
    with pytest.raises(ValueError, match="mean_squared_error"):
        losses.get("mean_squared_error")
