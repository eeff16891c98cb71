"""Checks of chapter 12's exercises: a place in a row, logits, their loss, a summary."""

import numpy as np

from cnn_helpers.activations import relu, softmax
from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.convolution import conv2d
from cnn_helpers.losses import sparse_categorical_crossentropy
from cnn_helpers.pooling import average_pool2d, max_pool2d

# ----------------------------------------------------------- a place in the row


def place_in_row(row, col, channel, shape):
    """Return the place of a map's number in the flattened row."""
    _, cols, channels = shape
    return (row * cols + col) * channels + channel


PLACE_IN_ROW = Check(
    name="place_in_row",
    reference=place_in_row,
    cases=(
        case(1, 2, 1, (2, 3, 2)),
        case(0, 0, 2, (13, 13, 3)),
        case(0, 4, 0, (13, 13, 3)),
        case(5, 0, 0, (13, 13, 3)),
        case(12, 12, 2, (13, 13, 3)),
        case(3, 6, 4, (5, 8, 6)),
        case(6, 2, 0, (9, 4, 1)),
    ),
    mistakes=(
        wrong(
            lambda row, col, channel, shape: (
                (channel * shape[0] + row) * shape[1] + col
            ),
            "you lay down map after map; here the channels of one place stay together",
        ),
        wrong(
            lambda row, col, channel, shape: (
                (col * shape[0] + row) * shape[2] + channel
            ),
            "you go down the columns first; the order is row by row",
        ),
        wrong(
            lambda row, col, channel, shape: (
                (row * shape[0] + col) * shape[2] + channel
            ),
            "a full row holds as many places as there are columns, not rows",
        ),
        wrong(
            lambda row, col, channel, shape: (row * shape[1] + col) * shape[2],
            "you left out the channel: its places follow each other",
        ),
        wrong(
            lambda row, col, channel, shape: row * shape[1] + col,
            "you count the places before it; each place holds `channels` numbers, and "
            "the channel is one of them",
        ),
        wrong(
            lambda row, col, channel, shape: (
                (col * shape[1] + row) * shape[2] + channel
            ),
            "row and col have changed places: full rows stand before it, then columns",
        ),
        wrong(
            lambda row, col, channel, shape: row * shape[1] + col + channel,
            "each place holds `channels` numbers: what stands before counts that often",
        ),
        wrong(
            lambda row, col, channel, shape: (
                (row * shape[1] + col) * shape[2] + channel + 1
            ),
            "all count from 0: the first number stands at place 0",
        ),
        wrong(
            lambda row, col, channel, shape: (
                (channel * shape[1] + col) * shape[0] + row
            ),
            "the order is the other way round: the last axis runs fastest",
        ),
        wrong(
            lambda row, col, channel, shape: row * shape[1] + col * shape[2] + channel,
            "a full row holds `cols * channels` numbers, not `cols`",
        ),
        wrong(
            lambda row, col, channel, shape: row * shape[1] * shape[2] + col + channel,
            "each column holds `channels` numbers: multiply col by that",
        ),
        wrong(
            lambda row, col, channel, shape: float(
                place_in_row(row, col, channel, shape)
            ),
            "the place is right, but a float; it should be an integer",
        ),
    ),
)


# ------------------------------------------------------ from images to logits


def image_to_logits(images, kernels, kernel_bias, weights, bias):
    """Return the logits (N, classes) of images (N, H, W, C)."""
    return _finish(_pooled(images, kernels, kernel_bias), weights, bias)


def _pooled(images, kernels, kernel_bias):
    return max_pool2d(relu(conv2d(images, kernels, kernel_bias)))


def _finish(maps, weights, bias):
    return maps.reshape(len(maps), -1) @ weights + bias


def _no_relu(images, kernels, kernel_bias, weights, bias):
    return _finish(max_pool2d(conv2d(images, kernels, kernel_bias)), weights, bias)


def _no_pool(images, kernels, kernel_bias, weights, bias):
    return _finish(relu(conv2d(images, kernels, kernel_bias)), weights, bias)


def _mean_pool(images, kernels, kernel_bias, weights, bias):
    maps = relu(conv2d(images, kernels, kernel_bias))
    return _finish(average_pool2d(maps), weights, bias)


