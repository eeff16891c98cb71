"""The pages in headless Chromium: quiet, self-contained, from a server and disk."""

from __future__ import annotations

from urllib.parse import quote

import html_pages


def test_a_page_is_quiet_and_asks_no_other_host(visit, page_name):
    visitor = visit()
    visitor.open(page_name)
    assert not visitor.foreign
    assert not visitor.errors


def test_the_pages_open_from_disk(visit, site, page_name):
    visitor = visit(home=site.as_uri() + "/")
    tab = visitor.open(page_name)
    assert tab.locator("h1").count() == 1
    assert not visitor.foreign
    assert not visitor.errors


def test_the_index_opens_the_front_page(visit, site):
    visitor = visit(home=site.as_uri() + "/")
    tab = visitor.open("index.html")
    tab.wait_for_url("**/book/intro.html")


def test_formulas_are_typeset(visit, site):
    page = "book/notation.html"
    source = html_pages.Page(site / page)
    expected = len(source.soup.select(".math"))
    assert expected > 5
    tab = visit().open(page)
    assert tab.locator("mjx-container").count() == expected


def test_a_search_finds_a_term(visit):
    visitor = visit()
    tab = visitor.open("search.html?q=padding")
    tab.wait_for_selector("#search-results li")
    assert not visitor.foreign
    assert not visitor.errors


def test_markup_in_an_address_stays_text(visit):
    """What a link may bring along: a search, a word to mark, an anchor."""
    bad = "padding <img src=x onerror=\"document.title='run'\">"
    visitor = visit()
    for page in ("search.html?q=", "book/notation.html?highlight=", "book/intro.html#"):
        tab = visitor.open(page + quote(bad))
        tab.wait_for_timeout(500)
        assert tab.title() != "run"
        assert tab.locator("img[src=x]").count() == 0


def test_a_foreign_request_would_be_seen(visit, server):
    visitor = visit()
    tab = visitor.open("book/notation.html")
    tab.evaluate("fetch('http://127.0.0.1:9/x').catch(() => 0)")
    assert visitor.foreign == ["http://127.0.0.1:9/x"]
