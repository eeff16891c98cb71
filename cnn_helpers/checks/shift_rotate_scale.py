"""Checks of chapter 21: shift an image, measure who follows, augment, wrap, pool."""

import itertools

import numpy as np

from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.convolution import correlate2d
from cnn_helpers.pooling import max_pool2d
from cnn_helpers.transforms import randomly_shifted, shifted

_rng = np.random.default_rng(21)


def _whole(*shape):
    """Return whole numbers from 1 to 99: no zero that could hide a mistake."""
    return _rng.integers(1, 100, shape)


# ------------------------------------------------------------- move an image


def shift_image(image, rows, cols):
    """Return the image moved, with zeros where nothing comes in."""
    return shifted(image[np.newaxis], rows, cols)[0]


def _repeated(image, rows, cols):
    """Move an image and repeat its border where nothing comes in."""
    height, width = image.shape
    from_rows = (np.arange(height) - rows).clip(0, height - 1)
    from_cols = (np.arange(width) - cols).clip(0, width - 1)
    return image[np.ix_(from_rows, from_cols)]


def _negative_slices(image, rows, cols):
    """Move by slices that are right for shifts down and to the right only."""
    moved = np.zeros_like(image)
    height, width = image.shape
    moved[rows:, cols:] = image[: height - rows, : width - cols]
    return moved


SHIFT_IMAGE = Check(
    name="shift_image",
    reference=shift_image,
    cases=(
        case(_whole(3, 3), 1, 0),
        case(_whole(4, 6), 1, 2),
        case(_whole(5, 4), -1, 0),
        case(_whole(5, 7), -2, 3),
        case(_whole(4, 5), 0, 0),
        case(_whole(3, 4) / 8, 0, -1),
        case(_whole(3, 4), 5, 1),
    ),
    mistakes=(
        wrong(
            lambda image, rows, cols: np.roll(image, (rows, cols), axis=(0, 1)),
            "what leaves on one side comes in on the other: you rolled the image; "
            "what comes in is to be 0",
        ),
        wrong(
            lambda image, rows, cols: shift_image(image, -rows, -cols),
            "your image moves the other way: positive is down and to the right",
        ),
        wrong(
            lambda image, rows, cols: shift_image(image, cols, rows),
            "rows and cols have changed places: rows moves down, cols to the right",
        ),
        wrong(
            lambda image, rows, cols: shift_image(image, rows, 0),
            "you move the rows only; cols moves to the right",
        ),
        wrong(
            lambda image, rows, cols: shift_image(image, 0, cols),
            "you move the columns only; rows moves down",
        ),
        wrong(
            _repeated,
            "your border is repeated where nothing comes in; it is to be 0 there",
        ),
        wrong(
            lambda image, rows, cols: shift_image(image, abs(rows), abs(cols)),
            "negative shifts go up and to the left; yours go down and to the right",
        ),
        wrong(
            lambda image, rows, cols: image[max(rows, 0) :, max(cols, 0) :],
            "you cut the image smaller; it keeps its shape, with zeros where nothing "
            "comes in",
        ),
        wrong(
            lambda image, rows, cols: np.pad(
                image,
                (
                    (max(rows, 0), max(-rows, 0)),
                    (max(cols, 0), max(-cols, 0)),
                ),
            ),
            "your image has grown: cut off what has left it",
        ),
        wrong(
            _negative_slices,
            "a slice such as [-1:] counts from the end: shifts up and to the left need "
            "slices of their own",
        ),
        wrong(
            lambda image, rows, cols: shift_image(image, rows, cols).astype(int),
            "you lose the decimals: the result has the dtype of the image",
        ),
    ),
)


# ------------------------------------------------------------ who follows a shift?


def shift_error(function, image, rows, cols, border):
    """Return how far `function` is from following a shift, inside the border."""
    return _error(function, image, rows, cols, border)


