"""Figures that hold two libraries against each other."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from cnn_helpers.plotting_libraries import plot_agreement, plot_times

RUNS = {
    "SGD": (np.linspace(2, 1, 40), np.linspace(2, 1, 40) + 1e-6),
    "Adam": (np.linspace(2, 0.5, 40), np.linspace(2, 0.5, 40) - 1e-5),
}
NAMES = ("Keras", "NumPy")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_the_first_is_a_line_and_the_second_dots_upon_it():
    top, _ = plot_agreement(RUNS, names=NAMES).axes
    assert [line.get_label() for line in top.lines] == [
        "SGD, Keras",
        "SGD, NumPy, every 4th step",
        "Adam, Keras",
        "Adam, NumPy, every 4th step",
    ]
    for run, lines in zip(RUNS.values(), (top.lines[:2], top.lines[2:]), strict=True):
        np.testing.assert_array_equal(lines[0].get_xdata(), np.arange(1, 41))
        np.testing.assert_array_equal(lines[0].get_ydata(), run[0])
        np.testing.assert_array_equal(lines[1].get_xdata(), np.arange(4, 41, 4))
        np.testing.assert_array_equal(lines[1].get_ydata(), run[1][3::4])
        assert lines[1].get_linestyle() == "None"


def test_the_distance_and_the_control_stand_below():
    control = np.full(40, 0.1)
    figure = plot_agreement(RUNS, names=NAMES, control=control, control_name="other")
    bottom = figure.axes[1]
    first, second, third = (line.get_ydata() for line in bottom.lines)
    np.testing.assert_allclose(first, 1e-6, rtol=1e-6)
    np.testing.assert_allclose(second, 1e-5, rtol=1e-6)
    np.testing.assert_array_equal(third, control)
    assert bottom.get_yscale() == "log"
    labels = [text.get_text() for text in bottom.get_legend().get_texts()]
    assert labels == ["SGD", "Adam", "other"]


def test_equal_losses_lie_on_the_floor():
    losses = np.array([2.0, 1.0])
    bottom = plot_agreement({"SGD": (losses, losses)}, names=NAMES).axes[1]
    assert (bottom.lines[0].get_ydata() == 1e-8).all()


def test_runs_differ_in_more_than_colour():
    top, bottom = plot_agreement(RUNS, names=NAMES, control=np.ones(40)).axes
    assert top.lines[0].get_linestyle() != top.lines[2].get_linestyle()
    assert len({line.get_marker() for line in bottom.lines}) == 3


def test_runs_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"runs\['a'\].*\(2,\) and \(3,\)"):
        plot_agreement({"a": ([1, 2], [1, 2, 3])}, names=NAMES)
    with pytest.raises(ValueError, match=r"runs\['b'\]"):
        plot_agreement({"a": ([1, 2], [1, 2]), "b": ([1], [1])}, names=NAMES)
    with pytest.raises(ValueError, match="empty"):
        plot_agreement({}, names=NAMES)


TIMES = {
    "small": {"NumPy": 0.5, "Keras": 2.0},
    "large": {"NumPy": 9.0, "Keras": 7.0},
}


def test_a_bar_is_as_long_as_its_time_and_beside_its_case():
    ax = plot_times(TIMES, xlabel="time (ms)")
    numpy_bars, keras_bars = ax.containers[:2]
    assert [bar.get_width() for bar in numpy_bars] == [0.5, 9.0]
    assert [bar.get_width() for bar in keras_bars] == [2.0, 7.0]
    for case, (first, second) in enumerate(zip(numpy_bars, keras_bars, strict=True)):
        assert case - 0.5 < first.get_y() < second.get_y() < case + 0.5
        assert first.get_hatch() != second.get_hatch()
    assert [text.get_text() for text in ax.get_yticklabels()] == ["small", "large"]
    assert [text.get_text() for text in ax.texts] == ["0.50", "9.00", "2.00", "7.00"]


def test_an_axis_that_is_given_is_drawn_into():
    _, axes = plt.subplots(1, 2)
    assert plot_times(TIMES, xlabel="ms", ax=axes[1]) is axes[1]
    assert not axes[0].containers


def test_cases_with_other_ways_are_named():
    with pytest.raises(ValueError, match=r"times\['large'\] has \['NumPy'\]"):
        plot_times({**TIMES, "large": {"NumPy": 1.0}}, xlabel="ms")
    with pytest.raises(ValueError, match="empty"):
        plot_times({}, xlabel="ms")
