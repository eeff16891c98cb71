"""Check of the receptive field of a stack of windows."""

import itertools

from cnn_helpers.arithmetic import same_padding
from cnn_helpers.checks.parts import Check, case, wrong
from cnn_helpers.checks.windows import _altered
from cnn_helpers.receptive_field import Row, Stage, receptive_field

LENET = (
    Stage("conv1", 5, padding="same"),
    Stage("pool1", 2, 2),
    Stage("conv2", 5),
    Stage("pool2", 2, 2),
)
PLAIN = (Stage("a", 3), Stage("b", 3))
STRIDED = (Stage("a", 7, 2, 3), Stage("b", 3, 2, 1), Stage("c", 3, 1, "same"))
DILATED = (Stage("a", 3, 1, 1, 1), Stage("b", 3, 1, 2, 2), Stage("c", 3, 2, 4, 4))
SAME = (Stage("a", 4, 3, "same"), Stage("b", 3, 2, "same"), Stage("c", 5, 1, "same"))
UNLIKE = (Stage("wide", (1, 5), (1, 2)), Stage("tall", (4, 2), (3, 1)))


def _with_stages(change):
    """Return a receptive_field that reads every stage changed."""

    def wrong_rows(stages, input_size=None, *, axis=0):
        changed = [change(Stage(*stage)) for stage in stages]
        return receptive_field(changed, input_size, axis=axis)

    return wrong_rows


def _with_same(zeros):
    """Return a receptive_field that takes the zeros of "same" by another rule."""

    def wrong_rows(stages, input_size=None, *, axis=0):
        rows = [Row("input", input_size, 1, 1, 0)]
        for stage in itertools.starmap(Stage, stages):
            last = rows[-1]
            _, row = receptive_field([stage], last.size, axis=axis)
            before = -row.start
            if stage.padding == "same":
                before = zeros(stage, last.size, input_size)
            field = last.receptive_field + (row.receptive_field - 1) * last.jump
            start = last.start - before * last.jump
            rows.append(Row(row.name, row.size, field, row.jump * last.jump, start))
        return rows

    return wrong_rows


def _with_rows(change):
    """Return a receptive_field whose right rows are changed afterwards."""

    def wrong_rows(stages, input_size=None, *, axis=0):
        return change(receptive_field(stages, input_size, axis=axis))

    return wrong_rows


def _recount(grow):
    """Return a receptive_field in which a field grows by another rule."""

    def change_rows(rows):
        result = [rows[0]]
        for before, row in itertools.pairwise(rows):
            span = (row.receptive_field - before.receptive_field) // before.jump + 1
            field = grow(result[-1], before, row, span)
            result.append(row._replace(receptive_field=field))
        return result

    return _with_rows(change_rows)


def _jumps_added(rows):
    result = [rows[0]]
    for before, row in itertools.pairwise(rows):
        jump = result[-1].jump + row.jump // before.jump - 1
        result.append(row._replace(jump=jump))
    return result


def _jump_before(rows):
    """Give every row the jump of the stage before it."""
    jumps = [1, *(row.jump for row in rows[:-1])]
    return [row._replace(jump=jump) for row, jump in zip(rows, jumps, strict=True)]


def _padding_not_scaled(rows):
    result = [rows[0]]
    for before, row in itertools.pairwise(rows):
        padding = (before.start - row.start) // before.jump
        result.append(row._replace(start=result[-1].start - padding))
    return result


def _padding_by_own_jump(rows):
    result = [rows[0]]
    for before, row in itertools.pairwise(rows):
        padding = (before.start - row.start) // before.jump
        result.append(row._replace(start=result[-1].start - padding * row.jump))
    return result


RECEPTIVE_FIELD = Check(
    name="receptive_field",
    reference=receptive_field,
    cases=(
        case(PLAIN, 28),
        case((), 28),
        case(PLAIN),
        case((Stage("a", 2, 2), Stage("b", 2, 2), Stage("c", 2, 2)), 33),
        case(LENET, 28),
        case(STRIDED, 45),
        case(DILATED, 40),
        case(SAME, 30),
        case(SAME, 31),
        case(SAME, 32),
        case(UNLIKE, 20),
        case(UNLIKE, 20, axis=1),
    ),
    mistakes=(
        wrong(
            _with_rows(lambda rows: rows[1:]),
            "the row of the input is missing: it comes first, with receptive field 1",
        ),
        wrong(
            _recount(lambda last, before, row, span: last.receptive_field + span - 1),
            "a window deep in the stack steps over several pixels at once: it grows "
            "the field by (span - 1) times the jump before it",
        ),
        wrong(
            _recount(lambda last, before, row, span: last.receptive_field * span),
            "windows overlap: the field grows by a sum, not by a product",
        ),
        wrong(
            _recount(
                lambda last, before, row, span: (
                    last.receptive_field + span * before.jump
                )
            ),
            "a window of k units reaches k - 1 steps further, not k",
        ),
        wrong(
            _recount(
                lambda last, before, row, span: (
                    last.receptive_field + (span - 1) * row.jump
                )
            ),
            "the field grows by the jump before the stage; you used the one after it",
        ),
        wrong(
            _with_rows(_jumps_added),
            "jumps multiply: two strides of 2 make a jump of 4 pixels, not of 3",
        ),
        wrong(
            _with_rows(_jump_before),
            "a stage's jump includes its own stride; yours is that of the stage before",
        ),
        wrong(
            _with_stages(lambda stage: stage._replace(dilation=1)),
            "you left out the dilation: a dilated window spans more pixels",
        ),
        wrong(
            _with_stages(lambda stage: stage._replace(stride=1)),
            "you left out the stride",
        ),
        wrong(
            _with_rows(lambda rows: [row._replace(start=0) for row in rows]),
            "padding moves the start: unit 0 sees zeros left of the image, at "
            "negative pixels",
        ),
        wrong(
            _with_rows(
                lambda rows: [row._replace(start=abs(row.start)) for row in rows]
            ),
            "padding moves the start to the left, to negative pixels; yours goes right",
        ),
        wrong(
            _with_rows(_padding_not_scaled),
            "padding deep in the stack is counted in its units: times the jump",
        ),
        wrong(
            _with_rows(_padding_by_own_jump),
            "the start moves by the jump before the stage's own stride; you used the "
            "one after it",
        ),
        wrong(
            _with_same(
                lambda stage, size, _: same_padding(
                    size, stage.kernel_size, stride=stage.stride
                )[1]
            ),
            'the start moves by the zeros before: with "same" the odd zero goes after, '
            "and does not count",
        ),
        wrong(
            _with_same(lambda stage, size, _: (stage.kernel_size - 1) // 2),
            'you took the zeros of "same" for stride 1: with a stride fewer are needed',
        ),
        wrong(
            _with_same(
                lambda stage, size, input_size: same_padding(
                    input_size, stage.kernel_size, stride=stage.stride
                )[0]
            ),
            'the zeros of "same" depend on the size of the map below, not of the image',
        ),
        wrong(
            _altered(receptive_field, axis=0),
            "you left out the axis: a setting of two numbers is (rows, columns)",
        ),
        wrong(
            _with_rows(lambda rows: rows[-1]),
            "one row a stage is asked, with the input's first; you gave the last alone",
        ),
        wrong(
            _with_rows(lambda rows: [Row(*row[:1], None, *row[2:]) for row in rows]),
            "you left out the size: with input_size every stage's size is known",
        ),
    ),
)

CHECKS = (RECEPTIVE_FIELD,)
