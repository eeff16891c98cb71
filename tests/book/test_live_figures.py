"""What holds for all live figures in their pages, whatever they show."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_accessibility import DESKTOP, PHONE, axe_faults, sideways

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "book" / "live").glob("*.md"))
SCRIPTS = ("explorables.js", "explorables_model.js")
TAGS = {
    "book/live/draw.html": "live-draw",
    "book/live/kernel.html": "live-kernel",
    "book/live/receptive_field.html": "live-receptive-field",
}
SMALLEST_TARGET, SMALLEST_TEXT = 24, 13  # CSS pixels

on_each_page = pytest.mark.parametrize(
    "name", [f"book/live/{path.stem}.html" for path in SOURCES]
)


def open_alive(visitor, name, theme="light"):
    """Open a page and wait until its figure is built."""
    tab = visitor.open(name, theme)
    tab.wait_for_selector(f"{TAGS[name]}[data-ready]")
    return tab


def open_everything(tab):
    """Unfold what is folded, in the page and inside the figures."""
    tab.evaluate(
        """() => {
          const roots = [document];
          for (const node of document.querySelectorAll('[data-ready]')) {
            roots.push(node.shadowRoot);
          }
          for (const root of roots) {
            root.querySelectorAll('details').forEach(part => { part.open = true; });
          }
        }"""
    )


@on_each_page
def test_it_comes_alive_and_asks_no_other_host(visit, name):
    visitor = visit(viewport=DESKTOP)
    tab = open_alive(visitor, name)
    tab.wait_for_timeout(500)
    assert not visitor.foreign
    assert not visitor.errors


@on_each_page
def test_it_comes_alive_from_disk(visit, site, name):
    visitor = visit(home=site.as_uri() + "/")
    open_alive(visitor, name)
    assert not visitor.foreign
    assert not visitor.errors


@on_each_page
def test_without_javascript_the_fallback_stands_there(visit, name):
    visitor = visit(viewport=DESKTOP, java_script_enabled=False)
    visitor.tab.goto(visitor.home + name)
    figure = visitor.tab.locator(TAGS[name])
    picture = figure.locator("img")
    picture.scroll_into_view_if_needed()
    assert picture.is_visible()
    visitor.tab.wait_for_load_state("networkidle")
    assert picture.bounding_box()["height"] > 100
    assert len(picture.get_attribute("alt")) > 60
    assert "JavaScript" in figure.inner_text()


@on_each_page
def test_the_fallback_gives_way_to_the_figure(visit, name):
    tab = open_alive(visit(viewport=DESKTOP), name)
    assert not tab.locator(f"{TAGS[name]} > *").first.is_visible()


@on_each_page
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["wide", "narrow"])
def test_axe_finds_nothing_with_everything_open(visit, name, theme, viewport):
    visitor = visit(viewport=viewport, reduced_motion="reduce")
    tab = open_alive(visitor, name, theme)
    open_everything(tab)
    assert not axe_faults(tab)


@on_each_page
def test_axe_looks_inside_the_figure(visit, name):
    tab = open_alive(visit(viewport=DESKTOP), name)
    tab.evaluate(
        """tag => {
          const pale = document.createElement('p');
          pale.style.color = '#ddd';
          pale.textContent = 'pale';
          document.querySelector(tag).shadowRoot.append(pale);
        }""",
        TAGS[name],
    )
    assert "color-contrast" in " ".join(axe_faults(tab))


@on_each_page
def test_a_phone_scrolls_down_only(visit, name):
    tab = open_alive(visit(viewport=PHONE), name)
    open_everything(tab)
    assert not sideways(tab)
    too_wide = tab.evaluate(
        """tag => {
          const figure = document.querySelector(tag);
          const edge = figure.getBoundingClientRect().right + 1;
          const scrolls = node => node && node !== figure && (
            getComputedStyle(node).overflowX === 'auto' || scrolls(node.parentElement));
          return [...figure.shadowRoot.querySelectorAll('*')]
            .filter(node => node.getBoundingClientRect().right > edge && !scrolls(node))
            .map(node => node.tagName + '.' + node.className).slice(0, 5);
        }""",
        TAGS[name],
    )
    assert not too_wide


@on_each_page
def test_targets_are_large_and_text_is_legible(visit, name):
    tab = open_alive(visit(viewport=PHONE), name)
    open_everything(tab)
    faults = tab.evaluate(
        """([tag, target, text]) => {
          const root = document.querySelector(tag).shadowRoot, faults = [];
          const seen = node => node.checkVisibility() && !node.closest('.hidden-text');
          for (const node of root.querySelectorAll('button, select, input, summary')) {
            const box = node.getBoundingClientRect();
            if (seen(node) && Math.min(box.width, box.height) < target) {
              faults.push(`${node.outerHTML.slice(0, 80)} ${box.width} ${box.height}`);
            }
          }
          for (const node of root.querySelectorAll('*')) {
            const own = [...node.childNodes].some(
              child => child.nodeType === 3 && child.textContent.trim());
            const size = parseFloat(getComputedStyle(node).fontSize);
            if (own && node.tagName !== 'STYLE' && seen(node) && size < text) {
              faults.push(`${node.outerHTML.slice(0, 80)} ${size} px`);
            }
          }
          return faults;
        }""",
        [TAGS[name], SMALLEST_TARGET, SMALLEST_TEXT],
    )
    assert not faults


@on_each_page
def test_nothing_moves_by_itself_with_less_motion(visit, name):
    tab = open_alive(visit(reduced_motion="reduce"), name)
    tab.wait_for_timeout(1500)
    moving = tab.evaluate(
        """async tag => {
          const root = document.querySelector(tag).shadowRoot;
          const state = () => root.getAnimations().length + ' '
            + [...root.querySelectorAll('canvas')].map(c => c.toDataURL()).join();
          const before = state();
          await new Promise(resolve => setTimeout(resolve, 700));
          return state() !== before || root.getAnimations().length > 0;
        }""",
        TAGS[name],
    )
    assert not moving


@on_each_page
def test_the_keyboard_goes_through_and_out_again(visit, name):
    tab = open_alive(visit(viewport=DESKTOP), name)
    tag = TAGS[name]
    tab.evaluate(
        "tag => { const before = document.createElement('button');"
        " before.textContent = 'before';"
        " document.querySelector(tag).before(before); before.focus(); }",
        tag,
    )
    inside = "tag => document.activeElement === document.querySelector(tag)"
    visited = 0
    for _ in range(200):
        tab.keyboard.press("Tab")
        if not tab.evaluate(inside, tag):
            break
        visited += 1
        outline = tab.evaluate(
            "tag => parseFloat(getComputedStyle(document.querySelector(tag)"
            ".shadowRoot.activeElement).outlineWidth)",
            tag,
        )
        assert outline >= 2
    assert 3 <= visited < 199


def test_scripts_are_loaded_only_where_a_figure_stands(pages):
    """A notebook's figures bring their scripts along: those pages load none."""
    with_scripts, with_figures = set(), set()
    for page in pages.values():
        files = [address.split("?")[0] for address in page.loaded]
        if any(file.endswith(SCRIPTS) for file in files):
            with_scripts.add(page.path.name)
        in_a_notebook = page.path.parent.name == "notebooks"
        if not in_a_notebook and any(page.soup.find(tag) for tag in TAGS.values()):
            with_figures.add(page.path.name)
    assert with_scripts == with_figures
    assert {f"{path.stem}.html" for path in SOURCES} <= with_scripts


def test_every_figure_has_a_page_that_is_tested():
    assert {f"book/live/{path.stem}.html" for path in SOURCES} <= set(TAGS)
