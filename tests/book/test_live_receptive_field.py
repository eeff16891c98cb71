"""The live receptive field in its page: mouse, touch, keys, and what it says."""

from __future__ import annotations

import re

import pytest

from cnn_helpers.receptive_field import Stage, receptive_field

PAGE = "book/live/receptive_field.html"
PHONE = {"width": 390, "height": 844}
CONV, POOL = {"kernel_size": 3, "padding": "same"}, {"kernel_size": 2, "stride": 2}
PRESETS = {  # what the numbers of each preset must be, from Python
    "article_003": (12, [Stage("conv1", 2), Stage("pool", 2, 2), Stage("conv2", 2)]),
    "article_004": (
        28,
        [
            Stage("conv1", 5, padding="same"),
            Stage("pool1", 2, 2),
            Stage("conv2", 5, padding="same"),
            Stage("pool2", 2, 2),
        ],
    ),
    "lenet": (
        32,
        [
            Stage("c1", 5),
            Stage("s2", 2, 2),
            Stage("c3", 5),
            Stage("s4", 2, 2),
            Stage("c5", 5),
        ],
    ),
    "vgg": (
        64,
        [
            Stage("block1_conv1", **CONV),
            Stage("block1_conv2", **CONV),
            Stage("block1_pool", **POOL),
            Stage("block2_conv1", **CONV),
            Stage("block2_conv2", **CONV),
            Stage("block2_pool", **POOL),
            Stage("block3_conv1", **CONV),
            Stage("block3_conv2", **CONV),
            Stage("block3_conv3", **CONV),
            Stage("block3_pool", **POOL),
        ],
    ),
    "dilated": (
        28,
        [
            Stage("conv1", 3, padding="same"),
            Stage("conv2", 3, padding="same", dilation=2),
            Stage("conv3", 3, padding="same", dilation=4),
        ],
    ),
}


@pytest.fixture
def figure(visit):
    """Return a function that opens the page and gives the figure in it."""

    def open_figure(preset=None, **options):
        tab = visit(**options).open(PAGE)
        figure = tab.locator("live-receptive-field[data-ready]")
        figure.scroll_into_view_if_needed()
        if preset:
            figure.get_by_label("Stack").select_option(preset)
        return figure

    return open_figure


def text_of(part) -> str:
    """Return a part's text with plain spaces and minus signs."""
    return part.inner_text().replace("\u00a0", " ").replace("−", "-").strip()


def readout(figure) -> str:
    return text_of(figure.locator(".readout"))


def panel(figure, name):
    return figure.locator(f'canvas[aria-label^="{name}, "]')


def pick(figure, name, row, column, size, tap=False):
    """Press the middle of a unit in a map of `size` units a side."""
    canvas = panel(figure, name)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x = box["x"] + (column + 0.5) * box["width"] / size
    y = box["y"] + (row + 0.5) * box["height"] / size
    screen = figure.page.touchscreen if tap else figure.page.mouse
    (screen.tap if tap else screen.click)(x, y)


def table(figure) -> list[list[str]]:
    return [
        [text_of(cell) for cell in row.locator("th, td").all()]
        for row in figure.locator("tbody tr").all()
    ]


# Numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_the_table_of_a_preset_is_that_of_python(figure, preset):
    size, stages = PRESETS[preset]
    expected = [
        [
            row.name,
            f"{row.size} × {row.size}",
            f"{row.receptive_field} × {row.receptive_field}",
            str(row.jump),
            str(row.start),
        ]
        for row in receptive_field(stages, size)
    ]
    assert table(figure(preset)) == expected


def test_every_preset_is_tested(figure):
    options = figure().get_by_label("Stack").locator("option")
    assert {option.get_attribute("value") for option in options.all()} == set(PRESETS)


def test_nine_and_twenty_five_not_four_and_sixteen(figure):
    live = figure("article_003")
    pick(live, "pool", 2, 2, size=5)
    assert "3 × 3 = 9 pixels" in readout(live)
    pick(live, "conv2", 1, 1, size=4)
    assert "5 × 5 = 25 pixels" in readout(live)
    live.get_by_role("button", name="Remove conv1").click()
    pick(live, "pool", 2, 2, size=6)
    assert "2 × 2 = 4 pixels" in readout(live)
    pick(live, "conv2", 1, 1, size=5)
    assert "4 × 4 = 16 pixels" in readout(live)


