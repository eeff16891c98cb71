"""Checks of chapter 13's exercises: gradients of bends, sums, pools and windows."""

import numpy as np

from cnn_helpers.activations import softmax
from cnn_helpers.checks.compare import difference, explain, same
from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.convolution import convolve2d, correlate2d

RNG = np.random.default_rng(13)


def _judge_parts(reference, names):
    """Return a judge of several gradients that says which of them is wrong."""

    def judge(result, *args):
        expected = reference(*args)
        listed = f"({', '.join(names)})"
        if not isinstance(result, tuple | list):
            return f"return {len(names)} arrays, {listed}"
        if len(result) != len(names):
            return f"you returned {len(result)} results; asked are {listed}"
        for name, ours, theirs in zip(names, expected, result, strict=True):
            if not same(ours, theirs):
                words = [explain(theirs, ours), difference(theirs, ours)]
                return f"`{name}` is not right. " + " ".join(filter(None, words))
        return None

    return judge


# ------------------------------------------------------------------ leaky ReLU


def leaky_relu_gradient(upstream, x, slope):
    """Return the slopes of the loss with respect to x."""
    return upstream * np.where(x > 0, 1.0, slope)


def _leaky(x, slope):
    return np.where(x > 0, x, slope * x)


X = np.array([[1.5, -2.0, 0.0], [-0.5, 3.0, -4.0]])
UPSTREAM = np.array([[2.0, 3.0, -1.0], [-4.0, -0.5, 5.0]])

LEAKY_RELU_GRADIENT = Check(
    name="leaky_relu_gradient",
    reference=leaky_relu_gradient,
    cases=(
        case(np.array([1.0, 1.0, 1.0, 1.0]), np.array([2.0, -2.0, 3.0, -1.0]), 0.2),
        case(UPSTREAM, X, 0.2),
        case(-UPSTREAM, X.round() + 1, 0.0),
        case(UPSTREAM.T, 3 * X.T, 0.01),
    ),
    mistakes=(
        wrong(
            lambda upstream, x, slope: np.where(x > 0, 1.0, slope),
            "you left out upstream: multiply each local slope by the slope that "
            "arrives there",
        ),
        wrong(
            lambda upstream, x, slope: np.where(x > 0, upstream, slope),
            "below 0 you hand back `slope` alone: there, too, it multiplies upstream",
        ),
        wrong(
            lambda upstream, x, slope: upstream * (x > 0),
            "below 0 a part passes: `slope` times upstream. Yours is the plain ReLU",
        ),
        wrong(
            lambda upstream, x, slope: upstream * np.where(upstream > 0, 1.0, slope),
            "the gate is set by x, as it was on the way forward, not by upstream",
        ),
        wrong(
            lambda upstream, x, slope: upstream * _leaky(x, slope),
            "you multiply by the function's value; its slope is asked",
        ),
        wrong(
            lambda upstream, x, slope: upstream * np.where(x >= 0, 1.0, slope),
            "at exactly 0 this book takes the left slope, as for ReLU: compare with "
            "x > 0",
        ),
        wrong(
            lambda upstream, x, slope: upstream * np.where(x > 0, slope, 1.0),
            "the two sides have changed places: above 0 everything passes",
        ),
        wrong(
            lambda upstream, x, slope: upstream * np.where(x > 0, 1.0, -slope),
            "below 0 the function rises as well, gently: its slope is not negative",
        ),
        wrong(
            lambda upstream, x, slope: np.where(
                x > 0, upstream, slope * upstream * (upstream > 0)
            ),
            "negative slopes arrive as well, and pass like the others",
        ),
        wrong(
            lambda upstream, x, slope: upstream * np.where(x > 0, 1.0, slope * x),
            "below 0 the slope is the same everywhere: it does not grow with x",
        ),
    ),
)


# ----------------------------------------------------------------------- dense


def dense_gradients(upstream, inputs, weights):
    """Return the slopes for the inputs, the weights and the bias."""
    return upstream @ weights.T, inputs.T @ upstream, upstream.sum(axis=0)


def _dense_with(d_inputs=None, d_weights=None, d_bias=None):
    """Return the right answer with one part replaced."""

    def answer(upstream, inputs, weights):
        parts = list(dense_gradients(upstream, inputs, weights))
        for place, change in enumerate((d_inputs, d_weights, d_bias)):
            if change is not None:
                parts[place] = change(upstream, inputs, weights)
        return tuple(parts)

    return answer


