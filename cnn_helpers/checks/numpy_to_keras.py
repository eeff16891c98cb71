"""Checks of chapter 17: listings built and translated, settings refused, orders."""

import numpy as np

from cnn_helpers import layers as layers_here
from cnn_helpers import models
from cnn_helpers.checks.parts import Check, case, wrong

# ------------------------------------------------- a model from a listing

ARTICLE = [
    ("Input", {"shape": (28, 28, 1)}),
    ("Conv2D", {"filters": 6, "kernel_size": 2, "activation": "relu"}),
    ("MaxPooling2D", {"pool_size": 2}),
    ("Flatten", {}),
    ("Dense", {"units": 10, "activation": "softmax"}),
]
SMALL = [
    ("Input", {"shape": (12, 9, 2)}),
    ("Conv2D", {"filters": 4, "kernel_size": (3, 2), "strides": (2, 1)}),
    ("ReLU", {}),
    ("Conv2D", {"filters": 4, "kernel_size": (3, 2), "padding": "same"}),
    ("ReLU", {}),
    ("GlobalAveragePooling2D", {}),
    ("Dense", {"units": 3}),
]
TWINS = [
    ("Input", {"shape": (6,)}),
    ("Dense", {"units": 6, "activation": "tanh"}),
    ("Dense", {"units": 6, "activation": "tanh"}),
    ("Dense", {"units": 6, "use_bias": False}),
    ("Softmax", {}),
]

NO_MODEL = (
    "return a model: hand the list of layers to keras.Sequential, and return what it "
    "gives"
)
A_LIST = "you returned the layers in a list: hand the list to keras.Sequential"
NO_INPUT = (
    "your model has no shapes yet: `Input` is an entry of the listing like the others, "
    "and its place is first in the list that Sequential gets"
)
TOO_FEW = (
    "your model has fewer layers than the listing: every entry makes a layer of its "
    "own, an entry that looks like an earlier one too"
)
LAST_MISSING = "the last entry of the listing is missing in your model"
OTHER_LAYERS = "your layers are not those of the listing, in its order"
PLAIN_LAYERS = (
    "the activation is lost: hand all settings of an entry to its layer, with "
    "**settings"
)
OTHER_SETTINGS = (
    "a layer has other settings than its entry: hand all of them to it, with **settings"
)
NOT_BY_NAME = (
    "an entry is a pair, and you handed the pair or its dictionary to Sequential: look "
    "the class up by its name with getattr(keras.layers, name), and call it"
)


def build_from(listing):
    """Return a model with the layers of a listing."""
    return models.Sequential(
        [getattr(layers_here, name)(**settings) for name, settings in listing]
    )


def _judge_model(result, listing):
    """Say what is wrong with a model of either library, or return None."""
    if isinstance(result, list | tuple):
        pairs = all(isinstance(item, dict | tuple | str) for item in result)
        return NOT_BY_NAME if pairs else A_LIST
    if not hasattr(type(result), "count_params") or not hasattr(result, "layers"):
        return NO_MODEL
    wanted = build_from(listing)
    stack = [layer for layer in result.layers if type(layer).__name__ != "InputLayer"]
    made = [type(layer).__name__ for layer in stack]
    names = [type(layer).__name__ for layer in wanted.layers]
    if made == names[:-1]:
        return LAST_MISSING
    if len(made) < len(names):
        return TOO_FEW
    if made != names:
        return OTHER_LAYERS
    if not result.built:
        return NO_INPUT
    if fault := _judge_settings(stack, wanted.layers, listing):
        return fault
    if tuple(result.input_shape) != wanted.input_shape:
        return "your model takes images of another shape than the listing says"
    return None


def _judge_settings(stack, wanted, listing):
    """Say which setting of a layer differs, or return None."""
    entries = [settings for name, settings in listing if name != "Input"]
    for mine, right, settings in zip(stack, wanted, entries, strict=True):
        for name in settings:
            if _setting(mine, name) != _setting(right, name):
                return PLAIN_LAYERS if name == "activation" else OTHER_SETTINGS
    return None