def _error(function, image, rows, cols, border, *, measure=None, back=1):
    """Return the error, with one thing done otherwise."""
    first_moved = function(shift_image(image, rows, cols))
    moved_last = shift_image(function(image), back * rows, back * cols)
    height, width = first_moved.shape
    inside = np.s_[border : height - border, border : width - border]
    first_moved, moved_last = first_moved[inside], moved_last[inside]
    if measure is not None:
        return float(measure(first_moved, moved_last))
    error = np.linalg.norm(first_moved - moved_last)
    return 0.0 if error == 0 else float(error / np.linalg.norm(first_moved))


def _length(x):
    """Return the length of all numbers of an array."""
    return np.linalg.norm(x)


def _divided(top, bottom):
    """Divide lengths whatever they are: 0 / 0 is nan."""
    return np.divide(_length(top), _length(bottom))


def _relative(top, bottom):
    """Divide, with 0 / 0 as 0."""
    return 0.0 if top == 0 else top / bottom


def _by_rolling(function, image, rows, cols, border):
    """Move around a ring."""
    first_moved = function(np.roll(image, (rows, cols), axis=(0, 1)))
    moved_last = np.roll(function(image), (rows, cols), axis=(0, 1))
    height, width = first_moved.shape
    inside = np.s_[border : height - border, border : width - border]
    error = _length((first_moved - moved_last)[inside])
    return float(_relative(error, _length(first_moved[inside])))


def _invariance(function, image, rows, cols, border):
    """Ask whether the map stays, in place of moving along."""
    return _error(function, image, rows, cols, border, back=0)


def _minus_border(function, image, rows, cols, border):
    """Cut with border : -border, which leaves nothing at 0."""
    if border == 0:
        return 0.0
    return _error(function, image, rows, cols, border)


def _length_before(function, image, rows, cols, border):
    """Divide by the length of the map before the shift."""
    error = _error(
        function, image, rows, cols, border, measure=lambda a, b: _length(a - b)
    )
    height, width = image.shape
    inside = np.s_[border : height - border, border : width - border]
    return float(_relative(error, _length(function(image)[inside])))


def _cut_first(function, image, rows, cols, border):
    """Cut the border off the image, before the function sees it."""
    height, width = image.shape
    inside = image[border : height - border, border : width - border]
    return _error(function, inside, rows, cols, 0)


def _length_of_all(function, image, rows, cols, border):
    """Cut the border off the difference, not off the map below the line."""
    error = _error(
        function, image, rows, cols, border, measure=lambda a, b: _length(a - b)
    )
    whole = _length(function(shift_image(image, rows, cols)))
    return float(_relative(error, whole))


class _Layer:
    """A function of an image that the messages can name."""

    def __init__(self, name, function):
        self.name, self.function = name, function

    def __call__(self, image):
        return self.function(image)

    def __repr__(self):
        return self.name

    def __deepcopy__(self, memo):
        return self  # holds nothing that an answer could change


def _smoothed(image):
    """Follow shifts away from the border."""
    return correlate2d(image, [[1, 2, 1], [2, 4, 2], [1, 2, 1]], padding="same") / 16


def _ramp(image):
    """Weigh each column otherwise: follows no shift to the side."""
    return image * np.linspace(0.5, 2, image.shape[1])


def _held_maxima(image):
    """Give each tile of 2 x 2 its maximum: follows shifts by two."""
    tiles = max_pool2d(image[np.newaxis, :, :, np.newaxis])[0, :, :, 0]
    return np.kron(tiles, np.ones((2, 2)))


SMOOTHED, RAMP = _Layer("blur", _smoothed), _Layer("ramp", _ramp)
HELD_MAXIMA = _Layer("held_maxima", _held_maxima)

