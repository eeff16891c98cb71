"""The promise of the one import line: the same code, under both namespaces.

Every test here runs one piece of code twice, once with the layers, models, losses,
optimizers and callbacks of Keras and once with those of this package, and compares.
"""

import re
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnn_helpers import callbacks, layers, losses, models, optimizers
from cnn_helpers.datasets import load_digits
from cnn_helpers.keras_bridge import copy_weights, from_keras
from cnn_helpers.models.plan import Plan

OURS = SimpleNamespace(
    layers=layers,
    models=models,
    losses=losses,
    optimizers=optimizers,
    callbacks=callbacks,
)
NUM_MODELS = 20
NUM_CLASSES = 4


def random_model(seed, library, dtype="float32"):
    """Return a random model of a library: the same seed draws the same layers."""
    rng = np.random.default_rng(seed)
    L = library.layers
    shape = (*rng.integers(7, 13, 2).tolist(), int(rng.integers(1, 4)))
    stack = [L.Input(shape, dtype=dtype)]
    for _ in range(rng.integers(2, 5)):
        height, width, channels = shape
        make = random_layer(rng, L, min(height, width), channels, dtype)
        stack.append(make())
        shape = make().compute_output_shape((None, *shape))[1:]
    head = [L.Flatten, L.GlobalAveragePooling2D, L.GlobalMaxPooling2D]
    stack.append(head[rng.integers(3)](dtype=dtype))
    stack.append(L.Dense(5, activation="tanh", dtype=dtype))
    stack.append(L.Dense(NUM_CLASSES, activation="softmax", dtype=dtype))
    return library.models.Sequential(stack)


def random_layer(rng, L, side, channels, dtype):
    """Return a function that makes one layer that fits images of a side."""

    def draw(*options):
        return options[rng.integers(len(options))]

    padding = draw("valid", "same") if side >= 5 else "same"
    kernel_size = (draw(1, 2, 3), draw(1, 2, 3))
    stride, dilation = draw((1, 1), (1, 1), (2, 1), (1, 2))
    activation = draw(None, "relu", "tanh", "sigmoid")
    groups = draw(1, channels)
    sliding = {
        "kernel_size": kernel_size,
        "strides": stride,
        "padding": padding,
        "dilation_rate": dilation,
        "activation": activation,
        "use_bias": bool(draw(True, True, False)),
        "dtype": dtype,
    }
    pool = {
        "pool_size": (draw(2, 3), draw(1, 2)),
        "strides": draw(None, 1, (1, 2)),
        "padding": padding,
        "dtype": dtype,
    }
    multiplier = draw(1, 2)
    choices = [
        lambda: L.Conv2D(groups * multiplier, groups=groups, **sliding),
        lambda: L.Conv2D(3, **sliding),
        lambda: L.DepthwiseConv2D(depth_multiplier=multiplier, **sliding),
        lambda: L.BatchNormalization(momentum=0.9, dtype=dtype),
        lambda: L.MaxPooling2D(**pool),
        lambda: L.AveragePooling2D(**pool),
        lambda: L.Activation("relu", dtype=dtype),
        lambda: L.ReLU(negative_slope=0.125, dtype=dtype),  # TensorFlow: a float32
        lambda: L.Dropout(0.0, dtype=dtype),
    ]
    return choices[rng.integers(len(choices))]


def pair_of_models(seed, dtype="float32"):
    """Return the same model in both libraries, with the same random weights."""
    ours = random_model(seed, OURS, dtype)
    theirs = random_model(seed, keras, dtype)
    rng = np.random.default_rng(seed)
    ours.set_weights(
        [w + rng.normal(scale=0.1, size=w.shape) ** 2 for w in ours.get_weights()]
    )
    copy_weights(ours, theirs)
    images = rng.normal(size=(6, *ours.input_shape[1:])).astype(dtype)
    labels = rng.integers(0, NUM_CLASSES, 6)
    return ours, theirs, images, labels


def keras_gradients(model, images, labels):
    """Return the loss of a training step of a Keras model, and its gradients."""

    with tf.GradientTape() as tape:
        answers = model(images, training=True)
        right = tf.gather(answers, labels, batch_dims=1)
        loss = -tf.reduce_mean(tf.math.log(right))  # Keras's own rounds to float32
    gradients = tape.gradient(loss, model.trainable_weights)
    return float(loss), [np.asarray(gradient) for gradient in gradients]


def flat(arrays):
    return np.concatenate([np.asarray(array).ravel() for array in arrays])


def summary_table(model):
    """Return the rows and totals of a summary, without the layers' names."""
    texts = []
    model.summary(print_fn=lambda text, **_: texts.append(text))
    rows, parts = [], []
    for line in "\n".join(texts).splitlines():
        if line.startswith("│"):  # a row may be wrapped over some lines
            parts.append([cell.strip() for cell in line.strip("│").split("│")])
        elif parts:
            name, shape, count = (" ".join(p).strip() for p in zip(*parts, strict=True))
            rows.append((re.search(r"\((\w+)\)$", name)[1], shape, count))
            parts = []
    return rows, re.findall(r"(\S+) params: (\S+ \(.*\))", "\n".join(texts))


