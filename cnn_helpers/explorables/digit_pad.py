"""`DigitPad`: draw the digits of a sheet, and save them as a picture."""

from cnn_helpers._validation import as_integer
from cnn_helpers.explorables.figure import LiveFigure

MOST_ROWS = 6


class DigitPad(LiveFigure):
    """A pad on which the digits 0 to 9 are drawn, row after row, and saved.

    The picture, ``my_digits.png``, has ten columns, the digits from 0 to 9, in dark ink
    on white paper: `cnn_helpers.digit_sheets.read_sheet` cuts it up. It is made in the
    page and saved by a link; nothing is sent anywhere.

    Parameters
    ----------
    rows : int
        How often each digit is drawn, at most 6.

    Raises
    ------
    ValueError
        If there are no rows, or more than 6.
    TypeError
        If `rows` is not an integer.

    Examples
    --------
    >>> DigitPad()
    <live figure DigitPad: 3 rows of 10 digits>
    """

    tag = "live-digit-pad"
    scripts = ("figure.js", "digit_pad.js")

    def __init__(self, rows=3):
        rows = as_integer(rows, "rows")
        if rows > MOST_ROWS:
            raise ValueError(f"rows must be at most {MOST_ROWS}, got {rows}")
        plural = "" if rows == 1 else "s"
        super().__init__({"rows": rows}, summary=f"{rows} row{plural} of 10 digits")