def _setting(layer, name):
    """Return a setting as a layer notes it: pairs as tuples, functions by name."""
    value = layer.get_config().get(name)
    return tuple(value) if isinstance(value, list) else value


def _without(*names):
    """Return a build_from that drops settings."""

    def function(listing):
        kept = [
            (kind, {key: settings[key] for key in settings if key not in names})
            for kind, settings in listing
        ]
        return build_from(kept)

    return function


def _required_only(listing):
    needed = {"shape", "filters", "kernel_size", "units", "pool_size", "activation"}
    return build_from(
        [(kind, {k: v for k, v in s.items() if k in needed}) for kind, s in listing]
    )


def _one_a_kind(listing):
    """Build equal entries once, as a dictionary of layers does."""
    made = {str(entry): entry for entry in listing}
    return build_from(list(made.values()))


def _middle_reversed(listing):
    first, *rest = listing
    try:
        return build_from([first, *reversed(rest)])
    except ValueError:
        return models.Sequential([layers_here.Flatten() for _ in rest])


BUILD_FROM = Check(
    name="build_from",
    reference=build_from,
    judge=_judge_model,
    cases=(case(ARTICLE), case(SMALL), case(TWINS)),
    mistakes=(
        wrong(
            lambda listing: [getattr(layers_here, n)(**s) for n, s in listing], A_LIST
        ),
        wrong(lambda listing: build_from(listing[1:]), NO_INPUT),
        wrong(lambda listing: build_from(listing[:-1]), LAST_MISSING),
        wrong(_without("activation"), PLAIN_LAYERS),
        wrong(_required_only, OTHER_SETTINGS),
        wrong(_one_a_kind, TOO_FEW),
        wrong(_middle_reversed, OTHER_LAYERS),
        wrong(lambda listing: dict(listing), NO_MODEL),
        wrong(lambda listing: list(listing), NOT_BY_NAME),
    ),
)

# ------------------------------------------- a listing of Keras 1, in today's words

CLASSES = {"Convolution2D": "Conv2D"}
WORDS = {
    "nb_filter": "filters",
    "border_mode": "padding",
    "subsample": "strides",
    "output_dim": "units",
    "p": "rate",
    "init": "kernel_initializer",
    "bias": "use_bias",
}
OLD_ARTICLE = [
    (
        "Convolution2D",
        {"nb_filter": 6, "nb_row": 2, "nb_col": 2, "input_shape": (28, 28, 1)},
    ),
    ("Activation", {"activation": "relu"}),
    ("MaxPooling2D", {"pool_size": (2, 2)}),
    ("Flatten", {}),
    ("Dense", {"output_dim": 10, "activation": "softmax"}),
]
OLD_DEEP = [
    (
        "Convolution2D",
        {
            "nb_filter": 8,
            "nb_row": 3,
            "nb_col": 5,
            "subsample": (1, 2),
            "border_mode": "same",
            "input_shape": (20, 30, 3),
        },
    ),
    ("Convolution2D", {"nb_filter": 4, "nb_row": 1, "nb_col": 3, "bias": False}),
    ("MaxPooling2D", {"pool_size": (2, 2), "border_mode": "same"}),
    ("Dropout", {"p": 0.25}),
    ("Flatten", {}),
    ("Dense", {"output_dim": 32, "init": "he_normal"}),
    ("Activation", {"activation": "tanh"}),
    ("Dense", {"output_dim": 5}),
]
OLD_DENSE = [
    ("Dense", {"output_dim": 12, "activation": "relu", "input_shape": (7,)}),
    ("Dropout", {"p": 0.5}),
    ("Dense", {"output_dim": 3}),
]


def translate(listing):
    """Return a listing of Keras 1 in the words of today's Keras."""
    return _translated(listing)


