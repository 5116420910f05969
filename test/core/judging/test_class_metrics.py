import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from rasterlearn.core.judging.class_metrics import (
    DRAWS,
    OVERALL,
    PER_CLASS,
    Accuracy,
    Cells,
    confusion_matrix,
    intervals_of,
)
from rasterlearn.core.raster.classes import ClassMap, LandClass


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
    np.testing.assert_allclose(ours.iou, sklearn_metrics.jaccard_score(truth, predicted, average=None))
    assert ours.macro_f1 == pytest.approx(f1.mean())
    assert ours.mean_iou == pytest.approx(sklearn_metrics.jaccard_score(truth, predicted, average="macro"))


def test_metrics_of_classes_that_never_occur_are_nan():
    example = accuracy([[2, 0, 0], [1, 1, 0], [0, 0, 0]])
    assert np.isnan(example.precision[2]) and np.isnan(example.recall[2]) and np.isnan(example.f1[2])
    assert example.recall[1] == 0.5


def test_a_single_class_has_no_kappa():
    assert np.isnan(accuracy([[5, 0], [0, 0]]).kappa)


def test_means_are_over_the_classes_that_occur_in_reference_or_prediction():
    example = accuracy([[2, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    np.testing.assert_allclose(example.iou, [1, 0.5, 0, np.nan])
    assert example.mean_iou == pytest.approx(0.5)  # the third class was predicted, the fourth occurs nowhere
    assert example.macro_f1 == pytest.approx((1 + 2 / 3 + 0) / 3)


def test_metrics_of_many_matrices_are_those_of_each():
    rng = np.random.default_rng(0)
    matrices = rng.integers(0, 3, (2, 5, 3, 3))
    for metric in {**OVERALL, **PER_CLASS}.values():
        expected = np.array([[metric(m) for m in row] for row in matrices])
        np.testing.assert_array_equal(metric(matrices), expected)


def test_without_any_sample_nothing_is_known():
    empty = accuracy(np.zeros((2, 2), np.int64))
    assert empty.count == 0 and np.isnan(empty.overall_accuracy) and np.isnan(empty.mean_iou)
    assert np.isnan(empty.intervals["kappa"]).all() and empty.intervals["f1"].shape == (2, 2)


def test_intervals_of_independent_samples_cover_the_truth_at_their_nominal_rate():
    rng = np.random.default_rng(0)
    cells = np.array([[0.3, 0.05, 0.05], [0.05, 0.2, 0.05], [0.02, 0.08, 0.2]])
    truth = accuracy(np.round(cells * 10**9).astype(np.int64))
    hits = dict.fromkeys([*OVERALL, *PER_CLASS], 0)
    for _ in range(200):
        judged = accuracy(rng.multinomial(400, cells.ravel()).reshape(3, 3))
        for name, (low, high) in judged.intervals.items():
            hits[name] += np.mean((low <= getattr(truth, name)) & (getattr(truth, name) <= high))
    assert all(0.90 <= share / 200 <= 0.99 for share in hits.values()), hits


def samples_in_blocks(rng, block_count=60, per_block=30):
    """Samples that are right or wrong together within a block; the true accuracy is 0.75."""
    blocks = np.repeat(np.arange(block_count), per_block)
    truth = rng.integers(0, 2, len(blocks))
    right = rng.random(len(blocks)) < rng.choice([0.5, 1.0], block_count)[blocks]
    return truth, np.where(right, truth, 1 - truth), blocks


def test_only_the_bootstrap_over_blocks_covers_the_truth_where_neighbors_are_alike():
    rng = np.random.default_rng(1)
    two = accuracy(np.eye(2)).classes
    hits = np.zeros(2)
    for _ in range(200):
        truth, predicted, blocks = samples_in_blocks(rng)
        for i, judged in enumerate((Accuracy.of(truth, predicted, two, blocks), Accuracy.of(truth, predicted, two))):
            low, high = judged.intervals["overall_accuracy"]
            hits[i] += low <= 0.75 <= high
    assert 0.90 <= hits[0] / 200 <= 0.985
    assert hits[1] / 200 < 0.75


def test_the_bootstrap_is_that_of_drawing_blocks_one_by_one():
    rng = np.random.default_rng(2)
    truth, predicted, blocks = samples_in_blocks(rng, 12, 10)
    judged = Accuracy.of(truth, predicted, accuracy(np.eye(2)).classes, blocks * 7 + 3)
    assert judged.blocks.shape == (12, 2, 2) and judged.block_count == 12 and not judged.is_rough
    np.testing.assert_array_equal(judged.blocks.sum(axis=0), confusion_matrix(truth, predicted, 2))
    drawn = []
    for _ in range(1500):
        rows = np.concatenate([np.flatnonzero(blocks == b) for b in rng.integers(0, 12, 12)])
        drawn.append(sklearn_metrics.f1_score(truth[rows], predicted[rows], average=None))
    np.testing.assert_allclose(judged.intervals["f1"], np.quantile(drawn, (0.025, 0.975), axis=0), atol=0.02)


def test_intervals_are_the_same_each_time_and_contain_the_estimate():
    matrix = [[40, 10, 0], [5, 80, 1], [0, 2, 9]]
    first, second = accuracy(matrix), accuracy(matrix)
    for name, (low, high) in first.intervals.items():
        np.testing.assert_array_equal((low, high), second.intervals[name])
        assert (low <= getattr(first, name)).all() and (getattr(first, name) <= high).all()
    assert DRAWS == 1000


def test_one_block_does_not_show_the_spread():
    two = accuracy(np.eye(2)).classes
    truth, predicted = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    alone = Accuracy.of(truth, predicted, two, np.zeros(4, np.int64))
    assert alone.is_rough and all(np.isnan(interval).all() for interval in alone.intervals.values())
    assert "interval" not in str(alone.summary())
    # class 1 lies in a single one of three blocks
    recall = Accuracy.of(truth, predicted, two, np.array([0, 1, 2, 2])).intervals["recall"]
    assert np.isfinite(recall[:, 0]).all() and np.isnan(recall[:, 1]).all()


def test_many_classes_need_little_memory_at_a_time():
    import tracemalloc

    matrix = np.zeros((400, 400), np.int64)
    np.fill_diagonal(matrix, 3)
    tracemalloc.start()
    accuracy(matrix).intervals  # noqa: B018 - computed when it is asked for
    assert tracemalloc.get_traced_memory()[1] < 400e6  # all draws at once would be 1.3 GB
    tracemalloc.stop()


def test_the_summary_names_the_blocks():
    judged = Accuracy.of(np.arange(40) % 2, np.arange(40) % 2, accuracy(np.eye(2)).classes, np.arange(40) // 4)
    assert str(judged.summary()) == (
        "overall accuracy 1.0000, kappa 1.0000 (95 % interval 1.0000 … 1.0000), 40 samples in 10 blocks"
    )


@pytest.mark.parametrize("seed", range(5))
def test_margins_give_what_whole_matrices_give(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 30))
    matrices = rng.integers(0, 9, (5, k, k)) * (rng.random((k, k)) < 0.3)
    cells = np.flatnonzero(matrices.any(axis=0))
    rows, columns = np.divmod(cells, k)
    sparse = Cells(matrices[:, rows, columns].astype(float), rows, columns, k)
    np.testing.assert_array_equal(sparse.whole(), matrices)
    for metric in (*OVERALL.values(), *PER_CLASS.values()):
        np.testing.assert_array_equal(metric(sparse.margins()), metric(matrices))


@pytest.mark.parametrize("are_known", [True, False])
def test_intervals_of_many_classes_never_need_whole_matrices(are_known, monkeypatch):
    rng = np.random.default_rng(0)
    blocks = np.zeros((4, 40, 40), np.int64)
    np.add.at(blocks, tuple(rng.integers(0, n, 900) for n in blocks.shape), 1)
    matrix, known = blocks.sum(axis=0), blocks if are_known else None
    expected = {
        name: intervals_of({name: metric}, matrix, known)[name] for name, metric in {**OVERALL, **PER_CLASS}.items()
    }
    monkeypatch.setattr(Cells, "whole", None)
    found = Accuracy(matrix, ClassMap.of([LandClass(i) for i in range(40)]), known).intervals
    for name in expected:
        several = np.isfinite(found[name])
        np.testing.assert_array_equal(found[name][several], expected[name][several])
