"""The live figures' numbers, in Chromium, against this package and TensorFlow."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cnn_helpers import arithmetic, convolution, layers, models, pooling
from cnn_helpers.explorables.spec import model_spec

# Gives JavaScript a tensor and takes one back; float64 unless told.
RUN = """({name, tensors, rest, kind}) => {
  const core = Explorables.core;
  const make = kind === "float32" ? Float32Array : Float64Array;
  const given = tensors.map(t => t && {shape: t.shape, data: make.from(t.data)});
  const result = core[name](...given, ...rest);
  return {shape: result.shape, data: Array.from(result.data),
          kind: result.data.constructor.name};
}"""


def as_tensor(array):
    return {"shape": list(array.shape), "data": array.ravel().tolist()}


def run(page, name, tensors, *rest, kind="float64"):
    """Return what a function of the core answers, as an array."""
    tensors = [None if t is None else as_tensor(t) for t in tensors]
    given = {"name": name, "tensors": tensors, "rest": list(rest), "kind": kind}
    result = page.evaluate(RUN, given)
    assert result["kind"].lower().startswith(kind)
    return np.array(result["data"]).reshape(result["shape"])


@pytest.mark.parametrize("padding", ["valid", "same", "full", 0, 2, (1, 3)])
def test_sizes_are_those_of_output_size(live_page, padding):
    grid = list(itertools.product(range(1, 9), range(1, 5), (1, 2, 3), (1, 2, 3)))
    found = live_page.evaluate(
        """({grid, padding}) => grid.map(([size, kernel, stride, dilation]) => {
          try {
            const options = {stride, padding, dilation};
            const [before, after] = Explorables.core.paddingOf(size, kernel, options);
            return [Explorables.core.outputSize(size, kernel, options), before, after];
          } catch (error) { return [error.name, error.message]; }
        })""",
        {"grid": grid, "padding": padding},
    )
    refused = 0
    for (size, kernel, stride, dilation), answer in zip(grid, found, strict=True):
        settings = {"stride": stride, "padding": padding, "dilation": dilation}
        try:
            expected = arithmetic.output_size(size, kernel, **settings)
        except ValueError:
            refused += 1
            assert answer[0] == "RangeError"
            assert "does not fit into" in answer[1]
            continue
        before_after = (0, 0)
        if padding == "same":
            before_after = arithmetic.same_padding(
                size, kernel, stride=stride, dilation=dilation
            )
            assert tuple(answer[1:]) == before_after
        assert answer[0] == expected, (size, kernel, settings)
    assert refused > 0 or padding in ("same", "full")


def convolutions():
    """Return settings of convolutions, each with the shapes of its arrays."""
    paddings = ["valid", "same", "full", 1, ((2, 0), (1, 3))]
    for stride, dilation, padding in itertools.product(
        (1, 2, (3, 1)), (1, 2), paddings
    ):
        yield (7, 9, 3), (3, 2, 3, 4), stride, padding, dilation, 1
    yield (6, 5, 4), (2, 3, 2, 6), 1, "same", 1, 2
    yield (6, 5, 4), (3, 3, 1, 8), 2, "valid", 1, 4


@pytest.mark.parametrize(
    ("image", "kernel", "stride", "padding", "dilation", "groups"), convolutions()
)
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_conv2d(live_page, image, kernel, stride, padding, dilation, groups, kind):
    rng = np.random.default_rng(0)
    images = rng.normal(size=(1, *image)).astype(kind)
    kernels = rng.normal(size=kernel).astype(kind)
    bias = rng.normal(size=kernel[-1]).astype(kind)
    settings = {"stride": stride, "padding": padding, "dilation": dilation}
    expected = convolution.conv2d(images, kernels, bias, groups=groups, **settings)
    found = run(
        live_page,
        "conv2d",
        [images[0], kernels],
        bias.tolist(),
        settings | {"groups": groups},
        kind=kind,
    )
    tolerance = 1e-12 if kind == "float64" else 1e-5
    np.testing.assert_allclose(found, expected[0], rtol=0, atol=tolerance)


def test_conv2d_names_shapes_that_do_not_fit(live_page):
    message = live_page.evaluate(
        """() => { try {
          Explorables.core.conv2d({shape: [4, 4, 2], data: new Float64Array(32)},
                                  {shape: [3, 3, 3, 1], data: new Float64Array(27)});
        } catch (error) { return error.message; } }"""
    )
    assert "(3, 3, 3, 1)" in message
    assert "(4, 4, 2)" in message


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (4, 1)])
def test_a_flipped_kernel_makes_convolution(live_page, shape):
    rng = np.random.default_rng(1)
    image, kernel = rng.normal(size=(7, 6)), rng.normal(size=shape)
    flipped = run(live_page, "flipKernel", [kernel])
    np.testing.assert_array_equal(flipped, kernel[::-1, ::-1])
    options = {"padding": "full"}
    found = run(live_page, "correlate2d", [image[..., None], flipped], options)
    expected = convolution.convolve2d(image, kernel, padding="full")
    np.testing.assert_allclose(found[..., 0], expected, atol=1e-12)


def test_a_flipped_kernel_keeps_channels_and_filters(live_page):
    kernel = np.random.default_rng(2).normal(size=(3, 2, 4, 5))
    flipped = run(live_page, "flipKernel", [kernel])
    np.testing.assert_array_equal(flipped, kernel[::-1, ::-1])


@pytest.mark.parametrize("name", ["max", "average"])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), ((2, 3), (1, 2)), (5, 1)])
def test_pools(live_page, name, padding, size, stride):
    image = np.random.default_rng(3).normal(size=(1, 7, 6, 3))
    reference = getattr(pooling, f"{name}_pool2d")
    expected = reference(image, size, stride=stride, padding=padding)
    options = {"stride": stride, "padding": padding}
    found = run(live_page, f"{name}Pool2d", [image[0]], size, options)
    np.testing.assert_allclose(found, expected[0], atol=1e-12)


@pytest.mark.parametrize("name", ["Max", "Average"])
def test_global_pools(live_page, name):
    image = np.random.default_rng(4).normal(size=(1, 4, 7, 3))
    reference = getattr(pooling, f"global_{name.lower()}_pool2d")
    found = run(live_page, f"global{name}Pool2d", [image[0]])
    np.testing.assert_allclose(found.ravel(), reference(image).ravel(), atol=1e-12)


@pytest.mark.parametrize(
    "name", ["linear", "relu", "leaky_relu", "sigmoid", "tanh", "softmax"]
)
def test_activations_are_kerass(live_page, name):
    import keras

    values = np.random.default_rng(5).normal(size=(2, 3, 4)) * 30
    expected = np.asarray(keras.activations.get(name)(values))
    found = run(live_page, "activate", [values], name)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_half_floats_are_numpys(live_page):
    """All 65,536 of them: subnormal, infinite and not a number."""
    halves = np.arange(65536, dtype=np.uint16).view(np.float16)
    found = live_page.evaluate(
        """() => {
          const bytes = new Uint8Array(Uint16Array.from(
            {length: 65536}, (_, i) => i).buffer);
          return Array.from(Explorables.core.halfToFloat(bytes),
            v => Number.isFinite(v) ? v : String(v));
        }"""
    )
    found = np.array([float(value) for value in found])
    np.testing.assert_array_equal(found, halves.astype(float))


def network():
    """Return a network with one of every layer that the figures know."""
    return models.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(negative_slope=0.1),
            layers.DepthwiseConv2D(3, depth_multiplier=2, activation="tanh"),
            layers.MaxPooling2D((2, 3)),
            layers.Dropout(0.5),
            layers.Conv2D(6, 2, dilation_rate=2, groups=2, activation="leaky_relu"),
            layers.AveragePooling2D(2, strides=1, padding="same"),
            layers.Activation("sigmoid"),
            layers.Flatten(),
            layers.Dense(8, activation="relu"),
            layers.Dense(5),
            layers.Softmax(),
        ],
        seed=0,
    )


def forward(page, spec, image):
    """Return the name and the output of each layer, from JavaScript."""
    steps = page.evaluate(
        """({spec, pixels}) => {
          const image = {shape: [28, 28, 1], data: Float32Array.from(pixels)};
          const model = Explorables.core.loadModel(spec);
          return Explorables.core.forward(model, image).map(
            ({name, tensor}) => [name, Array.from(tensor.data)]);
        }""",
        {"spec": spec, "pixels": image.ravel().tolist()},
    )
    return {name: np.array(data) for name, data in steps}


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float16", 1e-3)])
def test_every_layer_of_a_network(live_page, dtype, tolerance):
    model = network()
    rng = np.random.default_rng(6)
    model.set_weights(
        [rng.uniform(0.1, 0.6, weight.shape) for weight in model.get_weights()]
    )
    image = rng.random((1, 28, 28, 1), dtype=np.float32)
    found = forward(live_page, model_spec(model, dtype=dtype), image)
    signal, seen = image, 0
    for layer in model.layers:
        signal = layer(signal)
        if layer.name in found:
            seen += 1
            expected = signal.ravel()
            np.testing.assert_allclose(
                found[layer.name], expected, rtol=tolerance, atol=tolerance
            )
    assert seen == len(model.layers) - 1  # dropout has no place in the figure


def test_global_pools_in_a_network(live_page):
    for pool in (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D):
        model = models.Sequential(
            [layers.Input((28, 28, 1)), layers.Conv2D(3, 5), pool(), layers.Dense(2)],
            seed=1,
        )
        image = np.random.default_rng(7).random((1, 28, 28, 1), dtype=np.float32)
        found = list(forward(live_page, model_spec(model), image).values())[-1]
        expected = model.predict(image, verbose=0)[0]
        np.testing.assert_allclose(found, expected, atol=1e-6)


def centred(page, ink):
    result = page.evaluate(
        """({ink, height, width}) => Array.from(
          Explorables.core.centreAndScale(Float32Array.from(ink), height, width).data)
        """,
        {"ink": ink.ravel().tolist(), "height": ink.shape[0], "width": ink.shape[1]},
    )
    return np.array(result).reshape(28, 28)


@pytest.mark.parametrize(("height", "width"), [(200, 60), (40, 120), (81, 80), (7, 5)])
def test_a_drawing_is_scaled_to_20_and_centred(live_page, height, width):
    rng = np.random.default_rng(height)
    ink = np.zeros((224, 224))
    ink[11 : 11 + height, 9 : 9 + width] = rng.uniform(0.2, 1, (height, width))
    image = centred(live_page, ink)
    rows, cols = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    sizes = [rows[-1] - rows[0] + 1, cols[-1] - cols[0] + 1]
    step = max(height, width) / 20
    assert max(sizes) == 20
    assert min(sizes) == int(np.ceil(min(height, width) / step - 1e-9))
    # The ink is averaged by area: its sum shrinks by the square of the step.
    np.testing.assert_allclose(image.sum(), ink.sum() / step**2, rtol=1e-5)
    places = np.arange(28) + 0.5
    for axis in (0, 1):
        centre = (image.sum(1 - axis) * places).sum() / image.sum()
        assert abs(centre - 14) <= 0.5 + 1e-6


def test_a_drawing_is_averaged_by_area(live_page):
    rng = np.random.default_rng(8)
    ink = np.zeros((224, 224))
    ink[20:180, 30:110] = rng.uniform(0.2, 1, (160, 80))  # 8 pixels make one
    image = centred(live_page, ink)
    top, left = np.argwhere(image)[0]
    blocks = ink[20:180, 30:110].reshape(20, 8, 10, 8).mean((1, 3))
    np.testing.assert_allclose(image[top : top + 20, left : left + 10], blocks, 1e-5)


def test_a_blank_drawing_stays_blank(live_page):
    assert not centred(live_page, np.zeros((224, 224))).any()


@pytest.mark.parametrize(
    ("value", "text"),
    [(-1.5, "−1.5"), (0.004, "0"), (-0.004, "0"), (2, "2"), (1 / 3, "0.33")],
)
def test_numbers_are_printed_with_a_true_minus(live_page, value, text):
    assert live_page.evaluate("v => Explorables.dom.formatNumber(v)", value) == text
