"""The parts that make the EPUB and the PDF, on a small site; the made files have tests
of their own in tests/forms (`make test-forms`)."""

from __future__ import annotations

import base64
import contextlib
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from types import SimpleNamespace

import form_browser
import form_pages
import make_epub
import make_pdf
import pytest
from bs4 import BeautifulSoup
from PIL import Image

TOC = """
format: jb-book
root: book/intro
parts:
  - caption: "Part I: Looking"
    chapters:
      - file: book/part_1
        title: What this part is for
      - file: notebooks/01_one
        title: 1. One
  - caption: At the back
    chapters:
      - file: book/glossary
"""
CONFIG = """
title: A & B
author: Somebody
copyright: "2026"
sphinx: {config: {version: "1.2"}}
"""
INTRO = """<h1>A &amp; B<a class="headerlink" href="#a">#</a></h1>
<live-draw image="7"><p><img src="../_images/seven.png" alt="A seven"></p>
<p>Needs a screen.</p></live-draw><p id="x">See <a href="#x">here</a>.</p>"""
PART = """<section id="part-i-looking"><h1>Part I: Looking at it</h1><div
class="toctree-wrapper"><a href="../notebooks/01_one.html">1</a></div></section>"""
CHAPTER = r"""<section id="one"><h1>One<a class="headerlink" href="#one">#</a></h1>
<p>Let <span class="math notranslate nohighlight">\(a &lt; b\)</span>, and <a
href="../book/intro.html#x">above</a>, <a href="../genindex.html">index</a>, <a
href="https://example.org/">elsewhere</a>.</p>
<div class="math notranslate nohighlight">
\[\frac{1}{2}\]</div>
<section id="setup"><h2>Setup</h2>
<details class="hide above-input"><summary aria-label="x"><p>Show the code</p></summary>
<pre><span class="k">for</span> x in y: a &lt; b</pre></details>
<div class="cell_output"><img alt="A plot" src="../_images/seven.png"></div>
<live-film><script type="application/json">{}</script><p>Here.</p></live-film>
<script>let x = 1 < 2;</script><style>p {}</style>
<audio controls="controls"><source src="data:audio/wav;base64,AA"></audio>
<p style="color: red" data-x="1"><ul><li>A list in a paragraph</li></ul></p>
<!-- a remark -->
<details><summary>Solution</summary><p>It is 3.</p></details></section></section>"""
GLOSSARY = """<section id="glossary"><h1>Glossary</h1><dl><dt id="term-b">b</dt><dd>See
<a href="../notebooks/01_one.html#setup">setup</a>.</dd></dl>
<img alt="" src="data:image/png;base64,{picture}"></section>"""


def picture(size=(6, 4)) -> bytes:
    file = io.BytesIO()
    Image.new("L", size).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def root(tmp_path):
    """Return a folder with a small book and its built site."""
    inside = base64.b64encode(picture((2, 2))).decode()
    pages = {
        "book/intro": INTRO,
        "book/part_1": PART,
        "notebooks/01_one": CHAPTER,
        "book/glossary": GLOSSARY.format(picture=inside),
    }
    (tmp_path / "_toc.yml").write_text(TOC, encoding="utf-8")
    (tmp_path / "_config.yml").write_text(CONFIG, encoding="utf-8")
    for name, text in pages.items():
        path = tmp_path / "site" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        page = f'<nav>Menu</nav><article class="bd-article">{text}</article>'
        path.write_text(page, encoding="utf-8")
    for name in ("_images/seven.png", "still.png"):
        (tmp_path / "site" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "site" / name).write_bytes(picture())
    return tmp_path


@pytest.fixture
def site(root):
    return root / "site"


@pytest.fixture
def stills(site):
    return {"notebooks/01_one": [(str(site / "still.png"), "A film.")]}


@pytest.fixture
def parts(root, site, stills):
    """Return the small book's pages, fit for paper."""
    parts = form_pages.read_book(site, root)
    form_pages.prepare(parts, site, stills)
    return parts


@pytest.fixture
def chapter(parts):
    return parts[1].pages[1]


def test_the_pages_come_in_the_order_of_the_contents(parts):
    listed = [(part.caption, [page.title for page in part.pages]) for part in parts]
    assert listed == [
        ("", ["A & B"]),
        ("Part I: Looking", ["What this part is for", "1. One"]),
        ("At the back", ["Glossary"]),
    ]
    assert [page.key for page in parts[1].pages] == ["book-part_1", "notebooks-01_one"]
    assert "Menu" not in parts[0].pages[0].body.get_text()


def test_what_works_on_a_screen_only_is_gone(parts):
    for part in parts:
        for page in part.pages:
            gone = "script, style, button, details, summary, audio, .toctree-wrapper"
            assert not page.body.select(gone + ", a.headerlink")
            assert not page.body.find_all(form_pages.LIVE)
            assert not page.body.select("p ul, p div, p p")
            assert "a remark" not in str(page.body)


