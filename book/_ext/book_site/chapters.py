"""What the site knows of the chapters: read from the notebooks and from `_toc.yml`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

OBJECTIVES_HEADING = "## What you will see, do and be able to explain"
STUDY_TIME = re.compile(r"\*\*Study time:\*\* about (\d+) minutes")
LIST_ITEM = re.compile(r"^(?:[-*]|\d+\.)\s+(.*)$")


@dataclass(frozen=True)
class Chapter:
    """One notebook: its place in the book and what it says about itself."""

    name: str  # the file's stem, such as "06_convolution_by_hand"
    title: str
    minutes: int | None  # None where the notebook has no line of study time yet
    objectives: tuple[str, ...]

    @property
    def number(self) -> int:
        """The chapter's number, which its file name begins with."""
        return int(self.name.split("_")[0])

    @property
    def docname(self) -> str:
        """The name by which Sphinx knows the page."""
        return f"notebooks/{self.name}"


@dataclass(frozen=True)
class Part:
    """One part of the book as `_toc.yml` lists it."""

    caption: str
    opener: str | None  # docname of the page that opens the part
    chapters: tuple[Chapter, ...]


def _objectives(text: str) -> tuple[str, ...]:
    """Return the items of the list in `text`, or its paragraphs, each on one line."""
    items: list[str] = []
    for line in text.splitlines():
        if match := LIST_ITEM.match(line):
            items.append(match[1].strip())
        elif items and line.startswith("  ") and line.strip():
            items[-1] += " " + line.strip()
    if not items:
        paragraphs = re.split(r"\n\s*\n", text.strip())
        items = [" ".join(paragraph.split()) for paragraph in paragraphs]
    return tuple(filter(None, items))


def _section(markdown: str, heading: str) -> str:
    """Return what stands under `heading` up to the next heading of its rank."""
    rank = heading.split(" ")[0]
    pattern = rf"^{re.escape(heading)}\s*$(.*?)(?=^#{{1,{len(rank)}}} |\Z)"
    match = re.search(pattern, markdown, flags=re.MULTILINE | re.DOTALL)
    return match[1] if match else ""


def read_chapter(path: Path) -> Chapter:
    """Read title, minutes and objectives from the notebook at `path`."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    markdown = "\n\n".join(
        "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"
    )
    title = re.search(r"^# (.+)$", markdown, flags=re.MULTILINE)
    minutes = STUDY_TIME.search(markdown)
    return Chapter(
        name=path.stem,
        title=title[1].strip() if title else path.stem,
        minutes=int(minutes[1]) if minutes else None,
        objectives=_objectives(_section(markdown, OBJECTIVES_HEADING)),
    )


def read_parts(root: Path) -> list[Part]:
    """Return the parts of the book under `root` that hold chapters or an opener."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    parts = []
    for entry in toc["parts"]:
        files = [page["file"] for page in entry["chapters"] if "file" in page]
        notebooks = [name for name in files if name.startswith("notebooks/")]
        openers = [name for name in files if name.startswith("book/part_")]
        if not notebooks and not openers:
            continue
        chapters = tuple(read_chapter(root / f"{name}.ipynb") for name in notebooks)
        parts.append(Part(entry["caption"], openers[0] if openers else None, chapters))
    return parts


def duration(minutes: int) -> str:
    """Return minutes in words: "40 minutes", "2 h 10 min"."""
    if minutes < 60:
        return f"{minutes} minutes"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
