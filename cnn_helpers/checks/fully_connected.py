"""Checks of chapter 5: counting weights, masks of stacks, kernels for each place."""

from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnn_helpers.checks.compare import difference, explain, same
from cnn_helpers.checks.parts import Check, case, wrong

# ------------------------------------------------- parameters of dense layers


def dense_parameters(sizes):
    """Return the number of weights and biases of a chain of dense layers."""
    return sum(inputs * units + units for inputs, units in pairwise(sizes))


def _weights_only(sizes):
    return sum(inputs * units for inputs, units in pairwise(sizes))


DENSE_PARAMETERS = Check(
    name="dense_parameters",
    reference=dense_parameters,
    cases=(
        case([3, 2]),
        case([7500, 2000, 2]),
        case([784, 100, 10]),
        case([5, 7, 11, 13, 2]),
        case([4, 1]),
        case([6]),
    ),
    mistakes=(
        wrong(
            _weights_only,
            "the biases are missing: each unit has one, in every layer",
        ),
        wrong(
            lambda sizes: _weights_only(sizes) + sum(sizes),
            "you gave the inputs biases, too: only units have them, and sizes[0] are "
            "no units",
        ),
        wrong(
            lambda sizes: _weights_only(sizes) + sum(sizes[:-1]),
            "you added a bias for each input of a layer: there is one for each unit",
        ),
        wrong(
            lambda sizes: _weights_only(sizes) + len(sizes) - 1,
            "you added one bias for each layer: there is one for each unit of it",
        ),
        wrong(
            lambda sizes: _weights_only(sizes) + sizes[-1],
            "only the last layer has biases in your count: every layer has them",
        ),
        wrong(
            lambda sizes: sizes[0] * sizes[1] + sizes[1],
            "only the first layer is counted: go through all neighbours of the list",
        ),
        wrong(
            lambda sizes: sizes[-2] * sizes[-1] + sizes[-1],
            "only the last layer is counted: add up inside the loop, += in place of =",
        ),
        wrong(
            lambda sizes: dense_parameters(sizes[:-1]),
            "the last layer is missing: the loop ends one layer too early",
        ),
        wrong(
            lambda sizes: int(np.prod(sizes)),
            "you multiplied all sizes together: each layer is counted by itself, and "
            "the layers are added",
        ),
        wrong(
            lambda sizes: sum((inputs + units) for inputs, units in pairwise(sizes)),
            "you added inputs and units: every input goes into every unit, so multiply",
        ),
        wrong(
            lambda sizes: sum(
                sizes[0] * units + units for _before, units in pairwise(sizes)
            ),
            "you wired the image to every layer: a layer's inputs are the units of the "
            "layer before it",
        ),
    ),
)


# ------------------------------------------- parameters of convolution layers


def stack_parameters(kernel_size, depths):
    """Return the number of weights and biases of a stack of convolution layers."""
    window = kernel_size * kernel_size
    return sum(window * below * maps + maps for below, maps in pairwise(depths))


def _conv_weights(kernel_size, depths):
    return sum(kernel_size**2 * below * maps for below, maps in pairwise(depths))