def _random(*shape):
    return RNG.integers(-9, 10, shape).astype(float)


DENSE_GRADIENTS = Check(
    name="dense_gradients",
    reference=dense_gradients,
    cases=(
        case(np.array([[1.0, -2.0]]), np.array([[3.0, 4.0]]), np.eye(2) + 1),
        case(_random(3, 3), _random(3, 3), _random(3, 3)),
        case(_random(5, 4), _random(5, 4), _random(4, 4)),
        case(_random(4, 2), _random(4, 6), _random(6, 2)),
        case(_random(1, 5), _random(1, 3), _random(3, 5)),
    ),
    judge=_judge_parts(dense_gradients, ("d_inputs", "d_weights", "d_bias")),
    mistakes=(
        wrong(
            _dense_with(d_bias=lambda upstream, inputs, weights: upstream),
            "the bias has one slope an output: sum over the examples of the batch",
        ),
        wrong(
            _dense_with(d_bias=lambda upstream, inputs, weights: upstream.mean(axis=0)),
            "the slopes of the bias are summed over the batch; a mean is taken once "
            "only, in the loss",
        ),
        wrong(
            _dense_with(d_bias=lambda upstream, inputs, weights: upstream.sum(axis=1)),
            "you summed over the outputs; for the bias sum over the batch, axis 0",
        ),
        wrong(
            _dense_with(d_bias=lambda upstream, inputs, weights: upstream.sum()),
            "you summed everything: each output has a bias of its own",
        ),
        wrong(
            _dense_with(
                d_bias=lambda upstream, inputs, weights: upstream.sum(0, keepdims=True)
            ),
            "the bias has one axis: sum without keepdims",
        ),
        wrong(
            _dense_with(
                d_weights=lambda upstream, inputs, weights: (
                    inputs.T @ upstream / len(inputs)
                )
            ),
            "you divided d_weights by the number of examples; a mean is taken once "
            "only, in the loss",
        ),
        wrong(
            _dense_with(
                d_weights=lambda upstream, inputs, weights: (
                    inputs.T @ upstream / len(inputs)
                ),
                d_bias=lambda upstream, inputs, weights: upstream.mean(axis=0),
            ),
            "you took means over the batch for the weights and the bias; their slopes "
            "are summed: a mean is taken once only, in the loss",
        ),
        wrong(
            _dense_with(
                d_bias=lambda upstream, inputs, weights: np.full(
                    weights.shape[1], float(len(inputs))
                )
            ),
            "you left out upstream in the bias: sum it over the batch",
        ),
        wrong(
            _dense_with(
                d_weights=lambda upstream, inputs, weights: upstream.T @ inputs
            ),
            "your d_weights is transposed: a row an input, a column an output, as in "
            "weights",
        ),
        wrong(
            _dense_with(
                d_weights=lambda upstream, inputs, weights: np.outer(
                    inputs[0], upstream[0]
                )
            ),
            "your d_weights knows the first example only: sum over the batch",
        ),
        wrong(
            _dense_with(d_inputs=lambda upstream, inputs, weights: upstream @ weights),
            "on the way back the weights are transposed: upstream @ weights.T",
        ),
        wrong(
            lambda upstream, inputs, weights: (
                upstream @ weights.T,
                inputs @ upstream,
                upstream.sum(axis=0),
            ),
            "an input's weight meets that input in every example: d_weights needs "
            "inputs.T",
        ),
        wrong(
            lambda upstream, inputs, weights: (
                inputs.T @ upstream,
                upstream @ weights.T,
                upstream.sum(axis=0),
            ),
            "you swapped two: d_inputs comes first, then d_weights",
        ),
        wrong(
            lambda upstream, inputs, weights: (
                upstream @ weights.T,
                inputs.T @ upstream,
            ),
            "the bias has slopes, too: return (d_inputs, d_weights, d_bias)",
        ),
    ),
)


# ------------------------------------------------- softmax with cross-entropy


def cross_entropy_gradient(logits, labels):
    """Return the slopes of the mean loss with respect to the logits."""
    return _less_one(softmax(logits), labels) / len(logits)


def _less_one(values, labels):
    values = values.copy()
    values[np.arange(len(labels)), labels] -= 1
    return values


