"""The arithmetic of sliding windows, along one axis.

The formulas are derived in V. Dumoulin and F. Visin, *A guide to convolution
arithmetic for deep learning* (2016), `arXiv:1603.07285
<https://arxiv.org/abs/1603.07285>`_.
"""

from cnn_helpers._validation import as_integer, as_padding


def output_size(size, kernel_size, *, stride=1, padding="valid", dilation=1):
    """Return at how many positions a window fits along one axis.

    With `p` pixels of padding in all and a window that spans
    ``dilation * (kernel_size - 1) + 1`` pixels, the count is
    ``floor((size + p - span) / stride) + 1``.

    Parameters
    ----------
    size : int
        Length of the axis, in pixels.
    kernel_size : int
        Number of weights along the axis.
    stride : int
        Step from one position to the next, in pixels.
    padding : {"valid", "same", "full"}, int or (before, after)
        Zeros added at the ends: none, as many as make the result
        ``ceil(size / stride)`` long, as many as let the window touch by one pixel, or
        a number.
    dilation : int
        Distance between neighbouring weights, in pixels.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the window does not fit, or a setting is out of range.
    TypeError
        If a setting is not an integer.

    Examples
    --------
    >>> output_size(28, 5)
    24
    >>> output_size(28, 5, padding="same", stride=2)
    14
    """
    size = as_integer(size, "size")
    span = window_span(kernel_size, dilation)
    stride = as_integer(stride, "stride")
    before, after = padding_amounts(
        size, kernel_size, stride=stride, padding=padding, dilation=dilation
    )
    padded = size + before + after
    if span > padded:
        raise ValueError(
            f"kernel_size {kernel_size} with dilation {dilation} spans {span} and does "
            f"not fit into size {size} with padding {padding!r} ({padded} in all)"
        )
    return (padded - span) // stride + 1


def same_padding(size, kernel_size, *, stride=1, dilation=1):
    """Return the padding that makes the output ``ceil(size / stride)`` long.

    Where the number of zeros is odd, the odd one goes after, as in Keras.

    Parameters
    ----------
    size, kernel_size, stride, dilation : int
        As in `output_size`.

    Returns
    -------
    tuple of int
        Zeros before and after.

    Raises
    ------
    ValueError, TypeError
        As in `output_size`.

    Examples
    --------
    >>> same_padding(28, 5)
    (2, 2)
    >>> same_padding(28, 2)
    (0, 1)
    """
    size = as_integer(size, "size")
    span = window_span(kernel_size, dilation)
    stride = as_integer(stride, "stride")
    positions = -(-size // stride)  # ceil(size / stride)
    total = max((positions - 1) * stride + span - size, 0)
    return total // 2, total - total // 2


def window_span(kernel_size, dilation=1):
    """Return the pixels from the first weight of a dilated kernel to its last.

    Parameters
    ----------
    kernel_size, dilation : int
        As in `output_size`.

    Returns
    -------
    int

    Examples
    --------
    >>> window_span(3, dilation=2)
    5
    """
    kernel_size = as_integer(kernel_size, "kernel_size")
    return as_integer(dilation, "dilation") * (kernel_size - 1) + 1


def padding_amounts(size, kernel_size, *, stride=1, padding="valid", dilation=1):
    """Return what `padding` means for one axis, as numbers.

    Parameters
    ----------
    size, kernel_size, stride, padding, dilation
        As in `output_size`.

    Returns
    -------
    tuple of int
        Zeros before and after.

    Examples
    --------
    >>> padding_amounts(28, 3, padding="full")
    (2, 2)
    """
    padding = as_padding(padding)
    if padding == "valid":
        return 0, 0
    if padding == "same":
        return same_padding(size, kernel_size, stride=stride, dilation=dilation)
    if padding == "full":
        return (window_span(kernel_size, dilation) - 1,) * 2
    return padding
