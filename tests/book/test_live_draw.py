"""The pad in the built book: mouse, touch and keys, light and dark, wide and narrow."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).parents[2]
PAGE = "book/live/draw.html"
FRONT = "book/intro.html"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}

# Strokes on a pad of 224 x 224; None lifts the pen.
DIGITS = {
    0: [(112, 40), (75, 65), (65, 110), (75, 160), (112, 185), (150, 160), (160, 110),
        (150, 65), (112, 40)],
    1: [(112, 35), (112, 190)],
    2: [(65, 75), (85, 45), (130, 42), (150, 75), (125, 120), (65, 185), (160, 185)],
    3: [(70, 60), (100, 40), (140, 50), (145, 80), (110, 105), (150, 125), (150, 165),
        (110, 185), (70, 165)],
    4: [(80, 40), (65, 120), (150, 120), None, (130, 45), (125, 195)],
    7: [(55, 50), (165, 50), (145, 90), (120, 140), (105, 190)],
}  # fmt: skip
PLACES = {
    "large": (1, 0, 0),
    "small, top left": (0.5, 5, 5),
    "small, bottom right": (0.5, 105, 100),
}


def open_figure(visit, page=PAGE, theme="light", **options):
    """Open a page with the figure; return the visitor, the tab and the figure."""
    visitor = visit(**options)
    tab = visitor.open(page, theme)
    figure = tab.locator("live-draw[data-ready]")
    figure.scroll_into_view_if_needed()
    return visitor, tab, figure


def clear(figure):
    figure.get_by_role("button", name="Clear").click()


def draw(tab, figure, strokes, scale=1, right=0, down=0):
    """Draw with the mouse."""
    figure.locator(".pad").scroll_into_view_if_needed()
    box = figure.locator(".pad").bounding_box()
    unit = box["width"] / 224
    pressed = False
    for point in strokes:
        if point is None:
            tab.mouse.up()
            pressed = False
            continue
        x = box["x"] + (point[0] * scale + right) * unit
        y = box["y"] + (point[1] * scale + down) * unit
        tab.mouse.move(x, y, steps=6 if pressed else 1)
        if not pressed:
            tab.mouse.down()
            pressed = True
    tab.mouse.up()
    settle(tab)


def settle(tab):
    """Wait until the frame after the next has been painted."""
    frame = "new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))"
    tab.evaluate(frame)


def answer(figure):
    return figure.locator(".answer").inner_text()


def test_six_digits_at_three_sizes_and_places(visit):
    visitor, tab, figure = open_figure(visit)
    wrong = []
    for digit, strokes in DIGITS.items():
        for place, settings in PLACES.items():
            clear(figure)
            draw(tab, figure, strokes, *settings)
            if not answer(figure).startswith(f"Looks like {digit}:"):
                wrong.append((digit, place, answer(figure)))
    assert not wrong
    assert not visitor.errors
    assert not visitor.foreign


def test_without_centring_a_small_digit_is_read_otherwise(visit):
    """The tick box does something: the pixels and the bars change."""
    _, tab, figure = open_figure(visit)
    clear(figure)
    draw(tab, figure, DIGITS[3], *PLACES["small, top left"])
    bars = figure.locator(".bars").inner_text()
    figure.get_by_label("centre and scale as MNIST did").uncheck()
    settle(tab)
    assert figure.locator(".bars").inner_text() != bars
    assert not answer(figure).startswith("Looks like 3:")  # the page says so
    image = tab.evaluate(
        "() => Array.from(document.querySelector('live-draw').image.data)"
    )
    ink = [divmod(at, 28) for at, value in enumerate(image) if value > 0.05]
    assert max(row for row, _ in ink) < 15  # it stays in its corner


def test_a_blank_pad_says_what_it_shows(visit):
    _, tab, figure = open_figure(visit)
    clear(figure)
    settle(tab)
    assert answer(figure) == "Nothing is drawn."
    assert "biases alone" in figure.locator("details").inner_text()
    assert "%" not in figure.locator(".bars").inner_text()


def test_keys_alone_draw_and_read_a_digit(visit):
    _, tab, figure = open_figure(visit)
    tab.locator("h1").click()
    for _ in range(60):
        tab.keyboard.press("Tab")
        inside = "document.activeElement.shadowRoot?.activeElement?.className"
        if tab.evaluate(inside) == "pad":
            break
    else:
        pytest.fail("Tab does not reach the pad")
    tab.keyboard.press("Delete")
    tab.keyboard.press("Space")
    for _ in range(14):
        tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowRight")  # the pen is lifted: no ink
    settle(tab)
    assert answer(figure).startswith("Looks like 1:")
    region = figure.locator("[role=status]").first
    tab.wait_for_timeout(600)
    assert region.inner_text() == f"Pen up. {answer(figure)}"


def test_keys_alone_pick_a_unit(visit):
    _, tab, figure = open_figure(visit)
    figure.locator(".maps").nth(1).focus()
    for key in ["ArrowRight", "ArrowRight", "ArrowDown", "PageDown"]:
        tab.keyboard.press(key)
    settle(tab)
    title = figure.locator(".unit .title").inner_text()
    assert title == "conv_2, map 1, row 1, column 1"
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("ArrowUp")
    assert "row 0" in figure.locator(".unit .title").inner_text()


def test_a_finger_draws_and_the_page_stays(visit):
    visitor, tab, figure = open_figure(visit, **PHONE)
    clear(figure)
    figure.locator(".pad").scroll_into_view_if_needed()
    box = figure.locator(".pad").bounding_box()
    top = tab.evaluate("scrollY")
    session = visitor.context.new_cdp_session(tab)

    def touch(kind, *points):
        points = [
            {"x": box["x"] + x * box["width"] / 224,
             "y": box["y"] + y * box["height"] / 224} for x, y in points
        ]  # fmt: skip
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (112, 35))
    for step in range(1, 11):
        touch("touchMove", (112, 35 + 15.5 * step))
    touch("touchEnd")
    settle(tab)
    assert answer(figure).startswith("Looks like 1:")
    assert tab.evaluate("scrollY") == top
    action = "e => getComputedStyle(e).touchAction"
    assert figure.locator(".pad").evaluate(action) == "none"
    assert figure.locator(".maps").first.evaluate(action) == "auto"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", [PAGE, FRONT])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit, page, theme):
    _, tab, figure = open_figure(visit, page, theme, **PHONE)
    dark = figure.evaluate("e => e.hasAttribute('data-dark')")
    assert dark == (theme == "dark")
    if page == PAGE:
        figure.locator(".map canvas").nth(10).click()
    results = Axe().run(tab, context="live-draw")
    assert results.violations_count == 0, results.generate_report()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = figure.evaluate(
        """e => [...e.shadowRoot.querySelectorAll('button, select, input, summary')]
             .filter(node => node.checkVisibility())
             .map(node => Math.min(node.offsetHeight, node.offsetWidth))"""
    )
    assert min(sizes) >= 24
    fonts = figure.evaluate(
        """e => [...e.shadowRoot.querySelectorAll('p, td, th, caption, label, button')]
             .map(node => parseFloat(getComputedStyle(node).fontSize))"""
    )
    assert min(fonts) >= 13


def test_the_pad_turns_dark_with_the_page(visit):
    _, tab, figure = open_figure(visit)
    corner = """e => Array.from(e.shadowRoot.querySelector('.pad')
        .getContext('2d').getImageData(0, 0, 1, 1).data)"""
    light = figure.evaluate(corner)
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    tab.wait_for_timeout(100)
    assert sum(light[:3]) > 700
    assert sum(figure.evaluate(corner)[:3]) < 100


def test_reduced_motion_moves_no_bar(visit):
    moving = "e => getComputedStyle(e).transitionDuration"
    _, _, figure = open_figure(visit)
    assert figure.locator(".fill").first.evaluate(moving) != "0s"
    _, _, figure = open_figure(visit, reduced_motion="reduce")
    assert figure.locator(".fill").first.evaluate(moving) == "0s"


def test_without_javascript_the_fallback_stands(visit):
    tab = visit(java_script_enabled=False).context.pages[0]
    home = visit().home
    tab.goto(home + PAGE)
    assert tab.locator("live-draw img").is_visible()
    assert "alive in a browser" in tab.locator("live-draw").inner_text()


def test_it_draws_from_disk(visit, site):
    visitor, tab, figure = open_figure(visit, home=site.as_uri() + "/")
    clear(figure)
    draw(tab, figure, DIGITS[0])
    assert answer(figure).startswith("Looks like 0:")
    assert not visitor.foreign
    assert not visitor.errors


def picked(tab, figure, layer, unit):
    """Pick a unit; return the numbers of its last line and the steps' true values."""
    unit = {"layer": layer, **unit}
    figure.evaluate("(figure, unit) => figure.pick(unit)", unit)
    value = figure.evaluate(
        """(figure, {layer, row, col, channel}) => {
          const {linear, tensor} = figure.steps[layer];
          const at = (row * tensor.shape[1] + col) * tensor.shape[2] + channel;
          return [linear.data[at], tensor.data[at]];
        }""",
        unit,
    )
    return figure.locator(".unit .result").inner_text(), value


