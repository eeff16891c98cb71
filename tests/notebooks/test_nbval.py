"""The strict run notices one changed digit, and no more than it should."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import nbval_plugin
import pytest
import refresh_notebooks
import test_notebooks as tool

ROOT = Path(__file__).resolve().parents[2]
CELLS = [
    "import sys, os\nprint('on stderr', file=sys.stderr)\nprint('accuracy 0.9871')",
    "object()",
    "print('120/120 - 4s - 31ms/step - loss: 0.25')",
    "import random\nrandom.random()",
    "print(os.environ.get('CNN_HELPERS_DIGITS') == 'sklearn')\n6 * 7",
]
TAGS = {3: ["nbval-ignore-output"]}


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory) -> str:
    """Return a notebook as the refresh stores it, as text."""
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(source, metadata={"tags": TAGS.get(place, [])})
            for place, source in enumerate(CELLS)
        ]
    )
    path = tmp_path_factory.mktemp("refreshed") / "06_small.ipynb"
    nbformat.write(notebook, path)
    code = "import sys, refresh_notebooks as r; r.prepare_environment();"
    code += "r.write_atomically(r.Path(sys.argv[1]), r.refresh(sys.argv[1])[0])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    command = [sys.executable, "-c", code, str(path)]
    subprocess.run(command, check=True, env=environment, timeout=120)
    return path.read_text(encoding="utf-8")


def nbval(text: str, folder: Path, *, strict: bool = True):
    """Run nbval on a notebook; return the ended process."""
    path = folder / "06_small.ipynb"
    path.write_text(text, encoding="utf-8")
    return tool.run([path], strict=strict, capture=True)


def test_the_stored_outputs_pass(refreshed, tmp_path):
    """Addresses, step times, stderr and ignored cells do not count."""
    outputs = refreshed.index('"outputs"', refreshed.index("object()"))
    text = refreshed[:outputs] + refreshed[outputs:].replace(
        '"120/120 - 4s - 31ms', '"120/120 - 4s - 47ms'
    )
    assert text != refreshed
    result = nbval(text, tmp_path)
    assert result.returncode == 0, result.stdout
    assert "5 passed" in result.stdout
    assert "seconds of each notebook" in result.stdout


DIGIT = [("accuracy 0.9871", "accuracy 0.9872")]
OTHERS = [
    ('"42"', '"43"'),
    ("loss: 0.25", "loss: 0.26"),
    ("<object at", "<abject at"),
]


@pytest.mark.parametrize("changes", [DIGIT, OTHERS], ids=["a digit", "three more"])
def test_a_changed_character_fails(refreshed, tmp_path, changes):
    """A stored text output that the code does not print is an error."""
    text, outputs = refreshed, refreshed.index('"outputs"')
    for old, new in changes:
        assert old in text[outputs:]
        text = text[:outputs] + text[outputs:].replace(old, new, 1)
    result = nbval(text, tmp_path)
    assert result.returncode == 1, result.stdout
    assert "Cell outputs differ" in result.stdout
    count = len(changes)
    assert f"{count} failed, {len(CELLS) - count} passed" in result.stdout


def test_the_lax_run_compares_nothing_and_uses_the_offline_digits(refreshed, tmp_path):
    """Where digits differ, outputs differ; only errors count."""
    changed = refreshed.replace("accuracy 0.9871\\n", "accuracy 0.4\\n")
    changed = changed.replace("== 'sklearn')", "== 'sklearn' or 1 / 0)")
    result = nbval(changed, tmp_path, strict=False)
    assert result.returncode == 0, result.stdout


def test_the_lax_run_fails_on_a_failing_assert(refreshed, tmp_path):
    """An assert that does not hold is an error in both runs."""
    changed = refreshed.replace('"object()"', '"assert 1 > 2"')
    assert changed != refreshed
    for strict in (False, True):
        assert nbval(changed, tmp_path, strict=strict).returncode == 1


def test_without_mnist_only_the_lax_run_is_made(monkeypatch, capsys):
    """A line says so, with the reason."""
    runs = []

    def refuse():
        raise refresh_notebooks.RefreshError("no train-images-idx3-ubyte.gz\nmore")

    def note(paths, *, strict):
        runs.append(strict)
        return subprocess.CompletedProcess([], 0)

    monkeypatch.setattr(tool, "require_mnist", refuse)
    monkeypatch.setattr(tool, "run", note)
    assert tool.main([__file__]) == 0
    assert runs == [False]
    printed = capsys.readouterr().out
    assert "No MNIST here" in printed
    assert "no train-images-idx3-ubyte.gz" in printed
    assert tool.main([__file__, "--strict"]) == 2
    assert runs == [False]
    assert tool.main([__file__, "--lax"]) == 0
    assert runs == [False, False]


def test_with_mnist_both_runs_are_made_until_one_fails(monkeypatch, capsys):
    """The strict run comes first; a failure ends it."""
    runs, codes = [], [0, 1, 1]

    def note(paths, *, strict):
        runs.append(strict)
        return subprocess.CompletedProcess([], codes[len(runs) - 1])

    monkeypatch.setattr(tool, "require_mnist", lambda: None)
    monkeypatch.setattr(tool, "run", note)
    assert tool.main([__file__]) == 1
    assert runs == [True, False]
    assert tool.main([__file__]) == 1
    assert runs == [True, False, True]
    assert "FAILED" in capsys.readouterr().out


def test_a_notebook_that_is_not_there(capsys):
    """A mistyped name is an error that names it."""
    assert tool.main(["notebooks/99_none.ipynb"]) == 2
    assert "99_none.ipynb" in capsys.readouterr().err


def test_training_chapters_have_more_time():
    """The limits are those of the book's design."""
    assert nbval_plugin.limit("notebooks/06_a.ipynb") == 30
    assert nbval_plugin.limit("notebooks/19_a.ipynb") == 90
