"""The films of numbers: each frame against the package, and the figure in a browser."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cnn_helpers import pooling
from cnn_helpers.convolution import conv2d
from cnn_helpers.explorables import (
    Film,
    Frame,
    Grid,
    Line,
    filters_film,
    pooling_film,
)
from cnn_helpers.explorables.figure import ELEMENTS

HEAVIEST = 6 * 1024  # bytes of film.js, compressed
FEATURE_MAP = [[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 6], [2, 0, 7, 3]]
POOLS = {
    "max": pooling.max_pool2d,
    "average": pooling.average_pool2d,
    "sum": pooling.sum_pool2d,
}
RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 3, size=(5, 4, 3))
KERNELS = RNG.integers(-1, 2, size=(3, 2, 3, 2))
BIAS = np.array([1, -2])
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

small_numbers = st.floats(-99, 99, width=32)


def numbers_in(text):
    """Return the numbers of a sentence."""
    found = re.findall(r"−?\d+(?:\.\d+)?(?:e-\d+)?", text)
    return [float(one.replace("−", "-")) for one in found]


# The numbers of the pooling film ----------------------------------------------------


@st.composite
def pools(draw):
    """Draw a map, mostly not square, with a window that fits and a stride."""
    shape = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    dtype = draw(st.sampled_from([np.float32, np.float64, np.int64]))
    elements = st.integers(-9, 9) if dtype == np.int64 else small_numbers
    feature_map = draw(hnp.arrays(dtype, shape, elements=elements))
    size = tuple(draw(st.integers(1, side)) for side in shape)
    stride = draw(st.none() | st.tuples(st.integers(1, 4), st.integers(1, 4)))
    return feature_map, size, stride, draw(st.sampled_from(sorted(POOLS)))


@settings(max_examples=50, deadline=None)
@given(pools())
def test_every_frame_of_a_pool_holds_the_package_s_numbers(pool):
    feature_map, size, stride, reduce = pool
    film = pooling_film(feature_map, size, stride=stride, reduce=reduce)
    batch = feature_map[np.newaxis, :, :, np.newaxis].astype(float)
    expected = POOLS[reduce](batch, size, stride=stride)[0, :, :, 0]
    assert len(film.frames) == expected.size + 1
    for step, frame in enumerate(film.frames):
        shown, output = (grid.numbers for grid in frame.grids)
        np.testing.assert_array_equal(shown, feature_map)
        assert output.shape == expected.shape
        done = np.arange(expected.size).reshape(expected.shape) < step
        np.testing.assert_allclose(output[done], expected[done], atol=1e-9)
        assert np.isnan(output[~done]).all()


@settings(max_examples=50, deadline=None)
@given(pools())
def test_window_and_winner_stand_where_the_number_comes_from(pool):
    feature_map, size, stride, reduce = pool
    film = pooling_film(feature_map, size, stride=stride, reduce=reduce)
    gradient_of = {"max": pooling.max_pool2d_gradient}.get(reduce)
    counts = film.frames[0].grids[1].numbers.shape
    assert film.frames[0].grids[0].window is None
    for step, place in enumerate(np.ndindex(*counts), start=1):
        shown, output = film.frames[step].grids
        upstream = np.zeros((1, *counts, 1))
        upstream[0, *place] = 1
        batch = feature_map[np.newaxis, :, :, np.newaxis].astype(float)
        spread = pooling.average_pool2d_gradient(upstream, batch, size, stride=stride)
        row, col, rows, cols = shown.window
        framed = np.zeros(feature_map.shape, bool)
        framed[row : row + rows, col : col + cols] = True
        assert np.array_equal(framed, spread[0, :, :, 0] > 0)
        assert list(output.marked) == [place]
        if gradient_of is None:
            assert not shown.marked
            continue
        first = gradient_of(upstream, batch, size, stride=stride)[0, :, :, 0]
        assert [tuple(at) for at in np.argwhere(first)] == list(shown.marked)


@settings(max_examples=50, deadline=None)
@given(pools())
def test_tiles_colour_each_window_like_its_output(pool):
    feature_map, size, stride, reduce = pool
    film = pooling_film(feature_map, size, stride=stride, reduce=reduce)
    steps = size if stride is None else stride
    first, _ = film.frames[0].grids
    if any(step < side for step, side in zip(steps, size, strict=True)):
        assert first.tiles is None
        return
    seen = np.zeros(feature_map.shape, bool)
    for frame in film.frames[1:]:
        shown, output = frame.grids
        row, col, rows, cols = shown.window
        ((at),) = output.marked
        colours = shown.tiles[row : row + rows, col : col + cols]
        assert (colours == output.tiles[at]).all()
        seen[row : row + rows, col : col + cols] = True
    assert (first.tiles[~seen] == -1).all()
    output = film.frames[0].grids[1].tiles
    for axis in (0, 1):
        assert np.all(np.diff(output, axis=axis) != 0)


def test_the_sentences_of_chapter_10():
    film = pooling_film(FEATURE_MAP)
    assert [frame.sentence for frame in film.frames] == [
        "Windows of 2 × 2, in steps of 2; the output is still empty.",
        "Rows 0 to 1, columns 0 to 1: 1, 3, 4, 2; the largest is 4.",
        "Rows 0 to 1, columns 2 to 3: 2, 0, 1, 1; the largest is 2.",
        "Rows 2 to 3, columns 0 to 1: 0, 1, 2, 0; the largest is 2.",
        "Rows 2 to 3, columns 2 to 3: 5, 6, 7, 3; the largest is 7.",
    ]


@pytest.mark.parametrize(
    ("arguments", "settings", "step", "sentence"),
    [
        (
            [np.arange(15).reshape(3, 5)],
            {},
            0,
            "Windows of 2 × 2, in steps of 2; the output is still empty. "
            "Row 2 is in no window. Column 4 is in no window.",
        ),
        (
            [np.arange(7)[np.newaxis], (1, 1)],
            {"stride": (1, 3)},
            0,
            "Windows of 1 × 1, in steps of 1 and 3; the output is still empty. "
            "Columns 1, 2, 4, 5 are in no window.",
        ),
        (
            [[[1, 5], [5, -2]]],
            {},
            1,
            "Rows 0 to 1, columns 0 to 1: 1, 5, 5, −2; the largest is 5, 2 times "
            "(the first is marked).",
        ),
        (
            [[[1, 0, 0]], (1, 3)],
            {"reduce": "average"},
            1,
            "Row 0, columns 0 to 2: 1, 0, 0; the mean is about 0.33.",
        ),
        (
            [[[0.1], [0.2], [-0.3]], (3, 1)],
            {"reduce": "sum"},
            1,
            "Rows 0 to 2, column 0: 0.1, 0.2, −0.3; the sum is 0.",
        ),
        (
            [np.ones((6, 6)), 6],
            {"reduce": "sum"},
            1,
            "Rows 0 to 5, columns 0 to 5: 36 numbers; the sum is 36.",
        ),
    ],
)
def test_sentences_of_other_pools(arguments, settings, step, sentence):
    assert pooling_film(*arguments, **settings).frames[step].sentence == sentence


# The numbers of the filters' film ---------------------------------------------------


@st.composite
def layers(draw):
    """Draw an image with channels, filters that fit, and a layer's settings."""
    rows, cols = draw(st.tuples(st.integers(1, 6), st.integers(1, 6)))
    channels, filters = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    padding = draw(st.integers(0, 2))
    sides = [draw(st.integers(1, min(side + 2 * padding, 4))) for side in (rows, cols)]
    dtype = draw(st.sampled_from([np.float32, np.float64, np.int64]))
    elements = st.integers(-9, 9) if dtype == np.int64 else small_numbers
    shapes = (rows, cols, channels), (*sides, channels, filters), (filters,)
    arrays = [draw(hnp.arrays(dtype, shape, elements=elements)) for shape in shapes]
    return *arrays, draw(st.integers(1, 3)), padding


