import json
import shutil
import zipfile

import numpy as np
import pytest
from qgis.core import QgsRasterLayer


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def model(run, request, kept, tmp_path):
    """A network for the two fields; trained once and copied for each test."""
    trained = kept / "m.rlmodel"
    if not trained.exists():
        patches, labels = request.getfixturevalue("patches")
        run("trainmodel", PATCHES=patches, LABELS=labels, EPOCHS=5, OUTPUT=str(trained))
    return str(shutil.copy(trained, tmp_path))


def test_translation(job_of, ramp, tmp_path):
    job = job_of(
        "applymodel", INPUT=ramp, MODEL="m.rlmodel", RESULT="probabilities", MODE="patch", BORDER="valid",
        BOX="1,2,30,20", BLOCK_SIZE=64, EXTENT="500000,500100,5799900,5800000 [EPSG:32633]",
        OUTPUT=str(tmp_path / "map.tif"),
    )  # fmt: skip
    assert (job.images, job.model, job.result, job.mode, job.border) == (
        [ramp], "m.rlmodel", "probabilities", "patch", "valid",
    )  # fmt: skip
    assert (job.box, job.block_size, job.extent) == ("1,2,30,20", 64, [500000.0, 500100.0, 5799900.0, 5800000.0])


def test_translation_of_several_sources_and_of_how_to_run(job_of, ramp, tmp_path):
    job = job_of(
        "applymodel", INPUT=ramp, INPUT_2=ramp, INPUT_3=ramp, MODEL="m.rlmodel", DEVICE="gpu:1", RESUME=True,
        PRECISION="uint8", RESULT="features", OUTPUT=str(tmp_path / "map.tif"),
    )  # fmt: skip
    assert job.images == [ramp, ramp, ramp]
    assert (job.device, job.resume, job.dry_run, job.precision, job.result) == (
        "gpu:1",
        True,
        False,
        "uint8",
        "features",
    )


def test_a_gap_in_the_sources(refusal, ramp, tmp_path):
    sentence = refusal("applymodel", INPUT=ramp, INPUT_3=ramp, MODEL="m.rlmodel", OUTPUT=str(tmp_path / "map.tif"))
    assert "INPUT_2 is missing" in sentence


def test_a_dry_run_reports_the_plan_and_writes_nothing(run, model, two_fields, feedback, tmp_path):
    results = run("applymodel", INPUT=two_fields[0], MODEL=model, DRY_RUN=True, OUTPUT=str(tmp_path / "map.tif"))
    assert "OUTPUT" not in results and not (tmp_path / "map.tif").exists()
    assert "Dry run, nothing is written. Map: 120 × 96 pixels of 10 × 10" in "\n".join(feedback.infos)


def test_resume_is_translated_to_the_engine(run, model, two_fields, tmp_path):
    run("applymodel", INPUT=two_fields[0], MODEL=model, RESUME=True, OUTPUT=str(tmp_path / "a.tif"))
    assert (tmp_path / "a.tif").exists() and not (tmp_path / ".a.tif.unfinished").exists()


def test_the_map_brings_its_legend_when_qgis_opens_it(run, model, two_fields, tmp_path):
    results = run("applymodel", INPUT=two_fields[0], MODEL=model, OUTPUT=str(tmp_path / "map.tif"))
    layer = QgsRasterLayer(results["OUTPUT"], "map")
    renderer = layer.renderer()
    with zipfile.ZipFile(model) as archive:
        classes = json.loads(archive.read("model.json"))["classes"]
    assert renderer.type() == "paletted"
    assert [(c.value, c.label, c.color.name()) for c in renderer.classes()] == [
        (c["value"], c["name"], c["color"]) for c in classes
    ]


