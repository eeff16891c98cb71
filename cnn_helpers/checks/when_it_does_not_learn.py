"""Checks of chapter 15: a start, a ward of patients, and wrong gradients."""

import contextlib
import functools
import hashlib
import io
import itertools
from collections.abc import Sequence

import numpy as np

from cnn_helpers.activations import relu
from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.datasets import load_digits
from cnn_helpers.patients import Patient, admit


@functools.cache
def _patient(name):
    """Return a patient as the chapter admits it."""
    return admit(name, _digits())


@functools.cache
def _digits():
    """Return the digits at hand, without a word."""
    with contextlib.redirect_stdout(io.StringIO()):
        return load_digits()


class _Admitted(Sequence):
    """Cases with one patient each, who come when they are called for."""

    def __init__(self, names, ready=lambda patient: patient):
        self.names, self.ready = names, ready

    def __len__(self):
        return len(self.names)

    def __getitem__(self, place):
        return case(self.ready(_patient(self.names[place])))


# ------------------------------------------------------ a start for any network


def starting_kernels(shapes, seed):
    """Return a kernel for each shape, drawn so that signals keep their size."""
    return _drawn(shapes, seed, lambda shape: 2 / np.prod(shape[:-1]))


def _drawn(shapes, seed, variance):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) * np.sqrt(variance(shape)) for shape in shapes]


def _fan_out(shape):
    return np.prod(shape[:-2]) * shape[-1]


_WRONG_VARIANCES = (
    (
        lambda shape: 1 / np.prod(shape[:-1]),
        "your variance is 1 / n: right without a ReLU; with one, half of the mean "
        "square is lost in each layer, and the variance must be doubled",
    ),
    (
        lambda shape: 2 / (np.prod(shape[:-1]) + _fan_out(shape)),
        "that is Glorot's start: for a ReLU the variance is 2 / n, n the inputs of a "
        "unit alone",
    ),
    (
        lambda shape: 2 / _fan_out(shape),
        "you counted the units that an input reaches: n is the number of inputs that a "
        "unit adds up",
    ),
    (
        lambda shape: 2 / shape[-1],
        "you divided by the number of units, the last axis: n is the number of inputs "
        "that a unit adds up",
    ),
    (
        lambda shape: (2 / np.prod(shape[:-1])) ** 2,
        "2 / n is the variance; the numbers are multiplied by its root, the standard "
        "deviation",
    ),
    (
        lambda shape: 2 / shape[-2],
        "a unit of a convolution adds up a whole window: kH times kW times the "
        "channels, and you counted the channels only",
    ),
    (
        lambda shape: 2 / shape[0],
        "you took the first axis for the number of inputs, which holds for dense "
        "kernels only",
    ),
    (
        lambda shape: 2 / np.prod(shape),
        "you counted all numbers of the kernel: one unit adds up those of the other "
        "axes, without the last",
    ),
    (
        lambda shape: 1.0,
        "your kernels have variance 1, whatever their shape: signals grow in each "
        "layer by the root of half the inputs",
    ),
    (
        lambda shape: 1e-4,
        "a deviation of 0.01 for every shape was the chapter's worst start: let it "
        "hang on the number of inputs",
    ),
)
_ALL_ONE = (
    "all units of a layer are the same: with equal weights they get equal gradients "
    "and stay the same for ever; draw each weight by itself"
)
_NOT_AROUND_ZERO = (
    "your weights do not lie around 0: rng.normal draws around 0, rng.random does not"
)
_SEED_FORGOTTEN = (
    "the same shapes and the same seed gave other kernels: draw from "
    "np.random.default_rng(seed)"
)
_SEED_IGNORED = (
    "another seed gave the same kernels: hand `seed` to np.random.default_rng"
)
_ONE_SEED = (
    "two kernels of one shape are equal: make one generator and draw all kernels from "
    "that one"
)


