"""Answers to chapter 11's exercises, as readers write them, right and wrong."""

import pytest

from cnn_helpers.checks import check

# ------------------------------------------------------------ right answers


def pixels_by_sets(stages, unit):
    seen = {unit}
    for kernel_size, stride, padding in stages[::-1]:
        seen = {u * stride - padding + k for u in seen for k in range(kernel_size)}
    return min(seen), max(seen)


def pixels_by_formula(stages, unit):
    field, jump, start = 1, 1, 0
    for kernel_size, stride, padding in stages:
        field, start = field + (kernel_size - 1) * jump, start - padding * jump
        jump *= stride
    return start + unit * jump, start + unit * jump + field - 1


def field_by_going_back(stages):
    field = jump = 1
    for kernel_size, stride in stages[::-1]:
        field = (field - 1) * stride + kernel_size
        jump *= stride
    return field, jump


def layers_by_formula(pixels, kernel_size, stride):
    layers = 0
    while 1 + (kernel_size - 1) * sum(stride**n for n in range(layers)) < pixels:
        layers += 1
    return layers


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("pixels_of_unit", pixels_by_sets),
        ("pixels_of_unit", pixels_by_formula),
        ("field_and_jump", field_by_going_back),
        ("layers_to_see", layers_by_formula),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def not_reversed(stages, unit):
    first = last = unit
    for kernel_size, stride, padding in stages:
        first = first * stride - padding
        last = last * stride - padding + kernel_size - 1
    return first, last


def whole_kernel_added(stages, unit):
    first = last = unit
    for kernel_size, stride, padding in stages[::-1]:
        first = first * stride - padding
        last = last * stride - padding + kernel_size
    return first, last


def without_padding(stages, unit):
    return pixels_by_sets([(k, s, 0) for k, s, _ in stages], unit)


def padding_added(stages, unit):
    return pixels_by_sets([(k, s, -p) for k, s, p in stages], unit)


def padding_at_the_end(stages, unit):
    first, last = without_padding(stages, unit)
    zeros = sum(p for _, _, p in stages)
    return first - zeros, last - zeros


def without_stride(stages, unit):
    return pixels_by_sets([(k, 1, p) for k, _, p in stages], unit)


def one_end_only(stages, unit):
    first = last = unit
    for kernel_size, stride, padding in stages[::-1]:
        first = first * stride - padding
        last = first + kernel_size - 1
    return first, last


def cut_at_the_border(stages, unit):
    first, last = pixels_by_sets(stages, unit)
    return max(first, 0), max(last, 0)


def as_a_range(stages, unit):
    first, last = pixels_by_sets(stages, unit)
    return first, last + 1


def swapped(stages, unit):
    return pixels_by_sets(stages, unit)[::-1]


def padding_first(stages, unit):
    first = last = unit
    for kernel_size, stride, padding in stages[::-1]:
        first = (first - padding) * stride
        last = (last - padding) * stride + kernel_size - 1
    return first, last


def padded_on_the_left(stages, unit):
    first = last = unit
    for kernel_size, stride, padding in stages[::-1]:
        first = first * stride - padding
        last = last * stride + kernel_size - 1
    return first, last


def widened_by_padding(stages, unit):
    first = last = unit
    for kernel_size, stride, padding in stages[::-1]:
        first = first * stride - padding
        last = last * stride + padding + kernel_size - 1
    return first, last


def kernels_added(stages):
    return 1 + sum(k - 1 for k, _ in stages), field_by_going_back(stages)[1]


def stride_first(stages):
    field = jump = 1
    for kernel_size, stride in stages:
        jump *= stride
        field += (kernel_size - 1) * jump
    return field, jump


def kernel_not_less_one(stages):
    field = jump = 1
    for kernel_size, stride in stages:
        field += kernel_size * jump
        jump *= stride
    return field, jump


def kernels_multiplied(stages):
    field = jump = 1
    for kernel_size, stride in stages:
        field *= kernel_size
        jump *= stride
    return field, jump


def own_stride(stages):
    field = 1 + sum((k - 1) * s for k, s in stages)
    return field, field_by_going_back(stages)[1]


def strides_added(stages):
    field = jump = 1
    for kernel_size, stride in stages:
        field += (kernel_size - 1) * jump
        jump += stride - 1
    return field, jump


def returned_in_the_loop(stages):
    field = jump = 1
    for kernel_size, stride in stages:
        field += (kernel_size - 1) * jump
        jump *= stride
        return field, jump
    return field, jump


