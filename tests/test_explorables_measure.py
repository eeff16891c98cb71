"""The committed measurement of the live figures, and what they weigh today."""

import gzip
import importlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIGURES = {"draw", "kernel", "receptive_field"}
LONGEST_FRAME = 16  # milliseconds: sixty frames a second
HEAVIEST = 60 * 1024  # bytes of all scripts, compressed


@pytest.fixture(scope="module")
def script():
    return importlib.import_module("measure_explorables")


@pytest.fixture(scope="module")
def result():
    path = ROOT / "experiments" / "results" / "measure_explorables.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_half_of_the_frames_are_quick(result):
    assert set(result["frames"]) == FIGURES
    for name, frames in result["frames"].items():
        assert frames["count"] >= 100, name
        assert 0 < frames["median"] <= LONGEST_FRAME, name
        assert frames["median"] <= frames["19 of 20 below"], name


def test_all_figures_together_are_light(script):
    total = 0
    for name, weight in script.weights().items():
        data = (ROOT / "book" / "assets" / name).read_bytes()
        assert weight["bytes"] == len(data) > 10_000
        assert weight["gzip"] == len(gzip.compress(data, 9, mtime=0))
        total += weight["gzip"]
    assert total <= HEAVIEST


def test_the_measured_weight_is_that_of_today(result, script):
    today = sum(weight["gzip"] for weight in script.weights().values())
    assert result["gzip"] == pytest.approx(today, rel=0.1), "measure again"


def test_a_slow_frame_would_be_seen(script, chromium):
    """A figure that works 20 ms on each key has frames of 20 ms."""
    element = "<button data-ready>slow</button>"
    slow = """document.querySelector('button').onkeydown = () => {
      const end = performance.now() + 20;
      while (performance.now() < end);
    };"""

    def press(tab):
        tab.add_script_tag(content=slow)
        tab.locator("button").focus()
        for _ in range(10):
            tab.keyboard.press("ArrowLeft")
            tab.wait_for_timeout(30)

    frames = script.time_frames(chromium, element, press)
    assert len([frame for frame in frames if frame >= 20]) >= 8
