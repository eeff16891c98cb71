"""What a model can do once it is built: learn, be judged, and answer."""

from cnn_helpers import losses, optimizers
from cnn_helpers._arguments import refuse_unsupported
from cnn_helpers.models import training
from cnn_helpers.models.plan import Plan


class Trainer:
    """The part of `Sequential` that compiles, fits, evaluates and predicts.

    Examples
    --------
    >>> from cnn_helpers.models import Sequential
    >>> issubclass(Sequential, Trainer)
    True
    """

    def __init__(self):
        self.optimizer = self.loss = self.history = self._plan = None
        self.metrics_names = []
        self.stop_training = False

    def predict(self, x, batch_size=None, verbose="auto"):
        """Return the answers to many examples, a batch at a time.

        Parameters
        ----------
        x : array_like, shape (N, ...)
            The examples.
        batch_size : int, optional
            How many at a time; 32 by default.
        verbose : "auto", 0, 1 or 2
            0 for no progress bar; else one appears if it takes long.

        Returns
        -------
        numpy.ndarray, shape (N, ...)
        """
        return training.predict(self, x, batch_size=batch_size, verbose=verbose)

    def compile(self, optimizer=None, loss=None, metrics=None, **unsupported):
        """Say how the model is to learn.

        Parameters
        ----------
        optimizer : str or Optimizer
            "sgd", "adam", "adamw" or an object of `cnn_helpers.optimizers`. (Keras's
            default, RMSprop, is not here: name one.)
        loss : str or loss
            "sparse_categorical_crossentropy" for class numbers,
            "categorical_crossentropy" for one-hot rows, or an object of
            `cnn_helpers.losses`.
        metrics : list of str, optional
            ``["accuracy"]`` to have it counted.
        **unsupported
            Keras's other arguments are refused by name.
        """
        refuse_unsupported("compile", unsupported, ["optimizer", "loss", "metrics"])
        optimizer, loss = optimizers.get(optimizer), losses.get(loss)
        if isinstance(metrics, str):
            raise TypeError(f"metrics must be a list, ['accuracy'], got {metrics!r}")
        for metric in metrics or []:
            if metric not in ("accuracy", "acc"):
                raise ValueError(f"metrics may hold 'accuracy', got {metric!r}")
        self.optimizer, self.loss = optimizer, loss
        self.metrics_names = list(metrics or [])
        self._plan = None

    @property
    def compiled(self):
        """Whether `compile` was called."""
        return self.loss is not None

    def require_compiled(self):
        """Raise an error if `compile` was not called."""
        if not self.compiled:
            raise ValueError(
                f"model {self.name!r} does not know yet how to learn: call "
                "compile(optimizer, loss) first"
            )

    @property
    def plan(self):
        """How a training step runs through the layers of a built, compiled model."""
        self.require_compiled()
        if self._plan is None:
            self._plan = Plan(self.layers, self.loss)
        return self._plan

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        initial_epoch=0,
        **unsupported,
    ):
        """Train on examples, and return the `History`.

        Parameters
        ----------
        x : array_like, shape (N, ...)
            The examples.
        y : array_like
            Their labels, as the loss wants them.
        batch_size : int, optional
            How many examples make one step; 32 by default.
        epochs : int
            How often all examples are gone through.
        verbose : "auto", 0, 1 or 2
            0 for silence, 1 (or "auto") for a progress bar, 2 for a line an epoch.
        callbacks : list of Callback, optional
            Such as `cnn_helpers.callbacks.EarlyStopping`.
        validation_split : float
            The share of the examples, taken from the end, that are not trained on but
            evaluated after each epoch.
        validation_data : (array_like, array_like), optional
            Examples and labels for that, instead of a split.
        shuffle : bool
            Whether each epoch has an order of its own.
        initial_epoch : int
            The number of the first epoch, when a training goes on.
        **unsupported
            Keras's other arguments are refused by name.

        Returns
        -------
        History
            ``history.history`` has a list, a number an epoch, for "loss", "accuracy"
            and, with validation, "val_loss" and "val_accuracy".

        Raises
        ------
        FloatingPointError
            If the loss is no longer a number; it says when and where.
        """
        supported = ["x", "y", "batch_size", "epochs", "verbose", "callbacks",
                     "validation_split", "validation_data", "shuffle",
                     "initial_epoch"]  # fmt: skip
        refuse_unsupported("fit", unsupported, supported)
        run = training.Training(
            self,
            training.Settings(batch_size, epochs, verbose, shuffle, initial_epoch),
            callbacks or [],
        )
        return run.fit(x, y, validation_split, validation_data)

    def evaluate(
        self, x=None, y=None, batch_size=None, verbose="auto", return_dict=False
    ):
        """Return the loss, and the metrics, on examples.

        Parameters
        ----------
        x, y, batch_size, verbose
            As in `fit`.
        return_dict : bool
            Return a dict by name, instead of a list.

        Returns
        -------
        float, list of float, or dict
            The loss; with metrics, a list that begins with it.
        """
        logs = training.evaluate(self, x, y, batch_size=batch_size, verbose=verbose)
        if return_dict:
            return logs
        values = [logs["loss"], *(logs[name] for name in self.metrics_names)]
        return values if len(values) > 1 else values[0]
