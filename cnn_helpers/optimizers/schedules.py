"""Learning rates that change from step to step."""

import math

from cnn_helpers._arguments import number, refuse_unsupported

__all__ = ["CosineDecay"]


class CosineDecay:
    """A learning rate that falls along half a cosine, after a warm-up if wanted.

    Parameters
    ----------
    initial_learning_rate : float
        Where it starts.
    decay_steps : int
        How many steps the fall takes.
    alpha : float
        Where it ends, as a fraction of where the fall began.
    name : str
        A name.
    warmup_target : float, optional
        Where the warm-up leads: the rate first rises to it in a straight line.
    warmup_steps : int
        How many steps the warm-up takes, before the fall.
    **unsupported
        Other arguments are refused by name.

    References
    ----------
    I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts,
    ICLR 2017, https://arxiv.org/abs/1608.03983.

    Examples
    --------
    >>> schedule = CosineDecay(0.1, decay_steps=100)
    >>> [round(schedule(step), 3) for step in (0, 50, 100, 200)]
    [0.1, 0.05, 0.0, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate,
        decay_steps,
        alpha=0.0,
        name="CosineDecay",
        warmup_target=None,
        warmup_steps=0,
        **unsupported,
    ):
        self.initial_learning_rate = number(
            initial_learning_rate, "initial_learning_rate", low=0
        )
        if number(decay_steps, "decay_steps", low=0) == 0:
            raise ValueError("decay_steps must be above 0, got 0")
        self.decay_steps = decay_steps
        self.alpha = number(alpha, "alpha", low=0)
        if warmup_target is not None:
            number(warmup_target, "warmup_target", low=0)
        self.warmup_target = warmup_target
        self.warmup_steps = number(warmup_steps, "warmup_steps", low=0)
        self.name = name
        refuse_unsupported("CosineDecay", unsupported, self.get_config())

    def __call__(self, step):
        """Return the learning rate of a step, counted from 0."""
        peak = self.initial_learning_rate
        if self.warmup_target is not None:
            if step < self.warmup_steps:
                rise = self.warmup_target - peak
                return peak + rise * step / self.warmup_steps
            peak = self.warmup_target
            step = step - self.warmup_steps
        done = min(step / self.decay_steps, 1.0)
        cosine = 0.5 * (1 + math.cos(math.pi * done))
        return peak * ((1 - self.alpha) * cosine + self.alpha)

    def get_config(self):
        """Return the arguments that make this schedule again."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }

    def __repr__(self):
        return f"CosineDecay({self.initial_learning_rate}, {self.decay_steps})"
