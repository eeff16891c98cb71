"""The reliability diagram: its points are counted another way."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_helpers.plotting_confidence import plot_reliability


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 20), st.integers(1, 400))
def test_each_point_is_a_group(seed, groups, count):
    rng = np.random.default_rng(seed)
    confidence = rng.random(count)
    right = rng.random(count) < confidence
    ax = plot_reliability(confidence, right, groups=groups, counts=True)
    expected = []
    for group in range(groups):  # the borders belong to the group below
        low, high = group / groups, (group + 1) / groups
        inside = (confidence > low) & (confidence <= high)
        if inside.sum() >= 5:
            pair = confidence[inside].mean(), right[inside].mean()
            expected.append((*pair, inside.sum()))
    drawn = np.transpose(ax.lines[0].get_data())
    sizes = [int(text.get_text().replace(",", "")) for text in ax.texts]
    plt.close(ax.figure)
    assert len(drawn) == len(expected) == len(sizes)
    for point, size, (claimed, kept, count_here) in zip(
        drawn, sizes, expected, strict=True
    ):
        np.testing.assert_allclose(point, (claimed, kept))
        assert size == count_here


def test_it_draws_where_it_is_told():
    _, axes = plt.subplots(1, 2)
    assert plot_reliability([0.7] * 6, [1] * 6, ax=axes[1]) is axes[1]
    assert not axes[0].lines
    assert axes[1].get_xlabel() == "confidence"
    plt.close(axes[0].figure)


@pytest.mark.parametrize(
    ("confidence", "right", "message"),
    [
        ([0.5, 0.6], [True], r"one entry an answer.*\(2,\) and \(1,\)"),
        ([], [], "one entry an answer"),
        ([1.2], [True], "confidence must lie between 0 and 1"),
        ([np.nan], [True], "confidence must lie between 0 and 1"),
        ([[0.5]], [True], r"confidence must have the axes \(N,\)"),
    ],
)
def test_what_is_no_claim_is_named(confidence, right, message):
    with pytest.raises(ValueError, match=message):
        plot_reliability(confidence, right)
