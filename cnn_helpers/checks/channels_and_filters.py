"""Checks of chapter 8's exercises: counting, a layer, depthwise, one update."""

import numpy as np

from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.convolution import conv2d, convolve2d, correlate2d

# ------------------------------------------------------ counting with groups


def grouped_parameters(k_rows, k_cols, channels, filters, groups):
    """Return the number of weights and biases of a convolution layer."""
    return filters * (k_rows * k_cols * (channels // groups) + 1)


GROUPED_PARAMETERS = Check(
    name="grouped_parameters",
    reference=grouped_parameters,
    cases=(
        case(3, 3, 3, 2, 1),
        case(5, 5, 32, 64, 1),
        case(3, 2, 8, 6, 2),
        case(1, 4, 12, 8, 4),
        case(3, 3, 64, 64, 64),
        case(5, 3, 4, 8, 4),
    ),
    mistakes=(
        wrong(
            lambda kr, kc, c, f, g: f * kr * kc * (c // g),
            "the biases are missing: each filter adds one number to its sum",
        ),
        wrong(
            lambda kr, kc, c, f, g: f * kr * kc * (c // g) + 1,
            "you counted one bias for the whole layer; each filter has its own",
        ),
        wrong(
            lambda kr, kc, c, f, g: f * (kr * kc * c + 1),
            "you left the groups out: a filter sees channels / groups channels",
        ),
        wrong(
            lambda kr, kc, c, f, g: f // g * (kr * kc * (c // g) + 1),
            "you counted the filters of one group only: there are `filters` in all",
        ),
        wrong(
            lambda kr, kc, c, f, g: f * (kr * kc * c * g + 1),
            "you multiplied by the groups: groups take weights away",
        ),
        wrong(
            lambda kr, kc, c, f, g: f * (kr * kc + 1),
            "you left the channels out: a filter has a slice for each channel that it "
            "sees",
        ),
        wrong(
            lambda kr, kc, c, f, g: f * (kr * kr * (c // g) + 1),
            "you took the kernel for a square: it has k_rows * k_cols places",
        ),
        wrong(
            lambda kr, kc, c, f, g: f * (c // g) * (kr * kc + 1),
            "you counted a bias for each slice; a filter adds one, after it has summed "
            "over all its channels",
        ),
        wrong(
            lambda kr, kc, c, f, g: f * (kr * kc * c + 1) // g,
            "you divided the biases by the groups, too: only the weights become fewer",
        ),
        wrong(
            lambda kr, kc, c, f, g: f * kr * kc * (c // g) + g,
            "you counted a bias for each group; each filter has its own",
        ),
        wrong(
            lambda kr, kc, c, f, g: f * kr * kc * (c // g) + c,
            "you counted a bias for each channel; biases belong to the filters",
        ),
        wrong(
            lambda kr, kc, c, f, g: kr * kc * (c // g) + 1,
            "you counted one filter: the layer has `filters` of them",
        ),
    ),
)


# --------------------------------------------------------------- a whole layer


def filter_maps(image, kernels, bias):
    """Return one map a filter, (H', W', K), for windows inside the image."""
    return conv2d(image[np.newaxis].astype(float), kernels, bias)[0]


def _numbers(*shape, low=-4, high=7):
    rng = np.random.default_rng(sum(shape))
    return rng.integers(low, high, size=shape)


def _maps_of(change_image=None, change_kernels=None, change_bias=None):
    """Return a layer whose inputs were changed first."""

    def layer(image, kernels, bias):
        image = image if change_image is None else change_image(image)
        kernels = kernels if change_kernels is None else change_kernels(kernels)
        bias = bias if change_bias is None else change_bias(bias)
        return filter_maps(image, kernels, bias)

    return layer


def _channels_apart(image, kernels, bias):
    """Keep a map for each channel of each filter."""
    maps = [
        filter_maps(image[..., [c]], kernels[:, :, [c]], bias)
        for c in range(image.shape[2])
    ]
    return np.concatenate(maps, axis=2)


def _first_slice_for_all(kernels):
    """Lay a filter's first slice on every channel."""
    return np.repeat(kernels[:, :, :1], kernels.shape[2], axis=2)


def _first_channel(image, kernels, bias):
    return filter_maps(image[..., :1], kernels[:, :, :1], bias)


def _as_whole_numbers(image, kernels, bias):
    return filter_maps(image, kernels, bias).astype(image.dtype)


def _squared(image, kernels, bias):
    """Take the image for a square."""
    maps = filter_maps(image, kernels, bias)
    wanted = len(maps)
    output = np.zeros((wanted, wanted, maps.shape[2]))
    filled = min(wanted, maps.shape[1])
    output[:, :filled] = maps[:, :filled]
    return output


def _last_filter_everywhere(kernels):
    return np.repeat(kernels[..., -1:], kernels.shape[3], axis=3)


FILTER_MAPS = Check(
    name="filter_maps",
    reference=filter_maps,
    cases=(
        case(_numbers(3, 3, 3), _numbers(3, 3, 3, 1), np.array([2])),
        case(_numbers(4, 4, 3), _numbers(3, 3, 3, 2), np.array([1, -3])),
        case(_numbers(4, 6, 2), _numbers(2, 3, 2, 4), np.array([0, 1, 2, 3])),
        case(_numbers(6, 4, 5), _numbers(3, 1, 5, 3), np.array([1.5, 0, -2])),
        case(_numbers(5, 4, 1), _numbers(2, 2, 1, 2) / 4, np.array([0.5, 7])),
        case(
            _numbers(4, 5, 3, low=0, high=255).astype(np.uint8),
            _numbers(2, 2, 3, 2),
            np.array([3, -1]),
        ),
    ),
    mistakes=(
        wrong(
            _maps_of(change_bias=lambda bias: 0 * bias),
            "the biases are missing: each map has one number added",
        ),
        wrong(
            _maps_of(change_bias=lambda bias: 0 * bias + bias[0]),
            "every map of yours has the first bias: filter k adds bias[k]",
        ),
        wrong(
            lambda image, kernels, bias: filter_maps(
                image, kernels, image.shape[2] * bias
            ),
            "you add the bias once for each channel: it is added once, to the sum over "
            "all channels",
        ),
        wrong(
            lambda image, kernels, bias: filter_maps(
                image, kernels, kernels[..., 0].size * bias
            ),
            "you add the bias at every weight of the window: it is added once, to the "
            "finished sum",
        ),
        wrong(
            _channels_apart,
            "you keep the channels apart: the sums of a filter's slices are added, and "
            "one map comes out",
        ),
        wrong(
            _first_channel,
            "only the first channel is looked at: a window has all the channels",
        ),
        wrong(
            _maps_of(change_kernels=_first_slice_for_all),
            "you lay a filter's first slice on all channels: each channel has its own",
        ),
        wrong(
            lambda *arrays: filter_maps(*arrays).sum(axis=2),
            "you added the maps of all filters: they stay apart, one behind the other",
        ),
        wrong(
            lambda *arrays: filter_maps(*arrays)[..., 0],
            "you returned one map: there is one for each filter, kernels.shape[3]",
        ),
        wrong(
            _maps_of(change_kernels=_last_filter_everywhere),
            "all your maps are those of the last filter: take kernels[..., k] for map "
            "k, and a new sum for each",
        ),
        wrong(
            lambda *arrays: np.moveaxis(filter_maps(*arrays), 2, 0),
            "your maps come first, (K, H', W'): here the filters are the last axis",
        ),
        wrong(
            lambda image, kernels, bias: (
                filter_maps(image, kernels, bias) / image.shape[2]
            ),
            "you took the mean over the channels: the products are summed",
        ),
        wrong(
            _maps_of(change_kernels=lambda kernels: kernels[::-1, ::-1]),
            "your filters are flipped: lay them on the window as they are",
        ),
        wrong(
            _maps_of(change_kernels=lambda kernels: kernels[:, :, ::-1]),
            "your channels are reversed: slice 0 belongs to channel 0",
        ),
        wrong(
            lambda image, kernels, bias: conv2d(
                image[np.newaxis].astype(float), kernels, bias, padding="same"
            )[0],
            "your maps have the image's size: you added a rim of zeros. Here the "
            "window stays inside the image",
        ),
        wrong(
            _squared,
            "you count columns as if the image were square: take each axis's own "
            "length",
        ),
        wrong(
            _as_whole_numbers,
            "your maps have the image's type, in which fractions, negative numbers or "
            "sums above 255 are lost: begin with np.zeros, which holds floats",
        ),
        wrong(
            lambda *arrays: np.maximum(filter_maps(*arrays), 0),
            "you set negative sums to zero: that is ReLU, which comes later",
        ),
    ),
)


# ----------------------------------------------------- depthwise, without groups


def full_kernels(depthwise):
    """Return ordinary kernels (kH, kW, C, C) that act as depthwise ones."""
    return depthwise[..., np.newaxis] * np.eye(depthwise.shape[2])


def _repeated(depthwise, axis):
    """Put the kernels into every slice along an axis of the filters."""
    channels = depthwise.shape[2]
    return np.repeat(np.expand_dims(depthwise, axis), channels, axis=axis)


FULL_KERNELS = Check(
    name="full_kernels",
    reference=full_kernels,
    cases=(
        case(_numbers(1, 1, 2) + 0.5),
        case(_numbers(3, 3, 2)),
        case(_numbers(2, 3, 4) / 2),
        case(_numbers(3, 1, 5)),
        case(_numbers(2, 2, 1)),
    ),
    mistakes=(
        wrong(
            lambda depthwise: _repeated(depthwise, 3),
            "nothing of yours is zero: filter c sees channel c only, its slices for "
            "the other channels must be zeros",
        ),
        wrong(
            lambda depthwise: _repeated(depthwise, 2),
            "nothing of yours is zero: each filter lays its kernel on all channels, "
            "where it should see one",
        ),
        wrong(
            lambda depthwise: depthwise[:, :, np.newaxis],
            "these are kernels for groups, (kH, kW, 1, C): without groups each filter "
            "needs a slice for every channel",
        ),
        wrong(
            lambda depthwise: depthwise[..., np.newaxis],
            "this is one filter, which adds all channels up: there must be as many "
            "filters as channels",
        ),
        wrong(
            lambda depthwise: full_kernels(np.ones_like(depthwise)),
            "the right places are filled, but with ones: put the numbers of the "
            "kernels there",
        ),
        wrong(
            lambda depthwise: np.moveaxis(full_kernels(depthwise), (2, 3), (0, 1)),
            "your axes stand in another order, (C, C, kH, kW): rows and columns of the "
            "kernel come first",
        ),
        wrong(
            lambda depthwise: full_kernels(depthwise)[..., ::-1],
            "your filters stand in reversed order: filter c sees channel c",
        ),
        wrong(
            lambda depthwise: full_kernels(depthwise[:, :, ::-1]),
            "your kernels are dealt to the channels in reversed order",
        ),
        wrong(
            lambda depthwise: full_kernels(depthwise[::-1, ::-1]),
            "your kernels are flipped: leave rows and columns as they are",
        ),
        wrong(
            lambda depthwise: full_kernels(depthwise).astype(int),
            "your kernels hold whole numbers and cut fractions off: give them the "
            "type of `depthwise`",
        ),
        wrong(
            lambda depthwise: full_kernels(
                np.repeat(depthwise[:, :, :1], depthwise.shape[2], axis=2)
            ),
            "all your filters carry the kernel of channel 0: filter c carries "
            "depthwise[:, :, c]",
        ),
    ),
)


# ------------------------------------------------------------------ one update


def kernel_step(image, kernel, target, rate):
    """Return the kernel after one step down the mean squared error."""
    return kernel - rate * _gradient(image, kernel, target)


def _gradient(image, kernel, target):
    error = correlate2d(image, kernel) - target
    return 2 * correlate2d(image, error) / error.size


def _step(factor=1.0, shift=None):
    """Return an update by another multiple, or a changed form, of the gradient."""

    def update(image, kernel, target, rate):
        gradient = _gradient(image, kernel, target)
        gradient = gradient if shift is None else shift(gradient)
        return kernel - rate * factor * gradient

    return update


def _summed(image, kernel, target, rate):
    return kernel - rate * np.size(target) * _gradient(image, kernel, target)


def _mean_over_weights(image, kernel, target, rate):
    factor = np.size(target) / kernel.size
    return kernel - rate * factor * _gradient(image, kernel, target)


def _all_by_the_mean_error(image, kernel, target, rate):
    error = correlate2d(image, kernel) - target
    return kernel - rate * 2 * error.mean()


def _mean_error_times_mean_pixel(image, kernel, target, rate):
    error = correlate2d(image, kernel) - target
    return kernel - rate * 2 * error.mean() * image.mean()


def _convolved(image, kernel, target, rate):
    error = correlate2d(image, kernel) - target
    return kernel - rate * 2 * convolve2d(image, error) / error.size


def _target_as_error(image, kernel, target, rate):
    return kernel - rate * 2 * correlate2d(image, -target) / np.size(target)


def _in_place(image, kernel, target, rate):
    kernel -= rate * _gradient(image, kernel, target)
    return kernel


def _update_case(rows, cols, k_rows, k_cols, rate, seed):
    rng = np.random.default_rng(seed)
    image = rng.normal(size=(rows, cols)).round(2)
    kernel = rng.normal(size=(k_rows, k_cols)).round(2)
    target = rng.normal(size=(rows - k_rows + 1, cols - k_cols + 1)).round(2)
    return case(image, kernel, target, rate)


KERNEL_STEP = Check(
    name="kernel_step",
    reference=kernel_step,
    cases=(
        case(np.array([[1.0, 2.0]]), np.array([[1.0]]), np.array([[3.0, 6.0]]), 0.1),
        _update_case(5, 5, 3, 3, 0.1, 0),
        _update_case(6, 9, 2, 3, 0.05, 1),
        _update_case(7, 4, 3, 1, 0.5, 2),
        _update_case(4, 7, 2, 2, 0.0, 3),
    ),
    mistakes=(
        wrong(
            _step(factor=-1),
            "you went uphill: subtract the gradient, or the loss grows (or is your "
            "error target - output? It is output - target)",
        ),
        wrong(
            _step(factor=0.5),
            "the factor 2 is missing: the slope of a square is twice what was squared",
        ),
        wrong(
            _summed,
            "you summed over the outputs: the loss is a mean, so divide by their "
            "number, error.size",
        ),
        wrong(
            _mean_over_weights,
            "you divided by the number of weights: the mean is over the outputs, "
            "error.size",
        ),
        wrong(
            lambda image, kernel, target, rate: (
                kernel - _gradient(image, kernel, target)
            ),
            "the learning rate is missing: a step is rate times the gradient",
        ),
        wrong(
            lambda image, kernel, target, rate: _gradient(image, kernel, target),
            "you returned the gradient: return the kernel after the update",
        ),
        wrong(
            lambda image, kernel, target, rate: (
                -rate * _gradient(image, kernel, target)
            ),
            "you returned the step alone: add it to the kernel",
        ),
        wrong(
            _all_by_the_mean_error,
            "you moved all weights by the mean error: each error counts times the "
            "pixel that this weight met",
        ),
        wrong(
            _mean_error_times_mean_pixel,
            "you took the mean of the errors and that of the pixels, then multiplied: "
            "multiply each error with its pixel first",
        ),
        wrong(
            _convolved,
            "your gradient is turned by half a turn: it is a cross-correlation of the "
            "image with the errors",
        ),
        wrong(
            _step(shift=lambda gradient: gradient[::-1, ::-1]),
            "your gradient is flipped along both axes: slide the errors over the image "
            "as they are",
        ),
        wrong(
            _step(shift=np.sign),
            "you kept only the sign of the slopes: a steep slope makes a large step",
        ),
        wrong(
            _target_as_error,
            "your error does not contain the output: it is correlate2d(image, kernel) "
            "- target",
        ),
        wrong(
            _in_place,
            "you changed the kernel that you were given (-= writes into it): return a "
            "new one",
        ),
    ),
)

CHECKS = (GROUPED_PARAMETERS, FILTER_MAPS, FULL_KERNELS, KERNEL_STEP)
