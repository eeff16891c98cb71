"""What the pictures of filters print and refuse, against sums done another way."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from cnn_helpers.convolution import conv2d_by_definition
from cnn_helpers.plotting_filters import show_filters_film, show_filters_stop

RNG = np.random.default_rng(3)
IMAGE = RNG.integers(0, 4, size=(4, 6, 2))  # not square, two channels
KERNELS = RNG.integers(-2, 3, size=(3, 2, 2, 3))
BIAS = np.array([1, 0, -2])
SETTINGS = {"stride": 2, "padding": 1}
MAPS = conv2d_by_definition(IMAGE[np.newaxis].astype(float), KERNELS, BIAS, **SETTINGS)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def printed(figure):
    return [text.get_text().replace("−", "-") for text in figure.axes[0].texts]


@pytest.mark.parametrize(("row", "col"), [(0, 0), (1, 3), (0, 2)])
def test_stop_prints_the_layers_numbers(row, col):
    words = printed(
        show_filters_stop(IMAGE, KERNELS, BIAS, row=row, col=col, **SETTINGS)
    )
    for k, value in enumerate(MAPS[0, row, col]):
        line = next(text for text in words if text.startswith(f"filter {k}:"))
        assert line.endswith(f"= {value:g}")
        terms, result = line.split(":")[1].replace("bias", "").split("=")
        assert eval(terms) == float(result)  # the printed sum adds up


def test_stop_prints_a_sum_for_each_slice():
    words = printed(show_filters_stop(IMAGE, KERNELS, BIAS, row=0, col=1, **SETTINGS))
    padded = np.pad(IMAGE, ((1, 1), (1, 1), (0, 0)))
    window = padded[0:3, 2:4]
    expected = [
        f"sum {(window[..., c] * KERNELS[..., c, k]).sum()}"
        for k in range(3)
        for c in range(2)
    ]
    assert [text for text in words if text.startswith("sum ")] == expected


def test_stop_frames_the_window_once_a_channel():
    figure = show_filters_stop(IMAGE, KERNELS, BIAS, row=1, col=2, **SETTINGS)
    frames = [patch for patch in figure.axes[0].patches if patch.get_zorder() == 4]
    sizes = [(frame.get_width(), frame.get_height()) for frame in frames]
    assert sizes == [(2, 3), (2, 3)]
    first, second = (frame.get_xy() for frame in frames)
    assert first == (4, 2)  # column 2, row 1 at stride 2, in the first channel
    assert second[0] > first[0]
    assert second[1] == first[1]


def test_stop_names_the_channels():
    names = ["left eye", "right eye"]
    figure = show_filters_stop(IMAGE, KERNELS, BIAS, row=0, col=0, channel_names=names)
    assert [text for text in printed(figure) if "eye" in text] == names


@pytest.mark.parametrize(
    ("row", "col", "message"),
    [(2, 0, "row must lie between 0 and 1"), (0, -1, "col must lie between 0 and 3")],
)
def test_stop_outside_the_maps_is_refused(row, col, message):
    with pytest.raises(ValueError, match=message):
        show_filters_stop(IMAGE, KERNELS, BIAS, row=row, col=col, **SETTINGS)


def test_film_fills_the_maps_number_by_number():
    words = printed(show_filters_film(IMAGE, KERNELS, BIAS, **SETTINGS))
    starts = [index for index, text in enumerate(words) if "row" in text]
    assert len(starts) == MAPS[0, ..., 0].size == 8
    assert words[starts[-1]] == "8. row 1, column 3"
    for frame, (start, end) in enumerate(zip(starts, [*starts[1:], None], strict=True)):
        shown = [float(text) for text in words[start + 1 : end]]
        expected = [MAPS[0, ..., k].ravel()[: frame + 1] for k in range(3)]
        assert shown == np.concatenate(expected).tolist()


def test_film_moves_the_frame_with_the_stride():
    figure = show_filters_film(IMAGE, KERNELS, BIAS, **SETTINGS)
    patches = figure.axes[0].patches
    framed = [index for index, patch in enumerate(patches) if patch.get_zorder() == 4]
    offsets = []
    for index in framed:
        frame, image_border = patches[index], patches[index - 1]
        cell = frame.get_width() / KERNELS.shape[1]
        away = np.subtract(frame.get_xy(), image_border.get_xy()) / cell
        offsets.append(tuple(away.round(6)))
    stops = [(2 * col - 1, 2 * row - 1) for row in range(2) for col in range(4)]
    assert offsets == [stop for stop in stops for _channel in range(2)]


def test_film_of_too_many_stops_is_refused():
    with pytest.raises(ValueError, match=r"at most 12 stops.*have 20"):
        show_filters_film(np.ones((6, 7, 1)), np.ones((3, 3, 1, 1)), [0])


@pytest.mark.parametrize("show", [show_filters_film, show_filters_stop])
def test_wrong_shapes_are_named(show):
    place = {"row": 0, "col": 0} if show is show_filters_stop else {}
    with pytest.raises(ValueError, match=r"image must have the axes \(H, W, C\)"):
        show(np.ones((4, 4)), KERNELS, BIAS, **place)
    with pytest.raises(ValueError, match="channels"):
        show(np.ones((4, 6, 3)), KERNELS, BIAS, **place)
    with pytest.raises(ValueError, match="bias must have shape"):
        show(IMAGE, KERNELS, [1], **place)
    with pytest.raises(TypeError, match="stride must be an integer"):
        show(IMAGE, KERNELS, BIAS, stride=1.5, **place)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_fractions_are_printed_and_inputs_kept(dtype):
    image, kernels = (IMAGE / 4).astype(dtype), (KERNELS / 2).astype(dtype)
    before = image.copy()
    words = printed(show_filters_stop(image, kernels, BIAS, row=0, col=0))
    assert any("." in text for text in words if text.startswith("filter"))
    assert np.array_equal(image, before)
