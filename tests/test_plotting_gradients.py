"""What the pictures of the walk back show and refuse."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from cnn_helpers.plotting_gradients import show_chain, show_grids


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts(axis):
    return [text.get_text() for text in axis.texts]


def test_slopes_multiply_from_the_end():
    shown = texts(show_chain({"w": 1.5, "z": 2, "a": 2, "loss": 9}, [2, 1, -6]))
    slopes = [text for text in shown if text.startswith("slope")]
    assert slopes == ["slope −12", "slope −6", "slope −6", "slope 1"]
    assert [text for text in shown if text.startswith("×")] == ["× 2", "× 1", "× (−6)"]
    assert {"w", "1.5", "z", "2", "loss", "9"} <= set(shown)


def test_everything_lies_inside_the_figure():
    values = {f"longer name {i}": 10.25 * i for i in range(4)}
    axis = show_chain(values, [-0.25, 1234.5, 0])
    axis.figure.canvas.draw()
    frame = axis.figure.bbox
    for text in axis.texts:
        box = text.get_window_extent()
        assert frame.x0 <= box.x0, text.get_text()
        assert box.x1 <= frame.x1, text.get_text()
        assert frame.y0 <= box.y0, text.get_text()
        assert box.y1 <= frame.y1, text.get_text()


@pytest.mark.parametrize(
    ("values", "slopes"), [({"x": 1}, []), ({"x": 1, "y": 2}, [1, 2]), ({}, [])]
)
def test_a_chain_that_does_not_fit_is_refused(values, slopes):
    with pytest.raises(ValueError, match=f"{len(values)} values and {len(slopes)}"):
        show_chain(values, np.array(slopes))


def test_every_number_of_every_grid_is_printed():
    wide = np.arange(42).reshape(6, 7)
    grids = {"map": [[1, 4], [2, 3]], "slopes": [[0, -5], [0.25, 0]], "wide": wide}
    figure = show_grids(grids, marked=[(0, 1), (1, 0)])
    first, second, third = figure.axes
    assert [text.get_text() for text in second.texts] == ["0", "−5", "0.25", "0"]
    assert [text.get_text() for text in third.texts] == [str(n) for n in range(42)]
    assert [patch.get_xy() for patch in first.patches] == [(0.5, -0.5), (-0.5, 0.5)]
    assert not second.patches
    assert second.images[0].get_clim() == (-5, 5)


def test_grids_are_signed_where_asked():
    grids = {"kernel": [[1, -2]], "slopes": [[3, 4]]}
    maps = [axis.images[0].get_cmap().name for axis in show_grids(grids).axes]
    assert maps == ["RdBu_r", "gray"]
    figure = show_grids(grids, signed=True)
    assert [axis.images[0].get_clim() for axis in figure.axes] == [(-2, 2), (-4, 4)]


def test_numbers_stay_inside_their_cells():
    figure = show_grids({name: np.full((7, 7), -12) for name in "abc"})
    figure.canvas.draw()
    axis = figure.axes[1]
    cell = axis.bbox.width / 7
    assert max(text.get_window_extent().width for text in axis.texts) < cell
    assert min(text.get_fontsize() for text in axis.texts) >= 9


def test_grids_in_rows_leave_no_empty_axes_visible():
    figure = show_grids({name: np.eye(3) for name in "abcde"}, columns=3)
    assert [axis.get_visible() for axis in figure.axes] == [True] * 5 + [False]


@pytest.mark.parametrize("grids", [{}, {"flat": [1, 2, 3]}])
def test_grids_that_are_none_are_refused(grids):
    with pytest.raises(ValueError, match="grids"):
        show_grids(grids)
