"""Cross-entropy: how surprised a classifier was by the right answers.

The two functions give one loss an example. The two classes give their mean over a
batch, which is what training makes smaller, and the gradient of that mean.

The loss of one example is ``-log(p)``, where ``p`` is the probability that the
network gave to the right class: 0 when it was sure and right, without bound as ``p``
falls to 0.
"""

import numpy as np

from cnn_helpers._labels import as_class_numbers, as_target_rows

__all__ = [
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "categorical_crossentropy",
    "get",
    "sparse_categorical_crossentropy",
]


def sparse_categorical_crossentropy(y_true, y_pred, *, from_logits=False, clip=None):
    """Cross-entropy of each example, for labels that are class numbers.

    Parameters
    ----------
    y_true : array_like, shape (N,)
        The right class of each example: whole numbers from 0 to ``C - 1``.
    y_pred : array_like, shape (N, C)
        A row an example: probabilities, or logits with ``from_logits=True``.
    from_logits : bool
        Whether ``y_pred`` holds logits. The loss of a logit is exact where the
        probability would round to 0.
    clip : float, optional
        Keep the probabilities between ``clip`` and ``1 - clip``, as old versions of
        Keras did with 1e-7. The loss then stops at ``-log(clip)``, and past it the
        gradient is 0: the cause of the plateau in chapter 18. Leave it out otherwise.

    Returns
    -------
    numpy.ndarray, shape (N,)
        One loss an example, in natural units (nats).

    Raises
    ------
    ValueError
        For a label that is fractional, one-hot or out of range, and for rows that are
        not probabilities although ``from_logits`` is false.

    Examples
    --------
    >>> import numpy as np
    >>> probabilities = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    >>> sparse_categorical_crossentropy([0, 1], probabilities).round(4)
    array([0.6931, 2.3026])
    """
    y_pred = _as_scores(y_pred)
    labels = as_class_numbers(y_true, y_pred.shape)
    log_p = _log_probabilities(y_pred, from_logits, clip)
    return 0 - log_p[np.arange(len(labels)), labels]  # 0 - 0 prints as 0, not as -0


def categorical_crossentropy(y_true, y_pred, *, from_logits=False, clip=None):
    """Cross-entropy of each example, for labels that are rows of probabilities.

    Parameters
    ----------
    y_true : array_like, shape (N, C)
        One-hot rows (a 1 at the right class), or any rows that sum to 1.
    y_pred : array_like, shape (N, C)
        A row an example: probabilities, or logits with ``from_logits=True``.
    from_logits : bool
        Whether ``y_pred`` holds logits.
    clip : float, optional
        As in `sparse_categorical_crossentropy`.

    Returns
    -------
    numpy.ndarray, shape (N,)
        One loss an example, ``-sum(y_true * log(p))``.

    Raises
    ------
    ValueError
        For class numbers instead of rows, and for rows that are not probabilities.

    Examples
    --------
    >>> import numpy as np
    >>> categorical_crossentropy([[0, 1]], np.array([[0.5, 0.5]])).round(4)
    array([0.6931])
    """
    y_pred = _as_scores(y_pred)
    targets = as_target_rows(y_true, y_pred)
    log_p = _log_probabilities(y_pred, from_logits, clip)
    # Where the target is 0 the term is 0, even if log p is minus infinity.
    terms = np.multiply(targets, log_p, where=targets > 0, out=np.zeros_like(log_p))
    return 0 - terms.sum(axis=-1)


class _Crossentropy:
    """What the two loss classes share: the mean over a batch, and its gradient."""

    def __init__(self, from_logits, clip, name, unsupported):
        if unsupported:
            raise ValueError(
                f"{type(self).__name__} does not support the argument(s) "
                f"{', '.join(sorted(unsupported))}; it takes from_logits and name"
            )
        if not isinstance(from_logits, bool | np.bool_):
            raise TypeError(f"from_logits must be True or False, got {from_logits!r}")
        if clip is not None:
            _check_clip(clip, from_logits)
        self.from_logits = bool(from_logits)
        self.clip = clip
        self.name = name

    def __call__(self, y_true, y_pred):
        """Return the mean loss of a batch, a float."""
        return float(self.each(y_true, y_pred).mean())

    def gradient(self, y_true, y_pred):
        """Return the derivative of the mean loss by ``y_pred``, of its shape."""
        y_pred = _as_scores(y_pred)
        targets = self.target_rows(y_true, y_pred)
        if self.from_logits:
            return (_softmax(y_pred) - targets) / y_pred.dtype.type(len(y_pred))
        _check_probabilities(y_pred)
        slope = np.zeros_like(y_pred)
        moves = targets > 0
        if self.clip is not None:  # beyond the clip the loss is flat
            moves &= (y_pred >= self.clip) & (y_pred <= 1 - self.clip)
        np.divide(-targets, y_pred, where=moves, out=slope)
        return slope / y_pred.dtype.type(len(y_pred))

    def get_config(self):
        """Return the arguments that make this loss again."""
        return {"from_logits": self.from_logits, "clip": self.clip, "name": self.name}

    def __repr__(self):
        return f"{type(self).__name__}(from_logits={self.from_logits})"