@settings(max_examples=50, deadline=None)
@given(layers())
def test_every_frame_of_a_layer_holds_the_package_s_numbers(layer):
    image, kernels, bias, stride, padding = layer
    film = filters_film(image, kernels, bias, stride=stride, padding=padding)
    batch = image[np.newaxis].astype(float)
    settings = {"stride": stride, "padding": padding}
    expected = conv2d(batch, kernels.astype(float), bias.astype(float), **settings)[0]
    stops = expected.shape[0] * expected.shape[1]
    assert len(film.frames) == stops + 1
    rims = ((padding, padding),) * 2
    for step, frame in enumerate(film.frames):
        first, *others = frame.lines
        for channel, grid in enumerate(first.grids):
            padded = np.pad(image[:, :, channel].astype(float), rims)
            np.testing.assert_array_equal(grid.numbers, padded)
            assert grid.rim == padding
        done = np.arange(stops).reshape(expected.shape[:2]) < step
        for k, line in enumerate(others):
            slices = np.stack([grid.numbers for grid in line.grids[:-1]], axis=2)
            np.testing.assert_array_equal(slices, kernels[..., k])
            filled = line.grids[-1].numbers
            np.testing.assert_allclose(filled[done], expected[done, k], atol=1e-6)
            assert np.isnan(filled[~done]).all()


