"""Where the pictures of a network's inside put images, names and units."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from cnn_helpers.plotting_inside import plot_unit_curves, plot_units, show_rows

UNITS = {
    "conv1": {"trained": [0.1, 0.5, 0.3], "untrained": [0.2, np.nan]},
    "conv2": {"trained": [0.9], "untrained": []},
}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_rows_stand_below_each_other_with_their_names():
    images = np.arange(24.0).reshape(6, 2, 2)
    figure = show_rows({"upper": images[:3], "lower": images[3:]}, ["a", "b", "c"])
    shown = [ax.images[0].get_array() for ax in figure.axes]
    np.testing.assert_array_equal(shown, images)
    names = {ax.texts[0].get_text(): place for place, ax in enumerate(figure.axes[::3])}
    assert names == {"upper": 0, "lower": 1}
    assert [ax.get_title() for ax in figure.axes] == ["a", "b", "c", "", "", ""]


def test_signed_images_are_symmetric_about_zero():
    figure = show_rows({"kernel": [np.array([[1.0, -3.0]])]}, signed=True)
    assert figure.axes[0].images[0].get_clim() == (-3, 3)


def test_every_image_can_have_its_own_range():
    images = [np.array([[0.1, 0.2]]), np.array([[0.0, 5.0]]), np.zeros((1, 2))]
    figure = show_rows({"maps": images}, own_range=True)
    ranges = [ax.images[0].get_clim() for ax in figure.axes]
    assert ranges == [(0, 0.2), (0, 5), (0, 1)]


@pytest.mark.parametrize(
    ("rows", "titles"),
    [
        ({}, None),
        ({"none": []}, None),
        ({"one": [np.eye(2)], "two": [np.eye(2)] * 2}, None),
        ({"one": [np.eye(2)]}, ["a", "b"]),
    ],
)
def test_rows_that_do_not_fit_are_refused(rows, titles):
    with pytest.raises(ValueError, match=r"rows must hold|titles"):
        show_rows(rows, titles)


def test_every_unit_is_a_point_and_the_bar_is_the_median():
    ax = plot_units(UNITS, ylabel="index")
    heights = [points.get_offsets()[:, 1].tolist() for points in ax.collections]
    assert heights == [[0.1, 0.3, 0.5], [0.2], [0.9], []]
    bars = [float(line.get_ydata()[0]) for line in ax.lines]
    assert bars == [0.3, 0.2, 0.9]


def test_layers_names_and_lines():
    ax = plot_units(UNITS, ylabel="index", lines={"simple cell": 0.65})
    assert [label.get_text() for label in ax.get_xticklabels()] == ["conv1", "conv2"]
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert named == ["trained", "untrained"]
    assert [text.get_text() for text in ax.texts] == ["simple cell"]
    assert ax.lines[-1].get_ydata()[0] == 0.65


def test_points_of_two_networks_do_not_overlap():
    ax = plot_units(UNITS, ylabel="index")
    left, right = (points.get_offsets()[:, 0] for points in ax.collections[:2])
    assert left.max() < right.min()


def test_names_of_lines_stand_beside_the_units():
    ax = plot_units(UNITS, ylabel="index", lines={"simple\ncell": 0.65})
    (text,) = ax.texts
    ax.figure.canvas.draw()
    assert text.get_window_extent().x0 >= ax.get_window_extent().x1
    assert text.get_window_extent().x1 <= ax.figure.bbox.x1


def test_curves_are_turned_to_their_peaks_and_divided_by_them():
    angles = np.arange(6) * np.pi / 6
    first = np.array([[8, 1], [4, 2], [2, 3], [1, 4], [2, 3], [4, 2]])
    layers = {
        "conv1": {"trained": first, "untrained": np.zeros((6, 3))},
        "conv2": {"trained": first[:, :1], "untrained": 10 * first[:, :1]},
    }
    figure = plot_unit_curves(angles, layers, reference=[0, 1, 0, 0, 0, 0])
    shown = [[line.get_ydata().tolist() for line in ax.lines] for ax in figure.axes]
    mark = [0, 0, 0, 1, 0, 0]
    steep, flat = [0.125, 0.25, 0.5, 1, 0.5, 0.25], [0.25, 0.5, 0.75, 1, 0.75, 0.5]
    assert shown == [[steep, flat, mark], [mark], [steep, mark], [steep, mark]]
    titles = [ax.get_title() for ax in figure.axes]
    assert titles[1:3] == ["conv1, untrained", "conv2, trained"]
    np.testing.assert_allclose(figure.axes[0].lines[0].get_xdata()[3], 0, atol=1e-12)


@pytest.mark.parametrize("curves", [np.ones((4, 2)), np.ones(3)])
def test_curves_of_another_length_are_refused(curves):
    with pytest.raises(ValueError, match="3 angles"):
        plot_unit_curves([0, 1, 2], {"conv1": {"a": curves}})


@pytest.mark.parametrize("plot", [plot_units, plot_unit_curves])
@pytest.mark.parametrize(
    "layers",
    [
        {},
        {"a": {}},
        {"a": {"x": [1]}, "b": {"y": [1]}},
        {"a": {name: [1] for name in "xyz"}},
    ],
)
def test_networks_that_do_not_fit_are_refused(plot, layers):
    more = {"ylabel": "index"} if plot is plot_units else {"angles": [0, 1]}
    with pytest.raises(ValueError, match="one or two networks"):
        plot(layers=layers, **more)
