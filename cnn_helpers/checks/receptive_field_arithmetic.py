"""Checks of chapter 11's exercises: a unit's pixels, field and jump, depth."""

import math

from cnn_helpers.checks.parts import Check, case, wrong

# ------------------------------------------------- from a unit to its pixels


def pixels_of_unit(stages, unit):
    """Return (first, last), both inclusive."""
    return _walk(stages, unit)


def _walk(stages, unit, *, reach=-1, sign=-1, step=None):
    """Walk down; the settings are those of the right answer, or of a mistake."""
    first = last = unit
    for kernel_size, stride, padding in reversed(stages):
        stride = stride if step is None else step
        first = first * stride + sign * padding
        last = last * stride + sign * padding + kernel_size + reach
    return first, last


def _from_the_first_layer(stages, unit):
    return pixels_of_unit(list(stages)[::-1], unit)


def _last_without_stride(stages, unit):
    first, _last = pixels_of_unit(stages, unit)
    field = 1 + sum(kernel_size - 1 for kernel_size, _, _ in stages)
    return first, first + field - 1


def _padding_once(stages, unit):
    """Take the padding off at the end, in pixels."""
    first, last = _walk(stages, unit, sign=0)
    zeros = sum(padding for _, _, padding in stages)
    return first - zeros, last - zeros


def _last_through_first(stages, unit):
    """Compute `last` from the new `first`."""
    first = last = unit
    for kernel_size, stride, padding in reversed(stages):
        first = first * stride - padding
        last = first + kernel_size - 1
    return first, last


def _padding_before_stride(stages, unit):
    """Take the padding off before the stride multiplies."""
    first = last = unit
    for kernel_size, stride, padding in reversed(stages):
        first = (first - padding) * stride
        last = (last - padding) * stride + kernel_size - 1
    return first, last


def _padding_at_both_ends(stages, unit, sign=1):
    """Let the padding move the first end only, or widen the field."""
    first = last = unit
    for kernel_size, stride, padding in reversed(stages):
        first = first * stride - padding
        last = last * stride + sign * padding + kernel_size - 1
    return first, last


def _without_last_layer(stages, unit):
    return pixels_of_unit(list(stages)[:-1], unit)


def _beginnings(stages, unit):
    """Forget how far the window of the last unit reaches."""
    first, _ = pixels_of_unit(stages, unit)
    return first, first


def _clipped(stages, unit):
    return tuple(max(end, 0) for end in pixels_of_unit(stages, unit))


def _end_after_last(stages, unit):
    first, last = pixels_of_unit(stages, unit)
    return first, last + 1


def _width(stages, unit):
    first, last = pixels_of_unit(stages, unit)
    return last - first + 1


