"""The live kernel: it slides over an input, and each sum is written out."""

import numpy as np

from cnn_helpers._validation import PADDING_NAMES, as_array, as_integer
from cnn_helpers.explorables.figure import LiveFigure

LARGEST_KERNEL = 5
LARGEST_IMAGE = 64
LARGEST_STEP = 3
LARGEST_PADDING = 12
LARGEST_NUMBER = 1e6


class Kernel(LiveFigure):
    """A kernel that slides over an image, step by step, as a live figure.

    The reader changes the kernel, the image, stride, padding and dilation, flips the
    kernel, and sees each window, its products and their sum; and the line of code
    that computes the same with this book's `correlate2d` and with Keras.

    Parameters
    ----------
    kernel : array_like, shape (kH, kW)
        From 1 x 1 to 5 x 5.
    image : array_like, shape (H, W), optional
        At most 64 x 64. Up to 10 x 10 it is shown as numbers that can be changed,
        above as a picture. Chapter 6's image of 5 x 5 ones and zeros unless given.
    stride, dilation : int
        From 1 to 3, for rows and columns alike.
    padding : {"valid", "same", "full"} or int
        At most 12 zeros at each end.
    flip : bool
        Begin with the kernel turned by half a turn: convolution.
    cover : bool
        Begin with the numbers to come covered, to be predicted.

    Raises
    ------
    ValueError
        If a rank or a setting is wrong, an array is too large, or a number is not
        finite.
    TypeError
        If an array does not hold real numbers, or a setting is not an integer.

    Examples
    --------
    >>> Kernel([[1, 0, 1], [0, 1, 0], [1, 0, 1]], stride=2)
    <live figure Kernel: 3 x 3 on 5 x 5, stride=2, padding='valid', dilation=1>
    """

    tag = "live-kernel"
    scripts = (
        "core.js",
        "figure.js",
        "kernel_inputs.js",
        "kernel_words.js",
        "kernel.js",
    )

    def __init__(
        self,
        kernel,
        image=None,
        *,
        stride=1,
        padding="valid",
        dilation=1,
        flip=False,
        cover=False,
    ):
        kernel = _as_grid(kernel, "kernel", "(kH, kW)", LARGEST_KERNEL)
        shown = "ones"  # the name of chapter 6's image in kernel.js
        shape = (5, 5)
        if image is not None:
            image = _as_grid(image, "image", "(H, W)", LARGEST_IMAGE)
            shown, shape = image.tolist(), image.shape
        stride, dilation = _as_step(stride, "stride"), _as_step(dilation, "dilation")
        padding = _as_shown_padding(padding)
        data = {
            "kernel": kernel.tolist(),
            "input": shown,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "flip": bool(flip),
            "cover": bool(cover),
        }
        summary = (
            f"{kernel.shape[0]} x {kernel.shape[1]} on {shape[0]} x {shape[1]}, "
            f"stride={stride}, padding={padding!r}, dilation={dilation}"
        )
        super().__init__(data=data, summary=summary)


def _as_grid(value, name, layout, largest):
    """Return numbers that the figure can show as rows and columns."""
    array = as_array(value, name)
    if array.ndim != 2:
        hint = (
            " (of a layer's kernels, one filter's one channel is kernel[:, :, 0, 0])"
            if name == "kernel" and array.ndim == 4
            else ""
        )
        raise ValueError(
            f"{name} must have the axes {layout}; got shape {array.shape}{hint}"
        )
    if not 1 <= min(array.shape) <= max(array.shape) <= largest:
        raise ValueError(
            f"{name} must have 1 to {largest} rows and columns to be shown; "
            f"got shape {array.shape}"
        )
    array = array.astype(np.float64)
    if not np.all(np.abs(array) <= LARGEST_NUMBER):  # not true of NaN either
        raise ValueError(
            f"{name} must hold finite numbers, none beyond {LARGEST_NUMBER:,.0f}"
        )
    return array


def _as_step(value, name):
    """Return a stride or a dilation that the figure's menus offer."""
    if isinstance(value, tuple | list):
        raise ValueError(
            f"{name} must be one integer here, for rows and columns alike; got {value}"
        )
    step = as_integer(value, name)
    if step > LARGEST_STEP:
        raise ValueError(f"{name} must be from 1 to {LARGEST_STEP} here, got {step}")
    return step


def _as_shown_padding(value):
    """Return a padding that the figure's menu offers."""
    if isinstance(value, str):
        if value not in PADDING_NAMES:
            known = ", ".join(map(repr, PADDING_NAMES))
            raise ValueError(f"padding must be {known} or a number, got {value!r}")
        return value
    if isinstance(value, tuple | list):
        raise ValueError(
            f"padding must be a name or one number here, the same on all sides; "
            f"got {value}"
        )
    zeros = as_integer(value, "padding", minimum=0)
    if zeros > LARGEST_PADDING:
        raise ValueError(f"padding must be at most {LARGEST_PADDING} here, got {zeros}")
    return zeros
