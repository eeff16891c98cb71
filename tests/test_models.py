"""The model: building, training, what it counts, and what it refuses."""

import os
import re
import signal
import threading
import time

import numpy as np
import pytest

from cnn_helpers import callbacks, layers, losses, models, optimizers

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows signals no single thread")
RNG = np.random.default_rng(0)
IMAGES = RNG.random((50, 8, 8, 1)).astype(np.float32)
LABELS = (IMAGES.mean(axis=(1, 2, 3)) > 0.5).astype(int) + 2 * (
    IMAGES[:, 0, 0, 0] > 0.5
)


def small_model(seed=0, **compiled):
    """Return a compiled model of four classes for the images above."""
    model = models.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(3, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(4, activation="softmax"),
        ],
        seed=seed,
    )
    settings = {
        "optimizer": "adam",
        "loss": "sparse_categorical_crossentropy",
        "metrics": ["accuracy"],
        **compiled,
    }
    model.compile(**settings)
    return model


# Building ------------------------------------------------------------------------


def test_shapes_counts_and_names():
    model = small_model()
    assert model.input_shape == (None, 8, 8, 1)
    assert model.output_shape == (None, 4)
    assert model.count_params() == 30 + 27 * 4 + 4
    names = [layer.name for layer in model.layers]
    assert names == ["conv2d", "max_pooling2d", "flatten", "dense"]
    assert [w.shape for w in model.get_weights()] == [
        (3, 3, 1, 3), (3,), (27, 4), (4,)
    ]  # fmt: skip
    assert model.get_layer("dense") is model.layers[-1] is model.get_layer(index=3)


def test_layers_of_one_kind_are_numbered():
    model = models.Sequential([layers.Dense(2), layers.Dense(2), layers.Dense(2)])
    assert [layer.name for layer in model.layers] == ["dense", "dense_1", "dense_2"]


def test_a_model_without_input_is_built_on_its_first_images():
    model = models.Sequential([layers.Flatten(), layers.Dense(2)])
    assert not model.built
    assert model.predict(np.ones((3, 2, 2, 1)), verbose=0).shape == (3, 2)
    assert model.count_params() == 10
    model = models.Sequential([layers.Dense(2)])
    model.build((None, 7))
    assert model.count_params() == 16


def test_a_model_without_input_is_built_when_it_is_fitted_or_evaluated():
    for call in ("fit", "evaluate"):
        model = models.Sequential(
            [layers.Conv2D(3, 3), layers.MaxPooling2D(), layers.Flatten(),
             layers.Dense(4, activation="softmax")]
        )  # fmt: skip
        model.compile("adam", "sparse_categorical_crossentropy")
        getattr(model, call)(IMAGES, LABELS, verbose=0)
        assert model.output_shape == (None, 4)
        assert type(model.plan.steps[0]).__name__ == "FusedConvolution"


def test_any_size_with_global_pooling():
    model = models.Sequential(
        [
            layers.Input((None, None, 1)),
            layers.Conv2D(3, 3),
            layers.GlobalAveragePooling2D(),
        ]
    )
    assert model.predict(np.ones((2, 9, 5, 1)), verbose=0).shape == (2, 3)
    assert model.predict(np.ones((2, 4, 6, 1)), verbose=0).shape == (2, 3)


def test_seed_repeats_weights_and_training():
    def trained(seed):
        model = small_model(seed)
        model.fit(IMAGES, LABELS, epochs=2, verbose=0)
        return np.concatenate([w.ravel() for w in model.get_weights()])

    np.testing.assert_array_equal(trained(1), trained(1))
    assert (trained(1) != trained(2)).any()


def test_summary_has_keras_layout(capsys):
    small_model().summary()
    printed = capsys.readouterr().out
    rows = re.findall(r"│ (\w+) \((\w+)\) +│ (\(.*\)) +│ +([\d,]+) │", printed)
    assert rows == [
        ("conv2d", "Conv2D", "(None, 6, 6, 3)", "30"),
        ("max_pooling2d", "MaxPooling2D", "(None, 3, 3, 3)", "0"),
        ("flatten", "Flatten", "(None, 27)", "0"),
        ("dense", "Dense", "(None, 4)", "112"),
    ]
    assert "Total params: 142 (568.00 B)" in printed
    lines = []
    models.Sequential([layers.Dense(3)]).summary(print_fn=lines.append)
    assert "0 (unbuilt)" in lines[0]