def field_multiplied(stages):
    field = jump = 1
    for kernel_size, stride in stages:
        field = field * stride + (kernel_size - 1)
        jump *= stride
    return field, jump


def whole_kernels_from_nothing(stages):
    field, jump = 0, 1
    for kernel_size, stride in stages:
        field += kernel_size * jump
        jump *= stride
    return field, jump


def from_nothing(stages):
    field, jump = field_by_going_back(stages)
    return field - 1, jump


def jump_then_field(stages):
    return field_by_going_back(stages)[::-1]


def stride_forgotten(pixels, kernel_size, stride):
    return -(-(pixels - 1) // (kernel_size - 1))


def rounded_down(pixels, kernel_size, stride):
    return (pixels - 1) // (kernel_size - 1)


def more_than_enough(pixels, kernel_size, stride):
    layers, field, jump = 0, 1, 1
    while field <= pixels:
        field += (kernel_size - 1) * jump
        jump *= stride
        layers += 1
    return layers


def counted_from_one(pixels, kernel_size, stride):
    return layers_by_formula(pixels, kernel_size, stride) + 1


def stride_too_early(pixels, kernel_size, stride):
    layers, field, jump = 0, 1, 1
    while field < pixels:
        jump *= stride
        field += (kernel_size - 1) * jump
        layers += 1
    return layers


def whole_kernels(pixels, kernel_size, stride):
    layers, field, jump = 0, 1, 1
    while field < pixels:
        field += kernel_size * jump
        jump *= stride
        layers += 1
    return layers


def steps_of_one_stride(pixels, kernel_size, stride):
    layers, field = 0, 1
    while field < pixels:
        field += (kernel_size - 1) * stride
        layers += 1
    return layers


def side_by_side(pixels, kernel_size, stride):
    return -(-pixels // kernel_size)


def multiplied(pixels, kernel_size, stride):
    layers = 0
    while kernel_size**layers < pixels:
        layers += 1
    return layers


@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [
        ("pixels_of_unit", not_reversed, "from the last layer to the first"),
        ("pixels_of_unit", whole_kernel_added, "ends at b + k - 1"),
        ("pixels_of_unit", without_padding, "You left out the padding"),
        ("pixels_of_unit", padding_added, "it is taken off, not added"),
        ("pixels_of_unit", padding_at_the_end, "is counted in its units"),
        ("pixels_of_unit", padding_first, "before the stride multiplies"),
        ("pixels_of_unit", padded_on_the_left, "moves the first end alone"),
        ("pixels_of_unit", widened_by_padding, "Your padding widens the field"),
        ("pixels_of_unit", without_stride, "You left out the stride"),
        ("pixels_of_unit", one_end_only, "the window of the last unit that counts"),
        ("pixels_of_unit", cut_at_the_border, "You cut at the border"),
        ("pixels_of_unit", as_a_range, "as in a range"),
        ("pixels_of_unit", swapped, "The first pixel comes first"),
        ("field_and_jump", kernels_added, "You left the jump out of the field"),
        ("field_and_jump", stride_first, "the field grows by the jump before it"),
        ("field_and_jump", kernel_not_less_one, "has k - 1 steps"),
        ("field_and_jump", kernels_multiplied, "as if windows did not overlap"),
        ("field_and_jump", own_stride, "You use the layer's own stride"),
        ("field_and_jump", strides_added, "Jumps multiply"),
        ("field_and_jump", returned_in_the_loop, "inside the loop"),
        ("field_and_jump", field_multiplied, "that is the way backwards"),
        ("field_and_jump", whole_kernels_from_nothing, "Your field begins at 0"),
        ("field_and_jump", from_nothing, "Your field is one too small"),
        ("field_and_jump", jump_then_field, "The field comes first"),
        ("layers_to_see", stride_forgotten, "You left out the stride"),
        ("layers_to_see", rounded_down, "You rounded"),
        ("layers_to_see", more_than_enough, "where the field fits exactly"),
        ("layers_to_see", counted_from_one, "You count one layer too many"),
        ("layers_to_see", stride_too_early, "You multiply the jump too early"),
        ("layers_to_see", whole_kernels, "adds a pixel too many"),
        ("layers_to_see", steps_of_one_stride, "all one stride long"),
        ("layers_to_see", side_by_side, "You divided the pixels by the kernel"),
        ("layers_to_see", multiplied, "You multiply the kernels"),
    ],
)
def test_wrong_answer_is_told_its_mistake(name, answer, sentence, capsys):
    assert check(name, answer) is False
    assert sentence.lower() in " ".join(capsys.readouterr().out.split()).lower()
