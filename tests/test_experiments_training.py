"""The committed results of the NumPy trainings, and that the scripts can be stopped."""

import importlib
import json
from pathlib import Path

import numpy as np
import pytest

from cnn_helpers.datasets import Digits

EXPERIMENTS = Path(__file__).parents[1] / "experiments"


def load(name):
    """Return an experiment's script as a module."""
    return importlib.import_module(name)


def results_of(name):
    return json.loads(
        (EXPERIMENTS / "results" / f"{name}.json").read_text(encoding="utf-8")
    )


def test_numpy_alone_reads_99_of_100_digits():
    result = results_of("train_numpy_lenet")
    assert result["data"] == "MNIST"
    assert [run["seed"] for run in result["runs"]] == [0, 1, 2]
    accuracies = [run["test_accuracy"] for run in result["runs"]]
    assert np.mean(accuracies) == pytest.approx(result["mean_test_accuracy"])
    assert np.mean(accuracies) >= 0.99
    assert max(run["core_seconds"] for run in result["runs"]) <= 20
    for run in result["runs"]:
        assert len(run["history"]["loss"]) == result["settings"]["epochs"]
        assert (
            run["parameters"]
            == load("train_numpy_lenet")
            .build_model(result["settings"]["filters"], 0)
            .count_params()
        )


def test_the_step_is_faster_than_keras_fit():
    result = results_of("benchmark_training")
    for threads, bound in (("default threads", 0.6), ("one thread", 0.75)):
        rows = [row for row in result[threads]["steps"] if row["batch_size"] == 32]
        assert len(rows) == 2
        for row in rows:
            assert row["ratios"]["numpy / keras"] <= bound, row
    overhead = result["one thread"]["overhead_of_bar_and_history"]
    assert len(overhead) == 2
    assert max(overhead.values()) <= 0.05


@pytest.fixture
def few_digits(monkeypatch):
    """Return the LeNet script, on a handful of made-up digits."""
    script = load("train_numpy_lenet")
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (96, 28, 28), dtype=np.uint8)
    labels = rng.integers(0, 10, 96)
    digits = Digits(images, labels, images[:32], labels[:32], "made up")
    monkeypatch.setattr(script, "load_mnist", lambda: digits)
    return script


def test_a_stopped_run_goes_on_with_the_missing_seeds(few_digits, tmp_path, capsys):
    path = tmp_path / "result.json"
    few_digits.main(["--seeds", "0", "--epochs", "1", "--results", str(path)])
    first = json.loads(path.read_text(encoding="utf-8"))["runs"][0]
    arguments = ["--seeds", "0", "1", "--epochs", "1", "--results", str(path)]
    few_digits.main(arguments)
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert [run["seed"] for run in runs] == [0, 1]
    assert runs[0] == first  # taken over, seconds and all
    few_digits.main(["--seeds", "0", "--epochs", "2", "--results", str(path)])
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert [len(run["history"]["loss"]) for run in runs] == [2]  # other settings
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_seed_gives_the_same_network(few_digits):
    settings = {**few_digits.SETTINGS, "epochs": 1}
    digits = few_digits.load_mnist()
    one, two = (few_digits.train(digits, settings, 3, verbose=0) for _ in range(2))
    assert one["history"] == two["history"]
    assert one["test_loss"] == two["test_loss"]


def test_the_benchmark_measures_what_it_says(tmp_path, monkeypatch):
    script = load("benchmark_training")
    order = []
    functions = {name: lambda name=name: order.append(name) for name in "abc"}
    seconds = script.take_turns(functions, rounds=4, warm_up=2)
    assert order == list("abcbcacababcbcacab")
    assert {name: len(values) for name, values in seconds.items()} == dict.fromkeys(
        "abc", 4
    )
    monkeypatch.setattr(script, "STEPS", 2)
    overhead = script.measure_overhead(1)
    assert set(overhead) == set(script.NETWORKS)
    counts = [m(script.NumPyLibrary).count_params() for m in script.NETWORKS.values()]
    assert counts == [10_180, 61_706]
