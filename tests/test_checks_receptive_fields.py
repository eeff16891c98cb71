"""Chapter 1's checkers: right answers pass, typical wrong ones get their sentence."""

import numpy as np
import pytest

from cnn_helpers import tuning
from cnn_helpers.checks import check
from cnn_helpers.neurons import Neuron


def loops(image, field):
    """Slide with loops, as the chapter's solution does."""
    rows = image.shape[0] - field.shape[0] + 1
    cols = image.shape[1] - field.shape[1] + 1
    return np.array(
        [
            [
                np.sum(image[r : r + field.shape[0], c : c + field.shape[1]] * field)
                for c in range(cols)
            ]
            for r in range(rows)
        ]
    )


RIGHT = [
    ("neuron_response", lambda i, w, b, g: Neuron(w, baseline=b, gain=g)(i)),
    ("neuron_response", lambda i, w, b, g: np.maximum(b + g * np.vdot(w, i), 0)),
    ("receptive_field_map", tuning.receptive_field_map),
    ("spike_triggered_average", tuning.spike_triggered_average),
    (
        "spike_triggered_average",
        lambda images, spikes: np.average(images, axis=0, weights=spikes),
    ),
    (
        "spike_triggered_average",
        lambda images, spikes: np.repeat(images, spikes, axis=0).mean(axis=0),
    ),
    ("slide_field", loops),
]


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_other_right_answers_pass(name, function, capsys):
    assert check(name, function) is True
    assert "right" in capsys.readouterr().out


def test_a_map_for_one_number_hears_that_size_is_a_pair(capsys):
    def square_map(neuron, size):
        changes = np.zeros((size, size))
        for row, col in np.ndindex(size, size):
            image = np.zeros((size, size))
            image[row, col] = 1
            changes[row, col] = neuron(image) - neuron(np.zeros((size, size)))
        return changes

    assert check("receptive_field_map", square_map) is False
    assert "`size` is a pair" in " ".join(capsys.readouterr().out.split())


def test_arguments_that_do_not_fit_are_not_taken_for_another_mistake(capsys):
    assert check("receptive_field_map", lambda size: size) is False
    said = " ".join(capsys.readouterr().out.split())
    assert "cannot be called as the exercise does" in said
    assert "is a pair" not in said


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda i, w, b, g: np.maximum(0, b + g * w * i).sum(), "pixel by pixel"),
        (lambda i, w, b, g: b + np.maximum(0, g * w * i).sum(), "before adding them"),
    ],
)
def test_cutting_off_before_the_sum_is_named(function, words, capsys):
    assert check("neuron_response", function) is False
    assert words in " ".join(capsys.readouterr().out.split())
