"""One address: it is set everywhere, and every place that disagrees is found.

The book is published in a copy. What a test expects is written out here, not taken from
the tool, so that the tool cannot agree with itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import publish_as as tool
import pytest
import refresh_notebooks
import yaml
from book_site import address

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
FILES = [
    *(f"notebooks/{name}" for name in NOTEBOOKS),
    "tests/notebooks/example.ipynb",
    "README.md",
    "book/how_to_use.md",
    "CITATION.cff",
    "cnn_helpers/_address.py",
    "_config.yml",
]


def texts(root: Path) -> dict[str, str]:
    """Return the text of every file that holds the address."""
    return {name: (root / name).read_text(encoding="utf-8") for name in FILES}


def beginning(path: Path) -> str:
    """Return the text of a notebook that ends after its first code cell."""
    notebook = nbformat.read(path, as_version=4)
    kinds = [cell.cell_type for cell in notebook.cells]
    notebook.cells = notebook.cells[: kinds.index("code") + 1]
    return nbformat.writes(notebook) + "\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Return a copy of the book, without address, that tests copy in turn.

    Of each notebook it has the beginning: a test takes no longer for their pictures.
    """
    root = tmp_path_factory.mktemp("book") / "ein Buch für alle"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".ipynb"):
            text = beginning(ROOT / name)
            (root / name).write_text(text, encoding="utf-8", newline="\n")
        else:
            shutil.copy(ROOT / name, root / name)
    tool.publish("", root)
    return root


@pytest.fixture
def book(template, tmp_path):
    """Return a copy of the book, without address."""
    return Path(shutil.copytree(template, tmp_path / "book"))


def run(*arguments: str, root: Path) -> int:
    return tool.main([*arguments], root=root)


# the book as it stands


def test_every_place_agrees_with_the_one_place():
    """Which place disagrees and why; `make publish-as REPO=owner/name` mends it."""
    assert tool.disagreements(ROOT) == []


def test_a_published_name_is_one_that_github_accepts():
    repository = address.read_repository(ROOT)
    assert not repository or tool.checked(repository) == repository


# publishing


def test_every_place_is_set(book):
    before = texts(book)
    assert run("ada/eyes-2", root=book) == 0
    after = texts(book)
    assert [name for name in FILES if before[name] == after[name]] == []
    config = yaml.safe_load(after["_config.yml"])
    assert config["repository"]["url"] == "https://github.com/ada/eyes-2"
    install = (
        'get_ipython().system("pip install -q --no-deps '
        'git+https://github.com/ada/eyes-2")'
    )
    for name in FILES[: len(NOTEBOOKS) + 1]:
        cells = nbformat.reads(after[name], as_version=4).cells
        first = next(cell for cell in cells if cell.cell_type == "code")
        assert first.source.splitlines()[-1] == f"    {install}"
        assert 'if "google.colab" in sys.modules:' in first.source
        assert first.metadata.tags == ["remove-cell"]
    code = {}
    exec(after["cnn_helpers/_address.py"], code)
    assert code["REPOSITORY"] == "ada/eyes-2"
    citation = yaml.safe_load(after["CITATION.cff"])
    assert citation["repository-code"] == "https://github.com/ada/eyes-2"
    assert citation["url"] == "https://ada.github.io/eyes-2/"
    first = "ada/eyes-2/blob/main/notebooks/01_receptive_fields.ipynb"
    for name in ("README.md", "book/how_to_use.md"):
        assert f"](https://colab.research.google.com/github/{first})" in after[name]
        assert "](https://mybinder.org/v2/gh/ada/eyes-2/main?urlpath=" in after[name]
        assert "this copy has no public address" not in after[name]
        assert "its pages have no buttons" not in after[name]
    badge = "https://github.com/ada/eyes-2/actions/workflows/tests.yml/badge.svg"
    assert f"[![Tests]({badge})]" in after["README.md"]
    assert "](https://ada.github.io/eyes-2/)" in after["README.md"]


def test_publishing_again_changes_nothing(book, capsys):
    run("ada/eyes", root=book)
    before = texts(book)
    assert run("ada/eyes", root=book) == 0
    assert texts(book) == before
    assert ": 0 files changed" in capsys.readouterr().out


