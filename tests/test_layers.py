"""The layers: hand-computed cases, gradient checks, and what they refuse."""

import numpy as np
import pytest

from cnn_helpers import layers
from cnn_helpers.gradients import numerical_gradient, relative_error

# Every layer in float64, with settings that change what it does.
GRADIENT_CASES = [
    (layers.Conv2D, (3, (2, 3)), {"strides": (2, 1)}),
    (layers.Conv2D, (4, 3), {"padding": "same", "activation": "tanh", "groups": 2}),
    (layers.Conv2D, (3, 2), {"dilation_rate": (1, 2), "activation": "relu"}),
    (layers.Conv2D, (2, 3), {"use_bias": False, "activation": "sigmoid"}),
    (layers.DepthwiseConv2D, (3,), {"depth_multiplier": 2, "padding": "same"}),
    (layers.DepthwiseConv2D, ((2, 3),), {"strides": 2, "activation": "leaky_relu"}),
    (layers.MaxPooling2D, (), {}),
    (layers.MaxPooling2D, ((3, 2),), {"strides": (2, 1), "padding": "same"}),
    (layers.AveragePooling2D, (2,), {}),
    (layers.AveragePooling2D, ((3, 2),), {"strides": (2, 1), "padding": "same"}),
    (layers.GlobalAveragePooling2D, (), {}),
    (layers.GlobalMaxPooling2D, (), {"keepdims": True}),
    (layers.Flatten, (), {}),
    (layers.Dense, (5,), {"activation": "softmax"}),
    (layers.Dense, (5,), {"use_bias": False}),
    (layers.Dropout, (0.4,), {"seed": 1}),
    (layers.Dropout, (0.0,), {}),
    (layers.BatchNormalization, (), {}),
    (layers.BatchNormalization, (), {"center": False}),
    (layers.BatchNormalization, (), {"scale": False, "epsilon": 0.1}),
    (layers.BatchNormalization, (), {"trainable": False}),
    (layers.Activation, ("relu",), {}),
    (layers.Activation, ("softmax",), {}),
    (layers.Activation, ("linear",), {}),
    (layers.ReLU, (), {}),
    (layers.ReLU, (), {"max_value": 1, "negative_slope": 0.3, "threshold": 0.2}),
    (layers.Softmax, (), {}),
    (layers.Softmax, (), {"axis": 1}),
]


@pytest.mark.parametrize(("kind", "arguments", "keywords"), GRADIENT_CASES)
def test_gradients_are_the_numerical_ones(kind, arguments, keywords):
    rng = np.random.default_rng(3)
    layer = kind(*arguments, **keywords, dtype="float64")
    images = rng.normal(size=(3, 5, 6, 4))
    upstream = rng.normal(size=layer(images, training=True).shape)
    for weight in layer.weights:  # off their first values: a bias of 0 hides faults
        weight[...] = rng.uniform(0.5, 1.5, weight.shape)

    def score(inputs):
        if isinstance(layer, layers.Dropout) and layer.rate:
            return float((inputs * scale * upstream).sum())  # the same units drop out
        return float((layer.forward(inputs, training=True) * upstream).sum())

    layer.forward(images, training=True)
    scale = getattr(layer, "_scale", None)
    to_images = layer.backward(upstream)
    assert to_images.shape == images.shape
    gradients = {name: g.copy() for name, g in layer.gradients.items()}
    expected = numerical_gradient(score, images)
    assert relative_error(to_images, expected) < 1e-6

    assert set(gradients) == set(layer.parameters) or not layer.trainable
    for name, weight in layer.parameters.items():

        def score_of_weight(values, weight=weight):
            kept = weight.copy()
            weight[...] = values
            result = score(images)
            weight[...] = kept
            return result

        expected = numerical_gradient(score_of_weight, weight.copy())
        assert gradients[name].shape == weight.shape
        assert relative_error(gradients[name], expected) < 1e-6


