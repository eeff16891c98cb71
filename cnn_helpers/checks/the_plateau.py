"""Checks of chapter 18: the detective's sums, the clipped loss, and the cure."""

import numpy as np

from cnn_helpers import layers, losses, models
from cnn_helpers.activations import relu, softmax
from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.convolution import conv2d
from cnn_helpers.layers.activation import ActivatedLayer
from cnn_helpers.pooling import max_pool2d

# ------------------------------------------------------ which digit can it be?


def could_be_dead(loss, counts, clip=1e-7):
    """Return the digits whose images could all have paid the highest price."""
    price = -np.log(clip)
    return [digit for digit, n in enumerate(counts) if n * price <= loss * sum(counts)]


def _judge_digits(right, what):
    """Return a judge that accepts an array of whole numbers beside a list."""

    def judge(result, *args, **kwargs):
        try:
            found = np.asarray(result)
        except ValueError:
            return "return a list of whole numbers"
        if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
            return f"return a list of whole numbers, the digits that {what}"
        wanted = right(*args, **kwargs)
        if found.tolist() != wanted:
            return f"you return {found.tolist()}, the digits that {what} are {wanted}"
        return None

    return judge


def _by_price(price):
    """Return the answer that takes another price for the highest."""

    def answer(loss, counts, clip=1e-7):
        total = loss * sum(counts)
        return [d for d, n in enumerate(counts) if n * price(clip) <= total]

    return answer


_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
_TRAINED = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]

COULD_BE_DEAD = Check(
    name="could_be_dead",
    reference=could_be_dead,
    judge=_judge_digits(could_be_dead, "could be dead"),
    cases=(
        case(0.9, [5, 6, 9, 20, 60]),
        case(4.0, [10, 20, 30, 40]),
        case(1.7110, _COUNTS),
        case(1.6676, _TRAINED),
        case(2.0, [3, 1, 2], clip=1e-3),
        case(0.02, _COUNTS),
        case(0.5, [1, 5, 30, 64]),
        case(0.8, [1, 14, 25], clip=0.4),
        case(-np.log(1e-4) / 4, [1, 2, 1], clip=1e-4),
    ),
    mistakes=(
        wrong(
            _by_price(lambda clip: -np.log10(clip)),
            "you took the logarithm to base 10: the loss is made with the natural one",
        ),
        wrong(
            _by_price(lambda clip: 1.0),
            "the loss is no share of mistakes: an image past the clip costs -ln(clip)",
        ),
        wrong(
            _by_price(lambda clip: -np.log(1e-7)),
            "your price is that of 1e-7, whatever the clip: use the argument",
        ),
        wrong(
            _by_price(lambda clip: np.log(clip)),
            "the logarithm of the clip is negative: the price is minus that",
        ),
        wrong(
            lambda loss, counts, clip=1e-7: [
                d for d, n in enumerate(counts) if n * -np.log(clip) <= loss * 10_000
            ],
            "you multiplied the loss by 10,000: the number of images is the sum of "
            "the counts",
        ),
        wrong(
            lambda loss, counts, clip=1e-7: [
                d
                for d, n in enumerate(counts)
                if n * -np.log(clip) > loss * sum(counts)
            ],
            "you return the digits that can not be it: too many images for that loss",
        ),
        wrong(
            lambda loss, counts, clip=1e-7: [
                d
                for d, n in enumerate(counts)
                if n * -np.log(clip) < loss * sum(counts)
            ],
            "a digit whose images cost exactly the whole loss is possible too: use <=",
        ),
        wrong(
            lambda loss, counts, clip=1e-7: [
                d for d, n in enumerate(counts) if n * -np.log(clip) <= loss
            ],
            "the loss is a mean over all images: multiply it by their number to get "
            "what was paid in all",
        ),
        wrong(
            lambda loss, counts, clip=1e-7: [
                d
                for d, n in enumerate(counts)
                if n * -np.log(clip) <= loss * np.mean(counts)
            ],
            "you multiplied the loss by the mean count of a digit: what was paid in "
            "all is the loss times the number of all images",
        ),
        wrong(
            lambda loss, counts, clip=1e-7: [
                d + 1
                for d, n in enumerate(counts)
                if n * -np.log(clip) <= loss * sum(counts)
            ],
            "you count from 1: the first count is that of the digit 0",
        ),
        wrong(
            lambda loss, counts, clip=1e-7: [
                n for n in counts if n * -np.log(clip) <= loss * sum(counts)
            ],
            "you return the counts; asked are the digits, the places in the list",
        ),
        wrong(
            lambda loss, counts, clip=1e-7: [
                n * -np.log(clip) <= loss * sum(counts) for n in counts
            ],
            "you return True or False for each digit; asked are the digits for which "
            "it is True",
        ),
    ),
)


