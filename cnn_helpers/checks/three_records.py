"""Checks of the page of the records: count, give the uncertainty, keep the misses."""

import numpy as np

from cnn_helpers.checks.parts import Check, case, wrong

# ------------------------------------------------------------ the price of a block


def block_parameters(filters, kernel_size, channels):
    """Return the parameters of a convolution without bias and its batch norm."""
    return kernel_size * kernel_size * channels * filters + 4 * filters


BLOCK_PARAMETERS = Check(
    name="block_parameters",
    reference=block_parameters,
    cases=(
        case(12, 5, 1),
        case(14, 3, 12),
        case(16, 3, 20),
        case(7, 1, 3),
    ),
    mistakes=(
        wrong(
            lambda filters, kernel_size, channels: (
                kernel_size**2 * channels * filters + 5 * filters
            ),
            "one too many for each filter: the convolution has no bias",
        ),
        wrong(
            lambda filters, kernel_size, channels: (
                kernel_size**2 * channels * filters + filters
            ),
            "you added one number a filter, as for a bias; batch normalisation keeps "
            "four a map",
        ),
        wrong(
            lambda filters, kernel_size, channels: kernel_size**2 * channels * filters,
            "that is the convolution alone: batch normalisation is missing",
        ),
        wrong(
            lambda filters, kernel_size, channels: (
                kernel_size**2 * channels * filters + 2 * filters
            ),
            "you counted the two numbers a map that training moves; the two that are "
            "measured count too",
        ),
        wrong(
            lambda filters, kernel_size, channels: (
                kernel_size**2 * channels * filters + 4 * channels
            ),
            "you gave batch normalisation a map for each channel that comes in; it "
            "stands behind the convolution",
        ),
        wrong(
            lambda filters, kernel_size, channels: (
                kernel_size * channels * filters + 4 * filters
            ),
            "a kernel is square: kernel_size times kernel_size weights a channel",
        ),
        wrong(
            lambda filters, kernel_size, channels: (
                kernel_size**2 * filters + 4 * filters
            ),
            "every filter has a kernel for each of the channels that come in",
        ),
        wrong(
            lambda filters, kernel_size, channels: (
                kernel_size**2 * channels * filters + 4
            ),
            "batch normalisation keeps four numbers for each map, not four in all",
        ),
    ),
)


# ----------------------------------------------------------- how sure is an accuracy


def accuracy_range(right, images):
    """Return the share of right answers, two standard errors each way."""
    return _range(right, images)


def _range(right, images, *, errors=2.0, root=True, variance=None, divide=True):
    """Return the range, or one with a part done otherwise."""
    share = right / images
    spread = share * (1 - share) if variance is None else variance(share)
    spread = spread / images if divide else spread
    error = errors * (spread**0.5 if root else spread)
    return max(0.0, share - error), min(1.0, share + error)


def _not_cut(right, images):
    share = right / images
    error = 2 * (share * (1 - share) / images) ** 0.5
    return share - error, share + error


def _close(result, right, images):
    """Judge a pair of shares."""
    try:
        found = np.asarray(result, dtype=float)
    except (TypeError, ValueError):
        return "return two numbers, the lowest and the highest share"
    if found.shape != (2,):
        return "return two numbers, the lowest and the highest share"
    low, high = accuracy_range(right, images)
    if np.allclose(found, (low, high), rtol=1e-6, atol=1e-12):
        return None
    if found[0] > found[1]:
        return "the lowest share comes first"
    return (
        f"yours goes from {found[0]:.5f} to {found[1]:.5f}, it should go from "
        f"{low:.5f} to {high:.5f}"
    )


ACCURACY_RANGE = Check(
    name="accuracy_range",
    reference=accuracy_range,
    judge=_close,
    cases=(
        case(80, 100),
        case(9953, 10_000),
        case(150, 1000),
        case(99, 100),
        case(1, 40),
        case(297, 297),
    ),
    mistakes=(
        wrong(
            lambda right, images: _range(right, images, errors=1.0),
            "that is one standard error each way; asked are two",
        ),
        wrong(
            lambda right, images: _range(right, images, root=False),
            "the root is missing: p (1 - p) / n is the variance",
        ),
        wrong(
            lambda right, images: _range(right, images, divide=False),
            "you did not divide by the images: that is the spread of one image",
        ),
        wrong(
            lambda right, images: _range(right, images, variance=lambda p: p),
            "the variance is p (1 - p) / n: the factor 1 - p is missing",
        ),
        wrong(
            lambda right, images: _range(
                right, images, variance=lambda p: (p * (1 - p)) ** 2
            ),
            "p (1 - p) stands under the root, without a square",
        ),
        wrong(
            lambda right, images: _range(right, images, errors=1.96),
            "1.96 standard errors hold 95 of 100; asked are two",
        ),
        wrong(_not_cut, "a share below 0 or above 1 cannot be: cut the range there"),
        wrong(
            lambda right, images: tuple(100 * x for x in _range(right, images)),
            "those are per cent; return shares from 0 to 1",
        ),
        wrong(
            lambda right, images: tuple(images * x for x in _range(right, images)),
            "those are counts of images; return shares from 0 to 1",
        ),
        wrong(
            lambda right, images: _range(right, images)[::-1],
            "the lowest share comes first",
        ),
    ),
)


