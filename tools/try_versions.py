"""Run every notebook, without the checkout, on versions other than the book's own.

Usage::

    python tools/try_versions.py colab|oldest|newest [notebook ...] [--python PATH]

``colab`` takes the versions of tools/colab-requirements.txt, ``oldest`` the lowest that
pyproject.toml allows, ``newest`` whatever the package index has this week. Each has an
environment of its own in ``_build/environments``, which is kept, and made anew when
what is asked for changes. The package is installed into it from this repository's last
commit, by the very command of the notebooks' first cell, the one for Colab. Copies of
the notebooks run in an empty folder: every assert must hold; printed figures, which
differ between versions, are not compared. ``oldest`` and ``newest`` run the package's
tests as well. The package index must be in reach.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT / "tools") not in sys.path:
    sys.path.insert(0, str(ROOT / "tools"))

import make_environment as book_environment  # noqa: E402
import publish_as  # noqa: E402

ENVIRONMENTS = ROOT / "_build" / "environments"
CACHE = ENVIRONMENTS / "cache"  # stands for the reader's own
RESULTS = ROOT / "experiments" / "results"
COLAB = ROOT / "tools" / "colab-requirements.txt"
DIRECT = ROOT / "tools" / "requirements.in"
PLUGIN = ROOT / "tests" / "notebooks" / "nbval_plugin.py"
NOT_NEEDED = {
    "jupyter-book", "sphinx-book-theme", "jupyterlab",
    "ruff", "zizmor", "check-jsonschema",
}  # fmt: skip
TESTS_OF_THE_BOOK = [  # they need what builds it
    "tests/book",
    "tests/notebooks",
    "tests/test_any_machine.py",
    "tests/test_check_external_links.py",
    "tests/test_forms.py",
    "tests/test_publish_as.py",
    "tests/test_try_versions.py",
    "tests/test_workflows.py",
]
CELL_SECONDS = 1200  # old versions and busy machines are slow; a hang is not endless
WORKERS = "2"
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)\s*(.*)$")


class TryError(Exception):
    """What keeps the notebooks from being tried; the message says what to do."""


# ------------------------------------------------------------- which versions


def project() -> dict:
    """Return the table [project] of pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]


def package_requirements() -> list[str]:
    """Return what the package and its Keras bridge ask for, such as numpy>=2.0."""
    described = project()
    return described["dependencies"] + described["optional-dependencies"]["keras"]


def at_their_lowest(requirements: list[str]) -> list[str]:
    """Return requirements pinned to the lowest version that they allow.

    >>> at_their_lowest(["numpy>=2.0", "tqdm >= 4.66, <5"])
    ['numpy==2.0', 'tqdm==4.66']
    """
    pinned = []
    for requirement in requirements:
        name, versions = REQUIREMENT.match(requirement).groups()
        lowest = re.search(r">=\s*([\w.]+)", versions)
        if lowest is None:
            raise TryError(f"pyproject.toml names no lowest version: {requirement}")
        pinned.append(f"{name}=={lowest[1]}")
    return pinned


def tools_of_the_tests() -> list[str]:
    """Return the pins of tools/requirements.in that run tests, not the package's."""
    ours = {REQUIREMENT.match(entry)[1].lower() for entry in package_requirements()}
    lines = DIRECT.read_text(encoding="utf-8").splitlines()
    pins = [line.split("#")[0].strip() for line in lines]
    return [
        pin
        for pin in filter(None, pins)
        if REQUIREMENT.match(pin)[1].lower() not in ours | NOT_NEEDED
    ]


def requirements_of(which: str) -> list[str]:
    """Return the requirements of one of the three environments."""
    if which == "colab":
        lines = COLAB.read_text(encoding="utf-8").splitlines()
        return [line.strip() for line in lines if line.strip() and line[0] != "#"]
    if which == "oldest":
        return at_their_lowest(package_requirements()) + tools_of_the_tests()
    tools = [REQUIREMENT.match(pin)[1] for pin in tools_of_the_tests()]
    return [*package_requirements(), *tools]


def python_of(which: str) -> str:
    """Return the Python version an environment wants, such as 3.13."""
    if which == "colab":
        return re.search(r"^# Python (\d+\.\d+)", COLAB.read_text("utf-8"), re.M)[1]
    oldest, newest = book_environment.SUPPORTED
    return ".".join(map(str, oldest if which == "oldest" else newest))


# --------------------------------------------------------- which interpreter


def version_of(python: str) -> str | None:
    """Return the version of an interpreter, such as 3.13.0; None if it does not run."""
    script = "import platform; print(platform.python_version())"
    try:
        ran = subprocess.run(
            [python, "-I", "-c", script],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return ran.stdout.strip()


def interpreters(version: str) -> list[str]:
    """Return where an interpreter of a version may be found on this machine."""
    found = [sys.executable]
    if os.name == "nt":
        programs = Path(os.environ.get("LOCALAPPDATA", "")) / "Programs" / "Python"
        found += [str(programs / f"Python{version.replace('.', '')}" / "python.exe")]
    found += filter(None, [shutil.which(f"python{version}")])
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found += map(str, sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True))
    return found


