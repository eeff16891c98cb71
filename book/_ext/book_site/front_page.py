"""Write an index.html that leads to the front page and is a valid page itself."""

from __future__ import annotations

from pathlib import Path

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={target}">
<link rel="canonical" href="{target}">
<style>html {{ color-scheme: light dark; font-family: sans-serif; }}</style>
</head>
<body><main><h1>{title}</h1><p><a href="{target}">Open the book</a></p></main></body>
</html>
"""


def write_index(app, exception) -> None:
    """Write the page at the root of the site, in place of a bare redirect."""
    if exception or app.builder.name not in ("html", "dirhtml"):
        return
    if app.config.root_doc == "index":
        return
    page = PAGE.format(
        title=app.config.html_title,
        target=app.builder.get_target_uri(app.config.root_doc),
    )
    Path(app.outdir, "index.html").write_text(page, encoding="utf-8")


def setup(app) -> None:
    """Write the index after everything else."""
    app.connect("build-finished", write_index, priority=1000)
