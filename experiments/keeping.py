"""Keep what an experiment found: whole files, and with what they were made."""

import json
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path


def write_atomically(path, write):
    """Write a file whole, or leave the old one.

    Parameters
    ----------
    path : pathlib.Path
        The file. Its folder is made when it is missing.
    write : callable
        Is called with a temporary path beside `path`, which is renamed afterwards.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        write(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path, content):
    """Write `content` as JSON, a list of numbers on one line, atomically."""
    text = json.dumps(content, indent=1)
    text = re.sub(r"\[[^][{}]*\]", lambda found: " ".join(found[0].split()), text)
    write_atomically(path, lambda file: file.write_text(text + "\n", encoding="utf-8"))


def read_json(path):
    """Return what a JSON file holds, or None when there is no such file."""
    path = Path(path)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def versions(*packages):
    """Return the versions of Python and of installed packages, by name."""
    found = {"python": platform.python_version()}
    return found | {package: version(package) for package in packages}


def cores():
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def machine():
    """Return the kind of machine: its system, processor family and usable cores."""
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": cores(),
    }
