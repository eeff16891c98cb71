"""What the package's pages leave out of the docstrings."""

from __future__ import annotations

from collections import namedtuple

FIELD = type(namedtuple("Example", "field").field)  # the type of a named tuple's fields


def skip_fields(app, what, name, member, skip, options) -> bool | None:
    """Skip a named tuple's fields: its docstring lists them under Attributes."""
    return True if isinstance(member, FIELD) else None


def setup(app) -> None:
    """Connect the choice to autodoc."""
    app.connect("autodoc-skip-member", skip_fields)
