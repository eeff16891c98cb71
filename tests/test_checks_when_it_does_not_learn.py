"""Answers to chapter 15's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest

from cnn_helpers import layers
from cnn_helpers.checks import check
from cnn_helpers.checks.when_it_does_not_learn import FINDINGS, ILLS

# ------------------------------------------------------------ right answers


def start_by_loop(shapes, seed):
    rng = np.random.default_rng(seed)
    kernels = []
    for *window, filters in shapes:
        fan_in = 1
        for size in window:
            fan_in *= size
        kernels.append(rng.normal(0, (2 / fan_in) ** 0.5, (*window, filters)))
    return kernels


def start_uniform(shapes, seed):
    """He's start with another distribution of the same variance."""
    rng = np.random.default_rng(seed)
    limits = [np.sqrt(6 / np.prod(shape[:-1])) for shape in shapes]
    return [rng.uniform(-a, a, s) for a, s in zip(limits, shapes, strict=True)]


def other_cures(patient):
    """Return cures that differ in their numbers from the solution's."""
    name, weights = patient.name, patient.weights
    if name == "P":
        return patient.treated(weights=[w if w.ndim > 1 else w * 0 for w in weights])
    if name == "Q":
        return patient.treated(learning_rate=0.08)
    if name == "R":
        return patient.treated(from_logits=False, learning_rate=0.06)
    if name == "S":
        return patient.treated(labels=np.roll(patient.labels, 2), batch_size=16)
    if name == "T":
        return patient.treated(weights=[w * 7 for w in weights])
    return patient.treated(
        images=patient.images / patient.images.max(),
        held_out_images=patient.held_out_images / patient.images.max(),
        labels=np.append(patient.labels[1:], patient.labels[:1]),
    )


def compared_with_the_books_own(patient):
    """Compare with sound layers: a shortcut, and right."""
    images, labels = patient.images[:20].astype(float), patient.labels[:20]
    one, other = (
        p.model("float64") for p in (patient, patient.treated(dense=layers.Dense))
    )
    one.plan.gradients(images, labels)
    other.plan.gradients(images, labels)
    return [
        mine.name
        for mine, sound in zip(one.layers, other.layers, strict=True)
        if mine.weights
        and not np.allclose(mine.gradients["kernel"], sound.gradients["kernel"])
    ]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("starting_kernels", start_by_loop),
        ("starting_kernels", start_uniform),
        ("treat", other_cures),
        ("wrong_gradients", compared_with_the_books_own),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def start_of_glorot_uniform(shapes, seed):
    rng = np.random.default_rng(seed)
    kernels = []
    for shape in shapes:
        window = np.prod(shape[:-2])
        limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
        kernels.append(rng.uniform(-limit, limit, shape))
    return kernels


def start_too_large(shapes, seed):
    return [3 * kernel for kernel in start_by_loop(shapes, seed)]


def start_reshaped(shapes, seed):
    return [kernel.ravel() for kernel in start_by_loop(shapes, seed)]


def start_without_the_seed(shapes, seed):
    return start_by_loop(shapes, None)


def start_from_a_fixed_seed(shapes, seed):
    return start_by_loop(shapes, 42)


def start_one_short(shapes, seed):
    return start_by_loop(shapes, seed)[:-1]


def only(name, cure):
    """Return the other cures, but for one patient."""
    return lambda patient: (
        cure(patient) if patient.name == name else other_cures(patient)
    )


def hidden(patient):
    """Return W with smaller weights in place of smaller pixels."""
    weights = [w / 4 for w in patient.weights]
    return patient.treated(weights=weights, labels=np.roll(patient.labels, -1))


def forgotten(patient):
    return patient.treated(images=patient.images / 255)


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("starting_kernels", start_of_glorot_uniform, "Glorot's start"),
        ("starting_kernels", start_too_large, "times what it was"),
        ("starting_kernels", start_reshaped, "an array of its shape"),
        ("starting_kernels", start_one_short, "one kernel for each of the 2"),
        ("starting_kernels", start_without_the_seed, "gave other kernels"),
        ("starting_kernels", start_from_a_fixed_seed, "gave the same kernels"),
        ("diagnose", lambda: {"P": "dead"}, "Q has no diagnosis"),
        ("diagnose", lambda: {**ILLS, "P": "tired"}, "none of the eight words"),
        ("diagnose", lambda: {**ILLS, "X": "dead"}, "'X' is not there"),
        ("diagnose", lambda: [*ILLS.values()], "eturn a dictionary"),
        ("treat", lambda patient: patient.model(), "patient.treated(...) gives"),
        ("treat", only("P", lambda p: p), "as they came"),
        ("treat", only("Q", lambda p: p.treated(learning_rate=9.0)), "Q is not cured"),
        ("treat", only("R", lambda p: p.treated(batch_size=8)), "R is not cured"),
        ("treat", only("W", forgotten), "both must be prepared in the same way"),
        ("treat", only("W", hidden), "smaller weights hide it"),
        ("treat", only("T", lambda p: p.treated(name="P")), "you returned P"),
        (
            "treat",
            only("S", lambda p: p.treated(held_out_images=1 - p.held_out_images)),
            "to stay those that they are",
        ),
        ("wrong_gradients", lambda p: ["dense_1", "dense_2"], "should be"),
    ],
)
def test_mistake_is_named(name, answer, says, capsys):
    assert check(name, answer) is False
    assert says in " ".join(capsys.readouterr().out.split())


def test_every_word_but_the_right_one_is_contradicted(capsys):
    for letter, ill in ILLS.items():
        for word in FINDINGS:
            right = check("diagnose", lambda: {**ILLS, letter: word})  # noqa: B023
            said = capsys.readouterr().out
            assert right is (word == ill)
            assert right or f"{letter} has not '{word}'" in said


# --------------------------------------------------- the findings are true


def test_the_findings_hold_of_the_patients_that_are_told_of():
    from cnn_helpers.checks.when_it_does_not_learn import _patient

    healthy = _patient("healthy")
    for letter, ill in ILLS.items():
        patient = _patient(letter)
        assert patient.images.max() == 1
        assert (patient.learning_rate == healthy.learning_rate) or ill == "rate"
        assert np.array_equal(patient.labels, healthy.labels) or ill == "labels"
        assert patient.shuffle
        assert np.array_equal(patient.images, healthy.images)
        assert patient.from_logits is (ill == "loss")
        assert patient.dense is layers.Dense
        sizes = [
            np.array_equal(w, v)
            for w, v in zip(patient.weights, healthy.weights, strict=True)
            if w.ndim > 1
        ]
        assert all(sizes) or ill == "scale"
        signal, silent = patient.images, []
        for layer in patient.model().layers:
            signal = layer(signal)
            silent.append(not signal.any())
        assert any(silent) is (ill == "dead")