SHIFT_ERROR = Check(
    name="shift_error",
    reference=shift_error,
    cases=(
        case(RAMP, _whole(7, 8) / 8, 2, 1, 1),
        case(HELD_MAXIMA, _whole(8, 10) / 8, 1, 0, 2),
        case(HELD_MAXIMA, _whole(10, 12) / 8, 2, -1, 2),
        case(SMOOTHED, _whole(9, 11) / 8, 1, 2, 0),
        case(SMOOTHED, _whole(9, 11) / 8, 1, 1, 3),
        case(RAMP, _whole(7, 9) / 8, -1, -2, 0),
        case(SMOOTHED, np.zeros((7, 9)), 1, 1, 2),
    ),
    mistakes=(
        wrong(
            _invariance,
            "you ask whether the map stays as it is (invariance); asked is whether it "
            "moves along: move function(image) too",
        ),
        wrong(
            _by_rolling,
            "you move by rolling, so pixels wrap around; `shifted` lets zeros in",
        ),
        wrong(
            lambda f, image, rows, cols, border: _error(f, image, rows, cols, 0),
            "the border is not cut off: leave `border` rows and columns out at each "
            "side",
        ),
        wrong(
            _minus_border,
            "with border : -border a border of 0 leaves nothing: cut with height - "
            "border",
        ),
        wrong(
            lambda f, image, rows, cols, border: _error(
                f, image, rows, cols, border, measure=lambda a, b: _length(a - b)
            ),
            "that is the length of the difference alone: divide it by the length of "
            "function(moved image)",
        ),
        wrong(
            lambda f, image, rows, cols, border: _error(
                f,
                image,
                rows,
                cols,
                border,
                measure=lambda a, b: _relative(((a - b) ** 2).sum(), (a**2).sum()),
            ),
            "a length is the root of the sum of squares; you left out the root",
        ),
        wrong(
            lambda f, image, rows, cols, border: _error(
                f,
                image,
                rows,
                cols,
                border,
                measure=lambda a, b: _relative(abs(a - b).sum(), abs(a).sum()),
            ),
            "you add up sizes; a length is the root of the sum of squares",
        ),
        wrong(
            lambda f, image, rows, cols, border: _error(
                f,
                image,
                rows,
                cols,
                border,
                measure=lambda a, b: _relative(
                    abs(_length(a) - _length(b)), _length(a)
                ),
            ),
            "take the length of the difference, not the difference of the lengths",
        ),
        wrong(
            _length_of_all,
            "cut the border off below the line too: compare lengths of the same part",
        ),
        wrong(
            _length_before,
            "divide by the length of function(moved image), not of function(image)",
        ),
        wrong(
            _cut_first,
            "you cut the border off the image; the function is to see the whole image, "
            "and its maps are cut",
        ),
        wrong(
            lambda f, image, rows, cols, border: _error(f, image, cols, rows, border),
            "rows and cols have changed places: shifted takes rows first",
        ),
        wrong(
            lambda f, image, rows, cols, border: _error(
                f, image, rows, cols, border, measure=lambda a, b: _divided(a - b, a)
            ),
            "0 over 0 is no number: where both lengths are zero, return 0",
        ),
        wrong(
            lambda f, image, rows, cols, border: _error(
                f, image, rows, cols, border, back=-1
            ),
            "you move function(image) the other way: both move by rows and cols",
        ),
    ),
)


# --------------------------------------------------------------- random shifts


def random_shifts(images, largest, seed):
    """Return the images, each moved at random by up to `largest` pixels."""
    return randomly_shifted(images, largest, np.random.default_rng(seed))


def _steps(images, largest, result):
    """Return the step of each image (images, 2), and whether each has one."""
    steps = np.zeros((len(images), 2), int)
    found = np.zeros(len(images), bool)
    reach = range(-largest - 2, largest + 3)
    for rows, cols in itertools.product(reach, reach):
        same = (shifted(images, rows, cols) == result).all(axis=(1, 2)) & ~found
        steps[same] = rows, cols
        found |= same
    return steps, found


def _wraps(images, largest, result):
    """Return whether some image was rolled around its border."""
    reach = range(-largest, largest + 1)
    return any(
        (np.roll(images, step, axis=(1, 2)) == result).all(axis=(1, 2)).any()
        for step in itertools.product(reach, reach)
        if step != (0, 0)
    )


def _judge_random_shifts(result, images, largest, seed):
    """Return what is wrong with a batch of moved images, or None."""
    if not isinstance(result, np.ndarray):
        return "return an array, not a list of images"
    if result.shape != images.shape:
        return f"the result has shape {result.shape}; it keeps that of the images"
    if result.dtype != images.dtype:
        return f"the images are {images.dtype}, your result is {result.dtype}"
    steps, found = _steps(images, largest, result)
    if not found.all():
        if _wraps(images, largest, result):
            return "pixels wrap around: you rolled the images; zeros are to come in"
        return (
            "an image is not its original moved by whole pixels with zeros coming in; "
            "do the images stay in their order?"
        )
    if largest == 0 or len(images) < 1000:  # too few to tell a habit from chance
        return None
    return _fault_of_steps(steps, largest)


