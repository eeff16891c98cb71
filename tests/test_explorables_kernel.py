"""The live kernel: its numbers and code lines, and the figure under every hand."""

from __future__ import annotations

import itertools
import json
import re

import keras
import numpy as np
import pytest
from keras import layers

from cnn_helpers import arithmetic, convolution, datasets
from cnn_helpers.convolution import convolve2d, correlate2d
from cnn_helpers.explorables import Kernel

X = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
PADDINGS = ["valid", "same", "full", 0, 1, 2, 5]

# Gives JavaScript whole settings and takes the outputs and the terms' sums back.
COMPUTE = """cases => {
  const words = Explorables.kernel;
  const grid = rows => ({shape: [rows.length, rows[0].length],
                         data: Float64Array.from(rows.flat())});
  return cases.map(({image, kernel, ...rest}) => {
    const settings = {image: grid(image), kernel: grid(kernel), ...rest};
    const output = words.outputOf(settings);
    const sentence = words.emptySentence(settings);
    if (!output) return {sentence};
    const columns = output.shape[1];
    const sums = Array.from(output.data, (_, at) =>
      words.termsOf(settings, Math.floor(at / columns), at % columns)
        .reduce((sum, term) => sum + term.value * term.weight, 0));
    return {shape: output.shape, output: Array.from(output.data), sums, sentence,
            sizes: words.axesOf(settings).map(words.sizeLine),
            unseen: words.unseenSentence(settings),
            book: words.bookLine(settings), keras: words.kerasCode(settings)};
  });
}"""

COMPUTE_CODE = """cases => cases.map(({image, kernel, ...rest}) => {
  const grid = rows => ({shape: [rows.length, rows[0].length],
                         data: Float64Array.from(rows.flat())});
  return Explorables.kernel.kerasCode(
    {image: grid(image), kernel: grid(kernel), ...rest});
})"""


def case(image, kernel, *, stride=1, padding="valid", dilation=1, flip=False):
    return {
        "image": np.asarray(image).tolist(),
        "kernel": np.asarray(kernel).tolist(),
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "flip": flip,
    }


def settings_of(one):
    return {name: one[name] for name in ("stride", "padding", "dilation")}


def every_case():
    """Return settings of all kinds: sides odd and even, images not square."""
    rng = np.random.default_rng(0)
    image_shapes = [(5, 5), (6, 8), (7, 4), (1, 9)]
    kernel_shapes = [(1, 1), (2, 3), (3, 3), (4, 1), (5, 4)]
    for image_shape, kernel_shape in itertools.product(image_shapes, kernel_shapes):
        image, kernel = rng.normal(size=image_shape), rng.normal(size=kernel_shape)
        for stride, padding, dilation, flip in itertools.product(
            (1, 2, 3), PADDINGS, (1, 2, 3), (False, True)
        ):
            yield case(
                image,
                kernel,
                stride=stride,
                padding=padding,
                dilation=dilation,
                flip=flip,
            )


def test_every_setting_agrees_with_numpy(live_page):
    cases = list(every_case())
    empty = 0
    for one, found in zip(cases, live_page.evaluate(COMPUTE, cases), strict=True):
        operation = convolve2d if one["flip"] else correlate2d
        try:
            expected = operation(one["image"], one["kernel"], **settings_of(one))
        except ValueError:
            empty += 1
            assert "output" not in found
            assert found["sentence"].startswith("No output, because no window fits: ")
            continue
        assert found["sentence"] == ""
        assert found["shape"] == list(expected.shape), one
        np.testing.assert_allclose(found["output"], expected.ravel(), atol=1e-12)
        np.testing.assert_allclose(found["sums"], expected.ravel(), atol=1e-12)
    assert len(cases) == 2520
    assert 100 < empty < 1000


