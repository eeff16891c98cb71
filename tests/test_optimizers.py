"""The optimizers: step by step against Keras."""

import keras
import numpy as np
import pytest

from cnn_helpers import optimizers

CONFIGURATIONS = [
    ("SGD", {}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"learning_rate": 0.1, "weight_decay": 0.2}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1}),
    ("Adam", {"learning_rate": 0.1, "weight_decay": 0.2}),
    ("AdamW", {}),
    ("AdamW", {"learning_rate": 0.1, "weight_decay": 0.3}),
]


def run(optimizer, weights, gradients):
    """Apply a number of steps of our optimizer; return all weights after each."""
    weights = [weight.copy() for weight in weights]
    seen = []
    for step in gradients:
        optimizer.apply_gradients(zip(step, weights, strict=True))
        seen.append([weight.copy() for weight in weights])
    return seen


@pytest.mark.parametrize(("kind", "keywords"), CONFIGURATIONS)
def test_steps_are_those_of_keras(kind, keywords):
    rng = np.random.default_rng(0)
    shapes = [(3, 4), (4,), (2, 2, 1, 3)]
    weights = [rng.normal(size=shape) for shape in shapes]
    # Gradients of very different sizes, and zeros, show where epsilon stands.
    gradients = [
        [rng.normal(size=shape) * 10.0 ** rng.integers(-8, 1) for shape in shapes]
        for _ in range(8)
    ]
    gradients[2] = [np.zeros(shape) for shape in shapes]

    variables = [keras.Variable(weight, dtype="float64") for weight in weights]
    theirs = getattr(keras.optimizers, kind)(**keywords)
    ours = run(getattr(optimizers, kind)(**keywords), weights, gradients)
    for step, expected in zip(gradients, ours, strict=True):
        theirs.apply_gradients(zip(step, variables, strict=True))
        for variable, weight in zip(variables, expected, strict=True):
            # Keras keeps the learning rate and the powers of beta in float32.
            np.testing.assert_allclose(weight, variable.numpy(), rtol=1e-5, atol=1e-5)


def test_sgd_by_hand():
    weight = np.array([1.0, 2.0])
    optimizers.SGD(0.5).apply_gradients([(np.array([2.0, -2.0]), weight)])
    assert weight.tolist() == [0.0, 3.0]


def test_weights_change_in_place_and_gradients_do_not():
    weight, gradient = np.ones(3, np.float32), np.ones(3, np.float32)
    optimizer = optimizers.AdamW(weight_decay=0.1)
    for _ in range(3):
        optimizer.apply_gradients([(gradient, weight)])
    assert (weight < 1).all()
    assert weight.dtype == np.float32
    assert (gradient == 1).all()
    assert optimizer.iterations == 3


@pytest.mark.parametrize(
    "keywords",
    [
        {"decay_steps": 10},
        {"decay_steps": 10, "alpha": 0.1},
        {"decay_steps": 10, "alpha": 0.1, "warmup_target": 0.5, "warmup_steps": 4},
        {"decay_steps": 7, "warmup_target": 0.05, "warmup_steps": 5},
        {"decay_steps": 7, "warmup_steps": 5},
    ],
)
def test_cosine_decay_is_that_of_keras(keywords):
    ours = optimizers.schedules.CosineDecay(0.1, **keywords)
    theirs = keras.optimizers.schedules.CosineDecay(0.1, **keywords)
    steps = range(25)
    expected = [float(theirs(step)) for step in steps]
    np.testing.assert_allclose([ours(step) for step in steps], expected, atol=1e-7)


def test_a_schedule_moves_the_learning_rate():
    schedule = optimizers.schedules.CosineDecay(0.5, decay_steps=2)
    optimizer, weight = optimizers.SGD(schedule), np.zeros(1)
    rates = []
    for _ in range(3):
        rates.append(optimizer.learning_rate)
        optimizer.apply_gradients([(np.ones(1), weight)])
    np.testing.assert_allclose(rates, [0.5, 0.25, 0])
    np.testing.assert_allclose(weight, [-0.75])


def test_the_learning_rate_can_be_set():
    optimizer = optimizers.Adam()
    optimizer.learning_rate = 0.5
    assert float(optimizer.learning_rate) == 0.5
    with pytest.raises(ValueError, match="learning_rate"):
        optimizer.learning_rate = -1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optimizers.SGD(-0.1), "learning_rate"),
        (lambda: optimizers.Adam(float("nan")), "learning_rate"),
        (lambda: optimizers.SGD(momentum=1.5), "momentum"),
        (lambda: optimizers.SGD(momentum=-0.5), "momentum"),
        (lambda: optimizers.Adam(beta_1=1), "beta_1"),
        (lambda: optimizers.Adam(beta_2=-1), "beta_2"),
        (lambda: optimizers.Adam(epsilon=-1), "epsilon"),
        (lambda: optimizers.AdamW(weight_decay=-1), "weight_decay"),
        (lambda: optimizers.Adam(amsgrad=True), "amsgrad"),
        (lambda: optimizers.SGD(clipnorm=1.0), "clipnorm"),
        (lambda: optimizers.schedules.CosineDecay(0.1, 0), "decay_steps"),
        (lambda: optimizers.schedules.CosineDecay(-0.1, 5), "initial_learning_rate"),
        (lambda: optimizers.schedules.CosineDecay(0.1, 5, t_mul=2), "t_mul"),
        (lambda: optimizers.get("rmsprop"), "rmsprop"),
        (lambda: optimizers.get(None), "optimizer"),
    ],
)
def test_wrong_settings_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("rate", ["0.1", None, True])
def test_a_learning_rate_is_a_number(rate):
    with pytest.raises(TypeError, match="learning_rate"):
        optimizers.SGD(rate)


def test_an_optimizer_follows_one_model():
    optimizer = optimizers.Adam()
    optimizer.apply_gradients([(np.ones(2), np.ones(2))])
    with pytest.raises(ValueError, match="new optimizer"):
        optimizer.apply_gradients([(np.ones(2), np.ones(2))] * 2)
