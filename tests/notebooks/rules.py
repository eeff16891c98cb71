"""The rules that every chapter keeps, each a function from a chapter to its faults.

A fault is a sentence that says where it is and what to change. The skeleton of a
chapter, filled in and keeping every rule, is ``example.ipynb`` beside this file: copy
it to begin a chapter. To see what a chapter breaks::

    pytest tests/notebooks -k 06

A rule is added here, in ``RULES``, together with a notebook that breaks it, in
``test_rules.py``: a rule without one fails the tests.
"""

from __future__ import annotations

import ast
import json
import os
import re
import statistics
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
import publish_as
import refresh_notebooks
from markdown_text import (
    blocks,
    claims,
    headings,
    links,
    printed_numbers,
    prose,
    same_number,
    slugs,
)

ROOT = Path(__file__).resolve().parents[2]
REFRESH = "run tools/refresh_notebooks.py"
COLAB_CELL = publish_as.colab_cell(publish_as.read_repository(ROOT))
OPENING = [
    "From memory",
    "What you will see, do and be able to explain",
    "What you need first",
    "Setup",
]
ARTICLES = "What the articles got wrong"
CLOSING = ["Exercises", "Questions you can now answer", "What is next", "Sources"]
KNOWN_TAGS = {
    "remove-cell",
    "hide-input",
    "nbval-ignore-output",
    "nbval-skip",
    "measures-time",
    "raises-exception",
    "needs-mnist-cache",
    "the-import-line",
}
# The one chapter in which an import line is the subject: it stands there twice, once
# for each library, and nothing else may differ.
IMPORT_LINE, ITS_CHAPTER = "the-import-line", "17_numpy_to_keras"
MODERN_RANDOM = {"default_rng", "Generator", "SeedSequence", "PCG64", "BitGenerator"}
FEWEST_CELLS, MOST_CELLS = 15, 40
MEDIAN_LINES, MOST_LINES = 6, 25
CELLS_IN_A_ROW = 2
FEWEST_EXERCISES, MOST_EXERCISES = 3, 5
PICTURE_BYTES, PAGE_BYTES = 150_000, 2_000_000
SHORTEST_ALT = 25
SOLUTION_SECONDS = 180


# ---------------------------------------------------------------- a chapter


@dataclass
class Cell:
    """A cell with its place, and with what the rules ask of it."""

    place: int  # 1, 2, ... among all cells
    number: int | None  # n of In [n], for code
    node: nbformat.NotebookNode

    @property
    def where(self) -> str:
        """Return the words with which a fault names the cell."""
        if self.number is not None:
            return f"cell {self.place} (In [{self.number}])"
        return f"cell {self.place} ({self.source.strip().splitlines()[0][:40]!r})"

    @property
    def source(self) -> str:
        """Return the text of the cell."""
        return self.node.source

    @property
    def is_code(self) -> bool:
        """Say whether the cell holds code."""
        return self.node.cell_type == "code"

    @property
    def tags(self) -> list[str]:
        """Return the tags."""
        return self.node.metadata.get("tags", [])

    @property
    def pictures(self) -> list[str]:
        """Return the stored pictures, base64-encoded."""
        return [
            output.data["image/png"]
            for output in self.node.outputs
            if "image/png" in output.get("data", {})
        ]

    @property
    def alt(self) -> str:
        """Return the alt text of the figure, empty if there is none."""
        return self.node.metadata.get("mystnb", {}).get("image", {}).get("alt", "")

    @cached_property
    def tree(self) -> ast.Module:
        """Return the parsed code; lines of IPython's own syntax count as `pass`."""
        plain = re.sub(r"^(\s*)[%!].*", r"\1pass", self.source, flags=re.MULTILINE)
        return ast.parse(plain)

    @property
    def printed(self) -> str:
        """Return the stored text outputs."""
        texts = []
        for output in self.node.outputs:
            if output.output_type == "stream":
                texts.append(output.text)
            elif "image/png" not in output.get("data", {}):
                texts.append(output.get("data", {}).get("text/plain", ""))
        return "\n".join(texts)


