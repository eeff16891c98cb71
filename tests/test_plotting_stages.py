"""What the pictures of stages and years show and refuse."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from cnn_helpers.plotting_stages import plot_time_line, show_planes

PATTERNS = np.random.default_rng(0).normal(size=(3, 5, 2))
PLANES = np.random.default_rng(1).uniform(size=(6, 4, 2))
EVENTS = [(1959, "brains", "bars"), (1980, "networks", "S"), (1962, "brains", "two")]


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_each_pattern_stands_above_its_plane():
    figure = show_planes(np.eye(6), PATTERNS, PLANES, ["a", "b"])
    axes = np.array(figure.axes).reshape(2, 3)
    for number in range(2):
        pattern, plane = axes[:, number + 1]
        assert np.array_equal(pattern.images[0].get_array(), PATTERNS[..., number])
        assert np.array_equal(plane.images[0].get_array(), PLANES[..., number])
        assert plane.images[0].get_clim() == (0, PLANES.max())
        assert pattern.get_title() == "ab"[number]
    assert not axes[1, 0].get_visible()


def test_silent_planes_are_drawn_dark():
    figure = show_planes(np.eye(6), PATTERNS, 0 * PLANES, ["a", "b"])
    assert figure.axes[-1].images[0].get_clim() == (0, 1)


@pytest.mark.parametrize(
    ("patterns", "planes", "titles", "message"),
    [
        (PATTERNS, PLANES, ["a"], "there are 1 titles"),
        (PATTERNS[..., :1], PLANES, ["a", "b"], r"\(3, 5, 1\)"),
        (PATTERNS, PLANES[..., :1], ["a", "b"], r"\(6, 4, 1\)"),
        (PATTERNS[..., :0], PLANES[..., :0], [], "at least one"),
        (PATTERNS[0], PLANES, ["a", "b"], "patterns must have the axes"),
        (PATTERNS, PLANES[0], ["a", "b"], "planes must have the axes"),
    ],
)
def test_what_does_not_fit_is_refused(patterns, planes, titles, message):
    with pytest.raises(ValueError, match=message):
        show_planes(np.eye(6), patterns, planes, titles)


def test_events_stand_at_their_years_in_order():
    ax = plot_time_line(EVENTS)
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["1959  bars", "1980  S", "1962  two"]
    places = [(line.get_xdata()[0], line.get_ydata()[0]) for line in ax.lines]
    assert places == [(1959, 0), (1980, 1), (1962, 2)]
    top, bottom = ax.get_ylim()[::-1]
    assert top < 0 < 2 < bottom  # the first row is the uppermost


def test_a_strand_has_one_marker_and_one_colour():
    ax = plot_time_line(EVENTS)
    looks = [(line.get_color(), line.get_marker()) for line in ax.lines]
    assert looks[0] == looks[2]
    assert looks[0][0] != looks[1][0]
    assert looks[0][1] != looks[1][1]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["brains", "networks"]


def test_late_events_are_labelled_on_the_left():
    ax = plot_time_line(EVENTS)
    assert [text.get_ha() for text in ax.texts] == ["left", "right", "left"]


def test_no_events_are_refused():
    with pytest.raises(ValueError, match="nothing to draw"):
        plot_time_line([])