def _no_kernel_bias(images, kernels, kernel_bias, weights, bias):
    return _finish(_pooled(images, kernels, None), weights, bias)


def _late_kernel_bias(images, kernels, kernel_bias, weights, bias):
    maps = relu(conv2d(images, kernels)) + kernel_bias
    return _finish(max_pool2d(maps), weights, bias)


def _no_bias(images, kernels, kernel_bias, weights, bias):
    return _finish(_pooled(images, kernels, kernel_bias), weights, 0 * bias)


def _map_after_map(images, kernels, kernel_bias, weights, bias):
    maps = _pooled(images, kernels, kernel_bias)
    return _finish(maps.transpose(0, 3, 1, 2), weights, bias)


def _batch_in_one_row(images, kernels, kernel_bias, weights, bias):
    return _pooled(images, kernels, kernel_bias).reshape(-1) @ weights + bias


def _column_after_column(images, kernels, kernel_bias, weights, bias):
    maps = _pooled(images, kernels, kernel_bias)
    return _finish(maps.transpose(0, 2, 1, 3), weights, bias)


def _flipped(images, kernels, kernel_bias, weights, bias):
    return image_to_logits(images, kernels[::-1, ::-1], kernel_bias, weights, bias)


def _first_image(images, kernels, kernel_bias, weights, bias):
    return image_to_logits(images, kernels, kernel_bias, weights, bias)[0]


def _relu_at_the_end(images, kernels, kernel_bias, weights, bias):
    return relu(image_to_logits(images, kernels, kernel_bias, weights, bias))


def _shares(images, kernels, kernel_bias, weights, bias):
    return softmax(image_to_logits(images, kernels, kernel_bias, weights, bias))


def _guesses(images, kernels, kernel_bias, weights, bias):
    return image_to_logits(images, kernels, kernel_bias, weights, bias).argmax(axis=1)


def _network(seed, images_shape, filters, kernel, classes):
    """Return a case: images and weights that fit each other."""
    rng = np.random.default_rng(seed)
    _, rows, cols, channels = images_shape
    k_rows, k_cols = kernel
    width = (rows - k_rows + 1) // 2 * ((cols - k_cols + 1) // 2) * filters
    return case(
        rng.uniform(size=images_shape),
        rng.normal(size=(k_rows, k_cols, channels, filters)),
        rng.normal(size=filters),
        rng.normal(size=(width, classes)),
        rng.normal(size=classes),
    )


IMAGE_TO_LOGITS = Check(
    name="image_to_logits",
    reference=image_to_logits,
    cases=(
        _network(0, (2, 8, 8, 1), 3, (3, 3), 4),
        _network(1, (3, 9, 6, 1), 2, (2, 2), 10),
        _network(2, (1, 7, 10, 3), 4, (3, 2), 5),
        _network(3, (2, 28, 28, 1), 6, (2, 2), 10),
    ),
    mistakes=(
        wrong(_no_relu, "you left out the ReLU between the convolution and the pool"),
        wrong(
            _no_pool,
            "the row and the dense weights do not fit: is the pool there, and the "
            "convolution without padding?",
        ),
        wrong(
            _batch_in_one_row,
            "flatten each image by itself: the first axis, that of the images, stays",
        ),
        wrong(
            _mean_pool,
            "your pool takes the mean of each tile; asked is the largest number",
        ),
        wrong(_no_kernel_bias, "the bias of the convolution is missing"),
        wrong(
            lambda images, kernels, kernel_bias, weights, bias: _no_kernel_bias(
                images, kernels, kernel_bias, weights, 0 * bias
            ),
            "both biases are missing, that of the convolution and that of the dense "
            "layer",
        ),
        wrong(
            _late_kernel_bias,
            "you add the bias of the kernels after the ReLU; it belongs before it",
        ),
        wrong(_no_bias, "the bias of the dense layer is missing"),
        wrong(
            _map_after_map,
            "you flatten map after map; the channels of one place stay together",
        ),
        wrong(
            _column_after_column,
            "you flatten column after column; the order is row by row",
        ),
        wrong(_flipped, "your kernels are flipped: a layer lays them on as they are"),
        wrong(
            _first_image,
            "you return the logits of the first image only; asked is a row an image",
        ),
        wrong(
            _relu_at_the_end,
            "no ReLU after the dense layer: logits may be negative",
        ),
        wrong(_shares, "you return shares; the softmax is not asked for here"),
        wrong(_guesses, "you return the guesses; asked are the logits behind them"),
    ),
)