def choose_python(version: str, given: str | None = None) -> str:
    """Return the interpreter to use; say so where it is not of the version wanted."""
    if given is not None:
        if version_of(given) is None:
            raise TryError(f"{given} does not run; --python wants an interpreter")
        return given
    for candidate in interpreters(version):
        if (version_of(candidate) or "").startswith(f"{version}."):
            return candidate
    own = version_of(sys.executable)
    print(
        f"NOTE: there is no Python {version} on this machine, so the versions are "
        f"tried on Python {own}. With one installed, name it: --python PATH",
        flush=True,
    )
    return sys.executable


# ------------------------------------------------------------ the environment


def inside(environment: Path) -> str:
    """Return the interpreter of an environment."""
    return str(
        environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    )


def clean_variables() -> dict[str, str]:
    """Return the variables without those by which a checkout could be found."""
    hidden = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CNN_HELPERS_DIGITS"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    kept.setdefault("OPENBLAS_NUM_THREADS", "1")
    kept.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    ours = {"CNN_HELPERS_CACHE": str(CACHE), "NO_COLOR": "1", "PYTHONUTF8": "1"}
    return {**kept, **ours}


def fill_cache() -> None:
    """Lay the experiments' results where the package keeps what it fetched.

    In Colab it fetches them from the published repository, which may not exist yet.
    """
    folder = CACHE / "experiment_results"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in RESULTS.iterdir():
        if path.suffix in {".json", ".npz"}:
            shutil.copy(path, folder)


def pip(python: str, *arguments: str) -> None:
    """Run pip in an environment; TryError names what could not be installed."""
    command = [python, "-m", "pip", "--disable-pip-version-check", *arguments]
    ran = subprocess.run(command, env=clean_variables(), cwd=ENVIRONMENTS, check=False)
    if ran.returncode:
        raise TryError(f"pip failed: {shlex.join(arguments)}")


def install(python: str, wanted: list[str]) -> None:
    """Install requirements into an environment, with uv where it is at hand: faster."""
    uv = shutil.which("uv")
    if uv is None:
        pip(python, "install", "-q", *wanted)
        return
    command = [uv, "pip", "install", "-q", "--python", python, *wanted]
    if subprocess.run(command, env=clean_variables(), check=False).returncode:
        raise TryError(f"uv could not install {', '.join(wanted)}")


