"""Trainings that go wrong, for the chapter on finding out why.

A `Patient` is everything that goes into one training: digits and labels, first
weights, step, batch, order, loss. It can be measured, trained, and treated; `admit`
brings one in by its name. What is wrong with it stands in this file, and nowhere else:
whoever wants to find it out by measuring stops reading here.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from cnn_helpers import layers, losses, models, optimizers
from cnn_helpers._validation import as_integer

__all__ = ["Course", "Patient", "admit"]

TRAINED_ON, HELD_OUT = 1000, 1000  # rows; of a smaller set fewer are held out
HIDDEN, UNITS = 3, 64


class Course(NamedTuple):
    """How a training went: the model and what was noted, start first.

    ``loss`` holds the loss before the first step and then the mean of each epoch; it
    ends in NaN if the loss stopped being a number. ``accuracy`` is the share right on
    the training digits, an epoch each; ``held_out`` the share right on digits that were
    not trained on, at the end.
    """

    model: models.Sequential
    loss: list[float]
    accuracy: list[float]
    held_out: float


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Patient:
    """Everything that goes into one training, ready to be measured.

    Parameters
    ----------
    name : str
        What the chapter calls it.
    images, labels : numpy.ndarray, shapes (N, 28, 28, 1) and (N,)
        What it is trained on, in this order. (All arrays can be read only.)
    held_out_images, held_out_labels : numpy.ndarray
        Digits that are kept apart, prepared in the same way.
    weights : tuple of numpy.ndarray
        The first weights, as `Sequential.get_weights` gives them: a kernel and a bias a
        layer.
    learning_rate : float
    batch_size : int
    shuffle : bool
        Whether each epoch has an order of its own.
    from_logits : bool
        What the loss is told about the network's answers.
    dense : type
        The class of which the dense layers are made.
    seed : int
        For the order of the digits.

    Examples
    --------
    >>> from cnn_helpers.datasets import Digits
    >>> rng = np.random.default_rng(0)
    >>> pixels = rng.integers(0, 256, (1200, 28, 28), dtype=np.uint8)
    >>> digits = Digits(pixels, np.arange(1200) % 10, pixels, np.arange(1200) % 10, "")
    >>> patient = admit("healthy", digits)
    >>> patient, patient.images.shape, patient.held_out_images.shape
    (<Patient healthy>, (1000, 28, 28, 1), (200, 28, 28, 1))
    >>> patient.treated(learning_rate=0.01).learning_rate
    0.01
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    held_out_images: np.ndarray
    held_out_labels: np.ndarray
    weights: tuple
    learning_rate: float = 0.05
    batch_size: int = 32
    shuffle: bool = True
    from_logits: bool = False
    dense: type = layers.Dense
    seed: int = 0

    def __post_init__(self):
        for part in "images", "labels", "held_out_images", "held_out_labels":
            object.__setattr__(self, part, _read_only(getattr(self, part)))
        object.__setattr__(self, "weights", tuple(map(_read_only, self.weights)))

    def model(self, dtype="float32"):
        """Return the network before its first step, compiled; each time a new one.

        Parameters
        ----------
        dtype : str
            "float32", or "float64" for measurements that need the digits.

        Returns
        -------
        Sequential
        """
        model = _network(self.dense, self.seed, dtype)
        model.set_weights(self.weights)
        loss = losses.SparseCategoricalCrossentropy(from_logits=self.from_logits)
        rate = optimizers.SGD(self.learning_rate)
        model.compile(rate, loss, metrics=["accuracy"])
        return model

    def train(self, epochs, count=None):
        """Train a new network and return the `Course` of it.

        Parameters
        ----------
        epochs : int
        count : int, optional
            Train on this many digits only, the first.

        Returns
        -------
        Course
        """
        epochs = as_integer(epochs, "epochs")
        if count is not None:
            count = as_integer(count, "count")
        images, labels = self.images[:count], self.labels[:count]
        model = self.model()
        broken = []
        with np.errstate(all="ignore"):  # a sick one may overflow
            first = model.evaluate(images, labels, verbose=0)[0]
            try:
                model.fit(
                    images,
                    labels,
                    batch_size=self.batch_size,
                    epochs=epochs,
                    shuffle=self.shuffle,
                    verbose=0,
                )
            except FloatingPointError:
                broken = [float("nan")]
            answers = model.predict(self.held_out_images, verbose=0).argmax(axis=1)
        log = model.history.history
        held_out = float((answers == self.held_out_labels).mean())
        loss = [first, *log.get("loss", []), *broken]
        return Course(model, loss, list(log.get("accuracy", [])), held_out)

    def treated(self, **changes):
        """Return a copy with some parts replaced; the patient stays as it is.

        Parameters
        ----------
        **changes
            Parts by their names: ``treated(learning_rate=0.1)``.

        Returns
        -------
        Patient

        Raises
        ------
        TypeError
            For a part that a patient does not have; the message names it.
        ValueError
            For weights of other shapes, or not as many labels as images.
        """
        parts = [part.name for part in dataclasses.fields(self)]
        unknown = [name for name in changes if name not in parts]
        if unknown:
            raise TypeError(f"a patient has no {unknown[0]!r}; it has {parts}")
        copy = dataclasses.replace(self, **changes)
        shapes = [np.shape(weight) for weight in self.weights]
        given = [np.shape(weight) for weight in copy.weights]
        if given != shapes:
            raise ValueError(f"weights must have the shapes {shapes}, got {given}")
        for kind in "", "held_out_":
            images, labels = (
                getattr(copy, kind + part) for part in ("images", "labels")
            )
            if np.shape(labels) != (len(images),):
                raise ValueError(
                    f"{kind}images of shape {np.shape(images)} need one label each, "
                    f"got labels of shape {np.shape(labels)}"
                )
        return copy

    def __eq__(self, other):
        """Return whether all parts are equal, number for number."""
        if not isinstance(other, Patient):
            return NotImplemented
        return all(
            _same(getattr(self, part.name), getattr(other, part.name))
            for part in dataclasses.fields(self)
        )

    __hash__ = None

    def __deepcopy__(self, memo):
        """Return the patient itself: nothing of it can be changed."""
        return self

    def __repr__(self):
        return f"<Patient {self.name}>"


