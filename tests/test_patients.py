"""The patients of chapter 15: each fails as said, and only its own cure helps."""

import copy
import itertools

import numpy as np
import pytest

from cnn_helpers import layers
from cnn_helpers.datasets import Digits, load_digits
from cnn_helpers.patients import Patient, admit

ALL = ["healthy", *"ABCDEFGHJKPQRSTW"]
TEXT = ["A", "B", "C", "D", "E", "F", "G", "H"]
FLOOR = np.log(np.e + 9) - 1


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def scaled(patient, factor):
    return patient.treated(weights=[factor * w for w in patient.weights])


def fresh_biases(patient):
    return patient.treated(
        weights=[w if w.ndim > 1 else 0 * w for w in patient.weights]
    )


def divided(patient):
    return patient.treated(
        images=patient.images / 255, held_out_images=patient.held_out_images / 255
    )


def rolled(patient, rows):
    return patient.treated(labels=np.roll(patient.labels, rows))


CURES = {
    "A": divided,
    "B": lambda patient: scaled(patient, 1 / 3),
    "C": lambda patient: scaled(patient, 10),
    "D": fresh_biases,
    "E": lambda patient: patient.treated(learning_rate=0.05),
    "F": lambda patient: rolled(patient, -1),
    "G": lambda patient: patient.treated(shuffle=True),
    "H": lambda patient: patient.treated(from_logits=False),
}


# ------------------------------------------------------------- how they fail


def test_the_healthy_one_learns(digits):
    course = admit("healthy", digits).train(5)
    assert abs(course.loss[0] - np.log(10)) < 0.5
    assert course.loss[-1] < 0.7
    assert course.held_out > 0.75


@pytest.mark.parametrize("name", ["A", "B", "W"])
def test_the_first_loss_is_far_too_high(digits, name):
    assert admit(name, digits).train(1).loss[0] > 40


@pytest.mark.parametrize("name", ["C", "D", "P", "T"])
def test_no_opinion_and_no_progress(digits, name):
    course = admit(name, digits).train(2)
    assert course.loss == pytest.approx([np.log(10)] * 3, abs=0.01)
    assert course.held_out < 0.2


@pytest.mark.parametrize(("name", "dead"), [("D", "dense_1"), ("P", "conv2d")])
def test_a_layer_is_silent_and_sends_no_gradient(digits, name, dead):
    patient = admit(name, digits)
    model = patient.model()
    model.plan.gradients(patient.images[:50], patient.labels[:50])
    signal = patient.images
    for layer in model.layers:
        signal = layer(signal)
        if layer.name == dead:
            assert not signal.any()
        if layer.weights:
            assert not layer.gradients["kernel"].any()


def test_steps_too_short_leave_the_loss_where_it_is(digits):
    course = admit("E", digits).train(2)
    assert 0 < course.loss[0] - course.loss[-1] < 0.01


@pytest.mark.parametrize("name", ["F", "S"])
def test_moved_labels_can_be_learned_and_are_worth_nothing(digits, name):
    ten = admit(name, digits).train(100, count=10)
    assert ten.loss[-1] < 0.05
    assert admit(name, digits).train(5).held_out < 0.2


def test_sorted_digits_leave_the_last_classes_behind(digits):
    patient = admit("G", digits)
    course = patient.train(5)
    answers = course.model.predict(patient.held_out_images, verbose=0).argmax(axis=1)
    assert course.held_out < 0.5
    assert np.mean(answers >= 7) > 0.6


@pytest.mark.parametrize("name", ["H", "R"])
def test_the_loss_has_a_floor_above_zero(digits, name):
    patient = admit(name, digits)
    assert patient.train(400, count=10).loss[-1] >= FLOOR


def test_wrong_numbers_handed_on_show_in_what_is_read(digits):
    healthy, other = (admit(name, digits).train(5) for name in ("healthy", "K"))
    assert other.held_out < healthy.held_out - 0.1


def test_steps_too_long_ruin_it(digits):
    course = admit("Q", digits).train(5)
    assert not course.loss[-1] < 2.2
    assert course.held_out < 0.2


def test_the_loss_ends_in_nan_where_it_stops_being_a_number(digits):
    course = admit("healthy", digits).treated(learning_rate=1e6).train(3)
    assert np.isnan(course.loss[-1])
    assert course.held_out < 0.3


# --------------------------------------------------------------- what helps


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", TEXT)
def test_its_own_cure_helps(digits, name, seed):
    patient = admit(name, digits, seed=seed)
    assert CURES[name](patient).train(5).held_out > 0.65


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        pair
        for alike in ("BA", "CDE", "FGH")
        for pair in itertools.permutations(alike, 2)
        if pair != ("A", "B")
    ],
)
def test_no_other_cure_helps(digits, name, cure):
    course = CURES[cure](admit(name, digits)).train(3)
    assert course.held_out < 0.7 or course.loss[-1] > FLOOR