@settings(max_examples=50, deadline=None)
@given(layers())
def test_the_sums_of_a_stop_are_those_of_each_channel(layer):
    image, kernels, bias, stride, padding = layer
    film = filters_film(image, kernels, bias, stride=stride, padding=padding)
    settings = {"stride": stride, "padding": padding}
    image, kernels = image.astype(float), kernels.astype(float)
    alone = [
        conv2d(image[np.newaxis, ..., [c]], kernels[:, :, [c]], **settings)[0]
        for c in range(image.shape[2])
    ]
    for step, place in enumerate(np.ndindex(*alone[0].shape[:2]), start=1):
        frame = film.frames[step]
        assert frame.sentence.startswith(f"Row {place[0]}, column {place[1]} of ")
        for k, line in enumerate(frame.lines[1:]):
            notes = [numbers_in(grid.note)[0] for grid in line.grids[:-1]]
            sums = [one[*place, k] for one in alone]
            np.testing.assert_allclose(notes, sums, atol=0.00501)
            filter_number, *terms, result = numbers_in(line.label)
            assert filter_number == k
            np.testing.assert_allclose(terms, [*notes, bias[k]], atol=0.00501)
            np.testing.assert_allclose(result, sum(sums) + bias[k], atol=0.00501)


def test_the_lines_of_a_stop_are_written_out():
    film = filters_film(np.eye(2)[:, :, np.newaxis], -np.ones((2, 2, 1, 1)), [0.5])
    opening, stop = film.frames
    assert opening.sentence == "1 filter, 1 stop; the map is still empty."
    assert [line.label for line in opening.lines] == ["image", "filter 0, bias 0.5"]
    assert opening.lines[1].grids[0].note == "sum ?"
    assert stop.lines[1].label == "filter 0: (−2) + bias 0.5 = −1.5"
    assert stop.lines[1].grids[0].note == "sum −2"
    assert stop.sentence == "Row 0, column 0 of the maps: filter 0 gives −1.5."
    third = filters_film(np.ones((1, 1, 1)), np.full((1, 1, 1, 1), 1 / 3), [0])
    assert third.frames[1].lines[1].label == "filter 0: 0.33 + bias 0 ≈ 0.33"


def test_the_channels_have_the_names_that_are_given():
    film = filters_film(IMAGE, KERNELS, BIAS, channel_names=["red", "green", "blue"])
    titles = [grid.title for grid in film.frames[0].grids]
    colours = ["red", "green", "blue"]
    assert titles == [*colours, *colours, "map 0", *colours, "map 1"]


