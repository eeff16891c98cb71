"""Read built pages: their links, ids, images, headings and tables."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parent.parent.parent

LOADED = {  # attributes by which a page loads a file, by element
    "img": "src",
    "script": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
}
# relations of <link> that name a page but load nothing
NAMED_ONLY = {"canonical", "next", "prev", "index", "search", "author"}


@dataclass(frozen=True)
class Page:
    """One built HTML file."""

    path: Path

    @cached_property
    def soup(self) -> BeautifulSoup:
        """Return the parsed file."""
        return BeautifulSoup(self.path.read_text(encoding="utf-8"), "html.parser")

    @cached_property
    def ids(self) -> set[str]:
        """Return every anchor of the page."""
        named = {a["name"] for a in self.soup.find_all("a", attrs={"name": True})}
        return named | {tag["id"] for tag in self.soup.find_all(id=True)}

    @property
    def links(self) -> list[str]:
        """Return every address that a reader can follow from the page."""
        return [a["href"] for a in self.soup.find_all("a", href=True)]

    @property
    def loaded(self) -> list[str]:
        """Return every address that the page loads by itself."""
        addresses = []
        for name, attribute in LOADED.items():
            for tag in self.soup.find_all(name, attrs={attribute: True}):
                if name == "link" and NAMED_ONLY & set(tag.get("rel", [])):
                    continue
                addresses.append(tag[attribute])
        return addresses


def listed_pages() -> list[str]:
    """Return the pages of the table of contents, in order, as paths of HTML files."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))

    def walk(entry):
        if "file" in entry:
            yield entry["file"]
        for child in entry.get("chapters", []) + entry.get("sections", []):
            yield from walk(child)

    names = [toc["root"]]
    for part in toc["parts"]:
        names += walk(part)
    return [f"{name.removesuffix('.md').removesuffix('.ipynb')}.html" for name in names]


def is_elsewhere(address: str) -> bool:
    """Tell whether the address names another host."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") or bool(parts.netloc)


def broken_reason(page: Page, address: str, pages: dict[Path, Page]) -> str | None:
    """Return why a local address leads nowhere, or None when it resolves."""
    parts = urlsplit(address)
    if is_elsewhere(address) or parts.scheme in ("mailto", "data", "javascript"):
        return None
    target = page.path
    if parts.path:
        target = (page.path.parent / unquote(parts.path)).resolve()
    if target.is_dir():
        target = target / "index.html"
    if not target.exists():
        return f"no such file: {target}"
    if parts.fragment and target.suffix == ".html":
        other = pages.get(target) or Page(target)
        if unquote(parts.fragment) not in other.ids:
            return f"no anchor #{parts.fragment} in {target.name}"
    return None


def read_site(root: Path) -> dict[Path, Page]:
    """Return every page of a built site by its path."""
    return {
        path.resolve(): Page(path.resolve())
        for path in sorted(root.rglob("*.html"))
        if "_static" not in path.relative_to(root).parts
    }


def css_addresses(css: str) -> list[str]:
    """Return the addresses that a style sheet loads."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = re.findall(r"url\(\s*(['\"]?)(.*?)\1\s*\)", css)
    imports = re.findall(r"@import\s+(['\"])(.*?)\1", css)
    return [address for _, address in found + imports]


def heading_faults(levels: list[int]) -> list[str]:
    """Return what is wrong with a page's heading levels, in order of appearance."""
    faults = []
    if levels.count(1) != 1:
        faults.append(f"{levels.count(1)} headings of level 1")
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            faults.append(f"a heading of level {after} follows one of level {before}")
    return faults
