"""The live receptive field's numbers, in Chromium, against Python and NumPy."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from cnn_helpers import layers, models
from cnn_helpers.convolution import conv2d, conv2d_gradients
from cnn_helpers.explorables import ReceptiveField
from cnn_helpers.receptive_field import Stage, input_region, receptive_field

PADDINGS = ["valid", "same", "full", 0, 1, 2, (0, 2), (2, 1), ((0, 2), (1, 0))]


@pytest.fixture
def run(live_page):
    """Return what evaluates JavaScript in a page that holds the scripts."""
    return live_page.evaluate


# Random stacks -----------------------------------------------------------------------


def random_setting(rng, high):
    """Draw one number for both axes, or one for each."""
    numbers = [int(number) for number in rng.integers(1, high + 1, size=2)]
    return tuple(numbers) if rng.random() < 0.4 else numbers[0]


def random_stack(rng, depth=5, kernel_size=5, stride=3, dilation=3, kinds=("max",)):
    """Draw stages, as Python has them and as the page has them."""
    stages, given = [], []
    for number in range(rng.integers(1, depth + 1)):
        stage = Stage(
            f"stage{number}",
            random_setting(rng, kernel_size),
            random_setting(rng, stride),
            PADDINGS[rng.integers(len(PADDINGS))],
            random_setting(rng, dilation),
        )
        stages.append(stage)
        given.append(as_given(stage, kinds[rng.integers(len(kinds))]))
    return stages, given


def as_given(stage, kind="max"):
    """Return a stage as the page's scripts take it."""
    return {
        "name": stage.name,
        "kind": kind,
        "kernelSize": stage.kernel_size,
        "stride": stage.stride,
        "padding": stage.padding,
        "dilation": stage.dilation,
    }


def fitting_stacks(count, seed, sizes=(1, 40), **options):
    """Draw stacks that fit into their inputs."""
    rng = np.random.default_rng(seed)
    found = []
    while len(found) < count:
        stages, given = random_stack(rng, **options)
        size = [int(number) for number in rng.integers(*sizes, size=2)]
        try:
            rows = [receptive_field(stages, size[axis], axis=axis) for axis in (0, 1)]
        except ValueError:
            continue
        found.append((stages, given, size, rows))
    return found


def test_rows_agree_with_python(run):
    stacks = fitting_stacks(500, seed=1)
    answers = run(
        """stacks => stacks.map(([stages, size]) => [0, 1].map(axis =>
             Explorables.core.receptiveField(stages, size[axis], axis).map(row => [
               row.name, row.size, row.receptiveField, row.jump, row.start])))""",
        [(given, size) for _, given, size, _ in stacks],
    )
    for (_, _, _, rows), answer in zip(stacks, answers, strict=True):
        assert answer == [[list(row) for row in axis_rows] for axis_rows in rows]


def test_regions_agree_with_python_for_every_unit(run):
    stacks = fitting_stacks(150, seed=2)
    answers = run(
        """stacks => stacks.map(([stages, size]) => [0, 1].map(axis => {
             const { receptiveField, inputRegion } = Explorables.core;
             const rows = receptiveField(stages, size[axis], axis);
             const units = [...Array(rows[stages.length].size).keys()];
             const inputSize = size[axis];
             return units.map(unit => inputRegion(stages, unit, { inputSize, axis }));
           }))""",
        [(given, size) for _, given, size, _ in stacks],
    )
    for (stages, _, size, rows), answer in zip(stacks, answers, strict=True):
        for axis in (0, 1):
            assert answer[axis] == [
                list(input_region(stages, unit, input_size=size[axis], axis=axis))
                for unit in range(rows[axis][-1].size)
            ]


