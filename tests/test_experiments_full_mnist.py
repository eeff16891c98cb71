"""The long training of chapter 19: its committed result, and that it can be stopped."""

import importlib
import json
from pathlib import Path

import numpy as np
import pytest

from cnn_helpers.datasets import Digits

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "experiments" / "results" / "train_full_mnist.json"


@pytest.fixture(scope="module")
def results():
    return json.loads(RESULTS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def experiment():
    pytest.importorskip("keras")
    return importlib.import_module("train_full_mnist")


class TestCommittedResult:
    def test_accuracy_on_the_whole_test_set(self, results):
        assert results["data"] == "MNIST"
        assert results["test"]["images"] == 10_000
        assert results["test"]["accuracy"] >= 0.993
        assert results["test"]["correct"] == round(
            results["test"]["accuracy"] * results["test"]["images"]
        )

    def test_parameters_are_those_of_the_chapter(self, results):
        assert results["parameters"] == 832 + 51_264 + 3_212_288 + 10_250 == 3_274_634

    def test_confusion_matrix_agrees_with_accuracy_and_mistakes(self, results):
        test = results["test"]
        confusion = np.array(test["confusion_matrix"])
        assert confusion.shape == (10, 10)
        assert confusion.sum() == test["images"]
        assert np.trace(confusion) == test["correct"]
        assert len(test["mistakes"]) == test["images"] - test["correct"]
        for mistake in test["mistakes"]:
            assert mistake["label"] != mistake["predicted"]
        from_mistakes = np.zeros((10, 10), dtype=int)
        for mistake in test["mistakes"]:
            from_mistakes[mistake["label"], mistake["predicted"]] += 1
        off_diagonal = confusion - np.diag(np.diag(confusion))
        np.testing.assert_array_equal(from_mistakes, off_diagonal)

    def test_rows_of_the_confusion_matrix_are_mnist_s_digit_counts(self, results):
        # Known of the MNIST test set: 980 zeros, 1,135 ones, ..., 1,009 nines.
        counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
        confusion = np.array(results["test"]["confusion_matrix"])
        np.testing.assert_array_equal(confusion.sum(axis=1), counts)

    def test_history_has_every_epoch(self, results):
        epochs = results["settings"]["epochs"]
        assert epochs in (5, 6)
        assert set(results["history"]) == {
            "accuracy",
            "loss",
            "val_accuracy",
            "val_loss",
        }
        for values in results["history"].values():
            assert len(values) == epochs
        assert len(results["seconds"]) == epochs
        assert results["train_images"] + results["settings"]["validation_images"] == (
            60_000
        )
        assert results["history"]["val_accuracy"][-1] >= 0.99

    def test_seed_and_versions_are_there(self, results):
        assert results["settings"]["seed"] == 0
        assert set(results["versions"]) == {"python", "numpy", "tensorflow", "keras"}
        assert all(version[0].isdigit() for version in results["versions"].values())
        assert len(results["weights"]["sha256"]) == 64

    def test_settings_are_those_of_the_script(self, results, experiment):
        assert results["settings"] == experiment.SETTINGS


@pytest.fixture(scope="module")
def tiny():
    """Forty images a model can learn at once: the label is the bright row."""
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 10
    images = rng.integers(0, 40, (40, 28, 28))
    for image, label in zip(images, labels, strict=True):
        image[4 + 2 * label : 6 + 2 * label] = 250
    images = images.astype(np.uint8)
    labels = labels.astype(np.uint8)
    return Digits(images, labels, images[:20], labels[:20], "tiny")


def settings_for(experiment, **changes):
    few = {"epochs": 2, "batch_size": 8, "validation_images": 8}
    return {**experiment.SETTINGS, **few, **changes}


@pytest.fixture(scope="module")
def uninterrupted(experiment, tiny, tmp_path_factory):
    cache = tmp_path_factory.mktemp("whole")
    results = experiment.run(
        tiny, settings_for(experiment), cache, cache / "out.json", verbose=0
    )
    return cache, results


def test_run_writes_results_and_model(uninterrupted, experiment, tiny):
    cache, results = uninterrupted
    assert json.loads((cache / "out.json").read_text(encoding="utf-8")) == results
    # Nothing but the two results stays: no checkpoint, no temporary file.
    assert sorted(path.name for path in cache.iterdir()) == [
        "full_mnist.keras",
        "out.json",
    ]
    assert results["parameters"] == 3_274_634
    model = experiment.keras.models.load_model(cache / experiment.WEIGHTS_NAME)
    again = experiment.evaluate(model, tiny.x_test, tiny.y_test)
    assert again == results["test"]


def test_stopped_run_goes_on_and_ends_the_same(
    uninterrupted, experiment, tiny, tmp_path, capsys
):
    settings = settings_for(experiment)
    checkpoints = tmp_path / "train_full_mnist"

    def stop(epoch):
        if epoch == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        experiment.train(
            tiny.x_train,
            tiny.y_train,
            settings,
            checkpoints,
            verbose=0,
            after_epoch=stop,
        )
    assert sorted(path.name for path in checkpoints.iterdir()) == [
        "epoch-01.keras",
        "state.json",
    ]
    results = experiment.run(tiny, settings, tmp_path, tmp_path / "out.json", verbose=0)
    assert "Going on after epoch 1." in capsys.readouterr().out
    whole = uninterrupted[1]
    for name, values in whole["history"].items():
        np.testing.assert_allclose(results["history"][name], values, rtol=1e-4)
    assert results["test"]["confusion_matrix"] == whole["test"]["confusion_matrix"]
    assert not checkpoints.exists()


def test_checkpoint_with_other_settings_is_not_used(experiment, tiny, tmp_path, capsys):
    checkpoints = tmp_path / "checkpoints"
    one = settings_for(experiment, epochs=1)
    experiment.train(tiny.x_train, tiny.y_train, one, checkpoints, verbose=0)
    assert experiment.load_checkpoint(checkpoints, one) is not None
    other = {**one, "learning_rate": 1e-3}
    assert experiment.load_checkpoint(checkpoints, other) is None
    assert "other settings" in capsys.readouterr().out


def test_failed_write_leaves_the_old_file(experiment, tmp_path):
    path = tmp_path / "result.json"
    experiment.write_json(path, {"old": 1})

    def fail(temporary):
        temporary.write_text("half of it", encoding="utf-8")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        experiment.write_atomically(path, fail)
    assert json.loads(path.read_text(encoding="utf-8")) == {"old": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["result.json"]


def test_validation_images_are_not_trained_on(experiment, tiny, tmp_path, monkeypatch):
    seen = {}

    class Spy:
        layers = ()

        def fit(self, images, labels, **options):
            seen["trained"] = images
            seen["validated"] = options["validation_data"][0]
            raise KeyboardInterrupt

    monkeypatch.setattr(experiment, "build_model", lambda dropout: Spy())
    monkeypatch.setattr(experiment, "compile_model", lambda *arguments: None)
    with pytest.raises(KeyboardInterrupt):
        experiment.train(
            tiny.x_train, tiny.y_train, settings_for(experiment), tmp_path, verbose=0
        )
    assert len(seen["trained"]) == 32
    np.testing.assert_array_equal(
        seen["validated"], experiment.prepare(tiny.x_train[-8:])
    )
    trained = {image.tobytes() for image in seen["trained"]}
    assert all(image.tobytes() not in trained for image in seen["validated"])


def test_evaluate_counts_by_hand(experiment):
    class Fixed:
        def predict(self, images, **options):
            answers = np.full((3, 10), 0.02)
            answers[0, 4] = answers[1, 9] = answers[2, 9] = 0.82
            return answers

    images = np.zeros((3, 28, 28), dtype=np.uint8)
    test = experiment.evaluate(Fixed(), images, np.array([4, 4, 9]))
    assert test["correct"] == 2
    assert test["confusion_matrix"][4][9] == 1
    assert test["mistakes"] == [
        {"index": 1, "label": 4, "predicted": 9, "probability": 0.82}
    ]
    loss = -(2 * np.log(0.82) + np.log(0.02)) / 3
    assert test["loss"] == pytest.approx(loss, abs=1e-6)
