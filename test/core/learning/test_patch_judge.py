import numpy as np
import pytest
from learning_data import dense_set, patch_set, two_sources

from rasterlearn.core.learning.patch_judge import Judge
from rasterlearn.core.learning.starting_network import new_network


def untrained(architecture, patches):
    bands = [shape[2] for shape in patches.shapes]
    return new_network(architecture, patches, [np.full(b, 500.0) for b in bands], [np.full(b, 9e4) for b in bands])


@pytest.mark.parametrize(
    ("architecture", "patches"),
    [("patch_cnn", patch_set(30, placed=True)), ("two_branch", two_sources(30)), ("segmentation", dense_set(3))],
    ids=["one", "two", "dense"],
)
def test_loss_and_matrix_are_those_of_a_plain_evaluation(architecture, patches):
    network = untrained(architecture, patches)
    images = [image.astype(np.float32) for image in patches.images]
    probabilities = np.asarray(network(images if len(images) > 1 else images[0]), np.float64)
    labels = patches.labels[:, 16:48, 16:48] if patches.is_dense else patches.labels
    known = labels >= 0
    truth, shares = labels[known], probabilities[known]
    loss, accuracy = Judge.of(network).loss_and_accuracy(patches, blocks=True)
    assert loss == pytest.approx(-np.log(shares[np.arange(len(truth)), truth]).mean(), rel=1e-4)
    expected = np.zeros((3, 3), int)
    np.add.at(expected, (truth, shares.argmax(axis=1)), 1)
    np.testing.assert_array_equal(accuracy.matrix, expected)
    assert (accuracy.blocks is not None) == (patches.places is not None)


def test_some_of_the_patches_and_scores_of_them():
    patches = patch_set(40)
    judge, rows = Judge.of(untrained("patch_cnn", patches)), np.array([5, 0, 39])
    labels, scores = judge.scores(patches, rows)
    np.testing.assert_array_equal(labels, patches.labels[rows])
    exact = scores.astype(np.float64)
    logarithms = exact - np.log(np.exp(exact).sum(axis=1, keepdims=True))
    assert judge.loss(patches, rows) == pytest.approx(-logarithms[np.arange(3), labels].mean(), rel=1e-5)