def test_the_loaded_map_is_styled_by_the_algorithm_itself(
    algorithm, context, feedback, engine_python, model, two_fields, tmp_path
):
    from qgis.core import QgsProcessingContext, QgsProject

    instance = algorithm("applymodel")
    path = str(tmp_path / "map.tif")
    context.addLayerToLoadOnCompletion(path, QgsProcessingContext.LayerDetails("map", QgsProject.instance(), "OUTPUT"))
    _, ok = instance.run({"INPUT": two_fields[0], "MODEL": model, "OUTPUT": path}, context, feedback)
    assert ok
    (tmp_path / "map.tif").rename(tmp_path / "bare.tif")
    layer = QgsRasterLayer(str(tmp_path / "bare.tif"), "without its style file")
    assert len(layer.renderer().classes() if layer.renderer().type() == "paletted" else []) != 2
    context.layerToLoadOnCompletionDetails(path).postProcessor().postProcessLayer(layer, context, feedback)
    assert [c.value for c in layer.renderer().classes()] == [1, 5]


def test_extent_and_valid_border(run, model, two_fields, tmp_path):
    valid = run("applymodel", INPUT=two_fields[0], MODEL=model, BORDER="valid", OUTPUT=str(tmp_path / "v.tif"))
    layer = QgsRasterLayer(valid["OUTPUT"], "map")
    assert (layer.width(), layer.height()) == (120 - 15, 96 - 15)
    assert (layer.extent().xMinimum(), layer.extent().yMaximum()) == (500080.0, 5799920.0)
    part = run(
        "applymodel", INPUT=two_fields[0], MODEL=model, EXTENT="500100,500400,5799500,5799800 [EPSG:32633]",
        OUTPUT=str(tmp_path / "e.tif"),
    )  # fmt: skip
    layer = QgsRasterLayer(part["OUTPUT"], "map")
    assert (layer.width(), layer.height(), layer.extent().xMinimum()) == (30, 30, 500100.0)


def test_wrong_band_count(refusal, model, ramp, tmp_path):
    sentence = refusal("applymodel", INPUT=ramp, MODEL=model, OUTPUT=str(tmp_path / "map.tif"))
    assert "ramp.tif" in sentence and "2 band(s)" in sentence and "expects 3" in sentence
    assert not (tmp_path / "map.tif").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"<html></html>"])
def test_a_file_that_is_not_a_model(refusal, ramp, tmp_path, content):
    (tmp_path / "fake.rlmodel").write_bytes(content)
    sentence = refusal("applymodel", INPUT=ramp, MODEL=str(tmp_path / "fake.rlmodel"), OUTPUT=str(tmp_path / "map.tif"))
    assert "fake.rlmodel" in sentence and "not a file of RasterLearn" in sentence


def test_image_smaller_than_a_patch(refusal, model, make_raster, tmp_path):
    small = make_raster("small.tif", np.ones((10, 30, 3), np.uint16))
    sentence = refusal("applymodel", INPUT=small, MODEL=model, OUTPUT=str(tmp_path / "map.tif"))
    assert "30 × 10" in sentence and "16 × 16" in sentence


def test_output_folder_that_does_not_exist(refusal, model, two_fields, tmp_path):
    sentence = refusal("applymodel", INPUT=two_fields[0], MODEL=model, OUTPUT=str(tmp_path / "no" / "map.tif"))
    assert "does not exist" in sentence and str(tmp_path / "no") in sentence


def test_cancelling_ends_it_and_leaves_nothing(
    algorithm, context, engine_python, cancelling, model, make_raster, tmp_path
):
    large = make_raster("large.tif", np.ones((3000, 3000, 3), np.uint16))
    before = sorted(p.name for p in tmp_path.iterdir())
    feedback = cancelling("Patch-by-patch")
    parameters = {"INPUT": large, "MODEL": model, "MODE": "patch", "OUTPUT": str(tmp_path / "map.tif")}
    _, ok = algorithm("applymodel").run(parameters, context, feedback)
    assert not ok
    assert "cancelled" in feedback.errors[-1]
    assert sorted(p.name for p in tmp_path.iterdir()) == before
