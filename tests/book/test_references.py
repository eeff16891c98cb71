"""Every permanent address that a chapter cites stands in the list of references."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import html_pages
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PERMANENT = re.compile(r"https://(?:doi\.org/10\.|arxiv\.org/abs/)[^\s)\"'\\]+")


def permanent_addresses(text: str) -> set[str]:
    """Return the DOIs and arXiv addresses in a text, spelled in one way."""
    return {unquote(match).rstrip(".,;").lower() for match in PERMANENT.findall(text)}


@pytest.fixture(scope="module")
def listed(site) -> set[str]:
    page = html_pages.Page(site / "book/references.html")
    return {unquote(address).lower() for address in page.links}


def test_the_bibliography_is_not_empty(listed):
    assert sum(address.startswith("https://doi.org/10.") for address in listed) >= 20


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_source_of_a_chapter_is_listed(listed, notebook):
    cited = permanent_addresses(notebook.read_text(encoding="utf-8"))
    assert cited
    assert not cited - listed


def test_addresses_are_read_from_markdown():
    text = "[a](https://doi.org/10.1016/0042-6989%2865%2990033-7), https://arxiv.org/abs/1.2."
    assert permanent_addresses(text) == {
        "https://doi.org/10.1016/0042-6989(65)90033-7",
        "https://arxiv.org/abs/1.2",
    }
