"""The PDF that `make pdf` has made: its pages, words, bookmarks and links."""

from __future__ import annotations

import re

import form_pages
import make_pdf
import pytest
from pypdf import PdfReader

SITE = form_pages.SITE


@pytest.fixture(scope="module")
def book():
    if not make_pdf.BOOK.exists():
        pytest.fail("there is no PDF: run `make pdf`, or `make test-forms`")
    return PdfReader(make_pdf.BOOK)


@pytest.fixture(scope="module")
def words(book):
    """Return the words of each page, with single spaces."""
    return [" ".join(page.extract_text().split()) for page in book.pages]


@pytest.fixture(scope="module")
def parts():
    return form_pages.read_book(SITE)


def letters(text):
    """Return a text's letters and digits, which survive the cutting of lines."""
    return re.sub(r"[\W_]+", "", text).lower()


def test_it_is_a_book_of_a4_pages(book):
    assert len(book.pages) > 200
    for page in book.pages:
        assert float(page.mediabox.width) == pytest.approx(595, abs=2)
        assert float(page.mediabox.height) == pytest.approx(842, abs=2)
    assert book.metadata.title == form_pages.read_settings()["title"]


def test_it_is_tagged_for_readers_who_listen(book):
    catalog = book.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).startswith("en")


def outline(entries, level=1):
    """Return level and title of each bookmark."""
    for entry in entries:
        if isinstance(entry, list):
            yield from outline(entry, level + 1)
        else:
            yield level, entry


def test_the_bookmarks_name_every_part_and_page(book, parts):
    marks = list(outline(book.outline))
    titles = [letters(mark.title) for _, mark in marks]
    for part in parts:
        for page in part.pages:
            assert letters(page.heading) in titles, page.name
    for part in parts[1:]:
        assert any(title.startswith(letters(part.caption)) for title in titles)
    assert max(level for level, _ in marks) >= 3
    places = [book.get_destination_page_number(mark) for _, mark in marks]
    assert places == sorted(places)


def test_the_contents_name_the_page_on_which_each_page_begins(book, words, parts):
    contents = " ".join(words[1:6])
    numbers = make_pdf.page_numbers(make_pdf.BOOK.read_bytes())
    for part in parts:
        for page in part.pages:
            number = numbers[page.key]
            row = re.escape(page.title).replace(r"\ ", r"\s*")
            assert re.search(rf"{row}\s*{number}(?!\d)", contents), page.title
            assert letters(page.heading)[:30] in letters(words[number - 1]), page.name


def test_pages_carry_their_numbers(words):
    missing = [
        place
        for place, text in enumerate(words, start=1)
        if not re.search(rf"(^{place}\b|\b{place}$|\D{place}$)", text)
    ]
    assert not missing


def test_every_chapter_brings_its_words(words, parts):
    whole = letters(" ".join(words))
    for part in parts:
        for page in part.pages:
            form_pages.open_folds(page.body)
            form_pages.tidy(page.body)
            for heading in page.body.find_all(["h1", "h2", "h3"]):
                if not heading.select(".math"):
                    assert letters(heading.get_text()) in whole, heading
            if page.name.startswith("notebooks/"):
                last = page.body.find_all("p")[-1]
                assert letters(last.get_text())[-25:] in whole, page.name


def test_no_formula_is_left_as_tex(words):
    left = [
        place
        for place, text in enumerate(words, start=1)
        if "$$" in text or r"\frac" in text or r"\[" in text
    ]
    assert not left


def test_every_link_within_the_book_finds_its_place(book):
    known = set(book.named_destinations)
    dead, count = [], 0
    for number, page in enumerate(book.pages, start=1):
        for note in page.get("/Annots") or []:
            note = note.get_object()
            target = note.get("/Dest")
            if target is None and "/A" in note:
                target = note["/A"].get("/D")
            if target is None or isinstance(target, list):
                continue
            count += 1
            if str(target) not in known:
                dead.append(f"page {number}: {target}")
    assert count > 500
    assert not dead


def test_no_link_leads_to_a_file_of_the_machine(book):
    for page in book.pages:
        for note in page.get("/Annots") or []:
            action = note.get_object().get("/A", {})
            assert not str(action.get("/URI", "")).startswith("file:")


def test_figures_are_in_it(book):
    count = sum(
        1
        for page in book.pages
        for image in (page["/Resources"].get("/XObject") or {}).values()
        if image.get_object().get("/Subtype") == "/Image"
    )
    assert count > 150
