"""The runs on other versions: what they install, where they run, what they report."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import make_environment
import pytest
import try_versions as tool

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
NEEDED = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["keras"]
NAMES = {re.match(r"[\w-]+", requirement)[0] for requirement in NEEDED}


def pins(requirements: list[str]) -> dict[str, str]:
    """Return the exact version of each requirement that has one."""
    return dict(entry.split("==") for entry in requirements if "==" in entry)


def numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers that can be compared."""
    return tuple(map(int, version.split(".")))


def test_colab_pins_all_that_the_package_needs():
    """Every line is one exact version, and none is below what pyproject allows."""
    wanted = tool.requirements_of("colab")
    versions = pins(wanted)
    assert len(versions) == len(wanted)
    assert set(versions) >= NAMES
    lowest = pins(tool.requirements_of("oldest"))
    for name in NAMES:
        assert numbers(versions[name]) >= numbers(lowest[name]), name


def test_colab_s_list_says_of_when_it_is():
    text = tool.COLAB.read_text(encoding="utf-8")
    assert re.search(r"^# (January|August|\w+) 20\d\d", text, re.MULTILINE)
    assert tool.python_of("colab") == "3.13"


def test_the_oldest_are_those_of_pyproject():
    """Each dependency's floor, and nothing of the book's own newer pins."""
    lowest = pins(tool.requirements_of("oldest"))
    for requirement in NEEDED:
        name, floor = requirement.split(">=")
        assert lowest[name] == floor
    assert {"pytest", "nbval", "hypothesis", "ipykernel"} <= set(lowest)
    assert "jupyter-book" not in lowest


def test_a_dependency_without_a_lowest_version_is_named():
    with pytest.raises(tool.TryError, match="names no lowest version: numpy<3"):
        tool.at_their_lowest(["scipy>=1.13", "numpy<3"])


def test_the_newest_are_not_pinned():
    wanted = tool.requirements_of("newest")
    assert not pins(wanted)
    assert set(NEEDED) <= set(wanted)


def test_the_pythons_are_the_first_and_the_last_that_the_book_supports(monkeypatch):
    assert tool.python_of("oldest") == "3.11"
    assert tool.python_of("newest") == "3.13"
    monkeypatch.setattr(make_environment, "SUPPORTED", ((3, 12), (3, 14)))
    assert tool.python_of("oldest") == "3.12"
    assert tool.python_of("newest") == "3.14"


def test_pip_refuses_the_package_on_no_newer_python():
    """Colab will move to a Python that is not out yet; its cell would fail unseen."""
    oldest = ".".join(map(str, make_environment.SUPPORTED[0]))
    assert PROJECT["requires-python"] == f">={oldest}"


def test_the_package_is_installed_by_the_cell_s_own_command(monkeypatch):
    """Flags and all; the address alone is exchanged."""
    calls = []
    monkeypatch.setattr(tool, "pip", lambda python, *args: calls.append(args))
    path = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))[0]
    tool.install_package("python", path)
    assert calls[-1] == ("install", "-q", "--no-deps", f"git+{ROOT.as_uri()}")


def test_a_cell_without_the_command_is_an_error():
    with pytest.raises(tool.TryError, match="holds no `pip install git"):
        tool.colab_command("import sys", "git+file:///book")


def test_a_missing_python_is_said(monkeypatch, capsys):
    monkeypatch.setattr(tool, "interpreters", lambda version: [sys.executable])
    assert tool.choose_python("3.99") == sys.executable
    assert "there is no Python 3.99 on this machine" in capsys.readouterr().out
    own = ".".join(map(str, sys.version_info[:2]))
    assert tool.choose_python(own) == sys.executable
    assert capsys.readouterr().out == ""
    with pytest.raises(tool.TryError, match="does not run"):
        tool.choose_python("3.13", "no-such-python")


