"""What the picture of a forward pass shows and refuses."""

from itertools import pairwise

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from cnn_helpers.plotting import BLUE, VERMILION
from cnn_helpers.plotting_forward import show_forward_pass

RNG = np.random.default_rng(0)
IMAGE = RNG.uniform(size=(10, 8, 1))
MAPS = RNG.normal(size=(9, 7, 3))
ROW = RNG.uniform(size=40)
LOGITS = np.array([0.5, -1.25, 2.0])
STEPS = {"image": IMAGE, "maps": MAPS, "row": ROW, "logits": LOGITS}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_every_step_is_drawn_with_its_own_numbers():
    figure = show_forward_pass(STEPS)
    pictures = [axis.images[0] for axis in figure.axes if axis.images]
    shown = [picture.get_array() for picture in pictures]
    expected = [IMAGE[..., 0], *np.moveaxis(MAPS, 2, 0), ROW[np.newaxis]]
    assert len(shown) == len(expected)
    for drawn, values in zip(shown, expected, strict=True):
        assert np.array_equal(drawn, values)
    assert [bar.get_height() for bar in figure.axes[-1].patches] == LOGITS.tolist()


def test_names_and_shapes_stand_from_top_to_bottom():
    figure = show_forward_pass(STEPS)
    texts = [text.get_text() for text in figure.texts]
    assert texts == [
        *("image", "10 × 8 × 1", "maps", "9 × 7 × 3", "row", "40", "logits", "3")
    ]
    heights = [text.get_position()[1] for text in figure.texts]
    assert heights == sorted(heights, reverse=True)
    boxes = [figure.axes[first].get_position() for first in (0, 1, 4, 5)]  # a row each
    assert all(above.y0 > below.y1 for above, below in pairwise(boxes))


def test_signed_maps_share_a_range_about_zero_and_others_are_grey():
    figure = show_forward_pass({"maps": MAPS, "ReLU": np.maximum(MAPS, 0)})
    reach = np.abs(MAPS).max()
    for axis in figure.axes[:3]:
        assert axis.images[0].get_clim() == (-reach, reach)
        assert axis.images[0].get_cmap().name == "RdBu_r"
    for axis in figure.axes[3:]:
        assert axis.images[0].get_clim() == (0, np.maximum(MAPS, 0).max())
        assert axis.images[0].get_cmap().name == "gray"


def test_all_maps_have_one_scale_and_stay_on_the_page():
    figure = show_forward_pass({"large": MAPS, "small": MAPS[:3, :2]})
    inches = np.array([figure.get_figwidth(), figure.get_figheight()])
    boxes = [axis.get_position() for axis in figure.axes]
    large, small = (np.array(boxes[k].size) * inches for k in (0, 3))
    assert np.allclose(large / [7, 9], small / [2, 3])
    assert all(box.x1 <= 1 and box.y0 >= 0 and box.y1 <= 1 for box in boxes)


def test_wide_rows_of_maps_fit():
    figure = show_forward_pass({"maps": np.zeros((4, 90, 8))})
    assert all(axis.get_position().x1 <= 1 for axis in figure.axes)


def test_the_marked_bar_has_its_own_colour_and_weight():
    figure = show_forward_pass(STEPS, marked=2)
    axis = figure.axes[-1]
    colours = [to_hex(bar.get_facecolor()).upper() for bar in axis.patches]
    assert colours == [BLUE, BLUE, VERMILION]
    assert [text.get_text() for text in axis.texts] == ["0.50", "−1.25", "2.00"]
    assert [text.get_fontweight() for text in axis.texts] == ["normal"] * 2 + ["bold"]


def test_zeros_are_drawn():
    figure = show_forward_pass({"maps": np.zeros((4, 4, 2)), "sums": np.zeros(3)})
    assert figure.axes[0].images[0].get_clim() == (0, 1)


@pytest.mark.parametrize(
    ("steps", "marked", "message"),
    [
        ({}, None, "steps is empty"),
        ({"maps": MAPS[..., 0]}, None, r"steps\['maps'\].*\(9, 7\)"),
        ({"row": np.ones((1, 3))}, None, r"steps\['row'\].*\(1, 3\)"),
        ({"row": []}, None, r"steps\['row'\].*\(0,\)"),
        ({"maps": np.ones((2, 2, 9))}, None, "9 maps; at most 8"),
        (STEPS, 3, r"shape \(3,\); got 3"),
        (STEPS, -1, "got -1"),
        ({"row": ROW}, 0, r"shape \(40,\)"),
    ],
)
def test_what_does_not_fit_is_refused(steps, marked, message):
    with pytest.raises(ValueError, match=message):
        show_forward_pass(steps, marked=marked)


def test_text_is_refused():
    with pytest.raises(TypeError, match="steps"):
        show_forward_pass({"row": ["a", "b"]})
