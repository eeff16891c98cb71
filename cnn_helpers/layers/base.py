"""What every layer is and does."""

import re

import numpy as np

from cnn_helpers import initializers
from cnn_helpers._arguments import refuse_unsupported
from cnn_helpers._validation import as_integer


class Input:
    """The shape of one example, put before the first layer of a model.

    Parameters
    ----------
    shape : tuple of int
        The shape without the batch axis; None where any size will do.
    batch_size : int, optional
        A fixed number of examples in each batch.
    dtype : str, optional
        Taken for Keras's sake; a model computes in the dtype of its layers.
    name : str, optional
        A name.
    **unsupported
        Keras's other arguments are refused by name.

    Examples
    --------
    >>> Input((28, 28, 1)).shape
    (None, 28, 28, 1)
    """

    def __init__(
        self, shape=None, batch_size=None, dtype=None, name=None, **unsupported
    ):
        refuse_unsupported(
            "Input", unsupported, ["shape", "batch_size", "dtype", "name"]
        )
        if not isinstance(shape, tuple | list):
            raise ValueError(
                f"Input needs the shape of one example, such as (28, 28, 1), "
                f"got {shape!r}"
            )
        sizes = [None if size is None else as_integer(size, "shape", minimum=0)
                 for size in shape]  # fmt: skip
        if batch_size is not None:
            batch_size = as_integer(batch_size, "batch_size")
        self.shape = (batch_size, *sizes)
        self.dtype = np.dtype(dtype or "float32").name
        self.name = name or "input_layer"

    def __repr__(self):
        return f"Input({self.shape[1:]})"


