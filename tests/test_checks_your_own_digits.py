"""The checks of chapter 19's second part against answers as readers write them."""

import numpy as np
import pytest
from scipy.ndimage import center_of_mass
from scipy.special import softmax

from cnn_helpers.checks import check


def right_temper(logits, temperature):
    return softmax(logits / temperature, axis=1)


def temper_by_powers(logits, temperature):
    powers = right_temper(logits, 1) ** (1 / temperature)  # the same, of the shares
    return powers / powers.sum(axis=1)[:, None]


def right_mistakes(confidence, right, coverage):
    pairs = sorted(zip(confidence, right, strict=True), reverse=True)
    kept = pairs[: round(coverage * len(pairs))]
    return sum(not good for _, good in kept) / len(kept)


def right_size(height, width):
    if height >= width:
        return 20, max(1, round(20 * width / height))
    return max(1, round(20 * height / width)), 20


def right_corner(ink):
    rows, columns = center_of_mass(ink)
    row = np.clip(round(14 - rows), 0, 28 - ink.shape[0])
    column = np.clip(round(14 - columns), 0, 28 - ink.shape[1])
    return int(row), int(column)


RIGHT = {
    "temper": right_temper,
    "mistakes_kept": right_mistakes,
    "fitted_size": right_size,
    "corner_by_mass": right_corner,
}


@pytest.mark.parametrize("name", RIGHT)
def test_another_right_answer_passes(name, capsys):
    assert check(name, RIGHT[name]) is True
    assert "right" in capsys.readouterr().out


def test_numpy_integers_are_no_mistake_of_the_corner(capsys):
    def corner(ink):
        return tuple(np.int64(place) for place in right_corner(ink))

    assert check("corner_by_mass", corner) is True


def test_shares_tempered_by_powers_are_right_while_they_do_not_vanish(capsys):
    logits = np.array([[2.0, 1.0, 0.0], [0.5, 3.0, -1.0]])
    for temperature in (0.5, 1, 3):
        np.testing.assert_allclose(
            temper_by_powers(logits, temperature), right_temper(logits, temperature)
        )


@pytest.mark.parametrize(
    ("name", "function", "sentence"),
    [
        (
            "temper",
            lambda logits, temperature: softmax(logits * temperature, axis=1),
            "divided by it",
        ),
        (
            "mistakes_kept",
            lambda confidence, right, coverage: (
                ~right[np.argsort(confidence)[: round(coverage * len(right))]]
            ).mean(),
            "You kept the least certain answers",
        ),
        ("fitted_size", lambda height, width: (20, 20), "stretched both sides"),
        (
            "corner_by_mass",
            lambda ink: tuple((28 - side) // 2 for side in ink.shape),
            "centre of mass there",
        ),
    ],
)
def test_a_typical_wrong_answer_is_named(name, function, sentence, capsys):
    assert check(name, function) is False
    assert sentence in capsys.readouterr().out
