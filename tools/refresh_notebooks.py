"""Run the book's notebooks again and store what they print and draw.

Usage::

    python tools/refresh_notebooks.py [notebook ...] [--remeasure] [--check]
    python tools/refresh_notebooks.py [notebook ...] --text-only

Without paths, every notebook in ``notebooks/`` is refreshed, from the real MNIST
digits. What is stored does not depend on the machine or the hour: two refreshes
write the same bytes. The exceptions are cells tagged ``measures-time``; they keep
the output that is stored, unless ``--remeasure`` is given or their code changed.
A cell that fails leaves the stored file as it was. After an edit of prose alone,
``--text-only`` writes the study time and the cell ids without running anything; it
refuses a notebook whose code is not the code that was run.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import math
import os
import re
import struct
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)

ROOT = Path(__file__).resolve().parent.parent
CELL_SECONDS = 600  # the longest that one cell may run
TRACEBACK_LINES = 25
WORDS_A_MINUTE = 180
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_REMARKS = {b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"}

# What nbval's sanitizers do to the fresh output is done here to the stored one:
# see tests/notebooks/sanitize.cfg.
# (Not a piece of base64, such as the weights in a live figure, that looks like one.)
ADDRESS = re.compile(r"(?<![\w+/])0x[0-9a-fA-F]{6,}(?![\w+/=])")
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
STUDY_TIME = re.compile(r"^\*\*Study time:\*\*.*$", re.MULTILINE)
NEEDS_HEADING = "## What you need first"


class RefreshError(Exception):
    """A notebook that cannot be refreshed; the message says why."""


# ---------------------------------------------------------------- running


class ThisEnvironment(KernelSpecManager):
    """Start the Python that runs this script, whatever kernels are installed."""

    def get_kernel_spec(self, kernel_name):
        """Return the kernel of this very environment."""
        import ipykernel.kernelspec as ours

        return self.kernel_spec_class(
            resource_dir=ours.RESOURCES, **ours.get_kernel_dict()
        )


def kernel_environment() -> dict[str, str]:
    """Return the variables that refreshing and testing set for the kernels."""
    return {
        "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1"),
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
        "NO_COLOR": "1",
    }


def prepare_environment() -> None:
    """Set what the kernels inherit, so that nbval meets the same outputs."""
    os.environ.update(kernel_environment())
    os.environ["PYTEST_CURRENT_TEST"] = "1"  # ipykernel then handles stderr alike
    os.environ.pop("CNN_HELPERS_DIGITS", None)  # real MNIST, never the substitute


def require_mnist() -> None:
    """Raise RefreshError where the real MNIST digits cannot be had."""
    try:
        from cnn_helpers.datasets import load_mnist

        load_mnist()
    except ImportError as error:
        raise RefreshError(
            f"cnn_helpers.datasets cannot be imported ({error}); "
            "install the package with: pip install -e ."
        ) from error
    except Exception as error:
        raise RefreshError(
            "the stored outputs must come from the real MNIST digits, and they are "
            f"not to be had here. Nothing was changed.\n  {error}\n"
            "  Set CNN_HELPERS_DATA to a folder that holds mnist/, or connect to the "
            "internet and try again."
        ) from error


def show_progress(path: Path, total: int):
    """Return a function that nbclient calls at the start of each cell."""

    def note(cell, cell_index):
        if sys.stdout.isatty():
            print(f"\r  {path.name}: cell {cell_index + 1} of {total} ", end="")
            sys.stdout.flush()

    return note


def execute(notebook, path: Path) -> None:
    """Run all cells of `notebook` in the folder of `path`, in a fresh kernel."""
    manager = AsyncKernelManager(kernel_spec_manager=ThisEnvironment())
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=CELL_SECONDS,
        record_timing=False,
        skip_cells_with_tag="",
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=show_progress(path, len(notebook.cells)),
    )
    client.owns_km = True  # stop the kernel at the end, whatever happens
    try:
        client.execute(stderr=subprocess.DEVNULL)
    except CellExecutionError as error:
        raise RefreshError(describe_failure(notebook, path, error)) from None
    except CellTimeoutError:
        number, count = failed_cell(notebook)
        raise RefreshError(
            f"{path.name}: cell {number} (In [{count}]) ran for more than "
            f"{CELL_SECONDS} seconds"
        ) from None
    except DeadKernelError:
        number, count = failed_cell(notebook)
        raise RefreshError(
            f"{path.name}: Python died in cell {number} (In [{count}]); "
            "the usual reason is a lack of memory"
        ) from None


def failed_cell(notebook) -> tuple[int, int]:
    """Return the place of the last cell that ran: among all cells, among code."""
    number = count = code = 0
    for place, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        code += 1
        if cell.execution_count is not None or cell.outputs or not number:
            number, count = place, code
        if any(output.output_type == "error" for output in cell.outputs):
            break
    return number, count


def describe_failure(notebook, path: Path, error: CellExecutionError) -> str:
    """Return a message that names the notebook and the cell, with the traceback."""
    number, count = failed_cell(notebook)
    lines = ANSI_COLOUR.sub("", error.traceback or str(error)).splitlines()
    shown = "\n".join(f"    {line}" for line in lines[-TRACEBACK_LINES:])
    return (
        f"{path.name}: cell {number} (In [{count}]) raised {error.ename}; "
        f"the stored file was not touched. The traceback ends with:\n{shown}"
    )


# ------------------------------------------------------------- normalising


def strip_png(data: bytes) -> bytes:
    """Return a PNG without the chunks that hold text, versions or times."""
    if not data.startswith(PNG_SIGNATURE):
        return data
    kept, place = [PNG_SIGNATURE], len(PNG_SIGNATURE)
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        end = place + 12 + length
        if data[place + 4 : place + 8] not in PNG_REMARKS:
            kept.append(data[place:end])
        place = end
    return b"".join(kept)


def as_shown(text: str) -> str:
    r"""Return printed text as a terminal shows it in the end: without `\r`, `\b`.

    Example: ``as_shown("1/2\r2/2\n")`` gives ``"2/2\n"``.
    """
    before = None
    while before != text:
        before, text = text, re.sub(r"[^\n\x08]\x08", "", text)
    return re.sub(r"^.*\r(?=[^\n])", "", text, flags=re.MULTILINE).replace("\r\n", "\n")


def clean_text(text: str) -> str:
    """Return output text without memory addresses."""
    return ADDRESS.sub("0x...", text)


def clean_display(output):
    """Return a displayed output with deterministic pictures and bare metadata."""
    for kind, value in output.data.items():
        if kind == "image/png":
            picture = strip_png(base64.b64decode(value))
            output.data[kind] = base64.b64encode(picture).decode("ascii")
        elif isinstance(value, str) and kind.startswith("text/"):
            output.data[kind] = clean_text(value)
    size = output.metadata.get("image/png", {})
    size = {key: size[key] for key in ("width", "height") if key in size}
    output.metadata = nbformat.from_dict({"image/png": size} if size else {})
    return output


def clean_outputs(outputs) -> list:
    """Return outputs that are the same on every run of the same cell."""
    kept = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stderr":
                continue
            last = kept[-1] if kept else None
            if last is not None and last.output_type == "stream":
                last.text += output.text
            else:
                kept.append(output)
        elif output.output_type == "error":
            output.evalue = clean_text(output.evalue)
            output.traceback = [f"{output.ename}: {output.evalue}"]
            kept.append(output)
        else:
            kept.append(clean_display(output))
    for output in kept:
        if output.output_type == "stream":
            output.text = clean_text(as_shown(output.text))
    return kept


def clean_metadata(cell) -> None:
    """Keep the tags and what the book reads of a figure: alt text and caption."""
    kept = {}
    if cell.metadata.get("tags"):
        kept["tags"] = list(cell.metadata["tags"])
    figure = {
        part: dict(cell.metadata.get("mystnb", {}).get(part, {}))
        for part in ("image", "figure")
    }
    figure = {part: values for part, values in figure.items() if values}
    if figure and cell.cell_type == "code":
        kept["mystnb"] = figure
    cell.metadata = nbformat.from_dict(kept)


def cell_names(notebook) -> list[str]:
    """Return an id for each cell, made of its text: an edit shows as another id."""
    seen: dict[str, int] = {}
    names = []
    for cell in notebook.cells:
        digest = hashlib.sha256(cell.source.encode("utf-8")).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        names.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return names


def normalise(notebook) -> None:
    """Bring metadata, ids, counts and outputs of an executed notebook into order."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {
                "file_extension": ".py",
                "mimetype": "text/x-python",
                "name": "python",
                "pygments_lexer": "ipython3",
            },
        }
    )
    count = 0
    for cell in notebook.cells:
        cell.pop("attachments", None)
        clean_metadata(cell)
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = clean_outputs(cell.outputs)
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count
    for cell, name in zip(notebook.cells, cell_names(notebook), strict=True):
        cell.id = name


