"""Train the full MNIST model of chapter 19 for several epochs and keep the result.

Run it from the repository's root::

    python experiments/train_full_mnist.py

It takes about one minute an epoch on two cores and can be stopped (Ctrl-C) at any
time: the same command goes on after the last finished epoch. At the end the test set
is used once. Written are

* ``experiments/results/train_full_mnist.json``: settings, versions, the curves, the
  seconds, the test accuracy, the confusion matrix and every mistake;
* ``full_mnist.keras`` in the user cache (13 MB): the trained model.

The number of epochs is fixed beforehand. Nothing is chosen on the test set.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keeping import (
    cores,
    load_keras_model,
    require_writable,
    save_checkpoint,
    versions,
    write_atomically,
    write_json,
)
from keras import layers

from cnn_helpers.datasets import cache_directory, load_digits, load_mnist

RESULTS = Path(__file__).parent / "results" / "train_full_mnist.json"
WEIGHTS_NAME = "full_mnist.keras"
SETTINGS = {
    "seed": 0,
    "epochs": 6,
    "batch_size": 128,
    "learning_rate": 2e-3,
    "schedule": "cosine to 0",
    "optimizer": "Adam",
    "dropout": 0.5,
    "validation_images": 5000,
}


def build_model(dropout):
    """Return the model of article 004, layer for layer as in chapter 19."""
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(1024, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(10, activation="softmax"),
        ]
    )


def prepare(images):
    """Return uint8 images (N, 28, 28) as float32 (N, 28, 28, 1) from 0 to 1."""
    return images[..., np.newaxis].astype("float32") / 255


def compile_model(model, settings, train_images):
    """Compile with Adam whose learning rate falls along a cosine to 0."""
    steps_per_epoch = -(-train_images // settings["batch_size"])
    schedule = keras.optimizers.schedules.CosineDecay(
        settings["learning_rate"], steps_per_epoch * settings["epochs"]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(schedule),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
        steps_per_execution=min(10, steps_per_epoch),
    )


def load_checkpoint(directory, settings):
    """Return (model, state) of the last finished epoch, or None to start anew."""
    state_file = directory / "state.json"
    if not state_file.exists():
        return None
    state = json.loads(state_file.read_text(encoding="utf-8"))
    if state["settings"] != settings:
        print("The checkpoint has other settings: starting anew.")
        return None
    return load_keras_model(directory / state["model_file"]), state


def train(x_train, y_train, settings, directory, *, verbose=2, after_epoch=None):
    """Train, or go on from the checkpoint in ``directory``.

    Returns the model and its state: the settings, the history and the seconds of
    each epoch. ``after_epoch(number)`` is called when an epoch is safely stored.
    """
    held_out = settings["validation_images"]
    train_images = len(x_train) - held_out
    validation = prepare(x_train[train_images:]), y_train[train_images:]
    images, labels = prepare(x_train[:train_images]), y_train[:train_images]

    checkpoint = load_checkpoint(directory, settings)
    if checkpoint is None:
        keras.utils.set_random_seed(settings["seed"])
        model = build_model(settings["dropout"])
        compile_model(model, settings, train_images)
        state = {"settings": settings, "history": {}, "seconds": []}
    else:
        model, state = checkpoint
        print(f"Going on after epoch {len(state['seconds'])}.")

    for epoch in range(len(state["seconds"]), settings["epochs"]):
        # Order and dropout depend on seed and epoch alone: stopping changes nothing.
        rng = np.random.default_rng([settings["seed"], epoch])
        order = rng.permutation(train_images)
        for layer in model.layers:
            if isinstance(layer, layers.Dropout):
                layer.seed_generator.state.assign([settings["seed"], epoch])
        started = time.perf_counter()
        history = model.fit(
            images[order],
            labels[order],
            batch_size=settings["batch_size"],
            epochs=epoch + 1,
            initial_epoch=epoch,
            shuffle=False,
            validation_data=validation,
            verbose=verbose,
        )
        for name, values in history.history.items():
            state["history"].setdefault(name, []).append(round(values[0], 6))
        state["seconds"].append(round(time.perf_counter() - started, 1))
        save_checkpoint(directory, model, state)
        if after_epoch is not None:
            after_epoch(epoch + 1)
    return model, state


def evaluate(model, images, labels):
    """Return the test results: accuracy, confusion matrix and every mistake."""
    probabilities = model.predict(prepare(images), batch_size=500, verbose=0)
    predicted = probabilities.argmax(axis=1)
    confusion = np.zeros((10, 10), dtype=int)
    np.add.at(confusion, (labels, predicted), 1)
    wrong = np.flatnonzero(predicted != labels)
    true_probability = probabilities[np.arange(len(labels)), labels]
    return {
        "images": len(labels),
        "correct": int((predicted == labels).sum()),
        "accuracy": float((predicted == labels).mean()),
        "loss": round(float(-np.log(np.maximum(true_probability, 1e-7)).mean()), 6),
        "confusion_matrix": confusion.tolist(),
        "mistakes": [
            {
                "index": int(index),
                "label": int(labels[index]),
                "predicted": int(predicted[index]),
                "probability": round(float(probabilities[index, predicted[index]]), 4),
            }
            for index in wrong
        ],
    }


def run(digits, settings, cache, results_file, *, verbose=2):
    """Train, evaluate once, write weights and results; return the results."""
    checkpoints = cache / "train_full_mnist"
    require_writable(results_file.parent, cache)
    model, state = train(
        digits.x_train, digits.y_train, settings, checkpoints, verbose=verbose
    )
    weights_file = cache / WEIGHTS_NAME
    fresh = build_model(settings["dropout"])  # without the optimizer: a third the size
    fresh.set_weights(model.get_weights())
    write_atomically(weights_file, fresh.save)
    results = {
        "data": digits.name,
        **state,
        "train_images": len(digits.x_train) - settings["validation_images"],
        "parameters": model.count_params(),
        "test": evaluate(model, digits.x_test, digits.y_test),
        "weights": {
            "file": WEIGHTS_NAME,
            "bytes": weights_file.stat().st_size,
            "sha256": hashlib.sha256(weights_file.read_bytes()).hexdigest(),
        },
        "versions": versions("numpy", "tensorflow", "keras"),
        "threads": cores(),
    }
    write_json(results_file, results)
    shutil.rmtree(checkpoints)
    return results


def main(arguments=None):
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=SETTINGS["epochs"])
    parser.add_argument("--seed", type=int, default=SETTINGS["seed"])
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="where the JSON goes"
    )
    parser.add_argument(
        "--offline-digits",
        action="store_true",
        help="a trial run on scikit-learn's digits when MNIST is not there",
    )
    options = parser.parse_args(arguments)
    if options.epochs < 1:
        parser.error("--epochs must be at least 1")
    settings = {**SETTINGS, "epochs": options.epochs, "seed": options.seed}
    digits = load_digits() if options.offline_digits else load_mnist()
    settings["validation_images"] = min(5000, len(digits.x_train) // 6)
    verbose = 1 if sys.stdout.isatty() else 2
    results = run(digits, settings, cache_directory(), options.results, verbose=verbose)
    test = results["test"]
    print(
        f"{test['correct']:,} of {test['images']:,} test images right "
        f"({test['accuracy']:.2%}) after {settings['epochs']} epochs "
        f"in {sum(results['seconds']):.0f} s.\n"
        f"Results: {options.results}\nModel: {cache_directory() / WEIGHTS_NAME}"
    )


if __name__ == "__main__":
    main()