class Layer:
    """The base of all layers.

    A layer of one's own subclasses it and writes `forward`, `backward` and
    `compute_output_shape`; one with weights also `build`.

    Parameters
    ----------
    name : str, optional
        A name; a model numbers the layers that have none of their own.
    dtype : str, optional
        "float32" (the default) or "float64": what the layer computes in.
    trainable : bool
        Whether training may change the weights.
    **unsupported
        Keras's other arguments are refused by name.

    Attributes
    ----------
    gradients : dict of str to numpy.ndarray
        After `backward`: the gradient of each trainable weight, under its name.

    Examples
    --------
    >>> class Double(Layer):
    ...     def forward(self, inputs, training=False):
    ...         return 2 * inputs
    >>> Double().count_params()
    0
    """

    parameter_names = ()  # the attributes that hold weights which training changes
    statistic_names = ()  # and those that hold what the layer only counts along
    input_rank = None  # the number of axes of the inputs; None for any

    def __init__(self, *, name=None, dtype=None, trainable=True, **unsupported):
        kind = type(self).__name__
        supported = [*self.get_config(), "name", "dtype", "trainable"]
        refuse_unsupported(kind, unsupported, supported)
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ValueError(f"name must be text without '/', got {name!r}")
        self.name = name or snake_case(kind)
        self.has_own_name = name is not None
        self.dtype = np.dtype("float32" if dtype is None else dtype).name
        if self.dtype not in ("float32", "float64"):
            raise ValueError(f"dtype must be float32 or float64, got {dtype!r}")
        self.trainable = bool(trainable)
        self.built = False
        self.gradients = {}

    # What a layer of one's own writes ------------------------------------------

    def build(self, input_shape, rng=None):
        """Make the weights for inputs of a shape, with the batch axis first."""
        self._check_shape(input_shape)
        self.compute_output_shape(input_shape)
        self.built = True

    def compute_output_shape(self, input_shape):
        """Return the shape of the outputs for inputs of a shape, batch axis first."""
        return tuple(input_shape)

    def forward(self, inputs, training=False):
        """Return the outputs; remember what `backward` needs if ``training``."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def backward(self, upstream):
        """Set `gradients` and return the gradient by the inputs.

        ``upstream`` is the gradient by the outputs of the last training `forward`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no backward")

    def backward_to_weights(self, upstream):
        """Set `gradients` only: for the first layer, whose inputs are the images."""
        self.backward(upstream)

    def get_config(self):
        """Return the arguments, but for name, dtype and trainable."""
        return {}

    # What all layers have --------------------------------------------------------

    def __call__(self, inputs, training=False):
        """Check the inputs, build the layer if need be, and return the outputs."""
        inputs = as_float(inputs, self.dtype, f"the inputs of layer {self.name!r}")
        self._check_shape(inputs.shape)
        if not self.built:
            self.build((None, *inputs.shape[1:]))
        return self.forward(inputs, training=training)

    def add_weight(self, name, shape, initializer, rng):
        """Make one weight of the layer, an attribute under its name."""
        initializer = initializers.get(initializer)
        setattr(self, name, initializer(shape, self.dtype, rng))

    def _weight_names(self):
        """Return the names of all weights, in Keras's order."""
        names = (*self.parameter_names, *self.statistic_names)
        return [name for name in names if getattr(self, name, None) is not None]

    @property
    def parameters(self):
        """The weights that training changes, by name (a dict of arrays)."""
        if not self.trainable:
            return {}
        return {name: getattr(self, name) for name in self._weight_names()
                if name in self.parameter_names}  # fmt: skip

    @property
    def weights(self):
        """All weights, a list of the arrays themselves."""
        return [getattr(self, name) for name in self._weight_names()]

    @property
    def trainable_weights(self):
        """The weights that training changes, a list of the arrays themselves."""
        return list(self.parameters.values())

    @property
    def non_trainable_weights(self):
        """The weights that training leaves alone, a list of the arrays themselves."""
        trainable = self.parameters
        names = [name for name in self._weight_names() if name not in trainable]
        return [getattr(self, name) for name in names]

    def get_weights(self):
        """Return a copy of each weight."""
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights):
        """Replace the weights by arrays of the same shapes."""
        own, given = self.weights, [np.asarray(weight) for weight in weights]
        shapes = [weight.shape for weight in own]
        if [array.shape for array in given] != shapes:
            raise ValueError(
                f"layer {self.name!r} takes weights of shapes {shapes}, got "
                f"{[array.shape for array in given]}"
            )
        for weight, array in zip(own, given, strict=True):
            weight[...] = array

    def count_params(self):
        """Return how many numbers the weights hold."""
        if not self.built and self.parameter_names:
            raise ValueError(
                f"layer {self.name!r} has no weights yet: it is built when it first "
                "sees images, or by build(input_shape)"
            )
        return sum(weight.size for weight in self.weights)

    def _check_shape(self, shape):
        """Refuse inputs that the layer cannot take, by the layer's name."""
        if self.input_rank is not None and len(shape) != self.input_rank:
            axes = {4: "(N, H, W, C)", 2: "(N, C)"}[self.input_rank]
            raise ValueError(
                f"layer {self.name!r} takes inputs of shape {axes}, got {tuple(shape)}"
            )

    def _remembered(self, what):
        """Return what `forward` remembered, or say why there is nothing."""
        if getattr(self, what, None) is None:
            raise ValueError(
                f"layer {self.name!r} has nothing to go back from: call "
                "forward(inputs, training=True) before backward(upstream)"
            )
        return getattr(self, what)

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def snake_case(name):
    """Return Keras's name for a layer of a class.

    Parameters
    ----------
    name : str
        The name of the class.

    Returns
    -------
    str

    Examples
    --------
    >>> snake_case("MaxPooling2D"), snake_case("ReLU"), snake_case("Conv2D")
    ('max_pooling2d', 're_lu', 'conv2d')
    """
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def as_float(array, dtype, what):
    """Return numbers as floats of a dtype; refuse bytes, text and objects.

    Parameters
    ----------
    array : array_like
        The numbers.
    dtype : str
        The dtype wanted.
    what : str
        What they are, for the error.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    TypeError
        For uint8 images, which must be divided by 255, and for what is no number.

    Examples
    --------
    >>> as_float([1, 2], "float32", "the images")
    array([1., 2.], dtype=float32)
    """
    array = np.asarray(array)
    if array.dtype == np.uint8:
        raise TypeError(
            f"{what} are uint8, whole numbers from 0 to 255: divide them by 255 first "
            "(images / 255), so that they lie between 0 and 1"
        )
    if array.dtype.kind not in "iufb":
        raise TypeError(f"{what} must be numbers, got dtype {array.dtype}")
    return array.astype(dtype, copy=False)
