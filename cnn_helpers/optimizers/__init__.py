"""How weights follow their gradients: one small step at a time.

All three move against the gradient. `SGD` by the gradient itself, or by its running
sum (momentum); `Adam` by a running mean of the gradient divided by its usual size, so
that every weight moves about equally far; `AdamW` lets the weights shrink besides.
"""

import numpy as np

from cnn_helpers._arguments import number, refuse_unsupported
from cnn_helpers.optimizers import schedules

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "get", "schedules"]


class Optimizer:
    """What all optimizers share: the learning rate and the count of steps.

    Parameters
    ----------
    learning_rate : float or schedule
        How far a step goes; a number, or a function of the step's number.
    weight_decay : float, optional
        At each step, every weight first loses this fraction, times the learning rate.
    name : str, optional
        A name.
    **unsupported
        Keras's other arguments are refused by name.

    Attributes
    ----------
    iterations : int
        How many steps were taken.

    Examples
    --------
    >>> import numpy as np
    >>> weight, gradient = np.array([1.0]), np.array([0.5])
    >>> SGD(learning_rate=0.1).apply_gradients([(gradient, weight)])
    >>> weight
    array([0.95])
    """

    def __init__(self, learning_rate, *, weight_decay=None, name=None, **unsupported):
        self.name = name or type(self).__name__.lower()
        self.iterations = 0
        self.learning_rate = learning_rate
        if weight_decay is not None:
            number(weight_decay, "weight_decay", low=0)
        self.weight_decay = weight_decay
        self.memory = []  # a dict of arrays for each weight, such as its velocity
        refuse_unsupported(type(self).__name__, unsupported, self.get_config())

    @property
    def learning_rate(self):
        """The learning rate of the next step; set it to change it."""
        if callable(self._learning_rate):
            return float(self._learning_rate(self.iterations))
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value):
        if not callable(value):
            number(value, "learning_rate", low=0)
        self._learning_rate = value

    def apply_gradients(self, gradients_and_weights):
        """Take one step: change each weight, in place, by its gradient.

        Parameters
        ----------
        gradients_and_weights : iterable of (numpy.ndarray, numpy.ndarray)
            Gradient and weight, always in the same order.
        """
        pairs = list(gradients_and_weights)
        if not self.memory:
            self.memory = [{} for _ in pairs]
        elif len(self.memory) != len(pairs):
            raise ValueError(
                f"this optimizer has followed {len(self.memory)} weights so far, got "
                f"{len(pairs)}: make a new optimizer for another model"
            )
        rate = self.learning_rate
        for (gradient, weight), memory in zip(pairs, self.memory, strict=True):
            if self.weight_decay:
                weight -= weight * weight.dtype.type(self.weight_decay * rate)
            self.update(weight, gradient, memory, rate)
        self.iterations += 1

    def update(self, weight, gradient, memory, rate):
        """Change one weight in place; ``memory`` is a dict kept between steps."""
        raise NotImplementedError(f"{type(self).__name__} has no update")

    def get_config(self):
        """Return the arguments that make this optimizer again, steps aside."""
        return {
            "learning_rate": self._learning_rate,
            "weight_decay": self.weight_decay,
            "name": self.name,
        }

    def __repr__(self):
        return f"{type(self).__name__}(learning_rate={self._learning_rate})"


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if wanted.

    Parameters
    ----------
    learning_rate : float or schedule
        How far a step goes.
    momentum : float
        How much of the last step is kept, from 0 to 1.
    nesterov : bool
        Whether the gradient is used once more, as if looked at a step ahead.
    weight_decay : float, optional
        See `Optimizer`.
    **keywords
        name.

    Examples
    --------
    >>> import numpy as np
    >>> optimizer, weight = SGD(0.1, momentum=0.5), np.array([0.0])
    >>> for _ in range(3):
    ...     optimizer.apply_gradients([(np.array([1.0]), weight)])
    >>> weight.round(3)
    array([-0.425])
    """

    def __init__(
        self,
        learning_rate=0.01,
        momentum=0.0,
        nesterov=False,
        weight_decay=None,
        **keywords,
    ):
        self.momentum = number(momentum, "momentum", low=0, high=1)
        self.nesterov = bool(nesterov)
        super().__init__(learning_rate, weight_decay=weight_decay, **keywords)

    def update(self, weight, gradient, memory, rate):
        """Move by the gradient, or by the velocity that the gradients build up."""
        step = gradient * weight.dtype.type(-rate)
        if self.momentum == 0:
            weight += step
            return
        if not memory:
            memory["velocity"] = np.zeros_like(weight)
        velocity = memory["velocity"]
        velocity *= self.momentum
        velocity += step
        weight += self.momentum * velocity + step if self.nesterov else velocity

    def get_config(self):
        """Return the arguments that make this optimizer again, steps aside."""
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "nesterov": self.nesterov,
        }


class Adam(Optimizer):
    """Each weight moves by its mean gradient over its root-mean-square gradient.

    Parameters
    ----------
    learning_rate : float or schedule
        About how far each weight moves in a step.
    beta_1, beta_2 : float
        How long the two means remember: of the gradient and of its square.
    epsilon : float
        Added to the root, against a division by 0.
    weight_decay : float, optional
        See `Optimizer`.
    **keywords
        name.

    References
    ----------
    D. Kingma and J. Ba, Adam: a method for stochastic optimization, ICLR 2015,
    https://arxiv.org/abs/1412.6980.

    Examples
    --------
    >>> import numpy as np
    >>> weights = np.array([0.0, 0.0])
    >>> Adam(0.001).apply_gradients([(np.array([5.0, 0.1]), weights)])
    >>> weights.round(6)
    array([-0.001, -0.001])
    """

    def __init__(
        self,
        learning_rate=0.001,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        *,
        weight_decay=None,
        **keywords,
    ):
        self.beta_1 = number(beta_1, "beta_1", low=0, high=1, high_open=True)
        self.beta_2 = number(beta_2, "beta_2", low=0, high=1, high_open=True)
        self.epsilon = number(epsilon, "epsilon", low=0)
        super().__init__(learning_rate, weight_decay=weight_decay, **keywords)

    def update(self, weight, gradient, memory, rate):
        """Move the two means along, then the weight by their ratio."""
        if not memory:
            memory.update(mean=np.zeros_like(weight), square=np.zeros_like(weight))
        mean, square = memory["mean"], memory["square"]

        # One array of scratch, used over again: fresh ones would cost more than the
        # arithmetic.
        scratch = gradient - mean
        scratch *= 1 - self.beta_1
        mean += scratch
        np.multiply(gradient, gradient, out=scratch)
        scratch -= square
        scratch *= 1 - self.beta_2
        square += scratch

        # Both means start at 0, so the first ones are too small: correct for that.
        step = self.iterations + 1
        correction = np.sqrt(1 - self.beta_2**step) / (1 - self.beta_1**step)
        np.sqrt(square, out=scratch)
        scratch += self.epsilon
        np.divide(mean, scratch, out=scratch)
        scratch *= weight.dtype.type(rate * correction)
        weight -= scratch

    def get_config(self):
        """Return the arguments that make this optimizer again, steps aside."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }


