"""Answers to chapter 7's exercises, as readers write them, right and wrong."""

import pytest

from cnn_helpers.checks import check

# ------------------------------------------------------------ right answers


def unseen_by_sets(size, kernel_size, stride):
    seen = set()
    start = 0
    while start + kernel_size <= size:
        seen |= set(range(start, start + kernel_size))
        start += stride
    return size - len(seen)


def unseen_by_formula(size, kernel_size, stride):
    steps, rest = divmod(size - kernel_size, stride)
    return rest + steps * max(stride - kernel_size, 0)


def zeros_by_trying(size, kernel_size, stride):
    wanted = (size + stride - 1) // stride
    zeros = 0
    while (size + zeros - kernel_size) // stride + 1 < wanted:
        zeros += 1
    return zeros // 2, (zeros + 1) // 2


def layers_by_recursion(size, kernel_size, stride):
    if size < kernel_size:
        return 0
    return 1 + layers_by_recursion(
        (size - kernel_size) // stride + 1, kernel_size, stride
    )


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("unseen_pixels", unseen_by_sets),
        ("unseen_pixels", unseen_by_formula),
        ("same_zeros", zeros_by_trying),
        ("layers_that_fit", layers_by_recursion),
    ],
)
def test_right_answer_passes(name, answer, capsys):
    assert check(name, answer) is True
    assert "right" in capsys.readouterr().out


# ------------------------------------------------------------ wrong answers


def remainder(size, kernel_size, stride):
    return (size - kernel_size) % stride


def range_one_short(size, kernel_size, stride):
    seen = set()
    for start in range(0, size - kernel_size, stride):
        seen |= set(range(start, start + kernel_size))
    return size - len(seen)


def windows_over_the_end(size, kernel_size, stride):
    seen = set()
    for start in range(0, size, stride):
        seen |= set(range(start, start + kernel_size))
    return len(set(range(size)) - seen)


def seen_not_unseen(size, kernel_size, stride):
    return size - unseen_by_sets(size, kernel_size, stride)


def windows_counted_apart(size, kernel_size, stride):
    return size - ((size - kernel_size) // stride + 1) * kernel_size


def odd_one_before(size, kernel_size, stride):
    before, after = zeros_by_trying(size, kernel_size, stride)
    return after, before


def zeros_of_stride_one(size, kernel_size, stride):
    return (kernel_size - 1) // 2, kernel_size // 2


def half_the_kernel(size, kernel_size, stride):
    zeros = sum(zeros_by_trying(size, kernel_size, stride))
    return zeros // 2, zeros // 2


def zeros_in_all(size, kernel_size, stride):
    return sum(zeros_by_trying(size, kernel_size, stride))


def zeros_below_nothing(size, kernel_size, stride):
    zeros = ((size + stride - 1) // stride - 1) * stride + kernel_size - size
    return zeros // 2, zeros - zeros // 2


def zeros_for_the_full_size(size, kernel_size, stride):
    zeros = (size - 1) * stride + kernel_size - size
    return zeros // 2, zeros - zeros // 2


def all_after(size, kernel_size, stride):
    count = -(-size // stride)
    return 0, max((count - 1) * stride + kernel_size - size, 0)


def half_zeros(size, kernel_size, stride):
    zeros = sum(all_after(size, kernel_size, stride))
    return zeros / 2, zeros / 2


def places_taken_off(size, kernel_size, stride):
    return size - ((size - kernel_size) // stride + 1)


def what_is_left(size, kernel_size, stride):
    while size >= kernel_size:
        size = (size - kernel_size) // stride + 1
    return size


def layers_without_stride(size, kernel_size, stride):
    return (size - 1) // (kernel_size - 1)


def sizes_counted(size, kernel_size, stride):
    sizes = [size]
    while sizes[-1] >= kernel_size:
        sizes.append((sizes[-1] - kernel_size) // stride + 1)
    return len(sizes)


def stopped_early(size, kernel_size, stride):
    layers = 0
    while size > kernel_size:
        size = (size - kernel_size) // stride + 1
        layers += 1
    return layers


def plus_one_forgotten(size, kernel_size, stride):
    layers = 0
    while size >= kernel_size:
        size = (size - kernel_size) // stride
        layers += 1
    return layers


def divided(size, kernel_size, stride):
    return size // kernel_size


def first_map(size, kernel_size, stride):
    return max((size - kernel_size) // stride + 1, 0)


@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [
        ("unseen_pixels", remainder, "leaves gaps between the windows"),
        ("unseen_pixels", range_one_short, "Your last window is missing"),
        ("unseen_pixels", windows_over_the_end, "hangs over the end"),
        ("unseen_pixels", seen_not_unseen, "You count the pixels that are seen"),
        ("unseen_pixels", windows_counted_apart, "windows that overlap"),
        ("unseen_pixels", places_taken_off, "You take one pixel a window"),
        ("same_zeros", all_after, "You put all zeros after the image"),
        ("same_zeros", half_zeros, "Zeros come whole"),
        ("same_zeros", odd_one_before, "The odd zero goes after"),
        ("same_zeros", zeros_of_stride_one, "You left out the stride"),
        ("same_zeros", half_the_kernel, "one is missing"),
        ("same_zeros", zeros_in_all, "You returned the zeros in all"),
        ("same_zeros", zeros_below_nothing, "is never negative"),
        ("same_zeros", zeros_for_the_full_size, "You keep the size"),
        ("layers_that_fit", layers_without_stride, "You left out the stride"),
        ("layers_that_fit", sizes_counted, "You count one layer too many"),
        ("layers_that_fit", what_is_left, "You returned the size that is left"),
        ("layers_that_fit", stopped_early, "You stop too early"),
        ("layers_that_fit", plus_one_forgotten, "takes a pixel too many"),
        ("layers_that_fit", divided, "You divided the size by the kernel"),
        ("layers_that_fit", first_map, "how many places one layer has"),
    ],
)
def test_wrong_answer_is_told_its_mistake(name, answer, sentence, capsys):
    assert check(name, answer) is False
    assert sentence in " ".join(capsys.readouterr().out.split())