class Chapter:
    """A notebook as the rules see it."""

    def __init__(self, notebook: nbformat.NotebookNode, path: Path):
        self.notebook, self.path = notebook, Path(path)
        self.cells, number = [], 0
        for place, node in enumerate(notebook.cells, start=1):
            number += node.cell_type == "code"
            mine = number if node.cell_type == "code" else None
            self.cells.append(Cell(place, mine, node))

    @classmethod
    def read(cls, path: Path) -> Chapter:
        """Read a chapter from its file."""
        return cls(nbformat.read(path, as_version=4), path)

    @property
    def code(self) -> list[Cell]:
        """Return the code cells."""
        return [cell for cell in self.cells if cell.is_code]

    @property
    def markdown(self) -> list[Cell]:
        """Return the Markdown cells."""
        return [cell for cell in self.cells if not cell.is_code]

    @property
    def text(self) -> str:
        """Return all Markdown, cells parted by an empty line."""
        return "\n\n".join(cell.source for cell in self.markdown)

    def section(self, title: str, level: int = 2) -> list[Cell]:
        """Return the cells from a heading to the next one of its level or above.

        A Markdown cell that belongs to two sections is cut at the heading.
        """
        inside, found = False, []
        for cell in self.cells:
            for part in [cell.source] if cell.is_code else split_at_headings(cell):
                if not cell.is_code and (first := headings(part)[:1]):
                    depth, name = first[0]
                    if depth <= level:
                        inside = depth == level and name == title
                if inside:
                    node = nbformat.from_dict({**cell.node, "source": part})
                    found.append(Cell(cell.place, cell.number, node))
        return found


def split_at_headings(cell: Cell) -> list[str]:
    """Return the text of a Markdown cell in parts, each with at most one heading."""
    parts, fenced = [""], False
    for line in cell.source.splitlines(keepends=True):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if not fenced and re.match(r"#{1,6} ", line):
            parts.append("")
        parts[-1] += line
    return [part for part in parts if part.strip()]


# ------------------------------------------------------------ the skeleton


def headings_in_order(chapter: Chapter) -> list[str]:
    """One title, then the sections of the skeleton, in order."""
    found = headings(chapter.text)
    titles = [name for level, name in found if level == 1]
    sections = [name for level, name in found if level == 2]
    faults = []
    if len(titles) != 1 or not found or found[0][0] != 1:
        faults.append(f"begin with one title `# ...`, have no other: found {titles}")
    for name in [*OPENING, *CLOSING]:
        if sections.count(name) != 1:
            count = sections.count(name)
            faults.append(f"have one section `## {name}`: there are {count}")
    if faults:
        return faults
    if sections[: len(OPENING)] != OPENING:
        faults.append(f"open with the sections {OPENING}: found {sections[:4]}")
    if sections[-len(CLOSING) :] != CLOSING:
        faults.append(f"close with the sections {CLOSING}: found {sections[-4:]}")
    free = sections[len(OPENING) : -len(CLOSING)]
    if ARTICLES in free[:-1]:
        faults.append(f"put `## {ARTICLES}` right before `## Exercises`")
    if not [name for name in free if name != ARTICLES]:
        faults.append("have at least one section of your own after `## Setup`")
    return faults


def questions_from_memory(chapter: Chapter) -> list[str]:
    """Three numbered questions, with the answers folded away."""
    text = "\n".join(cell.source for cell in chapter.section(OPENING[0]))
    questions = text.split("<details>")[0]
    faults = []
    if (count := len(re.findall(r"^\d+\. ", questions, re.MULTILINE))) != 3:
        faults.append(f"From memory: ask three numbered questions; there are {count}")
    if text.count("<details><summary>Answers</summary>") != 1:
        faults.append(
            "From memory: put the answers in one "
            "`<details><summary>Answers</summary>` ... `</details>`"
        )
    return faults