# --------------------------------------------------------------- the dead digits


def dead_digits(probabilities, labels, clip=1e-7):
    """Return the digits of which every image lies past the clip."""
    of_own = probabilities[np.arange(len(labels)), labels]
    return [int(d) for d in np.unique(labels) if (of_own[labels == d] < clip).all()]


def _by_rule(rule):
    """Return the answer that asks something else of a digit's own probabilities."""

    def answer(probabilities, labels, clip=1e-7):
        of_own = probabilities[np.arange(len(labels)), labels]
        return [int(d) for d in np.unique(labels) if rule(of_own[labels == d], clip)]

    return answer


def _never_answered(probabilities, labels, clip=1e-7):
    answered = np.bincount(probabilities.argmax(axis=1), minlength=10)
    return [d for d in np.unique(labels).tolist() if answered[d] == 0]


def _absent_too(probabilities, labels, clip=1e-7):
    of_own = probabilities[np.arange(len(labels)), labels]
    classes = range(probabilities.shape[1])
    return [d for d in classes if (of_own[labels == d] < clip).all()]


def _whole_column(probabilities, labels, clip=1e-7):
    return [d for d in np.unique(labels).tolist() if (probabilities[:, d] < clip).all()]


def _foreign_images(probabilities, labels, clip=1e-7):
    numbers = np.unique(labels).tolist()
    return [d for d in numbers if (probabilities[labels != d, d] < clip).all()]


def _rows_of_own(probabilities, labels, clip=1e-7):
    numbers = np.unique(labels).tolist()
    return [d for d in numbers if (probabilities[labels == d] < clip).any()]


def _answers(*rows):
    """Return probabilities (N, 10) and labels from rows (label, own, the guess).

    Each row gives `own` to its label and the rest to the guess (the next digit, if
    the guess is the label).
    """
    probabilities = np.full((len(rows), 10), 1e-12)
    labels = np.array([label for label, _, _ in rows])
    for row, (label, own, guess) in zip(probabilities, rows, strict=True):
        row[(label + 1) % 10 if guess == label else guess] = 1 - own
        row[label] = own
    return probabilities, labels


_ONE = _answers((3, 1e-9, 5), (3, 1e-12, 8), (5, 0.9, 5), (8, 0.8, 8), (5, 0.7, 5))
_SOME = _answers((0, 1e-9, 1), (0, 1e-3, 1), (1, 0.6, 1), (2, 0.9, 2), (1, 1e-8, 2))
_LAST = _answers((7, 0.2, 4), (7, 1e-9, 4), (4, 1e-8, 7), (4, 2e-8, 7), (9, 0.9, 9))
_WEAK = _answers((6, 1e-5, 2), (6, 1e-4, 2), (2, 1e-8, 0), (2, 1e-10, 0), (0, 1.0, 0))
_TWO = _answers((9, 1e-8, 4), (1, 0.0, 4), (9, 1e-11, 1), (4, 0.8, 4), (1, 1e-9, 9))
_MEAN = _answers((2, 1.5e-7, 7), (2, 1e-9, 7), (7, 0.9, 7), (2, 1e-11, 1), (1, 1e-8, 7))
_EDGE = _answers((5, 1e-7, 3), (3, 0.9, 3), (8, 9e-8, 3))

