"""Make the book as a PDF, for paper: `make pdf`.

The pages come from the built site (`make book`). They become one page, whose formulas
the book's own MathJax sets, and the system's Chromium prints it: with bookmarks, page
numbers, and a table of contents. Chromium knows the page of a heading only once it has
printed it, so the book is printed twice.
"""

from __future__ import annotations

import html
import io
import shutil
import sys
import tempfile
from pathlib import Path

import form_browser
import form_pages
from form_pages import ROOT, Part
from PIL import Image
from playwright.sync_api import Browser, Page

BOOK = ROOT / "_build" / "how-machines-learn-to-see.pdf"
STYLE = Path(__file__).with_name("form.css")
HEADINGS = ["h1", "h2", "h3", "h4", "h5"]
PRINTINGS = 4  # at most: the second has the numbers, unless they moved something
SECONDS = 1200  # at most, for one step in the browser on a slow machine
PIXELS = 2  # of a figure's picture, to one of the page
FILL_IN = """numbers => {
  for (const row of document.querySelectorAll(".contents a")) {
    row.querySelector(".number").textContent = numbers[row.hash.slice(1)] ?? "";
  }
}"""
PAPER = {
    "format": "A4",
    "margin": {"top": "20mm", "bottom": "22mm", "left": "22mm", "right": "22mm"},
    "print_background": True,
    "display_header_footer": True,
    "outline": True,
    "tagged": True,
    "header_template": "<span></span>",
    "footer_template": (
        '<div style="width: 100%; text-align: center; font: 9px sans-serif; '
        'color: #5c5950"><span class="pageNumber"></span></div>'
    ),
}
DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<section class="title-page" id="title-page">
<p class="book-title">{title}</p>
<p>{author}</p>
<p>Version {version}</p>
<p>{rights}</p>
</section>
{contents}
{body}
</body>
</html>
"""


def place_ids(page: form_pages.Page) -> None:
    """Name ids and links so that they stay apart when all pages are one."""
    for tag in page.body.find_all(id=True):
        tag["id"] = f"{page.key}--{tag['id']}"
    for link in page.body.find_all("a", href=True):
        if link["href"].startswith("book:"):
            name, _, anchor = link["href"].removeprefix("book:").partition("#")
            key = name.replace("/", "-")
            link["href"] = f"#{key}--{anchor}" if anchor else f"#{key}"


def lower_headings(page: form_pages.Page, by: int) -> None:
    """Make the headings of a page lower by some levels."""
    for tag in page.body.find_all(HEADINGS):
        tag.name = f"h{min(6, int(tag.name[1]) + by)}"


def size_figures(page: form_pages.Page) -> None:
    """Give figures the size they were drawn for: their pictures are twice as fine."""
    for image in page.body.select(".cell_output img, img.still"):
        source = image["src"]
        if not source.startswith("data:") and source.endswith(".png"):
            with Image.open(source) as picture:
                image["style"] = f"width: {picture.width / PIXELS:g}px"
    for image in page.body.find_all("img"):
        if not image["src"].startswith("data:"):
            image["src"] = Path(image["src"]).as_uri()


def contents(parts: list[Part]) -> str:
    """Return the table of contents; a first printing finds out its numbers."""
    rows = ['<p class="contents-name">Contents</p>']
    for place, part in enumerate(parts):
        if part.caption:
            rows.append(_row("row-part", f"part-{place}", part.caption))
        rows += [_row("row", page.key, page.title) for page in part.pages]
    return '<nav class="contents">' + "\n".join(rows) + "</nav>"


def _row(kind: str, key: str, words: str) -> str:
    """Return one line of the table of contents."""
    return (
        f'<a class="{kind}" href="#{key}"><span>{html.escape(words)}</span>'
        f'<span class="dots"></span><span class="number"></span></a>'
    )


def assemble(parts: list[Part], settings: dict) -> str:
    """Return the book as one page of HTML.

    The pages must be prepared; they are changed.
    """
    body = []
    for place, part in enumerate(parts):
        opener = part.pages[0]
        if not opener.heading.startswith(part.caption):
            opener = None  # no page opens the part, so it gets a heading of its own
            caption = html.escape(part.caption)
            body.append(f'<h1 class="part-name" id="part-{place}">{caption}</h1>')
        for page in part.pages:
            place_ids(page)
            lower_headings(page, 0 if page is opener else 1)
            size_figures(page)
            page.body.name = "section"
            page.body.attrs = {"class": "page", "id": page.key}
            text = page.body.decode(formatter="minimal")
            if page is opener:
                text = f'<div id="part-{place}">{text}</div>'
            body.append(text)
    words = {key: html.escape(str(value)) for key, value in settings.items()}
    return DOCUMENT.format(
        **words,
        style=STYLE.read_text(encoding="utf-8"),
        contents=contents(parts),
        body="\n".join(body),
    )


def open_book(browser: Browser, site: Path, path: Path) -> Page:
    """Open the page at `path` and let the book's MathJax set its formulas."""
    tab = browser.new_page()
    tab.set_default_timeout(SECONDS * 1000)
    foreign: list[str] = []

    def note(request):
        if not request.url.startswith(("file:", "data:")):
            foreign.append(request.url)

    tab.on("request", note)
    tab.goto(path.as_uri(), wait_until="load")
    tab.evaluate("window.MathJax = { startup: { typeset: false } }")
    script = (site / "_static" / "mathjax" / "tex-chtml.js").as_uri()
    tab.add_script_tag(url=script)
    tab.evaluate("MathJax.startup.promise.then(() => true)")
    tab.evaluate(
        "MathJax.typesetPromise([...document.querySelectorAll('.math')])"
        ".then(() => document.fonts.ready).then(() => true)"
    )
    unread = tab.locator("mjx-merror").count()
    if unread or foreign:
        raise ValueError(f"{unread} formulas unread, asked of other hosts: {foreign}")
    return tab


def print_book(tab: Page) -> bytes:
    """Print an open book until its table of contents names the pages it has."""
    numbers: dict[str, int] = {}
    for printing in range(1, PRINTINGS + 1):
        print(f"Printing, {printing}", flush=True)
        data = tab.pdf(**PAPER)
        found = page_numbers(data)
        if found == numbers:
            return data
        numbers = found
        tab.evaluate(FILL_IN, numbers)
    raise RuntimeError("the page numbers do not come to rest")


def page_numbers(data: bytes) -> dict[str, int]:
    """Return the page of every place that the PDF's links lead to; the first is 1."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    return {
        name.lstrip("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }


def make(site: Path, path: Path) -> None:
    """Make the PDF of the built site."""
    parts = form_pages.read_book(site)
    folder = Path(tempfile.mkdtemp(prefix="pdf-"))
    try:
        with form_browser.chromium() as browser:
            print("Drawing the stills of the live figures", flush=True)
            stills = form_browser.take_stills(browser, site, parts, folder)
            form_pages.prepare(parts, site, stills)
            source = folder / "book.html"
            text = assemble(parts, form_pages.read_settings())
            source.write_text(text, encoding="utf-8")
            print("Setting the formulas", flush=True)
            data = print_book(open_book(browser, site, source))
    finally:
        shutil.rmtree(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_bytes(data)
    draft.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Make the PDF and say where it stands."""
    return form_pages.run(make, "PDF", BOOK, __doc__, arguments)


if __name__ == "__main__":
    sys.exit(main())
