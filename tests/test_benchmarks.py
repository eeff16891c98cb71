"""The committed measurement of the convolutions, and the script that makes it."""

import importlib.util
import json
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

EXPERIMENTS = Path(__file__).parents[1] / "experiments"


@pytest.fixture(scope="module")
def script():
    """Return the script as a module; its environment stays its own."""
    path = EXPERIMENTS / "benchmark_convolution.py"
    spec = importlib.util.spec_from_file_location("benchmark_convolution", path)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
            patch.setenv(name, "1")
        spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def result():
    path = EXPERIMENTS / "results" / "benchmark_convolution.json"
    return json.loads(path.read_text(encoding="utf-8"))


def ratios(result, way):
    return {
        name: shape[way]["ratios"]["NumPy"] for name, shape in result["shapes"].items()
    }


# The committed result --------------------------------------------------------------


def test_the_result_is_of_these_shapes_on_one_thread(script, result):
    assert result["threads"] == 1
    for name, (images, kernels, stride) in script.SHAPES.items():
        shape = result["shapes"][name]
        assert tuple(shape["images"]) == images
        assert tuple(shape["kernels"]) == kernels
        assert shape["stride"] == stride
        assert shape["forward"]["rounds"] >= 7
        assert shape["backward"]["rounds"] >= 7


def test_forward_is_no_slower_than_tensorflow_over_all(result):
    measured = ratios(result, "forward")
    batches = [ratio for name, ratio in measured.items() if name != "a"]
    assert statistics.geometric_mean(batches) <= 1.0
    assert max(batches) <= 1.2
    assert measured["a"] < 1, "one image at a time"


def test_winograd_pays_on_many_channels(result):
    """Shape d is the 3x3 layer with stride 1 and many channels."""
    assert ratios(result, "forward")["d"] <= 0.85


def test_backward_is_about_as_fast_as_tensorflow(result):
    batches = [r for name, r in ratios(result, "backward").items() if name != "a"]
    assert statistics.geometric_mean(batches) <= 1.0
    assert max(batches) <= 1.5


def test_the_extra_memory_is_a_tenth_of_the_whole_copy(result):
    for name in "bcde":
        memory = result["shapes"][name]["extra memory over whole im2col"]
        assert memory["NumPy"] <= 0.1
        assert memory["whole im2col"] >= 1, "the measurement sees copies"


def test_loops_are_hundreds_of_times_slower(result):
    forward = result["shapes"]["a"]["forward"]["milliseconds"]
    assert forward["loops"] > 100 * forward["NumPy"]


def test_the_summary_belongs_to_the_shapes(script, result):
    again = script.summarise(result["shapes"])
    for way, means in again.items():
        assert result["summary"][way] == pytest.approx(means)


# The memory is the same on every machine: measured again ---------------------------


@pytest.mark.parametrize("name", "bcde")
def test_the_extra_memory_here_and_now(script, name):
    images, kernels, stride = script.arrays_of(name)
    ratio = script.memory_ratio(
        name, lambda: script.conv2d(images, kernels, stride=stride, padding="same")
    )
    assert ratio <= 0.1


# The script ------------------------------------------------------------------------


def test_all_ways_compute_the_same(script):
    script.check_agreement(script.forward_ways("a"))
    script.check_agreement(script.backward_ways("a"))


def test_a_way_that_is_wrong_is_not_measured(script):
    ways = {"TensorFlow": lambda: np.ones(3), "wrong": lambda: np.array([1, 1, 1.01])}
    with pytest.raises(ArithmeticError, match="wrong is off by"):
        script.check_agreement(ways)


def test_the_ways_take_turns(script):
    calls = []
    ways = {name: lambda name=name: calls.append(name) for name in ("TensorFlow", "B")}
    measured = script.measure(ways, seconds=0)
    assert measured["rounds"] == 7
    assert calls == ["TensorFlow", "B"] * 7
    assert set(measured["ratios"]) == set(ways)
    assert measured["ratios"]["TensorFlow"] == 1


def test_it_runs_from_end_to_end(script, tmp_path):
    """In a process of its own: threads are set before TensorFlow starts."""
    path = tmp_path / "out.json"
    command = [sys.executable, script.__file__, "--results", str(path)]
    run = subprocess.run(
        [*command, "--seconds", "0", "--shapes", "a"],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    written = json.loads(path.read_text(encoding="utf-8"))
    assert set(written["shapes"]["a"]["forward"]["ratios"]) == {
        "TensorFlow", "NumPy", "whole im2col", "windows and einsum", "loops",
    }  # fmt: skip
    assert path.with_suffix(".png").stat().st_size > 5000
    assert "Time over TensorFlow's" in run.stdout
