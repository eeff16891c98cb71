"""Random affine transforms of digits: each image moved, scaled, turned and sheared."""

import keras
import numpy as np

CHUNK = 5000  # images transformed at a time: what their intermediate results cost


def random_transforms(count, settings, rng):
    """Return (count, 8) affine maps from output to input pixels, about the middle.

    Parameters
    ----------
    count : int
        Number of images.
    settings : dict
        ``largest_shift`` in pixels, ``largest_scaling`` as a share of the size,
        ``largest_turn`` in degrees, ``largest_shear``.
    rng : numpy.random.Generator
        Where the randomness comes from.
    """
    scale = 1 + rng.uniform(-1, 1, (count, 2)) * settings["largest_scaling"]
    turn = np.radians(rng.uniform(-1, 1, count) * settings["largest_turn"])
    shear = rng.uniform(-1, 1, count) * settings["largest_shear"]
    shift = rng.uniform(-1, 1, (count, 2)) * settings["largest_shift"]
    cos, sin = np.cos(turn), np.sin(turn)
    a, b = cos / scale[:, 0], (shear * cos - sin) / scale[:, 0]
    c, d = sin / scale[:, 1], (shear * sin + cos) / scale[:, 1]
    middle = 13.5
    across = middle - a * middle - b * middle + shift[:, 0]
    down = middle - c * middle - d * middle + shift[:, 1]
    zero = np.zeros(count)
    return np.stack([a, b, across, c, d, down, zero, zero], axis=1).astype(np.float32)


def augment(images, settings, rng):
    """Return the images, each moved, scaled, turned and sheared by a little."""
    return keras.ops.image.affine_transform(
        images,
        random_transforms(len(images), settings, rng),
        interpolation="bilinear",
        fill_mode="constant",
        fill_value=0.0,
        data_format="channels_last",
    )


def augment_all(images, settings, rng):
    """Return a whole epoch's images transformed, a chunk at a time, as an array."""
    changed = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        rows = slice(start, start + CHUNK)
        changed[rows] = np.asarray(augment(images[rows], settings, rng))
    return changed
