"""Every chapter keeps every rule, and every rule bites.

`test_a_chapter_keeps_the_rule` holds the chapters to the rules of `rules.py`. The rest
tests the rules: the example chapter keeps them all, and for each rule there is at least
one way to break the example that the rule must notice, in words that help.
"""

from __future__ import annotations

import base64
import copy
import os
from pathlib import Path

import nbformat
import pytest
import rules
from rules import RULES, Chapter

EXAMPLE = Path(__file__).with_name("example.ipynb")
CHAPTERS = sorted((rules.ROOT / "notebooks").glob("*.ipynb"))
NAMES = [rule.__name__ for rule in RULES]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_chapter_keeps_the_rule(path, rule):
    """A fault's message says where it is and what to change."""
    faults = rule(Chapter.read(path))
    assert not faults, f"{path.name} breaks {rule.__name__}:\n" + "\n".join(faults)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_is_named_by_number_and_title(path):
    """Chapters are NN_snake_case.ipynb, and nothing else lies beside them."""
    assert rules.re.fullmatch(r"\d\d(_[a-z0-9]+)+", path.stem)


# ------------------------------------------------------- the rules themselves


def example() -> Chapter:
    """Return the example chapter, as if it stood among the others."""
    notebook = nbformat.read(EXAMPLE, as_version=4)
    return Chapter(notebook, rules.ROOT / "notebooks" / "00_example.ipynb")


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_the_example_keeps_the_rule(rule):
    """The example is a whole chapter without a fault."""
    assert rule(example()) == []


def replace(old: str, new: str, kind: str = "markdown"):
    """Return a change: in the first cell of a kind that holds it, `old` for `new`."""

    def change(notebook):
        cell = next(
            c for c in notebook.cells if c.cell_type == kind and old in c.source
        )
        cell.source = cell.source.replace(old, new, 1)

    change.__name__ = f"{old[:30]!r} -> {new[:40]!r}"
    return change


def in_code(old: str, new: str):
    """Return a change of the code."""
    return replace(old, new, kind="code")


def cell_with(notebook, text: str):
    """Return the first code cell that holds a text."""
    return next(c for c in notebook.cells if c.cell_type == "code" and text in c.source)


def drawing(notebook):
    """Return the cell that draws."""
    return cell_with(notebook, "plt.plot")


def drop(notebook, text: str):
    """Remove the first cell that holds a text."""
    place = next(i for i, c in enumerate(notebook.cells) if text in c.source)
    del notebook.cells[place]


def drop_prose_between_code(notebook):
    """Remove the paragraph before a pair of code cells."""
    drop(notebook, "Two: the zero was zero before")


def add_code_cells(count: int, lines: int = 1):
    """Return a change that adds code cells of some lines each, with prose between."""

    def change(notebook):
        for number in range(count):
            source = "\n".join(f"x{line} = {number}" for line in range(lines))
            notebook.cells.insert(12, nbformat.v4.new_code_cell(source))
            notebook.cells.insert(12, nbformat.v4.new_markdown_cell("Prose."))

    change.__name__ = f"{count} more cells of {lines} lines"
    return change


def keep_few_cells(notebook):
    """Leave nine code cells."""
    for _ in range(8):
        notebook.cells.remove(cell_with(notebook, ""))


def tag(text: str, *tags: str):
    """Return a change that sets the tags of a code cell."""

    def change(notebook):
        cell_with(notebook, text).metadata["tags"] = list(tags)

    change.__name__ = f"tags {tags}"
    return change


def add_output(holds: str, **output):
    """Return a change that stores one more output in a code cell."""

    def change(notebook):
        cell_with(notebook, holds).outputs.append(nbformat.v4.new_output(**output))

    change.__name__ = f"one more {output['output_type']}"
    return change


def drop_count(notebook):
    """Remove an execution count: nbval would not compare the cell."""
    cell_with(notebook, "print(row)").execution_count = None


def swap_counts(notebook):
    """Store the counts of cells that were run out of order."""
    cell_with(notebook, "print(row)").execution_count = 4
    cell_with(notebook, "rectified =").execution_count = 3


def second_picture(notebook):
    """Let a cell draw twice."""
    cell = drawing(notebook)
    cell.outputs.append(copy.deepcopy(cell.outputs[0]))


def heavy_picture(notebook):
    """Store a picture of 200 kB."""
    noise = base64.b64encode(os.urandom(200_000)).decode()
    drawing(notebook).outputs[0].data["image/png"] = noise


def heavy_page(notebook):
    """Print more than two megabytes."""
    cell_with(notebook, "print(row)").outputs[0].text = "x" * 2_100_000