# Training --------------------------------------------------------------------------


def test_training_learns():
    model = small_model(optimizer=optimizers.Adam(0.02))
    history = model.fit(IMAGES, LABELS, epochs=40, batch_size=10, verbose=0)
    assert history.history["loss"][-1] < 0.4 * history.history["loss"][0]
    assert history.history["accuracy"][-1] > 0.9
    assert history is model.history
    assert history.epoch == list(range(40))
    assert list(history.history) == ["accuracy", "loss"]


def test_history_and_evaluate_weigh_each_example_the_same():
    model = small_model(optimizer=optimizers.SGD(0.0))  # nothing moves
    # 50 examples in batches of 32: the last batch is ragged
    history = model.fit(IMAGES, LABELS, shuffle=False, verbose=0).history
    answers = model.predict(IMAGES, verbose=0)
    each = losses.sparse_categorical_crossentropy(LABELS, answers)
    accuracy = (answers.argmax(axis=1) == LABELS).mean()
    assert history["loss"][0] == pytest.approx(each.mean(), rel=1e-5)
    assert history["accuracy"][0] == pytest.approx(accuracy)
    loss, evaluated = model.evaluate(IMAGES, LABELS, verbose=0)
    assert (loss, evaluated) == pytest.approx((each.mean(), accuracy), rel=1e-5)
    as_dict = model.evaluate(IMAGES, LABELS, verbose=0, return_dict=True)
    assert as_dict == {"accuracy": evaluated, "loss": loss}


def test_validation_split_takes_the_last_rows_before_shuffling():
    model = small_model(optimizer=optimizers.SGD(0.0))
    seen = []
    forward = layers.Flatten.forward

    class Watching(layers.Flatten):
        def forward(self, inputs, training=False):
            if training:
                seen.append(inputs.copy())
            return forward(self, inputs, training)

    model = models.Sequential([Watching(), layers.Dense(4)], seed=0)
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizers.SGD(0.0), loss)
    history = model.fit(IMAGES, LABELS, validation_split=0.3, verbose=0).history
    trained_on = np.concatenate(seen)
    assert len(trained_on) == 35
    assert {row.tobytes() for row in trained_on} == {
        row.tobytes() for row in IMAGES[:35]
    }
    assert (trained_on != IMAGES[:35]).any()  # shuffled
    expected = model.evaluate(IMAGES[35:], LABELS[35:], verbose=0)
    assert history["val_loss"][0] == pytest.approx(expected, rel=1e-6)
    assert list(history) == ["loss", "val_loss"]


