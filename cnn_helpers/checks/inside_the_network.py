"""Checks of chapter 20: a Gabor's share, occlusion, the logit's map, ranks."""

import numpy as np

from cnn_helpers.checks.parts import Check, case, wrong

RNG = np.random.default_rng(20)


def _length(vector):
    return np.sqrt(np.sum(vector**2))


# ------------------------------------------------------------ a Gabor's share


def gabor_share(kernel, even, odd):
    """Return the share of a kernel's squares that the best mix of two fields has."""
    fields = np.stack([even.ravel(), odd.ravel()], axis=1)
    amounts = np.linalg.lstsq(fields, kernel.ravel(), rcond=None)[0]
    return float(np.sum((fields @ amounts) ** 2) / np.sum(kernel**2))


def _cosine(first, second):
    return np.sum(first * second) / (_length(first) * _length(second))


def _amounts(kernel, even, odd):
    fields = np.stack([even.ravel(), odd.ravel()], axis=1)
    return np.linalg.lstsq(fields, kernel.ravel(), rcond=None)[0]


def _odd_too_long(kernel, even, odd):
    even = even / _length(even)
    odd = odd - np.sum(odd * even) * even
    amounts = np.sum(kernel * even), np.sum(kernel * odd)
    return np.sum(np.square(amounts)) / np.sum(kernel**2)


def _correlated(kernel, even, odd):
    first, second = _amounts(kernel, even, odd)
    fit = first * even + second * odd
    return np.corrcoef(fit.ravel(), kernel.ravel())[0, 1] ** 2


def _centred(kernel, even, odd):
    first, second = _amounts(kernel, even, odd)
    left = np.sum((kernel - first * even - second * odd) ** 2)
    return 1 - left / np.sum((kernel - kernel.mean()) ** 2)


GABOR_SHARE = Check(
    name="gabor_share",
    reference=gabor_share,
    cases=(
        case(
            np.array([[2.0, 1.0, 2.0]]),
            np.array([[1.0, 0.0, 0.0]]),
            np.array([[0.0, 2.0, 0.0]]),
        ),
        case(
            np.array([[1.0, 3.0], [-1.0, 2.0]]),
            np.array([[1.0, 1.0], [0.0, 0.0]]),
            np.array([[0.0, 1.0], [0.0, 1.0]]),
        ),
        case(*RNG.normal(size=(3, 5, 5))),
        case(*(RNG.normal(size=(3, 7, 7)) + 0.4)),
    ),
    mistakes=(
        wrong(
            lambda kernel, even, odd: (
                (np.sum(kernel * even) ** 2 + np.sum(kernel * odd) ** 2)
                / np.sum(kernel**2)
            ),
            "a field that is twice as strong counts four times: the share must not "
            "depend on the lengths of even and odd",
        ),
        wrong(
            lambda kernel, even, odd: (
                _cosine(kernel, even) ** 2 + _cosine(kernel, odd) ** 2
            ),
            "where the two fields overlap you count the same part twice: fit both "
            "amounts together, np.linalg.lstsq",
        ),
        wrong(
            lambda kernel, even, odd: _cosine(kernel, even) ** 2,
            "you used the even field only: the odd one may add to it",
        ),
        wrong(
            lambda kernel, even, odd: max(
                _cosine(kernel, even) ** 2, _cosine(kernel, odd) ** 2
            ),
            "you took the better of the two fields: any mixture of both is allowed",
        ),
        wrong(
            lambda kernel, even, odd: _cosine(kernel, even + odd) ** 2,
            "you fixed the mixture at equal parts: the two amounts are free",
        ),
        wrong(
            lambda kernel, even, odd: np.sqrt(gabor_share(kernel, even, odd)),
            "that is the ratio of the lengths: a share of squares is its square",
        ),
        wrong(
            lambda kernel, even, odd: 1 - gabor_share(kernel, even, odd),
            "that is the share which is left over: subtract it from 1",
        ),
        wrong(
            _centred,
            "you subtracted the kernel's mean: here all of its squares count, the mean "
            "included",
        ),
        wrong(
            lambda kernel, even, odd: (
                gabor_share(kernel, even, odd) * np.sum(kernel**2)
            ),
            "that is the sum of the fit's squares: divide by that of the kernel",
        ),
        wrong(
            lambda kernel, even, odd: 100 * gabor_share(kernel, even, odd),
            "that is per cent: a share goes from 0 to 1",
        ),
        wrong(
            lambda kernel, even, odd: (
                np.sum(_amounts(kernel, even, odd) ** 2) / np.sum(kernel**2)
            ),
            "you squared the amounts alone: put the fit together, amounts times "
            "fields, and square its numbers",
        ),
        wrong(
            _odd_too_long,
            "you put the odd field at right angles to the even one, which changed its "
            "length: divide by the new length, too",
        ),
        wrong(
            _correlated,
            "a squared correlation takes the means away first: divide the fit's "
            "squares by the kernel's",
        ),
    ),
)


