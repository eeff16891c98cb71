"""The checks of chapter 17, against Keras itself and as readers write them."""

import keras
import numpy as np
import pytest
from scipy import signal

from cnn_helpers import layers, models
from cnn_helpers.checks import check
from cnn_helpers.checks.numpy_to_keras import (
    CHECKS,
    build_from,
    from_channels_first,
    keras_accepts,
    translate,
)
from cnn_helpers.convolution import conv2d

CASES = {item.name: item.cases for item in CHECKS}


def said(capsys, name, function):
    """Return what check returns, and its words in one line."""
    result = check(name, function)
    return result, " ".join(capsys.readouterr().out.split())


# ------------------------------------------------------------------ build_from


def build_in_keras(listing):
    stack = []
    for name, settings in listing:
        stack.append(getattr(keras.layers, name)(**settings))
    return keras.Sequential(stack)


def test_a_keras_model_is_right():
    assert check("build_from", build_in_keras)


def test_a_model_that_grows_by_add_is_right():
    def grown(listing):
        model = keras.Sequential()
        for name, settings in listing:
            model.add(getattr(keras.layers, name)(**settings))
        return model

    assert check("build_from", grown)


def test_a_functional_model_is_right_too():
    def functional(listing):
        (_, given), *rest = listing
        answer = image = keras.layers.Input(**given)
        for name, settings in rest:
            answer = getattr(keras.layers, name)(**settings)(answer)
        return keras.Model(image, answer)  # counts its input among the layers

    assert check("build_from", functional)


def without(*names):
    """Return a change of a listing: settings are dropped."""
    return lambda listing: [
        (kind, {name: value for name, value in settings.items() if name not in names})
        for kind, settings in listing
    ]


def larger(listing):
    """Return a listing for images of another size."""
    (kind, settings), *rest = listing
    first, *others = settings["shape"]
    return [(kind, {"shape": (first + 2, *others)}), *rest]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda listing: listing[1:], "your model has no shapes yet"),
        (lambda listing: listing[:-1], "the last entry of the listing is missing"),
        (without("activation"), "the activation is lost"),
        (without("strides"), "other settings than its entry"),
        (without("use_bias"), "other settings than its entry"),
        (larger, "images of another shape"),
    ],
)
def test_mistakes_made_with_keras_are_told(change, words, capsys):
    """The sentence is there, whichever library made the model."""
    right, text = said(
        capsys, "build_from", lambda listing: build_in_keras(change(listing))
    )
    assert right is False
    assert words.lower() in text.lower()


def test_settings_are_compared_as_each_library_notes_them():
    """A pair given as an int or a list, an activation given as a function."""

    def otherwise(listing):
        spelled = []
        for name, settings in listing:
            new = dict(settings)
            for word in ("kernel_size", "pool_size"):
                if isinstance(new.get(word), int):
                    new[word] = [new[word], new[word]]
            if "activation" in new:
                new["activation"] = getattr(keras.activations, new["activation"])
            spelled.append((name, new))
        return build_in_keras(spelled)

    assert check("build_from", otherwise)


def test_the_classes_alone_are_no_model(capsys):
    right, text = said(
        capsys, "build_from", lambda listing: [name for name, _ in listing]
    )
    assert right is False
    assert "getattr(keras.layers, name)" in text


# ------------------------------------------------------------------- translate


@pytest.mark.parametrize("number", range(3))
def test_what_is_translated_is_built_by_keras(number):
    old = CASES["translate"][number].args[0]
    model = build_in_keras(translate(old))
    assert model.count_params() == build_from(translate(old)).count_params() > 0
    with pytest.raises((TypeError, ValueError)):
        build_in_keras(old)


def test_an_answer_written_otherwise_is_right():
    table = {
        "nb_filter": "filters",
        "subsample": "strides",
        "border_mode": "padding",
        "output_dim": "units",
        "p": "rate",
        "init": "kernel_initializer",
        "bias": "use_bias",
    }

    def by_copies(listing):
        result = []
        for kind, settings in listing:
            rest = dict(settings)
            if "input_shape" in rest:
                result.append(("Input", {"shape": rest.pop("input_shape")}))
            for old, new in table.items():
                if old in rest:
                    rest[new] = rest.pop(old)
            if "nb_row" in rest:
                rest["kernel_size"] = rest.pop("nb_row"), rest.pop("nb_col")
            result.append((kind.replace("Convolution2D", "Conv2D"), rest))
        return result

    assert check("translate", by_copies)


def test_a_listing_changed_in_place_is_told(capsys):
    def in_place(listing):
        for _, settings in listing:
            if "nb_filter" in settings:
                settings["filters"] = settings.pop("nb_filter")
        return listing

    right, text = said(capsys, "translate", in_place)
    assert right is False
    assert "changes its input `listing`" in text


