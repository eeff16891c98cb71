"""Exercises of chapter 14: an epoch, Nesterov's momentum, AdamW, dropped maps."""

from functools import partial

import numpy as np

from cnn_helpers.activations import softmax
from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.losses import sparse_categorical_crossentropy

# ------------------------------------------------------------- a whole epoch


def one_epoch(kernel, bias, images, labels, order, batch_size, rate):
    """Return kernel, bias and mean loss after one pass through the images."""
    total = 0.0
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        loss, upstream = _loss_and_slopes(kernel, bias, images[rows], labels[rows])
        total += loss.sum()
        kernel = kernel - rate * images[rows].T @ upstream
        bias = bias - rate * upstream.sum(axis=0)
    return kernel, bias, total / len(order)


def _loss_and_slopes(kernel, bias, images, labels):
    """Return the loss of each image, and the slopes of their mean at the logits."""
    logits = images @ kernel + bias
    loss = sparse_categorical_crossentropy(labels, logits, from_logits=True)
    upstream = softmax(logits)
    upstream[np.arange(len(labels)), labels] -= 1
    return loss, upstream / len(labels)


def _epoch(
    *, last=True, after=False, at_once=False, slopes=None, loss=None, bias_slope=None
):
    """Return a one_epoch that goes wrong in one way.

    Without ``last`` it drops the last batch if that is smaller; ``after``: it takes the
    loss after each update; ``at_once``: it updates when all batches are through;
    ``slopes`` changes the slopes at the logits, ``loss`` sums the batches up;
    ``bias_slope`` makes the bias's slope from those at the logits.
    """
    if bias_slope is None:
        bias_slope = partial(np.sum, axis=0)

    def function(kernel, bias, images, labels, order, batch_size, rate):
        start_kernel, start_bias, losses = kernel, bias, []
        end = len(order) if last else len(order) // batch_size * batch_size
        for start in range(0, end, batch_size):
            rows = order[start : start + batch_size]
            here = (start_kernel, start_bias) if at_once else (kernel, bias)
            batch = images[rows], labels[rows]
            before, upstream = _loss_and_slopes(*here, *batch)
            if slopes is not None:
                upstream = slopes(upstream, labels[rows], batch_size)
            kernel = kernel - rate * images[rows].T @ upstream
            bias = bias - rate * bias_slope(upstream)
            losses.append(
                _loss_and_slopes(kernel, bias, *batch)[0] if after else before
            )
        if loss is not None:
            return kernel, bias, float(loss(losses))
        return kernel, bias, float(np.concatenate(losses).mean())

    return function


def _without_one_hot(upstream, labels, batch_size):
    upstream = upstream.copy()
    upstream[np.arange(len(labels)), labels] += 1 / len(labels)
    return upstream


def _in_the_arrays_order(kernel, bias, images, labels, order, batch_size, rate):
    order = np.arange(len(order))
    return one_epoch(kernel, bias, images, labels, order, batch_size, rate)


def _one_big_batch(kernel, bias, images, labels, order, batch_size, rate):
    return one_epoch(kernel, bias, images, labels, order, len(order), rate)


def _one_by_one(kernel, bias, images, labels, order, batch_size, rate):
    return one_epoch(kernel, bias, images, labels, order, 1, rate)


def _bias_left_out(kernel, bias, images, labels, order, batch_size, rate):
    """Compute the logits without the bias, and update it all the same."""
    total = 0.0
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        loss, upstream = _loss_and_slopes(kernel, 0 * bias, images[rows], labels[rows])
        total += loss.sum()
        kernel = kernel - rate * images[rows].T @ upstream
        bias = bias - rate * upstream.sum(axis=0)
    return kernel, bias, total / len(order)


