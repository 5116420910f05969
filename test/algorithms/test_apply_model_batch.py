import csv
import os

import numpy as np
import pytest
from qgis.core import QgsProject, QgsRasterLayer

from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass


@pytest.fixture
def model(tmp_path):
    """A forest of two bands."""
    path = str(tmp_path / "forest.rlmodel")
    rng = np.random.default_rng(0)
    forest = fit_forest(rng.integers(1, 900, (300, 2)).astype(np.float32), rng.integers(0, 2, 300), 2, trees=5)
    classes = ClassMap.of([LandClass(1, "water", "#0000ff"), LandClass(5, "forest", "#00ff00")])
    source = Source(("red", "nir"), (10.0, 10.0), fill=(450.0, 450.0))
    save_model(path, Model.of_forest(forest, classes, (source,), {}))
    return path


@pytest.fixture
def images(make_raster, tmp_path):
    """A folder with three images, and one of three bands."""
    (tmp_path / "images").mkdir()
    rng = np.random.default_rng(1)
    for name, shape in (("a", (20, 30, 2)), ("b", (33, 17, 2)), ("c", (16, 16, 2)), ("other", (20, 20, 3))):
        make_raster(f"images/{name}.tif", rng.integers(1, 900, shape).astype(np.uint16))
    return str(tmp_path / "images")


def test_translation(job_of, ramp, tmp_path):
    job = job_of(
        "applymodelbatch", IMAGE_SET="items.json", ASSETS="B04,B08", MODEL="m.rlmodel", RESULT="confidence",
        MODE="patch", BORDER="valid", BLOCK_SIZE=64, PRECISION="uint8", DEVICE="cpu", RESUME=True,
        OUTPUT_FOLDER=str(tmp_path / "maps"), OUTPUT_TABLE=str(tmp_path / "t.csv"),
    )  # fmt: skip
    assert (job.inputs, job.image_set, job.folder, job.assets) == ([], "items.json", None, "B04,B08")
    assert (job.model, job.result, job.mode, job.border) == ("m.rlmodel", "confidence", "patch", "valid")
    assert (job.block_size, job.precision, job.device, job.resume) == (64, "uint8", "cpu", True)
    assert (job.output_folder, job.output_table) == (str(tmp_path / "maps"), str(tmp_path / "t.csv"))
    job = job_of("applymodelbatch", FOLDER="/scenes", MODEL="m.rlmodel", OUTPUT_FOLDER=str(tmp_path / "maps"))
    assert (job.inputs, job.image_set, job.folder, job.output_table) == ([], None, "/scenes", None)


def test_rasters_are_files_or_layers_of_the_project(job_of, ramp, two_fields, tmp_path):
    layer = QgsRasterLayer(two_fields[0], "fields")
    QgsProject.instance().addMapLayer(layer)
    (tmp_path / "damaged.tif").write_text("no image")
    given = [ramp, layer.id(), str(tmp_path / "damaged.tif")]
    more = {"MODEL": "m.rlmodel", "OUTPUT_FOLDER": str(tmp_path / "maps")}
    assert job_of("applymodelbatch", INPUTS=given, **more).inputs == [ramp, two_fields[0], given[2]]
    assert job_of("applymodelbatch", INPUTS=[layer], **more).inputs == [two_fields[0]]
    assert job_of("applymodelbatch", INPUTS=ramp, **more).inputs == [ramp]


def test_a_folder_becomes_maps_and_a_table(run, model, images, feedback, tmp_path):
    maps, table = str(tmp_path / "maps"), str(tmp_path / "t.csv")
    results = run("applymodelbatch", FOLDER=images, MODEL=model, OUTPUT_FOLDER=maps, OUTPUT_TABLE=table)
    assert (results["DONE_COUNT"], results["SKIPPED_COUNT"], results["FAILED_COUNT"]) == (3, 0, 1)
    assert (results["OUTPUT_FOLDER"], results["OUTPUT_TABLE"]) == (maps, table)
    assert sorted(name for name in os.listdir(maps) if name.endswith(".tif")) == ["a.tif", "b.tif", "c.tif"]
    with open(table, newline="", encoding="utf-8") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["mapped"] * 3 + ["failed"]
    assert len(feedback.warnings) == 1 and "other.tif” was not mapped: " in feedback.warnings[0]
    layer = QgsRasterLayer(f"{maps}/b.tif", "b")
    assert (layer.width(), layer.height()) == (17, 33)
    assert [(c.value, c.label) for c in layer.renderer().classes()] == [(1, "water"), (5, "forest")]
    results = run("applymodelbatch", FOLDER=images, MODEL=model, OUTPUT_FOLDER=maps, RESUME=True)
    assert (results["DONE_COUNT"], results["SKIPPED_COUNT"], results["FAILED_COUNT"]) == (0, 3, 1)


def test_if_nothing_can_be_mapped_the_sentence_says_why(refusal, model, images, tmp_path):
    maps = str(tmp_path / "maps")
    sentence = refusal("applymodelbatch", INPUTS=[f"{images}/other.tif"], MODEL=model, OUTPUT_FOLDER=maps)
    assert "None of the 1 images" in sentence and "3 band(s)" in sentence and not os.path.exists(maps)
    sentence = refusal("applymodelbatch", FOLDER=images, MODEL=model, OUTPUT_FOLDER=images)
    assert "among the images" in sentence


@pytest.mark.parametrize("given", [{}, {"INPUTS": []}, {"FOLDER": "/", "IMAGE_SET": "list.txt"}])
def test_the_images_are_given_in_one_way_only(algorithm, context, engine_python, model, tmp_path, given):
    parameters = {**given, "MODEL": model, "OUTPUT_FOLDER": str(tmp_path / "maps")}
    sound, sentence = algorithm("applymodelbatch").checkParameterValues(parameters, context)
    assert not sound and "exactly one of INPUTS, IMAGE_SET, FOLDER" in sentence


def test_a_model_that_cannot_be_read_is_reported_before_anything_runs(
    algorithm, context, engine_python, model, images, tmp_path
):
    parameters = {"FOLDER": images, "MODEL": model, "OUTPUT_FOLDER": str(tmp_path / "maps")}
    assert algorithm("applymodelbatch").checkParameterValues(parameters, context) == (True, "")
    (tmp_path / "fake.rlmodel").write_text("no model")
    parameters["MODEL"] = str(tmp_path / "fake.rlmodel")
    sound, sentence = algorithm("applymodelbatch").checkParameterValues(parameters, context)
    assert not sound and "fake.rlmodel" in sentence


def test_cancelling_keeps_what_is_complete(algorithm, context, engine_python, feedback, model, images, tmp_path):
    for number in range(300):
        (tmp_path / "images" / f"{number:03}.tif").symlink_to(f"{images}/a.tif")
    feedback.progressChanged.connect(lambda percent: percent > 5 and feedback.cancel())
    maps = tmp_path / "maps"
    _, ok = algorithm("applymodelbatch").run(
        {"FOLDER": images, "MODEL": model, "OUTPUT_FOLDER": str(maps)}, context, feedback
    )
    assert not ok and "The maps that are complete are kept" in feedback.errors[-1]
    left = os.listdir(maps)
    assert 0 < len([name for name in left if name.endswith(".tif")]) < 300
    assert not [name for name in left if name.startswith(".")]
    assert all(QgsRasterLayer(str(maps / name), "map").isValid() for name in left if name.endswith(".tif"))
