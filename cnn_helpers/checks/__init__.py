"""Checkers of the exercises: they try a reader's function and say what is wrong.

A notebook imports one name::

    from cnn_helpers.checks import check

    check("correlate2d", correlate2d)

Adding a check
--------------
A file of this folder, one a topic, lists its checks in ``CHECKS``; nothing has to be
registered elsewhere. A check is what a right answer computes, the cases to try, from
the simplest to the hardest, and the typical wrong answers, each written out as the
function that gives it and with the sentence that tells the reader about it::

    from cnn_helpers.checks.parts import Check, case, wrong


    def sliding_sum(values, width):
        return np.convolve(values, np.ones(width, int), "valid")


    CHECKS = (
        Check(
            name="sliding_sum",
            reference=sliding_sum,
            cases=(
                case([1, 2, 3, 4], 2),
                case(np.array([1, 0, -2, 5, 3]), width=3),
            ),
            mistakes=(
                wrong(
                    lambda values, width: np.convolve(values, np.ones(width), "same"),
                    "your output is as long as the input: stop where the window would "
                    "hang over the end",
                ),
                ...
            ),
        ),
    )

A submission that behaves like one of the mistakes in every case gets its sentence. What
every checker finds by itself needs no mistake: None returned (not written yet),
an exception, an argument that is not accepted, an input changed, a list in place of an
array, a wrong shape, a transposed, negated, reversed or scaled result. ``tests/
test_checks.py`` tries every check of this folder: its reference passes, each of its at
least six mistakes fails with the sentence of its own.

Where there are many right answers, give ``judge``: a function of the result and the
case's arguments that returns a sentence for a wrong result and None for a right one;
``reference`` is then one right answer.
"""

import textwrap

from cnn_helpers.checks.parts import examine
from cnn_helpers.checks.registry import find_check

__all__ = ["check"]

LINE_LENGTH = 72  # fits beside the margins of a page without scrolling


def check(name, function):
    """Try an exercise's function and print a verdict that says what is wrong.

    Parameters
    ----------
    name : str
        The exercise, as its text names it.
    function : callable
        Your function. It is called with copies of the inputs.

    Returns
    -------
    bool
        True if the function is right in every case that is tried, else False.

    Raises
    ------
    ValueError
        If there is no exercise of that name. A wrong answer raises nothing.

    Examples
    --------
    >>> check("relu", lambda x: abs(x))
    relu: not right yet.
      You returned the absolute value: negative numbers become 0, not positive.
      Tried: relu(x with shape (5,))
      At [0] yours is 2, it should be 0.
    False
    """
    verdict = examine(find_check(name), function)
    print(_wrapped(verdict.text))
    return verdict.right


def _wrapped(text):
    """Return the text with long lines broken, each under its own indentation."""
    lines = []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        parts = textwrap.wrap(
            line.strip(),
            LINE_LENGTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines += parts or [""]
    return "\n".join(lines)