def test_another_name_leaves_nothing_of_the_first(book):
    run("ada/eyes", root=book)
    run("bob/sight", root=book)
    assert not [name for name, text in texts(book).items() if "ada/eyes" in text]
    assert tool.disagreements(book) == []


def test_publishing_is_undone_to_the_byte(book):
    before = {name: (book / name).read_bytes() for name in FILES}
    run("ada/eyes", root=book)
    assert run("--withdraw", root=book) == 0
    assert {name: (book / name).read_bytes() for name in FILES} == before


def test_without_address_no_place_names_a_repository(book):
    for name, text in texts(book).items():
        assert "OWNER/REPOSITORY" not in text, name
        assert "git+https" not in text, name
        assert "mybinder.org/v2" not in text, name
        assert "google.com/github" not in text, name


WHOLE = ["notebooks/06_convolution_by_hand.ipynb", "tests/notebooks/example.ipynb"]


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_else_in_a_notebook_changes(name):
    """The first code cell has another source and id; the rest is what it was."""

    def parts(text):
        notebook = json.loads(text)
        kinds = [cell["cell_type"] for cell in notebook["cells"]]
        first = notebook["cells"][kinds.index("code")]
        return first.pop("source"), first.pop("id"), json.dumps(notebook)

    text = (ROOT / name).read_text(encoding="utf-8")
    before = parts(text)
    after = parts(tool.first_cell(text, "zoe/some-name"))
    assert [a == b for a, b in zip(before, after, strict=True)] == [False, False, True]
    repository = address.read_repository(ROOT)
    assert tool.first_cell(tool.first_cell(text, "zoe/some-name"), repository) == text


def test_a_published_notebook_is_as_a_refresh_writes_it(tmp_path):
    """A later refresh of prose finds the cell's id in order, and changes nothing."""
    path = tmp_path / "notebook.ipynb"
    text = tool.first_cell((ROOT / WHOLE[0]).read_text(encoding="utf-8"), "ada/eyes")
    path.write_text(text, encoding="utf-8")
    assert refresh_notebooks.refresh(path, text_only=True) == (text, [])


# the cell


def run_cell(repository: str, monkeypatch, *, colab: bool):
    """Run the cell as a notebook would; return what it told the shell to do."""
    commands = []

    class Shell:
        system = staticmethod(commands.append)

    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", Shell)
    exec(tool.colab_cell(repository), {"get_ipython": Shell})
    return commands


def test_the_cell_installs_the_package_in_colab(monkeypatch):
    commands = run_cell("ada/eyes", monkeypatch, colab=True)
    assert commands == [
        "pip install -q --no-deps git+https://github.com/ada/eyes",
    ]


@pytest.mark.parametrize("repository", ["", "ada/eyes"])
def test_the_cell_does_nothing_elsewhere(monkeypatch, repository):
    assert run_cell(repository, monkeypatch, colab=False) == []


def test_the_unpublished_cell_says_what_to_do(monkeypatch):
    with pytest.raises(RuntimeError) as caught:
        run_cell("", monkeypatch, colab=True)
    assert "no public address yet" in str(caught.value)
    assert "make publish-as REPO=owner/name" in str(caught.value)


# what is refused


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "make publish-as REPO=owner/name"),
        ("ada", "form owner/name"),
        ("ada/", "cannot be a repository's name"),
        ("/eyes", "cannot be an owner"),
        ("ada/eyes/main", "form owner/name"),
        ("ada/eyes/", "write ada/eyes"),
        ("https://github.com/ada/eyes", "write ada/eyes"),
        ("https://github.com/ada/eyes.git", "write ada/eyes"),
        ("git@github.com:ada/eyes.git", "write ada/eyes"),
        ("ada/eyes.git", "write ada/eyes"),
        ("-ada/eyes", "cannot be an owner"),
        ("ada-/eyes", "cannot be an owner"),
        ("a--da/eyes", "cannot be an owner"),
        ("a_da/eyes", "cannot be an owner"),
        ("a" * 40 + "/eyes", "up to 39 letters"),
        ("ada/..", "cannot be a repository's name"),
        ("ada/my eyes", "cannot be a repository's name"),
        ('ada/eyes"', "cannot be a repository's name"),
        ("ada/$(date)", "cannot be a repository's name"),
        ("ada/ey\nes", "cannot be a repository's name"),
        ("ädä/eyes", "cannot be an owner"),
        ("ada/" + "e" * 101, "up to 100 letters"),
    ],
)
def test_a_malformed_name_changes_nothing(book, capsys, name, words):
    before = texts(book)
    assert run(name, root=book) == 2
    error = capsys.readouterr().err
    assert error.startswith("Nothing was changed: ")
    assert words in error
    assert texts(book) == before


