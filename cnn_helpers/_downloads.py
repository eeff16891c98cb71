"""Fetch a file over HTTPS, whole or not at all, and store it in one step.

The one downloader of the package: MNIST's files and the experiments' results come
through it. What is fetched is verified by the caller before it is stored.
"""

import contextlib
import io
import os
import tempfile
import threading
import time
import warnings
from pathlib import Path

SCHEMES = ("https://",)
PATIENCE = 8.0  # seconds in which a host has to send the next STEP, or the rest
STEP = 1 << 14  # bytes


class DataUnavailableError(RuntimeError):
    """A data file is missing and cannot be fetched, or is not what it should be."""


def reason(error):
    """Return in a few words why a host did not deliver."""
    import requests

    if isinstance(error, requests.HTTPError):
        return f"it answered with status {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return f"no answer for {PATIENCE:g} seconds"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted here"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return " ".join(str(error).split())[:200]


def fetch(url, limit):
    """Return the bytes at a URL; a host that is silent, drips or never ends is left.

    The transfer runs in a thread of its own, because a look-up of a name without a
    network can hang for longer than any time limit on the connection.

    Parameters
    ----------
    url : str
        An HTTPS address; a redirect is not followed.
    limit : int
        The most bytes that are taken.

    Returns
    -------
    bytes

    Raises
    ------
    DataUnavailableError
        If the address is not HTTPS, fewer than `STEP` bytes come in `PATIENCE` seconds
        and they are not the last, or more than `limit` bytes come. Errors of the
        connection pass through.
    """
    if not url.startswith(SCHEMES):
        raise DataUnavailableError(f"{url} is not an HTTPS address")
    _downloader()  # imported before the clock starts
    sink = _Sink(limit)
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
            raise DataUnavailableError(sink.too_slow())
    if failures:
        raise failures[0]
    return sink.content.getvalue()


def _downloader():
    """Import what downloads: needed only where a file is not at hand."""
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

        def note(answer, **_):
            answers.append(answer)
            if answer.is_redirect:  # it could lead away from HTTPS
                raise DataUnavailableError("it redirects to another address")

        download = pooch.HTTPDownloader(
            progressbar=bar,
            chunk_size=STEP,
            timeout=PATIENCE,
            allow_redirects=False,
            hooks={"response": note},
        )
        try:
            download(url, sink, None)
        finally:
            for answer in answers:  # pooch leaves a failed one open
                answer.close()


class _Sink:
    """A file-like object that counts, and refuses what is too much or too late."""

    def __init__(self, limit):
        self.limit = limit
        self.content = io.BytesIO()
        self.last = time.monotonic()  # when the last whole step was there
        self.closed = False

    def write(self, chunk):
        """Take a chunk."""
        if self.closed:
            raise DataUnavailableError("given up")
        before = self.content.tell()
        if before + len(chunk) > self.limit:
            raise DataUnavailableError(f"more than {self.limit:,} bytes were sent")
        self.content.write(chunk)
        if self.content.tell() // STEP > before // STEP:  # a chunk can be one byte
            self.last = time.monotonic()
        return len(chunk)

    def flush(self):
        """Do nothing: the bytes are in memory."""

    def too_slow(self):
        """Return what is wrong with a host that is given up."""
        if self.content.tell():
            return f"fewer than {STEP:,} bytes came in {PATIENCE:g} seconds"
        return f"no answer for {PATIENCE:g} seconds"


def store(content, path):
    """Write a verified file into the cache: a temporary file, then a rename.

    Where it cannot be written, a warning says so and nothing is left behind.

    Parameters
    ----------
    content : bytes
    path : pathlib.Path
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=path.name, suffix=".part", delete=False
        ) as stream:
            temporary = Path(stream.name)
            stream.write(content)
        _rename(temporary, path, content)
    except OSError as error:
        warnings.warn(
            f"{path} could not be stored ({error}); it will be downloaded again",
            stacklevel=2,
        )
    finally:  # also after Ctrl-C; once renamed, there is nothing left to remove
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _rename(temporary, path, content):
    """Put a file in its place, unless another process has put the same one there.

    Windows refuses while another process renames onto that place or reads what is
    there.
    """
    try:
        os.replace(temporary, path)  # noqa: PTH105 -- atomic, also on Windows
    except PermissionError:
        for wait in (0, 0.2):  # the other process may be in the midst of it
            time.sleep(wait)
            with contextlib.suppress(OSError):
                if path.read_bytes() == content:
                    return
        raise


def is_file(path):
    """Tell whether a file is there; one in a folder that may not be entered is not.

    `pathlib.Path.is_file` raises an error there.
    """
    return os.path.isfile(path)  # noqa: PTH113