# What is refused --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "settings", "error", "message"),
    [
        ([[1, 2]], {}, ValueError, r"feature_map must have the axes \(H, W\)"),
        ([np.ones((13, 2))], {}, ValueError, r"feature_map.*1 to 12.*\(13, 2\)"),
        ([np.ones((0, 2))], {}, ValueError, r"feature_map.*\(0, 2\)"),
        ([[[1, np.nan]], 1], {}, ValueError, "feature_map must hold finite numbers"),
        ([[["a"]]], {}, TypeError, "feature_map must hold real numbers"),
        ([FEATURE_MAP, 5], {}, ValueError, "size of 5 × 5 must fit.*of 4 × 4"),
        ([FEATURE_MAP, 0], {}, ValueError, "size must be at least 1"),
        ([FEATURE_MAP, 1.5], {}, TypeError, "size must be an integer"),
        ([FEATURE_MAP], {"stride": 0}, ValueError, "stride must be at least 1"),
        ([FEATURE_MAP], {"reduce": "min"}, ValueError, "reduce must be one of 'max'"),
        ([np.full((2, 2), 2e6)], {}, ValueError, "none beyond 1,000,000"),
        ([np.ones((12, 12)), 1], {}, ValueError, "1 to 100 entries; got 145"),
    ],
)
def test_wrong_pools_are_named(arguments, settings, error, message):
    with pytest.raises(error, match=message):
        pooling_film(*arguments, **settings)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"image": IMAGE[..., 0]}, ValueError, r"image must have the axes \(H, W, C\)"),
        ({"image": IMAGE[..., :2]}, ValueError, r"\(3, 2, 3, 2\).*\(5, 4, 2\) has 2"),
        ({"kernels": KERNELS[0]}, ValueError, r"kernels must have the axes \(kH, kW"),
        ({"kernels": np.ones((6, 2, 3, 2))}, ValueError, "kernels of 6 × 2 must fit"),
        ({"kernels": KERNELS + np.inf}, ValueError, "kernels must hold finite"),
        ({"bias": [1, 2, 3]}, ValueError, r"bias.*\(3, 2, 3, 2\).*shape \(3,\)"),
        ({"bias": 1}, ValueError, r"bias must have the axes \(K,\)"),
        ({"stride": (1, 2)}, TypeError, "stride must be an integer"),
        ({"padding": "same"}, TypeError, "padding must be an integer"),
        ({"padding": 10**9}, ValueError, r"image of shape \(5, 4, 3\) and padding"),
        ({"channel_names": ["red"]}, ValueError, "channel_names must have 3 names"),
        (
            {"image": np.ones((3, 3, 5)), "kernels": np.ones((1, 1, 5, 2))},
            ValueError,
            "at most 4 channels and filters",
        ),
    ],
)
def test_wrong_layers_are_named(changes, error, message):
    given_ = {"image": IMAGE, "kernels": KERNELS, "bias": BIAS} | changes
    with pytest.raises(error, match=message):
        filters_film(**given_)


def one_grid(**changes):
    """Return frames with one grid of 2 x 2, of which something is changed."""
    grid = dataclasses.replace(Grid("map", [[1, 2], [3, 4]]), **changes)
    return [Frame([Line("", [grid])], "One grid.")]


