"""`Draw`: draw a digit and watch every layer of a network answer."""

import json
from functools import cache
from pathlib import Path

from cnn_helpers.explorables.figure import LiveFigure
from cnn_helpers.explorables.spec import model_spec

BOOK_MODEL = Path(__file__).parent / "book_model.json"
_FIELDS = ("input", "labels", "dtype", "layers", "weights")


class Draw(LiveFigure):
    """A pad to draw on, what the network sees, its maps and its answer.

    Parameters
    ----------
    model_or_spec : keras.Sequential, cnn_helpers.models.Sequential, dict or "book"
        A trained model that takes grey images of shape (28, 28, 1), with values from 0
        to 1, such as those of chapters 14 to 21; the data that
        `cnn_helpers.explorables.spec.model_spec` makes of one; or "book", the small
        network whose training stands in ``experiments/train_draw_model.py``.
    labels : sequence of str, optional
        The names of the classes; their numbers without it.

    Raises
    ------
    TypeError
        For something else than a model or its data.
    ValueError
        For a layer that the figure cannot show, a model of other images, a model that
        is not built, labels that are not one a class.

    Examples
    --------
    >>> from cnn_helpers import layers, models
    >>> model = models.Sequential([layers.Input((28, 28, 1)), layers.Flatten(),
    ...                            layers.Dense(10)], name="one_layer")
    >>> Draw(model)
    <live figure Draw: 2 layers, 10 classes>
    """

    tag = "live-draw"
    scripts = ("core.js", "figure.js", "draw.js")

    def __init__(self, model_or_spec, labels=None):
        spec = _spec_of(model_or_spec, labels)
        examples = book_spec().get("examples") if BOOK_MODEL.exists() else None
        super().__init__(
            data={"examples": examples or []} | spec,
            summary=f"{len(spec['layers'])} layers, {len(spec['labels'])} classes",
        )


@cache
def book_spec():
    """Return the data of the book's own small network, with eleven test images.

    Returns
    -------
    dict
        As `cnn_helpers.explorables.spec.model_spec` makes it, and ``examples``: of
        MNIST's test set the first image of each class that the network reads, and the
        first that it misreads; each with its ``label`` and its ``pixels`` (base64 of
        784 bytes).

    Examples
    --------
    >>> [example["label"] for example in book_spec()["examples"]][-3:]
    ['8', '9', '3, misread']
    """
    return json.loads(BOOK_MODEL.read_text(encoding="utf-8"))


def _spec_of(model_or_spec, labels):
    """Return the data of a model, checked."""
    if isinstance(model_or_spec, str):
        if model_or_spec != "book":
            raise ValueError(
                f'model_or_spec must be a model, its data or "book", '
                f"got {model_or_spec!r}"
            )
        model_or_spec = book_spec()
    if not isinstance(model_or_spec, dict):
        return model_spec(model_or_spec, labels)
    missing = [name for name in _FIELDS if name not in model_or_spec]
    if missing:
        raise ValueError(f"model_or_spec lacks {', '.join(missing)}")
    if labels is None:
        return model_or_spec
    if isinstance(labels, str) or len(labels) != len(model_or_spec["labels"]):
        raise ValueError(
            f"labels must be {len(model_or_spec['labels'])} names, got {labels!r}"
        )
    return model_or_spec | {"labels": [str(label) for label in labels]}