def test_the_checkout_is_hidden(monkeypatch):
    """Neither a path of modules nor an environment of the shell comes along."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("CNN_HELPERS_DIGITS", "sklearn")
    monkeypatch.setenv("CNN_HELPERS_DATA", "kept")
    variables = tool.clean_variables()
    assert "PYTHONPATH" not in variables
    assert "CNN_HELPERS_DIGITS" not in variables
    assert variables["CNN_HELPERS_DATA"] == "kept"
    assert Path(variables["CNN_HELPERS_CACHE"]) == tool.CACHE


def test_a_checkout_on_the_path_stops_the_run(monkeypatch, tmp_path):
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    monkeypatch.setattr(tool, "clean_variables", lambda: variables)
    with pytest.raises(tool.TryError, match="the checkout's own package"):
        tool.stop_if_checkout_is_seen(sys.executable, tmp_path)
    variables["PYTHONPATH"] = str(tmp_path)
    (tmp_path / "cnn_helpers.py").write_text("1 / 0", encoding="utf-8")
    with pytest.raises(tool.TryError, match="cannot be imported"):
        tool.stop_if_checkout_is_seen(sys.executable, tmp_path)


def test_the_results_of_experiments_are_laid_in_the_cache(monkeypatch, tmp_path):
    """Where the package looks for what it fetched, and the same bytes."""
    monkeypatch.setattr(tool, "CACHE", tmp_path)
    tool.fill_cache()
    tool.fill_cache()
    laid = {path.name: path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert "measure_plateau.json" in laid
    assert "train_draw_model.npz" in laid
    for name, content in laid.items():
        assert content == (ROOT / "experiments" / "results" / name).read_bytes()
    monkeypatch.setenv("CNN_HELPERS_CACHE", str(tmp_path))
    from cnn_helpers import experiment_results

    assert experiment_results._cached("a.json").parent == next(tmp_path.iterdir())


def notebook(path: Path, *sources: str) -> Path:
    """Write a notebook of code cells; return its path."""
    cells = [
        {
            "cell_type": "code", "id": str(place), "source": source, "metadata": {},
            "outputs": [], "execution_count": place,
        }
        for place, source in enumerate(sources, 1)
    ]  # fmt: skip
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_notebooks_run_alone_in_a_folder_and_asserts_count(monkeypatch, tmp_path):
    """A copy runs beside nothing of the project; a claim that fails fails the run."""
    here = "from pathlib import Path; import os, sys\n"
    alone = here + (
        "names = sorted(path.name for path in Path.cwd().iterdir())\n"
        "assert [n for n in names if n[0] != '.'] == ['01_a.ipynb', 'plugin', "
        "'pytest.ini'], names"
    )
    monkeypatch.setattr(tool, "stop_if_checkout_is_seen", lambda *args: None)
    path = notebook(tmp_path / "01_a.ipynb", alone, "1 + 1")
    assert tool.run_notebooks(sys.executable, [path]) == 0
    path = notebook(tmp_path / "01_a.ipynb", "assert 1 > 2, 'a claim'")
    assert tool.run_notebooks(sys.executable, [path]) == 1


@pytest.mark.parametrize(
    ("codes", "which", "code", "said"),
    [
        ((0, 0), "colab", 0, "colab: passed"),
        ((1, 0), "colab", 1, "colab: FAILED: notebooks"),
        ((0, 1), "oldest", 1, "oldest: FAILED: package"),
        ((0, 1), "colab", 0, "colab: passed"),
        ((1, 1), "newest", 1, "newest: FAILED: notebooks, package"),
    ],
)
def test_the_last_line_says_what_failed(monkeypatch, capsys, codes, which, code, said):
    """Colab's versions have no tests of the package to run."""
    monkeypatch.setattr(tool, "make_environment", lambda *args: "python")
    for name in ("stop_if_clone_is_shallow", "install_package", "fill_cache"):
        monkeypatch.setattr(tool, name, lambda *args: None)
    monkeypatch.setattr(tool, "versions_in", lambda python: "Python 3.x")
    monkeypatch.setattr(tool, "run_notebooks", lambda *args: codes[0])
    monkeypatch.setattr(tool, "run_package_tests", lambda python: codes[1])
    assert tool.main([which]) == code
    assert capsys.readouterr().out.splitlines()[-1].startswith(said)


