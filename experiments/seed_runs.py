"""Train one Keras model with several seeds; stop at any time and go on to the same end.

What the scripts of the records share. A script names the model and its settings; this
module trains, stores every epoch, and keeps one result file that is whole at any time.
Order, transforms and dropout of an epoch depend on the seed and the epoch alone, so a
run that was stopped ends as one that was not.
"""

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from augmentation import augment_all
from keeping import (
    earlier_runs,
    load_keras_model,
    machine,
    read_json,
    require_writable,
    save_checkpoint,
    versions,
    write_json,
)

from cnn_helpers.datasets import cache_directory, load_digits, load_mnist
from cnn_helpers.keras_bridge import from_keras

RESULTS = Path(__file__).parent / "results"


def prepare(images):
    """Return uint8 images (N, 28, 28) as float32 (N, 28, 28, 1) from 0 to 1."""
    return images[..., np.newaxis].astype(np.float32) / 255


def one_hot(labels):
    """Return labels (N,) as rows (N, 10) of zeros and a one."""
    return np.eye(10, dtype=np.float32)[labels]


def convolution_block(filters, kernel_size, **settings):
    """Return a convolution without a bias, its batch normalisation and ReLU."""
    momentum = settings.pop("momentum", 0.99)
    return [
        keras.layers.Conv2D(filters, kernel_size, use_bias=False, **settings),
        keras.layers.BatchNormalization(momentum=momentum),
        keras.layers.ReLU(),
    ]


def compile_model(model, settings, train_images):
    """Compile for one cycle: the rate climbs, then falls along a cosine to 0."""
    steps = -(-train_images // settings["batch_size"]) * settings["epochs"]
    warm_up = int(settings["warm_up"] * steps)
    schedule = keras.optimizers.schedules.CosineDecay(
        settings["learning_rate"] / 25,
        steps - warm_up,
        warmup_target=settings["learning_rate"],
        warmup_steps=warm_up,
    )
    model.compile(
        keras.optimizers.AdamW(schedule, weight_decay=settings["weight_decay"]),
        keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=settings["label_smoothing"]
        ),
        metrics=["accuracy"],
        jit_compile=False,
        steps_per_execution=settings["steps_per_execution"],
    )


def load_checkpoint(directory, settings, seed):
    """Return (model, state) of the last finished epoch, or None to start anew."""
    state = read_json(directory / "state.json")
    if state is None or (state["settings"], state["seed"]) != (settings, seed):
        return None
    return load_keras_model(directory / state["model_file"]), state


def train(build_model, images, labels, settings, seed, directory, *, verbose=2):
    """Train with one seed, or go on from the checkpoint in a directory.

    Parameters
    ----------
    build_model : callable
        Returns the Keras model, its output logits (N, 10).
    images, labels : ndarray
        uint8 images (N, 28, 28) and labels (N,).
    settings : dict
        ``epochs``, ``batch_size``, ``learning_rate``, ``warm_up`` (a share of the
        steps), ``weight_decay``, ``label_smoothing``, ``steps_per_execution``,
        ``validation_images`` (taken from the end), and, for transforms, what
        `augmentation.random_transforms` needs.
    seed : int
        Of weights, order and transforms.
    directory : pathlib.Path
        Where the checkpoints are.
    verbose : int, optional
        As in Keras's `fit`.

    Returns
    -------
    tuple
        The model, and its state: seed, settings, history and seconds of each epoch.
    """
    held_out = settings["validation_images"]
    last = len(images) - held_out
    x, y = prepare(images[:last]), one_hot(labels[:last])
    validation = (prepare(images[last:]), one_hot(labels[last:])) if held_out else None
    checkpoint = load_checkpoint(directory, settings, seed)
    if checkpoint is None:
        keras.utils.set_random_seed(seed)
        model = build_model()
        compile_model(model, settings, last)
        state = {"seed": seed, "settings": settings, "history": {}, "seconds": []}
    else:
        model, state = checkpoint
        print(f"Seed {seed}: going on after epoch {len(state['seconds'])}.")
    for epoch in range(len(state["seconds"]), settings["epochs"]):
        start = time.perf_counter()
        history = fit_epoch(model, x, y, settings, seed, epoch, validation, verbose)
        for name, values in history.history.items():
            state["history"].setdefault(name, []).append(round(values[0], 6))
        state["seconds"].append(round(time.perf_counter() - start, 1))
        save_checkpoint(directory, model, state)
    return model, state