def needs_and_study_time(chapter: Chapter) -> list[str]:
    """What is needed, for those who skipped it too, and the minutes it takes."""
    text = "\n".join(cell.source for cell in chapter.section(OPENING[2]))
    faults = []
    if not re.search(r"^\*\*If you skipped it, know this:\*\* \S", text, re.MULTILINE):
        faults.append(
            "What you need first: have a paragraph that begins "
            "`**If you skipped it, know this:**`"
        )
    minutes = refresh_notebooks.study_minutes(chapter.notebook)
    if f"**Study time:** about {minutes} minutes" not in text.splitlines():
        faults.append(
            "What you need first: the line `**Study time:** about "
            f"{minutes} minutes` is missing or stale; {REFRESH} --text-only"
        )
    return faults


def predict_before_running(chapter: Chapter) -> list[str]:
    """The reader is asked to predict before the code tells."""
    count = chapter.text.count("**Predict")
    if count < 2:
        return [f"ask the reader to predict, `**Predict:** ...`, twice; found {count}"]
    return []


def colab_cell_first(chapter: Chapter) -> list[str]:
    """The first code cell installs the package in Colab, word for word."""
    first = chapter.code[0] if chapter.code else None
    if first is None or first.source.strip() != COLAB_CELL:
        return [f"make the first code cell exactly this:\n{COLAB_CELL}"]
    if "remove-cell" not in first.tags:
        return [f"{first.where}: give it the tag remove-cell"]
    return []


def imports_in_setup(chapter: Chapter) -> list[str]:
    """Imports stand in the one code cell of Setup (and in the Colab cell).

    The cells tagged the-import-line are left to `the_import_line`.
    """
    setup = [cell for cell in chapter.section("Setup") if cell.is_code]
    faults = []
    if len(setup) != 1:
        faults.append(f"Setup: have one code cell, with all imports, not {len(setup)}")
    allowed = {cell.place for cell in [*chapter.code[:1], *setup]}
    for cell in chapter.code:
        if cell.place in allowed or IMPORT_LINE in cell.tags:
            continue
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                line = ast.unparse(node)
                faults.append(f"{cell.where}: move `{line}` to the cell of Setup")
    return faults


def the_import_line(chapter: Chapter) -> list[str]:
    """Where the import line is the subject, two cells hold it, and only it."""
    cells = [cell for cell in chapter.code if IMPORT_LINE in cell.tags]
    if not cells:
        return []
    if chapter.path.stem != ITS_CHAPTER:
        return [
            f"{cells[0].where}: the tag {IMPORT_LINE} belongs to {ITS_CHAPTER} alone; "
            "import in the cell of Setup"
        ]
    faults, lines = [], []
    for cell in cells:
        body = cell.tree.body
        if len(body) != 1 or not isinstance(body[0], ast.ImportFrom):
            faults.append(
                f"{cell.where}: have one line `from ... import ...` in it, no more"
            )
        else:
            lines.append((body[0].module, list(map(ast.unparse, body[0].names))))
    if faults:
        return faults
    modules, names = zip(*lines, strict=True)
    if len(cells) != 2 or len(set(modules)) != 2 or names[0] != names[-1]:
        faults.append(
            f"{cells[-1].where}: the import line stands in two cells that differ in "
            f"the library and in nothing else; found {lines}"
        )
    return faults


# ---------------------------------------------------------------- the text

MYST = {
    r"^\s*(`{3,}|~{3,}|:{3,})\s*\{": "a MyST directive",
    r"(?<!`)\{[\w:+-]+\}`[^`]+`": "a MyST role",
    r"^\([\w-]+\)=\s*$": "a MyST target",
    r"^\+\+\+": "a MyST cell break",
    r"^:::": "a MyST colon fence",
    r"\{\{.*\}\}": "a MyST substitution",
    r"\[\^[\w-]+\]": "a footnote",
}


