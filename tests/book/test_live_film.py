"""The films of numbers in their chapters: alive, beside their stills, at any width."""

from __future__ import annotations

import pytest
from test_accessibility import DESKTOP, PHONE, axe_faults, sideways

# Of each chapter: the last sentence of its film, and how its still's alt text begins.
FILMS = {
    "notebooks/08_channels_and_filters.html": (
        "Row 2, column 2 of the maps: filter 0 gives 2, filter 1 gives 4.",
        "Nine frames in three rows.",
    ),
    "notebooks/10_pooling.html": (
        "Rows 2 to 3, columns 2 to 3: 5, 6, 7, 3; the largest is 7.",
        "Left: the map of four by four numbers in four coloured tiles",
    ),
}
in_each_chapter = pytest.mark.parametrize("name", FILMS)


@in_each_chapter
def test_the_film_runs_to_its_end_without_another_host(visit, name):
    visitor = visit(viewport=DESKTOP)
    film = visitor.open(name).locator("live-film[data-ready]")
    film.get_by_label("step", exact=True).press("End")
    assert film.locator(".sentence").inner_text() == FILMS[name][0]
    assert not visitor.foreign
    assert not visitor.errors


@in_each_chapter
def test_without_javascript_a_sentence_and_the_still_remain(visit, name):
    visitor = visit(viewport=DESKTOP, java_script_enabled=False)
    visitor.tab.goto(visitor.home + name)
    film = visitor.tab.locator("live-film")
    assert "Here stands a live figure" in film.inner_text()
    still = visitor.tab.locator(f'img[alt^="{FILMS[name][1]}"]')
    still.scroll_into_view_if_needed()
    assert still.is_visible()


@in_each_chapter
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_in_mid_film(visit, name, theme):
    tab = visit(viewport=PHONE, reduced_motion="reduce").open(name, theme)
    film = tab.locator("live-film[data-ready]")
    film.get_by_role("button", name="Step", exact=True).click()
    assert not axe_faults(tab)
    assert not sideways(tab)
    assert not film.locator(".scroll[tabindex]").count()
