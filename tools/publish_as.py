"""Give the book its public address, everywhere it is needed.

Usage::

    python tools/publish_as.py owner/name    (or: make publish-as REPO=owner/name)
    python tools/publish_as.py --check       says which places disagree; 1 if any does
    python tools/publish_as.py --print       prints owner/name; an empty line if none
    python tools/publish_as.py --withdraw    takes the address out again

The address of the repository at GitHub stands in ``_config.yml``, as `repository.url`.
Every other place follows from it: the first cell of the notebooks, the badges and links
in README.md and book/how_to_use.md, CITATION.cff, and the package, which fetches the
experiments' results from there. To publish under another name, run it again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent
for _folder in (ROOT / "tools", ROOT / "book" / "_ext"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from book_site.address import (  # noqa: E402
    BRANCH,
    HOST,
    read_repository,
    site_address,
)
from refresh_notebooks import cell_names, write_atomically  # noqa: E402

OWNER = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*")
NAME = re.compile(r"[A-Za-z0-9._-]+")
OWNER_LENGTH, NAME_LENGTH = 39, 100  # GitHub's limits

COLAB_CELL = """\
import sys

if "google.colab" in sys.modules:  # installs the book's package in Colab; elsewhere it does nothing
"""  # noqa: E501
INSTALL = '    get_ipython().system("pip install -q --no-deps git+{host}{repository}")'
# one line, as the other: the cell is not to make a chapter's cells longer
REFUSE = """\
    raise RuntimeError("This copy of the book has no public address yet, so its package cannot be installed from it: put it into a repository at GitHub, run `make publish-as REPO=owner/name` there, commit, push, and open this notebook from it")"""  # noqa: E501


class AddressError(Exception):
    """An address that cannot be used, or a place that cannot take it."""


def checked(repository: str) -> str:
    """Return "owner/name"; AddressError says what is wrong with another text."""
    if not repository:
        raise AddressError("no address is given: make publish-as REPO=owner/name")
    owner, slash, name = repository.partition("/")
    path = re.sub(r"^(https?://|git@)?(www\.)?github\.com[/:]", "", repository)
    parts = path.removesuffix(".git").strip("/").split("/")
    meant = "/".join(parts)
    hint = f": write {meant}" if len(parts) == 2 and meant != repository else ""
    if not slash or "/" in name:
        raise AddressError(
            f"{repository!r} is not a repository's address of the form owner/name{hint}"
        )
    if not OWNER.fullmatch(owner) or len(owner) > OWNER_LENGTH:
        raise AddressError(
            f"{owner!r} cannot be an owner at GitHub: up to {OWNER_LENGTH} letters, "
            f"digits and single hyphens, none at an end{hint}"
        )
    if not NAME.fullmatch(name) or name in (".", "..") or len(name) > NAME_LENGTH:
        raise AddressError(
            f"{name!r} cannot be a repository's name at GitHub: up to {NAME_LENGTH} "
            "letters, digits, hyphens, dots and underscores"
        )
    if name.lower().endswith(".git"):
        raise AddressError(f"leave .git out: write {owner}/{name[:-4]}")
    return repository


# ---------------------------------------------------------------- the places


def colab_cell(repository: str) -> str:
    """Return the first code cell of every notebook."""
    if not repository:
        return COLAB_CELL + REFUSE
    return COLAB_CELL + INSTALL.format(host=HOST, repository=repository)


def links(repository: str) -> dict[str, str]:
    """Return the addresses that the texts name."""
    first = "notebooks/01_receptive_fields.ipynb"
    return {
        "repository": HOST + repository,
        "site": site_address(repository),
        "colab": f"https://colab.research.google.com/github/{repository}/blob/{BRANCH}/"
        f"{first}",
        "binder": f"https://mybinder.org/v2/gh/{repository}/{BRANCH}?urlpath=lab/tree/"
        f"{first}",
        "tests": f"{HOST}{repository}/actions/workflows/tests.yml",
    }


def badges(repository: str) -> str:
    """Return the line of badges in the README."""
    if not repository:
        return ""
    return """\
