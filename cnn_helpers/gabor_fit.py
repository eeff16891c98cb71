"""How much of a kernel is a Gabor: the best of many thousand is looked up."""

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnn_helpers._validation import as_array
from cnn_helpers.kernels import gabor

ORIENTATIONS = 12  # over half a turn
WAVELENGTHS = (4.0, 6.0, 8.0, 11.0, 15.0)  # pixels, for a kernel of 7 x 7
SIGMAS = (1.2, 1.8, 2.7)
ASPECT_RATIOS = (0.4, 0.7, 1.0)


def fit_gabors(kernels):
    """Return how much of each kernel its best Gabor explains, and that Gabor.

    A bank of Gabors is tried: twelve orientations, five wavelengths, three widths,
    three aspect ratios, at every place whose middle lies on the kernel. For each of
    them the even and the odd wave are mixed so that the most squares are explained,
    which tries every phase and strength.

    Parameters
    ----------
    kernels : array_like, shape (N, size, size)
        Square kernels of odd size. Wavelengths and widths of the bank are those for
        7 x 7 and grow with the size.

    Returns
    -------
    shares : numpy.ndarray, shape (N,)
        The share of a kernel's squares that the Gabor explains, from 0 to 1.
    fits : numpy.ndarray, shape (N, size, size)
        The Gabors, as strong as they fit.

    Raises
    ------
    ValueError
        If the kernels have another shape, an even size, or one is zero everywhere.

    Examples
    --------
    >>> wave = gabor(7, wavelength=6, orientation=0.5, phase=1.0, sigma=1.8)
    >>> shares, fits = fit_gabors([wave])
    >>> bool(shares[0] > 0.99), fits.shape
    (True, (1, 7, 7))
    """
    kernels = as_array(kernels, "kernels", "(N, size, size)").astype(np.float64)
    count, size = len(kernels), kernels.shape[-1]
    if kernels.shape[1] != size or size % 2 == 0:
        raise ValueError(
            "kernels must be square and of odd size, (N, size, size), got "
            f"{kernels.shape}"
        )
    flat = kernels.reshape(count, -1)
    squares = np.sum(flat**2, axis=1)
    if np.any(squares == 0):
        raise ValueError("a kernel that is zero everywhere has no share to explain")
    even, odd = _bank(size)
    amounts = np.stack([flat @ even.T, flat @ odd.T])  # (2, N, Gabors)
    best = np.sum(amounts**2, axis=0).argmax(axis=1)
    first, second = amounts[:, np.arange(count), best, np.newaxis]
    fits = first * even[best] + second * odd[best]
    return np.sum(fits**2, axis=1) / squares, fits.reshape(kernels.shape)


@cache
def _bank(size):
    """Return even and odd waves, (Gabors, pixels), of length 1, at right angles."""
    pairs = [
        [
            _at_every_place(size, angle, wavelength, sigma, aspect_ratio, phase)
            for angle in np.arange(ORIENTATIONS) * np.pi / ORIENTATIONS
            for wavelength in WAVELENGTHS
            for sigma in SIGMAS
            for aspect_ratio in ASPECT_RATIOS
        ]
        for phase in (0, np.pi / 2)
    ]
    even, odd = (np.concatenate(waves) for waves in pairs)
    even /= np.linalg.norm(even, axis=1, keepdims=True)
    odd -= np.sum(even * odd, axis=1, keepdims=True) * even
    return even, odd / np.linalg.norm(odd, axis=1, keepdims=True)


def _at_every_place(size, angle, wavelength, sigma, aspect_ratio, phase):
    """Return a Gabor with its middle on each pixel of the kernel, (places, pixels)."""
    wave = gabor(
        2 * size - 1,
        wavelength=wavelength * size / 7,
        orientation=angle,
        phase=phase,
        sigma=sigma * size / 7,
        aspect_ratio=aspect_ratio,
    )
    return sliding_window_view(wave, (size, size)).reshape(-1, size**2)
