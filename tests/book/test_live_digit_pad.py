"""The pad for thirty digits in its chapter: alive, its sheet saved, at any width."""

from __future__ import annotations

import pytest
from test_accessibility import DESKTOP, PHONE, axe_faults, sideways

from cnn_helpers.digit_sheets import extract_ink, read_sheet

NAME = "notebooks/19_own_digits.html"


def test_a_sheet_is_drawn_and_saved_without_another_host(visit, tmp_path):
    visitor = visit(viewport=DESKTOP)
    tab = visitor.open(NAME)
    pad = tab.locator("live-digit-pad[data-ready]")
    following = pad.get_by_role("button", name="Next digit")
    for _ in range(30):
        pad.locator(".pad").click()
        following.click()
    with tab.expect_download() as download:
        pad.get_by_role("link", name="Save my_digits.png").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    cells = read_sheet(path)
    assert all(extract_ink(cell).any() for cell in cells)
    assert not visitor.foreign
    assert not visitor.errors


def test_without_javascript_a_sentence_stands_there(visit):
    visitor = visit(viewport=DESKTOP, java_script_enabled=False)
    visitor.tab.goto(visitor.home + NAME)
    text = visitor.tab.locator("live-digit-pad").inner_text()
    assert "Here stands a live figure" in text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_while_drawing(visit, theme):
    tab = visit(viewport=PHONE).open(NAME, theme)
    pad = tab.locator("live-digit-pad[data-ready]")
    pad.locator(".pad").click()
    pad.get_by_role("button", name="4, row 2: empty").click()
    assert not axe_faults(tab)
    assert not sideways(tab)
