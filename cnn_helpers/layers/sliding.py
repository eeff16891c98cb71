"""Where a window that slides over images can go, for convolutions and pools."""

from cnn_helpers.arithmetic import output_size


def padding_name(padding):
    """Return the padding of a layer if it is one of the two that layers know.

    Parameters
    ----------
    padding : {"valid", "same"}
        What was given.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> padding_name("SAME")
    'same'
    """
    if not isinstance(padding, str) or padding.lower() not in ("valid", "same"):
        raise ValueError(
            f"a layer's padding must be 'valid' or 'same', got {padding!r}; the "
            "functions of cnn_helpers.convolution also take 'full' and numbers"
        )
    return padding.lower()


def slid_shape(name, sizes, kernel_size, strides, padding, dilation_rate=(1, 1)):
    """Return the height and width of what a sliding window makes.

    Parameters
    ----------
    name : str
        The layer's name, for the error.
    sizes : (int or None, int or None)
        Height and width of the images; None where any will do.
    kernel_size, strides, dilation_rate : (int, int)
        The window and how it slides.
    padding : {"valid", "same"}
        The padding.

    Returns
    -------
    tuple of int or None

    Raises
    ------
    ValueError
        If the window is larger than the images.

    Examples
    --------
    >>> slid_shape("conv2d", (28, None), (5, 5), (1, 1), "valid")
    (24, None)
    """
    reach = [(k - 1) * d + 1 for k, d in zip(kernel_size, dilation_rate, strict=True)]
    if padding == "valid":
        for size, window in zip(sizes, reach, strict=True):
            if size is not None and size < window:
                raise ValueError(
                    f"layer {name!r}: a window of {reach[0]}x{reach[1]} does not fit "
                    f"into images of {sizes[0]}x{sizes[1]}; it takes images of at "
                    "least its own size, or padding='same'"
                )
    return tuple(
        None
        if size is None
        else output_size(size, k, stride=s, padding=padding, dilation=d)
        for size, k, s, d in zip(
            sizes, kernel_size, strides, dilation_rate, strict=True
        )
    )
