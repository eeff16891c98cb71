"""Ask whether any package that this book pins has a known weakness.

Usage::

    python tools/audit.py

Runs pip-audit on ``requirements.txt``, which names every package with its version, and
judges what it found. It needs the network: the Python Package Index and its advisories.
pip-audit calls a list clean when it could ask about no package at all; here that is a
failure. Exit code 0: every package was asked about and none is known to be weak. 1: one
is. 2: not all could be asked about. Packages for other systems are not asked about.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv" / "audit"  # pip-audit stays out of the book's packages
PIP_AUDIT = "pip-audit==2.10.1"

# Advisories that do not concern this book: identifier -> package and reason.
ACCEPTED: dict[str, str] = {}


def make_environment() -> Path:
    """Return the Python of an environment that holds pip-audit."""
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    installed = subprocess.run(
        [python, "-m", "pip_audit", "--version"], capture_output=True, check=False
    ) if python.exists() else None  # fmt: skip
    if installed is None or installed.returncode:
        print(f"Installing {PIP_AUDIT} into {ENVIRONMENT}", flush=True)
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "-q", PIP_AUDIT]
        if subprocess.run(install, check=False).returncode:
            sys.exit(f"{PIP_AUDIT} could not be installed: is there a network?")
    return python


def ask(python: Path, requirements: Path) -> str:
    """Return what pip-audit writes about a list of packages: JSON, or nothing."""
    answer = subprocess.run(
        [
            *(python, "-m", "pip_audit", "--requirement", requirements, "--no-deps"),
            *("--disable-pip", "--progress-spinner", "off", "--format", "json"),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if not answer.stdout.strip():
        print(answer.stderr[-1000:], file=sys.stderr)
    return answer.stdout


def judge(answer: str, accepted: dict[str, str]) -> tuple[int, list[str]]:
    """Return the exit code and the lines to print for an answer of pip-audit."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 2, ["pip-audit gave no answer: is there a network?"]
    silent = [package["name"] for package in packages if "skip_reason" in package]
    weak, seen = [], set()
    for package in packages:
        for found in package.get("vulns", []):
            names = {found["id"], *found.get("aliases", [])}
            seen |= names
            if names & accepted.keys():
                continue
            mended = ", ".join(found.get("fix_versions", [])) or "no version yet"
            weak.append(
                f"{package['name']} {package['version']}: {found['id']}, mended in "
                f"{mended}"
            )
    stale = [name for name in accepted if name not in seen and not silent]
    lines = [*weak, *(f"{name} is accepted, and found no more" for name in stale)]
    if silent or not packages:
        lines.append(
            f"{len(silent)} of {len(packages)} packages could not be asked about "
            f"({', '.join(silent[:3])} ...): the advisories need the network"
        )
        return 2, lines
    if lines:
        return 1, lines
    accepted_too = f", {len(accepted)} advisories accepted" if accepted else ""
    return 0, [f"{len(packages)} packages, no known weakness{accepted_too}"]


def main() -> int:
    """Ask and judge; return the exit code."""
    answer = ask(make_environment(), ROOT / "requirements.txt")
    code, lines = judge(answer, ACCEPTED)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
