import io
import pickle

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from rasterlearn.core.errors import ModelFileError
from rasterlearn.core.forest import Forest, fit_forest


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    samples = rng.integers(0, 60, (400, 4)).astype(np.float32)
    return samples, (samples[:, 0] > 30).astype(int) + 2 * (samples[:, 1] + samples[:, 2] > 70)


@pytest.mark.parametrize("depth", [0, 3])
def test_probabilities_equal_scikit_learns(data, depth):
    samples, labels = data
    theirs = RandomForestClassifier(25, max_depth=depth or None, random_state=7).fit(samples, labels)
    ours = fit_forest(samples, labels, 4, trees=25, max_depth=depth, seed=7)
    fresh = np.random.default_rng(1).integers(0, 60, (1000, 4)).astype(np.float32)
    np.testing.assert_allclose(ours.probabilities(fresh), theirs.predict_proba(fresh), atol=1e-6)


def test_a_class_without_samples_has_probability_zero(data):
    samples, labels = data
    forest = fit_forest(samples[labels != 1], labels[labels != 1], 4, trees=5)
    assert forest.probabilities(samples)[:, 1].max() == 0
    np.testing.assert_allclose(forest.probabilities(samples).sum(axis=1), 1, atol=1e-6)


def test_a_block_is_mapped_pixel_by_pixel(data):
    forest = fit_forest(*data, 4, trees=5)
    block = np.random.default_rng(2).integers(0, 60, (1, 7, 9, 4)).astype(np.float32)
    block[0, :, 3] = block[0, 0, 0]
    expected = forest.probabilities(block.reshape(-1, 4)).reshape(1, 7, 9, 4)
    np.testing.assert_array_equal(forest.predict(block), expected)


def test_round_trip(data):
    forest = fit_forest(*data, 4, trees=5)
    again = Forest.from_bytes(forest.to_bytes())
    np.testing.assert_array_equal(again.probabilities(data[0]), forest.probabilities(data[0]))


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
        changed(forest, roots=np.array([10**6])),
        changed(forest, share=forest.share * np.nan),
        changed(forest, threshold=np.array([Malicious()], object)),
        pickle.dumps(Malicious()),
        forest.to_bytes()[:200],
        b"",
    ):
        with pytest.raises(ModelFileError):
            Forest.from_bytes(damage)
