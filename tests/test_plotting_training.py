"""Where the pictures of training put paths, contours, means and bands."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from cnn_helpers.plotting_training import plot_runs, show_descent

CORNERS = {"low": (-2, -1), "high": (4, 5)}
PATH = [[0.0, 0.0], [1.0, 0.5], [1.5, 2.0]]


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def hollow(first, second):
    """A bowl whose lowest point is (1, 2)."""
    return (first - 1) ** 2 + 3 * (second - 2) ** 2


def line_with(ax, marker):
    """Return the lines of an Axes that are drawn with a marker."""
    return [line for line in ax.lines if line.get_marker() == marker]


def test_a_path_is_drawn_as_it_was_walked():
    ax = show_descent(hollow, {"walk": PATH}, **CORNERS).axes[0]
    path, start = line_with(ax, "o")
    assert np.array_equal(path.get_xydata(), PATH)
    assert np.array_equal(start.get_xydata(), [[0.0, 0.0]])
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 4), (-1, 5))


def test_the_star_marks_the_lowest_point():
    ax = show_descent(hollow, {"walk": PATH}, **CORNERS).axes[0]
    (star,) = line_with(ax, "*")
    assert np.allclose(star.get_xydata(), [[1, 2]], atol=6 / 120)


def test_a_contour_is_four_times_as_high_as_the_one_inside():
    ax = show_descent(hollow, {"walk": PATH}, **CORNERS).axes[0]
    (contours,) = ax.collections
    assert np.allclose(contours.levels[1:] / contours.levels[:-1], 4)
    level, places = contours.levels[-2], contours.get_paths()[-2].vertices
    assert np.allclose(hollow(*places.T), level, rtol=0.05)


@pytest.mark.parametrize(("columns", "seen"), [(2, 3), (3, 3), (5, 3)])
def test_one_map_a_path_named_on_the_outside(columns, seen):
    walks = {name: PATH for name in "abc"}
    figure = show_descent(
        hollow, walks, names=("left", "up"), columns=columns, **CORNERS
    )
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title() for ax in shown] == ["a", "b", "c"]
    assert len(shown) == seen
    assert shown[0].get_ylabel() == "up"
    assert shown[-1].get_xlabel() == "left"
    assert shown[1].get_ylabel() == ""


@pytest.mark.parametrize(
    ("paths", "corners", "says"),
    [
        ({}, CORNERS, "paths is empty"),
        ({"walk": [[1, 2, 3]]}, CORNERS, r"paths\['walk'\].*\(1, 3\)"),
        ({"walk": [1, 2]}, CORNERS, r"paths\['walk'\]"),
        ({"walk": np.zeros((0, 2))}, CORNERS, r"\(0, 2\)"),
        ({"walk": PATH}, {"low": (0, 3), "high": (1, 3)}, "low must lie below high"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(paths, corners, says):
    with pytest.raises(ValueError, match=says):
        show_descent(hollow, paths, **corners)
    with pytest.raises(TypeError, match="real numbers"):
        show_descent(hollow, {"walk": [["a", "b"]]}, **CORNERS)


RUNS = {"plain": [[3.0, 2, 1], [5, 4, 3], [4, 0, 2]], "dropout": [[2.0, 2, 2]]}


def test_the_line_is_the_mean_and_the_band_reaches_the_ends():
    ax = plot_runs(RUNS, ylabel="loss")
    plain, dropout = ax.lines
    assert np.array_equal(plain.get_xydata(), [[1, 4], [2, 2], [3, 2]])
    assert np.array_equal(dropout.get_ydata(), [2, 2, 2])
    corners = ax.collections[0].get_paths()[0].vertices
    for place, low, high in (1, 3, 5), (2, 0, 4), (3, 1, 3):
        heights = corners[corners[:, 0] == place, 1]
        assert (heights.min(), heights.max()) == (low, high)


def test_runs_differ_in_more_than_colour():
    lines = plot_runs(RUNS, ylabel="loss").lines
    looks = {(line.get_linestyle(), line.get_marker()) for line in lines}
    assert len(looks) == 2
    many = plot_runs({"long": np.ones((2, 13))}, ylabel="loss").lines[0]
    assert many.get_marker() in ("None", None)


def test_a_single_kind_has_no_legend_and_x_can_be_given():
    ax = plot_runs({"one": [[1, 2]]}, ylabel="loss", xlabel="step", x=[10, 20])
    assert ax.get_legend() is None
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "loss")
    assert np.array_equal(ax.lines[0].get_xdata(), [10, 20])
    assert plot_runs(RUNS, ylabel="loss", ax=ax) is ax


@pytest.mark.parametrize(
    ("runs", "x", "error", "says"),
    [
        ({}, None, ValueError, "runs is empty"),
        ({"a": [1.0, 2.0]}, None, ValueError, r"runs\['a'\].*\(2,\)"),
        ({"a": [[1.0, 2.0]]}, [1, 2, 3], ValueError, r"x has shape \(3,\)"),
        ({"a": [["x"]]}, None, TypeError, r"runs\['a'\] must hold real numbers"),
    ],
)
def test_runs_that_fit_nothing_are_refused(runs, x, error, says):
    with pytest.raises(error, match=says):
        plot_runs(runs, ylabel="loss", x=x)
