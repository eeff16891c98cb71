"""The workflows ask for what exists, pin what they use, and may do no more than needed.

That they are workflows at all, `make lint` checks against their schema.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
import subprocess
from pathlib import Path

import make_environment
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SYSTEMS = {"ubuntu-latest", "macos-latest", "windows-latest"}
WITH_ENVIRONMENT = "!cancelled() && steps.environment.outcome == 'success'"
PINNED = re.compile(r"uses: ([\w-]+/[\w/-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$")


def read(name: str) -> str:
    """Return the text of a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def workflow(name: str) -> dict:
    """Return a workflow as data; YAML reads its key `on` as True."""
    return yaml.safe_load(read(f".github/workflows/{name}.yml"))


def matrix_values(job: dict) -> dict[str, set[str]]:
    """Return the values that each name of a job's matrix takes."""
    matrix = dict(job.get("strategy", {}).get("matrix", {}))
    values = {name: set(value) for name, value in matrix.items() if name != "include"}
    for entry in matrix.get("include", []):
        for name, value in entry.items():
            values.setdefault(name, set()).add(value)
    return values


def commands(job: dict) -> list[str]:
    """Return a job's commands, once for each value that the matrix gives them."""
    found = []
    for step in job["steps"]:
        lines = [step["run"]] if "run" in step else []
        for variable, source in step.get("env", {}).items():
            name = re.fullmatch(r"\$\{\{ matrix\.(\w+) \}\}", source)[1]
            lines = [
                line.replace(f"${variable}", value)
                for line in lines
                for value in sorted(matrix_values(job)[name])
            ]
        found += lines
    return found


def make_targets() -> set[str]:
    """Return the targets of the Makefile."""
    return set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))


def missing_commands(job: dict) -> list[str]:
    """Return what a job asks for and the project does not have."""
    missing, targets = [], make_targets()
    for command in commands(job):
        asked = re.match(r"make \"?([\w-]+)", command)
        if asked and asked[1] not in targets:
            missing.append(f"make {asked[1]}")
        for path in re.findall(r"(?:tools|tests)[\\/][\w\\/]+(?:\.py)?", command):
            if not (ROOT / path.replace("\\", "/")).exists():
                missing.append(path)
    return missing


def unknown_names(job: dict, jobs: dict) -> list[str]:
    """Return the names of jobs, steps and matrix values that do not exist."""
    needs = job.get("needs", [])
    needs = [needs] if isinstance(needs, str) else needs
    text = yaml.safe_dump(job)
    steps = {step.get("id") for step in job["steps"]}
    unknown = [name for name in needs if name not in jobs]
    unknown += set(re.findall(r"matrix\.(\w+)", text)) - set(matrix_values(job))
    unknown += set(re.findall(r"steps\.(\w+)\.", text)) - steps
    for name, output in sorted(set(re.findall(r"needs\.(\w+)\.outputs\.(\w+)", text))):
        if name not in needs or output not in jobs[name].get("outputs", {}):
            unknown.append(f"{name}.{output}")
    return unknown


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def one(request) -> dict:
    """Return each workflow in turn."""
    return workflow(request.param.stem)


def test_there_are_three():
    assert [path.stem for path in WORKFLOWS] == ["book", "tests", "weekly"]


def test_every_action_is_pinned_by_commit_with_its_version():
    used = {}
    for path in WORKFLOWS:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "uses:" not in line:
                continue
            found = PINNED.search(line)
            assert found, f"{path.name}: pin this by commit and version: {line.strip()}"
            used.setdefault(found[1], set()).add(found.groups()[1:])
    assert used
    assert {name: pins for name, pins in used.items() if len(pins) > 1} == {}
    assert {name.split("/")[0] for name in used} == {"actions"}  # GitHub's own only


def test_only_publishing_may_write(one):
    assert one["permissions"] == {"contents": "read"}
    for name, job in one["jobs"].items():
        allowed = {"pages": "write", "id-token": "write"} if name == "publish" else None
        assert job.get("permissions") == allowed, name


