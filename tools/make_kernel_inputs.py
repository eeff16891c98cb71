"""Write the two photographs of the live kernel: a digit of MNIST and a cat's eye.

Run ``python tools/make_kernel_inputs.py`` after a change here; it writes
``cnn_helpers/explorables/elements/kernel_inputs.js``, two hexadecimal digits a pixel.
"""

import textwrap
from pathlib import Path

from cnn_helpers import datasets

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "cnn_helpers" / "explorables" / "elements" / "kernel_inputs.js"
TEXT = """/**
 * Inputs of <live-kernel>, written by tools/make_kernel_inputs.py: the first test image
 * of MNIST, and an eye of the book's cat. Two hexadecimal digits a pixel, row by row.
 */
(function () {{
  "use strict";
  const Explorables = (globalThis.Explorables = globalThis.Explorables || {{}});
  Explorables.kernelInputs = {{
{entries}
  }};
}})();
"""


def digit():
    """Return the first test image of MNIST, a seven: uint8 (28, 28)."""
    return datasets.load_mnist().x_test[0]


def cat_eye():
    """Return an eye of the photograph that chapters 6 and 7 use: uint8 (40, 52)."""
    return datasets.cat(gray=True, shrink=2)[35:75, 60:112]


def entry(name, image):
    """Return one entry of the file, in short lines."""
    lines = textwrap.wrap(image.tobytes().hex(), 96)
    digits = "\n".join(f'        "{line}",' for line in lines)
    return (
        f"    {name}: {{\n      shape: {list(image.shape)},\n      hex: [\n{digits}\n"
        '      ].join(""),\n    },'
    )


def main():
    """Write the file."""
    entries = "\n".join([entry("digit", digit()), entry("cat", cat_eye())])
    TARGET.write_text(TEXT.format(entries=entries), encoding="utf-8")


if __name__ == "__main__":
    main()
