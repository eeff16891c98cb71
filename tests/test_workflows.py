"""The workflows ask for what exists, pin what they use, and may do no more than needed.

That they are workflows at all, `make lint` checks against their schema.
"""

from __future__ import annotations

import copy
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SYSTEMS = {"ubuntu-latest", "macos-latest", "windows-latest"}
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
                assert step["with"] == {"persist-credentials": False}


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


def test_every_promised_python_on_every_system():
    jobs = workflow("tests")["jobs"]
    asked = set()
    for name in ("posix", "windows"):
        values = matrix_values(jobs[name])
        for system in values.get("system", {jobs[name]["runs-on"]}):
            asked |= {(system, version) for version in values["python"]}
    project = tomllib.loads(read("pyproject.toml"))["project"]
    low, high = re.fullmatch(
        r">=3\.(\d+),<3\.(\d+)", project["requires-python"]
    ).groups()
    versions = [f"3.{minor}" for minor in range(int(low), int(high))]
    assert asked == {(system, version) for system in SYSTEMS for version in versions}


def test_the_weekly_run_tries_all_other_versions():
    values = matrix_values(workflow("weekly")["jobs"]["versions"])
    assert values["versions"] == {"colab", "newest", "oldest"}


def test_the_book_is_published_from_main_only():
    jobs = workflow("book")["jobs"]
    publish = jobs["publish"]
    assert "github.ref == 'refs/heads/main'" in publish["if"]
    assert "github.event_name != 'pull_request'" in publish["if"]
    assert publish["needs"] == "build"
    tested, handed_on = (
        next(place for place, step in enumerate(jobs["build"]["steps"]) if what in step)
        for what in ("run", "if")
    )
    assert tested < handed_on
    assert "make test-book PYTHON=python" in commands(jobs["build"])


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
