"""What the experiments share to keep their results whole."""

import json

import keeping
import pytest


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "result.json"
    keeping.write_json(path, {"old": 1})

    def fail(temporary):
        temporary.write_text("half", encoding="utf-8")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        keeping.write_atomically(path, fail)
    assert json.loads(path.read_text(encoding="utf-8")) == {"old": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_a_list_of_numbers_stands_on_one_line(tmp_path):
    path = tmp_path / "deep" / "result.json"
    content = {"runs": [{"seed": 0, "accuracy": [0.5, 0.75]}], "text": "a, b"}
    keeping.write_json(path, content)
    assert '"accuracy": [ 0.5, 0.75 ]' in path.read_text(encoding="utf-8")
    assert keeping.read_json(path) == content


def test_no_file_reads_as_none(tmp_path):
    assert keeping.read_json(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('{"settings": {"a": 1}, "data": "MNIST", "runs": [3]}', [3]),
        ('{"settings": {"a": 2}, "data": "MNIST", "runs": [3]}', []),
        ('{"settings": {"a": 1}, "data": "digits", "runs": [3]}', []),
        ('{"settings": {"a": 1}, "da', []),
        (None, []),
    ],
)
def test_runs_count_under_the_same_settings_and_data_only(tmp_path, content, found):
    path = tmp_path / "result.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert keeping.earlier_runs(path, {"a": 1}, "MNIST") == found


def test_versions_and_machine_are_named():
    assert set(keeping.versions("numpy")) == {"python", "numpy"}
    assert keeping.machine()["cores"] >= 1
