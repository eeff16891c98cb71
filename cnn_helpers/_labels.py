"""Checks of the labels that a loss or an accuracy is asked to use."""

import numpy as np


def as_class_numbers(y_true, shape):
    """Return labels as integers of shape (N,), or raise an error that helps.

    Parameters
    ----------
    y_true : array_like, shape (N,) or (N, 1)
        The labels.
    shape : tuple
        The shape ``(N, C)`` of the predictions.

    Returns
    -------
    numpy.ndarray of int, shape (N,)

    Raises
    ------
    ValueError
        For labels that are one-hot, fractional, out of range, or of another number.

    Examples
    --------
    >>> as_class_numbers([3.0, 1.0], (2, 10))
    array([3, 1])
    """
    labels = np.asarray(y_true)
    count, num_classes = shape
    if labels.shape == (count, 1):
        labels = labels[:, 0]
    if labels.ndim == 2:
        raise ValueError(
            f"y_true has shape {labels.shape}: rows, such as one-hot labels, need "
            "categorical_crossentropy; this loss takes class numbers of shape "
            f"({count},)"
        )
    if labels.shape != (count,):
        raise ValueError(
            f"y_true has shape {labels.shape}, but y_pred of shape {shape} needs "
            f"labels of shape ({count},)"
        )
    if labels.dtype.kind not in "iufb":
        raise TypeError(f"y_true must hold class numbers, got dtype {labels.dtype}")
    if labels.dtype.kind == "f" and (labels != np.floor(labels)).any():
        odd = labels[labels != np.floor(labels)][0]
        raise ValueError(f"y_true must hold whole class numbers, got {odd}")
    if count and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError(
            f"y_true holds labels from {labels.min()} to {labels.max()}, but y_pred of "
            f"shape {shape} has {num_classes} classes: 0 to {num_classes - 1}"
        )
    return labels.astype(np.intp)


def as_target_rows(y_true, y_pred):
    """Return labels as rows of the predictions' shape and dtype, or raise.

    Parameters
    ----------
    y_true : array_like, shape (N, C)
        Rows of probabilities, such as one-hot labels.
    y_pred : numpy.ndarray, shape (N, C)
        The predictions.

    Returns
    -------
    numpy.ndarray, shape (N, C)

    Raises
    ------
    ValueError
        For another shape, and for rows that do not sum to 1.

    Examples
    --------
    >>> import numpy as np
    >>> as_target_rows([[0, 1]], np.zeros((1, 2)))
    array([[0., 1.]])
    """
    targets = np.asarray(y_true)
    if targets.dtype.kind not in "iufb":
        raise TypeError(f"y_true must hold numbers, got dtype {targets.dtype}")
    if targets.shape != y_pred.shape:
        hint = ""
        if targets.ndim < y_pred.ndim or targets.shape[1:] == (1,):
            hint = "; class numbers need sparse_categorical_crossentropy"
        raise ValueError(
            f"y_true has shape {targets.shape}, but y_pred has shape "
            f"{y_pred.shape}{hint}"
        )
    targets = targets.astype(y_pred.dtype)
    if (targets < 0).any() or (abs(targets.sum(axis=-1) - 1) > 1e-3).any():
        raise ValueError(
            "each row of y_true must be probabilities that sum to 1, such as one-hot "
            f"labels; y_true of shape {targets.shape} has a row that is not"
        )
    return targets
