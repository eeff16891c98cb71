"""What part of the input a unit deep in a stack of windows can see.

Going one stage deeper, with a window that spans ``s`` units and moves by ``stride``:

- the receptive field grows by ``(s - 1) * jump``,
- its start moves left by ``padding_before * jump``,
- the jump, the distance in input pixels between neighbouring units, is multiplied by
  ``stride``.

Source: A. Araujo, W. Norris and J. Sim, *Computing receptive fields of convolutional
neural networks*, Distill (2019), `10.23915/distill.00021
<https://doi.org/10.23915/distill.00021>`_.
"""

from collections import namedtuple

from cnn_helpers._validation import as_integer
from cnn_helpers.arithmetic import output_size, padding_amounts, window_span

Stage = namedtuple(
    "Stage",
    "name kernel_size stride padding dilation",
    defaults=(1, "valid", 1),
)
Stage.__doc__ = """A convolution or a pool, as far as its window matters.

Each setting is one integer, or a pair (rows, cols); `padding` is a name, a number,
(before, after) or ((top, bottom), (left, right)). A `kernel_size` of None is a global
pool: the window is as large as what it looks at.
"""

Row = namedtuple("Row", "name size receptive_field jump start")
Row.__doc__ = """What is known of one stage's units, along one axis, in input pixels.

`size` is the number of units, or None; `start` the first pixel that unit 0 sees,
negative inside the padding.
"""

CONVOLUTIONS = {"Conv2D", "DepthwiseConv2D", "SeparableConv2D"}
POOLS = {"MaxPooling2D", "AveragePooling2D"}
GLOBAL_POOLS = {"GlobalMaxPooling2D", "GlobalAveragePooling2D"}
PER_UNIT = {  # these look at one place at a time, or come after the maps
    "InputLayer", "Activation", "ReLU", "LeakyReLU", "Softmax", "BatchNormalization",
    "Dropout", "Rescaling", "Flatten", "Dense",
}  # fmt: skip


def receptive_field(stages, input_size=None, *, axis=0):
    """Return size, receptive field, jump and start of each stage of a stack.

    Parameters
    ----------
    stages : list of Stage, or a Sequential model
        Of a model, of `cnn_helpers` or Keras, the convolution and pooling layers have
        rows, under their names.
    input_size : int, optional
        Pixels of the input along the axis; padding "same" needs it. A model that
        knows its input shape need not be told.
    axis : {0, 1}
        Rows (the height) or columns (the width).

    Returns
    -------
    list of Row
        The input's row first.

    Raises
    ------
    ValueError
        If a window does not fit, a size is needed and not known, a setting is out of
        range, or a model has a layer that this arithmetic does not cover.
    TypeError
        If a setting is not an integer.

    Examples
    --------
    >>> stack = [Stage("conv", 5, padding="same"), Stage("pool", 2, 2)]
    >>> for row in receptive_field(stack, 28):
    ...     print(*row)
    input 28 1 1 0
    conv 28 5 1 -2
    pool 14 6 2 -2
    """
    if axis not in (0, 1):
        raise ValueError(f"axis must be 0 (rows) or 1 (columns), got {axis!r}")
    if hasattr(stages, "layers"):
        if input_size is None:
            input_size = _model_input_size(stages, axis)
        stages = stages_of(stages)
    if input_size is not None:
        input_size = as_integer(input_size, "input_size")
    rows = [Row("input", input_size, 1, 1, 0)]
    for stage in stages:
        rows.append(_next_row(rows[-1], _along(Stage(*stage), axis)))
    return rows


