"""Faults, tried and survived: full and read-only disks, Ctrl-C, restarts, odd folders.

Many are shown beside the code they concern; `SHOWN_BY` says where each is.
"""

import ast
import contextlib
import errno
import functools
import hashlib
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import keeping
import nbformat
import numpy as np
import pytest
import refresh_notebooks
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from cnn_helpers import (
    _address,
    _downloads,
    _mnist_files,
    callbacks,
    experiment_results,
    layers,
    models,
)
from cnn_helpers.datasets import (
    DataUnavailableError,
    Digits,
    cache_directory,
    load_digits,
    load_mnist,
)

ROOT = Path(__file__).resolve().parents[1]
QUICK = "02_simple_and_complex_cells.ipynb"  # neither digits nor Keras
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit or user")

SHOWN_BY = {
    "no pickle is loaded": [
        "test_safety.py::test_the_code_loads_no_pickle_and_fetches_in_one_place",
        "test_safety.py::test_the_notebooks_load_no_pickle_and_fetch_nothing",
        "test_safety.py::test_objects_in_an_array_file_are_refused",
        "test_models_saving.py::test_a_pickle_is_not_opened",
        "test_models_saving.py::test_a_file_names_public_classes_and_nothing_else",
        "test_models_saving.py::test_random_damage_is_refused_by_name_or_does_no_harm",
        "test_experiments_records.py::test_code_inside_a_checkpoint_is_not_run",
    ],
    "downloads: HTTPS, checksums, whole or not at all, a limit": [
        "test_datasets.py::test_only_https_is_accepted",
        "test_datasets.py::test_a_redirect_is_not_followed",
        "test_safety.py::test_a_server_without_a_trusted_certificate_is_refused",
        "test_datasets.py::test_what_a_failing_mirror_sends_is_never_cached",
        "test_datasets.py::test_an_endless_answer_is_cut_off",
        "test_datasets.py::test_a_write_that_breaks_off_leaves_nothing",
        "test_datasets.py::test_ctrl_c_while_storing_leaves_nothing",
        "test_experiment_results.py::test_the_address_is_of_https",
        "test_experiment_results.py::test_a_wrong_answer_is_refused_and_not_cached",
    ],
    "pip-audit": ["test_safety.py::test_the_audit_fails_when_nothing_was_asked"],
    "a reader's input never becomes HTML": [
        "test_safety.py::test_markup_in_a_figure_s_names_stays_text",
        "test_safety.py::test_the_pages_scripts_make_no_markup_from_text",
        "book/test_browser.py::test_markup_in_an_address_stays_text",
        "test_explorables_bundle.py::test_attributes_and_data_cannot_leave_their_place",
        "test_explorables_bundle.py"
        "::test_a_script_makes_no_markup_from_text_and_fetches_nothing",
        "test_explorables_kernel.py::test_html_that_someone_types_stays_text",
        "test_explorables_film.py::test_html_in_a_sentence_stays_text",
    ],
    "no network": [
        "test_datasets.py::test_no_network_at_all",
        "test_experiment_results.py"
        "::test_without_network_the_error_names_file_and_address",
    ],
    "a network that stalls or sends middle a file": [
        "test_datasets.py::test_a_stalled_mirror_is_given_up",
        "test_datasets.py::test_a_dripping_mirror_is_given_up",
        "test_datasets.py::test_a_hanging_name_lookup_is_given_up",
        "test_datasets.py::test_a_failing_mirror_gives_way_to_the_next",
        "test_experiment_results.py::test_a_stalled_host_is_given_up",
        "test_experiment_results.py::test_a_failing_host_is_named_with_its_reason",
    ],
    "a mirror with wrong bytes": [
        "test_datasets.py::test_a_failing_mirror_gives_way_to_the_next",
        "test_datasets.py::test_what_a_failing_mirror_sends_is_never_cached",
    ],
    "a full disk while saving": [
        "test_faults.py::test_a_full_disk_leaves_the_old_file",
        "test_faults.py::test_a_full_cache_still_serves",
        "test_experiments_records.py::test_a_full_disk_leaves_the_last_checkpoint",
    ],
    "a read-only cache while saving": [
        "test_faults.py::test_a_read_only_folder_is_named",
        "test_faults.py::test_a_read_only_cache_still_serves",
        "test_faults.py::test_a_locked_cache_is_as_an_empty_one",
        "test_faults.py::test_a_locked_cache_still_serves_digits",
        "test_faults.py::test_a_locked_cache_still_serves_results",
        "test_faults.py::test_no_training_begins_where_nothing_can_be_kept",
    ],
    "two processes downloading at once": [
        "test_safety.py::test_two_processes_download_at_once",
        "test_datasets.py::test_what_another_process_stored_meanwhile_is_accepted",
    ],
    "Ctrl-C, then the same result": [
        "test_models.py::test_ctrl_c_keeps_weights_and_history",
        "test_faults.py::test_ctrl_c_in_fit_then_the_same_end",
        "test_faults.py::test_ctrl_c_while_saving_leaves_the_old_file",
        "test_faults.py::test_ctrl_c_in_an_experiment_then_the_same_end",
        "test_experiments_full_mnist.py"
        "::test_stopped_run_goes_on_and_ends_the_same",
        "test_experiments_records.py::test_a_stopped_run_ends_as_one_that_was_not",
    ],
    "a kernel restarted in the middle of a notebook": [
        "test_faults.py::test_a_restarted_kernel_says_what_is_missing"
    ],
    "a path with spaces and letters beyond ASCII": [
        "test_faults.py::test_a_notebook_runs_in_a_folder_of_any_name",
        "test_faults.py::test_files_are_kept_in_a_folder_of_any_name",
    ],
}  # fmt: skip