@pytest.mark.parametrize(
    ("frames", "error", "message"),
    [
        ([], ValueError, "frames must have 1 to 100 entries; got 0"),
        (one_grid() * 101, ValueError, "got 101"),
        ("film", TypeError, "frames must be a list of Frame, not str"),
        ([1], TypeError, "frame 0 must be of type Frame, not int"),
        ([Frame([Line("", [])], "None.")], ValueError, "frame 0 has no grids"),
        ([Frame([], " ")], ValueError, "sentence of frame 0 must not be empty"),
        ([Frame([1], "One.")], TypeError, "a line of frame 0 must be of type Line"),
        ([Frame([Line("", [1])], "One.")], TypeError, "must be of type Grid"),
        ([Frame([Line(1, [])], "One.")], TypeError, "label of a line of frame 0"),
        (one_grid(title=""), ValueError, "title of a grid of frame 0"),
        (one_grid(note=4), TypeError, "note of 'map' in frame 0"),
        (one_grid(numbers=[1, 2]), ValueError, "numbers of 'map' in frame 0"),
        (one_grid(numbers=[["a"]]), TypeError, "'map' in frame 0 must hold real"),
        (one_grid(numbers=[[np.inf]]), ValueError, "must hold finite numbers"),
        (one_grid(numbers=np.ones((13, 1))), ValueError, r"1 to 12.*\(13, 1\)"),
        (one_grid(tiles=[[0, 1]]), ValueError, r"tiles.*\(2, 2\).*got \(1, 2\)"),
        (one_grid(tiles=[[0, 1], [2, 4]]), ValueError, "between -1 and 3"),
        (one_grid(tiles=[[0, 1], [2, 0.5]]), TypeError, "must be integers"),
        (one_grid(window=(0, 0, 3, 1)), ValueError, r"inside its shape \(2, 2\)"),
        (one_grid(window=(-1, 0, 1, 1)), ValueError, r"inside its shape \(2, 2\)"),
        (one_grid(window=(0, 0, 0, 1)), ValueError, r"inside its shape \(2, 2\)"),
        (one_grid(window=(0, 0)), ValueError, "window of 'map'.*4 integers"),
        (one_grid(window=(0, 0, 1.0, 1)), TypeError, "must be an integer"),
        (one_grid(marked=[(2, 0)]), ValueError, r"marked cell.*got \(2, 0\)"),
        (one_grid(marked=[(0, -1)]), ValueError, r"marked cell.*got \(0, -1\)"),
        (one_grid(marked=[0]), ValueError, "marked cell.*2 integers"),
        (one_grid(rim=1), ValueError, "rim of 'map' in frame 0 must leave cells"),
        (one_grid(rim=-1), ValueError, "rim of 'map' in frame 0"),
        (
            [*one_grid(), *one_grid(numbers=[[1, 2]])],
            ValueError,
            r"frame 1 must have the grids of frame 0.*\[\[\(1, 2\)\]\]",
        ),
    ],
)
def test_wrong_frames_are_named(frames, error, message):
    with pytest.raises(error, match=message):
        Film(frames, title="test")


def test_a_film_has_a_title():
    with pytest.raises(ValueError, match="title must not be empty"):
        Film(one_grid(), title="")
    with pytest.raises(TypeError, match="title must be of type str"):
        Film(one_grid(), title=None)


# What is stored ---------------------------------------------------------------------


def test_the_html_is_the_same_each_time_and_says_what_it_is():
    films = [filters_film(IMAGE, KERNELS, BIAS, padding=1) for _ in range(2)]
    html = films[0]._repr_html_()
    assert html == films[1]._repr_html_()
    assert "when this cell is run" in html
    assert html.count("</script>") == 1 + len(Film.scripts)
    summary = "2 filters of 3 × 2 × 3 on 5 × 4 × 3, stride 1, padding 1, 25 steps"
    assert repr(films[0]) == f"<live figure Film: {summary}>"


def test_titles_and_sentences_cannot_leave_their_place():
    bad = "</script><img src=x onerror=alert(1)>"
    frames = [Frame([Line(bad, [Grid(bad, [[1]], note=bad)])], bad)]
    html = Film(frames, title=bad)._repr_html_()
    assert "<img" not in html
    assert html.count("</script>") == 1 + len(Film.scripts)


def test_what_the_element_reads_gives_the_numbers_back():
    film = pooling_film(np.array(FEATURE_MAP) / 4 - 1, reduce="sum")
    data = json.loads(json.dumps(film.data))
    for frame, shown in zip(film.frames, data["frames"], strict=True):
        grids = [grid for line in shown["lines"] for grid in line["grids"]]
        for grid, written in zip(frame.grids, grids, strict=True):
            sheet = np.array(data["sheets"][written["cells"]])
            numbers = np.char.replace(np.where(sheet == "", "nan", sheet), "−", "-")
            np.testing.assert_array_equal(numbers.astype(float), grid.numbers)


def test_a_grid_that_stands_still_is_stored_once():
    film = pooling_film(FEATURE_MAP)
    assert len(film.data["sheets"]) == 1 + len(film.frames)


