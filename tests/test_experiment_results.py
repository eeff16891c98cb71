"""The experiments' results: beside the checkout, in the cache, or fetched and checked.

The host is a server on the loopback.
"""

import hashlib
import json
import shutil
import socket
import threading
import time
from pathlib import Path

import list_results
import numpy as np
import pytest

from cnn_helpers import _address, _downloads, experiment_results
from cnn_helpers.datasets import DataUnavailableError
from cnn_helpers.experiment_results import read_results, results_file

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "experiments" / "results"
HOST = "https://raw.githubusercontent.com/"
JSON, NPZ = "measure_plateau.json", "train_draw_model.npz"
WRONG = {
    "another file": (RESULTS / "train_full_mnist.json").read_bytes(),
    "one byte changed": (RESULTS / JSON).read_bytes()[:-2] + b" \n",
    "an empty answer": b"",
    "a page of the host": b"<!doctype html><title>Not found</title>",
}


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """Let the package run as where pip has put it: no checkout, an empty cache."""
    package = tmp_path / "site-packages" / "cnn_helpers"
    package.mkdir(parents=True)
    shutil.copy(ROOT / "cnn_helpers" / "experiment_results.json", package)
    monkeypatch.setattr(experiment_results, "PACKAGE", package)
    monkeypatch.setattr(_address, "REPOSITORY", "")
    monkeypatch.setenv("CNN_HELPERS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path


@pytest.fixture
def cache(installed):
    return installed / "cache" / "experiment_results"


@pytest.fixture
def publish(installed, host, monkeypatch):
    """Return a function that publishes files at an address on the loopback."""

    def start(answers):
        server = host(answers)
        url = experiment_results.URL.replace(HOST, server.address)
        monkeypatch.setattr(experiment_results, "URL", url)
        monkeypatch.setattr(_address, "REPOSITORY", "ada/eyes")
        return server

    return start


def published(name):
    return (RESULTS / name).read_bytes()


# beside a checkout


@pytest.mark.parametrize("name", sorted(path.name for path in RESULTS.glob("*.json")))
def test_every_result_is_read_by_its_name(name, monkeypatch):
    monkeypatch.setattr(_address, "REPOSITORY", "")
    expected = json.loads((RESULTS / name).read_text(encoding="utf-8"))
    assert read_results(name) == expected
    assert read_results(name.removesuffix(".json")) == expected
    assert results_file(name) == results_file(name.removesuffix(".json"))


def test_a_file_of_another_kind_has_a_path():
    path = results_file(NPZ)
    assert path == RESULTS / NPZ
    with np.load(path, allow_pickle=False) as weights:
        assert len(weights.files)


def test_a_checkout_around_the_current_folder_is_found(installed, monkeypatch):
    """As at Binder: the package is installed, the notebooks run in their folder."""
    checkout = installed / "bücher und more"
    for folder in ("notebooks", "cnn_helpers", "experiments/results"):
        (checkout / folder).mkdir(parents=True)
    (checkout / "cnn_helpers" / "__init__.py").touch()
    (checkout / "experiments" / "results" / JSON).write_text(
        '{"mine": 1}', encoding="utf-8"
    )
    monkeypatch.chdir(checkout / "notebooks")
    assert read_results(JSON) == {"mine": 1}
    assert results_file(JSON) == checkout / "experiments" / "results" / JSON


def test_another_projects_results_are_not_taken(installed):
    """A folder is the book's only if it holds the package too."""
    folder = installed / "elsewhere" / "experiments" / "results"
    folder.mkdir(parents=True)
    (folder / JSON).write_text("{}", encoding="utf-8")
    with pytest.raises(DataUnavailableError, match=JSON):
        read_results(JSON)


def test_a_new_experiment_is_read_before_it_is_listed(installed, monkeypatch):
    checkout = installed / "book"
    (checkout / "cnn_helpers").mkdir(parents=True)
    (checkout / "cnn_helpers" / "__init__.py").touch()
    (checkout / "experiments" / "results").mkdir(parents=True)
    (checkout / "experiments" / "results" / "new.json").write_text(
        "[1]", encoding="utf-8"
    )
    monkeypatch.chdir(checkout)
    assert read_results("new") == [1]


# names


@pytest.mark.parametrize("name", ["nothing", "", "a.json", "../measure_plateau.json"])
@pytest.mark.parametrize("read", [read_results, results_file])
def test_a_name_of_no_result_is_refused(read, name):
    with pytest.raises(ValueError, match="name must be"):
        read(name)


def test_the_refusal_lists_what_there_is():
    with pytest.raises(ValueError, match=r"measure_plateau\.json.*got 'plateau'"):
        read_results("plateau")


@pytest.mark.parametrize("name", ["..\\x.json", "/etc/x.json", "experiments/x.npz"])
def test_a_name_with_folders_is_refused(name):
    with pytest.raises(ValueError, match="without folders"):
        results_file(name)


@pytest.mark.parametrize("name", [None, 3, b"measure_plateau", Path(JSON)])
def test_a_name_of_another_type_is_refused(name):
    with pytest.raises(TypeError, match="name must be a string"):
        read_results(name)


def test_weights_are_not_read_as_json():
    with pytest.raises(ValueError, match="use results_file"):
        read_results(NPZ)


# without a checkout


def test_unpublished_the_error_names_the_file_and_what_to_do(installed):
    with pytest.raises(DataUnavailableError, match=JSON) as caught:
        read_results("measure_plateau")
    assert "no public address" in str(caught.value)
    assert "make publish-as REPO=owner/name" in str(caught.value)
    assert str(installed / "cache") in str(caught.value)


def test_it_is_fetched_once_from_the_published_address(publish, cache):
    server = publish({JSON: published(JSON)})
    expected = json.loads(published(JSON))
    assert read_results("measure_plateau") == expected
    assert read_results("measure_plateau") == expected
    assert results_file(JSON) == cache / JSON
    assert server.paths == [f"/ada/eyes/main/experiments/results/{JSON}"]
    assert [path.name for path in cache.iterdir()] == [JSON]


def test_weights_are_fetched_whole(publish, cache):
    publish({NPZ: published(NPZ)})
    assert results_file(NPZ).read_bytes() == published(NPZ)


def test_a_filled_cache_serves_without_an_address(installed, cache):
    cache.mkdir(parents=True)
    shutil.copy(RESULTS / JSON, cache)
    assert read_results(JSON) == json.loads(published(JSON))


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_a_wrong_cached_file_is_replaced(publish, cache, content):
    cache.mkdir(parents=True)
    (cache / JSON).write_bytes(content)
    server = publish({JSON: published(JSON)})
    assert read_results(JSON) == json.loads(published(JSON))
    assert len(server.asked) == 1
    assert (cache / JSON).read_bytes() == published(JSON)


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("read", [read_results, results_file])
def test_a_wrong_answer_is_refused_and_not_cached(publish, cache, read, content):
    publish({JSON: content})
    with pytest.raises(DataUnavailableError, match=f"{JSON}.*SHA-256 differs"):
        read(JSON)
    assert not cache.exists() or not list(cache.iterdir())


def break_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "50000")
    handler.end_headers()
    handler.wfile.write(published(JSON)[:1000])


