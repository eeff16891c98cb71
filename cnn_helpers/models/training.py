"""The training loop: epochs, batches, one step after the other."""

from dataclasses import dataclass

import numpy as np

from cnn_helpers._validation import as_integer
from cnn_helpers.callbacks import Callback, History
from cnn_helpers.models.examples import (
    checked_batch_size,
    checked_labels,
    checked_verbose,
    split_off,
)
from cnn_helpers.models.progress import Progress


@dataclass
class Settings:
    """How a training runs; each setting is checked when it is given."""

    batch_size: int | None = None
    epochs: int = 1
    verbose: int | str = "auto"
    shuffle: bool = True
    initial_epoch: int = 0

    def __post_init__(self):
        """Fill in the defaults and refuse what makes no sense."""
        self.batch_size = checked_batch_size(self.batch_size)
        self.epochs = as_integer(self.epochs, "epochs", minimum=0)
        self.initial_epoch = as_integer(self.initial_epoch, "initial_epoch", minimum=0)
        self.verbose = checked_verbose(self.verbose)
        if not isinstance(self.shuffle, bool | np.bool_):
            raise TypeError(f"shuffle must be True or False, got {self.shuffle!r}")


class Training:
    """One call of `fit`.

    Parameters
    ----------
    model : Sequential
        A compiled model.
    settings : Settings
        How to run.
    callbacks : list of Callback
        Called at certain moments, after the history.

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((3,)), layers.Dense(2)], seed=0)
    >>> model.compile("sgd", "categorical_crossentropy")
    >>> Training(model, Settings(epochs=0), []).fit(np.ones((4, 3)), np.eye(2)[[0] * 4],
    ...                                             0.0, None).history
    {}
    """

    def __init__(self, model, settings, callbacks):
        self.model = model
        self.settings = settings
        callbacks = [callbacks] if isinstance(callbacks, Callback) else list(callbacks)
        for callback in callbacks:
            if not isinstance(callback, Callback):
                raise TypeError(
                    "callbacks must be a list of objects of cnn_helpers.callbacks, "
                    f"got {callback!r}"
                )
        self.history = History()
        self.callbacks = [self.history, *callbacks]

    def fit(self, x, y, validation_split, validation_data):
        """Train, and return the history."""
        model, settings = self.model, self.settings
        model.require_compiled()
        x, y, validation = split_off(model, x, y, validation_split, validation_data)
        if len(x) == 0:
            raise ValueError(f"there are no examples to fit: x has shape {x.shape}")
        model.history, model.stop_training = self.history, False
        steps = -(-len(x) // settings.batch_size)
        for callback in self.callbacks:
            callback.set_model(model)
            callback.set_params({"epochs": settings.epochs, "steps": steps,
                                 "verbose": settings.verbose})  # fmt: skip
        self._tell("on_train_begin")
        self.epoch = settings.initial_epoch
        try:
            while self.epoch < settings.epochs and not model.stop_training:
                with np.errstate(over="ignore", invalid="ignore"):  # the loss tells
                    self._run_epoch(x, y, validation, steps)
                self.epoch += 1
        except KeyboardInterrupt as interrupt:
            interrupt.add_note(
                f"fit was interrupted in epoch {self.epoch + 1} of {settings.epochs}: "
                "the model keeps its last weights, and model.history the "
                f"{len(self.history.epoch)} epochs that were finished"
            )
            raise
        self._tell("on_train_end")
        return self.history

    def _run_epoch(self, x, y, validation, steps):
        """Go once through all examples, then evaluate."""
        model, size = self.model, self.settings.batch_size
        self._tell("on_epoch_begin", self.epoch)
        order = model.rng.permutation(len(x)) if self.settings.shuffle else None
        tally = Tally(model)
        title = f"Epoch {self.epoch + 1}/{self.settings.epochs}"
        with Progress(steps, title, self.settings.verbose) as progress:
            for step in range(steps):
                rows = slice(step * size, (step + 1) * size)
                if order is not None:
                    rows = order[rows]
                self._tell("on_train_batch_begin", step)
                self._run_step(x[rows], y[rows], tally, f"step {step + 1} of {steps}")
                progress.step(tally.means)
                if len(self.callbacks) > 1:
                    self._tell("on_train_batch_end", step, tally.means())
            logs = tally.means()
            if validation is not None:
                for name, value in evaluate(
                    model, *validation, batch_size=size, verbose=0
                ).items():
                    logs[f"val_{name}"] = value
            progress.end(logs)
        self._tell("on_epoch_end", self.epoch, logs)

    def _run_step(self, images, labels, tally, when):
        """Change the weights once, by the gradient of one batch."""
        plan = self.model.plan
        loss, answers = plan.gradients(images, labels)
        if not np.isfinite(loss):
            raise FloatingPointError(
                f"the loss became {loss} in epoch {self.epoch + 1} of "
                f"{self.settings.epochs}, {when}: {where_it_broke(self.model, images)}"
            )
        self.model.optimizer.apply_gradients(plan.weights)
        tally.add(loss, answers, labels)

    def _tell(self, moment, *arguments):
        for callback in self.callbacks:
            getattr(callback, moment)(*arguments)


class Tally:
    """The mean loss and accuracy over batches, each example weighing the same.

    Parameters
    ----------
    model : Sequential
        The model, which knows its metrics.

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import models
    >>> tally = Tally(models.Sequential())
    >>> tally.add(2.0, np.zeros((3, 2)), np.array([0, 0, 1]))
    >>> tally.add(1.0, np.zeros((1, 2)), np.array([0]))
    >>> tally.means()
    {'loss': 1.75}
    """

    def __init__(self, model):
        self.metrics = model.metrics_names
        self.count = self.right = 0
        self.loss = 0.0

    def add(self, loss, answers, labels):
        """Count in a batch."""
        self.count += len(answers)
        self.loss += loss * len(answers)
        if self.metrics:
            if labels.ndim > 1:  # rows, such as one-hot labels
                labels = labels.argmax(axis=-1)
            self.right += int((answers.argmax(axis=-1) == labels).sum())

    def means(self):
        """Return the means so far, by name, the metrics first as in Keras."""
        means = {name: self.right / self.count for name in self.metrics}
        return {**means, "loss": self.loss / self.count}


def evaluate(model, x, y, *, batch_size=None, verbose=0):
    """Return loss and metrics on examples, by name.

    Parameters
    ----------
    model : Sequential
        A compiled model.
    x, y : array_like
        Examples and labels.
    batch_size : int, optional
        How many at a time; 32 by default.
    verbose : "auto", 0, 1 or 2
        0 for no progress bar.

    Returns
    -------
    dict of str to float

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((3,)), layers.Softmax()])
    >>> model.compile("sgd", "sparse_categorical_crossentropy", ["accuracy"])
    >>> logs = evaluate(model, np.zeros((2, 3)), np.array([0, 1]))
    >>> logs["accuracy"], round(logs["loss"], 3)
    (0.5, 1.099)
    """
    batch_size, verbose = checked_batch_size(batch_size), checked_verbose(verbose)
    model.require_compiled()
    x = model.check_images(x)
    plan = model.plan
    y = checked_labels(model, x, y)
    if len(x) == 0:
        raise ValueError(f"there are no examples to evaluate: x has shape {x.shape}")
    tally = Tally(model)
    starts = range(0, len(x), batch_size)
    with Progress(len(starts), "Evaluating", bool(verbose), delay=1) as progress:
        for start in starts:
            rows = slice(start, start + batch_size)
            answers = plan.forward(x[rows])
            tally.add(plan.loss(y[rows], answers), answers, y[rows])
            progress.step(tally.means)
    return tally.means()


def predict(model, x, *, batch_size=None, verbose=0):
    """Return a model's answers to many examples.

    Parameters
    ----------
    model : Sequential
        The model.
    x : array_like
        The examples.
    batch_size : int, optional
        How many at a time; 32 by default.
    verbose : "auto", 0, 1 or 2
        0 for no progress bar.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((3,)), layers.Softmax()])
    >>> predict(model, np.zeros((0, 3))).shape
    (0, 3)
    """
    batch_size, verbose = checked_batch_size(batch_size), checked_verbose(verbose)
    x = model.check_images(x)
    starts = range(0, max(len(x), 1), batch_size)  # one empty batch if there is none
    answers = []
    with Progress(len(starts), "Predicting", bool(verbose), delay=1) as progress:
        for start in starts:
            answers.append(model(x[start : start + batch_size]))
            progress.step()
    return np.concatenate(answers)


def where_it_broke(model, images):
    """Say which numbers of a model are the first that are no longer finite.

    Parameters
    ----------
    model : Sequential
        A model whose loss is not finite.
    images : numpy.ndarray
        The batch on which that was found.

    Returns
    -------
    str

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((1,)), layers.Dense(2)])
    >>> model.layers[0].kernel[0, 1] = np.inf
    >>> where_it_broke(model, np.ones((4, 1), np.float32))
    "the weights of layer 'dense' are not finite any more; a smaller learning rate may help"
    """  # noqa: E501
    if not np.isfinite(images).all():
        return "the images of this batch hold NaN or infinity"
    remedy = "; a smaller learning rate may help"
    signal = images
    for layer in model.layers:
        if not all(np.isfinite(weight).all() for weight in layer.weights):
            return (
                f"the weights of layer {layer.name!r} are not finite any more{remedy}"
            )
        signal = layer.forward(signal)
        if not np.isfinite(signal).all():
            return f"the outputs of layer {layer.name!r} are not finite{remedy}"
    return f"a right answer had probability 0{remedy}"
