"""How many examples learning needs: LeNet-5 on 100 to 60,000 digits, three times each.

Run it from the repository's root::

    python experiments/measure_examples.py

The network is that of `train_numpy_lenet.py`, with its settings: LeNet-5 in NumPy, Adam
with one cycle. Each run draws its examples at random from the training images and
makes the same number of steps, whatever their number: with 60,000 examples each is seen
once, with 100 six hundred times. What differs between runs is the variety of the
examples and nothing else. Every run is made twice, with the digits as they are, and
with each moved, scaled, turned and sheared at random whenever it is seen.

All settings were fixed beforehand, and nothing is chosen: each network reads the test
set once. Each run is stored when it ends; a run that was stopped goes on with those
that are missing, ``--again`` forgets the old ones. All take about 5 minutes of one
core. Written is ``results/measure_examples.json``.
"""

import os
import time
from pathlib import Path

os.environ.setdefault(
    "TF_NUM_INTRAOP_THREADS", "1"
)  # TensorFlow moves the digits, no more
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded

import numpy as np
import train_frugal
import train_numpy_lenet
from augmentation import augment_all
from command_line import begin
from keeping import machine, versions, write_json
from tqdm import tqdm
from train_numpy_lenet import build_model, one_cycle, prepare

from cnn_helpers import optimizers

RESULTS = Path(__file__).parent / "results" / "measure_examples.json"
OF_LENET = train_numpy_lenet.SETTINGS
SETTINGS = {
    "sizes": [100, 300, 1000, 3000, 10_000, 60_000],
    "steps": -(-60_000 // OF_LENET["batch_size"]),
    "at_once": 469,  # steps for which the digits are prepared together
    **{name: value for name, value in OF_LENET.items() if name != "epochs"},
    **{
        name: value
        for name, value in train_frugal.SETTINGS.items()
        if name.startswith("largest_")
    },
}
SEEDS = [0, 1, 2]


def order_of_examples(rows, count, rng):
    """Return `count` entries of `rows`: all, in a new order each time round."""
    rounds = -(-count // len(rows))
    return np.concatenate([rng.permutation(rows) for _ in range(rounds)])[:count]


def train(digits, settings, size, seed, *, augmented):
    """Return a network trained on `size` examples drawn at random."""
    rng = np.random.default_rng([seed, size])
    rows = rng.choice(len(digits.x_train), size, replace=False)
    steps, batch = settings["steps"], settings["batch_size"]
    order = order_of_examples(rows, steps * batch, rng)
    model = build_model(settings["filters"], seed)
    rates = one_cycle(settings["peak_learning_rate"], steps, settings["warm_up"])
    model.compile(optimizers.Adam(rates), "sparse_categorical_crossentropy")
    for start in range(0, steps * batch, settings["at_once"] * batch):
        some = order[start : start + settings["at_once"] * batch]
        images = prepare(digits.x_train[some])
        if augmented:
            images = augment_all(images, settings, rng)
        labels = digits.y_train[some]
        model.fit(images, labels, batch_size=batch, epochs=1, shuffle=False, verbose=0)
    return model


def run_one(digits, settings, size, augmented, seed):
    """Train one network, let it read the test set, and return the record of it."""
    start = time.process_time()
    model = train(digits, settings, size, seed, augmented=augmented)
    seconds = time.process_time() - start
    answers = model.predict(prepare(digits.x_test), batch_size=500, verbose=0)
    right = int((answers.argmax(axis=1) == digits.y_test).sum())
    return {
        "examples": size,
        "augmented": augmented,
        "seed": seed,
        "parameters": model.count_params(),
        "test_correct": right,
        "test_accuracy": right / len(digits.y_test),
        "core_seconds": round(seconds, 1),
    }


def table(runs):
    """Return a line for each number of examples: plain, and augmented."""
    lines = [f"{'examples':>8} {'plain':>9} {'augmented':>10}"]
    for size in sorted({run["examples"] for run in runs}):
        line = f"{size:>8,}"
        for augmented in (False, True):
            own = [
                run["test_accuracy"]
                for run in runs
                if (run["examples"], run["augmented"]) == (size, augmented)
            ]
            line += f" {np.mean(own):>9.2%}" if own else f" {'-':>9}"
        lines.append(line)
    return "\n".join(lines)


def main(arguments=None):
    """Make every run that has no result yet, and print a table."""
    given = begin(__doc__, SETTINGS, SEEDS, RESULTS, arguments, length="steps")
    digits, settings, file, runs = given.digits, given.settings, given.file, given.runs
    done = {(run["examples"], run["augmented"], run["seed"]) for run in runs}
    missing = [
        (size, augmented, seed)
        for seed in given.seeds
        for size in settings["sizes"]
        for augmented in (False, True)
        if size <= len(digits.x_train) and (size, augmented, seed) not in done
    ]
    for job in tqdm(missing, unit="run", disable=None):
        runs.append(run_one(digits, settings, *job))
        result = {
            "data": digits.name,
            "settings": settings,
            "versions": versions("numpy", "keras"),
            "machine": {**machine(), "threads": 1},
            "runs": runs,
        }
        write_json(file, result)
        print(*job, f"{runs[-1]['test_accuracy']:.2%}", flush=True)
    print(table(runs))


if __name__ == "__main__":
    main()
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
