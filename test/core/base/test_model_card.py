"""The description in a model file, read without the model."""

import json
import zipfile

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError, ModelFileError
from rasterlearn.core.base.model_card import read_model_card
from rasterlearn.core.base.model_limits import LARGEST_PATCH_PX, MAXIMUM_BANDS, MAXIMUM_CLASSES
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader


@pytest.fixture
def saved(ramp, tmp_path):
    """A forest's model file: saved(training)."""

    def save(training):
        rng = np.random.default_rng(0)
        forest = fit_forest(rng.random((40, 2), np.float32), np.arange(40) % 2, 2, trees=2)
        classes = ClassMap.of([LandClass(1, "town", "#aa1122"), LandClass(5, "lake")])
        with RasterReader(ramp) as reader:
            source = Source.of_image(reader).with_fill([1.0, 2.0])
        path = str(tmp_path / "m.rlmodel")
        save_model(path, Model.of_forest(forest, classes, (source,), training))
        return path

    return save


def test_a_card_describes_the_model(saved):
    card = read_model_card(saved({"metrics": {"validation": {"overall_accuracy": 0.91, "kappa": 0.82}}}))
    assert (card.kind, card.architecture, card.overall_accuracy, card.kappa) == ("forest", "forest", 0.91, 0.82)
    assert [(len(s.bands), s.patch_width, s.patch_height) for s in card.sources] == [(2, 1, 1)]
    assert [name for name, _ in card.classes] == ["town", "lake"]
    assert card.classes[0][1] == "#aa1122"


@pytest.mark.parametrize("training", [{}, {"metrics": {}}, {"metrics": {"validation": None}}])
def test_a_model_that_was_not_judged(saved, training):
    card = read_model_card(saved(training))
    assert (card.overall_accuracy, card.kappa) == (None, None)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"sources": [], "classes": [], "training": {}},
        {"sources": "x", "classes": 3, "training": 1},
        {"kind": 1, "architecture": "a", "sources": [{"bands": ["b"], "patch_width": 1e9}], "classes": [{}]},
        [],
        {"metrics": []},
    ],
)
def test_an_untrusted_description_gives_a_clear_error(tmp_path, content):
    path = tmp_path / "x.rlmodel"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.json", json.dumps(content))
    with pytest.raises(ModelFileError, match="x.rlmodel"):
        read_model_card(str(path))


def test_missing_files_and_files_that_are_not_models(tmp_path, ramp):
    with pytest.raises(ModelFileError, match="nowhere.rlmodel"):
        read_model_card(str(tmp_path / "nowhere.rlmodel"))
    with pytest.raises(ModelFileError, match="ramp.tif"):
        read_model_card(ramp)


def described(path, bands, classes=2, side=3):
    source = Source(tuple(f"b{i}" for i in range(bands)), (10.0, 10.0), side, side).to_json()
    content = {
        "kind": "forest", "architecture": "forest", "sources": [source], "training": {},
        "classes": [{"name": f"c{i}"} for i in range(classes)],
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.json", json.dumps(content))
    return source


@pytest.mark.parametrize(
    "held", [{"bands": MAXIMUM_BANDS}, {"bands": 1, "side": LARGEST_PATCH_PX}, {"bands": 1, "classes": MAXIMUM_CLASSES}]
)
def test_dialogs_and_the_engine_read_descriptions_up_to_the_same_limits(tmp_path, held):
    path = tmp_path / "large.rlmodel"
    source = described(path, **held)
    assert len(read_model_card(str(path)).sources[0].bands) == len(Source.from_json(source).bands) == held["bands"]
    name = list(held)[-1]
    source = described(path, **{**held, name: held[name] + 1})
    with pytest.raises(ModelFileError):
        read_model_card(str(path))
    if name != "classes":
        with pytest.raises(InputError):
            Source.from_json(source)
