"""The checks of chapter 19 against answers as readers write them."""

import numpy as np
import pytest

from cnn_helpers.checks import check


def right_wired_parameters(kernel_height, kernel_width, groups):
    numbers = 0
    for group in groups:
        for _ in group:
            numbers += kernel_height * kernel_width
        numbers += 1
    return numbers


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


def right_smooth_labels(labels, classes, smoothing):
    rows = []
    for label in labels:
        row = [smoothing / classes] * classes
        row[label] += 1 - smoothing
        rows.append(row)
    return np.array(rows)


RIGHT = {
    "wired_parameters": right_wired_parameters,
    "network_parameters": right_network_parameters,
    "hold_out": right_hold_out,
    "smooth_labels": right_smooth_labels,
}


@pytest.mark.parametrize("name", RIGHT)
def test_another_right_answer_passes(name, capsys):
    assert check(name, RIGHT[name]) is True
    assert "right" in capsys.readouterr().out


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


def drawn_with_replacement(images, labels, count, seed):
    held = np.random.default_rng(seed).choice(len(images), count)
    return hold_from(images, labels, held)


def hold_from(images, labels, held):
    return (
        np.delete(images, held, axis=0),
        np.delete(labels, held),
        images[held],
        labels[held],
    )


def block_in_the_middle(images, labels, count, seed):
    return hold_from(images, labels, np.arange(1, count + 1))


def every_other(images, labels, count, seed):
    step = max(1, len(images) // count)
    return hold_from(images, labels, np.arange(0, step * count, step))


def mixed_by_the_old_generator(images, labels, count, seed):
    return hold_from(images, labels, np.random.permutation(len(images))[:count])  # noqa: NPY002


def seed_ignored(images, labels, count, seed):
    return right_hold_out(images, labels, count, 0)


def seed_forgotten(images, labels, count, seed):
    return right_hold_out(images, labels, count, None)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (drawn_with_replacement, "held back twice"),
        (seed_ignored, "seeds 7 and 8"),
        (seed_forgotten, "called again"),
        (mixed_by_the_old_generator, "called again"),
        (block_in_the_middle, "equally spaced"),
        (every_other, "equally spaced"),
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
    return float(right_wired_parameters(*sizes))


def test_float_counts_and_lists_are_told(capsys):
    assert check("wired_parameters", right_floats) is False
    assert "a float" in capsys.readouterr().out
    assert (
        check("smooth_labels", lambda *given: right_smooth_labels(*given).tolist())
        is False
    )
    assert "a list" in capsys.readouterr().out


def smooth_in_single_precision(labels, classes, smoothing):
    return right_smooth_labels(labels, classes, smoothing).astype(np.float32)


def test_smoothed_labels_may_be_float32():
    assert check("smooth_labels", smooth_in_single_precision) is True


def shared_among_the_others(labels, classes, smoothing):
    rows = np.full((len(labels), classes), smoothing / (classes - 1))
    rows[np.arange(len(labels)), labels] = 1 - smoothing
    return rows


def largest_label_decides(labels, classes, smoothing):
    return right_smooth_labels(labels, max(labels) + 1, smoothing)


def every_map(kernel_height, kernel_width, groups):
    maps = len({number for group in groups for number in group})
    return len(groups) * (kernel_height * kernel_width * maps + 1)


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("smooth_labels", shared_among_the_others, "all classes get their share"),
        ("smooth_labels", largest_label_decides, "the largest label needs"),
        ("wired_parameters", every_map, "read every map"),
    ],
)
def test_other_ways_to_slip_are_named(name, function, words, capsys):
    assert check(name, function) is False
    assert words in " ".join(capsys.readouterr().out.split())


def another_network(height, width, channels, *, maps=32, last=1, side=None):
    side = side or (lambda length: length // 2 // 2)
    convolutions = 32 * (25 * channels + 1) + 64 * (25 * maps + 1)
    dense = (side(height) * side(width) * 64 + 1) * 1024 + (1024 + last) * 10
    return int(convolutions + dense)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda h, w, c: another_network(h, w, c, maps=c), "not the image"),
        (lambda h, w, c: another_network(h, w, c, maps=1), "all 32 maps"),
        (lambda h, w, c: another_network(h, w, c, last=0), "of the last layer"),
        (lambda h, w, c: another_network(h, w, c, side=lambda s: s / 4), "fractions"),
    ],
)
def test_the_slips_of_a_reader_are_named(function, words, capsys):
    assert check("network_parameters", function) is False
    said = " ".join(capsys.readouterr().out.split())
    assert words in said
    assert "Your number is not right" not in said
