"""Answers of models: classes or values."""

from dataclasses import replace

import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.map_results import RESULT_TABLE
from rasterlearn.core.images.answers import ClassAnswer, ValueAnswer, answer_of
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.normalization import TAG, Normalization
from rasterlearn.core.images.value_target import Target
from rasterlearn.core.raster.classes import ClassMap, LandClass

CLASSES = ClassMap.of([LandClass(2, "wood"), LandClass(5, "water")])
SOURCE = Source(("p", "q", "r"), (10.0, 10.0), 8, 8)
TARGET = Target(SOURCE, "float32")


def test_with_a_target_the_answer_is_values():
    classes, values = answer_of(CLASSES, None), answer_of(ClassMap(()), TARGET)
    assert isinstance(classes, ClassAnswer) and isinstance(values, ValueAnswer)
    assert (classes.has_classes, classes.count, list(classes.class_names)) == (True, 2, ["wood", "water"])
    assert (values.has_classes, values.count, list(values.class_names)) == (False, 3, [])


@pytest.mark.parametrize("word", RESULT_TABLE)
def test_a_model_with_classes_has_the_result_that_is_wanted(word):
    assert ClassAnswer(CLASSES).result(RESULT_TABLE[word]).word == word


@pytest.mark.parametrize(("wanted", "word"), [("classes", "values"), ("values", "values"), ("features", "features")])
def test_a_model_without_classes_has_values_instead(wanted, word):
    assert ValueAnswer(TARGET).result(RESULT_TABLE[wanted]).word == word


@pytest.mark.parametrize("wanted", ["probabilities", "confidence", "entropy"])
def test_a_model_without_classes_has_no_scores(wanted):
    with pytest.raises(InputError, match=rf"answers with values \(p, q, r\), so it has no {wanted}"):
        ValueAnswer(TARGET).result(RESULT_TABLE[wanted])


def test_a_map_of_values_records_the_normalization_of_their_image():
    normalization = Normalization("max", SOURCE.bands, (0.1,) * 3, (0.0,) * 3)
    normalized = Target(replace(SOURCE, normalization=normalization), "float32")
    assert ValueAnswer(normalized).tags(RESULT_TABLE["values"]) == {TAG: normalization.to_json()}
    assert ValueAnswer(normalized).tags(RESULT_TABLE["features"]) == {}
    assert ValueAnswer(TARGET).tags(RESULT_TABLE["values"]) == {}
