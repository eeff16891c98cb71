"""How a training step runs: forward through the layers, the loss, and back.

The plan makes three changes to "every layer in turn" that save time or digits and do
not change what is computed:

- A softmax at the end is left out when the loss can work on the logits: then the loss
  and its gradient stay exact where a probability would round to 0 or 1.
- A convolution and the 2x2 max-pooling after it run as one (`FusedConvolution`).
- On the way back the gradient by the images is not computed: nobody needs it.
"""

import numpy as np

from cnn_helpers.layers import Activation, Softmax
from cnn_helpers.layers.activation import ActivatedLayer
from cnn_helpers.models.fusion import fuse


class Plan:
    """The steps of one training step.

    Parameters
    ----------
    layers : list of Layer
        The layers of a built model.
    loss : loss
        An object of `cnn_helpers.losses`.
    fused : bool
        Whether convolutions and pools may run as one.

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers, losses
    >>> dense = layers.Dense(2, activation="softmax")
    >>> dense.build((None, 3))
    >>> plan = Plan([dense], losses.SparseCategoricalCrossentropy())
    >>> loss, answers = plan.gradients(np.ones((4, 3), np.float32), [0, 1, 0, 1])
    >>> dense.gradients["kernel"].shape
    (3, 2)
    """

    def __init__(self, layers, loss, *, fused=True):
        self.layers = list(layers)
        self.steps = list(layers)
        self.loss = loss
        last = self.steps[-1]
        if ends_with_softmax(last) and not loss.from_logits and loss.clip is None:
            self.loss = type(loss)(**{**loss.get_config(), "from_logits": True})
            rest = [WithoutActivation(last)] if isinstance(last, ActivatedLayer) else []
            self.steps[-1:] = rest
        if fused:
            self.steps = fuse(self.steps)

    @property
    def weights(self):
        """Pairs of each trainable weight's gradient and the weight itself."""
        return [
            (layer.gradients[name], weight)
            for layer in self.layers
            for name, weight in layer.parameters.items()
        ]

    def forward(self, images, *, training=False):
        """Return logits, or whatever the loss of this plan works on."""
        signal = images
        for step in self.steps:
            signal = step.forward(signal, training=training)
        return signal

    def gradients(self, images, labels):
        """Run forward and back, and leave each layer with its gradients.

        Parameters
        ----------
        images : numpy.ndarray, shape (N, ...)
            A batch, already floats.
        labels : array_like
            The labels, as the loss wants them.

        Returns
        -------
        loss : float
            The mean loss of the batch.
        answers : numpy.ndarray, shape (N, C)
            The network's answers (their largest is its guess).
        """
        answers = self.forward(images, training=True)
        loss = self.loss(labels, answers)
        if np.isfinite(loss):
            self.backward(self.loss.gradient(labels, answers))
        return loss, answers

    def backward(self, upstream):
        """Send the gradient by the answers back, down to the first weights."""
        first = self._first_with_weights()
        for step in reversed(self.steps[first + 1 :]):
            upstream = step.backward(upstream)
        if first < len(self.steps):
            self.steps[first].backward_to_weights(upstream)

    def _first_with_weights(self):
        """Return the number of the first step that has something to learn."""
        for number, step in enumerate(self.steps):
            if step.parameters:
                return number
        return len(self.steps)


class WithoutActivation:
    """A layer without its last part, the activation.

    Parameters
    ----------
    layer : ActivatedLayer
        The layer whose weights are used.

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers
    >>> dense = layers.Dense(2, activation="softmax", kernel_initializer="ones")
    >>> dense.build((None, 3))
    >>> WithoutActivation(dense).forward(np.ones((1, 3), np.float32))
    array([[3., 3.]], dtype=float32)
    """

    def __init__(self, layer):
        self.layer = layer

    @property
    def parameters(self):
        """The layer's trainable weights."""
        return self.layer.parameters

    def forward(self, inputs, training=False):
        """Return the outputs before the activation."""
        return self.layer.linear(inputs, training=training)

    def backward(self, upstream):
        """Set the layer's gradients and return the one by the inputs."""
        return self.layer.linear_gradient(upstream)

    def backward_to_weights(self, upstream):
        """Set the layer's gradients only."""
        self.layer.linear_gradient(upstream, to_inputs=False)


def ends_with_softmax(layer):
    """Return whether a layer's outputs are a softmax over the last axis.

    Parameters
    ----------
    layer : Layer
        Usually the last one of a model.

    Returns
    -------
    bool

    Examples
    --------
    >>> from cnn_helpers import layers
    >>> ends_with_softmax(layers.Dense(10, activation="softmax"))
    True
    """
    if isinstance(layer, Softmax):
        return layer.axis in (-1, 1)
    if isinstance(layer, ActivatedLayer | Activation):
        return layer.activation_name == "softmax"
    return False
