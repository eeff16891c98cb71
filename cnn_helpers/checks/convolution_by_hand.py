"""Checks of chapter 6: the window, its matrix, and two kernels put to use."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.convolution import convolve2d, correlate2d
from cnn_helpers.kernels import sharpen, sobel

TARGET, MIDDLE_AT_MOST = 192, 100  # what exercise 1 asks for
CORNER = np.array([[1, 2], [3, -4]])
WIDE = np.array([[1, 0, -2], [3, 5, 0]])
TALL = np.array([[2, -1], [0, 4], [7, 1]])
HALVES = np.array([[0.5, 0.25, -1.5]])
BYTES = np.array([[250, 3, 255, 90, 7], [0, 255, 255, 1, 128]] * 3, np.uint8)


def _numbers(rows, cols):
    """Return an array of whole numbers without a pattern."""
    return np.arange(rows * cols).reshape(rows, cols) ** 2 % 11


# ------------------------------------------------------------ a patch worth 192


def sharpen_patch():
    """Return one right answer."""
    patch = np.full((3, 3), 77)
    patch[1, 1] = 100
    return patch


def _judge_patch(patch):
    """Say what is wrong with a patch, or return None."""
    if not isinstance(patch, np.ndarray):
        return f"You returned no array but a {type(patch).__name__}: use np.array(...)."
    if patch.shape != (3, 3):
        return f"A patch has shape (3, 3); yours has {patch.shape}."
    if patch.dtype.kind not in "iu":
        return f"Pixels are whole numbers; yours are of type {patch.dtype}."
    if patch.min() < 0 or patch.max() > 255:
        return (
            "A pixel lies between 0 and 255; yours go from "
            f"{patch.min()} to {patch.max()}."
        )
    total = correlate2d(patch.astype(int), sharpen())[0, 0]
    if total != TARGET:
        return f"Sharpened, your patch is worth {total:g} and not {TARGET}."
    if patch[1, 1] > MIDDLE_AT_MOST:
        return (
            f"It is worth {TARGET}, but the middle is {patch[1, 1]}: find a patch "
            f"whose middle is at most {MIDDLE_AT_MOST}."
        )
    return None


def _patch(middle, neighbour):
    """Return a patch with four equal neighbours."""
    patch = np.full((3, 3), neighbour)
    patch[1, 1] = middle
    return patch


SHARPEN_PATCH = Check(
    name="sharpen_patch",
    reference=sharpen_patch,
    cases=(case(),),
    judge=_judge_patch,
    mistakes=(
        wrong(
            lambda: np.full((3, 3), 192),
            "a flat patch keeps its value, so 192 everywhere is worth 192; the "
            "exercise asks for a middle of at most 100",
        ),
        wrong(
            lambda: _patch(100, 75),
            "5 · 100 − 4 · 75 is 200: the four neighbours of 100 must add up to 308",
        ),
        wrong(
            lambda: _patch(192, 0),
            "the middle counts five times: 5 · 192 is 960, and nothing is subtracted",
        ),
        wrong(
            lambda: np.array(100),
            "you returned the middle alone: return all nine pixels, as a 3 x 3 array",
        ),
        wrong(
            lambda: _patch(100.0, 77.0),
            "the numbers are right, but pixels are whole numbers: np.full((3, 3), 77)",
        ),
        wrong(
            lambda: _patch(0, -48),
            "a pixel cannot be negative: with 0 in the middle no patch is worth 192",
        ),
        wrong(
            lambda: sharpen_patch().tolist(),
            "you returned lists: turn them into an array by np.array(...)",
        ),
    ),
)


# ------------------------------------------------------------ the window


def correlate2d_valid(image, kernel):
    """Correlate with windows inside the image."""
    return correlate2d(image, kernel)


def _each_window(image, kernel, combine):
    """Return `combine(patch, kernel)` for each window."""
    windows = sliding_window_view(image, kernel.shape)
    places = list(np.ndindex(*windows.shape[:2]))
    values = [combine(windows[place], kernel) for place in places]
    return np.array(values).reshape(windows.shape[:2])


def _as_image_type(image, kernel):
    """Write the sums into an array of the image's type."""
    return correlate2d(image, kernel).astype(image.dtype)


