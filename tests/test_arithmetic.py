"""The arithmetic of windows: by hand, by counting, and against Keras."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_helpers.arithmetic import (
    output_size,
    padding_amounts,
    same_padding,
    window_span,
)

sizes, small = st.integers(1, 40), st.integers(1, 6)


@pytest.mark.parametrize(
    ("arguments", "settings", "expected"),
    [
        ((28, 5), {}, 24),
        ((28, 5), {"padding": 2}, 28),
        ((28, 5), {"padding": "same"}, 28),
        ((28, 5), {"padding": "full"}, 32),
        ((28, 2), {"stride": 2}, 14),
        ((27, 2), {"stride": 2}, 13),
        ((27, 2), {"stride": 2, "padding": "same"}, 14),
        ((7, 3), {"dilation": 3}, 1),
        ((7, 3), {"padding": (0, 1), "stride": 2}, 3),
        ((1, 1), {}, 1),
    ],
)
def test_by_hand(arguments, settings, expected):
    result = output_size(*arguments, **settings)
    assert result == expected
    assert type(result) is int


def test_the_odd_zero_goes_after():
    assert same_padding(28, 5) == (2, 2)
    assert same_padding(28, 2) == (0, 1)
    assert same_padding(28, 3, stride=2) == (0, 1)
    assert same_padding(28, 1, stride=4) == (0, 0), "never below 0"
    assert same_padding(9, 3, dilation=2) == (2, 2)


@given(sizes, small, small, small, st.tuples(st.integers(0, 7), st.integers(0, 7)))
def test_the_formula_counts_the_windows(size, kernel_size, stride, dilation, padding):
    """Let the window walk over the padded axis, and count."""
    padded = size + sum(padding)
    reach = dilation * (kernel_size - 1)
    count = sum(1 for first in range(0, padded, stride) if first + reach < padded)
    settings = {"stride": stride, "dilation": dilation, "padding": padding}
    if count:
        assert output_size(size, kernel_size, **settings) == count
    else:
        with pytest.raises(ValueError, match="fit"):
            output_size(size, kernel_size, **settings)


@given(sizes, small, small, small)
def test_same_is_the_size_over_the_stride(size, kernel_size, stride, dilation):
    settings = {"stride": stride, "dilation": dilation}
    before, after = same_padding(size, kernel_size, **settings)
    assert 0 <= after - before <= 1
    assert before >= 0
    expected = -(-size // stride)
    assert output_size(size, kernel_size, padding="same", **settings) == expected
    by_number = output_size(size, kernel_size, padding=(before, after), **settings)
    assert by_number == expected


@given(sizes, small, small)
def test_full_touches_by_one_pixel_at_each_end(size, kernel_size, dilation):
    reach = dilation * (kernel_size - 1)
    assert window_span(kernel_size, dilation) == reach + 1
    amounts = padding_amounts(size, kernel_size, padding="full", dilation=dilation)
    assert amounts == (reach, reach)
    full = output_size(size, kernel_size, padding="full", dilation=dilation)
    assert full == size + reach


def test_against_keras():
    import keras

    for size in (5, 8, 13):
        for kernel_size in (1, 2, 3, 5):
            for padding in ("valid", "same"):
                for stride, dilation in ((1, 1), (2, 1), (3, 1), (1, 2)):
                    layer = keras.layers.Conv2D(
                        1, kernel_size, stride, padding, dilation_rate=dilation
                    )
                    if padding == "valid" and dilation * (kernel_size - 1) >= size:
                        continue
                    shape = layer.compute_output_shape((None, size, size, 1))
                    ours = output_size(
                        size, kernel_size, stride=stride, padding=padding,
                        dilation=dilation,
                    )  # fmt: skip
                    assert ours == shape[1]


def test_integers_of_numpy_are_integers():
    result = output_size(np.int64(28), np.uint8(5), stride=np.int32(1))
    assert result == 24
    assert type(result) is int


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"size": 0}, ValueError, "size must be at least 1"),
        ({"size": 28.0}, TypeError, "size must be an integer"),
        ({"size": "28"}, TypeError, "size"),
        ({"size": True}, TypeError, "size"),
        ({"size": (28, 28)}, TypeError, "size"),
        ({"kernel_size": 0}, ValueError, "kernel_size"),
        ({"kernel_size": None}, TypeError, "kernel_size"),
        ({"stride": 0}, ValueError, "stride"),
        ({"stride": 0.5}, TypeError, "stride"),
        ({"stride": (1, 1)}, TypeError, "stride"),
        ({"dilation": -2}, ValueError, "dilation"),
        ({"dilation": np.float64(1)}, TypeError, "dilation"),
        ({"padding": "Valid"}, ValueError, "padding.*'valid'.*'Valid'"),
        ({"padding": -1}, ValueError, "padding"),
        ({"padding": 0.5}, TypeError, "padding"),
        ({"padding": (1, 2, 3)}, ValueError, "padding"),
        ({"padding": (1, None)}, TypeError, "padding"),
        ({"padding": None}, TypeError, "padding"),
        ({"kernel_size": 29}, ValueError, "29.*28"),
        ({"kernel_size": 10, "dilation": 4}, ValueError, "spans 37.*28"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(changed, error, words):
    with pytest.raises(error, match=words):
        output_size(**{"size": 28, "kernel_size": 5, **changed})


@pytest.mark.parametrize("function", [same_padding, padding_amounts])
@pytest.mark.parametrize("name", ["size", "kernel_size", "stride", "dilation"])
def test_the_others_name_them_too(function, name):
    settings = {"size": 28, "kernel_size": 5}
    if function is padding_amounts:
        settings["padding"] = "same"
    with pytest.raises(ValueError, match=name):
        function(**{**settings, name: 0})
    with pytest.raises(TypeError, match=name):
        function(**{**settings, name: 1.5})


def test_settings_are_keyword_only():
    for function in (output_size, same_padding, padding_amounts):
        with pytest.raises(TypeError, match="positional"):
            function(28, 5, 1)