DEAD_DIGITS = Check(
    name="dead_digits",
    reference=dead_digits,
    judge=_judge_digits(dead_digits, "are dead"),
    cases=(
        case(*_ONE),
        case(*_SOME),
        case(*_LAST),
        case(*_TWO),
        case(*_WEAK, clip=1e-3),
        case(*_WEAK),
        case(*_MEAN),
        case(*_EDGE),
    ),
    mistakes=(
        wrong(
            _never_answered,
            "never answered is not yet dead: an image may be misread and still lie "
            "above the clip",
        ),
        wrong(
            _by_rule(lambda own, clip: (own < clip).any()),
            "one image past the clip does not make a digit dead: every one must be",
        ),
        wrong(
            _by_rule(lambda own, clip: own[0] < clip),
            "you look at the first image of each digit only",
        ),
        wrong(
            _by_rule(lambda own, clip: own.mean() < clip),
            "the mean of a digit's probabilities may lie below the clip while one of "
            "its images lies above: every one must be below",
        ),
        wrong(
            _by_rule(lambda own, clip: (own < 1e-7).all()),
            "your clip is always 1e-7: use the argument",
        ),
        wrong(
            _by_rule(lambda own, clip: (own <= clip).all()),
            "at the clip itself the loss is not yet flat: past it means below",
        ),
        wrong(
            _by_rule(lambda own, clip: (own > clip).all()),
            "you return the digits of which every image lies above the clip",
        ),
        wrong(
            _absent_too,
            "a digit without an image in the batch is not dead: nothing is known of it",
        ),
        wrong(
            _whole_column,
            "you look at a digit's probability on all images: what counts is what it "
            "gets on its own",
        ),
        wrong(
            _foreign_images,
            "you look at the images of the other digits: what counts is what a digit "
            "gets on its own",
        ),
        wrong(
            _rows_of_own,
            "you look at all ten probabilities of a digit's images: what counts is "
            "that of the label alone",
        ),
        wrong(
            lambda probabilities, labels, clip=1e-7: len(
                dead_digits(probabilities, labels, clip)
            ),
            "you return how many there are; asked are the digits, as a list",
        ),
    ),
)


# ----------------------------------------------------------- the clipped gradient


def clipped_gradient(logits, labels, clip=1e-7):
    """Return the gradient of the mean clipped loss by the logits, (N, C)."""
    return _gradient(logits, labels, clip)


def _gradient(logits, labels, clip, *, flat=None, mean=True, shares=None):
    """Return the gradient, or one with a part done otherwise."""
    rows = np.arange(len(labels))
    shares = softmax(logits) if shares is None else shares
    gradient = shares.copy()
    gradient[rows, labels] -= 1
    own = softmax(logits)[rows, labels]
    outside = (own < clip) | (own > 1 - clip) if flat is None else flat(own)
    gradient[outside] = 0
    return gradient / len(labels) if mean else gradient


def _no_clip(logits, labels, clip=1e-7):
    return _gradient(logits, labels, clip, flat=lambda own: own < -1)


def _lower_end_only(logits, labels, clip=1e-7):
    return _gradient(logits, labels, clip, flat=lambda own: own < clip)


def _by_the_largest(logits, labels, clip=1e-7):
    best = softmax(logits).max(axis=1)
    outside = (best < clip) | (best > 1 - clip)
    return _gradient(logits, labels, clip, flat=lambda own: outside)


def _clip_of_old(logits, labels, clip=1e-7):
    flat = _gradient(
        logits, labels, clip, flat=lambda own: (own < 1e-7) | (own > 1 - 1e-7)
    )
    return flat


def _summed(logits, labels, clip=1e-7):
    return _gradient(logits, labels, clip, mean=False)


