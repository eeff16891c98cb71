"""What all tests share: the tools they import, whole sentences, a browser."""

from __future__ import annotations

import http.server
import os
import shutil
import sys
import threading
from pathlib import Path

import pytest

from cnn_helpers import _downloads, checks

ROOT = Path(__file__).resolve().parents[1]
for _folder in ("tools", "experiments", "tests/notebooks", "book/_ext"):
    if str(ROOT / _folder) not in sys.path:
        sys.path.insert(0, str(ROOT / _folder))

os.environ.setdefault("PYTHONUTF8", "1")  # the programs that tests start print UTF-8

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Answers(http.server.BaseHTTPRequestHandler):
    """Serves ``server.answers``: file name -> bytes, or a function that answers."""

    def do_GET(self):
        """Answer, and note what was asked for."""
        name = self.path.rsplit("/", 1)[-1]
        self.server.asked.append(name)
        self.server.paths.append(self.path)
        answer = self.server.answers.get(name)
        if callable(answer):
            answer(self)
        elif answer is None:
            self.send_error(404)
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    def log_message(self, *args):
        """Keep silent."""


@pytest.fixture
def host(monkeypatch):
    """Return a function that serves files on the loopback, over plain HTTP.

    ``host({"name": b"content"})`` gives a server with its `address`; `asked` holds the
    names of the files it was asked for, `paths` the whole paths. Plain HTTP is accepted
    in the test alone.
    """
    monkeypatch.setattr(_downloads, "SCHEMES", ("http://127.0.0.1:",))
    servers = []

    def start(answers):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        server.daemon_threads = True
        server.handle_error = lambda *args: None  # the client may have hung up
        server.answers, server.asked, server.paths = answers, [], []
        server.address = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def whole_sentences(request, monkeypatch):
    """Print an exercise's verdict unbroken: tests of checks look for its sentences."""
    if request.path.name.startswith("test_checks"):
        monkeypatch.setattr(checks, "LINE_LENGTH", 100_000)


@pytest.fixture(scope="session")
def missing():
    """Return a function that skips a test, or fails it where CI is set.

    Its argument says what this machine lacks, and what is therefore not tested.
    """

    def skip_or_fail(message: str) -> None:
        if os.environ.get("CI"):
            pytest.fail(message + " (an error, because CI is set)")
        pytest.skip(message)

    return skip_or_fail


@pytest.fixture(scope="session")
def chromium(missing):
    """Return a headless Chromium, if there is one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        executable = chromium_executable(playwright)
        if executable is None:
            missing("no Chromium on this machine: no page is opened in a browser")
        browser = playwright.chromium.launch(
            executable_path=executable, args=CHROMIUM_ARGUMENTS
        )
        yield browser
        browser.close()


def chromium_executable(playwright) -> str | None:
    """Return the system's Chromium, else the one that playwright installed, or None."""
    for name in ("chromium", "chromium-browser"):
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def live_page(chromium):
    """Return a blank page of Chromium that holds the live figures' scripts."""
    from bundle_explorables import figures_bundle

    page = chromium.new_page()
    page.add_script_tag(content=figures_bundle())
    yield page
    page.close()