PIXELS_OF_UNIT = Check(
    name="pixels_of_unit",
    reference=pixels_of_unit,
    cases=(
        case([(3, 1, 0)], 4),
        case([(2, 1, 0), (2, 2, 0), (2, 1, 0)], 1),
        case([(5, 1, 2), (2, 2, 0), (5, 1, 2), (2, 2, 0)], 3),
        case([(5, 1, 2), (2, 2, 0), (5, 1, 2), (2, 2, 0)], 0),
        case([(7, 2, 3), (3, 2, 1), (1, 1, 0), (3, 3, 1)], 2),
        case([(3, 2, 0), (4, 1, 1)], 0),
        case([(1, 4, 0), (1, 2, 0)], 5),
    ),
    mistakes=(
        wrong(
            _from_the_first_layer,
            "you walk through the layers from the first to the last; from a unit to "
            "its pixels the way goes from the last layer to the first",
        ),
        wrong(
            lambda stages, unit: _walk(stages, unit, reach=0),
            "your field is too wide at its end: a window of k units that begins at b "
            "ends at b + k - 1",
        ),
        wrong(
            _end_after_last,
            "your last pixel is one too far, as in a range: it should be seen itself",
        ),
        wrong(
            lambda stages, unit: _walk(stages, unit, sign=0),
            "you left out the padding: the window of unit 0 begins that many places "
            "before the map below",
        ),
        wrong(
            lambda stages, unit: _walk(stages, unit, sign=1),
            "padding moves the field to the left: it is taken off, not added",
        ),
        wrong(
            _padding_once,
            "padding deep in the stack is counted in its units: take it off at its "
            "own layer, before the strides below multiply it",
        ),
        wrong(
            _padding_before_stride,
            "you take the padding off before the stride multiplies: the window of unit "
            "u begins at u times the stride, and p before that",
        ),
        wrong(
            _padding_at_both_ends,
            "your padding widens the field: it moves both ends to the left",
        ),
        wrong(
            lambda stages, unit: _padding_at_both_ends(stages, unit, sign=0),
            "your padding moves the first end alone: the last end moves with it",
        ),
        wrong(
            _without_last_layer,
            "the last layer is missing: `unit` is one of its units, so its window "
            "counts, too",
        ),
        wrong(
            _beginnings,
            "your last pixel is where the last window begins: it ends kernel_size - 1 "
            "places later",
        ),
        wrong(
            lambda stages, unit: _walk(stages, unit, step=1),
            "you left out the stride: the window of unit u begins at u times it",
        ),
        wrong(
            _last_without_stride,
            "your field has the width of a stack without strides: the last pixel is "
            "multiplied by the stride as well",
        ),
        wrong(
            _last_through_first,
            "you compute the last end from the new first end, so that only one window "
            "is left: it is the window of the last unit that counts",
        ),
        wrong(
            _clipped,
            "you cut at the border of the image: a number below 0 lies in the "
            "padding, and stays as it is",
        ),
        wrong(_width, "you returned the width; asked are the first and last pixel"),
        wrong(
            lambda stages, unit: pixels_of_unit(stages, unit)[::-1],
            "the first pixel comes first in the pair, the last one second",
        ),
        wrong(
            lambda stages, unit: pixels_of_unit(stages, 0),
            "you left out the unit: yours are the pixels of unit 0",
        ),
    ),
)


# ---------------------------------------------------------- field and jump


def field_and_jump(stages):
    """Return (field, jump), in pixels."""
    field, jump = 1, 1
    for kernel_size, stride in stages:
        field += (kernel_size - 1) * jump
        jump *= stride
    return field, jump


def _grown(stages, grow, field=1):
    """Return the pair with the field grown by another rule."""
    jump = 1
    for kernel_size, stride in stages:
        field = grow(field, jump, kernel_size, stride)
        jump *= stride
    return field, jump


def _jumps_added(stages):
    field, jump = 1, 1
    for kernel_size, stride in stages:
        field += (kernel_size - 1) * jump
        jump += stride - 1
    return field, jump


def _last_stride(stages):
    field, jump = 1, 1
    for kernel_size, stride in stages:
        field += (kernel_size - 1) * jump
        jump = stride
    return field, jump


def _started_at_zero(stages):
    field, jump = field_and_jump(stages)
    return field - 1, jump


def _strides_summed(stages):
    field, jump = 1, 1
    for kernel_size, stride in stages:
        field += (kernel_size - 1) * jump
        jump += stride
    return field, jump


def _field_times_stride(stages):
    field, jump = 1, 1
    for kernel_size, stride in stages:
        field = field * stride + kernel_size - 1
        jump *= stride
    return field, jump


def _jump_before(stages):
    return field_and_jump(stages)[0], field_and_jump(stages[:-1])[1]


def _first_layer_only(stages):
    return field_and_jump(stages[:1])


def _reversed(stages):
    return field_and_jump(list(stages)[::-1])


