"""Answers to the exercises of the records' page, as readers write them."""

import statistics

import numpy as np
import pytest

from cnn_helpers import layers, models
from cnn_helpers.checks import check
from cnn_helpers.checks.three_records import accuracy_range, block_parameters


def counted_in_parts(filters, kernel_size, channels):
    return filters * (channels * kernel_size**2) + sum([filters] * 4)


def clipped_by_numpy(right, images):
    p = right / images
    error = np.sqrt(p * (1 - p) / images)
    return np.clip([p - 2 * error, p + 2 * error], 0, 1)


def by_the_standard_library(seconds, accuracies, goal):
    return statistics.median(seconds), len([a for a in accuracies if a < goal])


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("block_parameters", counted_in_parts),
        ("accuracy_range", clipped_by_numpy),
        ("time_to_goal", by_the_standard_library),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True, capsys.readouterr().out


@pytest.mark.parametrize(("filters", "size", "channels"), [(12, 5, 1), (7, 3, 4)])
def test_the_block_is_that_of_a_built_network(filters, size, channels):
    model = models.Sequential(
        [
            layers.Input((9, 9, channels)),
            layers.Conv2D(filters, size, use_bias=False),
            layers.BatchNormalization(),
        ]
    )
    assert model.count_params() == block_parameters(filters, size, channels)


def test_the_range_holds_about_95_of_100_simulated_accuracies():
    rng = np.random.default_rng(3)
    low, high = accuracy_range(9_000, 10_000)
    drawn = rng.binomial(10_000, 0.9, size=20_000) / 10_000
    assert np.mean((drawn >= low) & (drawn <= high)) == pytest.approx(0.954, abs=0.01)


def trainable_only(filters, kernel_size, channels):
    return kernel_size**2 * channels * filters + filters + filters


def not_halved(right, images):
    p = right / images
    error = 2 * np.sqrt(p * (1 - p)) / images
    return max(0, p - error), min(1, p + error)


def with_a_bare_mean(seconds, accuracies, goal):
    return sum(seconds) / len(seconds), sum(a < goal for a in accuracies)


def fast_runs_only(seconds, accuracies, goal):
    kept = [s for s, a in zip(seconds, accuracies, strict=True) if not a < goal]
    return np.median(kept) if kept else seconds[0], len(seconds) - len(kept)


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("block_parameters", trainable_only, "the two that are measured"),
        ("block_parameters", lambda f, k, c: None, "not written yet"),
        ("accuracy_range", lambda right, images: right / images, "two numbers"),
        ("accuracy_range", not_halved, "it should go from"),
        ("time_to_goal", with_a_bare_mean, "asked is the median"),
        ("time_to_goal", fast_runs_only, "left the misses out"),
        ("time_to_goal", lambda s, a, goal: np.median(s), "two numbers"),
        ("time_to_goal", lambda s, a, goal: (np.median(s), 9), "You count 9 misses"),
    ],
)
def test_mistake_is_named(name, answer, says, capsys):
    assert check(name, answer) is False
    assert says in " ".join(capsys.readouterr().out.split())