def drop_alt(notebook):
    """Remove the alt text."""
    del drawing(notebook).metadata["mystnb"]


def poor_alt(notebook):
    """Write an alt text that says nothing."""
    drawing(notebook).metadata["mystnb"]["image"]["alt"] = "A plot"


def alt_without_picture(notebook):
    """Remove the picture and leave its alt text."""
    drawing(notebook).outputs = []


def drop_caption(notebook):
    """Remove the caption."""
    drop(notebook, "The rectifier has one corner")


def editor_metadata(notebook):
    """Leave what an editor writes into a cell."""
    cell_with(notebook, "print(row)").metadata["collapsed"] = False


def random_id(notebook):
    """Give a Markdown cell an id that is not made of its text."""
    notebook.cells[0].id = "0123abcd"


def another_kernel(notebook):
    """Name a kernel that readers do not have."""
    notebook.metadata.kernelspec.name = "my-env"


HERE = rules.ROOT.as_posix()
STUB = "def softmax(logits, axis=-1):\n"
RIGHT_RELU = "return np.maximum(values, 0)\n```"

# rule -> ways to break the example, each with words that the fault must contain
BREAKS = {
    "headings_in_order": [
        (replace("## From memory", "## Remember"), "From memory"),
        (replace("# Keep what matters", "## Keep what matters"), "one title"),
        (replace("## Setup", "# Setup"), "one title"),
        (replace("## Sources", "## References"), "Sources"),
        (replace("## What is next", "## Sources\n\n## What is next"), "Sources"),
        (
            replace(
                "## What is left", "## What the articles got wrong\n\n## What is left"
            ),
            "right before",
        ),
        (lambda notebook: drop(notebook, "## Exercises"), "Exercises"),
    ],
    "questions_from_memory": [
        (replace("3. Where does the bias come in?\n", ""), "three"),
        (replace("<summary>Answers", "<summary>Solutions"), "Answers"),
    ],
    "needs_and_study_time": [
        (replace("**If you skipped it, know this:**", "Know this:"), "skipped"),
        (replace("**Study time:** about", "**Study time:** around"), "Study time"),
        (replace("NumPy arrays.", "NumPy arrays. " + "Word " * 2000), "stale"),
    ],
    "predict_before_running": [(replace("**Predict:** of", "Of"), "predict")],
    "colab_cell_first": [
        (in_code("elsewhere it does nothing", "not elsewhere"), "exactly"),
        (tag("google.colab"), "remove-cell"),
        (lambda notebook: drop(notebook, "google.colab"), "exactly"),
    ],
    "imports_in_setup": [
        (in_code("rectified =", "import math\nrectified ="), "import math"),
        (
            in_code("    return np.maximum", "    from math import e\n    return np.m"),
            "from math import e",
        ),
        (lambda notebook: drop(notebook, "import numpy"), "one code cell"),
    ],
    "the_import_line": [(tag("print(row)", "the-import-line"), "17_numpy_to_keras")],
    "plain_markdown": [
        (replace("NumPy arrays.", "```{note}\nNumPy arrays.\n```"), "directive"),
        (replace("NumPy arrays.", ":::{tip}\nNumPy.\n:::"), "directive"),
        (replace("NumPy arrays.", "{ref}`arrays`"), "role"),
        (replace("## Setup", "(setup)=\n## Setup"), "target"),
        (replace("NumPy arrays.", "NumPy {{ arrays }}."), "substitution"),
        (replace("NumPy arrays.", "NumPy arrays.[^1]"), "footnote"),
    ],
    "prose_between_code": [(drop_prose_between_code, "third")],
    "plain_words": [
        (replace("NumPy arrays.", "You just need NumPy arrays."), "'just'"),
        (replace("NumPy arrays.", "Simply NumPy."), "'Simply'"),
    ],
    "numbers_have_a_source": [
        (replace("50.3 %", "50.4 %"), "50.4 %"),
        (replace("a share of 0.84", "a share of 0.85"), "0.85"),
        (replace("10 - 3 + 1 = 8 places", "10 - 2.5 places"), "2.5"),
        (
            replace(
                "([Krizhevsky and others, 2012](https://doi.org/10.1145/3065386))", ""
            ),
            "25 %",
        ),
    ],
    "links_resolve": [
        (replace("NumPy arrays.", "[Arrays](04_no_such_chapter.ipynb)"), "no file"),
        (replace("NumPy arrays.", "[Arrays](#no-such-section)"), "no section"),
        (replace("NumPy arrays.", "[A](../book/notation.md#nowhere)"), "no section"),
        (replace("NumPy arrays.", "[A](../pyproject.toml)"), "no page"),
        (replace("NumPy arrays.", "[A](../../outside.md)"), "no file"),
    ],
    "lengths": [
        (keep_few_cells, "there are"),
        (add_code_cells(30), "there are"),
        (add_code_cells(20, lines=7), "median"),
        (add_code_cells(1, lines=26), "split"),
    ],
    "randomness_is_modern": [
        (in_code("rng.normal(size=10_000)", "np.random.randn(10_000)"), "default_rng"),
        (in_code("rng = ", "np.random.seed(0)\nrng = "), "default_rng"),
        (in_code("import numpy as np", "import numpy as np\nimport random"), "random"),
        (in_code("import numpy as np", "from numpy.random import rand"), "random"),
    ],
    "seeds_set": [
        (in_code("default_rng(0)", "default_rng()"), "seed"),
        (in_code("import numpy as np", "import keras\nimport numpy as np"), "0 times"),
        (in_code("import numpy as np", "from keras import layers"), "set_random_seed"),
        (
            in_code(
                "rng = ",
                "import keras\nkeras.utils.set_random_seed(0)\n"
                "keras.utils.set_random_seed(1)\nrng = ",
            ),
            "2 times",
        ),
    ],
    "known_tags": [
        (tag("print(row)", "hide_input"), "hide_input"),
        (tag("print(row)", "measures-time"), "nbval-ignore-output"),
        (tag("print(row)", "needs-mnist-cache"), "nbval-ignore-output"),
    ],
    "ignored_cells_assert": [
        (tag("[[-3, 3]", "nbval-ignore-output"), "assert"),
        (tag("[[-3, 3]", "nbval-skip"), "assert"),
    ],
    "stored_counts": [(drop_count, "None"), (swap_counts, "[1, 2, 4, 3")],
    "outputs_belong_to_code": [(in_code("print(row)", "print( row )"), "edited")],
    "as_refreshed": [
        (editor_metadata, "refresh"),
        (random_id, "Keep what matters"),
        (another_kernel, "metadata"),
        (replace("NumPy arrays.", "Arrays."), "--text-only"),
    ],
    "no_errors_stored": [
        (
            add_output(
                "print(row)", output_type="error", ename="KeyError", evalue="'a'"
            ),
            "KeyError",
        ),
        (
            add_output("print(row)", output_type="stream", name="stderr", text="!"),
            "stderr",
        ),
    ],
    "no_machine_paths": [
        (
            add_output(
                "print(row)", output_type="stream", name="stdout", text=f"{HERE}/x"
            ),
            "path",
        ),
        (
            add_output(
                "print(row)",
                output_type="execute_result",
                data={"text/plain": "PosixPath('/home/ada/x')"},
            ),
            "/home/ada",
        ),
    ],
    "one_figure_with_alt": [
        (second_picture, "2 figures"),
        (drop_alt, "alt"),
        (poor_alt, "alt"),
        (alt_without_picture, "no figure"),
        (drop_caption, "caption"),
    ],
    "figures_end_with_show": [(in_code("plt.show()", "plt.draw()"), "plt.show()")],
    "sizes": [(heavy_picture, "200 kB"), (heavy_page, "MB")],
    "exercises_complete": [
        (replace("### Exercise 2:", "### Exercise 4:"), "Exercise 2: name"),
        (replace("### Exercise 3: the width", "### The width"), "there are 2"),
        (replace("```python\ndef softmax", "```\ndef softmax"), "Exercise 2"),
        (replace("<summary>Solution</summary>", "<summary>Hint</summary>"), "Solution"),
        (in_code('check("softmax", softmax)', "softmax(3)"), "check"),
        (in_code(STUB, "class softmax:\n"), "stub"),
    ],
    "solutions_pass": [
        (replace(RIGHT_RELU, "return np.minimum(values, 0)\n```"), "does not pass"),
        (replace(RIGHT_RELU, "return rectify(values)\n```"), "Exercise 1"),
        (replace(RIGHT_RELU, "return np.maximum(values,\n```"), "after Setup alone"),
        (
            in_code("return None  # your code", "return np.maximum(values, 0)"),
            "stub passes",
        ),
        (in_code("default_rng(0)", "no_such_name"), "could not be tried"),
    ],
}