def numbers(text):
    found = re.findall(r"−?\d+(?:\.\d+)?", text)
    return [float(number.replace("−", "-")) for number in found]


@pytest.mark.parametrize(
    ("layer", "unit"),
    [
        (0, {"row": 7, "col": 8, "channel": 5}),
        (1, {"row": 10, "col": 12, "channel": 2}),
        (3, {"row": 4, "col": 4, "channel": 9}),
        (6, {"row": 0, "col": 0, "channel": 15}),
        (7, {"row": 0, "col": 0, "channel": 7}),
    ],
)
def test_the_sum_is_written_out(visit, layer, unit):
    _, tab, figure = open_figure(visit)
    line, (linear, value) = picked(tab, figure, layer, unit)
    parts = re.match(r"(−?[\d.]+) ([+−]) ([\d.]+) \(bias\) = (−?[\d.]+)\.", line)
    first, bias, total = (numbers(parts[n])[0] for n in (1, 3, 4))
    signed = bias if parts[2] == "+" else -bias
    assert abs(first + signed - linear) < 2e-3
    assert abs(total - linear) < 1e-3
    assert abs(numbers(line)[-1] - value) < 1e-3


def test_the_products_of_a_unit_add_up(visit):
    _, tab, figure = open_figure(visit)
    line, _ = picked(tab, figure, 0, {"row": 7, "col": 8, "channel": 5})
    window, kernel, products = (
        numbers(
            figure.locator(".unit table")
            .nth(n)
            .locator("tr")
            .all_inner_texts()
            .__str__()
        )
        for n in range(3)
    )
    assert len(window) == len(kernel) == len(products) == 9
    for value, weight, product in zip(window, kernel, products, strict=True):
        assert abs(value * weight - product) < 3e-3
    assert abs(sum(products) - numbers(line)[0]) < 6e-3