def test_a_pool_left_in_the_old_words_is_told(capsys):
    def convolutions_only(listing):
        return [
            (
                kind,
                {
                    "border_mode"
                    if kind[:3] == "Max" and word == "padding"
                    else word: v
                    for word, v in settings.items()
                },
            )
            for kind, settings in translate(listing)
        ]

    right, text = said(capsys, "translate", convolutions_only)
    assert right is False
    assert "`border_mode` of a pool" in text


# --------------------------------------------------------------- keras_accepts


@pytest.mark.parametrize("number", range(len(CASES["keras_accepts"])))
@pytest.mark.parametrize("library", ["keras", "this package"])
def test_each_case_is_what_the_libraries_say(number, library):
    shape, filters, size, strides, padding, dilation, groups = CASES["keras_accepts"][
        number
    ].args
    parts = (keras.layers, keras.Sequential)
    if library == "this package":
        parts = (layers, models.Sequential)
    elif padding == "valid" and dilation * (size - 1) == min(shape[:2]):
        version = tuple(map(int, keras.__version__.split(".")[:2]))
        if version < (3, 14):
            pytest.skip("before 3.14, Keras builds a layer whose map has no pixel")
    try:
        layer = parts[0].Conv2D(
            filters,
            size,
            strides=strides,
            padding=padding,
            dilation_rate=dilation,
            groups=groups,
        )
        parts[1]([parts[0].Input(shape), layer])
        built = True
    except (ValueError, TypeError, AttributeError):
        built = False
    assert keras_accepts(*CASES["keras_accepts"][number].args) is built


def test_both_verdicts_are_asked_for():
    verdicts = [keras_accepts(*tried.args) for tried in CASES["keras_accepts"]]
    assert 6 <= sum(verdicts) <= len(verdicts) - 6


def test_a_word_in_place_of_a_truth_value_is_told(capsys):
    right, text = said(capsys, "keras_accepts", lambda *settings: "yes")
    assert right is False
    assert "You returned a string; it should be a truth value" in text


def test_a_number_in_place_of_a_truth_value_is_told(capsys):
    right, text = said(
        capsys, "keras_accepts", lambda *settings: 1 if keras_accepts(*settings) else 0
    )
    assert right is False
    assert "Return True or False" in text


# --------------------------------------------------------- from_channels_first


def answers_channels_first(images, kernels, dense):
    """Run convolution, flatten and dense layer with the channels first."""
    rows = []
    for image in images:
        maps = np.stack(
            [
                sum(
                    signal.correlate2d(plane, kernel, mode="valid")
                    for plane, kernel in zip(image, filter_, strict=True)
                )
                for filter_ in kernels
            ]
        )
        rows.append(dense @ maps.ravel())
    return np.array(rows)


@pytest.mark.parametrize("seed", range(5))
def test_a_network_answers_the_same_in_the_other_order(seed):
    rng = np.random.default_rng(seed)
    channels, filters, units = rng.integers(1, 5, 3)
    k_rows, k_cols = rng.integers(1, 4, 2)
    height, width = rng.integers(4, 8, 2)
    map_shape = (height - k_rows + 1, width - k_cols + 1, filters)
    kernels = rng.normal(size=(filters, channels, k_rows, k_cols))
    dense = rng.normal(size=(units, np.prod(map_shape)))
    images = rng.normal(size=(3, channels, height, width))
    expected = answers_channels_first(images, kernels, dense)
    ours, weights = from_channels_first(kernels, dense, map_shape)
    maps = conv2d(images.transpose(0, 2, 3, 1), ours)
    assert maps.shape[1:] == map_shape
    np.testing.assert_allclose(maps.reshape(3, -1) @ weights, expected, atol=1e-10)


def test_an_answer_with_indices_is_right():
    def by_index(kernels, dense, map_shape):
        height, width, channels = map_shape
        order = [
            channel * height * width + row * width + col
            for row in range(height)
            for col in range(width)
            for channel in range(channels)
        ]
        return np.moveaxis(kernels, (0, 1), (3, 2)), dense[:, order].T

    assert check("from_channels_first", by_index)


def test_the_inverse_order_is_told(capsys):
    def inverse(kernels, dense, map_shape):
        places = np.arange(np.prod(map_shape)).reshape(map_shape)
        order = places.transpose(2, 0, 1).ravel()
        return kernels.transpose(2, 3, 1, 0), dense[:, order].T

    right, text = said(capsys, "from_channels_first", inverse)
    assert right is False
    assert "You went the other way" in text
