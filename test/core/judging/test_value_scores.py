import math

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

from rasterlearn.core.judging.value_scores import (
    Angles,
    BandAccuracy,
    BandRange,
    BandSums,
    Deviations,
    ValueAccuracy,
    peak_signal_to_noise,
)


def judged(mapped, reference, parts=1, ssim=math.nan):
    """The sums of a band whose values come in this many parts."""
    found = BandRange()
    pairs = list(
        zip(np.array_split(np.asarray(mapped, float), parts), np.array_split(np.asarray(reference, float), parts))
    )
    for pair in pairs:
        found.add(*pair)
    sums = BandSums(found)
    for pair in pairs:
        sums.add(*pair)
    return sums


def test_numbers_computed_by_hand():
    scores = judged([1, 2, 5], [0, 4, 8]).scores(0.5)
    assert scores.count == 3
    assert scores.rmse == pytest.approx(math.sqrt(14 / 3), rel=1e-15)  # errors 1, -2, -3
    assert (scores.mae, scores.bias, scores.ssim) == (2, pytest.approx(-4 / 3), 0.5)
    assert scores.r2 == pytest.approx(1 - 14 / 32)  # squares around 4: 16, 0, 16
    assert scores.correlation == pytest.approx(16 / math.sqrt(32 * 26 / 3))
    assert scores.psnr == pytest.approx(20 * math.log10(8 / math.sqrt(14 / 3)))


@pytest.mark.parametrize("offset", [0.0, 1e7])
def test_scores_equal_those_of_other_programs(offset):
    rng = np.random.default_rng(0)
    reference = offset + rng.normal(0, 3, 5000)
    mapped = reference + rng.normal(0.5, 1, 5000)
    scores = judged(mapped, reference, parts=7).scores(math.nan)
    assert scores.rmse == pytest.approx(math.sqrt(mean_squared_error(reference, mapped)), rel=1e-12)
    assert scores.mae == pytest.approx(mean_absolute_error(reference, mapped), rel=1e-12)
    assert scores.r2 == pytest.approx(r2_score(reference, mapped), rel=1e-9)
    assert scores.correlation == pytest.approx(np.corrcoef(reference, mapped)[0, 1], rel=1e-9)


def test_undefined_scores_are_nan():
    constant = judged([1, 2] * 5, [0.1] * 10).scores(math.nan)
    assert math.isnan(constant.r2) and math.isnan(constant.correlation) and math.isnan(constant.psnr)
    assert constant.mae == pytest.approx(1.4)
    of_constant_map = judged([0.1, 0.1, 0.1], [0.3, 0.7, 0.2]).scores(math.nan)
    assert math.isnan(of_constant_map.correlation) and of_constant_map.r2 < 0
    empty = judged([], []).scores(math.nan)
    assert empty.count == 0 and math.isnan(empty.rmse) and math.isnan(empty.bias)


def test_a_perfect_map():
    values = [0.1, 0.5, 0.3]
    scores = judged(values, values).scores(1.0)
    assert (scores.rmse, scores.r2, scores.psnr) == (0, 1, math.inf)
    assert scores.correlation == pytest.approx(1, rel=1e-15)
    assert peak_signal_to_noise(255, 255 / 100) == pytest.approx(40)


def test_histograms_count_every_pixel_where_it_belongs():
    sums = judged([0, 1, 1, 4, 0], [4, 1, 1, 0, 3], parts=2)
    assert sums.found.ends == (0, 4)
    assert sums.density.sum() == sums.errors.sum() == 5 and sums.density[128, 128] == 2
    assert sums.density[0, -1] == sums.density[-1, 0] == 1
    assert (sums.density[0, 384], sums.density[384, 0]) == (1, 0), "rows are the map"
    assert sums.errors[0] == sums.errors[-1] == 1 and sums.errors[len(sums.errors) // 2] == 2
    assert judged([2, 2], [2, 2]).density.sum() == 2, "of a single value"


def test_the_spectral_angle():
    angles = Angles()
    angles.add(np.array([[1.0, 0], [2, 2], [0, 0], [5, 1]]), np.array([[0.0, 3], [7, 7], [1, 1], [0, 0]]))
    assert angles.count == 2, "no vector has an angle with zero"
    assert angles.mean_degrees == pytest.approx(45)
    tiny = Angles()
    tiny.add(np.array([[1.0, 1e-9]]), np.array([[1.0, 0]]))
    assert tiny.mean_degrees == pytest.approx(math.degrees(1e-9), rel=1e-6), "which an arc cosine takes for 0"
    assert math.isnan(Angles().mean_degrees)


def test_all_bands_together():
    first, second = judged([1, 2, 5], [0, 4, 8]), judged([0, 0], [1, 1])
    bands = BandAccuracy("a", first.scores(0.5), first), BandAccuracy("b", second.scores(math.nan), second)
    accuracy = ValueAccuracy(bands, 1.5, 3)
    overall = accuracy.overall
    errors = [1, -2, -3, -1, -1]
    assert overall.count == 5
    assert overall.rmse == pytest.approx(math.sqrt(sum(e**2 for e in errors) / 5))
    assert overall.mae == pytest.approx(8 / 5) and overall.bias == pytest.approx(-6 / 5)
    assert overall.r2 == bands[0].scores.r2, "the constant reference has none"
    assert overall.ssim == 0.5
    assert str(accuracy.summary()) == (
        "RMSE 1.78885, MAE 1.6, bias -1.2, PSNR 11.37 dB, SSIM 0.5000, SAM 1.500°; 5 values"
    )
    perfect = judged([1, 2], [1, 2])
    flawless = BandAccuracy("c", perfect.scores(1.0), perfect)
    assert ValueAccuracy((*bands, flawless), 1.5, 3).overall.psnr == bands[0].scores.psnr
    assert ValueAccuracy((flawless, flawless), 1.5, 3).overall.psnr == math.inf
    alone = ValueAccuracy(bands[1:], math.nan, 0)
    assert str(alone.summary()) == "RMSE 1, MAE 1, bias -1; 2 values"


@pytest.mark.parametrize("seed", range(20))
def test_maps_and_trainings_have_the_numbers_that_they_had_before_they_shared_the_formulas(seed):
    """The two formulas of 4108d75, to the last bit."""
    rng = np.random.default_rng(seed)
    mapped, reference = rng.normal(0.3, 1e3, (2, 1000))
    found = judged(mapped, reference, parts=3)
    count, error, absolute, squared = 1000, found._error, found._absolute, found._squared
    squares = np.maximum(found._squares - found._sums**2 / count, 0.0)[1]
    scores = found.scores(math.nan)
    assert (scores.rmse, scores.mae) == (math.sqrt(squared / count), absolute / count)
    assert (scores.bias, scores.r2) == (error / count, 1 - squared / float(squares))
    sums = np.abs(rng.normal(1e4, 3e3, (4, 6)))
    sums[3] = 0
    deviations = Deviations(sums, ("a", "b", "c", "d"))
    n, error, absolute, squared, total, squares = sums[:3].T
    spread = squares - total**2 / n
    for name, expected in {
        "rmse": np.sqrt(squared / n),
        "mae": absolute / n,
        "bias": error / n,
        "r2": np.where(spread > 0, 1 - squared / spread, np.nan),
    }.items():
        np.testing.assert_array_equal(getattr(deviations.errors, name), [*expected, np.nan])