def test_the_field_in_every_earlier_layer_is_named(figure):
    live = figure("article_004")
    pick(live, "pool2", 3, 2, size=7)
    captions = [
        text_of(caption) for caption in live.locator(".panels figcaption").all()
    ]
    assert captions == [
        "input 28 × 28: sees 16 × 16, rows 6 to 21, columns 2 to 17",
        "conv1 28 × 28: sees 12 × 12, rows 8 to 19, columns 4 to 15",
        "pool1 14 × 14: sees 6 × 6, rows 4 to 9, columns 2 to 7",
        "conv2 14 × 14: sees 2 × 2, rows 6 to 7, columns 4 to 5",
        "pool2 7 × 7: unit (3, 2)",
    ]


def test_the_formulas_have_the_numbers_of_the_chosen_layer(figure):
    live = figure("dilated")
    pick(live, "conv3", 14, 14, size=28)
    lines = live.locator(".formula p").all()
    assert [text_of(line) for line in lines] == [
        "conv3, along either axis:",
        "span = (3 - 1) · 4 + 1 = 9",
        "units = ⌊(28 + 8 - 9) / 1⌋ + 1 = 28",
        "field = 7 + (9 - 1) · 1 = 15",
        "jump = 1 · 1 = 1",
        "start = -3 - 4 · 1 = -7",
    ]


def test_a_field_at_the_border_says_that_it_is_cut(figure):
    live = figure("article_004")
    pick(live, "pool2", 0, 0, size=7)
    said = readout(live)
    assert "rows -6 to 9 and columns -6 to 9 of the input: 16 × 16 = 256" in said
    assert "6 rows above and 6 columns on the left lie in the padding" in said
    assert "10 × 10 = 100 pixels of the image are left" in said
    first = live.locator(".panels figcaption").first
    assert text_of(first).endswith("cut at the border")


def test_gaps_are_counted(figure):
    live = figure("dilated")
    live.get_by_role("button", name="Remove conv1").click()
    pick(live, "conv3", 14, 14, size=28)
    assert "13 × 13 = 169 pixels. It reads 49 of them" in readout(live)


# Changing the stack ----------------------------------------------------------------


def test_a_layer_that_does_not_fit_is_named_and_comes_back(figure):
    live = figure("article_003")
    kernel = live.get_by_role("group", name="conv2").get_by_label("kernel")
    kernel.fill("9")
    fault = text_of(live.locator(".fault"))
    assert fault.startswith("conv2: A window that spans 9")
    assert "It looks at pool, which has 5 × 5 units" in fault
    assert [row[0] for row in table(live)] == ["input", "conv1", "pool"]
    kernel.fill("3")
    assert live.locator(".fault").inner_text() == ""
    assert [row[0] for row in table(live)] == ["input", "conv1", "pool", "conv2"]
    assert table(live)[-1][2] == "7 × 7"


def test_what_follows_a_layer_that_does_not_fit_is_left_out(figure):
    live = figure("lenet")
    live.get_by_label("Input, pixels a side").fill("12")
    fault = text_of(live.locator(".fault"))
    assert fault.startswith("c3: A window that spans 5")
    assert "c3 and what follows it is left out" in fault


@pytest.mark.parametrize("typed", ["0", "-2", "2.5", "999", ""])
def test_a_wrong_number_is_explained_and_not_taken(figure, typed):
    live = figure("article_003")
    before = table(live)
    field = live.get_by_role("group", name="conv1").get_by_label("kernel")
    field.fill(typed)
    assert table(live) == before
    group = live.get_by_role("group", name="conv1")
    assert "a whole number from 1 to 64" in text_of(group)


