"""Chapter 11's lists of VGG-16 and ResNet-50, against Keras's own networks."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from cnn_helpers.receptive_field import Stage, receptive_field

CHAPTER = Path(__file__).parents[1] / "notebooks/11_receptive_field_arithmetic.ipynb"


@pytest.fixture(scope="module")
def stacks():
    """Run the cells that define the stacks."""
    names = {"Stage": Stage, "receptive_field": receptive_field, "np": np}
    for cell in nbformat.read(CHAPTER, as_version=4).cells:
        starts = ("def field_jump_start", "vgg_16 = ", "windows = ", "def resnet_50")
        if cell.cell_type == "code" and cell.source.startswith(starts):
            exec(cell.source, names)
    return names


@pytest.fixture(scope="module")
def applications():
    pytest.importorskip("keras")
    from keras import applications

    return applications


def windows_of(layers):
    """Return (kernel size, stride) of each of Keras's layers that has a window."""
    found = []
    for layer in layers:
        kernel_size = getattr(layer, "kernel_size", getattr(layer, "pool_size", None))
        if kernel_size is not None:
            found.append((kernel_size[0], layer.strides[0]))
    return found


def test_vgg_16_is_keras_vgg_16(stacks, applications):
    model = applications.VGG16(weights=None, include_top=False)
    mine = [(stage.kernel_size, stage.stride) for stage in stacks["vgg_16"]]
    assert mine == windows_of(model.layers)
    assert len(mine) == 18


def test_resnet_50_is_the_longest_path_of_keras_resnet_50(stacks, applications):
    model = applications.ResNet50(weights=None, include_top=False)
    path = re.compile(r"conv1_conv|pool1_pool|conv\d_block\d_[123]_conv")
    layers = [layer for layer in model.layers if path.fullmatch(layer.name)]
    stack = stacks["resnet_50"](1)
    assert [(s.kernel_size, s.stride) for s in stack] == windows_of(layers)
    names = [layer.name.removesuffix("_conv").removesuffix("_pool") for layer in layers]
    assert [stage.name for stage in stack] == names


@pytest.mark.parametrize(
    ("name", "field", "jump"), [("vgg_16", 212, 32), ("alexnet", 195, 32)]
)
def test_published_fields(stacks, name, field, jump):
    last = receptive_field(stacks[name], 224)[-1]
    assert (last.receptive_field, last.jump) == (field, jump)


@pytest.mark.parametrize(("stride_in", "field"), [(1, 483), (3, 427)])
def test_published_fields_of_resnet_50(stacks, stride_in, field):
    last = receptive_field(stacks["resnet_50"](stride_in), 224)[-1]
    assert (last.size, last.receptive_field, last.jump) == (7, field, 32)