def _judge_start(result, shapes, seed):
    """Say what is wrong with a list of first kernels, or return None."""
    if not isinstance(result, list | tuple) or len(result) != len(shapes):
        return f"return a list with one kernel for each of the {len(shapes)} shapes"
    for kernel, shape in zip(result, shapes, strict=True):
        if not isinstance(kernel, np.ndarray) or kernel.shape != tuple(shape):
            return f"each kernel is an array of its shape; one of {shape} was asked for"
        if kernel.dtype.kind != "f" or not np.isfinite(kernel).all():
            return "a kernel holds finite numbers with decimals"
    if any(np.ptp(kernel, axis=-1).max() == 0 for kernel in result):
        return _ALL_ONE
    if any(abs(kernel.mean()) > 0.3 * kernel.std() for kernel in result):
        return _NOT_AROUND_ZERO
    sizes = [np.mean(kernel.astype(float) ** 2) for kernel in result]
    right = [2 / np.prod(shape[:-1]) for shape in shapes]
    for variance, diagnosis in _WRONG_VARIANCES:
        made = [variance(shape) for shape in shapes]
        if _near(sizes, made) and not _near(sizes, right):
            return diagnosis
    for kernel in result:
        grown = _growth(kernel)
        if not 0.75 < grown < 1.33:
            return (
                f"behind your kernel of shape {kernel.shape} and a ReLU, the mean "
                f"square of the signals is {grown:.2g} times what it was; it is to stay"
            )
    equal = [np.array_equal(*pair) for pair in itertools.combinations(result, 2)]
    return _ONE_SEED if any(equal) else None


def _judge_seeds(results):
    """Say what is wrong with the last two cases: the first seed again, another."""
    first, again, other = (np.ravel(results[place][0]) for place in (0, -2, -1))
    if not np.array_equal(first, again):
        return _SEED_FORGOTTEN
    return _SEED_IGNORED if np.array_equal(first, other) else None


def _near(sizes, others):
    return np.allclose(sizes, others, rtol=0.15)


def _growth(kernel):
    """Return the factor on the mean square of signals, by a kernel and a ReLU."""
    flat = kernel.reshape(-1, kernel.shape[-1])
    signals = np.random.default_rng(99).normal(size=(500, len(flat)))
    return np.mean(relu(signals @ flat) ** 2) / np.mean(signals**2)


def _constant(shapes, seed):
    return [np.full(shape, np.sqrt(2 / np.prod(shape[:-1]))) for shape in shapes]


def _all_positive(shapes, seed):
    rng = np.random.default_rng(seed)
    return [rng.random(shape) * np.sqrt(2 / np.prod(shape[:-1])) for shape in shapes]


def _seeded_each_time(shapes, seed):
    return [starting_kernels([shape], seed)[0] for shape in shapes]


def _unseeded(shapes, seed):
    return starting_kernels(shapes, None)


def _always_zero(shapes, seed):
    return starting_kernels(shapes, 0)


STARTING_KERNELS = Check(
    name="starting_kernels",
    reference=starting_kernels,
    judge=_judge_start,
    judge_all=_judge_seeds,
    cases=(
        case([(100, 80), (80, 50)], 0),
        case([(60, 60), (60, 60), (60, 150)], 1),
        case([(5, 5, 3, 40), (3, 3, 40, 16), (784, 30)], 2),
        case([(100, 80), (80, 50)], 0),
        case([(100, 80), (80, 50)], 3),
    ),
    mistakes=(
        *(
            wrong(functools.partial(_drawn, variance=variance), diagnosis)
            for variance, diagnosis in _WRONG_VARIANCES
        ),
        wrong(_constant, _ALL_ONE),
        wrong(_all_positive, _NOT_AROUND_ZERO),
        wrong(_seeded_each_time, _ONE_SEED),
        wrong(_unseeded, _SEED_FORGOTTEN),
        wrong(_always_zero, _SEED_IGNORED),
        wrong(
            lambda shapes, seed: [np.zeros(shape) for shape in shapes],
            "kernels of zeros let nothing through, forward or back",
        ),
    ),
)

# ------------------------------------------------------------------ the ward

ILLS = {"P": "dead", "Q": "rate", "R": "loss", "S": "labels", "T": "scale"}
FINDINGS = {
    "inputs": "its pixels lie between 0 and 1, as the healthy one's",
    "scale": "the kernels of its first weights are as large as the healthy one's",
    "dead": "before the first step no layer of it is silent on all digits",
    "rate": "its learning rate is 0.05, that of the healthy one",
    "labels": "show ten of its digits with their labels: they fit",
    "order": "its digits come in mixed order, and each epoch shuffles them",
    "loss": "its loss is told the truth: `from_logits` is False, and the network ends "
    "with softmax",
    "gradient": "backward agrees with the measured gradients in all its layers",
}


