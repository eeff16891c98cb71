"""Measure how long a training step takes: the NumPy network against Keras.

Run it from the repository's root, on a machine that does nothing else::

    python experiments/benchmark_training.py

Two small networks, at two batch sizes, train on random images in both libraries. Each
number is the median over rounds in which the libraries take turns in one process; the
ratios are medians of the ratios within a round. Everything is measured twice: with the
threads TensorFlow takes by default, and with one thread. NumPy has one thread always.

"Keras" is ``fit`` as it comes; "Keras tuned" compiles with
``steps_per_execution=50``. The last table says what the progress bar and the history
cost: ``fit`` with both, against the same steps in a bare loop.

Written are ``results/benchmark_training.json`` and ``.png``.
"""

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from keeping import versions, write_json

from cnn_helpers import layers, models

RESULTS = Path(__file__).parent / "results" / "benchmark_training.json"
BATCH_SIZES = (32, 128)
STEPS = 100  # a fit


def small_model(library):
    """Return the 10,180-parameter model of article 001, in either library."""
    L = library.layers
    return library.models.Sequential(
        [
            L.Input((28, 28, 1)),
            L.Conv2D(6, 2, activation="relu"),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(10, activation="softmax"),
        ]
    )


def lenet(library):
    """Return LeNet-5 with ReLU and max-pooling, in either library."""
    L = library.layers
    return library.models.Sequential(
        [
            L.Input((28, 28, 1)),
            L.Conv2D(6, 5, padding="same", activation="relu"),
            L.MaxPooling2D(),
            L.Conv2D(16, 5, activation="relu"),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(120, activation="relu"),
            L.Dense(84, activation="relu"),
            L.Dense(10, activation="softmax"),
        ]
    )


NETWORKS = {"10,180 parameters": small_model, "LeNet-5": lenet}


class NumPyLibrary:
    """The modules of this package, under the names that Keras has."""

    layers, models = layers, models


def make_fits(make, batch_size):
    """Return a function for each way to train: it runs one fit of all steps."""
    import keras

    rng = np.random.default_rng(0)
    images = rng.random((STEPS * batch_size, 28, 28, 1), dtype=np.float32)
    labels = rng.integers(0, 10, len(images))

    def fit_of(library, **options):
        model = make(library)
        loss = "sparse_categorical_crossentropy"
        model.compile("adam", loss, metrics=["accuracy"], **options)
        return lambda: model.fit(images, labels, batch_size=batch_size, verbose=0)

    return {
        "numpy": fit_of(NumPyLibrary),
        "keras": fit_of(keras),
        "keras tuned": fit_of(keras, steps_per_execution=50),
    }


def take_turns(functions, rounds, warm_up=2):
    """Return the seconds of each function in each round, taken in turn."""
    seconds = {name: [] for name in functions}
    for number in range(rounds + warm_up):
        names = list(functions)
        shift = number % len(names)  # nobody always comes first
        for name in names[shift:] + names[:shift]:
            start = time.perf_counter()
            functions[name]()
            if number >= warm_up:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def measure_steps(rounds):
    """Return the median milliseconds a step and the ratios, for each network."""
    rows = []
    for network, make in NETWORKS.items():
        for batch_size in BATCH_SIZES:
            seconds = take_turns(make_fits(make, batch_size), rounds)
            ratios = {
                f"numpy / {name}": float(
                    np.median(np.divide(seconds["numpy"], seconds[name]))
                )
                for name in ("keras", "keras tuned")
            }
            milliseconds = {
                name: float(np.median(values)) / STEPS * 1000
                for name, values in seconds.items()
            }
            rows.append(
                {
                    "network": network,
                    "batch_size": batch_size,
                    "milliseconds_a_step": milliseconds,
                    "ratios": ratios,
                }
            )
    return rows


