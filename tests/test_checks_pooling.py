"""Answers to chapter 10's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest

from cnn_helpers.checks import check

# ------------------------------------------------------------ right answers


def windows_by_loops(feature_map, size, stride):
    rows = (feature_map.shape[0] - size) // stride + 1
    cols = (feature_map.shape[1] - size) // stride + 1
    answer = np.empty((rows, cols), dtype=feature_map.dtype)
    for row, col in np.ndindex(rows, cols):
        top, left = row * stride, col * stride
        answer[row, col] = feature_map[top : top + size, left : left + size].max()
    return answer


def windows_by_shifts(feature_map, size, stride):
    rows = feature_map.shape[0] - size + 1
    cols = feature_map.shape[1] - size + 1
    shifts = [
        feature_map[i : i + rows, j : j + cols] for i, j in np.ndindex(size, size)
    ]
    return np.max(shifts, axis=0)[::stride, ::stride]


def width_by_listing(side, kernel, filters, pool):
    places = len(range(0, side - kernel + 1))
    return len(range(0, places - pool + 1, pool)) ** 2 * filters


def row_by_loop(row):
    answer = np.empty((len(row) - 2) // 2)
    for k in range(len(answer)):
        maxima = [max(row[i], row[i + 1]) for i in range(2 * k, 2 * k + 3)]
        answer[k] = (maxima[0] + 2 * maxima[1] + maxima[2]) / 4
    return answer


def row_by_library(row):
    maxima = np.maximum(row[:-1], row[1:])
    return np.convolve(maxima, [0.25, 0.5, 0.25], mode="valid")[::2]


def winners_by_loops(feature_map):
    won = np.zeros(feature_map.shape, dtype=bool)
    for top, left in np.ndindex(*(side // 2 for side in feature_map.shape)):
        best, place = None, None
        for i, j in np.ndindex(2, 2):
            number = feature_map[2 * top + i, 2 * left + j]
            if best is None or number > best:
                best, place = number, (2 * top + i, 2 * left + j)
        won[place] = True
    return won


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("max_windows", windows_by_loops),
        ("max_windows", windows_by_shifts),
        ("flatten_width", width_by_listing),
        ("blur_pool_row", row_by_loop),
        ("blur_pool_row", row_by_library),
        ("winners", winners_by_loops),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def own_step(feature_map, size, stride):
    return windows_by_loops(feature_map, size, size)


def every_place(feature_map, size, stride):
    return windows_by_loops(feature_map, size, 1)


def two_wide(feature_map, size, stride):
    return windows_by_loops(feature_map, 2, stride)


def averaged(feature_map, size, stride):
    answer = windows_by_loops(feature_map.astype(float), size, stride)
    for row, col in np.ndindex(answer.shape):
        top, left = row * stride, col * stride
        answer[row, col] = feature_map[top : top + size, left : left + size].mean()
    return answer


def started_at_zero(feature_map, size, stride):
    return np.maximum(windows_by_loops(feature_map, size, stride), 0)


def over_the_border(feature_map, size, stride):
    rows = range(0, feature_map.shape[0], stride)
    cols = range(0, feature_map.shape[1], stride)
    return np.array(
        [[feature_map[r : r + size, c : c + size].max() for c in cols] for r in rows]
    )


def one_window_short(feature_map, size, stride):
    rows = range(0, feature_map.shape[0] - size, stride)
    cols = range(0, feature_map.shape[1] - size, stride)
    return np.array(
        [[feature_map[r : r + size, c : c + size].max() for c in cols] for r in rows]
    )


def no_pool(side, kernel, filters, pool):
    return (side - kernel + 1) ** 2 * filters


def no_convolution(side, kernel, filters, pool):
    return (side // pool) ** 2 * filters


def one_map(side, kernel, filters, pool):
    return ((side - kernel + 1) // pool) ** 2


def rounded_up(side, kernel, filters, pool):
    return int(np.ceil((side - kernel + 1) / pool)) ** 2 * filters


def one_place_short(side, kernel, filters, pool):
    return ((side - kernel) // pool) ** 2 * filters


def divided_once(side, kernel, filters, pool):
    return (side - kernel + 1) ** 2 * filters // pool


def one_side_only(side, kernel, filters, pool):
    return (side - kernel + 1) // pool * filters


def no_maxima(row):
    return np.convolve(row, [0.25, 0.5, 0.25], mode="valid")[::2]


def no_blur(row):
    return np.maximum(row[:-1], row[1:])[::2]


def no_skip(row):
    return np.convolve(np.maximum(row[:-1], row[1:]), [0.25, 0.5, 0.25], mode="valid")


def skipped_first(row):
    maxima = np.maximum(row[:-1], row[1:])[::2]
    return np.convolve(maxima, [0.25, 0.5, 0.25], mode="valid")


def from_the_second(row):
    return no_skip(row)[1::2]


def undivided(row):
    return 4 * no_skip(row)[::2]


def same_size(row):
    maxima = np.maximum(row[:-1], row[1:])
    return np.convolve(maxima, [0.25, 0.5, 0.25], mode="same")[::2]


def all_winners(feature_map):
    won = np.zeros(feature_map.shape, dtype=bool)
    for r, c in np.ndindex(*(side // 2 for side in feature_map.shape)):
        tile = np.s_[2 * r : 2 * r + 2, 2 * c : 2 * c + 2]
        won[tile] = feature_map[tile] == feature_map[tile].max()
    return won


def last_wins(feature_map):
    return winners_by_loops(feature_map[::-1, ::-1])[::-1, ::-1]


def down_first(feature_map):
    return winners_by_loops(feature_map.T).T


def smallest(feature_map):
    return winners_by_loops(-feature_map)


def values(feature_map):
    return winners_by_loops(feature_map) * feature_map


def one_for_all(feature_map):
    return feature_map == feature_map.max()


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("max_windows", own_step, "the step is"),
        ("max_windows", every_place, "stand at every place"),
        ("max_windows", two_wide, "always 2 wide"),
        ("max_windows", averaged, "the mean of each window"),
        ("max_windows", started_at_zero, "begin with zeros"),
        ("max_windows", over_the_border, "hang over the border"),
        ("max_windows", one_window_short, "the last window is missing"),
        ("flatten_width", no_pool, "left out the pool"),
        ("flatten_width", no_convolution, "left out the convolution"),
        ("flatten_width", one_map, "multiply by `filters`"),
        ("flatten_width", rounded_up, "rounded up"),
        ("flatten_width", one_place_short, "one more than you took"),
        ("flatten_width", divided_once, "divides both sides"),
        ("flatten_width", one_side_only, "side counts twice"),
        ("blur_pool_row", no_maxima, "left out the maxima"),
        ("blur_pool_row", no_blur, "left out the blur"),
        ("blur_pool_row", no_skip, "left out the last step"),
        ("blur_pool_row", skipped_first, "skip before you blur"),
        ("blur_pool_row", from_the_second, "the first is to stay"),
        ("blur_pool_row", undivided, "divide by 4"),
        ("blur_pool_row", same_size, "over the ends"),
        ("winners", all_winners, "exactly one wins"),
        ("winners", last_wins, "yours is the last"),
        ("winners", down_first, "down the column"),
        ("winners", smallest, "smallest"),
        ("winners", values, "where they stand"),
        ("winners", one_for_all, "each tile has a winner"),
    ],
)
def test_mistake_is_named(name, answer, says, capsys):
    assert check(name, answer) is False
    assert says.lower() in " ".join(capsys.readouterr().out.split()).lower()
