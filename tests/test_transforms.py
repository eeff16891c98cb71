"""Images moved, turned and scaled, against loops and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from cnn_helpers.transforms import randomly_shifted, scaled, shifted, turned

SHAPES = st.tuples(st.integers(1, 3), st.integers(1, 7), st.integers(1, 9))


def numbers(shape, dtype=float, seed=0):
    return np.random.default_rng(seed).integers(1, 200, shape).astype(dtype)


def shifted_by_loops(image, rows, cols):
    moved = np.zeros_like(image)
    for row, col in np.ndindex(*image.shape[:2]):
        if 0 <= row - rows < image.shape[0] and 0 <= col - cols < image.shape[1]:
            moved[row, col] = image[row - rows, col - cols]
    return moved


class TestShifted:
    @given(
        SHAPES,
        st.sampled_from([(), (1,), (3,)]),
        st.integers(-10, 10),
        st.integers(-10, 10),
        st.sampled_from([np.uint8, np.float32, np.float64]),
    )
    def test_as_loops_do(self, shape, channels, rows, cols, dtype):
        images = numbers(shape + channels, dtype)
        before = images.copy()
        moved = shifted(images, rows, cols)
        expected = [shifted_by_loops(image, rows, cols) for image in images]
        np.testing.assert_array_equal(moved, expected)
        assert moved.dtype == dtype
        np.testing.assert_array_equal(images, before)

    def test_there_and_back_keeps_the_inside(self):
        images = numbers((2, 8, 9))
        back = shifted(shifted(images, 2, -3), -2, 3)
        np.testing.assert_array_equal(back[:, :6, 3:], images[:, :6, 3:])
        assert not back[:, 6:].any()
        assert not back[:, :, :3].any()

    @pytest.mark.parametrize("shape", [(5, 5), (1, 2, 3, 4, 5)])
    def test_a_wrong_rank_is_named(self, shape):
        with pytest.raises(ValueError, match=r"images must have shape .*got \("):
            shifted(np.zeros(shape), 0, 0)

    def test_half_a_pixel_is_refused(self):
        with pytest.raises(TypeError, match="cols must be an integer"):
            shifted(np.zeros((1, 4, 4)), 0, 0.5)

    def test_text_is_refused(self):
        with pytest.raises(TypeError, match="images must be numbers"):
            shifted(np.full((1, 2, 2), "a"), 0, 0)


class TestRandomlyShifted:
    @pytest.mark.parametrize("channels", [(), (2,)])
    def test_each_image_by_a_step_of_its_own(self, channels):
        images = numbers((400, 6, 8, *channels))
        moved = randomly_shifted(images, 2, np.random.default_rng(0))
        steps = []
        for image, result in zip(images, moved, strict=True):
            fits = [
                (rows, cols)
                for rows in range(-2, 3)
                for cols in range(-2, 3)
                if np.array_equal(shifted_by_loops(image, rows, cols), result)
            ]
            assert len(fits) == 1
            steps.append(fits[0])
        counts = np.zeros((5, 5), int)
        np.add.at(counts, tuple(np.array(steps).T + 2), 1)
        assert counts.min() >= 4  # 16 on average: all 25 steps come, about evenly
        assert counts.max() <= 40

    def test_the_generator_decides(self):
        images = numbers((20, 5, 5))
        one, same, other = (
            randomly_shifted(images, 2, np.random.default_rng(seed))
            for seed in (1, 1, 2)
        )
        np.testing.assert_array_equal(one, same)
        assert not np.array_equal(one, other)

    def test_no_step_no_change(self):
        images = numbers((3, 5, 4), np.uint8)
        still = randomly_shifted(images, 0, np.random.default_rng(0))
        np.testing.assert_array_equal(still, images)
        assert still.dtype == np.uint8
        assert still is not images

    def test_a_negative_step_is_refused(self):
        with pytest.raises(ValueError, match="largest must be at least 0"):
            randomly_shifted(np.zeros((1, 4, 4)), -1, np.random.default_rng(0))


class TestTurned:
    @given(
        SHAPES,
        st.floats(-180, 180),
        st.sampled_from([np.float32, np.float64]),
    )
    def test_as_scipy_does(self, shape, degrees, dtype):
        images = numbers(shape, dtype)
        angle = np.radians(degrees)
        back = np.array(
            [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
        )
        middle = (np.array(shape[1:]) - 1) / 2
        for image, result in zip(images, turned(images, degrees), strict=True):
            # a wide border of zeros: SciPy cuts off sharply half way to the outside
            expected = ndimage.affine_transform(
                np.pad(image.astype(float), 9),
                back,
                middle + 9 - back @ (middle + 9),
                order=1,
            )[9:-9, 9:-9]
            np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-4)

    @pytest.mark.parametrize("quarters", [0, 1, 2, 3, 4])
    @pytest.mark.parametrize("side", [4, 5])
    def test_quarter_turns_lose_nothing(self, side, quarters):
        images = numbers((2, side, side, 3), np.uint8)
        expected = np.rot90(images, quarters, axes=(1, 2))  # counter-clockwise
        np.testing.assert_array_equal(turned(images, 90 * quarters), expected)

    def test_bytes_stay_bytes_and_are_rounded(self):
        images = numbers((1, 6, 6), np.uint8)
        exact = turned(images.astype(float), 20)
        np.testing.assert_array_equal(turned(images, 20), np.round(exact))
        assert turned(images, 20).dtype == np.uint8

    def test_an_angle_that_is_none(self):
        with pytest.raises(ValueError, match="degrees must be a finite number"):
            turned(np.zeros((1, 4, 4)), np.nan)


class TestScaled:
    @given(SHAPES, st.floats(0.3, 3))
    def test_as_scipy_does(self, shape, factor):
        images = numbers(shape)
        middle = (np.array(shape[1:]) - 1) / 2
        for image, result in zip(images, scaled(images, factor), strict=True):
            expected = ndimage.affine_transform(
                np.pad(image, 20),
                np.eye(2) / factor,
                (middle + 20) * (1 - 1 / factor),
                order=1,
            )[20:-20, 20:-20]
            np.testing.assert_allclose(result, expected, atol=1e-5)

    def test_factor_1_changes_nothing(self):
        images = numbers((2, 5, 8, 1), np.float32)
        np.testing.assert_array_equal(scaled(images, 1), images)

    def test_a_blob_grows_with_the_square(self):
        rows, cols = np.indices((41, 41)) - 20
        blob = np.exp(-(rows**2 + cols**2) / 18)[np.newaxis]
        assert scaled(blob, 1.5).sum() / blob.sum() == pytest.approx(2.25, rel=0.01)

    @pytest.mark.parametrize("factor", [0, -1, np.inf])
    def test_an_impossible_factor(self, factor):
        with pytest.raises(ValueError, match="factor must be a number above 0"):
            scaled(np.zeros((1, 4, 4)), factor)