def test_without_shuffling_the_order_stays():
    order = []

    class Watching(layers.Flatten):
        def forward(self, inputs, training=False):
            order.append(inputs[:, 0, 0, 0].copy())
            return super().forward(inputs, training)

    model = models.Sequential([Watching(), layers.Dense(4, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(IMAGES, LABELS, shuffle=False, verbose=0)
    np.testing.assert_array_equal(np.concatenate(order), IMAGES[:, 0, 0, 0])


def test_validation_data_is_evaluated_after_each_epoch():
    model = small_model()
    history = model.fit(
        IMAGES, LABELS, epochs=3, validation_data=(IMAGES, LABELS), verbose=0
    ).history
    loss, accuracy = model.evaluate(IMAGES, LABELS, verbose=0)
    assert history["val_loss"][-1] == pytest.approx(loss)
    assert history["val_accuracy"][-1] == accuracy
    assert list(history) == ["accuracy", "loss", "val_accuracy", "val_loss"]


def test_one_hot_labels():
    one_hot = np.eye(4)[LABELS]
    sparse = small_model().fit(IMAGES, LABELS, epochs=2, verbose=0)
    full = small_model(loss="categorical_crossentropy").fit(
        IMAGES, one_hot, epochs=2, verbose=0
    )
    np.testing.assert_allclose(full.history["loss"], sparse.history["loss"], rtol=1e-5)
    assert full.history["accuracy"] == sparse.history["accuracy"]


def test_softmax_layers_all_give_the_exact_gradient():
    """Probability 0 in float32: only the logits know which way to go."""
    images = np.array([[200.0, 0.0]])
    for head in (
        [layers.Dense(2, activation="softmax", kernel_initializer="ones")],
        [layers.Dense(2, kernel_initializer="ones"), layers.Softmax()],
        [layers.Dense(2, kernel_initializer="ones"), layers.Activation("softmax")],
    ):
        model = models.Sequential([layers.Input((2,)), *head])
        model.layers[0].kernel[0] = [1, 0]
        model.compile("sgd", "sparse_categorical_crossentropy")
        history = model.fit(images, [1], verbose=0).history
        assert history["loss"] == [pytest.approx(200)]
        np.testing.assert_allclose(model.layers[0].bias, [-0.01, 0.01], rtol=1e-5)


def test_the_clipped_loss_gives_no_gradient_past_the_clip():
    model = models.Sequential([layers.Input((2,)), layers.Dense(2, "softmax")])
    model.layers[0].kernel[...] = [[1, 0], [1, 1]]
    model.compile("sgd", losses.SparseCategoricalCrossentropy(clip=1e-7))
    history = model.fit(np.array([[200.0, 0.0]]), [1], verbose=0).history
    assert history["loss"] == [pytest.approx(-np.log(1e-7), rel=1e-5)]
    assert (model.layers[0].bias == 0).all()


def test_frozen_layers_stay():
    model = models.Sequential(
        [layers.Input((8, 8, 1)), layers.Flatten(), layers.Dense(5, trainable=False),
         layers.BatchNormalization(trainable=False), layers.Dense(4, "softmax")],
        seed=0,
    )  # fmt: skip
    model.compile("adam", "sparse_categorical_crossentropy")
    before = model.get_weights()
    model.fit(IMAGES, LABELS, verbose=0)
    changed = [
        (one != other).any()
        for one, other in zip(before, model.get_weights(), strict=True)
    ]
    assert changed == [False] * 6 + [True, True]
    assert sum(w.size for w in model.trainable_weights) == 24


def test_epochs_go_on_from_the_initial_one():
    model = small_model()
    model.fit(IMAGES, LABELS, epochs=2, verbose=0)
    history = model.fit(IMAGES, LABELS, epochs=5, initial_epoch=2, verbose=0)
    assert history.epoch == [2, 3, 4]
    assert model.fit(IMAGES, LABELS, epochs=0, verbose=0).history == {}


def test_early_stopping_puts_the_best_weights_back():
    kept = {}

    class Keep(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kept[epoch] = (logs["val_loss"], self.model.get_weights())

    stopping = callbacks.EarlyStopping(patience=1, restore_best_weights=True)
    model = small_model(optimizer=optimizers.SGD(3.0))  # overshoots
    history = model.fit(
        IMAGES, LABELS, epochs=50, validation_split=0.5, verbose=0,
        callbacks=[Keep(), stopping],
    )  # fmt: skip
    assert len(history.epoch) < 50
    best = min(kept, key=lambda epoch: kept[epoch][0])
    for weight, expected in zip(model.get_weights(), kept[best][1], strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_callbacks_hear_of_every_moment():
    heard = []

    class Listen(callbacks.Callback):
        def on_train_begin(self, logs=None):
            heard.append("begin")

        def on_epoch_begin(self, epoch, logs=None):
            heard.append(f"epoch {epoch}")

        def on_train_batch_begin(self, batch, logs=None):
            heard.append(f"batch {batch}")

        def on_train_batch_end(self, batch, logs=None):
            heard.append(sorted(logs))

        def on_train_end(self, logs=None):
            heard.append(self.params)

    small_model().fit(IMAGES, LABELS, verbose=0, callbacks=[Listen()])
    both = ["accuracy", "loss"]
    assert heard == ["begin", "epoch 0", "batch 0", both, "batch 1", both,
                     {"epochs": 1, "steps": 2, "verbose": 0}]  # fmt: skip


def test_nothing_that_is_given_is_changed():
    images, labels = IMAGES.copy(), LABELS.copy()
    model = small_model()
    model.fit(images, labels, verbose=0)
    model.evaluate(images, labels, verbose=0)
    model.predict(images, verbose=0)
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(labels, LABELS)


def test_predict_on_no_rows():
    assert small_model().predict(IMAGES[:0], verbose=0).shape == (0, 4)


def test_predict_does_not_depend_on_the_batch_size():
    model = small_model()
    np.testing.assert_allclose(
        model.predict(IMAGES, batch_size=7, verbose=0), model(IMAGES), rtol=1e-5
    )


# What stops a training -------------------------------------------------------------


def test_nan_loss_says_when_and_where():
    model = models.Sequential(
        [layers.Input((8, 8, 1)), layers.Conv2D(3, 3), layers.Flatten(),
         layers.Dense(4, "softmax")],
        seed=0,
    )  # fmt: skip
    model.compile(optimizers.SGD(1e30), "sparse_categorical_crossentropy")
    with pytest.raises(FloatingPointError) as caught:
        model.fit(IMAGES, LABELS, epochs=5, batch_size=10, verbose=0)
    message = str(caught.value)
    assert re.search(r"epoch \d of 5, step \d of 5", message)
    assert re.search(r"layer '(conv2d|dense)'.*learning rate", message)


def test_nan_images_are_found():
    images = IMAGES.copy()
    images[45, 3, 3] = np.nan
    with pytest.raises(FloatingPointError, match=r"step 2 of 2.*images"):
        small_model().fit(images, LABELS, shuffle=False, verbose=0)


def test_the_history_before_a_nan_stays():
    class Spoil(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                self.model.layers[-1].kernel[0, 0] = np.nan

    model = small_model()
    with pytest.raises(FloatingPointError, match=r"epoch 3 of 5, step 1.*'dense'"):
        model.fit(IMAGES, LABELS, epochs=5, verbose=0, callbacks=[Spoil()])
    assert len(model.history.history["loss"]) == 2


@pytest.fixture
def listens_to_ctrl_c():
    """A process started in the background may ignore Ctrl-C: let it listen."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@POSIX
@pytest.mark.usefixtures("listens_to_ctrl_c")
def test_ctrl_c_keeps_weights_and_history():
    model = small_model()
    before = model.get_weights()
    main = threading.main_thread().ident

    def press():
        give_up = time.monotonic() + 60
        while model.history is None or len(model.history.epoch) < 3:
            time.sleep(0.005)
            if time.monotonic() > give_up:
                break
        signal.pthread_kill(main, signal.SIGINT)

    presser = threading.Thread(target=press, daemon=True)
    presser.start()
    with pytest.raises(KeyboardInterrupt) as caught:
        model.fit(IMAGES, LABELS, epochs=100_000, verbose=0)
    presser.join()
    done = len(model.history.epoch)
    assert 3 <= done < 100_000
    assert len(model.history.history["loss"]) == done
    assert re.search(
        rf"epoch {done + 1} of 100000.*{done} epochs", caught.value.__notes__[0]
    )
    assert (before[0] != model.get_weights()[0]).any()
    assert np.isfinite(model.predict(IMAGES, verbose=0)).all()


# What is refused -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"batch_size": 2.5}, TypeError, "batch_size"),
        ({"epochs": -1}, ValueError, "epochs"),
        ({"epochs": 1.5}, TypeError, "epochs"),
        ({"initial_epoch": -1}, ValueError, "initial_epoch"),
        ({"validation_split": 1.5}, ValueError, "validation_split"),
        ({"validation_split": 1}, ValueError, "validation_split"),
        ({"validation_split": -0.1}, ValueError, "validation_split"),
        ({"validation_split": 0.999}, ValueError, "validation_split.*train"),
        ({"validation_data": IMAGES}, ValueError, "validation_data"),
        ({"validation_data": (IMAGES[:0], LABELS[:0])}, ValueError, "validation_data"),
        ({"verbose": 3}, ValueError, "verbose"),
        ({"shuffle": "batch"}, TypeError, "shuffle"),
        ({"callbacks": [3]}, TypeError, "callbacks"),
        ({"class_weight": {0: 1}}, ValueError, "class_weight"),
        ({"sample_weight": LABELS}, ValueError, "sample_weight"),
        ({"steps_per_epoch": 3}, ValueError, "steps_per_epoch"),
        ({"y": LABELS + 2}, ValueError, "0 to 3"),
        ({"y": LABELS - 1}, ValueError, "-1"),
        ({"y": LABELS + 0.5}, ValueError, "whole"),
        ({"y": np.eye(4)[LABELS]}, ValueError, "categorical_crossentropy"),
        ({"y": LABELS[:5]}, ValueError, r"\(50, 8, 8, 1\).*\(5,\)"),
        ({"y": None}, ValueError, "labels"),
        ({"x": IMAGES[:0], "y": LABELS[:0]}, ValueError, "no examples"),
        ({"x": IMAGES[:, :5]}, ValueError, r"\(None, 8, 8, 1\).*\(50, 5, 8, 1\)"),
        ({"x": IMAGES[..., 0]}, ValueError, r"\(None, 8, 8, 1\).*np.newaxis"),
        ({"x": (IMAGES * 255).astype(np.uint8)}, TypeError, "255"),
        ({"x": np.full((50, 8, 8, 1), "a")}, TypeError, "numbers"),
        ({"x": None}, TypeError, "numbers"),
    ],
)  # fmt: skip
def test_wrong_settings_of_fit_are_refused_by_name(keywords, error, message):
    settings = {"x": IMAGES, "y": LABELS, "verbose": 0, **keywords}
    model = small_model()
    before = model.get_weights()
    with pytest.raises(error, match=message):
        model.fit(**settings)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.fit(IMAGES, LABELS), "compile"),
        (lambda m: m.evaluate(IMAGES, LABELS), "compile"),
        (lambda m: m.compile(), "optimizer"),
        (lambda m: m.compile("rmsprop", "categorical_crossentropy"), "rmsprop"),
        (lambda m: m.compile("adam"), "loss"),
        (lambda m: m.compile("adam", "mse"), "mse"),
        (lambda m: m.compile("adam", "categorical_crossentropy", ["f1"]), "f1"),
        (lambda m: m.compile("adam", "mse", jit_compile=True), "jit_compile"),
        (lambda m: m.set_weights(m.get_weights()[:1]), "2 weights.*1"),
        (lambda m: m.add(3), "layers.*3"),
        (lambda m: m.add(layers.Input((3,))), "first"),
        (lambda m: m.add(m.layers[0]), "already"),
        (lambda m: m.add(layers.Conv2D(2, 3)), r"'conv2d'.*\(N, H.*\(None, 4\)"),
        (lambda m: m.add(layers.Dense(2, dtype="float64")), "dtype"),
        (lambda m: m.get_layer("conv"), "conv.*dense"),
        (lambda m: m.build((None, 3, 3, 1)), r"\(None, 64\)"),
        (lambda m: m.summary(line_length=3), "line_length"),
    ],
)  # fmt: skip
def test_wrong_calls_are_refused_by_name(call, message):
    model = models.Sequential([layers.Input((64,)), layers.Dense(4)])
    with pytest.raises(ValueError, match=message):
        call(model)


def test_a_model_that_is_not_built_says_so():
    model = models.Sequential([layers.Dense(3)])
    with pytest.raises(ValueError, match=r"layers\.Input"):
        model.count_params()
    with pytest.raises(AttributeError, match=r"layers\.Input"):
        _ = model.output_shape
    with pytest.raises(ValueError, match="no layers"):
        models.Sequential().predict(IMAGES)


def test_a_fault_leaves_a_model_without_the_layer():
    model = models.Sequential([layers.Input((4, 4, 1)), layers.Flatten()])
    with pytest.raises(ValueError, match="conv2d"):
        model.add(layers.Conv2D(2, 3))
    assert len(model.layers) == 1


def test_logits_need_from_logits():
    model = models.Sequential([layers.Flatten(), layers.Dense(4)], seed=0)
    model.compile("adam", "sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match="from_logits=True"):
        model.fit(IMAGES, LABELS, verbose=0)


# Progress --------------------------------------------------------------------------


def test_a_line_an_epoch(capsys):
    history = small_model().fit(IMAGES, LABELS, epochs=2, verbose=2).history
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == (
        f"Epoch 2/2 - accuracy: {history['accuracy'][1]:.4f} - "
        f"loss: {history['loss'][1]:.4f}"
    )
    assert len(lines) == 2


def test_a_bar_goes_to_stderr(capsys):
    small_model().fit(IMAGES, LABELS, epochs=1)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Epoch 1/1: 100%" in printed.err
    assert "loss: " in printed.err
    small_model().fit(IMAGES, LABELS, verbose=0)
    assert capsys.readouterr().err == ""
