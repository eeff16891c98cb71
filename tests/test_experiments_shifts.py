"""The shifts of chapter 21, measured: the committed result, and that it can go on."""

import importlib
import json
from pathlib import Path

import command_line
import numpy as np
import pytest

from cnn_helpers.datasets import Digits

EXPERIMENTS = Path(__file__).parents[1] / "experiments"


@pytest.fixture(scope="module")
def experiment():
    return importlib.import_module("measure_shifts")


@pytest.fixture(scope="module")
def result():
    return json.loads(
        (EXPERIMENTS / "results" / "measure_shifts.json").read_text(encoding="utf-8")
    )


def measured(result, network, what="accuracy_shifted", *, moved=False):
    """Return a row for each start."""
    runs = [r for r in result["runs"] if (r["network"], r["moved"]) == (network, moved)]
    return np.array([run[what] for run in runs])


class TestCommittedResult:
    def test_every_network_ran_with_every_seed(self, result, experiment):
        assert result["data"] == "MNIST"
        assert result["settings"] == experiment.SETTINGS
        found = [(run["network"], run["moved"], run["seed"]) for run in result["runs"]]
        assert sorted(found) == sorted(experiment.wanted_runs(experiment.SEEDS))
        assert len(experiment.SEEDS) >= 2

    def test_the_networks_are_those_that_the_script_builds(self, result, experiment):
        for run in result["runs"]:
            model = experiment.build_model(run["network"], seed=0)
            assert run["parameters"] == model.count_params()
        plain, padded = (
            experiment.build_model(f"{kind}, global max", 0).count_params()
            for kind in ("conv", "padded")
        )
        assert plain == padded

    def test_each_record_agrees_with_itself(self, result):
        settings = result["settings"]
        for run in result["runs"]:
            shifted = np.array(run["accuracy_shifted"])
            assert len(shifted) == len(settings["distances"])
            # the centred digits are the same in all three measurements
            assert run["accuracy_turned"][settings["angles"].index(0)] == shifted[0]
            assert run["accuracy_scaled"][settings["factors"].index(1.0)] == shifted[0]
            # an accuracy cannot change by more than the answers do
            changed = np.array(run["changed_by_one_pixel"])
            assert (abs(np.diff(shifted)) <= changed + 1e-6).all()

    def test_all_read_centred_digits(self, result, experiment):
        for run in result["runs"]:
            bound = 0.78 if run["moved"] else 0.93
            assert run["accuracy_shifted"][0] > bound, run["network"]

    @pytest.mark.parametrize("network", ["dense", "article 001"])
    def test_without_a_global_pool_six_pixels_are_guessing(self, result, network):
        curves = measured(result, network)
        assert (curves[:, 4] < 0.4).all()
        assert (curves[:, 6] < 0.17).all()

    def test_pools_before_a_dense_layer_buy_little(self, result):
        curves, dense = measured(result, "conv, pool, dense"), measured(result, "dense")
        assert (curves[:, 2] > dense[:, 2] + 0.1).all()
        assert (curves[:, 6] < 0.35).all()

    def test_a_global_pool_needs_room_around_the_digit(self, result):
        tight = measured(result, "conv, global max")
        roomy = measured(result, "padded, global max")
        assert (roomy[:, 6] > 0.85).all()
        assert (tight[:, 6] < roomy[:, 6] - 0.1).all()
        padded_dense = measured(result, "padded, pool, dense")
        assert (padded_dense[:, 6] < 0.4).all()  # padding alone is not what helps

    def test_moved_training_reaches_as_far_as_it_went(self, result, experiment):
        far = experiment.SETTINGS["largest_step"]
        for network in experiment.PLAIN:
            curves = measured(result, network, moved=True)
            assert (curves[:, 4] > measured(result, network)[:, 4] + 0.1).all()
            assert (curves[:, 8] < curves[:, far] - 0.05).all()

    def test_no_network_reads_turned_digits(self, result):
        angles = result["settings"]["angles"]
        for run in result["runs"]:
            turned = dict(zip(angles, run["accuracy_turned"], strict=True))
            assert max(turned[90], turned[-90]) < 0.25, run["network"]


@pytest.fixture
def few_digits(experiment, monkeypatch):
    """Return the script on a handful of made-up digits, with one network a kind."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (64, 28, 28), dtype=np.uint8)
    labels = rng.integers(0, 10, 64)
    digits = Digits(images, labels, images[:40], labels[:40], "made up")
    monkeypatch.setattr(command_line, "load_mnist", lambda: digits)
    monkeypatch.setattr(experiment, "PLAIN", ["article 001"])
    monkeypatch.setattr(experiment, "PADDED", ["padded, global max"])
    monkeypatch.setattr(experiment, "BLURRED", ["conv, blur, dense"])
    return experiment


def test_a_stopped_measurement_goes_on(few_digits, tmp_path, capsys):
    path = tmp_path / "result.json"
    arguments = ["--epochs", "1", "--results", str(path), "--seeds"]
    few_digits.main([*arguments, "0"])
    first = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert len(first) == 4
    few_digits.main([*arguments, "0", "1"])
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert runs[:4] == first  # taken over, seconds and all
    assert [run["seed"] for run in runs] == [0] * 4 + [1] * 4
    few_digits.main([*arguments, "0", "--again"])
    again = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert [run["accuracy_shifted"] for run in again] == [
        run["accuracy_shifted"] for run in first
    ]
    assert list(tmp_path.iterdir()) == [path]


def test_the_blur_keeps_its_weights_while_the_rest_learns(few_digits):
    digits, settings = command_line.load_mnist(), {**few_digits.SETTINGS, "epochs": 1}
    before = few_digits.build_model("conv, blur, dense", seed=0)
    after = few_digits.train("conv, blur, dense", digits, 0, settings, moved=False)
    blur = after.layers[2]
    (weights,) = blur.get_weights()
    assert (
        weights[:, :, 0, 0].tolist() == (np.outer([1, 2, 1], [1, 2, 1]) / 16).tolist()
    )
    assert (weights == weights[:, :, :1]).all()
    old, new = before.layers[0].get_weights(), after.layers[0].get_weights()
    assert not np.array_equal(old[0], new[0])


def test_what_is_measured(experiment):
    """A model that answers the column of the brightest pixel."""

    class Column:
        def predict(self, images, batch_size, verbose):
            columns = images.max(axis=(1, 3)).argmax(axis=1)
            return np.eye(28)[columns]

    images = np.zeros((2, 28, 28, 1), np.float32)
    images[0, 14, 5] = images[1, 14, 20] = 1
    settings = {**experiment.SETTINGS, "angles": [0], "factors": [1.0]}
    found = experiment.measure(Column(), images, np.array([5, 20]), settings)
    # up and down nothing changes; to either side all answers do
    assert found["accuracy_shifted"] == [1.0] + [0.5] * 8
    # the spot in column 5 has left at 6 pixels to the left: its answer, 0, stays
    assert found["changed_by_one_pixel"][:5] == [0.5] * 5
    assert found["accuracy_turned"] == found["accuracy_scaled"] == [1.0]
