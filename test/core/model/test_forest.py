import io
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from rasterlearn.core.base import limits
from rasterlearn.core.base.errors import ModelFileError
from rasterlearn.core.learning.forest_fitting import ForestSettings, fit_forest
from rasterlearn.core.model import forest_evaluator as module
from rasterlearn.core.model.forest import Forest


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    samples = rng.integers(0, 60, (400, 4)).astype(np.float32)
    return samples, (samples[:, 0] > 30).astype(int) + 2 * (samples[:, 1] + samples[:, 2] > 70)


@pytest.mark.parametrize("depth", [0, 3])
def test_probabilities_equal_scikit_learns(data, depth):
    samples, labels = data
    theirs = RandomForestClassifier(25, max_depth=depth or None, random_state=7).fit(samples, labels)
    ours = fit_forest(samples, labels, 4, 25, ForestSettings(depth), seed=7)
    fresh = np.random.default_rng(1).integers(0, 60, (1000, 4)).astype(np.float32)
    np.testing.assert_allclose(ours.probabilities(fresh), theirs.predict_proba(fresh), atol=1e-6)


def test_a_class_without_samples_has_probability_zero(data):
    samples, labels = data
    forest = fit_forest(samples[labels != 1], labels[labels != 1], 4, trees=5)
    assert forest.probabilities(samples)[:, 1].max() == 0
    np.testing.assert_allclose(forest.probabilities(samples).sum(axis=1), 1, atol=1e-6)


def walked(forest, samples):
    """The definition: every sample walks down every tree."""
    result = np.zeros((len(samples), forest.share.shape[1]))
    for row, sample in enumerate(np.asarray(samples, np.float32)):
        for node in forest.roots:
            while forest.left[node] != node:
                goes_left = sample[forest.feature[node]] <= forest.threshold[node]
                node = forest.left[node] if goes_left else forest.right[node]
            result[row] += forest.share[node]
    return result / len(forest.roots)


def assert_predicts(forest, pixels, expected=None):
    found = forest.predict(pixels)
    assert found.dtype == np.float32 and found.shape == (*pixels.shape[:2], forest.share.shape[1])
    expected = walked(forest, pixels.reshape(-1, pixels.shape[-1])) if expected is None else expected
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=0, atol=1e-7)


def deep_forest(features, classes=3, trees=7, depth=0, count=600, seed=3):
    """Trained on noise, so that its trees are large and its thresholds all different."""
    rng = np.random.default_rng(seed)
    samples = rng.normal(size=(count, features)).astype(np.float32)
    return fit_forest(samples, rng.integers(0, classes, count), classes, trees, ForestSettings(depth), seed)


def noise(features, height=13, width=17, seed=4):
    return np.random.default_rng(seed).normal(size=(height, width, features)).astype(np.float32)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int64, np.float32, np.float64])
def test_pixels_of_any_real_type_are_mapped(data, dtype):
    forest = fit_forest(*data, 4, trees=5)
    pixels = np.random.default_rng(2).integers(0, 60, (7, 9, 4)).astype(dtype)
    pixels[:, 3] = pixels[0, 0]
    assert_predicts(forest, pixels)
    np.testing.assert_allclose(
        forest.predict(pixels).reshape(-1, 4), forest.probabilities(pixels.reshape(-1, 4)), rtol=0, atol=1e-7
    )


# Up to 4 features share a key; 5 need two keys, 23 need six.
@pytest.mark.parametrize("features", [1, 2, 3, 4, 5, 8, 23])
@pytest.mark.parametrize("classes", [2, 5])
def test_distinct_pixels_of_few_and_many_features(features, classes):
    assert_predicts(deep_forest(features, classes), noise(features))


def test_mapping_equals_scikit_learn():
    rng = np.random.default_rng(5)
    samples, labels = rng.normal(size=(500, 6)).astype(np.float32), rng.integers(0, 3, 500)
    theirs = RandomForestClassifier(30, max_depth=9, random_state=1).fit(samples, labels)
    pixels = noise(6, 50, 60)
    ours = fit_forest(samples, labels, 3, 30, ForestSettings(9), seed=1)
    assert_predicts(ours, pixels, theirs.predict_proba(pixels.reshape(-1, 6)))


def test_more_thresholds_than_four_fields_of_a_key_can_hold():
    levels = 16
    nodes, inner = np.arange(2 ** (levels + 1) - 1), 2**levels - 1
    level = np.log2(nodes + 1).astype(int)
    threshold = (2 * (nodes + 1 - 2**level) + 1) / 2.0 ** (level + 1)
    feature = np.where(nodes == 0, 4, 0)
    left, right = (np.where(nodes < inner, 2 * nodes + side, nodes) for side in (1, 2))
    share = np.random.default_rng(8).random((len(nodes), 2)).astype(np.float32)
    forest = Forest(np.zeros(1, np.int32), feature, threshold, left, right, share, 5)
    assert forest._evaluator._keys.fields < 4
    assert_predicts(forest, np.random.default_rng(9).random((30, 40, 5)))