def test_what_does_not_fit_is_refused_as_in_python(run):
    rng = np.random.default_rng(3)
    cases, expected = [], []
    while len(cases) < 400:
        stages, given = random_stack(rng, kernel_size=6)
        size = int(rng.integers(1, 12))
        try:
            receptive_field(stages, size)
            expected.append(None)
        except ValueError as error:
            expected.append(str(error).split("'")[1])  # the stage's name
        cases.append((given, size))
    assert 50 < sum(name is None for name in expected) < 350
    answers = run(
        """cases => cases.map(([stages, size]) => {
             try {
               Explorables.core.receptiveField(stages, size);
               return null;
             } catch (error) {
               return error.name + ' ' + error.message;
             }
           })""",
        cases,
    )
    for name, answer in zip(expected, answers, strict=True):
        assert (answer is None) == (name is None)
        assert name is None or answer.startswith(f"RangeError {name}: ")


@pytest.mark.parametrize("unit", [-1, 3, 1.5])
def test_a_unit_that_is_not_there_is_refused(run, unit):
    message = run(
        """unit => {
             const stages = [{ name: 'a', kernelSize: 3 }];
             try { Explorables.core.inputRegion(stages, unit, { inputSize: 5 }); }
             catch (error) { return error.name + ' ' + error.message; }
           }""",
        unit,
    )
    assert message == f"RangeError unit must be from 0 to 2, got {unit}"


def test_a_global_pool_sees_all(run):
    row = run(
        """() => Explorables.core.receptiveField(
             [{ name: 'a', kernelSize: 3 }, { name: 'all', kernelSize: null }], 9)[2]"""
    )
    expected = receptive_field([Stage("a", 3), Stage("all", None)], 9)[-1]
    assert (row["size"], row["receptiveField"], row["jump"]) == expected[1:4]


# Which units are read ----------------------------------------------------------------


def reached(stages, size):
    """Tell which pixel reaches which unit along the rows: ones go through the stack."""
    signal = np.eye(size).reshape(size, size, 1, 1)
    for stage in (pick_axis(stage, 0) for stage in stages):
        kernels = np.ones((stage.kernel_size, 1, 1, 1))
        padding = pixels_around(stage, signal.shape[1])
        signal = conv2d(
            signal,
            kernels,
            stride=(stage.stride, 1),
            padding=(padding, (0, 0)),
            dilation=(stage.dilation, 1),
        )
    return signal[:, :, 0, 0] > 0


def pick_axis(stage, axis):
    """Return a stage with plain numbers: those of one axis."""
    pick = [value[axis] if isinstance(value, tuple) else value for value in stage[1:3]]
    padding = stage.padding
    if isinstance(padding, tuple) and isinstance(padding[0], tuple):
        padding = padding[axis]
    dilation = stage.dilation
    dilation = dilation[axis] if isinstance(dilation, tuple) else dilation
    return Stage(stage.name, *pick, padding, dilation)


def pixels_around(stage, size):
    """Return the zeros before and after one axis, worked out without the package."""
    span = (stage.kernel_size - 1) * stage.dilation + 1
    if stage.padding == "same":
        total = max(
            (math.ceil(size / stage.stride) - 1) * stage.stride + span - size, 0
        )
        return total // 2, total - total // 2
    named = {"valid": (0, 0), "full": (span - 1, span - 1)}
    if stage.padding in named:
        return named[stage.padding]
    return stage.padding if isinstance(stage.padding, tuple) else (stage.padding,) * 2


def test_gaps_are_known(run):
    stacks = fitting_stacks(120, seed=4, sizes=(3, 30), depth=4)
    answers = run(
        """stacks => stacks.map(([stages, size]) => {
             const rows = Explorables.core.receptiveField(stages, size[0]);
             const last = stages.length;
             return [...Array(rows[last].size).keys()].map(unit =>
               Array.from(Explorables.core.unitsRead(rows, 0, last, unit)));
           })""",
        [(given, size) for _, given, size, _ in stacks],
    )
    gaps = 0
    for (stages, _, size, _), answer in zip(stacks, answers, strict=True):
        expected = reached(stages, size[0]).T
        np.testing.assert_array_equal(np.array(answer), expected)
        gaps += any("101" in "".join(map(str, row)) for row in answer)
    assert gaps > 20