def plain_markdown(chapter: Chapter) -> list[str]:
    """The text reads the same in HTML, JupyterLab, VS Code and Colab."""
    faults = []
    for cell in chapter.markdown:
        outside = re.sub(
            r"^```\w*\n.*?^```", "", cell.source, flags=re.MULTILINE | re.DOTALL
        )
        for pattern, what in MYST.items():
            for match in re.finditer(pattern, outside, re.MULTILINE):
                shown = match.group().strip()
                faults.append(
                    f"{cell.where}: {what}, {shown!r}, is shown raw in JupyterLab "
                    "and Colab; write plain Markdown"
                )
    return faults


def prose_between_code(chapter: Chapter) -> list[str]:
    """At most two code cells follow each other."""
    faults, row = [], 0
    for cell in chapter.cells:
        row = row + 1 if cell.is_code else 0
        if row == CELLS_IN_A_ROW + 1:
            faults.append(f"{cell.where}: the third code cell in a row; explain before")
    return faults


def plain_words(chapter: Chapter) -> list[str]:
    """No word tells the reader that it is all easy."""
    faults = []
    for cell in chapter.markdown:
        text = re.sub(r"\"[^\"\n]*\"|“[^”]*”|^>.*$", "", prose(cell.source), flags=re.M)
        for match in re.finditer(r"\b(simply|just|obviously|easy)\b", text, re.I):
            context = " ".join(text[max(0, match.start() - 25) : match.end()].split())
            faults.append(
                f"{cell.where}: leave out {match.group()!r} (... {context}); "
                "quotations may keep it"
            )
    return faults


def numbers_have_a_source(chapter: Chapter) -> list[str]:
    """A decimal or percentage is printed by a cell, or its paragraph has a source."""
    printed = printed_numbers("\n".join(cell.printed for cell in chapter.code))
    faults = []
    for cell in chapter.markdown:
        for block in blocks(cell.source):
            if any(url.startswith("http") for url in links(block)):
                continue
            for claim in claims(block):
                if not any(same_number(claim, value) for value in printed):
                    faults.append(
                        f"{cell.where}: no cell prints {claim.text!r}; print it, or "
                        "link to its source in the same paragraph"
                    )
    return faults


def links_resolve(chapter: Chapter) -> list[str]:
    """Every link to a chapter, a page or a section arrives."""
    faults = []
    for cell in chapter.markdown:
        for url in links(cell.source):
            if re.match(r"[a-z]+:", url):
                continue
            fault = broken_link(url, chapter)
            if fault:
                faults.append(f"{cell.where}: the link {url!r} {fault}")
    return faults


def broken_link(url: str, chapter: Chapter) -> str:
    """Return what is wrong with a link inside the book; empty if nothing is."""
    name, _, anchor = url.partition("#")
    target = chapter.path
    if name:
        target = (chapter.path.parent / name).resolve()
        if not target.is_relative_to(ROOT) or not target.is_file():
            return "leads to no file; name a chapter that is not written without a link"
        if target.suffix not in {".ipynb", ".md"}:
            return "leads to a file that is no page; link to .ipynb or .md"
    if not anchor:
        return ""
    if not name:
        text = chapter.text
    elif target.suffix == ".ipynb":
        text = Chapter.read(target).text
    else:
        text = target.read_text(encoding="utf-8")
    if anchor in slugs(text):
        return ""
    return f"leads to no section of {target.name}; its sections are {slugs(text)}"


# ---------------------------------------------------------------- the code


def lengths(chapter: Chapter) -> list[str]:
    """As many code cells, and as long, as can be studied."""
    sizes = [
        sum(bool(line.strip()) for line in cell.source.splitlines())
        for cell in chapter.code
    ]
    faults = []
    if not FEWEST_CELLS <= len(sizes) <= MOST_CELLS:
        faults.append(
            f"have {FEWEST_CELLS} to {MOST_CELLS} code cells; there are {len(sizes)}"
        )
    if sizes and (middle := statistics.median(sizes)) > MEDIAN_LINES:
        faults.append(
            f"shorten the code cells: their median is {middle:g} lines, "
            f"more than {MEDIAN_LINES}"
        )
    for cell, size in zip(chapter.code, sizes, strict=True):
        if size > MOST_LINES:
            faults.append(f"{cell.where}: split it: {size} lines, over {MOST_LINES}")
    return faults