def _overflowing(logits):
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def _only_the_true_class(logits, labels):
    whole = cross_entropy_gradient(logits, labels)
    chosen = np.zeros_like(whole)
    rows = np.arange(len(labels))
    chosen[rows, labels] = whole[rows, labels]
    return chosen


def _one_over_p(logits, labels):
    """Return the slopes with respect to the probabilities."""
    rows = np.arange(len(labels))
    slopes = np.zeros_like(logits, dtype=float)
    slopes[rows, labels] = -1 / softmax(logits)[rows, labels]
    return slopes / len(logits)


def _labels_as_rows(logits, labels):
    values = softmax(logits)
    values[labels] -= 1
    return values / len(logits)


def _labels_as_columns(logits, labels):
    values = softmax(logits)
    values[:, labels] -= 1
    return values / len(logits)


LOGITS = np.array([[2.0, 1.0, 0.0], [0.0, -1.0, 3.0], [0.5, 0.5, 0.5], [4.0, 0.0, 1.0]])

CROSS_ENTROPY_GRADIENT = Check(
    name="cross_entropy_gradient",
    reference=cross_entropy_gradient,
    cases=(
        case(np.array([[2.0, 1.0, 0.0]]), np.array([1])),
        case(LOGITS, np.array([1, 2, 0, 1])),
        case(_random(3, 5) / 3, np.array([4, 0, 0])),
        case(np.array([[1000.0, 1001.0], [-1000.0, -998.0]]), np.array([0, 1])),
    ),
    mistakes=(
        wrong(
            lambda logits, labels: _less_one(softmax(logits), labels),
            "the loss is the mean over the batch: divide by the number of examples",
        ),
        wrong(
            lambda logits, labels: _less_one(softmax(logits), labels) / logits.size,
            "divide by the number of examples, not by that of all logits",
        ),
        wrong(
            lambda logits, labels: _less_one(softmax(logits), labels) / logits.shape[1],
            "divide by the number of examples, not by that of the classes",
        ),
        wrong(
            lambda logits, labels: _less_one(softmax(logits), labels).mean(axis=0),
            "you added up the examples: each row of logits keeps a row of slopes, "
            "divided by N",
        ),
        wrong(
            lambda logits, labels: (
                softmax(logits)
                + _less_one(np.zeros(logits.shape), labels) / len(logits)
            ),
            "you divided the truth alone by N: divide the whole difference",
        ),
        wrong(
            lambda logits, labels: _less_one(softmax(logits) / len(logits), labels),
            "you divided the probabilities alone by N: divide the whole difference",
        ),
        wrong(
            lambda logits, labels: (softmax(logits) - labels[:, None]) / len(logits),
            "you subtract the number of the class; subtract 1 in the place of the "
            "class",
        ),
        wrong(
            _labels_as_rows,
            "with values[labels] you take whole rows; take one place a row, "
            "values[np.arange(N), labels]",
        ),
        wrong(
            lambda logits, labels: -cross_entropy_gradient(logits, labels),
            "the sign is turned: p - y, not y - p. The slope of the true class is "
            "negative",
        ),
        wrong(
            lambda logits, labels: softmax(logits) / len(logits),
            "you left out the true class: subtract 1 from its probability",
        ),
        wrong(
            lambda logits, labels: _less_one(logits, labels) / len(logits),
            "you left out the softmax: probabilities minus truth, not logits minus "
            "truth",
        ),
        wrong(
            lambda logits, labels: (
                _less_one(_overflowing(logits), labels) / len(logits)
            ),
            "your exponentials overflow: subtract each row's maximum first, as in "
            "chapter 12",
        ),
        wrong(
            lambda logits, labels: (
                _less_one(softmax(logits, axis=0), labels) / len(logits)
            ),
            "the softmax runs over the classes: each row sums to 1",
        ),
        wrong(
            _only_the_true_class,
            "the other logits have slopes, too: they share the denominator",
        ),
        wrong(
            _one_over_p,
            "that is the slope with respect to the probabilities; go one step further "
            "back, through the softmax",
        ),
        wrong(
            _labels_as_columns,
            "with values[:, labels] you take whole columns; take one place a row, "
            "values[np.arange(N), labels]",
        ),
        wrong(
            lambda logits, labels: (
                softmax(logits)
                * (1 - softmax(logits))
                * _less_one(softmax(logits), labels)
                / len(logits)
            ),
            "there is one factor too many: with cross-entropy the softmax's own slope "
            "cancels, p - y remains",
        ),
        wrong(
            lambda logits, labels: (
                -np.log(softmax(logits))[np.arange(len(labels)), labels].mean()
            ),
            "you returned the loss; its slopes are asked, one for each logit",
        ),
    ),
)


