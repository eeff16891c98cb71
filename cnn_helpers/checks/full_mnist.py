"""Checks of chapter 19: parameters, images held back, and smoothed labels."""

import numpy as np

from cnn_helpers.checks.parts import Check, case, wrong

# ------------------------------------- parameters of filters wired by a table


def wired_parameters(kernel_height, kernel_width, groups):
    """Return the parameters of filters of which each reads some of the maps."""
    return sum(kernel_height * kernel_width * len(group) + 1 for group in groups)


def _pixels(kernel_height, kernel_width, groups):
    """Return the kernel numbers alone."""
    return wired_parameters(kernel_height, kernel_width, groups) - len(groups)


def _all_maps(groups):
    """Return the maps that some filter reads."""
    return set().union(*groups)


WIRED_PARAMETERS = Check(
    name="wired_parameters",
    reference=wired_parameters,
    cases=(
        case(5, 5, [[0], [0], [0]]),
        case(5, 5, [[0, 1, 2], [1, 2, 3], [0, 1, 2, 3]]),
        case(3, 2, [[0, 2], [1], [0, 1, 2], [2, 3]]),
        case(2, 3, [[4, 0], [1, 2, 3, 4, 0]]),
        case(1, 1, [[5]]),
        case(3, 3, [(0, 1), (2, 3), (4, 5), (6, 7)]),
    ),
    mistakes=(
        wrong(
            _pixels,
            "the biases are missing: each filter adds one to its sum",
        ),
        wrong(
            lambda kh, kw, groups: _pixels(kh, kw, groups) + 1,
            "you counted one bias for the whole layer; each filter has its own",
        ),
        wrong(
            lambda kh, kw, groups: sum((kh * kw + 1) * len(group) for group in groups),
            "you counted a bias for each map that a filter reads; a filter adds one "
            "bias, after it has summed over its maps",
        ),
        wrong(
            lambda kh, kw, groups: len(groups) * (kh * kw + 1),
            "a filter has a kernel of its own for each map it reads; you counted one "
            "kernel a filter, as if it read one map",
        ),
        wrong(
            lambda kh, kw, groups: len(groups) * (kh * kw * len(_all_maps(groups)) + 1),
            "you let every filter read every map; a filter reads those of its group",
        ),
        wrong(
            lambda kh, kw, groups: len(groups) * (kh * kw * len(groups[0]) + 1),
            "you took the first group's size for all; the groups differ in size",
        ),
        wrong(
            lambda kh, kw, groups: len(groups) * (kh * kw * len(groups[-1]) + 1),
            "you took the last group's size for all; the groups differ in size",
        ),
        wrong(
            lambda kh, kw, groups: sum(kh * kw * sum(group) + 1 for group in groups),
            "you added the numbers of the maps; what counts is how many maps a group "
            "has: len(group)",
        ),
        wrong(
            lambda kh, kw, groups: sum(
                kh * kw * (max(group) + 1) + 1 for group in groups
            ),
            "you counted all maps up to the highest of a group; it reads only those "
            "that it names",
        ),
        wrong(
            lambda kh, kw, groups: sum(kh * kh * len(group) + 1 for group in groups),
            "the kernel need not be square, and you used its height twice",
        ),
        wrong(
            lambda kh, kw, groups: sum(kw * kw * len(group) + 1 for group in groups),
            "the kernel need not be square, and you used its width twice",
        ),
        wrong(
            lambda kh, kw, groups: kh * kw * len(_all_maps(groups)) + len(groups),
            "filters that read the same map do not share its kernel: each has numbers "
            "of its own",
        ),
        wrong(
            lambda kh, kw, groups: kh * kw * len(groups[0]) + 1,
            "that is the first filter; add up all of them",
        ),
    ),
)

# --------------------------------------------- parameters of the whole network


def network_parameters(height, width, channels):
    """Return the parameters of the chapter's network for other images."""
    flat = _pooled_twice(height) * _pooled_twice(width) * 64
    return _total(channels, flat)


def _pooled_twice(side):
    """Return what two 2x2 poolings leave of a side."""
    return side // 2 // 2


def _total(channels, flat, *, maps=32, biases=(1, 1, 1), output=True):
    """Return the sum over the layers; biases of convolutions, dense1 and dense2."""
    filters, hidden, last = biases
    convolutions = 32 * (25 * channels + filters) + 64 * (25 * maps + filters)
    dense = (flat + hidden) * 1024
    return convolutions + dense + (1024 + last) * 10 * output


def _network_mistake(pool=_pooled_twice, **changes):
    """Return the whole count with one thing wrong."""
    return lambda height, width, channels: _total(
        channels, pool(height) * pool(width) * 64, **changes
    )


