"""The results that a map can show."""

import numpy as np
import pytest

from rasterlearn.core.base.map_results import RESULT_TABLE, Holds, Needs

SCORES = np.array([[[0.25, 0.75, 0.0]]], np.float32)


class Names:
    class_names = ("wood", "water")

    def value_names(self, count):
        return [f"number {i}" for i in range(count)]


def test_results_keep_their_numbers():
    """QGIS remembers them in models and history."""
    assert tuple(RESULT_TABLE)[:6] == ("classes", "probabilities", "confidence", "entropy", "features", "values")


def test_each_result_describes_itself():
    for word, result in RESULT_TABLE.items():
        assert result.word == word
        assert result.description and not result.description.endswith(".")  # a dialog puts it after the word


@pytest.mark.parametrize(
    ("word", "needs", "holds", "bands"),
    [
        ("classes", Needs.CLASS, Holds.CLASS_VALUES, ["classes"]),
        ("probabilities", Needs.SCORES, Holds.SHARES, ["wood", "water"]),
        ("confidence", Needs.SCORES, Holds.SHARES, ["confidence"]),
        ("entropy", Needs.SCORES, Holds.SHARES, ["entropy"]),
        ("features", Needs.FEATURES, Holds.NUMBERS, ["feature 0", "feature 1", "feature 2"]),
        ("values", Needs.ANSWERS, Holds.NUMBERS, ["number 0", "number 1", "number 2"]),
    ],
)
def test_the_needs_and_pixels_of_a_result(word, needs, holds, bands):
    result = RESULT_TABLE[word]
    assert (result.needs, result.holds, result.band_names(Names(), 3)) == (needs, holds, bands)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("classes", [[[1]]]),
        ("probabilities", SCORES.tolist()),
        ("confidence", [[[0.75]]]),
        ("entropy", [[[-(0.25 * np.log(0.25) + 0.75 * np.log(0.75)) / np.log(3)]]]),
    ],
)
def test_what_a_result_shows(word, expected):
    np.testing.assert_allclose(RESULT_TABLE[word].of_scores(SCORES), expected, rtol=1e-6)