def study_minutes(notebook) -> int:
    """Return the minutes a chapter takes, rounded up to five.

    A minute for 180 words, half a minute for a code cell, five for an exercise.
    Words inside code fences and pictures are not counted.
    """
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    text = STUDY_TIME.sub("", "\n".join(texts))
    exercises = len(re.findall(r"^### Exercise \d+", text, re.MULTILINE))
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"\]\([^)]*\)|<[^>]+>", " ", prose)
    words = len(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", prose))
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    minutes = words / WORDS_A_MINUTE + 0.5 * cells + 5 * exercises
    return 5 * math.ceil(minutes / 5)


def write_study_time(notebook) -> None:
    """Write the line of the study time into the cell of what is needed first."""
    line = f"**Study time:** about {study_minutes(notebook)} minutes"
    for cell in notebook.cells:
        if cell.cell_type != "markdown" or NEEDS_HEADING not in cell.source:
            continue
        if STUDY_TIME.search(cell.source):
            cell.source = STUDY_TIME.sub(line, cell.source)
        else:
            cell.source = cell.source.rstrip() + "\n\n" + line
        return


# --------------------------------------------------------------- refreshing


def code_cells(notebook) -> list:
    """Return the code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def keep_measured(notebook, stored) -> None:
    """Give cells tagged measures-time the outputs stored for the same code."""
    outputs = {cell.source: cell.outputs for cell in code_cells(stored) if cell.outputs}
    for cell in code_cells(notebook):
        if "measures-time" in cell.metadata.get("tags", []):
            cell.outputs = outputs.get(cell.source, cell.outputs)


def changed_cells(before, after) -> list[str]:
    """Return the names, as In [n], of the code cells whose outputs changed."""
    old = {cell.source: cell.outputs for cell in code_cells(before)}
    return [
        f"In [{cell.execution_count}]"
        for cell in code_cells(after)
        if old.get(cell.source) != cell.outputs
    ]


def edited_cells(notebook) -> list[int]:
    """Return the places of the code cells that were edited after they ran."""
    return [
        place
        for place, (cell, name) in enumerate(
            zip(notebook.cells, cell_names(notebook), strict=True), start=1
        )
        if cell.cell_type == "code" and cell.get("id") != name
    ]


def read(path: Path):
    """Return the notebook at `path`; RefreshError says why it cannot be read."""
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise RefreshError(f"{path}: there is no such notebook") from None
    except Exception as error:  # nbformat raises many kinds for a file of another kind
        reason = str(error).splitlines()[0][:200]
        raise RefreshError(f"{path.name}: not a notebook ({reason})") from None


def refresh(path: Path, *, remeasure: bool = False, text_only: bool = False):
    """Run the notebook at `path`; return its refreshed text and the changed cells.

    Nothing is written. RefreshError says which cell failed. With `text_only` nothing
    runs either: study time, metadata and ids are renewed, outputs stay.
    """
    path = Path(path)
    stored, notebook = read(path), read(path)
    if text_only and (edited := edited_cells(notebook)):
        places = ", ".join(map(str, edited))
        raise RefreshError(
            f"{path.name}: the code of cell {places} was edited after it ran; "
            "refresh without --text-only"
        )
    if not text_only:
        for cell in code_cells(notebook):
            cell.outputs, cell.execution_count = [], None
        execute(notebook, path.resolve())
        if not remeasure:
            keep_measured(notebook, stored)
    write_study_time(notebook)
    normalise(notebook)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n", changed_cells(stored, notebook)


def write_atomically(path: Path, text: str) -> None:
    """Replace the file at `path` in one step: it is never half written."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def refresh_all(paths: list[Path], *, check: bool = False, **how) -> int:
    """Refresh notebooks in turn, saying how each went; return the exit code.

    `how` goes to `refresh`: remeasure, text_only.
    """
    failed, stale = [], []
    for number, path in enumerate(paths, start=1):
        print(f"[{number}/{len(paths)}] {path.name}", flush=True)
        start = time.perf_counter()
        try:
            text, changed = refresh(path, **how)
        except RefreshError as error:
            failed.append(path.name)
            print(f"\r  FAILED after {time.perf_counter() - start:.1f} s: {error}")
            continue
        seconds = time.perf_counter() - start
        if text == path.read_text(encoding="utf-8"):
            print(f"\r  {seconds:.1f} s, unchanged" + " " * 30, flush=True)
            continue
        stale.append(path.name)
        what = ", ".join(changed) or "text or metadata only"
        print(f"\r  {seconds:.1f} s, changed: {what}", flush=True)
        if not check:
            write_atomically(path, text)
    print(summarise(len(paths), failed, stale, check))
    return int(bool(failed) or (check and bool(stale)))


def summarise(total: int, failed: list, stale: list, check: bool) -> str:
    """Return the last line of a refresh."""
    if failed:
        return f"{len(failed)} of {total} notebooks failed: {', '.join(failed)}"
    if check and stale:
        return f"A refresh would change {', '.join(stale)}; nothing was written"
    done = "would change" if check else "changed"
    return f"{total} notebooks ran; {len(stale)} {done}"


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and refresh; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, help="default: all notebooks")
    parser.add_argument(
        "--remeasure", action="store_true", help="also renew cells that measure time"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; 1 if anything would change"
    )
    parser.add_argument(
        "--text-only", action="store_true", help="run nothing: only prose was edited"
    )
    options = parser.parse_args(arguments)
    paths = options.paths or sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    if not paths:
        print("There are no notebooks yet in notebooks/")
        return 0
    prepare_environment()
    try:
        if not options.text_only:
            require_mnist()
    except RefreshError as error:
        print(f"Cannot refresh: {error}", file=sys.stderr)
        return 2
    return refresh_all(
        paths,
        check=options.check,
        remeasure=options.remeasure,
        text_only=options.text_only,
    )


if __name__ == "__main__":
    sys.exit(main())
