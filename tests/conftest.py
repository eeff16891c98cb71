"""What all tests share: the tools they import, verdicts in whole sentences."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cnn_helpers import checks

ROOT = Path(__file__).resolve().parents[1]
for _folder in (ROOT / "tools", ROOT / "tests" / "notebooks"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))


@pytest.fixture(autouse=True)
def whole_sentences(request, monkeypatch):
    """Print an exercise's verdict unbroken: tests of checks look for its sentences."""
    if request.path.name.startswith("test_checks"):
        monkeypatch.setattr(checks, "LINE_LENGTH", 100_000)
