"""Every checker: the right answer passes, each typical mistake gets its sentence."""

import sys

import numpy as np
import pytest

from cnn_helpers import checks
from cnn_helpers.activations import relu
from cnn_helpers.checks import check
from cnn_helpers.checks.parts import Check, case, examine, wrong
from cnn_helpers.checks.registry import all_checks, find_check
from cnn_helpers.convolution import correlate2d

FULL = [
    "output_size",
    "correlate2d",
    "conv2d",
    "max_pool2d",
    "relu",
    "softmax",
    "receptive_field",
]
CHECKS = all_checks()
MISTAKES = [
    pytest.param(name, index, id=f"{name}-{index}")
    for name, item in CHECKS.items()
    for index in range(len(item.mistakes))
]


def verdict(capsys, name, function):
    """Return what check returns and prints."""
    result = check(name, function)
    return result, capsys.readouterr().out


def test_the_full_functions_have_checks():
    assert set(FULL) <= set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_the_right_answer_passes(name, capsys):
    right, text = verdict(capsys, name, CHECKS[name].reference)
    assert right is True
    assert text.startswith(f"{name}: right")


@pytest.mark.parametrize("name", CHECKS)
def test_at_least_six_mistakes_with_sentences_of_their_own(name):
    sentences = [mistake.diagnosis for mistake in CHECKS[name].mistakes]
    assert len(set(sentences)) == len(sentences) >= 6


@pytest.mark.parametrize(("name", "index"), MISTAKES)
def test_a_mistake_fails_with_its_sentence(name, index, capsys):
    mistake = CHECKS[name].mistakes[index]
    right, text = verdict(capsys, name, mistake.function)
    assert right is False
    second_line = text.splitlines()[1].strip().rstrip(".")
    assert second_line.lower() == mistake.diagnosis.rstrip(".").lower()
    assert "0x" not in text  # no addresses: the verdict is the same every time


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize(
    "stub",
    [lambda *args, **kwargs: None, lambda *args, **kwargs: ..., "raises"],
    ids=["None", "Ellipsis", "NotImplementedError"],
)
def test_not_written_yet(name, stub, capsys):
    if stub == "raises":

        def stub(*args, **kwargs):
            raise NotImplementedError

    right, text = verdict(capsys, name, stub)
    assert right is False
    assert text.startswith(f"{name}: not written yet.")


