"""Receptive fields: by hand, and by poking inputs to see which units answer."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnn_helpers import layers, models
from cnn_helpers.convolution import conv2d
from cnn_helpers.receptive_field import Row, Stage, input_region, receptive_field

LENET = [
    Stage("c1", 5, padding="same"),
    Stage("s2", 2, 2),
    Stage("c3", 5),
    Stage("s4", 2, 2),
    Stage("c5", 5),
]


def test_lenet_by_hand():
    assert receptive_field(LENET, 28) == [
        Row("input", 28, 1, 1, 0),
        Row("c1", 28, 5, 1, -2),
        Row("s2", 14, 6, 2, -2),
        Row("c3", 10, 14, 2, -2),
        Row("s4", 5, 16, 4, -2),
        Row("c5", 1, 32, 4, -2),
    ]
    assert input_region(LENET, 0, input_size=28) == (-2, 29)
    assert input_region(LENET[:4], 4, input_size=28) == (14, 29)


def test_dilation_grows_the_field_without_a_jump():
    stack = [Stage("a", 3), Stage("b", 3, dilation=2), Stage("c", 3, dilation=4)]
    assert receptive_field(stack)[-1] == Row("c", None, 15, 1, 0)


def test_no_stages_see_one_pixel():
    assert receptive_field([], 7) == [Row("input", 7, 1, 1, 0)]
    assert input_region([], 3, input_size=7) == (3, 3)


def test_defaults_and_plain_tuples():
    assert Stage("a", 3) == ("a", 3, 1, "valid", 1)
    assert receptive_field([("a", 3, 2)], 9)[-1] == Row("a", 4, 3, 2, 0)


# The probe -----------------------------------------------------------------------


@st.composite
def stacks(draw):
    """Draw an input size and stages that fit, with (rows, cols) settings."""
    rows = draw(st.integers(5, 26))
    cols = draw(st.integers(5, 26))
    stages = []
    for number in range(draw(st.integers(1, 4))):
        pair = st.tuples(st.integers(1, 4), st.integers(1, 4))
        padding = draw(
            st.sampled_from(["valid", "same", "full", 1, 2, ((0, 2), (1, 0))])
        )
        kernel_size, stride = draw(pair), draw(pair)
        dilation = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
        stages.append(Stage(f"stage {number}", kernel_size, stride, padding, dilation))
    return (rows, cols), stages


def answers(shape, stages):
    """Return which output sees which input: a map of ones goes through all stages.

    One image a pixel, 1 there and 0 elsewhere; positive weights never cancel.
    """
    pixels = shape[0] * shape[1]
    signal = np.eye(pixels).reshape(pixels, *shape, 1)
    for stage in stages:
        kernels = np.ones((*stage.kernel_size, 1, 1))
        setting = {"padding": stage.padding, "dilation": stage.dilation}
        signal = conv2d(signal, kernels, stride=stage.stride, **setting) > 0
    return signal[..., 0].reshape(*shape, *signal.shape[1:3])


@given(stacks())
@settings(max_examples=60, deadline=None)
def test_a_poked_pixel_moves_the_units_that_see_it(case):
    shape, stages = case
    try:
        seen = answers(shape, stages)
    except ValueError:
        assume(False)  # a kernel that does not fit
    for axis in (0, 1):
        # along one axis: does any pixel of this row move any unit of that row?
        along = seen.any(axis=(1 - axis, 3 - axis))
        rows = receptive_field(stages, shape[axis], axis=axis)
        assert rows[-1].size == along.shape[1]
        for unit in range(along.shape[1]):
            first, last = input_region(stages, unit, input_size=shape[axis], axis=axis)
            assert last - first + 1 == rows[-1].receptive_field
            pixels = np.flatnonzero(along[:, unit])
            inside = [n for n in (first, last) if 0 <= n < shape[axis]]
            assert all(first <= pixel <= last for pixel in pixels)
            if rows_are_dense(stages, axis) and border_is_late(stages, axis):
                assert set(inside) <= set(pixels)


def rows_are_dense(stages, axis):
    """Return whether no gap of a dilation or a stride hides the end pixels."""
    return all(s.dilation[axis] == 1 for s in stages) and all(
        s.stride[axis] <= s.kernel_size[axis] for s in stages
    )


def border_is_late(stages, axis):
    """Return whether only the first stage pads: padded maps hold no pixels."""
    return all(stage.padding == "valid" for stage in stages[1:])


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_the_ends_answer_where_nothing_is_padded(data):
    settings_of = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 2))
    drawn = data.draw(st.lists(settings_of, min_size=1, max_size=4))
    stages = [Stage("s", (k, 1), (s, 1), "valid", (d, 1)) for k, s, d in drawn]
    size = receptive_field(stages)[-1].receptive_field + data.draw(st.integers(0, 5))
    along = answers((size, 1), stages)[:, 0, :, 0]
    for unit in range(along.shape[1]):
        pixels = np.flatnonzero(along[:, unit])
        region = input_region(stages, unit, input_size=size)
        assert (pixels[0], pixels[-1]) == region


# Models --------------------------------------------------------------------------


def small_model(namespace_layers, namespace_models):
    keras_like = namespace_layers
    return namespace_models.Sequential(
        [
            keras_like.Input((28, 24, 1)),
            keras_like.Conv2D(4, (5, 3), padding="same", name="first"),
            keras_like.BatchNormalization(),
            keras_like.ReLU(),
            keras_like.MaxPooling2D(name="pool"),
            keras_like.DepthwiseConv2D(3, strides=2, name="deep"),
            keras_like.Conv2D(4, 3, dilation_rate=2, name="dilated"),
            keras_like.GlobalAveragePooling2D(name="all"),
            keras_like.Dropout(0.5),
            keras_like.Dense(10),
        ]
    )


STAGES = [
    Stage("first", (5, 3), 1, "same"),
    Stage("pool", 2, 2),
    Stage("deep", 3, 2),
    Stage("dilated", 3, 1, "valid", 2),
]


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("library", ["cnn_helpers", "keras"])
def test_a_model_has_rows_for_its_convolutions_and_pools(library, axis):
    if library == "keras":
        import keras

        model = small_model(keras.layers, keras.models)
    else:
        model = small_model(layers, models)
    size = (28, 24)[axis]
    expected = receptive_field(STAGES, size, axis=axis)
    rows = receptive_field(model, size, axis=axis)
    assert rows[:-1] == expected
    units, field, jump = expected[-1][1:4]
    whole = field + (units - 1) * jump
    assert rows[-1] == Row("all", 1, whole, jump, expected[-1].start)
    assert receptive_field(model, axis=axis) == rows  # the model knows its size
    first = rows[-1].start
    region = input_region(model, 0, input_size=size, axis=axis)
    assert region == (first, first + whole - 1)


def test_a_layer_that_is_not_covered_is_named():
    class Upside(layers.Layer):
        pass

    model = models.Sequential([Upside(name="odd_one")])
    with pytest.raises(ValueError, match="'odd_one'"):
        receptive_field(model, 28)


# Bad input -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "error", "words"),
    [
        (Stage("bad", 0), ValueError, "'bad'.*kernel_size"),
        (Stage("bad", 2.0), TypeError, "'bad'.*kernel_size"),
        (Stage("bad", True), TypeError, "'bad'.*kernel_size"),
        (Stage("bad", 3, 0), ValueError, "stride"),
        (Stage("bad", 3, 1.5), TypeError, "stride"),
        (Stage("bad", 3, 1, "Same"), ValueError, "'bad'.*padding"),
        (Stage("bad", 3, 1, -1), ValueError, "'bad'.*padding"),
        (Stage("bad", 3, 1, "valid", 0), ValueError, "'bad'.*dilation"),
        (Stage("bad", (3, 3, 3)), ValueError, "'bad'.*pair"),
        (Stage("bad", 10), ValueError, "'bad'.*size 9"),
        (Stage("bad", "3"), TypeError, "'bad'.*kernel_size"),
    ],
    ids=str,
)
def test_wrong_stages_are_named(stage, error, words):
    with pytest.raises(error, match=words):
        receptive_field([stage], 9)


@pytest.mark.parametrize("stage", [Stage("a", 3, 1, "same"), Stage("a", None)])
def test_what_needs_a_size_says_so(stage):
    with pytest.raises(ValueError, match=r"'a'.*input_size"):
        receptive_field([stage])


@pytest.mark.parametrize(
    ("unit", "error"), [(12, ValueError), (-1, ValueError), (1.0, TypeError)]
)
def test_a_unit_that_is_not_there(unit, error):
    stack = [Stage("a", 5), Stage("b", 2, 2)]
    assert input_region(stack, 11, input_size=28) == (22, 27)
    with pytest.raises(error, match="unit"):
        input_region(stack, unit, input_size=28)


def test_other_arguments():
    with pytest.raises(ValueError, match=r"axis.*2"):
        receptive_field(LENET, 28, axis=2)
    for wrong, error in ((0, ValueError), (28.0, TypeError)):
        with pytest.raises(error, match="input_size"):
            receptive_field(LENET, wrong)
    with pytest.raises(TypeError, match="input_size"):
        input_region(LENET, 0)
