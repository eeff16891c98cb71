"""The layers of a network, with Keras's names, arguments and defaults.

A layer turns a batch of arrays into another (`forward`) and, on the way back, the
gradient by its outputs into the gradients by its weights and by its inputs
(`backward`). The first axis is always the batch.

Examples
--------
>>> import numpy as np
>>> from cnn_helpers import layers
>>> convolution = layers.Conv2D(6, kernel_size=2, activation="relu")
>>> convolution(np.ones((5, 28, 28, 1))).shape
(5, 27, 27, 6)
>>> convolution.count_params()
30
"""

from cnn_helpers.layers.activation import Activation, ReLU, Softmax
from cnn_helpers.layers.base import Input, Layer
from cnn_helpers.layers.convolution import Conv2D, DepthwiseConv2D
from cnn_helpers.layers.dense import Dense, Flatten
from cnn_helpers.layers.pooling import (
    AveragePooling2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
)
from cnn_helpers.layers.regularization import BatchNormalization, Dropout

__all__ = [
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "Input",
    "Layer",
    "MaxPooling2D",
    "ReLU",
    "Softmax",
]
