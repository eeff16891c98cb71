"""What would hold on one machine and break on another: Windows, macOS, Binder."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path

import make_environment
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
FOLDERS = ["book", "cnn_helpers", "experiments", "tests", "tools"]
SOURCES = sorted(path for name in FOLDERS for path in (ROOT / name).rglob("*.py"))
NOT_ON_WINDOWS = {
    "os": {
        "fork", "forkpty", "openpty", "killpg", "wait", "wait3", "wait4", "nice",
        "getuid", "geteuid", "getgid", "getegid", "getgroups", "getpgid", "getpgrp",
        "getsid", "getresuid", "getresgid", "initgroups", "getpriority", "setpriority",
        "setuid", "seteuid", "setgid", "setegid", "setgroups", "setpgid", "setreuid",
        "setregid", "setresuid", "setresgid", "setsid",
        "chown", "fchown", "lchown", "chroot", "mkfifo", "mknod", "pread", "pwrite",
        "statvfs", "fstatvfs", "sync", "sysconf", "confstr", "uname", "getloadavg",
        "sched_getaffinity", "sched_setaffinity", "sched_yield",
    },
    "signal": {
        "pthread_kill", "pthread_sigmask", "alarm", "setitimer", "getitimer", "pause",
        "sigpending", "sigwait", "sigtimedwait", "siginterrupt",
        "SIGKILL", "SIGALRM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGPIPE",
        "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGXCPU", "SIGXFSZ",
    },
    "time": {"tzset", "clock_gettime", "pthread_getcpuclockid"},
}  # fmt: skip
POSIX_MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"}


def name_of(call: ast.Call) -> str:
    """Return the last name of what is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def is_text_without_encoding(call: ast.Call) -> bool:
    """Say whether a call reads or writes text in whatever encoding the machine has.

    >>> calls = ["p.read_text()", "open(p)", "p.open('rb')", "run(c, text=True)"]
    >>> calls += ["p.write_text(s)", "open(p, mode='a')", "p.read_text('utf-8')"]
    >>> [is_text_without_encoding(ast.parse(c, mode="eval").body) for c in calls]
    [True, True, False, True, True, True, False]
    """
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    name = name_of(call)
    if "encoding" in named:
        return False
    if name == "read_text":
        return not call.args
    if name == "write_text":
        return len(call.args) == 1
    if "text" in named or "universal_newlines" in named:
        return name in {"run", "Popen", "check_output"}
    if name != "open" or not (call.args or named):
        return False
    texts = [getattr(value, "value", None) for value in [*call.args, *named.values()]]
    modes = [text for text in texts if text and set(str(text)) <= set("rwxabt+")]
    if isinstance(call.func, ast.Name):
        return not any("b" in mode for mode in modes)
    return bool(modes) and not any("b" in mode for mode in modes)


def is_posix_only(node: ast.AST) -> bool:
    """Say whether a piece of code asks for what Windows does not have."""
    if isinstance(node, ast.Import):
        return any(alias.name in POSIX_MODULES for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        taken = {alias.name for alias in node.names}
        lacking = NOT_ON_WINDOWS.get(node.module, set())
        return node.module in POSIX_MODULES or not taken.isdisjoint(lacking)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.startswith(("/tmp", "/dev/", "/proc/"))
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in NOT_ON_WINDOWS.get(node.value.id, set())
    )


def asks_first(function: ast.FunctionDef) -> bool:
    """Say whether a function asks `hasattr`, or is a test marked for POSIX systems."""
    marks = {getattr(mark, "id", "") for mark in function.decorator_list}
    return "POSIX" in marks or "'hasattr'" in ast.dump(function)


def unguarded(tree: ast.AST):
    """Yield the nodes outside functions that ask before they use a thing."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef) and asks_first(node):
            continue
        yield node
        yield from unguarded(node)


def code_of(path: Path) -> list[str]:
    """Return the code of a module, or of the cells of a notebook."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return [text]
    cells = json.loads(text)["cells"]
    return ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]


def nodes(path: Path):
    """Return every node of the code in a file."""
    for code in code_of(path):
        yield from ast.walk(ast.parse(code))


def test_every_text_is_read_in_utf_8():
    """Windows would read and write it in an encoding of its own."""
    found = [
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for path in [*SOURCES, *NOTEBOOKS]
        for node in nodes(path)
        if isinstance(node, ast.Call) and is_text_without_encoding(node)
    ]
    assert found == []


def test_nothing_asks_for_what_windows_lacks():
    """Nor for a folder that is elsewhere there, but where a function asks first."""
    found = [
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for path in [*SOURCES, *NOTEBOOKS]
        if path.name != Path(__file__).name  # it names them
        for code in code_of(path)
        for node in unguarded(ast.parse(code))
        if is_posix_only(node)
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import fcntl",
        "from pwd import getpwnam",
        "os.fork()",
        "os.seteuid(0)",
        "from os import seteuid",
        "signal.pthread_kill(thread, signal.SIGINT)",
        "process.send_signal(signal.SIGKILL)",
        "from signal import SIGALRM, setitimer",
        "open('/tmp/a', 'rb')",
    ],
)
def test_what_windows_lacks_is_found(code):
    assert any(is_posix_only(node) for node in unguarded(ast.parse(code)))
    for start in ("def f():\n if hasattr(os, 'fork'):", "@POSIX\ndef f():\n if True:"):
        guarded = ast.parse(f"{start}\n  {code}")
        assert not any(is_posix_only(node) for node in unguarded(guarded))