def test_solutions_stand_open_under_their_name(chapter):
    shown = chapter.body.select(".unfolded")
    assert [fold.get_text(" ", strip=True) for fold in shown] == [
        "for x in y: a < b",
        "Solution It is 3.",
    ]


def test_live_figures_become_stills_and_sentences(parts, chapter, site):
    live = chapter.body.select_one(".live")
    assert live.img["src"] == str(site / "still.png")
    assert live.img["alt"] == "A film."
    assert form_pages.SAID in live.get_text()
    own = parts[0].pages[0].body.select_one(".live")
    assert own.img["alt"] == "A seven"
    assert own.get_text(strip=True) == "Needs a screen."
    assert form_pages.SOUND in chapter.body.get_text()


def test_a_figure_without_a_still_is_an_error(root, site):
    with pytest.raises(ValueError, match="1 live figures and 0 stills"):
        form_pages.prepare(form_pages.read_book(site, root), site, {})


def test_links_lead_within_the_book(parts, chapter):
    links = [(a.get_text(), a["href"]) for a in chapter.body.find_all("a")]
    assert links == [
        ("above", "book:book/intro#x"),
        ("elsewhere", "https://example.org/"),
    ]
    assert "index" in chapter.body.get_text()  # its words stay, the site's page is not


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("intro.html#x", "intro.html#y", "notebooks/01_one: no y in book/intro"),
        ("_images/seven.png", "_images/eight.png", "notebooks/01_one: no image"),
    ],
)
def test_what_leads_nowhere_is_an_error(root, site, stills, old, new, fault):
    path = site / "notebooks/01_one.html"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=fault):
        form_pages.prepare(form_pages.read_book(site, root), site, stills)


def test_a_page_without_an_article_is_an_error(root, site):
    (site / "book/glossary.html").write_text("<p>Nothing</p>", encoding="utf-8")
    with pytest.raises(ValueError, match=r"book/glossary\.html has no article"):
        form_pages.read_book(site, root)


def test_formulas_are_read_as_sphinx_writes_them(chapter):
    found = [(tex, shown) for _, tex, shown in form_pages.formulas(chapter.body)]
    assert found == [("a < b", False), (r"\frac{1}{2}", True)]


def test_another_notation_of_a_formula_is_an_error():
    body = BeautifulSoup('<p><span class="math">$x$</span></p>', "html.parser")
    with pytest.raises(ValueError, match="not a formula"):
        form_pages.formulas(body)


# The EPUB.

MATHML = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>{}</mi></math>'


@pytest.fixture
def epub(root, parts):
    settings = form_pages.read_settings(root)
    codes = [MATHML.format(name) for name in "ab"]
    path = root / "book.epub"
    make_epub.write_epub(path, make_epub.assemble(parts, settings, codes))
    assert not path.with_suffix(".part").exists()
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_an_epub_begins_with_its_kind_unpacked(epub):
    first = epub.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert epub.read("mimetype") == b"application/epub+zip"
    assert epub.testzip() is None
    assert {entry.date_time for entry in epub.infolist()} == {make_epub.EARLIEST}


def test_every_file_of_the_epub_is_well_formed_and_listed(epub):
    for name in epub.namelist():
        if name.endswith((".xhtml", ".opf", ".xml")):
            ET.fromstring(epub.read(name))
    package = ET.fromstring(epub.read("EPUB/content.opf"))
    space = {"o": "http://www.idpf.org/2007/opf"}
    listed = {item.get("href") for item in package.iterfind(".//o:item", space)}
    files = {n.removeprefix("EPUB/") for n in epub.namelist() if n.startswith("EPUB/")}
    assert listed == files - {"content.opf"}
    spine = [item.get("idref") for item in package.iterfind(".//o:itemref", space)]
    assert spine == ["t0", "nav", "t1", "t2", "t3", "t4"]


def test_the_epub_holds_formulas_links_and_images(epub):
    text = epub.read("EPUB/text/notebooks-01_one.xhtml").decode("utf-8")
    assert text.count("<math") == 2
    assert "style=" not in text
    assert "data-x" not in text
    assert 'alttext="a &lt; b"' in text
    assert r"\frac" not in re.sub('alttext="[^"]*"', "", text)
    assert 'href="book-intro.xhtml#x"' in text
    images = re.findall(r'src="\.\./(images/[^"]*)"', text)
    assert len(images) == 2
    assert all(epub.read(f"EPUB/{name}") == picture() for name in images)
    glossary = epub.read("EPUB/text/book-glossary.xhtml").decode("utf-8")
    (inside,) = re.findall(r'src="\.\./(images/[^"]*)"', glossary)
    assert epub.read(f"EPUB/{inside}") == picture((2, 2))