def _fault_of_steps(steps, largest):
    """Return what is wrong with the steps (images, 2) of a large batch, or None."""
    if not steps.any():
        return "no image has moved"
    if len(np.unique(steps, axis=0)) == 1:
        return "all images move by the same step: draw a step for each image"
    if np.array_equal(steps[:, 0], steps[:, 1]):
        return (
            "the step down is always the step to the right: draw two numbers an image"
        )
    for axis, name in enumerate(("down", "to the right")):
        if not steps[:, axis].any():
            return f"no image moves {name}: draw a step for each of the two axes"
    if steps.min() >= 0:
        return "no image moves up or to the left: begin at -largest"
    if abs(steps).max() > largest:
        return "some images move by more than `largest` pixels"
    if steps.max() < largest and steps.min() == -largest:
        return (
            "no image moves by `largest` itself: rng.integers leaves its upper end out"
        )
    if steps.min() > -largest and steps.max() == largest:
        return "no image moves by -largest: begin at -largest itself"
    if abs(steps).max() < largest:
        return "no image moves by as much as `largest` pixels"
    if (abs(steps) == largest).mean() > 0.9:
        return "all steps are the largest: steps between are to come as often"
    return _unevenness(steps, largest)


def _unevenness(steps, largest):
    """Return how the steps of a large batch are not drawn with even chances, or None.

    By the sum of (counted - expected)^2 / expected over the steps of an axis, which
    has mean 2 `largest` and standard deviation 2 sqrt(`largest`) if chances are even
    (Pearson's chi-square); eight of them by chance is out of the question.
    """
    if steps.any(axis=1).all():
        return (
            "no image stays in its place: 0 down and 0 to the right is a step like the "
            "others"
        )
    expected = len(steps) / (2 * largest + 1)
    for axis in 0, 1:
        counts = np.bincount(steps[:, axis] + largest, minlength=2 * largest + 1)
        surprise = ((counts - expected) ** 2 / expected).sum()
        if surprise < 2 * largest + 8 * 2 * np.sqrt(largest):
            continue
        others, inner = np.delete(counts, largest), counts[1:-1]
        if counts[largest] > 1.5 * expected and others.max() < 1.4 * others.min():
            return "a step of 0 comes too often: draw once from -largest to largest"
        if max(counts[0], counts[-1]) < 0.7 * expected and (
            inner.max() < 1.4 * inner.min()
        ):
            return (
                "the steps at both ends come too seldom, as rounding makes it: draw "
                "whole numbers"
            )
        return "the steps are not drawn with even chances"
    return None


def _judge_all_random_shifts(results):
    """Return what is wrong with the results of equal and of other seeds, or None."""
    first, again, other = results[-3:]
    if not np.array_equal(first, again):
        return (
            "one seed gives other steps when it is used again: let "
            "np.random.default_rng(seed) draw"
        )
    if np.array_equal(first, other):
        return "two seeds give the same steps: let np.random.default_rng(seed) draw"
    return None


def _by_steps(draw):
    """Return an answer that moves images by the steps that `draw` gives."""

    def answer(images, largest, seed):
        steps = draw(len(images), largest, np.random.default_rng(seed))
        pairs = zip(images, steps, strict=True)
        return np.array([shift_image(image, *step) for image, step in pairs])

    return answer


def _rolled_at_random(images, largest, seed):
    """Let pixels wrap around."""
    rng = np.random.default_rng(seed)
    steps = rng.integers(-largest, largest + 1, (len(images), 2))
    pairs = zip(images, steps, strict=True)
    return np.array([np.roll(image, step, axis=(0, 1)) for image, step in pairs])


_many = _whole(1200, 7, 9).astype(np.uint8)


