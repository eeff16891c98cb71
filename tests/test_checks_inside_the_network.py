"""Answers to chapter 20's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from scipy.stats import rankdata, spearmanr

from cnn_helpers import layers, models
from cnn_helpers.checks import check
from cnn_helpers.checks.inside_the_network import logit_map, rank_similarity

# ------------------------------------------------------------ right answers


def share_by_projection(kernel, even, odd):
    basis, _ = np.linalg.qr(np.stack([even.ravel(), odd.ravel()], axis=1))
    return float(((basis.T @ kernel.ravel()) ** 2).sum() / (kernel**2).sum())


def share_by_what_is_left(kernel, even, odd):
    fields = np.array([even.ravel(), odd.ravel()]).T
    _, left, *_ = np.linalg.lstsq(fields, kernel.ravel(), rcond=None)
    return 1 - left[0] / np.sum(kernel**2)


def occlusion_by_masks(answer, image, size):
    drops = np.empty(sliding_window_view(image, (size, size)).shape[:2])
    for row in range(drops.shape[0]):
        for col in range(drops.shape[1]):
            mask = np.ones_like(image)
            mask[row : row + size, col : col + size] = 0
            drops[row, col] = answer(image) - answer(image * mask)
    return drops


def logit_by_loop(maps, kernel, digit):
    rows, cols, channels = maps.shape
    found = np.zeros((rows, cols))
    for row in range(rows):
        for col in range(cols):
            for channel in range(channels):
                place = (row * cols + col) * channels + channel
                found[row, col] += maps[row, col, channel] * kernel[place, digit]
    return found


def ranks_by_scipy(first, second):
    return float(spearmanr(first.ravel(), second.ravel()).statistic)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("gabor_share", share_by_projection),
        ("gabor_share", share_by_what_is_left),
        ("occlusion_map", occlusion_by_masks),
        ("logit_map", logit_by_loop),
        ("rank_similarity", ranks_by_scipy),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True, capsys.readouterr().out
    assert "right" in capsys.readouterr().out


def test_the_map_adds_up_to_the_logit_of_a_network():
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(3, 5, 4)).astype(np.float32)
    stack = [layers.Input((3, 5, 4)), layers.Flatten(), layers.Dense(6)]
    model = models.Sequential(stack, seed=0)
    kernel, bias = model.layers[-1].get_weights()
    logits = model(maps[np.newaxis])[0]
    for digit in range(6):
        laid_out = logit_map(maps, kernel, digit).sum() + bias[digit]
        assert laid_out == pytest.approx(logits[digit], abs=1e-5)


def test_ranks_are_those_of_scipy():
    first, second = np.random.default_rng(1).normal(size=(2, 6, 7))
    expected = np.corrcoef(rankdata(first), rankdata(second))[0, 1]
    assert rank_similarity(first, second) == pytest.approx(expected)


# ------------------------------------------------------------ wrong answers


def one_pixel(answer, image, size):
    drops = np.zeros(np.subtract(image.shape, size) + 1)
    for row, col in np.ndindex(drops.shape):
        covered = image.copy()
        covered[row, col] = 0
        drops[row, col] = answer(image) - answer(covered)
    return drops


def in_place(answer, image, size):
    drops = np.zeros(np.subtract(image.shape, size) + 1)
    before = answer(image)
    for row, col in np.ndindex(drops.shape):
        image[row : row + size, col : col + size] = 0
        drops[row, col] = before - answer(image)
    return drops


def rectified(maps, kernel, digit):
    return np.clip((maps * kernel[:, digit].reshape(maps.shape)).sum(-1), 0, None)


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("gabor_share", lambda kernel, even, odd: (kernel, even), "not right"),
        ("gabor_share", lambda kernel, even, odd: None, "not written yet"),
        (
            "gabor_share",
            lambda k, e, o: np.corrcoef(k.ravel(), e.ravel())[0, 1] ** 2,
            "should be",
        ),
        ("occlusion_map", one_pixel, "should be"),
        ("occlusion_map", in_place, "changes its input `image`"),
        ("occlusion_map", lambda answer, image: image, "to be occlusion_map"),
        ("logit_map", rectified, "negative numbers became 0"),
        (
            "logit_map",
            lambda maps, kernel, digit: logit_map(maps, kernel, digit).tolist(),
            "list",
        ),
        (
            "rank_similarity",
            lambda first, second: spearmanr(first.ravel(), second.ravel()).pvalue,
            "should be",
        ),
        (
            "rank_similarity",
            lambda first, second: np.mean(
                first.ravel().argsort() == second.ravel().argsort()
            ),
            "should be",
        ),
    ],
)
def test_mistake_is_named(name, answer, says, capsys):
    assert check(name, answer) is False
    assert says.lower() in " ".join(capsys.readouterr().out.split()).lower()
