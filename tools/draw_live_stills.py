"""Draw the stills of the live figures: what stands in print and without JavaScript.

Usage::

    python tools/draw_live_stills.py            # all of them
    python tools/draw_live_stills.py kernel     # one

Each is a picture of the real figure, taken in headless Chromium from the committed
bundle and the book's colours, written to ``book/assets/live/NAME.png``. Run it again
when a figure's look has changed.
"""

from __future__ import annotations

import shutil
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "book" / "assets"
STILLS = ASSETS / "live"
PAGE = """<!doctype html><html lang="en" data-theme="light"><body>
<style>body {{ margin: 0; padding: 8px; background: #fbfaf7; font-size: 16px }}
live-draw, live-kernel, live-receptive-field {{ margin: 0 !important }}</style>
{element}</body></html>"""
FIGURES = {  # of each figure: its element, and what is done before the picture is taken
    "draw": (
        '<live-draw image="7"></live-draw>',
        "figure => figure.pick({layer: 0, row: 7, col: 8, channel: 5})",
    ),
    "kernel": ("<live-kernel></live-kernel>", None),
    "receptive_field": (
        '<live-receptive-field preset="article_003"></live-receptive-field>',
        "figure => { figure.shadowRoot.querySelector('details').open = false; }",
    ),
}


def take_still(browser, element: str, prepare: str | None) -> bytes | None:
    """Return a picture of a figure; None if the bundle does not define it yet."""
    tab = browser.new_page(viewport={"width": 736, "height": 900})
    tab.emulate_media(reduced_motion="reduce")
    tab.set_content(PAGE.format(element=element))
    for name in ("book.css", "explorables_model.js", "explorables.js"):
        path = str(ASSETS / name)
        if not Path(path).exists():
            continue
        add = tab.add_style_tag if name.endswith(".css") else tab.add_script_tag
        add(path=path)
    figure = tab.locator("body > :not(style, script)").first
    if not figure.evaluate("figure => figure.matches(':defined')"):
        return None
    if prepare:
        figure.evaluate(prepare)
    tab.wait_for_timeout(1500)  # until the random draws are done
    picture = figure.screenshot()
    tab.close()
    return picture


def main(names: list[str]) -> None:
    """Draw the stills that are named, or all of them."""
    STILLS.mkdir(exist_ok=True)
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        for name in names or FIGURES:
            picture = take_still(browser, *FIGURES[name])
            if picture is None:
                print(f"{name}: not in the bundle yet")
                continue
            path = STILLS / f"{name}.png"
            with Image.open(BytesIO(picture)) as image:
                image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(
                    path, optimize=True
                )
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
