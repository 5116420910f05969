import numpy as np
import pytest
import tensorflow as tf

from rasterlearn.core.learning.augmentation import Part, with_band_noise, with_random_symmetries


def symmetries(image):
    """All eight symmetries of a square, as bytes."""
    ways = [np.rot90(image, turns) for turns in range(4)]
    return [np.ascontiguousarray(way).tobytes() for way in (*ways, *(np.fliplr(way) for way in ways))]


@pytest.mark.parametrize("dense", [False, True])
def test_all_sources_and_targets_are_transformed_the_same_way_and_all_symmetries_occur(dense):
    rng = np.random.default_rng(0)
    fine, count = rng.random((4, 4, 2)).astype(np.float32), 400
    coarse = fine[::2, ::2, :1]
    targets = np.arange(16).reshape(4, 4)
    given = [np.repeat(image[None], count, axis=0) for image in (fine, coarse)]
    labels = np.repeat(targets[None], count, axis=0) if dense else np.arange(count)
    (first, second), transformed = with_random_symmetries(
        [tf.constant(i) for i in given], tf.constant(labels), tf.constant([1, 2])
    )
    ways, of_coarse, of_targets = symmetries(fine), symmetries(coarse), symmetries(targets)
    found = [ways.index(image.tobytes()) for image in first.numpy()]
    np.testing.assert_array_equal(np.unique(found), np.arange(8))
    assert np.bincount(found).min() > 25
    assert [image.tobytes() for image in second.numpy()] == [of_coarse[way] for way in found]
    if dense:
        assert [target.tobytes() for target in transformed.numpy()] == [of_targets[way] for way in found]
    else:
        np.testing.assert_array_equal(transformed.numpy(), labels)


def test_patches_that_are_not_square_are_mirrored_only():
    image = np.random.default_rng(0).random((3, 5, 1)).astype(np.float32)
    (transformed,), _ = with_random_symmetries(
        [tf.constant(np.repeat(image[None], 60, axis=0))], tf.zeros(60), tf.constant([0, 0])
    )
    expected = {way.tobytes() for way in (image, image[::-1].copy(), image[:, ::-1].copy(), image[::-1, ::-1].copy())}
    assert {patch.tobytes() for patch in transformed.numpy()} == expected


def test_the_seed_decides():
    images = [tf.constant(np.random.default_rng(0).random((50, 4, 4, 1)).astype(np.float32))]
    once, again, other = (
        with_random_symmetries(images, tf.zeros(50), tf.constant([s, 7]))[0][0].numpy() for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(once, again)
    assert (once != other).any()


def test_noise_shifts_whole_bands_by_their_deviation():
    image, deviations = tf.zeros((4000, 3, 3, 2)), [tf.constant([10.0, 0.5])]
    (noisy,) = with_band_noise([image], deviations, 0.2, tf.constant([0, 1]))
    noisy = noisy.numpy()
    assert np.ptp(noisy, axis=(1, 2)).max() == 0
    np.testing.assert_allclose(noisy[:, 0, 0].std(axis=0), [2.0, 0.1], rtol=0.05)
    np.testing.assert_allclose(noisy[:, 0, 0].mean(axis=0), [0, 0], atol=0.1)


@pytest.mark.parametrize("shape", [(9, 8, 8, 2), (9, 6, 8, 2)])
def test_a_part_of_a_batch_is_shown_as_the_whole_batch_would_show_it(shape):
    rng = np.random.default_rng(0)
    images, targets = rng.random(shape).astype(np.float32), rng.integers(0, 9, shape[:3])
    places, seed = np.array([1, 4, 8], np.int32), np.array([3, 5], np.int32)
    (whole,), transformed_targets = with_random_symmetries([images], targets, seed)
    (some,), some_targets = with_random_symmetries([images[places]], targets[places], seed, Part(9, places))
    np.testing.assert_array_equal(some, np.asarray(whole)[places])
    np.testing.assert_array_equal(some_targets, np.asarray(transformed_targets)[places])
    (noisy,) = with_band_noise([images], [np.ones(2)], 0.5, seed)
    (some_noisy,) = with_band_noise([images[places]], [np.ones(2)], 0.5, seed, Part(9, places))
    np.testing.assert_array_equal(some_noisy, np.asarray(noisy)[places])
