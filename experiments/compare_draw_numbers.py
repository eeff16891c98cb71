"""Compute the drawing network three times on all test images and compare.

Run it from the repository's root; it needs Chromium::

    python experiments/compare_draw_numbers.py

The weights of ``results/train_draw_model.npz`` go through JavaScript (as a page
computes them, from float16), this book's NumPy layers and Keras. Written is
``results/compare_draw_numbers.json``: how many predictions differ, how far the logits
lie apart, and how far JavaScript's lie from Keras's for the first 200 images.
"""

import argparse
import base64
import json
import os
import shutil
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from keeping import write_json
from playwright.sync_api import sync_playwright

from cnn_helpers.datasets import load_digits, load_mnist
from cnn_helpers.explorables.figure import read_element
from cnn_helpers.explorables.spec import model_spec
from cnn_helpers.keras_bridge import layer_outputs, to_keras
from cnn_helpers.models import load_model

HERE = Path(__file__).parent
WEIGHTS = HERE / "results" / "train_draw_model.npz"
RESULTS = HERE / "results" / "compare_draw_numbers.json"
LOGITS = """({bytes, count}) => {
  const core = globalThis.Explorables.core;
  const pixels = Float32Array.from(core.bytesFromBase64(bytes), value => value / 255);
  return Array.from({length: count}, (_, index) => {
    const data = pixels.subarray(784 * index, 784 * (index + 1));
    const steps = core.forward(globalThis.drawModel, {shape: [28, 28, 1], data});
    return Array.from(steps[steps.length - 1].linear.data);
  });
}"""


def javascript_logits(page, spec, images, batch=500):
    """Return the logits of uint8 images, computed in a page, (N, classes)."""
    page.add_script_tag(content=read_element("core.js"))
    page.evaluate(
        "spec => { globalThis.drawModel = Explorables.core.loadModel(spec); }", spec
    )
    rows = []
    for start in range(0, len(images), batch):
        some = images[start : start + batch]
        text = base64.b64encode(some.tobytes()).decode("ascii")
        rows += page.evaluate(LOGITS, {"bytes": text, "count": len(some)})
    return np.array(rows)


def logits_of(model, images, batch=500):
    """Return the logits of a NumPy or a Keras model that ends with softmax."""
    name = model.layers[-1].name
    rows = []
    for start in range(0, len(images), batch):
        some = images[start : start + batch, ..., np.newaxis].astype(np.float32) / 255
        before = list(layer_outputs(model, some).values())[-2]
        kernel, bias = model.get_layer(name).get_weights()
        rows.append(before.astype(np.float64) @ kernel + bias)
    return np.concatenate(rows)


def compare(found):
    """Return how far three arrays of logits lie apart, and whether answers differ."""
    answers = [logits.argmax(axis=1) for logits in found.values()]
    spread = np.max(list(found.values()), axis=0) - np.min(list(found.values()), axis=0)
    same = np.logical_and(answers[0] == answers[1], answers[1] == answers[2])
    return {
        "images": len(same),
        "predictions_that_differ": int((~same).sum()),
        "largest_difference_of_logits": float(spread.max()),
        "of_the_first_200": float(spread[:200].max()),
        "largest_logit": float(np.abs(found["keras"]).max()),
    }


def main(arguments=None):
    """Compare, write the result and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--offline-digits", action="store_true", help="a trial run")
    options = parser.parse_args(arguments)
    digits = load_digits() if options.offline_digits else load_mnist()
    model = load_model(WEIGHTS)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        spec = model_spec(model, dtype="float16")
        javascript = javascript_logits(browser.new_page(), spec, digits.x_test)
        browser.close()
    found = {
        "javascript": javascript,
        "numpy": logits_of(model, digits.x_test),
        "keras": logits_of(to_keras(model), digits.x_test),
    }
    right = {
        name: int((logits.argmax(axis=1) == digits.y_test).sum())
        for name, logits in found.items()
    }
    outcome = {"data": digits.name, **compare(found), "right": right}
    write_json(options.results, outcome)
    print(json.dumps(outcome, indent=1))


if __name__ == "__main__":
    main()
