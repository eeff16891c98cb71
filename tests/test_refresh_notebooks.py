"""A refresh stores the same bytes each time, and nothing when a cell fails."""

from __future__ import annotations

import base64
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import nbformat
import pytest
import refresh_notebooks as tool

ROOT = Path(__file__).resolve().parents[1]

# Everything that could make two runs differ: a figure, an address, stderr, a progress
# line, two threads of output, a time.
CELLS = [
    "import sys, time\nimport matplotlib.pyplot as plt\nprint(object())",
    "print('1/2', end='\\r'); print('2/2'); print('warning', file=sys.stderr)\n"
    "print('end')",
    "plt.plot([1, 2]); plt.show()",
    "time.time_ns()",
    "{'a': 1}",
    "1 / 0",
]
TAGS = {3: ["measures-time", "nbval-ignore-output"], 5: ["raises-exception"]}


def notebook_of(cells=CELLS, tags=TAGS, text="## What you need first\n\nNothing."):
    """Return a notebook of code cells after one cell of Markdown."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    for place, source in enumerate(cells):
        metadata = {"tags": tags.get(place, []), "collapsed": True}
        notebook.cells.append(nbformat.v4.new_code_cell(source, metadata=metadata))
    return notebook


def run(*arguments: str):
    """Refresh in a process of its own, without asking for MNIST."""
    code = "import sys, refresh_notebooks as r; r.require_mnist = lambda: None;"
    code += "sys.exit(r.main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT / "tools")},
        timeout=180,
        check=False,
    )


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory) -> Path:
    """Return the path of a notebook that was refreshed once."""
    path = tmp_path_factory.mktemp("notebooks") / "06_small.ipynb"
    nbformat.write(notebook_of(), path)
    result = run(path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 notebooks ran; 1 changed" in result.stdout
    return path


@pytest.fixture
def cells(refreshed):
    """Return the cells of the refreshed notebook."""
    return nbformat.read(refreshed, as_version=4).cells


def test_two_refreshes_write_the_same_bytes(refreshed):
    """The time that a cell measures is kept too."""
    before = refreshed.read_bytes()
    result = run(refreshed)
    assert result.returncode == 0
    assert "unchanged" in result.stdout
    assert refreshed.read_bytes() == before
    assert list(refreshed.parent.iterdir()) == [refreshed]


def test_remeasure_renews_what_measures_time(refreshed):
    """--check writes nothing and says which cell would change."""
    before = refreshed.read_bytes()
    result = run(refreshed, "--remeasure", "--check")
    assert result.returncode == 1
    assert "changed: In [4]" in result.stdout
    assert refreshed.read_bytes() == before
    assert run(refreshed, "--check").returncode == 0


def test_what_is_stored(cells):
    """Counts, text as a terminal shows it, no stderr, no address, bare metadata."""
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5, 6]
    assert [cell.metadata for cell in code[:3]] == [{}, {}, {}]
    assert code[3].metadata == {"tags": TAGS[3]}
    assert code[0].outputs[0].text == "<object object at 0x...>\n"
    assert [output.text for output in code[1].outputs] == ["2/2\nend\n"]
    assert code[5].outputs[0].traceback == ["ZeroDivisionError: division by zero"]
    assert "**Study time:** about 5 minutes" in cells[0].source


def test_the_picture_names_no_version(cells):
    """Another release of matplotlib must not change a picture by its signature."""
    picture = base64.b64decode(cells[3].outputs[0].data["image/png"])
    assert picture.startswith(tool.PNG_SIGNATURE)
    assert b"Software" not in picture
    assert b"IEND" in picture


def test_strip_png_removes_remarks_and_nothing_else():
    """What is left is the picture's own chunks, in order."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    kept = [chunk(b"IHDR", b"1" * 13), chunk(b"IDAT", b"22"), chunk(b"IEND", b"")]
    remark = chunk(b"tEXt", b"Software\0Matplotlib")
    whole = tool.PNG_SIGNATURE + kept[0] + remark + kept[1] + kept[2]
    assert tool.strip_png(whole) == tool.PNG_SIGNATURE + b"".join(kept)
    assert tool.strip_png(b"no picture") == b"no picture"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("1/2\r2/2\n", "2/2\n"),
        ("a\r\nb", "a\nb"),
        ("ab\x08c", "ac"),
        ("abc\x08\x08\x08d", "d"),
        ("a\nb", "a\nb"),
    ],
)
def test_as_shown(printed, shown):
    """Progress bars are stored as they stand in the end."""
    assert tool.as_shown(printed) == shown


