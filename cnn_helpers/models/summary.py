"""The table that `model.summary()` prints, laid out as Keras lays it out."""

import textwrap

WIDTHS = (31, 22, 13)  # of the columns, without the blank on either side


def summary_text(model):
    """Return a table of the layers, their output shapes and their counts.

    Parameters
    ----------
    model : Sequential
        Built or not; what is not known yet is shown as "?".

    Returns
    -------
    str

    Examples
    --------
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((4,)), layers.Dense(2)])
    >>> print(summary_text(model).splitlines()[-3])
     Total params: 10 (40.00 B)
    """
    rows, shape = [], model.input_shape if model.built else None
    for layer in model.layers:
        shape = layer.compute_output_shape(shape) if model.built else None
        rows.append(_row(layer, shape, model.built))
    trainable = sum(weight.size for weight in model.trainable_weights)
    fixed = sum(weight.size for weight in model.non_trainable_weights)
    size = model.layers[0].dtype if model.layers else "float32"
    bytes_each = 8 if size == "float64" else 4
    lines = [f'Model: "{model.name}"', _rule("┏━┳┓")]
    lines += _cells(["Layer (type)", "Output Shape", "Param #"], "┃")
    lines.append(_rule("┡━╇┩"))
    for index, row in enumerate(rows):
        if index:
            lines.append(_rule("├─┼┤"))
        lines += _cells(row, "│")
    lines.append(_rule("└─┴┘"))
    counts = {"Total": trainable + fixed, "Trainable": trainable,
              "Non-trainable": fixed}  # fmt: skip
    for kind, count in counts.items():
        lines.append(f" {kind} params: {count:,} ({_memory(count * bytes_each)})")
    return "\n".join(lines)


def _row(layer, shape, built):
    kind = f"{layer.name} ({type(layer).__name__})"
    count = f"{layer.count_params():,}" if built else "0"
    if not built and layer.parameter_names:
        count += " (unbuilt)"
    return [kind, "?" if shape is None else str(tuple(shape)), count]


def _rule(corners):
    left, line, middle, right = corners
    return left + middle.join(line * (width + 2) for width in WIDTHS) + right


def _cells(texts, bar):
    """Return the lines of one row; a text too long for its column is wrapped."""
    wrapped = [
        textwrap.wrap(text, width, break_on_hyphens=False)
        for text, width in zip(texts, WIDTHS, strict=True)
    ]
    height = max(len(lines) for lines in wrapped)
    columns = [lines + [""] * (height - len(lines)) for lines in wrapped]
    first, second, third = WIDTHS
    return [
        f"{bar} {name:<{first}} {bar} {shape:<{second}} {bar} {count:>{third}} {bar}"
        for name, shape, count in zip(*columns, strict=True)
    ]


def _memory(count):
    """Return a number of bytes in words: 40720 is 39.77 KB."""
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024 or unit == "GB":
            return f"{count:.2f} {unit}"
        count /= 1024
    return ""
