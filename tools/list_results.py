"""List the experiments' results in the package, with their sizes and checksums.

Usage::

    python tools/list_results.py [--check]

The list, ``cnn_helpers/experiment_results.json``, says what a download must be. Write
it again after an experiment was run again; a test says when it is stale. ``--check``
writes nothing and returns 1 if it would change.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 4_000_000  # of a file: weights in the repository have up to 2 MB


def entry(path: Path) -> dict:
    """Return the size and the checksum of a file; ValueError if it is too large."""
    content = path.read_bytes()
    if path.suffix == ".json":
        # Git on Windows may have written other ends of lines than it keeps
        content = content.replace(b"\r\n", b"\n")
    if len(content) > MOST_BYTES:
        raise ValueError(
            f"{path.name} has {len(content):,} bytes; a result may have {MOST_BYTES:,}"
        )
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def listing(root: Path = ROOT) -> str:
    """Return the text of the list for the results in a checkout."""
    folder = root / "experiments" / "results"
    paths = [path for path in folder.iterdir() if path.suffix in (".json", ".npz")]
    entries = {path.name: entry(path) for path in sorted(paths)}
    return json.dumps(entries, indent=1) + "\n"


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Read the command line, write the list; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    path = root / "cnn_helpers" / "experiment_results.json"
    text = listing(root)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        print(f"{path.name} is up to date")
        return 0
    if options.check:
        print(f"{path.name} is stale: run python tools/list_results.py")
        return 1
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.name} lists {len(json.loads(text))} results")
    return 0


if __name__ == "__main__":
    sys.exit(main())
