"""The book's figures: what they show, how they look, what they refuse."""

import io
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from cnn_helpers import plotting
from cnn_helpers._drawing import number, range_of, values_fit

RNG = np.random.default_rng(0)
IMAGE = np.array(
    [
        [1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 1, 1, 0],
        [0, 1, 1, 0, 0],
    ]
)
KERNEL = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])


@pytest.fixture(autouse=True)
def book_style():
    with mpl.rc_context():
        plt.switch_backend("agg")
        plotting.use_book_style()
        yield
        plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def contrast(one, other):
    """Return the contrast ratio of WCAG 2."""

    def luminance(color):
        parts = np.array(mpl.colors.to_rgb(color))
        linear = np.where(
            parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4
        )
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


# the style


def test_the_card_is_opaque_paper_of_one_width():
    plotting.show_image(np.eye(3))
    buffer = io.BytesIO()
    plt.savefig(buffer, format="png")
    pixels = plt.imread(io.BytesIO(buffer.getvalue()))
    assert pixels.shape[1] == 1280  # 6.4 in at 2x
    assert to_hex(pixels[2, 2, :3]) == "#fbfaf7"
    assert pixels.shape[2] == 3 or (pixels[..., 3] == 1).all()


def test_ink_and_curves_can_be_read_on_paper():
    assert contrast(mpl.rcParams["text.color"], "#fbfaf7") > 7
    for style in mpl.rcParams["axes.prop_cycle"][:4]:
        assert contrast(style["color"], "#fbfaf7") >= 2.8


def test_no_text_is_smaller_than_ten_points():
    sizes = "font.size axes.titlesize axes.labelsize xtick.labelsize legend.fontsize"
    assert all(mpl.rcParams[name] >= 10 for name in sizes.split())


def test_the_style_uses_only_the_font_that_matplotlib_brings():
    assert mpl.rcParams["font.sans-serif"] == ["DejaVu Sans"]


def test_curves_differ_in_dash_as_well_as_colour():
    styles = mpl.rcParams["axes.prop_cycle"]
    assert len({(style["color"], style["linestyle"]) for style in styles}) == len(
        styles
    )
    assert len({style["linestyle"] for style in styles[:4]}) == 4


def test_a_notebook_keeps_the_full_width(monkeypatch):
    from matplotlib_inline.config import InlineBackend

    shell = type("Shell", (), {"config": None})()
    backend = InlineBackend()
    monkeypatch.setattr(InlineBackend, "instance", lambda **settings: backend)
    fake = type(sys)("IPython")
    fake.get_ipython = lambda: shell
    monkeypatch.setitem(sys.modules, "IPython", fake)
    plotting.use_book_style()
    assert backend.print_figure_kwargs["bbox_inches"] is None


# images


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (np.array([[0, 200]], np.uint8), (0, 255)),
        (np.array([[0, 1]], np.uint8), (0, 1)),
        (np.array([[0.2, 0.7]]), (0, 1)),
        (np.array([[True, False]]), (0, 1)),
        (np.array([[-3.0, 9.0]]), (-3, 9)),
        (np.array([[5.0, np.nan, np.inf]]), (5, 5)),
        (np.array([[np.nan]]), (0, 1)),
    ],
)
def test_the_range_of_greys(image, expected):
    assert tuple(map(float, range_of(image, None, False))) == expected


def test_the_signed_range_is_symmetric():
    assert range_of(np.array([-3.0, 1.0]), None, True) == (-3, 3)
    assert range_of(np.zeros(2), None, True) == (-1, 1)


def test_an_image_is_drawn_without_smoothing_or_ticks():
    ax = plotting.show_image(RNG.random((5, 7)), "noise")
    assert ax.get_title() == "noise"
    assert ax.images[0].get_interpolation() == "nearest"
    assert ax.images[0].get_cmap().name == "gray"
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0


def test_a_signed_image_is_red_white_blue():
    ax = plotting.show_image([[-2.0, 1.0]], signed=True)
    assert ax.images[0].get_cmap().name == "RdBu_r"
    assert ax.images[0].get_clim() == (-2, 2)