def test_every_setting_agrees_with_the_layer_function(live_page):
    cases = [one for one in every_case() if not one["flip"]]
    compared = 0
    for one, found in zip(cases, live_page.evaluate(COMPUTE, cases), strict=True):
        if "output" not in found:
            continue
        images = np.array(one["image"])[np.newaxis, :, :, np.newaxis]
        kernels = np.array(one["kernel"])[:, :, np.newaxis, np.newaxis]
        expected = convolution.conv2d(images, kernels, **settings_of(one))
        np.testing.assert_allclose(found["output"], expected.ravel(), atol=1e-12)
        compared += 1
    assert compared > 700


def test_the_size_lines_hold_their_arithmetic(live_page):
    cases = list(every_case())
    for one, found in zip(cases, live_page.evaluate(COMPUTE, cases), strict=True):
        for axis, line in enumerate(found.get("sizes", [])):
            size, kernel = np.shape(one["image"])[axis], np.shape(one["kernel"])[axis]
            formula, _, span = line.split(": ")[1].partition(", where ")
            left, _, result = formula.partition(" = ")
            python = left.replace("⌊", "int(").replace("⌋", ")").replace("−", "-")
            assert eval(python) == int(result)  # it never goes below zero
            assert int(result) == arithmetic.output_size(
                size, kernel, **settings_of(one)
            )
            if span:
                left, _, right = span.partition(" = ")
                assert int(left) == eval(right.replace("·", "*").replace("−", "-"))


def test_the_unseen_pixels_are_those_without_influence(live_page):
    rng = np.random.default_rng(1)
    some = [one for one in every_case() if not one["flip"]]
    some = [some[at] for at in rng.choice(len(some), 200, replace=False)]
    counted = 0
    for one, found in zip(some, live_page.evaluate(COMPUTE, some), strict=True):
        if "output" not in found:
            continue
        shape = np.shape(one["image"])
        ones = np.ones_like(one["kernel"])
        lights = np.eye(np.prod(shape)).reshape(-1, *shape)
        unseen = sum(
            not correlate2d(light, ones, **settings_of(one)).any() for light in lights
        )
        said = re.match(r"(\d+) of \d+ pixels", found["unseen"] or "0 of 0 pixels")
        assert int(said[1]) == unseen, one
        counted += unseen > 0
    assert counted > 20


# Code lines ---------------------------------------------------------------------------

KERAS_CASES = [
    {},
    {"stride": 2},
    {"stride": 3, "padding": "same"},
    {"padding": "same"},
    {"dilation": 2},
    {"dilation": 2, "padding": "same"},
    {"padding": "full"},
    {"padding": 2, "stride": 2},
    {"padding": 0},
    {"padding": "full", "dilation": 2},
    {"flip": True},
    {"flip": True, "padding": "same", "stride": 2},
]


@pytest.mark.parametrize("settings", KERAS_CASES, ids=str)
@pytest.mark.parametrize("kernel_shape", [(3, 3), (2, 4)])
def test_the_keras_line_computes_the_output(live_page, settings, kernel_shape):
    rng = np.random.default_rng(2)
    image, kernel = rng.normal(size=(7, 10)), rng.normal(size=kernel_shape)
    one = case(image, kernel, **settings)
    (found,) = live_page.evaluate(COMPUTE, [one])
    code = ",\n".join(found["keras"]["lines"])
    built = eval(f"[{code}]", {"layers": layers})
    network = keras.Sequential([keras.Input((7, 10, 1)), *built])
    weights = kernel
    if one["flip"]:
        assert "kernel[::-1, ::-1]" in found["keras"]["note"]
        weights = kernel[::-1, ::-1]
    network.set_weights([weights[:, :, np.newaxis, np.newaxis]])
    theirs = network.predict(image[np.newaxis, :, :, np.newaxis], verbose=0)
    ours = np.reshape(found["output"], found["shape"])
    np.testing.assert_allclose(theirs[0, :, :, 0], ours, atol=1e-4)