def test_the_element_is_light():
    source = (ELEMENTS / "film.js").read_bytes()
    assert 1_000 < len(gzip.compress(source, 9, mtime=0)) <= HEAVIEST


def test_the_pages_bundle_does_not_carry_it():
    import bundle_explorables as tool

    assert "live-film" not in tool.figures_bundle()


# The figure in a browser ------------------------------------------------------------

PAGE = """<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
[data-theme=light] {{ --pst-color-text-base: #222; --pst-color-background: #fff;
  --pst-color-text-muted: #5c5950; --pst-color-surface: #f3f1ea }}
[data-theme=dark] {{ --pst-color-text-base: #ddd; --pst-color-background: #14181e;
  --pst-color-text-muted: #aaa79e; --pst-color-surface: #202327 }}
html {{ background: var(--pst-color-background) }} body {{ margin: 18px }}
</style><title>Film</title><main>{films}</main></html>"""


@pytest.fixture
def open_film(chromium, tmp_path):
    """Return a function that opens films as a notebook stores them: the first one."""
    contexts = []

    def open_one(*films, theme="light", **options):
        path = tmp_path / "film.html"
        html = "".join(film._repr_html_() for film in films)
        path.write_text(PAGE.format(films=html), encoding="utf-8")
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path.as_uri())
        page.evaluate(
            "name => { document.documentElement.dataset.theme = name }", theme
        )
        page.wait_for_selector("live-film[data-ready]")
        assert not errors
        return page.locator("live-film").first

    yield open_one
    for context in contexts:
        context.close()


def press(figure, name):
    figure.get_by_role("button", name=name, exact=True).click()


def text(figure, part):
    return figure.locator(part).first.inner_text()


# Of each grid on the screen: its texts, how many cells are marked, its window or not.
LOOK = """figure => [...figure.shadowRoot.querySelectorAll('.grid')].map(grid => ({
  texts: [...grid.querySelectorAll('tr')].map(
    row => [...row.cells].map(cell => cell.textContent)),
  marked: grid.querySelectorAll('.marked').length,
  framed: grid.querySelector('.frame').checkVisibility(),
}))"""


def assert_shows(figure, film, step):
    """Compare everything on the screen with a frame of the film."""
    frame = film.frames[step]
    assert text(figure, ".where") == f"step {step} of {len(film.frames) - 1}"
    assert text(figure, ".sentence") == frame.sentence
    assert figure.get_by_label("step", exact=True).input_value() == str(step)
    for grid, shown in zip(frame.grids, figure.evaluate(LOOK), strict=True):
        numbers = [
            [float(cell.replace("−", "-") or "nan") for cell in row]
            for row in shown["texts"]
        ]
        np.testing.assert_array_equal(numbers, grid.numbers)
        assert shown["marked"] == len(grid.marked)
        assert shown["framed"] == (grid.window is not None)


def test_it_steps_on_and_back_and_around(open_film):
    film = pooling_film(FEATURE_MAP)
    figure = open_film(film)
    assert_shows(figure, film, 0)
    for step in (1, 2, 3, 4, 0):
        press(figure, "Step")
        assert_shows(figure, film, step)
    for step in (4, 3):
        press(figure, "Back")
        assert_shows(figure, film, step)


def test_every_stop_of_the_filters_is_shown(open_film):
    names = ["red", "green", "blue"]
    film = filters_film(IMAGE, KERNELS, BIAS, padding=1, stride=2, channel_names=names)
    figure = open_film(film)
    for step, frame in enumerate(film.frames):
        assert_shows(figure, film, step)
        labels = figure.locator(".label").all_inner_texts()
        assert labels == [line.label for line in frame.lines]
        titles = figure.locator(".grid p:first-child").all_inner_texts()
        assert titles == [grid.title for grid in frame.grids]
        notes = figure.locator(".grid p:last-child").all_inner_texts()
        assert notes == [grid.note for grid in frame.grids]
        press(figure, "Step")


