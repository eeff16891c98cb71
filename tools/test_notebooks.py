"""Run every notebook and compare what it prints with what is stored.

Usage::

    python tools/test_notebooks.py [notebook ...] [--strict | --lax]

Two runs: a strict one on the real MNIST digits, where each stored text output must
come again, and a lax one on the digits of scikit-learn's wheel, as without network:
there the outputs differ, and every assert must hold. Where MNIST is not to be had,
only the lax run is made, and a line says so. (The tests' workflow fetches MNIST before,
in a step of its own, and is red where that fails.)
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from refresh_notebooks import (
    ROOT,
    RefreshError,
    kernel_environment,
    require_mnist,
)

PLUGINS = ROOT / "tests" / "notebooks"
WORKERS = 2
NO_TESTS = 5  # pytest's exit code when it found nothing to run


def command(paths: list[Path], *, strict: bool) -> list[str]:
    """Return the command that runs nbval on notebooks."""
    workers = str(WORKERS) if len(paths) > 1 else "0"
    return [
        *(sys.executable, "-m", "pytest", "--color=no", "-q"),
        *("-p", "nbval_plugin", "-p", "no:cacheprovider", "--rootdir", str(ROOT)),
        *("-c", str(ROOT / "pyproject.toml")),
        *("-n", workers, "--dist", "loadfile"),
        *("--nbval" if strict else "--nbval-lax", "--nbval-current-env"),
        *("--nbval-sanitize-with", str(PLUGINS / "sanitize.cfg")),
        *("--nbval-cell-timeout", "600"),
        *map(str, paths),
    ]


def run(paths: list[Path], *, strict: bool, capture: bool = False):
    """Run notebooks under nbval, strictly or laxly; return the ended process."""
    environment = {**os.environ, **kernel_environment(), "PYTHONUTF8": "1"}
    environment.pop("CNN_HELPERS_DIGITS", None)
    if not strict:
        environment["CNN_HELPERS_DIGITS"] = "sklearn"
    found = [str(PLUGINS), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, found))
    return subprocess.run(
        command(paths, strict=strict),
        env=environment,
        cwd=ROOT,
        capture_output=capture,
        encoding="utf-8",
        check=False,
    )


def mnist_is_here() -> bool:
    """Say whether the real digits can be had; if not, print why, in one line."""
    try:
        require_mnist()
    except RefreshError as error:
        cause = textwrap.shorten(str(error.__cause__ or error), 160)
        print(f"No MNIST here, so outputs cannot be compared: {cause}")
        return False
    return True


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and run; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, help="default: all notebooks")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--strict", action="store_true", help="the strict run only")
    which.add_argument("--lax", action="store_true", help="the lax run only")
    options = parser.parse_args(arguments)
    paths = options.paths or sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    paths = [path.resolve() for path in paths]
    if missing := [path for path in paths if not path.exists()]:
        print(f"There is no notebook {missing[0]}", file=sys.stderr)
        return 2
    if not paths:
        print("There are no notebooks yet in notebooks/")
        return 0
    here = not options.lax and mnist_is_here()
    if options.strict and not here:
        return 2
    if not (here or options.lax):
        print("Only the asserts run", flush=True)
    return run_both(paths, strict=here, lax=not options.strict)


def run_both(paths: list[Path], *, strict: bool, lax: bool) -> int:
    """Make the runs asked for, one after the other; return the exit code."""
    runs = [("strict, on MNIST", True)] * strict
    runs += [("lax, on scikit-learn's digits", False)] * lax
    for name, is_strict in runs:
        start = time.perf_counter()
        print(f"Notebooks, {name}: {len(paths)} to run", flush=True)
        code = run(paths, strict=is_strict).returncode
        seconds = time.perf_counter() - start
        if code == NO_TESTS:
            print("No notebook has a code cell", file=sys.stderr)
        if code:
            print(f"Notebooks, {name}: FAILED after {seconds:.0f} s", flush=True)
            return code
        print(f"Notebooks, {name}: passed in {seconds:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
