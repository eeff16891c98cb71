"""A film of numbers: grids that change step by step, and a sentence to each step."""

from cnn_helpers.explorables.figure import LiveFigure
from cnn_helpers.explorables.film_parts import check_text, frame_data

MOST_FRAMES = 100


class Film(LiveFigure):
    """Grids of numbers, frame by frame, as a live figure: step, go back, play.

    `pooling_film` and `filters_film` make the book's two.

    Parameters
    ----------
    frames : sequence of Frame
        At most 100. All have the same lines, with as many grids of the same shapes;
        the first is the state before step 1.
    title : str
        What the film shows, in a few words.

    Attributes
    ----------
    frames : tuple of Frame

    Raises
    ------
    ValueError
        If there are no frames or too many, a frame has other grids than the first,
        a grid is too large, or a window, a mark or a colour lies outside its grid.
    TypeError
        If a part is of the wrong type, or a grid does not hold real numbers.

    Examples
    --------
    >>> from cnn_helpers.explorables import Frame, Grid, Line
    >>> frames = [
    ...     Frame([Line("", [Grid("count", [[count]])])], f"Counted to {count}.")
    ...     for count in range(3)
    ... ]
    >>> Film(frames, title="counting")
    <live figure Film: counting, 2 steps>
    """

    tag = "live-film"
    scripts = ("figure.js", "film.js")

    def __init__(self, frames, *, title):
        if not isinstance(frames, list | tuple):
            raise TypeError(
                f"frames must be a list of Frame, not {type(frames).__name__}"
            )
        if not 1 <= len(frames) <= MOST_FRAMES:
            raise ValueError(
                f"frames must have 1 to {MOST_FRAMES} entries; got {len(frames)}"
            )
        self.frames = tuple(frames)
        check_text(title, "title")
        shown = [frame_data(frame, at) for at, frame in enumerate(self.frames)]
        first = _shapes(shown[0])
        for at, frame in enumerate(shown):
            if _shapes(frame) != first:
                raise ValueError(
                    f"frame {at} must have the grids of frame 0, with the shapes "
                    f"{first} line by line; got {_shapes(frame)}"
                )
        steps = f"{len(frames) - 1} step{'' if len(frames) == 2 else 's'}"
        data = {"title": title, "sheets": _take_sheets(shown), "frames": shown}
        super().__init__(data=data, summary=f"{title}, {steps}")


def _take_sheets(frames):
    """Return the cells that the frames show; each grid keeps its place among them.

    Most grids stand still in most frames, so that the data holds each once.
    """
    sheets, places = [], {}
    for frame in frames:
        for line in frame["lines"]:
            for grid in line["grids"]:
                key = tuple(map(tuple, grid["cells"]))
                if key not in places:
                    places[key] = len(sheets)
                    sheets.append(grid["cells"])
                grid["cells"] = places[key]
    return sheets


def _shapes(data):
    """Return the shapes of the grids of a frame, line by line."""
    return [
        [(len(grid["cells"]), len(grid["cells"][0])) for grid in line["grids"]]
        for line in data["lines"]
    ]