def test_layers_are_added_and_removed(figure):
    live = figure("article_003")
    live.get_by_role("button", name="Add a pool").click()
    live.get_by_role("button", name="Add a convolution").click()
    assert [row[0] for row in table(live)][-2:] == [
        "conv2",
        "pool1",
    ]  # conv3 is too big
    assert text_of(live.locator(".fault")).startswith("conv3: A window that spans 3")
    live.get_by_label("Input, pixels a side").fill("30")
    stages = [*PRESETS["article_003"][1], Stage("pool1", 2, 2), Stage("conv3", 3)]
    last = receptive_field(stages, 30)[-1]
    field = f"{last.receptive_field} × {last.receptive_field}"
    assert table(live)[-1][:3] == ["conv3", f"{last.size} × {last.size}", field]
    for name in ("conv1", "pool", "conv2", "pool1", "conv3"):
        live.get_by_role("button", name=f"Remove {name}", exact=True).click()
    assert table(live) == [["input", "30 × 30", "1 × 1", "1", "0"]]
    assert "sees itself" in readout(live)
    assert not live.locator(".effective").is_visible()


@pytest.mark.parametrize("label", ["stride", "padding", "dilation", "kernel"])
def test_every_setting_of_a_layer_counts(figure, label):
    live = figure("article_003")
    control = live.get_by_role("group", name="conv1").get_by_label(label)
    changed = {"stride": 2, "padding": "same", "dilation": 3, "kernel": 4}[label]
    if label == "padding":
        control.select_option(label=changed)
    else:
        control.fill(str(changed))
    names = {"kernel": "kernel_size"}
    stages = list(PRESETS["article_003"][1])
    stages[0] = stages[0]._replace(**{names.get(label, label): changed})
    fields = [row[2] for row in table(live)]
    rows = receptive_field(stages, 12)
    assert fields == [f"{r.receptive_field} × {r.receptive_field}" for r in rows]
    assert [row[4] for row in table(live)] == [str(row.start) for row in rows]


# The effective field ---------------------------------------------------------------


def wait_for_draws(figure):
    figure.locator("figcaption", has_text="the mean of 400 draws").wait_for()


def middle(figure) -> int:
    """Return the side of the square that holds most of the squared gradient."""
    said = text_of(figure.locator(".effective"))
    return int(re.search(r"lie in the middle (\d+) × \d+", said)[1])


def test_the_effective_field_of_a_deep_stack_is_smaller(figure):
    live = figure("vgg")
    wait_for_draws(live)
    assert "theoretical: 44 × 44 can matter" in text_of(live.locator(".effective"))
    assert 0.6 < middle(live) / 44 < 0.75  # "about two thirds as wide"


def test_one_layer_has_no_bell(figure):
    live = figure("article_004")
    pick(live, "conv1", 14, 14, size=28)
    wait_for_draws(live)
    assert middle(live) == 5


def test_the_seed_makes_the_picture(figure):
    live = figure("article_003", reduced_motion="reduce")
    picture = "figure => figure.effectiveCanvas.toDataURL()"
    wait_for_draws(live)
    first = live.evaluate(picture)
    live.get_by_role("button", name="New random weights").click()
    live.page.wait_for_function(
        "([first]) => document.querySelector('live-receptive-field')"
        ".effectiveCanvas.toDataURL() !== first",
        arg=[first],
    )
    live.page.reload()
    again = live.page.locator("live-receptive-field[data-ready]")
    wait_for_draws(again)
    assert again.evaluate(picture) == first


def test_with_less_motion_only_the_last_draw_is_shown(figure):
    for motion, moves in (("reduce", False), ("no-preference", True)):
        live = figure("vgg", reduced_motion=motion)
        counts = live.evaluate(
            """async figure => {
              const caption = figure.effectiveCaption, seen = new Set();
              figure.shadowRoot.querySelector('.effective button').click();
              for (let frame = 0; frame < 600; frame++) {
                await new Promise(requestAnimationFrame);
                const draws = Number(caption.textContent.match(/\\d+/)?.[0]);
                seen.add(draws);
                if (frame > 5 && draws === 400 && figure.sampler.draws() === 400) break;
              }
              return seen.size;
            }"""
        )
        assert (counts > 2) == moves, (motion, counts)


# Ways to use it --------------------------------------------------------------------


