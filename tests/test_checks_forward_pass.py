"""Answers to chapter 12's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest

from cnn_helpers.activations import relu
from cnn_helpers.checks import check
from cnn_helpers.convolution import conv2d
from cnn_helpers.pooling import max_pool2d

# ------------------------------------------------------------ right answers


def place_by_numpy(row, col, channel, shape):
    return int(np.ravel_multi_index((row, col, channel), shape))


def place_by_counting(row, col, channel, shape):
    for place, here in enumerate(np.ndindex(*shape)):
        if here == (row, col, channel):
            return place
    return None


def logits_by_loops(images, kernels, kernel_bias, weights, bias):
    k_rows, k_cols, _, filters = kernels.shape
    logits = []
    for image in images:
        rows, cols = image.shape[0] - k_rows + 1, image.shape[1] - k_cols + 1
        maps = np.zeros((rows, cols, filters))
        for row, col, k in np.ndindex(rows, cols, filters):
            window = image[row : row + k_rows, col : col + k_cols]
            maps[row, col, k] = max(
                (window * kernels[..., k]).sum() + kernel_bias[k], 0
            )
        pooled = [
            maps[2 * row : 2 * row + 2, 2 * col : 2 * col + 2, k].max()
            for row, col, k in np.ndindex(rows // 2, cols // 2, filters)
        ]
        logits.append([np.dot(pooled, column) for column in weights.T] + bias)
    return np.array(logits)


def logits_by_convolution(images, kernels, kernel_bias, weights, bias):
    maps = max_pool2d(relu(conv2d(images, kernels, kernel_bias)))
    _, rows, cols, channels = maps.shape
    return conv2d(maps, weights.reshape(rows, cols, channels, -1), bias)[:, 0, 0]


def loss_by_loop(logits, labels):
    total = 0.0
    for row, label in zip(logits, labels, strict=True):
        largest = max(row)
        total += largest + np.log(sum(np.exp(z - largest) for z in row)) - row[label]
    return total / len(labels)


def loss_by_logaddexp(logits, labels):
    right = logits[np.arange(len(labels)), labels]
    return (np.logaddexp.reduce(logits, axis=1) - right).mean()


def rows_by_cases(input_shape, stack):
    table = []
    shape = input_shape
    for kind, setting in stack:
        match kind:
            case "conv":
                filters, size = setting
                weights = filters * size * size * shape[-1]
                shape = (shape[0] - size + 1, shape[1] - size + 1, filters)
                table.append((shape, weights + filters))
            case "pool":
                shape = (shape[0] // setting, shape[1] // setting, shape[2])
                table.append((shape, 0))
            case "flatten":
                shape = (int(np.prod(shape)),)
                table.append((shape, 0))
            case "dense":
                table.append(((setting,), shape[0] * setting + setting))
                shape = (setting,)
    return table


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("place_in_row", place_by_numpy),
        ("place_in_row", place_by_counting),
        ("image_to_logits", logits_by_loops),
        ("image_to_logits", logits_by_convolution),
        ("mean_cross_entropy", loss_by_loop),
        ("mean_cross_entropy", loss_by_logaddexp),
        ("summary_rows", rows_by_cases),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def map_after_map(row, col, channel, shape):
    rows, cols, _ = shape
    return channel * rows * cols + row * cols + col


def rows_for_columns(row, col, channel, shape):
    return row * shape[0] * shape[2] + col * shape[2] + channel


def fortran(row, col, channel, shape):
    return int(np.ravel_multi_index((row, col, channel), shape, order="F"))


def no_channels(row, col, channel, shape):
    return row * shape[1] + col + channel


def no_channel(row, col, channel, shape):
    return row * shape[1] + col


def columns_first(row, col, channel, shape):
    return col * shape[1] * shape[2] + row * shape[2] + channel


def whole_batch_in_a_row(images, kernels, kernel_bias, weights, bias):
    maps = max_pool2d(relu(conv2d(images, kernels, kernel_bias)))
    return maps.reshape(-1) @ weights + bias


def no_pool(images, kernels, kernel_bias, weights, bias):
    maps = relu(conv2d(images, kernels, kernel_bias))
    return maps.reshape(len(maps), -1) @ weights + bias


def linear(images, kernels, kernel_bias, weights, bias):
    maps = max_pool2d(conv2d(images, kernels, kernel_bias))
    return maps.reshape(len(maps), -1) @ weights + bias


def no_biases(images, kernels, kernel_bias, weights, bias):
    maps = max_pool2d(relu(conv2d(images, kernels)))
    return maps.reshape(len(maps), -1) @ weights + bias


def no_last_bias(images, kernels, kernel_bias, weights, bias):
    maps = max_pool2d(relu(conv2d(images, kernels, kernel_bias)))
    return maps.reshape(len(maps), -1) @ weights


def channels_first(images, kernels, kernel_bias, weights, bias):
    maps = max_pool2d(relu(conv2d(images, kernels, kernel_bias)))
    return np.moveaxis(maps, 3, 1).reshape(len(maps), -1) @ weights + bias


def no_bias_at_all(images, kernels, kernel_bias, weights, bias):
    maps = max_pool2d(relu(conv2d(images, kernels)))
    return maps.reshape(len(maps), -1) @ weights


def bent_logits(images, kernels, kernel_bias, weights, bias):
    return np.maximum(logits_by_loops(images, kernels, kernel_bias, weights, bias), 0)


def naive(logits, labels):
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return np.mean([-np.log(row[k]) for row, k in zip(shares, labels, strict=True)])


def through_the_share(logits, labels):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    return np.mean([-np.log(row[k]) for row, k in zip(shares, labels, strict=True)])


def summed(logits, labels):
    return loss_by_loop(logits, labels) * len(labels)


def in_bits(logits, labels):
    return loss_by_loop(logits, labels) / np.log(2)


def negative(logits, labels):
    return -loss_by_loop(logits, labels)


def of_the_guess(logits, labels):
    return loss_by_loop(logits, logits.argmax(axis=1))


def shifted_once(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    right = logits[np.arange(len(labels)), labels]
    return (np.log(np.exp(shifted).sum(axis=1)) - right).mean()


def whole_columns(logits, labels):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    return np.mean(-np.log(shares[:, labels]))


def one_sum(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    right = shifted[np.arange(len(labels)), labels]
    return (np.log(np.exp(shifted).sum()) - right).mean()


def no_sum_of_powers(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return -shifted[np.arange(len(labels)), labels].mean()


def no_right_logit(logits, labels):
    return np.logaddexp.reduce(logits, axis=1).mean()


def changed(edit):
    """Return the right table with each row edited."""
    return lambda input_shape, stack: [
        edit(kind, setting, *row)
        for (kind, setting), row in zip(
            stack, rows_by_cases(input_shape, stack), strict=True
        )
    ]


def no_filter_bias(kind, setting, shape, count):
    return shape, count - setting[0] if kind == "conv" else count


def no_unit_bias(kind, setting, shape, count):
    return shape, count - setting if kind == "dense" else count


def count_first(kind, setting, shape, count):
    return count, shape


def with_none(kind, setting, shape, count):
    return (None, *shape), count


def bare_numbers(kind, setting, shape, count):
    return shape[0] if len(shape) == 1 else shape, count


def size_before_filters(input_shape, stack):
    return rows_by_cases(
        input_shape,
        [(kind, (of[1], of[0]) if kind == "conv" else of) for kind, of in stack],
    )


def flat_filters(input_shape, stack):
    table = rows_by_cases(input_shape, stack)
    return [
        (shape, setting[0] * (setting[1] ** 2 + 1) if kind == "conv" else count)
        for (kind, setting), (shape, count) in zip(stack, table, strict=True)
    ]


@pytest.mark.parametrize(
    ("name", "answer", "message"),
    [
        ("place_in_row", map_after_map, "map after map"),
        ("place_in_row", rows_for_columns, "as there are columns"),
        ("place_in_row", fortran, "the last axis runs fastest"),
        ("place_in_row", no_channels, "each place holds"),
        ("place_in_row", no_channel, "the channel is one of them"),
        ("place_in_row", columns_first, "have changed places"),
        ("image_to_logits", whole_batch_in_a_row, "flatten each image by itself"),
        ("image_to_logits", no_pool, "is the pool there"),
        ("image_to_logits", linear, "left out the relu"),
        ("image_to_logits", no_biases, "bias of the convolution"),
        ("image_to_logits", no_last_bias, "bias of the dense"),
        ("image_to_logits", no_bias_at_all, "both biases"),
        ("image_to_logits", channels_first, "map after map"),
        ("image_to_logits", bent_logits, "no relu after"),
        ("mean_cross_entropy", naive, "overflow"),
        ("mean_cross_entropy", through_the_share, "rounds to 0"),
        ("mean_cross_entropy", summed, "the sum over the batch"),
        ("mean_cross_entropy", in_bits, "base 2"),
        ("mean_cross_entropy", negative, "sign"),
        ("mean_cross_entropy", of_the_guess, "share of the guess"),
        ("mean_cross_entropy", shifted_once, "add it again"),
        ("mean_cross_entropy", whole_columns, "whole columns"),
        ("mean_cross_entropy", one_sum, "a sum of its own"),
        ("mean_cross_entropy", no_sum_of_powers, "logarithm of the sum"),
        ("mean_cross_entropy", no_right_logit, "logit of the right class"),
        ("summary_rows", changed(no_filter_bias), "each filter has a bias"),
        ("summary_rows", changed(no_unit_bias), "each unit of a dense layer"),
        ("summary_rows", flat_filters, "as deep as its input"),
        ("summary_rows", changed(count_first), "the shape comes first"),
        ("summary_rows", changed(with_none), "leave the none"),
        ("summary_rows", changed(bare_numbers), "a tuple as well"),
        ("summary_rows", size_before_filters, "you swapped them"),
    ],
)
def test_a_wrong_answer_is_named(name, answer, message, capsys):
    assert check(name, answer) is False
    told = " ".join(capsys.readouterr().out.lower().split())
    assert message in told, told


def test_a_short_row_of_the_table_is_refused(capsys):
    short = changed(lambda kind, setting, shape, count: (shape[:-1], count))
    assert check("summary_rows", short) is False
    assert "not right yet" in capsys.readouterr().out
