"""The scripts of the records: they can be stopped, and their results hold again."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from cnn_helpers import models
from cnn_helpers.datasets import DataUnavailableError, Digits, load_digits, load_mnist

keras = pytest.importorskip("keras")

import keeping  # noqa: E402
import seed_runs  # noqa: E402
import train_frugal  # noqa: E402
import train_full_mnist  # noqa: E402
import train_quick  # noqa: E402
import train_strong  # noqa: E402

RESULTS = Path(__file__).parents[1] / "experiments" / "results"
SHORT = {
    **train_frugal.SETTINGS,
    "epochs": 3,
    "batch_size": 32,
    "steps_per_execution": 1,
    "validation_images": 40,
}


class Stopped(Exception):
    pass


def small_model():
    return keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            *seed_runs.convolution_block(4, 5, strides=4),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(10),
        ]
    )


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return Digits(
        found.x_train[:200],
        found.y_train[:200],
        found.x_test[:50],
        found.y_test[:50],
        found.name,
    )


def stop_after(monkeypatch, epochs):
    """Break the training off when a number of epochs is stored."""
    save = seed_runs.save_checkpoint

    def save_and_stop(directory, model, state):
        save(directory, model, state)
        if len(state["seconds"]) == epochs:
            raise Stopped

    monkeypatch.setattr(seed_runs, "save_checkpoint", save_and_stop)


def test_a_stopped_run_ends_as_one_that_was_not(digits, tmp_path, monkeypatch):
    def train(directory):
        return seed_runs.train(
            small_model, digits.x_train, digits.y_train, SHORT, 3, directory, verbose=0
        )

    whole, state = train(tmp_path / "whole")
    with monkeypatch.context() as patch:
        stop_after(patch, 2)
        with pytest.raises(Stopped):
            train(tmp_path / "stopped")
    resumed, state_again = train(tmp_path / "stopped")
    assert state_again["history"] == state["history"]
    assert len(state["history"]["val_accuracy"]) == 3
    for ours, theirs in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_other_settings_start_anew(digits, tmp_path, monkeypatch):
    data = digits.x_train, digits.y_train
    with monkeypatch.context() as patch:
        stop_after(patch, 1)
        with pytest.raises(Stopped):
            seed_runs.train(small_model, *data, SHORT, 3, tmp_path, verbose=0)
    assert seed_runs.load_checkpoint(tmp_path, SHORT, 3) is not None
    assert seed_runs.load_checkpoint(tmp_path, {**SHORT, "epochs": 4}, 3) is None
    assert seed_runs.load_checkpoint(tmp_path, SHORT, 4) is None


def test_finished_seeds_are_kept_and_the_weights_are_the_first_seed_s(
    digits, tmp_path, monkeypatch
):
    monkeypatch.setenv("CNN_HELPERS_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "results.json"
    settings = {**SHORT, "epochs": 1}

    def run(seeds):
        return seed_runs.run(
            "trial", small_model, digits, settings, seeds, file, verbose=0
        )

    first = run([5])
    assert (tmp_path / "cache" / "trial").is_dir()  # not in the reader's own cache
    both = run([5, 6])
    assert both["runs"][0] == first["runs"][0]
    assert [run["seed"] for run in both["runs"]] == [5, 6]
    accuracies = [run["test_correct"] / 50 for run in both["runs"]]
    assert both["mean_test_accuracy"] == pytest.approx(np.mean(accuracies))
    model = models.load_model(file.with_suffix(".npz"))
    answers = model.predict(seed_runs.prepare(digits.x_test)).argmax(axis=1)
    assert (answers == digits.y_test).sum() == first["runs"][0]["test_correct"]
    assert "mean" in seed_runs.table(both)


def test_a_full_disk_leaves_the_last_checkpoint(digits, tmp_path, monkeypatch):
    """The epoch that cannot be stored is lost, the one before it is gone on from."""
    resource = pytest.importorskip("resource")
    data = digits.x_train, digits.y_train
    with monkeypatch.context() as patch:
        stop_after(patch, 1)
        with pytest.raises(Stopped):
            seed_runs.train(small_model, *data, SHORT, 3, tmp_path, verbose=0)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(before) == {"epoch-01.keras", "state.json"}
    model, state = seed_runs.load_checkpoint(tmp_path, SHORT, 3)
    later = {**state, "seconds": [1, 1]}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    seed_runs.save_checkpoint(tmp_path / "roomy", model, later)
    size = (tmp_path / "roomy" / "epoch-02.keras").stat().st_size
    shutil.rmtree(tmp_path / "roomy")
    for room in (0, 1, 200, size // 2, size - 1):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            with pytest.raises(OSError, match=r"too large|write"):
                seed_runs.save_checkpoint(tmp_path, model, later)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert after == before, room
    seed_runs.save_checkpoint(tmp_path, model, later)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"epoch-02.keras", "state.json"}


@pytest.mark.parametrize("script", [seed_runs, train_full_mnist])
def test_code_inside_a_checkpoint_is_not_run(tmp_path, monkeypatch, script):
    monkeypatch.delenv("CODE_RAN", raising=False)
    trap = keras.layers.Lambda(
        lambda inputs: (__import__("os").environ.update(CODE_RAN="1"), inputs)[1]
    )
    model = keras.Sequential([keras.layers.Input((2,)), trap])
    model.save(tmp_path / "epoch-01.keras")
    assert os.environ.pop("CODE_RAN")
    keras.models.load_model(tmp_path / "epoch-01.keras", safe_mode=False)
    assert os.environ.pop("CODE_RAN")  # unguarded, it runs
    state = {"settings": SHORT, "seed": 3, "seconds": [1]}
    keeping.write_json(
        tmp_path / "state.json", {**state, "model_file": "epoch-01.keras"}
    )
    which = (3,) if script is seed_runs else ()
    with pytest.raises(ValueError, match="Lambda"):
        script.load_checkpoint(tmp_path, SHORT, *which)
    assert "CODE_RAN" not in os.environ


def test_labels_become_rows_with_one_one():
    rows = seed_runs.one_hot(np.array([3, 0]))
    assert rows.shape == (2, 10)
    assert rows[0, 3] == rows[1, 0] == 1
    assert rows.sum() == 2


def test_the_budgets_are_kept():
    assert train_frugal.build_model().count_params() == 10_070 <= 10_180
    assert train_strong.build_model().count_params() <= 500_000
    weights = train_quick.build_keras().trainable_weights
    assert sum(int(np.prod(weight.shape)) for weight in weights) == 40_986


def test_the_quick_script_counts_its_misses(digits, tmp_path):
    file = tmp_path / "quick.json"
    settings = json.loads(json.dumps(train_quick.SETTINGS))
    found = train_quick.run(digits, settings, [0], file)
    for way in ("keras", "numpy"):
        run = found[way]["runs"][0]
        assert run["test_correct"] == round(run["test_accuracy"] * 50)
        assert found[way]["misses"] == (run["test_accuracy"] < 0.99)
        assert found[way]["median_seconds"] == run["seconds"] > 0
    again = train_quick.run(digits, settings, [0, 1], file)
    assert again["numpy"]["runs"][0] == found["numpy"]["runs"][0]
    assert len(again["keras"]["runs"]) == 2


def committed(name):
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "seeds", "accuracy", "parameters", "minutes"),
    [("train_frugal", 5, 0.995, 10_180, 10), ("train_strong", 3, 0.9965, 500_000, 25)],
)
def test_the_committed_record_holds(name, seeds, accuracy, parameters, minutes):
    found = committed(name)
    assert found["data"] == "MNIST"
    assert found["test_images"] == 10_000
    assert len(found["runs"]) == seeds
    assert found["parameters"] <= parameters
    right = [run["test_correct"] for run in found["runs"]]
    assert found["mean_test_accuracy"] == pytest.approx(np.mean(right) / 10_000)
    assert found["mean_test_accuracy"] >= accuracy
    for run in found["runs"]:
        assert len(run["seconds"]) == found["settings"]["epochs"]
        assert sum(run["seconds"]) <= 60 * minutes


@pytest.mark.parametrize("name", ["train_frugal", "train_strong"])
def test_the_committed_weights_reach_it_again(name):
    found = committed(name)
    try:
        digits = load_mnist()
    except DataUnavailableError:
        pytest.skip("MNIST is not here")
    file = RESULTS / f"{name}.npz"
    assert file.stat().st_size <= 2_000_000
    model = models.load_model(file)
    assert model.count_params() == found["parameters"]
    answers = model.predict(seed_runs.prepare(digits.x_test), batch_size=250)
    right = int((answers.argmax(axis=1) == digits.y_test).sum())
    first = next(r for r in found["runs"] if r["seed"] == found["weights_of_seed"])
    assert abs(right - first["test_correct"]) <= 2  # sums in another order


def test_the_quick_record_holds():
    found = committed("train_quick")
    assert found["data"] == "MNIST"
    assert len(found["keras"]["runs"]) == len(found["numpy"]["runs"]) == 5
    assert found["keras"]["median_seconds"] <= 8
    for way in ("keras", "numpy"):
        runs = found[way]["runs"]
        assert found[way]["misses"] == sum(r["test_accuracy"] < 0.99 for r in runs)
