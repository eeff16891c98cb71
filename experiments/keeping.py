"""Keep what an experiment found: whole files, and with what they were made."""

import json
import os
import platform
import re
import tempfile
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

    Raises
    ------
    OSError
        If the disk is full or read-only; its note says that the old file is whole.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        write(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())  # on the disk before it takes the old one's place
        temporary.replace(path)
    except OSError as problem:
        rest = "the older file is whole" if path.exists() else "no part of it is there"
        problem.add_note(f"{path} was not written: {rest}")
        raise
    finally:
        temporary.unlink(missing_ok=True)


def require_writable(*directories):
    """Raise OSError where nothing can be kept: before a training, not after it."""
    for directory in map(Path, directories):
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=directory) as file:
                file.write(bytes(4096))
        except OSError as problem:
            problem.add_note(
                f"nothing can be kept in {directory}, so no training was begun; make "
                "room there, or name another place: --results for results, "
                "CNN_HELPERS_CACHE in the environment for what is kept on the way"
            )
            raise


def write_json(path, content):
    """Write `content` as JSON, a list of numbers on one line, atomically."""
    text = json.dumps(content, indent=1)
    text = re.sub(r"\[[^][{}]*\]", lambda found: " ".join(found[0].split()), text)
    write_atomically(path, lambda file: file.write_text(text + "\n", encoding="utf-8"))


def read_json(path):
    """Return what a JSON file holds, or None when there is no such file."""
    path = Path(path)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def earlier_runs(path, settings, data):
    """Return the runs in a result file that were made under the same settings.

    A file that is missing or damaged, or of other settings or data, holds none.
    """
    try:
        earlier = read_json(path) or {}
    except (OSError, ValueError):
        return []
    same = earlier.get("settings") == settings and earlier.get("data") == data
    return earlier.get("runs", []) if same else []


def load_keras_model(path):
    """Read a .keras file as data: code inside it is refused, never run."""
    import keras

    return keras.models.load_model(path, safe_mode=True)


def save_checkpoint(directory, model, state):
    """Keep a Keras model, its optimizer and a state that names the model's file.

    ``state["seconds"]`` has an entry for each finished epoch.
    """
    name = f"epoch-{len(state['seconds']):02d}.keras"
    write_atomically(directory / name, model.save)
    write_json(directory / "state.json", {**state, "model_file": name})
    for old in directory.glob("epoch-*.keras"):
        if old.name != name:
            old.unlink()


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
