"""The checks of chapter 19 against answers as readers write them."""

import numpy as np
import pytest

from cnn_helpers.checks import check
from cnn_helpers.checks.full_mnist import CHECKS


def right_conv_parameters(kernel_height, kernel_width, channels, filters):
    one = 0
    for _ in range(channels):
        one += kernel_height * kernel_width
    return (one + 1) * filters


def right_network_parameters(height, width, channels):
    keras = pytest.importorskip("keras")
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((height, width, channels)),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(1024, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return model.count_params()


def right_hold_out(images, labels, count, seed):
    rng = np.random.default_rng(seed)
    held = np.zeros(len(images), bool)
    held[rng.choice(len(images), count, replace=False)] = True
    return images[~held], labels[~held], images[held], labels[held]


def right_share(confusion):
    shares = []
    for digit, row in enumerate(confusion):
        shares.append(row[digit] / row.sum() if row.sum() else 0.0)
    return np.array(shares)


RIGHT = {
    "conv_parameters": right_conv_parameters,
    "network_parameters": right_network_parameters,
    "hold_out": right_hold_out,
    "share_read_rightly": right_share,
}


@pytest.mark.parametrize("name", RIGHT)
def test_another_right_answer_passes(name, capsys):
    assert check(name, RIGHT[name]) is True
    assert "right" in capsys.readouterr().out


@pytest.mark.parametrize("one", CHECKS, ids=lambda one: one.name)
def test_at_least_six_mistakes_each_with_its_own_words(one, capsys):
    assert len(one.mistakes) >= 6
    diagnoses = [mistake.diagnosis for mistake in one.mistakes]
    assert len(set(diagnoses)) == len(diagnoses)
    for mistake in one.mistakes:
        assert check(one.name, mistake.function) is False
        said = capsys.readouterr().out
        assert mistake.diagnosis[1:].rstrip(".") in said


@pytest.mark.parametrize("name", RIGHT)
def test_not_yet_written(name, capsys):
    assert check(name, lambda *arguments, **options: None) is False
    assert "not written yet" in capsys.readouterr().out


def hold_last(images, labels, count, seed):
    return images[:-count], labels[:-count], images[-count:], labels[-count:]


def hold_other_random(images, labels, count, seed):
    order = np.random.default_rng(seed + 5).permutation(len(images))
    held = order[:count]
    return images, labels, images[held], labels[held]


def tear_by_other_seed(images, labels, count, seed):
    train, _, held, _ = right_hold_out(images, labels, count, seed)
    _, train_labels, _, held_labels = right_hold_out(images, labels, count, seed + 1)
    return train, train_labels, held, held_labels


def one_too_many(images, labels, count, seed):
    return right_hold_out(images, labels, count + 1, seed)


def repeated(images, labels, count, seed):
    train, train_labels, held, held_labels = right_hold_out(images, labels, count, seed)
    train[0], train_labels[0] = held[0], held_labels[0]
    return train, train_labels, held, held_labels


def foreign(images, labels, count, seed):
    train, train_labels, held, held_labels = right_hold_out(images, labels, count, seed)
    return train + 0.5, train_labels, held, held_labels


def flattened(images, labels, count, seed):
    return right_hold_out(images.reshape(len(images), -1), labels, count, seed)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (hold_last, "last rows"),
        (hold_other_random, "lengths"),
        (tear_by_other_seed, "torn apart"),
        (one_too_many, "lengths"),
        (repeated, "twice"),
        (foreign, "none of those given"),
        (flattened, "keeps its shape"),
        (lambda images, labels, count, seed: images, "four arrays"),
        (lambda images, labels, count, seed: [1, 2, 3, 4], "arrays"),
        (lambda images, labels, count: images, "cannot be called"),
    ],
)
def test_hold_out_judges_what_it_has_not_seen_before(function, words, capsys):
    assert check("hold_out", function) is False
    assert words in capsys.readouterr().out


def right_floats(*sizes):
    return float(right_conv_parameters(*sizes))


def test_float_counts_and_lists_are_told(capsys):
    assert check("conv_parameters", right_floats) is False
    assert "a float" in capsys.readouterr().out
    assert check("share_read_rightly", lambda c: right_share(c).tolist()) is False
    assert "a list" in capsys.readouterr().out