def make_environment(which: str, python: str) -> str:
    """Make the environment, or take the one that stands; return its interpreter."""
    wanted = requirements_of(which)
    text = "\n".join([version_of(python), *wanted])
    if which == "newest":
        text += time.strftime("\n%Y week %W")  # newest of this week
    stamp = hashlib.sha256(text.encode("utf-8")).hexdigest()
    folder = ENVIRONMENTS / which
    marker = folder / "made-from.txt"
    if marker.exists() and marker.read_text(encoding="utf-8") == stamp:
        print(f"The environment stands in {folder}", flush=True)
        return inside(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    print(f"Making {folder} with {len(wanted)} packages and their own", flush=True)
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    install(inside(folder), wanted)
    marker.write_text(stamp, encoding="utf-8")
    return inside(folder)


def colab_command(source: str, address: str) -> list[str]:
    """Return the arguments of pip in a Colab cell, with another address to take from.

    >>> cell = 'get_ipython().system("pip install -q --no-deps git+https://a.b/c/d")'
    >>> colab_command(cell, "git+file:///book")
    ['install', '-q', '--no-deps', 'git+file:///book']
    """
    found = re.search(r"pip (install [^\"'\n]*?)git\+[^\"'\s]+", source)
    if found is None:
        raise TryError(
            "the first code cell of the notebooks holds no `pip install git+`"
        )
    return [*shlex.split(found[1]), address]


def install_package(python: str, notebook: Path) -> None:
    """Install the package from the last commit, as the notebook's first cell does.

    In a copy without a public address that cell has no command yet: it is read as it
    will be when the book is published.
    """
    published = publish_as.read_repository(ROOT) or "owner/name"
    text = publish_as.first_cell(notebook.read_text(encoding="utf-8"), published)
    cells = json.loads(text)["cells"]
    first = next("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    pip(python, "uninstall", "-q", "-y", "cnn-helpers")
    pip(python, *colab_command(first, f"git+{ROOT.as_uri()}"))


def versions_in(python: str) -> str:
    """Return a line with the versions of what the notebooks use."""
    names = [REQUIREMENT.match(entry)[1] for entry in package_requirements()]
    script = (
        "import platform, sys; from importlib.metadata import version;"
        "print('Python', platform.python_version(),"
        "*(f'{name} {version(name)}' for name in sys.argv[1:]), sep=', ')"
    )
    ran = subprocess.run(
        [python, "-I", "-c", script, *names],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return ran.stdout.strip().replace("Python, ", "Python ")


# ------------------------------------------------------------------ running


def stop_if_checkout_is_seen(python: str, folder: Path) -> None:
    """Raise TryError where the notebooks would import the checkout's package."""
    ran = subprocess.run(
        [python, "-c", "import cnn_helpers; print(cnn_helpers.__file__)"],
        cwd=folder,
        env=clean_variables(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if ran.returncode:
        raise TryError(f"the installed package cannot be imported:\n{ran.stderr}")
    where = Path(ran.stdout.strip()).resolve()
    if where.is_relative_to((ROOT / "cnn_helpers").resolve()):
        raise TryError(f"the notebooks would use the checkout's own package, {where}")


def notebooks_command(python: str, names: list[str]) -> list[str]:
    """Return the command that runs notebooks under nbval, comparing no outputs."""
    return [
        *(python, "-m", "pytest", "--color=no", "-q"),
        *("-p", "nbval_plugin", "-p", "no:cacheprovider"),
        *("-n", WORKERS if len(names) > 1 else "0", "--dist", "loadfile"),
        *("--nbval-lax", "--nbval-current-env"),
        *("--nbval-cell-timeout", str(CELL_SECONDS)),
        *names,
    ]


def run_notebooks(python: str, paths: list[Path]) -> int:
    """Run copies of notebooks in an empty folder; return pytest's exit code."""
    with tempfile.TemporaryDirectory(prefix="notebooks-") as made:
        folder = Path(made).resolve()
        (folder / "plugin").mkdir()
        shutil.copy(PLUGIN, folder / "plugin")
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        for path in paths:
            shutil.copy(path, folder)
        stop_if_checkout_is_seen(python, folder)
        variables = {**clean_variables(), "PYTHONPATH": str(folder / "plugin")}
        command = notebooks_command(python, [path.name for path in paths])
        return subprocess.run(
            command, cwd=folder, env=variables, check=False
        ).returncode


def bring_chromium(python: str) -> None:
    """Install the Chromium of this environment's Playwright, unless the system has one.

    Each version of Playwright asks for a Chromium of its own. Where it cannot be had,
    Playwright says so, and the tests in a browser say that they did not run.
    """
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return
    command = [python, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, env=clean_variables(), check=False)


def run_package_tests(python: str) -> int:
    """Run the tests of package and tools, warnings allowed; return the exit code."""
    bring_chromium(python)
    command = [
        *(python, "-m", "pytest", "--color=no", "-q", "-W", "default"),
        *("-p", "no:cacheprovider", "-n", WORKERS, "--dist", "loadfile"),
        *(part for path in TESTS_OF_THE_BOOK for part in ("--ignore", path)),
        *("tests", "cnn_helpers"),
    ]
    return subprocess.run(
        command, cwd=ROOT, env=clean_variables(), check=False
    ).returncode


def uncommitted() -> list[str]:
    """Return the package's files that differ from the last commit."""
    ran = subprocess.run(
        ["git", "status", "--porcelain", "--", "cnn_helpers", "pyproject.toml"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [line[3:] for line in ran.stdout.splitlines()]


def stop_if_clone_is_shallow() -> None:
    """Raise TryError where git holds the last commits only.

    pip clones the repository with `--filter=blob:none`, which from such a clone never
    ends (seen with git 2.39).
    """
    ran = subprocess.run(
        ["git", "rev-parse", "--is-shallow-repository"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    if ran.stdout.strip() == "true":
        raise TryError(
            "this clone is shallow, it lacks older commits, and pip cannot install "
            "from it. Bring them first: git fetch --unshallow"
        )


def attempt(which: str, paths: list[Path], given: str | None, tests: bool) -> int:
    """Make the environment, run everything in it; return the exit code."""
    start = time.perf_counter()
    stop_if_clone_is_shallow()
    if changed := uncommitted():
        print(
            f"NOTE: not committed, so not installed: {', '.join(changed)}", flush=True
        )
    python = make_environment(which, choose_python(python_of(which), given))
    install_package(python, paths[0])
    fill_cache()
    print(f"{versions_in(python)}\n{len(paths)} notebooks to run", flush=True)
    codes = {"notebooks": run_notebooks(python, paths)}
    if tests:
        codes["package"] = run_package_tests(python)
    failed = [name for name, code in codes.items() if code]
    result = f"FAILED: {', '.join(failed)}" if failed else "passed"
    minutes = (time.perf_counter() - start) / 60
    print(
        f"{which}: {result}, {minutes:.1f} minutes; {versions_in(python)}", flush=True
    )
    return int(bool(failed))


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and run; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("which", choices=["colab", "oldest", "newest"])
    parser.add_argument("paths", nargs="*", type=Path, help="default: all notebooks")
    parser.add_argument("--python", help="the interpreter to make the environment with")
    parser.add_argument(
        "--notebooks-only", action="store_true", help="leave the package's tests out"
    )
    options = parser.parse_args(arguments)
    paths = options.paths or sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    if missing := [path for path in paths if not path.exists()]:
        print(f"There is no notebook {missing[0]}", file=sys.stderr)
        return 2
    tests = options.which != "colab" and not options.notebooks_only
    try:
        return attempt(options.which, paths, options.python, tests)
    except TryError as error:
        print(f"Cannot try these versions: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
