"""Chapter 2's checkers: right answers pass, typical wrong ones get their sentence."""

import numpy as np
import pytest

from cnn_helpers import tuning
from cnn_helpers.activations import relu
from cnn_helpers.checks import check
from cnn_helpers.convolution import conv2d
from cnn_helpers.pooling import max_pool2d


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
