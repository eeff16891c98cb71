"""Checks of what a model is given to learn from."""

import numpy as np

from cnn_helpers._arguments import number
from cnn_helpers._labels import as_class_numbers, as_target_rows
from cnn_helpers._validation import as_integer
from cnn_helpers.losses import SparseCategoricalCrossentropy


def split_off(model, x, y, validation_split, validation_data):
    """Return examples and labels to train on, and the pair to validate on, or None.

    Parameters
    ----------
    model : Sequential
        A compiled model; it is built on the examples if it was not.
    x, y : array_like
        All examples and labels.
    validation_split : float
        The share taken from the end.
    validation_data : (array_like, array_like) or None
        Examples and labels instead of a split.

    Returns
    -------
    x, y : numpy.ndarray
    validation : (numpy.ndarray, numpy.ndarray) or None

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((3,)), layers.Softmax()])
    >>> model.compile("sgd", "sparse_categorical_crossentropy")
    >>> x, y, (x_val, y_val) = split_off(model, np.ones((10, 3)), [0] * 9 + [2], 0.2,
    ...                                  None)
    >>> x.shape, y_val
    ((8, 3), array([0, 2]))
    """
    number(validation_split, "validation_split", low=0, high=1, high_open=True)
    x = model.check_images(x)
    y = checked_labels(model, x, y)
    if validation_data is not None:
        if not isinstance(validation_data, tuple | list) or len(validation_data) != 2:
            raise ValueError("validation_data must be a pair, (images, labels)")
        x_val = model.check_images(validation_data[0])
        if len(x_val) == 0:
            raise ValueError("validation_data holds no examples")
        return x, y, (x_val, checked_labels(model, x_val, validation_data[1]))
    if validation_split == 0:
        return x, y, None
    cut = int(len(x) * (1 - validation_split))
    if cut in (0, len(x)):
        raise ValueError(
            f"validation_split {validation_split} of {len(x)} examples leaves none to "
            f"{'train' if cut == 0 else 'validate'} on"
        )
    return x[:cut], y[:cut], (x[cut:], y[cut:])


def checked_labels(model, x, y):
    """Return labels as the model's loss wants them, one an example.

    Parameters
    ----------
    model : Sequential
        A built and compiled model.
    x : numpy.ndarray
        The examples.
    y : array_like
        The labels.

    Returns
    -------
    numpy.ndarray
        Class numbers (N,) or rows (N, C).

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((3,)), layers.Softmax()])
    >>> model.compile("sgd", "sparse_categorical_crossentropy")
    >>> checked_labels(model, np.ones((2, 3)), [1.0, 2.0])
    array([1, 2])
    """
    if y is None:
        raise ValueError("labels are missing: y is None")
    y = np.asarray(y)
    if y.ndim == 0 or len(y) != len(x):
        raise ValueError(
            f"x and y must hold as many examples: x has shape {x.shape}, y has shape "
            f"{y.shape}"
        )
    shape = (len(x), *model.output_shape[1:])
    if len(shape) != 2:
        raise ValueError(
            f"a loss takes one row of scores an example, (N, C), but the model's "
            f"output shape is {model.output_shape}: does it lack a Flatten layer?"
        )
    if isinstance(model.loss, SparseCategoricalCrossentropy):
        return as_class_numbers(y, shape)
    return as_target_rows(y, np.empty(shape, model.layers[0].dtype))


def checked_batch_size(batch_size):
    """Return a batch size of at least 1; 32, Keras's default, for None.

    Parameters
    ----------
    batch_size : int or None
        What was given.

    Returns
    -------
    int

    Examples
    --------
    >>> checked_batch_size(None)
    32
    """
    return 32 if batch_size is None else as_integer(batch_size, "batch_size")


def checked_verbose(verbose):
    """Return 0, 1 or 2; 1 for "auto".

    Parameters
    ----------
    verbose : "auto", 0, 1 or 2
        What was given.

    Returns
    -------
    int

    Examples
    --------
    >>> checked_verbose("auto")
    1
    """
    if verbose == "auto":
        return 1
    if verbose not in (0, 1, 2):
        raise ValueError(f"verbose must be 'auto', 0, 1 or 2, got {verbose!r}")
    return int(verbose)
