"""Answers to chapter 8's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest

from cnn_helpers.checks import check
from cnn_helpers.convolution import conv2d, correlate2d

# ------------------------------------------------------------ right answers


def counted_one_by_one(k_rows, k_cols, channels, filters, groups):
    count = 0
    for _ in range(filters):
        count += k_rows * k_cols * channels // groups + 1
    return count


def three_loops_and_a_sum(image, kernels, bias):
    k_rows, k_cols, _, num_filters = kernels.shape
    rows = image.shape[0] - k_rows + 1
    cols = image.shape[1] - k_cols + 1
    maps = np.zeros((rows, cols, num_filters))
    for row in range(rows):
        for col in range(cols):
            for k in range(num_filters):
                window = image[row : row + k_rows, col : col + k_cols]
                maps[row, col, k] = (window * kernels[..., k]).sum() + bias[k]
    return maps


def channel_by_channel(image, kernels, bias):
    maps = []
    for k in range(kernels.shape[3]):
        one = bias[k]
        for channel in range(image.shape[2]):
            one = one + correlate2d(image[..., channel], kernels[..., channel, k])
        maps.append(one)
    return np.stack(maps, axis=2)


def by_the_package(image, kernels, bias):
    return conv2d(image[np.newaxis], kernels, bias)[0]


def with_eye(depthwise):
    return np.einsum("ijc,ck->ijck", depthwise, np.eye(depthwise.shape[2]))


def with_a_loop(depthwise):
    rows, cols, channels = depthwise.shape
    full = np.zeros((rows, cols, channels, channels))
    for c in range(channels):
        full[:, :, c, c] = depthwise[:, :, c]
    return full


def step_by_windows(image, kernel, target, rate):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    error = (windows * kernel).sum(axis=(2, 3)) - target
    slopes = [
        [2 * np.mean(error * windows[:, :, m, n]) for n in range(kernel.shape[1])]
        for m in range(kernel.shape[0])
    ]
    return kernel - rate * np.array(slopes)


def step_by_nudging(image, kernel, target, rate):
    def loss(weights):
        return np.mean((correlate2d(image, weights) - target) ** 2)

    slopes = np.zeros(kernel.shape)
    for place in np.ndindex(*kernel.shape):
        up, down = kernel.copy(), kernel.copy()
        up[place] += 1e-4
        down[place] -= 1e-4
        slopes[place] = (loss(up) - loss(down)) / 2e-4
    return kernel - rate * slopes


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("grouped_parameters", counted_one_by_one),
        ("filter_maps", three_loops_and_a_sum),
        ("filter_maps", channel_by_channel),
        ("filter_maps", by_the_package),
        ("full_kernels", with_eye),
        ("full_kernels", with_a_loop),
        ("kernel_step", step_by_windows),
        ("kernel_step", step_by_nudging),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def no_bias(k_rows, k_cols, channels, filters, groups):
    return k_rows * k_cols * channels // groups * filters


def no_groups(k_rows, k_cols, channels, filters, groups):
    return (k_rows * k_cols * channels + 1) * filters


def everything_divided(k_rows, k_cols, channels, filters, groups):
    return (k_rows * k_cols * channels + 1) * filters // groups


def filters_of_a_group(k_rows, k_cols, channels, filters, groups):
    return (k_rows * k_cols * channels // groups + 1) * (filters // groups)


def true_division(k_rows, k_cols, channels, filters, groups):
    return filters * (k_rows * k_cols * (channels / groups) + 1)


def one_slice(k_rows, k_cols, channels, filters, groups):
    return filters * (k_rows * k_cols + 1)


def bias_inside_the_sum(image, kernels, bias):
    maps = np.zeros(three_loops_and_a_sum(image, kernels, bias).shape)
    k_rows, k_cols = kernels.shape[:2]
    for row, col, k in np.ndindex(*maps.shape):
        window = image[row : row + k_rows, col : col + k_cols]
        maps[row, col, k] = (window * kernels[..., k] + bias[k]).sum()
    return maps


def bias_each_channel(image, kernels, bias):
    maps = []
    for k in range(kernels.shape[3]):
        one = 0
        for channel in range(image.shape[2]):
            part = correlate2d(image[..., channel], kernels[..., channel, k])
            one = one + part + bias[k]
        maps.append(one)
    return np.stack(maps, axis=2)


def maps_first(image, kernels, bias):
    return np.stack(list(np.moveaxis(channel_by_channel(image, kernels, bias), 2, 0)))


def no_bias_at_all(image, kernels, bias):
    return channel_by_channel(image, kernels, 0 * bias)


def sum_over_filters(image, kernels, bias):
    return channel_by_channel(image, kernels, bias).sum(axis=2)


def channels_kept_apart(image, kernels, bias):
    return np.concatenate(
        [
            channel_by_channel(image[..., c : c + 1], kernels[:, :, c : c + 1], bias)
            for c in range(image.shape[2])
        ],
        axis=2,
    )


def map_of_the_images_type(image, kernels, bias):
    maps = np.zeros_like(three_loops_and_a_sum(image, kernels, bias), dtype=image.dtype)
    maps[...] = three_loops_and_a_sum(image, kernels, bias).astype(image.dtype)
    return maps


def no_zeros(depthwise):
    return np.stack([depthwise] * depthwise.shape[2], axis=3)


def no_zeros_in_the_other_axis(depthwise):
    return np.stack([depthwise] * depthwise.shape[2], axis=2)


def for_groups(depthwise):
    return depthwise[:, :, None, :]


def ones_on_the_diagonal(depthwise):
    full = np.zeros((*depthwise.shape, depthwise.shape[2]))
    for c in range(depthwise.shape[2]):
        full[:, :, c, c] = 1
    return full


def filters_first(depthwise):
    return with_a_loop(depthwise).transpose(2, 3, 0, 1)


def uphill(image, kernel, target, rate):
    return 2 * kernel - step_by_windows(image, kernel, target, rate)


def no_two(image, kernel, target, rate):
    return step_by_windows(image, kernel, target, rate / 2)


def sum_in_place_of_mean(image, kernel, target, rate):
    return step_by_windows(image, kernel, target, rate * target.size)


def size_of_the_kernel(image, kernel, target, rate):
    return step_by_windows(image, kernel, target, rate * target.size / kernel.size)


def no_rate(image, kernel, target, rate):
    return step_by_windows(image, kernel, target, 1)


def only_the_gradient(image, kernel, target, rate):
    return kernel - step_by_windows(image, kernel, target, 1)


def writes_into_the_kernel(image, kernel, target, rate):
    kernel += step_by_windows(image, kernel, target, rate) - kernel
    return kernel


@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [
        ("grouped_parameters", no_bias, "The biases are missing"),
        ("grouped_parameters", no_groups, "You left the groups out"),
        ("grouped_parameters", everything_divided, "You divided the biases"),
        ("grouped_parameters", filters_of_a_group, "filters of one group only"),
        ("grouped_parameters", true_division, "should be an integer: use //"),
        ("grouped_parameters", one_slice, "You left the channels out"),
        ("filter_maps", bias_inside_the_sum, "at every weight of the window"),
        ("filter_maps", bias_each_channel, "once for each channel"),
        ("filter_maps", maps_first, "Your maps come first"),
        ("filter_maps", no_bias_at_all, "The biases are missing"),
        ("filter_maps", sum_over_filters, "You added the maps of all filters"),
        ("filter_maps", channels_kept_apart, "You keep the channels apart"),
        ("filter_maps", map_of_the_images_type, "have the image's type"),
        ("full_kernels", no_zeros, "Nothing of yours is zero: filter c sees"),
        ("full_kernels", no_zeros_in_the_other_axis, "lays its kernel on all channels"),
        ("full_kernels", for_groups, "These are kernels for groups"),
        ("full_kernels", ones_on_the_diagonal, "but with ones"),
        ("full_kernels", filters_first, "Your axes stand in another order"),
        ("kernel_step", uphill, "You went uphill"),
        ("kernel_step", no_two, "The factor 2 is missing"),
        ("kernel_step", sum_in_place_of_mean, "You summed over the outputs"),
        ("kernel_step", size_of_the_kernel, "by the number of weights"),
        ("kernel_step", no_rate, "The learning rate is missing"),
        ("kernel_step", only_the_gradient, "You returned the gradient"),
        ("kernel_step", writes_into_the_kernel, "You changed the kernel"),
    ],
)
def test_wrong_answer_is_told_its_mistake(name, answer, sentence, capsys):
    assert check(name, answer) is False
    assert sentence in " ".join(capsys.readouterr().out.split())
