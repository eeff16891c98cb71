"""Who may know whom: the core loads NumPy only, and arrows point down."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cnn_helpers

PACKAGE = Path(cnn_helpers.__file__).parent
HEAVY = {"matplotlib", "keras", "tensorflow", "scipy", "skimage", "sklearn", "IPython"}
CORE = [
    "activations", "arithmetic", "callbacks", "convolution", "experiment_results",
    "fast.choice", "fast.depthwise", "fast.fused", "fast.tiles", "fast.winograd",
    "gabor_fit", "gradients",
    "initializers", "kernels", "layers", "losses", "models", "neurons", "optimizers",
    "pooling", "receptive_field", "stimuli", "timing", "transforms", "tuning",
]  # fmt: skip

# What each part may import of the package. A part is a module or a folder; those
# whose names begin with "_" are checks and places, and stand below all others.
GROUND = {"_validation", "_arguments", "_labels", "_grid", "_text"}
MAY_KNOW = {
    "_validation": set(),
    "_arguments": set(),
    "_labels": set(),
    "_text": set(),
    "_grid": {"_validation", "arithmetic"},
    "arithmetic": {"_validation"},
    "gradients": GROUND,
    "kernels": GROUND,
    "gabor_fit": GROUND | {"kernels"},
    "stimuli": GROUND,
    "activations": GROUND,
    "initializers": GROUND,
    "_address": set(),
    "_downloads": set(),
    "_mnist_files": GROUND | {"_downloads"},
    "digit_sheets": GROUND,
    "datasets": GROUND | {"_mnist_files", "_downloads"},
    "experiment_results": GROUND | {"_address", "_downloads", "datasets"},
    "fast": GROUND | {"arithmetic"},
    "convolution": GROUND | {"fast", "arithmetic"},
    "pooling": GROUND | {"arithmetic"},
    "receptive_field": GROUND | {"arithmetic"},
    "neurons": GROUND | {"kernels", "convolution", "activations"},
    "timing": GROUND,
    "transforms": GROUND,
    "tuning": GROUND | {"stimuli"},
    "layers": GROUND
    | {"convolution", "pooling", "activations", "initializers", "arithmetic"},
    "losses": GROUND | {"activations"},
    "optimizers": GROUND,
    "callbacks": GROUND,
    "models": GROUND
    | {"layers", "losses", "optimizers", "callbacks", "initializers", "fast"}
    | {"arithmetic"},
    "patients": GROUND | {"layers", "losses", "models", "optimizers"},
}


def imports_of(path):
    """Return the top-level parts of the package and other packages a file imports."""
    own, others = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by dots"
            names = [node.module]
            if node.module == "cnn_helpers":
                names = [f"cnn_helpers.{alias.name}" for alias in node.names]
        for name in names:
            first, *rest = name.split(".")
            if first == "cnn_helpers":
                own.update(rest[:1])
            else:
                others.add(first)
    return own, others


def files_of(part):
    """Return the Python files of a part."""
    folder = PACKAGE / part
    return (
        sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    )


@pytest.mark.parametrize("part", MAY_KNOW)
def test_arrows_point_down(part):
    if not (PACKAGE / part).is_dir() and not (PACKAGE / f"{part}.py").exists():
        pytest.skip(f"no {part} yet")
    for path in files_of(part):
        own, _ = imports_of(path)
        extra = own - MAY_KNOW[part] - {part}
        assert not extra, f"{path.relative_to(PACKAGE)} imports {sorted(extra)}"


def test_the_allowed_arrows_have_no_circle():
    done = set()
    while len(done) < len(MAY_KNOW):
        ready = {part for part, known in MAY_KNOW.items() if known <= done} - done
        if not ready:
            ready = {
                part for part, known in MAY_KNOW.items() if known - GROUND <= done
            } - done
        assert ready, f"a circle among {sorted(set(MAY_KNOW) - done)}"
        done |= ready


def test_every_module_is_listed_or_stands_on_top():
    top = {"plotting", "_drawing", "checks", "explorables", "keras_bridge"}
    for path in PACKAGE.iterdir():
        name = path.stem
        if name.startswith("__") or (path.suffix != ".py" and not path.is_dir()):
            continue
        if not any(name == known or name.startswith(f"{known}_") for known in top):
            assert name in MAY_KNOW, f"{name} has no place among the arrows"


def test_only_the_bridge_imports_keras():
    for path in PACKAGE.rglob("*.py"):
        _, others = imports_of(path)
        if path.stem != "keras_bridge":
            assert not others & {"keras", "tensorflow"}, path


def test_only_plots_import_matplotlib():
    allowed = ("plotting", "_drawing", "checks", "explorables")
    for path in PACKAGE.rglob("*.py"):
        part = path.relative_to(PACKAGE).parts[0]
        if not part.startswith(allowed):
            _, others = imports_of(path)
            assert "matplotlib" not in others, path


def loaded_by(code):
    """Return which heavy packages a fresh Python has loaded after some code."""
    script = f"{code}\nimport sys\nprint(*(set(sys.modules) & {HEAVY!r}))"
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(run.stdout.split())


def test_the_core_loads_numpy_only():
    code = "".join(f"import cnn_helpers.{name}\n" for name in CORE)
    assert loaded_by(code) == set()


def test_the_watch_sees_a_package_that_is_loaded():
    assert "scipy" in loaded_by("import scipy")


def test_the_bridge_waits_for_keras():
    assert loaded_by("import cnn_helpers.keras_bridge") == set()


def test_the_package_alone_loads_no_module_of_its_own():
    script = (
        "import cnn_helpers, sys\n"
        "print([n for n in sys.modules if n.startswith('cnn_helpers.')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout.strip() == "[]"