def test_titles_are_written_as_text(epub):
    assert "A &amp; B" in epub.read("EPUB/content.opf").decode("utf-8")
    assert "A &amp; B" in epub.read("EPUB/nav.xhtml").decode("utf-8")


def test_an_unknown_kind_of_image_is_an_error(parts):
    parts[0].pages[0].body.find("img")["src"] = "data:image/webp;base64,AAAA"
    with pytest.raises(ValueError, match="an image of kind 'webp'"):
        make_epub.image_files([parts[0].pages[0]])


def test_the_same_book_makes_the_same_epub(root, site, stills, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    made = []
    for _ in range(2):
        parts = form_pages.read_book(site, root)
        form_pages.prepare(parts, site, stills)
        codes = [MATHML.format(name) for name in "ab"]
        files = make_epub.assemble(parts, form_pages.read_settings(root), codes)
        make_epub.write_epub(root / "book.epub", files)
        made.append((root / "book.epub").read_bytes())
    assert made[0] == made[1]
    assert b"1970-01-01T00:00:00Z" in files["EPUB/content.opf"]


# The PDF.


@pytest.fixture
def sheet(root, parts):
    text = make_pdf.assemble(parts, form_pages.read_settings(root))
    return BeautifulSoup(text, "html.parser")


def test_one_page_holds_the_book_and_every_link_finds_its_place(sheet):
    ids = [tag["id"] for tag in sheet.find_all(id=True)]
    assert len(ids) == len(set(ids))
    links = {a["href"] for a in sheet.find_all("a") if a["href"].startswith("#")}
    assert {link[1:] for link in links} <= set(ids)
    assert "#notebooks-01_one--setup" in links
    assert not sheet.select("[href^='book:']")


def test_the_contents_name_every_part_and_page(sheet):
    rows = [(a["class"], a["href"], a.span.string) for a in sheet.select(".contents a")]
    assert rows == [
        (["row"], "#book-intro", "A & B"),
        (["row-part"], "#part-1", "Part I: Looking"),
        (["row"], "#book-part_1", "What this part is for"),
        (["row"], "#notebooks-01_one", "1. One"),
        (["row-part"], "#part-2", "At the back"),
        (["row"], "#book-glossary", "Glossary"),
    ]


def test_headings_go_down_from_the_parts(sheet):
    headings = [(tag.name, tag.get_text()) for tag in sheet.find_all(re.compile("^h"))]
    assert [entry for entry in headings if entry[0] not in ("html", "head")] == [
        ("h1", "A & B"),
        ("h1", "Part I: Looking at it"),
        ("h2", "One"),
        ("h3", "Setup"),
        ("h1", "At the back"),
        ("h2", "Glossary"),
    ]


def test_figures_have_the_size_they_were_drawn_for(sheet):
    assert sheet.select_one(".cell_output img")["style"] == "width: 3px"


class Paper:
    """A tab whose contents move what follows while their numbers are unknown."""

    def __init__(self, moves):
        self.moves, self.filled = moves, []

    def pdf(self, **_):
        return self.moves[min(len(self.filled), len(self.moves) - 1)]

    def evaluate(self, script, numbers):
        assert script == make_pdf.FILL_IN
        self.filled.append(numbers)


@pytest.mark.parametrize(
    ("moves", "times"), [(["a", "a"], 1), (["a", "b", "b"], 2), ([""], 0)]
)
def test_the_book_is_printed_until_the_numbers_rest(monkeypatch, moves, times):
    monkeypatch.setattr(
        make_pdf, "page_numbers", lambda data: {"k": data} if data else {}
    )
    tab = Paper(moves)
    assert make_pdf.print_book(tab) == moves[-1]
    assert len(tab.filled) == times


def test_numbers_that_never_rest_are_an_error(monkeypatch):
    monkeypatch.setattr(make_pdf, "page_numbers", lambda data: {"k": data})
    with pytest.raises(RuntimeError, match="do not come to rest"):
        make_pdf.print_book(Paper(list("abcdefgh")))


def test_without_chromium_the_sentence_names_a_command_for_every_system(
    monkeypatch, tmp_path
):
    """On Windows an environment's programs are not in `.venv/bin`."""
    own = SimpleNamespace(executable_path=str(tmp_path / "none"))
    playwright = contextlib.nullcontext(SimpleNamespace(chromium=own))
    monkeypatch.setattr(form_browser, "sync_playwright", lambda: playwright)
    monkeypatch.setattr(form_browser.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as stopped, form_browser.chromium():
        pass
    for python in (".venv/bin/python", r".venv\Scripts\python"):
        assert f"{python} -m playwright install chromium" in str(stopped.value)