def _with_signs(count, largest, rng):
    """Draw sizes and signs apart, so that 0 comes twice as often."""
    return rng.integers(0, largest + 1, (count, 2)) * rng.choice([-1, 1], (count, 2))


def _never_still(count, largest, rng):
    """Draw again where an image would stay in its place."""
    steps = rng.integers(-largest, largest + 1, (count, 2))
    while largest and (still := ~steps.any(axis=1)).any():
        steps[still] = rng.integers(-largest, largest + 1, (still.sum(), 2))
    return steps


RANDOM_SHIFTS = Check(
    name="random_shifts",
    reference=random_shifts,
    judge=_judge_random_shifts,
    judge_all=_judge_all_random_shifts,
    cases=(
        case(_whole(2, 5, 6), 0, 0),
        case(_many, 2, 1),
        case(_many.astype(np.float32) / 255, 3, 2),
        case(_many[:50], 2, 3),
        case(_many[:50], 2, 3),
        case(_many[:50], 2, 4),
    ),
    mistakes=(
        wrong(
            _by_steps(lambda n, k, rng: np.tile(rng.integers(-k, k + 1, 2), (n, 1))),
            "all images move by the same step: draw a step for each image",
        ),
        wrong(
            _rolled_at_random,
            "pixels wrap around: you rolled the images; zeros are to come in",
        ),
        wrong(
            _by_steps(lambda n, k, rng: rng.integers(-k, max(k, 1 - k), (n, 2))),
            "no image moves by `largest` itself: rng.integers leaves its upper end out",
        ),
        wrong(
            _by_steps(lambda n, k, rng: rng.integers(min(1 - k, 0), k + 1, (n, 2))),
            "no image moves by -largest: begin at -largest itself",
        ),
        wrong(
            _by_steps(
                lambda n, k, rng: np.round(rng.uniform(-k, k, (n, 2))).astype(int)
            ),
            "the steps at both ends come too seldom, as rounding makes it: draw whole "
            "numbers",
        ),
        wrong(
            _by_steps(_with_signs),
            "a step of 0 comes too often: draw once from -largest to largest",
        ),
        wrong(
            _by_steps(_never_still),
            "no image stays in its place: 0 down and 0 to the right is a step like the "
            "others",
        ),
        wrong(
            _by_steps(lambda n, k, rng: rng.integers(0, k + 1, (n, 2))),
            "no image moves up or to the left: begin at -largest",
        ),
        wrong(
            _by_steps(lambda n, k, rng: rng.integers(-k, k + 1, (n, 2)) * [0, 1]),
            "no image moves down: draw a step for each of the two axes",
        ),
        wrong(
            _by_steps(lambda n, k, rng: rng.integers(-k, k + 1, (n, 1)) * [1, 1]),
            "the step down is always the step to the right: draw two numbers an image",
        ),
        wrong(
            _by_steps(lambda n, k, rng: rng.choice([-k, k], (n, 2))),
            "all steps are the largest: steps between are to come as often",
        ),
        wrong(
            _by_steps(
                lambda n, k, rng: np.random.default_rng().integers(-k, k + 1, (n, 2))
            ),
            "one seed gives other steps when it is used again: let "
            "np.random.default_rng(seed) draw",
        ),
        wrong(
            _by_steps(
                lambda n, k, rng: np.random.default_rng(0).integers(-k, k + 1, (n, 2))
            ),
            "two seeds give the same steps: let np.random.default_rng(seed) draw",
        ),
        wrong(lambda images, largest, seed: images.copy(), "no image has moved"),
        wrong(
            lambda images, largest, seed: list(random_shifts(images, largest, seed)),
            "return an array, not a list of images",
        ),
    ),
)


# ------------------------------------------------------------------ wrap an image


def circular_pad(image, border):
    """Return the image with a border taken from the opposite sides."""
    return np.pad(image, border, mode="wrap")


def _without_corners(image, border):
    """Wrap the sides and leave zeros at the corners."""
    wrapped = circular_pad(image, border)
    height, width = wrapped.shape
    for rows in slice(0, border), slice(height - border, height):
        for cols in slice(0, border), slice(width - border, width):
            wrapped[rows, cols] = 0
    return wrapped