@pytest.mark.parametrize("seed", range(NUM_MODELS))
def test_random_models_are_the_same(seed):
    ours, theirs, images, labels = pair_of_models(seed)
    assert ours.output_shape == theirs.output_shape
    assert ours.count_params() == theirs.count_params()
    assert [w.shape for w in ours.get_weights()] == [
        w.shape for w in theirs.get_weights()
    ]
    rows, totals = summary_table(ours)
    assert (rows, totals) == summary_table(theirs)
    assert len(rows) == len(ours.layers)
    assert len(totals) == 3

    expected = theirs(images).numpy()
    np.testing.assert_allclose(
        ours.predict(images, verbose=0), expected, rtol=0, atol=1e-5
    )

    loss, _ = Plan(ours.layers, losses.SparseCategoricalCrossentropy()).gradients(
        images, labels
    )
    keras_loss, gradients = keras_gradients(theirs, images, labels)
    assert loss == pytest.approx(keras_loss, abs=1e-5)
    actual = flat(layer.gradients[n] for layer in ours.layers for n in layer.parameters)
    error = np.linalg.norm(actual - flat(gradients))
    assert error < 1e-4 * np.linalg.norm(flat(gradients))
    # Batch normalization has moved its averages, by the same amount.
    np.testing.assert_allclose(
        flat(ours.get_weights()), flat(theirs.get_weights()), rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("seed", range(100, 106))
def test_random_models_are_the_same_to_the_last_digits_in_float64(seed):
    ours, theirs, images, labels = pair_of_models(seed, "float64")
    answers = ours.predict(images, verbose=0)
    np.testing.assert_allclose(answers, theirs(images).numpy(), rtol=0, atol=1e-13)
    Plan(ours.layers, losses.SparseCategoricalCrossentropy()).gradients(images, labels)
    actual = flat(layer.gradients[n] for layer in ours.layers for n in layer.parameters)
    expected = flat(keras_gradients(theirs, images, labels)[1])
    assert np.linalg.norm(actual - expected) < 1e-12 * np.linalg.norm(expected)


def deep_model(library):
    """Return a model as deep as one is in practice, in float64."""
    L, keywords = library.layers, {"dtype": "float64"}
    stack = [L.Input((24, 24, 2), **keywords)]
    for filters in (6, 8, 8, 10):
        stack += [
            L.Conv2D(filters, 3, padding="same", use_bias=False, **keywords),
            L.BatchNormalization(**keywords),
            L.ReLU(**keywords),
            L.DepthwiseConv2D(3, padding="same", activation="tanh", **keywords),
        ]
    stack += [L.MaxPooling2D(3, strides=2, padding="same", **keywords)]
    stack += [L.Conv2D(12, 3, dilation_rate=2, activation="relu", **keywords)]
    stack += [L.AveragePooling2D(2, **keywords), L.Flatten(**keywords)]
    stack += [L.Dense(20, activation="relu", **keywords)]
    stack += [L.Dense(NUM_CLASSES, activation="softmax", **keywords)]
    return library.models.Sequential(stack)


def test_a_deep_model_is_the_same_in_float64():
    ours, theirs = deep_model(OURS), deep_model(keras)
    copy_weights(theirs, ours)
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(8, 24, 24, 2)), rng.integers(0, NUM_CLASSES, 8)
    expected = flat(keras_gradients(theirs, images, labels)[1])
    Plan(ours.layers, losses.SparseCategoricalCrossentropy()).gradients(images, labels)
    actual = flat(layer.gradients[n] for layer in ours.layers for n in layer.parameters)
    assert np.linalg.norm(actual - expected) < 1e-11 * np.linalg.norm(expected)


# Training ----------------------------------------------------------------------------


def lenet(library):
    L = library.layers
    return library.models.Sequential(
        [
            L.Input((16, 16, 1)),
            L.Conv2D(6, 5, padding="same", activation="relu"),
            L.MaxPooling2D(),
            L.Conv2D(8, 3, activation="relu"),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(20, activation="relu"),
            L.Dense(NUM_CLASSES, activation="softmax"),
        ]
    )


def stripes(count):
    """Return images of stripes in four directions, in noise, and their labels."""
    rng = np.random.default_rng(0)
    rows, cols = np.mgrid[:16, :16]
    waves = np.stack([rows, cols, (rows + cols) / 1.4, (rows - cols) / 1.4])
    labels = rng.integers(0, 4, count)
    shift = rng.uniform(0, 6, (count, 1, 1))
    images = np.sin(waves[labels] + shift) + rng.normal(size=(count, 16, 16))
    return images[..., np.newaxis].astype(np.float32), labels


