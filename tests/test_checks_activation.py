"""Answers to chapter 9's exercises, as readers write them, right and wrong."""

import math

import numpy as np
import pytest

from cnn_helpers.checks import check

# ------------------------------------------------------------ right answers


def merged_by_loops(first, second):
    rows = first.shape[0] + second.shape[0] - 1
    cols = first.shape[1] + second.shape[1] - 1
    merged = np.zeros((rows, cols), dtype=np.result_type(first, second))
    for i, j in np.ndindex(second.shape):
        for m, n in np.ndindex(first.shape):
            merged[i + m, j + n] += second[i, j] * first[m, n]
    return merged


def merged_by_impulse(first, second):
    """The kernel, mirrored, is what two layers make of one bright pixel."""
    rows = first.shape[0] + second.shape[0] - 1
    cols = first.shape[1] + second.shape[1] - 1
    image = np.zeros((2 * rows - 1, 2 * cols - 1))
    image[rows - 1, cols - 1] = 1
    for kernel in (first, second):
        windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
        image = (windows * kernel).sum(axis=(2, 3))
    return image[::-1, ::-1]


def leaky_by_parts(x, negative_slope):
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


def leaky_in_a_copy(x, negative_slope):
    answer = x.copy()
    answer[x < 0] *= negative_slope
    return answer


def row_of_sigmoids(x, weights):
    for weight in weights:
        x = 1 / (1 + math.exp(-weight * x))
    return x


def passed_by_nudging(x, weights):
    step = 1e-5
    above = row_of_sigmoids(x + step, weights)
    return (above - row_of_sigmoids(x - step, weights)) / (2 * step)


def passed_by_one_nudge(x, weights):
    step = 1e-6
    return (row_of_sigmoids(x + step, weights) - row_of_sigmoids(x, weights)) / step


def dead_by_loop(maps):
    return [k for k in range(maps.shape[-1]) if not maps[..., k].any()]


def dead_by_sum(maps):
    return np.where(maps.sum(axis=(0, 1, 2)) == 0)[0]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("merge_kernels", merged_by_loops),
        ("merge_kernels", merged_by_impulse),
        ("leaky_relu", leaky_by_parts),
        ("leaky_relu", leaky_in_a_copy),
        ("passed_on", passed_by_nudging),
        ("passed_on", passed_by_one_nudge),
        ("dead_filters", dead_by_loop),
        ("dead_filters", dead_by_sum),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def mirrored_copies(first, second):
    return merged_by_loops(first, second[::-1, ::-1])


def mirrored_first(first, second):
    return merged_by_loops(first[::-1, ::-1], second)


def overwriting(first, second):
    merged = np.zeros_like(merged_by_loops(first, second))
    for i, j in np.ndindex(second.shape):
        merged[i : i + first.shape[0], j : j + first.shape[1]] = second[i, j] * first
    return merged


def unweighted(first, second):
    return merged_by_loops(first, np.ones_like(second))


def size_of_the_first(first, second):
    top, left = (second.shape[0] - 1) // 2, (second.shape[1] - 1) // 2
    merged = merged_by_loops(first, second)
    return merged[top : top + first.shape[0], left : left + first.shape[1]]


def transposed(first, second):
    return merged_by_loops(first.T, second.T)


def last_row_and_column_forgotten(first, second):
    merged = np.zeros_like(merged_by_loops(first, second))
    for i in range(max(second.shape[0] - 1, 1)):
        for j in range(max(second.shape[1] - 1, 1)):
            merged[i : i + first.shape[0], j : j + first.shape[1]] += (
                second[i, j] * first
            )
    return merged


def larger_of_two(x, negative_slope):
    return np.maximum(x, negative_slope * x)


def plain(x, negative_slope):
    return np.maximum(x, 0)


def leak_turned(x, negative_slope):
    return np.where(x > 0, x, -negative_slope * x)


def slope_itself(x, negative_slope):
    return np.where(x > 0, x, -negative_slope)


def sides_swapped(x, negative_slope):
    return np.where(x < 0, x, negative_slope * x)


def leak_on_top(x, negative_slope):
    return np.maximum(x, 0) + negative_slope * x