# -------------------------------------------------------------------- max pool


def max_pool_gradient(upstream, feature_map, size, stride):
    """Return the slopes for the map of a pool whose windows may overlap."""
    return _pool_back(upstream, feature_map, size, stride, _first)


def _pool_back(upstream, feature_map, size, stride, shares, *, overwrite=False):
    """Send each slope back by the shares that its window's numbers have in it."""
    slopes = np.zeros(feature_map.shape)
    for row, col in np.ndindex(upstream.shape):
        window = np.s_[
            row * stride : row * stride + size, col * stride : col * stride + size
        ]
        given = shares(feature_map[window]) * upstream[row, col]
        if overwrite:
            slopes[window] = np.where(given != 0, given, slopes[window])
        else:
            slopes[window] += given
    return slopes


def _one_at(window, place):
    share = np.zeros(window.shape)
    share.flat[place] = 1
    return share


def _first(window):
    return _one_at(window, window.argmax())


def _last(window):
    return _one_at(window, window.size - 1 - window.ravel()[::-1].argmax())


def _first_by_columns(window):
    share = _one_at(window.T, window.T.argmax())
    return share.T


def _all_winners(window):
    return (window == window.max()).astype(float)


def _ignoring_stride(upstream, feature_map, size, stride):
    return _pool_back(upstream, feature_map, size, size, _first)


def _ignoring_stride_by_places(upstream, feature_map, size, stride):
    """Write each winner to its place in the map, as the text's loop does."""
    slopes = np.zeros(feature_map.shape)
    for row, col in np.ndindex(upstream.shape):
        top, left = row * size, col * size
        window = feature_map[top : top + size, left : left + size]
        i, j = divmod(int(window.argmax()), size)
        slopes[top + i, left + j] += upstream[row, col]
    return slopes


def _writing_the_maximum(upstream, feature_map, size, stride):
    slopes = np.zeros(feature_map.shape)
    for row, col in np.ndindex(upstream.shape):
        top, left = row * stride, col * stride
        window = feature_map[top : top + size, left : left + size]
        i, j = np.unravel_index(window.argmax(), window.shape)
        slopes[top + i, left + j] += window.max()
    return slopes


MAPS = (
    np.array([[1, 3, 2, 0], [4, 2, 2, 1], [0, 1, 5, 6], [2, 0, 7, 3]], dtype=float),
    np.array([[0, 9, 0, 1, 0], [2, 0, 8, 0, 3], [0, 9, 0, 7, 0]], dtype=float),
    RNG.permutation(35).reshape(7, 5) - 40.0,
    RNG.permutation(42).reshape(6, 7) - 20.0,
)

