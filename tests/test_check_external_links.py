"""The judge of external links, on reports as Sphinx's link check writes them."""

from __future__ import annotations

import functools
import http.server
import json
import subprocess
import sys
import threading

import check_external_links as links
import pytest

HOSTS = frozenset({"wiley.com", "dl.acm.org"})


def entry(status="working", uri="https://doi.org/10.1/x", info="", code=0):
    return {
        "uri": uri,
        "status": status,
        "info": info,
        "code": code,
        "filename": "book/references.md",
        "lineno": 3,
    }


def refusal(code, host):
    return f"{code} Client Error: Forbidden for url: https://{host}/doi/10.1/x"


@pytest.mark.parametrize(
    ("info", "group"),
    [
        (refusal(403, "dl.acm.org"), "refused"),
        (refusal(403, "physoc.onlinelibrary.wiley.com"), "refused"),
        (refusal(418, "wiley.com"), "refused"),
        (refusal(429, "wiley.com"), "refused"),
        (refusal(404, "wiley.com"), "broken"),  # a list is no excuse for a dead page
        (refusal(410, "wiley.com"), "broken"),
        (refusal(403, "example.org"), "broken"),  # not on the list
        (refusal(403, "notwiley.com"), "broken"),  # no subdomain
        (refusal(403, "wiley.com.example.org"), "broken"),
        ("HTTPSConnectionPool(host='wiley.com', port=443): timed out", "broken"),
        ("[Errno -2] Name or service not known", "broken"),
    ],
)
def test_a_refusal_is_told_from_a_broken_link(info, group):
    verdict = links.judge([entry("broken", info=info)], HOSTS)
    found = {name: len(entries) for name, entries in vars(verdict).items() if entries}
    assert found == {group: 1}


@pytest.mark.parametrize(
    ("given", "group"),
    [
        (entry("working"), "working"),
        (entry("redirected", code=302), "working"),
        (entry("redirected", code=301), "moved"),
        (entry("ignored", info="service unavailable"), "unsure"),
        (entry("timeout", info="timed out"), "broken"),
        (entry("unchecked", uri="mailto:a@b"), None),
        (entry("local", uri="../a.md"), None),
    ],
)
def test_every_status_has_its_group(given, group):
    verdict = links.judge([given], HOSTS)
    found = [name for name, entries in vars(verdict).items() if entries]
    assert found == ([group] if group else [])


def test_a_link_on_two_pages_is_counted_once():
    assert len(links.judge([entry(), entry()], HOSTS).working) == 1


def test_the_words_name_the_link_the_place_and_the_cause():
    words = links.in_words(
        links.judge(
            [
                entry("broken", info=refusal(404, "a.org")),
                entry("broken", "https://b.org/y", info=refusal(403, "dl.acm.org")),
                entry("redirected", "https://c.org/old", "https://c.org/new", 301),
                entry("redirected", "https://doi.org/10.2/z", "https://d.org", 301),
            ],
            HOSTS,
        )
    ).splitlines()
    assert words[-2].startswith("BROKEN: https://doi.org/10.1/x (book/references.md:3)")
    assert words[-2].endswith("https://a.org/doi/10.1/x")
    assert words[-1] == (
        "Of 4 links 2 work, 1 are refused to robots, 0 are out of service, "
        "1 are broken."
    )
    assert any("moved" in line and "https://c.org/new" in line for line in words)
    assert not any("moved" in line and "doi.org" in line for line in words)


def test_the_list_holds_bare_hosts_in_order():
    names = links.read_hosts(links.TOLERATED)
    text = links.TOLERATED.read_text(encoding="utf-8")
    listed = [line for line in text.splitlines() if not line.startswith("#")]
    assert listed == sorted(names)
    assert not [name for name in names if "/" in name or "." not in name]


def test_comments_are_no_hosts(tmp_path):
    path = tmp_path / "hosts.txt"
    path.write_text("# a.org\n\nB.org  # why\n", encoding="utf-8")
    assert links.read_hosts(path) == {"b.org"}


def write_report(path, *entries):
    path.write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    return ["--report", str(path)]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([entry()], 0),
        ([entry(), entry("broken", "https://a.org", refusal(403, "wiley.com"))], 0),
        ([entry(), entry("broken", "https://a.org", refusal(404, "a.org"))], 1),
        ([entry("broken", info="Name or service not known")], 2),
        ([], 2),
    ],
)
def test_the_exit_code(tmp_path, entries, code):
    assert links.main(write_report(tmp_path / "output.json", *entries)) == code


def test_a_missing_report_is_said(tmp_path, capsys):
    assert links.main(["--report", str(tmp_path / "none.json")]) == 2
    assert "No link was checked" in capsys.readouterr().out


class Host(http.server.BaseHTTPRequestHandler):
    """A host with a page, a page that moved, a page it refuses, and no other."""

    def do_GET(self):
        code = {"/here": 200, "/refused": 403, "/moved": 301}.get(self.path, 404)
        self.send_response(code)
        if code == 301:
            self.send_header("Location", "/here")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *arguments):
        pass


@pytest.fixture
def host():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_what_sphinx_finds_is_judged(tmp_path, host, monkeypatch, capsys):
    paths = ["here", "moved", "refused", "gone"]
    (tmp_path / "conf.py").touch()
    rows = [f"`{path} <{host}/{path}>`_" for path in paths]
    text = "A\n=\n\n" + "\n\n".join(rows) + "\n"
    (tmp_path / "index.rst").write_text(text, encoding="utf-8")
    build = [sys.executable, "-m", "sphinx", "-q", "-b", "linkcheck"]
    run = functools.partial(subprocess.run, capture_output=True, check=False)
    run([*build, str(tmp_path), str(tmp_path / "out")])
    tolerated = tmp_path / "hosts.txt"
    tolerated.write_text("127.0.0.1\n", encoding="utf-8")
    monkeypatch.setattr(links, "TOLERATED", tolerated)
    assert links.main(["--report", str(tmp_path / "out" / "output.json")]) == 1
    said = capsys.readouterr().out
    assert f"BROKEN: {host}/gone" in said
    assert f"tolerated: {host}/refused" in said
    assert f"follow: {host}/moved" in said
    assert "Of 4 links 2 work" in said