CASES = [
    pytest.param(name, change, words, id=f"{name}-{number}")
    for name, breaks in BREAKS.items()
    for number, (change, words) in enumerate(breaks)
]


def test_every_rule_is_shown_to_bite():
    """A new rule comes with a way to break it, and no break is left without a rule."""
    assert set(BREAKS) == set(NAMES)
    assert all(BREAKS.values())


@pytest.mark.parametrize(("name", "change", "words"), CASES)
def test_a_rule_bites(name, change, words):
    """The rule names the fault in words that help, and returns nothing but text."""
    broken = example()
    change(broken.notebook)
    faults = getattr(rules, name)(Chapter(broken.notebook, broken.path))
    assert faults
    assert all(isinstance(fault, str) for fault in faults)
    assert words in "\n".join(faults)


def accept(old: str, new: str, kind: str = "markdown") -> Chapter:
    """Return the example after a harmless change."""
    chapter = example()
    replace(old, new, kind)(chapter.notebook)
    return Chapter(chapter.notebook, chapter.path)


@pytest.mark.parametrize(
    ("rule", "chapter"),
    [
        ("plain_markdown", ("NumPy arrays.", "`{note}` in code, $\\{x\\}$, a {set}.")),
        ("plain_markdown", ("NumPy arrays.", "```python\nx = {1: 2}\n```")),
        ("plain_words", ("NumPy arrays.", 'The article says "simply add".')),
        ("plain_words", ("NumPy arrays.", "Adjust the code `just()`.")),
        ("numbers_have_a_source", ("NumPy arrays.", "Half, 0.5, is printed.")),
        ("numbers_have_a_source", ("NumPy arrays.", "Needs Keras 3.15 or 1,024 bytes")),
        (
            "numbers_have_a_source",
            ("NumPy arrays.", "`0.123` and [a](https://x.y/1.2)"),
        ),
        ("links_resolve", ("NumPy arrays.", "[above](#from-memory), `[x](y)`")),
        ("links_resolve", ("NumPy arrays.", "[Notation](../book/notation.md)")),
    ],
)
def test_a_rule_lets_pass(rule, chapter):
    """Code, quotations and versions are not taken for what the rules forbid."""
    assert getattr(rules, rule)(accept(*chapter)) == []