# ------------------------------------------------------------ occlusion


def occlusion_map(answer, image, size):
    """Return how far the answer falls when a black square stands at each place."""
    rows, cols = image.shape
    drops = np.zeros((rows - size + 1, cols - size + 1))
    for row, col in np.ndindex(drops.shape):
        covered = image.copy()
        covered[row : row + size, col : col + size] = 0
        drops[row, col] = answer(image) - answer(covered)
    return drops


class _Answer:
    """A weighted sum of an image, rectified, under a name without an address."""

    def __init__(self, name, weights, bias=0.0):
        self.name, self.weights, self.bias = name, np.asarray(weights, float), bias

    def __call__(self, image):
        return max(0.0, float(np.sum(self.weights * image)) + self.bias)

    def __repr__(self):
        return self.name

    def __deepcopy__(self, memory):
        return self  # it compares equal to itself


def _covered(answer, image, size, value=0.0, judge=None, keep=True, step=1):
    """Return an occlusion map made in one of the usual wrong ways."""
    places = np.subtract(image.shape, size) + 1
    judge = judge or (lambda before, after: before - after)
    drops = np.zeros([len(range(0, end, step)) for end in places])
    covered = image.copy()
    for row, col in np.ndindex(drops.shape):
        covered = image.copy() if keep else covered
        top, left = row * step, col * step
        covered[top : top + size, left : left + size] = value
        drops[row, col] = judge(answer(image), answer(covered))
    return drops


def _over_the_border(answer, image, size):
    drops = np.zeros(image.shape)
    for row, col in np.ndindex(image.shape):
        covered = image.copy()
        covered[row : row + size, col : col + size] = 0
        drops[row, col] = answer(image) - answer(covered)
    return drops


def _cut_too_short(answer, image, size):
    drops = np.zeros(np.subtract(image.shape, size) + 1)
    for row, col in np.ndindex(drops.shape):
        covered = image.copy()
        covered[row:size, col:size] = 0
        drops[row, col] = answer(image) - answer(covered)
    return drops


def _covers_the_rest(answer, image, size):
    drops = np.zeros(np.subtract(image.shape, size) + 1)
    for row, col in np.ndindex(drops.shape):
        seen = np.zeros_like(image)
        window = slice(row, row + size), slice(col, col + size)
        seen[window] = image[window]
        drops[row, col] = answer(image) - answer(seen)
    return drops


IMAGE = RNG.uniform(0.1, 0.9, size=(5, 7))
WEIGHTS = RNG.normal(size=(5, 7))

