"""A model as a file: an .npz archive of plain arrays and one line of JSON."""

import json
import os
from pathlib import Path

import numpy as np

from cnn_helpers import initializers, layers, losses, optimizers

FORMAT = "cnn_helpers model, version 1"


def save_model(model, filepath):
    """Write a model to a file, all or nothing.

    Parameters
    ----------
    model : Sequential
        A built model.
    filepath : str or pathlib.Path
        A name that ends in .npz.

    Raises
    ------
    ValueError
        For another ending, and for a model that is not built.
    OSError
        If it cannot be written; what stood there before stays, whole.

    Examples
    --------
    >>> import tempfile
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((3,)), layers.Dense(2)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(model, Path(folder) / "model.npz")
    ...     load_model(Path(folder) / "model.npz").count_params()
    8
    """
    path = _npz_path(filepath)
    if not model.built:
        raise ValueError(model._not_built())
    arrays = {f"weight_{i}": weight for i, weight in enumerate(model.weights)}
    description = {
        "format": FORMAT,
        "name": model.name,
        "seed": model.seed,
        "input_shape": model.input_shape,
        "layers": [_layer_config(layer) for layer in model.layers],
        "random": {
            name: generator.bit_generator.state
            for name, generator in _generators(model).items()
        },
    }
    if model.compiled:
        description["training"] = _training_config(model)
        for i, memory in enumerate(model.optimizer.memory):
            for name, array in memory.items():
                arrays[f"optimizer_{i}_{name}"] = array
    arrays["description"] = np.array(json.dumps(description))
    _write_atomically(path, arrays)


def load_model(filepath):
    """Read a model that `Sequential.save` wrote.

    Parameters
    ----------
    filepath : str or pathlib.Path
        The file.

    Returns
    -------
    Sequential
        With the same layers, weights, and state of the training: the optimizer goes on
        where it was, and so do the random numbers of shuffling and dropout.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, or is not such a model.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((3,)), layers.Dense(2)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model.save(Path(folder) / "small.npz")
    ...     again = models.load_model(Path(folder) / "small.npz")
    >>> again.count_params()
    8
    """
    from cnn_helpers.models.sequential import Sequential

    path = _npz_path(filepath)
    if not path.is_file():
        raise FileNotFoundError(f"there is no model file {path}")
    arrays = _read(path)
    try:
        description = json.loads(str(arrays["description"]))
        if description["format"] != FORMAT:
            raise ValueError(f"its format is {description['format']!r}")
        model = Sequential(name=description["name"], seed=description["seed"])
        batch_size, *shape = description["input_shape"]
        model.add(layers.Input(tuple(shape), batch_size=batch_size))
        for config in description["layers"]:
            model.add(_layer_from_config(config))
        count = len(model.weights)
        model.set_weights([arrays[f"weight_{i}"] for i in range(count)])
        if "training" in description:
            _compile_again(model, description["training"], arrays)
        for name, state in description.get("random", {}).items():
            _generators(model)[name].bit_generator.state = state
    except Exception as problem:  # whatever a foreign description leads to
        raise ValueError(f"{path} is not a model of this package: {problem}") from None
    return model


def _npz_path(filepath):
    path = Path(filepath)
    if path.suffix != ".npz":
        raise ValueError(
            f"this package's models live in .npz files, got {str(filepath)!r} (.keras "
            "files belong to Keras; cnn_helpers.keras_bridge.to_keras makes a Keras "
            "model)"
        )
    return path


def _write_atomically(path, arrays):
    """Write beside the file, then rename: a reader sees the old or the new one."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as problem:
        rest = "the older file is whole" if path.exists() else "no part of it is there"
        problem.add_note(f"{path} was not saved: {rest}")
        raise
    finally:
        partial.unlink(missing_ok=True)


def _read(path):
    """Return the arrays of a file; pickled objects are refused."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except Exception as bad:  # the readers of zip and .npy raise a dozen kinds
        raise ValueError(
            f"{path} is damaged or not a model of this package: {bad}"
        ) from None


def _layer_config(layer):
    kind = type(layer).__name__
    if getattr(layers, kind, None) is not type(layer):
        raise ValueError(
            f"layer {layer.name!r} is a {kind}, which is not a layer of "
            "cnn_helpers.layers: it cannot be saved"
        )
    arguments = {name: _plain(value) for name, value in layer.get_config().items()}
    arguments |= {"name": layer.name, "dtype": layer.dtype}
    return {"class": kind, "trainable": layer.trainable, "arguments": arguments}


def _plain(value):
    """Return a setting as JSON can hold it."""
    if hasattr(value, "get_config"):
        return {"class": type(value).__name__, "arguments": value.get_config()}
    return value


def _layer_from_config(config):
    arguments = config["arguments"]
    for name, value in arguments.items():
        if isinstance(value, dict):
            arguments[name] = _made_of(initializers, value)
        elif isinstance(value, list):
            arguments[name] = tuple(value)
    arguments["trainable"] = config["trainable"]
    return _made_of(layers, config)


def _made_of(module, config):
    """Return an object of one of a module's public classes, and of nothing else."""
    kind = config["class"]
    found = getattr(module, kind) if kind in module.__all__ else None
    if not isinstance(found, type):
        raise ValueError(f"{kind!r} is no class of {module.__name__}")
    return found(**config["arguments"])


def _generators(model):
    """Return the generators of random numbers that a training draws from, by name."""
    own = {
        f"layer {layer.name}": layer._rng
        for layer in model.layers
        if isinstance(layer, layers.Dropout) and layer.seed is not None
    }
    return {"model": model.rng, **own}


def _training_config(model):
    optimizer = model.optimizer
    settings = {name: _plain(value) for name, value in optimizer.get_config().items()}
    return {
        "loss": {
            "class": type(model.loss).__name__,
            "arguments": model.loss.get_config(),
        },
        "metrics": model.metrics_names,
        "optimizer": {"class": type(optimizer).__name__, "arguments": settings},
        "iterations": optimizer.iterations,
        "memory": [sorted(memory) for memory in optimizer.memory],
    }


def _compile_again(model, training, arrays):
    """Give a model its loss and optimizer back, with what the optimizer remembers."""
    loss, optimizer = training["loss"], training["optimizer"]
    rate = optimizer["arguments"]["learning_rate"]
    if isinstance(rate, dict):
        schedule = _made_of(optimizers.schedules, rate)
        optimizer["arguments"]["learning_rate"] = schedule
    model.compile(
        _made_of(optimizers, optimizer),
        _made_of(losses, loss),
        metrics=training["metrics"],
    )
    model.optimizer.iterations = training["iterations"]
    model.optimizer.memory = [
        {name: arrays[f"optimizer_{i}_{name}"] for name in names}
        for i, names in enumerate(training["memory"])
    ]
