"""Add the ingredients of a training recipe one by one, and leave each out.

Run it from the repository's root::

    python experiments/ablate_recipe.py

The network is the small one of chapter 19, about 10,000 parameters. The ingredients are
augmentation, batch normalisation, a learning rate that climbs and falls ("one cycle")
and label smoothing. Ten recipes (none, each one alone, all, all but one) are trained
with three seeds on the first 5,000 training images, and judged by 10,000 others of the
training set. The test set is no judge of recipes: it is used at the end, once a seed,
for the recipe with the best mean, trained anew on all 60,000 training images.

A rate that suits one recipe would decide against another. So the rate is chosen for
each pairing of batch normalisation and schedule, out of three, by one more seed and
5,000 further images; these twelve trials come first.

Each run is stored when it ends; a run that was stopped goes on with those that are
missing, ``--again`` forgets the old ones. All take about 6 minutes of one core.
Written are ``results/ablate_recipe.json`` and the weights of the last stage's first
seed, ``ablate_recipe.npz``.
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # before TensorFlow is loaded

import keras
import numpy as np
import seed_runs
import train_frugal
from command_line import begin
from keeping import machine, versions, write_json
from tqdm import tqdm

from cnn_helpers.keras_bridge import from_keras

RESULTS = Path(__file__).parent / "results" / "ablate_recipe.json"
INGREDIENTS = ("augmentation", "batch norm", "one cycle", "label smoothing")
TRANSFORMS = {
    name: value
    for name, value in train_frugal.SETTINGS.items()
    if name.startswith("largest_")
}
SETTINGS = {
    "train_images": 5_000,
    "judging_images": 10_000,
    "rate_images": 5_000,
    "epochs": 8,
    "final_epochs": 4,
    "batch_size": 128,
    "rates": [3e-3, 1e-2, 3e-2],
    "rate_seed": 100,
    "warm_up": 0.2,
    "weight_decay": 1e-3,
    "label_smoothing": 0.1,
    "steps_per_execution": 10,
    **TRANSFORMS,
}
SEEDS = [0, 1, 2]
PAIRINGS = {  # what a rate is chosen for
    "none": set(),
    "only batch norm": {"batch norm"},
    "only one cycle": {"one cycle"},
    "both": {"batch norm", "one cycle"},
}


def recipes():
    """Return the ingredients of each recipe, by its name."""
    everything = set(INGREDIENTS)
    found = {"none": set()}
    found |= {f"only {name}": {name} for name in INGREDIENTS}
    found |= {f"all but {name}": everything - {name} for name in INGREDIENTS}
    return {**found, "all": everything}


def build_model(ingredients):
    """Return the network, with batch normalisation or without; its output: logits."""

    def block(filters, kernel_size, **settings):
        if "batch norm" in ingredients:
            # few steps: the running means must forget quickly
            settings["momentum"] = 0.9
            return seed_runs.convolution_block(filters, kernel_size, **settings)
        layer = keras.layers.Conv2D(filters, kernel_size, **settings)
        return [layer, keras.layers.ReLU()]

    return keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            *block(12, 5, strides=2, padding="same"),
            *block(24, 3, strides=2, padding="same"),
            *block(32, 3),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(10),
        ],
        name="small",
    )


def compile_model(model, ingredients, settings, train_images):
    """Compile with one cycle up to the rate, or with the rate held constant."""
    smoothing = settings["label_smoothing"] * ("label smoothing" in ingredients)
    settings = {**settings, "label_smoothing": smoothing}
    if "one cycle" in ingredients:
        seed_runs.compile_model(model, settings, train_images)
        return
    model.compile(
        keras.optimizers.AdamW(
            settings["learning_rate"], weight_decay=settings["weight_decay"]
        ),
        keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=smoothing
        ),
        metrics=["accuracy"],
        jit_compile=False,
        steps_per_execution=settings["steps_per_execution"],
    )


def pairing(ingredients):
    """Return what the rate is chosen for: those of two ingredients that are there."""
    return sorted({"batch norm", "one cycle"} & set(ingredients))


def train(images, labels, ingredients, settings, seed):
    """Return a model trained by a recipe, and the seconds of one core it took."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    start = time.process_time()
    model = build_model(ingredients)
    compile_model(model, ingredients, settings, len(images))
    if "augmentation" not in ingredients:
        settings = {k: v for k, v in settings.items() if k not in TRANSFORMS}
    x, y = seed_runs.prepare(images), seed_runs.one_hot(labels)
    for epoch in range(settings["epochs"]):
        seed_runs.fit_epoch(model, x, y, settings, seed, epoch, None, 0)
    return model, round(time.process_time() - start, 1)