@pytest.mark.parametrize("name", ["a/b", "Ada-L/How_machines.learn-2", "0/.github"])
def test_a_name_that_github_accepts(name):
    assert tool.checked(name) == name


@pytest.mark.skipif(
    os.name == "nt" or shutil.which("make") is None,
    reason="there is no make here, or one that finds the shell of Git for Windows",
)
@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        ([], ""),
        (["REPO=ada/eyes"], "ada/eyes"),
        (["REPO=$$(touch made)"], "$(touch made)"),
        (["REPO=`touch made`/x"], "`touch made`/x"),
        (["REPO=a b"], "a b"),
        (['REPO="; touch made; "'], '"; touch made; "'),
    ],
)
def test_make_hands_the_name_over_as_it_is(tmp_path, given, arrives):
    """No shell reads it: a malformed name is refused and does nothing else."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    makefile = makefile.replace("publish-as: environment", "publish-as:")
    (tmp_path / "Makefile").write_text(makefile, encoding="utf-8")
    (tmp_path / "tools").mkdir()
    tells = "import json, sys; print(json.dumps(sys.argv[1:]))"
    (tmp_path / "tools" / "publish_as.py").write_text(tells, encoding="utf-8")
    result = subprocess.run(
        ["make", "-s", "publish-as", f"RUN={sys.executable}", *given],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env={key: value for key, value in os.environ.items() if key != "REPO"},
        check=True,
    )
    assert json.loads(result.stdout) == [arrives]
    assert not (tmp_path / "made").exists()


def test_the_address_is_printed_for_the_workflow(book, capsys):
    """Nothing else is: the workflow compares the line with its own repository."""
    assert run("--print", root=book) == 0
    assert capsys.readouterr().out == "\n"
    assert run("ada/eyes", root=book) == 0
    capsys.readouterr()
    before = texts(book)
    assert run("--print", root=book) == 0
    assert capsys.readouterr().out == "ada/eyes\n"
    assert texts(book) == before
    config = book / "_config.yml"
    text = config.read_text(encoding="utf-8")
    two_lines = '"https://github.com/ada/eyes\\nmore=less"'
    config.write_text(
        text.replace("https://github.com/ada/eyes", two_lines), encoding="utf-8"
    )
    assert run("--print", root=book) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "cannot be a repository's name" in printed.err


def test_a_place_that_cannot_take_the_address_stops_before_writing(book, capsys):
    readme = book / "README.md"
    text = readme.read_text(encoding="utf-8")
    text = text.replace("<!-- end of address -->", "", 1)
    readme.write_text(text, encoding="utf-8")
    before = texts(book)
    assert run("ada/eyes", root=book) == 2
    assert "README.md a line" in capsys.readouterr().err
    assert texts(book) == before


def test_an_edited_notebook_is_not_rewritten(book, capsys):
    """What an editor has saved is for the refresh to bring into order first."""
    path = book / "notebooks" / NOTEBOOKS[0]
    text = json.dumps(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(text, encoding="utf-8")
    assert run("ada/eyes", root=book) == 2
    assert f"{NOTEBOOKS[0]} is not as tools/refresh" in capsys.readouterr().err


# what disagrees is found


@pytest.mark.parametrize(
    "published", ["", "ada/eyes"], ids=["unpublished", "published"]
)
@pytest.mark.parametrize("name", [name for name in FILES if name != "_config.yml"])
def test_each_place_that_disagrees_is_found(book, capsys, name, published):
    """Each place in turn holds another address."""
    tool.publish("bob/sight", book)
    other = (book / name).read_text(encoding="utf-8")
    tool.publish(published, book)
    (book / name).write_text(other, encoding="utf-8")
    assert run("--check", root=book) == 1
    assert f"{name} does not hold {published or 'no address'!r}" in (
        capsys.readouterr().err
    )


def set_the_one_place(book: Path, url: str) -> None:
    """Write an address into `_config.yml`, and nowhere else."""
    config = book / "_config.yml"
    text = config.read_text(encoding="utf-8").replace('url: ""', f"url: {url}")
    config.write_text(text, encoding="utf-8")


def test_the_one_place_alone_changed_makes_all_others_disagree(book, capsys):
    set_the_one_place(book, "https://github.com/a/b")
    assert run("--check", root=book) == 1
    found = capsys.readouterr().err
    assert [name for name in FILES[:-1] if name not in found] == []


def test_a_malformed_address_in_the_one_place_is_found(book, capsys):
    set_the_one_place(book, "https://x.org/a/b")
    assert run("--check", root=book) == 1
    assert "_config.yml: 'https://x.org/a/b' is not" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    [
        "pip install git+https://github.com/bob/sight",
        "https://raw.githubusercontent.com/bob/sight/main/x.json",
        "https://colab.research.google.com/github/bob/sight/blob/main/x.ipynb",
        "https://mybinder.org/v2/gh/bob/sight/main",
        "git+https://github.com/OWNER/REPOSITORY",
        "OWNER/REPOSITORY",
        "(https://github.com/bob/sight)",
        "https://github.com/bob/sight/issues/1",
        "https://GitHub.com/bob/sight.",
        "see github.com/bob/sight",
        "git clone https://github.com/bob/sight.git",
        "git clone git@github.com:bob/sight.git",
        "git+https://www.github.com/bob/sight",
        "https://bob.github.io/sight/",
        "[site](https://bob.github.io)",
        "https://nbviewer.org/github/bob/sight/blob/main/x.ipynb",
        "https://nbviewer.jupyter.org/github/bob/sight/tree/main",
        "https://api.github.com/repos/bob/sight/releases",
        "https://codeload.github.com/bob/sight/zip/main",
        "https://cdn.jsdelivr.net/gh/bob/sight/x.js",
        "https://github.com/keras-team/keras-io",
        "https://github.com/bob/keras-team/keras",
    ],
)
@pytest.mark.parametrize(
    "published", ["", "ada/eyes"], ids=["unpublished", "published"]
)
def test_a_new_place_that_names_a_repository_is_found(book, line, published):
    """A file that the tool does not know of, with an address of its own."""
    tool.publish(published, book)
    (book / "book" / "new.md").write_text(line, encoding="utf-8")
    (fault,) = tool.disagreements(book)
    assert fault.startswith("book/new.md names the repository")


@pytest.mark.parametrize(
    "name",
    [
        *("cnn_helpers/new.py", "book/new.bib", "book/assets/new.js", "new.yml"),
        *(".github/workflows/new.yml", ".ci/run", "binder/postBuild", "Makefile"),
        *("requirements.txt", "book/_templates/new.html", "notebooks/new/x.ipynb"),
    ],
)
def test_a_place_of_any_kind_is_looked_at(book, name):
    (book / name).parent.mkdir(parents=True, exist_ok=True)
    (book / name).write_text("https://github.com/bob/sight", encoding="utf-8")
    (fault,) = tool.disagreements(book)
    assert fault.startswith(f"{name} names the repository 'bob/sight'")


@pytest.mark.parametrize(
    "name",
    ["_build/x.html", "build/x.py", ".venv/x.py", "eyes.egg-info/x.txt", "tests/x.py"],
)
def test_what_is_built_or_tries_names_is_not_looked_at(book, name):
    (book / name).parent.mkdir(parents=True, exist_ok=True)
    (book / name).write_text("https://github.com/bob/sight", encoding="utf-8")
    assert tool.disagreements(book) == []


@pytest.mark.parametrize(
    "line",
    [
        "https://github.com/ada/eyes",
        "https://github.com/ada/eyes/settings/pages.",
        "git clone https://github.com/ada/eyes.git",
        "https://ada.github.io/eyes/notebooks/01_receptive_fields.html",
        "https://raw.githubusercontent.com/ada/eyes/main/x.json",
        "https://github.com/owner/name",
        "https://owner.github.io/name/",
        "https://github.com/keras-team/keras/issues/11801",
        "https://cs231n.github.io/neural-networks-3/#ratio",
        "https://docs.github.com/en/pages",
        'f"https://github.com/{repository}"',
        "https://github.com/<owner>/<name>",
    ],
)
def test_the_books_address_examples_and_sources_may_be_named(book, line):
    tool.publish("ada/eyes", book)
    (book / "book" / "new.md").write_text(line, encoding="utf-8")
    assert tool.disagreements(book) == []


def test_every_repository_that_may_be_cited_is_cited():
    texts = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in tool.text_files(ROOT)
    ]
    assert [name for name in tool.CITED if not any(name in t for t in texts)] == []


def test_check_says_when_all_agree(book, capsys):
    assert run("--check", root=book) == 0
    assert "Every place agrees on no address" in capsys.readouterr().out
    run("ada/eyes", root=book)
    assert run("--check", root=book) == 0
    assert "Every place agrees on ada/eyes" in capsys.readouterr().out


# the pages: a book of one page and one chapter, with the settings of the copy


PAGE = """\
# A page

