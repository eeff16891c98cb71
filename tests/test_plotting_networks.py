"""What the pictures of networks light up, print and refuse."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from cnn_helpers import layers, models
from cnn_helpers.plotting_networks import LIT, show_connections, show_network

BAND = np.eye(7) + np.eye(7, k=1) + np.eye(7, k=-1)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def lit_units(axis, column):
    """Return the rows of the filled units of a column."""
    return [
        int(line.get_ydata()[0])
        for line in axis.lines
        if line.get_marker() == "o"
        and line.get_xdata()[0] == column
        and line.get_markerfacecolor() == LIT
    ]


def lit_lines(axis):
    return sum(
        line.get_color() == LIT for line in axis.lines if line.get_marker() != "o"
    )


def printed(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_unit_lights_what_its_mask_reaches():
    axis = show_connections({"band": [BAND]}, unit=2).axes[0]
    assert lit_units(axis, 0) == [2]
    assert lit_units(axis, 1) == [1, 2, 3]
    assert lit_lines(axis) == 3


def test_light_spreads_through_a_stack_and_stops_at_the_border():
    axis = show_connections({"band": [BAND, BAND]}, unit=1).axes[0]
    assert lit_units(axis, 2) == [0, 1, 2, 3]
    assert lit_lines(axis) == 3 + 8  # into units 0, 1, 2, and out of them


def test_masks_that_are_not_square_are_drawn_from_inputs_to_outputs():
    mask = np.zeros((2, 5))
    mask[1, 4] = 1
    axis = show_connections({"few": [mask]}, unit=4).axes[0]
    assert lit_units(axis, 1) == [1]
    assert lit_lines(axis) == 1  # the line runs from 4 to 1, not from 1 to 4


@pytest.mark.parametrize(
    ("masks", "unit", "message"),
    [
        ([np.ones(3)], 0, r"has shape \(outputs, inputs\), got \(3,\)"),
        (
            [np.ones((2, 3)), np.ones((4, 3))],
            0,
            r"\(4, 3\) does not follow .* \(2, 3\)",
        ),
        ([BAND], 7, "unit must lie between 0 and 6; got 7"),
        ([BAND], -1, "unit must lie between 0 and 6; got -1"),
    ],
)
def test_bad_masks_and_units_are_refused(masks, unit, message):
    with pytest.raises(ValueError, match=message):
        show_connections({"panel": masks}, unit=unit)


def test_a_network_is_labelled_with_its_own_shapes_and_counts():
    model = models.Sequential(
        [
            layers.Input((9, 12, 3)),
            layers.Conv2D(5, (2, 3), activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(1000),
        ]
    )
    text = printed(show_network(model, "a title"))
    assert text[0] == "a title"
    assert ["Conv2D", "8 × 10 × 5", str(5 * (2 * 3 * 3 + 1))] == text[4:7]
    assert text[7:10] == ["max-pool", "4 × 5 × 5", "–"]
    assert "Dropout" not in text
    assert "101,000" in text
    assert "⋮" in text


def test_few_units_are_all_drawn_with_all_their_lines():
    model = models.Sequential([layers.Input((4,)), layers.Dense(3)])
    axis = show_network(model).axes[0]
    units = [line for line in axis.lines if line.get_marker() == "o"]
    assert len(units) == 4 + 3
    assert len(axis.lines) - len(units) == 4 * 3
    assert "⋮" not in printed(axis.figure)


def test_drawings_stay_inside_the_figure():
    model = models.Sequential([layers.Input((28, 28, 1))])
    for _ in range(3):
        model.add(layers.Conv2D(8, 3))
        model.add(layers.MaxPooling2D(2, padding="same"))
    model.add(layers.Flatten())
    axis = show_network(model).axes[0]
    boxes = [patch.get_extents().get_points() for patch in axis.patches]
    right, left = np.max(boxes, axis=(0, 1))[0], np.min(boxes, axis=(0, 1))[0]
    assert left >= 0
    assert right <= axis.figure.bbox.width


def test_a_model_without_shapes_is_refused():
    with pytest.raises(ValueError, match="give it an Input"):
        show_network(models.Sequential([layers.Dense(3)]))