@pytest.mark.parametrize("code", ["signal.signal(signal.SIGINT, stop)", "image.wait()"])
def test_what_windows_has_is_let_pass(code):
    assert not any(is_posix_only(node) for node in unguarded(ast.parse(code)))


@pytest.mark.parametrize(
    ("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_what_a_machine_lacks_is_an_error_where_ci_is_set(
    missing, monkeypatch, ci, outcome
):
    """A test that is skipped on every runner would never run, and nobody would know."""
    monkeypatch.setenv("CI", ci)
    either = (pytest.fail.Exception, pytest.skip.Exception)
    with pytest.raises(either, match="no needle here") as caught:
        missing("no needle here")
    assert caught.type is outcome


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """Return the paths of the files that git keeps."""
    command = ["git", "-c", "core.quotePath=false", "ls-files"]
    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if ran.returncode:
        pytest.skip("not a git checkout")
    return ran.stdout.splitlines()


def test_every_file_can_be_named_anywhere(tracked):
    """No letter that Windows forbids, no two names that differ in case, none long."""
    assert len(tracked) > 300
    assert [name for name in tracked if re.search(r'[<>:"\\|?*]|[^ -~]', name)] == []
    assert len({name.lower() for name in tracked}) == len(tracked)
    assert max(map(len, tracked)) <= 120  # of the 260 that Windows allows a path
    devices = re.compile(r"(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)", re.IGNORECASE)
    assert [name for name in tracked if devices.search(name)] == []


def test_lines_end_alike_everywhere(tracked):
    """Checksums are taken of some files: git must not exchange their line ends."""
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8")
    assert "* text=auto eol=lf" in rules.splitlines()
    binary = set(re.findall(r"^\*(\.\w+) binary$", rules, re.MULTILINE))
    found = []
    for name in tracked:
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" in content and path.suffix not in binary:
            found.append(f"{name}: binary, and .gitattributes does not say so")
        if b"\0" not in content and b"\r\n" in content:
            found.append(f"{name}: its lines end as on Windows")
    assert found == []


# ------------------------------------------------------------------ Jupyter


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_asks_for_python_3_of_no_version(path):
    """A minor version in the file would be the one of whoever ran it last."""
    metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
    assert metadata["kernelspec"]["display_name"] == make_environment.KERNEL_NAME
    assert metadata["kernelspec"]["name"] == "python3"
    assert re.search(r"3\.\d+|version", json.dumps(metadata)) is None


def test_the_environment_shows_its_kernel_as_python_3(tmp_path, monkeypatch):
    """Whatever name ipykernel installed it under; the rest of the file stays."""
    path = tmp_path / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    path.parent.mkdir(parents=True)
    installed = {"argv": ["python"], "display_name": "Python 3 (ipykernel)"}
    path.write_text(json.dumps(installed), encoding="utf-8")
    monkeypatch.setattr(make_environment, "ENVIRONMENT", tmp_path)
    for _ in range(2):
        make_environment.name_the_kernel()
        described = json.loads(path.read_text(encoding="utf-8"))
        assert described == {"argv": ["python"], "display_name": "Python 3"}


def test_the_kernel_is_named_in_an_environment_that_stands(tmp_path, monkeypatch):
    """`make` names it each time, so an environment made earlier gets its name too."""
    stamp = tmp_path / "installed.txt"
    stamp.write_text(make_environment.fingerprint(), encoding="utf-8")
    named = []
    monkeypatch.setattr(make_environment, "STAMP", stamp)
    monkeypatch.setattr(make_environment, "name_the_kernel", lambda: named.append(1))
    monkeypatch.setattr(make_environment, "create", lambda: pytest.fail("made anew"))
    make_environment.main()
    assert named == [1]


def chapters_of_the_contents() -> list[str]:
    """Return the names of the notebooks in the order of the table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = [page["file"] for part in toc["parts"] for page in part["chapters"]]
    return [name.split("/")[1] for name in listed if name.startswith("notebooks/")]


def test_a_list_by_name_is_the_order_of_the_chapters():
    """JupyterLab lists by name: it must be the order in which they are read."""
    assert [path.stem for path in NOTEBOOKS] == chapters_of_the_contents()


def test_the_first_chapter_opens_in_jupyterlab():
    """`make lab` and the commands for Windows and Binder open the same notebook."""
    first = f"notebooks/{chapters_of_the_contents()[0]}.ipynb"
    for name in ("Makefile", "README.md", "book/how_to_use.md"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\", "/")
        assert f"jupyter lab {first}" in text, name


# ------------------------------------------------------------------- Binder


def test_binder_installs_what_the_book_installs():
    """`-r` is read from the file's own folder; the package itself comes afterwards."""
    lines = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8")
    asked = [line for line in lines.splitlines() if line and line[0] != "#"]
    assert asked == ["-r ../requirements.txt"]
    assert (ROOT / "binder" / "../requirements.txt").exists()
    script = (ROOT / "binder" / "postBuild").read_text(encoding="utf-8")
    assert script.startswith("#!/usr/bin/env bash\nset -euo pipefail\n")
    assert "pip install --no-deps --no-cache-dir ." in script


def test_binder_takes_a_python_that_the_book_supports():
    """Its own choice of version changes with time."""
    text = (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8")
    version = re.fullmatch(r"python-(3)\.(\d+)\n", text).groups()
    low, high = make_environment.SUPPORTED
    assert low <= tuple(map(int, version)) <= high


def test_binder_can_run_its_script(tracked):
    """Git keeps the mark that a file may be run; without it Binder's build fails."""
    ran = subprocess.run(
        ["git", "ls-files", "--stage", "binder/postBuild"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stdout.startswith("100755 ")