STACK_PARAMETERS = Check(
    name="stack_parameters",
    reference=stack_parameters,
    cases=(
        case(3, [1, 4]),
        case(3, [3, 64, 64, 64, 64]),
        case(5, [1, 8, 32]),
        case(1, [6, 2]),
        case(7, [3, 5, 2]),
        case(2, [4, 4, 9, 1]),
    ),
    mistakes=(
        wrong(
            lambda kernel_size, depths: kernel_size**2 * sum(depths[1:]),
            "you left out the depth, as article 003 did, and the biases: a window "
            "looks at all maps of the layer below",
        ),
        wrong(
            lambda kernel_size, depths: (kernel_size**2 + 1) * sum(depths[1:]),
            "you left out the depth, as article 003 did: a window looks at all maps of "
            "the layer below",
        ),
        wrong(
            _conv_weights,
            "the biases are missing: each map has one",
        ),
        wrong(
            lambda kernel_size, depths: sum(
                (kernel_size**2 + 1) * below * maps for below, maps in pairwise(depths)
            ),
            "you gave a bias to each slice of a kernel: a map has one, however many "
            "maps its window looks at",
        ),
        wrong(
            lambda kernel_size, depths: (
                _conv_weights(kernel_size, depths) + len(depths) - 1
            ),
            "you added one bias for each layer: there is one for each map",
        ),
        wrong(
            lambda kernel_size, depths: (
                _conv_weights(kernel_size, depths) + sum(depths[:-1])
            ),
            "you added a bias for each map below: the maps of the layer itself have "
            "them",
        ),
        wrong(
            lambda kernel_size, depths: sum(
                kernel_size * below * maps + maps for below, maps in pairwise(depths)
            ),
            "your window has only one side: a square window of side k has k · k pixels",
        ),
        wrong(
            lambda kernel_size, depths: sum(
                kernel_size**2 * below + maps for below, maps in pairwise(depths)
            ),
            "you counted one map in each layer, and the biases of all: each map has "
            "weights of its own",
        ),
        wrong(
            lambda kernel_size, depths: sum(
                kernel_size**2 * (below + maps) + maps
                for below, maps in pairwise(depths)
            ),
            "you added the maps below and the maps above: each map above looks at each "
            "below, so multiply",
        ),
        wrong(
            lambda kernel_size, depths: sum(
                kernel_size**3 * below * maps + maps for below, maps in pairwise(depths)
            ),
            "your window is a cube, k · k · k: the third side is the number of maps "
            "below, and you have counted that already",
        ),
        wrong(
            lambda kernel_size, depths: stack_parameters(kernel_size, depths[:-1]),
            "the last layer is missing: the loop ends one layer too early",
        ),
        wrong(
            lambda kernel_size, depths: stack_parameters(kernel_size, depths[:2]),
            "only the first layer is counted: go through all neighbours of the list",
        ),
        wrong(
            lambda kernel_size, depths: stack_parameters(kernel_size, depths[-2:]),
            "only the last layer is counted: add up inside the loop, += in place of =",
        ),
        wrong(
            lambda kernel_size, depths: sum(
                kernel_size**2 * depths[0] * maps + maps for maps in depths[1:]
            ),
            "every layer of yours looks at the image: from the second on they look at "
            "the maps of the layer before",
        ),
    ),
)


# ------------------------------------------------- who reaches whom


def stacked_mask(masks):
    """Return which output of the last layer each input of the first one reaches."""
    total = masks[0]
    for mask in masks[1:]:
        total = mask @ total
    return total


def _windows(outputs, width, stride=1):
    """Return the mask of windows that stay inside."""
    mask = np.zeros((outputs, (outputs - 1) * stride + width), dtype=bool)
    for output in range(outputs):
        mask[output, output * stride : output * stride + width] = True
    return mask


def _mask(*rows):
    """Return a mask from its rows, written as zeros and ones."""
    return np.array([[digit == "1" for digit in row] for row in rows])


def _counted(masks):
    total = masks[0].astype(int)
    for mask in masks[1:]:
        total = mask.astype(int) @ total
    return total


def _in_the_other_order(masks):
    total = masks[0]
    for mask in masks[1:]:
        total = total @ mask
    return total


def _entry_by_entry(masks, combine):
    total = masks[0]
    for mask in masks[1:]:
        total = combine(total, mask)
    return total


def _all_ways(masks):
    """Ask for inputs that reach an output on every way, not on some way."""
    total = masks[0]
    for mask in masks[1:]:
        missing = mask.astype(int) @ ~total
        total = (missing == 0) & mask.any(axis=1, keepdims=True)
    return total


def _only_one_way(masks):
    return _counted(masks) == 1


def _first_and_last(masks):
    return masks[-1] @ masks[0] if len(masks) > 1 else masks[0]


def _judge_mask(result, masks):
    """Want the mask itself: truth values, no counts and no zeros and ones."""
    expected = stacked_mask(masks)
    if not same(expected, result):
        return f"{explain(result, expected)} {difference(result, expected)}".strip()
    if result.dtype != bool:
        return (
            f"Your mask says the right thing, but it holds {result.dtype}: asked are "
            "booleans. A comparison gives them, such as total > 0."
        )
    return None