def _translated(
    listing, *, words=WORDS, classes=CLASSES, with_input=True, kernel=True, swap=False
):
    """Return the translation with one thing left out or wrong."""
    result = []
    for kind, old in listing:
        new = {words.get(key, key): value for key, value in old.items()}
        shape = new.pop("input_shape", None) if with_input else None
        if shape is not None:
            result.append(("Input", {"shape": shape}))
        if kernel and "nb_row" in new:
            size = (new.pop("nb_row"), new.pop("nb_col"))
            new["kernel_size"] = size[::-1] if swap else size
        result.append((classes.get(kind, kind), new))
    return result


def _wordless(*names):
    """Return a translation that leaves some of the old words."""
    kept = {old: new for old, new in WORDS.items() if old not in names}
    return lambda listing: _translated(listing, words=kept)


def _pools_kept(listing):
    result = _translated(listing)
    for kind, settings in result:
        if kind == "MaxPooling2D" and "padding" in settings:
            settings["border_mode"] = settings.pop("padding")
    return result


def _table_only(listing):
    """Keep what the table names, and drop the rest."""
    known = {*WORDS.values(), "shape", "kernel_size"}
    return [
        (kind, {word: settings[word] for word in settings if word in known})
        for kind, settings in _translated(listing)
    ]


def _square_kernels(listing):
    result = _translated(listing)
    for _, settings in result:
        if "kernel_size" in settings:
            settings["kernel_size"] = settings["kernel_size"][0]
    return result


def _input_and_shape(listing):
    result = _translated(listing, with_input=False)
    shape = result[0][1]["input_shape"]
    return [("Input", {"shape": shape}), *result]


def _input_last(listing):
    first, *rest = _translated(listing)
    return [*rest, first]


def _shape_dropped(listing):
    return _translated(listing)[1:]


def _in_place(listing):
    for position, (kind, settings) in enumerate(listing):
        for old, new in WORDS.items():
            if old in settings:
                settings[new] = settings.pop(old)
        listing[position] = (CLASSES.get(kind, kind), settings)
    return listing


TRANSLATE = Check(
    name="translate",
    reference=translate,
    cases=(case(OLD_ARTICLE), case(OLD_DEEP), case(OLD_DENSE)),
    mistakes=(
        wrong(
            lambda listing: list(listing),
            "you returned the old listing as it was: none of its words is replaced",
        ),
        wrong(
            lambda listing: _translated(listing, classes={}),
            "the layers still have their old names: Convolution2D is Conv2D today",
        ),
        wrong(
            lambda listing: _translated(listing, with_input=False),
            "`input_shape` still stands in the first layer: take it out, and put the "
            'entry ("Input", {"shape": ...}) before it',
        ),
        wrong(
            _input_and_shape,
            "`input_shape` stands twice: as the Input that you added, and still among "
            "the settings of the first layer; take it out there",
        ),
        wrong(
            _input_last,
            "the entry of Input is there, but at the end: it comes before the layer it "
            "was taken from",
        ),
        wrong(
            _shape_dropped,
            "you took `input_shape` out and left it out: it becomes an entry of its "
            'own, ("Input", {"shape": ...}), before the first layer',
        ),
        wrong(
            lambda listing: _translated(listing, kernel=False),
            "`nb_row` and `nb_col` are still there: together they are one setting, "
            "kernel_size=(rows, columns)",
        ),
        wrong(
            lambda listing: _translated(listing, swap=True),
            "rows and columns of kernel_size are swapped: nb_row comes first",
        ),
        wrong(
            _square_kernels,
            "kernel_size is to be a pair: kernels need not be square",
        ),
        wrong(
            _wordless("border_mode"),
            "`border_mode` is still there: today it is called padding, in convolutions "
            "and in pools",
        ),
        wrong(
            _pools_kept,
            "the `border_mode` of a pool is still there: it is called padding today, "
            "as in a convolution",
        ),
        wrong(
            _table_only,
            "settings that are not in the table, such as activation and pool_size, "
            "are lost: they stay as they are",
        ),
        wrong(
            _wordless("subsample"),
            "`subsample` is still there: today it is called strides",
        ),
        wrong(
            _wordless("output_dim"),
            "`output_dim` is still there: today it is called units",
        ),
        wrong(_wordless("p"), "`p` of Dropout is still there: today it is called rate"),
        wrong(
            _wordless("init"),
            "`init` is still there: today it is called kernel_initializer",
        ),
        wrong(_wordless("bias"), "`bias` is still there: today it is called use_bias"),
        wrong(
            _in_place,
            "you changed the dictionaries you were given: make new ones, with "
            "dict(settings) or {}",
        ),
    ),
)

