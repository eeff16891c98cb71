"""Safety: what may be loaded, what may be fetched and how, and text that stays text.

Which test shows which promise stands in ``SHOWN_BY`` of test_faults.py.
"""

import ast
import gzip
import hashlib
import http.server
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import audit
import nbformat
import numpy as np
import publish_as
import pytest
import requests
from book_site.address import read_repository
from playwright.sync_api import expect

from cnn_helpers import _downloads, datasets, layers, models
from cnn_helpers.explorables import Draw, Kernel, ReceptiveField
from cnn_helpers.explorables.spec import model_spec
from cnn_helpers.receptive_field import Stage

ROOT = Path(__file__).resolve().parents[1]
CODE = [
    path
    for folder in ("cnn_helpers", "experiments", "tools", "book/_ext")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))

# What the code loads and fetches -----------------------------------------------------

RUN_CODE_THAT_THEY_READ = {
    *("pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal"),
    *("shelve", "torch"),
}
NETWORK = {  # modules whose business it is to fetch; urllib.parse is not
    *("aiohttp", "datasets", "ftplib", "gdown", "http", "httpx", "huggingface_hub"),
    *("kagglehub", "keras_hub", "pooch", "pycurl", "requests", "socket"),
    *("tensorflow_datasets", "tensorflow_hub", "urllib", "urllib3", "wget"),
}
FETCHERS = {  # functions of modules that do much else
    *("get_file", "load_data", "HTTPDownloader", "urlopen", "urlretrieve"),
    *("pooch.retrieve", "pooch.create"),
}
SHELLS = {"getoutput", "getstatusoutput", "popen", "run_cell_magic", "run_line_magic",
          "system"}  # fmt: skip
PROGRAMS = re.compile(r"(curl|wget|aria2c|git clone|gsutil|scp|rsync)\b")
MAY_FETCH = {
    "cnn_helpers/_downloads.py": {  # the one downloader
        "import pooch",
        "import requests",
        "pooch.HTTPDownloader fetches",
    },
    "cnn_helpers/datasets.py": {"import pooch"},  # asked where caches are
}


def dotted(node):
    """Return a name such as numpy.lib.load, or nothing for other expressions."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def unsafe_call(call):
    """Return what is wrong with a call, or nothing."""
    name = dotted(call.func)
    last = name.rpartition(".")[2]
    given = {word.arg: word.value for word in call.keywords}
    constant = {
        word: value.value
        for word, value in given.items()
        if isinstance(value, ast.Constant)
    }
    if name in ("eval", "exec", "__import__") or last == "unsafe_load":
        return f"{name} runs what it reads"
    plain = constant.get("allow_pickle", True) is False
    if (name in ("np.load", "numpy.load") or "allow_pickle" in given) and not plain:
        return f"{name} without allow_pickle=False"
    if "safe_mode" in given and constant.get("safe_mode") is not True:
        return f"{name} without the safe mode"
    if last in ("enable_unsafe_deserialization", "read_pickle"):
        return f"{name} lets files run code"
    if name == "yaml.load":
        return "yaml.load in place of yaml.safe_load"
    if fetches(name) or f"{name}.".startswith("skimage.data."):
        return f"{name} fetches"
    if last in SHELLS and name != "platform.system":
        return f"{name} runs a command of the system"
    texts = [text for value in [*call.args, *given.values()] for text in begins(value)]
    if any(re.match(r"https?://.", text) for text in texts):
        return f"{name} is given an address"
    if any(PROGRAMS.match(text) for text in texts):
        return f"{name} starts a program that fetches"
    return ""


def fetches(name):
    """Tell whether a function may fetch, by its name with those of its modules."""
    if name.rpartition(".")[2].startswith("fetch_"):
        return True
    if f"{name}.".startswith(("skimage.data.", "ski.data.")):
        return True  # some of them; the package reads what is installed
    return any(name == way or name.endswith(f".{way}") for way in FETCHERS)


def begins(value):
    """Return how the texts begin that are written out in an argument or its parts."""
    if isinstance(value, ast.Constant):
        return [value.value] if isinstance(value.value, str) else []
    if isinstance(value, ast.JoinedStr):  # what is filled in is not known
        parts = [begins(part) or ["?"] for part in value.values]
        return ["".join(text for part in parts for text in part)]
    if isinstance(value, ast.BinOp):
        return begins(value.left)
    if isinstance(value, ast.List | ast.Tuple):
        return [text for part in value.elts for text in begins(part)]
    return begins(value.value) if isinstance(value, ast.Starred) else []


def unsafe_imports(node):
    """Return the modules and functions of an import that are not for this project."""
    base = f"{node.module or ''}." if isinstance(node, ast.ImportFrom) else ""
    found = []
    for name in [base + alias.name for alias in node.names]:
        top = "" if getattr(node, "level", 0) else name.partition(".")[0]
        network = top in NETWORK and not f"{name}.".startswith("urllib.parse.")
        if top in RUN_CODE_THAT_THEY_READ or network or fetches(name):
            found.append(f"import {name}")
    return found


def unsafe(source):
    """Return what a program does that this project does not do."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += unsafe_imports(node)
        if isinstance(node, ast.Call):
            found.append(unsafe_call(node))
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            plain = "http:" + "//"
            if node.value.startswith(plain) and "www.w3.org" not in node.value:
                found.append(f"an address without encryption: {node.value[:60]}")
    return [fault for fault in found if fault]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.stem)