# The effective field -----------------------------------------------------------------


def gradient_by_numpy(stages, kinds, size, unit, weights):
    """Return the gradient of one unit with respect to the input, stage by stage."""
    sizes = [size]
    for stage in stages:
        rows = [receptive_field([stage], sizes[-1][axis], axis=axis) for axis in (0, 1)]
        sizes.append([axis_rows[-1].size for axis_rows in rows])
    upstream = np.zeros(sizes[-1])
    upstream[tuple(unit)] = 1
    for index in reversed(range(len(stages))):
        back = {"convolution": through_convolution, "max": through_maximum}
        step = back.get(kinds[index], through_average)
        upstream = step(upstream, stages[index], sizes[index], weights[index])
    return upstream


def windows(stage, size):
    """Yield each unit of a stage with the pixels of the map that its window holds."""
    axes = [pick_axis(stage, axis) for axis in (0, 1)]
    befores = [pixels_around(axes[axis], size[axis])[0] for axis in (0, 1)]
    counts = [receptive_field([axes[axis]], size[axis])[-1].size for axis in (0, 1)]
    for unit in np.ndindex(*counts):
        places = []
        for axis, place in enumerate(unit):
            taps = np.arange(axes[axis].kernel_size) * axes[axis].dilation
            along = taps + place * axes[axis].stride - befores[axis]
            places.append([int(p) for p in along if 0 <= p < size[axis]])
        yield unit, [(row, column) for row in places[0] for column in places[1]]


def through_convolution(upstream, stage, size, weights):
    axes = [pick_axis(stage, axis) for axis in (0, 1)]
    kernels = np.array(weights).reshape(*(a.kernel_size for a in axes), 1, 1)
    padding = tuple(pixels_around(axes[axis], size[axis]) for axis in (0, 1))
    gradient, _, _ = conv2d_gradients(
        upstream[None, :, :, None],
        np.zeros((1, *size, 1)),
        kernels,
        stride=tuple(a.stride for a in axes),
        padding=padding,
        dilation=tuple(a.dilation for a in axes),
    )
    return gradient[0, :, :, 0]


def through_maximum(upstream, stage, size, weights):
    gradient = np.zeros(size)
    for number, (unit, pixels) in enumerate(windows(stage, size)):
        if pixels:
            gradient[pixels[int(weights[number] * len(pixels))]] += upstream[unit]
    return gradient


def through_average(upstream, stage, size, weights):
    gradient = np.zeros(size)
    for unit, pixels in windows(stage, size):
        for pixel in pixels:
            gradient[pixel] += upstream[unit] / len(pixels)
    return gradient


ALL_KINDS = ("convolution", "convolution", "max", "average")


def test_the_gradient_of_given_weights_agrees_with_numpy(run):
    stacks = fitting_stacks(80, seed=5, sizes=(4, 22), depth=4, kinds=ALL_KINDS)
    rng = np.random.default_rng(6)
    cases, expected = [], []
    for stages, given, size, rows in stacks:
        kinds = [stage["kind"] for stage in given]
        unit = [int(rng.integers(axis_rows[-1].size)) for axis_rows in rows]
        weights = []
        for index, kind in enumerate(kinds, start=1):
            units = rows[0][index].size * rows[1][index].size
            taps = [pick_axis(stages[index - 1], axis).kernel_size for axis in (0, 1)]
            draws = {
                "convolution": rng.normal(size=taps[0] * taps[1]),
                "max": rng.random(units),
            }
            weights.append(draws[kind].tolist() if kind in draws else None)
        cases.append((given, size, unit, weights))
        expected.append(gradient_by_numpy(stages, kinds, size, unit, weights))
    answers = run(
        """cases => cases.map(([stages, size, unit, weights]) => {
             const plan = Explorables.core.planOf(stages, size);
             const patch = Explorables.core.gradientOf(plan, unit, weights);
             return { ...patch, data: Array.from(patch.data) };
           })""",
        cases,
    )
    reached_input = 0
    for truth, patch in zip(expected, answers, strict=True):
        map_of_patch = np.zeros(truth.shape)
        rows = slice(patch["top"], patch["top"] + patch["height"])
        columns = slice(patch["left"], patch["left"] + patch["width"])
        shape = patch["height"], patch["width"]
        map_of_patch[rows, columns] = np.reshape(patch["data"], shape)
        np.testing.assert_allclose(map_of_patch, truth, rtol=1e-12, atol=1e-12)
        reached_input += np.any(truth != 0)
    assert reached_input > 60