# ------------------------------------------------- which settings Keras refuses


def keras_accepts(
    image_shape, filters, kernel_size, strides, padding, dilation, groups
):
    """Return whether Keras builds such a convolution layer."""
    return _accepted(
        image_shape, filters, kernel_size, strides, padding, dilation, groups
    )


def _accepted(
    shape,
    filters,
    size,
    strides,
    padding,
    dilation,
    groups,
    *,
    but="",
    sides=slice(0, 2),
):
    """Return the right answer, with one rule (`but`) forgotten or bent."""
    span = dilation * (size - 1) + 1
    if but == "span":
        span = size
    elif but == "gaps":
        span = dilation * size
    rules = {
        "padding": padding in ("valid", "same"),
        "both": strides == 1 or dilation == 1,
        "filters": filters % groups == 0,
        "channels": shape[2] % groups == 0,
        "fit": padding != "valid" or span <= min(shape[sides]),
    }
    if but == "no rest":
        rules["fit"] &= all((side - span) % strides == 0 for side in shape[:2])
    if but == "same must fit":
        rules["fit"] = span <= min(shape[:2])
    elif but == "fit one side":
        rules["fit"] = padding != "valid" or span <= max(shape[:2])
    elif but == "strictly":
        rules["fit"] = padding != "valid" or span < min(shape[:2])
    elif but == "strides":
        rules["both"] = strides == 1
    elif but == "dilation":
        rules["both"] = dilation == 1
    return all(holds for name, holds in rules.items() if name != but)


def _bent(but, **changes):
    """Return a keras_accepts with one rule forgotten or bent."""

    def function(image_shape, filters, kernel_size, strides, padding, dilation, groups):
        return _accepted(
            image_shape,
            filters,
            kernel_size,
            strides,
            padding,
            dilation,
            groups,
            but=but,
            **changes,
        )

    return function


