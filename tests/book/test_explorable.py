"""The directive `explorable`, in a small book of its own."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

ROOT = Path(__file__).parents[2]
FALLBACK = "A sentence for print."


def build(tmp_path, body, builder="html"):
    """Build two pages, one with the body; return their texts and the complaints."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "index.md").write_text(f"# One\n\n{body}\n", encoding="utf-8")
    (source / "plain.md").write_text(
        "---\norphan: true\n---\n# Two\n", encoding="utf-8"
    )
    warnings = io.StringIO()
    with docutils_namespace():
        app = Sphinx(
            srcdir=source,
            confdir=None,
            outdir=tmp_path / "out",
            doctreedir=tmp_path / "doctrees",
            buildername=builder,
            confoverrides={
                "extensions": ["myst_parser", "explorable"],
                "html_static_path": [str(ROOT / "book" / "assets")],
            },
            status=io.StringIO(),
            warning=warnings,
        )
        app.build()
    suffix = {"html": "html", "text": "txt"}[builder]
    texts = [
        (tmp_path / "out" / f"{n}.{suffix}").read_text(encoding="utf-8")
        for n in ("index", "plain")
    ]
    return *texts, warnings.getvalue()


def directive(name="kernel", options="", body=FALLBACK):
    return f"```{{explorable}} {name}\n{options}\n{body}\n```"


def test_a_figure_has_its_attributes_scripts_and_fallback(tmp_path):
    options = ":stride: 2\n:kernel-name: <\"x'>\n"
    page, plain, warnings = build(tmp_path, directive("draw", options))
    assert not warnings
    assert '<live-draw kernel-name="&lt;&quot;x' in page
    assert 'stride="2"' in page
    inside = page[page.index("<live-draw") : page.index("</live-draw>")]
    assert f"<p>{FALLBACK}</p>" in inside
    scripts = page.index("explorables_model.js"), page.index("explorables.js")
    assert scripts == tuple(sorted(scripts))
    assert page.count('defer="defer" src="_static/explorables') == 2
    assert "explorables" not in plain


@pytest.mark.parametrize("name", ["kernel", "receptive_field"])
def test_the_others_need_no_network(tmp_path, name):
    page, _, warnings = build(tmp_path, directive(name))
    assert not warnings
    assert f"<live-{name.replace('_', '-')}" in page
    assert "explorables_model.js" not in page


def test_other_builders_show_the_fallback(tmp_path):
    page, _, warnings = build(tmp_path, directive(), builder="text")
    assert not warnings
    assert FALLBACK in page
    assert "live-kernel" not in page


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (directive("drow"), "'drow' is none of draw, kernel, receptive_field"),
        (directive(body=""), "write an image or a sentence"),
        (directive(options=":Bad_Name: 1"), "Unknown option keys: ['Bad_Name']"),
    ],
)
def test_a_mistake_is_named(tmp_path, text, complaint):
    page, _, warnings = build(tmp_path, text)
    assert complaint in warnings
    assert "bad_name" not in page.lower()
    assert "<live-drow" not in page