@pytest.mark.parametrize("line", SHOWN_BY)
def test_what_shows_a_line_is_there(line):
    for place in SHOWN_BY[line]:
        file, name = place.split("::")
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert name in names, place


# A disk that is full -----------------------------------------------------------------


@contextlib.contextmanager
def room_for(size):
    """Let no file grow beyond a size: the system itself refuses to write on."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def trained():
    """Return a small model that can be trained on."""
    model = models.Sequential(
        [layers.Input((6,)), layers.Dropout(0.2), layers.Dense(3, "softmax")], seed=0
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


WRITERS = {
    "model.npz": lambda path: trained().save(path),
    "result.json": lambda path: keeping.write_json(path, {"runs": [*range(300)]}),
    "notebook.ipynb": lambda path: refresh_notebooks.write_atomically(path, "x" * 999),
}


@POSIX
@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_leaves_the_old_file(tmp_path, name):
    """Wherever the writing stops: in the first byte, on the way, in the last."""
    path = tmp_path / name
    WRITERS[name](path)
    size = path.stat().st_size
    path.write_bytes(b"what stood there")
    for room in sorted({0, 1, size - 1, *range(0, size, -(-size // 12))}):
        with room_for(room), pytest.raises(OSError) as caught:
            WRITERS[name](path)
        assert caught.value.errno == errno.EFBIG, room
        assert path.read_bytes() == b"what stood there"
        assert list(tmp_path.iterdir()) == [path]
    with room_for(size):
        WRITERS[name](path)
    assert path.stat().st_size == size


@POSIX
@pytest.mark.parametrize("name", ["model.npz", "result.json"])
def test_the_error_of_a_full_disk_says_what_is_left(tmp_path, name):
    for rest in ("no part of it is there", "the older file is whole"):
        with room_for(100), pytest.raises(OSError) as caught:
            WRITERS[name](tmp_path / name)
        (note,) = caught.value.__notes__
        assert str(tmp_path / name) in note
        assert rest in note
        WRITERS[name](tmp_path / name)


@POSIX
@pytest.mark.parametrize("room", [0, 1, 50, 99])
def test_a_full_cache_still_serves(tmp_path, room):
    """A download that cannot be stored is used all the same, and a warning says so."""
    with room_for(room), pytest.warns(UserWarning, match="could not be stored"):
        _downloads.store(bytes(100), tmp_path / "mnist" / "file.gz")
    assert list((tmp_path / "mnist").iterdir()) == []


# A disk that may be read only --------------------------------------------------------


@contextlib.contextmanager
def ordinary_user():
    """Be someone who may not write everywhere, if this is the superuser.

    What is tried is done once before: Python itself may lie where only the superuser
    may read, and then nothing more can be imported.
    """
    superuser = hasattr(os, "geteuid") and os.geteuid() == 0
    if superuser:
        os.seteuid(65534)
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)


@pytest.fixture
def read_only():
    """Return a folder that an ordinary user may read and not write."""
    folder = Path(tempfile.mkdtemp()).resolve()
    (folder / "model.npz").write_bytes(b"what stood there")
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@POSIX
def test_a_read_only_folder_is_named(read_only, tmp_path):
    for name, write in WRITERS.items():
        write(tmp_path / name)
        with (
            ordinary_user(),
            pytest.raises(PermissionError, match=str(read_only)),
        ):
            write(read_only / "model.npz")
    model = trained()
    with ordinary_user(), pytest.raises(PermissionError) as caught:
        model.save(read_only / "model.npz")
    assert "the older file is whole" in caught.value.__notes__[0]
    assert (read_only / "model.npz").read_bytes() == b"what stood there"
    assert len(list(read_only.iterdir())) == 1


@POSIX
def test_a_read_only_cache_still_serves(read_only):
    for path in (read_only / "file.gz", read_only / "mnist" / "file.gz"):
        with (
            ordinary_user(),
            pytest.warns(UserWarning, match="could not be stored.*ermission denied"),
        ):
            _downloads.store(bytes(100), path)
    assert len(list(read_only.iterdir())) == 1


@pytest.fixture(params=["the cache itself", "a folder above it"])
def locked(request, monkeypatch):
    """Return a cache that an ordinary user may not even look into."""
    folder = Path(tempfile.mkdtemp()).resolve()
    cache = folder if request.param == "the cache itself" else folder / "home" / "cache"
    for part in ("mnist", "experiment_results"):
        (cache / part).mkdir(parents=True)
    folder.chmod(0o000)
    monkeypatch.setenv("CNN_HELPERS_CACHE", str(cache))
    monkeypatch.delenv("CNN_HELPERS_DATA", raising=False)
    monkeypatch.delenv("CNN_HELPERS_DIGITS", raising=False)
    yield cache
    folder.chmod(0o755)
    shutil.rmtree(folder)


@POSIX
def test_a_locked_cache_is_as_an_empty_one(locked, tmp_path, monkeypatch):
    monkeypatch.setattr(_mnist_files, "MIRRORS", ())
    load_digits(tmp_path)
    with ordinary_user():
        with pytest.raises(DataUnavailableError, match=str(locked / "mnist")):
            load_mnist()
        with pytest.raises(DataUnavailableError, match=str(locked / "mnist")):
            load_mnist(locked / "mnist")
        assert load_digits().name == "scikit-learn digits"


@POSIX
def test_a_locked_cache_still_serves_digits(locked, host, tmp_path, monkeypatch):
    labels = np.arange(10, dtype=np.uint8)
    content = bytes([0, 0, 8, 1, 0, 0, 0, 10]) + labels.tobytes()
    sha256 = hashlib.sha256(content).hexdigest()
    file = _mnist_files.MnistFile("labels", labels.shape, sha256)
    monkeypatch.setattr(_mnist_files, "MIRRORS", (host({"labels": content}).address,))
    _mnist_files.load(file, [], tmp_path)
    with (
        ordinary_user(),
        pytest.warns(UserWarning, match="could not be stored.*ermission denied"),
    ):
        loaded = _mnist_files.load(file, [], locked / "mnist")
    np.testing.assert_array_equal(loaded, labels)


@POSIX
def test_a_locked_cache_still_serves_results(locked, host, tmp_path, monkeypatch):
    """And the package lies in a folder of another user, as the cache does."""
    name = "measure_plateau.json"
    content = experiment_results.results_file(name).read_bytes()
    url = host({name: content}).address + "{repository}/{name}"
    monkeypatch.setattr(experiment_results, "URL", url)
    monkeypatch.setattr(_address, "REPOSITORY", "ada/eyes")
    monkeypatch.setattr(experiment_results, "PACKAGE", locked / "cnn_helpers")
    monkeypatch.chdir(tempfile.gettempdir())
    with monkeypatch.context() as patch:
        patch.setenv("CNN_HELPERS_CACHE", str(tmp_path))
        experiment_results.results_file(name)
    with ordinary_user():
        with pytest.warns(UserWarning, match="could not be stored.*ermission denied"):
            assert experiment_results.read_results(name) == json.loads(content)
        with (
            pytest.warns(UserWarning, match="could not be stored"),
            pytest.raises(DataUnavailableError, match=f"{locked}.*CNN_HELPERS_CACHE"),
        ):
            experiment_results.results_file(name)


@POSIX
def test_no_training_begins_where_nothing_can_be_kept(read_only):
    keeping.require_writable(tempfile.gettempdir())
    with ordinary_user(), pytest.raises(PermissionError) as caught:
        keeping.require_writable(tempfile.gettempdir(), read_only / "checkpoints")
    (note,) = caught.value.__notes__
    assert str(read_only) in note
    assert "CNN_HELPERS_CACHE" in note
    with room_for(100), pytest.raises(OSError, match="too large"):
        keeping.require_writable(tempfile.gettempdir())


@POSIX
@pytest.mark.parametrize(
    ("script", "loader"),
    [
        ("train_numpy_lenet", "train_numpy_lenet"),
        ("ablate_recipe", "command_line"),
        ("measure_examples", "command_line"),
        ("measure_plateau", "command_line"),
        ("measure_shifts", "command_line"),
    ],
)
def test_an_experiment_asks_before_it_trains(read_only, monkeypatch, script, loader):
    module = importlib.import_module(script)
    found, digits = importlib.import_module(loader), few_digits(10)
    monkeypatch.setattr(found, "load_mnist", lambda: digits)
    for name in ("train", "run_one"):
        monkeypatch.setattr(module, name, pytest.fail, raising=False)
    with ordinary_user(), pytest.raises(PermissionError, match=str(read_only)):
        module.main(["--results", str(read_only / "result.json")])


# Ctrl-C ------------------------------------------------------------------------------


def few_digits(count):
    """Return made-up digits: the label is the bright row."""
    rng = np.random.default_rng(0)
    labels = np.arange(count, dtype=np.uint8) % 10
    images = rng.integers(0, 90, (count, 28, 28))
    for image, label in zip(images, labels, strict=True):
        image[4 + 2 * label : 6 + 2 * label] = 250
    images = images.astype(np.uint8)
    return Digits(images, labels, images[:20], labels[:20], "made up")


@pytest.fixture
def listens_to_ctrl_c():
    """A process started in the background may ignore Ctrl-C: let it listen."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class KeepEpochs(callbacks.Callback):
    """Save the model after each epoch, as a reader may."""

    def __init__(self, path):
        super().__init__()
        self.path, self.stored = path, threading.Event()

    def on_epoch_end(self, epoch, logs=None):
        """Save it, and tell whoever waits for it."""
        self.model.save(self.path)
        if epoch == 2:
            self.stored.set()


