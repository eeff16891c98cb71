"""The committed bundle is what its sources say, and touches no markup."""

from __future__ import annotations

import re

import bundle_explorables as tool
import pytest

from cnn_helpers.explorables.figure import ELEMENTS, LiveFigure, json_script

SOURCES = sorted(path.name for path in ELEMENTS.glob("*.js"))


def test_the_committed_bundles_are_fresh():
    assert tool.stale() == [], "run python tools/bundle_explorables.py"


def test_a_stale_bundle_is_named(tmp_path):
    for name, text in tool.bundles().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert tool.stale(assets=tmp_path) == []
    with (tmp_path / "explorables.js").open("a", encoding="utf-8") as file:
        file.write("// changed by hand\n")
    assert tool.stale(assets=tmp_path) == ["explorables.js"]


def test_a_script_without_a_place_is_refused(tmp_path):
    (tmp_path / "elements").mkdir()
    (tmp_path / "elements" / "other.js").write_text("", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"other\.js"):
        tool.figures_bundle(tmp_path)


def test_comments_stay_out_of_the_bundle_and_code_stays_in():
    source = """  /**
   * What it does. @returns {number}
   */
  function half(text) {
    // why
    const url = `a//b /* kept */`; // kept too
    return text /* kept */ + url;
  }
"""
    expected = """function half(text) {
const url = `a//b /* kept */`; // kept too
return text /* kept */ + url;
}
"""
    assert tool.without_comments(source) == expected


@pytest.mark.parametrize("name", SOURCES)
def test_a_script_makes_no_markup_from_text_and_fetches_nothing(name):
    source = (ELEMENTS / name).read_text(encoding="utf-8")
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b"
        r"|new Function|\bfetch\b|XMLHttpRequest|\bimport\b|https?://"
        r"|0x[0-9a-fA-F]{6,}"  # a notebook's refresh takes it for an address
    )
    assert not re.findall(forbidden, source)
    assert '"use strict";' in source
    assert max(len(line) for line in source.splitlines()) <= 110


class Figure(LiveFigure):
    tag, scripts = "live-test", ("core.js",)


def test_a_figure_is_the_same_html_each_time():
    made = [
        Figure({"stride": 2, "none": None}, {"b": 1, "a": [0.5]}, summary="x")
        for _ in range(2)
    ]
    html = made[0]._repr_html_()
    assert html == made[1]._repr_html_()
    assert html.startswith('<live-test stride="2"><script type="application/json">')
    assert '{"b":1,"a":[0.5]}' in html
    assert "when this cell is run" in html
    assert (ELEMENTS / "core.js").read_text(encoding="utf-8") in html
    assert repr(made[0]) == "<live figure Figure: x>"


def test_attributes_and_data_cannot_leave_their_place():
    bad = '"><script>alert(1)</script><!--'
    html = Figure({"label": bad}, {"text": bad})._repr_html_()
    head = html[: html.index("<p>")]
    assert head.count("<script") == 1
    assert "<!--" not in head
    assert json_script([bad]).count("<") == 2


def test_data_that_json_lacks_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_script([float("nan")])
