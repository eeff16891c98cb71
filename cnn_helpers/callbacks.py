"""What may be done between the steps of a training."""

import numpy as np

from cnn_helpers._arguments import number, refuse_unsupported
from cnn_helpers._validation import as_integer

__all__ = ["Callback", "EarlyStopping", "History"]


class Callback:
    """The base of all callbacks: methods that `fit` calls at certain moments.

    Subclass it and write the methods that you need. ``self.model`` is the model, and
    ``self.model.stop_training = True`` ends the training after the epoch.

    Examples
    --------
    >>> class Cheer(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(f"epoch {epoch} done")
    >>> Cheer().on_epoch_end(0)
    epoch 0 done
    """

    def __init__(self):
        self.model = None
        self.params = {}

    def set_model(self, model):
        """Take the model that is trained."""
        self.model = model

    def set_params(self, params):
        """Take a dict of epochs, steps (an epoch) and verbose."""
        self.params = params

    def on_train_begin(self, logs=None):
        """Before the first epoch."""

    def on_train_end(self, logs=None):
        """After the last epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        """Before an epoch, counted from 0."""

    def on_epoch_end(self, epoch, logs=None):
        """After an epoch; ``logs`` holds its loss and metrics."""

    def on_train_batch_begin(self, batch, logs=None):
        """Before a step, counted from 0 in each epoch."""

    def on_train_batch_end(self, batch, logs=None):
        """After a step; ``logs`` holds the loss and metrics of the epoch so far."""


class History(Callback):
    """Note loss and metrics of each epoch; `fit` makes one and returns it.

    Attributes
    ----------
    epoch : list of int
        The epochs, counted from 0.
    history : dict of str to list of float
        One number an epoch, under "loss", "accuracy", "val_loss", "val_accuracy".

    Examples
    --------
    >>> history = History()
    >>> history.on_train_begin()
    >>> history.on_epoch_end(0, {"loss": 2.3})
    >>> history.history
    {'loss': [2.3]}
    """

    def __init__(self):
        super().__init__()
        self.epoch = []
        self.history = {}

    def on_train_begin(self, logs=None):
        """Start an empty list of epochs."""
        self.epoch = []

    def on_epoch_end(self, epoch, logs=None):
        """Append the numbers of an epoch."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


class EarlyStopping(Callback):
    """End the training when a number has not become better for some epochs.

    Parameters
    ----------
    monitor : str
        What to watch: "val_loss", "val_accuracy", "loss" or "accuracy".
    min_delta : float
        By how much it must become better to count.
    patience : int
        How many epochs without getting better are waited for.
    verbose : int
        1 to print when it stops.
    mode : {"auto", "min", "max"}
        Whether less or more is better; "auto" knows it by the name.
    baseline : float, optional
        It must also become better than this.
    restore_best_weights : bool
        Whether the weights of the best epoch are put back at the end.
    start_from_epoch : int
        How many epochs are not looked at.
    **unsupported
        Other arguments are refused by name.

    Examples
    --------
    >>> stopping = EarlyStopping(patience=2, restore_best_weights=True)
    >>> stopping.patience
    2
    """

    def __init__(
        self,
        monitor="val_loss",
        min_delta=0,
        patience=0,
        verbose=0,
        mode="auto",
        baseline=None,
        restore_best_weights=False,
        start_from_epoch=0,
        **unsupported,
    ):
        refuse_unsupported(
            "EarlyStopping",
            unsupported,
            ["monitor", "min_delta", "patience", "verbose", "mode", "baseline",
             "restore_best_weights", "start_from_epoch"],
        )  # fmt: skip
        super().__init__()
        if not isinstance(monitor, str):
            raise TypeError(f"monitor must be a name, got {monitor!r}")
        if mode not in ("auto", "min", "max"):
            raise ValueError(f"mode must be auto, min or max, got {mode!r}")
        if mode == "auto":
            mode = "max" if monitor.endswith(("accuracy", "acc")) else "min"
        self.monitor = monitor
        self.mode = mode
        self.min_delta = abs(number(min_delta, "min_delta"))
        self.patience = as_integer(patience, "patience", minimum=0)
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = as_integer(
            start_from_epoch, "start_from_epoch", minimum=0
        )
        self.on_train_begin()

    def on_train_begin(self, logs=None):
        """Forget an earlier training."""
        self.wait = 0
        self.stopped_epoch = 0
        self.best = None
        self.best_epoch = 0
        self.best_weights = None

    def on_epoch_end(self, epoch, logs=None):
        """Compare the epoch with the best one so far."""
        value = self._watched(logs or {})
        if epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights = self.model.get_weights()
            self.best_epoch = epoch
        self.wait += 1
        if self._is_better(value, self.best):
            self.best = value
            self.best_epoch = epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self._is_better(value, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        """Put the best weights back, if that was asked for."""
        if self.stopped_epoch and self.verbose:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose:
                print(f"Weights of the best epoch put back: {self.best_epoch + 1}")
            self.model.set_weights(self.best_weights)

    def _watched(self, logs):
        if self.monitor not in logs:
            raise ValueError(
                f"EarlyStopping watches {self.monitor!r}, but an epoch has only "
                f"{', '.join(logs)}: give fit validation data, or change monitor"
            )
        return logs[self.monitor]

    def _is_better(self, value, other):
        if other is None:
            return True
        if self.mode == "min":
            return np.less(value, other - self.min_delta)
        return np.greater(value, other + self.min_delta)