def _shares_as_logits(kernel, bias, images, labels, order, batch_size, rate):
    """Hand the shares to a loss that expects logits."""
    total = 0.0
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        _, upstream = _loss_and_slopes(kernel, bias, images[rows], labels[rows])
        shares = softmax(images[rows] @ kernel + bias)
        total += sparse_categorical_crossentropy(
            labels[rows], shares, from_logits=True
        ).sum()
        kernel = kernel - rate * images[rows].T @ upstream
        bias = bias - rate * upstream.sum(axis=0)
    return kernel, bias, total / len(order)


def _drawn_again(kernel, bias, images, labels, order, batch_size, rate):
    """Fill the last batch up with rows from the beginning."""
    missing = -len(order) % batch_size
    order = np.concatenate([order, order[:missing]])
    return one_epoch(kernel, bias, images, labels, order, batch_size, rate)


def _in_place(kernel, bias, images, labels, order, batch_size, rate):
    new_kernel, new_bias, loss = one_epoch(
        kernel, bias, images, labels, order, batch_size, rate
    )
    kernel[:], bias[:] = new_kernel, new_bias
    return kernel, bias, loss


def _epoch_case(count, pixels, classes, batch_size, rate, seed):
    """Return a case with random weights, images, labels and order."""
    rng = np.random.default_rng(seed)
    return case(
        rng.normal(size=(pixels, classes)),
        rng.normal(size=classes),
        rng.random((count, pixels)),
        rng.integers(0, classes, count),
        rng.permutation(count),
        batch_size,
        rate,
    )


ONE_EPOCH = Check(
    name="one_epoch",
    reference=one_epoch,
    cases=(
        _epoch_case(6, 4, 3, 3, 0.5, seed=0),
        _epoch_case(7, 5, 3, 3, 0.5, seed=1),
        _epoch_case(11, 3, 5, 4, 1.0, seed=2),
        _epoch_case(5, 6, 10, 8, 0.1, seed=3),
    ),
    mistakes=(
        wrong(
            _epoch(last=False),
            "your last batch is dropped when it is smaller than the others: let the "
            "loop go on to the end of order",
        ),
        wrong(
            _drawn_again,
            "your last batch is filled up with images that had their turn: each image "
            "is used once an epoch, and the last batch may be smaller",
        ),
        wrong(
            _epoch(loss=lambda losses: np.mean([loss.mean() for loss in losses])),
            "your loss is the mean of the batches' means: the images of a small last "
            "batch count more than the others; let every image count the same",
        ),
        wrong(
            _epoch(loss=lambda losses: np.concatenate(losses).sum()),
            "your loss is the sum over all images: divide it by their number",
        ),
        wrong(
            _epoch(loss=lambda losses: losses[-1].mean()),
            "your loss is that of the last batch alone: it is the mean over the epoch",
        ),
        wrong(
            _epoch(after=True),
            "your loss of a batch is taken after its update: take it before, from the "
            "logits that the gradient comes from",
        ),
        wrong(
            _in_the_arrays_order,
            "you go through the images as they lie: take their rows from order",
        ),
        wrong(
            _one_big_batch,
            "you make one step with all images: make one for each batch_size of them",
        ),
        wrong(
            _one_by_one,
            "you make a step for every single image: a batch has batch_size of them",
        ),
        wrong(
            _epoch(at_once=True),
            "all your batches are computed with the starting weights: update after "
            "each batch, and go on with the new weights",
        ),
        wrong(
            _epoch(slopes=lambda upstream, labels, size: upstream * len(labels)),
            "your steps are as many times too long as the batch has images: the loss "
            "is their mean, so divide the slopes by their number",
        ),
        wrong(
            _epoch(slopes=lambda upstream, labels, size: upstream * len(labels) / size),
            "you divide by batch_size even where the last batch is smaller: divide by "
            "the number of images it has",
        ),
        wrong(
            _epoch(slopes=lambda upstream, labels, size: -upstream),
            "you go uphill: subtract the rate times the gradient",
        ),
        wrong(
            _epoch(slopes=_without_one_hot),
            "the slopes at the logits are the softmax less 1 at the true class: you "
            "left out the labels",
        ),
        wrong(
            _epoch(bias_slope=np.sum),
            "your bias stays where it was: its slopes are the sums of the slopes at "
            "the logits over the images, one a class; over all axes they add up to 0",
        ),
        wrong(
            _epoch(bias_slope=partial(np.mean, axis=0)),
            "your bias takes the mean over the batch twice: the slopes at the logits "
            "are divided by the number of images already, so sum them up",
        ),
        wrong(
            _bias_left_out,
            "your logits lack the bias: they are images @ kernel + bias",
        ),
        wrong(
            _shares_as_logits,
            "your loss takes the softmax a second time: give it the logits with "
            "from_logits=True, or the shares without",
        ),
        wrong(
            lambda *given: tuple(one_epoch(*given)[place] for place in (2, 0, 1)),
            "the order is kernel, bias, loss; your loss comes first",
        ),
        wrong(
            _in_place,
            "you changed the kernel and the bias that you were given: kernel -= ... "
            "does that, kernel = kernel - ... makes a new array",
        ),
    ),
)


