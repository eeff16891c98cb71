"""`Draw`: what it takes, what it refuses by name, and its numbers three times."""

from __future__ import annotations

import base64
import importlib
import json
from pathlib import Path

import numpy as np
import pytest

from cnn_helpers import layers, models
from cnn_helpers.datasets import load_digits
from cnn_helpers.explorables import Draw
from cnn_helpers.explorables.draw import book_spec
from cnn_helpers.explorables.spec import model_spec
from cnn_helpers.keras_bridge import to_keras

EXPERIMENTS = Path(__file__).parents[1] / "experiments"
RESULTS = EXPERIMENTS / "results"


def load(name):
    """Return an experiment's script as a module."""
    return importlib.import_module(name)


@pytest.fixture(scope="module")
def trained():
    return models.load_model(RESULTS / "train_draw_model.npz")


def small(*more, shape=(28, 28, 1)):
    return models.Sequential([layers.Input(shape), *more], name="small")


# The numbers -----------------------------------------------------------------------


def between_the_halves(model):
    """Return a copy whose weights lie between float16 numbers, as trained ones do."""
    copy = to_keras(model)
    rng = np.random.default_rng(0)
    steps = [
        np.spacing(np.abs(w).astype(np.float16)).astype(np.float32)
        for w in copy.get_weights()
    ]
    copy.set_weights(
        [
            w + rng.uniform(-0.49, 0.49, w.shape) * step
            for w, step in zip(copy.get_weights(), steps, strict=True)
        ]
    )
    return copy


@pytest.mark.parametrize(
    ("dtype", "bound"), [("float32", 1e-4), ("float16", 5e-3)], ids=str
)
@pytest.mark.parametrize("which", ["the book's", "one between float16 numbers"])
def test_logits_of_200_digits_three_times(live_page, trained, dtype, bound, which):
    compare = load("compare_draw_numbers")
    digits = load_digits()
    images = digits.x_test[:200]
    keras_model = to_keras(trained)
    if which != "the book's":
        keras_model = between_the_halves(trained)
        bound = {"float32": 1e-4, "float16": 3e-2}[dtype]  # rounding moves logits
    spec = Draw(keras_model).data if dtype == "float32" else None
    spec = spec or model_spec(keras_model, dtype="float16")
    ours = models.load_model(RESULTS / "train_draw_model.npz")
    ours.set_weights(keras_model.get_weights())
    found = {
        "javascript": compare.javascript_logits(live_page, spec, images),
        "numpy": compare.logits_of(ours, images),
        "keras": compare.logits_of(keras_model, images),
    }
    assert found["keras"].shape == (200, 10)
    assert np.abs(found["keras"]).max() > 5  # they say something
    outcome = compare.compare(found)
    assert outcome["largest_difference_of_logits"] <= bound
    if dtype == "float32" or which == "the book's":
        assert outcome["predictions_that_differ"] == 0


def test_the_comparison_sees_a_difference():
    compare = load("compare_draw_numbers")
    one = np.eye(3)
    other = one.copy()
    other[2] = [1, 0, 0.5]
    outcome = compare.compare({"javascript": one, "numpy": one, "keras": other})
    assert outcome["predictions_that_differ"] == 1
    assert outcome["largest_difference_of_logits"] == 1


# The committed model ---------------------------------------------------------------


def test_the_book_model_holds_its_promises(trained):
    outcome = json.loads(
        (RESULTS / "train_draw_model.json").read_text(encoding="utf-8")
    )
    assert outcome["data"] == "MNIST"
    assert outcome["test"]["accuracy"] >= 0.99
    assert outcome["test"]["correct"] == round(outcome["test"]["accuracy"] * 10_000)
    assert outcome["parameters"] == trained.count_params() <= 20_000
    assert outcome["bytes_at_float16"] <= 40_000
    assert len(outcome["history"]["loss"]) == outcome["settings"]["epochs"]
    weights = base64.b64decode(book_spec()["weights"])
    assert len(weights) == outcome["bytes_at_float16"]


