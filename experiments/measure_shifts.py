"""Train eight networks on centred and on moved digits, and test them on digits moved.

Run it from the repository's root::

    python experiments/measure_shifts.py

Four networks, from one dense layer to a global pool, are each trained twice, on the
digits as MNIST centres them and on digits moved at random by up to six pixels on both
axes (anew for each epoch), with the same number of steps. Four more are trained on
centred digits only, beside their twins: two with zeros around the maps ("same"), and
two whose first pool blurs before it skips (Zhang 2019). All with three seeds.

Then every fifth test digit is moved by 0 to 8 pixels in four directions, turned, and
scaled. Nothing is chosen by the test digits: all settings were fixed beforehand, and
the seeds are the first.

Each run's result is written when it ends; a run that was stopped goes on with those
that are missing, ``--again`` forgets the old ones. All runs take about 12 minutes of
one core. Written is ``results/measure_shifts.json``: settings, versions, machine, and
for each run the accuracy at each distance, angle and factor, and how many answers
change from one distance to the next.
"""

import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded

import keeping
import numpy as np
from command_line import begin
from tqdm import tqdm

from cnn_helpers import layers, losses, models, optimizers
from cnn_helpers.transforms import randomly_shifted, scaled, shifted, turned

RESULTS = Path(__file__).parent / "results" / "measure_shifts.json"
SETTINGS = {
    "epochs": 2,
    "batch_size": 64,
    "learning_rate": 2e-3,
    "largest_step": 6,  # pixels, of the digits moved in training
    "every": 5,  # every fifth test digit
    "distances": list(range(9)),  # pixels
    "angles": list(range(-90, 91, 15)),  # degrees
    "factors": [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4],
}
SEEDS = [0, 1, 2]
PLAIN = ["dense", "article 001", "conv, pool, dense", "conv, global max"]
PADDED = ["padded, global max", "padded, pool, dense"]
BLURRED = ["conv, blur, dense", "conv, blur, global max"]
DIRECTIONS = [(1, 0), (-1, 0), (0, 1), (0, -1)]


def build_model(name, seed):
    """Return one of the networks; its ten outputs are logits."""
    return models.Sequential([layers.Input((28, 28, 1)), *body(name)], seed=seed)


def body(name):
    """Return the layers of a network, new ones at every call."""
    if name == "dense":
        return [
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10),
        ]
    if name == "article 001":
        return [
            layers.Conv2D(6, 2, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10),
        ]
    first_pool = [layers.MaxPooling2D(2)]
    if "blur" in name:
        first_pool = [layers.MaxPooling2D(2, strides=1), blur(8)]
    ending = [layers.MaxPooling2D(2), layers.Flatten()]
    if "global" in name:
        ending = [layers.GlobalMaxPooling2D()]
    padding = "same" if "padded" in name else "valid"
    return [
        layers.Conv2D(8, 5, padding=padding, activation="relu"),
        *first_pool,
        layers.Conv2D(32, 5, padding=padding, activation="relu"),
        *ending,
        layers.Dense(10),
    ]


def blur(channels):
    """Return a layer that blurs each map with 1, 2, 1 and keeps every second number."""
    layer = layers.DepthwiseConv2D(
        3, strides=2, padding="same", use_bias=False, trainable=False
    )
    layer.build((None, 23, 23, channels), np.random.default_rng(0))
    weights = np.outer([1, 2, 1], [1, 2, 1]) / 16
    layer.set_weights([np.broadcast_to(weights[..., None, None], (3, 3, channels, 1))])
    return layer


def prepare(images):
    """Return uint8 images (N, 28, 28) as float32 (N, 28, 28, 1) from 0 to 1."""
    return images[..., np.newaxis].astype(np.float32) / 255


def train(name, digits, seed, settings, *, moved):
    """Return a network trained on centred or on moved digits."""
    model = build_model(name, seed)
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizers.Adam(settings["learning_rate"]), loss)
    rng = np.random.default_rng(seed)
    images = prepare(digits.x_train)
    for _ in range(settings["epochs"]):
        step = settings["largest_step"] if moved else 0
        seen = randomly_shifted(images, step, rng)
        model.fit(
            seen, digits.y_train, batch_size=settings["batch_size"], epochs=1, verbose=0
        )
    return model


def read(model, images):
    """Return the network's answers."""
    return model.predict(images, batch_size=500, verbose=0).argmax(axis=1)


def measure(model, images, labels, settings):
    """Return how a network fares on moved, turned and scaled images."""
    paths = []  # answers by direction: (distances, images)
    for down, right in DIRECTIONS:
        moves = [shifted(images, d * down, d * right) for d in settings["distances"]]
        paths.append([read(model, move) for move in moves])
    answers = np.array(paths)  # (directions, distances, images)
    right = (answers == labels).mean(axis=(0, 2))
    changed = (answers[:, 1:] != answers[:, :-1]).mean(axis=(0, 2))
    turns = [read(model, turned(images, angle)) for angle in settings["angles"]]
    sizes = [read(model, scaled(images, factor)) for factor in settings["factors"]]
    return {
        "accuracy_shifted": right.tolist(),
        "changed_by_one_pixel": changed.tolist(),
        "accuracy_turned": (np.array(turns) == labels).mean(axis=1).tolist(),
        "accuracy_scaled": (np.array(sizes) == labels).mean(axis=1).tolist(),
    }


def run_one(digits, settings, name, moved, seed):
    """Train and measure one network, and return the record of it."""
    started = time.process_time()
    model = train(name, digits, seed, settings, moved=moved)
    trained = time.process_time()
    every = slice(None, None, settings["every"])
    images, labels = prepare(digits.x_test[every]), digits.y_test[every]
    found = measure(model, images, labels, settings)
    return {
        "network": name,
        "moved": moved,
        "seed": seed,
        "parameters": model.count_params(),
        **{key: np.round(values, 6).tolist() for key, values in found.items()},
        "core_seconds_training": round(trained - started, 1),
        "core_seconds_measuring": round(time.process_time() - trained, 1),
    }


def wanted_runs(seeds):
    """Return every (network, moved, seed), seed after seed."""
    kinds = [(name, moved) for name in PLAIN for moved in (False, True)]
    kinds += [(name, False) for name in PADDED + BLURRED]
    return [(name, moved, seed) for seed in seeds for name, moved in kinds]


def table(runs):
    """Return a line for each network and training: accuracy at each distance."""
    lines = []
    for name, moved, _ in wanted_runs([0]):
        own = [r for r in runs if (r["network"], r["moved"]) == (name, moved)]
        if own:
            means = np.mean([run["accuracy_shifted"] for run in own], axis=0)
            kind = "moved" if moved else "centred"
            lines.append(f"{name:24}{kind:8}" + " ".join(f"{m:.3f}" for m in means))
    return "\n".join(lines)


def main(arguments=None):
    """Train and measure every network that has no result yet, and print a table."""
    given = begin(__doc__, SETTINGS, SEEDS, RESULTS, arguments)
    digits, settings, file, runs = given.digits, given.settings, given.file, given.runs
    done = {(run["network"], run["moved"], run["seed"]) for run in runs}
    missing = [run for run in wanted_runs(given.seeds) if run not in done]
    for name, moved, seed in tqdm(missing, unit="run"):
        runs.append(run_one(digits, settings, name, moved, seed))
        result = {
            "data": digits.name,
            "settings": settings,
            "versions": keeping.versions("numpy"),
            "machine": keeping.machine(),
            "runs": runs,
        }
        keeping.write_json(file, result)
    print(table(runs))


if __name__ == "__main__":
    main()
