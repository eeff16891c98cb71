"""Convolution as a layer: small kernels that slide over images."""

from cnn_helpers import initializers
from cnn_helpers._validation import as_integer, as_pair
from cnn_helpers.convolution import conv2d, conv2d_gradients
from cnn_helpers.layers.activation import ActivatedLayer
from cnn_helpers.layers.sliding import padding_name, slid_shape


class _Convolution(ActivatedLayer):
    """What `Conv2D` and `DepthwiseConv2D` share: the window and how it slides."""

    input_rank = 4
    parameter_names = ("kernel", "bias")

    def __init__(
        self,
        kernel_size,
        strides,
        padding,
        dilation_rate,
        activation,
        use_bias,
        **keywords,
    ):
        self.kernel_size = as_pair(kernel_size, "kernel_size")
        self.strides = as_pair(strides, "strides")
        self.padding = padding_name(padding)
        self.dilation_rate = as_pair(dilation_rate, "dilation_rate")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"strides {self.strides} above 1 do not go with a dilation_rate "
                f"{self.dilation_rate} above 1 (nor in Keras); the function "
                "cnn_helpers.convolution.conv2d can do both"
            )
        self.use_bias = bool(use_bias)
        self.kernel = self.bias = self._inputs = None
        super().__init__(activation, **keywords)

    def _spatial_shape(self, input_shape):
        """Return the height and width of the outputs; None where unknown."""
        return slid_shape(
            self.name,
            input_shape[1:3],
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation_rate,
        )

    def _conv2d_kernels(self):
        """Return the kernel in the shape that `conv2d` takes."""
        raise NotImplementedError

    def _groups_for(self, channels):
        """Return in how many groups `conv2d` splits the channels."""
        raise NotImplementedError

    def _settings(self, images):
        return {
            "stride": self.strides,
            "padding": self.padding,
            "dilation": self.dilation_rate,
            "groups": self._groups_for(images.shape[-1]),
        }

    def linear(self, inputs, training=False):
        """Return the convolved images, plus the bias."""
        if training:
            self._inputs = inputs
        # (N, H, W, C) -> (N, H_out, W_out, C_out)
        settings = self._settings(inputs)
        return conv2d(inputs, self._conv2d_kernels(), self.bias, **settings)

    def linear_gradient(self, upstream, *, to_inputs=True):
        """Set the gradients; return the one by the inputs if ``to_inputs``."""
        images = self._remembered("_inputs")
        d_images, d_kernels, d_bias = conv2d_gradients(
            upstream,
            images,
            self._conv2d_kernels(),
            **self._settings(images),
            to_images=to_inputs,
        )
        self.gradients["kernel"] = d_kernels.reshape(self.kernel.shape)
        if self.use_bias:
            self.gradients["bias"] = d_bias
        return d_images

    def _check_shape(self, shape):
        """Refuse images of another rank or number of channels."""
        super()._check_shape(shape)
        if shape[-1] is None:
            raise ValueError(
                f"layer {self.name!r} must know the number of channels of its inputs, "
                f"got {tuple(shape)}"
            )
        if self.built and shape[-1] != self._channels:
            raise ValueError(
                f"layer {self.name!r} takes images of shape (N, H, W, "
                f"{self._channels}), got {tuple(shape)}"
            )

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "dilation_rate": self.dilation_rate,
            "activation": self.activation_name,
            "use_bias": self.use_bias,
        }


