"""A trained model as data that the live figures compute with."""

import base64

import numpy as np

from cnn_helpers import layers, models

_POOLS = {
    layers.MaxPooling2D: "max_pool2d",
    layers.AveragePooling2D: "average_pool2d",
}
_GLOBAL_POOLS = {
    layers.GlobalMaxPooling2D: "global_max_pool2d",
    layers.GlobalAveragePooling2D: "global_average_pool2d",
}


def model_spec(model, labels=None, *, dtype="float32"):
    """Return a trained model as plain data: layers, shapes and weights.

    Parameters
    ----------
    model : cnn_helpers.models.Sequential or keras.Sequential
        A built model that takes grey images of shape (28, 28, 1), with values from 0
        to 1, and answers with one number a class.
    labels : sequence of str, optional
        The names of the classes; their numbers without it.
    dtype : {"float32", "float16"}
        How the weights are stored.

    Returns
    -------
    dict
        ``input`` (the shape of an image), ``labels``, ``dtype``, ``weights`` (base64 of
        all numbers in order, little-endian) and ``layers``: for each its ``name``,
        ``type``, settings, and the ``shapes`` of its weights.

    Raises
    ------
    TypeError
        For something else than such a model.
    ValueError
        For a layer or a setting that the figure cannot show, by its name; a model that
        is not built; one whose input is not (28, 28, 1) or whose output is not one
        number a class; labels that are not one a class; weights that are not finite.

    Examples
    --------
    >>> model = models.Sequential([layers.Input((28, 28, 1)),
    ...     layers.Conv2D(4, 3, activation="relu", name="conv"),
    ...     layers.GlobalAveragePooling2D(name="mean"), layers.Dense(3, name="out")])
    >>> spec = model_spec(model, labels=["cat", "dog", "eel"])
    >>> [(layer["name"], layer["type"]) for layer in spec["layers"]]
    [('conv', 'conv2d'), ('mean', 'global_average_pool2d'), ('out', 'dense')]
    >>> spec["layers"][0]["shapes"]
    {'kernel': [3, 3, 1, 4], 'bias': [4]}
    """
    if dtype not in ("float32", "float16"):
        raise ValueError(f"dtype must be float32 or float16, got {dtype!r}")
    model = _numpy_model(model)
    classes = _check_shapes(model)
    described = []
    numbers = []
    for layer in model.layers:
        if isinstance(layer, layers.Dropout):
            continue  # it does nothing when a trained model answers
        description, weights = _describe(layer)
        described.append(description)
        numbers += [_finite(weight, layer) for weight in weights]
    flat = np.concatenate([number.ravel() for number in numbers] or [np.zeros(0)])
    return {
        "input": list(model.input_shape[1:]),
        "labels": _labels(labels, classes),
        "dtype": dtype,
        "layers": described,
        "weights": _encode(flat, dtype),
    }


def _numpy_model(model):
    """Return the model itself, or a Keras model as one of ours."""
    if isinstance(model, models.Sequential):
        if not model.built:
            raise ValueError(
                f"model {model.name!r} has no weights yet: put layers.Input(...) first"
            )
        return model
    if type(model).__module__.partition(".")[0] == "keras":
        from cnn_helpers.keras_bridge import from_keras

        return from_keras(model)
    raise TypeError(
        "model must be a Sequential model of Keras or of cnn_helpers, "
        f"got {type(model).__name__}"
    )


def _check_shapes(model):
    """Return the number of classes; refuse what is no classifier of drawn digits."""
    if tuple(model.input_shape[1:]) != (28, 28, 1):
        raise ValueError(
            "the pad draws grey images of shape (28, 28, 1); "
            f"model {model.name!r} takes inputs of shape {model.input_shape[1:]}"
        )
    output_shape = model.output_shape[1:]
    if len(output_shape) != 1:
        raise ValueError(
            "the last layer must answer with one number a class; "
            f"model {model.name!r} answers with shape {output_shape}"
        )
    return output_shape[0]