def diagnose():
    """Return the illness of each patient, by letter."""
    return dict(ILLS)


def _contradiction(letter, word):
    return f"{letter} has not {word!r}: {FINDINGS[word]}"


def _judge_diagnosis(result):
    """Say what contradicts a diagnosis, or return None."""
    if not isinstance(result, dict):
        return "return a dictionary, such as {'P': 'order', 'Q': 'inputs', ...}"
    missing = [letter for letter in ILLS if letter not in result]
    if missing:
        return f"{missing[0]} has no diagnosis yet"
    for letter, ill in ILLS.items():
        word = result[letter]
        if not isinstance(word, str) or word not in FINDINGS:
            return f"{word!r} is none of the eight words {[*FINDINGS]}"
        if word != ill:
            return _contradiction(letter, word)
    extra = [letter for letter in result if letter not in ILLS]
    return f"the ward holds {[*ILLS]}; {extra[0]!r} is not there" if extra else None


def _diagnosed(letter, word):
    return lambda: {**ILLS, letter: word}


DIAGNOSE = Check(
    name="diagnose",
    reference=diagnose,
    judge=_judge_diagnosis,
    cases=(case(),),
    mistakes=tuple(
        wrong(_diagnosed(letter, word), _contradiction(letter, word))
        for letter, ill in ILLS.items()
        for word in FINDINGS
        if word != ill
    ),
)

# ------------------------------------------------------------- the treatment

ENOUGH = 0.6  # of the held-out digits
LOW = 1.2  # the loss after five epochs; below the floor of those who have one


def treat(patient):
    """Return the patient with what is wrong put right."""
    name, weights = patient.name, patient.weights
    if name == "P":
        return patient.treated(weights=[w if w.ndim > 1 else 0 * w for w in weights])
    if name == "Q":
        return patient.treated(learning_rate=0.05)
    if name == "R":
        return patient.treated(from_logits=False)
    if name == "S":
        return patient.treated(labels=np.roll(patient.labels, 2))
    if name == "T":
        return patient.treated(weights=[w / np.float32(0.15) for w in weights])
    labels = np.roll(patient.labels, -1)
    return _divided(patient).treated(labels=labels)


def _divided(patient):
    held_out = patient.held_out_images / np.float32(255)
    images = patient.images / np.float32(255)
    return patient.treated(images=images, held_out_images=held_out)


HELD_OUT_RAW = (
    "you divided the digits that W is trained on, but not the held-out ones: they must "
    "be prepared in the same way"
)
STILL_RAW = (
    "W's pixels still go up to 255: smaller weights hide it, as they did with A; cure "
    "what is wrong, in the digits, the held-out ones too"
)
ON_HELD_OUT = (
    "you train on held-out digits: then they no longer tell how well digits are read "
    "that were not seen"
)
HELD_OUT_LABELS = (
    "the held-out labels are to stay as they are: they fit, and the judge reads them"
)


def _judge_treatment(result, patient):
    """Say what is wrong with a treatment, or return None."""
    name = patient.name
    if not isinstance(result, Patient):
        return "return the patient that patient.treated(...) gives"
    if result.name != name:
        return f"{name} was to be treated, and you returned {result.name}"
    if not np.array_equal(result.held_out_labels, patient.held_out_labels):
        return HELD_OUT_LABELS
    pixels, others = np.max(result.images), np.max(result.held_out_images)
    if not np.array_equal(_normal(result.held_out_images), _normal(_held_out(patient))):
        return (
            "the held-out digits are to stay those that they are, but for their range"
        )
    if np.isin(_prints(result.images), _prints(result.held_out_images)).mean() > 0.5:
        return ON_HELD_OUT
    if result == patient:
        return f"{name} is as it came"
    if not 0.5 < pixels / others < 2:
        return (
            f"the digits that {name} is trained on reach {pixels:.3g}, its held-out "
            f"ones {others:.3g}: both must be prepared in the same way"
        )
    loss, share = _trained(result)
    if not loss < LOW or share < ENOUGH:
        return (
            f"{name} is not cured: after five epochs its loss is {loss:.2f}, and it "
            f"reads {share:.0%} of the held-out digits"
        )
    return STILL_RAW if pixels > 10 else None


