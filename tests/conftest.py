"""Let the tests import the project's tools and the rules of its notebooks."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
for _folder in (ROOT / "tools", ROOT / "tests" / "notebooks"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))