```{toctree}
notebooks/04_chapter
```
"""
CONF = """\
import sys
sys.path.insert(0, {folder!r})
from book_site import address
extensions = ["myst_nb"]
nb_execution_mode = "off"
html_theme = "sphinx_book_theme"
html_theme_options = {{"use_repository_button": False}}
def setup(app):
    address.setup(app)
"""


def built(book: Path, out: Path) -> tuple[str, str, str]:
    """Build two pages with the theme; return the page, the chapter, what was said."""
    source = out / "source"
    (source / "notebooks").mkdir(parents=True)
    shutil.copy(book / "_config.yml", source)
    (source / "index.md").write_text(PAGE, encoding="utf-8")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# A chapter")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, source / "notebooks" / "04_chapter.ipynb")
    conf = CONF.format(folder=str(ROOT / "book" / "_ext"))
    (source / "conf.py").write_text(conf, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", source, out / "html"],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    pages = [
        (out / "html" / name).read_text(encoding="utf-8")
        for name in ("index.html", "notebooks/04_chapter.html")
    ]
    return *pages, result.stdout


def test_unpublished_pages_have_no_buttons_and_the_build_says_so(book, tmp_path):
    page, chapter, said = built(book, tmp_path)
    for text in (page, chapter):
        assert "colab" not in text.lower()
        assert "binder" not in text.lower()
        assert "github.com" not in text
    assert said.splitlines() == [
        "The book has no public address: its pages have no buttons for Colab and "
        "Binder (make publish-as REPO=owner/name gives it one)"
    ]


def test_published_chapters_have_their_buttons(book, tmp_path):
    tool.publish("ada/eyes", book)
    page, chapter, said = built(book, tmp_path)
    links = re.findall(r'href="(https://[^"]*)"', chapter)
    place = "notebooks/04_chapter.ipynb"
    assert (
        f"https://colab.research.google.com/github/ada/eyes/blob/main/{place}" in links
    )
    assert f"https://mybinder.org/v2/gh/ada/eyes/main?urlpath=lab/tree/{place}" in links
    assert "https://github.com/ada/eyes" in links
    assert "https://ada.github.io/eyes/notebooks/04_chapter.html" in links  # canonical
    assert "colab" not in page.lower()  # nothing runs there
    assert said == ""


def test_the_site_of_an_owner_has_the_owners_host():
    assert address.site_address("Ada/Eyes") == "https://ada.github.io/Eyes/"
    assert address.site_address("Ada/ada.github.io") == "https://ada.github.io/"
