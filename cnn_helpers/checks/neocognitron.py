"""Checks of chapter 3: an S-cell, a C-plane, a step of learning, shunting."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnn_helpers.checks.parts import Check, case, wrong

LINE = np.array([[0.0, 1.0, 0.0]] * 3) / np.sqrt(3)
CORNER = np.array([[2.0, 1.0, 0.0], [1.0, 0.0, 0.0]]) / np.sqrt(6)
EDGE = np.array([[1.0, -1.0], [1.0, -1.0]]) / 2


# ------------------------------------------------------------ one S-cell


def s_response(patch, pattern, threshold):
    """Return the answer of one S-cell, whose pattern has length 1."""
    match, length = np.sum(patch * pattern), np.sqrt(np.sum(patch**2))
    return max(0.0, match - threshold * length) / (1 - threshold)


S_RESPONSE = Check(
    name="s_response",
    reference=s_response,
    cases=(
        case(np.array([[0.0, 2.0, 0.0]] * 3), LINE, 0.5),
        case(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]), LINE, 0.6),
        case(np.ones((3, 3)), LINE, 0.6),
        case(np.array([[3.0, 1.0, 0.5], [2.0, 0.0, 0.0]]), CORNER, 0.3),
        case(np.array([[-1.0, 2.0], [-2.0, 1.0]]), EDGE, 0.4),
    ),
    mistakes=(
        wrong(
            lambda patch, pattern, threshold: np.sum(patch * pattern),
            "that is the match alone: take away the threshold's share of the patch's "
            "length, cut off at zero, divide by 1 - threshold",
        ),
        wrong(
            lambda patch, pattern, threshold: (
                (np.sum(patch * pattern) - threshold * np.linalg.norm(patch))
                / (1 - threshold)
            ),
            "an answer fell below zero: cut off with max(0, ...)",
        ),
        wrong(
            lambda patch, pattern, threshold: max(
                0.0, np.sum(patch * pattern) - threshold * np.linalg.norm(patch)
            ),
            "the factor is missing: divide by 1 - threshold, so that a perfect fit "
            "answers with the patch's length",
        ),
        wrong(
            lambda patch, pattern, threshold: (
                max(0.0, np.sum(patch * pattern) - threshold) / (1 - threshold)
            ),
            "you took away the threshold itself (or the pattern's length, which is 1): "
            "it is a share of the patch's length, so that a bold patch faces a higher "
            "hurdle than a faint one",
        ),
        wrong(
            lambda patch, pattern, threshold: (
                max(0.0, np.sum(patch * pattern) - threshold * np.sum(patch))
                / (1 - threshold)
            ),
            "you took the sum of the pixels for the length: the length is the root of "
            "the sum of their squares",
        ),
        wrong(
            lambda patch, pattern, threshold: (
                max(0.0, np.sum(patch * pattern) - threshold * np.sum(patch**2))
                / (1 - threshold)
            ),
            "you forgot the root: the length is the root of the sum of the squares",
        ),
        wrong(
            lambda patch, pattern, threshold: (
                max(
                    0.0,
                    np.sum(patch * pattern) - threshold * np.sqrt(np.mean(patch**2)),
                )
                / (1 - threshold)
            ),
            "you took the mean of the squares: the length is the root of their sum",
        ),
        wrong(
            lambda patch, pattern, threshold: (
                max(0.0, np.sum(patch * pattern) / np.linalg.norm(patch) - threshold)
                / (1 - threshold)
            ),
            "you divided by the patch's length: the answer must grow with the contrast "
            "of the patch, only the threshold is on the similarity",
        ),
        wrong(
            lambda patch, pattern, threshold: (
                abs(np.sum(patch * pattern) - threshold * np.linalg.norm(patch))
                / (1 - threshold)
            ),
            "you took the absolute value: an S-cell whose pattern is absent is silent",
        ),
        wrong(
            lambda patch, pattern, threshold: (
                max(0.0, np.sum(patch @ pattern) - threshold * np.linalg.norm(patch))
                / (1 - threshold)
            ),
            "patch @ pattern is a matrix product: multiply entry by entry, with *",
        ),
        wrong(
            lambda patch, pattern, threshold: (
                max(0.0, np.sum(patch * pattern) - threshold * np.linalg.norm(patch))
                - threshold
            ),
            "a bracket is missing: `/ 1 - threshold` divides by 1 and then subtracts; "
            "write / (1 - threshold)",
        ),
        wrong(
            lambda patch, pattern, threshold: (
                max(0.0, np.sum(patch * pattern) - threshold * len(patch))
                / (1 - threshold)
            ),
            "len(patch) is its number of rows: the length meant here is the root of "
            "the sum of the squares",
        ),
    ),
)


# ------------------------------------------------------------ one C-plane


def c_plane(plane, size):
    """Return the mean of the windows that begin at every second place."""
    windows = sliding_window_view(plane, (size, size))[::2, ::2]
    return windows.mean(axis=(2, 3))


def _windows(plane, size, step):
    """Return the windows of a plane, `step` apart."""
    return sliding_window_view(plane, (size, size))[::step, ::step]


PLANE = (np.arange(63.0).reshape(7, 9) ** 2) % 13

C_PLANE = Check(
    name="c_plane",
    reference=c_plane,
    cases=(
        case(np.array([[0.0, 0.0, 0.0], [0.0, 9.0, 0.0], [0.0, 0.0, 0.0]]), 3),
        case(PLANE[:5, :5].copy(), 3),
        case(PLANE, 3),
        case(PLANE[:6, :8].copy(), 2),
        case(PLANE.T.copy(), 5),
    ),
    mistakes=(
        wrong(
            lambda plane, size: _windows(plane, size, 2).max(axis=(2, 3)),
            "you took the largest answer of each window: the C-cells of this exercise "
            "take the mean",
        ),
        wrong(
            lambda plane, size: _windows(plane, size, 2).sum(axis=(2, 3)),
            "you added the answers up: divide by their number, size * size",
        ),
        wrong(
            lambda plane, size: _windows(plane, size, 2).sum(axis=(2, 3)) / size,
            "you divided by size: a window has size * size cells",
        ),
        wrong(
            lambda plane, size: _windows(plane, size, 1).mean(axis=(2, 3)),
            "you kept a C-cell at every place: take every second row and column",
        ),
        wrong(
            lambda plane, size: _windows(plane, size, size).mean(axis=(2, 3)),
            "your windows lie side by side: they overlap, each begins two cells after "
            "the one before, whatever their size",
        ),
        wrong(
            lambda plane, size: sliding_window_view(plane, (size, size))[::2].mean(
                axis=(2, 3)
            ),
            "you skipped every second row but no column",
        ),
        wrong(
            lambda plane, size: sliding_window_view(plane, (size, size))[
                1::2, 1::2
            ].mean(axis=(2, 3)),
            "you began with the second window: the first begins at row 0, column 0",
        ),
        wrong(
            lambda plane, size: plane[::2, ::2],
            "you took every second S-cell and no mean: each C-cell looks at a window",
        ),
        wrong(
            lambda plane, size: np.median(_windows(plane, size, 2), axis=(2, 3)),
            "you took the median: one strong answer among silent ones would be lost; "
            "take the mean",
        ),
    ),
)


# ------------------------------------------------------------ a step of learning


def learning_step(sums, patch, threshold):
    """Return the patterns' sums after one patch has been shown."""
    return _step(sums, patch, threshold)