class Conv2D(_Convolution):
    """A number of kernels slide over the images; each makes one map.

    Parameters
    ----------
    filters : int
        The number of kernels, and of maps.
    kernel_size : int or (int, int)
        Height and width of the kernels.
    strides : int or (int, int)
        How far a kernel moves, down and to the right.
    padding : {"valid", "same"}
        Whether zeros are put around the images so that the maps keep their size.
    dilation_rate : int or (int, int)
        The distance between two pixels that a kernel looks at; above 1 not together
        with strides above 1.
    groups : int
        Split the channels into groups, each with its own share of the filters.
    activation : str, optional
        "relu", ...: see `cnn_helpers.layers.Activation`.
    use_bias : bool
        Whether each map has a bias.
    kernel_initializer, bias_initializer : str or initializer
        Where the weights start.
    **keywords
        name, dtype, trainable.

    Notes
    -----
    Input shape ``(N, H, W, C)``, output shape ``(N, H_out, W_out, filters)``, kernel
    ``(kH, kW, C // groups, filters)``, bias ``(filters,)``.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Conv2D(32, 5, padding="same", activation="relu")
    >>> layer(np.ones((2, 28, 28, 1))).shape, layer.count_params()
    ((2, 28, 28, 32), 832)
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides=(1, 1),
        padding="valid",
        *,
        dilation_rate=(1, 1),
        groups=1,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        **keywords,
    ):
        self.filters = as_integer(filters, "filters")
        self.groups = as_integer(groups, "groups")
        if self.filters % self.groups:
            raise ValueError(
                f"filters must be a multiple of groups, got filters={filters} and "
                f"groups={groups}"
            )
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        super().__init__(
            kernel_size,
            strides,
            padding,
            dilation_rate,
            activation,
            use_bias,
            **keywords,
        )

    def build(self, input_shape, rng=None):
        """Make the kernel (kH, kW, C // groups, filters) and the bias (filters,)."""
        channels = input_shape[-1]
        super().build(input_shape, rng)
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        self.add_weight("kernel", shape, self.kernel_initializer, rng)
        if self.use_bias:
            self.add_weight("bias", (self.filters,), self.bias_initializer, rng)

    def compute_output_shape(self, input_shape):
        """Return ``(N, H_out, W_out, filters)``."""
        self._check_shape(input_shape)
        if input_shape[-1] % self.groups:
            raise ValueError(
                f"layer {self.name!r} splits the channels into {self.groups} groups, "
                f"but inputs of shape {tuple(input_shape)} have {input_shape[-1]}"
            )
        return (input_shape[0], *self._spatial_shape(input_shape), self.filters)

    @property
    def _channels(self):
        return self.kernel.shape[2] * self.groups

    def _conv2d_kernels(self):
        return self.kernel

    def _groups_for(self, channels):
        return self.groups

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {
            "filters": self.filters,
            "groups": self.groups,
            "kernel_initializer": self.kernel_initializer,
            "bias_initializer": self.bias_initializer,
            **super().get_config(),
        }


class DepthwiseConv2D(_Convolution):
    """Each channel is convolved by kernels of its own; channels do not mix.

    It is a convolution with as many groups as there are channels.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Height and width of the kernels.
    strides : int or (int, int)
        How far a kernel moves, down and to the right.
    padding : {"valid", "same"}
        Whether zeros are put around the images so that the maps keep their size.
    depth_multiplier : int
        How many kernels each channel has.
    dilation_rate : int or (int, int)
        The distance between two pixels that a kernel looks at; above 1 not together
        with strides above 1.
    activation : str, optional
        "relu", ...: see `cnn_helpers.layers.Activation`.
    use_bias : bool
        Whether each map has a bias.
    depthwise_initializer, bias_initializer : str or initializer
        Where the weights start.
    **keywords
        name, dtype, trainable.

    Notes
    -----
    Input shape ``(N, H, W, C)``, output shape
    ``(N, H_out, W_out, C * depth_multiplier)``, kernel
    ``(kH, kW, C, depth_multiplier)``.

    Examples
    --------
    >>> import numpy as np
    >>> layer = DepthwiseConv2D(3)
    >>> layer(np.ones((2, 8, 8, 5))).shape, layer.count_params()
    ((2, 6, 6, 5), 50)
    """

    def __init__(
        self,
        kernel_size,
        strides=(1, 1),
        padding="valid",
        depth_multiplier=1,
        *,
        dilation_rate=(1, 1),
        activation=None,
        use_bias=True,
        depthwise_initializer="glorot_uniform",
        bias_initializer="zeros",
        **keywords,
    ):
        self.depth_multiplier = as_integer(depth_multiplier, "depth_multiplier")
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        super().__init__(
            kernel_size,
            strides,
            padding,
            dilation_rate,
            activation,
            use_bias,
            **keywords,
        )

    def build(self, input_shape, rng=None):
        """Make the kernel (kH, kW, C, depth_multiplier) and the bias."""
        channels = input_shape[-1]
        super().build(input_shape, rng)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.add_weight("kernel", shape, self.depthwise_initializer, rng)
        if self.use_bias:
            shape = (channels * self.depth_multiplier,)
            self.add_weight("bias", shape, self.bias_initializer, rng)

    def compute_output_shape(self, input_shape):
        """Return ``(N, H_out, W_out, C * depth_multiplier)``."""
        self._check_shape(input_shape)
        channels = input_shape[-1] * self.depth_multiplier
        return (input_shape[0], *self._spatial_shape(input_shape), channels)

    @property
    def _channels(self):
        return self.kernel.shape[2]

    def _conv2d_kernels(self):
        # (kH, kW, C, m) -> (kH, kW, 1, C * m): one input channel a group
        return self.kernel.reshape(*self.kernel_size, 1, -1)

    def _groups_for(self, channels):
        return channels

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {
            "depth_multiplier": self.depth_multiplier,
            "depthwise_initializer": self.depthwise_initializer,
            "bias_initializer": self.bias_initializer,
            **super().get_config(),
        }
