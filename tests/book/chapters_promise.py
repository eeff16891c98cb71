"""What each chapter covers: rows of the corrections and ids of the articles' ideas.

Add a line when a chapter is added; the tests then want its rows in
`book/corrections.md` and `book/where_ideas_live.md`.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

CORRECTIONS = {
    "01_receptive_fields": ["44", "48", "49", "52", "53"],
    "02_simple_and_complex_cells": ["42", "45", "46", "47", "50", "51"],
    "03_neocognitron": ["43"],
    "04_images_as_arrays": ["5", "29", "31", "54"],
    "05_why_not_fully_connected": ["6", "7", "35", "41"],
    "06_convolution_by_hand": ["1", "2", "4", "16", "17", "21"],
    "07_padding_stride_dilation": ["13", "14", "20"],
    "08_channels_and_filters": ["3", "10", "28"],
    "09_activation": ["33"],
    "10_pooling": ["18", "23", "24", "25", "26", "27", "39"],
    "11_receptive_field_arithmetic": ["8"],
    "12_forward_pass": ["9", "10", "11", "12", "30", "32"],
    "13_backpropagation": ["22"],
    "14_training_in_numpy": ["27", "36"],
    "16_fast_convolution": ["17"],
    "17_numpy_to_keras": ["61"],
    "18_the_plateau": ["34", "37"],
    "19_full_mnist_models": ["15", "19", "20", "34", "43"],
    "20_inside_the_network": ["62"],
    "21_shift_rotate_scale": ["38", "39", "40"],
}

IDEAS = {
    "01_receptive_fields": ["A01", "A02", "A06"],
    "02_simple_and_complex_cells": ["A03", "A04", "A05", "A07", "A37"],
    "03_neocognitron": ["A08", "A45"],
    "04_images_as_arrays": ["A10", "A11", "A12"],
    "05_why_not_fully_connected": ["A13", "A16", "A17", "A18", "A19", "A20"],
    "06_convolution_by_hand": [
        *("A15", "A21", "A22", "A23", "A24", "A25", "A26"),
        "A34",
    ],
    "07_padding_stride_dilation": ["A29", "A30", "A31", "A32"],
    "08_channels_and_filters": ["A27", "A28", "A29", "A33"],
    "09_activation": ["A35", "A36", "A37"],
    "10_pooling": ["A38", "A39", "A40", "A41", "A42", "A43"],
    "11_receptive_field_arithmetic": ["A44"],
    "12_forward_pass": ["A28", "A46", "A47", "A49", "A53"],
    "13_backpropagation": ["A33", "A55"],
    "14_training_in_numpy": ["A48", "A50", "A51", "A55"],
    "15_when_it_does_not_learn": [],  # the craft: no item of the articles
    "17_numpy_to_keras": ["A49", "A50"],
    "18_the_plateau": ["A51", "A52"],
    "19_full_mnist_models": ["A09", "A10", "A54"],
    "19_own_digits": [],  # the craft: no item of the articles
    "19_three_records": [],
    "20_inside_the_network": ["A45"],
    "21_shift_rotate_scale": ["A13", "A14", "A42"],
}
