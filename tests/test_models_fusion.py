"""Fused against plain: the same numbers, forward and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_helpers import layers, losses, models
from cnn_helpers.models.fusion import FusedConvolution, fuse
from cnn_helpers.models.plan import Plan


def plain(step_layers, images):
    for layer in step_layers:
        images = layer.forward(images, training=True)
    return images


def plain_back(step_layers, upstream):
    for layer in reversed(step_layers):
        upstream = layer.backward(upstream)
    return upstream


@settings(max_examples=60, deadline=None)
@given(
    kernel=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    size=st.tuples(st.integers(6, 13), st.integers(6, 13)),
    channels=st.integers(1, 4),
    filters=st.integers(1, 5),
    count=st.integers(0, 3),
    padding=st.sampled_from(["valid", "same"]),
    activation=st.sampled_from(["linear", "relu"]),
    between=st.sampled_from(["", "relu", "ReLU"]),
    use_bias=st.booleans(),
    whole=st.booleans(),
)
def test_fused_is_plain(
    kernel,
    size,
    channels,
    filters,
    count,
    padding,
    activation,
    between,
    use_bias,
    whole,
):
    rng = np.random.default_rng(0)
    convolution = layers.Conv2D(
        filters, kernel, padding=padding, activation=activation, use_bias=use_bias,
        dtype="float64",
    )  # fmt: skip
    middle = {"": [], "relu": [layers.Activation("relu")], "ReLU": [layers.ReLU()]}
    stack = [convolution, *middle[between], layers.MaxPooling2D()]
    images = rng.normal(size=(count, *size, channels))
    if whole:  # small whole numbers make many ties
        images = rng.integers(-1, 2, images.shape).astype(float)
    convolution.build((None, *size, channels))
    for weight in convolution.weights:
        weight[...] = rng.integers(-1, 2, weight.shape) if whole else rng.normal(
            size=weight.shape
        )  # fmt: skip
    steps = fuse(stack)
    if activation == "relu" and between:
        assert steps == stack  # twice rectified: left alone
        return
    (fused,) = steps
    assert isinstance(fused, FusedConvolution)

    expected = plain(stack, images)
    actual = fused.forward(images, training=True)
    np.testing.assert_allclose(actual, expected, atol=1e-12)
    upstream = rng.normal(size=expected.shape)
    to_images = plain_back(stack, upstream)
    by_weight = {name: g.copy() for name, g in convolution.gradients.items()}
    np.testing.assert_allclose(fused.backward(upstream), to_images, atol=1e-12)
    for name, gradient in by_weight.items():
        np.testing.assert_allclose(
            convolution.gradients[name], gradient, atol=1e-12, err_msg=name
        )


@pytest.mark.parametrize(
    "stack",
    [
        [layers.Conv2D(2, 3, strides=2), layers.MaxPooling2D()],
        [layers.Conv2D(2, 3, dilation_rate=2), layers.MaxPooling2D()],
        [layers.Conv2D(2, 3, groups=2), layers.MaxPooling2D()],
        [layers.Conv2D(2, 3, activation="tanh"), layers.MaxPooling2D()],
        [layers.Conv2D(2, 3), layers.MaxPooling2D(3)],
        [layers.Conv2D(2, 3), layers.MaxPooling2D(2, strides=1)],
        [layers.Conv2D(2, 3), layers.MaxPooling2D(padding="same")],
        [layers.Conv2D(2, 3), layers.ReLU(negative_slope=0.1), layers.MaxPooling2D()],
        [layers.Conv2D(2, 3), layers.AveragePooling2D(2)],
        [layers.Conv2D(2, 3), layers.ReLU()],
        [layers.Conv2D(2, 3)],
    ],
)
def test_what_cannot_be_fused_is_left_alone(stack):
    shape = (None, 12, 12, 2)
    for layer in stack:
        layer.build(shape)
        shape = layer.compute_output_shape(shape)
    assert fuse(stack) == stack


def test_a_plan_with_and_without_fusion_trains_the_same():
    def trained(fused):
        model = models.Sequential(
            [
                layers.Input((14, 13, 1)),
                layers.Conv2D(4, 3, padding="same", activation="relu"),
                layers.MaxPooling2D(),
                layers.Conv2D(6, (2, 3)),
                layers.ReLU(),
                layers.MaxPooling2D(),
                layers.Flatten(),
                layers.Dense(3, activation="softmax"),
            ],
            seed=0,
        )
        model.compile("adam", "sparse_categorical_crossentropy")
        model._plan = Plan(model.layers, losses.get(model.loss), fused=fused)
        count = sum(isinstance(s, FusedConvolution) for s in model.plan.steps)
        assert count == (2 if fused else 0)
        rng = np.random.default_rng(0)
        images = rng.normal(size=(60, 14, 13, 1)).astype(np.float32)
        labels = rng.integers(0, 3, 60)
        history = model.fit(images, labels, epochs=3, batch_size=16, verbose=0)
        return history.history["loss"], model.predict(images, verbose=0)

    (one, answers), (other, plain_answers) = trained(True), trained(False)
    np.testing.assert_allclose(one, other, rtol=1e-4)
    np.testing.assert_allclose(answers, plain_answers, atol=1e-3)