def _held_out(patient):
    return patient.held_out_images


def _normal(images):
    """Return images as whole numbers from 0 to 255, whatever their range."""
    images = np.asarray(images, dtype=float)
    return np.round(images * (255 / max(images.max(initial=0), 1e-9)))


def _prints(images):
    """Return a number for each image that hardly two share."""
    flat = _normal(images).reshape(len(images), -1)
    return flat @ np.sqrt(np.arange(2, flat.shape[1] + 2))


_courses = {}


def _trained(patient):
    """Return the last loss and the share of held-out digits read; train once only."""
    parts = (
        *(patient.images, patient.labels, patient.held_out_images, *patient.weights),
        np.array([patient.learning_rate, patient.batch_size, patient.seed], float),
    )
    key = hashlib.sha256(repr((patient.shuffle, patient.from_logits)).encode())
    key.update(repr(patient.dense).encode())
    for part in parts:
        key.update(np.ascontiguousarray(part))
    key = key.digest()
    if key not in _courses:
        course = patient.train(5)
        _courses[key] = course.loss[-1], course.held_out
    return _courses[key]


def _but(name, change):
    """Return the right treatment, but for one patient."""
    return lambda patient: change(patient) if patient.name == name else treat(patient)


TREAT = Check(
    name="treat",
    reference=treat,
    judge=_judge_treatment,
    cases=_Admitted("PQRSTW"),
    mistakes=(
        wrong(
            lambda patient: patient,
            "you return the patients as they came: return what patient.treated(...) "
            "gives",
        ),
        wrong(
            _but("P", lambda patient: patient.treated(learning_rate=0.5)),
            "a longer step does not wake P: its gradients are 0, and 0 times anything "
            "is 0",
        ),
        wrong(
            _but(
                "P",
                lambda patient: patient.treated(
                    weights=[0 * w for w in patient.weights]
                ),
            ),
            "you set P's kernels to 0 along with the biases: nothing gets through them",
        ),
        wrong(
            _but("Q", lambda patient: patient.treated(learning_rate=1e-5)),
            "with so short a step Q becomes another E: take a rate from the valley of "
            "the sweep",
        ),
        wrong(
            _but("R", lambda patient: patient.treated(learning_rate=0.2)),
            "no step brings R below its floor: the loss must be told what it gets",
        ),
        wrong(
            _but(
                "S", lambda patient: patient.treated(labels=np.roll(patient.labels, -2))
            ),
            "you moved S's labels the wrong way: now they are four pictures off",
        ),
        wrong(
            _but(
                "S", lambda patient: patient.treated(labels=np.roll(patient.labels, 1))
            ),
            "S's labels are still one picture off: they had moved by more than F's",
        ),
        wrong(
            _but("T", lambda patient: patient.treated(learning_rate=5.0)),
            "a longer step does not cure T: the signals fade in each layer as before",
        ),
        wrong(
            _but("W", _divided),
            "W's pixels are right now; look at its digits with their labels for the "
            "second illness",
        ),
        wrong(
            _but("W", lambda p: p.treated(labels=np.roll(p.labels, -1))),
            "W's labels are right now; its first loss tells of the second illness",
        ),
        wrong(
            _but(
                "W",
                lambda p: p.treated(
                    images=p.images / np.float32(255), labels=np.roll(p.labels, -1)
                ),
            ),
            HELD_OUT_RAW,
        ),
        wrong(
            _but(
                "W",
                lambda p: p.treated(
                    weights=[w / np.float32(3) for w in p.weights],
                    labels=np.roll(p.labels, -1),
                ),
            ),
            STILL_RAW,
        ),
        wrong(
            _but(
                "S",
                lambda p: p.treated(images=p.held_out_images, labels=p.held_out_labels),
            ),
            ON_HELD_OUT,
        ),
        wrong(
            _but(
                "S",
                lambda p: p.treated(held_out_labels=np.roll(p.held_out_labels, -2)),
            ),
            HELD_OUT_LABELS,
        ),
    ),
)

# ----------------------------------------------------------- wrong gradients