STACKED_MASK = Check(
    name="stacked_mask",
    reference=stacked_mask,
    judge=_judge_mask,
    cases=(
        case([_mask("110", "011", "001")]),
        case([_windows(9, 1) | np.eye(9, k=1, dtype=bool)] * 2),
        case([_mask("100", "110", "011"), _mask("010", "001", "100")]),
        case([_mask("110", "001", "000"), _mask("101", "010", "110")] * 2),
        case([_windows(7, 3), _windows(5, 3), _windows(3, 3)]),
        case([_windows(5, 2, stride=2), _mask("10001", "01000", "00000")]),
        case([np.ones((2, 6), dtype=bool), _mask("10", "00", "01")]),
    ),
    mistakes=(
        wrong(
            _counted,
            "you counted the ways from input to output: return True where there is one "
            "at least (compare with 0)",
        ),
        wrong(
            lambda masks: (_counted(masks) > 0).astype(int),
            "your mask says the right thing in zeros and ones: asked are booleans. A "
            "comparison gives them, such as total > 0",
        ),
        wrong(
            _in_the_other_order,
            "you multiplied the masks in the wrong order: the later layer stands on "
            "the left, mask @ total, since its columns are the rows of what comes "
            "before",
        ),
        wrong(
            lambda masks: stacked_mask(masks).T,
            "your mask is transposed: outputs are rows, inputs are columns",
        ),
        wrong(
            lambda masks: _entry_by_entry(masks, np.logical_and),
            "you combined the masks entry by entry: an input reaches an output by way "
            "of any unit between them, which is a matrix product",
        ),
        wrong(
            lambda masks: _entry_by_entry(masks, np.logical_or),
            "you joined the masks entry by entry, as if the layers stood side by side: "
            "they stand one after the other",
        ),
        wrong(
            _all_ways,
            "you ask that all units between be joined to the input: one of them is "
            "enough",
        ),
        wrong(
            _only_one_way,
            "you marked where there is exactly one way: there may be several",
        ),
        wrong(
            _first_and_last,
            "the layers in the middle are missing: you used the first and the last",
        ),
        wrong(
            lambda masks: masks[-1],
            "you return the last layer's mask alone: its inputs are units, not pixels",
        ),
        wrong(
            lambda masks: stacked_mask(masks[:-1]) if len(masks) > 1 else masks[0],
            "you stopped one layer too early",
        ),
    ),
)


# ------------------------------------------------- a kernel for each place


def locally_connected(image, kernels):
    """Multiply each window by the kernel of its place, and sum."""
    windows = sliding_window_view(image, kernels.shape[2:])
    return (windows * kernels).sum(axis=(2, 3))


def _numbers(*shape):
    """Return whole numbers without a pattern."""
    return np.arange(np.prod(shape)).reshape(shape) ** 2 % 13 - 4


def _with_one_kernel(choose):
    """Return the layer with one kernel for all places."""
    return lambda image, kernels: locally_connected(
        image, np.broadcast_to(choose(kernels), kernels.shape)
    )


def _reordered(order):
    """Return the layer with the kernels' axes in another order, where it fits."""
    return lambda image, kernels: locally_connected(
        image, np.ascontiguousarray(kernels.transpose(order))
    )


def _pixels_of_the_place(image, kernels):
    """Multiply the pixel under the window's corner only."""
    rows, cols = kernels.shape[:2]
    return image[:rows, :cols] * kernels.sum(axis=(2, 3))


def _matrix_products(image, kernels):
    windows = sliding_window_view(image, kernels.shape[2:])
    return (windows @ kernels.swapaxes(2, 3)).sum(axis=(2, 3))


def _places_of_a_square(image, kernels):
    """Leave out the places beyond a square."""
    output = locally_connected(image, kernels)
    output[:, len(output) :] = 0
    return output


def _side_by_side(image, kernels):
    """Move the window by its own size."""
    rows, cols, high, wide = kernels.shape
    padded = np.pad(image, ((0, rows * high), (0, cols * wide)))
    windows = sliding_window_view(padded, (high, wide))[::high, ::wide][:rows, :cols]
    return (windows * kernels).sum(axis=(2, 3))