def test_no_credentials_stay_on_the_runner(one):
    for job in one["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_every_job_ends_and_none_runs_twice_at_once(one):
    assert "group" in one["concurrency"]
    for name, job in one["jobs"].items():
        assert 0 < job["timeout-minutes"] <= 180, name
        runners = matrix_values(job).get("system", {job["runs-on"]})
        assert runners <= SYSTEMS, name


def test_every_command_exists(one):
    for name, job in one["jobs"].items():
        assert missing_commands(job) == [], name


def test_every_name_exists(one):
    for name, job in one["jobs"].items():
        assert unknown_names(job, one["jobs"]) == [], name


def test_what_does_not_exist_is_found():
    jobs = workflow("weekly")["jobs"]
    broken = copy.deepcopy(jobs["versions"])
    broken["strategy"]["matrix"]["include"][0]["versions"] = "older"
    assert missing_commands(broken) == ["make test-older"]
    broken["steps"].append({"run": ".venv\\Scripts\\python tools\\none.py"})
    assert missing_commands(broken)[-1] == "tools\\none.py"
    broken["needs"] = "nothing"
    broken["steps"].append({"run": "echo ${{ steps.none.outputs.a }}"})
    broken["name"] = "${{ matrix.none }}"
    assert unknown_names(broken, jobs) == ["nothing", "none", "none"]
    broken = copy.deepcopy(workflow("book")["jobs"])
    del broken["build"]["outputs"]
    assert unknown_names(broken["publish"], broken) == ["build.repository"]
    del broken["publish"]["needs"]
    assert unknown_names(broken["publish"], broken) == ["build.repository"]


def test_every_promised_python_on_every_system():
    jobs = workflow("tests")["jobs"]
    asked = set()
    for name in ("posix", "windows"):
        values = matrix_values(jobs[name])
        for system in values.get("system", {jobs[name]["runs-on"]}):
            asked |= {(system, version) for version in values["python"]}
    (_, low), (_, high) = make_environment.SUPPORTED
    versions = [f"3.{minor}" for minor in range(low, high + 1)]
    assert asked == {(system, version) for system in SYSTEMS for version in versions}


def test_the_weekly_run_tries_all_other_versions():
    values = matrix_values(workflow("weekly")["jobs"]["versions"])
    assert values["versions"] == {"colab", "newest", "oldest"}


def test_what_github_switches_off_can_be_begun_by_hand_and_that_is_said():
    """A schedule ends where a public repository rests for 60 days."""
    for path in WORKFLOWS:
        begun = workflow(path.stem)[True]
        if "schedule" in begun:
            assert "workflow_dispatch" in begun
            assert "60 days GitHub switches the weekly workflow off" in read(
                "CONTRIBUTING.md"
            )


def step_with(job: dict, words: str) -> dict:
    """Return the one step of a job that runs or uses what holds the words."""
    steps = job["steps"]
    (found,) = (s for s in steps if words in s.get("run", "") + s.get("uses", ""))
    return found


def test_the_weekly_run_installs_from_a_whole_clone():
    """From a shallow one, which is what GitHub makes unasked, pip never ends."""
    job = workflow("weekly")["jobs"]["versions"]
    assert step_with(job, "actions/checkout@")["with"]["fetch-depth"] == 0


def test_every_test_in_a_browser_has_one():
    """Chromium comes before each command that opens pages, with what it needs."""
    count = 0
    for path in WORKFLOWS:
        for name, job in workflow(path.stem)["jobs"].items():
            text = " ".join(commands(job))
            opens = r"make \"?test-(package|book|forms|oldest|newest)|-m pytest"
            if not (opened := re.search(opens, text)):
                continue
            count += 1
            brought = text.find("-m playwright install")
            assert 0 <= brought < opened.start(), name
            if "windows" not in job["runs-on"]:
                assert "--with-deps chromium" in text, name
    assert count == 5
    chromium = step_with(workflow("weekly")["jobs"]["versions"], "playwright install")
    assert chromium["if"] == "matrix.versions != 'colab'"


def test_the_epub_and_the_pdf_are_tested_weekly():
    """Nowhere else: they take minutes; with the publishers' own checker."""
    asked = commands(workflow("weekly")["jobs"]["forms"])
    assert asked[-1] == "make test-forms PYTHON=python"
    assert any("apt-get install -y -qq epubcheck" in command for command in asked)


@pytest.mark.parametrize("name", ["posix", "windows"])
def test_a_step_that_fails_hides_no_later_one(name):
    """All run on, but none without an environment or after the run was stopped."""
    job = workflow("tests")["jobs"][name]
    ids = [step.get("id") for step in job["steps"]]
    environment = ids.index("environment")
    assert "environment" in job["steps"][environment]["run"]
    later = job["steps"][environment + 1 :]
    assert len(later) >= 4
    for step in later:
        assert step["if"].startswith(f"${{{{ {WITH_ENVIRONMENT}"), step["run"]


def test_outputs_are_compared_once_and_on_fetched_digits():
    """An outage of MNIST's mirrors has a step of its own, which names it."""
    job = workflow("tests")["jobs"]["posix"]
    fetched = step_with(job, "load_mnist()")
    compared = step_with(job, "make test-notebooks")
    assert fetched["if"] == compared["if"]
    assert "continue-on-error" not in fetched
    assert "system == 'ubuntu-latest' && matrix.python == '3.11'" in fetched["if"]
    steps = job["steps"]
    assert steps.index(fetched) < steps.index(compared)
    command = fetched["run"].removeprefix(".venv/bin/python ")
    assert command in read("book/how_to_use.md")


def test_the_book_is_published_from_main_only():
    jobs = workflow("book")["jobs"]
    publish = jobs["publish"]
    assert "github.ref == 'refs/heads/main'" in publish["if"]
    assert "github.event_name != 'pull_request'" in publish["if"]
    assert publish["needs"] == "build"
    steps = jobs["build"]["steps"]
    tested = steps.index(step_with(jobs["build"], "make test-book PYTHON=python"))
    handed_on = step_with(jobs["build"], "actions/upload-pages-artifact@")
    assert tested < steps.index(handed_on)
    assert handed_on["with"] == {"path": "_build/html"}


def test_only_the_repository_of_the_address_is_published():
    """Not a fork, nor a copy without an address: its pages would name the other one."""
    jobs = workflow("book")["jobs"]
    reads = step_with(jobs["build"], "tools/publish_as.py --print")
    assert reads["id"] == "address"
    assert 'echo "repository=$repository" >> "$GITHUB_OUTPUT"' in reads["run"]
    named = "steps.address.outputs.repository"
    assert jobs["build"]["outputs"] == {"repository": f"${{{{ {named} }}}}"}
    handed_on = step_with(jobs["build"], "actions/upload-pages-artifact@")
    assert handed_on["if"].endswith(f" && {named} == github.repository")
    same = "needs.build.outputs.repository == github.repository"
    assert jobs["publish"]["if"].endswith(f" && {same}")
    for condition in (handed_on["if"], jobs["publish"]["if"]):
        assert "||" not in condition
    told = step_with(jobs["build"], "::notice::Not published")
    assert told["if"].endswith(f" && {named} != github.repository")


def test_a_pull_request_keeps_its_preview():
    job = workflow("book")["jobs"]["build"]
    kept = step_with(job, "actions/upload-artifact@")
    assert kept["if"] == "github.event_name == 'pull_request'"
    assert kept["with"]["path"] == "_build/html"
    assert kept["with"]["if-no-files-found"] == "error"


def test_the_book_is_built_with_warnings_as_errors():
    """And all of it anew, by `make book` as on Windows and in the tests."""
    (built,) = re.findall(r"jupyter-book build (.*)", read("Makefile"))
    assert {"--all", "-W", "-n", "--keep-going"} <= set(built.split())


@pytest.mark.skipif(os.name == "nt", reason="the gate is a script for bash")
@pytest.mark.parametrize(
    ("here", "installed"),
    [
        (["chromium", "openssl"], None),
        (["chromium-browser", "openssl"], None),
        (["chromium"], "openssl"),
        (["openssl"], "chromium"),
        ([], "chromium openssl"),
    ],
)
def test_the_gate_installs_what_the_machine_lacks(tmp_path, here, installed):
    """With programs of its own that note how they were called."""
    programs, log = tmp_path / "bin", tmp_path / "log"
    programs.mkdir()
    for name in ("dirname", "id"):
        (programs / name).symlink_to(shutil.which(name))
    for name in ["apt-get", "make", *here]:
        note = f'#!/bin/sh\necho "{name} $*, CI=$CI" >> "$LOG"\n'
        (programs / name).write_text(note, encoding="utf-8")
        (programs / name).chmod(0o755)
    (programs / "sudo").write_text('#!/bin/sh\n"$@"\n', encoding="utf-8")
    (programs / "sudo").chmod(0o755)
    gate = tmp_path / "book" / ".ci" / "run"
    gate.parent.mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", gate)
    subprocess.run(
        [shutil.which("bash"), str(gate)],
        env={"PATH": str(programs), "LOG": str(log)},
        capture_output=True,
        check=True,
    )
    called = log.read_text(encoding="utf-8").splitlines()
    asked = [
        "apt-get update -qq, CI=1",
        f"apt-get install -y -qq {installed}, CI=1",
    ]
    assert called == [*(asked if installed else []), "make test, CI=1"]


def windows_commands(text: str) -> list[str]:
    """Return the lines of PowerShell blocks, without comments and empty lines."""
    blocks = re.findall(r"```powershell\n(.*?)```", text, re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_windows_runs_the_commands_of_the_readme():
    known = [line.replace("py -3.12 ", "python ") for line in written_for_windows()]
    for command in commands(workflow("tests")["jobs"]["windows"]):
        assert command.removesuffix(" --lax") in known


def written_for_windows() -> list[str]:
    """Return the commands that the README gives for Windows."""
    return windows_commands(read("README.md"))


def test_the_readme_gives_windows_what_make_test_does():
    """Each program that a part of `make test` starts has its line for PowerShell."""
    recipes = re.findall(
        r"^test-(?:package|notebooks|book): .*\n((?:\t.*\n)+)",
        read("Makefile"),
        re.MULTILINE,
    )
    assert len(recipes) == 3
    lines = "".join(recipes).splitlines()
    starts = [line.removeprefix("\t@$(RUN) ") for line in lines if "$(RUN)" in line]
    assert len(starts) == 3
    for line in starts:
        asked = f".venv\\Scripts\\python {line}".replace("/", "\\")
        assert asked in written_for_windows()


def test_how_to_use_gives_the_same_commands_for_windows():
    commands_there = windows_commands(read("book/how_to_use.md"))
    for command in commands_there:
        if command.startswith((".venv", "py ")) and "lab" not in command:
            assert command.replace("tools/", "tools\\") in written_for_windows()
