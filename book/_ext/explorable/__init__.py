"""The directive `explorable`: a live figure in a page of `book/`.

.. code-block:: markdown

    ```{explorable} kernel
    :stride: 2

    ![A still of the figure](../assets/live/kernel.png)

    What the figure shows, for a page that is printed or has no JavaScript.
    ```

The options are the element's attributes. The body is what stands there without
JavaScript, and in every other builder. The scripts are loaded by the pages that use a
figure, and by no other.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

# Of each figure: its element, and the scripts of book/assets it needs.
FIGURES = {
    "draw": ("live-draw", ("explorables_model.js", "explorables.js")),
    "kernel": ("live-kernel", ("explorables.js",)),
    "receptive_field": ("live-receptive-field", ("explorables.js",)),
}


class live_figure(nodes.General, nodes.Element):
    """A live figure; its children are the fallback."""


class AnyOption(dict):
    """Takes every option whose name can be an attribute; the elements know theirs."""

    def __init__(self):
        super().__init__(any=None)  # docutils asks whether there are any options

    def __contains__(self, name):
        return bool(re.fullmatch(r"[a-z][a-z-]*", name))

    def __getitem__(self, name):
        if name not in self:
            raise KeyError(name)
        return lambda value: value or ""


class Explorable(SphinxDirective):
    """Put a live figure into the page."""

    required_arguments = 1
    has_content = True
    option_spec = AnyOption()

    def run(self):
        """Return the figure with its body as the fallback."""
        name = self.arguments[0]
        if name not in FIGURES:
            raise self.error(
                f"explorable: {name!r} is none of {', '.join(sorted(FIGURES))}"
            )
        if not "".join(self.content).strip():
            raise self.error(
                "explorable: write an image or a sentence into the body; it stands "
                "there without JavaScript and in print"
            )
        node = live_figure(figure=name, options=dict(self.options))
        self.state.nested_parse(self.content, self.content_offset, node)
        for image in node.findall(nodes.image):
            image["loading"] = "lazy"  # readers with JavaScript never see it
        return [node]


def visit_html(translator, node):
    """Open the element, with its options as attributes."""
    tag, _ = FIGURES[node["figure"]]
    translator.body.append(translator.starttag(node, tag, **node["options"]))


def depart_html(translator, node):
    """Close the element."""
    tag, _ = FIGURES[node["figure"]]
    translator.body.append(f"</{tag}>\n")


def only_children(translator, node):
    """Let other builders show the fallback."""


def add_scripts(app, pagename, templatename, context, doctree):
    """Load the scripts of the figures on this page."""
    if doctree is None:
        return
    needed = [
        script
        for node in doctree.findall(live_figure)
        for script in FIGURES[node["figure"]][1]
    ]
    for script in sorted(set(needed), key=needed.index):
        app.add_js_file(script, loading_method="defer")


def setup(app):
    """Register the directive."""
    other = (only_children, only_children)
    app.add_node(
        live_figure,
        html=(visit_html, depart_html),
        latex=other,
        text=other,
        man=other,
        texinfo=other,
    )
    app.add_directive("explorable", Explorable)
    app.connect("html-page-context", add_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