def _entry_of_the_label_only(logits, labels, clip=1e-7):
    gradient = np.zeros_like(logits)
    rows = np.arange(len(labels))
    gradient[rows, labels] = clipped_gradient(logits, labels, clip)[rows, labels]
    return gradient


def _label_forgotten(logits, labels, clip=1e-7):
    rows = np.arange(len(labels))
    gradient = softmax(logits)
    own = gradient[rows, labels]
    gradient[(own < clip) | (own > 1 - clip)] = 0
    return gradient / len(labels)


def _turned(logits, labels, clip=1e-7):
    return -clipped_gradient(logits, labels, clip)


def _entries_zeroed(logits, labels, clip=1e-7):
    """Set to 0 the entries whose own probability is past the clip, not the rows."""
    shares = softmax(logits)
    gradient = _no_clip(logits, labels, clip)
    gradient[(shares < clip) | (shares > 1 - clip)] = 0
    return gradient


def _any_small_share(logits, labels, clip=1e-7):
    """Set a row to 0 if any of its probabilities is past the clip."""
    shares = softmax(logits)
    gradient = _no_clip(logits, labels, clip)
    gradient[((shares < clip) | (shares > 1 - clip)).any(axis=1)] = 0
    return gradient


def _shares_clipped(logits, labels, clip=1e-7):
    """Clip the probabilities and subtract the label, without a flat part."""
    shares = np.clip(softmax(logits), clip, 1 - clip)
    return _gradient(logits, labels, clip, flat=lambda own: own < -1, shares=shares)


def _by_probability(logits, labels, clip=1e-7):
    """Return the gradient by the probabilities instead of the logits."""
    rows = np.arange(len(labels))
    own = softmax(logits)[rows, labels]
    gradient = np.zeros_like(logits)
    inside = (own >= clip) & (own <= 1 - clip)
    gradient[rows, labels] = np.where(inside, -1 / np.maximum(own, clip), 0)
    return gradient / len(labels)


def _softmax_down_the_column(logits, labels, clip=1e-7):
    return _gradient(logits, labels, clip, shares=softmax(logits, axis=0))


def _overflowing(logits, labels, clip=1e-7):
    """Softmax without taking out the largest logit."""
    with np.errstate(all="ignore"):
        powers = np.exp(logits)
        shares = powers / powers.sum(axis=1, keepdims=True)
    return _gradient(logits, labels, clip, shares=shares)


def _rest_counts(gradient):
    """Divide by the images that are not past the clip only."""

    def answer(logits, labels, clip=1e-7):
        own = softmax(logits)[np.arange(len(labels)), labels]
        inside = (own >= clip) & (own <= 1 - clip)
        return gradient(logits, labels, clip) * len(labels) / max(inside.sum(), 1)

    return answer


_rng = np.random.default_rng(18)
_LOGITS = np.array([[2.0, 1.0, 0.0], [0.0, 30.0, 2.0], [0.5, -0.5, 1.5]])

