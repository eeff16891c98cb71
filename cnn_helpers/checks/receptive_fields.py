"""Checks of chapter 1: one neuron, its map, its average, a sheet of its copies."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnn_helpers.checks.parts import Check, case, wrong

WIDE = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]])
CORNER = np.array([[2.0, -1.0], [0.5, 4.0]])


def _numbers(rows, cols, shift=0):
    """Return contrasts between -1 and 1 without a pattern."""
    return (np.arange(rows * cols).reshape(rows, cols) ** 2 % 11 + shift) / 5 - 1


# ------------------------------------------------------------ one neuron


def neuron_response(image, weights, baseline, gain):
    """Return the rate of a rectified linear neuron."""
    return max(0.0, baseline + gain * float(np.sum(weights * image)))


NEURON_RESPONSE = Check(
    name="neuron_response",
    reference=neuron_response,
    cases=(
        case(np.array([[0.0, 1.0], [0.0, 0.0]]), CORNER, 20.0, 2.0),
        case(np.array([[0.0, 0.5], [1.0, 0.0]]), CORNER, 12.0, 10.0),
        case(_numbers(2, 3), WIDE, 7.0, 3.0),
        case(-WIDE, WIDE, 5.0, 10.0),
        case(np.zeros((2, 3)), WIDE, 4.0, 10.0),
    ),
    mistakes=(
        wrong(
            lambda image, weights, baseline, gain: (
                baseline + gain * np.sum(weights * image)
            ),
            "a rate fell below zero: a cell cannot fire fewer than no spikes, cut the "
            "result off with max(0, ...)",
        ),
        wrong(
            lambda image, weights, baseline, gain: max(
                0.0, gain * np.sum(weights * image)
            ),
            "the baseline is missing: on a grey screen the cell fires at its baseline",
        ),
        wrong(
            lambda image, weights, baseline, gain: max(
                0.0, baseline + np.sum(weights * image)
            ),
            "the gain is missing: the weighted sum is multiplied by it",
        ),
        wrong(
            lambda image, weights, baseline, gain: max(
                0.0, gain * (baseline + np.sum(weights * image))
            ),
            "the gain multiplies the baseline too: it belongs to the weighted sum "
            "alone",
        ),
        wrong(
            lambda image, weights, baseline, gain: (
                baseline + gain * max(0.0, np.sum(weights * image))
            ),
            "you cut off the weighted sum before adding the baseline: then nothing can "
            "push the cell below its baseline; cut off last",
        ),
        wrong(
            lambda image, weights, baseline, gain: max(
                0.0, baseline + gain * np.mean(weights * image)
            ),
            "you took the mean of the products: a neuron adds them up",
        ),
        wrong(
            lambda image, weights, baseline, gain: max(
                0.0, baseline + gain * np.sum(weights @ image)
            ),
            "weights @ image is a matrix product: multiply pixel by pixel, with *",
        ),
        wrong(
            lambda image, weights, baseline, gain: abs(
                baseline + gain * np.sum(weights * image)
            ),
            "you took the absolute value: a strongly inhibited cell is silent, it does "
            "not fire",
        ),
        wrong(
            lambda image, weights, baseline, gain: np.sum(
                np.maximum(0.0, baseline + gain * weights * image)
            ),
            "you cut off at zero pixel by pixel, and gave every pixel a baseline: add "
            "up all products first, cut off the one number at the end",
        ),
        wrong(
            lambda image, weights, baseline, gain: (
                baseline + gain * np.sum(np.maximum(0.0, weights * image))
            ),
            "you cut off the products before adding them up: a pixel that inhibits has "
            "to count, cut off the one number at the end",
        ),
        wrong(
            lambda image, weights, baseline, gain: np.maximum(
                0.0, baseline + gain * weights * image
            ),
            "you returned an array: the products have to be added up into one number "
            "before anything else",
        ),
    ),
)


# ------------------------------------------------------------ its map


class _HiddenNeuron:
    """A neuron that shows its behaviour only; it compares equal to itself."""

    def __init__(self, words, weights, baseline):
        self.words, self.weights, self.baseline = words, np.array(weights), baseline

    def __call__(self, image):
        if np.shape(image) != self.weights.shape:
            raise ValueError(
                f"the neuron looks at images of shape {self.weights.shape}, "
                f"this one has {np.shape(image)}"
            )
        return max(0.0, self.baseline + float(np.sum(self.weights * image)))

    def __repr__(self):
        return f"<{self.words}>"

    def __deepcopy__(self, memory):
        return self


def receptive_field_map(neuron, size):
    """Return the change of rate that one white pixel makes, for every place."""
    return _probe(neuron, size, lambda rate, blank: rate - blank)


def _probe(neuron, size, combine, *, contrast=1.0, keep=False):
    """Return `combine(rate, blank rate)` for a pixel at each place."""
    changes, image = np.zeros(size), np.zeros(size)
    for place in np.ndindex(*size):
        image = image if keep else np.zeros(size)
        image[place] = contrast
        changes[place] = combine(neuron(image), neuron(np.zeros(size)))
    return changes


def _minus_the_mean(neuron, size):
    rates = _probe(neuron, size, lambda rate, blank: rate)
    return rates - rates.mean()


RECEPTIVE_FIELD_MAP = Check(
    name="receptive_field_map",
    reference=receptive_field_map,
    cases=(
        case(_HiddenNeuron("a cell with baseline 20", WIDE, 20.0), (2, 3)),
        case(_HiddenNeuron("a cell with baseline 8", _numbers(4, 3), 8.0), (4, 3)),
        case(_HiddenNeuron("a cell with baseline 9", CORNER, 9.0), (2, 2)),
        case(_HiddenNeuron("a silent cell", [[2.0, -3.0, 1.0]], 0.0), (1, 3)),
    ),
    mistakes=(
        wrong(
            lambda neuron, size: _probe(neuron, size, lambda rate, blank: rate),
            "you returned the rates: subtract the rate on a grey screen, so that a "
            "pixel without an effect counts 0",
        ),
        wrong(
            lambda neuron, size: receptive_field_map(neuron, size).T,
            "your map is transposed: store a pixel's effect at that pixel's [row, col]",
        ),
        wrong(
            lambda neuron, size: _probe(
                neuron, size, lambda rate, blank: rate - blank, contrast=-1.0
            ),
            "you probed with a black pixel: its effect has the other sign; use "
            "contrast 1",
        ),
        wrong(
            lambda neuron, size: _probe(
                neuron, size, lambda rate, blank: rate - blank, keep=True
            ),
            "pixels of earlier probes are still lit: begin each probe with a grey "
            "screen",
        ),
        wrong(
            lambda neuron, size: np.maximum(receptive_field_map(neuron, size), 0),
            "your map has no negative entries: keep the places where light lowers the "
            "rate",
        ),
        wrong(
            lambda neuron, size: np.abs(receptive_field_map(neuron, size)),
            "you took the absolute value: the sign tells what excites and what "
            "inhibits",
        ),
        wrong(
            _minus_the_mean,
            "you subtracted the mean of all rates: subtract the rate on a grey screen, "
            "neuron(np.zeros(size))",
        ),
        wrong(
            lambda neuron, size: _probe(neuron, size, lambda rate, blank: blank - rate),
            "the difference is the wrong way round: with the pixel minus without it",
        ),
        wrong(
            lambda neuron, size: np.zeros((size, size)),
            "it stopped with a TypeError; a common reason is that `size` is a pair, "
            "(rows, columns), and not one number: rows, cols = size",
        ),
        wrong(
            lambda neuron, size: neuron(np.ones(size)) - neuron(np.zeros(size)),
            "you lit the whole screen at once: light one pixel at a time",
        ),
    ),
)


# ------------------------------------------------------------ its average


def spike_triggered_average(images, spikes):
    """Return the mean image, each image weighted by its spikes."""
    return np.tensordot(spikes, images, axes=1) / spikes.sum()


FRAMES = np.random.default_rng(0).normal(size=(12, 3, 4))
COUNTS = np.array([0, 2, 0, 1, 0, 0, 3, 0, 1, 0, 0, 2])

SPIKE_TRIGGERED_AVERAGE = Check(
    name="spike_triggered_average",
    reference=spike_triggered_average,
    cases=(
        case(np.array([[[1.0, 0.0]], [[0.0, 1.0]], [[0.0, 0.0]]]), np.array([3, 1, 0])),
        case(FRAMES, COUNTS),
        case(FRAMES[:, :, :2] + 0.5, COUNTS[::-1].copy()),
        case(FRAMES[:5], np.array([0, 0, 1, 0, 0])),
    ),
    mistakes=(
        wrong(
            lambda images, spikes: images[spikes > 0].mean(axis=0),
            "images with two or three spikes count once: let each image count as often "
            "as it made the cell fire",
        ),
        wrong(
            lambda images, spikes: np.tensordot(spikes, images, axes=1) / len(images),
            "you divided by the number of images: divide by the number of spikes",
        ),
        wrong(
            lambda images, spikes: np.tensordot(spikes, images, axes=1),
            "that is the sum: divide it by the number of spikes",
        ),
        wrong(
            lambda images, spikes: images.mean(axis=0),
            "that is the mean of all images: those without a spike must not count",
        ),
        wrong(
            lambda images, spikes: (
                np.tensordot(spikes, images, axes=1) / np.sum(spikes > 0)
            ),
            "you divided by the number of images that had a spike: divide by the "
            "number of spikes",
        ),
        wrong(
            lambda images, spikes: images.mean(axis=(1, 2)),
            "you averaged over the pixels of each image: average over the images",
        ),
        wrong(
            lambda images, spikes: (
                spike_triggered_average(images, spikes) - images.mean(axis=0)
            ),
            "you subtracted the mean image: the exercise asks for the average alone",
        ),
        wrong(
            lambda images, spikes: images * spikes,
            "spikes has shape (N,) and images (N, rows, columns): give spikes two more "
            "axes, spikes[:, None, None], before you multiply",
        ),
    ),
)


# ------------------------------------------------------------ a sheet of cells


def slide_field(image, field):
    """Return the weighted sum at every place where the field fits."""
    windows = sliding_window_view(image, field.shape)
    return np.einsum("rcij,ij->rc", windows, field)


def _padded(image, field):
    """Return the image with zeros around it, so that the sheet is as large."""
    rows, cols = field.shape
    around = ((rows // 2, (rows - 1) // 2), (cols // 2, (cols - 1) // 2))
    return np.pad(image, around)


SLIDE_FIELD = Check(
    name="slide_field",
    reference=slide_field,
    cases=(
        case(_numbers(4, 4), CORNER),
        case(_numbers(5, 7, shift=1), WIDE),
        case(_numbers(6, 4), np.array([[1.0], [-2.0], [0.5]])),
        case(_numbers(3, 5), _numbers(3, 5, shift=2)),
    ),
    mistakes=(
        wrong(
            lambda image, field: slide_field(image, field[::-1, ::-1]),
            "your field is turned by half a turn: put it on the image as it stands",
        ),
        wrong(
            lambda image, field: slide_field(_padded(image, field), field),
            "your sheet is as large as the image: leave out the places where the field "
            "would hang over the border",
        ),
        wrong(
            lambda image, field: slide_field(image, field)[:-1, :-1],
            "the last row and the last column of places are missing: there are "
            "image rows − field rows + 1 of them",
        ),
        wrong(
            lambda image, field: np.maximum(slide_field(image, field), 0),
            "negative sums became 0: this exercise asks for no rectification",
        ),
        wrong(
            lambda image, field: slide_field(image, field) / field.size,
            "you took the mean of the products: a cell adds them up",
        ),
        wrong(
            lambda image, field: slide_field(image, field.T),
            "your field is transposed: its rows lie along the rows of the image",
        ),
        wrong(
            lambda image, field: sliding_window_view(image, field.shape).sum((2, 3)),
            "you summed the window without its weights: multiply by the field first",
        ),
        wrong(
            lambda image, field: slide_field(image, field)[
                :: field.shape[0], :: field.shape[1]
            ],
            "your windows lie side by side: neighbouring fields overlap, move by one "
            "pixel",
        ),
        wrong(
            lambda image, field: np.array(
                [
                    [np.sum(window @ field.T) for window in row]
                    for row in sliding_window_view(image, field.shape)
                ]
            ),
            "@ is the matrix product: multiply pixel by pixel, with *",
        ),
    ),
)


CHECKS = (NEURON_RESPONSE, RECEPTIVE_FIELD_MAP, SPIKE_TRIGGERED_AVERAGE, SLIDE_FIELD)