def test_values_at_thresholds_and_their_neighbours():
    forest = deep_forest(2, trees=3)
    pixels = []
    for feature in range(2):
        inner = (forest.left != np.arange(len(forest.left))) & (forest.feature == feature)
        at = forest.threshold[inner].astype(np.float32)
        for value in (at, np.nextafter(at, np.float32(-np.inf)), np.nextafter(at, np.float32(np.inf))):
            pixels.append(np.stack([value, value[::-1]][:: 1 - 2 * feature], axis=-1))
    assert_predicts(forest, np.concatenate(pixels)[np.newaxis])


def one_split(threshold):
    share = np.array([[0.5, 0.5], [1, 0], [0, 1]], np.float32)
    feature, left, right = np.array([[0, 0, 0], [1, 1, 2], [2, 1, 2]], np.int32)
    return Forest(feature[:1], feature, np.array([threshold, -2, -2]), left, right, share, 1)


@pytest.mark.parametrize("threshold", [0.1, -0.1, 1 / 3, 16777217.0, 1e-50, -1e-50, 1e300, -1e300, 0.0])
def test_thresholds_that_are_not_float32(threshold):
    near = np.float32(np.clip(threshold, -3e38, 3e38))
    values = [near, np.nextafter(near, np.float32(-np.inf)), np.nextafter(near, np.float32(np.inf)), 0, -0.0, np.inf]
    assert_predicts(one_split(threshold), np.array([*values, -np.inf, np.nan], np.float32).reshape(2, 4, 1))


@pytest.mark.parametrize("features", [3, 6])
def test_nan_and_infinity(features):
    pixels = noise(features)
    for seed, value in enumerate((np.nan, np.inf, -np.inf)):
        pixels[np.random.default_rng(seed).random(pixels.shape) < 0.1] = value
    pixels[0, 0] = np.nan
    assert_predicts(deep_forest(features), pixels)


@pytest.mark.parametrize("features", [4, 6])
def test_results_do_not_depend_on_how_the_image_is_cut(features, monkeypatch):
    forest = deep_forest(features)
    pixels = np.round(noise(features, 60, 70), 1)
    whole = forest.predict(pixels)
    for height, width in ((1, 70), (60, 1), (17, 23), (59, 69)):
        for y in range(0, 60, height):
            for x in range(0, 70, width):
                block = (slice(y, y + height), slice(x, x + width))
                np.testing.assert_array_equal(forest.predict(pixels[block]), whole[block])
    monkeypatch.setattr(module, "PIXELS_AT_ONCE", 1000)
    monkeypatch.setattr(module, "SAMPLES_PER_TASK", (10, 77))
    for processors in (1, 2, 5):
        monkeypatch.setattr(limits, "processors", lambda processors=processors: processors)
        np.testing.assert_array_equal(forest.predict(pixels), whole)


