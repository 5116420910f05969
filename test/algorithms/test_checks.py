"""What a dialog reports before it runs anything."""

import json
import os
import shutil
import zipfile

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.algorithms import checks
from rasterlearn.host import environment


@pytest.fixture
def says(algorithm, context, engine_python):
    """What an algorithm says about parameters; empty if it may run."""

    def of(name, **parameters):
        sound, message = algorithm(name).checkParameterValues(parameters, context)
        assert sound == (not message)
        return message

    return of


@pytest.fixture
def model(tmp_path):
    """A model file with no more than its card: model("a.rlmodel", [(bands, side), …])."""

    def make(name, sources):
        described = [
            {"bands": [f"b{i}" for i in range(bands)], "patch_width": side, "patch_height": side}
            for bands, side in sources
        ]
        classes = [{"value": 1, "name": "a", "color": "#112233"}]
        card = {"kind": "network", "architecture": "patch_cnn", "classes": classes, "sources": described}
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("model.json", json.dumps({**card, "format": 1, "training": {}}))
        return str(tmp_path / name)

    return make


@pytest.fixture
def outputs(tmp_path):
    return {"OUTPUT": str(tmp_path / "out.tif"), "MODEL": str(tmp_path / "out.rlmodel")}


def test_a_sound_job_passes(says, two_fields, outputs, model, tmp_path):
    image, labels = two_fields
    assert says("landcover", INPUT=[image], LABELS=labels, **outputs) == ""
    assert says("applymodel", INPUT=image, MODEL=model("a.rlmodel", [(3, 16)]), OUTPUT=outputs["OUTPUT"]) == ""
    assert says("normalize", INPUT=[image], OUTPUT="TEMPORARY_OUTPUT") == ""


def test_asking_does_not_promise_a_layer(says, context, two_fields):
    says("normalize", INPUT=[two_fields[0]], OUTPUT="TEMPORARY_OUTPUT")
    assert context.layersToLoadOnCompletion() == {}


def test_bands_that_do_not_suit_the_model(says, two_fields, model, outputs):
    image, _ = two_fields
    sentence = says("applymodel", INPUT=image, MODEL=model("a.rlmodel", [(4, 16)]), OUTPUT=outputs["OUTPUT"])
    assert "has 3 band(s), the model expects 4: b0, b1, b2, b3" in sentence
    sentence = says("applymodel", INPUT=image, MODEL=model("b.rlmodel", [(3, 16), (6, 8)]), OUTPUT=outputs["OUTPUT"])
    assert "2 image(s), received 1: b0, b1, b2; b0, b1, b2, b3, b4, b5" in sentence
    sentence = says("applymodel", INPUT=image, MODEL=model("c.rlmodel", [(3, 100)]), OUTPUT=outputs["OUTPUT"])
    assert "120 × 96 pixels, less than a patch of 100 × 100" in sentence


def test_a_file_that_is_not_a_model(says, two_fields, outputs):
    renamed = shutil.copy(two_fields[1], os.path.splitext(two_fields[1])[0] + ".rlmodel")
    sentence = says("applymodel", INPUT=two_fields[0], MODEL=renamed, OUTPUT=outputs["OUTPUT"])
    assert "fields_labels.rlmodel" in sentence and "not a file of RasterLearn" in sentence
    sentence = says("applymodel", INPUT=two_fields[0], MODEL="/nowhere/a.rlmodel", OUTPUT=outputs["OUTPUT"])
    assert "/nowhere/a.rlmodel" in sentence


def test_labels_once(says, two_fields, make_vector, outputs):
    image, labels = two_fields
    polygons = make_vector("p.gpkg", [("POLYGON ((0 0, 0 1, 1 1, 0 0))", {"class": 1})])
    assert "exactly one" in says("landcover", INPUT=[image], **outputs)
    assert "exactly one" in says("landcover", INPUT=[image], LABELS=labels, LABEL_FEATURES=polygons, **outputs)
    assert "FIELD" in says("landcover", INPUT=[image], LABEL_FEATURES=polygons, **outputs)
    both = {"VALIDATION_LABELS": labels, "VALIDATION_FEATURES": polygons}
    assert "exactly one" in says("landcover", INPUT=[image], LABELS=labels, **both, **outputs)
    assert "exactly one" in says("accuracy", MAP=image)


def test_band_files_of_two_pixel_sizes(says, make_raster, outputs):
    fine = make_raster("b4.tif", np.ones((64, 64), np.uint8))
    coarse = make_raster("b11.tif", np.ones((32, 32), np.uint8), pixel_size=(20.0, -20.0))
    sentence = says("normalize", INPUT=[fine, coarse], OUTPUT=outputs["OUTPUT"])
    assert "“b4” has 64 × 64 pixels, “b11” has 32 × 32 pixels" in sentence


def test_an_image_without_a_place(says, make_raster, two_fields, outputs):
    nowhere = make_raster("nowhere.tif", np.ones((96, 120), np.uint8), crs=None)
    sentence = says("landcover", INPUT=[two_fields[0]], LABELS=nowhere, **outputs)
    assert "“nowhere” has no coordinate reference system" in sentence
    assert says("landcover", INPUT=[nowhere], LABELS=nowhere, **outputs) == "", "pixels alone can be compared"