class SparseCategoricalCrossentropy(_Crossentropy):
    """Mean cross-entropy for labels that are class numbers.

    Parameters
    ----------
    from_logits : bool
        Whether the network's outputs are logits (no softmax at its end).
    name : str
        A name for the loss.
    clip : float, optional
        Not in Keras: see `sparse_categorical_crossentropy`.
    **unsupported
        Keras's other arguments are refused by name.

    Examples
    --------
    >>> import numpy as np
    >>> loss = SparseCategoricalCrossentropy(from_logits=True)
    >>> round(loss([1], np.array([[0.0, 0.0]])), 4)
    0.6931
    >>> loss.gradient([1], np.array([[0.0, 0.0]]))
    array([[ 0.5, -0.5]])
    """

    def __init__(
        self,
        from_logits=False,
        *,
        name="sparse_categorical_crossentropy",
        clip=None,
        **unsupported,
    ):
        super().__init__(from_logits, clip, name, unsupported)

    def each(self, y_true, y_pred):
        """Return one loss an example, of shape (N,)."""
        return sparse_categorical_crossentropy(
            y_true, y_pred, from_logits=self.from_logits, clip=self.clip
        )

    def target_rows(self, y_true, y_pred):
        """Return the labels as one-hot rows of ``y_pred``'s shape and dtype."""
        targets = np.zeros_like(y_pred)
        labels = as_class_numbers(y_true, y_pred.shape)
        targets[np.arange(len(labels)), labels] = 1
        return targets


class CategoricalCrossentropy(_Crossentropy):
    """Mean cross-entropy for labels that are one-hot rows.

    Parameters
    ----------
    from_logits : bool
        Whether the network's outputs are logits (no softmax at its end).
    label_smoothing : float
        How much of each label is spread evenly over all classes, from 0 to 1.
    name : str
        A name for the loss.
    clip : float, optional
        Not in Keras: see `sparse_categorical_crossentropy`.
    **unsupported
        Keras's other arguments are refused by name.

    Examples
    --------
    >>> import numpy as np
    >>> loss = CategoricalCrossentropy()
    >>> round(loss([[0, 1], [1, 0]], np.array([[0.5, 0.5], [1.0, 0.0]])), 4)
    0.3466
    """

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        *,
        name="categorical_crossentropy",
        clip=None,
        **unsupported,
    ):
        super().__init__(from_logits, clip, name, unsupported)
        if not 0 <= label_smoothing <= 1:
            raise ValueError(
                f"label_smoothing must be between 0 and 1, got {label_smoothing!r}"
            )
        self.label_smoothing = label_smoothing

    def each(self, y_true, y_pred):
        """Return one loss an example, of shape (N,)."""
        y_pred = _as_scores(y_pred)
        return categorical_crossentropy(
            self.target_rows(y_true, y_pred),
            y_pred,
            from_logits=self.from_logits,
            clip=self.clip,
        )

    def target_rows(self, y_true, y_pred):
        """Return the labels, smoothed, as rows of ``y_pred``'s shape and dtype."""
        targets = as_target_rows(y_true, y_pred)
        if self.label_smoothing == 0:
            return targets
        even = self.label_smoothing / y_pred.shape[-1]
        return targets * (1 - self.label_smoothing) + even

    def get_config(self):
        """Return the arguments that make this loss again."""
        return {**super().get_config(), "label_smoothing": self.label_smoothing}


def get(loss):
    """Return a loss object for a name, or the object that was given.

    Parameters
    ----------
    loss : str or loss
        "sparse_categorical_crossentropy", "categorical_crossentropy", or an object.

    Returns
    -------
    SparseCategoricalCrossentropy or CategoricalCrossentropy

    Raises
    ------
    ValueError
        For a name that is not one of the two.

    Examples
    --------
    >>> get("categorical_crossentropy")
    CategoricalCrossentropy(from_logits=False)
    """
    by_name = {
        "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
        "categorical_crossentropy": CategoricalCrossentropy,
    }
    if isinstance(loss, _Crossentropy):
        return loss
    if isinstance(loss, str) and loss in by_name:
        return by_name[loss]()
    raise ValueError(f"loss must be one of {', '.join(by_name)}, got {loss!r}")


def _as_scores(y_pred):
    """Return the predictions as a float array of shape (N, C)."""
    y_pred = np.asarray(y_pred)
    if y_pred.dtype.kind not in "iuf":
        raise TypeError(f"y_pred must hold numbers, got dtype {y_pred.dtype}")
    if y_pred.ndim != 2:
        raise ValueError(
            f"y_pred must have shape (N, C), a row an example, got {y_pred.shape}"
        )
    if y_pred.dtype.kind != "f":
        return y_pred.astype(np.float64)
    return y_pred


def _log_probabilities(y_pred, from_logits, clip):
    """Return the logarithm of each probability, from logits or probabilities."""
    if from_logits:
        if clip is not None:
            _check_clip(clip, from_logits)
        # log softmax(z) = z - max - log(sum(exp(z - max))): no number overflows.
        shifted = y_pred - y_pred.max(axis=-1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    _check_probabilities(y_pred)
    if clip is not None:
        _check_clip(clip, from_logits)
        y_pred = np.clip(y_pred, clip, 1 - clip)
    with np.errstate(divide="ignore"):  # -log(0) is infinity, and that is meant
        return np.log(y_pred)


def _softmax(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _check_probabilities(y_pred):
    """Refuse rows that cannot be probabilities: most often they are logits."""
    with np.errstate(invalid="ignore"):
        sums = y_pred.sum(axis=-1)
        wrong = (abs(sums - 1) > 1e-3) | (y_pred < 0).any(axis=-1)
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(
            f"y_pred must hold probabilities, but row {row} sums to {sums[row]:.4g} "
            f"with a smallest value of {y_pred[row].min():.4g}: end the network with "
            "a softmax, or say from_logits=True"
        )


def _check_clip(clip, from_logits):
    if from_logits:
        raise ValueError("clip acts on probabilities: it needs from_logits=False")
    if not 0 < clip < 0.5:
        raise ValueError(f"clip must be between 0 and 0.5, got {clip!r}")