def _sides_swapped(image, border):
    """Put each side's own pixels outside of it, in their order."""
    rows = [*range(border), *range(len(image)), *range(len(image) - border, len(image))]
    width = image.shape[1]
    cols = [*range(border), *range(width), *range(width - border, width)]
    return image[np.ix_(rows, cols)]


def _turned_over(image, border):
    """Take the opposite sides in reverse order."""
    height, width = image.shape
    rows = np.arange(-border, height + border) % height
    cols = np.arange(-border, width + border) % width
    for places in rows, cols:
        places[:border] = places[:border][::-1]
        places[len(places) - border :] = places[len(places) - border :][::-1]
    return image[np.ix_(rows, cols)]


def _minus_nothing(image, border):
    """Cut the last `border` rows and columns with -border, which fails at 0."""
    tall = np.vstack([image[-border:], image, image[:border]])
    return np.hstack([tall[:, -border:], tall, tall[:, :border]])


CIRCULAR_PAD = Check(
    name="circular_pad",
    reference=circular_pad,
    cases=(
        case(np.arange(1, 10).reshape(3, 3), 1),
        case(_whole(4, 6), 2),
        case(_whole(5, 3) / 8, 1),
        case(_whole(4, 5), 0),
        case(_whole(3, 5), 3),
    ),
    mistakes=(
        wrong(
            lambda image, border: np.pad(image, border),
            "your border is 0; it holds what the opposite side holds",
        ),
        wrong(
            lambda image, border: np.pad(image, border, mode="edge"),
            "your border repeats the nearest pixel; take those of the opposite side",
        ),
        wrong(
            lambda image, border: np.pad(image, border, mode="symmetric"),
            "your border is a mirror; take the pixels of the opposite side",
        ),
        wrong(
            lambda image, border: np.pad(
                image, border, mode="reflect" if border < len(image) else "symmetric"
            ),
            "your border is a mirror without the pixel at the edge; take the pixels of "
            "the opposite side",
        ),
        wrong(
            lambda image, border: np.pad(
                image, ((border, border), (0, 0)), mode="wrap"
            ),
            "you wrap above and below only; left and right are missing",
        ),
        wrong(
            lambda image, border: np.pad(
                image, ((0, 0), (border, border)), mode="wrap"
            ),
            "you wrap left and right only; above and below are missing",
        ),
        wrong(
            _without_corners,
            "the corners are empty: they hold the opposite corners. Wrap one direction "
            "after the other",
        ),
        wrong(
            _sides_swapped,
            "each side got its own pixels once more: above the first row stands the "
            "last one",
        ),
        wrong(
            _turned_over,
            "the border's rows and columns stand in reverse order: keep the order of "
            "the opposite side",
        ),
        wrong(
            _minus_nothing,
            "with a border of 0, image[-border:] is the whole image: -0 is 0",
        ),
        wrong(
            lambda image, border: np.pad(image, 1, mode="wrap"),
            "your border is always 1 wide; use `border`",
        ),
        wrong(
            lambda image, border: np.tile(image, (3, 3)),
            "that is the whole image nine times: cut it to `border` on each side",
        ),
    ),
)


# -------------------------------------------------------------- whether and where


def whether_and_where(maps):
    """Return the largest number of each map, and its row and column."""
    images, height, width, channels = maps.shape
    flat = maps.reshape(images, height * width, channels)
    rows, cols = divmod(flat.argmax(axis=1), width)
    return flat.max(axis=1), np.stack([rows, cols], axis=-1)


def _with_places(change):
    """Return an answer with the places computed otherwise."""

    def answer(maps):
        return maps.max(axis=(1, 2)), change(maps)

    return answer


def _with_values(summary):
    """Return an answer with the numbers computed otherwise."""

    def answer(maps):
        return summary(maps), whether_and_where(maps)[1]

    return answer


def _divided_by_height(maps):
    """Count rows as if a row were as long as a column."""
    images, height, width, channels = maps.shape
    flat = maps.reshape(images, height * width, channels).argmax(axis=1)
    return np.stack(divmod(flat, height), axis=-1)