def test_the_code_loads_no_pickle_and_fetches_in_one_place(path):
    name = path.relative_to(ROOT).as_posix()
    assert set(unsafe(path.read_text(encoding="utf-8"))) == MAY_FETCH.get(name, set())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebooks_load_no_pickle_and_fetch_nothing(path):
    cells = nbformat.read(path, as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    assert sources[0] == publish_as.colab_cell(read_repository(ROOT))
    found = [fault for source in sources[1:] for fault in unsafe(source)]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import joblib",
        "import torch.nn",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "numpy.load(path, allow_pickle=wanted)",
        "archive(path, allow_pickle=1)",
        "tf.keras.models.load_model(path, safe_mode=False)",
        "load(path, safe_mode=choice)",
        "keras.config.enable_unsafe_deserialization()",
        "pd.read_pickle(path)",
        "eval(text)",
        "yaml.load(text)",
        "urllib.request.urlopen(address)",
        "urlretrieve(address)",
        "import requests",
        "import requests as web",
        "import json, requests",
        "from requests import get",
        "from requests.sessions import Session",
        "import urllib.request",
        "from urllib import request",
        "from urllib.request import Request",
        "import http.client",
        "import httpx",
        "import socket",
        "from pooch import retrieve",
        "import tensorflow_datasets as tfds",
        "pooch.retrieve(address, None)",
        "skimage.data.retina()",
        "ski.data.retina()",
        "from skimage import data",
        "from skimage.data import retina",
        "import skimage.data",
        "fetch_lfw_people()",
        "sklearn.datasets.fetch_openml(name)",
        "from sklearn.datasets import fetch_lfw_people",
        "from keras.utils import get_file",
        "httpx.get('https://example.org')",
        "requests.post('https://example.org', data)",
        "skimage.io.imread('https://example.org/x.png')",
        "np.loadtxt('https://example.org/x.csv')",
        "pd.read_csv(filepath_or_buffer='https://example.org/x.csv')",
        "pd.read_csv(f'https://example.org/{name}')",
        "pd.read_csv(f'https://{host}/x.csv')",
        "pd.read_csv('https://example.org/' + name)",
        "subprocess.run(['curl', '-O', address])",
        "subprocess.run([*('wget', '-q'), address])",
        "subprocess.run('curl -O ' + address, shell=True)",
        "subprocess.run(['git', 'clone', 'https://example.org/x.git'])",
        "os.system(command)",
        "os.popen(command)",
        "get_ipython().system('wget ' + address)",
        "get_ipython().run_line_magic('pip', 'install x')",
        "keras.datasets.mnist.load_data()",
        "keras.utils.get_file(name, address)",
        "address = 'http:" + "//example.org/file'",
    ],
)
def test_the_watch_sees(source):
    assert len(unsafe(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "np.load(path, allow_pickle=False)",
        "keras.models.load_model(path, safe_mode=True)",
        "keras.models.load_model(path)",  # Keras 3 is in its safe mode unasked
        "models.load_model(path)",
        "model.eval(x)",
        "yaml.safe_load(text)",
        "svg = 'http:" + "//www.w3.org/2000/svg'",
        "address = 'https://example.org'",
        "address.removeprefix('https://')",
        "from urllib.parse import urlsplit",
        "import urllib.parse",
        "from cnn_helpers import datasets",
        "from cnn_helpers.datasets import load_digits",
        "from .http import read",
        "from skimage.io import imread",
        "from sklearn.datasets import load_digits",
        "load_digits()",
        "skimage.transform.resize(image, shape)",
        "platform.system()",
        "subprocess.run([sys.executable, '-m', 'venv', folder])",
        "print('curly braces, as in https://example.org')",
        "with path.open() as file: json.load(file)",
    ],
)
def test_the_watch_lets_pass(source):
    assert unsafe(source) == []


