"""Read the built pages and make them fit for paper: what both forms start from.

The EPUB and the PDF are made from the pages in `_build/html`, so they hold what the
site holds. What needs a screen is replaced: live figures by their stills, folded
solutions by open ones, links into the site by links within the book.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup, Comment, Tag

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
LIVE = re.compile(r"live-[a-z-]+")
UNWANTED = (
    "script, style, link, button, form, a.headerlink, .toctree-wrapper, #progress"
)
BLOCKS = ["ul", "ol", "dl", "div", "table", "pre", "p"]
SAID = (
    "A still of a live figure: in the book's pages, and in a notebook, it can be "
    "operated."
)
SOUND = "Here the book's page plays a sound."


@dataclass
class Page:
    """One page of the book."""

    name: str  # its path without the ending, such as "notebooks/06_convolution_by_hand"
    title: str  # how the table of contents calls it
    body: Tag  # what stands on it

    @property
    def key(self) -> str:
        """A name for the page that can stand in an id and in a file name."""
        return self.name.replace("/", "-")

    @property
    def heading(self) -> str:
        """The page's own heading."""
        return self.body.find("h1").get_text(" ", strip=True)


@dataclass
class Part:
    """A part of the table of contents."""

    caption: str  # empty for the front page, which stands before all parts
    pages: list[Page]


def read_settings(root: Path = ROOT) -> dict:
    """Return what `_config.yml` says of the book: title, author, version."""
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    return {
        "title": settings["title"],
        "author": settings["author"],
        "rights": settings["copyright"],
        "version": settings["sphinx"]["config"]["version"],
    }


def read_contents(root: Path = ROOT) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return caption and pages, as pairs of name and title, of each part."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    parts = [("", [(toc["root"], "")])]
    for part in toc["parts"]:
        pages = [(page["file"], page.get("title", "")) for page in part["chapters"]]
        parts.append((part["caption"], pages))
    return parts


def read_book(site: Path, root: Path = ROOT) -> list[Part]:
    """Return the parts of the book with their pages, as the site has them."""
    parts = []
    for caption, entries in read_contents(root):
        pages = []
        for name, title in entries:
            text = (site / f"{name}.html").read_text(encoding="utf-8")
            soup = BeautifulSoup(text, "html.parser")
            body = soup.select_one("article.bd-article")
            if body is None:
                raise ValueError(f"{name}.html has no article: was the book built?")
            heading = body.find("h1")
            for link in heading.select("a.headerlink"):
                link.decompose()
            pages.append(Page(name, title or heading.get_text(" ", strip=True), body))
        parts.append(Part(caption, pages))
    return parts


def new_tag(body: Tag, name: str, text: str = "", **attributes: str) -> Tag:
    """Return a new element for a page."""
    attributes = {key.rstrip("_"): value for key, value in attributes.items()}
    tag = BeautifulSoup("", "html.parser").new_tag(name, attrs=attributes)
    if text:
        tag.string = text
    return tag


def live_figures(body: Tag) -> list[Tag]:
    """Return the live figures of a page that have no still of their own."""
    return [tag for tag in body.find_all(LIVE) if not tag.find("img")]


def replace_live(body: Tag, stills: list[tuple[str, str]]) -> None:
    """Put stills, pairs of address and alt text, in the place of live figures.

    A figure of `book/` brings a picture and a sentence of its own, which stay; one of a
    notebook brings neither, so it gets the next of `stills` and a sentence.
    """
    bare = live_figures(body)
    if len(bare) != len(stills):
        raise ValueError(f"{len(bare)} live figures and {len(stills)} stills of them")
    for tag, (address, alt) in zip(bare, stills, strict=True):
        tag.clear()
        tag.append(new_tag(body, "img", src=address, alt=alt, class_="still"))
        tag.append(new_tag(body, "p", SAID))
    for tag in body.find_all(LIVE):
        tag.name, tag.attrs = "div", {"class": "live"}
    for tag in body.find_all("audio"):
        tag.replace_with(new_tag(body, "p", SOUND, class_="sound"))


