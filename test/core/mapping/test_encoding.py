import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.map_results import RESULT_TABLE
from rasterlearn.core.images.answers import ClassAnswer, ValueAnswer
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.value_target import Target
from rasterlearn.core.mapping.encoding import Encoder
from rasterlearn.core.raster.classes import ClassMap, LandClass

CLASSES = ClassMap.of([LandClass(-3, "low"), LandClass(7, "middle"), LandClass(300, "high")])
SCORES = np.array([[[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]]], np.float32)
VALID = np.array([[True, True]])
HOLE = np.array([[True, False]])
TARGET = Target(Source(("p", "q"), (10.0, 10.0), 8, 8), "int16", -99.0, (0.1, 2.0))


def encoder(result, answer=ClassAnswer(CLASSES), **options):  # noqa: B008
    return Encoder(RESULT_TABLE[result], answer, **options)


@pytest.mark.parametrize("scores", [SCORES, SCORES.argmax(-1).astype(np.uint8)])
def test_classes_have_their_own_values(scores):
    encode = encoder("classes")
    assert encode.are_class_values and encode.dtype == np.int16
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
    np.testing.assert_allclose(encoder(result)(SCORES, VALID), expected, atol=1e-6)
    scaled = encoder(result, precision="uint8")
    assert (scaled.dtype, scaled.nodata, scaled.scale) == (np.uint8, 255, 1 / 250)
    np.testing.assert_allclose(scaled(SCORES, VALID) * scaled.scale, expected, atol=0.002 + 1e-6)
    assert (scaled(SCORES, HOLE)[0, 1] == 255).all()
    assert np.isnan(encoder(result)(SCORES, HOLE)[0, 1]).all()


def test_scores_stay_as_they_are():
    before = SCORES.copy()
    for result in ("probabilities", "confidence", "entropy"):
        encoder(result)(SCORES, HOLE)
    np.testing.assert_array_equal(SCORES, before)


def test_features_are_named_and_never_rounded():
    encode = encoder("features", precision="uint8", count=3)
    assert encode.band_names == ["feature 0", "feature 1", "feature 2"]
    assert encode.dtype == np.float32
    np.testing.assert_array_equal(encode(SCORES * 1e6, VALID), SCORES * 1e6)


def test_values_in_the_type_of_their_target():
    encode = encoder("values", ValueAnswer(TARGET), precision="target", count=2)
    assert (encode.band_names, encode.dtype, encode.nodata) == (["p", "q"], np.int16, -99)
    assert (encode.scale, encode.offset) == (0.1, 2.0) and not encode.are_class_values
    values = np.array([[[3.6, -99.0], [1e9, 0.0]]], np.float32)
    assert encode(values, HOLE).tolist() == [[[4, -98], [-99, -99]]]


def test_values_of_a_model_with_classes_have_numbers_for_names():
    encode = encoder("values", count=2)
    assert (encode.band_names, encode.dtype, encode.scale) == (["value 0", "value 1"], np.float32, None)


@pytest.mark.parametrize(("result", "answer"), [("values", ClassAnswer(CLASSES)), ("features", ValueAnswer(TARGET))])
def test_only_values_with_a_target_have_its_type(result, answer):
    with pytest.raises(InputError, match="PRECISION=target is for RESULT=values"):
        encoder(result, answer, precision="target", count=2)
