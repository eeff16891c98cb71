"""Checks of chapter 7's exercises: pixels unseen, the zeros of "same", depth."""

import numpy as np

from cnn_helpers.arithmetic import output_size, same_padding
from cnn_helpers.checks.parts import Check, case, wrong

# ------------------------------------------------- pixels that no window sees


def unseen_pixels(size, kernel_size, stride):
    """Return how many pixels no window sees."""
    seen = np.zeros(size, dtype=bool)
    for start in range(0, size - kernel_size + 1, stride):
        seen[start : start + kernel_size] = True
    return int(np.count_nonzero(~seen))


def _left_over(size, kernel_size, stride):
    return (size - kernel_size) % stride


def _gaps_only(size, kernel_size, stride):
    return max(stride - kernel_size, 0) * ((size - kernel_size) // stride)


def _gap_after_each_window(size, kernel_size, stride):
    count = output_size(size, kernel_size, stride=stride)
    return size - count * min(kernel_size, stride)


def _windows_apart(size, kernel_size, stride):
    return size - kernel_size * output_size(size, kernel_size, stride=stride)


def _over_the_end(size, kernel_size, stride):
    seen = np.zeros(size, dtype=bool)
    for start in range(0, size, stride):
        seen[start : start + kernel_size] = True
    return int(np.count_nonzero(~seen))


def _last_window_missing(size, kernel_size, stride):
    seen = np.zeros(size, dtype=bool)
    for start in range(0, size - kernel_size, stride):
        seen[start : start + kernel_size] = True
    return int(np.count_nonzero(~seen))


UNSEEN_PIXELS = Check(
    name="unseen_pixels",
    reference=unseen_pixels,
    cases=(
        case(7, 3, 2),
        case(8, 3, 2),
        case(28, 5, 1),
        case(28, 4, 5),
        case(10, 2, 5),
        case(11, 3, 8),
        case(30, 2, 7),
        case(17, 1, 3),
        case(5, 5, 3),
    ),
    mistakes=(
        wrong(
            _left_over,
            "you count the pixels left over at the end; a stride larger than the "
            "kernel leaves gaps between the windows, too",
        ),
        wrong(
            _gaps_only,
            "you count the gaps between windows; after the last window pixels can be "
            "left over, too",
        ),
        wrong(
            _gap_after_each_window,
            "you take as many pixels a window as it steps: the last window is seen "
            "whole",
        ),
        wrong(
            _windows_apart,
            "you multiply the number of windows by the kernel: windows that overlap "
            "see the same pixels",
        ),
        wrong(
            _over_the_end,
            "your last window hangs over the end: a window stands only where it fits "
            "whole",
        ),
        wrong(
            _last_window_missing,
            "your last window is missing: it may begin at pixel size - kernel_size",
        ),
        wrong(
            lambda *setting: setting[0] - unseen_pixels(*setting),
            "you count the pixels that are seen; asked are the others",
        ),
        wrong(
            lambda *setting: setting[0] - output_size(*setting[:2], stride=setting[2]),
            "you take one pixel a window: each window sees kernel_size of them",
        ),
        wrong(
            lambda size, kernel_size, stride: size // stride - 1,
            "divide nothing: mark the pixels that each window covers and count the "
            "rest",
        ),
    ),
)


# --------------------------------------------------------- the zeros of "same"


def same_zeros(size, kernel_size, stride):
    """Return (before, after) so that the map has ceil(size / stride) places."""
    return same_padding(size, kernel_size, stride=stride)


def _split(total):
    return total // 2, total - total // 2


def _rounded_down(size, kernel_size, stride):
    total = (size // stride - 1) * stride + kernel_size - size
    return _split(max(total, 0))


def _without_floor(size, kernel_size, stride):
    return _split((-(-size // stride) - 1) * stride + kernel_size - size)


def _one_step_more(size, kernel_size, stride):
    total = -(-size // stride) * stride + kernel_size - size
    return _split(max(total, 0))


def _shared_evenly(size, kernel_size, stride, up=0):
    total = sum(same_zeros(size, kernel_size, stride))
    return ((total + up) // 2,) * 2


def _keep_the_size(size, kernel_size, stride):
    return _split((size - 1) * stride + kernel_size - size)


SAME_ZEROS = Check(
    name="same_zeros",
    reference=same_zeros,
    cases=(
        case(28, 5, 1),
        case(28, 2, 1),
        case(28, 3, 2),
        case(29, 3, 2),
        case(29, 4, 3),
        case(10, 1, 3),
        case(9, 2, 5),
        case(7, 6, 3),
    ),
    mistakes=(
        wrong(
            lambda *setting: same_zeros(*setting)[::-1],
            "the odd zero goes after the image; yours goes before",
        ),
        wrong(
            lambda size, kernel_size, stride: same_zeros(size, kernel_size, 1),
            "you left out the stride: with it fewer zeros are needed",
        ),
        wrong(
            _shared_evenly,
            "both numbers of your pair are equal, and where the zeros are odd one is "
            "missing: it goes after",
        ),
        wrong(
            lambda *setting: _shared_evenly(*setting, up=1),
            "both numbers of your pair are equal, and where the zeros are odd there is "
            "one too many",
        ),
        wrong(
            lambda *setting: sum(same_zeros(*setting)),
            "you returned the zeros in all: share them, as a pair (before, after)",
        ),
        wrong(
            lambda *setting: (0, sum(same_zeros(*setting))),
            "you put all zeros after the image; only the odd one goes there, the "
            "others are shared",
        ),
        wrong(
            lambda *setting: (sum(same_zeros(*setting)) / 2,) * 2,
            "zeros come whole: divide by // and not by /, and put the odd one after",
        ),
        wrong(
            _without_floor,
            "a number of zeros is never negative: a kernel smaller than the stride may "
            "need none",
        ),
        wrong(
            _rounded_down,
            "you rounded size / stride down; the map has as many places as it gives "
            "rounded up",
        ),
        wrong(
            _one_step_more,
            "you took one step too many: between m windows there are m - 1 steps",
        ),
        wrong(
            _keep_the_size,
            'you keep the size: with a stride "same" means size / stride, rounded up',
        ),
    ),
)


# ------------------------------------------------------- how many layers fit


def layers_that_fit(size, kernel_size, stride):
    """Return how many layers fit before the kernel is too large."""
    return _layers(size, kernel_size, stride)


def _layers(size, kernel_size, stride, *, least=None, step=output_size):
    """Count layers until the axis is smaller than `least`."""
    layers = 0
    while size >= (kernel_size if least is None else least) and layers < size + 99:
        size = step(size, kernel_size, stride=stride)
        layers += 1
    return layers


def _rounded_up(size, kernel_size, stride):
    return -(-(size - kernel_size) // stride) + 1


def _by_formula_of_stride_one(size, kernel_size, stride):
    return (size - 1) // (kernel_size - 1)


def _whole_kernel_away(size, kernel_size, stride):
    def step(size, kernel_size, stride):
        return (size - kernel_size) // stride

    return _layers(size, kernel_size, stride, step=step)


def _rounding_up(size, kernel_size, stride):
    def step(size, kernel_size, stride):
        return min(_rounded_up(size, kernel_size, stride), size - 1)

    return _layers(size, kernel_size, stride, step=step)


def _last_size(size, kernel_size, stride):
    while size >= kernel_size:
        size = output_size(size, kernel_size, stride=stride)
    return size


LAYERS_THAT_FIT = Check(
    name="layers_that_fit",
    reference=layers_that_fit,
    cases=(
        case(28, 3, 1),
        case(28, 5, 1),
        case(28, 2, 1),
        case(29, 3, 1),
        case(28, 3, 2),
        case(512, 4, 2),
        case(511, 2, 3),
        case(224, 7, 2),
        case(14, 2, 2),
        case(4, 5, 1),
        case(5, 5, 1),
    ),
    mistakes=(
        wrong(
            _by_formula_of_stride_one,
            "you left out the stride: (size - 1) // (kernel_size - 1) holds for stride "
            "1 only",
        ),
        wrong(
            lambda *setting: layers_that_fit(*setting) + 1,
            "you count one layer too many: go on only while the kernel fits. (The "
            "sizes on the way, the first included, are one more than the layers.)",
        ),
        wrong(
            lambda *setting: max(layers_that_fit(*setting) - 1, 0),
            "you count one layer too few: count the last layer that fits as well",
        ),
        wrong(
            lambda size, kernel_size, stride: _layers(
                size, kernel_size, stride, least=kernel_size + 1
            ),
            "you stop too early: a kernel as large as the axis still fits, and leaves "
            "one number",
        ),
        wrong(
            _whole_kernel_away,
            "each layer of yours takes a pixel too many: the number of places is "
            "(size - kernel_size) // stride + 1",
        ),
        wrong(
            _last_size,
            "you returned the size that is left; asked is the number of layers",
        ),
        wrong(
            _rounding_up,
            "you rounded the size of a map up: a step that does not fit whole is not "
            "taken",
        ),
        wrong(
            lambda size, kernel_size, stride: size // kernel_size,
            "you divided the size by the kernel, as if windows did not overlap: a "
            "layer of stride 1 takes kernel_size - 1 pixels",
        ),
        wrong(
            lambda size, kernel_size, stride: output_size(
                size, kernel_size, stride=stride
            ),
            "you return how many places one layer has; asked is how many layers fit "
            "one after the other",
        ),
    ),
)

CHECKS = (UNSEEN_PIXELS, SAME_ZEROS, LAYERS_THAT_FIT)
