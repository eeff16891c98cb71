"""Between the two worlds: Keras models and the NumPy models of this package.

This is the only file of the package that imports Keras, and only when a function
needs it.
"""

import numpy as np

from cnn_helpers import initializers, layers, models

__all__ = ["copy_weights", "from_keras", "layer_outputs", "to_keras"]


def to_keras(model):
    """Return a Keras model with the layers and the weights of a NumPy model.

    Parameters
    ----------
    model : cnn_helpers.models.Sequential
        A built model.

    Returns
    -------
    keras.Sequential
        Not compiled: Keras is told anew how to learn.

    Raises
    ------
    TypeError
        For something else than such a model.
    ValueError
        For a model that is not built, or a layer that Keras does not have.

    Examples
    --------
    >>> model = models.Sequential([layers.Input((4,)), layers.Dense(2)])
    >>> to_keras(model).count_params()
    10
    """
    import keras

    if not isinstance(model, models.Sequential):
        raise TypeError(f"to_keras takes a NumPy model, got {type(model).__name__}")
    _require_built(model, "model")
    keras_layers = [keras.layers.Input(batch_shape=model.input_shape)]
    for layer in model.layers:
        kind = type(layer).__name__
        if getattr(layers, kind, None) is not type(layer):
            raise ValueError(
                f"layer {layer.name!r} is a {kind}: Keras has no such layer"
            )
        arguments = layer.get_config()
        for name, value in arguments.items():
            if name.endswith("_initializer"):
                keras_kind = getattr(keras.initializers, type(value).__name__)
                arguments[name] = keras_kind(**value.get_config())
        keras_layers.append(
            getattr(keras.layers, kind)(
                **arguments,
                name=layer.name,
                dtype=layer.dtype,
                trainable=layer.trainable,
            )
        )
    result = keras.Sequential(keras_layers, name=model.name)
    copy_weights(model, result)
    return result


def from_keras(model):
    """Return a NumPy model with the layers and the weights of a Keras model.

    Parameters
    ----------
    model : keras.Sequential
        A built model of layers that this package has.

    Returns
    -------
    cnn_helpers.models.Sequential
        Not compiled.

    Raises
    ------
    TypeError
        For something else than a Sequential model, such as one of the functional API.
    ValueError
        For a model that is not built, and for a layer or a setting that this package
        does not have; the message names it.

    Examples
    --------
    >>> import keras
    >>> theirs = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2)])
    >>> from_keras(theirs).count_params()
    10
    """
    import keras

    if not isinstance(model, keras.Sequential):
        raise TypeError(
            f"from_keras takes a keras.Sequential, got {type(model).__name__} "
            "(this package has no functional API)"
        )
    _require_built(model, "model")
    batch_size, *shape = model.input_shape
    result = models.Sequential(
        [layers.Input(tuple(shape), batch_size=batch_size)], name=model.name
    )
    for layer in model.layers:
        result.add(_our_layer(layer))
    copy_weights(model, result)
    return result


# What a Keras layer's config says when it asks for nothing that we lack.
_NEUTRAL = {
    "data_format": "channels_last",
    "noise_shape": None,
    "synchronized": False,
    "renorm": False,
    "renorm_clipping": None,
    "renorm_momentum": 0.99,
    "lora_rank": None,
    "lora_alpha": None,
    "quantization_config": None,
    **{
        f"{weight}_{kind}": None
        for weight in ("kernel", "bias", "depthwise", "activity", "beta", "gamma")
        for kind in ("regularizer", "constraint")
    },
}


def _our_layer(layer):
    """Return a layer of ours with the settings of a Keras layer."""
    kind = type(layer).__name__
    ours = getattr(layers, kind, None)
    if ours is None or not type(layer).__module__.startswith("keras."):
        raise ValueError(
            f"layer {layer.name!r} is a {kind}, which this package does not have"
        )
    config = layer.get_config()
    arguments = {"name": config.pop("name"), "trainable": config.pop("trainable"),
                 "dtype": layer.compute_dtype}  # fmt: skip
    config.pop("dtype")
    known = _known_arguments(ours)
    for name, value in config.items():
        if name in known:
            arguments[name] = _our_value(layer, name, value)
        elif not name.endswith("_initializer") and value != _NEUTRAL.get(name, ...):
            raise ValueError(
                f"layer {layer.name!r} ({kind}) has {name}={value!r}, which this "
                "package does not support"
            )
    return ours(**arguments)


def _known_arguments(kind):
    """Return the names of the arguments that one of our layers takes."""
    names = kind.__init__.__code__
    return set(names.co_varnames[: names.co_argcount + names.co_kwonlyargcount])


def _our_value(layer, name, value):
    """Return a setting of a Keras layer as ours takes it."""
    if name.endswith("_initializer"):
        # The weights are copied: where they once started no longer matters.
        known = getattr(initializers, value["class_name"], None)
        return known() if known is not None else initializers.GlorotUniform()
    if name == "activation" and not isinstance(value, str):
        raise ValueError(
            f"layer {layer.name!r} has an activation of its own: {value!r}"
        )
    return tuple(value) if isinstance(value, list) else value


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
    _require_built(model, "model")
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
    _require_built(source, "source")
    _require_built(target, "target")
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


def _require_built(model, name):
    if not model.built:
        raise ValueError(
            f"{name} {model.name!r} has no weights yet: put layers.Input(...) first, "
            "or call it once on images"
        )


def _weighted_layers(model):
    return [layer for layer in model.layers if layer.get_weights()]