KERAS_ACCEPTS = Check(
    name="keras_accepts",
    reference=keras_accepts,
    cases=(
        # image_shape, filters, kernel_size, strides, padding, dilation, groups
        case((28, 28, 1), 6, 2, 1, "valid", 1, 1),
        case((28, 28, 1), 6, 2, 2, "same", 1, 1),
        case((28, 28, 1), 6, 2, 1, "same", 3, 1),
        case((28, 28, 1), 6, 2, 2, "valid", 2, 1),
        case((28, 28, 1), 6, 5, 3, "same", 2, 1),
        case((28, 28, 1), 6, 5, 1, "full", 1, 1),
        case((28, 28, 1), 6, 5, 1, 2, 1, 1),
        case((16, 16, 4), 6, 3, 1, "valid", 1, 3),
        case((16, 16, 6), 4, 3, 1, "valid", 1, 3),
        case((16, 16, 6), 12, 3, 1, "same", 1, 3),
        case((16, 16, 4), 8, 3, 2, "valid", 1, 4),
        case((8, 8, 1), 6, 8, 1, "valid", 1, 1),
        case((8, 8, 1), 6, 9, 1, "valid", 1, 1),
        case((8, 8, 1), 6, 9, 1, "same", 1, 1),
        case((20, 6, 1), 6, 7, 1, "valid", 1, 1),
        case((6, 20, 1), 6, 7, 1, "valid", 1, 1),
        case((9, 9, 1), 6, 3, 1, "valid", 4, 1),
        case((9, 9, 1), 6, 3, 1, "valid", 5, 1),
        case((9, 9, 1), 6, 3, 1, "same", 5, 1),
    ),
    mistakes=(
        wrong(
            lambda *settings: True,
            "you accept everything; Keras does not",
        ),
        wrong(
            _bent("padding"),
            'you accept every padding: a layer of Keras knows "valid" and "same" only, '
            "no number and no other word",
        ),
        wrong(
            _bent("both"),
            "you accept a stride and a dilation above 1 together, which Keras refuses",
        ),
        wrong(
            _bent("strides"),
            "you refuse every stride above 1: it is refused only together with a "
            "dilation above 1",
        ),
        wrong(
            _bent("dilation"),
            "you refuse every dilation above 1: it is refused only together with a "
            "stride above 1",
        ),
        wrong(
            _bent("filters"),
            "the filters are dealt out to the groups, so their number must be a "
            "multiple of `groups`",
        ),
        wrong(
            _bent("channels"),
            "the channels of the image are dealt out to the groups, so their number "
            "must be a multiple of `groups`",
        ),
        wrong(
            _bent("fit"),
            "you accept kernels that are larger than the image: with padding "
            '"valid" there is no place where they could stand',
        ),
        wrong(
            _bent("span"),
            "a dilated kernel is wider than its kernel_size: it spans "
            "dilation * (kernel_size - 1) + 1 pixels",
        ),
        wrong(
            _bent("gaps"),
            "the span of a dilated kernel is dilation * (kernel_size - 1) + 1: there "
            "is no gap after its last pixel",
        ),
        wrong(
            _bent("same must fit"),
            'with padding "same" the zeros make room for every kernel: the question '
            'whether it fits is for "valid" alone',
        ),
        wrong(
            _bent("fit one side"),
            "the kernel must fit into both sides of the image, the shorter one too",
        ),
        wrong(
            _bent("", sides=slice(0, 1)),
            "the kernel must fit into the width as well; you asked the height only",
        ),
        wrong(
            _bent("", sides=slice(1, 2)),
            "the kernel must fit into the height as well; you asked the width only",
        ),
        wrong(
            _bent("strictly"),
            "a kernel as large as the image fits, at one place: the comparison is <=",
        ),
        wrong(
            _bent("no rest"),
            "a stride need not end at the border: pixels that no step reaches are left "
            "out, and nothing is refused",
        ),
        wrong(
            lambda *settings: int(keras_accepts(*settings)),
            "return True or False, not 1 or 0",
        ),
        wrong(
            lambda *settings: not keras_accepts(*settings),
            "your answers are the wrong way round: True means that Keras accepts",
        ),
    ),
)

# ----------------------------------------- weights that come with channels first


def from_channels_first(kernels, dense, map_shape):
    """Return kernels and dense weights in Keras's order."""
    height, width, channels = map_shape
    by_place = dense.reshape(-1, channels, height, width)
    by_place = by_place.transpose(2, 3, 1, 0)
    return kernels.transpose(2, 3, 1, 0), by_place.reshape(
        height * width * channels, -1
    )


def _orders(kernels=(2, 3, 1, 0), dense=(2, 3, 1, 0), shape=lambda h, w, c: (c, h, w)):
    """Return a from_channels_first with other orders."""

    def function(given, weights, map_shape):
        by_place = weights.reshape(-1, *shape(*map_shape)).transpose(dense)
        return given.transpose(kernels), by_place.reshape(weights.shape[1], -1)

    return function


def _inverse_order(dense, map_shape):
    """Reorder as if the given map, not the wanted one, had the channels last."""
    height, width, channels = map_shape
    by_place = dense.T.reshape(height, width, channels, -1).transpose(2, 0, 1, 3)
    return by_place.reshape(height * width * channels, -1)


def _four_axes(dense, map_shape):
    height, width, channels = map_shape
    return dense.reshape(-1, channels, height, width).transpose(2, 3, 1, 0)


def _filters_first(kernels, dense, map_shape):
    _, right = from_channels_first(kernels, dense, map_shape)
    return kernels.transpose(0, 2, 3, 1), right