class AdamW(Adam):
    """Adam, and at each step every weight shrinks a little.

    Parameters
    ----------
    learning_rate : float or schedule
        About how far each weight moves in a step.
    weight_decay : float
        What fraction of a weight goes at each step, times the learning rate.
    beta_1, beta_2, epsilon : float
        As in `Adam`.
    **keywords
        name.

    References
    ----------
    I. Loshchilov and F. Hutter, Decoupled weight decay regularization, ICLR 2019,
    https://arxiv.org/abs/1711.05101.

    Examples
    --------
    >>> import numpy as np
    >>> weight = np.array([2.0])
    >>> AdamW(0.1, weight_decay=0.5).apply_gradients([(np.array([0.0]), weight)])
    >>> weight
    array([1.9])
    """

    def __init__(
        self,
        learning_rate=0.001,
        weight_decay=0.004,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        **keywords,
    ):
        super().__init__(
            learning_rate,
            beta_1,
            beta_2,
            epsilon,
            weight_decay=weight_decay,
            **keywords,
        )


_BY_NAME = {"sgd": SGD, "adam": Adam, "adamw": AdamW}


def get(optimizer):
    """Return an optimizer for a name, or the object that was given.

    Parameters
    ----------
    optimizer : str or Optimizer
        "sgd", "adam", "adamw", or an optimizer.

    Returns
    -------
    Optimizer

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> get("adam")
    Adam(learning_rate=0.001)
    """
    if isinstance(optimizer, Optimizer):
        return optimizer
    if isinstance(optimizer, str) and optimizer.lower() in _BY_NAME:
        return _BY_NAME[optimizer.lower()]()
    raise ValueError(
        f"optimizer must be one of {', '.join(_BY_NAME)}, or an object of "
        f"cnn_helpers.optimizers, got {optimizer!r}"
    )