def test_what_the_package_s_tests_leave_out_exists():
    """Only tests of the book, which these environments cannot build."""
    assert all((ROOT / path).exists() for path in tool.TESTS_OF_THE_BOOK)


def test_a_notebook_that_is_not_there(capsys):
    assert tool.main(["colab", "notebooks/99_none.ipynb"]) == 2
    assert "99_none.ipynb" in capsys.readouterr().err


def test_an_environment_stands_until_what_it_is_made_of_changes(monkeypatch, tmp_path):
    """It takes minutes to make, so it is kept; another pin makes it anew."""
    made, wanted = [], ["numpy==2.0"]
    monkeypatch.setattr(tool, "ENVIRONMENTS", tmp_path)
    monkeypatch.setattr(tool, "requirements_of", lambda which: wanted)
    monkeypatch.setattr(tool, "install", lambda python, what: made.append(list(what)))
    monkeypatch.setattr(
        tool.subprocess, "run", lambda command, check: Path(command[-1]).mkdir()
    )
    monkeypatch.setattr(tool, "version_of", lambda python: "3.11.7")
    for _ in range(2):
        tool.make_environment("oldest", sys.executable)
    assert made == [["numpy==2.0"]]
    wanted[0] = "numpy==2.1"
    tool.make_environment("oldest", sys.executable)
    assert made[1:] == [["numpy==2.1"]]


@pytest.fixture
def git(tmp_path):
    """Return a function that runs git in a new repository with one file committed."""

    def run(*arguments: str, folder: Path = tmp_path / "whole") -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True)

    module = tmp_path / "whole" / "cnn_helpers" / "pooling.py"
    module.parent.mkdir(parents=True)
    module.write_text("a = 1\n", encoding="utf-8")
    run("init", "-q")
    run("add", "-A")
    run("commit", "-q", "-m", "a")
    return run


def test_only_the_last_commit_is_installed_and_that_is_said(git, monkeypatch, tmp_path):
    """What is not committed would seem tried and is not."""
    monkeypatch.setattr(tool, "ROOT", tmp_path / "whole")
    assert tool.uncommitted() == []
    module = tmp_path / "whole" / "cnn_helpers" / "pooling.py"
    module.write_text("a = 2\n", encoding="utf-8")
    assert tool.uncommitted() == ["cnn_helpers/pooling.py"]


def test_a_shallow_clone_stops_the_run(git, monkeypatch, capsys, tmp_path):
    """Pip would clone it and never end; a whole clone of it goes on."""
    git("commit", "-q", "--allow-empty", "-m", "b")
    address = (tmp_path / "whole").as_uri()
    git("clone", "-q", "--depth", "1", address, str(tmp_path / "shallow"))
    monkeypatch.setattr(tool, "ROOT", tmp_path / "shallow")
    monkeypatch.setattr(tool, "make_environment", lambda *args: pytest.fail("made"))
    assert tool.main(["colab", __file__]) == 2
    assert "git fetch --unshallow" in capsys.readouterr().err
    git("fetch", "-q", "--unshallow", folder=tmp_path / "shallow")
    tool.stop_if_clone_is_shallow()


@pytest.mark.parametrize("here", [None, "/usr/bin/chromium"])
def test_each_environment_brings_the_chromium_of_its_playwright(monkeypatch, here):
    """Unless the system has one, which the tests take first."""
    commands = []

    def note(command, **keywords):
        commands.append(command[1:5])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(tool.shutil, "which", lambda name: here)
    monkeypatch.setattr(tool.subprocess, "run", note)
    assert tool.run_package_tests("python") == 0
    brought = [["-m", "playwright", "install", "chromium"]] * (here is None)
    assert commands[:-1] == brought
    assert commands[-1][:2] == ["-m", "pytest"]
