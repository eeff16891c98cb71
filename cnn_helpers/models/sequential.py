"""The model: a stack of layers."""

import numpy as np

from cnn_helpers._arguments import refuse_unsupported
from cnn_helpers._validation import as_integer
from cnn_helpers.layers import Input, Layer
from cnn_helpers.layers.base import as_float
from cnn_helpers.models import saving
from cnn_helpers.models.summary import summary_text
from cnn_helpers.models.trainer import Trainer


class Sequential(Trainer):
    """Layers one after the other, from the images to the answers.

    Parameters
    ----------
    layers : list, optional
        The layers; `Input` first, if the shapes are to be known at once.
    name : str, optional
        A name.
    seed : int, optional
        For the same first weights, order of examples and dropout each time. (Keras
        has ``keras.utils.set_random_seed`` for this.)

    Attributes
    ----------
    layers : list of Layer
        The layers, without the input.
    history : History
        What the last `fit` noted, also if it was interrupted.
    optimizer : Optimizer
        What `compile` was given.

    Examples
    --------
    >>> from cnn_helpers import layers
    >>> model = Sequential([layers.Input((28, 28, 1)), layers.Conv2D(6, 2),
    ...                     layers.MaxPooling2D(), layers.Flatten(),
    ...                     layers.Dense(10, activation="softmax")])
    >>> model.output_shape, model.count_params()
    ((None, 10), 10180)
    """

    def __init__(self, layers=None, name=None, *, seed=None):
        super().__init__()
        self.name = name or "sequential"
        self.seed = None if seed is None else as_integer(seed, "seed", minimum=0)
        self.rng = np.random.default_rng(self.seed)
        self.layers = []
        self.input_spec = None
        for layer in layers or []:
            self.add(layer)

    # Building --------------------------------------------------------------------

    def add(self, layer):
        """Put one more layer at the end.

        Parameters
        ----------
        layer : Layer or Input
            An input may only stand first.
        """
        if isinstance(layer, Input):
            if self.layers or self.input_spec:
                raise ValueError(f"{layer!r} must be the first of model {self.name!r}")
            self.input_spec = layer
            return
        if not isinstance(layer, Layer):
            raise ValueError(
                f"model {self.name!r} takes layers of cnn_helpers.layers, got "
                f"{layer!r} ({type(layer).__name__})"
            )
        self._give_name(layer)
        if self.input_spec:
            self._build_layer(layer, self.output_shape)
        self.layers.append(layer)
        self._plan = None

    def _give_name(self, layer):
        """Tell layers without a name of their own apart: dense, dense_1, ..."""
        taken = {other.name for other in self.layers}
        if layer in self.layers or (layer.has_own_name and layer.name in taken):
            raise ValueError(
                f"model {self.name!r} has a layer named {layer.name!r} already: each "
                "layer may be used once, under a name of its own"
            )
        base, count = layer.name, 0
        while layer.name in taken:
            count += 1
            layer.name = f"{base}_{count}"

    def _build_layer(self, layer, shape):
        if self.layers and layer is not self.layers[0]:
            first = self.layers[0]
            if layer.dtype != first.dtype:
                raise ValueError(
                    f"all layers of a model compute in one dtype: {layer.name!r} has "
                    f"{layer.dtype}, {first.name!r} has {first.dtype}"
                )
        if layer.built:
            layer._check_shape(shape)
            layer.compute_output_shape(shape)
        else:
            layer.build(shape, self.rng)

    def build(self, input_shape):
        """Make all weights, for images of a shape with the batch axis first.

        Parameters
        ----------
        input_shape : tuple
            Such as ``(None, 28, 28, 1)``.
        """
        if self.input_spec:
            if tuple(input_shape[1:]) != self.input_spec.shape[1:]:
                raise ValueError(
                    f"model {self.name!r} takes inputs of shape {self.input_shape}, "
                    f"got {tuple(input_shape)}"
                )
            return
        if not self.layers:
            raise ValueError(f"model {self.name!r} has no layers: add some first")
        shape = (None, *input_shape[1:])
        for layer in self.layers:
            self._build_layer(layer, shape)
            shape = layer.compute_output_shape(shape)
        self.input_spec = Input(tuple(input_shape[1:]))

    @property
    def built(self):
        """Whether the shapes are known and the weights made."""
        return self.input_spec is not None

    @property
    def input_shape(self):
        """The shape of a batch of inputs; None stands for any size."""
        if not self.built:
            raise AttributeError(self._not_built())
        return self.input_spec.shape

    @property
    def output_shape(self):
        """The shape of a batch of outputs; None stands for any size."""
        shape = self.input_shape
        for layer in self.layers:
            shape = layer.compute_output_shape(shape)
        return shape

    def _not_built(self):
        return (
            f"model {self.name!r} has no shapes yet: put layers.Input(...) first, or "
            "call build(input_shape), or fit it"
        )

    def get_layer(self, name=None, index=None):
        """Return a layer by its name or its number.

        Parameters
        ----------
        name : str, optional
            The layer's name.
        index : int, optional
            Its number, from 0.
        """
        if index is not None:
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in self.layers]
        raise ValueError(f"there is no layer {name!r}; there are {names}")

    # Weights -----------------------------------------------------------------------

    @property
    def weights(self):
        """All weights, a list of the arrays themselves."""
        return [weight for layer in self.layers for weight in layer.weights]

    @property
    def trainable_weights(self):
        """The weights that training changes, a list of the arrays themselves."""
        return [weight for layer in self.layers for weight in layer.trainable_weights]

    @property
    def non_trainable_weights(self):
        """The weights that training leaves alone, a list of the arrays themselves."""
        return [w for layer in self.layers for w in layer.non_trainable_weights]

    def get_weights(self):
        """Return a copy of each weight, in the order of the layers."""
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights):
        """Replace all weights by arrays of the same shapes.

        Parameters
        ----------
        weights : list of array_like
            In the order of `get_weights`.
        """
        own, given = self.weights, [np.asarray(weight) for weight in weights]
        shapes = [weight.shape for weight in own]
        if [array.shape for array in given] != shapes:
            raise ValueError(
                f"model {self.name!r} takes {len(shapes)} weights of shapes {shapes}, "
                f"got {len(given)} of shapes {[array.shape for array in given]}"
            )
        for weight, array in zip(own, given, strict=True):
            weight[...] = array

    def count_params(self):
        """Return how many numbers the weights hold."""
        if not self.built:
            raise ValueError(self._not_built())
        return sum(weight.size for weight in self.weights)

    def summary(self, print_fn=None, **unsupported):
        """Print each layer's output shape and number of weights, as Keras does.

        Parameters
        ----------
        print_fn : callable, optional
            Takes the text; by default it is printed.
        **unsupported
            Keras's other arguments are refused by name.
        """
        refuse_unsupported("summary", unsupported, ["print_fn"])
        (print_fn or print)(summary_text(self))

    # Answers -----------------------------------------------------------------------

    def __call__(self, images, training=False):
        """Return the answers to a batch of images."""
        signal = self.check_images(images)
        for layer in self.layers:
            signal = layer.forward(signal, training=training)
        return signal

    def check_images(self, images):
        """Return images as floats; build the model on them, or refuse their shape.

        Parameters
        ----------
        images : array_like
            A batch of examples.

        Returns
        -------
        numpy.ndarray
        """
        if not self.layers:
            raise ValueError(f"model {self.name!r} has no layers: add some first")
        images = as_float(images, self.layers[0].dtype, "the images")
        if not self.built:
            self.build(images.shape)
        wanted = self.input_shape
        fits = len(wanted) == images.ndim and all(
            size in (None, given)
            for size, given in zip(wanted[1:], images.shape[1:], strict=True)
        )
        if not fits:
            hint = ""
            if wanted[-1] == 1 and images.ndim == len(wanted) - 1:
                hint = "; images[..., np.newaxis] adds the axis of channels"
            raise ValueError(
                f"model {self.name!r} takes inputs of shape {wanted}, got "
                f"{images.shape}{hint}"
            )
        return images

    # Keeping -----------------------------------------------------------------------

    def save(self, filepath):
        """Write layers, weights and the state of the training to an .npz file.

        Parameters
        ----------
        filepath : str or pathlib.Path
            A name that ends in .npz; an older file is replaced, all or nothing.
        """
        saving.save_model(self, filepath)

    def __repr__(self):
        return f"<Sequential name={self.name}, built={self.built}>"
