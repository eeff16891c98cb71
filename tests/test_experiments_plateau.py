"""The measured plateau of chapter 18: its committed result, and that it can go on."""

import importlib
import json
from pathlib import Path

import command_line
import numpy as np
import pytest

from cnn_helpers.datasets import Digits

EXPERIMENTS = Path(__file__).parents[1] / "experiments"
# Known of the MNIST test set: how many of each digit.
COUNTS = np.array([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])


@pytest.fixture(scope="module")
def experiment():
    return importlib.import_module("measure_plateau")


@pytest.fixture(scope="module")
def result():
    return json.loads(
        (EXPERIMENTS / "results" / "measure_plateau.json").read_text(encoding="utf-8")
    )


def runs_of(result, condition):
    return [run for run in result["runs"] if run["condition"] == condition]


class TestCommittedResult:
    def test_every_setting_ran_with_its_seeds(self, result, experiment):
        assert result["data"] == "MNIST"
        assert result["settings"] == experiment.SETTINGS
        for condition in experiment.GRID:
            seeds = sorted(run["seed"] for run in runs_of(result, condition))
            assert seeds == list(range(5)), condition
        for condition in experiment.SUSPECTS:
            seeds = sorted(run["seed"] for run in runs_of(result, condition))
            assert seeds == list(range(experiment.SUSPECT_SEEDS)), condition

    def test_the_counts_agree_with_the_accuracies(self, result):
        for run in result["runs"]:
            assert run["parameters"] == 10_180
            for name in ("loss", "accuracy", "val_loss", "answered", "silent_filters"):
                assert len(run[name]) == result["settings"]["epochs"]
            right, answered = np.array(run["right"]), np.array(run["answered"])
            assert (answered.sum(axis=1) == 10_000).all()
            assert (right <= np.minimum(answered, COUNTS)).all()
            np.testing.assert_allclose(right.sum(axis=1) / 1e4, run["val_accuracy"])

    def test_only_raw_pixels_with_the_clip_lose_digits(self, result, experiment):
        for run in result["runs"]:
            lost = [0 in answered for answered in run["answered"]]
            loses = run["condition"].startswith("raw, clipped")
            assert any(lost) == loses, (run["condition"], run["seed"])
            assert min(run["val_accuracy"]) < 0.9 or not loses

    def test_a_digit_never_answered_lies_past_the_clip(self, result):
        """Nearly all of its images, not some of them."""
        shares = []
        for run in runs_of(result, "raw, clipped"):
            for answered, past in zip(run["answered"], run["past_clip"], strict=True):
                dead = np.array(answered) == 0
                shares.extend(np.array(past)[dead] / COUNTS[dead])
        assert len(shares) >= 10
        assert np.median(shares) > 0.99

    def test_the_loss_counts_the_certain_mistakes(self, result):
        """Loss / 16.118 cannot lie below the share past the clip, nor far above."""
        for run in runs_of(result, "raw, clipped"):
            paid = np.array(run["val_loss"]) / -np.log(result["settings"]["clip"])
            share = np.array(run["past_clip"]).sum(axis=1) / 10_000
            assert (paid >= share - 1e-4).all()
            assert (paid - share <= 0.03).all()

    def test_silent_filters_are_not_what_loses_digits(self, result):
        """Digits go missing with every filter awake, and stay where some are silent."""
        all_awake = any(
            0 in answered and silent == 0
            for run in result["runs"]
            for answered, silent in zip(
                run["answered"], run["silent_filters"], strict=True
            )
        )
        assert all_awake
        assert any(max(r["silent_filters"]) for r in runs_of(result, "raw, logits"))

    def test_scaled_pixels_end_higher_start_by_start(self, result):
        ends = {
            kind: np.array(
                [run["val_accuracy"][-1] for run in runs_of(result, f"{kind}, logits")]
            )
            for kind in ("raw", "scaled")
        }
        assert (ends["scaled"] > ends["raw"]).all()


@pytest.fixture
def few_digits(experiment, monkeypatch):
    """Return the script, on a handful of made-up digits."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (96, 28, 28), dtype=np.uint8)
    labels = rng.integers(0, 10, 96)
    digits = Digits(images, labels, images[:32], labels[:32], "made up")
    monkeypatch.setattr(command_line, "load_mnist", lambda: digits)
    return experiment


def test_a_stopped_measurement_goes_on(few_digits, tmp_path, capsys):
    path = tmp_path / "result.json"
    arguments = ["--epochs", "1", "--results", str(path), "--seeds"]
    few_digits.main([*arguments, "0"])
    first = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert [run["condition"] for run in first] == list(few_digits.CONDITIONS)
    few_digits.main([*arguments, "0", "1", "2", "3"])
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert runs[:6] == first  # taken over, seconds and all
    assert len(runs) == 4 * 4 + 2 * 2  # the suspects with two seeds only
    few_digits.main(["--epochs", "2", "--results", str(path), "--seeds", "0"])
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert {len(run["loss"]) for run in runs} == {2}  # other settings: begun anew
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_noted_of_an_epoch(few_digits):
    digits = command_line.load_mnist()
    settings = {**few_digits.SETTINGS, "epochs": 1}

    class Bar:
        update = set_postfix = staticmethod(lambda *args, **kwargs: None)

    one, two = (
        few_digits.train(digits, settings, "raw, clipped", 3, Bar()) for _ in range(2)
    )
    assert one["loss"] == two["loss"]
    assert one["answered"] == two["answered"]
    (answered,), (right,), (past,) = one["answered"], one["right"], one["past_clip"]
    assert sum(answered) == len(digits.y_test)
    assert sum(right) == round(one["val_accuracy"][0] * len(digits.y_test))
    # An image past the clip is misread, and all that are misread can be past it.
    assert (np.add(past, right) <= np.bincount(digits.y_test, minlength=10)).all()
    assert few_digits.never_answered(one, 0) == [
        digit for digit, n in enumerate(answered) if n == 0
    ]


def test_a_filter_that_sends_nothing_on_is_counted(few_digits):
    model = few_digits.build_model(0)
    images = np.ones((3, 28, 28, 1), np.float32)
    kernel, bias, *_ = model.get_weights()
    bias[:] = 1
    kernel[:] = 0
    bias[[1, 4]] = -1
    model.layers[0].set_weights([kernel, bias])
    assert few_digits.silent_filters(model, images) == 2
