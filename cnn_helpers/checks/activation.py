"""Checks of chapter 9's exercises: merged kernels, leaks, slopes, dead filters."""

import numpy as np

from cnn_helpers.activations import sigmoid
from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.convolution import convolve2d, correlate2d

# ------------------------------------------------------ two kernels into one


def merge_kernels(first, second):
    """Return the kernel that replaces two layers without a bend."""
    return convolve2d(first, second, padding="full")


def _all_products_in_place(first, second):
    return first * second


def _one_copy_too_short(first, second):
    """Lay down the copies, but leave out the last row and column of the second."""
    merged = np.zeros_like(merge_kernels(first, second))
    for (i, j), weight in np.ndenumerate(second):
        if i < max(second.shape[0] - 1, 1) and j < max(second.shape[1] - 1, 1):
            rows, cols = first.shape
            merged[i : i + rows, j : j + cols] += weight * first
    return merged


def _copies_overwrite(first, second):
    merged = np.zeros_like(merge_kernels(first, second))
    rows, cols = first.shape
    for (i, j), weight in np.ndenumerate(second):
        merged[i : i + rows, j : j + cols] = weight * first
    return merged


def _copies_unweighted(first, second):
    return merge_kernels(first, np.ones_like(second))


def _rows_and_columns_swapped(first, second):
    return merge_kernels(first, second).T


def _whole_numbers(first, second):
    """Collect the sums in an array of whole numbers."""
    return merge_kernels(first, second).astype(int)


def _middle_only(first, second):
    """Cut the merged kernel to the size of the first."""
    merged = merge_kernels(first, second)
    top, left = (second.shape[0] - 1) // 2, (second.shape[1] - 1) // 2
    return merged[top : top + first.shape[0], left : left + first.shape[1]]


MERGE_KERNELS = Check(
    name="merge_kernels",
    reference=merge_kernels,
    cases=(
        case(np.array([[1, 2]]), np.array([[3, 1]])),
        case(np.array([[2]]), np.array([[1, -1, 4]])),
        case(np.array([[1, 2], [3, 4]]), np.array([[1, 0], [2, 5]])),
        case(np.arange(6).reshape(2, 3), np.array([[1, -2], [0, 3], [2, 1]])),
        case(np.array([[0.5, -1.5, 2.0]] * 3), np.array([[1.0, 2.0], [0.25, 4.0]])),
    ),
    mistakes=(
        wrong(
            lambda first, second: correlate2d(first, second, padding="full"),
            "your kernel comes out as a cross-correlation: second[i, j] lays "
            "its copy of the first kernel i rows down and j columns to the right",
        ),
        wrong(
            lambda first, second: correlate2d(second, first, padding="full"),
            "you laid down copies of one kernel in mirrored order: the first weight "
            "goes to the upper left",
        ),
        wrong(
            _copies_overwrite,
            "your copies overwrite each other: where two of them overlap, the numbers "
            "are added",
        ),
        wrong(
            _copies_unweighted,
            "each copy is multiplied by the weight of the second kernel that lays it",
        ),
        wrong(
            _one_copy_too_short,
            "the last weights of the second kernel lay down no copy: count your loops",
        ),
        wrong(
            _rows_and_columns_swapped,
            "rows and columns of the result have changed places",
        ),
        wrong(
            _whole_numbers,
            "your array holds whole numbers only: a kernel may have others, so give "
            "the array the type of the kernels",
        ),
        wrong(
            _middle_only,
            "the merged kernel is larger than the first: it sees every pixel that some "
            "window of the first sees",
        ),
        wrong(
            lambda first, second: first + second,
            "the kernels are not added: the second one weighs maps of the first",
        ),
        wrong(
            _all_products_in_place,
            "you multiplied the kernels place by place; each weight of the second "
            "meets the whole first kernel",
        ),
        wrong(
            lambda first, second: first @ second,
            "that is the matrix product of the two kernels; they slide, and do not "
            "multiply as matrices",
        ),
    ),
)


# ---------------------------------------------------------- a leak of any size


def leaky_relu(x, negative_slope):
    """Return x where it is positive, and negative_slope times x elsewhere."""
    return np.where(x > 0, x, negative_slope * x)


