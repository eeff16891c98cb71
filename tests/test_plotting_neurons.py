"""Tests of the pictures of chapter 2: what is drawn is what was given."""

import io
import wave

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

from cnn_helpers import plotting_neurons
from cnn_helpers.neurons import SimpleCell, spike_sound

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("angle", "rise"), [(0.0, 0), (np.pi / 4, -1), (3 * np.pi / 4, 1)]
)
def test_a_line_has_its_orientation_with_rows_growing_down(angle, rise):
    axes = plotting_neurons.plot_orientation_map(
        np.full((8, 12), angle), np.ones((8, 12)), spacing=4
    )
    segments = np.array(axes.collections[0].get_segments())
    run = segments[:, 1] - segments[:, 0]
    assert len(segments) == 6
    np.testing.assert_allclose(np.hypot(run[:, 0], run[:, 1]), 0.95 * 4)
    np.testing.assert_allclose(run[:, 1], run[:, 0] * rise, atol=1e-9)


def test_weak_orientations_are_left_out_and_marks_are_drawn():
    strengths = np.ones((8, 12))
    strengths[:, 6:] = 0.05
    axes = plotting_neurons.plot_orientation_map(
        np.zeros((8, 12)),
        strengths,
        image=np.eye(8, 12),
        marks=[("a point", "o", [[2, 3]])],
    )
    assert len(axes.collections[0].get_segments()) == 2
    np.testing.assert_array_equal(axes.collections[1].get_offsets(), [[3, 2]])


def test_arrays_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match=r"\(4, 4\), \(4, 5\)"):
        plotting_neurons.plot_orientation_map(np.zeros((4, 4)), np.ones((4, 5)))


def test_sweeps_carry_the_rates_of_the_neuron():
    cell = SimpleCell(21, orientation=0)
    figure = plotting_neurons.show_sweeps(
        cell, {"upright": 90, "lying": 0}, [0], width=3
    )
    upright, lying = (int(a.get_title().split()[1]) for a in figure.axes)
    assert lying > 10 * upright


def test_a_sound_is_drawn_where_it_pops():
    sound = spike_sound([0.25, 1.5], 2.0, sample_rate=4000)
    axes = plotting_neurons.plot_sound(sound, {"first": 0, "second": 1})
    seconds, signal = axes.lines[0].get_data()
    np.testing.assert_allclose(seconds[np.asarray(signal) == 1], [0.25, 1.5])
    assert [text.get_text() for text in axes.texts] == ["first", "second"]


def test_a_sound_of_16_bits_is_refused():
    stored = io.BytesIO()
    with wave.open(stored, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * 10)
    with pytest.raises(ValueError, match="got 1 and 16"):
        plotting_neurons.plot_sound(stored.getvalue(), {})


def test_a_full_circle_has_its_own_ticks():
    steps = np.deg2rad(np.arange(0, 360, 30))
    axes = plotting_neurons.plot_tuning(steps, {"a": steps, "b": steps}, xlabel="phase")
    assert list(axes.get_xticks()) == [0, 90, 180, 270, 360]
