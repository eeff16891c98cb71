"""Checks of chapter 16's exercises: windows in rows, views, four products, bytes."""

import math
import operator

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from cnn_helpers.checks.parts import Check, case, wrong

RNG = np.random.default_rng(16)

# ------------------------------------------------------- windows in the rows


def windows_in_rows(images, size, stride):
    """Return every window of every image as a row, in the kernel's order."""
    return _in_rows(images, size, stride, (0, 1, 2, 4, 5, 3))


def _in_rows(images, size, stride, order, rows=3):
    """Lay out the axes (image, row, col, channel, window's row, col) in an order."""
    return _by_places(images, size, (stride, stride), order, rows)


def _by_places(images, size, strides, order=(0, 1, 2, 4, 5, 3), rows=3):
    """Let the two strides differ."""
    view = sliding_window_view(images, size, axis=(1, 2))
    view = view[:, :: strides[0], :: strides[1]].transpose(order)
    return view.reshape(math.prod(view.shape[:rows]), -1)


def _padded_windows(images, size, stride):
    borders = [(0, 0), *((k // 2, (k - 1) // 2) for k in size), (0, 0)]
    return windows_in_rows(np.pad(images, borders), size, stride)


def _tiles_only(images, size, stride):
    tiles = sliding_window_view(images, size, axis=(1, 2))
    tiles = tiles[:, :: size[0], :: size[1]].transpose(0, 1, 2, 4, 5, 3)
    return tiles.reshape(math.prod(tiles.shape[:3]), -1)


def _last_windows_missing(images, size, stride):
    return windows_in_rows(images[:, :-stride, :-stride], size, stride)


def _numbers(*shape):
    """Return an array of whole numbers, no two of them equal."""
    return RNG.permutation(math.prod(shape)).reshape(shape).astype(float)


WINDOWS_IN_ROWS = Check(
    name="windows_in_rows",
    reference=windows_in_rows,
    cases=(
        case(np.arange(12.0).reshape(1, 3, 4, 1), (2, 2), 1),
        case(_numbers(1, 3, 3, 2), (2, 2), 1),
        case(_numbers(1, 4, 5, 3), (2, 3), 1),
        case(_numbers(2, 5, 4, 1), (3, 2), 1),
        case(_numbers(2, 6, 7, 2), (2, 3), 2),
        case(_numbers(3, 5, 8, 2), (1, 4), 3),
        case(_numbers(2, 7, 7, 2), (3, 3), 2),
    ),
    mistakes=(
        wrong(
            lambda images, size, stride: _in_rows(
                images, size, stride, (0, 1, 2, 3, 4, 5)
            ),
            "within a row your channel comes first; the kernels lie in memory as "
            "(row, column, channel), and the row must follow them",
        ),
        wrong(
            lambda images, size, stride: _in_rows(
                images, size, stride, (0, 1, 2, 5, 4, 3)
            ),
            "within a row you go down the window's columns; the kernels go along its "
            "rows",
        ),
        wrong(
            lambda images, size, stride: windows_in_rows(images, size, stride).T,
            "your windows are the columns of the matrix; they belong in its rows",
        ),
        wrong(
            lambda images, size, stride: windows_in_rows(images, size, 1),
            "your windows stand at every place; they move by `stride`",
        ),
        wrong(
            lambda images, size, stride: _by_places(images, size, (stride, 1)),
            "your windows move by `stride` downwards, and by one to the right; the "
            "stride holds for both",
        ),
        wrong(
            lambda images, size, stride: _by_places(images, size, (1, stride)),
            "your windows move by `stride` to the right, and by one downwards; the "
            "stride holds for both",
        ),
        wrong(
            lambda images, size, stride: _in_rows(
                images, size, stride, (0, 2, 1, 4, 5, 3)
            ),
            "your windows come down the columns of the image; they come row by row",
        ),
        wrong(
            lambda images, size, stride: _in_rows(
                images, size, stride, (1, 2, 0, 4, 5, 3)
            ),
            "your windows go through the batch at each place; first come all windows "
            "of the first image",
        ),
        wrong(
            lambda images, size, stride: windows_in_rows(images[..., :1], size, stride),
            "you took the first channel alone: a window is as deep as the image",
        ),
        wrong(
            lambda images, size, stride: windows_in_rows(images[:1], size, stride),
            "you took the first image alone: the batch has more",
        ),
        wrong(
            lambda images, size, stride: _in_rows(
                images, size, stride, (0, 1, 2, 3, 4, 5), rows=4
            ),
            "each channel of a window has a row of its own; one row holds them all",
        ),
        wrong(
            lambda images, size, stride: windows_in_rows(images, size[::-1], stride),
            "the size is (rows, columns); you swapped them",
        ),
        wrong(
            _tiles_only,
            "your windows do not overlap: they move by `stride`, not by their size",
        ),
        wrong(
            _padded_windows,
            "your windows reach over the border; asked are those inside the image",
        ),
        wrong(
            _last_windows_missing,
            "the last row and column of windows are missing: the last begins at "
            "side - size",
        ),
    ),
)

# ------------------------------------------------------ windows without a copy


def dilated_windows(image, size, stride, dilation):
    """Return a view of all windows whose pixels lie `dilation` apart."""
    span = dilation * (size - 1) + 1
    view = sliding_window_view(image, (span, span))
    return view[::stride, ::stride, ::dilation, ::dilation]


class _EverySecond(np.ndarray):
    """Every second column of a wider array, and still that when it is copied."""

    @classmethod
    def of(cls, numbers):
        """Put the numbers into every second column of an array of other numbers."""
        wide = np.full((len(numbers), 2 * numbers.shape[1]), -1.0)
        wide[:, ::2] = numbers
        return wide[:, ::2].view(cls)

    def __deepcopy__(self, memo):
        """Copy the numbers, and keep the strides."""
        return self.of(self)


def _strides_of_the_shape(image, size, stride, dilation):
    """Step as if the image's numbers lay side by side."""
    span = dilation * (size - 1) + 1
    rows, cols = ((side - span) // stride + 1 for side in image.shape)
    right = image.itemsize
    down = right * image.shape[1]
    strides = stride * down, stride * right, dilation * down, dilation * right
    return as_strided(image, (rows, cols, size, size), strides, writeable=False)


def _span_by_size(image, size, stride, dilation):
    """Believe that the window covers size * dilation pixels."""
    view = sliding_window_view(image, (dilation * size, dilation * size))
    return view[::stride, ::stride, ::dilation, ::dilation]


def _steps_exchanged(image, size, stride, dilation):
    """Step by the dilation and spread by the stride, as far as that fits."""
    return dilated_windows(image, size, dilation, stride)


def _span_of_size(image, size, stride, dilation):
    """Count the places as if there were no gaps, with zeros beyond the image."""
    rows, cols = ((side - size) // stride + 1 for side in image.shape)
    beyond = (dilation - 1) * (size - 1)
    wide = np.pad(image, (0, beyond))
    return dilated_windows(wide, size, stride, dilation)[:rows, :cols]


def _judge_windows(result, image, size, stride, dilation):
    """Ask for the right numbers in memory that the windows share."""
    expected = dilated_windows(image, size, stride, dilation)
    if not isinstance(result, np.ndarray):
        return f"you returned {type(result).__name__}; asked is an array"
    if result.shape != expected.shape:
        return f"your result has shape {result.shape}; it should have {expected.shape}"
    if not np.array_equal(result, expected):
        place = tuple(int(at) for at in np.argwhere(result != expected)[0])
        return (
            f"the shape is right, the numbers are not: at {place} yours is "
            f"{result[place]:g}, it should be {expected[place]:g}"
        )
    # an axis of one item is never walked along: its stride means nothing
    steps = zip(result.shape, result.strides, expected.strides, strict=True)
    if any(items > 1 and ours != theirs for items, ours, theirs in steps):
        return (
            "the numbers are right, but they were copied: they do not lie where the "
            "image has them; take slices or strides, no new array"
        )
    return None


DILATED_WINDOWS = Check(
    name="dilated_windows",
    reference=dilated_windows,
    cases=(
        case(np.arange(20.0).reshape(4, 5), 2, 1, 1),
        case(_numbers(5, 6), 2, 1, 2),
        case(_numbers(7, 8), 3, 2, 1),
        case(_numbers(11, 9), 3, 2, 2),
        case(_numbers(14, 9), 2, 1, 3),
        case(_EverySecond.of(_numbers(9, 10)), 3, 2, 2),
    ),
    judge=_judge_windows,
    mistakes=(
        wrong(
            lambda image, size, stride, dilation: dilated_windows(
                image, size, stride, 1
            ),
            "you left out the dilation: the pixels of a window lie `dilation` apart",
        ),
        wrong(
            lambda image, size, stride, dilation: dilated_windows(
                image, size, 1, dilation
            ),
            "you left out the stride: your windows stand at every place",
        ),
        wrong(
            _steps_exchanged,
            "stride and dilation have changed places: the windows move by the stride, "
            "and inside one the pixels lie the dilation apart",
        ),
        wrong(
            _span_by_size,
            "a window of `size` pixels has size - 1 gaps: it spans "
            "dilation * (size - 1) + 1",
        ),
        wrong(
            _span_of_size,
            "your last windows hang over the border: with gaps a window spans more "
            "than `size` pixels",
        ),
        wrong(
            lambda image, size, stride, dilation: dilated_windows(
                image, size, stride, dilation
            ).transpose(2, 3, 0, 1),
            "the places come first, then the window: (rows, columns, size, size)",
        ),
        wrong(
            lambda image, size, stride, dilation: dilated_windows(
                image, size, stride, dilation
            ).transpose(0, 1, 3, 2),
            "rows and columns inside each window are swapped",
        ),
        wrong(
            lambda image, size, stride, dilation: dilated_windows(
                image, size, stride, dilation
            ).transpose(1, 0, 2, 3),
            "the rows and the columns of the places are swapped",
        ),
        wrong(
            lambda image, size, stride, dilation: dilated_windows(
                image, size, stride * dilation, dilation
            ),
            "your windows move by stride times dilation; they move by the stride",
        ),
        wrong(
            _strides_of_the_shape,
            "you computed the steps from the shape; an image that is itself a view "
            "has others: begin with `image.strides`",
        ),
    ),
)

# ------------------------------------------------------- four products for six


class Counted:
    """A number that counts how often it is multiplied by another of its kind.

    Products with plain numbers, sums and differences are free.

    Examples
    --------
    >>> log = []
    >>> x, y = Counted(3.0, log), Counted(2.0, log)
    >>> (x + y) * y / 2 - 1, len(log)
    (4, 1)
    """

    def __init__(self, value, log):
        self.value, self.log = value, log

    def _apply(self, operation, other, *, swap=False):
        mine, theirs = self.value, getattr(other, "value", other)
        if isinstance(theirs, np.ndarray):
            return NotImplemented  # NumPy then goes through its numbers
        pair = (theirs, mine) if swap else (mine, theirs)
        return Counted(operation(*pair), self.log)

    def __add__(self, other):
        """Add, free of charge."""
        return self._apply(operator.add, other)

    __radd__ = __add__

    def __sub__(self, other):
        """Subtract, free of charge."""
        return self._apply(operator.sub, other)

    def __rsub__(self, other):
        """Subtract from a plain number."""
        return self._apply(operator.sub, other, swap=True)

    def __neg__(self):
        """Change the sign."""
        return Counted(-self.value, self.log)

    def __mul__(self, other):
        """Multiply, and count it if the other number is counted too."""
        if isinstance(other, Counted):
            self.log.append(1)
        return self._apply(operator.mul, other)

    __rmul__ = __mul__

    def __truediv__(self, other):
        """Divide by a plain number."""
        if isinstance(other, Counted):
            raise TypeError("the check does not divide by a number of its own")
        return self._apply(operator.truediv, other)

    def __eq__(self, other):
        """Compare the values, up to rounding."""
        theirs = getattr(other, "value", other)
        return bool(np.isclose(self.value, theirs, rtol=1e-9, atol=1e-9))

    __hash__ = None

    def __float__(self):
        """Refuse: the count would be lost."""
        raise TypeError(
            "leave the numbers as they are; they count how often they are multiplied"
        )

    def __repr__(self):
        """Show the value."""
        return f"{self.value:g}"


def winograd_row(signal, kernel):
    """Slide three weights over a row, two outputs at a time, by four products."""
    g0, g1, g2 = kernel
    plus, minus = (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2
    outputs = []
    for start in range(0, len(signal) - 2, 2):
        d0, d1, d2, d3 = signal[start : start + 4]
        m1, m2 = (d0 - d2) * g0, (d1 + d2) * plus
        m3, m4 = (d2 - d1) * minus, (d1 - d3) * g2
        outputs += [m1 + m2 + m3, m2 - m3 - m4]
    return outputs


def _direct_row(signal, kernel):
    """Return the outputs by the definition."""
    return [
        sum(kernel[j] * signal[i + j] for j in range(3)) for i in range(len(signal) - 2)
    ]


def _row_variant(
    step=2,
    halves=2,
    signs=(1, 1, 1, -1, -1),
    fourth=(1, 3),
    alternating=(1, -1, 1),
):
    """Return a `winograd_row` with something altered."""

    def altered(signal, kernel):
        g0, g1, g2 = kernel
        a0, a1, a2 = alternating
        plus, minus = (g0 + g1 + g2) / halves, (g0 * a0 + g1 * a1 + g2 * a2) / halves
        outputs = []
        for start in range(0, len(signal) - 3, step):
            d = signal[start : start + 4]
            m1, m2 = (d[0] - d[2]) * g0, (d[1] + d[2]) * plus
            m3, m4 = (d[2] - d[1]) * minus, (d[fourth[0]] - d[fourth[1]]) * g2
            first = m1 * signs[0] + m2 * signs[1] + m3 * signs[2]
            outputs += [first, m2 + m3 * signs[3] + m4 * signs[4]]
        return outputs

    return altered


def _outputs_exchanged(signal, kernel):
    row = winograd_row(signal, kernel)
    return [row[i ^ 1] for i in range(len(row))]


def _judge_row(result, signal, kernel):
    """Ask for the right sums, and for two products an output."""
    values = [number.value for number in signal]
    expected = _direct_row(values, [number.value for number in kernel])
    if not isinstance(result, list | tuple | np.ndarray):
        return f"you returned {type(result).__name__}; asked is a list of the outputs"
    if len(result) != len(expected):
        return f"you returned {len(result)} outputs; there are {len(expected)} places"
    if not all(isinstance(number, Counted) for number in result):
        return (
            "return the sums as they come out of your products, without converting "
            "them: they remember how often they were multiplied"
        )
    for place, (ours, theirs) in enumerate(zip(expected, result, strict=True)):
        if theirs != ours:
            return f"output {place} is {theirs!r}; it should be {ours:g}"
    products = len(result[0].log)
    if products > 2 * len(expected):
        return (
            f"the {len(expected)} outputs are right, but you multiplied a number of "
            f"the row by one of the kernel {products} times; with four products for "
            f"two outputs it is {2 * len(expected)} times"
        )
    return None


def _row_case(signal, kernel):
    log = []
    counted = [
        [Counted(float(n), log) for n in numbers] for numbers in (signal, kernel)
    ]
    return case(*counted)


WINOGRAD_ROW = Check(
    name="winograd_row",
    reference=winograd_row,
    cases=(
        _row_case([3, 1, 4, 2], [2, 3, 8]),
        _row_case([1, 0, 0, 0], [5, 7, 11]),
        _row_case([1, 5, 2, 8, 3, 7], [1, -2, 6]),
        _row_case(RNG.integers(-9, 10, 12), [4, 3, -5]),
        _row_case(RNG.normal(size=9 + 1), RNG.normal(size=3)),
    ),
    judge=_judge_row,
    mistakes=(
        wrong(
            _row_variant(step=4),
            "your windows of four do not overlap: two outputs further is two numbers "
            "further",
        ),
        wrong(
            _row_variant(step=1),
            "your windows move by one: each already gives two outputs, so move by two",
        ),
        wrong(
            _row_variant(halves=1),
            "you forgot to halve: the second and third weight are half a sum",
        ),
        wrong(
            _row_variant(signs=(1, 1, 1, 1, -1)),
            "the third product is added to the first output and subtracted from the "
            "second",
        ),
        wrong(
            _row_variant(signs=(1, 1, -1, -1, -1)),
            "the third product has the wrong sign in the first output",
        ),
        wrong(
            _row_variant(signs=(1, 1, 1, -1, 1)),
            "the fourth product has the wrong sign: it is (d1 - d3) times g2, and "
            "subtracted",
        ),
        wrong(
            _row_variant(signs=(1, 1, -1, 1, -1)),
            "the third product takes d2 - d1, not d1 - d2",
        ),
        wrong(
            _row_variant(alternating=(1, 1, -1)),
            "the third product takes half of g0 - g1 + g2: the middle weight is "
            "subtracted, not the last",
        ),
        wrong(
            _row_variant(fourth=(0, 3)),
            "the fourth product takes d1 - d3",
        ),
        wrong(
            lambda signal, kernel: winograd_row(signal, kernel[::-1]),
            "your kernel is turned round: its first weight meets the first number",
        ),
        wrong(
            _outputs_exchanged,
            "the two outputs of each window have changed places",
        ),
        wrong(
            lambda signal, kernel: winograd_row(signal[:4], kernel),
            "you stopped after the first window: the row goes on",
        ),
    ),
)

# ------------------------------------------------------------ sums per byte


def arithmetic_intensity(images_shape, kernels_shape, copied):
    """Return operations per byte moved, for float32, stride 1, no padding."""
    return _intensity(images_shape, kernels_shape, copied)


def _intensity(
    images_shape,
    kernels_shape,
    copied,
    *,
    operations=2,
    itemsize=4,
    parts=(1, 1, 1),
    passes=2,
    full_size=False,
    depth=True,
    filters=True,
    square=False,
):
    count, height, width, c_in = images_shape
    rows, cols, _, c_out = kernels_shape
    if square:
        cols = rows
    places = (height - rows + 1) * (width - cols + 1)
    if full_size:
        places = height * width
    window = rows * cols * (c_in if depth else 1)
    moved = [
        math.prod(images_shape) * parts[0],
        rows * cols * c_in * c_out * parts[1],
        count * places * c_out * parts[2],
        passes * count * places * window * copied,
    ]
    sums = operations * count * places * window * (c_out if filters else 1)
    return sums / (itemsize * sum(moved))


def _altered(**changes):
    def intensity(images_shape, kernels_shape, copied):
        return _intensity(images_shape, kernels_shape, copied, **changes)

    return intensity


ARITHMETIC_INTENSITY = Check(
    name="arithmetic_intensity",
    reference=arithmetic_intensity,
    cases=(
        case((1, 3, 3, 1), (2, 2, 1, 1), False),
        case((1, 4, 6, 2), (3, 2, 2, 5), False),
        case((64, 32, 32, 1), (5, 5, 1, 32), False),
        case((64, 32, 32, 1), (5, 5, 1, 32), True),
        case((8, 58, 58, 64), (3, 3, 64, 64), False),
        case((8, 58, 58, 64), (3, 3, 64, 64), True),
        case((2, 9, 5, 3), (4, 2, 3, 7), True),
    ),
    mistakes=(
        wrong(
            _altered(operations=1),
            "yours is half of it: each multiplication comes with an addition, and a "
            "float32 has four bytes, not eight",
        ),
        wrong(
            _altered(itemsize=1),
            "you divided by numbers moved; a float32 has four bytes",
        ),
        wrong(_altered(parts=(1, 1, 0)), "the outputs are written: count them too"),
        wrong(_altered(parts=(1, 0, 1)), "the kernels are read: count them too"),
        wrong(_altered(parts=(0, 1, 1)), "the images are read: count them too"),
        wrong(
            _altered(passes=1),
            "windows that are copied are moved twice: written, then read",
        ),
        wrong(
            _altered(passes=0),
            "you left out the copy: if `copied`, all windows are written and read",
        ),
        wrong(
            _altered(full_size=True),
            "you counted a window at each pixel; without padding there are "
            "H - k + 1 places along a side",
        ),
        wrong(
            _altered(depth=False),
            "you left out the depth: a window goes through all channels",
        ),
        wrong(
            _altered(filters=False),
            "you left out the filters: each window meets all of them",
        ),
        wrong(
            _altered(square=True),
            "the kernels need not be square: take rows and columns from their shape",
        ),
        wrong(
            lambda images_shape, kernels_shape, copied: _intensity(
                (1, *images_shape[1:]), kernels_shape, copied
            ),
            "you left out the batch: the shape begins with the number of images",
        ),
        wrong(
            lambda images_shape, kernels_shape, copied: _intensity(
                images_shape, kernels_shape, True
            ),
            "you count the copied windows always; they move only if `copied` is True",
        ),
        wrong(
            lambda images_shape, kernels_shape, copied: (
                1 / _intensity(images_shape, kernels_shape, copied)
            ),
            "that is bytes per operation; asked is operations per byte",
        ),
    ),
)

CHECKS = (WINDOWS_IN_ROWS, DILATED_WINDOWS, WINOGRAD_ROW, ARITHMETIC_INTENSITY)
