"""MNIST's four files: found, fetched, decoded and verified."""

import hashlib
import zlib
from typing import NamedTuple

import numpy as np

from cnn_helpers._downloads import DataUnavailableError, fetch, is_file, reason, store

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
MAX_DOWNLOAD = 16_000_000  # bytes; the largest of the files has 9.9 million


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
        if is_file(folder / name):
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
            content = fetch(mirror + file.name, MAX_DOWNLOAD)
            array = decode(file, content, "what it sent")
        except Exception as error:
            # whatever a mirror does, the next one is tried; the reasons are reported
            failures.append(f"{mirror} ({reason(error)})")
        else:
            store(content, cache / file.name)
            return array
    raise DataUnavailableError(
        f"{file.name} {found}, and no mirror delivered it: {'; '.join(failures)}"
    )