def _step(
    sums,
    patch,
    threshold,
    *,
    scale=True,
    compare=True,
    pick=np.argmax,
    replace=False,
    rule="competition",
):
    """Return the sums after one patch, with a mistake if asked for one."""
    patch = patch / np.linalg.norm(patch) if scale else patch
    lengths = np.linalg.norm(sums, axis=1) if compare else 1
    if rule == "one length":
        lengths = np.linalg.norm(sums)
    alike = sums @ patch / lengths
    if rule == "all":
        return sums + patch
    new = len(sums) == 0 or alike.max() < threshold
    if rule == "never" or rule == "upside down":
        new = False if rule == "never" else len(sums) == 0 or alike.max() >= threshold
    if new or rule == "always":
        return np.vstack([sums, patch])
    winner = int(pick(alike))
    sums = sums.copy()
    sums[winner] = patch if replace else sums[winner] + patch
    if rule == "unit":
        sums[winner] /= np.linalg.norm(sums[winner])
    return sums


SUMS = np.array([[3.0, 1.0, 0.0], [0.0, 0.4, 0.3]])

LEARNING_STEP = Check(
    name="learning_step",
    reference=learning_step,
    cases=(
        case(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.6, 0.8]), 0.7),
        case(np.array([[2.0, 0.0]]), np.array([3.0, 4.0]), 0.9),
        case(np.array([[2.0, 0.0]]), np.array([3.0, 1.0]), 0.9),
        case(SUMS, np.array([1.0, 4.0, 3.0]), 0.8),
        case(SUMS, np.array([8.0, 2.0, 1.0]), 0.5),
        case(SUMS, np.array([0.5, 0.0, 2.0]), 0.9),
        case(np.zeros((0, 2)), np.array([3.0, 4.0]), 0.5),
    ),
    mistakes=(
        wrong(
            lambda sums, patch, threshold: _step(sums, patch, threshold, scale=False),
            "scale the patch to length 1 first: a bold patch must not count more than "
            "a faint one",
        ),
        wrong(
            lambda sums, patch, threshold: _step(sums, patch, threshold, compare=False),
            "divide each product by the length of its row of `sums`: otherwise the "
            "pattern that won most often always looks most similar",
        ),
        wrong(
            lambda sums, patch, threshold: _step(sums, patch, threshold, rule="all"),
            "every pattern learned: only the winner does",
        ),
        wrong(
            lambda sums, patch, threshold: _step(sums, patch, threshold, rule="never"),
            "no new pattern arose where the best similarity was below the threshold "
            "(or where there was none yet)",
        ),
        wrong(
            lambda sums, patch, threshold: _step(sums, patch, threshold, rule="always"),
            "each patch became a new pattern: one that is similar enough is added to "
            "the winner",
        ),
        wrong(
            lambda sums, patch, threshold: _step(
                sums, patch, threshold, rule="upside down"
            ),
            "the threshold works the wrong way round: a patch *unlike* all patterns "
            "becomes a new one",
        ),
        wrong(
            lambda sums, patch, threshold: _step(
                sums, patch, threshold, pick=np.argmin
            ),
            "the loser learned: the winner is the most similar pattern, argmax",
        ),
        wrong(
            lambda sums, patch, threshold: _step(sums, patch, threshold, replace=True),
            "the winner forgot what it had learned: add the patch to its sum",
        ),
        wrong(
            lambda sums, patch, threshold: _step(sums, patch, threshold, rule="unit"),
            "you scaled the winner's sum to length 1: kept as a sum, it remembers how "
            "many patches it has won",
        ),
        wrong(
            lambda sums, patch, threshold: _step(
                sums, patch, threshold, rule="one length"
            ),
            "you divided all products by one length, that of the whole of `sums`: each "
            "row has its own, np.linalg.norm(sums, axis=1)",
        ),
        wrong(
            lambda sums, patch, threshold: (
                None if len(sums) == 0 else _step(sums, patch, threshold)
            ),
            "without any pattern yet (no rows in `sums`) the patch becomes the first: "
            "return it as the only row",
        ),
    ),
)