def open_folds(body: Tag) -> None:
    """Show what is folded: solutions and answers under their names, and hidden code."""
    for fold in body.find_all("details"):
        summary = fold.find("summary")
        name = "" if "hide" in fold.get("class", []) else summary.get_text(" ")
        summary.decompose()
        fold.name, fold.attrs = "div", {"class": "unfolded"}
        if name.strip():
            fold.insert(0, new_tag(body, "p", name.strip(), class_="unfolded-name"))


def tidy(body: Tag) -> None:
    """Take out what works on a screen only; leave no list inside a paragraph."""
    for tag in body.select(UNWANTED):
        tag.decompose()
    for paragraph in body.find_all("p"):
        if paragraph.find(BLOCKS):  # as Sphinx writes lists of what is returned
            paragraph.name = "div"
    for comment in body.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()


def resolve(page: Page, site: Path, known: dict[str, set[str]]) -> list[str]:
    """Turn a page's links to the site into links within the book.

    A link becomes `book:NAME` or `book:NAME#ID`, an image the path of its file; a link
    to what the book does not hold loses its address and keeps its words.

    Parameters
    ----------
    page
        A page whose links are still those of the site.
    site
        The folder of the built site.
    known
        The ids of each page of the book.

    Returns
    -------
    faults
        Links to a page of the book at a place that it has not, and missing images.
    """
    faults, here = [], (site / page.name).parent
    for image in page.body.find_all("img"):
        if not image["src"].startswith("data:"):
            path = (here / unquote(image["src"])).resolve()
            image["src"] = str(path)
            if not path.is_file():
                faults.append(f"{page.name}: no image {path}")
    for link in page.body.find_all("a", href=True):
        parts = urlsplit(link["href"])
        if parts.scheme or parts.netloc:
            continue
        name, anchor = page.name, unquote(parts.fragment)
        if parts.path:
            target = (here / unquote(parts.path)).resolve()
            name = target.relative_to(site.resolve()).with_suffix("").as_posix()
        if name not in known:
            link.unwrap()
        elif anchor and anchor not in known[name]:
            faults.append(f"{page.name}: no {anchor} in {name}")
        else:
            link["href"] = f"book:{name}" + (f"#{anchor}" if anchor else "")
    return faults


def formulas(body: Tag) -> list[tuple[Tag, str, bool]]:
    r"""Return each formula of a page: its element, its TeX, whether it is displayed.

    Sphinx writes ``\(...\)`` into a span, ``\[...\]`` into a div.
    """
    found = []
    for tag in body.select("span.math, div.math"):
        text = tag.get_text().strip()
        match = re.fullmatch(r"\\([(\[])(.*)\\[)\]]", text, flags=re.DOTALL)
        if not match:
            raise ValueError(f"not a formula as Sphinx writes it: {text!r}")
        found.append((tag, match[2].strip(), match[1] == "["))
    return found


def ids(body: Tag) -> set[str]:
    """Return the ids of a page."""
    return {tag["id"] for tag in body.find_all(id=True)}


def prepare(parts: list[Part], site: Path, stills: dict[str, list]) -> None:
    """Make every page of the book fit for paper; `stills` holds those of each page.

    Raises
    ------
    ValueError
        If a link or an image leads nowhere.
    """
    pages = [page for part in parts for page in part.pages]
    for page in pages:
        replace_live(page.body, stills.get(page.name, []))
        open_folds(page.body)
        tidy(page.body)
    known = {page.name: ids(page.body) for page in pages}
    faults = [fault for page in pages for fault in resolve(page, site, known)]
    if faults:
        raise ValueError("\n".join(faults))


def run(
    make: Callable[[Path, Path], None],
    kind: str,
    file: Path,
    description: str,
    arguments: list[str] | None = None,
) -> int:
    """Read the command line of a form, make it, say where it stands."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--site", type=Path, default=SITE, help="the built site")
    parser.add_argument("--out", type=Path, default=file, help="the file to write")
    given = parser.parse_args(arguments)
    make(given.site.resolve(), given.out)
    size = given.out.stat().st_size / 1e6
    print(f"The {kind} stands ({size:.1f} MB): {given.out}")
    return 0
