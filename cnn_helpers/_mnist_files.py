"""MNIST's four files: found, fetched, decoded and verified."""

import contextlib
import hashlib
import io
import os
import tempfile
import threading
import time
import warnings
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
SCHEMES = ("https://",)
PATIENCE = 8.0  # seconds without a byte after which a mirror is given up
MAX_DOWNLOAD = 16_000_000  # bytes; the largest of the files has 9.9 million


class DataUnavailableError(RuntimeError):
    """A data file is missing and cannot be fetched, or is not what it should be."""


class MnistFile(NamedTuple):
    """What is known of a file: its name, its array's shape, its checksum."""

    name: str
    shape: tuple
    sha256: str  # of the decoded bytes, header included

    @property
    def header(self):
        """The IDX header: two zeros, 8 for bytes, the rank, each length."""
        lengths = b"".join(length.to_bytes(4, "big") for length in self.shape)
        return bytes([0, 0, 8, len(self.shape)]) + lengths

    @property
    def decoded_size(self):
        """Bytes of the decoded file."""
        return len(self.header) + int(np.prod(self.shape))


FILES = (
    MnistFile(
        "train-images-idx3-ubyte.gz",
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    MnistFile(
        "train-labels-idx1-ubyte.gz",
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    MnistFile(
        "t10k-images-idx3-ubyte.gz",
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    MnistFile(
        "t10k-labels-idx1-ubyte.gz",
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)


def load(file, folders, cache):
    """Return a file's array from the first place that has it.

    Parameters
    ----------
    file : MnistFile
    folders : sequence of pathlib.Path
        Looked in first; a wrong file there is an error.
    cache : pathlib.Path or None
        Looked in next, then filled by a download. A wrong file there is replaced. With
        None there is no download.

    Returns
    -------
    numpy.ndarray of uint8

    Raises
    ------
    DataUnavailableError
        If no place has the file, or a folder holds a wrong one.
    """
    for folder in folders:
        path = _find(file, folder)
        if path is not None:
            return _read(file, path)
    missing = f"{file.name} is not in {' or '.join(map(str, folders)) or 'a folder'}"
    if cache is None:
        raise DataUnavailableError(missing)
    path = _find(file, cache)
    found = f"is not in {' or '.join(map(str, [*folders, cache]))}"
    if path is not None:
        try:
            return _read(file, path)
        except DataUnavailableError as error:
            found = f"in the cache is refused ({error})"
    return _download(file, cache, found)


def decode(file, content, source):
    """Return the array of an IDX file, gzipped or plain, after verifying it.

    Parameters
    ----------
    file : MnistFile
    content : bytes
    source : str
        What an error calls the content.

    Returns
    -------
    numpy.ndarray of uint8

    Raises
    ------
    DataUnavailableError
        If the content is truncated, damaged or another file.
    """
    size = file.decoded_size
    if content[:2] == b"\x1f\x8b":
        content = _unzip(content, size + 1, source)
    expected = f"the IDX file with an array of shape {file.shape}"
    if not content or not content.startswith(file.header[: len(content)]):
        raise DataUnavailableError(f"{source} is not {expected}: another header")
    if len(content) < size:
        raise DataUnavailableError(
            f"{source} is truncated: it holds {len(content):,} of {size:,} bytes"
        )
    if len(content) > size:
        raise DataUnavailableError(
            f"{source} is damaged: it does not end where {expected} ends"
        )
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DataUnavailableError(
            f"{source} is damaged or foreign: its checksum is not MNIST's"
        )
    array = np.frombuffer(content, np.uint8, offset=len(file.header))
    return array.reshape(file.shape).copy()  # a copy can be written to


def _unzip(content, limit, source):
    """Return the decoded bytes, at most `limit`."""
    decoder = zlib.decompressobj(wbits=31)  # 31: gzip, whose end holds a checksum
    try:
        result = decoder.decompress(content, limit)
    except zlib.error as error:
        raise DataUnavailableError(
            f"{source} is damaged: it cannot be unzipped ({error})"
        ) from error
    if len(result) < limit and not decoder.eof:
        raise DataUnavailableError(
            f"{source} is truncated: its end is missing ({len(result):,} bytes could "
            "be unzipped)"
        )
    return result


def _find(file, folder):
    """Return the path of a file in a folder, gzipped or plain, or None."""
    for name in (file.name, file.name.removesuffix(".gz")):
        if (folder / name).is_file():
            return folder / name
    return None


def _read(file, path):
    """Return the verified array of a file on disk."""
    limit = max(MAX_DOWNLOAD, file.decoded_size) + 1
    try:
        with path.open("rb") as stream:
            content = stream.read(limit)
    except OSError as error:
        raise DataUnavailableError(f"{path} cannot be read: {error}") from error
    return decode(file, content, str(path))


def _download(file, cache, found):
    """Fetch a file from the mirrors in turn, verify it, store it."""
    failures = []
    for mirror in MIRRORS:
        try:
            content = _fetch(mirror + file.name)
            array = decode(file, content, "what it sent")
        except Exception as error:
            # whatever a mirror does, the next one is tried; the reasons are reported
            failures.append(f"{mirror} ({_reason(error)})")
        else:
            _store(content, cache / file.name)
            return array
    raise DataUnavailableError(
        f"{file.name} {found}, and no mirror delivered it: {'; '.join(failures)}"
    )


def _reason(error):
    """Return in a few words why a mirror failed."""
    import requests

    if isinstance(error, requests.HTTPError):
        return f"it answered with status {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return f"no answer for {PATIENCE:g} seconds"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return " ".join(str(error).split())[:200]


def _fetch(url):
    """Return the bytes at a URL; a silent or endless mirror is given up.

    The transfer runs in a thread of its own, because a look-up of a name without a
    network can hang for longer than any time limit on the connection.
    """
    if not url.startswith(SCHEMES):
        raise DataUnavailableError(f"{url} is not an HTTPS address")
    _downloader()  # imported before the clock starts
    sink = _Sink()
    failures = []

    def transfer():
        try:
            _request(url, sink)
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=transfer, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.05)
        if thread.is_alive() and time.monotonic() - sink.last > PATIENCE:
            sink.closed = True  # the thread ends at its next byte
            raise DataUnavailableError(f"no answer for {PATIENCE:g} seconds")
    if failures:
        raise failures[0]
    return sink.content.getvalue()


def _downloader():
    """Import what downloads: needed only where MNIST is not at hand."""
    import pooch
    import requests  # noqa: F401 -- pooch imports it when it downloads
    from tqdm import tqdm

    return pooch, tqdm


def _request(url, sink):
    """Write what a URL delivers into a sink, with a progress bar."""
    pooch, tqdm = _downloader()
    name = url.rsplit("/", 1)[-1]
    with tqdm(desc=name, total=0, unit="B", unit_scale=True, leave=False) as bar:
        answers = []
        fetch = pooch.HTTPDownloader(
            progressbar=bar,
            chunk_size=1 << 14,
            timeout=PATIENCE,
            allow_redirects=False,  # a redirect could lead away from HTTPS
            hooks={"response": lambda answer, **_: answers.append(answer)},
        )
        try:
            fetch(url, sink, None)
        finally:
            for answer in answers:  # pooch leaves a failed one open
                answer.close()


class _Sink:
    """A file-like object that counts, and refuses what is too much or too late."""

    def __init__(self):
        self.content = io.BytesIO()
        self.last = time.monotonic()  # when a byte last came
        self.closed = False

    def write(self, chunk):
        """Take a chunk."""
        if self.closed:
            raise DataUnavailableError("given up")
        self.last = time.monotonic()
        if self.content.tell() + len(chunk) > MAX_DOWNLOAD:
            raise DataUnavailableError(f"more than {MAX_DOWNLOAD:,} bytes were sent")
        return self.content.write(chunk)

    def flush(self):
        """Do nothing: the bytes are in memory."""


def _store(content, path):
    """Write a verified file into the cache: a temporary file, then a rename."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=path.name, suffix=".part", delete=False
        ) as stream:
            temporary = Path(stream.name)
            stream.write(content)
        os.replace(temporary, path)  # noqa: PTH105 -- atomic, also on Windows
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
        warnings.warn(
            f"{path} could not be stored ({error}); it will be downloaded again",
            stacklevel=2,
        )