def _one_window_short(image, kernel):
    """Stop one place too early along each axis."""
    return correlate2d(image, kernel)[:-1, :-1]


def _side_by_side(image, kernel):
    """Move the window by its own size."""
    return correlate2d(image, kernel)[:: kernel.shape[0], :: kernel.shape[1]]


def _square(*, image_too, kernel_too):
    """Return a window that takes the rows of one, or of both, for its columns."""

    def slide(image, kernel):
        k_rows, k_cols = kernel.shape[0], kernel.shape[0 if kernel_too else 1]
        rows = image.shape[0] - k_rows + 1
        cols = image.shape[0 if image_too else 1] - k_cols + 1
        output = np.zeros((rows, cols))
        for row, col in np.ndindex(rows, cols):
            patch = image[row : row + k_rows, col : col + k_cols]
            output[row, col] = (patch * kernel).sum()
        return output

    return slide


def _square_inner_loops(image, kernel):
    """Run both inner loops over the kernel's rows."""
    side = kernel.shape[0]
    output = np.zeros(np.subtract(image.shape, side) + 1)
    for row, col in np.ndindex(*output.shape):
        for i, j in np.ndindex(side, side):
            output[row, col] += image[row + i, col + j] * kernel[i, j]
    return output


def _only_first(rows, cols):
    """Return a window that gives up after so many rows and columns of sums."""

    def slide(image, kernel):
        right = correlate2d(image, kernel)
        output = np.zeros_like(right)
        output[:rows, :cols] = right[:rows, :cols]
        return output

    return slide


def _sum_over_places(image, kernel):
    """Sum over the axes that say where the window stands."""
    return (sliding_window_view(image, kernel.shape) * kernel).sum(axis=(0, 1))


CORRELATE2D_VALID = Check(
    name="correlate2d_valid",
    reference=correlate2d_valid,
    cases=(
        case(_numbers(3, 3), CORNER),
        case(_numbers(4, 4), np.array([[1, 0, 2], [0, -1, 0], [3, 0, 4]])),
        case(_numbers(4, 7), WIDE),
        case(_numbers(6, 3), TALL),
        case(BYTES, TALL),
        case(_numbers(1, 8), HALVES),
        case(_numbers(5, 4) / 4, HALVES.T),
    ),
    mistakes=(
        wrong(
            convolve2d,
            "your output is that of a flipped kernel: true convolution instead of "
            "cross-correlation. Lay the kernel on the patch as it is",
        ),
        wrong(
            lambda image, kernel: correlate2d(image, kernel.T),
            "your kernel is transposed: its rows and columns are swapped",
        ),
        wrong(
            _one_window_short,
            "you stop one window too early along each axis: there are "
            "size - kernel size + 1 places",
        ),
        wrong(
            _square(image_too=True, kernel_too=True),
            "you count rows and columns as if image and kernel were square: take each "
            "axis's own length",
        ),
        wrong(
            _square(image_too=False, kernel_too=True),
            "you treat the kernel as square: its columns are kernel.shape[1], its rows "
            "kernel.shape[0]",
        ),
        wrong(
            _square(image_too=True, kernel_too=False),
            "you treat the image as square: its columns are image.shape[1], its rows "
            "image.shape[0]",
        ),
        wrong(
            _square_inner_loops,
            "your inner loops take the kernel for a square: one runs over its rows, "
            "kernel.shape[0], the other over its columns, kernel.shape[1]",
        ),
        wrong(
            _only_first(rows=1, cols=None),
            "only the first row of the output is filled: your `return` stands inside "
            "the loop over the rows. Move it to the left, behind all loops",
        ),
        wrong(
            _only_first(rows=1, cols=1),
            "only the first number of the output is filled: your `return` stands "
            "inside the loops. Move it to the left, behind them all",
        ),
        wrong(
            _sum_over_places,
            "you summed over the axes 0 and 1, which say where the window stands: sum "
            "over those of the patch, 2 and 3",
        ),
        wrong(
            lambda image, kernel: correlate2d(image, kernel, padding="same"),
            "your output has the image's size: you added a rim of zeros. Here the "
            "window stays inside the image",
        ),
        wrong(
            lambda image, kernel: correlate2d(image, kernel, padding="full"),
            "your window hangs over the border on all sides; here it stays inside",
        ),
        wrong(
            lambda image, kernel: _each_window(
                image, kernel, lambda patch, k: (patch @ k).sum()
            ),
            "you used the matrix product `@` of patch and kernel: multiply entry by "
            "entry, `*`",
        ),
        wrong(
            lambda image, kernel: _each_window(
                image, kernel, lambda patch, k: (patch + k).sum()
            ),
            "you added the patch and the kernel: multiply them, then sum the products",
        ),
        wrong(
            lambda image, kernel: correlate2d(image, kernel) / kernel.size,
            "you took the mean of the products: it is their sum",
        ),
        wrong(
            lambda image, kernel: _each_window(
                image, kernel, lambda patch, k: patch[-1, -1] * k[-1, -1]
            ),
            "only the last product of each window is left: add to the output with +=",
        ),
        wrong(
            _as_image_type,
            "your output has the image's type, in which fractions, negative numbers or "
            "sums above 255 are lost: use np.result_type(image, kernel), or floats",
        ),
        wrong(
            _side_by_side,
            "your windows lie side by side: move the window by one pixel, not by its "
            "size",
        ),
        wrong(
            lambda image, kernel: np.maximum(correlate2d(image, kernel), 0),
            "you set negative sums to zero: that is ReLU, which comes later",
        ),
    ),
)