def test_what_a_unit_sees_is_what_changes_it(visit):
    """The outlined field, against pixels changed one by one."""
    figure = open_figure(visit)[-1]
    unit = {"layer": 3, "row": 4, "col": 5, "channel": 9}
    figure.evaluate("(figure, unit) => figure.pick(unit)", unit)
    sentence = figure.locator(".unit p").nth(1).inner_text()
    rows_and_cols = numbers(sentence)[:4]
    changed = figure.evaluate(
        """(figure) => {
          const core = Explorables.core;
          const smooth = layer => ({...layer, activation: "linear",
            type: layer.type.replace("max", "average")});
          const model = {layers: figure.model.layers.slice(0, 4).map(smooth)};
          const at = (4 * 10 + 5) * 16 + 9;
          const value = data => core.forward(model, {shape: [28, 28, 1], data})
            .at(-1).tensor.data[at];
          const base = value(new Float64Array(784));
          const places = [];
          for (let pixel = 0; pixel < 784; pixel++) {
            const data = new Float64Array(784);
            data[pixel] = 1;
            if (value(data) !== base) places.push([Math.floor(pixel / 28), pixel % 28]);
          }
          const rows = places.map(p => p[0]), cols = places.map(p => p[1]);
          return [Math.min(...rows), Math.max(...rows), Math.min(...cols),
                  Math.max(...cols)];
        }"""
    )
    assert rows_and_cols == changed


def test_each_map_can_have_its_own_scale(visit):
    figure = open_figure(visit)[-1]
    strongest = """e => [...e.shadowRoot.querySelectorAll('.maps')[0]
        .querySelectorAll('canvas')].map(c => Math.min(
          ...c.getContext('2d').getImageData(0, 0, 26, 26).data))"""
    before = figure.evaluate(strongest)
    figure.get_by_label("Colours").select_option("map")
    after = figure.evaluate(strongest)
    assert len(set(after)) == 1  # each map now uses the strongest colour
    assert len(set(before)) > 1


def test_the_front_page_keeps_the_maps_folded(visit):
    _, _, figure = open_figure(visit, FRONT)
    assert not figure.locator(".maps").first.is_visible()
    assert figure.bounding_box()["height"] < 520
    figure.locator("summary").click()
    assert figure.locator(".maps").first.is_visible()


def test_the_page_states_what_was_measured():
    results = ROOT / "experiments" / "results" / "train_draw_model.json"
    outcome = json.loads(results.read_text(encoding="utf-8"))
    test = outcome["test"]
    text = (ROOT / "book" / "live" / "draw.md").read_text(encoding="utf-8")
    assert f"{outcome['parameters']:,} weights" in text
    assert f"{test['accuracy']:.2%}".replace("%", " %") in text
    wrong = test["images"] - test["correct"]
    assert f"one of the {wrong} of 10,000" in " ".join(text.split())