def test_a_failing_cell_leaves_the_file(tmp_path):
    """The message names notebook, cell and error; the exit code is 1."""
    path = tmp_path / "06_failing.ipynb"
    good = notebook_of(["x = 1", "x.y"], tags={})
    nbformat.write(good, path)
    before = path.read_bytes()
    result = run(path)
    assert result.returncode == 1
    assert "06_failing.ipynb: cell 3 (In [2]) raised AttributeError" in result.stdout
    assert "'int' object has no attribute 'y'" in result.stdout
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_one_failure_does_not_stop_the_others(tmp_path):
    """Every notebook is tried; the last line names those that failed."""
    for name, source in [("01_bad", "1 / 0"), ("02_good", "1")]:
        nbformat.write(notebook_of([source], tags={}), tmp_path / f"{name}.ipynb")
    result = run(tmp_path / "01_bad.ipynb", tmp_path / "02_good.ipynb")
    assert result.returncode == 1
    assert "1 of 2 notebooks failed: 01_bad.ipynb" in result.stdout
    good = nbformat.read(tmp_path / "02_good.ipynb", as_version=4)
    assert good.cells[1].execution_count == 1


@pytest.mark.parametrize("content", [None, "{", '{"cells": 3}'])
def test_a_file_that_is_no_notebook(tmp_path, content):
    """A missing or broken file is an error that names it, not a traceback."""
    path = tmp_path / "06_broken.ipynb"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = run(path)
    assert result.returncode == 1
    assert "06_broken.ipynb" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_a_refresh_without_mnist_is_refused(tmp_path):
    """Outputs of the offline digits must not be stored."""
    path = tmp_path / "06_small.ipynb"
    nbformat.write(notebook_of(["1"], tags={}), path)
    before = path.read_bytes()
    code = "import sys, refresh_notebooks as r\n"
    code += "def none(): raise OSError('no mnist/train-images-idx3-ubyte.gz')\n"
    code += "import types; d = types.ModuleType('cnn_helpers.datasets')\n"
    code += "d.load_mnist = none; sys.modules['cnn_helpers.datasets'] = d\n"
    code += "sys.exit(r.main(sys.argv[1:]))"
    result = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT / "tools")},
        timeout=60,
        check=False,
    )
    assert result.returncode == 2
    assert "train-images-idx3-ubyte.gz" in result.stderr
    assert "CNN_HELPERS_DATA" in result.stderr
    assert path.read_bytes() == before


def test_text_only_runs_nothing(refreshed, tmp_path):
    """Prose may be edited without a run; code may not."""
    path = tmp_path / "06_small.ipynb"
    notebook = nbformat.read(refreshed, as_version=4)
    notebook.cells[0].source += "\n\n" + "More words. " * 900
    nbformat.write(notebook, path)
    assert run(path, "--text-only").returncode == 0
    after = nbformat.read(path, as_version=4)
    assert "**Study time:** about 15 minutes" in after.cells[0].source
    assert [c.get("outputs") for c in after.cells] == [
        c.get("outputs") for c in notebook.cells
    ]
    after.cells[2].source += "  # edited"
    nbformat.write(after, path)
    result = run(path, "--text-only")
    assert result.returncode == 1
    assert "cell 3 was edited after it ran" in result.stdout


def test_study_minutes_count_words_cells_and_exercises():
    """720 words, two code cells and an exercise: 4 + 1 + 5, rounded up to five."""
    text = "word " * 718 + "\n\n### Exercise 1: it\n\n```python\nno = 'words'\n```"
    notebook = notebook_of(["1", "2"], tags={}, text=text)
    assert tool.study_minutes(notebook) == 15
    notebook.cells[0].source = text.replace("word " * 718, "word " * 500)
    assert tool.study_minutes(notebook) == 10


def test_ids_are_made_of_the_text():
    """The same text has the same id wherever it stands; a second one is numbered."""
    names = tool.cell_names(notebook_of(["1", "2", "1"], tags={}))
    moved = tool.cell_names(notebook_of(["2", "1"], tags={}))
    assert names[1:3] == moved[:0:-1]
    assert names[3] == f"{names[1]}-2"


def test_real_digits_only(monkeypatch):
    """A substitute that was asked for in the environment is not used."""
    monkeypatch.setenv("CNN_HELPERS_DIGITS", "sklearn")
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "this one")
    monkeypatch.setenv("NO_COLOR", "")
    tool.prepare_environment()
    assert "CNN_HELPERS_DIGITS" not in os.environ
    assert os.environ["PYTEST_CURRENT_TEST"] == "1"


def test_base64_that_looks_like_an_address_is_kept():
    weights = "Aq+0x1a2B3c4dJv5/0xabcdef12=="
    text = f'<div data="{weights}">at 0x7f00aa11bb22</div>'
    kept = tool.clean_text(text)
    assert kept == f'<div data="{weights}">at 0x...</div>'
