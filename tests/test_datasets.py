"""MNIST's files: found, fetched, refused; the stand-in digits; the photographs."""

import gzip
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from cnn_helpers import _downloads, _mnist_files, datasets
from cnn_helpers._mnist_files import MnistFile
from cnn_helpers.datasets import DataUnavailableError, Digits, load_digits, load_mnist

RNG = np.random.default_rng(0)
NAMES = [file.name for file in _mnist_files.FILES]
ARRAYS = [
    RNG.integers(0, 256, (6, 4, 5)).astype(np.uint8),
    RNG.integers(0, 10, 6).astype(np.uint8),
    RNG.integers(0, 256, (3, 4, 5)).astype(np.uint8),
    RNG.integers(0, 10, 3).astype(np.uint8),
]


def idx(array):
    """Return an array's IDX file: magic number, lengths, bytes."""
    lengths = b"".join(length.to_bytes(4, "big") for length in array.shape)
    return bytes([0, 0, 8, array.ndim]) + lengths + array.tobytes()


PLAIN = [idx(array) for array in ARRAYS]
ZIPPED = [gzip.compress(content, mtime=0) for content in PLAIN]


@pytest.fixture(autouse=True)
def small_mnist(monkeypatch, tmp_path):
    """Put small files in MNIST's place; no environment, no mirror, a cache of ours."""
    files = tuple(
        MnistFile(name, array.shape, hashlib.sha256(content).hexdigest())
        for name, array, content in zip(NAMES, ARRAYS, PLAIN, strict=True)
    )
    monkeypatch.setattr(_mnist_files, "FILES", files)
    monkeypatch.setattr(_mnist_files, "MIRRORS", ())
    monkeypatch.delenv("CNN_HELPERS_DATA", raising=False)
    monkeypatch.delenv("CNN_HELPERS_DIGITS", raising=False)
    monkeypatch.setenv("CNN_HELPERS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(_downloads, "PATIENCE", 0.5)


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "mnist"


def write(folder, contents=ZIPPED, names=NAMES):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in zip(names, contents, strict=True):
        (folder / name).write_bytes(content)
    return folder


def assert_is_mnist(digits):
    assert digits.name == "MNIST"
    for actual, expected in zip(digits[:4], ARRAYS, strict=True):
        assert actual.dtype == np.uint8
        np.testing.assert_array_equal(actual, expected)


@pytest.fixture
def mirror(host, monkeypatch):
    """Return a function that adds a mirror on the loopback."""

    def start(answers):
        server = host(answers)
        mirrors = (*_mnist_files.MIRRORS, server.address + "mnist/")
        monkeypatch.setattr(_mnist_files, "MIRRORS", mirrors)
        return server

    return start


GOOD = dict(zip(NAMES, ZIPPED, strict=True))


# where it is looked for


@pytest.mark.parametrize("as_text", [False, True])
def test_a_directory_of_zipped_files(tmp_path, as_text):
    folder = write(tmp_path / "given")
    assert_is_mnist(load_mnist(str(folder) if as_text else folder))


def test_plain_files_are_accepted_under_either_name(tmp_path):
    plain_names = [name.removesuffix(".gz") for name in NAMES]
    assert_is_mnist(load_mnist(write(tmp_path / "plain", PLAIN, plain_names)))
    assert_is_mnist(load_mnist(write(tmp_path / "misnamed", PLAIN, NAMES)))


def test_the_arrays_can_be_written_to(tmp_path):
    digits = load_mnist(write(tmp_path / "given"))
    digits.x_train[:] = 0


def test_a_directory_is_the_only_place(tmp_path, cache, monkeypatch, mirror):
    server = mirror(GOOD)
    write(cache)
    monkeypatch.setenv("CNN_HELPERS_DATA", str(write(tmp_path / "d" / "mnist").parent))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataUnavailableError, match=NAMES[0]) as caught:
        load_mnist(tmp_path / "empty")
    assert str(tmp_path / "empty") in str(caught.value)
    assert server.asked == []