def send_without_end(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(1000):
        handler.wfile.write(bytes(1 << 16))


def redirect(handler):
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:9/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "status 404"),
        (break_off, "no connection|[Bb]roken|IncompleteRead"),
        (send_without_end, "more than [0-9,]+ bytes were sent"),
        (redirect, "redirects"),
    ],
)
def test_a_failing_host_is_named_with_its_reason(publish, cache, answer, reason):
    publish({JSON: answer})
    with pytest.raises(DataUnavailableError, match=reason) as caught:
        read_results(JSON)
    assert JSON in str(caught.value)
    assert "/ada/eyes/main/" in str(caught.value)
    assert not cache.exists() or not list(cache.iterdir())


def test_a_stalled_host_is_given_up(publish, monkeypatch):
    monkeypatch.setattr(_downloads, "PATIENCE", 0.5)
    released = threading.Event()
    publish({JSON: lambda handler: released.wait(60)})
    start = time.monotonic()
    with pytest.raises(DataUnavailableError, match=r"no answer for 0\.5 seconds"):
        read_results(JSON)
    assert time.monotonic() - start < 15
    released.set()


def test_without_network_the_error_names_file_and_address(installed, monkeypatch):
    def refuse(*args, **kwargs):
        raise socket.gaierror("no network")

    monkeypatch.setattr(_address, "REPOSITORY", "ada/eyes")
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(DataUnavailableError, match="no connection") as caught:
        results_file(NPZ)
    assert NPZ in str(caught.value)
    assert "https://raw.githubusercontent.com/ada/eyes/main/" in str(caught.value)


def test_a_cache_that_cannot_be_written_still_serves_json(publish, cache):
    cache.parent.write_text("a file where a folder should be", encoding="utf-8")
    publish({JSON: published(JSON), NPZ: published(NPZ)})
    with pytest.warns(UserWarning, match="could not be stored"):
        assert read_results(JSON) == json.loads(published(JSON))
    with (
        pytest.warns(UserWarning, match="could not be stored"),
        pytest.raises(DataUnavailableError, match=rf"{NPZ}.*CNN_HELPERS_CACHE"),
    ):
        results_file(NPZ)


def test_the_address_is_of_https():
    assert experiment_results.URL.startswith(HOST)


# the list


def test_the_list_is_up_to_date():
    """After an experiment was run again: python tools/list_results.py."""
    listed = ROOT / "cnn_helpers" / "experiment_results.json"
    assert listed.read_text(encoding="utf-8") == list_results.listing(), (
        "run python tools/list_results.py"
    )


def test_the_list_holds_sizes_and_checksums():
    manifest = experiment_results._manifest()
    for name in (JSON, NPZ):
        content = published(name)
        assert manifest[name] == {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }


def test_a_stale_list_is_found_and_written_again(tmp_path, capsys):
    results = tmp_path / "experiments" / "results"
    results.mkdir(parents=True)
    (tmp_path / "cnn_helpers").mkdir()
    (results / "a.json").write_bytes(b"{}\n")
    (results / "a.png").write_bytes(b"no result that is read")
    listed = tmp_path / "cnn_helpers" / "experiment_results.json"
    assert list_results.main(["--check"], root=tmp_path) == 1
    assert not listed.exists()
    assert list_results.main([], root=tmp_path) == 0
    assert list(json.loads(listed.read_text(encoding="utf-8"))) == ["a.json"]
    assert list_results.main(["--check"], root=tmp_path) == 0
    (results / "a.json").write_bytes(b"{}\r\n")  # as Git may write it on Windows
    assert list_results.main(["--check"], root=tmp_path) == 0
    (results / "a.json").write_bytes(b"[]\n")
    assert list_results.main(["--check"], root=tmp_path) == 1
    assert "python tools/list_results.py" in capsys.readouterr().out


def test_a_result_too_large_for_a_reader_is_refused(tmp_path):
    (tmp_path / "experiments" / "results").mkdir(parents=True)
    (tmp_path / "experiments" / "results" / "w.npz").write_bytes(bytes(4_000_001))
    with pytest.raises(ValueError, match=r"w\.npz has 4,000,001 bytes"):
        list_results.listing(tmp_path)