@pytest.mark.parametrize(
    "make",
    [
        lambda o: o.Adam(),
        lambda o: o.SGD(0.01, momentum=0.9, nesterov=True),
        lambda o: o.AdamW(
            o.schedules.CosineDecay(1e-4, 40, warmup_target=5e-3, warmup_steps=10)
        ),
    ],
    ids=["adam", "sgd", "adamw with a schedule"],
)
def test_fifty_steps_give_the_same_losses(make):
    images, labels = stripes(50 * 16)

    def curve(library, model):
        sums = [0.0]

        class Watch(library.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                sums.append(logs["loss"] * (batch + 1))  # logs hold the mean so far

        model.compile(make(library.optimizers), "sparse_categorical_crossentropy")
        model.fit(images, labels, batch_size=16, shuffle=False, verbose=0,
                  callbacks=[Watch()])  # fmt: skip
        return np.diff(sums)

    keras.utils.set_random_seed(0)
    theirs, ours = lenet(keras), lenet(OURS)
    copy_weights(theirs, ours)
    expected, actual = curve(keras, theirs), curve(OURS, ours)
    assert len(actual) == 50
    assert actual[-10:].mean() < 0.97 * actual[:10].mean(), "it does not learn"
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-3)


def test_fit_evaluate_and_predict_give_the_same_curves():
    images, labels = stripes(330)

    def run(library, model):
        """Train with a ragged last batch, a split and a metric."""
        model.compile(
            optimizer=library.optimizers.Adam(learning_rate=0.003),
            loss=library.losses.SparseCategoricalCrossentropy(from_logits=False),
            metrics=["accuracy"],
        )
        stopping = library.callbacks.EarlyStopping(
            monitor="val_accuracy", mode="max", patience=2, restore_best_weights=True
        )
        history = model.fit(
            images, labels, batch_size=32, epochs=6, validation_split=0.15,
            shuffle=False, callbacks=[stopping], verbose=0,
        )  # fmt: skip
        return history.history, model.evaluate(images, labels, verbose=0)

    theirs, ours = lenet(keras), lenet(OURS)
    copy_weights(theirs, ours)
    (expected, evaluated), (actual, our_evaluated) = run(keras, theirs), run(OURS, ours)
    assert list(actual) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(
            actual[name], values, rtol=0, atol=2e-3, err_msg=name
        )
    np.testing.assert_allclose(our_evaluated, evaluated, rtol=0, atol=2e-3)
    np.testing.assert_allclose(
        ours.predict(images, verbose=0),
        theirs.predict(images, verbose=0),
        rtol=0,
        atol=5e-3,
    )


def test_the_softmax_loses_no_gradient_in_either_library():
    """A wrong answer at probability 0 in float32: the loss passes 16.1 and learns."""
    images = np.array([[60.0, 0.0]], np.float32)
    after = []
    for library in (keras, OURS):
        L = library.layers
        model = library.models.Sequential(
            [L.Input((2,)), L.Dense(2, activation="softmax")]
        )
        model.set_weights([np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2)])
        model.compile("sgd", "sparse_categorical_crossentropy")
        history = model.fit(images, np.array([1]), verbose=0).history
        assert history["loss"] == [pytest.approx(60)]
        after.append(flat(model.get_weights()))
    np.testing.assert_allclose(after[0], after[1], rtol=1e-5)


# The chapter-19 model, trained -------------------------------------------------------


@pytest.fixture(scope="session")
def trained_keras_model():
    """Train the full MNIST model of chapter 19 in Keras for one epoch."""
    digits = load_digits()  # MNIST, or the offline digits
    keras.utils.set_random_seed(0)
    L = keras.layers
    model = keras.Sequential(
        [
            L.Input((28, 28, 1)),
            L.Conv2D(32, 5, padding="same", activation="relu"),
            L.MaxPooling2D(),
            L.Conv2D(64, 5, padding="same", activation="relu"),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(1024, activation="relu"),
            L.Dropout(0.4),
            L.Dense(10, activation="softmax"),
        ]
    )
    assert model.count_params() == 3_274_634
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    images = digits.x_train[..., np.newaxis].astype(np.float32) / 255
    model.fit(images, digits.y_train, batch_size=128, epochs=1, verbose=0)
    return model, digits


def test_the_trained_model_recognizes_the_same_digits(trained_keras_model):
    theirs, digits = trained_keras_model
    images = digits.x_test[..., np.newaxis].astype(np.float32) / 255
    ours = from_keras(theirs)
    for model in (theirs, ours):
        model.layers[-1].activation = keras.activations.linear
    # Logits: what the last layer gives before its softmax.
    expected = theirs.predict(images, batch_size=500, verbose=0)
    actual = Plan(ours.layers, losses.SparseCategoricalCrossentropy()).forward(images)
    assert abs(actual - expected).max() < 1e-4
    assert (actual.argmax(axis=1) == expected.argmax(axis=1)).all()
    assert (actual.argmax(axis=1) == digits.y_test).mean() > 0.6
