"""Measure the NumPy convolution against TensorFlow's, forward and backward.

Run it from the repository's root, on a machine that does nothing else::

    python experiments/benchmark_convolution.py

Five shapes, from one digit to a deep layer's maps. Both libraries work in one process
with one thread each, and take turns: a round measures every way once, the ratio is
taken within the round, and the table shows medians over the rounds. TensorFlow starts
from NumPy arrays and ends with them, as `conv2d` does. The slow ways that chapter 16
walks through are measured beside: loops in Python (on the smallest shape only, where
they take seconds), `sliding_window_view` with `einsum`, and the whole-batch copy of
all windows ("im2col").

The last columns are memory: what a call allocates at its peak beyond its result, over
what the whole-batch copy alone takes.

Written are ``results/benchmark_convolution.json`` and ``.png``.
"""

import argparse
import os
import statistics
import time
import tracemalloc
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is loaded
os.environ["MKL_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from keeping import versions, write_json

from cnn_helpers.convolution import conv2d, conv2d_by_definition, conv2d_gradients

RESULTS = Path(__file__).parent / "results" / "benchmark_convolution.json"
SHAPES = {  # images, kernels, stride; the padding is "same"
    "a": ((1, 28, 28, 1), (5, 5, 1, 32), 1),
    "b": ((64, 28, 28, 1), (5, 5, 1, 32), 1),
    "c": ((64, 14, 14, 32), (5, 5, 32, 64), 1),
    "d": ((32, 56, 56, 64), (3, 3, 64, 64), 1),
    "e": ((64, 28, 28, 32), (3, 3, 32, 64), 2),
}


def arrays_of(name):
    """Return images, kernels and stride of a shape, the same each time."""
    images_shape, kernel_shape, stride = SHAPES[name]
    rng = np.random.default_rng(0)
    images = rng.standard_normal(images_shape, dtype=np.float32)
    kernels = rng.standard_normal(kernel_shape, dtype=np.float32)
    return images, kernels / np.float32(np.sqrt(kernels[..., 0].size)), stride


def windows_of(images, kernels, stride):
    """Return a view of all windows, (N, H_out, W_out, C_in, kH, kW)."""
    paddings = [(0, 0)]
    for length, k in zip(images.shape[1:3], kernels.shape[:2], strict=True):
        total = max((-(-length // stride) - 1) * stride + k - length, 0)
        paddings.append((total // 2, total - total // 2))
    padded = np.pad(images, [*paddings, (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(
        padded, kernels.shape[:2], axis=(1, 2)
    )
    return windows[:, ::stride, ::stride]


def by_einsum(images, kernels, stride):
    """Convolve by one `einsum` over a view of the windows."""
    windows = windows_of(images, kernels, stride)
    return np.einsum("nhwcij,ijcf->nhwf", windows, kernels, optimize=True)


def by_whole_im2col(images, kernels, stride):
    """Convolve by one product over a copy of all windows."""
    windows = windows_of(images, kernels, stride).transpose(0, 1, 2, 4, 5, 3)
    rows = windows.reshape(np.prod(windows.shape[:3]), -1)
    result = rows @ kernels.reshape(-1, kernels.shape[3])
    return result.reshape(*windows.shape[:3], -1)


def forward_ways(name):
    """Return the ways to convolve as functions without arguments."""
    import tensorflow as tf

    images, kernels, stride = arrays_of(name)
    ways = {
        "TensorFlow": lambda: tf.nn.conv2d(images, kernels, stride, "SAME").numpy(),
        "NumPy": lambda: conv2d(images, kernels, stride=stride, padding="same"),
        "whole im2col": lambda: by_whole_im2col(images, kernels, stride),
        "windows and einsum": lambda: by_einsum(images, kernels, stride),
    }
    if name == "a":
        ways["loops"] = lambda: conv2d_by_definition(
            images, kernels, stride=stride, padding="same"
        )
    return ways


def backward_ways(name):
    """Return the gradient by the images and the kernels, in both libraries."""
    import tensorflow as tf

    images, kernels, stride = arrays_of(name)
    rng = np.random.default_rng(1)
    shape = conv2d(images, kernels, stride=stride, padding="same").shape
    upstream = rng.standard_normal(shape, dtype=np.float32)
    setting = {"strides": [1, stride, stride, 1], "padding": "SAME"}

    def by_tensorflow():
        d_images = tf.raw_ops.Conv2DBackpropInput(
            input_sizes=images.shape, filter=kernels, out_backprop=upstream, **setting
        )
        d_kernels = tf.raw_ops.Conv2DBackpropFilter(
            input=images, filter_sizes=kernels.shape, out_backprop=upstream, **setting
        )
        return d_images.numpy(), d_kernels.numpy()

    def by_numpy():
        return conv2d_gradients(
            upstream, images, kernels, stride=stride, padding="same"
        )[:2]

    return {"TensorFlow": by_tensorflow, "NumPy": by_numpy}


def check_agreement(ways):
    """Raise an error unless all ways compute the same."""
    expected = as_tuple(ways["TensorFlow"]())
    for name, way in ways.items():
        for actual, right in zip(as_tuple(way()), expected, strict=True):
            error = np.abs(actual - right).max() / np.abs(right).max()
            if not error < 1e-4:
                raise ArithmeticError(f"{name} is off by {error:.1e} of the largest")


def as_tuple(result):
    """Return a result as a tuple of arrays."""
    return result if isinstance(result, tuple) else (result,)


def measure(ways, seconds):
    """Let the ways take turns for so many seconds; return times and ratios.

    A way that takes longer than half a second is measured once a few rounds only.
    """
    times = {name: [] for name in ways}
    slow = set()
    end, rounds = time.perf_counter() + seconds, 0
    while rounds < 7 or (time.perf_counter() < end and rounds < 2000):
        for name, way in ways.items():
            if name in slow and rounds >= 3:
                continue
            start = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - start)
            if times[name][-1] > 0.5 and name not in ("TensorFlow", "NumPy"):
                slow.add(name)
        rounds += 1
    reference = times["TensorFlow"]
    return {
        "rounds": rounds,
        "milliseconds": {
            name: 1000 * statistics.median(taken) for name, taken in times.items()
        },
        "ratios": {
            name: statistics.median(
                t / r for t, r in zip(taken, reference, strict=False)
            )
            for name, taken in times.items()
        },
    }


def memory_ratio(name, way):
    """Return the extra memory of a call over that of the whole-batch copy."""
    _, kernels, _ = arrays_of(name)
    tracemalloc.start()
    result = way()
    extra = tracemalloc.get_traced_memory()[1] - result.nbytes
    tracemalloc.stop()
    copies = result.nbytes // result.shape[3] * kernels[..., 0].size
    return extra / copies


def measure_shape(name, seconds):
    """Return all that is measured of a shape."""
    forward, backward = forward_ways(name), backward_ways(name)
    check_agreement(forward)
    check_agreement(backward)
    return {
        "images": SHAPES[name][0],
        "kernels": SHAPES[name][1],
        "stride": SHAPES[name][2],
        "forward": measure(forward, seconds),
        "backward": measure(backward, seconds),
        "extra memory over whole im2col": {
            way: memory_ratio(name, forward[way]) for way in ("NumPy", "whole im2col")
        },
    }


def summarise(shapes):
    """Return the geometric means over the shapes b to e, and over all."""
    summary = {}
    for way in ("forward", "backward"):
        ratios = {name: shape[way]["ratios"]["NumPy"] for name, shape in shapes.items()}
        batches = [ratio for name, ratio in ratios.items() if name != "a"]
        summary[way] = {
            "geometric mean of b-e": statistics.geometric_mean(batches),
            "geometric mean of a-e": statistics.geometric_mean(ratios.values()),
            "largest of b-e": max(batches),
        }
    return summary


def table(shapes, summary):
    """Return the result as text: times over TensorFlow's."""
    lines = [
        "Time over TensorFlow's (below 1: NumPy is faster)",
        f"{'shape':34} {'NumPy':>7} {'im2col':>7} {'einsum':>7} {'loops':>9} "
        f"{'backward':>9} {'memory':>7}",
    ]
    for name, shape in shapes.items():
        ratios = shape["forward"]["ratios"]
        what = f"{name}  {shape['images']} {shape['kernels']} /{shape['stride']}"
        loops = f"{ratios['loops']:9,.0f}" if "loops" in ratios else f"{'':9}"
        lines.append(
            f"{what:42.42} {ratios['NumPy']:5.2f} {ratios['whole im2col']:7.2f} "
            f"{ratios['windows and einsum']:7.2f} {loops} "
            f"{shape['backward']['ratios']['NumPy']:9.2f} "
            f"{shape['extra memory over whole im2col']['NumPy']:7.3f}"
        )
    for way, means in summary.items():
        lines.append(f"{way}: " + ", ".join(f"{k} {v:.2f}" for k, v in means.items()))
    return "\n".join(lines)


def plot(shapes, path):
    """Draw the ratios of each shape as bars, with a line where TensorFlow is."""
    from matplotlib import pyplot as plt

    from cnn_helpers import plotting

    plotting.use_book_style()
    names = list(shapes)
    places = np.arange(len(names))
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    for offset, way in ((-0.2, "forward"), (0.2, "backward")):
        heights = [shapes[name][way]["ratios"]["NumPy"] for name in names]
        bars = axes.bar(places + offset, heights, 0.38, label=way)
        axes.bar_label(bars, fmt="%.2f", padding=2)
    axes.axhline(1, color="black", linewidth=1)
    axes.set_xticks(places, names)
    axes.set_xlabel("shape")
    axes.set_ylabel("time over TensorFlow's")
    axes.set_ylim(0, 1.2 * max(1, axes.get_ylim()[1] / 1.05))
    axes.legend(ncols=2)
    figure.savefig(path)
    plt.close(figure)


def main(arguments=None):
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="a measurement")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--shapes", default="abcde", help="such as bd")
    options = parser.parse_args(arguments)

    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    shapes = {}
    for name in options.shapes:
        print(f"measuring shape {name} ...", flush=True)
        shapes[name] = measure_shape(name, options.seconds)
    summary = summarise(shapes) if len(shapes) > 1 else {}
    result = {
        "threads": 1,
        "versions": versions("numpy", "tensorflow"),
        "shapes": shapes,
        "summary": summary,
    }
    print(table(shapes, summary))
    write_json(options.results, result)
    plot(shapes, options.results.with_suffix(".png"))
    print(f"written: {options.results} and .png")


if __name__ == "__main__":
    main()
