"""What this book adds to nbval: stderr is not compared, and notebooks are timed.

`tools/test_notebooks.py` loads it with ``-p nbval_plugin``.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

SECONDS = 30
SECONDS_OF_TRAINING = 90
TRAINING_CHAPTERS = {"14", "15", "17", "18", "19", "20", "21"}

_seconds: dict[str, float] = defaultdict(float)


def pytest_collectstart(collector) -> None:
    """Leave stderr out: the order and number of warnings depend on the machine."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("stderr",)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the seconds of each notebook's cells and of starting its kernel."""
    _seconds[report.nodeid.split("::")[0]] += report.duration


def limit(name: str) -> int:
    """Return the seconds that a notebook may take.

    >>> limit("notebooks/06_convolution_by_hand.ipynb")
    30
    >>> limit("notebooks/19_full_mnist_models.ipynb")
    90
    """
    trains = Path(name).name[:2] in TRAINING_CHAPTERS
    return SECONDS_OF_TRAINING if trains else SECONDS


def pytest_terminal_summary(terminalreporter) -> None:
    """Print the seconds of each notebook."""
    if not _seconds:
        return
    terminalreporter.section("seconds of each notebook")
    for name, seconds in sorted(_seconds.items()):
        remark = f"  over its limit of {limit(name)} s" * (seconds > limit(name))
        terminalreporter.write_line(f"{seconds:7.1f}  {Path(name).name}{remark}")
