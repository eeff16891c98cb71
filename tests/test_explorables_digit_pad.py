"""The pad for a sheet of digits: drawn by mouse and keys, saved, and read again."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from cnn_helpers.digit_sheets import as_mnist, extract_ink, read_sheet
from cnn_helpers.explorables import DigitPad
from cnn_helpers.explorables.figure import ELEMENTS

HEAVIEST = 6 * 1024  # bytes of digit_pad.js, compressed
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PAGE = """<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
[data-theme=light] {{ --pst-color-text-base: #222; --pst-color-background: #fff;
  --pst-color-text-muted: #5c5950; --pst-color-surface: #f3f1ea }}
[data-theme=dark] {{ --pst-color-text-base: #ddd; --pst-color-background: #14181e;
  --pst-color-text-muted: #aaa79e; --pst-color-surface: #202327 }}
html {{ background: var(--pst-color-background); color: var(--pst-color-text-base) }}
body {{ margin: 18px }}
</style><title>Pad</title><main><h1>Pad</h1>{pad}</main></html>"""


# What is stored ---------------------------------------------------------------------


def test_the_html_is_the_same_each_time():
    html = DigitPad(2)._repr_html_()
    assert html == DigitPad(2)._repr_html_()
    assert '<live-digit-pad rows="2">' in html
    assert html.count("</script>") == len(DigitPad.scripts)
    assert repr(DigitPad(1)) == "<live figure DigitPad: 1 row of 10 digits>"


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        (0, ValueError, "rows must be at least 1, got 0"),
        (7, ValueError, "rows must be at most 6, got 7"),
        (1.5, TypeError, "rows must be an integer"),
    ],
)
def test_wrong_rows_are_named(rows, error, message):
    with pytest.raises(error, match=message):
        DigitPad(rows)


def test_the_element_is_light():
    source = (ELEMENTS / "digit_pad.js").read_bytes()
    assert 1_000 < len(gzip.compress(source, 9, mtime=0)) <= HEAVIEST


def test_the_pages_bundle_does_not_carry_it():
    import bundle_explorables as tool

    assert "live-digit-pad" not in tool.figures_bundle()


# The pad in a browser ---------------------------------------------------------------


@pytest.fixture
def open_pad(chromium, tmp_path):
    """Return a function that opens a pad as a notebook stores it, from a file."""
    contexts = []

    def open_one(rows=1, theme="light", **options):
        path = tmp_path / "pad.html"
        path.write_text(PAGE.format(pad=DigitPad(rows)._repr_html_()), encoding="utf-8")
        contexts.append(chromium.new_context(**{"viewport": DESKTOP} | options))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("request", lambda request: page.problems.append(request.url))
        page.problems.clear()
        page.goto(path.as_uri())
        page.problems.remove(path.as_uri())
        page.evaluate(
            "name => { document.documentElement.dataset.theme = name }", theme
        )
        page.wait_for_selector("live-digit-pad[data-ready]")
        return page.locator("live-digit-pad")

    yield open_one
    for context in contexts:
        context.close()


def draw(pad, *strokes):
    """Draw strokes, each a list of (x, y) in shares of the pad, with the mouse."""
    box = pad.locator(".pad").bounding_box()
    mouse = pad.page.mouse
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"])
                  for x, y in stroke]  # fmt: skip
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place, steps=4)
        mouse.up()


def press(pad, name):
    pad.get_by_role("button", name=name, exact=True).click()


def asked(pad):
    return pad.locator(".title").first.inner_text()


def count(pad):
    return pad.locator("p.numbers").inner_text()


def saved(pad, path):
    """Click the link and return the cells of the file that it saves."""
    with pad.page.expect_download() as download:
        pad.get_by_role("link", name="Save my_digits.png").click()
    assert download.value.suggested_filename == "my_digits.png"
    download.value.save_as(path)
    return path


def bar(k):
    """Return a stroke that differs from digit to digit."""
    return [(0.2 + 0.05 * k, 0.2), (0.2 + 0.05 * k, 0.7)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_thirty_digits_are_drawn_saved_and_read(open_pad, tmp_path, theme):
    pad = open_pad(3, theme)
    assert asked(pad) == "Draw a 0, row 1 of 3"
    assert count(pad) == "0 of 30 drawn. When all are, you can save them."
    for k in range(30):
        assert pad.locator("a.save").is_hidden()
        assert asked(pad) == f"Draw a {k % 10}, row {k // 10 + 1} of 3"
        draw(pad, bar(k % 10))
        press(pad, "Next digit")
    assert count(pad) == "All 30 are drawn."
    cells = read_sheet(saved(pad, tmp_path / "my_digits.png"))
    assert cells.shape == (30, 96, 96)
    assert (cells[:, 0, 0] == 255).all()  # white paper on a dark page, too
    for k, cell in enumerate(cells):
        rows, columns = np.nonzero(extract_ink(cell))
        assert columns.mean() == pytest.approx(96 * (0.2 + 0.05 * (k % 10)), abs=2)
        assert rows.mean() == pytest.approx(96 * 0.45, abs=2)
    assert as_mnist(cells).shape == (30, 28, 28)
    assert not pad.page.problems


def test_the_next_digit_is_the_next_that_is_missing(open_pad):
    pad = open_pad(1)
    for place in (1, 2, 9):
        pad.get_by_role("button", name=f"{place}, row 1: empty").click()
        assert asked(pad) == f"Draw a {place}, row 1 of 1"
        draw(pad, bar(place))
    press(pad, "Next digit")  # around the end
    assert asked(pad) == "Draw a 0, row 1 of 1"
    press(pad, "Next digit")  # over those that are drawn
    assert asked(pad) == "Draw a 3, row 1 of 1"
    assert pad.locator(".cells button[aria-current=true]").count() == 1
    assert count(pad).startswith("3 of 10 drawn")
    assert pad.get_by_role("button", name="2, row 1: drawn").count() == 1


INKED = """figure => {
  const pad = figure.shadowRoot.querySelector('.pad');
  const data = pad.getContext('2d').getImageData(0, 0, pad.width, pad.height).data;
  let dark = 0;
  for (let at = 0; at < data.length; at += 4) {
    dark += Math.max(data[at], data[at + 1], data[at + 2]) < 128;
  }
  return dark;
}"""


def test_undo_and_clear_take_ink_away(open_pad):
    pad = open_pad(1)
    draw(pad, bar(2), bar(6), bar(9))
    whole = pad.evaluate(INKED)
    press(pad, "Undo")
    assert pad.evaluate(INKED) == pytest.approx(2 / 3 * whole, rel=0.02)
    press(pad, "Clear")
    assert pad.evaluate(INKED) == 0
    assert count(pad).startswith("0 of 10 drawn")
    press(pad, "Undo")  # of nothing
    assert count(pad).startswith("0 of 10 drawn")


def test_pens_have_three_widths_and_a_tap_is_a_dot(open_pad):
    pad = open_pad(1)
    widths = []
    for pen in ("thin", "medium", "thick"):
        press(pad, "Clear")
        pad.locator("select").select_option(pen)
        draw(pad, bar(5))
        widths.append(pad.evaluate(INKED))
    assert widths[0] < 0.6 * widths[1]
    assert widths[2] > 1.5 * widths[1]
    press(pad, "Clear")
    draw(pad, [(0.5, 0.5)])
    assert pad.evaluate(INKED) > 300


def test_the_keyboard_alone_is_enough(open_pad, tmp_path):
    pad = open_pad(1)
    keyboard = pad.page.keyboard
    keyboard.press("Tab")
    for k in range(10):
        assert asked(pad) == f"Draw a {k}, row 1 of 1"
        for _ in range(k):
            keyboard.press("ArrowRight")
        keyboard.press("Space")
        for _ in range(8):
            keyboard.press("ArrowDown")
        keyboard.press("Space")
        keyboard.press("ArrowLeft")  # the pen is up: no ink
        keyboard.press("Enter")
    assert count(pad) == "All 10 are drawn."
    keyboard.press("Delete")
    assert count(pad).startswith("9 of 10 drawn")
    keyboard.press("Space")
    keyboard.press("ArrowUp")
    keyboard.press("Backspace")
    assert count(pad).startswith("9 of 10 drawn")
    keyboard.press("Space")
    for _ in range(8):
        keyboard.press("ArrowDown")
    assert count(pad) == "All 10 are drawn."
    for _ in range(15):  # to the link, past the buttons and the cells
        keyboard.press("Tab")
    at = "figure => figure.shadowRoot.activeElement.textContent"
    assert pad.evaluate(at) == "Save my_digits.png"
    with pad.page.expect_download() as download:
        keyboard.press("Enter")
    download.value.save_as(tmp_path / "keys.png")
    cells = read_sheet(tmp_path / "keys.png", 1, 10)
    for k, cell in enumerate(cells[1:], start=1):
        _, columns = np.nonzero(extract_ink(cell))
        assert columns.mean() == pytest.approx(96 * (0.5 + k / 32), abs=2)


def test_a_finger_draws_and_the_page_does_not_scroll_under_it(open_pad):
    pad = open_pad(1, viewport=PHONE, has_touch=True)
    pad.locator(".pad").tap()
    assert count(pad).startswith("1 of 10 drawn")
    touch = pad.locator(".pad").evaluate("pad => getComputedStyle(pad).touchAction")
    assert touch == "none"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_pad, theme, viewport):
    pad = open_pad(1, theme, viewport=viewport)
    for k in range(10):
        if k == 5:
            assert not faults(pad.page)
        draw(pad, bar(k))
        press(pad, "Next digit")
    assert pad.locator("a.save").is_visible()
    assert not faults(pad.page)
    wide = "() => document.documentElement.scrollWidth > innerWidth"
    assert not pad.page.evaluate(wide)


def faults(page):
    """Return what axe finds in the page, in a line each."""
    response = Axe().run(page).response
    return [
        f"{fault['id']}: {re.sub(r' +', ' ', fault['nodes'][0]['html'])}"
        for fault in response["violations"]
    ]