def test_a_colour_image_keeps_its_colours():
    image = RNG.integers(0, 256, (4, 5, 3)).astype(np.uint8)
    shown = plotting.show_image(image).images[0].get_array()
    np.testing.assert_allclose(shown, image / 255)


def test_inputs_stay_as_they_are():
    image, kernel = RNG.random((6, 6)), RNG.random((3, 3))
    copies = image.copy(), kernel.copy()
    plotting.show_image(image)
    plotting.show_matrix(kernel)
    plotting.show_window(image, kernel, row=0, col=0)
    np.testing.assert_array_equal(image, copies[0])
    np.testing.assert_array_equal(kernel, copies[1])


@pytest.mark.parametrize("shape", [(3,), (2, 2, 4), (1, 2, 2, 3), (0, 3)])
def test_a_wrong_image_shape_is_named(shape):
    with pytest.raises(ValueError, match=rf"image.*\({shape[0]},"):
        plotting.show_image(np.zeros(shape))


def test_text_is_no_image():
    with pytest.raises(TypeError, match="image"):
        plotting.show_image([["a"]])


def test_images_come_in_rows():
    figure = plotting.show_images(RNG.random((7, 4, 4)), list("abcdefg"), columns=3)
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title() for ax in shown] == list("abcdefg")
    assert len(figure.axes) == 9
    assert figure.get_size_inches()[0] == 6.4


def test_at_most_five_images_a_row():
    figure = plotting.show_images(RNG.random((6, 4, 4)))
    assert figure.axes[0].get_gridspec().ncols == 5


def test_a_shared_range():
    images = [np.array([[0.0, 2.0]]), np.array([[-8.0, 1.0]])]
    figure = plotting.show_images(images, signed=True, shared=True)
    assert {ax.images[0].get_clim() for ax in figure.axes} == {(-8, 8)}
    figure = plotting.show_images(images, signed=True)
    assert [ax.images[0].get_clim() for ax in figure.axes] == [(-2, 2), (-8, 8)]


def test_shared_bytes_keep_their_full_range():
    images = [np.full((2, 2), 9, np.uint8), np.full((2, 2), 90, np.uint8)]
    figure = plotting.show_images(images, shared=True)
    assert {ax.images[0].get_clim() for ax in figure.axes} == {(0, 255)}


@pytest.mark.parametrize(
    ("images", "titles", "message"),
    [([], None, "empty"), ([np.eye(2)], ["a", "b"], "1 images but 2 titles")],
)
def test_wrong_lists_of_images_are_refused(images, titles, message):
    with pytest.raises(ValueError, match=message):
        plotting.show_images(images, titles)


def test_numbers_serve_as_titles():
    figure = plotting.show_images([np.eye(2)] * 2, np.array([7, 3], np.uint8))
    assert [ax.get_title() for ax in figure.axes] == ["7", "3"]


# matrices


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (-1, "−1"), (0.5, "0.5"), (1 / 3, "0.33"), (-2.0, "−2"), (0, "0"),
     (1000, "1000"), (-0.004, "−4e-3"), (0.001, "1e-3"), (-0.0, "0"), (True, "1")],
)  # fmt: skip
def test_numbers_are_short_and_true(value, text):
    assert number(value) == text


def test_values_are_printed_up_to_five_by_five():
    assert values_fit(RNG.random((5, 5)))
    assert not values_fit(RNG.random((5, 6)))
    assert values_fit(RNG.integers(0, 10, (10, 10)))
    assert not values_fit(RNG.integers(0, 10, (11, 10)))
    assert not values_fit(np.full((7, 7), 255))
    assert len(plotting.show_matrix(np.eye(5)).texts) == 25
    assert len(plotting.show_matrix(RNG.random((6, 6))).texts) == 0
    assert len(plotting.show_matrix(RNG.random((6, 6)), values=True).texts) == 36


