"""Answers to chapter 14's exercises, as readers write them, right and wrong."""

import numpy as np
import pytest

from cnn_helpers import optimizers
from cnn_helpers.checks import check

# ------------------------------------------------------------ right answers


def probabilities(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def epoch(kernel, bias, images, labels, order, batch_size, rate, *, spoil=None):
    """An epoch that multiplies one-hot rows; ``spoil`` changes a batch's rows."""
    losses = []
    for rows in np.split(order, range(batch_size, len(order), batch_size)):
        rows = rows if spoil is None else spoil(rows)
        p = probabilities(images[rows] @ kernel + bias)
        targets = np.eye(len(bias))[labels[rows]]
        losses.extend(-np.log((p * targets).sum(axis=1)))
        kernel = kernel - rate / len(rows) * images[rows].T @ (p - targets)
        bias = bias - rate / len(rows) * (p - targets).sum(axis=0)
    return kernel, bias, np.mean(losses)


def epoch_as_list(*given):
    return list(epoch(*given))


def package_nesterov(weight, velocity, gradient, rate, keep):
    optimizer, new = optimizers.SGD(rate, momentum=keep, nesterov=True), weight.copy()
    optimizer.memory = [{"velocity": velocity.copy()}]
    optimizer.apply_gradients([(gradient, new)])
    return new, optimizer.memory[0]["velocity"]


def package_adamw(
    weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    optimizer = optimizers.AdamW(rate, decay, beta_1, beta_2, epsilon)
    weight = weight.copy()
    for gradient in gradients:
        optimizer.apply_gradients([(gradient, weight)])
    return weight


def maps_by_loop(maps, rate, seed, training):
    if not training:
        return maps.copy()
    rng, result = np.random.default_rng(seed), maps / (1 - rate)
    for image in range(len(maps)):
        for channel in range(maps.shape[-1]):
            if rng.random() < rate:
                result[image, :, :, channel] = 0
    return result


def maps_by_choice(maps, rate, seed, training):
    if training:
        rng = np.random.default_rng(seed)
        factors = rng.choice(
            [0, 1 / (1 - rate)], len(maps) * maps.shape[3], p=[rate, 1 - rate]
        )
        maps = maps * factors.reshape(len(maps), 1, 1, -1)
    return maps


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("one_epoch", epoch),
        ("one_epoch", epoch_as_list),
        ("nesterov_step", package_nesterov),
        ("adamw", package_adamw),
        ("drop_maps", maps_by_loop),
        ("drop_maps", maps_by_choice),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def ragged_batch_dropped(kernel, bias, images, labels, order, batch_size, rate):
    whole = len(order) // batch_size * batch_size
    return epoch(kernel, bias, images, labels, order[:whole], batch_size, rate)


def with_replacement(*given):
    return epoch(*given, spoil=lambda rows: rows[[0] * len(rows)])


def mean_of_means(kernel, bias, images, labels, order, batch_size, rate):
    losses = []
    for rows in np.split(order, range(batch_size, len(order), batch_size)):
        kernel, bias, loss = epoch(kernel, bias, images, labels, rows, len(rows), rate)
        losses.append(loss)
    return kernel, bias, np.mean(losses)


def updates_what_it_was_given(kernel, bias, images, labels, order, batch_size, rate):
    new_kernel, new_bias, loss = epoch(
        kernel, bias, images, labels, order, batch_size, rate
    )
    kernel += new_kernel - kernel
    bias += new_bias - bias
    return kernel, bias, loss


def only_the_weights(*given):
    return epoch(*given)[:2]


def loss_first(*given):
    kernel, bias, loss = epoch(*given)
    return loss, kernel, bias


def softmax_twice(kernel, bias, images, labels, order, batch_size, rate):
    losses, new_kernel, new_bias = [], kernel, bias
    for rows in np.split(order, range(batch_size, len(order), batch_size)):
        p = probabilities(probabilities(images[rows] @ new_kernel + new_bias))
        losses.extend(-np.log(p[np.arange(len(rows)), labels[rows]]))
        new_kernel, new_bias, _ = epoch(
            new_kernel, new_bias, images, labels, rows, len(rows), rate
        )
    return new_kernel, new_bias, np.mean(losses)


def heavy_ball(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity - rate * gradient
    return weight + velocity, velocity


def as_in_torch(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity + gradient
    return weight - rate * (gradient + keep * velocity), velocity


def climbing(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity + rate * gradient
    return weight + keep * velocity + rate * gradient, velocity


def gradient_unscaled(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity - rate * gradient
    return weight + keep * velocity - gradient, velocity


def adam(weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return package_adamw(weight, gradients, rate, 0.0, beta_1, beta_2, epsilon)


def uncorrected(weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    mean = square = 0
    for gradient in gradients:
        weight = weight * (1 - rate * decay)
        mean = beta_1 * mean + (1 - beta_1) * gradient
        square = beta_2 * square + (1 - beta_2) * gradient**2
        weight = weight - rate * mean / (np.sqrt(square) + epsilon)
    return weight


def first_correction_always(
    weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    mean = square = 0
    for gradient in gradients:
        weight = weight * (1 - rate * decay)
        mean = beta_1 * mean + (1 - beta_1) * gradient
        square = beta_2 * square + (1 - beta_2) * gradient**2
        correction = (1 - beta_2) ** 0.5 / (1 - beta_1)
        weight = weight - rate * correction * mean / (np.sqrt(square) + epsilon)
    return weight


def sums_for_means(
    weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    mean = square = 0
    for step, gradient in enumerate(gradients, start=1):
        weight = weight * (1 - rate * decay)
        mean, square = beta_1 * mean + gradient, beta_2 * square + gradient**2
        correction = (1 - beta_2**step) ** 0.5 / (1 - beta_1**step)
        weight = weight - rate * correction * mean / (np.sqrt(square) + epsilon)
    return weight


def epsilon_inside(
    weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    mean = square = 0
    for step, gradient in enumerate(gradients):
        weight = weight * (1 - rate * decay)
        mean = beta_1 * mean + (1 - beta_1) * gradient
        square = beta_2 * square + (1 - beta_2) * gradient**2
        correction = (1 - beta_2 ** (step + 1)) ** 0.5 / (1 - beta_1 ** (step + 1))
        weight = weight - rate * correction * mean / np.sqrt(square + epsilon)
    return weight


def decay_in_the_gradient(weight, gradients, rate, decay, *more, **rest):
    for step in range(1, len(gradients) + 1):
        if step == 1:
            seen = [gradients[0] + decay * weight]
        else:
            now = adam(weight, np.array(seen), rate, 0, *more, **rest)
            seen.append(gradients[step - 1] + decay * now)
    return adam(weight, np.array(seen), rate, 0, *more, **rest)


def single_pixels(maps, rate, seed, training):
    if not training:
        return maps
    return maps * (np.random.default_rng(seed).random(maps.shape) >= rate) / (1 - rate)


def never_enlarged(maps, rate, seed, training):
    return maps_by_loop(maps, rate, seed, training) * (1 - rate if training else 1)


def always_on(maps, rate, seed, training):
    return maps_by_loop(maps, rate, seed, True)


def one_mask_for_all(maps, rate, seed, training):
    if not training:
        return maps
    kept = np.random.default_rng(seed).random(maps.shape[-1]) >= rate
    return maps * kept / (1 - rate)


def unseeded(maps, rate, seed, training):
    return maps_by_loop(maps, rate, None, training)


def same_seed_always(maps, rate, seed, training):
    return maps_by_loop(maps, rate, 3, training)


def too_many(maps, rate, seed, training):
    return maps_by_loop(maps, rate if rate == 0.8 else 1.5 * rate, seed, training)


def nothing_dropped(maps, rate, seed, training):
    return maps


def kept_share(maps, rate, seed, training):
    if not training or rate == 0:
        return maps
    return maps_by_loop(maps, 1 - rate, seed, True) * rate / (1 - rate)


def odd_factor(maps, rate, seed, training):
    return maps_by_loop(maps, rate, seed, training) * (1.1 if training and rate else 1)


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("one_epoch", ragged_batch_dropped, "dropped when it is smaller"),
        ("one_epoch", mean_of_means, "mean of the batches' means"),
        ("one_epoch", updates_what_it_was_given, "makes a new array"),
        ("one_epoch", only_the_weights, "2 items"),
        ("one_epoch", loss_first, "your loss comes first"),
        ("one_epoch", softmax_twice, "softmax a second time"),
        ("nesterov_step", heavy_ball, "plain momentum"),
        ("nesterov_step", gradient_unscaled, "lacks the rate"),
        ("nesterov_step", as_in_torch, "as PyTorch keeps it"),
        ("nesterov_step", climbing, "you go uphill"),
        ("adamw", adam, "do not shrink"),
        ("adamw", uncorrected, "bias correction is missing"),
        ("adamw", first_correction_always, "that of the first step at every step"),
        ("adamw", sums_for_means, "your means are sums"),
        ("adamw", epsilon_inside, "inside the root"),
        ("adamw", decay_in_the_gradient, "to the gradient"),
        ("drop_maps", single_pixels, "single pixels"),
        ("drop_maps", never_enlarged, "the mean sinks"),
        ("drop_maps", always_on, "when the network is used"),
        ("drop_maps", one_mask_for_all, "same maps are dropped in every image"),
        ("drop_maps", unseeded, "one seed gives other maps"),
        ("drop_maps", same_seed_always, "two seeds give the same"),
        ("drop_maps", too_many, "of the maps where the rate is 30%"),
        ("drop_maps", nothing_dropped, "no map is dropped"),
        ("drop_maps", kept_share, "that share is to be dropped"),
        ("drop_maps", odd_factor, "kept maps are multiplied by 1.571"),
    ],
)
def test_mistake_is_named(name, answer, says, capsys):
    assert check(name, answer) is False
    assert says.lower() in " ".join(capsys.readouterr().out.split()).lower()


def test_repeated_rows_fail(capsys):
    assert check("one_epoch", with_replacement) is False
    assert "not right yet" in capsys.readouterr().out
