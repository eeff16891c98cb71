"""Checks of the functions that a unit applies to its sum."""

import numpy as np

from cnn_helpers.activations import relu, sigmoid, softmax
from cnn_helpers.checks.parts import Check, case, wrong

RELU = Check(
    name="relu",
    reference=relu,
    cases=(
        case(np.array([-2.0, -0.5, 0.0, 0.5, 3.0])),
        case(np.array([[-1, 4, 0], [250, -7, 1]])),
        case(np.array([[[40.0, -40.0]], [[-0.25, 0.25]]])),
        case(np.array([-1.5, 2.5], np.float32)),
    ),
    mistakes=(
        wrong(
            lambda x: np.abs(x),
            "you returned the absolute value: negative numbers become 0, not positive",
        ),
        wrong(
            lambda x: np.minimum(x, 0),
            "you kept the negative numbers and cut the positive ones",
        ),
        wrong(
            lambda x: np.where(x > 0, x, 0.01 * x),
            "negative numbers still leak through: that is a leaky ReLU",
        ),
        wrong(
            lambda x: np.where(x > 0, x, 0.2 * x),
            "negative numbers still leak through, as in Keras's leaky ReLU",
        ),
        wrong(
            lambda x: (x > 0).astype(float),
            "you returned where x is positive (the slope); return x there",
        ),
        wrong(lambda x: x > 0, "you returned truth values; return x where they hold"),
        wrong(
            lambda x: np.clip(x, 0, 1),
            "you cut at 1 as well: large numbers stay as they are",
        ),
        wrong(
            lambda x: np.clip(x, 0, 6),
            "you cut at 6 as well: that is ReLU6",
        ),
        wrong(lambda x: x[x > 0], "you dropped the negative numbers: the shape stays"),
        wrong(
            lambda x: np.full_like(x, max(x.max(), 0)),
            "you took the maximum of the whole array; compare each number with 0 "
            "(np.maximum, not np.max)",
        ),
        wrong(
            lambda x: np.logaddexp(0, x),
            "yours is smooth at 0: that is softplus, log(1 + exp(x))",
        ),
        wrong(lambda x: sigmoid(x), "you returned the sigmoid: ReLU has no exp"),
        wrong(lambda x: x, "you returned x unchanged: negative numbers become 0"),
    ),
)


def _overflowing(logits, axis=-1):
    powers = np.exp(logits)
    return powers / powers.sum(axis=axis, keepdims=True)


def _over_everything(logits, axis=-1):
    return softmax(np.ravel(logits)).reshape(np.shape(logits))


def _global_maximum(logits, axis=-1):
    powers = np.exp(logits - np.max(logits))
    return powers / powers.sum(axis=axis, keepdims=True)


def _maximum_of_the_last_axis(logits, axis=-1):
    powers = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _mean_taken_off(logits, axis=-1):
    powers = np.exp(logits - np.mean(logits, axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _without_keepdims(logits, axis=-1):
    powers = np.exp(logits - np.max(logits, axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis)


def _without_exp(logits, axis=-1):
    return logits / np.sum(logits, axis=axis, keepdims=True)


def _not_normalised(logits, axis=-1):
    return np.exp(logits - np.max(logits, axis=axis, keepdims=True))


def _hard(logits, axis=-1):
    return (logits == np.max(logits, axis=axis, keepdims=True)).astype(float)


def _logarithm(logits, axis=-1):
    shifted = logits - np.max(logits, axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def _base_two(logits, axis=-1):
    return softmax(np.log(2) * logits, axis=axis)


def _negated(logits, axis=-1):
    return softmax(-logits, axis=axis)


def _clipped(logits, axis=-1):
    return softmax(np.clip(logits, -500, 500), axis=axis)


def _each_by_itself(logits, axis=-1):
    return sigmoid(logits)


SOFTMAX = Check(
    name="softmax",
    reference=softmax,
    cases=(
        case(np.array([1.0, 2.0, 4.0])),
        case(np.array([0.0, 0.0, 0.0, 0.0])),
        case(np.array([[1.0, 2.0, 0.5], [3.0, -1.0, 0.0]])),
        case(np.array([[1.0, 2.0, 0.5], [3.0, -1.0, 0.0]]), axis=0),
        case(np.arange(24.0).reshape(2, 3, 4) % 5, axis=1),
        case(np.array([[1000.0, 1001.0], [-1000.0, -998.0]])),
        case(np.array([2, 1, -3])),
        case(np.array([[3000.0, 0.0, 0.0], [0.0, 0.0, -3000.0]])),
    ),
    mistakes=(
        wrong(
            _overflowing,
            "your exponentials overflow for large numbers (and vanish for very "
            "negative ones): subtract the maximum first, it cancels out",
        ),
        wrong(
            _clipped,
            "cutting large logits changes the result: subtract the maximum in place "
            "of clipping",
        ),
        wrong(
            _global_maximum,
            "you subtract the maximum of the whole array; rows far below it vanish "
            "into 0 / 0. Take the maximum along the axis",
        ),
        wrong(
            _maximum_of_the_last_axis,
            "you subtract the maximum of the last axis always: take it along `axis`, "
            "as the sum",
        ),
        wrong(
            _mean_taken_off,
            "you subtract the mean; a logit far above it still overflows. Subtract the "
            "maximum",
        ),
        wrong(
            _over_everything,
            "the whole array sums to 1 in yours; it should be each row (each run "
            "along the axis)",
        ),
        wrong(
            _without_keepdims,
            "the sum loses its axis, so that the division meets the wrong numbers: "
            "use keepdims=True",
        ),
        wrong(
            lambda logits, axis=-1: softmax(logits),
            "you left out the axis: yours always takes the last one",
        ),
        wrong(
            lambda logits, axis=-1: softmax(logits, axis=0),
            "yours always takes axis 0; without an axis it should be the last one",
        ),
        wrong(_without_exp, "you divided by the sum without taking exp first"),
        wrong(_not_normalised, "you did not divide by the sum: it should become 1"),
        wrong(_hard, "you gave 1 to the largest and 0 to the rest: that is argmax"),
        wrong(_logarithm, "you returned the logarithm of the softmax"),
        wrong(_base_two, "you took powers of 2; exp takes powers of e"),
        wrong(_negated, "the smallest logit wins in yours: check the sign in exp"),
        wrong(_each_by_itself, "that is the sigmoid: it does not sum to 1"),
    ),
)

CHECKS = (RELU, SOFTMAX)