CLIPPED_GRADIENT = Check(
    name="clipped_gradient",
    reference=clipped_gradient,
    cases=(
        case(np.array([[2.0, 1.0, 0.0]]), np.array([1])),
        case(_LOGITS, np.array([0, 2, 1])),
        case(_LOGITS, np.array([2, 1, 2])),
        case(_LOGITS, np.array([2, 2, 0]), clip=0.1),
        case(np.array([[5.0, 0.0, 1.0], [1.0, 0.0, 2.0]]), np.array([0, 2]), clip=0.1),
        case(np.array([[0.0, 9.0, 2.0], [9.0, 9.0, -9.0]]), np.array([2, 1])),
        case(np.array([[900.0, 899.0], [0.0, 2.0]]), np.array([1, 1])),
        case(5 * _rng.normal(size=(7, 10)), np.arange(7), clip=1e-3),
    ),
    mistakes=(
        wrong(
            _no_clip,
            "your gradient is that of the loss without a clip: where the label's "
            "probability lies past it, the loss is flat",
        ),
        wrong(
            _by_the_largest,
            "you look at the largest probability of a row: it is the label's that "
            "decides",
        ),
        wrong(
            _lower_end_only,
            "the clip has two ends: above 1 - clip the loss is flat as well",
        ),
        wrong(
            _clip_of_old,
            "your clip is always 1e-7: use the argument",
        ),
        wrong(
            _summed,
            "that is the gradient of the sum of the losses: of their mean it is "
            "smaller by the number of images",
        ),
        wrong(
            _rest_counts(clipped_gradient),
            "you divide by the images that still count: the mean is over all of them",
        ),
        wrong(
            _entry_of_the_label_only,
            "every logit of a row moves the label's probability: yours has only the "
            "label's entry",
        ),
        wrong(
            _label_forgotten,
            "at the label the gradient is the probability minus 1: the 1 is missing",
        ),
        wrong(
            _turned,
            "your gradient has the wrong sign: probability minus 1 at the label, and "
            "plain probability elsewhere",
        ),
        wrong(
            _entries_zeroed,
            "you set single entries to 0: it is the label's probability that decides, "
            "and for its whole row",
        ),
        wrong(
            _any_small_share,
            "a small probability of another class does not make the loss flat: it is "
            "the label's that decides",
        ),
        wrong(
            _shares_clipped,
            "you clipped the probabilities and went on as before: past the clip "
            "nothing moves the loss, so the whole row is 0",
        ),
        wrong(
            _by_probability,
            "that is the gradient by the probabilities: it still has to go back "
            "through softmax to the logits",
        ),
        wrong(
            _softmax_down_the_column,
            "your softmax runs down the columns: a row is an image",
        ),
        wrong(
            _overflowing,
            "your softmax overflows for large logits: take the largest of each row "
            "out before np.exp",
        ),
    ),
)


# ------------------------------------------------------------- when did it wake?


def waking_moment(before, during, after):
    """Return which share of an epoch had passed when its loss fell."""
    return (during - after) / (before - after)


WAKING_MOMENT = Check(
    name="waking_moment",
    reference=waking_moment,
    cases=(
        case(2.0, 1.5, 1.0),
        case(1.6676, 1.4759, 0.1026),
        case(4.0, 1.0, 0.5),
        case(12.0, 11.0, 2.0),
        case(3.0, 3.0, 1.0),
        case(1.5, 0.25, 0.25),
    ),
    mistakes=(
        wrong(
            lambda before, during, after: 1 - waking_moment(before, during, after),
            "that is the share after the fall; asked is the share before it",
        ),
        wrong(
            lambda before, during, after: (before - during) / before,
            "you compare with a loss of 0: after the fall it is `after`",
        ),
        wrong(
            lambda before, during, after: during / before,
            "after the fall the loss is not 0: take `after` off both",
        ),
        wrong(
            lambda before, during, after: (during - after) / before,
            "the whole fall is from before to after: divide by their difference",
        ),
        wrong(
            lambda before, during, after: (during - after) / (before + after),
            "the whole fall is before minus after, not plus",
        ),
        wrong(
            lambda before, during, after: (during - before) / (before - after),
            "yours is negative: how far does the epoch's mean lie above `after`?",
        ),
        wrong(
            lambda before, during, after: (
                (before - during) / max(during - after, 1e-12)
            ),
            "that is the ratio of the two parts of the epoch; asked is the first part "
            "of the whole",
        ),
        wrong(
            lambda before, during, after: 100 * waking_moment(before, during, after),
            "you return per cent; asked is a share between 0 and 1",
        ),
        wrong(
            lambda before, during, after: round(
                1875 * waking_moment(before, during, after)
            ),
            "you return a batch; asked is a share between 0 and 1",
        ),
        wrong(
            lambda before, during, after: (before + after) / 2,
            "that is the loss half-way; asked is a share of the epoch",
        ),
    ),
)


# ------------------------------------------------------------------------ the cure


def cure(images):
    """Return inputs and a compiled model that no clip can stop."""
    inputs = images[..., np.newaxis].astype("float32") / 255
    model = _network(None)
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    return inputs, model