FIELD_AND_JUMP = Check(
    name="field_and_jump",
    reference=field_and_jump,
    cases=(
        case([(3, 1), (3, 1)]),
        case([]),
        case([(2, 1), (2, 2), (2, 1)]),
        case([(5, 1), (2, 2), (5, 1), (2, 2)]),
        case([(11, 4), (3, 2), (5, 1), (3, 2)]),
        case([(1, 3), (4, 1), (1, 2), (2, 3)]),
    ),
    mistakes=(
        wrong(
            lambda stages: _grown(stages, lambda r, j, k, s: r + k - 1),
            "you left the jump out of the field: a window deep in the stack steps over "
            "several pixels at once",
        ),
        wrong(
            lambda stages: _grown(stages, lambda r, j, k, s: r + (k - 1) * j * s),
            "you multiply the jump by the layer's stride too early: the field grows by "
            "the jump before it",
        ),
        wrong(
            lambda stages: _grown(stages, lambda r, j, k, s: r + k * j),
            "a window of k units has k - 1 steps from its first to its last, not k",
        ),
        wrong(
            _field_times_stride,
            "you multiply the field by the stride: that is the way backwards. Forwards "
            "the field grows by (kernel_size - 1) jumps",
        ),
        wrong(
            lambda stages: _grown(stages, lambda r, j, k, s: r + k * j, field=0),
            "your field begins at 0 and grows by whole kernels: it begins at 1 and "
            "grows by (kernel_size - 1) jumps",
        ),
        wrong(
            _jump_before,
            "your jump lacks the stride of the last layer",
        ),
        wrong(
            _first_layer_only,
            "you stop after the first layer: is the `return` inside the loop?",
        ),
        wrong(
            lambda stages: _grown(stages, lambda r, j, k, s: r * k),
            "you multiply the fields, as if windows did not overlap: the field grows "
            "by a sum",
        ),
        wrong(
            lambda stages: _grown(stages, lambda r, j, k, s: r + (k - 1) * s),
            "you use the layer's own stride in place of the jump of the map below",
        ),
        wrong(
            _jumps_added,
            "jumps multiply: two strides of 2 make a jump of 4 pixels, not of 3",
        ),
        wrong(
            _strides_summed,
            "you add the strides up; the jump is their product",
        ),
        wrong(
            _last_stride,
            "your jump is the stride of the last layer alone; the strides before it "
            "count, too",
        ),
        wrong(
            _started_at_zero,
            "your field is one too small: a pixel sees itself, so it begins at 1",
        ),
        wrong(
            _reversed,
            "you walk from the last layer to the first: going forwards, begin with "
            "the pixels",
        ),
        wrong(
            lambda stages: field_and_jump(stages)[::-1],
            "the field comes first in the pair, the jump second",
        ),
        wrong(
            lambda stages: field_and_jump(stages)[0],
            "you returned the field alone; asked is the pair (field, jump)",
        ),
        wrong(
            lambda stages: (field_and_jump(stages)[0] ** 2, field_and_jump(stages)[1]),
            "you squared the field: asked is its side",
        ),
    ),
)


# ------------------------------------------------------- how deep must it be


def layers_to_see(pixels, kernel_size, stride):
    """Return how many equal layers it takes to see that many pixels."""
    return _count(pixels, kernel_size, stride)


def _count(pixels, kernel_size, stride, *, jump=1, steps=-1, enough=0):
    """Count layers; the settings are those of the right answer, or of a mistake."""
    field, layers = 1, 0
    while field < pixels + enough:
        field += (kernel_size + steps) * jump
        jump *= stride
        layers += 1
    return layers


def _by_division(pixels, kernel_size, stride):
    return (pixels - 1) // (kernel_size - 1)


def _by_powers(pixels, kernel_size, stride):
    layers = 0
    while kernel_size**layers < pixels:
        layers += 1
    return layers


