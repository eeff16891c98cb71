"""Chapter 2's checkers: right answers pass, typical wrong ones get their sentence."""

import numpy as np
import pytest

from cnn_helpers import tuning
from cnn_helpers.activations import relu
from cnn_helpers.checks import check
from cnn_helpers.checks.parts import examine
from cnn_helpers.checks.simple_and_complex_cells import CHECKS
from cnn_helpers.convolution import conv2d
from cnn_helpers.pooling import max_pool2d

MISTAKES = [(item, mistake) for item in CHECKS for mistake in item.mistakes]


def layers(image, field, size):
    """Answer with the book's own layers."""
    sums = conv2d(image[None, :, :, None], field[:, :, None, None])
    return max_pool2d(relu(sums), size)[0, :, :, 0]


RIGHT = [
    (
        "complex_response",
        lambda image, even, odd: (
            np.vdot(even, image) ** 2 + np.einsum("ij,ij", odd, image) ** 2
        ),
    ),
    (
        "complex_response",
        lambda image, even, odd: sum(
            max(0, sign * np.sum(field * image)) ** 2
            for field in (even, odd)
            for sign in (1, -1)
        ),
    ),
    ("orientation_selectivity_index", tuning.orientation_selectivity_index),
    (
        "orientation_selectivity_index",
        lambda rates, angles: (
            np.hypot(rates @ np.cos(2 * angles), rates @ np.sin(2 * angles))
            / rates.sum()
        ),
    ),
    ("modulation_ratio", tuning.modulation_ratio),
    (
        "modulation_ratio",
        lambda rates: 2 * abs(np.fft.rfft(rates)[1]) / np.fft.rfft(rates)[0].real,
    ),
    ("simple_then_complex", layers),
]


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_other_right_answers_pass(name, function, capsys):
    assert check(name, function) is True
    assert "right" in capsys.readouterr().out


@pytest.mark.parametrize("item", CHECKS, ids=lambda item: item.name)
def test_the_reference_passes_and_the_stub_is_not_written(item):
    assert examine(item, item.reference).right
    verdict = examine(item, lambda *arguments: None)
    assert not verdict.right
    assert "not written yet" in verdict.text


@pytest.mark.parametrize("item", CHECKS, ids=lambda item: item.name)
def test_there_are_at_least_six_mistakes_each_with_words_of_its_own(item):
    sentences = {mistake.diagnosis for mistake in item.mistakes}
    assert len(sentences) == len(item.mistakes) >= 6


@pytest.mark.parametrize(
    ("item", "mistake"), MISTAKES, ids=lambda value: getattr(value, "name", "")
)
def test_a_mistake_gets_its_own_sentence(item, mistake):
    verdict = examine(item, mistake.function)
    assert not verdict.right
    assert mistake.diagnosis[1:] in verdict.text
    assert "0x" not in verdict.text  # no addresses: the verdict is the same every time


@pytest.mark.parametrize("name", [item.name for item in CHECKS])
@pytest.mark.parametrize(
    "answer",
    [
        lambda *a: "spikes",
        lambda *a: [1, 2],
        lambda *a: np.full((2, 3), np.nan),
        lambda: 0,
        lambda *a: a[99],
        3,
    ],
)
def test_nonsense_is_refused_in_words(name, answer, capsys):
    assert check(name, answer) is False
    assert capsys.readouterr().out.strip()


def test_two_loops_and_a_block_pass(capsys):
    def by_hand(image, field, size):
        height, width = field.shape
        rows, cols = image.shape[0] - height + 1, image.shape[1] - width + 1
        pooled = np.zeros((rows // size, cols // size))
        for row, col in np.ndindex(rows // size * size, cols // size * size):
            total = np.sum(image[row : row + height, col : col + width] * field)
            place = row // size, col // size
            pooled[place] = max(pooled[place], total)
        return pooled

    assert check("simple_then_complex", by_hand) is True
    capsys.readouterr()
