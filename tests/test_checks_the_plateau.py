"""Answers to chapter 18's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest

from cnn_helpers import layers, losses, models
from cnn_helpers.activations import softmax
from cnn_helpers.checks import check
from cnn_helpers.checks.the_plateau import CLIPPED_GRADIENT, clipped_gradient
from cnn_helpers.gradients import numerical_gradient

# ------------------------------------------------------------ right answers


def possible_by_share(loss, counts, clip=1e-7):
    shares = np.array(counts) / np.sum(counts)
    return np.flatnonzero(shares <= loss / -np.log(clip))


def dead_by_loop(probabilities, labels, clip=1e-7):
    best = {}
    for row, label in zip(probabilities, labels, strict=True):
        best[int(label)] = max(best.get(int(label), 0), row[label])
    return sorted(digit for digit, p in best.items() if p < clip)


def gradient_by_loop(logits, labels, clip=1e-7):
    gradient = np.zeros(logits.shape)
    for n, label in enumerate(labels):
        p = softmax(logits[n])
        if clip <= p[label] <= 1 - clip:
            gradient[n] = (p - np.eye(len(p))[label]) / len(labels)
    return gradient


def gradient_through_softmax(logits, labels, clip=1e-7):
    """The loss's own slope by the probabilities, sent back through softmax."""
    p = softmax(logits)
    by_p = losses.SparseCategoricalCrossentropy(clip=clip).gradient(labels, p)
    return p * (by_p - (by_p * p).sum(axis=1, keepdims=True))


def waking_by_the_rest(before, during, after):
    return 1 - (before - during) / (before - after)


def cured(images):
    model = models.Sequential(name="another_name")
    model.add(layers.Input((28, 28, 1)))
    model.add(layers.Conv2D(6, (2, 2)))
    model.add(layers.ReLU())
    model.add(layers.MaxPooling2D((2, 2)))
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="linear"))
    model.compile("sgd", losses.SparseCategoricalCrossentropy(from_logits=True))
    return images.reshape(-1, 28, 28, 1) / 255.0, model


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("could_be_dead", possible_by_share),
        ("dead_digits", dead_by_loop),
        ("clipped_gradient", gradient_by_loop),
        ("clipped_gradient", gradient_through_softmax),
        ("waking_moment", waking_by_the_rest),
        ("cure", cured),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True, capsys.readouterr().out
    assert "right" in capsys.readouterr().out


@pytest.mark.parametrize("index", range(len(CLIPPED_GRADIENT.cases)))
def test_the_gradient_is_that_of_the_clipped_loss(index):
    """An oracle from outside: nudge the package's loss."""
    tried = CLIPPED_GRADIENT.cases[index]
    logits, labels = tried.args
    clip = tried.kwargs.get("clip", 1e-7)
    loss = losses.SparseCategoricalCrossentropy(clip=clip)
    measured = numerical_gradient(lambda z: loss(labels, softmax(z)), logits)
    np.testing.assert_allclose(
        clipped_gradient(logits, labels, clip), measured, atol=2e-6
    )


# ------------------------------------------------------------ wrong answers


def per_cent(before, during, after):
    return 100 * (during - after) / (before - after)


def share_after(before, during, after):
    return (before - during) / (before - after)


def mean_of_column(probabilities, labels, clip=1e-7):
    return [d for d in np.unique(labels) if probabilities[:, d].max() < clip]


def dead_on_average(probabilities, labels, clip=1e-7):
    present = [d for d in range(10) if d in labels]
    return [d for d in present if probabilities[labels == d, d].mean() < clip]


def negative_price(loss, counts, clip=1e-7):
    paid = loss * sum(counts)
    return [digit for digit, n in enumerate(counts) if n * np.log(clip) <= paid]


def of_ten_thousand(loss, counts, clip=1e-7):
    return [d for d, n in enumerate(counts) if n * -np.log(clip) / 10_000 <= loss]