def test_a_matrix_with_negative_numbers_is_signed():
    assert plotting.show_matrix([[-1, 2]]).images[0].get_clim() == (-2, 2)
    assert plotting.show_matrix([[1, 4]]).images[0].get_clim() == (0, 4)
    assert plotting.show_matrix([[1, 4]], signed=True).images[0].get_clim() == (-4, 4)
    assert plotting.show_matrix([[1, 4]], value_range=(0, 9)).images[0].get_clim() == (
        0,
        9,
    )


@pytest.mark.parametrize("signed", [True, False])
def test_every_printed_value_can_be_read(signed):
    matrix = np.linspace(-1 if signed else 0, 1, 25).reshape(5, 5)
    ax = plotting.show_matrix(matrix, signed=signed)
    shown = ax.images[0]
    for text, value in zip(ax.texts, matrix.ravel(), strict=True):
        background = shown.cmap(shown.norm(value))
        assert contrast(text.get_color(), background) >= 3.5


def test_an_empty_cell_is_blank():
    assert texts(plotting.show_matrix([[1, np.nan], [2, 3]])) == ["1", "2", "3"]


def test_rows_and_columns_can_be_numbered():
    ax = plotting.show_matrix(np.eye(3), indices=True)
    assert [int(tick) for tick in ax.get_xticks()] == [0, 1, 2]
    ax = plotting.show_matrix(np.zeros((20, 3)), indices=True)
    assert [int(tick) for tick in ax.get_yticks()] == [0, 5, 10, 15]


def test_a_matrix_has_two_axes():
    with pytest.raises(ValueError, match="matrix"):
        plotting.show_matrix([1, 2, 3])


# the sliding window


def panels(figure):
    image, kernel, output, product = figure.axes
    return image, kernel, output, product


def test_a_step_of_the_window():
    image, kernel, output, product = panels(
        plotting.show_window(IMAGE, KERNEL, row=1, col=1)
    )
    assert texts(image) == [str(value) for value in IMAGE.ravel()]
    assert texts(kernel) == [str(value) for value in KERNEL.ravel()]
    assert texts(output) == ["4", "3", "4", "2", "4"]  # and no further
    assert texts(product) == ["1", "0", "1", "0", "1", "0", "0", "0", "1"]
    assert product.get_title() == "window × kernel: sum 4"


def test_the_window_is_outlined_where_it_stands():
    image, _, output, _ = panels(plotting.show_window(IMAGE, KERNEL, row=0, col=2))
    outline = image.patches[-1]
    assert (*outline.get_xy(), outline.get_width(), outline.get_height()) == (
        1.5,
        -0.5,
        3,
        3,
    )
    assert output.patches[-1].get_xy() == (1.5, -0.5)


def test_the_last_step_shows_the_whole_output():
    output = panels(plotting.show_window(IMAGE, KERNEL, row=2, col=2))[2]
    assert texts(output) == list("434243234")


def test_stride_moves_the_window_further():
    image, _, output, _ = panels(
        plotting.show_window(IMAGE, KERNEL, row=1, col=1, stride=2)
    )
    assert image.patches[-1].get_xy() == (1.5, 1.5)
    assert texts(output) == ["4", "4", "2", "4"]


def test_padding_is_shown_behind_a_dashed_border():
    image = panels(plotting.show_window(IMAGE, KERNEL, row=0, col=0, padding=1))[0]
    assert len(image.texts) == 49
    border = image.patches[0]
    assert border.get_linestyle() == "--"
    assert (*border.get_xy(), border.get_width(), border.get_height()) == (
        0.5,
        0.5,
        5,
        5,
    )


def test_same_padding_of_an_even_kernel_goes_after():
    image = panels(
        plotting.show_window(np.eye(3), np.ones((2, 2)), row=0, col=0, padding="same")
    )[0]
    assert image.patches[0].get_xy() == (-0.5, -0.5)
    assert len(image.texts) == 16


