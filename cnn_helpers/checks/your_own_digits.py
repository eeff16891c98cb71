"""Checks of chapter 19, second part: confidence, and digits made like MNIST's."""

import numpy as np

from cnn_helpers.checks.parts import Check, case, wrong

# ---------------------------------------------------------------- temperature


def temper(logits, temperature):
    """Return the shares that softmax gives at a temperature."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _unshifted(logits, temperature):
    powers = np.exp(logits / temperature)
    return powers / powers.sum(axis=1, keepdims=True)


def _over_columns(logits, temperature):
    powers = np.exp(logits / temperature - np.max(logits / temperature, axis=0))
    return powers / powers.sum(axis=0)


def _over_everything(logits, temperature):
    powers = np.exp(logits / temperature - np.max(logits / temperature))
    return powers / powers.sum()


TEMPER = Check(
    name="temper",
    reference=temper,
    cases=(
        case(np.array([[2.0, 1.0, 0.0]]), 1),
        case(np.array([[2.0, 1.0, 0.0]]), 2),
        case(np.array([[1.0, -3.0, 0.5, 2.0], [0.0, 0.0, 4.0, -1.0]]), 0.5),
        case(np.arange(12.0).reshape(3, 4) % 5, temperature=4.0),
        case(np.array([[2000.0, 1990.0], [-800.0, -1000.0]]), temperature=2),
    ),
    mistakes=(
        wrong(
            lambda logits, temperature: temper(logits, 1 / temperature),
            "you multiplied the logits by the temperature; they are divided by it",
        ),
        wrong(
            lambda logits, temperature: temper(logits, 1),
            "the temperature does nothing yet: divide the logits by it before softmax",
        ),
        wrong(
            lambda logits, temperature: temper(logits, 1) / temperature,
            "you divided the shares by the temperature, so that a row no longer adds "
            "up to 1; divide the logits, before softmax",
        ),
        wrong(
            _unshifted,
            "large logits overflow in exp and give NaN: subtract each row's largest "
            "first, which changes no share",
        ),
        wrong(
            _over_columns,
            "your columns add up to 1; an image is a row, so each row must",
        ),
        wrong(
            _over_everything,
            "all numbers together add up to 1; each row is an image of its own",
        ),
        wrong(
            lambda logits, temperature: logits / temperature,
            "those are the scaled logits; softmax is still to come",
        ),
        wrong(
            lambda logits, temperature: np.exp(
                logits / temperature - (logits / temperature).max(axis=1, keepdims=True)
            ),
            "you took the exponentials and did not divide each row by its sum",
        ),
    ),
)

# ------------------------------------------------- mistakes among the surest


def mistakes_kept(confidence, right, coverage):
    """Return the share of mistakes among the surest answers."""
    count = round(coverage * len(confidence))
    surest = np.argsort(-confidence, kind="stable")[:count]
    return 1 - right[surest].mean()


def _answers(seed, count):
    """Return confidences without ties, and whether the answers are right."""
    rng = np.random.default_rng(seed)
    confidence = rng.permutation(np.linspace(0.3, 0.999, count))
    return confidence, rng.random(count) < confidence**2


def _above(confidence, right, coverage):
    kept = confidence > coverage
    return 1 - right[kept].mean()


MISTAKES_KEPT = Check(
    name="mistakes_kept",
    reference=mistakes_kept,
    cases=(
        case(
            np.array([0.9, 0.5, 0.8, 0.7]), np.array([True, False, True, False]), 0.75
        ),
        case(np.array([0.9, 0.5, 0.8, 0.7]), np.array([True, False, True, False]), 1),
        case(*_answers(0, 40), 0.6),
        case(*_answers(1, 40), coverage=0.29),
        case(*_answers(2, 101), coverage=0.9),
        case(*_answers(3, 40), 0.36),
    ),
    mistakes=(
        wrong(
            lambda confidence, right, coverage: mistakes_kept(
                -confidence, right, coverage
            ),
            "you kept the least certain answers; the network keeps the surest and "
            "hands the others over",
        ),
        wrong(
            lambda confidence, right, coverage: (
                1 - mistakes_kept(confidence, right, coverage)
            ),
            "that is the share of right answers; asked is the share of mistakes",
        ),
        wrong(
            lambda confidence, right, coverage: (
                mistakes_kept(confidence, right, coverage)
                * round(coverage * len(right))
                / len(right)
            ),
            "you divided by the number of all answers; divide by those that are kept",
        ),
        wrong(
            lambda confidence, right, coverage: round(
                mistakes_kept(confidence, right, coverage)
                * round(coverage * len(right))
            ),
            "that is a count; divide it by the number of answers kept",
        ),
        wrong(
            _above,
            "you took `coverage` as a threshold of confidence; it is the share of the "
            "answers that is kept",
        ),
        wrong(
            lambda confidence, right, coverage: (
                1 - right[: round(coverage * len(right))].mean()
            ),
            "you took the first answers as they come; sort them by confidence before",
        ),
        wrong(
            lambda confidence, right, coverage: mistakes_kept(
                confidence, right, int(coverage * len(right)) / len(right)
            ),
            "you rounded the number of answers kept down; take the nearest whole "
            "number, with round",
        ),
        wrong(
            lambda confidence, right, coverage: mistakes_kept(
                confidence, right, np.ceil(coverage * len(right)) / len(right)
            ),
            "you rounded the number of answers kept up; take the nearest whole "
            "number, with round",
        ),
        wrong(
            lambda confidence, right, coverage: (
                1
                - right[np.argsort(-confidence)[round(coverage * len(right)) :]].mean()
            ),
            "that is the share among the answers handed over; asked is that among the "
            "answers kept",
        ),
        wrong(
            lambda confidence, right, coverage: 1 - right.mean(),
            "that is the share over all answers, whatever is handed over",
        ),
    ),
)

# ------------------------------------------------------------ size of a digit


def fitted_size(height, width):
    """Return the height and width of a digit in MNIST's box of 20 x 20."""
    scale = 20 / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def _pair(size):
    """Return a function that gives the size of both sides."""
    return lambda height, width: (
        size(height, height, width),
        size(width, height, width),
    )


