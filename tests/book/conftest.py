"""Build the book once a session and open its pages in headless Chromium."""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
for folder in (HERE, ROOT / "book" / "_ext"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from html_pages import Page, listed_pages, read_site  # noqa: E402


def pytest_generate_tests(metafunc):
    """Run a test that asks for `page_name` once a page."""
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", listed_pages())


def run_build(out: Path) -> dict:
    """Build the book in a folder, with warnings as errors; return what came of it."""
    command = [str(Path(sys.executable).parent / "jupyter-book"), "build", str(ROOT)]
    options = ["--path-output", str(out), "-W", "-n", "--keep-going", "--all"]
    result = subprocess.run(
        command + options,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1"},
        timeout=600,
        check=False,
    )
    output = re.sub(r"\x1b\[[0-9;]*m", "", result.stdout + result.stderr)
    complaint = re.compile("WARNING|ERROR|CRITICAL|[Ee]xception")
    found = [line for line in output.splitlines() if complaint.search(line)]
    return {
        "returncode": result.returncode,
        "stdout": result.stdout,
        "stderr": result.stderr,
        "complaints": "\n".join(found) or output[-2000:],
    }


@pytest.fixture(scope="session")
def build(tmp_path_factory) -> SimpleNamespace:
    """Build the book once; of several test processes the first builds for all."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # the folder that all processes of this run share
    out, outcome = shared / "site", shared / "build.json"
    try:
        out.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 660
        while not outcome.exists():
            assert time.monotonic() < deadline, "another process did not build the book"
            time.sleep(0.5)
    else:
        draft = outcome.with_suffix(".part")
        draft.write_text(json.dumps(run_build(out)), encoding="utf-8")
        draft.rename(outcome)
    found = json.loads(outcome.read_text(encoding="utf-8"))
    return SimpleNamespace(site=out / "_build" / "html", **found)


@pytest.fixture(scope="session")
def site(build) -> Path:
    """Return the folder of the built site."""
    assert build.returncode == 0, build.complaints
    return build.site.resolve()


@pytest.fixture(scope="session")
def pages(site) -> dict[Path, Page]:
    """Return every built page."""
    return read_site(site)


@pytest.fixture(scope="session")
def server(site):
    """Serve the site on the loopback interface; return its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}/"
        httpd.shutdown()


class Visitor:
    """A browser tab that remembers what pages asked for and complained of."""

    def __init__(self, browser, home: str, **options):
        self.context = browser.new_context(**options)
        self.tab = self.context.new_page()
        self.home, self.foreign, self.errors = home, [], []
        self.tab.on("request", self._note_request)
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.on("console", self._note_console)

    def _note_request(self, request):
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.foreign.append(request.url)

    def _note_console(self, message):
        if message.type == "error":
            self.errors.append(message.text)

    def open(self, name: str, theme: str = "light"):
        """Open a page in a colour theme and wait for its formulas and pictures."""
        self.context.add_init_script(
            f"try {{ localStorage.setItem('mode', '{theme}');"
            f" localStorage.setItem('theme', '{theme}'); }} catch (error) {{}}"
        )
        self.tab.goto(self.home + name, wait_until="load")
        self.tab.wait_for_function(
            "!window.MathJax || !MathJax.startup ||"
            " MathJax.startup.promise.then(() => true)"
        )
        return self.tab


@pytest.fixture
def visit(chromium, server):
    """Return a function that opens a visitor; every one is closed at the end."""
    visitors = []

    def new(home: str = server, **options) -> Visitor:
        visitors.append(Visitor(chromium, home, **options))
        return visitors[-1]

    yield new
    for visitor in visitors:
        visitor.context.close()
