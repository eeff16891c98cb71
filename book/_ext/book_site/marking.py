"""Give paragraphs of plain Markdown the look their first words ask for.

A notebook must read the same in Jupyter, in Colab and here, so it holds no
directives. A paragraph that begins with one of these bold phrases gets a class,
which book.css styles.
"""

from __future__ import annotations

from docutils import nodes

CLASSES = {
    "If you skipped it, know this": "know-this",
    "Predict": "predict",
    "Study time": "study-time",
}


def mark_paragraphs(app, doctree) -> None:
    """Add a class to each paragraph of a notebook that begins with such a phrase."""
    if not app.env.docname.startswith("notebooks/"):
        return
    for paragraph in doctree.findall(nodes.paragraph):
        # MyST puts an empty text before a paragraph that begins in bold
        children = [child for child in paragraph.children if child.astext()]
        if not children or not isinstance(children[0], nodes.strong):
            continue
        beginning = children[0].astext()
        for phrase, name in CLASSES.items():
            if beginning.startswith(phrase):
                paragraph["classes"].append(name)


def setup(app) -> None:
    """Connect the marking to every page that is read."""
    app.connect("doctree-read", mark_paragraphs)