def test_objects_in_an_array_file_are_refused(tmp_path, monkeypatch):
    """The one .npy file that the package reads, from another package's folder."""

    class Trap:
        def __reduce__(self):
            return pytest.fail, ("the pickle was opened",)

    np.save(tmp_path / "faces.npy", np.array([Trap()], dtype=object))
    monkeypatch.setattr(datasets, "_shipped_file", lambda name: tmp_path / "faces.npy")
    with pytest.raises(ValueError, match="allow_pickle=False"):
        datasets.faces()


# HTTPS -------------------------------------------------------------------------------


def openssl(missing) -> str:
    """Return the program that makes certificates; `missing` takes its absence."""
    program = shutil.which("openssl")
    if program is None:
        missing("no openssl on this machine: no certificate can be made")
    return program


@pytest.fixture(scope="module")
def certificate(tmp_path_factory, missing):
    """Return a certificate that nobody but a test trusts, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    files = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *(
                openssl(missing),
                "req",
                "-x509",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
            ),
            *("-newkey", "rsa:2048", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
            *("-out", files[0], "-keyout", files[1]),
        ],
        check=True,
        capture_output=True,
    )
    return files


def test_without_openssl_no_line_is_left_out_unseen(monkeypatch, missing):
    """Where CI is set, that the tests over HTTPS cannot run is an error."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("CI", "true")
    either = (pytest.fail.Exception, pytest.skip.Exception)
    with pytest.raises(either, match="no openssl on this machine") as caught:
        openssl(missing)
    assert caught.type is pytest.fail.Exception


class TwoAtOnce(http.server.BaseHTTPRequestHandler):
    """Sends ``server.files``; the first waits until ``server.both`` have asked."""

    def do_GET(self):
        """Wait for the other, then answer."""
        name = self.path.rsplit("/", 1)[-1]
        self.server.asked.append(name)
        if name == next(iter(self.server.files)):
            self.server.both.wait(120)
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.files[name])))
        self.end_headers()
        self.wfile.write(self.server.files[name])

    def log_message(self, *args):
        """Keep silent."""


@pytest.fixture
def secure_host(certificate):
    """Return a function that serves files over HTTPS to so many clients at once."""
    servers = []

    def start(files, clients):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TwoAtOnce)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *args: None  # a client may hang up
        server.daemon_threads = True
        server.files, server.asked = files, []
        server.both = threading.Barrier(clients)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        server.address = f"https://127.0.0.1:{server.server_port}/"
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_server_without_a_trusted_certificate_is_refused(
    secure_host, certificate, monkeypatch
):
    server = secure_host({"file": b"content"}, 1)
    with pytest.raises(requests.exceptions.SSLError) as caught:
        _downloads.fetch(server.address + "file", 100)
    assert _downloads.reason(caught.value) == "its certificate is not trusted here"
    assert server.asked == []
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    assert _downloads.fetch(server.address + "file", 100) == b"content"


DOWNLOAD = """
import hashlib, json, sys
from cnn_helpers import _downloads, _mnist_files
from cnn_helpers.datasets import load_mnist

address, files = json.loads(sys.argv[1])
_downloads.PATIENCE = 120  # the other process may take long to begin
_mnist_files.MIRRORS = (address,)
_mnist_files.FILES = tuple(
    _mnist_files.MnistFile(name, tuple(shape), sha) for name, shape, sha in files
)
print(*(hashlib.sha256(array.tobytes()).hexdigest() for array in load_mnist()[:4]))
"""


def test_two_processes_download_at_once(secure_host, certificate, tmp_path):
    """Over real HTTPS into one cache: both have every file, and so has the cache."""
    rng = np.random.default_rng(0)
    shapes = {"a": (60, 28, 28), "b": (60,), "c": (10, 28, 28), "d": (10,)}
    arrays = {
        name: rng.integers(0, 256, shape, np.uint8) for name, shape in shapes.items()
    }
    content = {
        name: bytes([0, 0, 8, array.ndim])
        + b"".join(length.to_bytes(4, "big") for length in array.shape)
        + array.tobytes()
        for name, array in arrays.items()
    }
    files = {name: gzip.compress(plain, mtime=0) for name, plain in content.items()}
    server = secure_host(files, 2)
    known = [
        (name, shapes[name], hashlib.sha256(content[name]).hexdigest())
        for name in shapes
    ]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CNN_HELPERS_")
    }
    environment |= {
        "CNN_HELPERS_CACHE": str(tmp_path),
        "REQUESTS_CA_BUNDLE": str(certificate[0]),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-W", "error", "-c", DOWNLOAD]
    both = [
        subprocess.Popen(
            [*command, json.dumps([server.address, known])],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment,
        )
        for _ in range(2)
    ]
    expected = [
        hashlib.sha256(array.tobytes()).hexdigest() for array in arrays.values()
    ]
    for process in both:
        printed, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        assert printed.split() == expected
    assert server.asked.count("a") == 2  # at once, neither found it in the cache
    cached = {path.name: path.read_bytes() for path in (tmp_path / "mnist").iterdir()}
    assert cached == files


# What is known of the packages -------------------------------------------------------


def answer_of(**packages):
    """Return what pip-audit writes of packages with their advisories."""
    found = [
        {"name": name, "version": "1.0", **({"skip_reason": "not found"}
         if vulns is None else {"vulns": vulns})}
        for name, vulns in packages.items()
    ]  # fmt: skip
    return json.dumps({"dependencies": found, "fixes": []})


WEAK = [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["1.1"]}]