MAX_POOL_GRADIENT = Check(
    name="max_pool_gradient",
    reference=max_pool_gradient,
    cases=(
        case(np.array([[5.0, -1.0], [2.0, 3.0]]), MAPS[0], 2, 2),
        case(np.array([[5.0, -1.0, 2.0, 4.0], [2.0, 3.0, 1.0, -6.0]]), MAPS[1], 2, 1),
        case(_random(3, 2) + 0.5, MAPS[2], 3, 2),
        case(_random(3, 3) + 0.5, MAPS[3], 2, 2),
        case(np.array([[3.0, 1.0]]), np.zeros((2, 4)), 2, 2),
        case(np.array([[3.0, 1.0]]), np.array([[0.0, 5, 1, 9], [5, 0, 9, 2]]), 2, 2),
        case(np.array([[2.5, -3.5], [1.5, 4.5]]), MAPS[3][:5, :5], 2, 3),
    ),
    mistakes=(
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream, feature_map, size, stride, _all_winners
            ),
            "with a tie you send the slope to all winners, as often as there are: it "
            "goes to the first alone",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream,
                feature_map,
                size,
                stride,
                lambda window: _all_winners(window) / _all_winners(window).sum(),
            ),
            "with a tie you share the slope among the winners; here, as in "
            "TensorFlow, the first takes it whole",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream, feature_map, size, stride, _last
            ),
            "with a tie the first winner takes the slope, in reading order; yours is "
            "the last",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream, feature_map, size, stride, _first_by_columns
            ),
            "with a tie you look down the columns; the first winner is the first in "
            "reading order, row by row",
        ),
        wrong(
            _writing_the_maximum,
            "you hand back the winner itself; it gets its window's upstream",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream, feature_map, 2, stride, _first
            ),
            "your windows are 2 by 2 always; they have `size` rows and columns",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream,
                feature_map,
                size,
                stride,
                lambda window: np.full(window.shape, 1 / window.size),
            ),
            "you share the slope among all numbers of the window, as an average pool "
            "would; the winner takes it whole",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream, feature_map, size, stride, _first, overwrite=True
            ),
            "a number may win several windows that overlap: add the slopes up, do "
            "not overwrite them",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                np.ones(upstream.shape), feature_map, size, stride, _first
            ),
            "you left out upstream: the winner gets its window's slope, not 1",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: (
                feature_map * _pool_back(upstream, feature_map, size, stride, _first)
            ),
            "you multiplied by the map: the pool passes its winner on unchanged, so "
            "its slope is 1",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream, abs(feature_map), size, stride, _first
            ),
            "you looked for the largest number without its sign: -1 is larger than -9",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream, -feature_map, size, stride, _first
            ),
            "you send the slope to the smallest number of the window",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream,
                feature_map,
                size,
                stride,
                lambda window: _one_at(window, 0),
            ),
            "you send every slope to its window's corner: find the winner inside",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream, feature_map, size, 1, _first
            ),
            "your windows stand at every place; they move by `stride`",
        ),
        wrong(
            _ignoring_stride,
            "your windows move by their own size; the step is `stride`",
        ),
        wrong(
            _ignoring_stride_by_places,
            "your windows move by `size`; the step from one to the next is `stride`",
        ),
        wrong(
            lambda upstream, feature_map, size, stride: _pool_back(
                upstream, feature_map, stride, size, _first
            ),
            "size and stride have changed places",
        ),
    ),
)


# ----------------------------------------------------------------- convolution


def conv_gradients(upstream, image, kernel, stride):
    """Return the slopes for the image and for the kernel."""
    return _walk(upstream, image, kernel, stride)


def _walk(upstream, image, kernel, stride, *, overwrite=False):
    """Read the loops of the forward pass backwards."""
    d_image, d_kernel = np.zeros(image.shape), np.zeros(kernel.shape)
    k_rows, k_cols = kernel.shape
    for row, col in np.ndindex(upstream.shape):
        top, left = row * stride, col * stride
        window = np.s_[top : top + k_rows, left : left + k_cols]
        arriving = upstream[row, col]
        if overwrite:
            d_image[window] = arriving * kernel
        else:
            d_image[window] += arriving * kernel
        d_kernel += arriving * image[window]
    return d_image, d_kernel


def _conv_with(d_image=None, d_kernel=None):
    """Return the right answer with one part replaced."""

    def answer(upstream, image, kernel, stride):
        parts = list(conv_gradients(upstream, image, kernel, stride))
        if d_image is not None:
            parts[0] = d_image(upstream, image, kernel, stride)
        if d_kernel is not None:
            parts[1] = d_kernel(upstream, image, kernel, stride)
        return tuple(parts)

    return answer


def _spread(upstream, stride, gap=0):
    step = stride + gap
    spread = np.zeros([(side - 1) * step + 1 for side in upstream.shape])
    spread[::step, ::step] = upstream
    return spread


def _cut_image(upstream, image, kernel, stride):
    """Leave the pixels out that no window saw."""
    return convolve2d(_spread(upstream, stride), kernel, padding="full")


def _without_spreading(upstream, image, kernel, stride):
    return (
        convolve2d(upstream, kernel, padding="full"),
        correlate2d(image, upstream),
    )


def _kernel_by_convolution(upstream, image, kernel, stride):
    rows, cols = np.subtract(image.shape, kernel.shape) + 1
    spread = np.zeros((rows, cols))
    spread[::stride, ::stride] = upstream
    return convolve2d(image, spread)


def _spread_too_far(upstream, image, kernel, stride):
    spread = np.zeros(np.multiply(upstream.shape, stride))
    spread[::stride, ::stride] = upstream
    return convolve2d(spread, kernel, padding="full"), correlate2d(image, spread)


