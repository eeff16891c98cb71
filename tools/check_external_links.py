"""Ask every host that the book links to whether the page is still there.

Run by ``make links``, and once a week by a workflow. Sphinx's own link check does the
asking; this program starts it, reads its report and judges: a publisher that refuses
robots is no broken link, if tools/hosts_that_refuse_robots.txt names it. It ends with 1
when a link is broken, and with 2 when nothing could be asked at all.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
TOLERATED = Path(__file__).with_name("hosts_that_refuse_robots.txt")
FOLDER = ROOT / "_build" / "links"  # apart from the site
REPORT = FOLDER / "_build" / "html" / "output.json"  # where Jupyter Book puts it
REFUSALS = {401, 403, 405, 418, 429}
ANSWER = re.compile(r"(\d{3}) \w+ Error: .* for url: (\S+)")
ASKED = {"working", "redirected", "broken", "timeout", "ignored"}


@dataclass
class Verdict:
    """What came of the links, each as a line of the report."""

    broken: list[dict] = field(default_factory=list)
    refused: list[dict] = field(default_factory=list)
    unsure: list[dict] = field(default_factory=list)
    moved: list[dict] = field(default_factory=list)
    working: list[dict] = field(default_factory=list)


def read_hosts(path: Path) -> frozenset[str]:
    """Return the hosts of a list: one a line, `#` begins a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    names = (line.partition("#")[0].strip().lower() for line in lines)
    return frozenset(filter(None, names))


def refuses_robots(entry: dict, hosts: frozenset[str]) -> bool:
    """Tell whether a broken link is a refusal by one of `hosts` or its subdomains.

    The host that counts is the one that refused, which for a DOI is the publisher.
    """
    answer = ANSWER.search(entry["info"])
    if not answer or int(answer[1]) not in REFUSALS:
        return False
    host = (urlsplit(answer[2]).hostname or "").lower()
    return any(host == name or host.endswith(f".{name}") for name in hosts)


def judge(entries: Iterable[dict], hosts: frozenset[str]) -> Verdict:
    """Sort the report's entries, each link once and under the page that names it.

    Parameters
    ----------
    entries
        What Sphinx's link check wrote: dictionaries with `uri`, `status`, `info`,
        `code`, `filename` and `lineno`.
    hosts
        The hosts whose refusal is no broken link.
    """
    verdict, seen = Verdict(), set()
    for entry in entries:
        if entry["status"] not in ASKED or entry["uri"] in seen:
            continue
        seen.add(entry["uri"])
        if entry["status"] in ("broken", "timeout"):
            refused = refuses_robots(entry, hosts)
            (verdict.refused if refused else verdict.broken).append(entry)
        elif entry["status"] == "ignored":  # the host says that it is out of service
            verdict.unsure.append(entry)
        elif entry["status"] == "redirected" and entry["code"] in (301, 308):
            verdict.moved.append(entry)
        else:
            verdict.working.append(entry)
    return verdict


def in_words(verdict: Verdict) -> str:
    """Return the verdict as lines to print; the broken links come last."""
    lines = []
    doi = [e for e in verdict.moved if urlsplit(e["uri"]).hostname == "doi.org"]
    moved = [e for e in verdict.moved if e not in doi]
    for words, group in (
        ("moved for good; the link could follow", moved),
        ("out of service now", verdict.unsure),
        ("refused to robots, tolerated", verdict.refused),
        ("BROKEN", verdict.broken),
    ):
        for entry in group:
            place = f"{entry['filename']}:{entry['lineno']}"
            lines.append(f"{words}: {entry['uri']} ({place}) {entry['info']}".rstrip())
    counts = {
        "work": len(verdict.working) + len(verdict.moved),
        "are refused to robots": len(verdict.refused),
        "are out of service": len(verdict.unsure),
        "are broken": len(verdict.broken),
    }
    said = ", ".join(f"{count} {words}" for words, count in counts.items())
    return "\n".join([*lines, f"Of {sum(counts.values())} links {said}."])


def ask(report: Path) -> None:
    """Let Sphinx check the links; its exit code says less than its report."""
    report.unlink(missing_ok=True)
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(ROOT)]
    options = ["--builder", "linkcheck", "--path-output", str(FOLDER)]
    subprocess.run([*command, *options], check=False)


def main(arguments: list[str] | None = None) -> int:
    """Check the links, print the verdict, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--report",
        type=Path,
        help="judge this output.json of an earlier link check, and ask nobody",
    )
    report = parser.parse_args(arguments).report
    if report is None:
        report = REPORT
        ask(report)
    try:
        lines = report.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        print(f"No link was checked: Sphinx left no report at {report}.")
        return 2
    verdict = judge(map(json.loads, lines), read_hosts(TOLERATED))
    print(in_words(verdict))
    if not (verdict.working or verdict.moved or verdict.refused):
        print("No host answered: is there a network?")
        return 2
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    sys.exit(main())