@pytest.mark.parametrize("padding", ["full", 2])
def test_what_the_figure_says_keras_refuses_it_refuses(live_page, padding):
    (found,) = live_page.evaluate(COMPUTE, [case(np.eye(5), X, padding=padding)])
    written = json.dumps(padding)
    assert f"Conv2D refuses padding={written}" in found["keras"]["note"]
    with pytest.raises((ValueError, AttributeError, TypeError)):
        keras.Sequential(
            [keras.Input((5, 5, 1)), layers.Conv2D(1, (3, 3), padding=padding)]
        )


def test_keras_refuses_stride_with_dilation(live_page):
    (found,) = live_page.evaluate(COMPUTE, [case(np.eye(7), X, stride=2, dilation=2)])
    assert found["keras"]["lines"] == []
    assert "refuses a stride above 1 together with a dilation" in found["keras"]["note"]
    with pytest.raises(ValueError, match="strides"):
        layers.Conv2D(1, (3, 3), strides=2, dilation_rate=2)


def test_keras_refuses_a_kernel_that_does_not_fit(live_page):
    (found,) = live_page.evaluate(COMPUTE_CODE, [case(np.eye(5), X, dilation=3)])
    assert found == {"lines": [], "note": "Keras refuses it too: no window fits."}
    layer = layers.Conv2D(1, (3, 3), dilation_rate=3)
    with pytest.raises(ValueError, match=r"negative|zero|positive"):
        keras.Sequential([keras.Input((5, 5, 1)), layer])


def test_the_book_line_computes_the_output(live_page):
    names = {"correlate2d": correlate2d, "convolve2d": convolve2d}
    cases = list(every_case())[::7]
    ran = 0
    for one, found in zip(cases, live_page.evaluate(COMPUTE, cases), strict=True):
        if "output" not in found:
            continue
        arrays = {"image": one["image"], "kernel": one["kernel"]}
        expected = eval(found["book"], names | arrays)
        np.testing.assert_allclose(found["output"], expected.ravel(), atol=1e-12)
        ran += 1
    assert ran > 200


# Words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2", 2),
        (" -0.5 ", -0.5),
        ("−3", -3),
        ("1/9", 1 / 9),
        ("-1/4", -0.25),
        (".5", 0.5),
    ],
)
def test_numbers_are_read(live_page, typed, value):
    found = live_page.evaluate("typed => Explorables.kernel.readNumber(typed)", typed)
    assert found == {"value": pytest.approx(value, abs=1e-15)}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "the cell is empty"),
        ("abc", '"abc" is not a number'),
        ("0,5", "decimal point"),
        ("1/0", "divides by zero"),
        ("1e9", "too large"),
        ("1/2/3", "is not a number"),
        ("NaN", "is not a number"),
    ],
)
def test_what_is_no_number_is_explained(live_page, typed, said):
    found = live_page.evaluate("typed => Explorables.kernel.readNumber(typed)", typed)
    assert said in found["problem"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(4, "4"), (-1, "−1"), (1 / 9, "1/9"), (-2 / 3, "−2/3"), (0.25, "0.25"), (0, "0")],
)
def test_weights_are_written_short(live_page, value, text):
    written = live_page.evaluate("v => Explorables.kernel.weightText(v)", value)
    assert written == text


def test_the_empty_sentence_names_the_axis(live_page):
    one = case(np.ones((5, 9)), np.ones((3, 2)), dilation=3)
    (found,) = live_page.evaluate(COMPUTE, [one])
    assert (
        "a kernel of 3 rows at dilation 3 spans 7 rows, and the input has 5"
        in (found["sentence"])
    )
    assert "column" not in found["sentence"]
    assert "a padding of 1 or more" in found["sentence"]
    assert live_page.evaluate(COMPUTE, [{**one, "padding": 1}])[0]["shape"] == [1, 8]