def test_the_frame_lies_on_the_cells_of_the_window(open_film):
    film = pooling_film(np.arange(35).reshape(5, 7), (2, 3), stride=(1, 2))
    figure = open_film(film, reduced_motion="reduce")
    for frame in film.frames[1:]:
        press(figure, "Step")
        row, col, rows, cols = frame.grids[0].window
        box = figure.locator(".frame").first.bounding_box()
        table = figure.locator("table").first
        ends = [(row, col), (row + rows - 1, col + cols - 1)]
        first, last = (
            table.locator("tr").nth(r).locator("td").nth(c).bounding_box()
            for r, c in ends
        )
        assert box["x"] == pytest.approx(first["x"], abs=1.5)
        assert box["y"] == pytest.approx(first["y"], abs=1.5)
        right, bottom = box["x"] + box["width"], box["y"] + box["height"]
        assert right == pytest.approx(last["x"] + last["width"], abs=1.5)
        assert bottom == pytest.approx(last["y"] + last["height"], abs=1.5)


def test_tiles_rims_and_signs_are_seen(open_film):
    figure = open_film(pooling_film(FEATURE_MAP), theme="dark")
    colours = figure.locator("table").first.evaluate(
        "table => [...table.querySelectorAll('td')]"
        ".map(cell => getComputedStyle(cell).backgroundColor)"
    )
    assert len(set(colours)) == 4
    assert colours[0] == colours[1] == colours[4] == colours[5]
    assert figure.locator("table").first.locator(".above").count() == 4
    assert figure.locator("table").first.locator(".before").count() == 4
    figure = open_film(filters_film(IMAGE, KERNELS, BIAS, padding=1))
    assert figure.locator("table").first.locator(".rim").count() == 7 * 6 - 5 * 4
    weights = KERNELS[:, :, 0, 0]
    signs = figure.locator("table").nth(3)
    assert signs.locator(".plus").count() == np.count_nonzero(weights > 0)
    assert signs.locator(".minus").count() == np.count_nonzero(weights < 0)


def test_play_runs_to_the_end_and_stops(open_film):
    film = pooling_film([[1, 2]], 1)
    figure = open_film(film)
    press(figure, "Play")
    assert_shows(figure, film, 1)
    assert figure.get_by_role("button", name="Stop").count() == 1
    figure.get_by_text("step 2 of 2").wait_for()
    assert figure.get_by_role("button", name="Play").count() == 1
    press(figure, "Play")  # from the end it begins anew
    assert_shows(figure, film, 0)


def test_stop_stops(open_film):
    figure = open_film(pooling_film(FEATURE_MAP))
    press(figure, "Play")
    press(figure, "Stop")
    figure.page.wait_for_timeout(1500)
    assert text(figure, ".where") == "step 1 of 4"
    press(figure, "Play")
    press(figure, "Back")  # any other control stops it, too
    figure.page.wait_for_timeout(1500)
    assert text(figure, ".where") == "step 1 of 4"


def test_under_reduced_motion_play_takes_one_step_and_nothing_glides(open_film):
    film = pooling_film(FEATURE_MAP)
    figure = open_film(film, reduced_motion="reduce")
    press(figure, "Play")
    press(figure, "Play")
    moving = "figure => figure.shadowRoot.getAnimations().length"
    assert figure.evaluate(moving) == 0
    figure.page.wait_for_timeout(1500)
    assert_shows(figure, film, 2)
    assert figure.get_by_role("button", name="Play").count() == 1


def test_the_window_glides_where_motion_is_welcome(open_film):
    figure = open_film(pooling_film(FEATURE_MAP), reduced_motion="no-preference")
    press(figure, "Step")
    press(figure, "Step")
    assert figure.evaluate("figure => figure.shadowRoot.getAnimations().length") > 0