def input_region(stages, unit, *, input_size, axis=0):
    """Return the first and the last input pixel that one unit of the output sees.

    Parameters
    ----------
    stages : list of Stage, or a Sequential model
    unit : int
        Number of the unit along the axis, from 0.
    input_size : int
        Pixels of the input along the axis.
    axis : {0, 1}
        Rows or columns.

    Returns
    -------
    (first, last) : tuple of int
        Both inclusive, and not cut at the border: a number below 0 or from
        `input_size` on lies in the padding.

    Raises
    ------
    ValueError
        If there is no such unit in the output, and as in `receptive_field`.
    TypeError
        If `unit` is not an integer.

    Examples
    --------
    >>> input_region([Stage("conv", 5), Stage("pool", 2, 2)], 1, input_size=28)
    (2, 7)
    """
    last_row = receptive_field(stages, input_size, axis=axis)[-1]
    unit = as_integer(unit, "unit", minimum=0)
    if last_row.size is not None and unit >= last_row.size:
        raise ValueError(
            f"unit must be below {last_row.size}, the size of the output; got {unit}"
        )
    first = last_row.start + unit * last_row.jump
    return first, first + last_row.receptive_field - 1


def stages_of(model):
    """Return the convolution and pooling layers of a model as stages.

    Parameters
    ----------
    model : Sequential model
        Of `cnn_helpers` or Keras.

    Returns
    -------
    list of Stage
        Under the layers' names.

    Raises
    ------
    ValueError
        If a layer is of a kind that this arithmetic does not cover.

    Examples
    --------
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((9, 9, 1)), layers.Conv2D(4, 3)])
    >>> stages_of(model)[0].kernel_size
    (3, 3)
    """
    stages = []
    for layer in model.layers:
        kinds = {base.__name__ for base in type(layer).__mro__}
        if "Conv2DTranspose" in kinds or not kinds & (
            CONVOLUTIONS | POOLS | GLOBAL_POOLS | PER_UNIT
        ):
            raise ValueError(
                f"layer {layer.name!r} ({type(layer).__name__}) is not a convolution, "
                "a pool or a layer that leaves the places alone"
            )
        if kinds & CONVOLUTIONS:
            window = (layer.kernel_size, layer.strides, layer.padding)
            stages.append(Stage(layer.name, *window, layer.dilation_rate))
        elif kinds & POOLS:
            stages.append(
                Stage(layer.name, layer.pool_size, layer.strides, layer.padding)
            )
        elif kinds & GLOBAL_POOLS:
            stages.append(Stage(layer.name, None))
    return stages


def _next_row(row, stage):
    """Return the row of a stage from the row of the stage before."""
    kernel_size = stage.kernel_size
    if row.size is None and (kernel_size is None or stage.padding == "same"):
        raise ValueError(
            f"stage {stage.name!r} needs to know the size: give input_size"
        )
    if kernel_size is None:  # a global pool looks at all there is
        kernel_size = row.size
    window = {"padding": stage.padding, "dilation": stage.dilation}
    stride = as_integer(stage.stride, "stride")
    try:
        before, _ = padding_amounts(row.size or 1, kernel_size, stride=stride, **window)
        size = row.size and output_size(row.size, kernel_size, stride=stride, **window)
    except (ValueError, TypeError) as error:
        raise type(error)(f"stage {stage.name!r}: {error}") from None
    span = window_span(kernel_size, stage.dilation)
    return Row(
        stage.name,
        size,
        row.receptive_field + (span - 1) * row.jump,
        row.jump * stride,
        row.start - before * row.jump,
    )


def _along(stage, axis):
    """Return a stage with the settings of one axis."""

    def pick(value):
        if isinstance(value, tuple | list):
            if len(value) != 2:
                raise ValueError(
                    f"stage {stage.name!r} has {value!r} where one integer or a pair "
                    "(rows, cols) belongs"
                )
            return value[axis]
        return value

    padding = stage.padding
    two_axes = isinstance(padding, tuple | list) and any(
        isinstance(part, tuple | list) for part in padding
    )
    return Stage(
        stage.name,
        pick(stage.kernel_size),
        pick(stage.stride),
        pick(padding) if two_axes else padding,
        pick(stage.dilation),
    )


def _model_input_size(model, axis):
    """Return the size a built model's input is known to have, or None."""
    if not getattr(model, "built", False):
        return None
    shape = model.input_shape
    return shape[1 + axis] if len(shape) == 4 else None