OCCLUSION_MAP = Check(
    name="occlusion_map",
    reference=occlusion_map,
    cases=(
        case(
            _Answer("weighs the columns 1, 2, 4", [[1, 2, 4]] * 3, bias=2.0),
            np.array([[1.0, 0.0, 0.5], [0.2, 1.0, 0.0], [0.6, 0.4, 1.0]]),
            2,
        ),
        case(_Answer("a weighted sum", WEIGHTS, bias=6.0), IMAGE, 2),
        case(_Answer("another weighted sum", -WEIGHTS, bias=9.0), IMAGE, 3),
        case(_Answer("a wide sum", WEIGHTS[:4] ** 2), IMAGE[1:], 1),
    ),
    mistakes=(
        wrong(
            lambda answer, image, size: -occlusion_map(answer, image, size),
            "the signs are turned: a place that matters makes the answer fall, and a "
            "fall counts as positive",
        ),
        wrong(
            lambda answer, image, size: _covered(answer, image, size, keep=False),
            "the squares pile up: begin each place with a fresh copy of the image",
        ),
        wrong(
            lambda answer, image, size: _covered(answer, image, size, value=1.0),
            "your square is white: cover with 0, the black of the background",
        ),
        wrong(
            lambda answer, image, size: _covered(
                answer, image, size, value=image.mean()
            ),
            "your square is grey, the image's mean: cover with 0, the black of the "
            "background",
        ),
        wrong(
            _cut_too_short,
            "your square shrinks on its way: it reaches from row to row + size, and "
            "from col to col + size",
        ),
        wrong(
            lambda answer, image, size: _covered(answer, image, size, step=size),
            "your squares lie side by side: move by one pixel",
        ),
        wrong(
            _over_the_border,
            "your map is as large as the image: leave out the places where the square "
            "would hang over the border",
        ),
        wrong(
            lambda answer, image, size: _covered(
                answer, image, size, judge=lambda before, after: after
            ),
            "you wrote down the answer to the covered image: subtract it from the "
            "answer to the whole one",
        ),
        wrong(
            lambda answer, image, size: abs(occlusion_map(answer, image, size)),
            "you dropped the sign: covering can make an answer rise, too",
        ),
        wrong(
            lambda answer, image, size: (
                occlusion_map(answer, image, size) / answer(image)
            ),
            "you divided by the answer: the exercise asks for the fall itself",
        ),
        wrong(
            _covers_the_rest,
            "you kept the square and blackened the rest: blacken the square",
        ),
        wrong(
            lambda answer, image, size: occlusion_map(answer, image, size).mean(),
            "that is one number: give one for each place of the square",
        ),
    ),
)


# ------------------------------------------------------------ the logit, laid out


def logit_map(maps, kernel, digit):
    """Return what each place of the last maps adds to a digit's logit."""
    weights = kernel[:, digit].reshape(maps.shape)
    return (maps * weights).sum(axis=-1)


def _channels_first(maps, kernel, digit):
    weights = kernel[:, digit].reshape(maps.shape[-1], *maps.shape[:2])
    return (maps * np.moveaxis(weights, 0, -1)).sum(axis=-1)


def _averaged(maps, kernel, digit):
    weights = kernel[:, digit].reshape(maps.shape).mean(axis=(0, 1))
    return maps @ weights


MAPS = np.maximum(RNG.normal(size=(3, 4, 2)), 0)
KERNEL = RNG.normal(size=(24, 5))
SMALL = np.array([[[1.0, 0.0], [2.0, 1.0]]])

LOGIT_MAP = Check(
    name="logit_map",
    reference=logit_map,
    cases=(
        case(SMALL, np.array([[1.0, 0.0], [5.0, 1.0], [3.0, -1.0], [-2.0, 4.0]]), 0),
        case(MAPS, KERNEL, 3),
        case(MAPS[:, ::-1], KERNEL, 0),
        case(RNG.uniform(size=(4, 4, 3)), RNG.normal(size=(48, 10)), 7),
    ),
    mistakes=(
        wrong(
            _channels_first,
            "your weights meet the wrong numbers: Flatten writes row after row, and "
            "the channels of one place side by side, so reshape to maps.shape",
        ),
        wrong(
            _averaged,
            "you averaged the weights over the places first: that is Grad-CAM's sum; "
            "here each place keeps its own weights",
        ),
        wrong(
            lambda maps, kernel, digit: np.maximum(logit_map(maps, kernel, digit), 0),
            "negative numbers became 0: keep them, they speak against the digit",
        ),
        wrong(
            lambda maps, kernel, digit: abs(
                maps * kernel[:, digit].reshape(maps.shape)
            ).sum(-1),
            "you dropped the signs: what speaks against the digit is subtracted",
        ),
        wrong(
            lambda maps, kernel, digit: logit_map(maps, kernel, 0),
            "you always took the digit 0: take the column of the digit that was asked",
        ),
        wrong(
            lambda maps, kernel, digit: maps * kernel[:, digit].reshape(maps.shape),
            "that has still a number for each channel: add up the channels of a place",
        ),
        wrong(
            lambda maps, kernel, digit: logit_map(maps, kernel, digit) / maps.shape[-1],
            "you took the mean over the channels: the logit is a sum, add them up",
        ),
        wrong(
            lambda maps, kernel, digit: (
                maps * kernel.sum(axis=1).reshape(maps.shape)
            ).sum(axis=-1),
            "you added the weights of all digits: take the column of one",
        ),
        wrong(
            lambda maps, kernel, digit: kernel[:, digit].reshape(maps.shape).sum(-1),
            "you laid out the weights alone: multiply by the maps",
        ),
        wrong(
            lambda maps, kernel, digit: float(maps.ravel() @ kernel[:, digit]),
            "that is the logit itself, without its bias: keep the places apart",
        ),
        wrong(
            lambda maps, kernel, digit: (maps * kernel[digit].reshape(maps.shape)).sum(
                -1
            ),
            "you took a row of the kernel: a digit has a column, kernel[:, digit]",
        ),
        wrong(
            lambda maps, kernel, digit: logit_map(maps, kernel, digit).T,
            "your map is transposed: keep rows and columns as in the maps",
        ),
    ),
)


