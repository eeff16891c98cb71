"""What checks are made of, and how a submission is examined."""

import contextlib
import copy
import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Number
from typing import Any, NamedTuple

import numpy as np

from cnn_helpers.checks.compare import describe, difference, explain, same


class Case(NamedTuple):
    """One call to try: its positional and its named arguments."""

    args: tuple
    kwargs: dict


class Mistake(NamedTuple):
    """A typical wrong answer: a function that makes it, and what to tell."""

    function: Callable
    diagnosis: str


class Verdict(NamedTuple):
    """Whether a submission is right, and the text for its author."""

    right: bool
    text: str


def case(*args, **kwargs):
    """Return a case: the function is called with these arguments.

    Parameters
    ----------
    *args, **kwargs
        Arrays, numbers, whatever the function takes.

    Returns
    -------
    Case

    Examples
    --------
    >>> case(28, 5, stride=2).kwargs
    {'stride': 2}
    """
    return Case(args, kwargs)


def wrong(function, diagnosis):
    """Return a typical wrong answer with the sentence that tells of it.

    Parameters
    ----------
    function : callable
        Computes what the mistake computes; may raise.
    diagnosis : str
        Says to the reader what is wrong, without the full solution.

    Returns
    -------
    Mistake

    Examples
    --------
    >>> wrong(abs, "you returned the absolute value").diagnosis
    'you returned the absolute value'
    """
    return Mistake(function, diagnosis)


@dataclass(frozen=True)
class Check:
    """An exercise's checker.

    Parameters
    ----------
    name : str
        What ``check(name, ...)`` calls it.
    reference : callable
        A right answer. Its parameter names appear in the messages.
    cases : sequence of Case
        From the simplest to the hardest: the first that fails is shown.
    mistakes : sequence of Mistake
        Typical wrong answers; none may be right in all cases.
    judge : callable, optional
        Where many results are right: called with the result and the case's arguments,
        returns a sentence for a wrong result and None for a right one.
    judge_all : callable, optional
        Where right results must agree with each other, as those of one seed: called
        with all of them, returns a sentence or None.

    Examples
    --------
    >>> double = Check("double", lambda x: 2 * x, [case(3), case(4)])
    >>> examine(double, lambda x: x + x).right
    True
    """

    name: str
    reference: Callable
    cases: Any
    mistakes: Any = ()
    judge: Callable | None = None
    judge_all: Callable | None = None
    signature: str = field(default="", init=False)

    def __post_init__(self):
        signature = f"{self.name}{inspect.signature(self.reference)}"
        object.__setattr__(self, "signature", signature)


def examine(check, function):
    """Try a function in every case of a check.

    Parameters
    ----------
    check : Check
    function : callable

    Returns
    -------
    Verdict

    Examples
    --------
    >>> double = Check("double", lambda x: 2 * x, [case(3)], [wrong(abs, "abs.")])
    >>> print(examine(double, abs).text)
    double: not right yet.
      Abs.
      Tried: double(x=3)
      Yours is 3, it should be 6.
    """
    try:
        lines = _complaint(check, function)
    except Exception as error:
        # an answer of a type that resists comparing must not raise in the notebook
        lines = ["Your result cannot be compared: " + _one_line(error)]
    if lines is None:
        count = len(check.cases)
        return Verdict(True, f"{check.name}: right, in all {count} cases tried.")
    if lines[0].startswith("Not written yet"):
        return Verdict(False, f"{check.name}: not written yet. {lines[1]}")
    return Verdict(False, "\n  ".join([f"{check.name}: not right yet.", *lines]))


class _Outcome(NamedTuple):
    """What a call gave: a value or an exception, and an input that it changed."""

    value: Any
    error: BaseException | None
    changed: str | None


def _run(function, check, tried):
    """Call a function with copies of a case's arguments."""
    given = copy.deepcopy(tried)
    value = error = None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            value = function(*given.args, **given.kwargs)
        except (Exception, SystemExit) as caught:
            error = caught
    changed = None
    before, after = _named(check, tried), _named(check, given)
    for name, value_before in before.items():
        if not same(value_before, after[name], exactly=True):
            changed = name
            break
    return _Outcome(value, error, changed)


def _named(check, tried):
    """Return a case's arguments by the names that the reference gives them."""
    bound = inspect.signature(check.reference).bind(*tried.args, **tried.kwargs)
    return bound.arguments