def test_no_prediction_differs_in_10_000():
    outcome = json.loads(
        (RESULTS / "compare_draw_numbers.json").read_text(encoding="utf-8")
    )
    training = json.loads(
        (RESULTS / "train_draw_model.json").read_text(encoding="utf-8")
    )
    assert outcome["images"] == 10_000
    assert outcome["predictions_that_differ"] == 0
    assert outcome["of_the_first_200"] <= 5e-3
    assert set(outcome["right"].values()) == {training["test"]["correct"]}


def test_the_spec_and_the_weights_are_one_model(trained):
    spec = book_spec()
    again = model_spec(trained, dtype="float16")
    assert {name: spec[name] for name in again} == again
    for weight in trained.get_weights():  # rounded before it was tested
        np.testing.assert_array_equal(weight, weight.astype(np.float16))


def test_the_test_images_are_mnists(trained):
    """The first of each class that is read, and the first that is not."""
    examples = book_spec()["examples"]
    pixels = np.array(
        [np.frombuffer(base64.b64decode(one["pixels"]), np.uint8) for one in examples]
    )
    images = pixels.reshape(-1, 28, 28, 1).astype(np.float32) / 255
    read = trained.predict(images, verbose=0).argmax(axis=1)
    assert [one["label"] for one in examples[:10]] == [str(n) for n in range(10)]
    assert read[:10].tolist() == list(range(10))
    assert examples[10]["label"] == "3, misread"
    assert read[10] == 2  # the page says so
    digits = load_digits()
    if digits.name == "MNIST":
        places = [one["index"] for one in examples]
        np.testing.assert_array_equal(pixels, digits.x_test[places].reshape(-1, 784))
        labels = [*range(10), 3]
        np.testing.assert_array_equal(digits.y_test[places], labels)


# The training script ---------------------------------------------------------------


def test_augmented_digits_stay_in_place_and_change():
    script = load("train_draw_model")
    still = {**script.SETTINGS, "largest_shift": 0, "largest_scaling": 0}
    still |= {"largest_turn": 0, "largest_shear": 0}
    image = np.zeros((2, 28, 28, 1), np.float32)
    image[:, 8:20, 10:18] = 1
    same = script.augment(image, still, np.random.default_rng(0))
    np.testing.assert_allclose(np.asarray(same), image, atol=1e-5)
    moved = np.asarray(script.augment(image, script.SETTINGS, np.random.default_rng(0)))
    assert np.abs(moved - image).max() > 0.5
    places = np.arange(28)
    for one in moved[..., 0]:
        mass = one.sum()
        assert 0.6 < mass / image[0].sum() < 1.5
        assert abs((one.sum(1) * places).sum() / mass - 13.5) < 3.5
        assert abs((one.sum(0) * places).sum() / mass - 13.5) < 3.5


# What Draw takes -------------------------------------------------------------------


def test_it_takes_keras_numpy_data_and_the_book():
    import keras

    ours = small(layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(10))
    theirs = to_keras(ours)
    assert isinstance(theirs, keras.Sequential)
    assert Draw(ours)._repr_html_() == Draw(theirs)._repr_html_()
    assert Draw(model_spec(ours)).data == Draw(ours).data
    assert repr(Draw("book")) == "<live figure Draw: 8 layers, 10 classes>"


def test_the_html_is_the_same_each_time_and_asks_for_nothing():
    html = Draw("book")._repr_html_()
    assert html == Draw("book")._repr_html_()
    assert "http" not in html
    assert len(html) < 150_000


def test_labels():
    model = small(layers.Flatten(), layers.Dense(2))
    assert Draw(model, labels=["odd", "even"]).data["labels"] == ["odd", "even"]
    spec = model_spec(model)
    assert Draw(spec, labels=["odd", "even"]).data["labels"] == ["odd", "even"]
    assert spec["labels"] == ["0", "1"]  # what was given stays as it was
    for given in (model, spec):
        with pytest.raises(ValueError, match=r"labels .*(2|1)"):
            Draw(given, labels=["odd"])
    with pytest.raises(TypeError, match="labels"):
        Draw(model, labels="ab")