@POSIX
@pytest.mark.usefixtures("listens_to_ctrl_c")
def test_ctrl_c_in_fit_then_the_same_end(tmp_path):
    """The same weights bit by bit, with shuffling and dropout."""
    rng = np.random.default_rng(1)
    images = rng.normal(size=(4096, 6)).astype(np.float32)
    labels = rng.integers(0, 3, 4096)
    keep = KeepEpochs(tmp_path / "model.npz")
    main = threading.main_thread().ident

    def press():
        if keep.stored.wait(60):
            signal.pthread_kill(main, signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()
    stopped = trained()
    with pytest.raises(KeyboardInterrupt):
        stopped.fit(images, labels, epochs=10_000, verbose=0, callbacks=[keep])
    resumed = models.load_model(tmp_path / "model.npz")
    done = resumed.optimizer.iterations // 128  # steps an epoch
    assert 3 <= done < 10_000
    epochs = done + 2
    resumed.fit(images, labels, epochs=epochs, initial_epoch=done, verbose=0)
    whole = trained()
    whole.fit(images, labels, epochs=epochs, verbose=0)
    for one, other in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert list(tmp_path.iterdir()) == [keep.path]


def test_ctrl_c_while_saving_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    trained().save(path)
    before = path.read_bytes()

    def interrupted(file, **arrays):
        file.write(b"half a file")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trained().save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


TRIAL = """
import signal, sys, time
import numpy as np
import train_numpy_lenet as script
from cnn_helpers.callbacks import Callback
from cnn_helpers.datasets import Digits

digits, results, wait = sys.argv[1:]
signal.signal(signal.SIGINT, signal.default_int_handler)
fit = script.models.Sequential.fit

class Wait(Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 4:
            print("in the midst", flush=True)
            time.sleep(60)

def fit_and_wait(model, *arguments, **keywords):
    waiting = [Wait()] if wait == "wait" and model.seed == 1 else []
    return fit(model, *arguments, callbacks=waiting, **keywords)

script.models.Sequential.fit = fit_and_wait
with np.load(digits, allow_pickle=False) as arrays:
    made_up = Digits(**arrays, name="made up")
script.load_mnist = lambda: made_up
script.main(["--seeds", "0", "1", "--epochs", "2", "--results", results])
"""


@POSIX
def test_ctrl_c_in_an_experiment_then_the_same_end(tmp_path):
    """A process of its own, stopped in the second of two seeds, then begun again."""
    digits = few_digits(400)._asdict()
    digits.pop("name")
    np.savez(tmp_path / "digits.npz", **digits)
    path = os.pathsep.join([str(ROOT / "experiments"), str(ROOT)])

    def begin(file, wait):
        return subprocess.Popen(
            [sys.executable, "-c", TRIAL, tmp_path / "digits.npz", file, wait],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": path},
        )

    def finish(file):
        process = begin(file, "do not wait")
        printed, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        runs = json.loads(file.read_text(encoding="utf-8"))["runs"]
        return [
            (run["seed"], run["history"], run["test_loss"]) for run in runs
        ], printed

    stopped, whole = tmp_path / "stopped.json", tmp_path / "whole.json"
    process = begin(stopped, "wait")
    assert any("in the midst" in line for line in process.stdout)
    process.send_signal(signal.SIGINT)
    assert "fit was interrupted in epoch 1 of 2" in process.communicate(timeout=300)[1]
    assert process.returncode
    assert [
        run["seed"] for run in json.loads(stopped.read_text(encoding="utf-8"))["runs"]
    ] == [0]
    resumed, printed = finish(stopped)
    assert "Seed 0" not in printed
    assert resumed == finish(whole)[0]
    assert len(list(tmp_path.iterdir())) == 3


# A kernel that is restarted ----------------------------------------------------------


def text_outputs(cell):
    """Return what a cell printed or returned as text."""
    texts = [output.get("text") for output in cell.outputs]
    texts += [output.get("data", {}).get("text/plain") for output in cell.outputs]
    return [text for text in texts if text]


def test_a_restarted_kernel_says_what_is_missing():
    """The next cell names what it lacks, the book what to do; from the top it runs."""
    path = ROOT / "notebooks" / QUICK
    notebook = nbformat.read(path, as_version=4)
    stored = nbformat.read(path, as_version=4)
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    middle = code[9]
    client = NotebookClient(
        notebook,
        km=refresh_notebooks.AsyncKernelManager(
            kernel_spec_manager=refresh_notebooks.ThisEnvironment()
        ),
        timeout=120,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.owns_km = True  # stop the kernel at the end

    def run(first, last):
        for place in range(first, last):
            client.execute_cell(notebook.cells[place], place)

    def missing(place):
        """Return the name that a cell says it lacks."""
        with pytest.raises(CellExecutionError) as caught:
            run(place, place + 1)
        assert caught.value.ename == "NameError"
        return re.fullmatch("name '(.+)' is not defined", caught.value.evalue)[1]

    def made_by(places):
        """Return the names that some cells make."""
        text = "\n".join(notebook.cells[place].source for place in places)
        nodes = [node for node in ast.walk(ast.parse(text)) if hasattr(node, "ctx")]
        return {node.id for node in nodes if isinstance(node.ctx, ast.Store)
                and isinstance(node, ast.Name)}  # fmt: skip

    with client.setup_kernel(stderr=subprocess.DEVNULL):
        run(0, middle)
        run_sync(client.km.restart_kernel)(now=True)
        run_sync(client.kc.wait_for_ready)(timeout=60)
        assert missing(middle) == "np"
        run(0, code[2])  # Setup alone
        assert missing(middle) in made_by(place for place in code if place < middle)
        run(0, middle + 1)
    printed, before = (
        [text_outputs(book.cells[place]) for place in code if place <= middle]
        for book in (notebook, stored)
    )
    assert printed == before
    assert sum(map(bool, printed)) > 5
    help_page = (ROOT / "book" / "how_to_use.md").read_text(encoding="utf-8")
    assert "`NameError: name '...' is not defined`" in help_page
    assert "Run All Above Selected Cell" in help_page


# Folders of any name -----------------------------------------------------------------

ANY_NAME = "Übung 1, für Zoë (数字) & Co"


def test_files_are_kept_in_a_folder_of_any_name(tmp_path, monkeypatch):
    folder = tmp_path / ANY_NAME
    folder.mkdir()
    model = trained()
    model.save(folder / "Modell é.npz")
    again = models.load_model(folder / "Modell é.npz")
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
    keeping.write_json(folder / "ä" / "result.json", {"name": "Zoë"})
    assert keeping.read_json(folder / "ä" / "result.json") == {"name": "Zoë"}
    monkeypatch.setenv("CNN_HELPERS_CACHE", str(folder))
    assert cache_directory() == folder
    _downloads.store(b"content", cache_directory() / "mnist" / "file")
    assert (folder / "mnist" / "file").read_bytes() == b"content"
    keeping.require_writable(folder / "new ö")


def test_a_notebook_runs_in_a_folder_of_any_name(tmp_path):
    """A copy of the checkout there: its refresh, its kernel and its package."""
    home = tmp_path / ANY_NAME
    for part in ("cnn_helpers", "tools"):
        shutil.copytree(ROOT / part, home / part)
    stored = nbformat.read(ROOT / "notebooks" / QUICK, as_version=4)
    notebook = nbformat.read(ROOT / "notebooks" / QUICK, as_version=4)
    notebook.cells = notebook.cells[:12]
    where = "import cnn_helpers; print(cnn_helpers.__file__)"
    notebook.cells.append(nbformat.v4.new_code_cell(where))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    path = home / "notebooks" / "02 é.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    code = "import sys, refresh_notebooks as r; r.require_mnist = lambda: None;"
    code += "sys.exit(r.main(sys.argv[1:]))"
    paths = [str(home), str(home / "tools")]
    done = subprocess.run(
        [sys.executable, "-c", code, path],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=home,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ran = nbformat.read(path, as_version=4)
    assert text_outputs(ran.cells[-1]) == [f"{home / 'cnn_helpers' / '__init__.py'}\n"]
    for one, other in zip(ran.cells[:-1], stored.cells, strict=False):
        if one.cell_type == "code":
            assert text_outputs(one) == text_outputs(other)
            assert len(one.outputs) == len(other.outputs)


# What the book says of all this ------------------------------------------------------

FOREIGN = {  # of Python, pip, make, the system, TensorFlow
    "ensurepip is not available",
    "make: command not found",
    "'make' is not recognized",
    "No matching distribution found for tensorflow",
    "No space left on device",
    "ModuleNotFoundError: No module named 'cnn_helpers'",
    "ModuleNotFoundError: No module named 'tensorflow'",
    "NameError: name '...' is not defined",
    "KeyboardInterrupt",
    "Could not find cuda drivers on your machine",
    "Killed",
    "$x$",
    "\\(x\\)",
}


@functools.cache
def texts_of_the_code():
    """Return the texts of the package and the tools, f-strings in their parts."""
    sources = [*(ROOT / "cnn_helpers").rglob("*.py"), *(ROOT / "tools").glob("*.py")]
    nodes = [
        node
        for source in sources
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
    ]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return [" ".join(text.split()) for text in texts if isinstance(text, str)]


def messages_explained():
    """Return the messages that the help page explains."""
    page = (ROOT / "book" / "how_to_use.md").read_text(encoding="utf-8")
    terms = re.findall(r"^(?!:)(.+)\n: ", page[page.index("## When something goes") :],
                       re.MULTILINE)  # fmt: skip
    return [message for term in terms for message in re.findall("`([^`]+)`", term)]


@pytest.mark.parametrize("message", messages_explained())
def test_a_message_that_the_book_explains_is_one_of_ours(message):
    """At least three words in a row of it stand in the code."""
    if message in FOREIGN:
        return
    words = message.split()
    runs = [" ".join(words[i : i + 3]) for i in range(len(words) - 2)]
    assert any(run in text for run in runs for text in texts_of_the_code())