# ------------------------------------------------------- the loss from logits


def mean_cross_entropy(logits, labels):
    """Return the mean surprise of the labels, a float."""
    return float(_surprise(logits, labels).mean())


def _surprise(logits, labels):
    return sparse_categorical_crossentropy(labels, logits, from_logits=True)


def _right_shares(logits, labels):
    return softmax(logits)[np.arange(len(labels)), labels]


def _overflowing(logits, labels):
    powers = np.exp(logits)
    shares = powers / powers.sum(axis=1, keepdims=True)
    return float(-np.log(shares[np.arange(len(labels)), labels]).mean())


def _half_way(logits, labels):
    """Use the formula without taking the largest logit out."""
    right = logits[np.arange(len(labels)), labels]
    return float((np.log(np.exp(logits).sum(axis=1)) - right).mean())


def _largest_of_all(logits, labels):
    shifted = logits - logits.max()
    right = shifted[np.arange(len(labels)), labels]
    return float((np.log(np.exp(shifted).sum(axis=1)) - right).mean())


def _largest_not_given_back(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    right = logits[np.arange(len(labels)), labels]
    return float((np.log(np.exp(shifted).sum(axis=1)) - right).mean())


def _powers(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True))


def _one_sum_for_all(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    right = shifted[np.arange(len(labels)), labels]
    return float((np.log(np.exp(shifted).sum()) - right).mean())


def _one_hot(logits, labels):
    return np.eye(logits.shape[1])[labels]


LOGITS = np.array(
    [[2.0, 1.0, 0.0], [-1.0, 3.0, 0.5], [0.0, 0.2, -0.4], [1.0, 1.5, 2.5]]
)

MEAN_CROSS_ENTROPY = Check(
    name="mean_cross_entropy",
    reference=mean_cross_entropy,
    cases=(
        case(LOGITS, np.array([0, 0, 2, 1])),
        case(np.zeros((2, 10)), np.array([3, 9])),
        case(LOGITS[:, ::-1] * 2, np.array([1, 2, 0, 2])),
        case(np.array([[1002.0, 1001.0, 1000.0]]), np.array([1])),
        case(np.array([[1000.0, -1000.0], [-998.0, -999.0]]), np.array([1, 0])),
        case(np.array([[5.0, -3.0, 1.0, 0.0]], np.float32), np.array([3])),
    ),
    mistakes=(
        wrong(
            _overflowing,
            "large logits overflow in yours: subtract the largest of each row first",
        ),
        wrong(
            _half_way,
            "the formula is right and overflows: take the largest logit of each row "
            "out of the sum of powers",
        ),
        wrong(
            lambda logits, labels: float(-np.log(_right_shares(logits, labels)).mean()),
            "a share that rounds to 0 makes yours infinite: compute the logarithm from "
            "the logits, without the share",
        ),
        wrong(
            lambda logits, labels: float(
                -np.log(_right_shares(logits, labels) + 1e-12).mean()
            ),
            "a small number added to the share hides how wrong the network was: "
            "compute the logarithm from the logits",
        ),
        wrong(
            lambda logits, labels: float(
                -np.log(np.clip(_right_shares(logits, labels), 1e-7, 1)).mean()
            ),
            "you clip the share, so no surprise can pass -ln of the clip: compute the "
            "logarithm from the logits",
        ),
        wrong(
            _largest_of_all,
            "you subtract the largest logit of the whole batch; rows far below it "
            "vanish. Take the largest of each row",
        ),
        wrong(
            _largest_not_given_back,
            "you subtract the largest logit in the sum of powers only: add it again "
            "outside the logarithm, or subtract it from the right logit as well",
        ),
        wrong(
            lambda logits, labels: float(-np.log(softmax(logits)[:, labels]).mean()),
            "with [:, labels] you take whole columns; take one place a row, "
            "[np.arange(N), labels]",
        ),
        wrong(
            _one_sum_for_all,
            "you sum the powers of the whole batch; each row has a sum of its own: "
            "sum along axis 1",
        ),
        wrong(
            lambda logits, labels: float(
                (logits.max(axis=1) - logits[np.arange(len(labels)), labels]).mean()
            ),
            "you left out the logarithm of the sum of powers",
        ),
        wrong(
            lambda logits, labels: float(
                (logits.max(axis=1) + np.log(_powers(logits).sum(axis=1))).mean()
            ),
            "you left out the logit of the right class: subtract it",
        ),
        wrong(
            lambda logits, labels: float(_surprise(logits, labels).sum()),
            "you return the sum over the batch; asked is the mean",
        ),
        wrong(
            lambda logits, labels: _surprise(logits, labels),
            "you return a surprise for each row; asked is their mean",
        ),
        wrong(
            lambda logits, labels: -mean_cross_entropy(logits, labels),
            "the sign is turned: a surprise is never negative",
        ),
        wrong(
            lambda logits, labels: mean_cross_entropy(logits, labels) / np.log(2),
            "you took the logarithm to base 2; np.log is the natural one",
        ),
        wrong(
            lambda logits, labels: mean_cross_entropy(logits, labels) / np.log(10),
            "you took the logarithm to base 10; np.log is the natural one",
        ),
        wrong(
            lambda logits, labels: mean_cross_entropy(logits, logits.argmax(axis=1)),
            "you take the share of the guess; asked is that of the label",
        ),
        wrong(
            lambda logits, labels: mean_cross_entropy(logits, labels) / logits.shape[1],
            "you divide by the number of classes as well; the mean is over the rows",
        ),
        wrong(
            lambda logits, labels: float((1 - _right_shares(logits, labels)).mean()),
            "that is 1 - p; the surprise is -ln p",
        ),
        wrong(
            lambda logits, labels: float(
                ((softmax(logits) - _one_hot(logits, labels)) ** 2).mean()
            ),
            "that is the mean squared error of the shares; asked is -ln p",
        ),
    ),
)


# ------------------------------------------------------------- the summary


def summary_rows(input_shape, stack):
    """Return (output shape, parameters) of each layer."""
    return _rows(input_shape, stack)


def _rows(
    input_shape,
    stack,
    *,
    conv=lambda filters, size, channels: filters * (size * size * channels + 1),
    shrink=lambda side, size: side - size + 1,
    tile=lambda side, size: side // size,
    flat=lambda rows, cols, channels: rows * cols * channels,
    dense=lambda inputs, units: (inputs + 1) * units,
    pooled_parameters=lambda size, channels: 0,
):
    """Return the table, with each of its formulas exchangeable."""
    shape, table = tuple(input_shape), []
    for kind, setting in stack:
        count = 0
        if kind == "conv":
            filters, size = setting
            count = conv(filters, size, shape[2])
            shape = (shrink(shape[0], size), shrink(shape[1], size), filters)
        elif kind == "pool":
            count = pooled_parameters(setting, shape[2])
            shape = (tile(shape[0], setting), tile(shape[1], setting), shape[2])
        elif kind == "flatten":
            shape = (flat(*shape),)
        else:
            count = dense(shape[0], setting)
            shape = (setting,)
        table.append((shape, count))
    return table


def _with(**changes):
    """Return the table with one formula wrong."""
    return lambda input_shape, stack: _rows(input_shape, stack, **changes)


def _running_totals(input_shape, stack):
    table, total = [], 0
    for shape, count in _rows(input_shape, stack):
        total += count
        table.append((shape, total))
    return table


def _transposed(input_shape, stack):
    rows, cols, channels = input_shape
    return _rows((cols, rows, channels), stack)


def _settings_swapped(input_shape, stack):
    swapped = [
        (kind, setting[::-1] if kind == "conv" else setting) for kind, setting in stack
    ]
    return _rows(input_shape, swapped)


ARTICLE_001 = [("conv", (6, 2)), ("pool", 2), ("flatten", None), ("dense", 10)]
TWO_CONVOLUTIONS = [
    ("conv", (8, 5)),
    ("pool", 2),
    ("conv", (16, 4)),
    ("pool", 3),
    ("flatten", None),
    ("dense", 30),
    ("dense", 4),
]

SUMMARY_ROWS = Check(
    name="summary_rows",
    reference=summary_rows,
    cases=(
        case((28, 28, 1), ARTICLE_001),
        case((32, 20, 3), ARTICLE_001),
        case((28, 28, 1), TWO_CONVOLUTIONS),
        case((41, 30, 3), TWO_CONVOLUTIONS),
        case((9, 7, 2), [("conv", (5, 3)), ("conv", (4, 2)), ("pool", 2)]),
    ),
    mistakes=(
        wrong(
            _with(conv=lambda filters, size, channels: filters * size**2 * channels),
            "each filter has a bias as well",
        ),
        wrong(
            _with(dense=lambda inputs, units: inputs * units),
            "each unit of a dense layer has a bias as well",
        ),
        wrong(
            _with(
                conv=lambda filters, size, channels: filters * size**2 * channels,
                dense=lambda inputs, units: inputs * units,
            ),
            "you count the weights; parameters are the weights and the biases",
        ),
        wrong(
            _with(conv=lambda filters, size, channels: filters * (size * size + 1)),
            "a filter is as deep as its input: multiply by the channels",
        ),
        wrong(
            _with(conv=lambda filters, size, channels: filters * (size * channels + 1)),
            "a filter has size * size places, not size",
        ),
        wrong(
            _with(
                conv=lambda filters, size, channels: filters * size**2 * channels + 1
            ),
            "every filter has a bias of its own, not one for all",
        ),
        wrong(
            _with(shrink=lambda side, size: side),
            "without padding a convolution takes size - 1 off each side",
        ),
        wrong(
            _with(shrink=lambda side, size: side - size),
            "a window has side - size + 1 places, one more than you took",
        ),
        wrong(
            _with(tile=lambda side, size: -(-side // size)),
            "you round up: what does not fill a tile is left out",
        ),
        wrong(
            _with(tile=lambda side, size: side - size + 1),
            "a pool in tiles moves by its own size",
        ),
        wrong(
            _with(tile=lambda side, size: side / size),
            "a side has whole tiles only: divide with // and not with /",
        ),
        wrong(
            _with(flat=lambda rows, cols, channels: rows * cols),
            "the flattened row holds all maps: multiply by the channels",
        ),
        wrong(
            _with(pooled_parameters=lambda size, channels: size * size * channels),
            "a pool has no parameters",
        ),
        wrong(
            _with(dense=lambda inputs, units: inputs * units + 1),
            "every unit has a bias of its own, not one for the layer",
        ),
        wrong(
            _running_totals,
            "you add up the counts from layer to layer; asked is each by itself",
        ),
        wrong(_transposed, "rows and columns have changed places"),
        wrong(
            lambda input_shape, stack: [row[::-1] for row in _rows(input_shape, stack)],
            "in each pair the shape comes first, then the count",
        ),
        wrong(
            lambda input_shape, stack: [
                ((None, *shape), count) for shape, count in _rows(input_shape, stack)
            ],
            "leave the None for the number of images out: the shape of one image's "
            "result is asked",
        ),
        wrong(
            lambda input_shape, stack: [
                (shape if len(shape) > 1 else shape[0], count)
                for shape, count in _rows(input_shape, stack)
            ],
            "a row's shape is a tuple as well, with one number: (10,)",
        ),
        wrong(
            _settings_swapped,
            "the filters come first in a convolution's setting, then the size: you "
            "swapped them",
        ),
        wrong(
            lambda input_shape, stack: [row[0] for row in _rows(input_shape, stack)],
            "the counts are missing: give a pair (shape, count) for each layer",
        ),
        wrong(
            lambda input_shape, stack: [row[1] for row in _rows(input_shape, stack)],
            "the shapes are missing: give a pair (shape, count) for each layer",
        ),
        wrong(
            lambda input_shape, stack: sum(row[1] for row in _rows(input_shape, stack)),
            "that is the total; asked is a pair (shape, count) for each layer",
        ),
    ),
)

CHECKS = (PLACE_IN_ROW, IMAGE_TO_LOGITS, MEAN_CROSS_ENTROPY, SUMMARY_ROWS)