def admit(name, digits, *, seed=0):
    """Return a patient of the clinic.

    Parameters
    ----------
    name : str
        "healthy", or the letter of a patient: A to H and J are those of the chapter, K
        and P to T and W those of its exercises.
    digits : Digits
        What `load_digits` returns: the first 1,000 training digits are trained on, up
        to 1,000 more are held out.
    seed : int
        For other first weights and another order.

    Returns
    -------
    Patient

    Raises
    ------
    ValueError
        If there is no patient of that name, or there are too few digits.

    Examples
    --------
    >>> from cnn_helpers.datasets import Digits
    >>> pixels = np.zeros((1010, 28, 28), np.uint8)
    >>> digits = Digits(pixels, np.arange(1010) % 10, pixels, np.arange(1010) % 10, "")
    >>> model = admit("A", digits).model()
    >>> [layer.name for layer in model.layers if layer.weights]
    ['conv2d', 'dense', 'dense_1', 'dense_2', 'dense_3']
    """
    if name not in _PATIENTS:
        raise ValueError(f"no patient is called {name!r}; there are {[*_PATIENTS]}")
    seed = as_integer(seed, "seed", minimum=0)
    if len(digits.x_train) <= TRAINED_ON:
        raise ValueError(
            f"digits must hold more than {TRAINED_ON} training images, got "
            f"{len(digits.x_train)}"
        )
    rows = slice(0, TRAINED_ON + HELD_OUT)
    images = digits.x_train[rows, :, :, np.newaxis].astype("float32") / 255
    labels = digits.y_train[rows].astype(int)
    healthy = Patient(
        name,
        images[:TRAINED_ON],
        labels[:TRAINED_ON],
        images[TRAINED_ON:],
        labels[TRAINED_ON:],
        _network(layers.Dense, seed, "float32").get_weights(),
        seed=seed,
    )
    return healthy.treated(**_PATIENTS[name](healthy))