# ------------------------------------------------------------ ranks


def _ranks(values):
    """Return 0 for the smallest number, 1 for the next, ..."""
    return values.ravel().argsort().argsort()


def rank_similarity(first, second):
    """Return the correlation of the ranks of two maps' numbers."""
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def _ranked_along(axis, times=2):
    """Return the wrong answer that ranks the rows, or the columns, one by one."""

    def answer(first, second):
        ranks = [first, second]
        for _ in range(times):
            ranks = [values.argsort(axis=axis) for values in ranks]
        first, second = (values.ravel() - values.mean() for values in ranks)
        lengths = _length(first) * _length(second)
        return np.sum(first * second) / lengths if lengths else np.nan

    return answer


FIRST = RNG.normal(size=(4, 6))

RANK_SIMILARITY = Check(
    name="rank_similarity",
    reference=rank_similarity,
    cases=(
        case(np.array([[0.1, 0.2, 0.9, 7.0]]), np.array([[1.0, 3.0, 2.0, 4.0]])),
        case(FIRST, np.exp(3 * FIRST)),
        case(FIRST, RNG.normal(size=(4, 6)) ** 3),
        case(FIRST, -FIRST + 0.4 * RNG.normal(size=(4, 6))),
    ),
    mistakes=(
        wrong(
            lambda first, second: np.corrcoef(first.ravel(), second.ravel())[0, 1],
            "you correlated the numbers themselves: replace each by its rank first",
        ),
        wrong(
            lambda first, second: np.corrcoef(
                first.ravel().argsort(), second.ravel().argsort()
            )[0, 1],
            "argsort gives the places of the smallest number, the next, ..., not the "
            "ranks: argsort its result once more",
        ),
        wrong(
            lambda first, second: _cosine(_ranks(first), _ranks(second)),
            "subtract the mean of the ranks first: without it two unlike maps seem "
            "alike",
        ),
        wrong(
            _ranked_along(1),
            "you ranked each row by itself: rank all the pixels of a map together",
        ),
        wrong(
            _ranked_along(1, times=1),
            "argsort without ravel sorts each row by itself, and once is not enough: "
            "ravel first, argsort twice",
        ),
        wrong(
            _ranked_along(0),
            "you ranked each column by itself: rank all the pixels of a map together",
        ),
        wrong(
            lambda first, second: np.corrcoef(_ranks(first), second.ravel())[0, 1],
            "you ranked the first map only: the second needs its ranks, too",
        ),
        wrong(
            lambda first, second: np.corrcoef(first.ravel(), _ranks(second))[0, 1],
            "you ranked the second map only: the first needs its ranks, too",
        ),
        wrong(
            lambda first, second: -rank_similarity(first, second),
            "the sign is turned: rank both maps from the smallest number up",
        ),
        wrong(
            lambda first, second: rank_similarity(abs(first), abs(second)),
            "you dropped the signs of the maps: rank the numbers as they come",
        ),
        wrong(
            lambda first, second: np.cov(_ranks(first), _ranks(second))[0, 1],
            "that is the covariance: divide by both standard deviations",
        ),
        wrong(
            lambda first, second: rank_similarity(first, second) ** 2,
            "that is the square: it cannot tell maps that agree from opposite ones",
        ),
        wrong(
            lambda first, second: abs(rank_similarity(first, second)),
            "you dropped the sign of the result: opposite maps have -1",
        ),
    ),
)


CHECKS = (GABOR_SHARE, OCCLUSION_MAP, LOGIT_MAP, RANK_SIMILARITY)