def test_a_directory_that_does_not_exist(tmp_path):
    with pytest.raises(DataUnavailableError, match="nowhere"):
        load_mnist(tmp_path / "nowhere")


@pytest.mark.parametrize("missing", NAMES)
def test_the_missing_file_is_named(tmp_path, missing):
    (write(tmp_path / "given") / missing).unlink()
    with pytest.raises(DataUnavailableError, match=missing):
        load_mnist(tmp_path / "given")


def test_the_environments_folder_comes_before_the_cache(tmp_path, cache, monkeypatch):
    write(tmp_path / "data" / "mnist")
    write(cache, [b"not looked at"] * 4)
    monkeypatch.setenv("CNN_HELPERS_DATA", str(tmp_path / "data"))
    assert_is_mnist(load_mnist())


def test_the_cache_serves_what_the_environments_folder_lacks(
    tmp_path, cache, monkeypatch
):
    (tmp_path / "data" / "mnist").mkdir(parents=True)
    write(cache)
    monkeypatch.setenv("CNN_HELPERS_DATA", str(tmp_path / "data"))
    assert_is_mnist(load_mnist())


# what is refused


def corrupt(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]


REFUSED = {
    "empty": (b"", "another header"),
    "zipped, truncated": (ZIPPED[0][:-20], "truncated: its end"),
    "zipped, last byte missing": (ZIPPED[0][:-1], "truncated: its end"),
    "zipped, one byte changed": (corrupt(ZIPPED[0]), "cannot be unzipped"),
    "zipped header alone": (ZIPPED[0][:10], "truncated: its end"),
    "plain, truncated": (PLAIN[0][:-1], "truncated"),
    "plain, header alone": (PLAIN[0][:16], "truncated"),
    "plain, one byte changed": (corrupt(PLAIN[0]), "checksum"),
    "plain, too long": (PLAIN[0] + b"\0", "does not end"),
    "zipped, too long": (gzip.compress(PLAIN[0] + b"\0"), "does not end"),
    "another of the four": (ZIPPED[2], "another header"),
    "same layout, other digits": (
        gzip.compress(idx(ARRAYS[0][::-1])),
        "checksum is not MNIST's",
    ),
    "an HTML page": (b"<!doctype html><title>Log in to the network</title>", "header"),
    "a gzipped bomb": (gzip.compress(PLAIN[0][:16] + bytes(10**8)), "does not end"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_file_is_refused_by_name(tmp_path, content, reason):
    folder = write(tmp_path / "given")
    (folder / NAMES[0]).write_bytes(content)
    with pytest.raises(DataUnavailableError, match=reason) as caught:
        load_mnist(folder)
    assert str(folder / NAMES[0]) in str(caught.value)


def test_a_wrong_file_in_the_environments_folder_is_refused(tmp_path, monkeypatch):
    folder = write(tmp_path / "data" / "mnist")
    (folder / NAMES[3]).write_bytes(corrupt(ZIPPED[3]))
    monkeypatch.setenv("CNN_HELPERS_DATA", str(tmp_path / "data"))
    with pytest.raises(DataUnavailableError, match=NAMES[3]):
        load_mnist()


def test_a_folder_under_the_files_name_is_not_a_file(tmp_path):
    (tmp_path / "given" / NAMES[0]).mkdir(parents=True)
    with pytest.raises(DataUnavailableError, match=NAMES[0]):
        load_mnist(tmp_path / "given")


def test_a_wrong_cached_file_is_named_when_no_mirror_helps(cache):
    write(cache)
    (cache / NAMES[1]).write_bytes(ZIPPED[1][:-5])
    with pytest.raises(DataUnavailableError, match="in the cache is refused") as caught:
        load_mnist()
    assert str(cache / NAMES[1]) in str(caught.value)


def test_a_wrong_cached_file_is_replaced(cache, mirror):
    server = mirror(GOOD)
    write(cache)
    (cache / NAMES[1]).write_bytes(ZIPPED[1][:-5])
    assert_is_mnist(load_mnist())
    assert server.asked == [NAMES[1]]
    assert (cache / NAMES[1]).read_bytes() == ZIPPED[1]


# the mirrors


def test_a_download_is_cached_and_not_repeated(cache, mirror):
    server = mirror(GOOD)
    assert_is_mnist(load_mnist())
    assert_is_mnist(load_mnist())
    assert server.asked == NAMES
    assert sorted(path.name for path in cache.iterdir()) == sorted(NAMES)


def answer_with_error(handler):
    handler.send_error(503)


def hang_up(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)


def break_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(ZIPPED[0][:20])


def redirect(handler):
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:9/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


FAILING = {
    "missing": None,
    "an error": answer_with_error,
    "hangs up": hang_up,
    "breaks off": break_off,
    "redirects": redirect,
    **{f"sends: {name}": content for name, (content, _) in REFUSED.items()},
}


@pytest.mark.parametrize("answer", FAILING.values(), ids=FAILING)
def test_a_failing_mirror_gives_way_to_the_next(cache, mirror, answer):
    first, second = mirror({**GOOD, NAMES[0]: answer}), mirror(GOOD)
    assert_is_mnist(load_mnist())
    assert first.asked == NAMES
    assert second.asked == NAMES[:1]
    assert (cache / NAMES[0]).read_bytes() == ZIPPED[0]


@pytest.mark.parametrize("answer", FAILING.values(), ids=FAILING)
def test_what_a_failing_mirror_sends_is_never_cached(cache, mirror, answer):
    mirror({NAMES[0]: answer})
    with pytest.raises(DataUnavailableError, match=NAMES[0]) as caught:
        load_mnist()
    assert _mnist_files.MIRRORS[0] in str(caught.value)
    assert not cache.exists() or not list(cache.iterdir())


def test_a_redirect_is_not_followed(mirror):
    other = mirror(GOOD)

    def redirect_to_other(handler):
        handler.send_response(302)
        handler.send_header("Location", f"{addresses[0]}{NAMES[0]}")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    mirror({**GOOD, NAMES[0]: redirect_to_other})
    addresses = _mnist_files.MIRRORS
    _mnist_files.MIRRORS = addresses[1:]  # monkeypatch restores it
    with pytest.raises(DataUnavailableError, match=NAMES[0]):
        load_mnist()
    assert other.asked == []


def test_the_error_names_every_mirror_and_reason(mirror):
    mirror({})
    mirror({NAMES[0]: b"<html>"})
    with pytest.raises(DataUnavailableError) as caught:
        load_mnist()
    text = str(caught.value)
    assert all(address in text for address in _mnist_files.MIRRORS)
    assert "status 404" in text
    assert "another header" in text
    assert "\n" not in text


def test_an_endless_answer_is_cut_off(mirror, monkeypatch):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(bytes(1 << 16))

    monkeypatch.setattr(_mnist_files, "MAX_DOWNLOAD", 1 << 18)
    mirror({NAMES[0]: endless})
    with pytest.raises(DataUnavailableError, match="more than 262,144 bytes"):
        load_mnist()


@pytest.mark.parametrize("before_stalling", [b"", ZIPPED[0][:20]])
@pytest.mark.usefixtures("impatient")
def test_a_stalled_mirror_is_given_up(mirror, before_stalling):
    released = threading.Event()

    def stall(handler):
        if before_stalling:
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            handler.wfile.write(before_stalling)
        released.wait(60)

    mirror({NAMES[0]: stall})
    mirror(GOOD)
    start = time.monotonic()
    assert_is_mnist(load_mnist())
    assert time.monotonic() - start < 15
    released.set()


@pytest.mark.parametrize(
    ("header", "parcel", "reason"),
    [
        (("Content-Length", "1000"), b"%c", r"no answer for 0\.5 seconds"),
        (
            ("Transfer-Encoding", "chunked"),
            b"1\r\n%c\r\n",
            r"fewer than 16,384 bytes came in 0\.5 seconds",
        ),
    ],
    ids=["with its length", "chunked"],
)
@pytest.mark.usefixtures("impatient")
def test_a_dripping_mirror_is_given_up(mirror, header, parcel, reason):
    released = threading.Event()

    def drip(handler):
        handler.send_response(200)
        handler.send_header(*header)
        handler.end_headers()
        for byte in ZIPPED[0]:
            if released.wait(0.1):
                return
            handler.wfile.write(parcel % byte)

    mirror({NAMES[0]: drip})
    start = time.monotonic()
    with pytest.raises(DataUnavailableError, match=reason):
        load_mnist()
    assert time.monotonic() - start < 15
    released.set()


@pytest.mark.usefixtures("impatient")
def test_a_slow_mirror_that_keeps_the_pace_is_waited_for(host):
    """It takes longer in all than a host may be silent."""
    step = bytes(_downloads.STEP)

    def send(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for _ in range(8):
            time.sleep(0.1)
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(step), step))
        handler.wfile.write(b"0\r\n\r\n")

    server = host({"file": send})
    assert _downloads.fetch(server.address + "file", 1 << 20) == 8 * step


@pytest.mark.usefixtures("impatient")
def test_a_hanging_name_lookup_is_given_up(monkeypatch):
    released = threading.Event()

    def hang(*args, **kwargs):
        released.wait(60)
        raise socket.gaierror("released")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(_mnist_files, "MIRRORS", ("https://mnist.invalid/",))
    start = time.monotonic()
    with pytest.raises(DataUnavailableError, match="no answer"):
        load_mnist()
    assert time.monotonic() - start < 15
    released.set()


def test_no_network_at_all(monkeypatch, capsys):
    def refuse(*args, **kwargs):
        raise socket.gaierror("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    addresses = ("https://one.invalid/", "https://two.invalid/")
    monkeypatch.setattr(_mnist_files, "MIRRORS", addresses)
    digits = load_digits()
    assert digits.name == "scikit-learn digits"
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert "no connection" in lines[0]
    assert all(address in lines[0] for address in addresses)


@pytest.mark.parametrize("address", ["http://a.invalid/", "ftp://a.invalid/", "file:"])
def test_only_https_is_accepted(monkeypatch, address):
    monkeypatch.setattr(_mnist_files, "MIRRORS", (address,))
    with pytest.raises(DataUnavailableError, match="not an HTTPS address"):
        load_mnist()


def test_a_cache_that_cannot_be_written_still_serves(cache, mirror, monkeypatch):
    server = mirror(GOOD)

    def refuse(*args, **kwargs):
        raise PermissionError("read-only")

    monkeypatch.setattr(_downloads.tempfile, "NamedTemporaryFile", refuse)
    with pytest.warns(UserWarning, match="could not be stored"):
        assert_is_mnist(load_mnist())
    assert server.asked == NAMES
    assert list(cache.iterdir()) == []


def test_a_read_only_folder_as_cache(tmp_path, mirror, monkeypatch):
    mirror(GOOD)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    monkeypatch.setenv("CNN_HELPERS_CACHE", str(blocked))
    with pytest.warns(UserWarning, match="could not be stored"):
        assert_is_mnist(load_mnist())


def test_a_write_that_breaks_off_leaves_nothing(cache, mirror, monkeypatch):
    mirror(GOOD)

    def full(*args):
        raise OSError("no space left")

    monkeypatch.setattr(_downloads.os, "replace", full)
    with pytest.warns(UserWarning, match="no space left"):
        assert_is_mnist(load_mnist())
    assert list(cache.iterdir()) == []


@pytest.fixture
def refused_rename(monkeypatch):
    """Return a function that lets renaming be refused, as on Windows."""

    def start(before_refusing=lambda: None):
        def refuse(temporary, path):
            before_refusing()
            raise PermissionError("another process has it")

        monkeypatch.setattr(_downloads.os, "replace", refuse)

    return start


def test_what_another_process_stored_meanwhile_is_accepted(tmp_path, refused_rename):
    """No warning: warnings are errors in these tests."""
    path = tmp_path / "file.gz"
    refused_rename(lambda: path.write_bytes(b"content"))
    _downloads.store(b"content", path)
    assert path.read_bytes() == b"content"
    assert list(tmp_path.iterdir()) == [path]


def test_what_another_process_is_still_storing_is_waited_for(
    tmp_path, refused_rename, monkeypatch
):
    path = tmp_path / "file.gz"
    refused_rename()
    waits = []

    def wait(seconds):
        waits.append(seconds)
        if seconds:
            path.write_bytes(b"content")

    monkeypatch.setattr(_downloads.time, "sleep", wait)
    _downloads.store(b"content", path)
    assert sum(waits) < 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("there", [None, b"other content"])
def test_a_refused_rename_onto_other_bytes_is_told(tmp_path, refused_rename, there):
    path = tmp_path / "file.gz"
    if there is not None:
        path.write_bytes(there)
    refused_rename()
    with pytest.warns(UserWarning, match=r"could not be stored \(another process"):
        _downloads.store(b"content", path)
    assert [entry.read_bytes() for entry in tmp_path.iterdir()] == [there] * bool(there)


def test_ctrl_c_while_storing_leaves_nothing(cache, mirror, monkeypatch):
    mirror(GOOD)

    def stopped(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(_downloads.os, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        load_mnist()
    assert list(cache.iterdir()) == []


def test_the_published_constants():
    """The real names, sizes and checksums, which the fixture replaced."""
    script = (
        "from cnn_helpers._downloads import SCHEMES\n"
        "from cnn_helpers._mnist_files import FILES, MIRRORS\n"
        "print(*[f.decoded_size for f in FILES], FILES[0].header.hex(), *MIRRORS)\n"
        "assert SCHEMES == ('https://',)\n"
        "assert len({f.sha256 for f in FILES}) == 4\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout.split() == [
        "47040016",
        "60008",
        "7840016",
        "10008",
        "000008030000ea600000001c0000001c",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ]


# MNIST itself, where it is at hand

REAL = Path(os.environ.get("CNN_HELPERS_DATA", "")) / "mnist"


@pytest.mark.skipif(not (REAL / NAMES[0]).is_file(), reason="MNIST is not at hand")
def test_real_mnist(monkeypatch):
    monkeypatch.undo()
    digits = load_mnist(REAL)
    assert digits.x_train.shape == (60_000, 28, 28)
    assert digits.x_test.shape == (10_000, 28, 28)
    assert digits.y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert digits.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert [array.dtype for array in digits[:4]] == [np.uint8] * 4


# the stand-in


@pytest.fixture
def stand_in(monkeypatch):
    monkeypatch.setenv("CNN_HELPERS_DIGITS", "sklearn")
    return load_digits()


def test_the_stand_in_has_mnists_layout(stand_in, capsys):
    assert isinstance(stand_in, Digits)
    assert stand_in.name == "scikit-learn digits"
    assert stand_in.x_train.shape == (1500, 28, 28)
    assert stand_in.x_test.shape == (297, 28, 28)
    assert [array.dtype for array in stand_in[:4]] == [np.uint8] * 4
    assert set(stand_in.y_train) == set(stand_in.y_test) == set(range(10))
    assert stand_in.x_train.min() == 0
    assert stand_in.x_train.max() == 255


def test_the_stand_in_lies_in_mnists_margin(stand_in):
    images = np.concatenate([stand_in.x_train, stand_in.x_test])
    assert not images[:, :4].any()
    assert not images[:, 24:].any()
    assert not images[:, :, :4].any()
    assert not images[:, :, 24:].any()


def test_the_stand_in_is_scikit_learns_in_order(stand_in):
    from sklearn.datasets import load_digits as load_small

    small, labels = load_small(return_X_y=True)
    assert stand_in.y_train.tolist() == labels[:1500].tolist()
    assert stand_in.y_test.tolist() == labels[1500:].tolist()
    ink = stand_in.x_train[:, 4:24, 4:24].mean((1, 2)) / 255
    np.testing.assert_allclose(ink, small[:1500].mean(1) / 16, atol=0.02)


def test_the_stand_in_says_so_in_one_line(monkeypatch, capsys):
    monkeypatch.setenv("CNN_HELPERS_DIGITS", "sklearn")
    load_digits()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Using scikit-learn's 1,797 digits in place of MNIST:")


def test_mnist_is_served_silently(tmp_path, capsys):
    assert_is_mnist(load_digits(write(tmp_path / "given")))
    assert capsys.readouterr().out == ""


def test_load_digits_tells_of_a_damaged_file(tmp_path, capsys):
    folder = write(tmp_path / "given")
    (folder / NAMES[2]).write_bytes(corrupt(PLAIN[2]))
    assert load_digits(folder).name == "scikit-learn digits"
    assert str(folder / NAMES[2]) in capsys.readouterr().out


def test_load_mnist_gives_up_at_once_when_sklearn_is_asked(monkeypatch, cache, mirror):
    server = mirror(GOOD)
    write(cache)
    monkeypatch.setenv("CNN_HELPERS_DIGITS", "sklearn")
    with pytest.raises(DataUnavailableError, match=NAMES[0]):
        load_mnist()
    assert server.asked == []


# the cache's place


def test_the_environment_moves_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("CNN_HELPERS_CACHE", str(tmp_path / "elsewhere"))
    assert datasets.cache_directory() == tmp_path / "elsewhere"
    assert not (tmp_path / "elsewhere").exists()


def test_the_cache_is_the_systems_without_it(monkeypatch):
    monkeypatch.delenv("CNN_HELPERS_CACHE")
    path = datasets.cache_directory()
    assert path.is_absolute()
    assert path.name == "cnn_helpers"


# the photographs


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize(
    ("load", "shape"),
    [
        (datasets.cat, (300, 451, 3)),
        (lambda: datasets.cat(gray=True), (300, 451)),
        (lambda: datasets.cat(gray=True, shrink=2), (150, 225)),
        (lambda: datasets.cat(shrink=4), (75, 112, 3)),
        (datasets.portrait, (512, 512, 3)),
        (lambda: datasets.portrait(gray=True), (512, 512)),
        (datasets.coins, (303, 384)),
        (lambda: datasets.surface("brick"), (512, 512)),
        (lambda: datasets.surface("grass", shrink=8), (64, 64)),
        (lambda: datasets.surface("gravel"), (512, 512)),
        (datasets.faces, (100, 25, 25)),
    ],
)
def test_photographs_need_no_network(no_network, load, shape):
    image = load()
    assert image.shape == shape
    assert image.dtype == np.uint8
    assert image.std() > 10
    assert image.max() > 150
    image[:] = 0  # the next reader's is untouched
    assert load().any()


def test_shrink_takes_the_mean_of_blocks():
    photo, small = datasets.cat(), datasets.cat(shrink=3)
    assert small[4, 7, 1] == np.rint(photo[12:15, 21:24, 1].mean())


def test_gray_is_the_brightness():
    color, gray = datasets.cat(), datasets.cat(gray=True)
    weights = np.array([0.2125, 0.7154, 0.0721])  # of scikit-image, ITU-R BT.709
    np.testing.assert_allclose(gray, color @ weights, atol=0.51)


@pytest.mark.parametrize(
    ("shrink", "error"), [(0, ValueError), (301, ValueError), (2.5, TypeError)]
)
def test_a_wrong_shrink_is_refused(shrink, error):
    with pytest.raises(error, match="shrink"):
        datasets.cat(shrink=shrink)


def test_an_unknown_surface_is_refused():
    with pytest.raises(ValueError, match="'sand'"):
        datasets.surface("sand")


def test_a_missing_photograph_is_named(monkeypatch, tmp_path):
    import skimage

    monkeypatch.setattr(skimage, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(DataUnavailableError, match=r"chelsea\.png"):
        datasets.cat()


def test_no_warning_escapes_a_usual_load(tmp_path):
    folder = write(tmp_path / "given")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_mnist(folder)