def test_a_dilated_window_is_outlined_pixel_by_pixel():
    image = panels(plotting.show_window(IMAGE, KERNEL, row=0, col=0, dilation=2))[0]
    corners = [patch.get_xy() for patch in image.patches]
    assert corners == [(col - 0.5, row - 0.5) for row in (0, 2, 4) for col in (0, 2, 4)]


def test_equal_greys_mean_equal_numbers_at_every_step():
    early = panels(plotting.show_window(IMAGE, KERNEL, row=0, col=1))[2]
    late = panels(plotting.show_window(IMAGE, KERNEL, row=2, col=2))[2]
    assert early.images[0].get_clim() == late.images[0].get_clim() == (0, 4)


@pytest.mark.parametrize("place", [(3, 0), (0, 3), (-1, 0)])
def test_a_place_outside_the_output_is_named(place):
    with pytest.raises(ValueError, match=r"shape \(3, 3\); it has no place"):
        plotting.show_window(IMAGE, KERNEL, row=place[0], col=place[1])


def test_a_kernel_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="kernel"):
        plotting.show_window(IMAGE, np.ones((6, 6)), row=0, col=0)


# curves, signals, bars


class History:
    history: dict


def test_learning_curves_of_a_history():
    history = History()
    history.history = {
        "accuracy": [0.5, 0.7, 0.8],
        "loss": [2.0, 1.0, 0.5],
        "val_loss": [1.9, 1.2, 0.9],
    }
    figure = plotting.plot_history(history, metrics=["loss", "accuracy"])
    loss, accuracy = figure.axes
    assert [line.get_label() for line in loss.lines] == ["training", "validation"]
    assert [line.get_label() for line in accuracy.lines] == ["training"]
    assert loss.lines[1].get_xdata().tolist() == [1, 2, 3]
    assert list(loss.lines[1].get_ydata()) == [1.9, 1.2, 0.9]
    assert (loss.get_xlabel(), loss.get_ylabel()) == ("epoch", "loss")


def test_training_and_validation_differ_in_more_than_colour():
    figure = plotting.plot_history({"loss": [2, 1], "val_loss": [2, 1.5]})
    train, validation = figure.axes[0].lines
    assert train.get_linestyle() != validation.get_linestyle()
    assert train.get_marker() != validation.get_marker()


@pytest.mark.parametrize("history", [{}, {"val_loss": [1]}])
def test_a_history_without_curves_is_refused(history):
    with pytest.raises(ValueError, match="history holds"):
        plotting.plot_history(history)


def test_an_unknown_metric_is_named():
    with pytest.raises(ValueError, match="'recall'"):
        plotting.plot_history({"loss": [1]}, metrics=["recall"])


def test_curves_have_labels_and_distinct_looks():
    curves = {name: RNG.random(10) for name in "abcdefg"}
    ax = plotting.plot_curves(range(10), curves, xlabel="step", ylabel="value (mV)")
    looks = {
        (line.get_color(), line.get_linestyle(), line.get_marker()) for line in ax.lines
    }
    assert len(looks) == 7
    assert len({line.get_marker() for line in ax.lines}) == 7
    assert ax.get_ylabel() == "value (mV)"


def test_long_curves_have_no_markers_and_one_curve_no_legend():
    ax = plotting.plot_curves(range(90), {"a": range(90)}, xlabel="", ylabel="")
    assert ax.lines[0].get_marker() == "None"
    assert ax.get_legend() is None


def test_signals_share_their_axis():
    signals = {"input": [0, 1, 2, 1], "output": [1, 2]}
    figure = plotting.plot_signals(signals, x={"output": [1, 2]})
    first, second = figure.axes
    assert first.get_xlim() == second.get_xlim()
    assert second.get_title(loc="left") == "output"
    assert second.lines[0].get_xdata().tolist() == [1, 2]
    assert first.lines[0].get_xdata().tolist() == [0, 1, 2, 3]


def test_a_long_signal_is_a_line():
    figure = plotting.plot_signals({"long": RNG.random(61)})
    assert len(figure.axes[0].collections) == 0
    assert len(plotting.plot_signals({"short": [1, 2]}).axes[0].collections) == 1