def test_an_error_that_is_the_lesson_may_be_stored():
    """The tag raises-exception allows a stored error."""
    chapter = example()
    tag("print(row)", "raises-exception")(chapter.notebook)
    add_output("print(row)", output_type="error", ename="KeyError", evalue="")(
        chapter.notebook
    )
    assert rules.no_errors_stored(chapter) == []


def test_an_assert_that_cannot_fail_does_not_count():
    """`assert True` is no claim."""
    chapter = example()
    cell = cell_with(chapter.notebook, "shifted =")
    cell.source += "\nassert True"
    tag("shifted =", "nbval-ignore-output")(chapter.notebook)
    cell_with(chapter.notebook, "np.abs(row)").source = "print(1)"
    assert rules.ignored_cells_assert(Chapter(chapter.notebook, chapter.path))


def with_import_lines(*sources):
    """Return the example as chapter 17, with cells that hold the import line."""
    notebook = example().notebook
    for source in sources:
        cell = nbformat.v4.new_code_cell(source)
        cell.metadata["tags"] = ["the-import-line"]
        notebook.cells.insert(12, cell)
    return Chapter(notebook, rules.ROOT / "notebooks" / "17_numpy_to_keras.ipynb")


def test_the_import_line_may_stand_twice_in_its_chapter():
    """Two cells that differ in the library alone keep both rules."""
    chapter = with_import_lines(
        "from cnn_helpers import layers, models", "from keras import layers, models"
    )
    assert rules.the_import_line(chapter) == []
    assert rules.imports_in_setup(chapter) == []


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (["from keras import layers"], "two cells"),
        (["from keras import layers"] * 2, "differ in the library"),
        (["from keras import layers", "from a import layers, models"], "nothing else"),
        (["from keras import layers", "from a import layers as models"], "nothing"),
        (["from keras import layers", "import layers"], "one line"),
        (["from keras import layers", "from a import layers\nx = 1"], "no more"),
        (["from keras import layers", "from a import layers", "from b import layers"],
         "two cells"),
    ],
)  # fmt: skip
def test_the_import_line_and_nothing_else(sources, words):
    """The exception is as narrow as its reason."""
    faults = rules.the_import_line(with_import_lines(*sources))
    assert words in "\n".join(faults)


def test_the_import_line_is_no_door_for_other_imports():
    """A cell without the tag still may not import, in chapter 17 either."""
    chapter = with_import_lines("from a import layers", "from b import layers")
    cell_with(chapter.notebook, "from a").metadata["tags"] = []
    assert rules.imports_in_setup(Chapter(chapter.notebook, chapter.path))
