"""Pictures of what a network claims, beside what it keeps."""

import numpy as np

from cnn_helpers._drawing import new_axes
from cnn_helpers._validation import as_array, as_integer
from cnn_helpers.plotting import BLUE, INK

FEWEST = 5  # answers of a group that is drawn: fewer say nothing


def plot_reliability(confidence, right, *, groups=15, counts=False, ax=None):
    """Draw a reliability diagram: of each group of answers, the share that is right.

    Parameters
    ----------
    confidence : array_like, shape (N,)
        What the network claims of each answer, from 0 to 1.
    right : array_like of bool, shape (N,)
        Whether the answer is right.
    groups : int
        The groups are as wide as each other, from 0 to 1. One of fewer than five
        answers is left out.
    counts : bool
        Print beside each point how many answers its group has.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are no answers, not as many of both, or a confidence beyond 0 to 1.

    Notes
    -----
    After C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, *On calibration of modern
    neural networks*, ICML (2017), `arXiv:1706.04599
    <https://arxiv.org/abs/1706.04599>`_. A bar is two standard errors of a share, of
    which half an answer of each kind is added so that none is 0.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = plot_reliability([0.9] * 10 + [0.6] * 10, [True] * 8 + [False] * 12)
    >>> [[float(round(place, 2)) for place in axis] for axis in ax.lines[0].get_data()]
    [[0.6, 0.9], [0.0, 0.8]]
    >>> plt.close(ax.figure)
    """
    confidence = as_array(confidence, "confidence", "(N,)").astype(float)
    right = as_array(right, "right", "(N,)").astype(bool)
    groups = as_integer(groups, "groups")
    if confidence.shape != right.shape or not confidence.size:
        raise ValueError(
            f"confidence and right must hold one entry an answer; got the shapes "
            f"{confidence.shape} and {right.shape}"
        )
    if not (confidence.min() >= 0 and confidence.max() <= 1):
        raise ValueError("confidence must lie between 0 and 1")
    ax = new_axes(3.4) if ax is None else ax
    points = _points(confidence, right, groups)
    claimed, kept, errors, sizes = points.T
    ax.errorbar(claimed, kept, errors, color=BLUE, marker="o", ls=":", capsize=2)
    ax.plot([0, 1], [0, 1], color=INK, linestyle="--", linewidth=1)
    if counts:
        for x, y, size in zip(claimed, kept, sizes, strict=True):
            ax.annotate(f"{size:,.0f}", (x, y), (7, -13), textcoords="offset points")
    left = np.floor(10 * claimed.min(initial=1)) / 10 - 0.05
    ax.set(xlabel="confidence", ylabel="share of right answers")
    ax.set(xlim=(left, 1.07), ylim=(-0.05, 1.1))
    return ax


def _points(confidence, right, groups):
    """Return of each group mean confidence, share right, its error, and its size."""
    group_of = np.ceil(confidence * groups).astype(int)
    points = []
    for group in np.unique(group_of):
        inside = group_of == group
        size, good = inside.sum(), right[inside].sum()
        if size >= FEWEST:
            share = (good + 0.5) / (size + 1)
            error = 2 * np.sqrt(share * (1 - share) / size)
            points.append((confidence[inside].mean(), good / size, error, size))
    return np.array(points).reshape(-1, 4)