@pytest.mark.parametrize("log", [True, False])
def test_bars_print_their_values(log):
    ax = plotting.plot_bars({"a": 1_234_567, "b": 8}, xlabel="weights", log=log)
    assert texts(ax) == ["1,234,567", "8"]
    assert [bar.get_width() for bar in ax.patches] == [1_234_567, 8]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first on top
    ax.figure.canvas.draw()
    right = ax.get_window_extent().x1
    assert all(text.get_window_extent().x1 <= right + 1 for text in ax.texts)


# the confusion matrix


def test_a_confusion_matrix_prints_its_counts():
    ax = plotting.plot_confusion(np.array([[50, 2], [0, 48]]))
    assert texts(ax) == ["50", "2", "48"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("answer of the network", "true class")


def test_only_mistakes_are_coloured():
    ax = plotting.plot_confusion(np.array([[50, 2], [0, 48]]))
    np.testing.assert_array_equal(ax.images[0].get_array(), [[0, 2], [0, 0]])


def test_counts_can_be_read_on_their_cells():
    counts = RNG.integers(0, 40, (10, 10))
    ax = plotting.plot_confusion(counts)
    shown = ax.images[0]
    for number_shown in ax.texts:
        col, row = map(int, number_shown.get_position())
        background = (
            "#dedad0" if row == col else shown.cmap(shown.norm(counts[row, col]))
        )
        assert contrast(number_shown.get_color(), background) >= 4.5


@pytest.mark.parametrize(
    ("confusion", "labels"),
    [(np.zeros((2, 3)), None), (np.zeros((2, 2)), ["one"]), (np.zeros(4), None)],
)
def test_a_wrong_confusion_matrix_is_refused(confusion, labels):
    with pytest.raises(ValueError, match="confusion"):
        plotting.plot_confusion(confusion, labels)


# everything can be drawn, in axes that are given too


def test_given_axes_are_drawn_into():
    figure, axes = plt.subplots(2, 2)
    assert plotting.show_image(np.eye(2), ax=axes[0, 0]) is axes[0, 0]
    assert plotting.show_matrix(np.eye(2), ax=axes[0, 1]) is axes[0, 1]
    assert plotting.plot_confusion(np.eye(2), ax=axes[1, 0]) is axes[1, 0]
    assert plotting.plot_bars({"a": 1}, xlabel="", ax=axes[1, 1]) is axes[1, 1]
    figure.canvas.draw()


FIGURES = {
    "image": lambda: plotting.show_image(RNG.random((30, 45)), "a title"),
    "tall image": lambda: plotting.show_image(RNG.random((60, 10))),
    "images": lambda: plotting.show_images(RNG.random((8, 9, 9)), range(8)),
    "matrix": lambda: plotting.show_matrix(RNG.normal(size=(5, 5)), indices=True),
    "large matrix": lambda: plotting.show_matrix(RNG.normal(size=(200, 144))),
    "window": lambda: plotting.show_window(IMAGE, KERNEL, row=0, col=0, padding=1),
    "large window": lambda: plotting.show_window(
        RNG.random((28, 28)), np.ones((5, 5)), row=3, col=4
    ),
    "tall kernel": lambda: plotting.show_window(IMAGE, np.ones((5, 1)), row=0, col=4),
    "history": lambda: plotting.plot_history({"loss": [1], "val_loss": [1]}),
    "confusion": lambda: plotting.plot_confusion(RNG.integers(0, 999, (10, 10))),
    "signals": lambda: plotting.plot_signals({"a": [1, 2], "b": RNG.random(99)}),
}


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_nothing_is_cut_off_at_the_edges(draw):
    drawn = draw()
    figure = getattr(drawn, "figure", drawn)
    figure.canvas.draw()
    assert figure.get_size_inches()[0] == 6.4
    assert figure.get_size_inches()[1] <= 8
    needed = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert needed.x0 >= -0.02
    assert needed.y0 >= -0.02
    assert needed.x1 <= width + 0.02
    assert needed.y1 <= height + 0.02
