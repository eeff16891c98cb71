"""Train the small network that the book draws digits at, and test it at float16.

Run it from the repository's root::

    python experiments/train_draw_model.py

The network is small on purpose: its weights travel with a page, as float16. Each
training image is shifted, scaled, turned and sheared a little, anew in every epoch,
because a digit drawn with a finger is less tidy than MNIST. The number of epochs and
every other setting are fixed beforehand; the test set is used once, after the weights
were rounded to float16.

Written are ``results/train_draw_model.json`` (settings, versions, curves, accuracy),
``results/train_draw_model.npz`` (the rounded model, which
`cnn_helpers.models.load_model` reads) and ``cnn_helpers/explorables/book_model.json``
(the same model and eleven test images, as `Draw` takes them).
"""

import argparse
import base64
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from augmentation import augment
from keeping import require_writable, versions, write_atomically, write_json

from cnn_helpers.datasets import load_digits, load_mnist
from cnn_helpers.explorables.spec import model_spec
from cnn_helpers.keras_bridge import from_keras

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "train_draw_model.json"
SPEC = ROOT / "cnn_helpers" / "explorables" / "book_model.json"
SETTINGS = {
    "seed": 0,
    "epochs": 20,
    "batch_size": 128,
    "learning_rate": 3e-3,
    "largest_shift": 2.0,  # pixels
    "largest_scaling": 0.15,  # of the size
    "largest_turn": 12.0,  # degrees
    "largest_shear": 0.15,
}


def build_model():
    """Return the network: 8,418 parameters, 17 KB at float16."""
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu", name="conv_1"),
            layers.Conv2D(8, 3, activation="relu", name="conv_2"),
            layers.MaxPooling2D(name="pool_1"),
            layers.Conv2D(16, 3, activation="relu", name="conv_3"),
            layers.MaxPooling2D(name="pool_2"),
            layers.Flatten(name="flatten"),
            layers.Dense(16, activation="relu", name="dense"),
            layers.Dense(10, activation="softmax", name="answer"),
        ],
        name="draw_model",
    )


def prepare(images):
    """Return uint8 images (N, 28, 28) as float32 (N, 28, 28, 1) from 0 to 1."""
    return images[..., np.newaxis].astype(np.float32) / 255


class Augmented(keras.utils.PyDataset):
    """The training set in a new order and with new transforms in every epoch."""

    def __init__(self, images, labels, settings):
        super().__init__()
        self.images, self.labels, self.settings = images, labels, settings
        self.rng = np.random.default_rng(settings["seed"])
        self.order = self.rng.permutation(len(images))

    def __len__(self):
        return -(-len(self.images) // self.settings["batch_size"])

    def __getitem__(self, index):
        size = self.settings["batch_size"]
        rows = self.order[index * size : (index + 1) * size]
        return augment(self.images[rows], self.settings, self.rng), self.labels[rows]

    def on_epoch_end(self):
        """Shuffle."""
        self.order = self.rng.permutation(len(self.images))


def train(digits, settings, verbose=2):
    """Train a network; return it with its curves and seconds."""
    keras.utils.set_random_seed(settings["seed"])
    model = build_model()
    batches = Augmented(prepare(digits.x_train), digits.y_train, settings)
    schedule = keras.optimizers.schedules.CosineDecay(
        settings["learning_rate"], settings["epochs"] * len(batches)
    )
    model.compile(
        keras.optimizers.Adam(schedule),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    start = time.perf_counter()
    # The batches bring their own order: Keras would only shuffle their numbers.
    history = model.fit(
        batches, epochs=settings["epochs"], shuffle=False, verbose=verbose
    )
    return model, history.history, round(time.perf_counter() - start, 1)


def round_to_float16(model):
    """Replace each weight by the nearest float16."""
    model.set_weights(
        [w.astype(np.float16).astype(np.float32) for w in model.get_weights()]
    )


def use_test_set_once(model, digits):
    """Return what the rounded model answers to each test image."""
    return model.predict(prepare(digits.x_test), batch_size=500, verbose=0).argmax(1)


def examples_of(digits, predicted):
    """Return the first test image of each class that is read, and the first misread."""
    right = predicted == digits.y_test
    chosen = [
        (str(label), int(np.flatnonzero(right & (digits.y_test == label))[0]))
        for label in range(10)
    ]
    misread = int(np.flatnonzero(~right)[0])
    chosen.append((f"{digits.y_test[misread]}, misread", misread))
    return [
        {
            "label": label,
            "index": index,
            "pixels": base64.b64encode(digits.x_test[index].tobytes()).decode("ascii"),
        }
        for label, index in chosen
    ]


def run(digits, settings, results=RESULTS, spec_path=SPEC, verbose=2):
    """Train, round, test once, and write the three files; return the results."""
    require_writable(results.parent, spec_path.parent)
    model, history, seconds = train(digits, settings, verbose)
    round_to_float16(model)
    ours = from_keras(model)
    predicted = use_test_set_once(model, digits)
    examples = examples_of(digits, predicted)
    spec = model_spec(ours, dtype="float16") | {"examples": examples}
    correct = int((predicted == digits.y_test).sum())
    outcome = {
        "data": digits.name,
        "settings": settings,
        "versions": versions("keras", "tensorflow", "numpy"),
        "parameters": model.count_params(),
        "bytes_at_float16": 2 * model.count_params(),
        "seconds": seconds,
        "history": history,
        "test": {
            "images": len(predicted),
            "correct": correct,
            "accuracy": correct / len(predicted),
        },
    }
    ours.save(results.with_suffix(".npz"))
    text = json.dumps(spec) + "\n"
    write_atomically(spec_path, lambda file: file.write_text(text, encoding="utf-8"))
    write_json(results, outcome)
    return outcome


def main(arguments=None):
    """Train with the fixed settings and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=SETTINGS["epochs"])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--spec", type=Path, default=SPEC)
    parser.add_argument("--offline-digits", action="store_true", help="a trial run")
    options = parser.parse_args(arguments)
    if options.offline_digits and options.spec == SPEC:
        parser.error("a trial run takes --spec and --results of its own")
    digits = load_digits() if options.offline_digits else load_mnist()
    settings = {**SETTINGS, "epochs": options.epochs}
    outcome = run(digits, settings, options.results, options.spec)
    test = outcome["test"]
    print(f"{test['correct']} of {test['images']} test images at float16")


if __name__ == "__main__":
    main()
