"""Run a chapter's solutions and stubs after its Setup cell; print the faults.

Reads ``{"setup": code, "jobs": [{"name", "stub", "solution", "checks"}]}`` as JSON
from the standard input; the last line printed is a JSON list of faults. It is a
program of its own because a Setup cell changes the state of the process.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys


def verdicts(source: str, checks: list[str], names: dict) -> tuple[list, str]:
    """Run `source` on a copy of `names`, then the checks; return answers and print."""
    space, shown = dict(names), io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(source, "<exercise>", "exec"), space)
        answers = [eval(check, space) for check in checks]
    return answers, shown.getvalue().strip()


def try_one(job: dict, names: dict) -> list[str]:
    """Return the faults of one exercise."""
    name, faults = job["name"], []
    try:
        answers, shown = verdicts(job["solution"], job["checks"], names)
        if not answers or any(answer is not True for answer in answers):
            faults.append(f"{name}: the solution does not pass its check: {shown}")
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        faults.append(f"{name}: the solution must run after Setup alone: {problem}")
    try:
        answers, shown = verdicts(job["stub"], job["checks"], names)
        if any(answer is not False for answer in answers):
            faults.append(f"{name}: the stub passes the check; it must not be written")
        elif not shown:
            faults.append(f"{name}: check prints nothing for the stub")
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        faults.append(f"{name}: the stub must raise nothing: {problem}")
    return faults


def main() -> None:
    """Try every exercise."""
    task = json.load(sys.stdin)
    names: dict = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(task["setup"], "<Setup>", "exec"), names)
    faults = [fault for job in task["jobs"] for fault in try_one(job, names)]
    print(json.dumps(faults))


if __name__ == "__main__":
    main()