LEAKY_RELU = Check(
    name="leaky_relu",
    reference=leaky_relu,
    cases=(
        case(np.array([-2.0, 0.0, 3.0]), 0.2),
        case(np.array([[-1.0, 4.0, -0.5], [2.5, -7.0, 1.0]]), 0.01),
        case(np.array([-3.0, -1.0, 2.0]), 0.0),
        case(np.array([-3.0, -1.0, 2.0]), 1.5),
        case(np.array([[[-4.0], [4.0]]]), 1.0),
    ),
    mistakes=(
        wrong(
            lambda x, negative_slope: np.maximum(x, negative_slope * x),
            "the larger of x and slope times x is right for slopes up to 1 only: above "
            "1 the positive side takes the slope",
        ),
        wrong(
            lambda x, negative_slope: np.maximum(x, 0),
            "below zero something must leak through: that is the plain ReLU",
        ),
        wrong(
            lambda x, negative_slope: np.where(x > 0, x, -negative_slope * x),
            "the leak keeps its sign: a negative input leaks a negative number",
        ),
        wrong(
            lambda x, negative_slope: np.where(x > 0, x, -negative_slope),
            "multiply the negative numbers by the slope; the slope itself is not the "
            "answer",
        ),
        wrong(
            lambda x, negative_slope: np.where(x > 0, negative_slope * x, x),
            "you multiplied the positive side: the slope is for numbers below zero",
        ),
        wrong(
            lambda x, negative_slope: np.maximum(x, 0) + negative_slope * x,
            "your positive side has the leak added on top: the answer there is x",
        ),
        wrong(
            lambda x, negative_slope: np.where(x > 0, x, x / negative_slope),
            "multiply the negative numbers by the slope; you divided",
        ),
        wrong(
            lambda x, negative_slope: negative_slope * x,
            "you multiplied every number by the slope: positive ones stay as they are",
        ),
        wrong(
            lambda x, negative_slope: np.where(x > 0, x, 0.2 * x),
            "your leak is always 0.2: use the argument negative_slope",
        ),
    ),
)


# --------------------------------------------------- how much of a nudge arrives


def passed_on(x, weights):
    """Return the slope at x of sigmoid units in a row, one for each weight."""
    total = 1.0
    for weight in weights:
        answer = sigmoid(weight * x)
        total, x = total * weight * answer * (1 - answer), answer
    return float(total)


def _judge_slope(result, x, weights):
    """Accept a measured slope beside an exact one."""
    try:
        found = float(result)
    except (TypeError, ValueError):
        return "return one number: the slope of the whole row"
    right = passed_on(x, weights)
    if abs(found - right) <= 1e-3 * abs(right) + 1e-9:
        return None
    for wrong_slope, diagnosis in _WRONG_SLOPES:
        made = wrong_slope(x, weights)
        if abs(found - made) <= 1e-3 * abs(made) + 1e-9:
            return diagnosis
    if abs(found - right) <= 0.05 * abs(right):
        return (
            f"your slope is {found:.6g}, it should be {right:.6g}: close, but your "
            "nudge is too long; nudge by 0.0001, to both sides"
        )
    told = f"your slope is {found:.6g}, it should be {right:.6g}"
    if 0 < found / right < 0.01:
        told += ": did you divide by the distance of the two inputs?"
    return told


def _slopes(x, weights):
    """Return each unit's weight, answer and slope of the bend."""
    rows = []
    for weight in weights:
        answer = sigmoid(weight * x)
        rows.append((weight, answer, answer * (1 - answer)))
        x = answer
    return rows


def _bends_only(x, weights):
    return np.prod([slope for _, _, slope in _slopes(x, weights)])


def _fed_with_x(x, weights):
    answers = [sigmoid(weight * x) for weight in weights]
    return np.prod(
        [w * a * (1 - a) for w, a in zip(weights, answers, strict=True)],
    )


def _summed(x, weights):
    return sum(weight * slope for weight, _, slope in _slopes(x, weights))


def _last_only(x, weights):
    weight, _, slope = _slopes(x, weights)[-1]
    return weight * slope


def _a_quarter_each(x, weights):
    return np.prod([weight / 4 for weight in weights])


def _one_factor_missing(x, weights):
    return np.prod([weight * answer for weight, answer, _ in _slopes(x, weights)])


def _slope_at_the_input(x, weights):
    """Put the unit's input in the place of its answer in s (1 - s)."""
    total = 1.0
    for weight, answer, _ in _slopes(x, weights):
        total, x = total * weight * x * (1 - x), answer
    return total


def _input_not_weighted(x, weights):
    """Bend x itself, and put the weight into the slope only."""
    total = 1.0
    for weight in weights:
        x = sigmoid(x)
        total *= weight * x * (1 - x)
    return total


def _backwards(x, weights):
    return passed_on(x, weights[::-1])


def _answer_itself(x, weights):
    return _slopes(x, weights)[-1][1]


def _weights_only(x, weights):
    return np.prod(weights)


_WRONG_SLOPES = (
    (
        _bends_only,
        "you left out the weights: a unit passes on its weight times the slope of its "
        "bend",
    ),
    (
        _fed_with_x,
        "every unit of yours is fed with x: each takes the answer of the one before",
    ),
    (
        _summed,
        "you added the units' slopes: in a row they multiply",
    ),
    (
        _last_only,
        "yours is the slope of the last unit alone: the row passes on their product",
    ),
    (
        _a_quarter_each,
        "you took a quarter for every unit: the slope is a quarter at 0 only",
    ),
    (
        _one_factor_missing,
        "half of the bend's slope is missing: it is the answer times (1 - the answer)",
    ),
    (
        _slope_at_the_input,
        "in the bend's slope stands the unit's answer, not its input: take the sigmoid "
        "first",
    ),
    (
        _input_not_weighted,
        "you bend the input without its weight: a unit multiplies first",
    ),
    (
        _backwards,
        "you go through the weights from the end: the first unit has the first weight",
    ),
    (
        _answer_itself,
        "yours is the last answer; asked is how much it changes for a nudge of x, over "
        "the nudge",
    ),
    (
        _weights_only,
        "you left out the bends: the slope of the sigmoid is a factor at every unit",
    ),
    (
        lambda x, weights: 2 * passed_on(x, weights),
        "your slope is twice too large: two nudges, one to each side, lie two steps "
        "apart",
    ),
    (
        lambda x, weights: -passed_on(x, weights),
        "your slope has the wrong sign: the answer to the right of x comes first",
    ),
)