def randomness_is_modern(chapter: Chapter) -> list[str]:
    """Random numbers come from a generator that is passed on."""
    faults = []
    for cell in chapter.code:
        for node in ast.walk(cell.tree):
            called = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
            match = re.fullmatch(r"(?:np|numpy)\.random\.(\w+)", called)
            if match and match[1] not in MODERN_RANDOM:
                faults.append(
                    f"{cell.where}: {called} is the old interface; use "
                    "rng = np.random.default_rng(0)"
                )
            names = [item.name for item in getattr(node, "names", [])]
            from_random = getattr(node, "module", "") in ("random", "numpy.random")
            if isinstance(node, ast.Import | ast.ImportFrom) and (
                "random" in names or from_random
            ):
                faults.append(
                    f"{cell.where}: do not import random; use "
                    "rng = np.random.default_rng(0)"
                )
    return faults


def seeds_set(chapter: Chapter) -> list[str]:
    """Every generator has a seed, and Keras is seeded once."""
    faults, seedings, keras_from = [], 0, None
    for cell in chapter.code:
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                modules = [getattr(node, "module", None) or ""]
                modules += [item.name for item in node.names]
                if {"keras", "tensorflow"} & {name.split(".")[0] for name in modules}:
                    keras_from = keras_from or cell
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).split(".")[-1]
            unseeded = not node.args and not node.keywords
            if name in ("default_rng", "set_random_seed") and unseeded:
                faults.append(f"{cell.where}: give {name} a seed, as in {name}(0)")
            seedings += name == "set_random_seed"
    if keras_from and seedings != 1:
        faults.append(
            f"{keras_from.where}: call keras.utils.set_random_seed(0) once, in Setup; "
            f"it is called {seedings} times"
        )
    return faults


def known_tags(chapter: Chapter) -> list[str]:
    """Tags are of the known ones, and what cannot be compared says so."""
    faults = []
    for cell in chapter.cells:
        for tag in cell.tags:
            if tag not in KNOWN_TAGS:
                known = ", ".join(sorted(KNOWN_TAGS))
                faults.append(f"{cell.where}: unknown tag {tag!r}; known: {known}")
        varies = {"measures-time", "needs-mnist-cache"} & set(cell.tags)
        if varies and "nbval-ignore-output" not in cell.tags:
            faults.append(
                f"{cell.where}: {min(varies)} needs the tag nbval-ignore-output as well"
            )
    return faults


def ignored_cells_assert(chapter: Chapter) -> list[str]:
    """Where outputs are not compared, an assert holds the claim."""

    def asserts(cell: Cell) -> bool:
        return any(
            isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant)
            for node in ast.walk(cell.tree)
        )

    faults, code = [], chapter.code
    for place, cell in enumerate(code):
        ignored = {"nbval-ignore-output", "nbval-skip"} & set(cell.tags)
        if ignored and not any(asserts(near) for near in code[place : place + 2]):
            faults.append(
                f"{cell.where}: its output is not compared ({min(ignored)}); assert "
                "the claim, in it or in the next code cell"
            )
    return faults


# ----------------------------------------------------------- what is stored


def stored_counts(chapter: Chapter) -> list[str]:
    """Cells were run in order: nbval does not compare a cell without a count."""
    counts = [cell.node.execution_count for cell in chapter.code]
    if counts != list(range(1, len(counts) + 1)):
        return [f"the stored execution counts are {counts}, not 1, 2, ...; {REFRESH}"]
    return []


def outputs_belong_to_code(chapter: Chapter) -> list[str]:
    """The code is the code that made the stored outputs."""
    edited = refresh_notebooks.edited_cells(chapter.notebook)
    if not edited:
        return []
    cells = ", ".join(chapter.cells[place - 1].where for place in edited[:5])
    more = f" and {len(edited) - 5} more" if len(edited) > 5 else ""
    return [f"{cells}{more}: edited after it ran; {REFRESH}"]