def test_several_threads_share_a_forest():
    forest, blocks = deep_forest(4), [noise(4, 40, 50, seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(forest.predict, blocks))
    for block, probabilities in zip(blocks, found):
        np.testing.assert_array_equal(deep_forest(4).predict(block), probabilities)


def test_equal_and_unequal_keys_are_distinguished_whatever_their_hashes(monkeypatch):
    keys = np.random.default_rng(6).integers(0, 9, (3, 2000)).astype(np.uint64)
    for factors in (module.HASH_FACTORS, (0, 0)):  # 0: all hashes are equal
        monkeypatch.setattr(module, "HASH_FACTORS", factors)
        first, inverse = module._distinct(keys)
        np.testing.assert_array_equal(keys[:, first][:, inverse], keys)
        assert len(first) >= len(np.unique(keys, axis=1).T)
        assert (len(first) < 1000) == bool(factors[0])


@pytest.mark.parametrize("value", [0, np.nan, 1e9])
def test_a_constant_image(value):
    assert_predicts(deep_forest(4), np.full((6, 5, 4), value, np.float32))


def test_a_tree_of_one_leaf():
    zero = np.zeros(1, np.int32)
    forest = Forest(zero, zero, np.array([-2.0]), zero, zero, np.array([[0.25, 0.75]], np.float32), 3)
    assert_predicts(forest, noise(3))
    assert forest.predict(np.zeros((0, 5, 3))).shape == (0, 5, 2)


def test_trees_of_very_different_size():
    stump, large = one_split(0.5), deep_forest(1, classes=2, trees=2)
    joined = {name: np.concatenate([getattr(f, name) for f in (stump, large)]) for name in ("threshold", "share")}
    joined["feature"] = np.zeros(len(joined["threshold"]), np.int32)
    for name in ("roots", "left", "right"):
        joined[name] = np.concatenate([getattr(stump, name), getattr(large, name) + 3])
    assert_predicts(Forest(**joined, feature_count=1), noise(1))


def test_pixels_must_have_the_features_of_the_forest(data):
    with pytest.raises(ValueError, match="4 features, not 8"):
        fit_forest(*data, 4, trees=2).predict(np.zeros((2, 2, 8)))


def test_round_trip(data):
    forest = fit_forest(*data, 4, trees=5)
    again = Forest.from_bytes(forest.to_bytes())
    np.testing.assert_array_equal(again.probabilities(data[0]), forest.probabilities(data[0]))


def test_mapping_leaves_the_file_as_it_was(data):
    forest = fit_forest(*data, 4, trees=5)
    before = forest.to_bytes()
    found = forest.predict(data[0][np.newaxis])
    assert sorted(np.load(io.BytesIO(forest.to_bytes()))) == sorted(np.load(io.BytesIO(before)))
    np.testing.assert_array_equal(Forest.from_bytes(forest.to_bytes()).predict(data[0][np.newaxis]), found)


def changed(forest, **changes):
    arrays = {name: getattr(forest, name) for name in Forest.__dataclass_fields__}
    buffer = io.BytesIO()
    np.savez(buffer, **{**arrays, **changes})
    return buffer.getvalue()


class Malicious:
    def __reduce__(self):
        return (pytest.fail, ("code from a model file was run",))


def test_damaged_forests_are_refused(data):
    forest = fit_forest(*data, 4, trees=3)
    backwards = forest.left.copy()
    backwards[5] = 1
    outside = forest.right.copy()
    outside[0] = len(outside) + 5
    for damage in (
        changed(forest, left=backwards),
        changed(forest, right=outside),
        changed(forest, feature=forest.feature + 4),
        changed(forest, feature=-forest.feature - 1),
        changed(forest, threshold=forest.threshold[:-1]),
        changed(forest, threshold=forest.threshold * np.nan),
        changed(forest, roots=np.array([10**6])),
        changed(forest, share=forest.share * np.nan),
        changed(forest, threshold=np.array([Malicious()], object)),
        pickle.dumps(Malicious()),
        forest.to_bytes()[:200],
        b"",
    ):
        with pytest.raises(ModelFileError):
            Forest.from_bytes(damage)


def test_a_forest_among_more_features_looks_at_its_own(data):
    samples, labels = data
    forest = fit_forest(samples[:, :2], labels, 4, trees=5)
    wider = forest.among((3, 1), 5)
    shown = np.full((len(samples), 5), -7, np.float32)
    shown[:, 3], shown[:, 1] = samples[:, 0], samples[:, 1]
    np.testing.assert_array_equal(wider.probabilities(shown), forest.probabilities(samples[:, :2]))
    assert Forest.from_bytes(wider.to_bytes()).feature_count == 5


def test_many_features_are_predicted_in_smaller_parts(monkeypatch):
    monkeypatch.setattr(module, "PIXELS_AT_ONCE", 40)
    forest = deep_forest(50)
    assert forest._evaluator._keys.words > module.USUAL_WORDS
    assert_predicts(forest, np.random.default_rng(5).normal(size=(7, 13, 50)).astype(np.float32))


@pytest.mark.parametrize(("leaf", "tried"), [(5, 0), (1, 3), (9, 4)])
def test_leaves_and_features_per_split_equal_scikit_learns(data, leaf, tried):
    samples, labels = data
    options = {"min_samples_leaf": leaf, "max_features": tried or "sqrt"}
    theirs = RandomForestClassifier(9, random_state=7, **options).fit(samples, labels)
    ours = fit_forest(samples, labels, 4, 9, ForestSettings(min_samples_leaf=leaf, max_features=tried), seed=7)
    np.testing.assert_allclose(ours.probabilities(samples), theirs.predict_proba(samples), atol=1e-6)


def test_inconsistent_arrays_are_refused():
    samples = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    good = fit_forest(samples, (samples[:, 0] > 0).astype(int), 2, trees=3)

    def refused(**changes):
        with pytest.raises(
            ModelFileError, match=r"The forest in the model file is damaged: .*\. Train the model again"
        ):
            Forest.from_bytes(replace(good, **changes).to_bytes())

    last = len(good.feature) - 1
    refused(left=np.zeros_like(good.left))  # a cycle
    refused(left=np.full_like(good.left, last + 1))
    refused(right=np.full_like(good.right, -1))
    refused(roots=np.array([last + 1], np.int32))
    refused(roots=np.array([], np.int32))
    refused(roots=np.array([[0]], np.int32))
    refused(feature=np.full_like(good.feature, 2))
    refused(feature=good.feature + 0.5)  # not whole numbers
    refused(feature=good.feature.astype(np.int64) + 2**32)  # would be sound after wrapping
    refused(threshold=good.threshold * np.nan)
    refused(threshold=good.threshold[:-1])
    refused(share=good.share * np.nan)
    refused(share=good.share - 5)
    refused(share=good.share * 1e9)
    refused(share=good.share[:, 0])
    refused(feature_count=0)
    refused(feature_count=10**9)
    refused(feature_count=np.array([1, 2]))
    refused(feature_count=1.5)
