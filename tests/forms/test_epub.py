"""The EPUB that `make epub` has made: what a reading device finds in it."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from io import BytesIO
from urllib.parse import unquote, urlsplit

import form_pages
import make_epub
import pytest
from PIL import Image

XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
OPF = {"o": "http://www.idpf.org/2007/opf"}
NAMES = [name for _, pages in form_pages.read_contents() for name, _ in pages]
LOADING = {"src", "srcset", "data", "poster"}


@pytest.fixture(scope="module")
def book():
    if not make_epub.BOOK.exists():
        pytest.fail("there is no EPUB: run `make epub`, or `make test-forms`")
    with zipfile.ZipFile(make_epub.BOOK) as archive:
        yield archive


@pytest.fixture(scope="module")
def texts(book):
    """Return each page of the EPUB as a tree, by its address."""
    names = [name for name in book.namelist() if name.endswith(".xhtml")]
    return {name: ET.fromstring(book.read(name)) for name in names}


@pytest.fixture(scope="module")
def manifest(book):
    package = ET.fromstring(book.read("EPUB/content.opf"))
    return {item.get("id"): item for item in package.iterfind(".//o:item", OPF)}


def test_the_kind_of_file_comes_first_and_nothing_is_damaged(book):
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert book.read("mimetype") == b"application/epub+zip"
    assert book.testzip() is None


def test_the_container_names_the_package(book):
    assert b'full-path="EPUB/content.opf"' in book.read("META-INF/container.xml")


def test_the_manifest_lists_every_file_and_no_other(book, manifest):
    listed = [f"EPUB/{item.get('href')}" for item in manifest.values()]
    files = set(book.namelist()) - {
        "mimetype", "META-INF/container.xml", "EPUB/content.opf",
    }  # fmt: skip
    assert len(listed) == len(set(listed))
    assert set(listed) == files


def test_every_page_of_the_contents_is_read_in_order(book, manifest):
    package = ET.fromstring(book.read("EPUB/content.opf"))
    spine = [
        manifest[item.get("idref")].get("href")
        for item in package.iterfind(".//o:itemref", OPF)
    ]
    wanted = [f"text/{make_epub.file_name(name)}" for name in NAMES]
    assert spine == ["text/title.xhtml", "nav.xhtml", *wanted]


def test_the_menu_leads_to_every_page(texts):
    (menu,) = texts["EPUB/nav.xhtml"].iter(f"{XHTML}nav")
    links = [a.get("href") for a in menu.iter(f"{XHTML}a")]
    assert links == [f"text/{make_epub.file_name(name)}" for name in NAMES]


def test_every_link_and_image_within_the_book_exists(book, texts):
    files = set(book.namelist())
    ids = {
        name: {tag.get("id") for tag in tree.iter() if tag.get("id")}
        for name, tree in texts.items()
    }
    broken, count = [], 0
    for name, tree in texts.items():
        for tag in tree.iter():
            for key in ("href", "src"):
                parts = urlsplit(tag.get(key, ""))
                if key not in tag.attrib or parts.scheme or parts.netloc:
                    continue
                count += 1
                folder = posixpath.dirname(name)
                target = posixpath.normpath(f"{folder}/{unquote(parts.path)}")
                target = target if parts.path else name
                fragment = unquote(parts.fragment)
                if target not in files or (fragment and fragment not in ids[target]):
                    broken.append(f"{name}: {tag.get(key)}")
    assert count > 1000
    assert not broken


def test_nothing_runs_and_nothing_is_fetched(book, texts):
    for name, tree in texts.items():
        for tag in tree.iter():
            kind = tag.tag.removeprefix(XHTML)
            assert kind not in {"script", "iframe", "object", "audio", "video"}, name
            for key in LOADING & set(tag.attrib):
                assert not urlsplit(tag.get(key)).scheme, (name, tag.get(key)[:80])
            if kind == "link":
                assert not urlsplit(tag.get("href")).scheme
    assert b"http" not in book.read("EPUB/book.css")


def test_images_can_be_read_and_have_alt_text(book, texts):
    images = [name for name in book.namelist() if "/images/" in name]
    assert len(images) > 100
    for name in images:
        with Image.open(BytesIO(book.read(name))) as image:
            image.load()
    for name, tree in texts.items():
        for image in tree.iter(f"{XHTML}img"):
            assert image.get("alt", "").strip(), (name, image.get("src"))


def test_every_chapter_brings_its_words_figures_and_formulas(texts):
    formulas = 0
    for name in NAMES:
        tree = texts[f"EPUB/text/{make_epub.file_name(name)}"]
        assert len(list(tree.iter(f"{XHTML}h1"))) == 1, name
        formulas += sum(1 for _ in tree.iter(f"{MATHML}math"))
        if name.startswith("notebooks/"):
            words = " ".join("".join(tree.itertext()).split())
            assert len(words.split()) > 1500, name
            assert "What you need first" in words, name
            assert "Solution" in words, name
            assert len(list(tree.iter(f"{XHTML}img"))) >= 3, name
    assert formulas > 400


def test_no_formula_is_left_as_tex(texts):
    for name, tree in texts.items():
        for parent in tree.iter():
            if parent.tag in (f"{XHTML}pre", f"{XHTML}code"):
                for tag in parent.iter():
                    tag.text, tag.tail = None, None
        left = re.findall(r"\$\$|\\\(|\\\[|\\frac", "".join(tree.itertext()))
        assert not left, name


def test_the_live_figures_have_stills(texts):
    stills = [
        tag
        for tree in texts.values()
        for tag in tree.iter(f"{XHTML}div")
        if tag.get("class") == "live"
    ]
    assert len(stills) >= 10
    for still in stills:
        assert still.find(f".//{XHTML}img") is not None
        assert len("".join(still.itertext()).split()) > 5


def test_epubcheck_finds_no_fault(missing):
    """The publishers' own checker, where it is installed (Debian: epubcheck)."""
    program = shutil.which("epubcheck")
    if program is None:
        missing("no epubcheck on this machine: the EPUB is not checked by it")
    # Debian's is a jar, which starts by itself only where the kernel knows jars.
    start = ["java", "-jar", program] if zipfile.is_zipfile(program) else [program]
    result = subprocess.run(
        [*start, str(make_epub.BOOK)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
