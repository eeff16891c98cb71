"""What the pictures of speed show and refuse."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from cnn_helpers.plotting_speed import plot_ratios, plot_roofline, plot_tile_sizes

RATIOS = {"a": {"ours": 0.5, "copy": 4.0}, "b": {"ours": 1.5}, "c": {"copy": 30.0}}
POINTS = {"tiles": [("a", 2.0, 3e9), ("b", 100.0, 8e10)], "copy": [("b", 4.0, 2e10)]}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_bars_lead_from_one_to_the_ratio():
    ax = plot_ratios(RATIOS, ylabel="time over ours")
    ends = sorted((bar.get_y(), bar.get_y() + bar.get_height()) for bar in ax.patches)
    assert ends == [(1, 0.5), (1, 1.5), (1, 4.0), (1, 30.0)]
    assert [text.get_text() for text in ax.texts] == ["0.50", "1.50", "4.00", "30"]
    assert ax.get_yscale() == "log"
    assert ax.get_ylabel() == "time over ours"


def test_half_and_double_are_equally_far_from_one():
    ax = plot_ratios({"a": {"x": 0.5, "y": 2.0}}, ylabel="ratio")
    down, middle, up = ax.transData.transform([(0, 0.5), (0, 1), (0, 2)])[:, 1]
    assert up - middle == pytest.approx(middle - down)
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert labels == ["1/2", "1", "2"]


def test_a_series_keeps_its_look_and_its_side_in_every_group():
    ax = plot_ratios(RATIOS, ylabel="ratio")
    ours, copy = ax.containers
    assert len(ours.patches) == len(copy.patches) == 2
    colors = [{bar.get_facecolor() for bar in bars} for bars in (ours, copy)]
    assert all(len(color) == 1 for color in colors)
    assert colors[0] != colors[1]
    assert ours.patches[0].get_hatch() != copy.patches[0].get_hatch()
    middles = [bar.get_x() + bar.get_width() / 2 for bar in (*ours, *copy)]
    assert [round(middle) for middle in middles] == [0, 1, 0, 2]
    assert middles[0] < 0 < middles[2]


def test_one_series_needs_no_legend():
    assert plot_ratios({"a": {"x": 2}}, ylabel="ratio").get_legend() is None
    assert plot_ratios(RATIOS, ylabel="ratio").get_legend() is not None


def test_all_bars_lie_inside_the_axes():
    for ratios in (RATIOS, {"a": {"x": 0.01}}, {"a": {"x": 5000.0}}):
        low, high = plot_ratios(ratios, ylabel="ratio").get_ylim()
        values = [value for group in ratios.values() for value in group.values()]
        assert low < min([*values, 1]) <= max([*values, 1]) < high


@pytest.mark.parametrize(
    ("ratios", "message"),
    [
        ({}, "ratios is empty"),
        ({"a": {}}, "ratios is empty"),
        ({"a": {"x": 0.0}}, "above 0; got 0.0"),
        ({"a": {"x": np.nan}}, "got nan"),
        ({"a": {"x": np.inf}}, "got inf"),
    ],
)
def test_ratios_that_cannot_be_drawn_are_refused(ratios, message):
    with pytest.raises(ValueError, match=message):
        plot_ratios(ratios, ylabel="ratio")


def test_the_roof_is_the_lower_of_two_bounds():
    ax = plot_roofline(POINTS, peak=1e11, bandwidth=2e10)
    (roof,) = [line for line in ax.lines if line.get_label() == "the roof"]
    x, y = roof.get_data()
    assert (x[1], y[1]) == (5, 1)  # the ridge: 1e11 / 2e10 operations a byte
    for intensity, share in zip(x, y, strict=True):
        assert share == pytest.approx(min(1, intensity * 2e10 / 1e11))


def test_points_that_touch_share_a_label():
    near = {"copy": [("b", 5.0, 3e10), ("c", 15.0, 5e10), ("d", 15.5, 4.9e10)]}
    ax = plot_roofline(near, peak=1e11, bandwidth=2e10)
    assert [text.get_text() for text in ax.texts] == ["b", "c, d"]
    above = {"copy": [("c", 15.0, 5e10), ("d", 15.0, 2e10)]}
    ax = plot_roofline(above, peak=1e11, bandwidth=2e10)
    assert [text.get_text() for text in ax.texts] == ["c", "d"]


def test_points_stand_at_intensity_and_share():
    ax = plot_roofline(POINTS, peak=1e11, bandwidth=2e10)
    lines = {line.get_label(): line for line in ax.lines}
    assert np.allclose(lines["tiles"].get_xdata(), [2, 100])
    assert np.allclose(lines["tiles"].get_ydata(), [0.03, 0.8])
    assert np.allclose(lines["copy"].get_ydata(), [0.2])
    assert lines["tiles"].get_marker() != lines["copy"].get_marker()
    assert [text.get_text() for text in ax.texts] == ["a", "b", "b"]
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert left < 2 < 100 < right
    assert low < 0.03 < 1 < high


@pytest.mark.parametrize(
    ("points", "peak", "bandwidth", "message"),
    [
        ({}, 1.0, 1.0, "points is empty"),
        ({"tiles": []}, 1.0, 1.0, "points is empty"),
        ({"tiles": [("a", -1.0, 2.0)]}, 1.0, 1.0, "points must be finite and above 0"),
        (POINTS, 0.0, 1.0, "peak and bandwidth must be finite and above 0; got 0.0"),
        (POINTS, 1.0, np.inf, "peak and bandwidth must be .* got inf"),
    ],
)
def test_rooflines_that_cannot_be_drawn_are_refused(points, peak, bandwidth, message):
    with pytest.raises(ValueError, match=message):
        plot_roofline(points, peak=peak, bandwidth=bandwidth)


def test_tile_sizes_are_drawn_over_the_best():
    ax = plot_tile_sizes([1, 4, 64], [0.2, 0.1, 0.4], [0.6, 2.4, 38.4])
    assert np.allclose(ax.lines[0].get_xdata(), [1, 4, 64])
    assert np.allclose(ax.lines[0].get_ydata(), [2, 1, 4])
    labels = [text.get_text() for text in ax.get_xticklabels()]
    assert labels == ["1\n0.6 MB", "4\n2.4 MB", "64\n38.4 MB"]
    assert ax.get_xscale() == "log"
    assert ax.get_ylim()[0] == 0


@pytest.mark.parametrize(
    ("counts", "seconds", "message"),
    [([1, 2], [0.1, 0.0], "seconds must"), ([0, 2], [0.1, 0.2], "counts must")],
)
def test_tile_sizes_that_cannot_be_drawn_are_refused(counts, seconds, message):
    with pytest.raises(ValueError, match=message):
        plot_tile_sizes(counts, seconds, [1, 2])