def parts(digits, settings):
    """Return the rows to train on, to choose the rate by, and to judge recipes by.

    A data set too small for the settings is parted in the same proportions.
    """
    total = sum(settings[f"{name}_images"] for name in ("train", "rate", "judging"))
    shrink = min(1, len(digits.x_train) / total)
    rate = int(settings["rate_images"] * shrink)
    judging = int(settings["judging_images"] * shrink)
    last = len(digits.x_train)
    return (
        slice(0, int(settings["train_images"] * shrink)),
        slice(last - rate, last),
        slice(last - rate - judging, last - rate),
    )


def best_rate(runs, ingredients):
    """Return the rate that did best in the trials for a recipe's pairing."""
    trials = [
        run
        for run in runs
        if run["stage"] == "rate" and run["ingredients"] == pairing(ingredients)
    ]
    return max(trials, key=lambda run: run["right"])["rate"]


def best_recipe(runs):
    """Return the name of the recipe with the best mean on the judging images."""
    own = {name: [] for name in recipes()}
    for run in runs:
        if run["stage"] == "ablation":
            own[run["recipe"]].append(run["right"])
    return max((name for name in own if own[name]), key=lambda name: np.mean(own[name]))


def wanted_runs(settings, seeds):
    """Return (stage, recipe, rate, seed) of every run but the last ones, in order.

    The rate of an ablation is None: it is known when the trials are done.
    """
    trials = [
        ("rate", name, rate, settings["rate_seed"])
        for name in PAIRINGS
        for rate in settings["rates"]
    ]
    return trials + [
        ("ablation", name, None, seed) for seed in seeds for name in recipes()
    ]


def key_of(run):
    """Return the (stage, recipe, rate, seed) for which a run was wanted."""
    rate = run["rate"] if run["stage"] == "rate" else None
    return run["stage"], run["recipe"], rate, run["seed"]


def ingredients_of(stage, recipe):
    """Return the ingredients of a recipe, or of a pairing whose rate is tried."""
    return PAIRINGS[recipe] if stage == "rate" else recipes()[recipe]


def run_one(digits, settings, runs, job, results):
    """Train and judge one network; return the record of it."""
    stage, recipe, rate, seed = job
    ingredients = ingredients_of(stage, recipe)
    rate = rate or best_rate(runs, ingredients)
    how = {**settings, "learning_rate": rate}
    train_rows, rate_rows, judging_rows = parts(digits, settings)
    images, labels = digits.x_train, digits.y_train
    rows = {"rate": rate_rows, "ablation": judging_rows}.get(stage)
    if stage == "final":
        train_rows, how["epochs"] = slice(None), settings["final_epochs"]
        judges = digits.x_test, digits.y_test
    else:
        judges = images[rows], labels[rows]
    model, seconds = train(
        images[train_rows], labels[train_rows], ingredients, how, seed
    )
    if stage == "final" and not any(run["stage"] == "final" for run in runs):
        from_keras(model).save(results.with_suffix(".npz"))
    right = seed_runs.count_right(model, *judges)
    return {
        "stage": stage,
        "recipe": recipe,
        "ingredients": sorted(ingredients),
        "seed": seed,
        "rate": rate,
        "parameters": model.count_params(),
        "right": right,
        "images": len(judges[1]),
        "accuracy": right / len(judges[1]),
        "core_seconds": seconds,
    }


def table(runs):
    """Return a line a recipe: its mean, its lowest and its highest accuracy."""
    lines = []
    for stage in ("ablation", "final"):
        for name in recipes():
            own = [
                run["accuracy"]
                for run in runs
                if (run["stage"], run["recipe"]) == (stage, name)
            ]
            if own:
                lines.append(
                    f"{stage:9} {name:24} {len(own)} seeds, mean {np.mean(own):.2%}, "
                    f"{min(own):.2%} to {max(own):.2%}"
                )
    return "\n".join(lines)


def main(arguments=None):
    """Make every run that has no result yet, and print a table."""
    given = begin(__doc__, SETTINGS, SEEDS, RESULTS, arguments)
    digits, settings, file, runs = given.digits, given.settings, given.file, given.runs

    def make(jobs):
        done = {key_of(run) for run in runs}
        missing = [job for job in jobs if job not in done]
        for job in tqdm(missing, unit="run", disable=None):
            runs.append(run_one(digits, settings, runs, job, file))
            result = {
                "data": digits.name,
                "settings": settings,
                "versions": versions("numpy", "tensorflow", "keras"),
                "machine": {**machine(), "threads": 1},
                "runs": runs,
            }
            write_json(file, result)
            print(job[:2], job[3], f"{runs[-1]['accuracy']:.2%}", flush=True)

    make(wanted_runs(settings, given.seeds))
    chosen = best_recipe(runs)
    make([("final", chosen, None, seed) for seed in given.seeds])
    print(table(runs))


if __name__ == "__main__":
    main(sys.argv[1:])
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
