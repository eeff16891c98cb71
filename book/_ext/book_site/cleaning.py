"""Take out of the pages what the book does not use and would have to excuse."""

from __future__ import annotations


def _disconnect(app, module: str) -> None:
    """Remove every event listener that `module` has registered."""
    for event, listeners in app.events.listeners.items():
        app.events.listeners[event] = [
            listener
            for listener in listeners
            if not listener.handler.__module__.startswith(module)
        ]


def remove_thebe(app, config) -> None:
    """Drop sphinx-thebe: it names other hosts and declares a constant twice.

    Jupyter Book always loads it; the book runs no code through it.
    """
    _disconnect(app, "sphinx_thebe")
    app.registry.css_files = [
        (name, options)
        for name, options in app.registry.css_files
        if "thebe" not in name
    ]


REPAIRS = {
    # entries of the bibliography: a role that a list may hold
    'role="doc-biblioentry"': 'role="listitem"',
    # the summary of a hidden cell is named by its words, "Show the code"
    '<summary aria-label="Toggle hidden content">': "<summary>",
}


def mend_body(app, pagename, templatename, context, doctree) -> None:
    """Mend what other extensions write that a screen reader would stumble over."""
    for faulty, mended in REPAIRS.items():
        if "body" in context:
            context["body"] = context["body"].replace(faulty, mended)


def setup(app) -> None:
    """Connect the cleaning steps."""
    app.connect("html-page-context", mend_body)
    app.connect("config-inited", remove_thebe, priority=1000)
