"""The course page, the reading paths and the list of finished chapters."""

from __future__ import annotations

import json
import re
from pathlib import Path

import html_pages
import pytest
import yaml
from book_site import chapters as book_chapters

ROOT = Path(__file__).resolve().parent.parent.parent
CHAPTERS = [
    chapter for part in book_chapters.read_parts(ROOT) for chapter in part.chapters
]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
COURSE = "book/course.html"


def write_notebook(path: Path, *markdown: str) -> Path:
    cells = [{"cell_type": "markdown", "source": [text]} for text in markdown]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def test_a_chapter_is_read_from_its_notebook(tmp_path):
    path = write_notebook(
        tmp_path / "07_padding.ipynb",
        "# A promise\n\nHello.",
        "## What you will see, do and be able to explain\n\n"
        "- say **why**\n- write `pad`\n  in two lines\n\n"
        "## What you need first\n\n- not this\n\n**Study time:** about 45 minutes",
    )
    chapter = book_chapters.read_chapter(path)
    assert (chapter.number, chapter.title, chapter.minutes) == (7, "A promise", 45)
    assert chapter.objectives == ("say **why**", "write `pad` in two lines")


def test_objectives_may_be_paragraphs(tmp_path):
    path = write_notebook(
        tmp_path / "07_padding.ipynb",
        "## What you will see, do and be able to explain\n\n"
        "You will **see** one\nthing.\n\nYou will **do** another.\n\n## Next\n\nNo.",
    )
    chapter = book_chapters.read_chapter(path)
    wanted = ("You will **see** one thing.", "You will **do** another.")
    assert chapter.objectives == wanted
    assert chapter.minutes is None


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(40, "40 minutes"), (60, "1 h"), (75, "1 h 15 min"), (130, "2 h 10 min")],
)
def test_durations_in_words(minutes, words):
    assert book_chapters.duration(minutes) == words


def test_every_notebook_stands_in_the_contents_in_order():
    """Notebooks of one number are parts of one chapter, in an order of their own."""
    names = [chapter.name for chapter in CHAPTERS]
    assert sorted(names) == [path.stem for path in NOTEBOOKS]
    numbers = [chapter.number for chapter in CHAPTERS]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_every_chapter_says_its_minutes_and_objectives(chapter):
    assert chapter.minutes
    assert len(chapter.objectives) >= 3


def test_sidebar_titles_begin_with_the_chapter_number():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for part in toc["parts"]:
        for entry in part["chapters"]:
            if match := re.match(r"notebooks/(\d+)_", entry["file"]):
                assert entry["title"].startswith(f"{int(match[1])}. "), entry


def test_the_course_page_lists_every_chapter(site):
    page = html_pages.Page(site / COURSE)
    items = page.soup.select("ul.chapters > li.chapter")
    assert len(items) == len(CHAPTERS)
    for item, chapter in zip(items, CHAPTERS, strict=True):
        text = item.get_text(" ", strip=True)
        assert book_chapters.duration(chapter.minutes) in text
        assert len(item.select("ul.objectives > li")) == len(chapter.objectives)
        assert item.find("a")["href"] == f"../notebooks/{chapter.name}.html"


def test_each_part_opener_lists_its_chapters(site):
    for part in book_chapters.read_parts(ROOT):
        page = html_pages.Page(site / f"{part.opener}.html")
        links = [a["href"] for a in page.soup.select("ul.chapters .chapter-line a")]
        names = [f"../notebooks/{chapter.name}.html" for chapter in part.chapters]
        assert links == names
        assert page.soup.find("h1").get_text().startswith(part.caption)


def test_the_paths_add_up_their_chapters_minutes(site):
    by_name = {chapter.name: chapter for chapter in CHAPTERS}
    source = (ROOT / "book/paths.yml").read_text(encoding="utf-8")
    blocks = html_pages.Page(site / "book/intro.html").soup.select(".path")
    for path, block in zip(yaml.safe_load(source), blocks, strict=True):
        present = [by_name[name] for name in path["chapters"] if name in by_name]
        minutes = sum(chapter.minutes for chapter in present)
        words = book_chapters.duration(minutes)
        assert block.select_one(".path-time").get_text().startswith(words)
        assert len(block.select(".path-stops > li")) == len(present)


