"""Train article 001's network on raw and on scaled digits, with two losses, five times.

Run it from the repository's root::

    python experiments/measure_plateau.py

The network has 10,180 parameters: a convolution of six kernels of 2 x 2, a 2 x 2
max-pooling, a dense layer of ten units and softmax, trained by Adam at its default
rate on batches of 32 for 10 epochs. Four settings cross two questions: pixels from 0
to 255 or from 0 to 1, and a loss on probabilities clipped at 1e-7 (as in old versions
of Keras) or one that works on the logits (as today). They run with five seeds. Two
more settings put suspects to the test: raw pixels and the clipped loss with a tenth of
the learning rate, and without the ReLU. They run with the first two of the seeds.
All runs of a seed begin with the same weights and see the digits in the same order.

As in the article, the test set is looked at after each epoch. Nothing is chosen by it:
the settings and the number of epochs were fixed beforehand, the seeds are the first.

Each run's result is written when it ends; a run that was stopped goes on with those
that are missing, ``--again`` forgets the old ones. All 24 runs take about 8 minutes
of one core. Written is ``results/measure_plateau.json``: settings, versions, machine,
and for each run the accuracies and losses of each epoch, and of each digit in the test
set how often it was answered, how many of its images were right, and for how many its
probability lay below the clip.
"""

import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded

import numpy as np
from command_line import begin
from keeping import machine, versions, write_json
from tqdm import tqdm

from cnn_helpers import layers, losses, models, optimizers
from cnn_helpers.callbacks import Callback

RESULTS = Path(__file__).parent / "results" / "measure_plateau.json"
SETTINGS = {"epochs": 10, "batch_size": 32, "clip": 1e-7, "learning_rate": 1e-3}
GRID = {
    "raw, clipped": {},
    "raw, logits": {"clipped": False},
    "scaled, clipped": {"scaled": True},
    "scaled, logits": {"scaled": True, "clipped": False},
}
SUSPECTS = {
    "raw, clipped, a tenth of the rate": {"rate": 0.1},
    "raw, clipped, no ReLU": {"relu": False},
}
CONDITIONS = GRID | SUSPECTS
SUSPECT_SEEDS = 2  # how many of the seeds the suspects' settings run with
USUAL = {"scaled": False, "clipped": True, "rate": 1.0, "relu": True}
PROBED = 1000  # test images on which filters are watched


def build_model(seed, relu=True):
    """Return article 001's network."""
    return models.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(6, 2, activation="relu" if relu else None),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ],
        seed=seed,
    )


def prepare(images, scaled):
    """Return uint8 images (N, 28, 28) as float32 (N, 28, 28, 1), to 255 or to 1."""
    images = images[..., np.newaxis].astype(np.float32)
    return images / 255 if scaled else images


class Watch(Callback):
    """Ask the test set after each epoch, digit by digit, and move a progress bar."""

    def __init__(self, images, labels, clip, bar):
        super().__init__()
        self.images, self.labels, self.clip, self.bar = images, labels, clip, bar
        self.notes = {
            name: []
            for name in ("val_loss", "val_accuracy", "answered", "right", "past_clip")
        }
        self.notes["silent_filters"] = []

    def on_epoch_end(self, epoch, logs=None):
        """Note what the network answers now."""
        labels, model = self.labels, self.model
        probabilities = model.predict(self.images, batch_size=500, verbose=0)
        guesses = probabilities.argmax(axis=1)
        of_own = probabilities[np.arange(len(labels)), labels]
        loss, _ = model.evaluate(self.images, labels, batch_size=500, verbose=0)
        found = {
            "val_loss": loss,
            "val_accuracy": float((guesses == labels).mean()),
            "answered": np.bincount(guesses, minlength=10).tolist(),
            "right": np.bincount(labels[guesses == labels], minlength=10).tolist(),
            "past_clip": np.bincount(labels[of_own < self.clip], minlength=10).tolist(),
            "silent_filters": silent_filters(model, self.images[:PROBED]),
        }
        for name, value in found.items():
            self.notes[name].append(value)
        self.bar.update()
        self.bar.set_postfix(val_accuracy=f"{found['val_accuracy']:.4f}")


def silent_filters(model, images):
    """Return how many filters send 0 on at every place of every image."""
    convolution, pool = model.layers[:2]
    maps = pool.forward(convolution.forward(images))
    return int((maps == 0).all(axis=(0, 1, 2)).sum())


def train(digits, settings, condition, seed, bar):
    """Train one network and return what its epochs were like."""
    how = {**USUAL, **CONDITIONS[condition]}
    loss = losses.SparseCategoricalCrossentropy(
        clip=settings["clip"] if how["clipped"] else None
    )
    model = build_model(seed, how["relu"])
    rate = settings["learning_rate"] * how["rate"]
    model.compile(optimizers.Adam(rate), loss, ["accuracy"])
    test_images = prepare(digits.x_test, how["scaled"])
    watch = Watch(test_images, digits.y_test, settings["clip"], bar)
    wall, core = time.perf_counter(), time.process_time()
    history = model.fit(
        prepare(digits.x_train, how["scaled"]),
        digits.y_train,
        batch_size=settings["batch_size"],
        epochs=settings["epochs"],
        callbacks=[watch],
        verbose=0,
    ).history
    wall, core = time.perf_counter() - wall, time.process_time() - core
    return {
        "condition": condition,
        "seed": seed,
        "loss": history["loss"],
        "accuracy": history["accuracy"],
        **watch.notes,
        "parameters": model.count_params(),
        "seconds": round(wall, 1),
        "core_seconds": round(core, 1),
    }


def rounded(value):
    """Return a result with its fractions to six digits."""
    if isinstance(value, dict):
        return {name: rounded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def never_answered(run, epoch):
    """Return the digits that a run answered to no test image, after an epoch."""
    return [digit for digit, n in enumerate(run["answered"][epoch]) if n == 0]


def table(runs):
    """Return a line a condition: how many runs lost digits, and where they ended."""
    lines = []
    for condition in CONDITIONS:
        own = [run for run in runs if run["condition"] == condition]
        if not own:
            continue
        epochs = range(len(own[0]["answered"]))
        lost = [sum(bool(never_answered(run, e)) for run in own) for e in epochs]
        last = [run["val_accuracy"][-1] for run in own]
        lines.append(
            f"{condition:34} {len(own):2} runs, some digit never answered after each "
            f"epoch in {lost}, at last {min(last):.2%} to {max(last):.2%}"
        )
    return "\n".join(lines)


def main(arguments=None):
    """Train every condition and seed that has no result yet, and print a table."""
    given = begin(__doc__, SETTINGS, list(range(5)), RESULTS, arguments)
    digits, settings, file, runs = given.digits, given.settings, given.file, given.runs
    done = {(run["condition"], run["seed"]) for run in runs}
    wanted = [(name, seed) for seed in given.seeds for name in GRID]
    few = given.seeds[:SUSPECT_SEEDS]
    wanted += [(name, seed) for seed in few for name in SUSPECTS]
    missing = [pair for pair in wanted if pair not in done]
    with tqdm(total=len(missing) * settings["epochs"], unit="epoch") as bar:
        for condition, seed in missing:
            bar.set_description(f"seed {seed}, {condition}")
            run = train(digits, settings, condition, seed, bar)
            runs.append(rounded(run))
            result = {
                "data": digits.name,
                "settings": settings,
                "versions": versions("numpy"),
                "machine": {**machine(), "threads": 1},
                "runs": runs,
            }
            write_json(file, result)
    print(table(runs))


if __name__ == "__main__":
    main()