def wrong_gradients(patient):
    """Return the names of the layers whose kernel has a wrong gradient."""
    return _found(patient)


def _weighted(model):
    return [layer for layer in model.layers if layer.weights]


def _largest(gradient):
    """Return the places of the eight largest gradients."""
    order = abs(gradient).ravel().argsort()[-8:]
    return [np.unravel_index(flat, gradient.shape) for flat in order]


def _diagonal(gradient):
    """Return some places whose last two indices are equal."""
    front = (0,) * (gradient.ndim - 2)
    return [(*front, i, i) for i in range(min(gradient.shape[-2:]))][:8]


def _corner(gradient):
    return [(0,) * gradient.ndim]


def _measured(model, layer, place, images, labels, step=1e-5):
    """Return the gradient of one weight, from two losses."""
    before, losses = layer.kernel[place], []
    for by in step, -step:
        layer.kernel[place] = before + by
        losses.append(model.evaluate(images, labels, verbose=0)[0])
    layer.kernel[place] = before
    return (losses[0] - losses[1]) / (2 * step)


def _found(patient, places=_largest, apart=None):
    """Return the layers in whose chosen places the two gradients are apart."""
    images, labels = patient.images[:20].astype(float), patient.labels[:20]
    model = patient.model(dtype="float64")
    model.plan.gradients(images, labels)
    found = []
    for layer in _weighted(model):
        gradient = layer.gradients["kernel"].copy()
        limit = 1e-3 * abs(gradient).max() if apart is None else apart
        for place in places(gradient):
            measured = _measured(model, layer, place, images, labels)
            if abs(measured - gradient[place]) > limit:
                found.append(layer.name)
                break
    return found


def _remembered(function):
    """Measure each patient once: a check tries its mistakes again and again."""
    known = {}

    def remembering(patient):
        if patient.name not in known:
            known[patient.name] = function(patient)
        return list(known[patient.name])

    return remembering


_measured_once = _remembered(wrong_gradients)


def _first_only(patient):
    return _measured_once(patient)[:1]


def _last_only(patient):
    return _measured_once(patient)[-1:]


def _right_ones(patient):
    wrong_ones = _measured_once(patient)
    names = [layer.name for layer in _weighted(patient.model())]
    return [name for name in names if name not in wrong_ones]


def _backwards(patient):
    return _measured_once(patient)[::-1]


def _numbers(patient):
    layers = [layer.name for layer in _weighted(patient.model())]
    return [layers.index(name) for name in _measured_once(patient)]


def _forty(patient):
    """Return a patient with fewer digits: twenty are looked at."""
    return patient.treated(images=patient.images[:40], labels=patient.labels[:40])


WRONG_GRADIENTS = Check(
    name="wrong_gradients",
    reference=_measured_once,
    cases=_Admitted(("J", "K", "healthy", "D"), _forty),
    mistakes=(
        wrong(
            _remembered(lambda patient: _found(patient, places=_diagonal)),
            "you nudged weights on the diagonal only: there a transposed gradient is "
            "right",
        ),
        wrong(
            _remembered(lambda patient: _found(patient, places=_corner)),
            "you nudged one weight in the corner: its pixel or its unit may be silent, "
            "and then everything is 0; choose weights that have a gradient",
        ),
        wrong(
            _remembered(lambda patient: _found(patient, apart=0)),
            "you find right gradients wrong: build the model in float64, where a small "
            "nudge is not rounded away, divide by the distance of the two nudged "
            "weights, and allow a difference, small against the largest gradient",
        ),
        wrong(
            _first_only,
            "you stop at the first layer that is wrong: name them all",
        ),
        wrong(
            _last_only,
            "you name one layer, the last that is wrong: name them all",
        ),
        wrong(
            _right_ones,
            "you named the layers whose gradient is right",
        ),
        wrong(
            _backwards,
            "the layers are right, from the last to the first: begin with the first",
        ),
        wrong(
            _numbers,
            "you returned numbers of layers: return their names, layer.name",
        ),
        wrong(
            lambda patient: [],
            "you find every gradient right: J's and K's are not; did you compare the "
            "gradient of each kernel with a measured one?",
        ),
    ),
)

CHECKS = (STARTING_KERNELS, DIAGNOSE, TREAT, WRONG_GRADIENTS)