LOCALLY_CONNECTED = Check(
    name="locally_connected",
    reference=locally_connected,
    cases=(
        case(_numbers(3, 3), _numbers(2, 2, 2, 2)),
        case(_numbers(5, 5), _numbers(3, 3, 3, 3)),
        case(_numbers(4, 7), _numbers(3, 5, 2, 3)),
        case(_numbers(6, 3), _numbers(4, 3, 3, 1)),
        case(_numbers(5, 4) / 8, _numbers(4, 2, 2, 3) / 4),
    ),
    mistakes=(
        wrong(
            _with_one_kernel(lambda kernels: kernels[0, 0]),
            "you used the kernel of the first place everywhere: that is a convolution "
            "layer. Take kernels[row, col] at the place (row, col)",
        ),
        wrong(
            _with_one_kernel(lambda kernels: kernels.mean(axis=(0, 1))),
            "you used the mean of all kernels everywhere: each place has its own",
        ),
        wrong(
            _with_one_kernel(lambda kernels: kernels[-1, -1]),
            "you used the kernel of the last place everywhere: take kernels[row, col] "
            "at the place (row, col)",
        ),
        wrong(
            lambda image, kernels: locally_connected(image, kernels[..., ::-1, ::-1]),
            "your kernels are turned by half a turn: lay them on the window as they "
            "are",
        ),
        wrong(
            _reordered((0, 1, 3, 2)),
            "each of your kernels is transposed: its rows and columns are swapped",
        ),
        wrong(
            _reordered((1, 0, 2, 3)),
            "your places are swapped: kernels[row, col] belongs to the place "
            "(row, col)",
        ),
        wrong(
            lambda image, kernels: (
                sliding_window_view(image, kernels.shape[2:]) * kernels
            ).sum(axis=(0, 1)),
            "you summed over the places, axes 0 and 1: sum over the window, axes 2 and "
            "3",
        ),
        wrong(
            lambda image, kernels: (
                sliding_window_view(image, kernels.shape[2:]) * kernels
            ),
            "the sum is missing: you return all products, with the window's two axes",
        ),
        wrong(
            lambda image, kernels: (
                locally_connected(image, kernels)
                / (kernels.shape[2] * kernels.shape[3])
            ),
            "you took the mean of the products: it is their sum",
        ),
        wrong(
            _matrix_products,
            "you used the matrix product of window and kernel: multiply them entry by "
            "entry with *, then sum",
        ),
        wrong(
            lambda image, kernels: locally_connected(image, kernels).astype(int),
            "your sums lose their fractions: the output array holds integers. Make it "
            "with np.zeros(shape), which holds floats",
        ),
        wrong(
            _places_of_a_square,
            "you go through as many places across as down: the number of places across "
            "is kernels.shape[1]",
        ),
        wrong(
            _pixels_of_the_place,
            "every weight of a kernel meets the same pixel in your function: cut out "
            "the window, image[row : row + high, col : col + wide]",
        ),
        wrong(
            _side_by_side,
            "your windows lie side by side: from one place to the next the window "
            "moves by one pixel",
        ),
        wrong(
            lambda image, kernels: (
                sliding_window_view(image, kernels.shape[2:]) + kernels
            ).sum(axis=(2, 3)),
            "you added window and kernel: multiply them, then sum",
        ),
    ),
)


# ------------------------------------------------- weights for plain images


def weights_for_plain(weights, order):
    """Return weights for plain images from those learned on shuffled ones."""
    return weights[np.argsort(order)]


def _squared(weights, order):
    return weights[order[order]]


WEIGHTS_FOR_PLAIN = Check(
    name="weights_for_plain",
    reference=weights_for_plain,
    cases=(
        case(_numbers(4, 4), np.array([1, 2, 3, 0])),
        case(_numbers(5, 3), np.array([2, 0, 3, 4, 1])),
        case(_numbers(3, 5) / 4, np.array([1, 2, 0])),
        case(_numbers(7, 2), np.array([6, 2, 0, 5, 1, 3, 4])),
        case(_numbers(3, 1), np.array([0, 1, 2])),
    ),
    mistakes=(
        wrong(
            lambda weights, order: weights[order],
            "you moved the rows the other way round, from plain to shuffled: row 0 of "
            "the given weights belongs to pixel order[0], so that is where it must go",
        ),
        wrong(
            lambda weights, order: weights,
            "these are the given weights: the pixels move back, so the rows must move "
            "along",
        ),
        wrong(
            lambda weights, order: weights[:, np.argsort(order)],
            "you reordered the columns: they belong to the units, the rows to the "
            "pixels",
        ),
        wrong(
            lambda weights, order: weights[:, order],
            "you reordered the columns, and the other way round: the rows belong to "
            "the pixels",
        ),
        wrong(
            lambda weights, order: weights_for_plain(weights, order).T,
            "your weights are transposed: they keep the shape (pixels, units)",
        ),
        wrong(
            lambda weights, order: weights[::-1],
            "you turned the rows upside down: put them where their pixels went",
        ),
        wrong(
            lambda weights, order: np.sort(weights, axis=0),
            "you sorted the weights themselves: it is `order` that says where a row "
            "goes",
        ),
        wrong(
            lambda weights, order: weights.ravel()[np.argsort(order)],
            "you picked single numbers: take whole rows",
        ),
        wrong(
            _squared,
            "you applied the order twice: undo it",
        ),
    ),
)

CHECKS = (
    DENSE_PARAMETERS,
    STACK_PARAMETERS,
    STACKED_MASK,
    LOCALLY_CONNECTED,
    WEIGHTS_FOR_PLAIN,
)