def as_refreshed(chapter: Chapter) -> list[str]:
    """Metadata, ids and outputs are as the refresh leaves them."""
    stored = nbformat.writes(chapter.notebook)
    copy = nbformat.reads(stored, as_version=4)
    refresh_notebooks.normalise(copy)
    if nbformat.writes(copy) == stored:
        return []
    names = [
        cell.where
        for cell, tidy in zip(chapter.cells, copy.cells, strict=True)
        if cell.node != tidy
    ]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    places = ", ".join(names[:5]) + more or "the notebook's metadata"
    return [f"not as the refresh writes it: {places}; {REFRESH} --text-only"]


def no_errors_stored(chapter: Chapter) -> list[str]:
    """No error and no stderr is stored, but for errors that are the lesson."""
    faults = []
    for cell in chapter.code:
        for output in cell.node.outputs:
            if output.output_type == "error" and "raises-exception" not in cell.tags:
                faults.append(
                    f"{cell.where}: a stored {output.ename}; mend it, or tag the cell "
                    "raises-exception if the error is the lesson"
                )
            if output.get("name") == "stderr":
                faults.append(f"{cell.where}: stored stderr; {REFRESH}")
    return faults


def no_machine_paths(chapter: Chapter) -> list[str]:
    """Nothing stored names the machine on which the book was made."""
    pattern = re.compile(
        re.escape(str(ROOT)) + r"\b|/home/\w+|/Users/\w+|/root/|/tmp/\w+|[A-Z]:\\Users"
    )
    faults = []
    for cell in chapter.code:
        for match in pattern.finditer(cell.printed):
            faults.append(
                f"{cell.where}: prints the path {match.group()!r}; print less"
            )
    return faults


def one_figure_with_alt(chapter: Chapter) -> list[str]:
    """One figure a cell, with alt text, and a caption in the Markdown after it."""
    faults = []
    for cell, after in zip(chapter.cells, [*chapter.cells[1:], None], strict=True):
        if not cell.is_code:
            continue
        if len(cell.pictures) > 1:
            faults.append(f"{cell.where}: draws {len(cell.pictures)} figures; split it")
        if cell.pictures and len(cell.alt) < SHORTEST_ALT:
            faults.append(
                f"{cell.where}: say in metadata.mystnb.image.alt what the figure shows "
                "and what to notice"
            )
        if cell.alt and not cell.pictures:
            faults.append(f"{cell.where}: has alt text and no figure")
        captioned = after and not after.is_code and not after.source.startswith("#")
        if cell.pictures and not captioned:
            faults.append(
                f"{cell.where}: a figure needs its caption, in a Markdown cell right "
                "after it that does not begin with a heading"
            )
    return faults


def figures_end_with_show(chapter: Chapter) -> list[str]:
    """A cell that draws ends with plt.show(), so that no text is left over."""
    faults = []
    for cell in chapter.code:
        last = ast.unparse(cell.tree.body[-1]) if cell.tree.body else ""
        if cell.pictures and last != "plt.show()":
            faults.append(f"{cell.where}: end the figure's cell with plt.show()")
    return faults


def sizes(chapter: Chapter) -> list[str]:
    """Pictures and page stay light."""
    faults = []
    for cell in chapter.code:
        for picture in cell.pictures:
            size = len(picture) * 3 // 4
            if size > PICTURE_BYTES:
                faults.append(
                    f"{cell.where}: its picture has {size // 1000} kB, more than "
                    f"{PICTURE_BYTES // 1000}; draw less or smaller"
                )
    page = len(nbformat.writes(chapter.notebook).encode("utf-8"))
    if page > PAGE_BYTES:
        faults.append(f"the page has {page / 1e6:.1f} MB, more than 2")
    return faults


# ------------------------------------------------------------ the exercises


