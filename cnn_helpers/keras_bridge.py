"""Between the two worlds: Keras models and the NumPy models of this package.

This is the only file of the package that imports Keras, and only when a function
needs it.
"""

import numpy as np

__all__ = ["copy_weights", "layer_outputs"]


def layer_outputs(model, images):
    """Return what every layer of a model answers to some images.

    Parameters
    ----------
    model : keras.Model or cnn_helpers.models.Sequential
        A built model whose layers follow one another.
    images : array_like, shape (N, H, W, C)
        The images, prepared as they were for training.

    Returns
    -------
    dict of str to numpy.ndarray
        The output of each layer under its name, in the order of the layers.

    Raises
    ------
    ValueError
        If the model has not been built.

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((6, 6, 1)), layers.MaxPooling2D(2),
    ...                            layers.Flatten()])
    >>> outputs = layer_outputs(model, np.ones((5, 6, 6, 1)))
    >>> {name: output.shape for name, output in outputs.items()}
    {'max_pooling2d': (5, 3, 3, 1), 'flatten': (5, 9)}
    """
    if not model.built:
        raise ValueError(
            f"the model {model.name!r} has no shapes yet: put layers.Input(...) first, "
            "or call it once on images"
        )
    outputs, signal = {}, np.asarray(images)
    for layer in model.layers:
        signal = layer(signal)  # inference: dropout and batch norm do not train
        outputs[layer.name] = np.asarray(signal)
    return outputs


def copy_weights(source, target):
    """Give one model the weights of another of the same shape.

    Parameters
    ----------
    source, target : keras.Model or cnn_helpers.models.Sequential
        Two built models with the same layers; either may be of either kind. The
        weights of ``target`` are replaced.

    Raises
    ------
    ValueError
        If the models do not have the same layers with the same shapes of weights; the
        message names the first pair that differs, and ``target`` stays as it was.

    Examples
    --------
    >>> import numpy as np
    >>> from cnn_helpers import layers, models
    >>> one = models.Sequential([layers.Input((4,)), layers.Dense(2)])
    >>> other = models.Sequential([layers.Input((4,)), layers.Dense(2)])
    >>> copy_weights(one, other)
    >>> np.array_equal(one.get_weights()[0], other.get_weights()[0])
    True
    """
    for which, model in (("source", source), ("target", target)):
        if not model.built:
            raise ValueError(
                f"the {which} model {model.name!r} has no weights yet: put "
                "layers.Input(...) first, or call it once on images"
            )
    from_layers, to_layers = _weighted_layers(source), _weighted_layers(target)
    if len(from_layers) != len(to_layers):
        raise ValueError(
            f"source has {len(from_layers)} layers with weights, target has "
            f"{len(to_layers)}"
        )
    weights = [layer.get_weights() for layer in from_layers]
    for layer, other, arrays in zip(from_layers, to_layers, weights, strict=True):
        shapes = [array.shape for array in arrays]
        wanted = [array.shape for array in other.get_weights()]
        if type(layer).__name__ != type(other).__name__ or shapes != wanted:
            raise ValueError(
                f"source layer {layer.name!r} ({type(layer).__name__}) has weights of "
                f"shapes {shapes}, target layer {other.name!r} "
                f"({type(other).__name__}) takes {wanted}"
            )
    for other, arrays in zip(to_layers, weights, strict=True):
        other.set_weights(arrays)


def _weighted_layers(model):
    return [layer for layer in model.layers if layer.get_weights()]
