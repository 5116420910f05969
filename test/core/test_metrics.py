import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from rasterlearn.core.classes import ClassMap, LandClass
from rasterlearn.core.metrics import Accuracy, confusion_matrix


def accuracy(matrix):
    return Accuracy(np.array(matrix), ClassMap.of([LandClass(i, f"class {i}") for i in range(len(matrix))]))


def test_rows_are_the_reference():
    matrix = confusion_matrix(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0]), 3)
    assert matrix.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]


def test_kappa_of_cohens_own_example():
    # Cohen (1960), table 1, proportions times 200: observed agreement 0.70, expected 0.41, kappa 0.492
    example = accuracy([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert example.overall_accuracy == pytest.approx(0.70)
    assert example.kappa == pytest.approx(0.492, abs=5e-4)


def test_kappa_interval_of_congalton_and_green():
    # Congalton & Green, "Assessing the Accuracy of Remotely Sensed Data", error matrix #1:
    # kappa 0.65, variance 0.00078 (their KHAT table)
    example = accuracy(np.array([[65, 4, 22, 24], [6, 81, 5, 8], [0, 11, 85, 19], [4, 7, 3, 90]]))
    low, high = example.kappa_interval
    assert example.kappa == pytest.approx(0.65, abs=5e-3)
    assert ((high - low) / (2 * 1.96)) ** 2 == pytest.approx(0.00078, rel=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_everything_equals_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, 300)
    predicted = np.where(rng.random(300) < 0.6, truth, rng.integers(0, 4, 300))
    ours = Accuracy.of(truth, predicted, accuracy(np.eye(4)).classes)
    precision, recall, f1, _ = sklearn_metrics.precision_recall_fscore_support(truth, predicted)
    np.testing.assert_array_equal(ours.matrix, sklearn_metrics.confusion_matrix(truth, predicted))
    assert ours.overall_accuracy == pytest.approx(sklearn_metrics.accuracy_score(truth, predicted))
    assert ours.kappa == pytest.approx(sklearn_metrics.cohen_kappa_score(truth, predicted))
    np.testing.assert_allclose((ours.precision, ours.recall, ours.f1), (precision, recall, f1))


def test_the_kappa_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    cells = np.array([[0.3, 0.05, 0.05], [0.05, 0.2, 0.05], [0.02, 0.08, 0.2]])
    truth = accuracy(np.round(cells * 10**9).astype(np.int64)).kappa
    hits = 0
    for _ in range(400):
        low, high = accuracy(rng.multinomial(400, cells.ravel()).reshape(3, 3)).kappa_interval
        hits += low <= truth <= high
    assert 0.92 <= hits / 400 <= 0.98


def test_classes_that_never_occur_are_not_a_number():
    example = accuracy([[2, 0, 0], [1, 1, 0], [0, 0, 0]])
    assert np.isnan(example.precision[2]) and np.isnan(example.recall[2]) and np.isnan(example.f1[2])
    assert example.recall[1] == 0.5


def test_a_single_class_has_no_kappa():
    assert np.isnan(accuracy([[5, 0], [0, 0]]).kappa)


def test_wilson_interval():
    # Newcombe (1998), table I: 81 of 263 -> 0.2553 ... 0.3662
    low, high = accuracy([[81, 182], [0, 0]]).overall_accuracy_interval
    assert (low, high) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))
