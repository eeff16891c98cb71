"""What all tests share: the tools they import, whole sentences, a browser."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from cnn_helpers import checks

ROOT = Path(__file__).resolve().parents[1]
for _folder in (ROOT / "tools", ROOT / "experiments", ROOT / "tests" / "notebooks"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))


CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def whole_sentences(request, monkeypatch):
    """Print an exercise's verdict unbroken: tests of checks look for its sentences."""
    if request.path.name.startswith("test_checks"):
        monkeypatch.setattr(checks, "LINE_LENGTH", 100_000)


@pytest.fixture(scope="session")
def chromium():
    """Return a headless Chromium; without one, skip, or fail where CI is set."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        message = "no Chromium on this machine: the pages are not opened in a browser"
        if os.environ.get("CI"):
            pytest.fail(message + " (an error, because CI is set)")
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=CHROMIUM_ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live_page(chromium):
    """Return a blank page of Chromium that holds the live figures' scripts."""
    from bundle_explorables import figures_bundle

    page = chromium.new_page()
    page.add_script_tag(content=figures_bundle())
    yield page
    page.close()