@pytest.mark.skipif(not CHAPTERS, reason="no chapter stands yet")
class TestFinishedList:
    """The boxes to tick, by mouse and by keyboard, and what the browser keeps."""

    def test_a_tick_is_kept_and_counted(self, visit):
        visitor = visit()
        tab = visitor.open(COURSE)
        boxes = tab.locator(".finished-box input")
        assert boxes.count() == len(CHAPTERS)
        boxes.first.check()
        status = tab.locator(".progress-line")
        assert status.inner_text().startswith(f"1 of {len(CHAPTERS)} chapters")
        tab.reload()
        assert boxes.first.is_checked()
        assert tab.locator(".bd-links .tick").count() == 1
        tab.get_by_role("button", name="Clear the list").click()
        assert not boxes.first.is_checked()
        assert tab.locator(".bd-links .tick").count() == 0
        assert status.inner_text().startswith("0 of")

    def test_the_remaining_minutes_are_counted(self, visit):
        tab = visit().open(COURSE)
        tab.locator(".finished-box input").first.check()
        left = sum(chapter.minutes for chapter in CHAPTERS[1:])
        words = tab.locator(".progress-line").inner_text()
        if left:
            assert f"about {book_chapters.duration(left)} to go" in words

    def test_the_keyboard_reaches_and_ticks_a_box(self, visit):
        tab = visit().open(COURSE)
        for _ in range(80):
            tab.keyboard.press("Tab")
            if tab.evaluate("document.activeElement.matches('.finished-box input')"):
                break
        tab.keyboard.press("Space")
        assert tab.locator(".finished-box input").first.is_checked()

    def test_a_box_is_named_by_its_chapter(self, visit):
        tab = visit().open(COURSE)
        name = f"Finished: {CHAPTERS[0].title}"
        assert tab.get_by_role("checkbox", name=name).count() == 1

    def test_the_end_of_a_chapter_ticks_the_same_list(self, visit):
        visitor = visit()
        tab = visitor.open(f"notebooks/{CHAPTERS[0].name}.html")
        tab.get_by_label("I have finished this chapter").check()
        tab = visitor.open(COURSE)
        assert tab.locator(".finished-box input").first.is_checked()

    def test_the_front_page_goes_on_after_the_finished_chapters(self, visit):
        visitor = visit()
        tab = visitor.open("book/intro.html")
        start = tab.locator("p.start a").first
        assert start.inner_text() == f"Start with chapter {CHAPTERS[0].number}"
        visitor.open(COURSE).locator(".finished-box input").first.check()
        tab = visitor.open("book/intro.html")
        start = tab.locator("p.start a").first
        assert start.inner_text() == f"Go on with chapter {CHAPTERS[1].number}"
        start.click()
        tab.wait_for_url(f"**/notebooks/{CHAPTERS[1].name}.html")

    @pytest.mark.parametrize("kept", ["not json", "[1, 2]", "null", '"text"'])
    def test_a_damaged_list_counts_as_empty(self, visit, kept):
        visitor = visit()
        key = "how-machines-learn-to-see.finished"
        script = f"localStorage.setItem({json.dumps(key)}, {json.dumps(kept)})"
        visitor.context.add_init_script(script)
        tab = visitor.open(COURSE)
        assert tab.locator(".progress-line").inner_text().startswith("0 of")
        assert not visitor.errors

    def test_a_browser_that_keeps_nothing_says_so(self, visit):
        visitor = visit()
        tab = visitor.open(COURSE)
        tab.evaluate(
            "void (Storage.prototype.setItem = () => { throw new Error('full'); })"
        )
        tab.locator(".finished-box input").first.check()
        assert "does not let" in tab.locator(".progress-line").inner_text()
