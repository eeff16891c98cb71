"""Pooling as layers: each small window of a map becomes one number."""

from cnn_helpers import pooling
from cnn_helpers._validation import as_pair
from cnn_helpers.layers.base import Layer
from cnn_helpers.layers.sliding import padding_name, slid_shape


class _Pooling(Layer):
    """What `MaxPooling2D` and `AveragePooling2D` share."""

    input_rank = 4

    def __init__(self, pool_size, strides=None, padding="valid", **keywords):
        self.pool_size = as_pair(pool_size, "pool_size")
        self.strides = (
            self.pool_size if strides is None else as_pair(strides, "strides")
        )
        self.padding = padding_name(padding)
        self._inputs = None
        super().__init__(**keywords)

    def compute_output_shape(self, input_shape):
        """Return ``(N, H_out, W_out, C)``."""
        self._check_shape(input_shape)
        spatial = slid_shape(
            self.name, input_shape[1:3], self.pool_size, self.strides, self.padding
        )
        return (input_shape[0], *spatial, input_shape[3])

    @property
    def _settings(self):
        return {"stride": self.strides, "padding": self.padding}

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {
            "pool_size": self.pool_size,
            "strides": self.strides,
            "padding": self.padding,
        }


class MaxPooling2D(_Pooling):
    """The largest number of each window.

    Parameters
    ----------
    pool_size : int or (int, int)
        Height and width of the windows.
    strides : int or (int, int), optional
        How far a window moves; ``pool_size`` by default, so that none overlap.
    padding : {"valid", "same"}
        "valid" leaves out what does not fill a window.
    **keywords
        name, dtype.

    Notes
    -----
    Input shape ``(N, H, W, C)``, output shape ``(N, H_out, W_out, C)``. On the way
    back the first maximum of a window gets the whole gradient.

    Examples
    --------
    >>> import numpy as np
    >>> MaxPooling2D()(np.ones((2, 27, 27, 6))).shape
    (2, 13, 13, 6)
    """

    def __init__(self, pool_size=(2, 2), strides=None, padding="valid", **keywords):
        super().__init__(pool_size, strides, padding, **keywords)

    def forward(self, inputs, training=False):
        """Return the maxima."""
        if training:
            self._inputs = inputs
        return pooling.max_pool2d(inputs, self.pool_size, **self._settings)

    def backward(self, upstream):
        """Return the gradient by the inputs."""
        return pooling.max_pool2d_gradient(
            upstream, self._remembered("_inputs"), self.pool_size, **self._settings
        )


class AveragePooling2D(_Pooling):
    """The mean of each window.

    Parameters
    ----------
    pool_size : int or (int, int)
        Height and width of the windows.
    strides : int or (int, int), optional
        How far a window moves; ``pool_size`` by default.
    padding : {"valid", "same"}
        With "same" the padding does not count in the means.
    **keywords
        name, dtype.

    Examples
    --------
    >>> AveragePooling2D(2)([[[[1.0], [2.0]], [[3.0], [4.0]]]])
    array([[[[2.5]]]], dtype=float32)
    """

    def forward(self, inputs, training=False):
        """Return the means."""
        if training:
            self._inputs = inputs
        return pooling.average_pool2d(inputs, self.pool_size, **self._settings)

    def backward(self, upstream):
        """Return the gradient by the inputs."""
        return pooling.average_pool2d_gradient(
            upstream, self._remembered("_inputs"), self.pool_size, **self._settings
        )


class _GlobalPooling(Layer):
    """What the two global pools share: (N, H, W, C) becomes (N, C)."""

    input_rank = 4

    def __init__(self, *, keepdims=False, **keywords):
        self.keepdims = bool(keepdims)
        self._inputs = None
        super().__init__(**keywords)

    def compute_output_shape(self, input_shape):
        """Return ``(N, C)``, or ``(N, 1, 1, C)`` with ``keepdims``."""
        self._check_shape(input_shape)
        between = (1, 1) if self.keepdims else ()
        return (input_shape[0], *between, input_shape[3])

    def forward(self, inputs, training=False):
        """Return one number a map."""
        if training:
            self._inputs = inputs
        outputs = self._pool(inputs)
        return outputs[:, None, None, :] if self.keepdims else outputs

    def backward(self, upstream):
        """Return the gradient by the inputs."""
        images = self._remembered("_inputs")
        upstream = upstream.reshape(len(images), images.shape[3])
        return self._pool_gradient(upstream, images)

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {"keepdims": self.keepdims}


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each map, whatever its size.

    Parameters
    ----------
    keepdims : bool
        Whether the output keeps two axes of length 1.
    **keywords
        name, dtype.

    Examples
    --------
    >>> import numpy as np
    >>> GlobalAveragePooling2D()(np.ones((2, 7, 7, 64))).shape
    (2, 64)
    """

    _pool = staticmethod(pooling.global_average_pool2d)
    _pool_gradient = staticmethod(pooling.global_average_pool2d_gradient)


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest number of each map, whatever its size.

    Parameters
    ----------
    keepdims : bool
        Whether the output keeps two axes of length 1.
    **keywords
        name, dtype.

    Notes
    -----
    On the way back, equal maxima share the gradient, as in Keras.

    Examples
    --------
    >>> import numpy as np
    >>> GlobalMaxPooling2D()(np.ones((2, 7, 7, 64))).shape
    (2, 64)
    """

    _pool = staticmethod(pooling.global_max_pool2d)
    _pool_gradient = staticmethod(pooling.global_max_pool2d_gradient)
