"""Put the live figures' scripts into the two files that the book's pages load.

``book/assets/explorables.js`` is the elements of ``cnn_helpers/explorables/elements/``
one after another, without their comments; ``book/assets/explorables_model.js`` is the
book's small network and its test images, from
``cnn_helpers/explorables/book_model.json``. Both are committed::

    python tools/bundle_explorables.py           # write them
    python tools/bundle_explorables.py --check   # say which one is stale
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "cnn_helpers" / "explorables"
ASSETS = ROOT / "book" / "assets"
ORDER = [
    "core.js",
    "fields.js",
    "figure.js",
    "draw.js",
    "kernel_inputs.js",
    "kernel_words.js",
    "kernel.js",
    "receptive_field.js",
]
# Of chapters only: they travel in their outputs, with their figures.
ALONE = {"digit_pad.js", "film.js"}
NOTE = "// Written by tools/bundle_explorables.py: change the sources, not this file.\n"


def figures_bundle(package=PACKAGE):
    """Return the elements' scripts as one; a script that ORDER lacks is an error."""
    found = {path.name for path in (package / "elements").glob("*.js")}
    unknown = found - set(ORDER) - ALONE
    if unknown:
        raise SystemExit(f"bundle_explorables: no place in ORDER for {sorted(unknown)}")
    names = [name for name in ORDER if name in found]
    parts = [(package / "elements" / name).read_text("utf-8") for name in names]
    return NOTE + "".join(without_comments(part) for part in parts)


def without_comments(source):
    """Return a script without indents and the lines that only comment: a lighter page.

    The rule looks at lines, not at the language: a comment stands on lines of its own,
    and no text of several lines depends on its indent or holds a line like a comment.
    """
    source = re.sub(
        r"^[ \t]*/\*.*?\*/[ \t]*\n", "", source, flags=re.MULTILINE | re.DOTALL
    )
    lines = (line.strip() for line in source.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def model_bundle(package=PACKAGE):
    """Return the book's network as a script that any page can load from disk."""
    spec = (package / "book_model.json").read_text("utf-8").strip()
    return (
        NOTE
        + "globalThis.Explorables = globalThis.Explorables || {};\n"
        + f"globalThis.Explorables.bookModel = {spec};\n"
    )


def bundles(package=PACKAGE):
    """Return what each file of the assets should hold, by its name."""
    wanted = {"explorables.js": figures_bundle(package)}
    if (package / "book_model.json").exists():
        wanted["explorables_model.js"] = model_bundle(package)
    return wanted


def stale(package=PACKAGE, assets=ASSETS):
    """Return the names of the files that are missing or no longer right."""
    return [
        name
        for name, text in bundles(package).items()
        if not (assets / name).exists() or (assets / name).read_text("utf-8") != text
    ]


def main(arguments=None):
    """Write the files, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    names = stale()
    if parser.parse_args(arguments).check:
        if names:
            print(f"Stale: {', '.join(names)}. Run python tools/bundle_explorables.py")
        return 1 if names else 0
    for name in names:
        (ASSETS / name).write_text(bundles()[name], encoding="utf-8")
        print(f"Wrote {(ASSETS / name).relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