def _walk_by_one(upstream, image, kernel, stride):
    return _walk(upstream, image, kernel, 1)


CONV_GRADIENTS = Check(
    name="conv_gradients",
    reference=conv_gradients,
    cases=(
        case(
            np.array([[1.0, 2.0], [0.0, -1.0]]),
            np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 0.0, 1.0]]),
            np.array([[1.0, -1.0], [2.0, 3.0]]),
            1,
        ),
        case(_random(4, 4) + 0.5, _random(6, 6), _random(3, 3), 1),
        case(_random(4, 3) + 0.5, _random(5, 5), _random(2, 3), 1),
        case(_random(2, 2) + 0.5, _random(5, 5), _random(3, 3), 2),
        case(_random(3, 2) + 0.5, _random(8, 6), _random(3, 3), 2),
        case(_random(2, 3) + 0.5, _random(6, 9), _random(3, 2), 3),
    ),
    judge=_judge_parts(conv_gradients, ("d_image", "d_kernel")),
    mistakes=(
        wrong(
            _without_spreading,
            "you left out the stride: with steps of 2 spread upstream first, with "
            "zeros between its numbers",
        ),
        wrong(
            _walk_by_one,
            "you left out the stride: the window of output (row, col) begins at "
            "(row * stride, col * stride)",
        ),
        wrong(
            _conv_with(
                d_image=lambda upstream, image, kernel, stride: _walk(
                    upstream, image, kernel[::-1, ::-1], stride
                )[0]
            ),
            "the kernel lies the wrong way round in d_image: what it takes is a true "
            "convolution, with the flip",
        ),
        wrong(
            _conv_with(
                d_kernel=lambda upstream, image, kernel, stride: _walk(
                    upstream, image, kernel, stride
                )[1][::-1, ::-1]
            ),
            "your d_kernel is flipped: it takes a cross-correlation of the image with "
            "upstream, without a flip",
        ),
        wrong(
            _conv_with(d_kernel=_kernel_by_convolution),
            "you made d_kernel by a true convolution, which flips upstream; it takes "
            "a cross-correlation",
        ),
        wrong(
            _conv_with(
                d_image=lambda upstream, image, kernel, stride: _walk(
                    upstream, image, kernel[::-1, ::-1], stride
                )[0],
                d_kernel=_kernel_by_convolution,
            ),
            "the flip is in the wrong place: the convolution belongs to d_image, the "
            "cross-correlation to d_kernel",
        ),
        wrong(
            _spread_too_far,
            "you spread upstream with zeros behind its last row and column as well: "
            "they stand between its numbers, and where the stride left pixels over",
        ),
        wrong(
            _conv_with(
                d_image=lambda upstream, image, kernel, stride: _walk(
                    upstream, image, kernel, stride, overwrite=True
                )[0]
            ),
            "a pixel lies under several windows: add their slopes up, do not "
            "overwrite them",
        ),
        wrong(
            _conv_with(
                d_kernel=lambda upstream, image, kernel, stride: (
                    _walk(upstream, image, kernel, stride)[1] / upstream.size
                )
            ),
            "you took the mean over the windows for d_kernel; their slopes are summed",
        ),
        wrong(
            lambda upstream, image, kernel, stride: conv_gradients(
                upstream, image, kernel, stride
            )[::-1],
            "you swapped them: d_image comes first, then d_kernel",
        ),
        wrong(
            lambda upstream, image, kernel, stride: conv_gradients(
                np.ones_like(upstream), image, kernel, stride
            ),
            "you left out upstream: each window's slope weighs what it sends back",
        ),
        wrong(
            _conv_with(d_image=_cut_image),
            "your d_image is smaller than the image: pixels that no window saw have "
            "the slope 0, and a place in it",
        ),
        wrong(
            lambda upstream, image, kernel, stride: conv_gradients(
                upstream, image, kernel, stride
            )[1],
            "you returned d_kernel alone: return (d_image, d_kernel)",
        ),
        wrong(
            lambda upstream, image, kernel, stride: conv_gradients(
                upstream, image, kernel, stride
            )[0],
            "you returned d_image alone: return (d_image, d_kernel)",
        ),
    ),
)

CHECKS = (
    LEAKY_RELU_GRADIENT,
    DENSE_GRADIENTS,
    CROSS_ENTROPY_GRADIENT,
    MAX_POOL_GRADIENT,
    CONV_GRADIENTS,
)