def _last_of_equals(maps):
    """Find the last of several largest numbers."""
    places = whether_and_where(maps[:, ::-1, ::-1])[1]
    return np.array(maps.shape[1:3]) - 1 - places


def _flat_places(maps):
    """Leave the place counted through the flattened map."""
    images, _, _, channels = maps.shape
    return maps.reshape(images, -1, channels).argmax(axis=1)


def _channels_in_the_middle(maps):
    """Reshape as if the channels stood before rows and columns."""
    images, _, width, channels = maps.shape
    flat = maps.reshape(images, channels, -1)
    return flat.max(axis=2), np.stack(divmod(flat.argmax(axis=2), width), axis=-1)


def _column_by_column(maps):
    """Take the first of several in the leftmost column, not in the highest row."""
    return whether_and_where(maps.transpose(0, 2, 1, 3))[1][..., ::-1]


def _row_and_column_apart(maps):
    """Take the first row and the first column that hold the largest number."""
    rows, cols = maps.max(axis=2).argmax(axis=1), maps.max(axis=1).argmax(axis=1)
    return np.stack([rows, cols], axis=-1)


_ties = _rng.integers(0, 3, (2, 4, 5, 2))

WHETHER_AND_WHERE = Check(
    name="whether_and_where",
    reference=whether_and_where,
    cases=(
        case(_rng.permutation(12).reshape(1, 3, 4, 1) + 1),
        case(_rng.permutation(90).reshape(2, 5, 3, 3) / 4),
        case(-1 - _rng.permutation(48).reshape(2, 3, 4, 2) / 4),
        case(_ties),
        case(_rng.permutation(60).reshape(3, 2, 5, 2)),
    ),
    mistakes=(
        wrong(
            _with_values(lambda maps: maps.mean(axis=(1, 2))),
            "that is the mean of each map; asked is the largest number",
        ),
        wrong(
            _with_values(lambda maps: np.maximum(maps.max(axis=(1, 2)), 0)),
            "the largest number of a map can lie below zero; do not begin with zeros",
        ),
        wrong(
            _with_values(lambda maps: maps.max(axis=(1, 2, 3))),
            "keep the channels apart: one number for each map, shape (images, "
            "channels)",
        ),
        wrong(
            _with_values(lambda maps: maps.max(axis=(0, 1, 2))),
            "keep the images apart: one number for each map, shape (images, channels)",
        ),
        wrong(
            _with_places(lambda maps: whether_and_where(maps)[1][..., ::-1]),
            "row and column have changed places: the row comes first",
        ),
        wrong(
            _with_places(_divided_by_height),
            "a row of the map is as long as it has columns: divide by the width",
        ),
        wrong(
            _with_places(_last_of_equals),
            "of several largest numbers take the first in reading order, not the last",
        ),
        wrong(
            _with_places(_column_by_column),
            "of several largest numbers take the first in reading order: row by row, "
            "not column by column",
        ),
        wrong(
            _with_places(_row_and_column_apart),
            "row and column belong together: with several largest numbers, the first "
            "row and the first column that hold one need not meet",
        ),
        wrong(
            _channels_in_the_middle,
            "a reshape does not bring the channels to the front: transpose first, or "
            "let the channels stand last",
        ),
        wrong(
            _with_places(lambda maps: whether_and_where(maps)[1] + 1),
            "rows and columns are counted from 0",
        ),
        wrong(
            _with_values(lambda maps: maps.max(axis=(1, 2), keepdims=True)),
            "your largest numbers keep axes of length 1; their shape is (images, "
            "channels)",
        ),
        wrong(
            _with_places(_flat_places),
            "your place counts through the flattened map; turn it into row and column",
        ),
        wrong(
            lambda maps: maps.max(axis=(1, 2)),
            "return two arrays: the largest numbers, and where they stand",
        ),
        wrong(
            lambda maps: whether_and_where(maps)[::-1],
            "the two have changed places: first the largest numbers, then where",
        ),
    ),
)

CHECKS = (SHIFT_IMAGE, SHIFT_ERROR, RANDOM_SHIFTS, CIRCULAR_PAD, WHETHER_AND_WHERE)