def _network(last_activation, filters=6, bend="relu"):
    """Return article 001's network, its last activation to be chosen."""
    return models.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(filters, 2, activation=bend),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation=last_activation),
        ]
    )


def _judge_cure(result, images):
    """Return what is wrong with the inputs or with the model, or None."""
    if not isinstance(result, tuple) or len(result) != 2:
        return "return two things: the inputs and the model"
    inputs, model = result
    if not isinstance(inputs, np.ndarray):
        return "the first of the two are the inputs, an array"
    if not isinstance(model, models.Sequential):
        return "the second of the two is the model, a models.Sequential"
    return _fault_of_inputs(inputs, images) or _fault_of_model(model)


def _fault_of_inputs(inputs, images):
    """Return what is wrong with the inputs, or None."""
    if inputs.shape != (*images.shape, 1):
        return (
            f"the inputs have shape {inputs.shape}; they need an axis of channels: "
            "(images, 28, 28, 1)"
        )
    if inputs.dtype.kind != "f":
        return "the inputs are whole numbers: in bytes, a division loses everything"
    right = images[..., np.newaxis] / 255
    if np.allclose(inputs, right, atol=1e-5):
        return None
    if np.allclose(inputs, right * 255 / images.max(), atol=1e-5):
        return "you divided by the largest pixel that came: divide by 255, always"
    if np.allclose(inputs, 255 * right):
        return "the pixels still run to 255: scale them"
    if np.allclose(inputs, right / 255, atol=1e-6):
        return "the pixels were divided by 255 twice"
    return "the pixels are to run from 0 for black to 1 for white: divide by 255"


def _fault_of_start(model):
    """Return in what a model differs from article 001's before its end, or None.

    Two made-up images go through its layers, and with its own weights through article
    001's functions: the ReLU may stand in the convolution or be a layer of its own.
    """
    other = (
        "the model is to begin as article 001's: six kernels of 2 x 2 with a ReLU, "
        "MaxPooling2D, Flatten"
    )
    kinds = [type(layer) for layer in model.layers]
    kernels, bias, *_ = model.get_weights()
    if kernels.shape != (2, 2, 1, 6) or layers.Flatten not in kinds:
        return other
    images = np.random.default_rng(0).random((2, 28, 28, 1), dtype=np.float32) - 0.5
    rows = images
    for layer in model.layers[: kinds.index(layers.Flatten) + 1]:
        rows = layer.forward(rows)
    maps = conv2d(images, kernels, bias)
    if _same_rows(rows, max_pool2d(relu(maps))):
        return None
    if _same_rows(rows, max_pool2d(maps)):
        return "article 001's convolution has a ReLU; yours has none"
    return other


def _same_rows(rows, maps):
    """Return whether rows of numbers are these maps, flattened."""
    flat = maps.reshape(len(maps), -1)
    return rows.shape == flat.shape and np.allclose(rows, flat, atol=1e-5)


def _fault_of_model(model):
    """Return what is wrong with the model or its loss, or None."""
    if not model.built or model.count_params() != 10_180:
        return "the model is to have the 10,180 parameters of article 001's"
    if getattr(model, "loss", None) is None:
        return "the model is not compiled"
    if fault := _fault_of_start(model):
        return fault
    last = model.layers[-1]
    bends = getattr(last, "activation_name", "linear")
    if isinstance(last, layers.Softmax):
        bends = "softmax"
    if model.loss.clip is not None:
        return "the loss still has a clip"
    if bends == "softmax" and model.loss.from_logits:
        return (
            "softmax twice: the loss is told that it gets logits, and gets "
            "probabilities. Leave the softmax out of the model"
        )
    if bends == "softmax":
        return (
            "the model still ends with a softmax: this package goes back to the "
            "logits, another may not. Let the model end with the logits"
        )
    if bends != "linear" or not isinstance(last, ActivatedLayer):
        return "the last layer is to give the logits as they are, without activation"
    if not model.loss.from_logits:
        return (
            "the loss takes the logits for probabilities: tell it with from_logits=True"
        )
    if not isinstance(model.loss, losses.SparseCategoricalCrossentropy):
        return "the labels are plain digits: take SparseCategoricalCrossentropy"
    return None


