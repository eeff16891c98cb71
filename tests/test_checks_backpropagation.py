"""Answers to chapter 13's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest

from cnn_helpers.activations import leaky_relu, softmax
from cnn_helpers.checks import check
from cnn_helpers.checks.backpropagation import (
    CHECKS,
    conv_gradients,
    cross_entropy_gradient,
    dense_gradients,
    leaky_relu_gradient,
    max_pool_gradient,
)
from cnn_helpers.convolution import conv2d_gradients, convolve2d, correlate2d
from cnn_helpers.gradients import numerical_gradient, relative_error
from cnn_helpers.pooling import max_pool2d_gradient

BY_NAME = {item.name: item for item in CHECKS}


def cases(name):
    """Return the positional arguments of a check's cases."""
    return [tried.args for tried in BY_NAME[name].cases]


# ------------------------------------ the references, against other judges


@pytest.mark.parametrize("args", cases("leaky_relu_gradient"))
def test_leaky_relu_is_what_nudging_finds(args):
    upstream, x, slope = args
    away = np.where(x == 0, -1.0, x)  # at the kink there is no slope; the left one
    nudged = numerical_gradient(
        lambda moved: (upstream * leaky_relu(moved, negative_slope=slope)).sum(), away
    )
    assert relative_error(leaky_relu_gradient(*args), nudged) < 1e-8


@pytest.mark.parametrize("args", cases("dense_gradients"))
def test_dense_is_what_nudging_finds(args):
    upstream, inputs, weights = args
    bias = np.zeros(weights.shape[1])

    def loss(inputs, weights, bias):
        return (upstream * (inputs @ weights + bias)).sum()

    d_inputs, d_weights, d_bias = dense_gradients(*args)
    nudged = (
        numerical_gradient(lambda moved: loss(moved, weights, bias), inputs),
        numerical_gradient(lambda moved: loss(inputs, moved, bias), weights),
        numerical_gradient(lambda moved: loss(inputs, weights, moved), bias),
    )
    for ours, theirs in zip((d_inputs, d_weights, d_bias), nudged, strict=True):
        assert relative_error(ours, theirs) < 1e-8


@pytest.mark.parametrize("args", cases("cross_entropy_gradient"))
def test_cross_entropy_is_what_nudging_finds(args):
    logits, labels = args
    rows = np.arange(len(labels))

    def loss(moved):
        shifted = moved - moved.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(shifted).sum(axis=1))
        return (log_sum - shifted[rows, labels]).mean()

    nudged = numerical_gradient(loss, logits)
    assert relative_error(cross_entropy_gradient(*args), nudged) < 1e-6


@pytest.mark.parametrize("args", cases("max_pool_gradient"))
def test_max_pool_is_the_packages(args):
    upstream, feature_map, size, stride = args
    theirs = max_pool2d_gradient(
        upstream[None, :, :, None], feature_map[None, :, :, None], size, stride=stride
    )
    assert np.array_equal(max_pool_gradient(*args), theirs[0, :, :, 0])


@pytest.mark.parametrize("args", cases("conv_gradients"))
def test_convolution_is_the_packages(args):
    upstream, image, kernel, stride = args
    d_image, d_kernel, _ = conv2d_gradients(
        upstream[None, :, :, None],
        image[None, :, :, None],
        kernel[:, :, None, None],
        stride=stride,
    )
    ours = conv_gradients(*args)
    assert np.allclose(ours[0], d_image[0, :, :, 0])
    assert np.allclose(ours[1], d_kernel[:, :, 0, 0])


# ------------------------------------------------------------ right answers


def leaky_by_masks(upstream, x, slope):
    answer = upstream.astype(float).copy()
    answer[x <= 0] *= slope
    return answer


def dense_by_loops(upstream, inputs, weights):
    d_inputs = np.zeros(inputs.shape)
    d_weights = np.zeros(weights.shape)
    d_bias = np.zeros(weights.shape[1])
    for n, i, j in np.ndindex(len(inputs), *weights.shape):
        d_inputs[n, i] += upstream[n, j] * weights[i, j]
        d_weights[i, j] += upstream[n, j] * inputs[n, i]
    for row in upstream:
        d_bias += row
    return [d_inputs, d_weights, d_bias]


def cross_entropy_by_one_hot(logits, labels):
    truth = np.eye(logits.shape[1])[labels]
    return (softmax(logits) - truth) / len(labels)


def pool_by_places(upstream, feature_map, size, stride):
    slopes = np.zeros_like(feature_map, dtype=float)
    for row in range(upstream.shape[0]):
        for col in range(upstream.shape[1]):
            best, place = -np.inf, None
            for i, j in np.ndindex(size, size):
                value = feature_map[row * stride + i, col * stride + j]
                if value > best:
                    best, place = value, (row * stride + i, col * stride + j)
            slopes[place] += upstream[row, col]
    return slopes


def conv_by_convolutions(upstream, image, kernel, stride):
    spread = np.zeros([n - k + 1 for n, k in zip(image.shape, kernel.shape)])  # noqa: B905
    rows, cols = ((side - 1) * stride + 1 for side in upstream.shape)
    spread[:rows:stride, :cols:stride] = upstream
    return convolve2d(spread, kernel, padding="full"), correlate2d(image, spread)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("leaky_relu_gradient", leaky_by_masks),
        ("dense_gradients", dense_by_loops),
        ("cross_entropy_gradient", cross_entropy_by_one_hot),
        ("max_pool_gradient", pool_by_places),
        ("conv_gradients", conv_by_convolutions),
    ],
)
def test_other_right_answers_pass(name, answer):
    assert check(name, answer) is True


# ------------------------------------------------------------ wrong answers


