"""Directives that list chapters with what the notebooks say about themselves."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from .chapters import Chapter, Exercise, Part, duration, read_parts


def _link(docname: str, text: str) -> addnodes.pending_xref:
    """Return a link to another page of the book, resolved by Sphinx."""
    inner = nodes.inline("", text)
    return addnodes.pending_xref(
        "",
        inner,
        refdomain="std",
        reftype="doc",
        reftarget=f"/{docname}",
        refexplicit=True,
        refwarn=True,
    )


class ChapterDirective(SphinxDirective):
    """What the listing directives share: the parts, and pages read again in time."""

    def parts(self) -> list[Part]:
        """Read the parts; the page is rebuilt when a notebook or the toc changes."""
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / "_toc.yml"))
        for notebook in sorted((root / "notebooks").glob("*.ipynb")):
            self.env.note_dependency(str(notebook))
        return read_parts(root)

    def inline(self, markdown: str) -> list[nodes.Node]:
        """Return the nodes of one line of Markdown."""
        children, _ = self.parse_inline(markdown)
        return children

    def chapter_item(self, chapter: Chapter) -> nodes.list_item:
        """Return one chapter: linked title, minutes, objectives."""
        line = nodes.paragraph("", "", classes=["chapter-line"])
        number = f"{chapter.number}. "
        line += nodes.inline("", number, classes=["chapter-number"])
        line += _link(chapter.docname, chapter.title)
        if chapter.minutes:
            text = f" {duration(chapter.minutes)}"
            line += nodes.inline("", text, classes=["chapter-minutes"])
        item = nodes.list_item("", line, classes=["chapter"])
        if chapter.objectives:
            objectives = nodes.bullet_list(classes=["objectives"])
            for objective in chapter.objectives:
                text = nodes.paragraph("", "", *self.inline(objective))
                objectives += nodes.list_item("", text)
            item += objectives
        return item

    def chapter_list(self, chapters: tuple[Chapter, ...]) -> nodes.bullet_list:
        """Return the list of chapters."""
        items = [self.chapter_item(chapter) for chapter in chapters]
        return nodes.bullet_list("", *items, classes=["chapters"])


class CourseDirective(ChapterDirective):
    """`{course}`: every part with its chapters; book.js adds the progress list."""

    def run(self) -> list[nodes.Node]:
        """Return one section a part that has chapters."""
        sections = []
        for part in self.parts():
            if not part.chapters:
                continue
            identifier = nodes.make_id(part.caption)
            section = nodes.section("", nodes.title("", part.caption), ids=[identifier])
            section += self.chapter_list(part.chapters)
            sections.append(section)
        return sections


class ExercisesDirective(ChapterDirective):
    """`{exercises}`: every exercise of the book, with what it asks for."""

    def run(self) -> list[nodes.Node]:
        """Return how many there are, then one section a chapter."""
        chapters = [
            chapter
            for part in self.parts()
            for chapter in part.chapters
            if chapter.exercises
        ]
        count = sum(len(chapter.exercises) for chapter in chapters)
        numbers = {chapter.number for chapter in chapters}
        words = f"The {len(numbers)} chapters have {count} exercises."
        found = [nodes.paragraph("", words, classes=["exercise-count"])]
        for chapter in chapters:
            section = nodes.section("", nodes.title("", chapter.label))
            section["ids"] = [nodes.make_id(chapter.name)]
            items = [self.item(chapter, exercise) for exercise in chapter.exercises]
            section += nodes.bullet_list("", *items, classes=["exercises"])
            found.append(section)
        return found

    def item(self, chapter: Chapter, exercise: Exercise) -> nodes.list_item:
        """Return one exercise: its linked name and what it asks for."""
        address = f"/{chapter.docname}.ipynb#{exercise.anchor}"
        title = re.sub(r"([\[\]])", r"\\\1", exercise.title)
        link = self.inline(f"[{title}]({address})")
        name = nodes.paragraph("", "", *link, classes=["exercise-name"])
        return nodes.list_item(
            "", name, nodes.paragraph("", "", *self.inline(exercise.asks))
        )


class PartDirective(ChapterDirective):
    """`{part}`: the chapters of the part that the page opens."""

    def run(self) -> list[nodes.Node]:
        """List the chapters of the part, or say that there are none yet."""
        for part in self.parts():
            if part.opener == self.env.docname:
                if part.chapters:
                    return [self.chapter_list(part.chapters)]
                return [nodes.paragraph("", "No chapter of this part is out yet.")]
        raise self.error(f"{self.env.docname} opens no part of _toc.yml")


class PathsDirective(ChapterDirective):
    """`{paths}`: the reading paths of book/paths.yml with their chapters and time."""

    def run(self) -> list[nodes.Node]:
        """Return one block a path."""
        root = Path(self.env.srcdir)
        source = root / "book/paths.yml"
        self.env.note_dependency(str(source))
        chapters = {c.name: c for part in self.parts() for c in part.chapters}
        paths = yaml.safe_load(source.read_text(encoding="utf-8"))
        return [
            nodes.container(
                "", *(self.path(p, chapters) for p in paths), classes=["paths"]
            )
        ]

    def path(self, path: dict, chapters: dict[str, Chapter]) -> nodes.container:
        """Return one path: name, for whom, time, chapters in order."""
        present = [chapters[name] for name in path["chapters"] if name in chapters]
        missing = len(path["chapters"]) - len(present)
        block = nodes.container("", classes=["path"])
        block += nodes.paragraph("", path["name"], classes=["path-name"])
        block += nodes.paragraph("", "", *self.inline(path["for"]))
        minutes = sum(chapter.minutes or 0 for chapter in present)
        time = f"{duration(minutes)} of study"
        if missing:
            time += f" so far: {len(present)} of its {len(path['chapters'])} chapters"
        block += nodes.paragraph("", time, classes=["path-time"])
        stops = nodes.bullet_list("", classes=["path-stops"])
        for chapter in present:
            line = nodes.paragraph("", "", _link(chapter.docname, chapter.title))
            stops += nodes.list_item("", line)
        if present:
            block += stops
        return block


class RoadDirective(ChapterDirective):
    """`{road}`: the parts of book/road.yml, a picture each."""

    def entries(self) -> list[dict]:
        """Read the parts with their pictures."""
        source = Path(self.env.srcdir) / "book/road.yml"
        self.env.note_dependency(str(source))
        return yaml.safe_load(source.read_text(encoding="utf-8"))

    def picture(self, entry: dict) -> nodes.image:
        """Return the picture of a part."""
        address = f"/book/assets/road/{entry['picture']}"
        return nodes.image(uri=address, alt=" ".join(entry["alt"].split()))

    def run(self) -> list[nodes.Node]:
        """Return the cards; a part that stands links to its opener."""
        openers = {part.caption: part.opener for part in self.parts()}
        cards = nodes.bullet_list("", classes=["road"])
        for entry in self.entries():
            cards += self.card(entry, openers.get(entry["part"]))
        return [cards]

    def card(self, entry: dict, opener: str | None) -> nodes.list_item:
        """Return one part: its picture, its name and a sentence."""
        image = self.picture(entry)
        text, name = nodes.paragraph("", entry["text"]), entry["part"]
        if opener is None:
            text += nodes.inline("", " In preparation.", classes=["to-come"])
        link = _link(opener, name) if opener else nodes.inline("", name)
        title = nodes.paragraph("", "", link, classes=["road-name"])
        return nodes.list_item("", image, title, text, classes=["road-part"])


class PartPictureDirective(RoadDirective):
    """`{part-picture}`: the front page's picture of the part that the page opens."""

    def run(self) -> list[nodes.Node]:
        """Return the picture."""
        openers = {part.opener: part.caption for part in self.parts()}
        for entry in self.entries():
            if entry["part"] == openers.get(self.env.docname):
                picture = self.picture(entry)
                picture["classes"].append("part-picture")
                return [picture]
        raise self.error(f"book/road.yml has no picture for {self.env.docname}")


class StartDirective(ChapterDirective):
    """`{start}`: the two links with which a reader begins."""

    def run(self) -> list[nodes.Node]:
        """Return a link to the first chapter and one to the installation."""
        chapters = [chapter for part in self.parts() for chapter in part.chapters]
        line = nodes.paragraph("", "", classes=["start"])
        if chapters:
            first = chapters[0]
            line += _link(first.docname, f"Start with chapter {first.number}")
        line += nodes.Text(" ")
        line += _link("book/how_to_use", "Run the code yourself")
        return [line]


def setup(app) -> None:
    """Register the directives."""
    app.add_directive("part-picture", PartPictureDirective)
    app.add_directive("start", StartDirective)
    app.add_directive("road", RoadDirective)
    app.add_directive("course", CourseDirective)
    app.add_directive("exercises", ExercisesDirective)
    app.add_directive("part", PartDirective)
    app.add_directive("paths", PathsDirective)