def _network(dense, seed, dtype):
    """Return the clinic's network: a convolution, a pool, four dense layers."""
    start = {"kernel_initializer": "he_normal", "dtype": dtype}
    return models.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu", **start),
            layers.MaxPooling2D(dtype=dtype),
            layers.Flatten(dtype=dtype),
            *(
                _named(dense(UNITS, activation="relu", **start), number)
                for number in range(HIDDEN)
            ),
            _named(dense(10, activation="softmax", **start), HIDDEN),
        ],
        seed=seed,
    )


def _named(layer, number):
    """Give a dense layer the name that a model would give it."""
    layer.name = f"dense_{number}" if number else "dense"
    return layer


def _read_only(array):
    """Return a view of an array that cannot be written to."""
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view


def _same(one, other):
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    return one == other


# ------------------------------------------------------------ what is wrong
#
# Each function returns the parts in which its patient differs from a healthy one.


def _scaled(healthy, factor):
    """Return the weights with all kernels multiplied."""
    return {"weights": [weight * np.float32(factor) for weight in healthy.weights]}


def _lowered(healthy, number, bias):
    """Return the weights with the biases of one layer set."""
    weights = [weight.copy() for weight in healthy.weights]
    weights[2 * number + 1][:] = bias
    return {"weights": weights}


def _bytes(healthy):
    """Return the images with pixels up to 255."""
    return {
        "images": healthy.images * np.float32(255),
        "held_out_images": healthy.held_out_images * np.float32(255),
    }


def _sorted(healthy):
    """Return the digits by class, and no new order an epoch."""
    order = np.argsort(healthy.labels, kind="stable")
    return {
        "images": healthy.images[order],
        "labels": healthy.labels[order],
        "shuffle": False,
    }


def _rolled(healthy, rows):
    """Return the labels moved by some rows."""
    return {"labels": np.roll(healthy.labels, rows)}


class _TransposedGradient(layers.Dense):
    """Swaps the axes of a kernel's gradient where the shape does not tell."""

    def linear_gradient(self, upstream, *, to_inputs=True):
        """Set the gradients, one of them wrong."""
        passed = super().linear_gradient(upstream, to_inputs=to_inputs)
        if self.kernel.shape[0] == self.kernel.shape[1]:
            self.gradients["kernel"] = self.gradients["kernel"].T.copy()
        return passed


class _ForgottenTranspose(layers.Dense):
    """Sends the gradient back through a kernel with its axes swapped."""

    def linear_gradient(self, upstream, *, to_inputs=True):
        """Set the gradients, and return a wrong one."""
        passed = super().linear_gradient(upstream, to_inputs=to_inputs)
        if to_inputs and self.name == f"dense_{HIDDEN - 1}":
            return upstream @ self.kernel
        return passed


for _kind in _TransposedGradient, _ForgottenTranspose:
    _kind.__name__ = _kind.__qualname__ = "Dense"

_PATIENTS = {
    "healthy": lambda healthy: {},
    "A": _bytes,
    "B": lambda healthy: _scaled(healthy, 3),
    "C": lambda healthy: _scaled(healthy, 0.1),
    "D": lambda healthy: _lowered(healthy, 2, -10),
    "E": lambda healthy: {"learning_rate": 1e-5},
    "F": lambda healthy: _rolled(healthy, 1),
    "G": _sorted,
    "H": lambda healthy: {"from_logits": True},
    "J": lambda healthy: {"dense": _TransposedGradient},
    "K": lambda healthy: {"dense": _ForgottenTranspose},
    "P": lambda healthy: _lowered(healthy, 0, -5),
    "Q": lambda healthy: {"learning_rate": 2.0},
    "R": lambda healthy: {"from_logits": True},
    "S": lambda healthy: _rolled(healthy, -2),
    "T": lambda healthy: _scaled(healthy, 0.15),
    "W": lambda healthy: {**_bytes(healthy), **_rolled(healthy, 1)},
}
