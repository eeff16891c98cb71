"""The strong record: at most half a million parameters, as accurate as one model can.

Run it from the repository's root::

    python experiments/train_strong.py

Three seeds are trained; each takes up to 25 minutes on two cores and can be stopped
(Ctrl-C): the same command goes on after the last finished epoch. The number of epochs
is fixed beforehand, and the test set is used once a seed. Written are
``results/train_strong.json`` and the weights of the first seed, ``train_strong.npz``.
"""

import keras
import seed_runs
from seed_runs import convolution_block

SEEDS = [0, 1, 2]
SETTINGS = {
    "epochs": 16,
    "batch_size": 128,
    "learning_rate": 5e-3,
    "warm_up": 0.2,
    "weight_decay": 2e-2,
    "label_smoothing": 0.05,
    "steps_per_execution": 50,
    "validation_images": 5000,
    "largest_shift": 2.2,  # pixels
    "largest_scaling": 0.12,  # of the size
    "largest_turn": 12.0,  # degrees
    "largest_shear": 0.18,
}


def build_model():
    """Return the network: two blocks at 14 x 14, two at 7 x 7, averages at the end."""
    return keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            *convolution_block(32, 5, strides=2, padding="same"),
            *convolution_block(64, 3, padding="same"),
            *convolution_block(64, 3, padding="same"),
            keras.layers.MaxPooling2D(),
            *convolution_block(112, 3, padding="same"),
            *convolution_block(112, 3, padding="same"),
            *convolution_block(112, 3),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(10),
        ],
        name="strong",
    )


if __name__ == "__main__":
    seed_runs.main(__file__, build_model, SETTINGS, SEEDS)
