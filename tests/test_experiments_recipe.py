"""The ablation and the learning curve of chapter 19: results, and that they go on."""

import importlib
import json
from collections import defaultdict
from pathlib import Path

import command_line
import numpy as np
import pytest

from cnn_helpers import models
from cnn_helpers.datasets import DataUnavailableError, Digits, load_mnist

keras = pytest.importorskip("keras")

RESULTS = Path(__file__).parents[1] / "experiments" / "results"


@pytest.fixture(scope="module")
def ablation():
    return importlib.import_module("ablate_recipe")


@pytest.fixture(scope="module")
def examples():
    return importlib.import_module("measure_examples")


@pytest.fixture(scope="module")
def recipe():
    return json.loads((RESULTS / "ablate_recipe.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def curve():
    return json.loads((RESULTS / "measure_examples.json").read_text(encoding="utf-8"))


def of_stage(result, stage):
    return [run for run in result["runs"] if run["stage"] == stage]


class TestCommittedAblation:
    def test_every_recipe_ran_with_every_seed(self, recipe, ablation):
        assert recipe["data"] == "MNIST"
        assert recipe["settings"] == ablation.SETTINGS
        seeds = defaultdict(list)
        for run in of_stage(recipe, "ablation"):
            seeds[run["recipe"]].append(run["seed"])
            assert set(run["ingredients"]) == ablation.recipes()[run["recipe"]]
        assert list(seeds) == list(ablation.recipes())
        assert all(sorted(own) == ablation.SEEDS for own in seeds.values())

    def test_the_judges_are_training_images_until_the_end(self, recipe):
        judges = {(run["stage"], run["images"]) for run in recipe["runs"]}
        settings = recipe["settings"]
        assert judges == {
            ("rate", settings["rate_images"]),
            ("ablation", settings["judging_images"]),
            ("final", 10_000),
        }
        for run in recipe["runs"]:
            assert run["accuracy"] == run["right"] / run["images"]

    def test_rates_are_those_that_won_the_trials(self, recipe, ablation):
        for run in of_stage(recipe, "ablation") + of_stage(recipe, "final"):
            best = ablation.best_rate(recipe["runs"], set(run["ingredients"]))
            assert run["rate"] == best

    def test_the_best_recipe_met_the_test_set(self, recipe, ablation):
        finals = of_stage(recipe, "final")
        assert {run["recipe"] for run in finals} == {
            ablation.best_recipe(recipe["runs"])
        }
        assert [run["seed"] for run in finals] == ablation.SEEDS
        assert min(run["accuracy"] for run in finals) > 0.985

    def test_the_weights_read_as_many_digits_again(self, recipe):
        try:
            digits = load_mnist()
        except DataUnavailableError as error:
            pytest.skip(str(error))
        model = models.load_model(RESULTS / "ablate_recipe.npz")
        first = of_stage(recipe, "final")[0]
        assert model.count_params() == first["parameters"] == 10_406
        images = digits.x_test[..., np.newaxis].astype(np.float32) / 255
        right = (model.predict(images).argmax(axis=1) == digits.y_test).sum()
        assert abs(right - first["right"]) <= 2


class TestCommittedCurve:
    def test_every_size_ran_with_every_seed(self, curve, examples):
        assert curve["data"] == "MNIST"
        assert curve["settings"] == examples.SETTINGS
        found = [(r["seed"], r["examples"], r["augmented"]) for r in curve["runs"]]
        assert len(found) == len(set(found))
        assert set(found) == {
            (seed, size, augmented)
            for seed in examples.SEEDS
            for size in examples.SETTINGS["sizes"]
            for augmented in (False, True)
        }

    def test_more_examples_are_read_better(self, curve):
        means = defaultdict(list)
        for run in curve["runs"]:
            assert run["test_accuracy"] == run["test_correct"] / 10_000
            means[run["augmented"], run["examples"]].append(run["test_accuracy"])
        sizes = curve["settings"]["sizes"]
        for augmented in (False, True):
            line = [np.mean(means[augmented, size]) for size in sizes]
            assert (np.diff(line) > 0).all()


@pytest.fixture
def few_digits():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (250, 28, 28), dtype=np.uint8)
    labels = np.arange(250) % 10
    return Digits(images, labels, images[:20], labels[:20], "made up")


def short(module, monkeypatch, digits, **settings):
    monkeypatch.setattr(command_line, "load_mnist", lambda: digits)
    for name, value in settings.items():
        monkeypatch.setitem(module.SETTINGS, name, value)


def test_a_stopped_ablation_goes_on(
    ablation, few_digits, tmp_path, monkeypatch, capsys
):
    short(ablation, monkeypatch, few_digits, rates=[1e-3, 2e-3])
    wanted = {"none": set(), "all": set(ablation.INGREDIENTS)}
    monkeypatch.setattr(ablation, "recipes", lambda: wanted)
    both = {"batch norm", "one cycle"}
    monkeypatch.setattr(ablation, "PAIRINGS", {"none": set(), "both": both})
    trained = []

    def train(images, labels, ingredients, settings, seed):
        trained.append((len(images), settings["learning_rate"], seed))
        return ablation.build_model(ingredients), 0.1

    def count_right(model, images, labels):  # the second rate and "all" are better
        _, rate, seed = trained[-1]
        return min(seed, 3) + int(1000 * rate) + int(model.count_params() == 10_406)

    monkeypatch.setattr(ablation, "train", train)
    monkeypatch.setattr(ablation.seed_runs, "count_right", count_right)
    path = tmp_path / "result.json"
    arguments = ["--results", str(path), "--seeds"]
    ablation.main([*arguments, "0"])
    first = json.loads(path.read_text(encoding="utf-8"))["runs"]
    stages = [(run["stage"], run["recipe"], run["rate"], run["seed"]) for run in first]
    assert stages == [
        ("rate", "none", 1e-3, 100),
        ("rate", "none", 2e-3, 100),
        ("rate", "both", 1e-3, 100),
        ("rate", "both", 2e-3, 100),
        ("ablation", "none", 2e-3, 0),
        ("ablation", "all", 2e-3, 0),
        ("final", "all", 2e-3, 0),
    ]
    assert trained[-1][0] == len(few_digits.x_train)
    assert max(count for count, *_ in trained[:-1]) == 62  # of 250, a quarter
    weights = path.with_suffix(".npz").read_bytes()
    ablation.main([*arguments, "0", "1"])
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert runs[:7] == first  # taken over, not made again
    more = [(run["stage"], run["recipe"], run["seed"]) for run in runs[7:]]
    assert more == [
        ("ablation", "none", 1),
        ("ablation", "all", 1),
        ("final", "all", 1),
    ]
    assert path.with_suffix(".npz").read_bytes() == weights  # of the first seed
    assert "mean" in capsys.readouterr().out
    assert {file.name for file in tmp_path.iterdir()} == {"result.json", "result.npz"}


def test_training_depends_on_the_seed_alone(ablation, few_digits):
    settings = {
        **ablation.SETTINGS,
        "epochs": 1,
        "learning_rate": 1e-3,
        "steps_per_execution": 1,
    }
    given = few_digits.x_train[:64], few_digits.y_train[:64]
    one, other = (
        ablation.train(*given, {"augmentation", "batch norm"}, settings, 3)[0]
        for _ in range(2)
    )
    for ours, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_recipes_differ_by_their_ingredients(ablation):
    recipes = ablation.recipes()
    sizes = [len(ingredients) for ingredients in recipes.values()]
    assert sizes == [0, 1, 1, 1, 1, 3, 3, 3, 3, 4]
    assert len({frozenset(ingredients) for ingredients in recipes.values()}) == 10
    counts = [
        ablation.build_model(recipes[name]).count_params()
        for name in ("all", "all but batch norm")
    ]
    assert counts == [10_406, 10_406 - 4 * 68 + 68]


def test_a_recipe_is_what_is_compiled(ablation, few_digits):
    settings = {**ablation.SETTINGS, "learning_rate": 2e-3, "epochs": 1}
    plain, full = ablation.build_model(set()), ablation.build_model({"batch norm"})
    ablation.compile_model(plain, set(), settings, 1000)
    ablation.compile_model(full, {"one cycle", "label smoothing"}, settings, 1000)
    assert float(plain.optimizer.learning_rate) == pytest.approx(2e-3)
    assert plain.loss.label_smoothing == 0
    assert full.loss.label_smoothing == settings["label_smoothing"]
    assert float(full.optimizer.learning_rate) == pytest.approx(2e-3 / 25)


def test_the_parts_do_not_share_a_row(ablation, few_digits):
    for digits in (few_digits, few_digits._replace(x_train=np.zeros((60_000, 1)))):
        rows = [
            set(range(*part.indices(len(digits.x_train))))
            for part in ablation.parts(digits, ablation.SETTINGS)
        ]
        assert all(rows)
        assert sum(map(len, rows)) == len(set().union(*rows))


def test_a_stopped_learning_curve_goes_on(
    examples, few_digits, tmp_path, monkeypatch, capsys
):
    quick = {"sizes": [20, 100, 60_000], "batch_size": 10}
    short(examples, monkeypatch, few_digits, **quick)
    path = tmp_path / "result.json"
    arguments = ["--steps", "3", "--results", str(path), "--seeds"]
    examples.main([*arguments, "0"])
    first = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert [(run["examples"], run["augmented"]) for run in first] == [
        (20, False),
        (20, True),
        (100, False),
        (100, True),
    ]
    examples.main([*arguments, "0", "1"])
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"]
    assert runs[:4] == first
    assert len(runs) == 8
    assert "augmented" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == [path]


def test_each_example_is_seen_equally_often(examples):
    rows = np.array([3, 5, 8, 13])
    order = examples.order_of_examples(rows, 42, np.random.default_rng(0))
    assert len(order) == 42
    times = np.bincount(order, minlength=14)[rows]
    assert times.sum() == 42
    assert set(times) <= {10, 11}
    rounds = order[:40].reshape(10, 4)
    assert (np.sort(rounds, axis=1) == rows).all()
    assert len({tuple(one) for one in rounds}) > 1