@pytest.mark.parametrize(
    ("shape", "message"),
    [((28, 28, 3), r"\(28, 28, 1\).*\(28, 28, 3\)"), ((784,), r"\(784,\)")],
)
def test_a_model_of_other_images_is_refused(shape, message):
    more = [layers.Flatten()] if len(shape) == 3 else []
    model = small(*more, layers.Dense(10), shape=shape)
    with pytest.raises(ValueError, match=message):
        Draw(model)


def test_an_answer_that_is_no_row_of_classes_is_refused():
    with pytest.raises(ValueError, match=r"\(26, 26, 4\)"):
        Draw(small(layers.Conv2D(4, 3)))


def test_unsupported_layers_are_named():
    import keras

    image = keras.layers.Input((28, 28, 1))
    end = [keras.layers.Flatten(), keras.layers.Dense(10)]
    model = keras.Sequential([image, keras.layers.UpSampling2D(name="bigger"), *end])
    with pytest.raises(ValueError, match="'bigger' is a UpSampling2D"):
        Draw(model)

    class Double(layers.Layer):
        def forward(self, inputs, training=False):
            return 2 * inputs

    ours = small(Double(name="twice"), layers.Flatten(), layers.Dense(10))
    with pytest.raises(ValueError, match="'twice' is a Double"):
        Draw(ours)
    for layer, name in (
        (layers.ReLU(max_value=6, name="cut"), "max_value=6"),
        (layers.Softmax(axis=1, name="down"), "axis=1"),
    ):
        with pytest.raises(ValueError, match=name):
            Draw(small(layer, layers.Flatten(), layers.Dense(10)))


def test_a_functional_model_is_refused():
    import keras

    image = keras.Input((28, 28, 1))
    flat = keras.layers.Flatten()(image)
    with pytest.raises(TypeError, match="functional"):
        Draw(keras.Model(image, keras.layers.Dense(10)(flat)))


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        (None, TypeError, "NoneType"),
        ([1, 2], TypeError, "list"),
        ("other", ValueError, "'other'"),
        ({"layers": []}, ValueError, "lacks input, labels, dtype, weights"),
    ],
)
def test_something_else_is_refused(given, kind, message):
    with pytest.raises(kind, match=message):
        Draw(given)


def test_a_model_without_weights_is_refused():
    with pytest.raises(ValueError, match="no weights yet"):
        Draw(models.Sequential([layers.Flatten(), layers.Dense(10)]))


def test_weights_that_cannot_be_shown_are_refused():
    model = small(layers.Flatten(), layers.Dense(10, name="out"))
    kernel, bias = model.get_weights()
    model.set_weights([kernel * np.nan, bias])
    with pytest.raises(ValueError, match="'out' has weights that are NaN"):
        Draw(model)
    model.set_weights([kernel + 1e6, bias])
    assert Draw(model).data["dtype"] == "float32"
    with pytest.raises(ValueError, match="too large for float16"):
        model_spec(model, dtype="float16")
    with pytest.raises(ValueError, match="dtype"):
        model_spec(model, dtype="float64")


def test_chapter_19_stores_the_figure_as_it_is_now():
    """Each live figure of a notebook brings its scripts: a change makes them stale."""
    folder = Path(__file__).parents[1] / "notebooks"
    stored = [
        "".join(output["data"]["text/html"])
        for path in sorted(folder.glob("19_*.ipynb"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if "<live-draw" in "".join(output.get("data", {}).get("text/html", ""))
    ]
    fresh = Draw("book")._repr_html_()
    assert stored, "no notebook of chapter 19 shows the figure"
    same = [html.strip() == fresh.strip() for html in stored]
    assert all(same), "run python tools/refresh_notebooks.py on chapter 19"
