"""Make the Python environment `.venv` that the book, the notebooks and the tests use.

Run by ``make``; on a machine without make, run ``python tools/make_environment.py``.
It needs Python 3.11 to 3.13 with pip, nothing else. A second run with unchanged
requirements ends at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "installed.txt"
LOG = ENVIRONMENT / "install.log"
SUPPORTED = ((3, 11), (3, 13))  # the versions that the book is tested on
KERNEL_NAME = "Python 3"  # as the notebooks name it, on every machine


def environment_python() -> Path:
    """Return the path of the environment's own interpreter."""
    inside = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    return ENVIRONMENT / inside


def fingerprint() -> str:
    """Return what the environment was made from: a stamp to compare later."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    version = ".".join(map(str, sys.version_info[:2]))
    return f"Python {version}, {ROOT}, {digest.hexdigest()}\n"


def stop_if_python_is_unsupported() -> None:
    """Leave with a sentence that says what to do when Python is too old or new."""
    low, high = SUPPORTED
    if not low <= sys.version_info[:2] <= high:
        sys.exit(
            f"This book needs Python {low[0]}.{low[1]} to {high[0]}.{high[1]} "
            "(TensorFlow has no package for others); this is Python "
            f"{sys.version.split()[0]}. With another one installed, run for example: "
            "make book PYTHON=python3.12"
        )


def create() -> None:
    """Create an empty environment, replacing what an earlier attempt left."""
    if ENVIRONMENT.exists():
        shutil.rmtree(ENVIRONMENT)
    try:
        venv.create(ENVIRONMENT, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(
            f"Could not create {ENVIRONMENT}: {error}. On Debian and Ubuntu, "
            "`apt install python3-venv` supplies the part that is missing."
        )


def pip_install(*arguments: str, total: int) -> None:
    """Run pip, counting packages as they come; its full output goes to the log."""
    command = [str(environment_python()), "-m", "pip", "install", *arguments]
    count, live = 0, sys.stdout.isatty()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",  # a path on Windows may come in another encoding
    )
    with LOG.open("a", encoding="utf-8") as log:
        for line in process.stdout:
            log.write(line)
            if match := re.match(r"(?:Collecting|Processing) (\S+)", line):
                count += 1
                name = Path(match[1]).name.split("==")[0]
                if live:
                    print(f"\r  {count} of {total}  {name:50.50}", end="", flush=True)
                elif count % 40 == 0:
                    print(f"  {count} of {total}", flush=True)
            elif total > 1 and line.startswith("Installing collected packages"):
                message = "  unpacking; the longest step, up to some minutes"
                print(f"\r{message:60}" if live else message, flush=True)
    if process.wait():
        tail = "".join(LOG.read_text(encoding="utf-8").splitlines(keepends=True)[-15:])
        sys.exit(f"\n{tail}\npip could not install the book's packages; see {LOG}")


def name_the_kernel() -> None:
    """Let Jupyter show the environment's kernel under the name in the notebooks."""
    path = ENVIRONMENT / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    described = json.loads(path.read_text(encoding="utf-8"))
    if described["display_name"] != KERNEL_NAME:
        described["display_name"] = KERNEL_NAME
        text = json.dumps(described, indent=1, ensure_ascii=False) + "\n"
        path.write_text(text, encoding="utf-8")


def main() -> None:
    """Make the environment unless it stands already."""
    stop_if_python_is_unsupported()
    make()
    name_the_kernel()


def make() -> None:
    """Create the environment and install, unless what stands is as wanted."""
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == fingerprint():
        return
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    total = len({pin.split("==")[0] for pin in pins if "==" in pin})
    print(
        f"Making the Python environment {ENVIRONMENT.name} with about {total} "
        "packages: once, some 0.9 GB to download, 1 to 10 minutes.",
        flush=True,
    )
    create()
    pip_install("-r", str(ROOT / "requirements.txt"), total=total)
    pip_install("--no-deps", "-e", str(ROOT), total=1)
    STAMP.write_text(fingerprint(), encoding="utf-8")
    print(f"The environment stands in {ENVIRONMENT}", flush=True)


if __name__ == "__main__":
    main()
