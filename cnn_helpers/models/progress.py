"""A progress bar that costs next to nothing."""

import sys
import time

from tqdm import tqdm


class Progress:
    """Show how far an epoch is, and its loss so far.

    Parameters
    ----------
    total : int
        The number of steps.
    title : str
        What is going on, such as "Epoch 1/5".
    verbose : int
        0 for nothing, 1 for a bar, 2 for one line at the end.
    delay : float
        Show no bar before that many seconds.

    Examples
    --------
    >>> with Progress(3, "Epoch 1/1", verbose=2) as progress:
    ...     for step in range(3):
    ...         progress.step()
    ...     progress.end({"loss": 0.5})
    Epoch 1/1 - loss: 0.5000
    """

    def __init__(self, total, title, verbose, delay=0):
        self.title = title
        self.verbose = verbose
        self.bar = None
        self.shown = 0.0
        self.waiting = 0  # steps that the bar does not show yet
        if verbose == 1:
            self.bar = tqdm(
                total=total,
                desc=title,
                unit="step",
                delay=delay,
                file=sys.stderr,
                dynamic_ncols=True,
                leave=delay == 0,
            )

    def step(self, means=None):
        """Note one more step; ``means()`` gives the numbers to show."""
        if self.bar is None:
            return
        self.waiting += 1
        now = time.monotonic()
        if now - self.shown > 0.1:  # drawing at every step would take too long
            if means is not None:
                self.bar.set_postfix_str(text(means()), refresh=False)
            self.bar.update(self.waiting)
            self.waiting, self.shown = 0, now

    def end(self, logs):
        """Show the numbers of the whole epoch."""
        if self.bar is not None:
            self.bar.set_postfix_str(text(logs), refresh=False)
        elif self.verbose == 2:
            print(f"{self.title} - {text(logs, ' - ')}")

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        if self.bar is not None:
            self.bar.update(self.waiting)
            self.bar.close()


def text(logs, between=", "):
    """Return numbers by name as one line.

    Parameters
    ----------
    logs : dict of str to float
        The numbers.
    between : str
        What stands between two of them.

    Returns
    -------
    str

    Examples
    --------
    >>> text({"accuracy": 0.5, "loss": 1.25})
    'accuracy: 0.5000, loss: 1.2500'
    """
    return between.join(f"{name}: {value:.4f}" for name, value in logs.items())
