"""Everyone can read the pages: axe, narrow screens, the keyboard, light page weight."""

from __future__ import annotations

import html_pages
import pytest
from axe_playwright_python.sync_playwright import Axe

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
EXTRA = ["label-content-name-mismatch", "heading-order", "image-alt", "region"]
ONLY_CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
# What a theme can change: colours, and which of two pictures or names is shown. Axe
# needs most of its time for colours, so each of the three visits judges what is new.
BY_THEME = [
    *("color-contrast", "link-in-text-block", "image-alt", "button-name", "link-name"),
    "label-content-name-mismatch",
]
IN_THE_DARK = {"runOnly": BY_THEME}
BUT_FOR_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}
MAX_PAGE_BYTES = 2_000_000
FIRST_CHAPTER = "notebooks/01_receptive_fields.html"


def axe_faults(tab, **options) -> list[str]:
    """Return axe's violations on an open page, one line each."""
    rules = {rule: {"enabled": True} for rule in EXTRA}
    run_only = {"type": "tag", "values": [*WCAG, "best-practice"]}
    # naming every node that passes would take as long again as judging it
    rules |= options.pop("rules", {})
    wanted = {"runOnly": run_only, "rules": rules, "resultTypes": ["violations"]}
    results = Axe().run(tab, options={**wanted, **options})
    return [
        f"{fault['id']}: {node['target']} {node['html'][:160]}"
        for fault in results.response["violations"]
        for node in fault["nodes"]
    ]


def test_axe_finds_nothing(visit, page_name):
    assert_axe_finds_nothing(visit, page_name, "light", DESKTOP)


def test_axe_finds_nothing_in_the_dark(visit, page_name):
    assert_axe_finds_nothing(visit, page_name, "dark", DESKTOP, **IN_THE_DARK)


def test_a_phone_scrolls_down_only_and_axe_finds_nothing(visit, page_name):
    tab = assert_axe_finds_nothing(visit, page_name, "light", PHONE, **BUT_FOR_COLOURS)
    assert not sideways(tab)


@pytest.mark.parametrize("name", ["book/intro.html", FIRST_CHAPTER])
def test_axe_finds_nothing_in_the_colours_of_a_phone(visit, name):
    assert_axe_finds_nothing(visit, name, "light", PHONE)


def assert_axe_finds_nothing(visit, page_name, theme, viewport, **options):
    """Open a page, open what it folds away, judge it; return the tab."""
    # without motion, or a colour is measured while a box fades in
    visitor = visit(viewport=viewport, reduced_motion="reduce")
    tab = visitor.open(page_name, theme)
    assert tab.evaluate("document.documentElement.dataset.theme") == theme
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert not axe_faults(tab, **options)
    return tab


@pytest.mark.parametrize("name", ["search.html", "genindex.html"])
def test_axe_finds_nothing_on_the_pages_that_sphinx_adds(visit, name):
    assert not axe_faults(visit(viewport=DESKTOP).open(name))


@pytest.mark.parametrize(
    ("theme", "viewport", "options", "seen", "unseen"),
    [
        ("light", DESKTOP, {}, ["image-alt", "color-contrast"], []),
        ("dark", DESKTOP, IN_THE_DARK, ["image-alt", "color-contrast"], []),
        ("light", PHONE, BUT_FOR_COLOURS, ["image-alt"], ["color-contrast"]),
    ],
)
def test_axe_finds_what_is_wrong(visit, theme, viewport, options, seen, unseen):
    tab = visit(viewport=viewport).open("book/notation.html", theme)
    tab.evaluate(
        "document.querySelector('article').insertAdjacentHTML('beforeend', '<img"
        ' src=""><p style="color:#777;background:#888">pale</p>\')'
    )
    faults = " ".join(axe_faults(tab, **options))
    assert all(fault in faults for fault in seen)
    assert not any(fault in faults for fault in unseen)


@pytest.mark.parametrize("name", ["book/notation.html", FIRST_CHAPTER])
def test_a_page_prints_black_on_white_from_the_dark_theme(visit, name):
    visitor = visit(viewport=DESKTOP, reduced_motion="reduce")
    tab = visitor.open(name, "dark")
    tab.emulate_media(media="print")
    assert tab.locator("article h1").is_visible()
    background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    faults = Axe().run(tab, context="article", options=ONLY_CONTRAST)
    assert not faults.response["violations"]


def sideways(tab) -> list[str]:
    """Return what reaches over the right edge of a page, if the page scrolls."""
    return tab.evaluate(
        """() => {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        return [...document.querySelectorAll('article *')]
          .filter(e => e.getBoundingClientRect().right > width + 1)
          .map(e => e.tagName + '.' + e.className).slice(0, 5)
          .concat('the page is ' + document.documentElement.scrollWidth + ' wide');
        }"""
    )


def test_the_contents_button_stands_only_where_it_opens_something(visit):
    visitor = visit(viewport=PHONE)
    button = visitor.tab.locator("button.secondary-toggle")
    visitor.open("book/intro.html")
    assert not button.is_visible()
    visitor.open("book/notation.html")
    button.click()
    assert visitor.tab.locator("#pst-page-toc-nav").is_visible()


def test_a_page_too_wide_would_be_seen(visit):
    tab = visit(viewport=PHONE).open("book/notation.html")
    tab.evaluate(
        "document.querySelector('article').insertAdjacentHTML('beforeend',"
        " '<div style=\"width:500px\">wide</div>')"
    )
    assert sideways(tab)


def test_the_focus_can_be_seen(visit, page_name):
    tab = visit(viewport=DESKTOP).open(page_name)
    seen = 0
    for _ in range(25):
        tab.keyboard.press("Tab")
        focus = tab.evaluate(
            """() => {
            const e = document.activeElement;
            if (!e || e === document.body) return null;
            const s = getComputedStyle(e);
            return {name: e.outerHTML.slice(0, 120), style: s.outlineStyle,
                    width: parseFloat(s.outlineWidth)};
            }"""
        )
        if focus is None:
            continue
        seen += 1
        assert focus["style"] != "none", focus
        assert focus["width"] >= 2, focus
    assert seen >= 10


def test_a_page_weighs_at_most_two_megabytes(site, page_name):
    page = html_pages.Page(site / page_name)
    files = {page.path}
    for image in page.soup.find_all("img", src=True):
        if not image["src"].startswith("data:"):
            files.add((page.path.parent / image["src"]).resolve())
    weight = sum(file.stat().st_size for file in files)
    assert weight <= MAX_PAGE_BYTES, f"{weight} bytes in {len(files)} files"


def test_prose_is_set_to_about_seventy_characters(visit):
    tab = visit(viewport=DESKTOP).open("book/how_to_use.html")
    characters = tab.evaluate(
        """() => [...document.querySelectorAll('article section > p')].map(p => {
          const height = parseFloat(getComputedStyle(p).lineHeight);
          const lines = Math.round(p.getBoundingClientRect().height / height);
          return {lines, letters: p.textContent.length};
        }).filter(p => p.lines >= 3).map(p => p.letters / (p.lines - 0.4))"""
    )
    assert len(characters) >= 3
    assert 60 <= sum(characters) / len(characters) <= 80