# ------------------------------------------------------------ the large matrix


def convolution_matrix(image_shape, kernel):
    """Return the matrix that correlates an unrolled image with the kernel."""
    pixels = image_shape[0] * image_shape[1]
    units = np.eye(pixels, dtype=kernel.dtype).reshape(pixels, *image_shape)
    return np.stack([correlate2d(unit, kernel).ravel() for unit in units], axis=1)


def _with_kernel(change):
    """Return the right matrix of another kernel."""
    return lambda image_shape, kernel: convolution_matrix(image_shape, change(kernel))


def _matrix_around_the_edge(image_shape, kernel):
    """Slide along the unrolled image, over the ends of its rows."""
    first = convolution_matrix(image_shape, kernel)[0]
    last = np.flatnonzero(first)[-1] if first.any() else 0
    steps = first.size - last
    return np.array([np.roll(first, step) for step in range(steps)])


def _matrix_without_gaps(image_shape, kernel):
    """Put the unrolled kernel in one piece where its window begins."""
    matrix = np.zeros_like(convolution_matrix(image_shape, kernel))
    out_cols = image_shape[1] - kernel.shape[1] + 1
    for output in range(len(matrix)):
        start = output // out_cols * image_shape[1] + output % out_cols
        piece = kernel.ravel()[: matrix.shape[1] - start]
        matrix[output, start : start + len(piece)] = piece
    return matrix


def _matrix_column_by_column(image_shape, kernel):
    """Unroll images column by column."""
    matrix = convolution_matrix(image_shape, kernel)
    order = np.arange(matrix.shape[1]).reshape(image_shape).ravel(order="F")
    return matrix[:, order]


