"""What the forms need of Chromium: stills of live figures, and formulas as MathML."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from form_pages import Part, live_figures
from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
# of each figure, how the still's alt text names it
KINDS = {
    "live-draw": "a digit on the pad, what the network sees and what it answers",
    "live-kernel": "a kernel on an input, the products in its window and their sum",
    "live-receptive-field": "a stack of layers and the pixels that one unit sees",
    "live-film": "the last step of {name}",
}
# A film's last frame shows the result; a pad shows an example; what is folded into a
# figure would make its still too tall for a page.
PREPARE = """figure => {
  const inside = figure.shadowRoot || figure;
  if (figure.localName === "live-film") figure.moveTo(figure.last);
  if (figure.localName === "live-draw" && figure.examples.length) {
    figure.showExample(Math.min(7, figure.examples.length - 1));
  }
  for (const fold of inside.querySelectorAll("details")) fold.open = false;
  const named = inside.querySelector("[aria-label]");
  return figure.getAttribute("aria-label") || named?.getAttribute("aria-label") || "";
}"""
ALONE = "header, .skip-link, #pst-skip-link, .bd-header { display: none !important }"
TO_MATHML = """formulas => formulas.map(({ tex, display }) => {
  const code = MathJax.tex2mml(tex, { display });
  return code.replace(/<!--.*?-->/g, "");
})"""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium; without one, stop with a sentence."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        if executable is None:
            bundled = Path(playwright.chromium.executable_path)
            if not bundled.exists():
                sys.exit(
                    "The book's other forms need Chromium: install it (Debian and "
                    "Ubuntu: sudo apt install chromium), or run .venv/bin/python -m "
                    "playwright install chromium, on Windows .venv\\Scripts\\python -m "
                    "playwright install chromium"
                )
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def take_stills(
    browser: Browser, site: Path, parts: list[Part], folder: Path
) -> dict[str, list[tuple[str, str]]]:
    """Draw each live figure that has no picture of its own into `folder`.

    Returns
    -------
    stills
        Of each page that has such figures, the paths of the pictures with alt texts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stills: dict[str, list[tuple[str, str]]] = {}
    for page in (page for part in parts for page in part.pages):
        names = [tag.name for tag in live_figures(page.body)]
        if not names:
            continue
        tab = browser.new_page(
            viewport={"width": 800, "height": 2400}, device_scale_factor=2
        )
        tab.emulate_media(reduced_motion="reduce", color_scheme="light")
        tab.goto((site / f"{page.name}.html").resolve().as_uri())
        tab.wait_for_load_state("load")
        tab.evaluate("document.documentElement.dataset.theme = 'light'")
        tab.add_style_tag(content=ALONE)
        stills[page.name] = []
        figures = tab.locator(", ".join(dict.fromkeys(names)))
        for place in range(figures.count()):
            figure = figures.nth(place)
            name = " ".join(figure.evaluate(PREPARE).split()).rstrip(".")
            tab.wait_for_timeout(500)  # what is computed after loading
            path = folder / f"{page.key}_{place + 1}.png"
            path.write_bytes(figure.screenshot(animations="disabled"))
            kind = figure.evaluate("figure => figure.localName")
            shown = KINDS.get(kind, "{name}").format(name=name)
            stills[page.name].append((str(path), f"A still of a live figure: {shown}."))
        tab.close()
    return stills


def to_mathml(
    browser: Browser, site: Path, formulas: list[tuple[str, bool]]
) -> list[str]:
    """Return each formula, a pair of TeX and whether it is displayed, as MathML.

    The book's own MathJax does it, so a formula means what it means on the site.

    Raises
    ------
    ValueError
        If MathJax cannot read a formula.
    """
    tab = browser.new_page()
    tab.set_content("<!DOCTYPE html><title>Formulas</title><p>Formulas</p>")
    tab.evaluate("window.MathJax = { startup: { typeset: false } }")
    tab.add_script_tag(path=str(site / "_static" / "mathjax" / "tex-chtml.js"))
    tab.evaluate("MathJax.startup.promise.then(() => true)")
    given = [{"tex": tex, "display": display} for tex, display in formulas]
    found = tab.evaluate(TO_MATHML, given)
    tab.close()
    for (tex, _), code in zip(formulas, found, strict=True):
        if "<merror" in code:
            raise ValueError(f"MathJax cannot read the formula {tex!r}: {code}")
    return found
