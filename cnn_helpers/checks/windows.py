"""Checks of the functions that slide windows, complete with all their settings."""

import numpy as np

from cnn_helpers.arithmetic import output_size, padding_amounts, window_span
from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.convolution import conv2d, correlate2d
from cnn_helpers.pooling import average_pool2d, max_pool2d

RNG = np.random.default_rng(0)


def _integers(*shape, low=-4, high=5):
    """Return small random integers as floats."""
    return RNG.integers(low, high, shape).astype(float)


def _altered(function, **changes):
    """Return a function that ignores or changes settings before calling another.

    A change is a fixed value, or a function of the setting; a setting that is not given
    stays away.
    """

    def altered(*args, **settings):
        for name, change in changes.items():
            if name in settings:
                given = settings[name]
                settings[name] = change(given) if callable(change) else change
        return function(*args, **settings)

    return altered


def _swap(setting):
    """Return a pair (rows, cols) as (cols, rows)."""
    return tuple(setting)[::-1] if isinstance(setting, tuple) else setting


def _pair(setting):
    """Return a setting for both axes."""
    return setting if isinstance(setting, tuple) else (setting, setting)


# output_size -------------------------------------------------------------------


def _size(size, kernel_size, stride, padding, dilation, *, span=None, count=None):
    """Compute an output size with a span or a count of another formula."""
    before, after = padding_amounts(
        size, kernel_size, stride=stride, padding=padding, dilation=dilation
    )
    span = span or window_span(kernel_size, dilation)
    count = count or (lambda room, stride: room // stride + 1)
    return count(size + before + after - span, stride)


def _size_by(**formula):
    """Return an `output_size` with another span or count."""

    def wrong_size(size, kernel_size, *, stride=1, padding="valid", dilation=1):
        changed = dict(formula)
        if "span" in changed:
            changed["span"] = changed["span"](kernel_size, dilation)
        return _size(size, kernel_size, stride, padding, dilation, **changed)

    return wrong_size


def _size_same_without_stride(size, kernel_size, **settings):
    if settings.get("padding") == "same":
        return size
    return output_size(size, kernel_size, **settings)


def _size_one_sided(size, kernel_size, **settings):
    padding = settings.get("padding")
    if isinstance(padding, int):
        settings["padding"] = (padding, 0)
    return output_size(size, kernel_size, **settings)


def _size_same_rounded_down(size, kernel_size, **settings):
    if settings.get("padding") == "same":
        return size // settings.get("stride", 1)
    return output_size(size, kernel_size, **settings)


def _size_full_one_sided(size, kernel_size, **settings):
    if settings.get("padding") == "full":
        span = window_span(kernel_size, settings.get("dilation", 1))
        settings["padding"] = (span - 1, 0)
    return output_size(size, kernel_size, **settings)


def _size_full_as_same(size, kernel_size, **settings):
    if settings.get("padding") == "full":
        return size
    return output_size(size, kernel_size, **settings)


def _size_full_without_dilation(size, kernel_size, **settings):
    if settings.get("padding") == "full":
        settings["padding"] = kernel_size - 1
    return output_size(size, kernel_size, **settings)


def _size_symmetric(size, kernel_size, **settings):
    padding = settings.get("padding")
    if isinstance(padding, tuple):
        settings["padding"] = (padding[0], padding[0])
    return output_size(size, kernel_size, **settings)


OUTPUT_SIZE = Check(
    name="output_size",
    reference=output_size,
    cases=(
        case(28, 5),
        case(7, 3, stride=2),
        case(28, 2, stride=3),
        case(5, 5),
        case(28, 5, padding=2),
        case(28, 5, padding="same"),
        case(29, 4, padding="same", stride=3),
        case(10, 3, padding="full"),
        case(10, 3, padding=(0, 3), stride=2),
        case(28, 3, dilation=2),
        case(31, 4, stride=2, padding=1, dilation=3),
        case(31, 4, stride=2, padding="full", dilation=3),
    ),
    mistakes=(
        wrong(
            _size_by(count=lambda room, stride: room // stride),
            "one position is missing: the window also stands at the start, before its "
            "first step (+ 1)",
        ),
        wrong(
            _size_by(count=lambda room, stride: -(-room // stride) + 1),
            "you rounded up: a last step that does not fit whole is not taken",
        ),
        wrong(
            _size_by(count=lambda room, stride: (room + 1) // stride),
            "add 1 after dividing by the stride: the first position is not a step",
        ),
        wrong(
            _size_by(count=lambda room, stride: room / stride + 1),
            "a size is a whole number: divide by // and not by /",
        ),
        wrong(_altered(output_size, stride=1), "you left out the stride"),
        wrong(_altered(output_size, padding="valid"), "you left out the padding"),
        wrong(_altered(output_size, dilation=1), "you left out the dilation"),
        wrong(
            _size_by(span=lambda kernel_size, dilation: kernel_size * dilation),
            "a dilated kernel spans dilation * (kernel_size - 1) + 1 pixels: there is "
            "no gap after its last weight",
        ),
        wrong(
            _size_one_sided,
            "padding as a number is added at both ends: count it twice",
        ),
        wrong(
            _size_symmetric,
            "padding as a pair is (before, after): its two numbers may differ",
        ),
        wrong(
            _size_same_without_stride,
            'with padding "same" a stride still divides: ceil(size / stride)',
        ),
        wrong(
            _size_same_rounded_down,
            'with padding "same" size / stride is rounded up: yours is rounded down',
        ),
        wrong(
            _size_full_one_sided,
            'padding "full" adds span - 1 zeros at both ends; yours adds them once',
        ),
        wrong(
            _size_full_without_dilation,
            'padding "full" adds span - 1 zeros at each end, and with dilation the '
            "span is longer than the kernel",
        ),
        wrong(
            _size_full_as_same,
            'padding "full" adds span - 1 zeros at each end; yours is "same"',
        ),
    ),
)


# correlate2d -------------------------------------------------------------------


def _flipped(image, kernel, **settings):
    return correlate2d(image, np.asarray(kernel)[::-1, ::-1], **settings)


def _one_axis_flipped(image, kernel, **settings):
    return correlate2d(image, np.asarray(kernel)[:, ::-1], **settings)


def _transposed_kernel(image, kernel, **settings):
    return correlate2d(image, np.asarray(kernel).T, **settings)


def _mean_not_sum(image, kernel, **settings):
    return correlate2d(image, kernel, **settings) / np.size(kernel)


def _not_multiplied(image, kernel, **settings):
    return correlate2d(image, np.ones_like(kernel), **settings)


def _last_missing(image, kernel, **settings):
    return correlate2d(image, kernel, **settings)[:-1, :-1]


def _in_image_type(image, kernel, **settings):
    return correlate2d(image, kernel, **settings).astype(np.asarray(image).dtype)


def _same_odd_one_before(image, kernel, **settings):
    if settings.get("padding") != "same":
        return correlate2d(image, kernel, **settings)
    stride, dilation = (_pair(settings.get(name, 1)) for name in ("stride", "dilation"))
    settings["padding"] = tuple(
        padding_amounts(n, k, stride=s, padding="same", dilation=d)[::-1]
        for n, k, s, d in zip(image.shape, kernel.shape, stride, dilation, strict=True)
    )
    return correlate2d(image, kernel, **settings)


def _same_then_stride(image, kernel, **settings):
    if settings.get("padding") != "same":
        return correlate2d(image, kernel, **settings)
    rows, cols = _pair(settings.pop("stride", 1))
    return correlate2d(image, kernel, **settings)[::rows, ::cols]


def _edge_padding(image, kernel, **settings):
    stride, dilation = (_pair(settings.get(name, 1)) for name in ("stride", "dilation"))
    padding = settings.pop("padding", "valid")
    both = padding if isinstance(padding, tuple) else (padding, padding)
    amounts = [
        padding_amounts(n, k, stride=s, padding=p, dilation=d)
        for n, k, s, p, d in zip(
            image.shape, kernel.shape, stride, both, dilation, strict=True
        )
    ]
    return correlate2d(np.pad(image, amounts, mode="edge"), kernel, **settings)


def _square_loops(image, kernel, **settings):
    output = correlate2d(image, kernel, **settings)
    side = min(output.shape)
    return output[:side, :side]


IMAGE = _integers(5, 7)
TALL_KERNEL = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]])
BYTES = RNG.integers(200, 256, (4, 6)).astype(np.uint8)

CORRELATE2D = Check(
    name="correlate2d",
    reference=correlate2d,
    cases=(
        case(_integers(4, 4), np.array([[1.0, 2.0], [0.0, -1.0]])),
        case(IMAGE, TALL_KERNEL),
        case(IMAGE, _integers(1, 4, low=1)),
        case(BYTES, np.array([[1, 1, 2], [0, 1, -1]], np.int64)),
        case(IMAGE, TALL_KERNEL, stride=2),
        case(IMAGE, TALL_KERNEL, stride=(1, 3)),
        case(IMAGE, TALL_KERNEL, padding=1),
        case(IMAGE, TALL_KERNEL, padding="same"),
        case(IMAGE, TALL_KERNEL, padding="same", stride=2),
        case(_integers(6, 8), _integers(3, 3, low=1), padding="same", stride=2),
        case(IMAGE, TALL_KERNEL, padding="full"),
        case(IMAGE, TALL_KERNEL, padding=((0, 2), (1, 3))),
        case(IMAGE, TALL_KERNEL, dilation=2),
        case(IMAGE, TALL_KERNEL, stride=2, padding=2, dilation=(1, 3)),
    ),
    mistakes=(
        wrong(
            _flipped,
            "your output is flipped: true convolution instead of cross-correlation. "
            "Do not turn the kernel round",
        ),
        wrong(
            _one_axis_flipped,
            "your kernel is mirrored from left to right: multiply image[i + m, j + n] "
            "by kernel[m, n]",
        ),
        wrong(
            _transposed_kernel,
            "your kernel is transposed: m counts its rows, n its columns",
        ),
        wrong(_mean_not_sum, "you took the mean of the products; their sum is asked"),
        wrong(
            _not_multiplied,
            "you summed the window without multiplying it by the kernel",
        ),
        wrong(
            _last_missing,
            "the last row and column are missing: there are size - kernel_size + 1 "
            "positions",
        ),
        wrong(
            _square_loops,
            "your loops treat the image as square: rows and columns have limits of "
            "their own",
        ),
        wrong(
            _in_image_type,
            "your sums overflow: the result has the image's type, which is too small. "
            "Take the common type of image and kernel",
        ),
        wrong(_altered(correlate2d, stride=1), "you left out the stride"),
        wrong(
            _altered(correlate2d, stride=_swap),
            "a stride of two numbers is (rows, columns); you swapped them",
        ),
        wrong(_altered(correlate2d, padding="valid"), "you left out the padding"),
        wrong(
            _edge_padding,
            "you padded with copies of the border; padding is made of zeros",
        ),
        wrong(
            _same_odd_one_before,
            'with padding "same" and an odd number of zeros, the odd one goes after '
            "the image (right and below), as in Keras",
        ),
        wrong(
            _same_then_stride,
            'padding "same" depends on the stride: you padded for stride 1 and took '
            "every stride-th output",
        ),
        wrong(_altered(correlate2d, dilation=1), "you left out the dilation"),
    ),
)


# conv2d ------------------------------------------------------------------------


def _flipped_kernels(images, kernels, bias=None, **settings):
    return conv2d(images, kernels[::-1, ::-1], bias, **settings)


def _transposed_kernels(images, kernels, bias=None, **settings):
    return conv2d(images, np.swapaxes(kernels, 0, 1), bias, **settings)


def _without_bias(images, kernels, bias=None, **settings):
    return conv2d(images, kernels, None, **settings)


def _bias_for_each_channel(images, kernels, bias=None, **settings):
    channels = kernels.shape[2]
    bias = None if bias is None else channels * bias
    return conv2d(images, kernels, bias, **settings)


def _first_channel_only(images, kernels, bias=None, **settings):
    kernels = kernels.copy()
    kernels[:, :, 1:] = 0
    return conv2d(images, kernels, bias, **settings)


def _mean_over_channels(images, kernels, bias=None, **settings):
    return conv2d(images, kernels / kernels.shape[2], bias, **settings)


def _filters_summed(images, kernels, bias=None, **settings):
    return conv2d(images, kernels, bias, **settings).sum(axis=-1)


def _first_image_only(images, kernels, bias=None, **settings):
    return conv2d(images[:1], kernels, bias, **settings)


def _channels_first(images, kernels, bias=None, **settings):
    return np.moveaxis(conv2d(images, kernels, bias, **settings), -1, 1)


def _first_group_for_all(images, kernels, bias=None, *, groups=1, **settings):
    inputs = images[..., : images.shape[3] // groups]
    return conv2d(inputs, kernels, bias, **settings)


def _groups_interleaved(images, kernels, bias=None, *, groups=1, **settings):
    order = np.arange(images.shape[3]).reshape(-1, groups).T.ravel()
    return conv2d(images[..., order], kernels, bias, groups=groups, **settings)


def _same_odd_before_in_batch(images, kernels, bias=None, **settings):
    if settings.get("padding") == "same":
        stride = _pair(settings.get("stride", 1))
        settings["padding"] = tuple(
            padding_amounts(n, k, stride=s, padding="same")[::-1]
            for n, k, s in zip(
                images.shape[1:3], kernels.shape[:2], stride, strict=True
            )
        )
    return conv2d(images, kernels, bias, **settings)


IMAGES = _integers(2, 6, 5, 3)
KERNELS = _integers(3, 2, 3, 4)
BIAS = np.array([1.0, -2.0, 3.0, 0.5])

CONV2D = Check(
    name="conv2d",
    reference=conv2d,
    cases=(
        case(_integers(1, 4, 4, 1), _integers(2, 2, 1, 1)),
        case(IMAGES, KERNELS),
        case(IMAGES, KERNELS, BIAS),
        case(IMAGES.astype(np.float32), KERNELS.astype(np.float32)),
        case(IMAGES, KERNELS, BIAS, stride=2),
        case(IMAGES, KERNELS, stride=(1, 2)),
        case(IMAGES, KERNELS, BIAS, padding="same"),
        case(IMAGES, KERNELS, padding="same", stride=(3, 2)),
        case(IMAGES, KERNELS, padding=1),
        case(IMAGES, KERNELS, padding=((2, 0), (0, 1))),
        case(IMAGES, KERNELS, padding="full"),
        case(IMAGES, KERNELS, dilation=2),
        case(_integers(2, 5, 6, 4), _integers(3, 2, 2, 6), groups=2),
        case(_integers(2, 5, 6, 4), _integers(3, 3, 1, 4), groups=4),
    ),
    mistakes=(
        wrong(
            _flipped_kernels,
            "your output is flipped: true convolution instead of cross-correlation. "
            "Do not turn the kernels round",
        ),
        wrong(
            _transposed_kernels,
            "your kernels are transposed: their first axis counts rows, their second "
            "columns",
        ),
        wrong(_without_bias, "you left out the bias"),
        wrong(
            _bias_for_each_channel,
            "you added the bias once for each input channel; it is added once, after "
            "the sum over the channels",
        ),
        wrong(
            _first_channel_only,
            "only the first input channel counts in yours: sum over all of them",
        ),
        wrong(
            _mean_over_channels,
            "you averaged over the input channels; they are summed",
        ),
        wrong(
            _filters_summed,
            "you summed the filters into one map: each filter has a channel of its own "
            "in the output",
        ),
        wrong(
            _first_image_only,
            "only the first image of the batch is there: the output has N images",
        ),
        wrong(
            _channels_first,
            "your channels come second; the order is (N, H, W, C), channels last",
        ),
        wrong(_altered(conv2d, stride=1), "you left out the stride"),
        wrong(
            _altered(conv2d, stride=_swap),
            "a stride of two numbers is (rows, columns); you swapped them",
        ),
        wrong(_altered(conv2d, padding="valid"), "you left out the padding"),
        wrong(
            _same_odd_before_in_batch,
            'with padding "same" and an odd number of zeros, the odd one goes after '
            "the image (right and below), as in Keras",
        ),
        wrong(_altered(conv2d, dilation=1), "you left out the dilation"),
        wrong(
            _first_group_for_all,
            "every group of yours reads the first channels; group g reads the g-th "
            "part of them",
        ),
        wrong(
            _groups_interleaved,
            "a group is a run of neighbouring channels, not every groups-th channel",
        ),
    ),
)


# max_pool2d --------------------------------------------------------------------


def _pool_with_zeros(images, size=2, *, stride=None, padding="valid"):
    if padding == "same":
        stride = _pair(size if stride is None else stride)
        amounts = [
            padding_amounts(n, k, stride=s, padding="same")
            for n, k, s in zip(images.shape[1:3], _pair(size), stride, strict=True)
        ]
        images = np.pad(images, ((0, 0), *amounts, (0, 0)))
    return max_pool2d(images, size, stride=stride)


def _pool_ragged(images, size=2, *, stride=None, padding="valid"):
    if padding == "same":
        return max_pool2d(images, size, stride=stride, padding=padding)
    steps = _pair(size if stride is None else stride)
    extra = [
        (0, -(n - k) % s)
        for n, k, s in zip(images.shape[1:3], _pair(size), steps, strict=True)
    ]
    lowest = np.pad(
        images.astype(float), ((0, 0), *extra, (0, 0)), constant_values=-np.inf
    )
    return max_pool2d(lowest, size, stride=stride)


def _pool_step_one(images, size=2, *, stride=None, padding="valid"):
    return max_pool2d(images, size, stride=stride or 1, padding=padding)


def _pool_swapped(images, size=2, *, stride=None, padding="valid"):
    return max_pool2d(images, _swap(size), stride=stride, padding=padding)


def _pool_always_two(images, size=2, *, stride=None, padding="valid"):
    return max_pool2d(images, 2, stride=stride, padding=padding)


def _pool_minimum(images, size=2, **settings):
    return -max_pool2d(-images, size, **settings)


def _pool_by_size(images, size=2, **settings):
    return max_pool2d(np.abs(images), size, **settings)


def _pool_channels_too(images, size=2, **settings):
    return max_pool2d(images, size, **settings).max(axis=-1, keepdims=True)


def _pool_whole_batch(images, size=2, **settings):
    pooled = max_pool2d(images, size, **settings)
    return np.broadcast_to(pooled.max(axis=0, keepdims=True), pooled.shape).copy()


MAPS = RNG.permutation(np.arange(-120.0, 120.0)).reshape(2, 5, 8, 3)

MAX_POOL2D = Check(
    name="max_pool2d",
    reference=max_pool2d,
    cases=(
        case(_integers(1, 4, 6, 1)),
        case(MAPS[:, :4]),
        case(MAPS),
        case(-np.abs(MAPS)),
        case(MAPS, 3),
        case(MAPS, (1, 4)),
        case(MAPS, 3, stride=2),
        case(MAPS, 2, stride=1),
        case(MAPS, (2, 3), stride=(3, 1)),
        case(-np.abs(MAPS) - 1, 2, padding="same"),
        case(MAPS, 3, stride=2, padding="same"),
        case(RNG.integers(0, 256, (1, 4, 4, 2)).astype(np.uint8)),
    ),
    mistakes=(
        wrong(average_pool2d, "you took the mean of each window; the maximum is asked"),
        wrong(_pool_minimum, "you took the smallest number of each window"),
        wrong(
            _pool_by_size,
            "you took the largest absolute value; a negative number is smaller than 0",
        ),
        wrong(
            _pool_step_one,
            "without a stride the windows do not overlap: the stride is the size",
        ),
        wrong(
            _altered(max_pool2d, stride=None),
            "you left out the stride: it may differ from the size",
        ),
        wrong(
            _pool_always_two,
            "your window is always 2 x 2: use the size that is given",
        ),
        wrong(
            _pool_swapped,
            "a size of two numbers is (rows, columns); you swapped them",
        ),
        wrong(
            _pool_ragged,
            "a window that does not fit whole at the border is left out when padding "
            'is "valid"',
        ),
        wrong(
            _pool_with_zeros,
            'with padding "same" the border must not count: your zeros win against '
            "negative numbers",
        ),
        wrong(
            _altered(max_pool2d, padding="valid"),
            'you left out the padding: with "same" the windows reach over the border',
        ),
        wrong(
            _pool_channels_too,
            "you pooled over the channels as well: each channel is pooled by itself",
        ),
        wrong(
            _pool_whole_batch,
            "you took the maximum over the images of the batch as well: each image is "
            "pooled by itself",
        ),
    ),
)

CHECKS = (OUTPUT_SIZE, CORRELATE2D, CONV2D, MAX_POOL2D)