def _reshaped(kernels, dense, map_shape):
    filters, channels, rows, cols = kernels.shape
    _, right = from_channels_first(kernels, dense, map_shape)
    return kernels.reshape(rows, cols, channels, filters), right


def _dense_as(change):
    """Return a from_channels_first whose dense weights are changed otherwise."""

    def function(kernels, dense, map_shape):
        right, _ = from_channels_first(kernels, dense, map_shape)
        return right, change(dense, map_shape)

    return function


def _rows_reordered(dense, map_shape):
    height, width, channels = map_shape
    by_place = dense.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
    return by_place.reshape(len(dense), -1)


def _flipped(kernels, dense, map_shape):
    right, weights = from_channels_first(kernels, dense, map_shape)
    return right[::-1, ::-1], weights


def _weights_case(seed, filters, channels, size, map_shape, units):
    rng = np.random.default_rng(seed)
    return case(
        rng.integers(-9, 10, (filters, channels, *size)).astype(np.float32),
        rng.integers(-9, 10, (units, int(np.prod(map_shape)))).astype(np.float32),
        map_shape,
    )


FROM_CHANNELS_FIRST = Check(
    name="from_channels_first",
    reference=from_channels_first,
    cases=(
        _weights_case(0, 2, 1, (2, 2), (2, 2, 2), 3),
        _weights_case(1, 6, 3, (3, 2), (4, 5, 6), 7),
        _weights_case(2, 4, 4, (3, 3), (3, 3, 4), 10),
        _weights_case(3, 5, 2, (1, 4), (6, 2, 5), 5),
    ),
    mistakes=(
        wrong(
            _reshaped,
            "the kernels are reshaped: that keeps the numbers in their old order and "
            "only renames the axes; move the axes, with transpose",
        ),
        wrong(
            _orders(kernels=(2, 3, 0, 1)),
            "input channels and filters of the kernels are swapped: the filters come "
            "last",
        ),
        wrong(
            _filters_first,
            "the filters of the kernels still come first: in Keras they come last, "
            "after the channels",
        ),
        wrong(
            _orders(kernels=(3, 2, 1, 0)),
            "rows and columns of the kernels are swapped: .T turns all four axes "
            "round; rows stay before columns",
        ),
        wrong(
            _flipped,
            "you turned the kernels upside down: both libraries cross-correlate, so "
            "nothing has to be flipped",
        ),
        wrong(
            _dense_as(lambda dense, _: dense.T),
            "the dense weights are transposed, but their rows are still in the old "
            "order: there the map was flattened channel by channel, in Keras place by "
            "place",
        ),
        wrong(
            _dense_as(_rows_reordered),
            "the dense weights are in the right order, but a row is still a unit: "
            "Keras has the units in the columns",
        ),
        wrong(
            _dense_as(lambda dense, _: dense),
            "the dense weights are as they were: reorder them and put the units last",
        ),
        wrong(
            _dense_as(_four_axes),
            "the dense weights still have four axes: write them out as rows again, "
            "with reshape",
        ),
        wrong(
            _dense_as(_inverse_order),
            "you went the other way: the rows of the dense weights are given channel "
            "by channel, and wanted place by place",
        ),
        wrong(
            _orders(shape=lambda h, w, c: (h, w, c)),
            "you split the rows of the dense weights as (height, width, channels); in "
            "the other library the channels come first",
        ),
        wrong(
            _orders(shape=lambda h, w, c: (c, w, h), dense=(3, 2, 1, 0)),
            "you split the rows of the dense weights as (channels, width, height): "
            "height comes before width",
        ),
        wrong(
            _orders(dense=(3, 2, 1, 0)),
            "the map is walked column by column in your dense weights: rows come "
            "before columns",
        ),
        wrong(
            lambda kernels, dense, shape: from_channels_first(kernels, dense, shape)[
                ::-1
            ],
            "the two results are in the wrong order: kernels first, then dense weights",
        ),
    ),
)

CHECKS = (BUILD_FROM, TRANSLATE, KERAS_ACCEPTS, FROM_CHANNELS_FIRST)