def test_dragging_follows_the_mouse(figure):
    live = figure("article_004")
    box = panel(live, "pool2").bounding_box()
    mouse = live.page.mouse
    mouse.move(box["x"] + 5, box["y"] + 5)
    mouse.down()
    assert "Unit (0, 0) of pool2" in readout(live)
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    assert "Unit (3, 3) of pool2" in readout(live)
    mouse.move(box["x"] + 900, box["y"] + 900, steps=3)
    assert "Unit (6, 6) of pool2" in readout(live)
    mouse.up()
    mouse.move(box["x"] + 5, box["y"] + 5)
    assert "Unit (6, 6) of pool2" in readout(live)


def test_the_keyboard_alone_is_enough(figure):
    live = figure()
    press = live.page.keyboard.press
    live.get_by_label("Stack").focus()
    press("ArrowDown")  # the next preset: article 004
    press("Tab")  # to the input's size
    for _ in range(5):
        press("Tab")  # over the maps to the last one
    focused = "figure => figure.shadowRoot.activeElement.getAttribute('aria-label')"
    assert live.evaluate(focused).startswith("pool2, 7 by 7 units")
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft"):
        press(key)
    assert "Unit (1, 2) of pool2" in readout(live)
    for _ in range(9):
        press("ArrowUp")
    assert "Unit (0, 2) of pool2" in readout(live)
    press("Shift+Tab")
    press("Enter")  # in conv2, the unit at the same place
    assert "Unit (1, 5) of conv2" in readout(live)
    press("ArrowRight")
    assert "Unit (1, 6) of conv2" in readout(live)
    remove = live.get_by_role("button", name="Remove pool2")
    remove.focus()
    press("Space")
    label = live.evaluate(focused)
    assert label == "Remove conv2"  # the focus goes to the neighbour
    assert [row[0] for row in table(live)][-1] == "conv2"


def test_a_screen_reader_hears_the_unit(figure):
    live = figure("article_004")
    panel(live, "pool2").focus()
    live.page.keyboard.press("ArrowLeft")
    heard = live.locator('[role="status"]').first
    heard.filter(has_text="of pool2").wait_for(state="attached")
    assert "sees rows 6 to 21" in text_of(heard)


def test_touch_picks_and_does_not_scroll(figure):
    live = figure("article_004", viewport=PHONE, has_touch=True, is_mobile=True)
    panel(live, "pool2").scroll_into_view_if_needed()
    before = live.page.evaluate("scrollY")
    pick(live, "pool2", 5, 1, size=7, tap=True)
    assert "Unit (5, 1) of pool2" in readout(live)
    assert live.page.evaluate("scrollY") == before


def test_a_finger_that_moves_down_a_map_scrolls_the_page(figure):
    live = figure("article_004", viewport=PHONE, has_touch=True, is_mobile=True)
    canvas = panel(live, "conv1")
    canvas.scroll_into_view_if_needed()
    before = live.page.evaluate("scrollY")
    box = canvas.bounding_box()
    session = live.page.context.new_cdp_session(live.page)

    def touch(kind, *points):
        places = [{"x": box["x"] + 40, "y": box["y"] + 100 + y} for y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", 0)
    for step in range(1, 11):
        touch("touchMove", -12 * step)
    touch("touchEnd")
    live.page.wait_for_function("before => scrollY > before + 50", arg=before)


def test_the_colours_follow_the_theme(figure):
    live = figure("article_004")
    wait_for_draws(live)
    pixels = """figure => [...figure.shadowRoot.querySelectorAll('canvas')].map(
      canvas => canvas.toDataURL())"""
    light = live.evaluate(pixels)
    live.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    live.page.wait_for_function(
        "document.querySelector('live-receptive-field').hasAttribute('data-dark')"
    )
    dark = live.evaluate(pixels)
    assert all(one != other for one, other in zip(light, dark, strict=True))
    live.page.evaluate("document.documentElement.dataset.theme = 'light'")
    live.page.wait_for_function(
        "!document.querySelector('live-receptive-field').hasAttribute('data-dark')"
    )
    assert live.evaluate(pixels) == light
