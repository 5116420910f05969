import numpy as np
import pytest

from rasterlearn.core.mapping.encoding import Encoder
from rasterlearn.core.raster.classes import ClassMap, LandClass

CLASSES = ClassMap.of([LandClass(-3, "low"), LandClass(7, "middle"), LandClass(300, "high")])
SCORES = np.array([[[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]]], np.float32)
VALID = np.array([[True, True]])
HOLE = np.array([[True, False]])


@pytest.mark.parametrize("scores", [SCORES, SCORES.argmax(-1).astype(np.uint8)])
def test_classes_have_their_own_values(scores):
    encode = Encoder("classes", CLASSES)
    assert encode.only_classes and encode.dtype == np.int16
    assert encode(scores, VALID)[..., 0].tolist() == [[7, -3]]
    assert encode(scores, HOLE)[..., 0].tolist() == [[7, encode.nodata]]


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("probabilities", SCORES),
        ("confidence", [[[0.5], [1.0]]]),
        ("entropy", [[[-(0.2 * np.log(0.2) + 0.5 * np.log(0.5) + 0.3 * np.log(0.3)) / np.log(3)], [0.0]]]),
    ],
)
def test_numbers_between_0_and_1(result, expected):
    np.testing.assert_allclose(Encoder(result, CLASSES)(SCORES, VALID), expected, atol=1e-6)
    scaled = Encoder(result, CLASSES, "uint8")
    assert (scaled.dtype, scaled.nodata, scaled.scale) == (np.uint8, 255, 1 / 250)
    np.testing.assert_allclose(scaled(SCORES, VALID) * scaled.scale, expected, atol=0.002 + 1e-6)
    assert (scaled(SCORES, HOLE)[0, 1] == 255).all()
    assert np.isnan(Encoder(result, CLASSES)(SCORES, HOLE)[0, 1]).all()


def test_scores_stay_as_they_are():
    before = SCORES.copy()
    for result in ("probabilities", "confidence", "entropy"):
        Encoder(result, CLASSES)(SCORES, HOLE)
    np.testing.assert_array_equal(SCORES, before)


def test_features_are_named_and_never_rounded():
    encode = Encoder("features", CLASSES, "uint8", feature_count=3)
    assert encode.band_names == ["feature 0", "feature 1", "feature 2"]
    assert encode.dtype == np.float32
    np.testing.assert_array_equal(encode(SCORES * 1e6, VALID), SCORES * 1e6)