def first_seen(probabilities, labels, clip=1e-7):
    first = np.unique(labels, return_index=True)[1]
    return [int(labels[n]) for n in first if probabilities[n, labels[n]] < clip]


def flags(probabilities, labels, clip=1e-7):
    own = probabilities[np.arange(len(labels)), labels]
    return [bool((own[labels == d] < clip).all()) for d in range(10)]


def subtracted_before_the_look(logits, labels, clip=1e-7):
    """The trap of the solution's note: the probability is read after the 1 is off."""
    gradient = softmax(logits)
    rows = np.arange(len(labels))
    gradient[rows, labels] -= 1
    own = gradient[rows, labels]
    gradient[(own < clip) | (own > 1 - clip)] = 0
    return gradient / len(labels)


def flat_where_it_is_sure(logits, labels, clip=1e-7):
    p = softmax(logits)
    best = p.max(axis=1, keepdims=True)
    inside = (best >= clip) & (best <= 1 - clip)
    return (p - np.eye(p.shape[1])[labels]) * inside / len(labels)


def changed_in_place(logits, labels, clip=1e-7):
    logits -= logits.max(axis=1, keepdims=True)
    return clipped_gradient(logits, labels, clip)


def clip_without_a_flat_part(logits, labels, clip=1e-7):
    p = np.clip(softmax(logits), clip, 1 - clip)
    return (p - np.eye(p.shape[1])[labels]) / len(labels)


def softmax_twice(images):
    inputs, model = cured(images)
    model.add(layers.Softmax())
    return inputs, model


def by_the_largest_pixel(images):
    return images[..., np.newaxis] / images.max(), cured(images)[1]


def without_a_relu(images):
    return cured(images)[0], _compiled(layers.MaxPooling2D())


def average_pooled(images):
    return cured(images)[0], _compiled(layers.ReLU(), layers.AveragePooling2D(2))


def _compiled(*middle):
    start = [layers.Input((28, 28, 1)), layers.Conv2D(6, 2), *middle]
    model = models.Sequential([*start, layers.Flatten(), layers.Dense(10)])
    model.compile("adam", losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def nothing_divided(images):
    return 1.0 * images[..., np.newaxis], cured(images)[1]


def without_channels(images):
    return images / 255, cured(images)[1]


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("could_be_dead", lambda loss, counts, clip=1e-7: 3, "a list"),
        ("could_be_dead", lambda loss, counts, clip=1e-7: [[], [1]], "a list"),
        ("could_be_dead", negative_price, "is negative"),
        ("could_be_dead", of_ten_thousand, "sum of the counts"),
        ("dead_digits", mean_of_column, "on its own"),
        ("dead_digits", dead_on_average, "may lie below the clip while one"),
        ("dead_digits", first_seen, "first image of each digit only"),
        ("dead_digits", flags, "whole numbers"),
        ("clipped_gradient", subtracted_before_the_look, "should be"),
        ("clipped_gradient", changed_in_place, "changes its input `logits`"),
        ("clipped_gradient", clip_without_a_flat_part, "went on as before"),
        ("clipped_gradient", flat_where_it_is_sure, "largest probability of a row"),
        ("waking_moment", per_cent, "per cent"),
        ("waking_moment", share_after, "share after the fall"),
        ("cure", softmax_twice, "Softmax twice"),
        ("cure", nothing_divided, "still run to 255"),
        ("cure", without_channels, "axis of channels"),
        ("cure", by_the_largest_pixel, "divide by 255, always"),
        ("cure", without_a_relu, "yours has none"),
        ("cure", average_pooled, "is to begin as article 001's"),
        ("cure", lambda images: None, "not written yet"),
        ("cure", lambda images: (images, "adam"), "a models.Sequential"),
    ],
)
def test_mistake_is_named(name, answer, says, capsys):
    assert check(name, answer) is False
    assert says in " ".join(capsys.readouterr().out.split())