class Hostile:
    """A result that resists every use."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    __hash__ = None

    def __repr__(self):
        raise RuntimeError("no text")

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")


def stop(*args, **kwargs):
    sys.exit("enough")


def index_error(*args, **kwargs):
    return [1, 2, 3][7]


def recursion(*args, **kwargs):
    return recursion(*args, **kwargs)


BAD = {
    "a number": lambda *args, **kwargs: 7,
    "a string": lambda *args, **kwargs: "seven",
    "a list": lambda *args, **kwargs: [[1, 2], [3]],
    "a dictionary": lambda *args, **kwargs: {"a": 1},
    "an object array": lambda *args, **kwargs: np.array([None, "a"], object),
    "NaN": lambda *args, **kwargs: np.full((2, 2), np.nan),
    "empty": lambda *args, **kwargs: np.zeros((0, 3)),
    "a generator": lambda *args, **kwargs: (i for i in range(3)),
    "hostile": lambda *args, **kwargs: Hostile(),
    "an IndexError": index_error,
    "sys.exit": stop,
    "endless recursion": recursion,
    "no parameters": lambda: 3,
    "a class": Hostile,
    "not a function": 5,
    "None itself": None,
    "an array": np.zeros(3),
}


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
def test_a_bad_answer_raises_nothing(name, answer, capsys):
    right, text = verdict(capsys, name, answer)
    assert right is False
    assert text.startswith(f"{name}: not right yet.")
    assert len(text.splitlines()) >= 2


@pytest.mark.parametrize("name", ["correlate2d", "conv2d", "max_pool2d", "softmax"])
def test_a_list_is_refused(name, capsys):
    right, text = verdict(
        capsys, name, lambda *a, **k: CHECKS[name].reference(*a, **k).tolist()
    )
    assert right is False
    assert "You returned a list; it should be a NumPy array." in text


def spoil(array):
    array += 1


@pytest.mark.parametrize("name", ["correlate2d", "conv2d", "max_pool2d", "softmax"])
def test_a_changed_input_is_noticed(name, capsys):
    def greedy(first, *args, **kwargs):
        result = CHECKS[name].reference(first, *args, **kwargs)
        spoil(first)
        return result

    right, text = verdict(capsys, name, greedy)
    assert right is False
    assert "changes its input" in text


def test_relu_in_place_is_noticed(capsys):
    def in_place(x):
        x[x < 0] = 0
        return x

    right, text = verdict(capsys, "relu", in_place)
    assert right is False
    assert "Your function changes its input `x`" in text


def test_the_checks_own_cases_stay_as_they_are(capsys):
    def in_place(x):
        x[:] = 0
        return x

    check("relu", in_place)
    assert check("relu", relu) is True


def test_a_missing_parameter_is_named(capsys):
    def short(image, kernel):
        return correlate2d(image, kernel)

    right, text = verdict(capsys, "correlate2d", short)
    assert right is False
    assert "it is to be correlate2d(image, kernel, *, stride=1" in text
    assert "unexpected keyword argument 'stride'" in text


def test_an_error_inside_is_told_with_the_call(capsys):
    _, text = verdict(capsys, "relu", index_error)
    assert "It raised IndexError: list index out of range" in text
    assert "Tried: relu(x with shape (5,))" in text


def test_the_first_wrong_number_is_shown(capsys):
    _, text = verdict(capsys, "relu", lambda x: np.abs(x))
    assert "At [0] yours is 2, it should be 0." in text


def test_none_in_one_branch_only(capsys):
    def forgetful(x):
        if x.ndim == 1:
            return relu(x)

    right, text = verdict(capsys, "relu", forgetful)
    assert right is False
    assert "gives None in this case" in text


def test_two_mistakes_at_once_are_still_diagnosed(capsys):
    def flipped_and_without_dilation(image, kernel, *, dilation=1, **settings):
        return correlate2d(image, kernel[::-1, ::-1], **settings)

    right, text = verdict(capsys, "correlate2d", flipped_and_without_dilation)
    assert right is False
    assert "true convolution instead of cross-correlation" in text


@pytest.mark.parametrize("name", ["correlate3d", "", None, 5])
def test_an_unknown_name_is_an_error_that_names_it(name):
    with pytest.raises(ValueError, match=f"no check named {name!r}"):
        check(name, abs)


def test_a_near_name_is_offered():
    with pytest.raises(ValueError, match="did you mean correlate2d"):
        find_check("corelate2d")


GENERIC = Check(
    "table",
    lambda kind: {
        "array": np.array([[1.0, 2.0, 4.0], [3.0, 5.0, 9.0]]),
        "pair": (1, 2),
        "number": 3,
        "names": {"a": 1},
    }[kind],
    [case("array"), case("pair"), case("number"), case("names")],
)
RIGHT = {kind: GENERIC.reference(kind) for kind in ("array", "pair", "number", "names")}


@pytest.mark.parametrize(
    ("kind", "answer", "sentence"),
    [
        ("array", RIGHT["array"].T, "transposed"),
        ("array", -RIGHT["array"], "wrong sign"),
        ("array", RIGHT["array"][::-1], "reversed along axis 0"),
        ("array", RIGHT["array"][:, ::-1], "reversed along axis 1"),
        ("array", 2 * RIGHT["array"], "2 times what they should be"),
        ("array", RIGHT["array"] - 3, "too small by 3"),
        ("array", RIGHT["array"] * np.inf, "overflow, or a division by 0"),
        ("array", RIGHT["array"].ravel(), "arrangement is not"),
        ("array", RIGHT["array"][:1], r"shape (1, 3); it should have (2, 3)"),
        ("array", RIGHT["array"].astype(str), "and not numbers"),
        ("array", RIGHT["array"] + np.eye(2, 3), "33% of your numbers"),
        ("pair", 1, "You returned an integer; it should be a tuple"),
        ("pair", (1, 2, 3), "You returned 3 items; it should be 2"),
        ("pair", (2, 1), "At [0] yours is 2, it should be 1"),
        ("number", 3.0, "use // where it is divided"),
        ("number", True, "not right"),
        ("number", 4, "Yours is 4, it should be 3."),
        ("names", {"b": 1}, "it should be {'a': 1}"),
    ],
)
def test_general_differences_are_explained(kind, answer, sentence):
    with np.errstate(all="ignore"):
        result = examine(
            GENERIC, lambda asked: answer if asked == kind else RIGHT[asked]
        )
    assert not result.right
    assert sentence in result.text


def test_a_float32_result_is_right():
    result = examine(
        CHECKS["conv2d"],
        lambda *a, **k: CHECKS["conv2d"].reference(*a, **k).astype(np.float32),
    )
    assert result.right


def test_a_judge_accepts_any_right_answer():
    even = Check(
        "even_above",
        lambda n: 2 * n + 2,
        [case(3), case(8)],
        [wrong(lambda n: n, "you returned n")],
        judge=lambda result, n: (
            None if result > n and result % 2 == 0 else f"{result} is not even"
        ),
    )
    assert examine(even, lambda n: 100).right
    assert "101 is not even." in examine(even, lambda n: 101).text
    assert "You returned n." in examine(even, lambda n: n).text
    assert examine(even, lambda n: "text").right is False


def test_a_later_case_can_fail_alone():
    result = examine(CHECKS["relu"], lambda x: relu(x) + (x.ndim == 3))
    assert not result.right
    assert "shape (2, 1, 2)" in result.text


def test_a_first_version_without_settings_hears_of_the_first_setting(capsys):
    right, text = verdict(capsys, "output_size", lambda n, k, **settings: n - k + 1)
    assert right is False
    assert "You left out the stride" in text


def test_a_verdict_fits_beside_the_margins(capsys, monkeypatch):
    monkeypatch.setattr(checks, "LINE_LENGTH", 72)
    check("correlate2d", lambda *args, **kwargs: None)
    check("correlate2d", lambda image, kernel, **settings: image)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 4
    assert max(map(len, lines)) <= 72
    assert any(line.startswith("  ") for line in lines)
