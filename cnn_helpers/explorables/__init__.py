"""Figures that are alive without a kernel: in a page, offline, by mouse, touch or keys.

Each class makes an object that a notebook shows. What it needs travels with it as one
piece of HTML: the settings, the numbers and the scripts; nothing is fetched.
"""

from cnn_helpers.explorables.digit_pad import DigitPad
from cnn_helpers.explorables.draw import Draw
from cnn_helpers.explorables.film import Film
from cnn_helpers.explorables.film_filters import filters_film
from cnn_helpers.explorables.film_parts import Frame, Grid, Line
from cnn_helpers.explorables.film_pooling import pooling_film
from cnn_helpers.explorables.kernel import Kernel
from cnn_helpers.explorables.receptive_field import ReceptiveField

__all__ = [
    "DigitPad",
    "Draw",
    "Film",
    "Frame",
    "Grid",
    "Kernel",
    "Line",
    "ReceptiveField",
    "filters_film",
    "pooling_film",
]
