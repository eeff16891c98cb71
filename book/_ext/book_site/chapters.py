"""What the site knows of the chapters: read from the notebooks and from `_toc.yml`."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from myst_parser.mdit_to_docutils.base import default_slugify

OBJECTIVES_HEADING = "## What you will see, do and be able to explain"
STUDY_TIME = re.compile(r"\*\*Study time:\*\* about (\d+) minutes")
LIST_ITEM = re.compile(r"^(?:[-*]|\d+\.)\s+(.*)$")
FENCE = re.compile(r"^ *(```|~~~).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,3} +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Exercise:
    """One exercise of a chapter."""

    title: str  # the heading, such as "Exercise 2: map a field"
    asks: str  # one line of Markdown: what the reader is to write

    @property
    def anchor(self) -> str:
        """The anchor of the exercise's heading on the chapter's page."""
        return default_slugify(re.sub("[`*]", "", self.title))


@dataclass(frozen=True)
class Chapter:
    """One notebook: its place in the book and what it says about itself."""

    name: str  # the file's stem, such as "06_convolution_by_hand"
    title: str
    minutes: int | None  # None where the notebook has no line of study time yet
    objectives: tuple[str, ...]
    exercises: tuple[Exercise, ...] = ()
    label: str = ""  # how `_toc.yml` calls it, such as "6. Convolution by hand"

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


def _under_headings(cells: list[dict]) -> list[tuple[str, str, str]]:
    """Return heading, text and code of each section down to level 3, in order."""
    sections = [["", "", ""]]
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            sections[-1][2] += source + "\n"
            continue
        before, *rest = HEADING.split(FENCE.sub("", source))
        sections[-1][1] += before
        for title, text in zip(rest[::2], rest[1::2], strict=True):
            sections.append([title, text, ""])
    return [tuple(section) for section in sections]


def _asks(text: str, code: str) -> str:
    """Return what an exercise asks for in one line.

    That is the first line of the docstring of the function that is checked; without
    one, the sentence of the text that names the function, or else the first.
    """
    checked, stubs = "", {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            stubs[node.name] = ast.get_docstring(node) or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "check":
            checked = ast.unparse(node.args[1])
    if stubs.get(checked):
        return stubs[checked].splitlines()[0]
    text = text.split("<details>")[0]
    text = re.sub(r"\(?\[([^\[\]]*)\]\([^)]*\)\)?", r"\1", " ".join(text.split()))
    sentences = re.split(r"(?<=[.?!]) +", text)
    named = [sentence for sentence in sentences if checked and checked in sentence]
    return (named or sentences)[0]


def _exercises(cells: list[dict]) -> tuple[Exercise, ...]:
    """Return the exercises of a notebook's cells."""
    return tuple(
        Exercise(title, _asks(text, code))
        for title, text, code in _under_headings(cells)
        if re.match(r"Exercise \d+:", title)
    )


def read_chapter(path: Path) -> Chapter:
    """Read title, minutes, objectives and exercises from the notebook at `path`."""
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
        exercises=_exercises(cells),
    )


def read_parts(root: Path) -> list[Part]:
    """Return the parts of the book under `root` that hold chapters or an opener."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    parts = []
    for entry in toc["parts"]:
        labels = {p["file"]: p.get("title", "") for p in entry["chapters"]}
        notebooks = [name for name in labels if name.startswith("notebooks/")]
        openers = [name for name in labels if name.startswith("book/part_")]
        if not notebooks and not openers:
            continue
        chapters = tuple(
            replace(read_chapter(root / f"{name}.ipynb"), label=labels[name])
            for name in notebooks
        )
        parts.append(Part(entry["caption"], openers[0] if openers else None, chapters))
    return parts


def duration(minutes: int) -> str:
    """Return minutes in words: "40 minutes", "2 h 10 min"."""
    if minutes < 60:
        return f"{minutes} minutes"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
