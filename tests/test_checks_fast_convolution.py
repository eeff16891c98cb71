"""Answers to chapter 16's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

from cnn_helpers.checks import check
from cnn_helpers.checks.fast_convolution import Counted
from cnn_helpers.convolution import conv2d

# ------------------------------------------------------------ right answers


def rows_by_loops(images, size, stride):
    rows = []
    for image in images:
        for top in range(0, image.shape[0] - size[0] + 1, stride):
            for left in range(0, image.shape[1] - size[1] + 1, stride):
                window = image[top : top + size[0], left : left + size[1]]
                rows.append(window.ravel())
    return np.array(rows)


def windows_by_strides(image, size, stride, dilation):
    span = dilation * (size - 1) + 1
    rows, cols = ((side - span) // stride + 1 for side in image.shape)
    down, right = image.strides
    strides = stride * down, stride * right, dilation * down, dilation * right
    return as_strided(image, (rows, cols, size, size), strides, writeable=False)


TO_ROW = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]])
TO_KERNEL = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
TO_OUTPUTS = np.array([[1, 1, 1, 0], [0, 1, -1, -1]])


def row_by_matrices(signal, kernel):
    weights = TO_KERNEL @ np.array(kernel)
    outputs = []
    for start in range(0, len(signal) - 2, 2):
        window = np.array(signal[start : start + 4])
        outputs.extend(TO_OUTPUTS @ ((TO_ROW @ window) * weights))
    return np.array(outputs)


def intensity_by_arrays(images_shape, kernels_shape, copied):
    images = np.zeros(images_shape, np.float32)
    kernels = np.zeros(kernels_shape, np.float32)
    outputs = conv2d(images, kernels)
    rows = rows_by_loops(images, kernels_shape[:2], 1)
    moved = images.nbytes + kernels.nbytes + outputs.nbytes
    moved += 2 * rows.nbytes if copied else 0
    return 2 * rows.size * kernels_shape[3] / moved


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("windows_in_rows", rows_by_loops),
        ("dilated_windows", windows_by_strides),
        ("winograd_row", row_by_matrices),
        ("arithmetic_intensity", intensity_by_arrays),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def copied_windows(image, size, stride, dilation):
    return windows_by_strides(image, size, stride, dilation).copy()


def windows_of_a_copy(image, size, stride, dilation):
    """Lay the numbers side by side first: a copy if the image is a view."""
    return windows_by_strides(np.ascontiguousarray(image), size, stride, dilation)


def six_products(signal, kernel):
    places = range(len(signal) - 2)
    return [sum(kernel[j] * signal[i + j] for j in range(3)) for i in places]


def five_products(signal, kernel):
    """Form the first of the four products twice."""
    outputs = []
    for start in range(0, len(signal) - 2, 2):
        window = np.array(signal[start : start + 4])
        products = (TO_ROW @ window) * (TO_KERNEL @ np.array(kernel))
        again = (window[0] - window[2]) * kernel[0]
        outputs += [again + products[1] + products[2], (TO_OUTPUTS @ products)[1]]
    return outputs


def plain_numbers(signal, kernel):
    return [number.value for number in row_by_matrices(signal, kernel)]


@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [
        ("dilated_windows", copied_windows, "they were copied"),
        ("dilated_windows", windows_of_a_copy, "they were copied"),
        ("dilated_windows", lambda *a: windows_by_strides(*a) + 1, "the numbers are"),
        ("dilated_windows", lambda *a: [1, 2], "you returned list"),
        ("winograd_row", six_products, "6 times; with four products"),
        ("winograd_row", five_products, "5 times; with four products"),
        ("winograd_row", plain_numbers, "without converting them"),
        ("winograd_row", lambda s, k: row_by_matrices(s, k)[:-1], "you returned 1 out"),
        ("winograd_row", lambda s, k: [x + 1 for x in six_products(s, k)], "output 0"),
        ("winograd_row", lambda s, k: [float(x) for x in s], "leave the numbers"),
        ("winograd_row", lambda s, k: 3, "you returned int"),
        (
            "windows_in_rows",
            lambda *a: rows_by_loops(*a).tolist(),
            "You returned a list",
        ),
    ],
)
def test_wrong_answer_hears_why(name, answer, sentence, capsys):
    assert check(name, answer) is False
    text = " ".join(capsys.readouterr().out.split())
    assert sentence.lower() in text.lower()


def test_only_products_of_two_counted_numbers_count():
    log = []
    x, y = Counted(3.0, log), Counted(-2.0, log)
    value = -(2 * x + 1 - y / 4) * 0.5 + (1 - x)
    assert (value.value, len(log)) == (-5.75, 0)
    assert ((x * y) * x).value == -18
    assert len(log) == 2
    with pytest.raises(TypeError, match="does not divide"):
        x / y