def conv_kernel_too_large(upstream, image, kernel, stride):
    d_image, d_kernel = conv_gradients(upstream, image, kernel, stride)
    return d_image, 3 * d_kernel


def conv_kernel_only_ones(upstream, image, kernel, stride):
    d_image, d_kernel = conv_gradients(upstream, image, kernel, stride)
    return d_image, np.ones_like(d_kernel)


def conv_kernel_by_convolution(upstream, image, kernel, stride):
    spread = np.zeros(np.subtract(image.shape, kernel.shape) + 1)
    spread[::stride, ::stride] = upstream
    return convolve2d(spread, kernel, padding="full"), convolve2d(image, spread)


def conv_flips_exchanged(upstream, image, kernel, stride):
    spread = np.zeros(np.subtract(image.shape, kernel.shape) + 1)
    spread[::stride, ::stride] = upstream
    return correlate2d(spread, kernel, padding="full"), convolve2d(image, spread)


def conv_spread_too_far(upstream, image, kernel, stride):
    spread = np.kron(upstream, np.eye(1, stride**2).reshape(stride, stride))
    return convolve2d(spread, kernel, padding="full"), correlate2d(image, spread)


def pool_ties_by_columns(upstream, feature_map, size, stride):
    return pool_by_places(upstream.T, feature_map.T, size, stride).T


def pool_hands_back_winners(upstream, feature_map, size, stride):
    slopes = np.zeros(feature_map.shape)
    for row, col in np.ndindex(upstream.shape):
        i, j = row * stride, col * stride
        window = feature_map[i : i + size, j : j + size]
        place = np.unravel_index(window.argmax(), window.shape)
        slopes[i + place[0], j + place[1]] += window[place]
    return slopes


def pool_in_tiles(upstream, feature_map, size, stride, *, flat=True):
    slopes = np.zeros(feature_map.shape)
    for row, col in np.ndindex(upstream.shape):
        i, j = row * size, col * size
        window = feature_map[i : i + size, j : j + size]
        best = window.argmax()
        place = divmod(best, size) if flat else np.unravel_index(best, window.shape)
        slopes[i + place[0], j + place[1]] += upstream[row, col]
    return slopes


def pool_in_tiles_unravelled(upstream, feature_map, size, stride):
    return pool_in_tiles(upstream, feature_map, size, stride, flat=False)


def pool_by_twos(upstream, feature_map, size, stride):
    return pool_by_places(upstream, feature_map, 2, stride)


def truth_alone_divided(logits, labels):
    return softmax(logits) - np.eye(logits.shape[1])[labels] / len(labels)


def probabilities_alone_divided(logits, labels):
    return softmax(logits) / len(labels) - np.eye(logits.shape[1])[labels]


def class_number_subtracted(logits, labels):
    return (softmax(logits) - labels.reshape(-1, 1)) / len(labels)


def mean_of_examples(logits, labels):
    return cross_entropy_by_one_hot(logits, labels).sum(axis=0)


def divided_by_classes(logits, labels):
    truth = np.eye(logits.shape[1])[labels]
    return (softmax(logits) - truth) / logits.shape[1]


def leak_alone(upstream, x, slope):
    return np.where(x > 0, upstream, slope)


def dense_means(upstream, inputs, weights):
    n = len(inputs)
    return upstream @ weights.T, inputs.T @ upstream / n, upstream.sum(axis=0) / n


def dense_bias_counts(upstream, inputs, weights):
    d_inputs, d_weights, _ = dense_gradients(upstream, inputs, weights)
    return d_inputs, d_weights, np.ones_like(upstream).sum(axis=0)


def dense_three_too_many(upstream, inputs, weights):
    return (*dense_gradients(upstream, inputs, weights), 0)


def dense_as_a_sum(upstream, inputs, weights):
    return upstream @ weights.T


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("conv_gradients", conv_kernel_too_large, "`d_kernel` is not right"),
        ("conv_gradients", conv_kernel_too_large, "3 times what they should be"),
        ("conv_gradients", conv_kernel_only_ones, "At [0, 0] yours is 1"),
        ("conv_gradients", conv_kernel_by_convolution, "which flips upstream"),
        ("conv_gradients", conv_flips_exchanged, "the flip is in the wrong place"),
        ("conv_gradients", conv_spread_too_far, "behind its last row"),
        ("max_pool_gradient", pool_ties_by_columns, "you look down the columns"),
        ("max_pool_gradient", pool_hands_back_winners, "the winner itself"),
        ("max_pool_gradient", pool_in_tiles, "the step from one to the next"),
        ("max_pool_gradient", pool_in_tiles_unravelled, "move by their own size"),
        ("max_pool_gradient", pool_by_twos, "2 by 2 always"),
        ("cross_entropy_gradient", truth_alone_divided, "the truth alone"),
        ("cross_entropy_gradient", probabilities_alone_divided, "probabilities alone"),
        ("cross_entropy_gradient", class_number_subtracted, "number of the class"),
        ("cross_entropy_gradient", mean_of_examples, "you added up the examples"),
        ("cross_entropy_gradient", divided_by_classes, "that of the classes"),
        ("leaky_relu_gradient", leak_alone, "you hand back `slope` alone"),
        ("dense_gradients", dense_means, "means over the batch"),
        ("dense_gradients", dense_bias_counts, "upstream in the bias"),
        ("dense_gradients", dense_three_too_many, "you returned 4 results"),
        ("dense_gradients", dense_as_a_sum, "return 3 arrays, (d_inputs, d_weights"),
    ],
)
def test_wrong_parts_are_named(name, answer, words, capsys):
    assert check(name, answer) is False
    assert words.lower() in " ".join(capsys.readouterr().out.split()).lower()