[![Tests]({tests}/badge.svg)]({tests})
[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})
[![Open in Binder](https://mybinder.org/badge_logo.svg)]({binder})

**[Read the book]({site})**
""".format(**links(repository))


def ways(repository: str) -> str:
    """Return what the README says of Colab."""
    if not repository:
        return """\
- **Colab**: this copy has no public address yet. `make publish-as REPO=owner/name`
  gives it one, and every chapter's page a button that opens it in Colab.
"""
    return """\
- **Colab** and **Binder**: the rocket at the top of every chapter opens it there, or
  begin with chapter 1, [in Colab]({colab})
  or [in Binder]({binder}).
""".format(**links(repository))


def how_to_use(repository: str) -> str:
    """Return what the page "How to use the book" says of Colab."""
    if not repository:
        return """\
This copy of the book has no public address yet: its pages have no buttons for Colab,
and in Colab the first cell stops and says so. How a copy gets an address stands under
[Publish a copy of your own](#publish-a-copy-of-your-own).
"""
    return """\
The rocket at the top of a chapter opens it in Colab, or in Binder, which runs it
without an account; both take it from the book's repository,
[{name}]({repository}). Begin with chapter 1:
[in Colab]({colab}) or
[in Binder]({binder}).
""".format(name=repository, **links(repository))


def citation(repository: str) -> str:
    """Return the lines of CITATION.cff."""
    if not repository:
        return ""
    return 'repository-code: "{repository}"\nurl: "{site}"\n'.format(
        **links(repository)
    )


def between_marks(*writers: Callable[[str], str], comment: str = "<!-- {} -->"):
    """Return a place: each writer fills the lines between a pair of marks."""
    begin = comment.format("address: written by make publish-as")
    end = comment.format("end of address")

    def rewrite(text: str, repository: str) -> str:
        parts = text.split(begin + "\n")
        if len(parts) != len(writers) + 1:
            raise AddressError(
                f"has {len(parts) - 1} lines {begin!r}, not {len(writers)}"
            )
        done = parts[0]
        for part, writer in zip(parts[1:], writers, strict=True):
            _, mark, rest = part.partition(end + "\n")
            if not mark:
                raise AddressError(f"a line {begin!r} is not followed by {end!r}")
            done += f"{begin}\n{writer(repository)}{end}\n{rest}"
        return done

    return rewrite


def one_line(pattern: str, written: Callable[[str], str]):
    """Return a place: the one line that matches is written anew."""

    def rewrite(text: str, repository: str) -> str:
        if len(found := re.findall(pattern, text, re.MULTILINE)) != 1:
            raise AddressError(f"has {len(found)} lines {pattern!r}, not one")
        return re.sub(pattern, lambda _: written(repository), text, flags=re.MULTILINE)

    return rewrite


def first_cell(text: str, repository: str) -> str:
    """Exchange the first code cell of a notebook; nothing else changes, byte by byte.

    The cell prints nothing, so nothing has to run.
    """
    notebook = json.loads(text)
    if as_stored(notebook) != text:
        raise AddressError(
            "is not as tools/refresh_notebooks.py writes it: refresh it first"
        )
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if not code or "google.colab" not in "".join(code[0]["source"]):
        raise AddressError("does not begin with the code cell for Colab")
    code[0]["source"] = colab_cell(repository).splitlines(keepends=True)
    cells = [SimpleNamespace(source="".join(c["source"])) for c in notebook["cells"]]
    names = cell_names(SimpleNamespace(cells=cells))
    code[0]["id"] = names[notebook["cells"].index(code[0])]
    return as_stored(notebook)


def as_stored(notebook: dict) -> str:
    """Return the text of a notebook's file, as nbformat writes it."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def address_in_config(repository: str) -> str:
    """Return the line of `_config.yml`."""
    return f"  url: {HOST}{repository}" if repository else '  url: ""'


def places(root: Path) -> Iterator[tuple[Path, Callable[[str, str], str]]]:
    """Return every file that holds the address, with the function that rewrites it."""
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        yield path, first_cell
    yield root / "tests" / "notebooks" / "example.ipynb", first_cell
    yield root / "README.md", between_marks(badges, ways)
    yield root / "book" / "how_to_use.md", between_marks(how_to_use)
    yield root / "CITATION.cff", between_marks(citation, comment="# {}")
    yield (
        root / "cnn_helpers" / "_address.py",
        one_line(r'^REPOSITORY = "[^"\n]*"', lambda name: f'REPOSITORY = "{name}"'),
    )
    # the one place comes last: whatever went wrong before, --check tells
    yield root / "_config.yml", one_line(r"^  url:.*$", address_in_config)


# -------------------------------------------------- what is written, what disagrees


def rewritten(root: Path, repository: str) -> dict[Path, tuple[str, str]]:
    """Return, for every place, its text and the text that the address asks for."""
    texts = {}
    for path, rewrite in places(root):
        try:
            text = path.read_text(encoding="utf-8")
            texts[path] = (text, rewrite(text, repository))
        except (AddressError, OSError, ValueError) as error:
            where = path.relative_to(root).as_posix()
            raise AddressError(f"{where} {error}") from None
    return texts


NAMES_A_REPOSITORY = re.compile(
    r"(?:(?<![\w.-])(?:www\.)?github\.com[/:]"
    r"|(?:api|codeload)\.github\.com/(?:repos/)?"
    r"|\.githubusercontent\.com/"
    r"|(?:colab|nbviewer|binder|jsdelivr)[\w.-]*/(?:[\w.-]+/)*?(?:github|gh)/)"
    r"(?P<repository>[\w-]+/[\w.-]*[\w-])"
    r"|(?P<site>(?<![\w.-])[\w-]+\.github\.io(?:/[\w.-]*[\w-])?)"
    r"|OWNER/REPOSITORY",
    re.IGNORECASE,
)
EXAMPLES = {"owner/name", "owner.github.io"}  # what a text writes for any repository
CITED = {  # repositories and sites of others that the book leads to
    "cs231n.github.io",
    "karpathy.github.io",
    "keras-team/keras",
    "tensorflow/tensorflow",
}
TEXTS = {
    *(".bib", ".cff", ".cfg", ".css", ".html", ".in", ".ipynb", ".js", ".json", ".md"),
    *(".py", ".svg", ".toml", ".txt", ".yml"),
    "",  # Makefile
}
MADE = re.compile(
    r"\.(?!ci$|github$).*|_build.*|.*\.egg-info|__pycache__|build|dist|node_modules|venv"
)  # names of folders whose files are built or installed
FLAGS = ("--check", "--print", "--withdraw", "-h", "--help")


def text_files(root: Path) -> Iterator[Path]:
    """Return the book's text files.

    What is built or installed is left out, and the tests, which publish under names of
    their own.
    """
    for folder, folders, names in os.walk(root):
        if Path(folder) == root / "tests":
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not MADE.fullmatch(name))
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix in TEXTS and name != Path(__file__).name:
                yield path


def others(text: str, repository: str) -> list[str]:
    """Return the repositories and sites that a text names and that it may not name.

    >>> others("https://github.com/bob/sight.git, https://cs231n.github.io/a/", "")
    ['bob/sight']
    >>> others("https://ada.github.io/eyes/, https://ada.github.io/x/", "ada/eyes")
    ['ada.github.io/x']
    """
    ours = EXAMPLES | CITED
    if repository:
        site = site_address(repository).removeprefix("https://").rstrip("/")
        ours |= {repository, site}
    named = {
        (found["repository"] or found["site"] or found[0]).removesuffix(".git")
        for found in NAMES_A_REPOSITORY.finditer(text)
    }
    # a host without a path, such as karpathy.github.io, stands for all its pages
    return sorted(n for n in named if not {n, n.partition("/")[0]} & ours)


def disagreements(root: Path = ROOT) -> list[str]:
    """Return a sentence for each place that does not follow from `_config.yml`."""
    repository = read_repository(root)
    found = []
    try:
        if repository:
            checked(repository)
    except AddressError as error:
        found.append(f"_config.yml: {error}")
        return found
    for path, rewrite in places(root):
        where = path.relative_to(root).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
            if rewrite(text, repository) != text:
                found.append(f"{where} does not hold {repository or 'no address'!r}")
        except (AddressError, OSError, ValueError) as error:
            found.append(f"{where} {error}")
    for path in text_files(root):
        text = path.read_text(encoding="utf-8", errors="replace")
        for other in others(text, repository):
            where = path.relative_to(root).as_posix()
            found.append(
                f"{where} names the repository {other!r}, which is not the book's (one "
                "that the book cites belongs into CITED of tools/publish_as.py)"
            )
    return found


def publish(repository: str, root: Path = ROOT) -> list[Path]:
    """Write the address into every place; return the files that changed.

    AddressError says which place cannot take it; then nothing was written.
    """
    texts = rewritten(root, repository)
    changed = [path for path, (old, new) in texts.items() if old != new]
    for path in changed:
        write_atomically(path, texts[path][1])
    return changed


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Read the command line and publish; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("repository", nargs="?", help="owner/name at GitHub")
    which.add_argument("--check", action="store_true", help="write nothing")
    which.add_argument("--print", action="store_true", help="print the address")
    which.add_argument("--withdraw", action="store_true", help="have no address again")
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) == 1 and arguments[0] not in FLAGS:
        arguments = ["--", *arguments]  # a malformed name may begin with a hyphen
    options = parser.parse_args(arguments)
    try:
        if options.print:
            name = read_repository(root)
            print(checked(name) if name else "")
            return 0
        if not options.check:
            name = "" if options.withdraw else checked(options.repository.strip())
            changed = publish(name, root)
            told = f"is published as {HOST}{name}" if name else "has no address"
            print(f"The book {told}: {len(changed)} files changed")
    except AddressError as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)
        return 2
    found = disagreements(root)
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    if found:
        return 1
    if options.check:
        print(f"Every place agrees on {read_repository(root) or 'no address'}")
    elif name:
        print(
            f"Now choose GitHub Actions under {HOST}{name}/settings/pages, commit, and "
            f"push to {BRANCH}: {site_address(name)} follows"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