def _matrix_of_three_columns(image_shape, kernel):
    """Give each window a row as if three stood side by side, as in the chapter."""
    right = convolution_matrix(image_shape, kernel)
    cols = image_shape[1] - kernel.shape[1] + 1
    matrix = np.zeros_like(right)
    for output in range(len(right)):
        matrix[3 * (output // cols) + output % cols] = right[output]
    return matrix


def _matrix_of_windows_downwards(image_shape, kernel):
    """Go through the windows column by column."""
    right = convolution_matrix(image_shape, kernel)
    rows, cols = np.subtract(image_shape, kernel.shape) + 1
    return right[np.arange(len(right)).reshape(rows, cols).ravel(order="F")]


def _matrix_to_same_size(image_shape, kernel):
    """Give a row to every pixel."""
    pixels = image_shape[0] * image_shape[1]
    units = np.eye(pixels).reshape(pixels, *image_shape)
    return np.stack([correlate2d(u, kernel, padding="same").ravel() for u in units], 1)


CONVOLUTION_MATRIX = Check(
    name="convolution_matrix",
    reference=convolution_matrix,
    cases=(
        case((3, 3), CORNER),
        case((3, 5), WIDE),
        case((5, 3), TALL),
        case((2, 6), HALVES),
        case((2, 3), WIDE),
    ),
    mistakes=(
        wrong(
            lambda image_shape, kernel: convolution_matrix(image_shape, kernel).T,
            "your matrix is transposed: each output has a row, each pixel a column",
        ),
        wrong(
            _with_kernel(lambda kernel: kernel[::-1, ::-1]),
            "your kernel is flipped: this is the matrix of the true convolution",
        ),
        wrong(
            _with_kernel(lambda kernel: (kernel != 0).astype(int)),
            "you marked the places with ones: put the kernel's numbers there",
        ),
        wrong(
            _with_kernel(lambda kernel: kernel.astype(int)),
            "your matrix holds whole numbers and cuts the kernel's fractions off: give "
            "it the kernel's type",
        ),
        wrong(
            _matrix_around_the_edge,
            "your kernel moves on by one pixel in every row of the matrix, also where "
            "the window would hang over the right border: skip those places",
        ),
        wrong(
            _matrix_without_gaps,
            "you put the kernel's numbers side by side: its rows lie one image row "
            "apart in the unrolled image",
        ),
        wrong(
            _matrix_column_by_column,
            "you unrolled the image column by column: ravel() goes row by row",
        ),
        wrong(
            _matrix_of_three_columns,
            "you number the windows by 3 * row + col: 3 is the number of places side "
            "by side in the chapter's example. Compute it from the shapes",
        ),
        wrong(
            _matrix_of_windows_downwards,
            "your rows stand in another order: the map is unrolled row by row, so the "
            "window moves to the right first, then down",
        ),
        wrong(
            _matrix_to_same_size,
            "you gave a row to every pixel: there is one for each window that lies "
            "inside the image",
        ),
    ),
)


# ------------------------------------------------------------ the edge map


def edge_strength(image):
    """Return the strength of the edges, for windows inside the image."""
    return np.hypot(*_slopes(image))


def _slopes(image, **settings):
    """Return the growth to the right and downwards."""
    image = np.asarray(image, dtype=float)
    return tuple(correlate2d(image, sobel(axis), **settings) for axis in (1, 0))


EDGE_STRENGTH = Check(
    name="edge_strength",
    reference=edge_strength,
    cases=(
        case(np.array([[0, 1, 2], [0, 2, 4], [1, 4, 9]])),
        case(_numbers(4, 6) / 8),
        case(_numbers(6, 3)),
        case(BYTES),
    ),
    mistakes=(
        wrong(
            lambda image: sum(_slopes(image)),
            "you added the two outputs: opposite signs cancel. Take the root of the "
            "sum of their squares",
        ),
        wrong(
            lambda image: np.abs(_slopes(image)).sum(axis=0),
            "you added the absolute values: that makes slanting edges too strong. Take "
            "the root of the sum of squares",
        ),
        wrong(
            lambda image: np.square(_slopes(image)).sum(axis=0),
            "the square root is missing",
        ),
        wrong(
            lambda image: np.abs(_slopes(image)[0]),
            "only upright edges are found: add the squares of the second kernel's "
            "output",
        ),
        wrong(
            lambda image: np.abs(_slopes(image)[1]),
            "only level edges are found: add the squares of the first kernel's output",
        ),
        wrong(
            lambda image: edge_strength(image).astype(np.uint8),
            "your result is stored as bytes: fractions are cut off, and what is above "
            "255 begins again at 0. Return floats",
        ),
        wrong(
            lambda image: np.minimum(edge_strength(image), 255),
            "you cut the strength off at 255: return it as it is",
        ),
        wrong(
            lambda image: np.hypot(*_slopes(image, padding="same")),
            "your result has the image's size: at the border you found the edge "
            "between the image and the zeros around it. Stay inside",
        ),
        wrong(
            lambda image: np.max(np.abs(_slopes(image)), axis=0),
            "you kept the stronger of the two outputs: take the root of the sum of "
            "squares",
        ),
    ),
)

CHECKS = (SHARPEN_PATCH, CORRELATE2D_VALID, CONVOLUTION_MATRIX, EDGE_STRENGTH)
