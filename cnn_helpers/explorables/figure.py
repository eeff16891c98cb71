"""What the live figures share in Python: HTML that needs nothing but itself."""

import html
import json
from functools import cache
from pathlib import Path

ELEMENTS = Path(__file__).parent / "elements"


class LiveFigure:
    """A figure that a notebook shows alive and a terminal shows as one line.

    A subclass sets `tag` and `scripts`, and calls ``super().__init__``.

    Parameters
    ----------
    attributes : dict of str to object, optional
        Attributes of the element; None leaves one out.
    data : object, optional
        What the element reads as JSON.
    summary : str
        What `repr` says of this figure.

    Attributes
    ----------
    tag : str
        The name of the element.
    scripts : tuple of str
        The files of `elements/` that it needs, in order.

    Examples
    --------
    >>> class Dot(LiveFigure):
    ...     tag, scripts = "live-dot", ("core.js",)
    >>> Dot({"size": 3}, summary="size 3")
    <live figure Dot: size 3>
    """

    tag = ""
    scripts = ()

    def __init__(self, attributes=None, data=None, *, summary=""):
        self.attributes = dict(attributes or {})
        self.data = data
        self.summary = summary

    def __repr__(self):
        what = type(self).__name__ + (f": {self.summary}" if self.summary else "")
        return f"<live figure {what}>"

    def _repr_html_(self):
        """Return the element, its data and its scripts: the same for the same input."""
        attributes = "".join(
            f' {name}="{html.escape(str(value))}"'
            for name, value in self.attributes.items()
            if value is not None
        )
        data = "" if self.data is None else json_script(self.data)
        scripts = "".join(
            f"<script>\n{read_element(name)}</script>\n" for name in self.scripts
        )
        return (
            f"<{self.tag}{attributes}>{data}<p>Here stands a live figure. It moves in "
            "the book's pages and, in a notebook, when this cell is run (or the "
            f"notebook is trusted).</p></{self.tag}>\n{scripts}"
        )


def json_script(data):
    r"""Return data as a JSON script that no text inside it can end.

    Parameters
    ----------
    data : object
        Anything that JSON can hold.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For NaN and infinity, which JSON does not have.

    Examples
    --------
    >>> json_script({"a": "</script>"})
    '<script type="application/json">{"a":"\\u003c/script>"}</script>'
    """
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    text = text.replace("<", "\\u003c")
    return f'<script type="application/json">{text}</script>'


@cache
def read_element(name):
    """Return the source of a script of `elements/`.

    Parameters
    ----------
    name : str
        The file's name.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For a script that would end the HTML it stands in.

    Examples
    --------
    >>> "use strict" in read_element("core.js")
    True
    """
    source = (ELEMENTS / name).read_text(encoding="utf-8")
    if "</script" in source.lower() or "<!--" in source:
        raise ValueError(f"{name} holds text that ends a script in HTML")
    return source