def _by_logarithm(pixels, kernel_size, stride):
    """Solve for the depth; the logarithm of a power may not come out whole."""
    steps = (pixels - 1) / (kernel_size - 1)
    if stride == 1:
        return math.ceil(steps)
    return math.ceil(math.log(steps * (stride - 1) + 1, stride))


def _by_jump(pixels, kernel_size, stride):
    """Ask the jump, not the field, to be large enough."""
    layers = jump = 1
    while jump < pixels and stride > 1:
        jump *= stride
        layers += 1
    return layers


def _own_stride(pixels, kernel_size, stride):
    field, layers = 1, 0
    while field < pixels:
        field += (kernel_size - 1) * stride
        layers += 1
    return layers


def _kernels_side_by_side(pixels, kernel_size, stride):
    return -(-pixels // kernel_size)


def _field_returned(pixels, kernel_size, stride):
    field = jump = 1
    while field < pixels:
        field += (kernel_size - 1) * jump
        jump *= stride
    return field


def _added_strides(pixels, kernel_size, stride):
    field, jump, layers = 1, 1, 0
    while field < pixels:
        field += (kernel_size - 1) * jump
        jump += stride - 1
        layers += 1
    return layers


LAYERS_TO_SEE = Check(
    name="layers_to_see",
    reference=layers_to_see,
    cases=(
        case(5, 3, 1),
        case(28, 3, 1),
        case(28, 5, 2),
        case(1, 3, 1),
        case(212, 3, 1),
        case(212, 3, 2),
        case(224, 2, 2),
        case(27, 3, 3),
        case(28, 3, 3),
        case(100, 7, 4),
        case(64, 2, 2),
        case(65, 2, 2),
        case(125, 5, 5),
    ),
    mistakes=(
        wrong(
            lambda *setting: _count(setting[0], setting[1], 1),
            "you left out the stride: with it each layer's steps are longer than "
            "those of the layer before",
        ),
        wrong(
            lambda *setting: layers_to_see(*setting) + 1,
            "you count one layer too many: stop as soon as the field is wide enough",
        ),
        wrong(
            lambda *setting: max(layers_to_see(*setting) - 1, 0),
            "you count one layer too few: the layer that makes the field wide enough "
            "counts",
        ),
        wrong(
            lambda *setting: _count(*setting, enough=1),
            "where the field fits exactly yours goes on: `pixels` are enough (and a "
            "pixel sees itself, so that the field begins at 1)",
        ),
        wrong(
            lambda *setting: _count(*setting, steps=0),
            "each layer of yours adds a pixel too many: a window of k units adds "
            "k - 1 jumps",
        ),
        wrong(
            lambda *setting: _count(*setting, jump=setting[2]),
            "you multiply the jump too early: the first layer's window steps over "
            "single pixels",
        ),
        wrong(
            _by_division,
            "you rounded (pixels - 1) / (kernel_size - 1) down, and left out the "
            "stride: add layers one by one",
        ),
        wrong(
            _by_powers,
            "you multiply the kernels, as if windows did not overlap: each layer adds "
            "(kernel_size - 1) jumps",
        ),
        wrong(
            _own_stride,
            "the steps of yours are all one stride long: the jump is multiplied by the "
            "stride at every layer",
        ),
        wrong(
            _kernels_side_by_side,
            "you divided the pixels by the kernel, as if windows did not overlap: "
            "each layer adds (kernel_size - 1) jumps",
        ),
        wrong(
            _field_returned,
            "you returned the field; asked is how many layers it takes",
        ),
        wrong(
            _by_logarithm,
            "your logarithm is right on paper, but a rounding error makes it one layer "
            "too many where the field fits exactly: count with whole numbers",
        ),
        wrong(
            _by_jump,
            "you ask the jump to be large enough; asked is the field",
        ),
        wrong(
            _added_strides,
            "jumps multiply from layer to layer; yours are added",
        ),
    ),
)

CHECKS = (PIXELS_OF_UNIT, FIELD_AND_JUMP, LAYERS_TO_SEE)