def _describe(layer):
    """Return what the figure must know of a layer, and its weights in order."""
    kind = type(layer)
    description = {"name": layer.name}
    weights = {}
    if kind in (layers.Conv2D, layers.DepthwiseConv2D):
        weights = _convolution(layer, description)
    elif kind is layers.Dense:
        description |= {"type": "dense", "activation": layer.activation_name}
        weights = {"kernel": layer.kernel} | _bias(layer)
    elif kind in _POOLS:
        description |= {
            "type": _POOLS[kind],
            "size": list(layer.pool_size),
            "stride": list(layer.strides),
            "padding": layer.padding,
        }
    elif kind in _GLOBAL_POOLS:
        description["type"] = _GLOBAL_POOLS[kind]
    elif kind is layers.Flatten:
        description["type"] = "flatten"
    elif kind is layers.BatchNormalization:
        weights = _normalization(layer, description)
    elif kind in (layers.Activation, layers.ReLU, layers.Softmax):
        description |= {"type": "activation"} | _activation(layer)
    else:
        raise ValueError(
            f"layer {layer.name!r} is a {kind.__name__}, which Draw cannot show"
        )
    if weights:
        shapes = {name: list(weight.shape) for name, weight in weights.items()}
        description["shapes"] = shapes
    return description, list(weights.values())


def _convolution(layer, description):
    """Describe a convolution; return its weights."""
    kernel, groups = layer.kernel, getattr(layer, "groups", 1)
    if isinstance(layer, layers.DepthwiseConv2D):
        height, width, groups, multiplier = kernel.shape
        kernel = kernel.reshape(height, width, 1, groups * multiplier)
    description |= {
        "type": "conv2d",
        "stride": list(layer.strides),
        "padding": layer.padding,
        "dilation": list(layer.dilation_rate),
        "groups": groups,
        "activation": layer.activation_name,
    }
    return {"kernel": kernel} | _bias(layer)


def _bias(layer):
    return {"bias": layer.bias} if layer.use_bias else {}


def _normalization(layer, description):
    """Describe a batch normalization; return its weights and statistics."""
    description |= {"type": "batch_normalization", "epsilon": layer.epsilon}
    names = {
        "gamma": "gamma",
        "beta": "beta",
        "mean": "moving_mean",
        "variance": "moving_variance",
    }
    found = {ours: getattr(layer, theirs, None) for ours, theirs in names.items()}
    return {name: array for name, array in found.items() if array is not None}


def _activation(layer):
    """Return the activation of a layer that is nothing else."""
    if isinstance(layer, layers.Activation):
        return {"activation": layer.activation_name}
    if isinstance(layer, layers.Softmax):
        if layer.axis != -1:
            raise ValueError(
                f"layer {layer.name!r} (Softmax) has axis={layer.axis}; "
                "Draw shows axis=-1 only"
            )
        return {"activation": "softmax"}
    for name, neutral in (("max_value", None), ("threshold", 0)):
        if getattr(layer, name) != neutral:
            raise ValueError(
                f"layer {layer.name!r} (ReLU) has {name}={getattr(layer, name)}, "
                "which Draw cannot show"
            )
    return {"activation": "relu", "slope": layer.negative_slope}


def _finite(weight, layer):
    if not np.isfinite(weight).all():
        raise ValueError(
            f"layer {layer.name!r} has weights that are NaN or infinite: "
            "did its training diverge?"
        )
    return weight


def _labels(labels, classes):
    """Return one name a class."""
    if labels is None:
        return [str(number) for number in range(classes)]
    if isinstance(labels, str):
        raise TypeError("labels must be a sequence of names, one a class, got text")
    names = [str(label) for label in labels]
    if len(names) != classes:
        raise ValueError(
            f"labels has {len(names)} names, but the model answers with {classes} "
            "classes"
        )
    return names


def _encode(numbers, dtype):
    """Return base64 of numbers, little-endian."""
    with np.errstate(over="ignore"):  # said below, in words
        stored = np.asarray(numbers).astype("<f2" if dtype == "float16" else "<f4")
    if not np.isfinite(stored).all():
        raise ValueError(f"a weight is too large for {dtype}")
    return base64.b64encode(stored.tobytes()).decode("ascii")
