"""Answers to chapter 5's exercises, as readers write them, right and wrong."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from cnn_helpers import layers, models
from cnn_helpers.checks import check
from cnn_helpers.checks.fully_connected import (
    CHECKS,
    dense_parameters,
    stack_parameters,
    stacked_mask,
    weights_for_plain,
)

# ------------------------------------------------------------ right answers


def dense_by_index(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += (sizes[i - 1] + 1) * sizes[i]
    return total


def conv_by_enumerate(kernel_size, depths):
    total = 0
    for layer, maps in enumerate(depths[1:]):
        total += maps * (kernel_size**2 * depths[layer] + 1)
    return total


def mask_by_loops(masks):
    reached = np.eye(masks[0].shape[1], dtype=bool)
    for mask in masks:
        new = np.zeros((mask.shape[0], reached.shape[1]), dtype=bool)
        for output in range(mask.shape[0]):
            for unit in range(mask.shape[1]):
                if mask[output, unit]:
                    new[output] |= reached[unit]
        reached = new
    return reached


def mask_by_counting(masks):
    return (
        np.linalg.multi_dot([m.astype(int) for m in masks[::-1]]) > 0
        if len(masks) > 1
        else masks[0] > 0
    )


def local_by_loops(image, kernels):
    rows, cols, high, wide = kernels.shape
    output = np.zeros((rows, cols))
    for row in range(rows):
        for col in range(cols):
            window = image[row : row + high, col : col + wide]
            output[row, col] = (window * kernels[row, col]).sum()
    return output


def local_by_einsum(image, kernels):
    windows = sliding_window_view(image, kernels.shape[2:])
    return np.einsum("rcij,rcij->rc", windows, kernels)


def plain_by_argsort(weights, order):
    return weights[np.argsort(order)]


def plain_by_assignment(weights, order):
    result = np.empty_like(weights)
    result[order] = weights
    return result


def plain_by_loop(weights, order):
    result = weights.copy()
    for place, pixel in enumerate(order):
        result[pixel] = weights[place]
    return result


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("dense_parameters", dense_by_index),
        ("stack_parameters", conv_by_enumerate),
        ("stacked_mask", mask_by_loops),
        ("stacked_mask", mask_by_counting),
        ("locally_connected", local_by_loops),
        ("locally_connected", local_by_einsum),
        ("weights_for_plain", plain_by_argsort),
        ("weights_for_plain", plain_by_assignment),
        ("weights_for_plain", plain_by_loop),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ the references themselves


@pytest.mark.parametrize("sizes", [[3, 2], [5, 7, 11], [20, 3, 4, 1]])
def test_dense_parameters_are_those_of_a_model(sizes):
    model = models.Sequential([layers.Input((sizes[0],))])
    for units in sizes[1:]:
        model.add(layers.Dense(units))
    assert dense_parameters(sizes) == model.count_params()


@pytest.mark.parametrize(("side", "depths"), [(3, [3, 5, 2]), (2, [1, 4]), (1, [6, 3])])
def test_stack_parameters_are_those_of_a_model(side, depths):
    model = models.Sequential([layers.Input((9, 11, depths[0]))])
    for maps in depths[1:]:
        model.add(layers.Conv2D(maps, side))
    assert stack_parameters(side, depths) == model.count_params()


def test_stacked_mask_is_that_of_the_product_of_positive_layers():
    rng = np.random.default_rng(0)
    for _ in range(50):
        sizes = rng.integers(1, 6, size=4)
        shapes = zip(sizes[1:], sizes[:-1], strict=True)
        masks = [rng.random(shape) < 0.4 for shape in shapes]
        lit = np.eye(sizes[0])
        for mask in masks:
            lit = (mask * rng.uniform(1, 2, mask.shape)) @ lit
        np.testing.assert_array_equal(stacked_mask(masks), lit > 0)


def test_plain_weights_give_the_answers_of_the_shuffled_ones():
    rng = np.random.default_rng(0)
    weights, order = rng.normal(size=(12, 5)), rng.permutation(12)
    images = rng.normal(size=(3, 12))
    plain = weights_for_plain(weights, order)
    np.testing.assert_allclose(images @ plain, images[:, order] @ weights)


# ------------------------------------------------------------ wrong answers


def dense_without_biases(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1]
    return total


def dense_off_by_input(sizes):
    return dense_without_biases(sizes) + sum(sizes)


def conv_of_the_article(kernel_size, depths):
    return sum(kernel_size * kernel_size * maps for maps in depths[1:])


def conv_without_biases(kernel_size, depths):
    return sum(
        kernel_size**2 * depths[i] * depths[i + 1] for i in range(len(depths) - 1)
    )


def mask_multiplied_entrywise(masks):
    total = masks[0]
    for mask in masks[1:]:
        total = total * mask
    return total


def mask_of_counts(masks):
    total = masks[0].astype(int)
    for mask in masks[1:]:
        total = mask.astype(int) @ total
    return total


def mask_backwards(masks):
    total = masks[0]
    for mask in masks[1:]:
        total = total @ mask
    return total


def mask_of_zeros_and_ones(masks):
    return mask_by_loops(masks).astype(int)


def mask_of_floats(masks):
    return mask_by_loops(masks) * 1.0


def dense_without_the_last(sizes):
    total = 0
    for i in range(len(sizes) - 2):
        total += (sizes[i] + 1) * sizes[i + 1]
    return total


def conv_with_one_map(kernel_size, depths):
    return sum(
        kernel_size**2 * depths[i] + depths[i + 1] for i in range(len(depths) - 1)
    )


def conv_with_a_sum(kernel_size, depths):
    total = 0
    for below, maps in pairwise(depths):
        total += kernel_size**2 * (below + maps) + maps
    return total


def conv_with_cubes(kernel_size, depths):
    total = 0
    for below, maps in pairwise(depths):
        total += (kernel_size**3 * below + 1) * maps
    return total


def conv_without_the_last(kernel_size, depths):
    total = 0
    for i in range(len(depths) - 2):
        total += (kernel_size**2 * depths[i] + 1) * depths[i + 1]
    return total


def local_by_loops_with(image, kernels, product, dtype=float, square=False):
    rows, cols, high, wide = kernels.shape
    output = np.zeros((rows, cols), dtype=dtype)
    for row in range(rows):
        for col in range(min(rows, cols) if square else cols):
            window = image[row : row + high, col : col + wide]
            output[row, col] = product(window, kernels[row, col]).sum()
    return output


def local_by_matrix_products(image, kernels):
    return local_by_loops_with(image, kernels, lambda a, b: a @ b.T)


def local_in_integers(image, kernels):
    return local_by_loops_with(image, kernels, np.multiply, dtype=int)


def local_on_a_square(image, kernels):
    return local_by_loops_with(image, kernels, np.multiply, square=True)


def local_with_one_kernel(image, kernels):
    rows, cols, high, wide = kernels.shape
    output = np.zeros((rows, cols))
    for row in range(rows):
        for col in range(cols):
            window = image[row : row + high, col : col + wide]
            output[row, col] = (window * kernels[0, 0]).sum()
    return output


def local_summed_over_places(image, kernels):
    return (sliding_window_view(image, kernels.shape[2:]) * kernels).sum(axis=(0, 1))


def plain_the_other_way(weights, order):
    return np.take(weights, order, axis=0)


def plain_the_other_way_by_loop(weights, order):
    result = np.zeros_like(weights)
    for place in range(len(order)):
        result[place] = weights[order[place]]
    return result


def plain_by_columns(weights, order):
    return weights[:, order]


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("dense_parameters", dense_without_biases, "biases are missing"),
        ("dense_parameters", dense_off_by_input, "gave the inputs biases"),
        ("stack_parameters", conv_of_the_article, "left out the depth"),
        ("stack_parameters", conv_without_biases, "biases are missing"),
        ("stacked_mask", mask_multiplied_entrywise, "entry by entry"),
        ("stacked_mask", mask_of_counts, "counted the ways"),
        ("stacked_mask", mask_backwards, "wrong order"),
        ("locally_connected", local_with_one_kernel, "first place everywhere"),
        ("locally_connected", local_summed_over_places, "summed over the places"),
        ("weights_for_plain", plain_the_other_way, "other way round"),
        ("weights_for_plain", plain_the_other_way_by_loop, "other way round"),
        ("weights_for_plain", plain_by_columns, "columns"),
        ("stacked_mask", mask_of_zeros_and_ones, "in zeros and ones"),
        ("stacked_mask", mask_of_floats, "booleans"),
        ("dense_parameters", dense_without_the_last, "last layer is missing"),
        ("stack_parameters", conv_with_one_map, "one map in each layer"),
        ("stack_parameters", conv_with_a_sum, "so multiply"),
        ("stack_parameters", conv_with_cubes, "a cube"),
        ("stack_parameters", conv_without_the_last, "last layer is missing"),
        ("locally_connected", local_by_matrix_products, "matrix product"),
        ("locally_connected", local_in_integers, "lose their fractions"),
        ("locally_connected", local_on_a_square, "places across"),
    ],
)
def test_wrong_answer_is_diagnosed(name, answer, words, capsys):
    assert check(name, answer) is False
    assert words in " ".join(capsys.readouterr().out.split())


def test_all_checks_of_the_chapter_are_tried_here():
    assert {item.name for item in CHECKS} == {
        "dense_parameters",
        "stack_parameters",
        "stacked_mask",
        "locally_connected",
        "weights_for_plain",
    }
