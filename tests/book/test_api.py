"""The package's pages: every public name, with its shapes, errors and an example."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap

import html_pages
import pytest

import cnn_helpers

PAGES = ["arrays", "cells", "layers", "training", "tools"]


def public_modules() -> list[str]:
    """Return the modules of the package that a reader imports by name."""
    return [
        info.name
        for info in pkgutil.iter_modules(cnn_helpers.__path__)
        if not info.name.startswith("_") and info.name not in INTERNAL
    ]


INTERNAL = {"fast"}  # chosen by conv2d, not called by readers


def public_names(module) -> dict[str, object]:
    """Return the functions and classes that a module makes public."""
    listed = getattr(module, "__all__", None)
    names = {}
    for name, value in vars(module).items():
        if not (inspect.isfunction(value) or inspect.isclass(value)):
            continue
        own = value.__module__ == module.__name__ and not name.startswith("_")
        if name in listed if listed is not None else own:
            names[name] = value
    return names


EVERYTHING = [
    (module, name, value)
    for module in public_modules()
    for name, value in public_names(
        importlib.import_module(f"cnn_helpers.{module}")
    ).items()
]


def holds_only_data(value) -> bool:
    """Tell whether a class is an exception or a named tuple: nothing to run."""
    return inspect.isclass(value) and (
        issubclass(value, Exception) or hasattr(value, "_fields")
    )


RUNNABLE = [entry for entry in EVERYTHING if not holds_only_data(entry[2])]
FUNCTIONS = [entry for entry in EVERYTHING if inspect.isfunction(entry[2])]


def label(entry):
    return entry if isinstance(entry, str) else ""


def returns_something(function) -> bool:
    """Tell whether a function's own code returns a value."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    nodes = list(definition.body)
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Return) and node.value is not None:
            return True
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            nodes += ast.iter_child_nodes(node)
    return False


@pytest.fixture(scope="module")
def documented(site) -> dict[str, html_pages.Page]:
    """Return every anchor of the package's pages with its page."""
    found = {}
    for name in PAGES:
        page = html_pages.Page(site / "book/api" / f"{name}.html")
        found |= dict.fromkeys(page.ids, page)
    return found


@pytest.mark.parametrize("module", public_modules())
def test_every_public_module_has_its_section(documented, module):
    assert f"module-cnn_helpers.{module}" in documented


@pytest.mark.parametrize(("module", "name", "value"), EVERYTHING, ids=label)
def test_every_public_name_is_described(documented, module, name, value):
    anchors = {f"cnn_helpers.{module}.{name}", f"{value.__module__}.{name}"}
    assert anchors & set(documented), f"no entry for {module}.{name}"


@pytest.mark.parametrize(("module", "name", "value"), RUNNABLE, ids=label)
def test_every_public_name_has_an_example_that_runs(module, name, value):
    assert ">>> " in (inspect.getdoc(value) or ""), f"{module}.{name} has no example"


@pytest.mark.parametrize(("module", "name", "value"), FUNCTIONS, ids=label)
def test_every_function_says_what_it_takes_and_gives(module, name, value):
    text = inspect.getdoc(value) or ""
    missing = [
        heading
        for heading, needed in [
            ("Parameters\n---", bool(inspect.signature(value).parameters)),
            ("Returns\n---", returns_something(value)),
        ]
        if needed and heading not in text
    ]
    assert not missing, f"{module}.{name}: {missing}"


def test_no_private_name_is_described(documented):
    private = [
        anchor
        for anchor in documented
        if anchor.startswith("cnn_helpers.")
        and any(part.startswith("_") for part in anchor.split("."))
    ]
    assert not private
