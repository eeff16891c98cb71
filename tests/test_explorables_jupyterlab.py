"""A saved figure opened in JupyterLab: a sentence at first, alive once it is run."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from cnn_helpers.digit_sheets import extract_ink, read_sheet

pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")

CELLS = [
    """from cnn_helpers.explorables import DigitPad, ReceptiveField
from cnn_helpers.receptive_field import Stage

ReceptiveField([Stage("conv", 5), Stage("pool", 2, 2)])""",
    "DigitPad(1)",
]


def free_port() -> int:
    """Return a port of the loopback interface that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a notebook that was run and saved."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    nbformat.write(notebook, folder / "figure.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(folder, tmp_path_factory):
    """Start a JupyterLab that trusts no notebook yet; return its address."""
    home = tmp_path_factory.mktemp("home")
    token, port = secrets.token_hex(8), free_port()
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    environment = {
        **os.environ,
        **{place: str(home / place.lower()) for place in places},
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.root_dir": folder,
        "ServerApp.allow_root": True,
        "ServerApp.open_browser": False,
        "IdentityProvider.token": token,
    }
    command = [sys.executable, "-m", "jupyterlab"]
    command += [f"--{name}={value}" for name, value in options.items()]
    log = (home / "log").open("w+", encoding="utf-8")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/lab/tree/figure.ipynb?token={token}"
    try:
        wait_for(f"http://127.0.0.1:{port}/api?token={token}", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def wait_for(address, process, log, seconds=90):
    """Wait until a server answers; fail with its log where it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    log.seek(0)
    pytest.fail("JupyterLab did not start: " + log.read()[-2000:])


@pytest.fixture
def tab(lab, chromium):
    """Open the notebook in a browser that has not seen it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(lab)
    tab.locator(".jp-Notebook .jp-OutputArea-output").first.wait_for(timeout=90_000)
    yield tab
    context.close()


def run_cells(tab, count):
    """Run the first cells, as a reader would."""
    tab.get_by_text("| Idle").wait_for(timeout=90_000)
    tab.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    for _ in range(count):
        tab.keyboard.press("Shift+Enter")


def test_a_saved_figure_says_what_to_do_and_comes_alive(tab):
    output = tab.locator(".jp-Notebook .jp-OutputArea-output").first
    assert "when this cell is run" in output.inner_text()
    assert tab.locator("live-receptive-field").count() == 0

    run_cells(tab, 1)
    figure = tab.locator("live-receptive-field[data-ready]")
    figure.wait_for(timeout=90_000)
    said = figure.locator(".readout").inner_text()
    assert "of pool sees rows 12 to 17" in said


def test_the_keys_of_a_figure_are_not_those_of_jupyterlab(tab, tmp_path):
    """There, arrows go from cell to cell, Enter edits, D twice deletes a cell."""
    run_cells(tab, 2)
    pad = tab.locator("live-digit-pad[data-ready]")
    pad.wait_for(timeout=90_000)
    pad.locator(".pad").click()  # a dot
    assert pad.locator("p.numbers").inner_text().startswith("1 of 10 drawn")
    for key in ["Delete", "d", "d", "z"]:
        tab.keyboard.press(key)
    assert pad.locator("p.numbers").inner_text().startswith("0 of 10 drawn")
    for k in range(10):
        assert pad.locator(".title").first.inner_text() == f"Draw a {k}, row 1 of 1"
        tab.keyboard.press("Space")
        for _ in range(8):
            tab.keyboard.press("ArrowDown")
        tab.keyboard.press("Space")
        tab.keyboard.press("Enter")
    assert tab.locator(".jp-Notebook .jp-CodeCell").count() == len(CELLS) + 1
    with tab.expect_download() as download:
        pad.get_by_role("link", name="Save my_digits.png").click()
    download.value.save_as(tmp_path / "drawn.png")
    ink = extract_ink(read_sheet(tmp_path / "drawn.png", 1, 10)[9])
    rows, columns = np.nonzero(ink)
    assert np.ptp(rows) > 2 * np.ptp(columns)  # a line downwards
