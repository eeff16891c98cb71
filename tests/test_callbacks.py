"""The callbacks: early stopping replayed side by side with Keras's."""

import keras
import numpy as np
import pytest

from cnn_helpers import callbacks

CURVES = {
    "falls then rises": [3.0, 2.0, 1.0, 1.5, 1.2, 1.1, 1.3, 0.9, 2.0],
    "rises": [1.0, 2.0, 3.0, 4.0],
    "flat": [1.0, 1.0, 1.0, 1.0, 1.0],
    "falls slowly": [1.0, 0.99, 0.98, 0.97, 0.96, 0.95],
}
SETTINGS = [
    {},
    {"patience": 2},
    {"patience": 2, "min_delta": 0.05},
    {"patience": 1, "baseline": 0.5},
    {"patience": 1, "start_from_epoch": 3},
    {"patience": 2, "mode": "max"},
    {"patience": 2, "restore_best_weights": True},
]


class Pretender:
    """A model whose weights are the number of the epoch."""

    def __init__(self):
        self.stop_training = False
        self.weights = None

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def replay(callback, curve):
    """Return how many epochs were run, and the weights at the end."""
    model = Pretender()
    callback.set_model(model)
    callback.on_train_begin()
    epochs = 0
    for epoch, value in enumerate(curve):
        model.weights = epoch
        callback.on_epoch_end(epoch, {"val_loss": value})
        epochs += 1
        if model.stop_training:
            break
    callback.on_train_end()
    return epochs, model.weights, callback.stopped_epoch


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_early_stopping_is_that_of_keras(curve, settings):
    ours = replay(callbacks.EarlyStopping(**settings), curve)
    if settings.get("mode", "auto") == "auto":  # Keras asks its compiled metrics
        settings = {**settings, "mode": "min"}
    theirs = replay(keras.callbacks.EarlyStopping(**settings), curve)
    assert ours == theirs


def test_early_stopping_by_hand():
    stopping = callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    epochs, weights, _ = replay(stopping, CURVES["falls then rises"])
    assert (epochs, weights) == (5, 2)


def test_accuracy_should_rise():
    assert callbacks.EarlyStopping("val_accuracy").mode == "max"
    assert callbacks.EarlyStopping("val_loss").mode == "min"


def test_it_says_when_it_stopped(capsys):
    stopping = callbacks.EarlyStopping(verbose=1, restore_best_weights=True)
    replay(stopping, CURVES["rises"])
    printed = capsys.readouterr().out
    assert "Epoch 2: early stopping" in printed
    assert "best epoch put back: 1" in printed


def test_a_number_that_is_not_there_is_named():
    stopping = callbacks.EarlyStopping("val_accuracy")
    with pytest.raises(ValueError, match=r"val_accuracy.*loss.*validation"):
        stopping.on_epoch_end(0, {"loss": 1.0})


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"patience": -1}, ValueError, "patience"),
        ({"patience": 1.5}, TypeError, "patience"),
        ({"mode": "best"}, ValueError, "mode"),
        ({"monitor": 3}, TypeError, "monitor"),
        ({"min_delta": "a"}, TypeError, "min_delta"),
        ({"cooldown": 3}, ValueError, "cooldown"),
    ],
)
def test_wrong_settings_are_refused_by_name(keywords, error, message):
    with pytest.raises(error, match=message):
        callbacks.EarlyStopping(**keywords)


def test_nan_is_not_an_improvement():
    stopping = callbacks.EarlyStopping(patience=1)
    epochs, _, _ = replay(stopping, [1.0, np.nan, 0.5])
    assert epochs == 2