def _complaint(check, function):
    """Return the lines that say what is wrong, or None."""
    if not callable(function):
        kind = type(function).__name__
        return [f"You passed {kind}, not a function: give its name without calling it."]
    outcomes = [_run(function, check, tried) for tried in check.cases]
    if all(_is_unwritten(outcome) for outcome in outcomes):
        return [
            "Not written yet",
            "Write your code in place of `return None` and run the cell again. (If you "
            "did, a `return` is missing at the end: the function gives None.)",
        ]
    expected = [_run(check.reference, check, tried).value for tried in check.cases]
    wrong_cases = [
        index
        for index, tried in enumerate(check.cases)
        if _problem(check, tried, outcomes[index], expected[index]) is not None
    ]
    if not wrong_cases:
        values = [outcome.value for outcome in outcomes]
        disagreement = check.judge_all and check.judge_all(values)
        return [_sentence(disagreement)] if disagreement else None
    first = wrong_cases[0]
    tried, outcome, right = check.cases[first], outcomes[first], expected[first]
    problem = _problem(check, tried, outcome, right)
    refused = outcome.error is not None and _refuses_arguments(function, tried)
    diagnosis = None
    if not refused:  # its TypeError is not that of a mistake inside
        diagnosis = _recognise(check, outcomes, expected, wrong_cases)
    if diagnosis is None:
        diagnosis = problem
        if refused:
            diagnosis = (
                f"Your function cannot be called as the exercise does; it is to be "
                f"{check.signature}."
            )
    lines = [_sentence(diagnosis), f"Tried: {_call(check, tried)}"]
    if outcome.error is not None:
        kind = type(outcome.error).__name__
        lines.append(f"It raised {kind}: {_one_line(outcome.error)}")
    elif outcome.changed is None and check.judge is None:
        lines.append(difference(outcome.value, right))
    return [line for line in lines if line]


def _is_unwritten(outcome):
    """Return whether a call gave nothing: a stub."""
    if outcome.error is not None:
        return isinstance(outcome.error, NotImplementedError)
    return outcome.value is None or outcome.value is Ellipsis


def _problem(check, tried, outcome, right):
    """Return what is wrong in one case, in general words, or None."""
    if outcome.error is not None:
        return "Your function stopped with an error."
    if outcome.changed is not None:
        return (
            f"Your function changes its input `{outcome.changed}`: work on a copy, or "
            "build a new array."
        )
    if outcome.value is None:
        return "Your function gives None in this case: a branch lacks its `return`."
    if check.judge is not None:
        given = copy.deepcopy(tried)
        return check.judge(outcome.value, *given.args, **given.kwargs)
    if same(right, outcome.value):
        return None
    return explain(outcome.value, right)


def _recognise(check, outcomes, expected, wrong_cases):
    """Return the diagnosis of the mistake that a submission behaves like.

    One that agrees in every case is certain. Else, in a submission with several
    mistakes, the one that explains the first wrong case and the most others: unless
    the agreement is in one number alone, which may be chance.
    """
    nearest, most = None, 0
    first = wrong_cases[0]
    value = outcomes[first].value
    telling = not isinstance(value, np.ndarray | np.generic | Number) or (
        np.size(value) >= 4
    )
    for mistake in check.mistakes:
        made = [_run(mistake.function, check, tried) for tried in check.cases]
        agree = [_alike(a, b) for a, b in zip(made, outcomes, strict=True)]
        if all(agree):
            return mistake.diagnosis
        explained = sum(agree[index] for index in wrong_cases)
        chance = made[first].error is not None or (explained < 2 and not telling)
        if not agree[first] or explained <= most or chance:
            continue
        # one that is right here explains nothing: what is wrong is not in the value
        if _problem(check, check.cases[first], made[first], expected[first]):
            nearest, most = mistake.diagnosis, explained
    return nearest


def _alike(mistake, submission):
    """Return whether two outcomes are those of the same mistake."""
    if mistake.error is not None or submission.error is not None:
        return type(mistake.error) is type(submission.error)
    if mistake.changed != submission.changed:
        return False
    return same(mistake.value, submission.value, exactly=True)


def _refuses_arguments(function, tried):
    """Return whether a function's parameters do not fit a case."""
    with contextlib.suppress(ValueError, TypeError):
        signature = inspect.signature(function)
        try:
            signature.bind(*tried.args, **tried.kwargs)
        except TypeError:
            return True
    return False


def _call(check, tried):
    """Return a case as text: arrays by shape, small things by value."""
    parts = []
    for name, value in _named(check, tried).items():
        parts.append(f"{name}{describe(value)}")
    return f"{check.name}({', '.join(parts)})"


def _sentence(text):
    """Return a text that begins with a capital and ends with a stop."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."


def _one_line(error):
    """Return an exception's message in one line."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    return text[:300] or type(error).__name__
