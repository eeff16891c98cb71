"""The bridge: weights and models across, both ways, and what cannot cross."""

import keras
import numpy as np
import pytest

from cnn_helpers import layers, models
from cnn_helpers.keras_bridge import (
    copy_weights,
    from_keras,
    layer_outputs,
    to_keras,
)

IMAGES = np.random.default_rng(0).random((5, 9, 8, 2)).astype(np.float32)


def build(layers, models, **first):
    """Return one model of every layer, under either namespace."""
    return models.Sequential(
        [
            layers.Input((9, 8, 2)),
            layers.Conv2D(4, (3, 2), padding="same", groups=2, activation="tanh"),
            layers.BatchNormalization(momentum=0.8),
            layers.ReLU(negative_slope=0.1, max_value=2.0),
            layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False),
            layers.MaxPooling2D(2, strides=1),
            layers.AveragePooling2D((2, 1), padding="same"),
            layers.Activation("sigmoid"),
            layers.Dropout(0.2, seed=1),
            layers.Conv2D(3, 2, dilation_rate=2, kernel_initializer="he_normal"),
            layers.GlobalMaxPooling2D(keepdims=True),
            layers.Flatten(),
            layers.Dense(3, activation="leaky_relu", name="head"),
            layers.Softmax(),
        ],
        name="all_sorts",
    )


@pytest.fixture(scope="module")
def pair():
    """Return the same model twice, with weights that are not the first ones."""
    ours = build(layers, models)
    rng = np.random.default_rng(1)
    ours.set_weights([rng.uniform(0.1, 1, w.shape) for w in ours.get_weights()])
    return ours, build(keras.layers, keras.models)


def same_answers(one, other):
    ours, theirs = one.predict(IMAGES, verbose=0), other.predict(IMAGES, verbose=0)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_weights_go_both_ways(pair):
    ours, theirs = pair
    copy_weights(ours, theirs)
    same_answers(ours, theirs)
    theirs.set_weights([w * 0.5 for w in theirs.get_weights()])
    copy_weights(theirs, ours)
    same_answers(ours, theirs)


def test_models_go_both_ways(pair):
    ours, _ = pair
    theirs = to_keras(ours)
    same_answers(ours, theirs)
    back = from_keras(theirs)
    same_answers(back, theirs)
    for one, other in zip(back.layers, ours.layers, strict=True):
        assert type(one) is type(other)
        assert one.name == other.name
    back_configs = [
        {k: v for k, v in layer.get_config().items() if "initializer" not in k}
        for layer in back.layers
    ]
    assert back_configs == [
        {k: v for k, v in layer.get_config().items() if "initializer" not in k}
        for layer in ours.layers
    ]


def test_layer_outputs_of_both_kinds_agree(pair):
    ours, _ = pair
    theirs = to_keras(ours)
    one, other = layer_outputs(ours, IMAGES), layer_outputs(theirs, IMAGES)
    assert list(one) == list(other) == [layer.name for layer in ours.layers]
    for name in one:
        np.testing.assert_allclose(one[name], other[name], atol=1e-5, err_msg=name)
    np.testing.assert_allclose(
        one["softmax"], ours.predict(IMAGES, verbose=0), atol=1e-6
    )


def test_float64_and_frozen_layers_cross():
    ours = models.Sequential(
        [layers.Input((4,)), layers.Dense(3, dtype="float64", trainable=False)]
    )
    theirs = to_keras(ours)
    assert theirs.layers[0].compute_dtype == "float64"
    assert theirs.trainable_weights == []
    back = from_keras(theirs)
    assert back.get_weights()[0].dtype == np.float64
    assert back.trainable_weights == []


def test_copy_weights_names_the_first_layer_that_differs():
    one = models.Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(2)])
    other = models.Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(5)])
    before = other.get_weights()
    with pytest.raises(ValueError, match=r"'dense_1'.*\(3, 2\).*\(3, 5\)"):
        copy_weights(one, other)
    np.testing.assert_array_equal(before[0], other.get_weights()[0])
    shorter = models.Sequential([layers.Input((4,)), layers.Dense(3)])
    with pytest.raises(ValueError, match=r"2 layers.*1"):
        copy_weights(one, shorter)


@pytest.mark.parametrize("function", [to_keras, lambda m: layer_outputs(m, IMAGES)])
def test_a_model_that_is_not_built_is_refused(function):
    with pytest.raises(ValueError, match=r"layers\.Input"):
        function(models.Sequential([layers.Dense(3)]))


def test_an_unbuilt_keras_model_is_refused():
    unbuilt = keras.Sequential([keras.layers.Dense(3)])
    with pytest.raises(ValueError, match=r"layers\.Input"):
        from_keras(unbuilt)
    with pytest.raises(ValueError, match=r"layers\.Input"):
        copy_weights(unbuilt, unbuilt)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (lambda L: L.Conv1D(2, 1), "Conv1D"),
        (lambda L: L.LayerNormalization(), "LayerNormalization"),
        (lambda L: L.Dense(2, activation="gelu"), "gelu"),
        (lambda L: L.Dense(2, kernel_regularizer="l2"), "kernel_regularizer"),
        (lambda L: L.Dense(2, bias_constraint="non_neg"), "bias_constraint"),
        (lambda L: L.Dropout(0.5, noise_shape=(None, 1, 4)), "noise_shape"),
        (lambda L: L.BatchNormalization(axis=1), "axis"),
    ],
)
def test_what_we_lack_is_refused_by_name(layer, message):
    model = keras.Sequential([keras.layers.Input((3, 4)), layer(keras.layers)])
    with pytest.raises(ValueError, match=message):
        from_keras(model)


def test_other_models_are_refused():
    inputs = keras.layers.Input((4,))
    functional = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    with pytest.raises(TypeError, match="functional"):
        from_keras(functional)
    with pytest.raises(TypeError, match="NumPy model"):
        to_keras(functional)

    class Mine(layers.Flatten):
        pass

    with pytest.raises(ValueError, match="Mine"):
        to_keras(models.Sequential([layers.Input((4,)), Mine()]))