@pytest.mark.parametrize(
    ("answer", "accepted", "code", "said"),
    [
        (answer_of(one=[], two=[]), {}, 0, "2 packages, no known weakness"),
        (answer_of(one=[], two=WEAK), {}, 1, "two 1.0: PYSEC-1, mended in 1.1"),
        (answer_of(two=WEAK), {"CVE-1": "why"}, 0, "1 advisories accepted"),
        (
            answer_of(one=[]),
            {"CVE-1": "why"},
            1,
            "CVE-1 is accepted, and found no more",
        ),
        (answer_of(one=None, two=[]), {}, 2, "1 of 2 packages could not be asked"),
        (answer_of(one=None, two=WEAK), {}, 2, "two 1.0: PYSEC-1"),
        (answer_of(), {}, 2, "0 of 0 packages could not be asked"),
        ("", {}, 2, "is there a network?"),
        ("[]", {}, 2, "is there a network?"),
    ],
)
def test_the_audit_fails_when_nothing_was_asked(answer, accepted, code, said):
    found, lines = audit.judge(answer, accepted)
    assert found == code
    assert said in "\n".join(lines)


def test_every_package_is_pinned():
    """Else an audit would be of other versions than those that readers install."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    lines = [line.partition("#")[0].partition(";")[0].strip() for line in lines]
    lines = [line for line in lines if line]
    assert len(lines) > 100
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


# Names and numbers of a reader stay text ---------------------------------------------

BAD = "<img src=x onerror=\"document.title='run'\"><b>'"
ENDING = BAD + "</script><script>document.title = 'run'</script>"


def hostile_figures():
    """Return live figures in which every name that a reader may give is markup."""
    model = models.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(2, 5, strides=4, activation="relu", name=BAD),
            layers.Flatten(name=BAD + "flat"),
            layers.Dense(3, activation="softmax", name=BAD + "dense"),
        ],
        name=BAD,
        seed=0,
    )
    labels = [ENDING + str(number) for number in range(3)]
    pixels = Draw("book").data["examples"][0]["pixels"]
    spec = model_spec(model, labels) | {
        "examples": [{"label": ENDING, "pixels": pixels}]
    }
    return [
        Draw(spec),
        ReceptiveField([Stage(ENDING, 3), Stage(ENDING + "pool", 2, 2)]),
        Kernel(np.eye(3)),
    ]


def test_the_pages_scripts_make_no_markup_from_text():
    """The live figures' scripts are watched in test_explorables_bundle.py."""
    scripts = sorted((ROOT / "book" / "assets").glob("*.js"))
    assert len(scripts) >= 3
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b"
    for script in scripts:
        assert not re.findall(forbidden, script.read_text(encoding="utf-8")), script


def test_markup_in_a_figure_s_names_stays_text(chromium):
    html = "".join(figure._repr_html_() for figure in hostile_figures())
    tab = chromium.new_page()
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.set_content(f"<!doctype html><title>still</title><body>{html}</body>")
    tab.wait_for_function("document.querySelectorAll('[data-ready]').length === 3")
    draw = tab.locator("live-draw")
    draw.get_by_role("combobox").first.select_option(label=ENDING)
    expect(draw.locator(".answer")).to_contain_text(f"Looks like {ENDING}")
    readout = tab.locator("live-receptive-field .readout")
    expect(readout).to_contain_text(BAD)
    for cell in tab.locator("live-kernel input[type=text]:visible").all()[:3]:
        cell.fill(ENDING)
        cell.press("Enter")
    expect(tab.locator("live-kernel .problem").first).to_contain_text("<img src=x")
    for tag in ("img", "b"):
        assert tab.locator(f"live-draw {tag}, live-receptive-field {tag}").count() == 0
    assert tab.locator("img").count() == 0
    assert tab.title() == "still"
    assert not errors
    tab.close()