@pytest.mark.parametrize(("kind", "arguments", "keywords"), GRADIENT_CASES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_shapes_dtypes_and_inputs(kind, arguments, keywords, dtype):
    layer = kind(*arguments, **keywords, dtype=dtype)
    images = np.random.default_rng(0).normal(size=(2, 7, 6, 4)).astype(dtype)
    before = images.copy()
    for training in (False, True):
        outputs = layer(images, training=training)
        assert outputs.dtype == dtype
        assert outputs.shape == (2, *layer.compute_output_shape(images.shape)[1:])
    assert layer.backward(np.ones_like(outputs)).dtype == dtype
    np.testing.assert_array_equal(images, before)
    assert layer(images[:0]).shape == (0, *outputs.shape[1:])
    unknown = layer.compute_output_shape((None, None, None, 4))
    if not isinstance(layer, layers.Flatten):
        assert unknown[-1] == outputs.shape[-1]


@pytest.mark.parametrize(("kind", "arguments", "keywords"), GRADIENT_CASES)
def test_a_layer_can_be_made_again_from_its_config(kind, arguments, keywords):
    layer = kind(*arguments, **keywords)
    again = kind(**layer.get_config())
    assert str(again.get_config()) == str(layer.get_config())


def test_convolution_by_hand():
    layer = layers.Conv2D(2, 2, activation="relu")
    image = np.arange(9.0).reshape(1, 3, 3, 1)
    layer(image)
    layer.set_weights(
        [np.array([[[[1, -1]], [[0, 0]]], [[[0, 0]], [[1, -1]]]]), [0, 5]]
    )
    # 0 + 4, 1 + 5, ... and 5 - 4, 5 - 6, ... with the negative ones at 0
    expected = [[[4, 1], [6, 0]], [[10, 0], [12, 0]]]
    np.testing.assert_array_equal(layer(image)[0], expected)


def test_batch_normalization_moves_its_averages():
    layer = layers.BatchNormalization(momentum=0.9)
    images = np.array([[1.0], [3.0]])
    outputs = layer(images, training=True)
    np.testing.assert_allclose(outputs, [[-1], [1]], atol=1e-3)
    np.testing.assert_allclose(layer.moving_mean, [0.2])
    np.testing.assert_allclose(layer.moving_variance, [0.9 + 0.1 * 1], rtol=1e-6)
    expected = (images - 0.2) / np.sqrt(1 + 1e-3)
    np.testing.assert_allclose(layer(images), expected, rtol=1e-6)
    assert layer.count_params() == 4
    assert len(layer.trainable_weights) == len(layer.non_trainable_weights) == 2


def test_dropout_keeps_the_mean():
    layer = layers.Dropout(0.25, seed=0)
    outputs = layer(np.ones((100, 1000)), training=True)
    assert abs((outputs == 0).mean() - 0.25) < 0.01
    assert abs(outputs.mean() - 1) < 0.01
    assert (layers.Dropout(1)(np.ones((1, 5)), training=True) == 0).all()


def test_relu_slope_at_zero_is_zero():
    for layer in (layers.ReLU(), layers.Activation("relu")):
        layer(np.zeros((1, 3)), training=True)
        assert (layer.backward(np.ones((1, 3), np.float32)) == 0).all()


def test_names_shapes_and_counts():
    layer = layers.Conv2D(32, 5, padding="same")
    assert layer.name == "conv2d"
    assert layer.compute_output_shape((None, 28, 28, 1)) == (None, 28, 28, 32)
    assert (layer.kernel_size, layer.strides, layer.groups) == ((5, 5), (1, 1), 1)
    layer.build((None, 28, 28, 1))
    assert layer.count_params() == 832
    assert layer.kernel.shape == (5, 5, 1, 32)
    assert layers.ReLU().name == "re_lu"
    assert layers.MaxPooling2D().strides == (2, 2)
    assert layers.Dense(3, name="head").name == "head"


REFUSED = [
    (lambda: layers.Conv2D(4, 3, strides=2, dilation_rate=2), "strides.*dilation_rate"),
    (lambda: layers.Conv2D(4, 3, padding="full"), "padding.*full"),
    (lambda: layers.Conv2D(4, 3, padding=1), "padding.*1"),
    (lambda: layers.Conv2D(4, 3, strides=0), "strides"),
    (lambda: layers.Conv2D(4, (3, 3, 3)), "kernel_size"),
    (lambda: layers.Conv2D(0, 3), "filters"),
    (lambda: layers.Conv2D(4, 3, groups=3), "filters.*groups"),
    (lambda: layers.Conv2D(4, 3, activation="gelu"), "activation.*gelu"),
    (lambda: layers.Conv2D(4, 3, kernel_regularizer="l2"), "kernel_regularizer"),
    (lambda: layers.Conv2D(4, 3, data_format="channels_first"), "data_format"),
    (lambda: layers.Conv2D(4, 3, kernel_initializer="orthogonal"), "orthogonal"),
    (lambda: layers.DepthwiseConv2D(3, depth_multiplier=0), "depth_multiplier"),
    (lambda: layers.Dense(0), "units"),
    (lambda: layers.Dense(3, lora_rank=2), "lora_rank"),
    (lambda: layers.Dropout(1.5), "rate"),
    (lambda: layers.Dropout(-0.5), "rate"),
    (lambda: layers.Dropout(0.5, noise_shape=(1,)), "noise_shape"),
    (lambda: layers.MaxPooling2D(0), "pool_size"),
    (lambda: layers.MaxPooling2D(padding="full"), "padding"),
    (lambda: layers.BatchNormalization(momentum=2), "momentum"),
    (lambda: layers.BatchNormalization(epsilon=-1), "epsilon"),
    (lambda: layers.BatchNormalization(axis=1), "axis"),
    (lambda: layers.ReLU(negative_slope=-1), "negative_slope"),
    (lambda: layers.Activation("swish"), "swish"),
    (lambda: layers.Dense(3, dtype="float16"), "dtype"),
    (lambda: layers.Dense(3, name="a/b"), "name"),
    (lambda: layers.Input(), "shape"),
    (lambda: layers.Input(28), "shape"),
    (lambda: layers.Input((28, -1)), "shape"),
    (lambda: layers.Input((28,), sparse=True), "sparse"),
    (lambda: layers.Conv2D(4, 3)(np.ones((28, 28))), r"\(N, H, W, C\).*\(28, 28\)"),
    (lambda: layers.Conv2D(4, 7)(np.ones((1, 5, 9, 1))), "'conv2d'.*7x7.*5x9"),
    (lambda: layers.MaxPooling2D(7)(np.ones((1, 5, 5, 1))), "'max_pool.*7x7.*5x5"),
    (lambda: layers.Conv2D(4, 3, groups=2)(np.ones((1, 5, 5, 3))), "2 groups.*3"),
    (lambda: layers.Dense(3)(np.ones(4)), r"'dense'.*\(4,\)"),
    (lambda: layers.Dense(3).count_params(), "'dense'.*build"),
    (lambda: layers.Dense(3).backward(np.ones((1, 3))), "training=True"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_wrong_settings_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Dense(3.5), "units"),
        (lambda: layers.Dense(True), "units"),
        (lambda: layers.Conv2D(4, 3.0), "kernel_size"),
        (lambda: layers.Conv2D(4, "3"), "kernel_size"),
        (lambda: layers.Dropout("0.5"), "rate"),
        (lambda: layers.Dropout(0.5, seed="a"), "seed"),
        (lambda: layers.Dense(2)(np.full((1, 3), "a")), "dense.*numbers"),
        (lambda: layers.Dense(2)(np.ones((1, 3), np.uint8)), "255"),
    ],
)
def test_wrong_types_are_refused_by_name(make, message):
    with pytest.raises(TypeError, match=message):
        make()


@pytest.mark.parametrize(
    ("layer", "first", "second"),
    [
        (layers.Conv2D(2, 3), (1, 6, 6, 2), (1, 6, 6, 3)),
        (layers.DepthwiseConv2D(3), (1, 6, 6, 2), (1, 6, 6, 3)),
        (layers.Dense(2), (1, 4), (1, 5)),
        (layers.BatchNormalization(), (1, 4), (1, 5)),
    ],
)
def test_a_built_layer_names_the_shape_it_takes(layer, first, second):
    layer(np.ones(first))
    with pytest.raises(ValueError, match=rf"{layer.name}.*{first[-1]}.*{second[-1]}\)"):
        layer(np.ones(second))


def test_set_weights_names_the_shapes():
    layer = layers.Dense(2)
    layer(np.ones((1, 3)))
    with pytest.raises(ValueError, match=r"'dense'.*\(3, 2\).*\(2, 3\)"):
        layer.set_weights([np.ones((2, 3)), np.ones(2)])
