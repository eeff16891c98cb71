"""A stack of windows that the reader can change, and what each unit of it sees."""

from cnn_helpers._validation import as_pair
from cnn_helpers.explorables.figure import LiveFigure
from cnn_helpers.receptive_field import Stage, receptive_field, stages_of

MAX_LAYERS = 24
MAX_INPUT_SIZE = 512


class ReceptiveField(LiveFigure):
    """The receptive fields of a stack, alive: pick a unit, change a layer.

    Shows every layer as a map of units, what the chosen unit sees of each layer before
    it, the numbers of `cnn_helpers.receptive_field`, and how much each pixel matters
    when the weights are random.

    Parameters
    ----------
    model_or_stages : Sequential model, or list of Stage
        A model of `cnn_helpers` or Keras shows its convolution and pooling layers.
        A stage counts as a max pool if its name holds "pool", else as a convolution;
        only the effective field depends on it.
    input_size : int or (rows, cols), optional
        Pixels of the input. A model that knows its input shape need not be told; for
        stages it is 28 unless said otherwise.

    Raises
    ------
    ValueError
        If a window does not fit, a setting is out of range, the stack is empty or has
        more than 24 layers, or the input is larger than 512 pixels.
    TypeError
        If it is neither a model nor a list of stages.

    Examples
    --------
    >>> ReceptiveField([Stage("conv", 5), Stage("pool", 2, 2)])
    <live figure ReceptiveField: conv, pool on 28×28; pool sees 6×6, jump 2>
    """

    tag = "live-receptive-field"
    scripts = ("core.js", "fields.js", "figure.js", "receptive_field.js")

    def __init__(self, model_or_stages, *, input_size=None):
        stages, kinds = _stages_and_kinds(model_or_stages)
        size = _input_size(model_or_stages, input_size)
        rows, cols = (receptive_field(stages, size[axis], axis=axis) for axis in (0, 1))
        described = map(_as_data, stages, kinds)
        super().__init__(
            data={"stages": list(described), "inputSize": list(size)},
            summary=_summary(rows, cols),
        )


def _summary(rows, cols):
    """Say what the last layer of the stack sees."""
    names = ", ".join(row.name for row in rows[1:])
    last = rows[-1], cols[-1]
    field = "×".join(str(row.receptive_field) for row in last)
    jumps = " and ".join(dict.fromkeys(str(row.jump) for row in last))
    return (
        f"{names} on {rows[0].size}×{cols[0].size}; "
        f"{rows[-1].name} sees {field}, jump {jumps}"
    )


def _stages_and_kinds(model_or_stages):
    """Return the stages and, for each, "convolution", "max" or "average"."""
    if hasattr(model_or_stages, "layers"):
        stages = stages_of(model_or_stages)
        layers = {layer.name: layer for layer in model_or_stages.layers}
        kinds = [_kind_of_layer(layers[stage.name]) for stage in stages]
    elif isinstance(model_or_stages, list | tuple):
        stages = [_as_stage(item) for item in model_or_stages]
        kinds = [_kind_of_name(stage.name) for stage in stages]
    else:
        kind = type(model_or_stages).__name__
        raise TypeError(
            f"model_or_stages must be a Sequential model or a list of Stage, got {kind}"
        )
    if not 1 <= len(stages) <= MAX_LAYERS:
        raise ValueError(
            f"model_or_stages must have 1 to {MAX_LAYERS} convolutions and pools, "
            f"got {len(stages)}"
        )
    return stages, kinds


def _as_stage(item):
    """Return a stage from a Stage or a tuple like one."""
    if not isinstance(item, list | tuple) or not 2 <= len(item) <= len(Stage._fields):
        raise TypeError(
            "each stage must be a Stage(name, kernel_size, stride, padding, dilation), "
            f"got {item!r}"
        )
    return Stage(*item)


def _kind_of_layer(layer):
    """Return what a layer does with its window, by the names of its classes."""
    names = " ".join(base.__name__ for base in type(layer).__mro__)
    if "AveragePooling" in names:
        return "average"
    return "max" if "MaxPooling" in names else "convolution"


def _kind_of_name(name):
    """Return what a bare stage is taken for."""
    return "max" if "pool" in str(name).lower() else "convolution"


def _input_size(model_or_stages, input_size):
    """Return the input's (rows, cols)."""
    if input_size is None and hasattr(model_or_stages, "layers"):
        built = getattr(model_or_stages, "built", False)
        shape = model_or_stages.input_shape if built else ()
        input_size = tuple(shape[1:3]) if len(shape) == 4 else None
        if input_size is None or None in input_size:
            raise ValueError(
                "the model does not know the size of its images: give input_size"
            )
    size = as_pair(28 if input_size is None else input_size, "input_size")
    if max(size) > MAX_INPUT_SIZE:
        raise ValueError(f"input_size must be at most {MAX_INPUT_SIZE}, got {size}")
    return size


def _as_data(stage, kind):
    """Return a stage as the page's script takes it."""
    return {
        "name": str(stage.name),
        "kind": kind,
        "kernelSize": _plain(stage.kernel_size),
        "stride": _plain(stage.stride),
        "padding": _padding(stage.padding),
        "dilation": _plain(stage.dilation),
    }


def _plain(value):
    """Return a setting with Python's own numbers, which JSON knows."""
    if isinstance(value, tuple | list):
        rows, cols = (int(part) for part in value)
        return rows if rows == cols else [rows, cols]
    return value if value is None else int(value)


def _padding(value):
    """Return a padding as JSON knows it; what both axes share is said once."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple | list) and isinstance(value[0], tuple | list):
        rows, cols = (_plain(part) for part in value)
        return rows if rows == cols else [_pair(rows), _pair(cols)]
    return _plain(value)


def _pair(value):
    """Return (before, after) of one axis as a list."""
    return value if isinstance(value, list) else [value, value]