def test_the_keyboard_alone_is_enough(open_film):
    film = pooling_film(FEATURE_MAP)
    figure = open_film(film)
    keyboard = figure.page.keyboard
    reached = []
    for _ in range(4):
        keyboard.press("Tab")
        reached.append(
            figure.evaluate(
                "figure => { const at = figure.shadowRoot.activeElement;"
                " return at.textContent || at.getAttribute('aria-label'); }"
            )
        )
    assert reached == ["Back", "Step", "Play", "step"]
    slider = figure.get_by_label("step", exact=True)
    for key, step in [("ArrowRight", 1), ("End", 4), ("ArrowLeft", 3), ("Home", 0)]:
        keyboard.press(key)
        assert_shows(figure, film, step)
        assert slider.get_attribute("aria-valuetext") == f"step {step} of 4"
    keyboard.press("Shift+Tab")
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    assert_shows(figure, film, 1)


def test_the_sentence_is_said(open_film):
    film = pooling_film(FEATURE_MAP)
    figure = open_film(film)
    press(figure, "Step")
    press(figure, "Step")
    status = figure.get_by_role("status")
    status.get_by_text(film.frames[2].sentence).wait_for(state="attached")
    assert status.inner_text() == film.frames[2].sentence


def test_two_films_on_a_page_are_their_own(open_film):
    films = pooling_film(FEATURE_MAP), filters_film(IMAGE, KERNELS, BIAS)
    first = open_film(*films)
    second = first.page.locator("live-film").nth(1)
    press(second, "Step")
    assert_shows(first, films[0], 0)
    assert_shows(second, films[1], 1)


WIDE = pooling_film(np.linspace(-99.5, 99.5, 24).reshape(2, 12).round(1))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["narrow", "wide"])
def test_axe_finds_nothing(open_film, theme, viewport):
    films = pooling_film(FEATURE_MAP), filters_film(IMAGE, KERNELS, BIAS, padding=1)
    options = {"theme": theme, "viewport": viewport, "reduced_motion": "reduce"}
    figure = open_film(*films, WIDE, **options)
    for one in figure.page.locator("live-film").all():
        press(one, "Step")
    run_only = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = Axe().run(figure.page, options={"runOnly": run_only}).response
    nodes = [node for fault in found["violations"] for node in fault["nodes"]]
    assert [(node["html"], node["failureSummary"]) for node in nodes] == []
    assert "color-contrast" in {one["id"] for one in found["passes"]}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone_and_targets_are_large(open_film, theme):
    names = ["red", "green", "blue"]
    film = filters_film(IMAGE, KERNELS, BIAS, padding=1, channel_names=names)
    figure = open_film(film, WIDE, theme=theme, viewport=PHONE)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [one.bounding_box() for one in figure.locator("button, input").all()]
    assert all(min(box["width"], box["height"]) >= 24 for box in boxes)
    sizes = figure.evaluate(
        """figure => [...figure.shadowRoot.querySelectorAll('td, button, p, span')]
             .map(node => parseFloat(getComputedStyle(node).fontSize))"""
    )
    assert min(sizes) >= 13
    tops = [one.bounding_box()["y"] for one in figure.locator(".grid").all()[:3]]
    assert len(set(tops)) == 1  # the three channels stand side by side


def test_a_grid_too_wide_for_a_phone_scrolls_by_keys(open_film):
    figure = open_film(WIDE, viewport=PHONE)
    wide, narrow = figure.locator(".scroll").nth(0), figure.locator(".scroll").nth(1)
    assert wide.get_attribute("tabindex") == "0"
    assert narrow.evaluate("one => one.scrollWidth <= one.clientWidth") == (
        narrow.get_attribute("tabindex") is None
    )
    wide.focus()
    figure.page.keyboard.press("ArrowRight")
    figure.page.wait_for_timeout(300)
    assert wide.evaluate("one => one.scrollLeft") > 0
    figure.page.set_viewport_size(DESKTOP)
    figure.page.wait_for_timeout(100)
    assert wide.get_attribute("tabindex") is None


def test_html_in_a_sentence_stays_text(open_film):
    bad = "<img src=x onerror=alert(1)>"
    film = Film([Frame([Line(bad, [Grid(bad, [[1]], note=bad)])], bad)], title=bad)
    figure = open_film(film)
    assert text(figure, ".sentence") == bad
    assert figure.locator("img").count() == 0