def fixed_leak(x, negative_slope):
    return np.where(x > 0, x, 0.2 * x)


def in_place(x, negative_slope):
    x[x < 0] *= negative_slope
    return x


def without_weights(x, weights):
    total = 1.0
    for weight in weights:
        x = 1 / (1 + math.exp(-weight * x))
        total *= x * (1 - x)
    return total


def fed_with_x(x, weights):
    total = 1.0
    for weight in weights:
        answer = 1 / (1 + math.exp(-weight * x))
        total *= weight * answer * (1 - answer)
    return total


def one_step_apart(x, weights):
    step = 1e-5
    above = row_of_sigmoids(x + step, weights)
    return (above - row_of_sigmoids(x - step, weights)) / step


def backwards(x, weights):
    return -passed_by_nudging(x, weights)


def quarters(x, weights):
    return np.prod(np.array(weights) / 4)


def silent_somewhere(maps):
    return np.where((maps == 0).any(axis=(0, 1, 2)))[0].tolist()


def first_image_only(maps):
    return np.where(maps[0].max(axis=(0, 1)) == 0)[0].tolist()


def rounded(maps):
    return np.where(maps.max(axis=(0, 1, 2)).round(3) == 0)[0].tolist()


def awake(maps):
    return np.where(maps.max(axis=(0, 1, 2)))[0].tolist()


def how_many(maps):
    return len(dead_by_loop(maps))


def flags(maps):
    return [not maps[..., k].any() for k in range(maps.shape[-1])]


def silent_images(maps):
    return [n for n in range(maps.shape[0]) if not maps[n].any()]


def counted_from_one(maps):
    return [k + 1 for k in dead_by_loop(maps)]


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("merge_kernels", mirrored_copies, "cross-correlation"),
        ("merge_kernels", mirrored_first, "upper left"),
        ("merge_kernels", overwriting, "overwrite"),
        ("merge_kernels", unweighted, "multiplied by the weight"),
        ("merge_kernels", size_of_the_first, "larger than the first"),
        ("merge_kernels", transposed, "changed places"),
        ("merge_kernels", last_row_and_column_forgotten, "no copy"),
        ("leaky_relu", larger_of_two, "up to 1 only"),
        ("leaky_relu", plain, "leak through"),
        ("leaky_relu", leak_turned, "keeps its sign"),
        ("leaky_relu", slope_itself, "the slope itself is not"),
        ("leaky_relu", sides_swapped, "positive side"),
        ("leaky_relu", leak_on_top, "added on top"),
        ("leaky_relu", fixed_leak, "always 0.2"),
        ("leaky_relu", in_place, "changes its input"),
        ("passed_on", without_weights, "left out the weights"),
        ("passed_on", fed_with_x, "fed with x"),
        ("passed_on", one_step_apart, "twice too large"),
        ("passed_on", backwards, "wrong sign"),
        ("passed_on", quarters, "a quarter at 0 only"),
        ("passed_on", row_of_sigmoids, "the last answer"),
        ("dead_filters", silent_somewhere, "silent everywhere"),
        ("dead_filters", first_image_only, "first image only"),
        ("dead_filters", rounded, "faint answer"),
        ("dead_filters", awake, "filters that are awake"),
        ("dead_filters", how_many, "how many there are"),
        ("dead_filters", flags, "True or False"),
        ("dead_filters", silent_images, "the filters are on the last axis"),
        ("dead_filters", counted_from_one, "count from 1"),
    ],
)
def test_mistake_is_named(name, answer, says, capsys):
    assert check(name, answer) is False
    assert says in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("nudge", "over", "told"),
    [(1e-2, 1e-2, "nudge is too long"), (1e-4, 1, "did you divide")],
)
def test_a_nudge_gone_wrong_is_named(capsys, nudge, over, told):
    """A slope measured on one side with a long step, and one not divided."""

    def answer(x, weights):
        above = row_of_sigmoids(x + nudge, weights)
        return (above - row_of_sigmoids(x, weights)) / over

    assert not check("passed_on", answer)
    assert told in " ".join(capsys.readouterr().out.split())
