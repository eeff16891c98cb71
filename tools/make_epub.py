"""Make the book as an EPUB, for reading devices: `make epub`.

The pages come from the built site (`make book`), so the EPUB says what the site says.
Formulas are MathML, live figures are stills, solutions are open.
"""

from __future__ import annotations

import base64
import html
import os
import re
import shutil
import sys
import tempfile
import uuid
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import form_browser
import form_pages
from bs4 import BeautifulSoup
from form_pages import ROOT, Page, Part

BOOK = ROOT / "_build" / "how-machines-learn-to-see.epub"
STYLE = Path(__file__).with_name("form.css")
FOLDER = "EPUB"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name
# what XHTML knows of the attributes that the site's pages have
ATTRIBUTES = {
    "id",
    "class",
    "href",
    "src",
    "alt",
    "colspan",
    "rowspan",
    "start",
    "lang",
}
NAMED = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}

DOCUMENT = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="{style}"/></head>
<body>
{body}
</body>
</html>
"""  # noqa: E501
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""  # noqa: E501
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="book">urn:uuid:{identifier}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:creator>{author}</dc:creator>
<dc:language>en</dc:language>
<dc:rights>{rights}</dc:rights>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""  # noqa: E501


def add_mathml(pages: list[Page], codes: list[str]) -> None:
    """Put MathML, one code a formula in the order of the pages, into its place."""
    found = [entry for page in pages for entry in form_pages.formulas(page.body)]
    for (tag, tex, display), code in zip(found, codes, strict=True):
        math = BeautifulSoup(code, "html.parser").find("math")
        math["alttext"] = " ".join(tex.split())
        math["display"] = "block" if display else "inline"
        tag.replace_with(math)


def image_files(pages: list[Page]) -> dict[str, bytes]:
    """Name the images of the pages by their own files and return them.

    Images inside a page's text become files; the `src` of each image is set to the
    address that a page of the EPUB finds it by.
    """
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for page in pages:
        for image in page.body.find_all("img"):
            source = image["src"]
            if source not in names:
                kind = re.match(r"data:image/(\w+)[^,]*;base64,(.*)", source, re.DOTALL)
                if kind:
                    data = base64.b64decode(kind[2])
                    ending = {"jpeg": "jpg", "svg": "svg"}.get(kind[1], kind[1])
                else:
                    data = Path(source).read_bytes()
                    ending = Path(source).suffix[1:].lower().replace("jpeg", "jpg")
                if ending not in NAMED:
                    raise ValueError(f"{page.name}: an image of kind {ending!r}")
                names[source] = f"images/{len(names) + 1:04d}.{ending}"
                files[names[source]] = data
            image["src"] = f"../{names[source]}"
    return files


def to_xhtml(page: Page) -> str:
    """Return a page as XHTML: links by file name, attributes that XHTML knows."""
    for tag in [page.body, *page.body.find_all(True)]:
        if tag.name == "math" or tag.find_parent("math"):
            continue
        if tag.name == "a" and tag.get("href", "").startswith("book:"):
            name, _, anchor = tag["href"].removeprefix("book:").partition("#")
            tag["href"] = file_name(name) + (f"#{anchor}" if anchor else "")
        if tag.name == "cite":  # a reference's title may hold links, a cite may not
            tag.name = "span"
        tag.attrs = {key: tag.attrs[key] for key in tag.attrs if key in ATTRIBUTES}
    page.body.name = "section"
    body = page.body.decode(formatter="minimal")
    return DOCUMENT.format(
        title=html.escape(page.heading), style="../book.css", body=body
    )


def file_name(name: str) -> str:
    """Return the file of a page within the folder of texts."""
    return f"{name.replace('/', '-')}.xhtml"


def title_page(settings: dict) -> str:
    """Return the first page: title, author, version, licence."""
    words = {key: html.escape(str(value)) for key, value in settings.items()}
    body = (
        '<section class="title-page">\n<h1>{title}</h1>\n<p>{author}</p>\n'
        "<p>Version {version}</p>\n<p>{rights}</p>\n</section>"
    ).format(**words)
    return DOCUMENT.format(title=words["title"], style="../book.css", body=body)


def contents_page(parts: list[Part], title: str) -> str:
    """Return the table of contents, which reading systems show as a menu too."""
    items = []
    for part in parts:
        links = [
            f'<li><a href="text/{file_name(page.name)}">{words}</a></li>'
            for page, words in ((p, html.escape(p.title)) for p in part.pages)
        ]
        if part.caption:
            caption = html.escape(part.caption)
            inner = "\n".join(links)
            items.append(f"<li><span>{caption}</span>\n<ol>\n{inner}\n</ol>\n</li>")
        else:
            items += links
    listing = "\n".join(items)
    body = (
        f'<nav epub:type="toc" id="toc"><h1>Contents</h1>\n<ol>\n{listing}\n</ol></nav>'
    )
    return DOCUMENT.format(title=html.escape(title), style="book.css", body=body)


def package(settings: dict, texts: dict[str, str], images: list[str]) -> str:
    """Return the package document: what the book is called and what it consists of."""
    manifest = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" '
        'properties="nav"/>',
        '<item id="css" href="book.css" media-type="text/css"/>',
    ]
    spine = []
    for place, (name, text) in enumerate(texts.items()):
        mathml = ' properties="mathml"' if "<math" in text else ""
        manifest.append(
            f'<item id="t{place}" href="text/{name}" '
            f'media-type="application/xhtml+xml"{mathml}/>'
        )
        spine.append(f'<itemref idref="t{place}"/>')
        if place == 0:
            spine.append('<itemref idref="nav"/>')
    for place, name in enumerate(images):
        kind = NAMED[name.rpartition(".")[2]]
        manifest.append(f'<item id="i{place}" href="{name}" media-type="{kind}"/>')
    words = {key: html.escape(str(value)) for key, value in settings.items()}
    moment = int(os.environ.get("SOURCE_DATE_EPOCH", datetime.now(UTC).timestamp()))
    return PACKAGE.format(
        **words,
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, settings["title"]),
        modified=datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        manifest="\n".join(manifest),
        spine="\n".join(spine),
    )


def write_epub(path: Path, files: dict[str, bytes]) -> None:
    """Write the files as an EPUB; it stands at `path` when it is whole."""
    draft = path.with_suffix(".part")
    with zipfile.ZipFile(draft, "w") as archive:
        first = zipfile.ZipInfo("mimetype", EARLIEST)  # first, and not packed
        archive.writestr(first, "application/epub+zip")
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            packed = not name.endswith((".png", ".jpg"))
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(entry, data)
    draft.replace(path)


def assemble(parts: list[Part], settings: dict, codes: list[str]) -> dict[str, bytes]:
    """Return the files of the EPUB from prepared pages and their formulas' MathML."""
    pages = [page for part in parts for page in part.pages]
    add_mathml(pages, codes)
    images = image_files(pages)
    contents = contents_page(parts, settings["title"])
    texts = {"title.xhtml": title_page(settings)}
    texts |= {file_name(page.name): to_xhtml(page) for page in pages}
    files = {
        "META-INF/container.xml": CONTAINER,
        f"{FOLDER}/content.opf": package(settings, texts, list(images)),
        f"{FOLDER}/nav.xhtml": contents,
        f"{FOLDER}/book.css": STYLE.read_text(encoding="utf-8"),
    }
    files |= {f"{FOLDER}/text/{name}": text for name, text in texts.items()}
    written = {name: text.encode("utf-8") for name, text in files.items()}
    return written | {f"{FOLDER}/{name}": data for name, data in images.items()}


def make(site: Path, path: Path) -> None:
    """Make the EPUB of the built site."""
    settings = form_pages.read_settings()
    parts = form_pages.read_book(site)
    folder = Path(tempfile.mkdtemp(prefix="stills-"))
    try:
        with form_browser.chromium() as browser:
            print("Drawing the stills of the live figures", flush=True)
            stills = form_browser.take_stills(browser, site, parts, folder)
            form_pages.prepare(parts, site, stills)
            pages = [page for part in parts for page in part.pages]
            found = [
                entry for page in pages for entry in form_pages.formulas(page.body)
            ]
            print(f"Writing {len(found)} formulas as MathML", flush=True)
            given = [(tex, display) for _, tex, display in found]
            codes = form_browser.to_mathml(browser, site, given)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_epub(path, assemble(parts, settings, codes))
    finally:
        shutil.rmtree(folder)


def main(arguments: list[str] | None = None) -> int:
    """Make the EPUB and say where it stands."""
    return form_pages.run(make, "EPUB", BOOK, __doc__, arguments)


if __name__ == "__main__":
    sys.exit(main())