def _cured(
    scale=lambda images: images[..., np.newaxis].astype("float32") / 255,
    last=None,
    loss=None,
    filters=6,
    compiled=True,
    bend="relu",
):
    """Return a cure with one thing done otherwise."""

    def answer(images):
        model = _network(last, filters, bend)
        if compiled:
            chosen = loss or losses.SparseCategoricalCrossentropy(from_logits=True)
            model.compile("adam", chosen, metrics=["accuracy"])
        return scale(images), model

    return answer


_rng = np.random.default_rng(7)

CURE = Check(
    name="cure",
    reference=cure,
    judge=_judge_cure,
    cases=(
        case(_rng.integers(0, 256, (3, 28, 28), dtype=np.uint8)),
        case(_rng.integers(0, 256, (1, 28, 28), dtype=np.uint8)),
        case(_rng.integers(0, 200, (2, 28, 28), dtype=np.uint8)),
    ),
    mistakes=(
        wrong(
            _cured(lambda images: images[..., np.newaxis].astype("float32")),
            "the pixels still run to 255: scale them",
        ),
        wrong(
            _cured(lambda images: images[..., np.newaxis] // 255),
            "the inputs are whole numbers: in bytes, a division loses everything",
        ),
        wrong(
            _cured(lambda images: images[..., np.newaxis] / np.float32(255**2)),
            "the pixels were divided by 255 twice",
        ),
        wrong(
            _cured(lambda images: images[..., np.newaxis] / np.float32(127.5) - 1),
            "the pixels are to run from 0 for black to 1 for white: divide by 255",
        ),
        wrong(
            _cured(lambda images: images[..., np.newaxis] / np.float32(images.max())),
            "you divided by the largest pixel that came: divide by 255, always",
        ),
        wrong(
            _cured(bend=None),
            "article 001's convolution has a ReLU; yours has none",
        ),
        wrong(
            _cured(bend="sigmoid"),
            "the model is to begin as article 001's: six kernels of 2 x 2 with a ReLU, "
            "MaxPooling2D, Flatten",
        ),
        wrong(
            _cured(last="softmax"),
            "softmax twice: the loss is told that it gets logits, and gets "
            "probabilities. Leave the softmax out of the model",
        ),
        wrong(
            _cured(last="softmax", loss="sparse_categorical_crossentropy"),
            "the model still ends with a softmax: this package goes back to the "
            "logits, another may not. Let the model end with the logits",
        ),
        wrong(
            _cured(
                last="softmax", loss=losses.SparseCategoricalCrossentropy(clip=1e-7)
            ),
            "the loss still has a clip",
        ),
        wrong(
            _cured(loss="sparse_categorical_crossentropy"),
            "the loss takes the logits for probabilities: tell it with "
            "from_logits=True",
        ),
        wrong(
            _cured(loss=losses.CategoricalCrossentropy(from_logits=True)),
            "the labels are plain digits: take SparseCategoricalCrossentropy",
        ),
        wrong(
            _cured(last="relu"),
            "the last layer is to give the logits as they are, without activation",
        ),
        wrong(
            _cured(filters=3),
            "the model is to have the 10,180 parameters of article 001's",
        ),
        wrong(_cured(compiled=False), "the model is not compiled"),
        wrong(
            lambda images: cure(images)[1],
            "return two things: the inputs and the model",
        ),
        wrong(
            lambda images: cure(images)[::-1],
            "the first of the two are the inputs, an array",
        ),
    ),
)

CHECKS = (COULD_BE_DEAD, DEAD_DIGITS, CLIPPED_GRADIENT, WAKING_MOMENT, CURE)