def measure_overhead(rounds):
    """Return what the progress bar and the history add to a step, as fractions."""
    overhead = {}
    for network, make in NETWORKS.items():
        rng = np.random.default_rng(0)
        images = rng.random((STEPS * 32, 28, 28, 1), dtype=np.float32)
        labels = rng.integers(0, 10, len(images))
        model = make(NumPyLibrary)
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

        def bare(model=model, images=images, labels=labels):
            order = np.random.default_rng(0).permutation(len(images))
            for start in range(0, len(images), 32):
                rows = order[start : start + 32]
                model.plan.gradients(images[rows], labels[rows])
                model.optimizer.apply_gradients(model.plan.weights)

        def with_bar(model=model, images=images, labels=labels):
            with contextlib.redirect_stderr(io.StringIO()):
                model.fit(images, labels, verbose=1)

        seconds = take_turns({"bare": bare, "fit": with_bar}, rounds)
        ratio = np.median(np.divide(seconds["fit"], seconds["bare"]))
        overhead[network] = float(ratio) - 1
    return overhead


def measure(threads, rounds):
    """Measure everything in this process, with a number of threads for TensorFlow."""
    import tensorflow as tf

    if threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    result = {"steps": measure_steps(rounds)}
    if threads == 1:
        result["overhead_of_bar_and_history"] = measure_overhead(3 * rounds)
    result["versions"] = versions("numpy", "keras", "tensorflow")
    return result


def measure_in_a_new_process(threads, rounds):
    """Return what `measure` returns: TensorFlow takes its threads once a process."""
    command = [sys.executable, __file__, "--threads", str(threads)]
    command += ["--rounds", str(rounds)]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    return json.loads(done.stdout.splitlines()[-1])


def table(result):
    """Return the results as text."""
    lines = []
    for name in ("default threads", "one thread"):
        lines.append(f"\nMilliseconds a step, Keras with {name}")
        lines.append(
            f"{'network':<18} {'batch':>5} {'NumPy':>8} {'Keras':>8} {'tuned':>8}"
            f" {'/ Keras':>8} {'/ tuned':>8}"
        )
        for row in result[name]["steps"]:
            ms, ratios = row["milliseconds_a_step"], row["ratios"]
            lines.append(
                f"{row['network']:<18} {row['batch_size']:>5} {ms['numpy']:>8.2f}"
                f" {ms['keras']:>8.2f} {ms['keras tuned']:>8.2f}"
                f" {ratios['numpy / keras']:>8.2f}"
                f" {ratios['numpy / keras tuned']:>8.2f}"
            )
    lines.append("\nWhat the progress bar and the history add to a step of 32 images")
    for name, share in result["one thread"]["overhead_of_bar_and_history"].items():
        lines.append(f"{name:<18} {share:>8.1%}")
    return "\n".join(lines)


def plot(result, path):
    """Draw the milliseconds a step as bars."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from cnn_helpers import plotting

    plotting.use_book_style()
    names = {"numpy": "NumPy", "keras": "Keras", "keras tuned": "Keras, tuned"}
    hatches = ["", "//", ".."]
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(6.4, 3.2))
    for axis, threads in zip(axes, ("default threads", "one thread"), strict=True):
        rows = result[threads]["steps"]
        for number, (name, label) in enumerate(names.items()):
            heights = [row["milliseconds_a_step"][name] for row in rows]
            places = np.arange(len(rows)) + 0.27 * (number - 1)
            axis.bar(places, heights, 0.25, label=label, hatch=hatches[number])
        labels = [f"{row['network']}\nbatch {row['batch_size']}" for row in rows]
        labels = [text.replace(" parameters", "") for text in labels]
        axis.set_xticks(range(len(rows)), labels, rotation=30)
        axis.set_title(f"Keras with {threads}")
    axes[0].set_ylabel("milliseconds a step")
    axes[0].legend()
    figure.savefig(path)


def main():
    """Measure, print the tables and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=None, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    if options.threads is not None:  # the process that measures
        print(json.dumps(measure(options.threads, options.rounds)))
        return
    result = {"cores": os.cpu_count(), "rounds": options.rounds, "steps_a_fit": STEPS}
    for name, threads in (("default threads", 0), ("one thread", 1)):
        print(f"Measuring with {name}: about a minute", flush=True)
        result[name] = measure_in_a_new_process(threads, options.rounds)
    options.results.parent.mkdir(parents=True, exist_ok=True)
    write_json(options.results, result)
    print(table(result))
    plot(result, options.results.with_suffix(".png"))
    print(f"\nWritten: {options.results} and its picture")


if __name__ == "__main__":
    main()
