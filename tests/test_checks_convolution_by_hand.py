"""Answers to chapter 6's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from scipy import signal

from cnn_helpers.checks import check

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def places(image, kernel):
    return np.subtract(image.shape, kernel.shape) + 1


# ------------------------------------------------------------ right answers


def by_four_loops(image, kernel):
    rows, cols = places(image, kernel)
    output = np.zeros((rows, cols))
    for row in range(rows):
        for col in range(cols):
            for i in range(kernel.shape[0]):
                for j in range(kernel.shape[1]):
                    output[row, col] += image[row + i, col + j] * kernel[i, j]
    return output


def by_windows(image, kernel):
    return (sliding_window_view(image, kernel.shape) * kernel).sum(axis=(2, 3))


def by_scipy(image, kernel):
    return signal.correlate2d(image, kernel, mode="valid")


def matrix_by_rows(image_shape, kernel):
    rows = []
    for row in range(image_shape[0] - kernel.shape[0] + 1):
        for col in range(image_shape[1] - kernel.shape[1] + 1):
            canvas = np.zeros(image_shape)
            canvas[row : row + kernel.shape[0], col : col + kernel.shape[1]] = kernel
            rows.append(canvas.ravel())
    return np.array(rows)


def edges_by_scipy(image):
    x = signal.correlate2d(image.astype(float), SOBEL, mode="valid")
    y = signal.correlate2d(image.astype(float), SOBEL.T, mode="valid")
    return np.sqrt(x**2 + y**2)


def another_patch():
    return np.array([[9, 60, 9], [40, 80, 50], [200, 58, 0]], dtype=np.uint8)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("sharpen_patch", another_patch),
        ("correlate2d_valid", by_four_loops),
        ("correlate2d_valid", by_windows),
        ("correlate2d_valid", by_scipy),
        ("convolution_matrix", matrix_by_rows),
        ("edge_strength", edges_by_scipy),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def flipped(image, kernel):
    return signal.convolve2d(image, kernel, mode="valid")


def short(image, kernel):
    return by_windows(image, kernel)[:-1, :-1]


def square(image, kernel):
    size, side = kernel.shape[0], image.shape[0] - kernel.shape[0] + 1
    output = np.zeros((side, side))
    for row in range(side):
        for col in range(side):
            patch = image[row : row + size, col : col + size]
            output[row, col] = (patch * kernel).sum()
    return output


def kernel_square(image, kernel):
    size = kernel.shape[0]
    output = np.zeros((image.shape[0] - size + 1, image.shape[1] - size + 1))
    for row in range(output.shape[0]):
        for col in range(output.shape[1]):
            patch = image[row : row + size, col : col + size]
            output[row, col] = np.sum(patch * kernel)
    return output


def image_square(image, kernel):
    output = np.zeros([image.shape[0] - size + 1 for size in kernel.shape])
    for row in range(output.shape[0]):
        for col in range(output.shape[1]):
            patch = image[row : row + kernel.shape[0], col : col + kernel.shape[1]]
            output[row, col] = np.sum(patch * kernel)
    return output


def inner_loops_square(image, kernel):
    size = kernel.shape[0]
    output = np.zeros((image.shape[0] - size + 1, image.shape[1] - size + 1))
    for row in range(output.shape[0]):
        for col in range(output.shape[1]):
            for i in range(size):
                for j in range(size):
                    output[row, col] += image[row + i, col + j] * kernel[i, j]
    return output


def returned_in_the_loop(image, kernel):
    rows, cols = places(image, kernel)
    output = np.zeros((rows, cols))
    for row in range(rows):
        for col in range(cols):
            patch = image[row : row + kernel.shape[0], col : col + kernel.shape[1]]
            output[row, col] = (patch * kernel).sum()
        return output


def returned_in_both_loops(image, kernel):
    rows, cols = places(image, kernel)
    output = np.zeros((rows, cols))
    for row in range(rows):
        for col in range(cols):
            patch = image[row : row + kernel.shape[0], col : col + kernel.shape[1]]
            output[row, col] = (patch * kernel).sum()
            return output


def summed_over_places(image, kernel):
    return np.einsum("abcd,cd->cd", sliding_window_view(image, kernel.shape), kernel)


def matrix_product(image, kernel):
    rows, cols = places(image, kernel)
    output = np.zeros((rows, cols))
    for row in range(rows):
        for col in range(cols):
            patch = image[row : row + kernel.shape[0], col : col + kernel.shape[1]]
            output[row, col] = (patch @ kernel).sum()
    return output


def overwritten(image, kernel):
    rows, cols = places(image, kernel)
    output = np.zeros((rows, cols))
    for row in range(rows):
        for col in range(cols):
            for i in range(kernel.shape[0]):
                for j in range(kernel.shape[1]):
                    output[row, col] = image[row + i, col + j] * kernel[i, j]
    return output


def typed_as_the_image(image, kernel):
    return by_windows(image, kernel).astype(image.dtype)


def kernel_changed(image, kernel):
    kernel *= 1
    kernel[0, 0] += 1
    return by_windows(image, kernel)


def as_lists(image, kernel):
    return by_windows(image, kernel).tolist()


def outside(image, kernel):
    return np.array([[image[99, 99]]])


def matrix_transposed(image_shape, kernel):
    return matrix_by_rows(image_shape, kernel).T


def matrix_flipped(image_shape, kernel):
    return matrix_by_rows(image_shape, kernel[::-1, ::-1])


def matrix_of_integers(image_shape, kernel):
    return matrix_by_rows(image_shape, kernel).astype(int)


def matrix_over_the_border(image_shape, kernel):
    row = matrix_by_rows(image_shape, kernel)[0]
    count = image_shape[0] * image_shape[1] - np.flatnonzero(row)[-1]
    return np.stack([np.roll(row, step) for step in range(count)])


def matrix_of_the_chapter(image_shape, kernel):
    rows, cols = np.subtract(image_shape, kernel.shape) + 1
    matrix = np.zeros((rows * cols, image_shape[0] * image_shape[1]))
    for row, col in np.ndindex(rows, cols):
        canvas = np.zeros(image_shape)
        canvas[row : row + kernel.shape[0], col : col + kernel.shape[1]] = kernel
        matrix[3 * row + col] = canvas.ravel()
    return matrix


def matrix_of_windows_downwards(image_shape, kernel):
    matrix_rows = []
    for col in range(image_shape[1] - kernel.shape[1] + 1):
        for row in range(image_shape[0] - kernel.shape[0] + 1):
            canvas = np.zeros(image_shape)
            canvas[row : row + kernel.shape[0], col : col + kernel.shape[1]] = kernel
            matrix_rows.append(canvas.ravel())
    return np.array(matrix_rows)


def edges_added(image):
    image = image.astype(float)
    return by_scipy(image, SOBEL) + by_scipy(image, SOBEL.T)


def edges_squared(image):
    return edges_by_scipy(image) ** 2


def edges_upright(image):
    return np.abs(by_scipy(image.astype(float), SOBEL))


def edges_as_bytes(image):
    return edges_by_scipy(image).astype(np.uint8)


def flat_patch():
    return np.full((3, 3), 192)


def large_patch():
    return np.full((5, 5), 77)


def bright_patch():
    return np.where(np.eye(3)[1] * np.eye(3)[:, 1:2], 300, 327)


def patch_from_the_face():
    return np.array([[130, 125, 97], [104, 123, 91], [82, 103, 101]])


def near_patch():
    return np.array([[0, 77, 0], [77, 101, 77], [0, 77, 0]])


@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [
        ("correlate2d_valid", flipped, "Your output is that of a flipped kernel"),
        ("correlate2d_valid", short, "You stop one window too early"),
        ("correlate2d_valid", square, "as if image and kernel were square"),
        ("correlate2d_valid", kernel_square, "You treat the kernel as square"),
        ("correlate2d_valid", image_square, "You treat the image as square"),
        ("correlate2d_valid", inner_loops_square, "Your inner loops take the kernel"),
        ("correlate2d_valid", returned_in_the_loop, "Only the first row of the output"),
        ("correlate2d_valid", returned_in_both_loops, "Only the first number"),
        ("correlate2d_valid", summed_over_places, "You summed over the axes 0 and 1"),
        ("correlate2d_valid", matrix_product, "You used the matrix product"),
        ("correlate2d_valid", overwritten, "Only the last product of each window"),
        ("correlate2d_valid", typed_as_the_image, "Your output has the image's type"),
        ("correlate2d_valid", kernel_changed, "changes its input `kernel`"),
        ("correlate2d_valid", as_lists, "You returned a list"),
        ("correlate2d_valid", outside, "IndexError"),
        ("convolution_matrix", matrix_transposed, "Your matrix is transposed"),
        ("convolution_matrix", matrix_flipped, "Your kernel is flipped"),
        ("convolution_matrix", matrix_of_integers, "cuts the kernel's fractions off"),
        ("convolution_matrix", matrix_over_the_border, "hang over the right border"),
        ("convolution_matrix", matrix_of_the_chapter, "by 3 * row + col"),
        ("convolution_matrix", matrix_of_windows_downwards, "stand in another order"),
        ("edge_strength", edges_added, "opposite signs cancel"),
        ("edge_strength", edges_squared, "The square root is missing"),
        ("edge_strength", edges_upright, "Only upright edges are found"),
        ("edge_strength", edges_as_bytes, "stored as bytes"),
        ("sharpen_patch", flat_patch, "A flat patch keeps its value"),
        ("sharpen_patch", patch_from_the_face, "worth 192, but the middle is 123"),
        ("sharpen_patch", large_patch, "has shape (3, 3); yours has (5, 5)"),
        ("sharpen_patch", bright_patch, "lies between 0 and 255; yours go from 300"),
        ("sharpen_patch", near_patch, "your patch is worth 197 and not 192"),
    ],
)
def test_wrong_answer_is_told_its_mistake(name, answer, sentence, capsys):
    assert check(name, answer) is False
    assert sentence in capsys.readouterr().out
