"""A model as a file: the same again, all or nothing, and never a pickle."""

import json
import pickle
import struct
import zipfile

import numpy as np
import pytest

from cnn_helpers import initializers, layers, losses, models, optimizers
from cnn_helpers.models import saving

RNG = np.random.default_rng(0)
IMAGES = RNG.random((40, 8, 8, 2)).astype(np.float32)
LABELS = RNG.integers(0, 3, 40)


def every_layer():
    """Return a model in which each kind of layer stands once."""
    schedule = optimizers.schedules.CosineDecay(0.01, 100, alpha=0.1)
    model = models.Sequential(
        [
            layers.Input((8, 8, 2)),
            layers.Conv2D(4, (3, 2), padding="same", groups=2, activation="tanh",
                          kernel_initializer=initializers.HeNormal(seed=3)),
            layers.BatchNormalization(momentum=0.8),
            layers.ReLU(negative_slope=0.1),
            layers.DepthwiseConv2D(3, use_bias=False),
            layers.MaxPooling2D(2),
            layers.AveragePooling2D(2, strides=1, padding="same"),
            layers.Activation("sigmoid"),
            layers.Dropout(0.2, seed=1),
            layers.Flatten(),
            layers.Dense(3, name="head"),
            layers.Softmax(),
        ],
        name="all_sorts",
        seed=5,
    )  # fmt: skip
    model.compile(
        optimizers.AdamW(schedule), losses.SparseCategoricalCrossentropy(), ["accuracy"]
    )
    return model


def test_a_saved_model_answers_the_same(tmp_path):
    model = every_layer()
    model.fit(IMAGES, LABELS, verbose=0)
    path = tmp_path / "model.npz"
    model.save(path)
    again = models.load_model(str(path))
    np.testing.assert_array_equal(
        again.predict(IMAGES, verbose=0), model.predict(IMAGES, verbose=0)
    )
    texts = []
    model.summary(print_fn=texts.append)
    again.summary(print_fn=texts.append)
    assert texts[0] == texts[1]
    assert again.name == "all_sorts"
    assert again.evaluate(IMAGES, LABELS, verbose=0) == model.evaluate(
        IMAGES, LABELS, verbose=0
    )


def rewrite(path, change):
    """Change the description inside a saved model."""
    with np.load(path, allow_pickle=False) as archive:
        arrays = dict(archive)
    description = json.loads(str(arrays["description"]))
    change(description)
    np.savez(path, **(arrays | {"description": np.array(json.dumps(description))}))


def test_a_training_goes_on_where_it_was(tmp_path):
    """With its optimizer, its order of examples and its dropout."""

    def fit(model):
        model.fit(IMAGES, LABELS, epochs=2, verbose=0)

    def fresh():
        model = models.Sequential(
            [
                layers.Flatten(),
                layers.Dropout(0.3),
                layers.Dense(8, "relu"),
                layers.Dropout(0.5, seed=3),
                layers.Dense(3, "softmax"),
            ],
            seed=0,
        )
        model.compile(optimizers.Adam(0.01), "sparse_categorical_crossentropy")
        return model

    straight = fresh()
    fit(straight)
    fit(straight)
    first = fresh()
    fit(first)
    first.save(tmp_path / "half.npz")
    second = models.load_model(tmp_path / "half.npz")
    assert second.optimizer.iterations == 4
    fit(second)
    for one, other in zip(second.get_weights(), straight.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_file_without_random_numbers_is_read(tmp_path):
    """As the first files of this format were written."""
    every_layer().save(tmp_path / "m.npz")
    rewrite(tmp_path / "m.npz", lambda description: description.pop("random"))
    assert models.load_model(tmp_path / "m.npz").name == "all_sorts"


def test_float64_and_frozen_layers_stay_so(tmp_path):
    model = models.Sequential(
        [layers.Input((3,)), layers.Dense(2, dtype="float64", trainable=False)]
    )
    model.save(tmp_path / "m.npz")
    again = models.load_model(tmp_path / "m.npz")
    assert again.get_weights()[0].dtype == np.float64
    assert again.trainable_weights == []
    assert not again.compiled


def test_no_object_arrays(tmp_path):
    every_layer().save(tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz", allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "fU" for name in archive.files)


def test_a_pickle_is_not_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was opened",))

    path = tmp_path / "trap.npz"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ValueError, match=r"trap\.npz"):
        models.load_model(path)
    trap = np.empty((), dtype=object)
    trap[()] = Trap()
    np.savez(path, description=trap)
    with pytest.raises(ValueError, match=r"trap\.npz"):
        models.load_model(path)


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "m.npz"
    model = every_layer()
    model.save(path)
    before = path.read_bytes()

    def half(file, **arrays):
        file.write(b"half a file")
        raise OSError("disk full")

    monkeypatch.setattr(saving.np, "savez", half)
    with pytest.raises(OSError, match="disk full"):
        model.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("keep", [0, 100, -200])
def test_a_damaged_file_is_refused_by_name(tmp_path, keep):
    path = tmp_path / "m.npz"
    every_layer().save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"m\.npz"):
        models.load_model(path)