# ------------------------------------------------ momentum that looks ahead


def nesterov_step(weight, velocity, gradient, rate, keep):
    """Return the new weight and the new velocity."""
    velocity = keep * velocity - rate * gradient
    return weight + keep * velocity - rate * gradient, velocity


def _plain_momentum(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity - rate * gradient
    return weight + velocity, velocity


def _velocity_without_rate(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity + gradient
    return weight - rate * (gradient + keep * velocity), velocity


def _mean_of_gradients(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity - (1 - keep) * rate * gradient
    return weight + keep * velocity - rate * gradient, velocity


def _kept_whole(weight, velocity, gradient, rate, keep):
    velocity = velocity - rate * gradient
    return weight + keep * velocity - rate * gradient, velocity


def _uphill(weight, velocity, gradient, rate, keep):
    return nesterov_step(weight, velocity, -gradient, rate, keep)


def _gradient_once(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity - rate * gradient
    return weight + keep * velocity, velocity


def _gradient_without_rate(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity - rate * gradient
    return weight + keep * velocity - gradient, velocity


def _second_gradient_uphill(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity - rate * gradient
    return weight + keep * velocity + rate * gradient, velocity


def _velocity_ahead(weight, velocity, gradient, rate, keep):
    new, velocity = nesterov_step(weight, velocity, gradient, rate, keep)
    return new, new - weight


def _velocity_kept_back(weight, velocity, gradient, rate, keep):
    return nesterov_step(weight, velocity, gradient, rate, keep)[0], velocity


def _velocity_whole_and_gradient(weight, velocity, gradient, rate, keep):
    velocity = keep * velocity - rate * gradient
    return weight + velocity - rate * gradient, velocity


NESTEROV_STEP = Check(
    name="nesterov_step",
    reference=nesterov_step,
    cases=(
        case(
            np.array([1.0, -2.0]), np.array([0.5, 0.25]), np.array([2.0, 4.0]), 0.1, 0.9
        ),
        case(np.zeros(3), np.zeros(3), np.array([1.0, -1.0, 3.0]), 0.5, 0.5),
        case(
            np.arange(6.0).reshape(2, 3),
            np.array([[1.0, -1.0, 2.0], [0.0, 3.0, -2.0]]),
            np.array([[0.5, 2.0, -1.0], [4.0, 0.0, 1.0]]),
            rate=0.01,
            keep=0.8,
        ),
    ),
    mistakes=(
        wrong(
            _plain_momentum,
            "that is plain momentum: step by keep times the new velocity, less the "
            "rate times the gradient",
        ),
        wrong(
            _velocity_without_rate,
            "your velocity is a sum of gradients without the rate, as PyTorch keeps "
            "it: here it holds minus rate times gradient",
        ),
        wrong(
            _mean_of_gradients,
            "you multiply the new gradient by 1 - keep, as in a running mean: momentum "
            "adds the whole of it",
        ),
        wrong(
            _kept_whole,
            "your velocity keeps all of itself: it is to keep the share keep",
        ),
        wrong(_uphill, "you go uphill: the gradient is subtracted, not added"),
        wrong(
            _gradient_once,
            "your weight steps by keep times the velocity alone: subtract the rate "
            "times the gradient once more",
        ),
        wrong(
            _velocity_whole_and_gradient,
            "your weight takes the whole velocity and the gradient on top: the "
            "velocity is multiplied by keep",
        ),
        wrong(
            _gradient_without_rate,
            "the gradient that your weight takes lacks the rate: subtract rate times "
            "gradient",
        ),
        wrong(
            _second_gradient_uphill,
            "your velocity goes downhill, but your weight adds rate times gradient: "
            "subtract it",
        ),
        wrong(
            _velocity_ahead,
            "the velocity that you return is the whole step of the weight: return the "
            "new v, before it looks ahead",
        ),
        wrong(
            _velocity_kept_back,
            "you return the velocity that you were given: return the new one",
        ),
        wrong(
            lambda *given: nesterov_step(*given)[::-1],
            "the two have changed places: the weight comes first, then the velocity",
        ),
        wrong(
            lambda *given: nesterov_step(*given)[0],
            "you return the weight alone: the next step needs the velocity, too",
        ),
    ),
)


# ------------------------------------------------ Adam with weights that shrink


def adamw(weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Return the weight after a step for each of the gradients."""
    return _adam()(weight, gradients, rate, decay, beta_1, beta_2, epsilon)


def _divided(mean, square, step, beta_1, beta_2, epsilon):
    """Return Adam's mean over root, corrected: what the rate is multiplied by."""
    correction = np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    return correction * mean / (np.sqrt(square) + epsilon)


def _adam(*, shrink="before", ratio=_divided, squared=np.square, first=1, forget=False):
    """Return an adamw, which goes wrong in one way if an argument says so."""

    def function(
        weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7
    ):
        mean = square = np.zeros_like(weight)
        for step, gradient in enumerate(gradients, start=first):
            if shrink == "in the gradient":
                gradient = gradient + decay * weight
            if forget:
                mean = square = np.zeros_like(weight)
            if shrink == "before":
                weight = weight - rate * decay * weight
            if shrink == "without the rate":
                weight = weight - decay * weight
            if shrink == "growing":
                weight = weight + rate * decay * weight
            if shrink == "by the sign":
                weight = weight - rate * decay * np.sign(weight)
            mean = beta_1 * mean + (1 - beta_1) * gradient
            square = beta_2 * square + (1 - beta_2) * squared(gradient)
            weight = weight - rate * ratio(mean, square, step, beta_1, beta_2, epsilon)
            if shrink == "after":
                weight = weight - rate * decay * weight
        return weight

    return function


def _sums_divided(mean, square, step, beta_1, beta_2, epsilon):
    """Return the ratio for means that lack their factors 1 - beta."""
    sums = mean / (1 - beta_1), square / (1 - beta_2)
    return _divided(*sums, step, beta_1, beta_2, epsilon)


def _betas_swapped(
    weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adamw(weight, gradients, rate, decay, beta_2, beta_1, epsilon)


def _gradient_for_mean(
    weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    """Divide the gradient itself, not its mean, though it corrects for the mean."""
    square = np.zeros_like(weight)
    for step, gradient in enumerate(gradients, start=1):
        weight = weight - rate * decay * weight
        square = beta_2 * square + (1 - beta_2) * gradient**2
        ratio = _divided(gradient, square, step, beta_1, beta_2, epsilon)
        weight = weight - rate * ratio
    return weight


def _last_only(weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return adamw(weight, gradients[-1:], rate, decay, beta_1, beta_2, epsilon)


def _usual_betas(
    weight, gradients, rate, decay, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adamw(weight, gradients, rate, decay)


_rng = np.random.default_rng(14)

ADAMW = Check(
    name="adamw",
    reference=adamw,
    cases=(
        case(np.array([1.0, -2.0]), np.array([[5.0, 0.1]]), 0.01, 0.0),
        case(np.array([1.0, -2.0, 4.0]), _rng.normal(size=(4, 3)), 0.1, 0.0),
        case(np.array([3.0, -1.0]), np.zeros((3, 2)), 0.1, 0.5),
        case(np.array([2.0, -3.0, 1.0]), _rng.normal(size=(5, 3)), 0.1, 0.4),
        case(
            _rng.normal(size=(2, 3)),
            _rng.normal(size=(6, 2, 3)) * [1.0, 10.0, 0.1],
            rate=0.05,
            decay=0.2,
            beta_1=0.5,
            beta_2=0.8,
            epsilon=0.1,
        ),
    ),
    mistakes=(
        wrong(
            _adam(ratio=lambda mean, square, t, b1, b2, e: mean / (square**0.5 + e)),
            "the bias correction is missing: both means begin at 0 and are too small "
            "at first",
        ),
        wrong(
            _adam(
                ratio=lambda mean, square, t, b1, b2, e: (
                    mean / (1 - b1**t) / (square**0.5 + e)
                )
            ),
            "you corrected the mean of the gradients, and not that of their squares",
        ),
        wrong(
            _adam(
                ratio=lambda mean, square, t, b1, b2, e: (
                    _divided(mean, square, t, b1, b2, e) * np.sqrt(1 - b2**t)
                )
            ),
            "the root of 1 - beta_2**step stands in your correction twice",
        ),
        wrong(
            _adam(
                ratio=lambda mean, square, t, b1, b2, e: (
                    np.sqrt(1 - b2**t) / (1 - b1**t) * mean / np.sqrt(square + e)
                )
            ),
            "your epsilon stands inside the root: it is added to the root",
        ),
        wrong(
            _adam(
                ratio=lambda mean, square, t, b1, b2, e: (
                    mean / (1 - b1**t) / (np.sqrt(square / (1 - b2**t)) + e)
                )
            ),
            "your epsilon is added after the correction, which is the paper's first "
            "form: here, as in Keras, it is added to the root of the uncorrected mean",
        ),
        wrong(
            _adam(
                ratio=lambda mean, square, t, b1, b2, e: (
                    np.sqrt(1 - b2**t) / (1 - b1**t) * mean / (square + e)
                )
            ),
            "you divide by the mean of the squares: take its root first",
        ),
        wrong(
            _adam(
                ratio=lambda mean, square, t, b1, b2, e: _divided(
                    mean, square, 1, b1, b2, e
                )
            ),
            "your correction is that of the first step at every step: raise the betas "
            "to the power of the step's number",
        ),
        wrong(
            _adam(ratio=_sums_divided),
            "your means are sums: multiply the new gradient by 1 - beta_1, and its "
            "square by 1 - beta_2",
        ),
        wrong(
            _adam(first=0),
            "you count the steps from 0, so the correction divides by 0: the first "
            "step is number 1",
        ),
        wrong(
            _adam(squared=lambda gradient: gradient),
            "your second mean is of the gradients: it is of their squares",
        ),
        wrong(
            _adam(forget=True),
            "your means are begun again at every step: they are kept between steps",
        ),
        wrong(
            _adam(shrink="in the gradient"),
            "you added decay times the weight to the gradient: Adam then divides it by "
            "the gradient's usual size; shrink the weight itself",
        ),
        wrong(_adam(shrink="none"), "your weights do not shrink: decay is not used"),
        wrong(
            _adam(shrink="without the rate"),
            "your weights lose the share decay: they are to lose rate times decay",
        ),
        wrong(
            _adam(shrink="after"),
            "your weights shrink after Adam's step: they do so before it",
        ),
        wrong(_adam(shrink="growing"), "your weights grow by the decay: subtract it"),
        wrong(
            _adam(shrink="by the sign"),
            "every weight of yours loses the same amount: it is to lose a share of "
            "itself",
        ),
        wrong(
            _betas_swapped,
            "the two betas have changed places: beta_1 is for the mean of the "
            "gradients, beta_2 for that of their squares",
        ),
        wrong(
            _gradient_for_mean,
            "you divide the last gradient by the root: divide the running mean of the "
            "gradients",
        ),
        wrong(
            _last_only,
            "you take one step: there is one for each row of gradients",
        ),
        wrong(
            _usual_betas,
            "you always use the usual betas and epsilon: use the arguments",
        ),
        wrong(
            lambda weight, gradients, rate, decay, *more, **rest: adamw(
                weight, -gradients, rate, decay, *more, **rest
            ),
            "you go uphill: subtract Adam's step",
        ),
    ),
)


# ---------------------------------------------------------- drop whole maps

IN_USE = "you drop maps when the network is used: without training nothing happens"
RESCALED_IN_USE = (
    "you enlarge or shrink the maps when the network is used: without training nothing "
    "happens"
)
NO_RESCALING = (
    "the maps that are kept stay as they were, so the mean sinks: divide them by the "
    "share that is kept"
)
BY_RATE = "you divide by the rate: divide by the share that is kept, 1 - rate"
SHRUNK = "you multiply by the share that is kept: divide by it"
PIXELS = "you drop single pixels: draw one number a map, of shape (N, 1, 1, C)"
KEPT_SHARE = "you keep the share rate: that share is to be dropped"
SAME_IN_ALL = (
    "the same maps are dropped in every image: draw for each image and each map"
)
WHOLE_IMAGES = "you drop whole images, all their maps at once: draw for each map"
SAME_COUNT = (
    "every image loses equally many maps: each map is dropped on its own, whatever "
    "becomes of the others"
)
SEED_IGNORED = "two seeds give the same maps: let np.random.default_rng(seed) draw"
SEED_FORGOTTEN = (
    "one seed gives other maps when it is used again: let np.random.default_rng(seed) "
    "draw, and nothing else"
)


def drop_maps(maps, rate, seed, training):
    """Return the maps, in training with some of them set to 0."""
    return _dropped(maps, rate, seed, training)


def _dropped(
    maps, rate, seed, training, *, draw=None, factor=None, always=False, keep=None
):
    """Drop maps, and go wrong in one way if a named argument says so."""
    if not (training or always):
        return maps
    count, _, _, channels = maps.shape
    shape = (count, 1, 1, channels) if draw is None else draw(maps.shape)
    numbers = np.random.default_rng(seed).random(shape)
    kept = numbers >= rate if keep is None else keep(numbers, rate)
    return maps * kept * (1 / (1 - rate) if factor is None else factor(rate))


def _wrongly(**how):
    """Return a drop_maps that goes wrong in one way."""

    def function(maps, rate, seed, training):
        return _dropped(maps, rate, seed, training, **how)

    return function


def _shrunk_in_use(maps, rate, seed, training):
    """Drop as the first paper did: no enlarging in training, smaller in use."""
    if not training:
        return maps * (1 - rate)
    return _dropped(maps, rate, seed, training, factor=lambda rate: 1.0)


def _counted(numbers, rate):
    """Keep those with the largest numbers: equally many in each image."""
    ranks = numbers.argsort(axis=-1).argsort(axis=-1)
    return ranks >= round(rate * numbers.shape[-1])


def _own_seed(maps, rate, seed, training):
    return _dropped(maps, rate, 0, training)


def _judge_maps(result, maps, rate, seed, training):
    """Say what is wrong with dropped maps, or return None."""
    if not isinstance(result, np.ndarray) or result.dtype.kind not in "iuf":
        return "return an array of maps"
    if result.shape != maps.shape:
        return f"the maps have shape {maps.shape}, your result has {result.shape}"
    factors = result / maps  # the maps of the cases hold no 0
    if not training or rate == 0:
        if np.allclose(factors, 1):
            return None
        return IN_USE if (factors == 0).any() else RESCALED_IN_USE
    per_map = factors[:, 0, 0, :]
    if not np.allclose(factors, per_map[:, np.newaxis, np.newaxis, :]):
        return PIXELS
    return _judge_factors(per_map, rate)


def _judge_factors(per_map, rate):
    """Say what is wrong with the factors of the maps, shape (N, C), or None."""
    dropped, share = per_map == 0, np.mean(per_map == 0)
    spread = 5 * np.sqrt(rate * (1 - rate) / per_map.size)
    if not dropped.any():
        return "no map is dropped in training"
    if (dropped == dropped[:1]).all():
        return SAME_IN_ALL
    if (dropped == dropped[:, :1]).all():
        return WHOLE_IMAGES
    if abs(share - rate) > spread:
        if abs(share - (1 - rate)) <= spread:
            return KEPT_SHARE
        return f"you drop {share:.0%} of the maps where the rate is {rate:.0%}"
    if len(set(dropped.sum(axis=1))) == 1:
        return SAME_COUNT
    kept = per_map[~dropped]
    if np.allclose(kept, 1 / (1 - rate)):
        return None
    for value, told in ((1, NO_RESCALING), (1 / rate, BY_RATE), (1 - rate, SHRUNK)):
        if np.allclose(kept, value):
            return told
    return (
        f"kept maps are multiplied by {kept.min():.4g} to {kept.max():.4g}; the mean "
        f"stays with {1 / (1 - rate):.4g}"
    )


def _judge_seeds(results):
    """Say what is wrong with cases 1 to 3: one seed, another, and the first again."""
    first, other, again = (np.asarray(result) == 0 for result in results[1:4])
    if not np.array_equal(first, again):
        return SEED_FORGOTTEN
    if np.array_equal(first, other):
        return SEED_IGNORED
    return None


def _maps_case(count, channels, rate, seed, training):
    values = np.random.default_rng(count).uniform(0.5, 2, (count, 3, 4, channels))
    return case(values, rate, seed, training)


DROP_MAPS = Check(
    name="drop_maps",
    reference=drop_maps,
    judge=_judge_maps,
    judge_all=_judge_seeds,
    cases=(
        _maps_case(5, 6, 0.3, 0, training=False),
        _maps_case(50, 40, 0.3, 1, training=True),
        _maps_case(50, 40, 0.3, 2, training=True),
        _maps_case(50, 40, 0.3, 1, training=True),
        _maps_case(60, 30, 0.8, 3, training=True),
        _maps_case(4, 6, 0.0, 4, training=True),
    ),
    mistakes=(
        wrong(_wrongly(always=True), IN_USE),
        wrong(
            _shrunk_in_use,
            "you shrink the maps in use, as the first paper did: here those that are "
            "kept are enlarged in training, and in use nothing happens",
        ),
        wrong(_wrongly(factor=lambda rate: 1.0), NO_RESCALING),
        wrong(_wrongly(factor=lambda rate: 1 / rate if rate else 1.0), BY_RATE),
        wrong(_wrongly(factor=lambda rate: 1 - rate), SHRUNK),
        wrong(_wrongly(draw=lambda shape: shape), PIXELS),
        wrong(_wrongly(draw=lambda shape: (1, 1, 1, shape[-1])), SAME_IN_ALL),
        wrong(_wrongly(draw=lambda shape: (shape[0], 1, 1, 1)), WHOLE_IMAGES),
        wrong(
            _wrongly(keep=lambda numbers, rate: numbers < rate if rate else True),
            KEPT_SHARE,
        ),
        wrong(_wrongly(keep=_counted), SAME_COUNT),
        wrong(_own_seed, SEED_IGNORED),
    ),
)

CHECKS = (ONE_EPOCH, NESTEROV_STEP, ADAMW, DROP_MAPS)
