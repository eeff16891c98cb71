"""Models: layers one after the other, trained on examples.

Examples
--------
>>> import numpy as np
>>> from cnn_helpers import layers, models, optimizers
>>> model = models.Sequential(
...     [
...         layers.Input((2,)),
...         layers.Dense(8, activation="tanh"),
...         layers.Dense(2, activation="softmax"),
...     ],
...     seed=0,
... )
>>> model.compile(optimizers.Adam(0.02), "sparse_categorical_crossentropy",
...               metrics=["accuracy"])
>>> points = np.random.default_rng(0).normal(size=(300, 2))
>>> inside = (np.hypot(*points.T) < 1.2).astype(int)
>>> history = model.fit(points, inside, epochs=60, verbose=0)
>>> loss, accuracy = model.evaluate(points, inside, verbose=0)
>>> accuracy > 0.9
True
"""

from cnn_helpers.models.saving import load_model
from cnn_helpers.models.sequential import Sequential

__all__ = ["Sequential", "load_model"]
