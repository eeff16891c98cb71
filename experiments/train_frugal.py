"""The frugal record: as few parameters as article 001's model, as accurate as they can.

Run it from the repository's root::

    python experiments/train_frugal.py

Article 001 spends 10,180 parameters, nearly all in one dense layer. Here they go into
five convolutions, their batch normalisations and a small layer of sums on top of global
average pooling. Five seeds are trained; each takes a few minutes on two cores and can
be stopped (Ctrl-C): the same command goes on after the last finished epoch. The number
of epochs is fixed beforehand, and the test set is used once a seed. Written are
``results/train_frugal.json`` and the weights of the first seed, ``train_frugal.npz``.
"""

import keras
import seed_runs
from seed_runs import convolution_block

SEEDS = [0, 1, 2, 3, 4]
SETTINGS = {
    "epochs": 15,
    "batch_size": 128,
    "learning_rate": 0.01,
    "warm_up": 0.2,
    "weight_decay": 1e-3,
    "label_smoothing": 0.02,
    "steps_per_execution": 50,
    "validation_images": 5000,
    "largest_shift": 2.2,  # pixels
    "largest_scaling": 0.1,  # of the size
    "largest_turn": 10.0,  # degrees
    "largest_shear": 0.15,
}


def build_model():
    """Return the network: 10,070 parameters, 156 of them batch statistics."""
    return keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            *convolution_block(12, 5, strides=2, padding="same"),
            *convolution_block(14, 3, padding="same"),
            *convolution_block(16, 3, padding="same"),
            keras.layers.MaxPooling2D(),
            *convolution_block(20, 3, padding="same"),
            *convolution_block(16, 3),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(10),
        ],
        name="frugal",
    )


if __name__ == "__main__":
    seed_runs.main(__file__, build_model, SETTINGS, SEEDS)