def test_random_damage_is_refused_by_name_or_does_no_harm(tmp_path):
    path = tmp_path / "m.npz"
    every_layer().save(path)
    good = path.read_bytes()
    rng = np.random.default_rng(0)
    refused = []
    for _ in range(150):
        damaged = bytearray(good)
        # in the arrays, and where an archive keeps its names, versions and lengths
        for place in (rng.integers(len(good)), -rng.integers(1, 900)):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            models.load_model(path)
        except ValueError as error:
            refused.append(str(error))
    assert len(refused) > 100
    assert all("m.npz" in message for message in refused)


def huge(path):
    """Write an archive whose array says that it is larger than any memory."""
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,), }"
    magic = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("description.npy", magic)


def unfinished(path):
    """Write an archive whose array's header does not end."""
    header = b"{'descr': '<f8', 'shape': (3L,"
    magic = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("description.npy", magic)


def locked(path):
    """Mark an archive's content as encrypted."""
    every_layer().save(path)
    content = path.read_bytes()
    start = content.index(b"PK\x01\x02")
    path.write_bytes(content[: start + 8] + b"\x01" + content[start + 9 :])


def newer(path):
    """Mark an archive as one of a version that nobody reads yet."""
    every_layer().save(path)
    content = path.read_bytes()
    start = content.index(b"PK\x01\x02")
    path.write_bytes(content[: start + 6] + b"\xff" + content[start + 7 :])


def nested(path):
    """Write a description that is nested beyond Python's depth."""
    np.savez(path, description=np.array("[" * 100_000))


@pytest.mark.filterwarnings("ignore")  # of NumPy, on headers of other versions
@pytest.mark.parametrize("make", [huge, unfinished, locked, newer, nested])
def test_a_file_made_to_confuse_is_refused_by_name(tmp_path, make):
    make(tmp_path / "m.npz")
    with pytest.raises(ValueError, match=r"m\.npz is (damaged or )?not a model"):
        models.load_model(tmp_path / "m.npz")


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("layer", "__doc__"),
        ("layer", "Layers"),
        ("layer", "sliding"),
        ("initializer", "np"),
        ("initializer", "fans"),
        ("loss", "as_class_numbers"),
        ("loss", "get"),
        ("optimizer", "schedules"),
        ("rate", "number"),
    ],
)
def test_a_file_names_public_classes_and_nothing_else(tmp_path, part, name):
    def change(description):
        first, training = description["layers"][0], description["training"]
        optimizer = training["optimizer"]
        places = {
            "layer": first,
            "initializer": first["arguments"]["kernel_initializer"],
            "loss": training["loss"],
            "optimizer": optimizer,
            "rate": optimizer["arguments"]["learning_rate"],
        }
        places[part]["class"] = name

    every_layer().save(tmp_path / "m.npz")
    rewrite(tmp_path / "m.npz", change)
    with pytest.raises(ValueError, match=f"m.npz is not a model.*'{name}' is no class"):
        models.load_model(tmp_path / "m.npz")


def test_a_foreign_file_is_refused_by_name(tmp_path):
    np.savez(tmp_path / "other.npz", weights=np.ones(3))
    with pytest.raises(ValueError, match=r"other\.npz.*not a model"):
        models.load_model(tmp_path / "other.npz")
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        models.load_model(tmp_path / "none.npz")


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"\.npz.*model\.keras"):
        every_layer().save(tmp_path / "model.keras")


def test_a_layer_of_ones_own_cannot_be_saved(tmp_path):
    class Mine(layers.Flatten):
        pass

    model = models.Sequential([layers.Input((3,)), Mine()])
    with pytest.raises(ValueError, match="Mine"):
        model.save(tmp_path / "m.npz")
    unbuilt = models.Sequential([layers.Dense(3)])
    with pytest.raises(ValueError, match=r"layers\.Input"):
        unbuilt.save(tmp_path / "m.npz")
