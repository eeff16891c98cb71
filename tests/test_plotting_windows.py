"""What the pictures of sliding windows print and refuse."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from cnn_helpers.plotting_windows import (
    show_convolution_matrix,
    show_merger,
    show_window_film,
    show_window_sum,
)

IMAGE = np.arange(20).reshape(4, 5)
KERNEL = np.array([[1, 0], [0, -1], [2, 0]])


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def printed(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_window_prints_the_sum_of_its_products():
    expected = (IMAGE[1:4, 2:4] * KERNEL).sum()
    assert f"sum: {expected}" in printed(show_window_sum(IMAGE, KERNEL, row=1, col=2))


def test_window_prints_only_the_outputs_so_far():
    first = len(printed(show_window_sum(IMAGE, KERNEL, row=0, col=0)))
    last = len(printed(show_window_sum(IMAGE, KERNEL, row=1, col=3)))
    assert last - first == 7


@pytest.mark.parametrize(
    ("row", "col", "message"),
    [(2, 0, "row must lie between 0 and 1"), (0, -1, "col must lie between 0 and 3")],
)
def test_window_outside_the_image_is_refused(row, col, message):
    with pytest.raises(ValueError, match=message):
        show_window_sum(IMAGE, KERNEL, row=row, col=col)


def test_film_has_a_frame_for_each_place():
    figure = show_window_film(IMAGE[:, :4], KERNEL)
    places = [text for text in printed(figure) if "row" in text]
    assert places[0] == "1. row 0, column 0"
    assert places[-1] == "6. row 1, column 2"
    assert len(places) == 6


def test_film_of_too_many_places_is_refused():
    with pytest.raises(ValueError, match=r"\(4, 5\) and kernel \(3, 2\)"):
        show_window_film(IMAGE, KERNEL)


def test_matrix_prints_what_is_not_zero_and_the_rows_of_the_image():
    texts = printed(show_convolution_matrix([[1, 0, 0, 2], [0, 0, -3, 0]], (2, 2)))
    assert sorted(texts) == ["1", "2", "image row 0", "image row 1", "−3"]


def test_matrix_that_does_not_belong_to_the_image_is_refused():
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(4, 4\)"):
        show_convolution_matrix(np.eye(4), (2, 3))
    with pytest.raises(ValueError, match=r"each output of \(3, 1\).*\(4, 4\)"):
        show_convolution_matrix(np.eye(4), (2, 2), (3, 1))


def test_matrix_is_parted_at_the_rows_of_image_and_map():
    figure = show_convolution_matrix(np.ones((6, 8)), (2, 4), (2, 3))
    ends = [lines.get_segments() for lines in figure.axes[0].collections]
    assert [segment[0, 0] for segment in ends[0]] == [0, 4, 8]
    assert [segment[0, 1] for segment in ends[1]] == [0, 3, 6]


def test_merger_of_two_blocks_is_a_triangle():
    time = np.linspace(-2, 4, 601)

    def block(moments):
        return ((moments >= 0) & (moments < 1)).astype(float)

    figure = show_merger(time, block, block, [0.5, 1, 2])
    merged = figure.axes[3].lines[0].get_ydata()
    triangle = np.clip(1 - np.abs(time - 1), 0, None)
    assert np.abs(merged - triangle).max() < 0.02
