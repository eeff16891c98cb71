"""Train LeNet-5 with NumPy alone, three times, and use the test set once each time.

Run it from the repository's root::

    python experiments/train_numpy_lenet.py

The network is LeNet-5 with ReLU and max-pooling. Adam's learning rate rises for the
first quarter of the steps and falls to 0 along a cosine ("one-cycle"). The number of
epochs and every other setting are fixed beforehand; they were chosen on 5,000 images
of the training set, never on the test set.

Each seed's result is written when its training ends. A run that was stopped goes on
with the seeds that are missing; ``--again`` forgets the old results. Written is
``results/train_numpy_lenet.json``: settings, versions, curves, accuracies and seconds.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded

import numpy as np
from keeping import earlier_runs, require_writable, versions, write_json

from cnn_helpers import layers, models, optimizers
from cnn_helpers.datasets import load_digits, load_mnist

RESULTS = Path(__file__).parent / "results" / "train_numpy_lenet.json"
SETTINGS = {
    "epochs": 3,
    "batch_size": 64,
    "filters": [6, 16],
    "peak_learning_rate": 6e-3,
    "warm_up": 0.25,
}


def build_model(filters, seed):
    """Return LeNet-5 with ReLU and max-pooling."""
    return models.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(filters[0], 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(filters[1], 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        seed=seed,
    )


def one_cycle(peak, steps, warm_up):
    """Return a schedule that rises to the peak and falls to 0."""
    rise = round(steps * warm_up)
    return optimizers.schedules.CosineDecay(
        peak / 10, steps - rise, warmup_target=peak, warmup_steps=rise
    )


def prepare(images):
    """Return uint8 images (N, 28, 28) as float32 (N, 28, 28, 1) from 0 to 1."""
    return images[..., np.newaxis].astype(np.float32) / 255


def train(digits, settings, seed, verbose=1):
    """Train one network and return its curves, accuracy and seconds."""
    images, labels = prepare(digits.x_train), digits.y_train
    steps = settings["epochs"] * -(-len(images) // settings["batch_size"])
    model = build_model(settings["filters"], seed)
    schedule = one_cycle(settings["peak_learning_rate"], steps, settings["warm_up"])
    model.compile(
        optimizers.Adam(schedule), "sparse_categorical_crossentropy", ["accuracy"]
    )
    wall, core = time.perf_counter(), time.process_time()
    history = model.fit(
        images,
        labels,
        batch_size=settings["batch_size"],
        epochs=settings["epochs"],
        verbose=verbose,
    )
    wall, core = time.perf_counter() - wall, time.process_time() - core
    loss, accuracy = model.evaluate(prepare(digits.x_test), digits.y_test, verbose=0)
    return {
        "seed": seed,
        "test_accuracy": accuracy,
        "test_loss": loss,
        "seconds": round(wall, 2),
        "core_seconds": round(core, 2),
        "parameters": model.count_params(),
        "history": history.history,
    }


def main(arguments=None):
    """Train every seed that has no result yet, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=SETTINGS["epochs"])
    parser.add_argument("--again", action="store_true", help="forget earlier results")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--offline-digits", action="store_true", help="a trial run")
    options = parser.parse_args(arguments)
    digits = load_digits() if options.offline_digits else load_mnist()
    settings = {**SETTINGS, "epochs": options.epochs}
    again, file = options.again, options.results
    require_writable(file.parent)
    runs = [] if again else earlier_runs(file, settings, digits.name)
    for seed in options.seeds:
        if any(run["seed"] == seed for run in runs):
            continue
        print(f"Seed {seed}", flush=True)
        runs.append(train(digits, settings, seed))
        result = {
            "data": digits.name,
            "settings": settings,
            "versions": versions("numpy"),
            "mean_test_accuracy": float(np.mean([r["test_accuracy"] for r in runs])),
            "runs": runs,
        }
        write_json(options.results, result)
    print(f"\n{'seed':>4} {'test accuracy':>14} {'seconds':>8} {'of one core':>12}")
    for run in runs:
        print(
            f"{run['seed']:>4} {run['test_accuracy']:>14.2%} {run['seconds']:>8.1f}"
            f" {run['core_seconds']:>12.1f}"
        )
    print(f"mean {np.mean([run['test_accuracy'] for run in runs]):>14.2%}")


if __name__ == "__main__":
    main()
