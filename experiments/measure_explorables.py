"""Measure the live figures: how long a frame takes in use, and what they weigh.

Run it from the repository's root, on a machine that does nothing else::

    python experiments/measure_explorables.py

Headless Chromium opens each figure by itself, from the committed bundle, and uses it as
a reader would: strokes on the pad, steps of the kernel, arrow keys in the last layer of
VGG's first blocks. What a frame takes is the time of the main thread: the handlers of
the events since the last frame, the frame's own callbacks, and the layout that they
cause. Frames in which nothing happened do not count.

The weight is that of the two files which the pages load, each compressed with gzip.

Written is ``results/measure_explorables.json``.
"""

import argparse
import gzip
import platform
import shutil
import statistics
from pathlib import Path

from keeping import write_json

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "book" / "assets"
RESULTS = Path(__file__).parent / "results" / "measure_explorables.json"
FILES = ("explorables.js", "explorables_model.js")
STEPS = 120  # a figure
PAGE = (
    '<!doctype html><html lang="en"><body style="width: 720px">{element}</body></html>'
)

# Adds up what the page does from frame to frame; set up before any other script.
RECORDER = """(() => {
  const plain = requestAnimationFrame;
  let spent = 0, busy = false;
  window.frames_ms = [];
  const timed = work => (...given) => {
    const start = performance.now();
    work(...given);
    spent += performance.now() - start;
    busy = true;
  };
  window.requestAnimationFrame = work => plain(timed(work));
  const kinds = ['pointerdown', 'pointermove', 'pointerup', 'keydown', 'keyup', 'click',
                 'input', 'change'];
  for (const kind of kinds) {
    let start = 0;
    addEventListener(kind, () => { start = performance.now(); }, true);
    addEventListener(kind, () => { spent += performance.now() - start; busy = true; });
  }
  const record = () => {
    if (busy) {
      const start = performance.now();
      document.body.offsetHeight;
      window.frames_ms.push(spent + performance.now() - start);
    }
    spent = 0;
    busy = false;
    plain(() => setTimeout(record));
  };
  plain(() => setTimeout(record));
})();"""


def draw_strokes(tab):
    """Draw zigzags on the pad."""
    box = tab.locator("live-draw canvas").first.bounding_box()
    tab.mouse.move(box["x"] + 20, box["y"] + 20)
    tab.mouse.down()
    for step in range(STEPS):
        across = 0.5 + 0.4 * (-1) ** step
        down = 0.1 + 0.8 * step / STEPS
        x, y = box["x"] + across * box["width"], box["y"] + down * box["height"]
        tab.mouse.move(x, y, steps=2)
        tab.wait_for_timeout(20)
    tab.mouse.up()


def step_kernel(tab):
    """Step the window over the input."""
    step = tab.locator("live-kernel").get_by_role("button", name="Step", exact=True)
    for _ in range(STEPS):
        step.click()
        tab.wait_for_timeout(20)


def move_unit(tab):
    """Move the chosen unit about in the last layer; each move draws random stacks."""
    tab.locator("live-receptive-field .panels canvas").last.focus()
    keys = ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown")
    for step in range(STEPS):
        tab.keyboard.press(keys[step // 3 % 4])
        tab.wait_for_timeout(20)


FIGURES = {  # of each figure: its element, and how it is used
    "draw": ("<live-draw></live-draw>", draw_strokes),
    "kernel": ("<live-kernel></live-kernel>", step_kernel),
    "receptive_field": (
        '<live-receptive-field preset="vgg"></live-receptive-field>',
        move_unit,
    ),
}


def time_frames(browser, element, use):
    """Return what each frame took, in milliseconds, while a figure was used."""
    tab = browser.new_page(viewport={"width": 1280, "height": 1000})
    tab.set_content(PAGE.format(element=element))
    tab.evaluate(RECORDER)
    for name in reversed(FILES):  # the model first
        tab.add_script_tag(path=str(ASSETS / name))
    tab.wait_for_selector("[data-ready]")
    tab.wait_for_timeout(1500)
    tab.evaluate("window.frames_ms.length = 0")
    use(tab)
    frames = tab.evaluate("window.frames_ms")
    tab.close()
    return frames


def weights():
    """Return the bytes of each file, as it is and compressed."""
    found = {}
    for name in FILES:
        data = (ASSETS / name).read_bytes()
        compressed = gzip.compress(data, compresslevel=9, mtime=0)
        found[name] = {"bytes": len(data), "gzip": len(compressed)}
    return found


def measure():
    """Return the frames of each figure and the weight of all."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    outcome = {"unit": "ms", "frames": {}}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, (element, use) in FIGURES.items():
            frames = time_frames(browser, element, use)
            cuts = statistics.quantiles(frames, n=20)
            outcome["frames"][name] = {
                "count": len(frames),
                "median": round(statistics.median(frames), 2),
                "19 of 20 below": round(cuts[-1], 2),
            }
        outcome["chromium"] = browser.version
        browser.close()
    outcome["processor"] = platform.machine()
    outcome["weight"] = weights()
    outcome["gzip"] = sum(file["gzip"] for file in outcome["weight"].values())
    return outcome


def main(arguments=None):
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    outcome = measure()
    write_json(options.results, outcome)
    for name, frames in outcome["frames"].items():
        print(f"{name}: {frames['median']} ms a frame")
    print(f"all scripts: {outcome['gzip']:,} bytes with gzip")


if __name__ == "__main__":
    main()