@pytest.mark.parametrize("seed", [0, 1])
def test_a_wrong_cure_may_help_by_chance(digits, seed):
    """Five layers a third each: 243, which happens to lie near 255."""
    for name, other in ("A", "B"), ("B", "A"):
        course = CURES[other](admit(name, digits, seed=seed)).train(5)
        assert abs(course.loss[0] - np.log(10)) < 0.5
        assert (course.loss[-1] < 2.15) is (name == "A")


def test_one_cure_alone_does_not_help_two_illnesses(digits):
    patient = admit("W", digits)
    assert divided(patient).train(5).held_out < 0.3
    assert rolled(patient, -1).train(5).held_out < 0.3
    assert rolled(divided(patient), -1).train(5).held_out > 0.65


# ---------------------------------------------------------- wrong gradients


def wrong_layers(patient):
    """Return the layers whose gradient differs from that of the book's own."""
    sound = patient.treated(dense=layers.Dense).model("float64")
    model = patient.model("float64")
    images, labels = patient.images[:20].astype(float), patient.labels[:20]
    for each in model, sound:
        each.plan.gradients(images, labels)
    return [
        layer.name
        for layer, other in zip(model.layers, sound.layers, strict=True)
        if layer.weights
        and not np.allclose(layer.gradients["kernel"], other.gradients["kernel"])
    ]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("healthy", []),
        ("J", ["dense_1", "dense_2"]),
        ("K", ["conv2d", "dense", "dense_1"]),
    ],
)
def test_which_gradients_are_wrong(digits, name, wrong, seed):
    assert wrong_layers(admit(name, digits, seed=seed)) == wrong


def test_a_wrong_gradient_learns(digits):
    healthy, other = admit("healthy", digits), admit("J", digits)
    assert abs(healthy.train(5).held_out - other.train(5).held_out) < 0.12


# ------------------------------------------------------------- what they are


@pytest.mark.parametrize("name", ALL)
def test_nothing_on_the_outside_tells(digits, name):
    patient = admit(name, digits)
    assert repr(patient) == f"<Patient {name}>"
    assert patient.dense.__name__ == "Dense"
    model, healthy = patient.model(), admit("healthy", digits).model()
    assert [x.name for x in model.layers] == [x.name for x in healthy.layers]
    assert [repr(x) for x in model.layers] == [repr(x) for x in healthy.layers]


def test_the_same_seed_gives_the_same_training(digits):
    one, other = (admit("healthy", digits, seed=3) for _ in range(2))
    assert one == other
    assert one.train(1).loss == other.train(1).loss
    assert one != admit("healthy", digits, seed=4)


def test_training_leaves_the_patient_as_it_is(digits):
    patient = admit("healthy", digits)
    weights = [weight.copy() for weight in patient.weights]
    patient.train(1)
    assert all(map(np.array_equal, weights, patient.weights))
    model = patient.model()
    assert all(map(np.array_equal, weights, model.get_weights()))


def test_a_patient_cannot_be_changed(digits):
    patient = admit("healthy", digits)
    assert copy.deepcopy(patient) is patient
    with pytest.raises(ValueError, match="read-only"):
        patient.images[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        patient.weights[0][...] = 0
    with pytest.raises(AttributeError):
        patient.learning_rate = 1.0
    pixels = np.zeros((5, 28, 28, 1))
    patient.treated(images=pixels, labels=np.zeros(5, int))
    pixels += 1  # the array that was given stays its owner's


def test_treating_changes_only_the_parts_that_are_named(digits):
    patient = admit("A", digits)
    treated = patient.treated(learning_rate=0.2)
    assert isinstance(treated, Patient)
    assert treated != patient
    assert treated.treated(learning_rate=patient.learning_rate) == patient
    assert patient != "A"


# --------------------------------------------------------------- bad input


def test_an_unknown_patient_is_named(digits):
    with pytest.raises(ValueError, match=r"no patient is called 'Z'"):
        admit("Z", digits)


def test_too_few_digits_are_refused():
    few = np.zeros((30, 28, 28), np.uint8)
    labels = np.zeros(30, int)
    with pytest.raises(ValueError, match="more than 1000 training images, got 30"):
        admit("A", Digits(few, labels, few, labels, "few"))


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"rate": 1.0}, TypeError, "no 'rate'; it has"),
        ({"weights": [np.zeros(3)]}, ValueError, r"must have the shapes .* \[\(3,\)\]"),
        ({"labels": np.zeros(7, int)}, ValueError, r"images .* got labels of shape"),
        ({"held_out_labels": np.zeros(7)}, ValueError, r"held_out_images .* \(7,\)"),
    ],
)
def test_a_treatment_that_does_not_fit_is_refused(digits, changes, error, said):
    with pytest.raises(error, match=said):
        admit("A", digits).treated(**changes)


@pytest.mark.parametrize("arguments", [(0,), (1.5,), (1, 0)])
def test_epochs_and_count_are_whole_numbers_from_one(digits, arguments):
    with pytest.raises((ValueError, TypeError), match=r"epochs|count"):
        admit("A", digits).train(*arguments)