def test_the_menu_of_photographs_holds_the_books_own(live_page):
    eye = datasets.cat(gray=True, shrink=2)[35:75, 60:112]
    stored = live_page.evaluate("() => Explorables.kernelInputs")
    assert bytes.fromhex(stored["cat"]["hex"]) == eye.tobytes()
    assert stored["cat"]["shape"] == list(eye.shape)
    digit = np.frombuffer(bytes.fromhex(stored["digit"]["hex"]), np.uint8)
    digit = digit.reshape(stored["digit"]["shape"])
    assert digit.shape == (28, 28)
    digits = datasets.load_digits()
    if digits.name == "MNIST":
        assert np.array_equal(digit, digits.x_test[0])


# Python -------------------------------------------------------------------------------


def test_the_html_is_the_same_from_run_to_run():
    first = Kernel(np.array(X), np.eye(4), stride=2)._repr_html_()
    assert first == Kernel(X, np.eye(4).tolist(), stride=2)._repr_html_()
    assert first != Kernel(X, np.eye(4))._repr_html_()
    assert "http" not in first


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        ([[1, 2, 3]], {}, r"kernel must have the axes \(kH, kW\); got shape \(3,\)"),
        ([np.ones((3, 3, 1, 8))], {}, r"\(3, 3, 1, 8\).*kernel\[:, :, 0, 0\]"),
        ([np.ones((6, 3))], {}, r"kernel must have 1 to 5 rows.*\(6, 3\)"),
        ([np.ones((0, 3))], {}, r"kernel must have 1 to 5 rows.*\(0, 3\)"),
        ([X, np.ones((65, 3))], {}, r"image must have 1 to 64 rows.*\(65, 3\)"),
        (
            [X, np.ones((5, 5, 1))],
            {},
            r"image must have the axes \(H, W\).*\(5, 5, 1\)",
        ),
        ([[[np.nan]]], {}, "kernel must hold finite numbers"),
        ([X], {"stride": 4}, "stride must be from 1 to 3"),
        ([X], {"stride": (1, 2)}, "stride must be one integer"),
        ([X], {"dilation": 0}, "dilation must be at least 1"),
        ([X], {"padding": "SAME"}, "padding must be 'valid'"),
        ([X], {"padding": 13}, "padding must be at most 12"),
        ([X], {"padding": ((1, 1), (1, 1))}, "padding must be a name or one number"),
    ],
)
def test_wrong_arguments_are_named(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        Kernel(*arguments, **settings)


def test_wrong_types_are_named():
    with pytest.raises(TypeError, match="kernel must hold real numbers"):
        Kernel([["a", "b"]])
    with pytest.raises(TypeError, match="stride must be an integer"):
        Kernel(X, stride=1.5)


# The figure in a browser --------------------------------------------------------------


def test_it_shows_chapter_6(open_figure):
    tab = open_figure(Kernel(X))
    assert tab.outputs() == ["4", "3", "4", "2", "4", "3", "2", "3", "4"]
    assert tab.text(".result") == "= 4"
    rows = [["1·1", "1·0", "1·1"], ["0·0", "1·1", "1·0"], ["0·1", "0·0", "1·1"]]
    assert tab.terms() == list(itertools.chain(*rows))
    assert "window 1 of 9" in tab.text(".where")


def test_it_shows_an_array_of_python(open_figure):
    rng = np.random.default_rng(3)
    image, kernel = rng.integers(-9, 10, (4, 6)), rng.integers(-9, 10, (2, 3))
    tab = open_figure(Kernel(kernel, image, stride=2, padding=1, dilation=2))
    expected = correlate2d(image, kernel, stride=2, padding=1, dilation=2)
    shown = [int(text.replace("−", "-")) for text in tab.outputs()]
    assert shown == expected.ravel().tolist()


def test_steps_go_on_and_back(open_figure):
    tab = open_figure(Kernel(X))
    for place in range(1, 9):
        tab.press("Step")
        assert f"window {place + 1} of 9" in tab.text(".where")
    tab.press("Step")
    assert "window 1 of 9" in tab.text(".where")
    tab.press("Back")
    assert "window 9 of 9" in tab.text(".where")
    tab.press("Back")
    assert "window 8 of 9" in tab.text(".where")


def test_play_runs_to_the_last_window_and_stops(open_figure):
    tab = open_figure(Kernel([[1, 1], [1, 1]], np.ones((3, 3))))
    tab.press("Play")
    assert tab.button("Stop").count() == 1
    tab.page.wait_for_function(
        "figure => figure.shadowRoot.querySelector('.where').textContent"
        ".includes('window 4 of 4')",
        arg=tab.handle(),
    )
    assert tab.button("Play").count() == 1


def test_stop_stops(open_figure):
    tab = open_figure(Kernel(X))
    tab.press("Play")
    tab.page.wait_for_timeout(900)
    tab.press("Stop")
    place = tab.text(".where")
    assert "window 1 of" not in place
    tab.page.wait_for_timeout(900)
    assert tab.text(".where") == place


def test_under_reduced_motion_play_takes_one_step(open_figure):
    tab = open_figure(Kernel(X), reduced_motion="reduce")
    tab.press("Play")
    tab.page.wait_for_timeout(1500)
    assert "window 2 of 9" in tab.text(".where")
    assert tab.button("Play").count() == 1


def test_a_click_on_an_output_moves_the_window(open_figure):
    tab = open_figure(Kernel(X))
    tab.figure.locator(".pad .cells > *").nth(5).click()
    assert "output row 1, column 2" in tab.text(".where")
    under = tab.figure.locator(".panel.input .under")
    names = [under.nth(at).get_attribute("aria-label") for at in range(9)]
    assert names[0] == "input row 1, column 2: 1"
    assert names[-1] == "input row 3, column 4: 0"


def test_a_click_on_a_pixel_changes_the_output(open_figure):
    tab = open_figure(Kernel(X))
    tab.figure.get_by_role("button", name="input row 0, column 0").click()
    assert tab.outputs()[0] == "3"
    tab.figure.get_by_role("button", name="input row 0, column 0").click()
    assert tab.outputs()[0] == "4"


def test_the_keyboard_alone_is_enough(open_figure):
    tab = open_figure(Kernel(X))
    keyboard = tab.page.keyboard
    tab.tab_to("Output, 3 rows")
    for key in ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown"]:
        keyboard.press(key)
    assert "output row 1, column 2" in tab.text(".where")
    keyboard.press("Home")
    keyboard.press("ArrowUp")
    assert "output row 0, column 0" in tab.text(".where")
    tab.tab_to("Step")
    keyboard.press("Enter")
    assert "window 2 of 9" in tab.text(".where")
    tab.tab_to("kernel row 1, column 1")
    keyboard.type("-2")
    keyboard.press("Tab")
    expected = correlate2d(CHAPTER_6, np.array(X) - 3 * np.eye(3)[1:2].T * np.eye(3)[1])
    shown = [float(text.replace("−", "-")) for text in tab.outputs()]
    assert shown == expected.ravel().tolist()
    tab.tab_to("input row 0, column 0")
    keyboard.press("Space")
    assert tab.cell("input row 0, column 0: 0").inner_text() == "0"


def test_a_bad_number_is_explained_and_the_old_one_stays(open_figure):
    tab = open_figure(Kernel(X))
    cell = tab.cell("kernel row 0, column 1")
    cell.fill("zwei")
    cell.press("Enter")
    assert 'kernel row 0, column 1: "zwei" is not a number' in tab.text(".problem")
    assert "Its old number stays in use." in tab.text(".problem")
    assert cell.get_attribute("aria-invalid") == "true"
    assert tab.outputs()[0] == "4"
    cell.fill("1/2")
    cell.press("Enter")
    assert tab.text(".problem") == ""
    assert cell.get_attribute("aria-invalid") is None
    assert tab.outputs()[0] == "4.5"


def test_html_that_someone_types_stays_text(open_figure):
    tab = open_figure(Kernel(X))
    cell = tab.cell("kernel row 0, column 1")
    cell.fill("<img src=x onerror=alert(1)>")
    cell.press("Enter")
    assert "<img src=x" in tab.text(".problem")
    assert tab.figure.locator("img").count() == 0


def test_a_bad_padding_is_explained(open_figure):
    tab = open_figure(Kernel(X, padding=1))
    field = tab.figure.get_by_label("zeros a side")
    field.fill("-1")
    field.press("Enter")
    assert "whole number from 0 to 12" in tab.text(".problem")
    assert "output, 5 × 5" in tab.text(".panel.output")
    field.fill("2")
    field.press("Enter")
    assert tab.text(".problem") == ""
    assert "output, 7 × 7" in tab.text(".panel.output")


def test_an_empty_output_is_explained(open_figure):
    tab = open_figure(Kernel(np.ones((3, 3)), dilation=3))
    assert "no window fits" in tab.text(".empty")
    assert "3 rows at dilation 3 spans 7 rows" in tab.text(".empty")
    assert tab.button("Step").is_disabled()
    tab.figure.get_by_label("padding", exact=True).select_option("same")
    assert tab.figure.locator(".empty").count() == 0
    assert "output, 5 × 5" in tab.text(".panel.output")
    tab.press("Step")
    assert "window 2 of 25" in tab.text(".where")


def test_flipping_an_antisymmetric_kernel_changes_every_sign(open_figure):
    tab = open_figure(Kernel(SOBEL))
    before = [float(text.replace("−", "-")) for text in tab.outputs()]
    tab.figure.get_by_label("flip the kernel").check()
    after = [float(text.replace("−", "-")) for text in tab.outputs()]
    assert any(before)
    assert after == [-value for value in before]
    assert "convolve2d(" in tab.text("pre >> nth=0")


def test_flipping_the_x_changes_nothing(open_figure):
    tab = open_figure(Kernel(X))
    before = tab.outputs()
    tab.figure.get_by_label("flip the kernel").check()
    assert tab.outputs() == before


def test_covered_numbers_come_one_by_one(open_figure):
    tab = open_figure(Kernel(X, cover=True))
    assert tab.outputs() == ["4", *"?" * 8]
    tab.press("Step")
    assert tab.outputs() == ["4", "3", *"?" * 7]
    tab.figure.get_by_label("cover the numbers").uncheck()
    assert "?" not in tab.outputs()


@pytest.mark.parametrize(
    ("name", "kernel"), [("sharpen", None), ("outline", None), ("upright edges", None)]
)
def test_the_presets_are_kernels_of_the_book(open_figure, name, kernel):
    from cnn_helpers import kernels

    expected = {
        "sharpen": kernels.sharpen(),
        "outline": -kernels.laplacian(diagonals=True),
        "upright edges": kernels.sobel(axis=1),
    }[name]
    tab = open_figure(Kernel(X))
    options = tab.figure.get_by_label("kernel", exact=True).locator("option")
    labels = options.all_inner_texts()
    (label,) = [text for text in labels if text.startswith(name)]
    tab.figure.get_by_label("kernel", exact=True).select_option(label=label)
    shown = [float(text.replace("−", "-")) for text in tab.outputs()]
    assert shown == correlate2d(CHAPTER_6, expected).ravel().tolist()


def test_a_kernel_of_another_size_keeps_its_middle(open_figure):
    tab = open_figure(Kernel(X))
    tab.figure.get_by_label("rows", exact=True).select_option("5")
    tab.figure.get_by_label("columns", exact=True).select_option("5")
    larger = np.pad(X, 1)
    shown = [float(text) for text in tab.outputs()]
    assert shown == correlate2d(CHAPTER_6, larger).ravel().tolist()
    tab.figure.get_by_label("rows", exact=True).select_option("1")
    assert tab.cell("kernel row 0, column 2").input_value() == "1"
    assert "kernel, 1 × 5" in tab.text(".panel.kernel")


@pytest.mark.parametrize("name", ["digit", "cat"])
def test_a_picture_is_drawn_pixel_for_pixel(open_figure, name):
    tab = open_figure(Kernel(X, padding="same"))
    tab.figure.get_by_label("input", exact=True).select_option(name)
    drawn = tab.figure.locator(".panel.input canvas").evaluate(
        """canvas => ({width: canvas.width, pixels: Array.from(canvas.getContext('2d')
             .getImageData(0, 0, canvas.width, canvas.height).data)})"""
    )
    red = np.array(drawn["pixels"])[::4].reshape(-1, drawn["width"])
    stored = tab.page.evaluate(f"() => Explorables.kernelInputs.{name}")
    image = np.frombuffer(bytes.fromhex(stored["hex"]), np.uint8)
    assert np.array_equal(red[1:-1, 1:-1], image.reshape(stored["shape"]))
    assert not red[0].any()


def test_a_picture_s_output_is_clicked_and_walked(open_figure):
    tab = open_figure(Kernel(SOBEL, padding="same"))
    tab.figure.get_by_label("input", exact=True).select_option("cat")
    canvas = tab.figure.locator(".panel.output .picture")
    box = canvas.bounding_box()
    column, row = 20, 11
    tab.page.mouse.click(
        box["x"] + (column + 0.5) * box["width"] / 52,
        box["y"] + (row + 0.5) * box["height"] / 40,
    )
    assert f"output row {row}, column {column}" in tab.text(".where")
    eye = datasets.cat(gray=True, shrink=2)[35:75, 60:112].astype(float)
    value = correlate2d(eye, SOBEL, padding="same")[row, column]
    assert tab.text(".result") == f"= {value:.0f}".replace("-", "−")
    tab.figure.locator(".pad").press("ArrowDown")
    assert f"output row {row + 1}, column {column}" in tab.text(".where")


def test_a_finger_on_the_output_does_not_scroll_the_page(open_figure):
    tab = open_figure(Kernel(X), has_touch=True, viewport={"width": 390, "height": 500})
    pad = tab.figure.locator(".pad")
    pad.scroll_into_view_if_needed()
    start = tab.page.evaluate("scrollY")
    tab.swipe(pad, (0.1, 0.9), (0.9, 0.1))
    assert tab.page.evaluate("scrollY") == start
    assert "output row 0, column 2" in tab.text(".where")


def test_a_finger_elsewhere_scrolls_the_page(open_figure):
    tab = open_figure(Kernel(X), has_touch=True, viewport={"width": 390, "height": 500})
    tab.page.evaluate("scrollTo(0, 0)")
    tab.swipe(tab.figure.locator(".panel.input .title"), (0.5, 0.5), (0.5, -14))
    tab.page.wait_for_function("scrollY > 50")


@pytest.mark.parametrize("padding", ["valid", "full", 12])
@pytest.mark.parametrize("name", ["ones", "step", "digit", "cat"])
def test_nothing_is_wider_than_a_phone(open_figure, name, padding):
    tab = open_figure(
        Kernel(np.ones((5, 5)), padding=padding, dilation=3),
        viewport={"width": 390, "height": 844},
    )
    tab.figure.get_by_label("input", exact=True).select_option(name)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    small = tab.figure.evaluate(
        """figure => Array.from(figure.shadowRoot.querySelectorAll(
             'button, select, input, .pad')).filter(node => node.offsetParent)
           .map(node => node.getBoundingClientRect())
           .filter(box => box.width < 24 || box.height < 24).length"""
    )
    assert small == 0


def test_the_dark_page_turns_the_colours(open_figure):
    tab = open_figure(Kernel(SOBEL))
    tab.figure.get_by_label("input", exact=True).select_option("cat")
    corner = """figure => Array.from(figure.shadowRoot.querySelector(
        '.panel.output canvas').getContext('2d').getImageData(0, 0, 52, 40).data)"""
    light = np.array(tab.figure.evaluate(corner)).reshape(-1, 4)
    tab.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    tab.page.wait_for_selector("live-kernel[data-dark]")
    dark = np.array(tab.figure.evaluate(corner)).reshape(-1, 4)
    assert light[:, :3].mean() > 150 > 100 > dark[:, :3].mean()


def test_a_second_figure_on_a_page_is_its_own(open_figure):
    tab = open_figure(Kernel(X), Kernel(SOBEL))
    figures = tab.page.locator("live-kernel")
    assert figures.count() == 2
    figures.nth(1).get_by_role("button", name="Step").click()
    assert "window 1 of 9" in figures.nth(0).locator(".where").inner_text()
    assert "window 2 of 9" in figures.nth(1).locator(".where").inner_text()


CHAPTER_6 = np.array(
    [
        [1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 1, 1, 0],
        [0, 1, 1, 0, 0],
    ]
)


class Opened:
    """A tab with a figure in it, and short names for its parts."""

    def __init__(self, page):
        self.page = page
        self.figure = page.locator("live-kernel").first

    def handle(self):
        return self.figure.element_handle()

    def text(self, selector):
        return self.figure.locator(selector).first.inner_text()

    def outputs(self):
        return self.figure.locator(".pad .cells > *").all_inner_texts()

    def terms(self):
        shown = self.figure.locator(".term").all_inner_texts()
        return [text.replace("+", "").replace(" ", "") for text in shown]

    def button(self, name):
        return self.figure.get_by_role("button", name=name, exact=True)

    def press(self, name):
        self.button(name).click()

    def cell(self, name):
        return self.figure.get_by_label(name, exact=True)

    def tab_to(self, name):
        """Press Tab until something of that name, or text, has the focus."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(
                """() => { const at = document.activeElement?.shadowRoot?.activeElement;
                  return at ? at.getAttribute('aria-label') || at.textContent : ''; }"""
            )
            if focused.startswith(name):
                return
        raise AssertionError(f"Tab never reaches {name}")

    def swipe(self, locator, start, end):
        """Move a finger over an element; the points are shares of its box."""
        box = locator.bounding_box()

        def at(share):
            x = box["x"] + share[0] * box["width"]
            return [{"x": x, "y": box["y"] + share[1] * box["height"]}]

        session = self.page.context.new_cdp_session(self.page)
        touch = "Input.dispatchTouchEvent"
        session.send(touch, {"type": "touchStart", "touchPoints": at(start)})
        for step in range(1, 11):
            part = step / 10
            point = tuple(a + (b - a) * part for a, b in zip(start, end, strict=True))
            session.send(touch, {"type": "touchMove", "touchPoints": at(point)})
        session.send(touch, {"type": "touchEnd", "touchPoints": []})


PAGE = """<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
[data-theme=light] {{ --pst-color-text-base: #222; --pst-color-background: #fff }}
[data-theme=dark] {{ --pst-color-text-base: #ddd; --pst-color-background: #14181e }}
body {{ margin: 16px }}
</style><title>Kernel</title>{figures}<p style="height: 60rem">end</p></html>"""


@pytest.fixture
def open_figure(chromium, tmp_path):
    """Return a function that opens figures as a notebook stores them."""
    contexts = []

    def open_one(*figures, **options):
        path = tmp_path / "figure.html"
        html = "".join(figure._repr_html_() for figure in figures)
        path.write_text(PAGE.format(figures=html), encoding="utf-8")
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_selector("live-kernel[data-ready]")
        assert not errors
        return Opened(page)

    yield open_one
    for context in contexts:
        context.close()