def fit_epoch(model, images, labels, settings, seed, epoch, validation, verbose):
    """Train for one epoch, in an order that depends on seed and epoch alone."""
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(images))
    images, labels = images[order], labels[order]
    if "largest_shift" in settings:
        images = augment_all(images, settings, rng)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.seed_generator.state.assign([seed, epoch])
    return model.fit(
        images,
        labels,
        batch_size=settings["batch_size"],
        epochs=epoch + 1,
        initial_epoch=epoch,
        shuffle=False,
        validation_data=validation,
        validation_batch_size=500,
        verbose=verbose,
    )


def count_right(model, images, labels):
    """Return how many images a Keras model names rightly."""
    answers = model.predict(prepare(images), batch_size=500, verbose=0)
    return int((answers.argmax(axis=1) == labels).sum())


def run(name, build_model, digits, settings, seeds, results_file, *, verbose=None):
    """Train every seed that has no result yet; return the results, stored each time.

    The test set is used once a seed, after its last epoch. The weights of the first
    seed are kept beside the results, as ``.npz``.
    """
    if verbose is None:
        verbose = 1 if sys.stdout.isatty() else 2
    runs = earlier_runs(results_file, settings, digits.name)
    checkpoints = cache_directory() / name
    require_writable(results_file.parent, checkpoints)
    for seed in seeds:
        if any(run["seed"] == seed for run in runs):
            continue
        print(f"Seed {seed}", flush=True)
        model, state = train(
            build_model,
            digits.x_train,
            digits.y_train,
            settings,
            seed,
            checkpoints / str(seed),
            verbose=verbose,
        )
        right = count_right(model, digits.x_test, digits.y_test)
        if seed == seeds[0]:
            from_keras(model).save(results_file.with_suffix(".npz"))
        runs.append(
            {
                "seed": seed,
                "test_correct": right,
                "test_accuracy": right / len(digits.y_test),
                "seconds": state["seconds"],
                "history": state["history"],
            }
        )
        runs.sort(key=lambda run: run["seed"])
        results = {
            "data": digits.name,
            "settings": settings,
            "parameters": model.count_params(),
            "test_images": len(digits.y_test),
            "mean_test_accuracy": float(np.mean([r["test_accuracy"] for r in runs])),
            "weights_of_seed": seeds[0],
            "machine": machine(),
            "versions": versions("numpy", "tensorflow", "keras"),
            "runs": runs,
        }
        write_json(results_file, results)
        shutil.rmtree(checkpoints / str(seed))
    return read_json(results_file)


def main(script, build_model, settings, seeds, arguments=None):
    """Read the command line of a record's script, train, and print the table.

    Parameters
    ----------
    script : str
        The path of the script, whose name names the result file.
    build_model, settings, seeds
        As in `run`.
    arguments : list of str, optional
        The command line; that of the process by default.
    """
    name = Path(script).stem
    parser = argparse.ArgumentParser(prog=f"{name}.py")
    parser.add_argument("--seeds", type=int, nargs="+", default=seeds)
    parser.add_argument("--epochs", type=int, default=settings["epochs"])
    parser.add_argument("--results", type=Path, default=RESULTS / f"{name}.json")
    parser.add_argument("--offline-digits", action="store_true", help="a trial run")
    options = parser.parse_args(arguments)
    if options.epochs < 1:
        parser.error("--epochs must be at least 1")
    digits = load_digits() if options.offline_digits else load_mnist()
    held_out = min(settings["validation_images"], len(digits.x_train) // 6)
    settings = {**settings, "epochs": options.epochs, "validation_images": held_out}
    print(
        table(run(name, build_model, digits, settings, options.seeds, options.results))
    )


def table(results):
    """Return the results as lines of text."""
    lines = [f"{results['parameters']:,} parameters", "seed   right  accuracy  minutes"]
    for run in results["runs"]:
        minutes = sum(run["seconds"]) / 60
        lines.append(
            f"{run['seed']:>4} {run['test_correct']:>7,}"
            f" {run['test_accuracy']:>9.2%} {minutes:>8.1f}"
        )
    lines.append(f"mean {results['mean_test_accuracy']:>18.3%}")
    return "\n".join(lines)