NETWORK_PARAMETERS = Check(
    name="network_parameters",
    reference=network_parameters,
    cases=(
        case(28, 28, 1),
        case(32, 32, 3),
        case(28, 28, 3),
        case(40, 20, 1),
        case(31, 22, 2),
        case(11, 50, 4),
    ),
    mistakes=(
        wrong(
            lambda height, width, channels: network_parameters(height, width, 1),
            "you counted for grey images: a filter of the first layer has 25 numbers "
            "for each channel",
        ),
        wrong(
            _network_mistake(pool=lambda side: side),
            "the poolings are missing: they shrink the image before it is flattened",
        ),
        wrong(
            _network_mistake(pool=lambda side: side // 2),
            "you halved the sides once; there are two poolings",
        ),
        wrong(
            _network_mistake(pool=lambda side: -(-side // 4)),
            "you rounded up: a pooling drops an odd last row or column",
        ),
        wrong(
            lambda height, width, channels: _total(channels, height * width // 16 * 64),
            "you divided the number of pixels by 16; the sides are halved one by one, "
            "each rounded down",
        ),
        wrong(
            lambda height, width, channels: _total(channels, height * width / 16 * 64),
            "your sides have fractions: a map has whole rows and columns, so each "
            "side is halved with //",
        ),
        wrong(
            lambda height, width, channels: _total(channels, height * width * 4),
            "you divided first and dropped the fractions later: a map has whole rows "
            "and columns, so each side is halved with //, and halved again",
        ),
        wrong(
            lambda height, width, channels: _total(
                channels,
                _pooled_twice(height) * _pooled_twice(width) * 64,
                maps=channels,
            ),
            "the second convolution reads the 32 maps of the first, not the image: its "
            "filters have 25 numbers for each of them",
        ),
        wrong(
            _network_mistake(maps=1),
            "a filter of the second convolution reads all 32 maps of the first: it has "
            "25 numbers for each of them",
        ),
        wrong(
            lambda height, width, channels: _total(
                channels, _pooled_twice(height) * _pooled_twice(width) * 64 * channels
            ),
            "64 maps are flattened, whatever the number of channels: a filter sums "
            "over them all and gives one map",
        ),
        wrong(
            lambda height, width, channels: _total(channels, 7 * 7 * 64),
            "you flattened 7x7x64 for every image; 7 is a quarter of 28, and other "
            "images have other sides",
        ),
        wrong(
            _network_mistake(biases=(0, 0, 0)),
            "the biases are missing: each filter and each dense unit has one",
        ),
        wrong(
            _network_mistake(biases=(0, 1, 1)),
            "the biases of the convolutions are missing: each filter has one",
        ),
        wrong(
            _network_mistake(biases=(1, 0, 0)),
            "the biases of the dense layers are missing: each unit has one",
        ),
        wrong(
            _network_mistake(biases=(1, 1, 0)),
            "the biases of the last layer are missing: each of its ten units has one",
        ),
        wrong(
            _network_mistake(biases=(1, 0, 1)),
            "the biases of the first dense layer are missing: each of its 1,024 units "
            "has one",
        ),
        wrong(
            _network_mistake(output=False),
            "the last layer is missing: ten units over the 1,024 of the dense layer",
        ),
        wrong(
            lambda height, width, channels: network_parameters(
                height, height, channels
            ),
            "images need not be square, and you used the height twice",
        ),
        wrong(
            lambda height, width, channels: _total(
                channels, _pooled_twice(height) * _pooled_twice(width)
            ),
            "64 maps are flattened, not one",
        ),
    ),
)

# ------------------------------------------------------- images held back

PARTS = "(train_images, train_labels, validation_images, validation_labels)"
TORN = (
    "images and labels are torn apart: some image has another one's label. Choose rows "
    "once, and use the same rows for both"
)
TWICE = (
    "some image is in the result twice: choose without replacement, and train on the "
    "rest only"
)
SWAPPED = "the two parts are swapped: training comes first, and `count` is held back"
DRAWN_TWICE = (
    "some image is held back twice: choose without replacement, with rng.permutation, "
    "or rng.choice and replace=False"
)
SEED_IGNORED = (
    "the seeds 7 and 8 give the same parts: let np.random.default_rng(seed) choose"
)
SEED_FORGOTTEN = (
    "the same seed gives other parts when it is called again: let "
    "np.random.default_rng(seed) choose, and nothing else"
)
NOT_RANDOM = (
    "you held back {which} rows in their order: choose the rows at random, with "
    "np.random.default_rng(seed)"
)


def hold_out(images, labels, count, seed):
    """Return training images and labels, validation images and labels."""
    order = np.random.default_rng(seed).permutation(len(images))
    held, kept = order[:count], order[count:]
    return images[kept], labels[kept], images[held], labels[held]


def _judge_parts(result, images, labels, count, seed):
    """Say what is wrong with a division into two parts, or return None."""
    if not isinstance(result, tuple | list) or len(result) != 4:
        return f"Return four arrays: {PARTS}."
    if not all(isinstance(part, np.ndarray) for part in result):
        return f"All four parts are to be arrays: {PARTS}."
    train, train_labels, held, held_labels = result
    rest = len(images) - count
    if (len(train), len(held)) == (count, rest):
        return SWAPPED
    if len(held) == count and len({image.tobytes() for image in held}) < count:
        return DRAWN_TWICE
    sizes = [len(part) for part in result]
    if sizes != [rest, rest, count, count]:
        return (
            f"Of {len(images)} images, {rest} are to train on and {count} are held "
            f"back, each with its label; your four parts have lengths {sizes}."
        )
    if train.shape[1:] != images.shape[1:] or held.shape[1:] != images.shape[1:]:
        return f"An image keeps its shape {images.shape[1:]}; yours has not."
    row_of = {image.tobytes(): row for row, image in enumerate(images)}
    everything = [*train, *held]
    rows = [row_of.get(image.tobytes()) for image in everything]
    if None in rows:
        return "Some image in your result is none of those given."
    if len(set(rows)) < len(rows):
        return TWICE
    if not np.array_equal(labels[rows], np.concatenate([train_labels, held_labels])):
        return TORN
    chosen = sorted(rows[rest:])
    for which, start in (("the first", 0), ("the last", rest)):
        if chosen == list(range(start, start + count)):
            return NOT_RANDOM.format(which=which)
    if len(set(np.diff(chosen))) == 1:
        return NOT_RANDOM.format(which="equally spaced")
    return None


def _judge_seeds(results):
    """Say what is wrong with the parts of cases 1 to 3: seeds 7, 8 and 7 again."""
    seven, eight, again = (held for _, _, held, _ in results[1:4])
    if not np.array_equal(np.unique(seven, axis=0), np.unique(again, axis=0)):
        return SEED_FORGOTTEN
    if np.array_equal(np.unique(seven, axis=0), np.unique(eight, axis=0)):
        return SEED_IGNORED
    return None


def _by_order(first, second=None):
    """Return a hold_out that orders images (and labels) by functions of rng and n."""

    def function(images, labels, count, seed):
        rng = np.random.default_rng(seed)
        order = first(rng, len(images))
        other = order if second is None else second(rng, len(images))
        return (
            images[order[count:]],
            labels[other[count:]],
            images[order[:count]],
            labels[other[:count]],
        )

    return function


def _permuted(rng, size):
    return rng.permutation(size)


def _all_trained_on(images, labels, count, seed):
    held = np.random.default_rng(seed).permutation(len(images))[:count]
    return images, labels, images[held], labels[held]


def _held_first(images, labels, count, seed):
    train, train_labels, held, held_labels = hold_out(images, labels, count, seed)
    return held, held_labels, train, train_labels


def _in_pairs(images, labels, count, seed):
    train, train_labels, held, held_labels = hold_out(images, labels, count, seed)
    return (train, train_labels), (held, held_labels)


def _images_then_labels(images, labels, count, seed):
    train, train_labels, held, held_labels = hold_out(images, labels, count, seed)
    return train, held, train_labels, held_labels


def _shuffled_in_place(images, labels, count, seed):
    order = np.random.default_rng(seed).permutation(len(images))
    images[:], labels[:] = images[order], labels[order]
    return images[count:], labels[count:], images[:count], labels[:count]


def _numbered(count, *shape):
    """Return images that all differ, and labels without a pattern."""
    images = np.arange(count * int(np.prod(shape))).reshape(count, *shape)
    return images.astype(np.float32), np.arange(count) ** 2 % 7


HOLD_OUT = Check(
    name="hold_out",
    reference=hold_out,
    judge=_judge_parts,
    judge_all=_judge_seeds,
    cases=(
        case(*_numbered(40, 3, 2), 10, 0),
        case(*_numbered(60, 4, 5, 1), 25, 7),
        case(*_numbered(60, 4, 5, 1), 25, 8),
        case(*_numbered(60, 4, 5, 1), 25, seed=7),
        case(*_numbered(30, 2, 2), count=20, seed=1),
    ),
    mistakes=(
        wrong(
            _by_order(lambda rng, size: np.arange(size)),
            NOT_RANDOM.format(which="the first"),
        ),
        wrong(
            _by_order(lambda rng, size: np.arange(size)[::-1]),
            "you held back the last rows, as validation_split does: choose the rows at "
            "random, with np.random.default_rng(seed)",
        ),
        wrong(_by_order(_permuted, _permuted), TORN),
        wrong(
            _by_order(_permuted, lambda rng, size: np.arange(size)),
            "you mixed the images and left the labels in their old order",
        ),
        wrong(
            _by_order(lambda rng, size: rng.integers(0, size, size)),
            "rng.integers draws with replacement, so some images come twice and others "
            "never: use rng.permutation",
        ),
        wrong(
            _all_trained_on,
            "you train on all images, the held-back ones among them: they must be left "
            "out, or they prove nothing",
        ),
        wrong(_held_first, SWAPPED),
        wrong(
            _in_pairs, f"the parts are right, but in two pairs; return four: {PARTS}"
        ),
        wrong(
            _images_then_labels,
            f"that is scikit-learn's order, images before labels; here it is {PARTS}",
        ),
        wrong(
            _shuffled_in_place,
            "you mixed the given arrays themselves; index them with an order instead, "
            "which makes new ones",
        ),
    ),
)

# ---------------------------------------------------------- smoothed labels


def smooth_labels(labels, classes, smoothing):
    """Return a target row for each label, a part of it shared out among all classes."""
    rows = np.zeros((len(labels), classes))
    rows[np.arange(len(labels)), labels] = 1 - smoothing
    return rows + smoothing / classes


def _one_hot(labels, classes):
    return np.eye(classes)[labels]


def _others_only(labels, classes, smoothing):
    hot = _one_hot(labels, classes)
    return hot * (1 - smoothing) + (1 - hot) * smoothing / (classes - 1)


def _right_without_its_part(labels, classes, smoothing):
    hot = _one_hot(labels, classes)
    return hot * (1 - smoothing) + (1 - hot) * smoothing / classes


def _not_lowered(labels, classes, smoothing):
    return _one_hot(labels, classes) + smoothing / classes


def _undivided(labels, classes, smoothing):
    return _one_hot(labels, classes) * (1 - smoothing) + smoothing


def _exchanged(labels, classes, smoothing):
    return smooth_labels(labels, classes, 1 - smoothing)


SMOOTH_LABELS = Check(
    name="smooth_labels",
    reference=smooth_labels,
    cases=(
        case(np.array([3]), 10, 0.1),
        case(np.array([0, 2, 1]), 3, 0.3),
        case(np.array([4, 4, 0, 1]), 5, 0.2),
        case(np.array([1, 0]), 2, 0.5),
        case(np.array([2, 0]), 4, 0.0),
    ),
    mistakes=(
        wrong(
            lambda labels, classes, smoothing: _one_hot(labels, classes),
            "nothing is smoothed: those are rows of zeros and a one",
        ),
        wrong(
            _others_only,
            "you shared the part out among the other classes; all classes get their "
            "share, the right one among them",
        ),
        wrong(
            _right_without_its_part,
            "the right class gets its share, too; your rows do not sum to 1",
        ),
        wrong(
            _not_lowered,
            "the right class keeps its 1: take the part away from it before it is "
            "shared out, or the rows sum to more than 1",
        ),
        wrong(
            _undivided,
            "each class got the whole part; divide it by the number of classes",
        ),
        wrong(
            _exchanged,
            "smoothing and what is left of the target are exchanged: the right class "
            "keeps 1 - smoothing",
        ),
        wrong(
            lambda labels, classes, smoothing: smooth_labels(labels, classes, 0.1),
            "you smoothed by 0.1 whatever `smoothing` says",
        ),
        wrong(
            lambda labels, classes, smoothing: smooth_labels(labels, 10, smoothing),
            "you made ten classes whatever `classes` says",
        ),
        wrong(
            lambda labels, classes, smoothing: smooth_labels(
                labels, labels.max() + 1, smoothing
            ),
            "you made as many classes as the largest label needs; the largest class "
            "need not be among the labels",
        ),
        wrong(
            lambda labels, classes, smoothing: (
                smooth_labels(labels, classes, smoothing).T
            ),
            "rows and columns are exchanged: a row a label, a column a class",
        ),
        wrong(
            lambda labels, classes, smoothing: smooth_labels(
                labels[:1], classes, smoothing
            )[0],
            "that is the row of the first label; return one for each",
        ),
    ),
)

CHECKS = (WIRED_PARAMETERS, NETWORK_PARAMETERS, HOLD_OUT, SMOOTH_LABELS)