# ------------------------------------------------------------ shunting


def shunting_s_cell(excitation, inhibition):
    """Return Fukushima's S-cell of 1980, up to constants."""
    return np.maximum((1 + excitation) / (1 + inhibition) - 1, 0)


STRENGTHS = np.array([0.0, 0.5, 2.0, 30.0])

SHUNTING_S_CELL = Check(
    name="shunting_s_cell",
    reference=shunting_s_cell,
    cases=(
        case(3.0, 1.0),
        case(1.0, 3.0),
        case(0.0, 0.0),
        case(STRENGTHS, np.array([0.5, 0.0, 1.0, 9.0])),
        case(3 * STRENGTHS, STRENGTHS),
    ),
    mistakes=(
        wrong(
            lambda excitation, inhibition: np.maximum(excitation - inhibition, 0),
            "you subtracted the inhibition: shunting divides by 1 + inhibition",
        ),
        wrong(
            lambda excitation, inhibition: (1 + excitation) / (1 + inhibition) - 1,
            "an answer fell below zero: cut off with np.maximum(..., 0)",
        ),
        wrong(
            lambda excitation, inhibition: np.maximum(
                (1 + excitation) / (1 + inhibition), 0
            ),
            "subtract 1 in the end: without any input the cell must be silent",
        ),
        wrong(
            lambda excitation, inhibition: np.maximum(excitation / (1 + inhibition), 0),
            "add 1 to the excitation too: otherwise inhibition alone can never silence "
            "the cell (or the brackets are missing in 1 + excitation / ...)",
        ),
        wrong(
            lambda excitation, inhibition: np.maximum(
                (1 + excitation) / inhibition - 1, 0
            ),
            "add 1 to the inhibition: without inhibition you would divide by zero",
        ),
        wrong(
            lambda excitation, inhibition: np.maximum(
                (1 + inhibition) / (1 + excitation) - 1, 0
            ),
            "numerator and denominator have changed places: excitation stands above",
        ),
        wrong(
            lambda excitation, inhibition: abs((1 + excitation) / (1 + inhibition) - 1),
            "you took the absolute value: a cell that is inhibited more than excited "
            "is silent",
        ),
        wrong(
            lambda excitation, inhibition: np.maximum(excitation + inhibition, 0),
            "brackets are missing: without them only 1 / 1 is divided; write "
            "(1 + excitation) / (1 + inhibition)",
        ),
        wrong(
            lambda excitation, inhibition: max(
                (1 + excitation) / (1 + inhibition) - 1, 0
            ),
            "Python's max compares two numbers, not two arrays: use np.maximum",
        ),
    ),
)

CHECKS = (S_RESPONSE, C_PLANE, LEARNING_STEP, SHUNTING_S_CELL)
