"""The pages that promise where to find things keep their promise.

`corrections` and `where_ideas_live` have a row for each item a chapter covers, with
a link to the very section; its words are that section's title.
"""

from __future__ import annotations

import html_pages
import pytest
from bs4 import BeautifulSoup
from chapters_promise import CORRECTIONS, IDEAS, ROOT


def ledger_rows(page: html_pages.Page) -> dict[str, list]:
    """Return the links of each row, by the bold id the row begins with."""
    rows: dict[str, list] = {}
    for row in page.soup.select("table.ledger tbody tr"):
        cells = row.find_all("td")
        name = cells[0].find("strong").get_text(strip=True)
        assert name not in rows, f"row {name} stands twice"
        rows[name] = [a for a in cells[-1].find_all("a", href=True)]
    return rows


def row_faults(page: html_pages.Page, pages: dict) -> list[str]:
    """Return what is wrong with the rows of a page and their links."""
    faults = []
    for name, links in ledger_rows(page).items():
        if not links:
            faults.append(f"row {name} has no link")
        for link in links:
            address, words = link["href"], link.get_text(" ", strip=True)
            if reason := html_pages.broken_reason(page, address, pages):
                faults.append(f"row {name}: {reason}")
                continue
            path, _, anchor = address.partition("#")
            if not anchor:
                faults.append(f"row {name}: {address} names no section")
                continue
            target = pages[(page.path.parent / path).resolve()]
            section = target.soup.find(id=anchor)
            heading = section.find(["h1", "h2", "h3", "h4"]) or section
            title = heading.get_text(" ", strip=True).removesuffix("#").strip()
            if words != title:
                faults.append(f"row {name} calls {title!r} {words!r}")
    return faults


@pytest.mark.parametrize("name", ["corrections", "where_ideas_live"])
def test_every_row_leads_to_the_section_it_names(site, pages, name):
    page = pages[site / "book" / f"{name}.html"]
    assert not row_faults(page, pages)


@pytest.mark.parametrize(
    ("name", "promises"), [("corrections", CORRECTIONS), ("where_ideas_live", IDEAS)]
)
def test_every_item_of_a_chapter_has_its_row(site, pages, name, promises):
    rows = ledger_rows(pages[site / "book" / f"{name}.html"])
    missing = []
    for chapter, items in promises.items():
        assert (ROOT / "notebooks" / f"{chapter}.ipynb").exists(), chapter
        for item in items:
            links = rows.get(item, [])
            if not any(f"notebooks/{chapter}.html#" in a["href"] for a in links):
                missing.append(f"{item} of {chapter}")
    assert not missing


def test_every_chapter_says_which_items_it_covers():
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert notebooks == set(CORRECTIONS) | set(IDEAS)


# The checker itself finds each fault.

TARGET = '<section id="here"><h2>Here<a href="#here">#</a></h2></section>'


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ('<a href="t.html#here">Here</a>', None),
        ("nowhere yet", "row 7 has no link"),
        ('<a href="t.html#gone">Here</a>', "row 7: no anchor #gone"),
        ('<a href="u.html#here">Here</a>', "row 7: no such file"),
        ('<a href="t.html">Here</a>', "names no section"),
        ('<a href="t.html#here">There</a>', "row 7 calls 'Here' 'There'"),
    ],
)
def test_the_row_checker(tmp_path, cell, fault):
    row = f"<tr><td><strong>7</strong></td><td>{cell}</td></tr>"
    table = f'<table class="ledger"><tbody>{row}</tbody></table>'
    (tmp_path / "t.html").write_text(TARGET, encoding="utf-8")
    (tmp_path / "p.html").write_text(table, encoding="utf-8")
    assert BeautifulSoup(table, "html.parser").select("table.ledger tbody tr")
    pages = html_pages.read_site(tmp_path)
    faults = row_faults(pages[(tmp_path / "p.html").resolve()], pages)
    assert bool(faults) == bool(fault)
    assert (fault or "") in " ".join(faults)