FITTED_SIZE = Check(
    name="fitted_size",
    reference=fitted_size,
    cases=(
        case(40, 20),
        case(30, 50),
        case(10, 7),
        case(20, 20),
        case(33, 18),
        case(50, 33),
        case(200, 3),
        case(height=2, width=120),
    ),
    mistakes=(
        wrong(
            _pair(lambda side, height, width: 20),
            "you stretched both sides to 20: a 1 would become a block. One scale for "
            "both keeps the proportions",
        ),
        wrong(
            _pair(lambda side, height, width: max(1, round(20 * side / height))),
            "you always made the height 20: a digit wider than high would not fit the "
            "box. The longer side becomes 20",
        ),
        wrong(
            _pair(
                lambda side, height, width: max(
                    1, round(20 * side / min(height, width))
                )
            ),
            "you made the shorter side 20, and the longer one leaves the box",
        ),
        wrong(
            _pair(
                lambda side, height, width: max(
                    1, round(28 * side / max(height, width))
                )
            ),
            "28 is the side of the image; the digit's box in it has 20",
        ),
        wrong(
            _pair(lambda side, height, width: max(1, 20 * side // max(height, width))),
            "you rounded down; the nearest whole number is asked, with round",
        ),
        wrong(
            _pair(lambda side, height, width: -(-20 * side // max(height, width))),
            "you rounded up; the nearest whole number is asked, with round",
        ),
        wrong(
            _pair(lambda side, height, width: round(20 * side / max(height, width))),
            "a stroke much longer than wide is rounded to no pixels at all: keep at "
            "least 1",
        ),
        wrong(
            _pair(lambda side, height, width: 20 * side / max(height, width)),
            "your sides have fractions; an image has whole rows and columns",
        ),
        wrong(
            lambda height, width: fitted_size(height, width)[::-1],
            "the two are exchanged: height first, then width",
        ),
        wrong(
            _pair(
                lambda side, height, width: min(
                    side, max(1, round(20 * side / max(height, width)))
                )
            ),
            "a small digit is to be enlarged as well: its longer side becomes 20, too",
        ),
    ),
)

# ----------------------------------------------------------- place of a digit


def corner_by_mass(ink):
    """Return the row and column of 28 x 28 where the digit's first pixel goes."""
    height, width = ink.shape
    row = round(14 - float(np.arange(height) @ ink.sum(axis=1) / ink.sum()))
    column = round(14 - float(np.arange(width) @ ink.sum(axis=0) / ink.sum()))
    return min(max(row, 0), 28 - height), min(max(column, 0), 28 - width)


def _corner(ink, middle=14, centre=None, clip=True, whole=round):
    """Return the corner with one thing done otherwise."""
    means = centre(ink) if centre else _centre(ink)
    corner = [whole(middle - float(mean)) for mean in means]
    if clip:
        corner = [
            min(max(first, 0), 28 - side)
            for first, side in zip(corner, ink.shape, strict=True)
        ]
    return tuple(corner)


def _centre(ink):
    rows, columns = np.indices(ink.shape)
    return (rows * ink).sum() / ink.sum(), (columns * ink).sum() / ink.sum()


def _blob(height, width, row, column, seed=0):
    """Return ink of a shape, most of it around one place."""
    rows, columns = np.indices((height, width))
    near = np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 12)
    return near + 0.05 * np.random.default_rng(seed).random((height, width))


CORNER_BY_MASS = Check(
    name="corner_by_mass",
    reference=corner_by_mass,
    cases=(
        case(np.ones((20, 4))),
        case(_blob(20, 11, 6.0, 2.6)),
        case(_blob(13, 20, 9.4, 14.7, seed=1)),
        case(_blob(20, 20, 17.4, 3.0, seed=2)),
        case(ink=_blob(20, 17, 1.2, 14.4, seed=3)),
    ),
    mistakes=(
        wrong(
            lambda ink: ((28 - ink.shape[0]) // 2, (28 - ink.shape[1]) // 2),
            "you put the middle of the box into the middle; MNIST puts the centre of "
            "mass there, so every pixel counts by its ink",
        ),
        wrong(
            lambda ink: _corner(
                ink, centre=lambda ink: [places.mean() for places in np.nonzero(ink)]
            ),
            "you took the mean place of the inked pixels; each weighs as much as it "
            "has ink",
        ),
        wrong(
            lambda ink: corner_by_mass(ink)[::-1],
            "the two are exchanged: the row first, then the column",
        ),
        wrong(
            lambda ink: _corner(ink, clip=False),
            "a digit whose ink lies at one end would leave the image: keep the corner "
            "between 0 and 28 minus the side",
        ),
        wrong(
            lambda ink: _corner(ink, whole=float),
            "your corner has fractions; the digit is moved by whole pixels",
        ),
        wrong(
            lambda ink: _corner(ink, whole=int),
            "you cut the fraction off; take the nearest whole number, with round",
        ),
        wrong(
            lambda ink: _corner(ink, middle=10),
            "10 is the middle of the box of 20; that of the image is 14",
        ),
        wrong(
            lambda ink: tuple(round(float(mean)) for mean in _centre(ink)),
            "that is where the centre of mass is; the corner lies as far before 14",
        ),
    ),
)

CHECKS = (TEMPER, MISTAKES_KEPT, FITTED_SIZE, CORNER_BY_MASS)
