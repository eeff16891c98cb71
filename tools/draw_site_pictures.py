"""Draw the pictures of the front page, the logo and the icon with the book's own code.

Usage::

    python tools/draw_site_pictures.py

One picture a part, written to ``book/assets/road``; the logo and the icon, drawn pixel
by pixel, to ``book/assets``. Run it again when the drawing or a result changes.
"""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from cnn_helpers import datasets, kernels, neurons, stimuli, tuning
from cnn_helpers.convolution import correlate2d

mpl.use("agg")

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "book" / "assets"
PAPER, INK, BLUE, ORANGE = "#fbfaf7", "#26241f", "#0072B2", "#D55E00"
SIZE, DOTS = (2.8, 1.5), 240  # inches, dots an inch: 672 by 360 pixels


def new_figure(columns: int = 1, **options):
    """Return a figure on paper and its axes without ticks."""
    figure, axes = plt.subplots(1, columns, figsize=SIZE, facecolor=PAPER, **options)
    for ax in np.atleast_1d(axes):
        ax.set(xticks=[], yticks=[], facecolor=PAPER)
        ax.spines[:].set_visible(False)
    return figure, axes


def save(figure, name: str) -> None:
    """Write the figure as a PNG that is the same on every run."""
    path = ASSETS / "road" / f"{name}.png"
    path.parent.mkdir(exist_ok=True)
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=DOTS, facecolor=PAPER)
    plt.close(figure)
    picture = Image.open(buffer).convert("RGB").quantize(256, kmeans=2)
    picture.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def draw_grid(ax, values, *, shades, window=None, color=ORANGE) -> None:
    """Draw a small grid of numbers, with an outlined window."""
    rows, cols = values.shape
    ax.imshow(values, cmap=shades, vmin=-0.5, vmax=values.max() * 2.2)
    for row in range(rows):
        for col in range(cols):
            ax.text(col, row, f"{values[row, col]:g}", ha="center", va="center")
    ax.set_xticks(np.arange(-0.5, cols), minor=True)
    ax.set_yticks(np.arange(-0.5, rows), minor=True)
    ax.grid(which="minor", color=PAPER, linewidth=1.5)
    ax.tick_params(which="minor", length=0)
    if window:
        row, col, height, width = window
        corner = (col - 0.5, row - 0.5)
        ax.add_patch(
            plt.Rectangle(corner, width, height, fill=False, ec=color, lw=2.5, zorder=5)
        )


def draw_brains() -> None:
    """Part I: the receptive field of a cell appears as its spikes are averaged."""
    rng = np.random.default_rng(1)
    size = 25
    cell = neurons.SimpleCell(
        size, wavelength=11, orientation=math.radians(60), sigma=3.6
    )
    figure, axes = new_figure(3)
    for ax, frames in zip(axes, (300, 3_000, 60_000), strict=True):
        noise = stimuli.white_noise(frames, size, rng)
        spikes = neurons.spike_counts(tuning.tuning_curve(cell, noise), 0.1, rng)
        average = tuning.spike_triggered_average(noise, spikes)
        limit = np.abs(average).max()
        ax.imshow(average, cmap="RdBu_r", vmin=-limit, vmax=limit)
        ax.set_title(f"{spikes.sum():,} spikes", fontsize=9, color=INK)
    figure.subplots_adjust(0.03, 0.02, 0.97, 0.86, wspace=0.08)
    save(figure, "part_1")


def draw_convolution() -> None:
    """Part II: the window on the 5 by 5 image, and the map of its sums."""
    image = np.array(
        [
            [1, 1, 1, 0, 0],
            [0, 1, 1, 1, 0],
            [0, 0, 1, 1, 1],
            [0, 0, 1, 1, 0],
            [0, 1, 1, 0, 0],
        ]
    )
    kernel = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    sums = correlate2d(image, kernel)
    figure, axes = new_figure(3, width_ratios=(5, 3, 3))
    draw_grid(axes[0], image, shades="Greys", window=(1, 1, 3, 3))
    draw_grid(axes[1], kernel, shades="Oranges")
    draw_grid(axes[2], sums, shades="Blues", window=(1, 1, 1, 1))
    for ax, sign in ((axes[1], "\u2299"), (axes[2], "=")):
        ax.text(-0.18, 0.5, sign, transform=ax.transAxes, ha="center", va="center")
    figure.subplots_adjust(0.03, 0, 0.97, 1, wspace=0.3)
    save(figure, "part_2")


