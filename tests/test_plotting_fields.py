"""What the pictures of receptive fields show and refuse, against the arithmetic."""

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from cnn_helpers.plotting_fields import VERMILION, show_cone, show_regions
from cnn_helpers.receptive_field import Stage, input_region, receptive_field

PLAIN = [Stage("conv1", 2), Stage("pool", 2, 2), Stage("conv2", 2)]
PADDED = [Stage("conv1", 3, 1, "same"), Stage("pool", 2, 2), Stage("conv2", 3, 1, 1)]
DILATED = [Stage("wide", 3, 1, 2, 2), Stage("conv", 2)]


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def units_of(ax):
    """Return {level: [(place, filled), ...]} of all circles."""
    levels = {}
    for points in ax.collections:
        (place, level) = points.get_offsets()[0]
        filled = to_hex(points.get_facecolor()[0]).upper() == VERMILION
        levels.setdefault(int(level), []).append((float(place), filled))
    return levels


def crosses_of(ax):
    return {
        (float(line.get_xdata()[0]), int(line.get_ydata()[0]))
        for line in ax.lines
        if line.get_marker() == "x"
    }


@pytest.mark.parametrize(
    ("stages", "size", "unit"),
    [(PLAIN, 8, 0), (PLAIN, 9, 1), (PADDED, 10, 2), (PADDED, 11, 0), (PADDED, 8, 3)],
)
def test_the_filled_pixels_are_the_input_region(stages, size, unit):
    ax = show_cone(stages, size, unit=unit)
    first, last = input_region(stages, unit, input_size=size)
    filled = {place for place, is_filled in units_of(ax)[0] if is_filled}
    assert filled == set(range(max(first, 0), min(last, size - 1) + 1))


@pytest.mark.parametrize("stages", [PLAIN, PADDED, DILATED])
def test_every_unit_stands_over_the_middle_of_its_field(stages):
    levels = units_of(show_cone(stages, 12))
    for level, row in enumerate(receptive_field(stages, 12)):
        places = [place for place, _ in levels[level]]
        middles = [
            row.start + unit * row.jump + (row.receptive_field - 1) / 2
            for unit in range(row.size)
        ]
        assert places == middles


def test_a_dilated_window_leaves_gaps():
    filled = {
        p for p, is_filled in units_of(show_cone(DILATED, 12, unit=4))[0] if is_filled
    }
    assert filled == {2, 3, 4, 5, 6, 7}  # units 4 and 5 read 2, 4, 6 and 3, 5, 7
    one = show_cone(DILATED[:1], 12, unit=4)
    assert {p for p, is_filled in units_of(one)[0] if is_filled} == {2, 4, 6}


def test_zeros_are_crosses():
    assert crosses_of(show_cone(PLAIN, 8)) == set()
    assert crosses_of(show_cone([Stage("conv", 3, 1, 1)], 5)) == {(-1, 0), (5, 0)}


def test_cone_refuses_a_unit_that_is_not_there():
    with pytest.raises(ValueError, match="unit must be below 2"):
        show_cone(PLAIN, 8, unit=2)
    with pytest.raises(TypeError, match="input_size"):
        show_cone(PLAIN, 8.5)


def test_fields_are_framed_where_they_are():
    image = np.zeros((6, 9))
    figure = show_regions([image, image], [((-2, 1), (3, 7)), ((4, 7), (0, 2))], "ab")
    for ax, expected in zip(
        figure.axes, [(2.5, -2.5, 5, 4), (-0.5, 3.5, 3, 4)], strict=True
    ):
        boxes = [
            (*patch.get_xy(), patch.get_width(), patch.get_height())
            for patch in ax.patches
        ]
        assert boxes == [expected, expected]  # the zeros below, the frame above
        assert ax.get_ylim() == (8.5, -2.5)  # all panels to one scale


def test_fields_refuse_uneven_lists():
    with pytest.raises(ValueError, match="2 images, 1 regions, 2 titles"):
        show_regions([np.eye(3)] * 2, [((0, 1), (0, 1))], ["a", "b"])
    with pytest.raises(ValueError, match="one at least"):
        show_regions([], [], [])