# ------------------------------------------------------------------- misses count


def time_to_goal(seconds, accuracies, goal):
    """Return the median of all seconds and the number of runs below the goal."""
    return float(np.median(seconds)), _misses(accuracies, goal)


def _misses(accuracies, goal):
    return int(np.sum(np.asarray(accuracies) < goal))


def _of_the_hits(seconds, accuracies, goal):
    hits = [s for s, a in zip(seconds, accuracies, strict=True) if a >= goal]
    return float(np.median(hits or seconds)), _misses(accuracies, goal)


def _unsorted_middle(seconds, accuracies, goal):
    return seconds[len(seconds) // 2], _misses(accuracies, goal)


def _upper_middle(seconds, accuracies, goal):
    return sorted(seconds)[len(seconds) // 2], _misses(accuracies, goal)


def _two_numbers(result, seconds, accuracies, goal):
    """Judge a pair of a time and a count."""
    try:
        found = np.asarray(result, dtype=float)
    except (TypeError, ValueError):
        return "return two numbers, the median and the misses"
    if found.shape != (2,):
        return "return two numbers, the median and the misses"
    median, misses = time_to_goal(seconds, accuracies, goal)
    if not np.isclose(found[0], median, rtol=1e-9):
        return f"your median is {found[0]:g} s, it should be {median:g} s"
    if found[1] != misses:
        return f"you count {found[1]:g} misses, there are {misses}"
    return None


TIME_TO_GOAL = Check(
    name="time_to_goal",
    reference=time_to_goal,
    judge=_two_numbers,
    cases=(
        case([3.0, 9.0, 4.0], [0.992, 0.994, 0.991], 0.99),
        case([7.0, 2.0, 6.0, 5.0, 1.5], [0.99, 0.97, 0.995, 0.991, 0.989], 0.99),
        case([4.0, 1.0, 2.0, 8.0], [0.8, 0.7, 0.9, 0.95], 0.75),
        case([2.5], [0.4], 0.5),
    ),
    mistakes=(
        wrong(
            _of_the_hits,
            "you left the misses out of the median: their seconds count too",
        ),
        wrong(
            lambda seconds, accuracies, goal: (
                float(np.mean(seconds)),
                _misses(accuracies, goal),
            ),
            "that is the mean of the seconds; asked is the median",
        ),
        wrong(
            _unsorted_middle,
            "the run in the middle of the list is the median only of a sorted list",
        ),
        wrong(
            _upper_middle,
            "of an even number of runs the median lies between the two in the middle",
        ),
        wrong(
            lambda seconds, accuracies, goal: (
                float(np.median(seconds)),
                int(np.sum(np.asarray(accuracies) <= goal)),
            ),
            "a run that reaches the goal exactly has not missed it",
        ),
        wrong(
            lambda seconds, accuracies, goal: (
                float(np.median(seconds)),
                len(accuracies) - _misses(accuracies, goal),
            ),
            "you counted the runs that reached the goal; asked are the misses",
        ),
        wrong(
            lambda seconds, accuracies, goal: (
                float(np.median(seconds)),
                _misses(accuracies, goal) / len(accuracies),
            ),
            "you return the share of misses; asked is their number",
        ),
        wrong(
            lambda seconds, accuracies, goal: (
                float(min(seconds)),
                _misses(accuracies, goal),
            ),
            "that is the fastest run; asked is the median",
        ),
        wrong(
            lambda seconds, accuracies, goal: (
                _misses(accuracies, goal),
                float(np.median(seconds)),
            ),
            "the median comes first, then the misses",
        ),
    ),
)

CHECKS = (BLOCK_PARAMETERS, ACCURACY_RANGE, TIME_TO_GOAL)
