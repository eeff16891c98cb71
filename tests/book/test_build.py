"""The book builds without a warning, and its pages point to what exists."""

from __future__ import annotations

from pathlib import Path

import html_pages
import pytest
from book_site.address import UNPUBLISHED, read_repository


def test_the_book_builds_without_a_warning(build):
    assert build.returncode == 0, build.complaints
    assert "WARNING" not in build.stdout + build.stderr


def test_every_listed_page_is_built(site, page_name):
    assert (site / page_name).exists()


def test_every_link_and_anchor_resolves(pages):
    broken = [
        f"{page.path.name}: {address}: {reason}"
        for page in pages.values()
        for address in page.links + page.loaded
        if (reason := html_pages.broken_reason(page, address, pages))
    ]
    assert not broken, "\n".join(broken)


def test_the_index_leads_to_the_front_page(site):
    text = (site / "index.html").read_text(encoding="utf-8")
    assert 'url=book/intro.html"' in text
    assert '<html lang="en">' in text
    assert "How Machines Learn to See" in text


def test_no_page_loads_from_another_host(pages):
    foreign = [
        f"{page.path.name} loads {address}"
        for page in pages.values()
        for address in page.loaded
        if html_pages.is_elsewhere(address)
    ]
    assert not foreign, "\n".join(foreign)


def test_no_style_sheet_loads_from_another_host(site):
    faults = []
    for sheet in site.rglob("*.css"):
        for address in html_pages.css_addresses(sheet.read_text(encoding="utf-8")):
            if html_pages.is_elsewhere(address):
                faults.append(f"{sheet.name} loads {address}")
    assert not faults, "\n".join(faults)


def test_every_image_has_alt_text(pages):
    bare = [
        f"{page.path.name}: {image.get('src')}"
        for page in pages.values()
        for image in page.soup.find_all("img")
        if not image.get("alt", "").strip() and image.get("role") != "presentation"
    ]
    assert not bare, "\n".join(bare)


def test_headings_go_down_one_level_at_a_time(site, page_name):
    page = html_pages.Page(site / page_name)
    main = page.soup.find("main") or page.soup
    levels = [int(tag.name[1]) for tag in main.find_all(["h1", "h2", "h3", "h4", "h5"])]
    assert not html_pages.heading_faults(levels)


ROOT = Path(__file__).resolve().parents[2]
LAUNCHERS = ("colab.research.google.com/github", "mybinder.org/v2")


def test_a_page_offers_to_launch_what_is_published_and_nothing_else(build, pages):
    """Without an address no page has a button, and the build says so."""
    repository = read_repository(ROOT)
    assert (UNPUBLISHED in build.stdout) == (not repository)
    for page in pages.values():
        text = page.path.read_text(encoding="utf-8")
        assert "OWNER/REPOSITORY" not in text, page.path
        assert "executablebooks/jupyter-book" not in " ".join(page.links), page.path
        assert "binder-examples" not in text, page.path
        for launcher in LAUNCHERS:
            offered = [link for link in page.links if launcher in link]
            assert all(f"/{repository}/" in link for link in offered), page.path
            if not repository:
                assert not offered, page.path
            elif page.path.parent.name == "notebooks":
                assert any(f"/{page.path.stem}.ipynb" in link for link in offered)


# The checkers themselves: each finds the fault it is there for.


def write_site(tmp_path, **files):
    for name, body in files.items():
        (tmp_path / f"{name}.html").write_text(
            f"<html><body>{body}</body></html>", encoding="utf-8"
        )
    return html_pages.read_site(tmp_path)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("b.html#there", None),
        ("b.html", None),
        ("#here", None),
        ("https://example.org/x", None),
        ("b.html#gone", "no anchor #gone in b.html"),
        ("#gone", "no anchor #gone in a.html"),
        ("c.html", "no such file"),
    ],
)
def test_the_link_checker_finds_what_is_broken(tmp_path, address, reason):
    body = f'<p id="here"><a href="{address}">x</a></p>'
    pages = write_site(tmp_path, a=body, b='<p id="there">y</p>')
    page = pages[(tmp_path / "a.html").resolve()]
    found = html_pages.broken_reason(page, page.links[0], pages)
    assert (found or "").startswith(reason or "")
    assert bool(found) == bool(reason)


def test_the_host_checker_finds_scripts_styles_and_images(tmp_path):
    body = (
        '<script src="https://cdn.example/x.js"></script>'
        '<link rel="stylesheet" href="//cdn.example/x.css">'
        '<img src="http://cdn.example/x.png" alt="x">'
        '<link rel="canonical" href="https://example.org/">'
        '<a href="https://example.org/">read</a>'
    )
    (page,) = write_site(tmp_path, a=body).values()
    assert sum(map(html_pages.is_elsewhere, page.loaded)) == 3


def test_the_style_sheet_reader_finds_every_address():
    css = """@import "https://a.example/x.css";
    p { background: url('https://b.example/x.png') } q { src: url(local.woff) }
    /* url(https://c.example) */"""
    assert sorted(html_pages.css_addresses(css)) == [
        "https://a.example/x.css",
        "https://b.example/x.png",
        "local.woff",
    ]


@pytest.mark.parametrize(
    ("levels", "fault"),
    [
        ([1, 2, 3, 2, 3], False),
        ([1, 3], True),
        ([2, 3], True),
        ([1, 2, 1], True),
    ],
)
def test_the_heading_checker(levels, fault):
    assert bool(html_pages.heading_faults(levels)) == fault
