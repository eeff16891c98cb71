"""Chapter 3's checkers: right answers pass, typical wrong ones get their sentence."""

import numpy as np
import pytest

from cnn_helpers.checks import check
from cnn_helpers.checks.neocognitron import shunting_s_cell


def c_plane_by_loops(plane, size):
    """Average window by window."""
    rows = range(0, plane.shape[0] - size + 1, 2)
    cols = range(0, plane.shape[1] - size + 1, 2)
    return np.array(
        [[np.mean(plane[r : r + size, c : c + size]) for c in cols] for r in rows]
    )


def learning_by_loops(sums, patch, threshold):
    """Compare with one pattern after another."""
    patch = patch / np.sqrt(np.sum(patch**2))
    best, winner = -1.0, None
    for number, row in enumerate(sums):
        alike = np.dot(row, patch) / np.sqrt(np.dot(row, row))
        if alike > best:
            best, winner = alike, number
    if winner is None or best < threshold:
        return np.concatenate([sums, patch[None]])
    result = np.array(sums)
    result[winner] = result[winner] + patch
    return result


def shunting_by_hand(excitation, inhibition):
    """Write the difference over one denominator: (e - h) / (1 + h)."""
    return np.maximum(0, (excitation - inhibition) / (1 + inhibition))


RIGHT = [
    (
        "s_response",
        lambda patch, pattern, threshold: (
            np.linalg.norm(patch)
            * max(
                0,
                np.vdot(patch, pattern) / max(np.linalg.norm(patch), 1e-9) - threshold,
            )
            / (1 - threshold)
        ),
    ),
    ("c_plane", c_plane_by_loops),
    ("learning_step", learning_by_loops),
    ("shunting_s_cell", shunting_by_hand),
]


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_other_right_answers_pass(name, function, capsys):
    assert check(name, function) is True
    assert "right" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        (
            "c_plane",
            lambda plane, size: np.array(
                [
                    [plane[r : r + size, c : c + size].max() for c in range(0, 3, 2)]
                    for r in range(0, 3, 2)
                ]
            ),
            "not right",
        ),
        (
            "shunting_s_cell",
            lambda e, h: np.maximum(1 + e / (1 + h) - 1, 0),
            "brackets are missing",
        ),
        ("learning_step", lambda sums, patch, threshold: sums, "not right"),
        ("s_response", lambda patch, pattern, threshold: "loud", "not right"),
    ],
)
def test_further_wrong_answers_are_refused(name, function, words, capsys):
    assert check(name, function) is False
    assert words in " ".join(capsys.readouterr().out.split())


def test_a_sum_changed_in_place_is_noticed(capsys):
    def step(sums, patch, threshold):
        patch = patch / np.linalg.norm(patch)
        alike = sums @ patch / np.linalg.norm(sums, axis=1)
        if len(sums) == 0 or alike.max() < threshold:
            return np.vstack([sums, patch])
        sums[alike.argmax()] += patch
        return sums

    assert check("learning_step", step) is False
    assert "sums" in capsys.readouterr().out


def test_shunting_bounds_the_answer_to_a_brighter_patch():
    contrast = np.array([1.0, 10.0, 1000.0])
    answers = shunting_s_cell(3 * contrast, contrast)
    assert (np.diff(answers) > 0).all()
    assert answers[-1] < 3 - 1