STACKS = {
    "three convolutions": [
        (Stage(f"c{number}", 3), "convolution") for number in (1, 2, 3)
    ],
    "with max pools, at the border": [
        (Stage("c1", 5, 1, "same"), "convolution"),
        (Stage("p1", 2, 2), "max"),
        (Stage("c2", 3, 1, "same"), "convolution"),
        (Stage("p2", 2, 2), "max"),
    ],
    "with an average pool and dilation": [
        (Stage("c1", 3, 1, 1, 2), "convolution"),
        (Stage("p1", 2, 2), "average"),
        (Stage("c2", 3), "convolution"),
    ],
}


def ways_by_numpy(stages, size, unit):
    """Return the expected squared gradient: it adds over the ways from a pixel."""
    sizes = [size]
    for stage, _ in stages:
        sizes.append([receptive_field([stage], side)[-1].size for side in sizes[-1]])
    upstream = np.zeros(sizes[-1])
    upstream[unit] = 1
    for index in reversed(range(len(stages))):
        stage, kind = stages[index]
        below = np.zeros(sizes[index])
        for place, pixels in windows(stage, sizes[index]):
            ways = {"convolution": stage.kernel_size**2, "max": len(pixels)}
            for pixel in pixels:
                below[pixel] += upstream[place] / ways.get(kind, len(pixels) ** 2)
        upstream = below
    return upstream


@pytest.mark.parametrize("name", STACKS)
def test_the_mean_square_tends_to_the_ways_through_the_stack(run, name):
    stages = STACKS[name]
    given = [as_given(stage, kind) for stage, kind in stages]
    unit = (1, 1)
    answer = run(
        """([stages, unit]) => {
             const { effectiveField, expectedField } = Explorables.core;
             const inputSize = [16, 16];
             const options = { inputSize, draws: 20000, seed: 3 };
             const patch = effectiveField(stages, unit, options);
             const along = axis => Array.from(
               expectedField(stages, unit[axis], { inputSize: 16, axis }));
             return { ...patch, data: Array.from(patch.data),
                      rows: along(0), columns: along(1) };
           }""",
        [given, unit],
    )
    truth = ways_by_numpy(stages, [16, 16], unit)
    np.testing.assert_allclose(np.outer(answer["rows"], answer["columns"]), truth)
    shape = answer["height"], answer["width"]
    square = np.reshape(answer["data"], shape) ** 2
    top, left = answer["top"], answer["left"]
    seen = truth[top : top + shape[0], left : left + shape[1]]
    assert square.sum() == pytest.approx(truth.sum(), rel=0.05)
    np.testing.assert_allclose(square, seen, atol=0.12 * truth.max())


