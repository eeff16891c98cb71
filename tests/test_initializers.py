"""The initializers: limits, spread and Keras as the oracle."""

import keras
import numpy as np
import pytest
from scipy import stats

from cnn_helpers import initializers

SHAPES = [(300, 40), (5, 5, 8, 64), (3, 3, 1, 500)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["GlorotUniform", "HeNormal"])
def test_values_are_spread_as_in_keras(kind, shape):
    ours = getattr(initializers, kind)(seed=1)(shape).ravel()
    theirs = np.asarray(getattr(keras.initializers, kind)(seed=1)(shape)).ravel()
    assert ours.dtype == np.float32
    # The same distribution cannot be told apart; half the scale can.
    assert stats.ks_2samp(ours, theirs).pvalue > 1e-3
    assert stats.ks_2samp(ours / 2, theirs).pvalue < 1e-3
    assert abs(ours).max() <= abs(theirs).max() * 1.05


def test_glorot_limit():
    values = initializers.GlorotUniform(seed=0)((1000, 500))
    limit = np.sqrt(6 / 1500)
    assert limit * 0.999 < abs(values).max() <= limit


def test_a_seed_repeats_itself_and_no_seed_does_not():
    seeded, free = initializers.HeNormal(seed=3), initializers.HeNormal()
    np.testing.assert_array_equal(seeded((4, 4)), seeded((4, 4)))
    assert (free((4, 4)) != free((4, 4))).any()


def test_the_generator_given_serves_when_there_is_no_seed():
    free = initializers.GlorotUniform()
    one = free((4, 4), rng=np.random.default_rng(0))
    two = free((4, 4), rng=np.random.default_rng(0))
    np.testing.assert_array_equal(one, two)


def test_names():
    assert isinstance(initializers.get("he_normal"), initializers.HeNormal)
    assert isinstance(initializers.get("GlorotUniform"), initializers.GlorotUniform)
    assert initializers.get("ones")((2,)).tolist() == [1, 1]
    with pytest.raises(ValueError, match="orthogonal"):
        initializers.get("orthogonal")


@pytest.mark.parametrize("seed", [1.5, "a", True])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(TypeError, match="seed"):
        initializers.GlorotUniform(seed=seed)