def test_patches_too_small_for_the_architecture(says, two_fields, make_raster, model, outputs):
    image, labels = two_fields
    given = {"INPUT": [image], "LABELS": labels, **outputs}
    sentence = says("landcover", PATCH_SIZE=12, ARCHITECTURE="patch_cnn", **given)
    assert "patch_cnn needs patches of at least 16 × 16 pixels, received 12" in sentence
    assert says("landcover", PATCH_SIZE=12, ARCHITECTURE="texture_cnn", **given) == ""
    assert "less than a patch" in says("landcover", PATCH_SIZE=200, **given)
    stack = make_raster("patches.tif", np.ones((160, 16), np.uint8))
    trained = {"LABELS": stack, "OUTPUT": outputs["MODEL"]}
    assert "64 × 64" in says("trainmodel", PATCHES=stack, ARCHITECTURE="segmentation", **trained)
    assert says("trainmodel", PATCHES=stack, ARCHITECTURE="patch_cnn", **trained) == ""
    goes_on = {**trained, "MODEL": model("old.rlmodel", [(1, 16)])}
    assert says("trainmodel", PATCHES=stack, ARCHITECTURE="segmentation", **goes_on) == "", "MODEL decides then"


@pytest.mark.parametrize("options", [[], ["BIGTIFF=YES"], ["ENDIANNESS=BIG"], ["BIGTIFF=YES", "ENDIANNESS=BIG"]])
@pytest.mark.parametrize("width", [1, 16, 70_000])
def test_the_width_of_a_stack(tmp_path, width, options):
    path = str(tmp_path / "stack.tif")
    dataset = gdal.GetDriverByName("GTiff").Create(path, width, 2, 1, gdal.GDT_Byte, options)
    del dataset
    assert checks.stack_width(path) == width


@pytest.mark.parametrize("content", [b"", b"II", b"<VRTDataset>", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0\x09\0"])
def test_a_stack_whose_header_does_not_say(tmp_path, content):
    (tmp_path / "stack.vrt").write_bytes(content)
    assert checks.stack_width(str(tmp_path / "stack.vrt")) is None


def test_looking_leaves_nothing(says, make_raster, outputs, tmp_path):
    stack = make_raster("patches.tif", np.ones((160, 16), np.uint8), crs=None)
    before = sorted(tmp_path.iterdir())
    assert says("trainmodel", PATCHES=stack, LABELS=stack, OUTPUT=outputs["MODEL"]) == ""
    assert sorted(tmp_path.iterdir()) == before


def test_a_full_disk(says, two_fields, outputs, monkeypatch):
    class Full:
        free = 1000

    monkeypatch.setattr(checks.shutil, "disk_usage", lambda folder: Full)
    assert "0.0 GB left" in says("normalize", INPUT=[two_fields[0]], OUTPUT=outputs["OUTPUT"])
    assert says("normalize", INPUT=[two_fields[0]], OUTPUT=outputs["OUTPUT"][:-3] + "vrt") == ""


def test_a_folder_that_is_not_there(says, two_fields):
    assert "does not exist" in says("normalize", INPUT=[two_fields[0]], OUTPUT=os.path.join("/nowhere", "a.tif"))


def test_without_an_engine_the_dialog_says_so(algorithm, context, monkeypatch, tmp_path, two_fields, outputs):
    monkeypatch.delenv("RASTERLEARN_PYTHON", raising=False)
    monkeypatch.setattr(environment, "managed_folder", lambda: str(tmp_path / "engine"))
    sound, message = algorithm("normalize").checkParameterValues({"INPUT": [two_fields[0]], **outputs}, context)
    assert not sound and "not set up yet" in message
    assert "<a" not in message, "a link is for the desktop"
    possible, why = algorithm("landcover_from_labels").canExecute()
    assert not possible and why == message
    assert algorithm("setupengine").canExecute() == (True, "")


def test_the_reference_of_a_map_of_values(says, ramp, make_raster, make_vector):
    one_band = make_raster("one.tif", np.ones((40, 50), np.float32))
    nowhere = make_raster("nowhere.tif", np.ones((40, 50, 2), np.float32), crs=None)
    polygons = make_vector("p.gpkg", [("POLYGON ((0 0, 0 1, 1 1, 0 0))", {"class": 1})])
    values = {"MAP": ramp, "KIND": "values"}
    assert says("accuracy", REFERENCE=ramp, **values) == ""
    assert "give REFERENCE, and not REFERENCE_FEATURES" in says("accuracy", **values)
    assert "give REFERENCE" in says("accuracy", REFERENCE_FEATURES=polygons, FIELD="class", **values)
    assert "“ramp” has 2 band(s), “one” has 1" in says("accuracy", REFERENCE=one_band, **values)
    assert "“nowhere” has no coordinate" in says("accuracy", REFERENCE=nowhere, **values)