def test_deep_stacks_tend_to_a_bell(run):
    answer = run(
        """() => {
             const stages = [...Array(12).keys()].map(number => (
               { name: 'c' + number, kind: 'convolution', kernelSize: 3 }));
             return Array.from(
               Explorables.core.expectedField(stages, 0, { inputSize: 25 }));
           }"""
    )
    places = np.arange(25) - 12
    variance = 12 * (3**2 - 1) / 12  # twelve windows of three equal shares
    bell = np.exp(-(places**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    np.testing.assert_allclose(answer, bell, atol=0.003)


def mulberry32(seed):
    """Yield the numbers of T. Ettinger's generator, from 32-bit integers."""
    state = seed
    while True:
        state = (state + 0x6D2B79F5) % 2**32
        mixed = ((state ^ state >> 15) * (state | 1)) % 2**32
        mixed ^= (mixed + ((mixed ^ mixed >> 7) * (mixed | 61)) % 2**32) % 2**32
        yield (mixed ^ mixed >> 14) / 2**32


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_the_random_numbers_are_those_of_the_seed(run, seed):
    uniform, normal = run(
        """seed => {
             const { randomNumbers } = Explorables.core;
             const many = name => {
               const draw = randomNumbers(seed)[name];
               return [...Array(4000)].map(() => draw());
             };
             return [many('uniform'), many('normal')];
           }""",
        seed,
    )
    numbers = mulberry32(seed)
    assert uniform == [next(numbers) for _ in uniform]
    assert np.mean(normal) == pytest.approx(0, abs=0.05)
    assert np.std(normal) == pytest.approx(1, abs=0.05)


def test_the_same_seed_gives_the_same_field(run):
    first, again, other = run(
        """stages => [7, 7, 8].map(seed => Array.from(Explorables.core.effectiveField(
             stages, [2, 2], { inputSize: [16, 16], draws: 9, seed }).data))""",
        [as_given(stage, kind) for stage, kind in STACKS["three convolutions"]],
    )
    assert first == again
    assert first != other


# The class ---------------------------------------------------------------------------


def test_stages_are_described_for_the_page():
    figure = ReceptiveField(
        [
            Stage("a", (3, np.int64(5)), 2, "same"),
            ("b", 3, (1, 1), ((0, 2), (1, 1)), (2, 1)),
            Stage("pool", 2, padding=(0, 1)),
        ],
        input_size=(30, 41),
    )
    assert figure.data == {
        "inputSize": [30, 41],
        "stages": [
            given("a", "convolution", [3, 5], 2, "same", 1),
            given("b", "convolution", 3, 1, [[0, 2], [1, 1]], [2, 1]),
            given("pool", "max", 2, 1, [0, 1], 1),
        ],
    }
    assert json.loads(json.dumps(figure.data)) == figure.data


def given(*values):
    names = ["name", "kind", "kernelSize", "stride", "padding", "dilation"]
    return dict(zip(names, values, strict=True))


@pytest.mark.parametrize("padding", [((1, 2), (1, 2)), (1, 2)])
def test_a_padding_that_both_axes_share_is_said_once(padding):
    figure = ReceptiveField([Stage("a", 3, padding=padding)])
    assert figure.data["stages"][0]["padding"] == [1, 2]


def test_what_the_page_computes_from_the_description_is_right(run):
    for stages, _, size, rows in fitting_stacks(60, seed=8, sizes=(8, 40)):
        figure = ReceptiveField(stages, input_size=tuple(size))
        answer = run(
            """data => [0, 1].map(axis => Explorables.core.receptiveField(
                 data.stages, data.inputSize[axis], axis).map(row => [
                   row.name, row.size, row.receptiveField, row.jump, row.start]))""",
            figure.data,
        )
        assert answer == [[list(row) for row in axis_rows] for axis_rows in rows]


def model_of(library):
    """Return the same model of this package or of Keras."""
    layers = library.layers
    return library.Sequential(
        [
            layers.Input((20, 24, 1)),
            layers.Conv2D(3, (5, 3), padding="same", activation="relu", name="first"),
            layers.AveragePooling2D(2, name="halved"),
            layers.Dropout(0.2, name="dropped"),
            layers.DepthwiseConv2D(3, dilation_rate=2, name="apart"),
            layers.MaxPooling2D(3, strides=2, name="largest"),
            layers.GlobalAveragePooling2D(name="all"),
            layers.Dense(2, name="answer"),
        ]
    )


@pytest.mark.parametrize("name", ["cnn_helpers", "keras"])
def test_a_model_shows_its_windows(name):
    library = pytest.importorskip(name)
    if name == "cnn_helpers":
        library = SimpleNamespace(layers=layers, Sequential=models.Sequential)
    figure = ReceptiveField(model_of(library))
    assert figure.data == {
        "inputSize": [20, 24],
        "stages": [
            given("first", "convolution", [5, 3], 1, "same", 1),
            given("halved", "average", 2, 2, "valid", 1),
            given("apart", "convolution", 3, 1, "valid", 2),
            given("largest", "max", 3, 2, "valid", 1),
            given("all", "average", None, 1, "valid", 1),
        ],
    }
    assert repr(figure) == (
        "<live figure ReceptiveField: first, halved, apart, largest, all on 20×24; "
        "all sees 22×24, jump 4>"
    )


def test_an_input_size_may_replace_the_model_s():
    model = models.Sequential([layers.Input((20, 24, 1)), layers.Conv2D(3, 3)])
    assert ReceptiveField(model, input_size=9).data["inputSize"] == [9, 9]


@pytest.mark.parametrize(
    ("stack", "options", "error", "message"),
    [
        (3, {}, TypeError, "a Sequential model or a list of Stage, got int"),
        ([3], {}, TypeError, "each stage must be a Stage"),
        ([("a",)], {}, TypeError, "each stage must be a Stage"),
        ([], {}, ValueError, "1 to 24 convolutions and pools, got 0"),
        ([Stage("a", 1)] * 25, {}, ValueError, "got 25"),
        ([Stage("a", 9)], {"input_size": 5}, ValueError, "stage 'a'.*does not fit"),
        ([Stage("a", 9)], {"input_size": (20, 5)}, ValueError, "stage 'a'"),
        ([Stage("a", 3)], {"input_size": 600}, ValueError, "at most 512"),
        ([Stage("a", 3)], {"input_size": 2.5}, TypeError, "input_size"),
        ([Stage("a", 0)], {}, ValueError, "kernel_size must be at least 1"),
        ([Stage("a", 3, padding="sme")], {}, ValueError, "padding"),
        (
            models.Sequential([layers.Conv2D(3, 3)]),
            {},
            ValueError,
            "does not know the size of its images",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused(stack, options, error, message):
    with pytest.raises(error, match=message):
        ReceptiveField(stack, **options)


def test_the_html_is_the_same_each_time_and_holds_no_markup_of_names():
    stack = [Stage("</script><img src=x>", 3)]
    html = ReceptiveField(stack)._repr_html_()
    assert html == ReceptiveField(list(stack))._repr_html_()
    assert "<img" not in html
    assert html.count("</script>") == 1 + len(ReceptiveField.scripts)


def test_a_figure_in_a_page_of_its_own_comes_alive(chromium):
    figures = [
        ReceptiveField([Stage("conv", 5), Stage("pool", 2, 2)]),
        ReceptiveField([Stage("<b>wide</b>", (1, 9))], input_size=(6, 20)),
    ]
    html = "".join(figure._repr_html_() for figure in figures)
    tab = chromium.new_page()
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.set_content(f"<!doctype html><body>{html}</body>")
    tab.wait_for_function("document.querySelectorAll('[data-ready]').length === 2")
    first, second = tab.locator("live-receptive-field").all()
    assert "rows 12 to 17" in first.locator(".readout").inner_text()
    said = second.locator(".readout").inner_text().replace("\u00a0", " ")
    assert "of <b>wide</b> sees row 3 and columns 6 to 14" in said
    assert "1 × 9 = 9 pixels" in said
    assert not errors
    tab.close()
