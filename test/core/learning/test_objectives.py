"""Losses and counts against plain numpy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from learning_data import value_set

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.judging.value_scores import Deviations
from rasterlearn.core.learning.learned_answers import learned
from rasterlearn.core.learning.objectives import Values
from rasterlearn.core.learning.training_loop import Settings


def identity(bands=2, size=16):
    image = keras.Input((size, size, bands))
    return keras.Model(image, layers.Activation("linear")(image))


def objective_of(network, patches, settings):
    return learned(patches.answer).objective(network, patches, settings)


def loss_of(objective, outputs, answers):
    return float(objective.loss(tf.constant(outputs, tf.float32), tf.constant(answers, tf.float32), lambda n: n))


@pytest.fixture
def patches():
    return value_set(12)


@pytest.fixture
def pair(patches):
    """Outputs of a network and the expected values, (12, 16, 16, 2), a quarter of them nodata."""
    rng = np.random.default_rng(3)
    return (patches.values + rng.normal(size=patches.values.shape) * 30).astype(np.float32), patches.values


def standardized(patches, difference):
    return difference / np.nanstd(patches.values.reshape(-1, 2).astype(np.float64), axis=0)


@pytest.mark.parametrize(("loss", "of"), [("l1", np.abs), ("l2", np.square), ("auto", np.abs)])
def test_differences_in_units_of_the_bands(patches, pair, loss, of):
    objective = objective_of(identity(), patches, Settings(loss=loss))
    outputs = np.nan_to_num(pair[0])
    expected = np.nansum(of(standardized(patches, outputs - pair[1])))
    assert loss_of(objective, outputs, pair[1]) == pytest.approx(expected, rel=1e-5)
    assert float(objective.known(tf.constant(pair[1]))) == np.isfinite(pair[1]).sum()


def ssim_of_window(a, b, data_range):
    """Wang et al. 2004 of two windows of 11 × 11, term by term."""
    away = np.arange(11) - 5
    weights = np.exp(-(away[:, None] ** 2 + away**2) / (2 * 1.5**2))
    weights /= weights.sum()
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    ma, mb = (weights * a).sum(), (weights * b).sum()
    va, vb = (weights * (a - ma) ** 2).sum(), (weights * (b - mb) ** 2).sum()
    cov = (weights * (a - ma) * (b - mb)).sum()
    return (2 * ma * mb + c1) * (2 * cov + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2))


def test_the_structural_similarity_of_windows_without_nodata(patches):
    values = patches.values.copy()
    values[:, :13] = np.nan_to_num(values[:, :13], nan=500)  # otherwise no window would be whole
    patches = value_set(12, values=values)
    outputs = np.nan_to_num(values) + np.random.default_rng(1).normal(size=values.shape) * 40
    expected, windows = 0.0, 0
    for a, b in zip(outputs.astype(np.float64), values.astype(np.float64)):
        for band in range(2):
            sigma = np.nanstd(values[..., band].astype(np.float64))
            for y in range(6):
                for x in range(6):
                    place = np.s_[y : y + 11, x : x + 11, band]
                    if np.isfinite(b[place]).all():
                        expected += 1 - ssim_of_window(a[place] / sigma, b[place] / sigma, 4)
                        windows += 1
    assert 0 < windows < 12 * 2 * 36
    count = np.isfinite(values).sum()
    l1 = np.nansum(abs(standardized(patches, outputs - values)))
    objective = objective_of(identity(), patches, Settings(loss="ssim"))
    assert loss_of(objective, outputs, values) == pytest.approx(0.16 * l1 + 0.84 * expected * count / windows, rel=1e-4)


@pytest.mark.parametrize("loss", ["l1", "l2", "ssim"])
def test_gradients_are_finite_where_there_is_no_value(patches, loss):
    objective = objective_of(identity(), patches, Settings(loss=loss))
    outputs = tf.Variable(np.nan_to_num(patches.values))
    with tf.GradientTape() as tape:
        total = objective.loss(outputs, tf.constant(patches.values), lambda n: n)
    gradient = np.asarray(tape.gradient(total, outputs))
    assert np.isfinite(gradient).all() and np.isfinite(float(total))
    if loss != "ssim":
        assert (gradient[np.isnan(patches.values)] == 0).all()


def test_what_is_counted(patches, pair):
    outputs, answers = np.nan_to_num(pair[0]), pair[1]
    objective = objective_of(identity(), patches, Settings())
    sums = np.asarray(objective.counted(tf.constant(outputs), tf.constant(answers)))
    found = Deviations(sums, ("a", "b"))
    for band in range(2):
        known = np.isfinite(answers[..., band])
        error = outputs[..., band][known].astype(np.float64) - answers[..., band][known]
        reference = answers[..., band][known].astype(np.float64)
        assert found.errors.rmse[band] == pytest.approx(np.sqrt((error**2).mean()))
        assert found.errors.mae[band] == pytest.approx(abs(error).mean())
        assert found.errors.bias[band] == pytest.approx(error.mean())
        assert found.errors.r2[band] == pytest.approx(
            1 - (error**2).sum() / ((reference - reference.mean()) ** 2).sum()
        )
    assert found.count == np.isfinite(answers).sum()


def test_a_set_is_judged_in_parts(patches, monkeypatch):
    objective = objective_of(identity(), patches, Settings())
    whole = objective.deviations(patches, np.arange(12))
    monkeypatch.setattr("rasterlearn.core.learning.patch_judge.batch_size", lambda patches: 5)
    parts = objective.deviations(patches, np.arange(12))
    np.testing.assert_allclose(parts[1].sums, whole[1].sums)
    assert parts[0] == pytest.approx(whole[0])
    (image,) = patches.images
    np.testing.assert_allclose(
        whole[1].sums[:, 1], np.nansum(image.astype(np.float64) - patches.values, axis=(0, 1, 2)), rtol=1e-6
    )


def test_no_value_at_all():
    found = Deviations(np.zeros((2, 6)), ("a", "b"))
    assert found.count == 0 and np.isnan(found.overall("rmse"))
    assert found.recorded() == {"bands": ["a", "b"], **{name: [None, None] for name in ("rmse", "mae", "bias", "r2")}}


def test_settings_that_are_for_classes(patches):
    with pytest.raises(InputError, match="answered with values: l1, l2 or ssim"):
        objective_of(identity(), patches, Settings(loss="crossentropy"))
    with pytest.raises(InputError, match="CLASS_WEIGHTS and CALIBRATE are for classes"):
        objective_of(identity(), patches, Settings(class_weights="balanced"))


def test_windows_that_do_not_fit(patches):
    small = keras.Sequential([keras.Input((16, 16, 2)), layers.Conv2D(2, 7)])
    with pytest.raises(InputError, match="the network answers with 10 × 10"):
        Values(small, patches, "ssim")