PASSED_ON = Check(
    name="passed_on",
    reference=passed_on,
    cases=(
        case(0.5, [4.0, -3.0, 2.0]),
        case(0.0, [1.0]),
        case(1.0, [1.0, 1.0]),
        case(-2.0, [1.5, 6.0, 0.5, 5.0]),
        case(0.3, [-4.0]),
    ),
    mistakes=tuple(wrong(function, told) for function, told in _WRONG_SLOPES),
    judge=_judge_slope,
)


# --------------------------------------------------------------- find the dead


def dead_filters(maps):
    """Return the filters that answer 0 everywhere, as a list of whole numbers."""
    return np.flatnonzero(maps.max(axis=(0, 1, 2)) == 0).tolist()


def _maps(*levels):
    """Return maps of shape (3, 2, 4, n): a filter of each kind named."""
    kinds = {
        "dead": np.zeros((3, 2, 4)),
        "awake": np.arange(24.0).reshape(3, 2, 4) + 1,
        "once": np.eye(24)[17].reshape(3, 2, 4),  # one place of one image
        "faint": np.full((3, 2, 4), 1e-6),
        "first image silent": np.repeat([[[0.0]], [[1.0]], [[2.0]]], 8, 1).reshape(
            3, 2, 4
        ),
        "last image silent": np.repeat([[[2.0]], [[1.0]], [[0.0]]], 8, 1).reshape(
            3, 2, 4
        ),
        "corner silent": np.ones((3, 2, 4)) - np.eye(8)[0].reshape(2, 4),
    }
    return np.stack([kinds[level] for level in levels], axis=-1)


def _judge_numbers(result, maps):
    """Accept an array of whole numbers beside a list."""
    try:
        found = np.asarray(result)
    except ValueError:
        return "return a list of whole numbers"
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        return "return a list of whole numbers, the numbers of the dead filters"
    right = dead_filters(maps)
    if found.tolist() != right:
        return f"you return {found.tolist()}, the dead filters are {right}"
    return None


DEAD_FILTERS = Check(
    name="dead_filters",
    reference=dead_filters,
    judge=_judge_numbers,
    cases=(
        case(_maps("awake", "dead", "awake")),
        case(_maps("dead", "once", "awake", "dead", "first image silent")),
        case(_maps("faint", "dead", "corner silent", "last image silent", "dead")),
        case(_maps("awake", "once")),
    ),
    mistakes=(
        wrong(
            lambda maps: np.flatnonzero((maps == 0).any(axis=(0, 1, 2))).tolist(),
            "you name filters silent somewhere: the dead are silent everywhere",
        ),
        wrong(
            lambda maps: np.flatnonzero(maps[0].max(axis=(0, 1)) == 0).tolist(),
            "you look at the first image only: a filter may speak on another",
        ),
        wrong(
            lambda maps: np.flatnonzero(maps[-1].max(axis=(0, 1)) == 0).tolist(),
            "you look at the last image only: a filter may speak on another",
        ),
        wrong(
            lambda maps: np.flatnonzero(maps[:, 0, 0].max(axis=0) == 0).tolist(),
            "you look at one place only: a filter may speak elsewhere",
        ),
        wrong(
            lambda maps: np.flatnonzero(maps.max(axis=(0, 1, 2)) < 1e-3).tolist(),
            "a faint answer is an answer: the dead answer exactly 0",
        ),
        wrong(
            lambda maps: np.flatnonzero(maps.max(axis=(0, 1, 2)) > 0).tolist(),
            "you return the filters that are awake",
        ),
        wrong(
            lambda maps: int((maps.max(axis=(0, 1, 2)) == 0).sum()),
            "you return how many there are; asked are their numbers, as a list",
        ),
        wrong(
            lambda maps: (maps.max(axis=(0, 1, 2)) == 0).tolist(),
            "you return True or False for each filter; asked are the numbers of those "
            "that are True",
        ),
        wrong(
            lambda maps: np.flatnonzero(maps.max(axis=(1, 2, 3)) == 0).tolist(),
            "you name images: the filters are on the last axis",
        ),
        wrong(
            lambda maps: (np.flatnonzero(maps.max(axis=(0, 1, 2)) == 0) + 1).tolist(),
            "you count from 1: the first filter has the number 0",
        ),
    ),
)

CHECKS = (MERGE_KERNELS, LEAKY_RELU, PASSED_ON, DEAD_FILTERS)