@dataclass
class Exercise:
    """An exercise: its stub, its calls of check, its solution."""

    name: str
    stubs: list[ast.FunctionDef]
    checks: list[str]
    solutions: list[str]


def exercises(chapter: Chapter) -> list[Exercise]:
    """Return the exercises of a chapter."""
    found = []
    for level, name in headings(chapter.text):
        if level != 3 or not re.match(r"Exercise\b", name):
            continue
        cells = chapter.section(name, level=3)
        code = [node for cell in cells if cell.is_code for node in cell.tree.body]
        text = "\n\n".join(cell.source for cell in cells if not cell.is_code)
        folded = re.findall(
            r"<details><summary>Solution</summary>(.*?)</details>", text, re.DOTALL
        )
        solutions = [
            source
            for fold in folded
            for source in re.findall(r"```python\n(.*?)```", fold, re.DOTALL)
        ]
        calls = [
            ast.unparse(node)
            for statement in code
            for node in ast.walk(statement)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "check"
        ]
        stubs = [node for node in code if isinstance(node, ast.FunctionDef)]
        found.append(Exercise(name, stubs, calls, solutions))
    return found


def exercises_complete(chapter: Chapter) -> list[str]:
    """Each exercise has a stub, a check and one solution."""
    faults, found = [], exercises(chapter)
    if not FEWEST_EXERCISES <= len(found) <= MOST_EXERCISES:
        faults.append(
            f"have {FEWEST_EXERCISES} to {MOST_EXERCISES} exercises, each "
            f"`### Exercise N: name`; there are {len(found)}"
        )
    for number, exercise in enumerate(found, start=1):
        name = exercise.name
        if not re.fullmatch(rf"Exercise {number}: \S.*", name):
            faults.append(f"{name!r}: write `### Exercise {number}: name`")
        if not exercise.stubs:
            faults.append(f"{name}: give a stub, a function for the reader to fill in")
        if not exercise.checks:
            faults.append(f'{name}: call check("...", function) after the stub')
        if len(exercise.solutions) != 1:
            faults.append(
                f"{name}: give one ```python block in "
                "`<details><summary>Solution</summary>` ... `</details>`; there are "
                f"{len(exercise.solutions)}"
            )
    return faults


def solutions_pass(chapter: Chapter) -> list[str]:
    """After Setup alone, each solution passes its check and each stub does not."""
    setup = [cell.source for cell in chapter.section("Setup") if cell.is_code]
    jobs = [
        {
            "name": exercise.name,
            "stub": "\n".join(ast.unparse(stub) for stub in exercise.stubs),
            "solution": exercise.solutions[0] if exercise.solutions else "",
            "checks": exercise.checks,
        }
        for exercise in exercises(chapter)
    ]
    task = json.dumps({"setup": "\n".join(setup), "jobs": jobs})
    folder = chapter.path.parent
    try:
        result = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("try_solutions.py"))],
            input=task,
            capture_output=True,
            encoding="utf-8",
            cwd=folder if folder.is_dir() else ROOT,
            env={**os.environ, "MPLBACKEND": "agg"},
            timeout=SOLUTION_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [f"the solutions need more than {SOLUTION_SECONDS} s"]
    if result.returncode:
        return [f"the solutions could not be tried:\n{result.stderr[-1500:]}"]
    return json.loads(result.stdout.splitlines()[-1])


RULES = [
    headings_in_order,
    questions_from_memory,
    needs_and_study_time,
    predict_before_running,
    colab_cell_first,
    imports_in_setup,
    the_import_line,
    plain_markdown,
    prose_between_code,
    plain_words,
    numbers_have_a_source,
    links_resolve,
    lengths,
    randomness_is_modern,
    seeds_set,
    known_tags,
    ignored_cells_assert,
    stored_counts,
    outputs_belong_to_code,
    as_refreshed,
    no_errors_stored,
    no_machine_paths,
    one_figure_with_alt,
    figures_end_with_show,
    sizes,
    exercises_complete,
    solutions_pass,
]