def draw_network() -> None:
    """Part III: gradient descent finds an unknown kernel from its outputs."""
    from cnn_helpers.convolution import conv2d, conv2d_gradients

    rng = np.random.default_rng(0)
    images = rng.normal(size=(8, 24, 24, 1))
    true = kernels.gabor(9, wavelength=6, orientation=math.pi / 4, sigma=2.2)
    wanted = conv2d(images, true[:, :, None, None])
    guess = rng.normal(scale=0.3, size=(9, 9, 1, 1))
    shown = {}
    for step in range(201):
        if step in (0, 2, 200):
            shown[step] = guess[:, :, 0, 0].copy()
        upstream = (conv2d(images, guess) - wanted) / wanted.size
        guess = guess - 0.4 * conv2d_gradients(upstream, images, guess)[1]
    figure, axes = new_figure(3)
    limit = np.abs(true).max()
    for ax, (step, kernel) in zip(axes, shown.items(), strict=True):
        ax.imshow(kernel, cmap="RdBu_r", vmin=-limit, vmax=limit)
        ax.set_title(f"step {step}", fontsize=9, color=INK)
    figure.subplots_adjust(0.03, 0.02, 0.97, 0.86, wspace=0.08)
    save(figure, "part_3")


def draw_digits() -> None:
    """Part IV: what the full model calls each digit of the test set."""
    results = ROOT / "experiments" / "results" / "train_full_mnist.json"
    matrix = np.array(
        json.loads(results.read_text(encoding="utf-8"))["test"]["confusion_matrix"]
    )
    figure, ax = new_figure()
    ax.imshow(np.log1p(matrix), cmap="Blues", vmax=8)
    ax.set_xticks(range(10), range(10), color=INK)
    ax.set_yticks(range(0, 10, 3), range(0, 10, 3), color=INK)
    ax.tick_params(length=0, pad=2, labelsize=8)
    ax.set_xlabel("called", fontsize=9, color=INK, labelpad=1)
    ax.set_ylabel("digit", fontsize=9, color=INK, labelpad=2)
    figure.subplots_adjust(0.12, 0.24, 0.96, 0.98)
    save(figure, "part_4")


def draw_beyond() -> None:
    """Part V: a photograph in colour, and where two kernels find edges in it."""
    photo = datasets.cat()[40:280, 90:350]
    grey = photo.mean(axis=2)
    across, down = (correlate2d(grey, kernels.sobel(axis=axis)) for axis in (0, 1))
    strength = np.hypot(across, down)
    figure, axes = new_figure(2)
    axes[0].imshow(photo)
    axes[1].imshow(-strength, cmap="gray", vmin=-np.quantile(strength, 0.99))
    figure.subplots_adjust(0.02, 0.02, 0.98, 0.98, wspace=0.04)
    save(figure, "part_5")


def eye_pixels(rows: tuple[int, ...]) -> list[tuple[int, int, str]]:
    """Return the pixels of a cat's eye as (row, column, colour)."""
    width, middle = max(rows), (len(rows) - 1) / 2
    bright, dark = np.array([0xF6, 0xB5, 0x2A]), np.array([0xB8, 0x5A, 0x00])
    pixels = []
    for row, count in enumerate(rows):
        for col in range((width - count) // 2, (width + count) // 2):
            centre = (width - 1) / 2
            radius = math.hypot((col - centre) / centre, (row - middle) / middle)
            mixed = dark + (bright - dark) * math.exp(-1.4 * radius**2)
            color = "#{:02x}{:02x}{:02x}".format(*(round(c) for c in mixed))
            if col == centre and 0 < row < len(rows) - 1:
                color = "#1f2328"  # the pupil is a slit
            if (row, col) == (1, centre - 1):
                color = "#fff4d6"  # a glint
            pixels.append((row, col, color))
    return pixels


def draw_eye(name: str, *, gap: float, window: bool) -> None:
    """Write the eye as SVG; `window` adds the outline of a 3 by 3 kernel."""
    step, left, top = 7, 0.5, 7.5
    side = step - gap
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">']
    lines += [
        f'<rect x="{left + col * step:g}" y="{top + row * step:g}" width="{side:g}" '
        f'height="{side:g}" rx="{gap * 1.6:g}" fill="{color}"/>'
        for row, col, color in eye_pixels((3, 7, 9, 9, 9, 7, 3))
    ]
    if window:
        lines.append(
            f'<rect x="{left + 5 * step - 0.8:g}" y="{top + 2 * step - 0.8:g}" '
            f'width="{3 * step + 1}" height="{3 * step + 1}" rx="1.6" fill="none" '
            'stroke="#2f8fc6" stroke-width="2.2"/>'
        )
    path = ASSETS / f"{name}.svg"
    path.write_text("\n".join([*lines, "</svg>", ""]), encoding="utf-8")
    print(path.relative_to(ROOT))


def main() -> None:
    """Draw everything."""
    plt.rcParams.update({"font.size": 9, "text.color": INK})
    for draw in (draw_brains, draw_convolution, draw_network, draw_digits, draw_beyond):
        draw()
    draw_eye("logo", gap=0.6, window=True)
    draw_eye("favicon", gap=0, window=False)


if __name__ == "__main__":
    main()
