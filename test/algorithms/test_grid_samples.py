import pytest
from qgis.core import QgsPalettedRasterRenderer, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtGui import QColor


def features_of(path):
    return list(QgsVectorLayer(path, "points", "ogr").getFeatures())


def test_translation(job_of, two_fields, tmp_path):
    image, labels = two_fields
    job = job_of(
        "gridsamples", INPUT=image, PATCH_SIZE=9, STEP=12, STRATEGY="split", LABELS=labels, NODATA=0,
        TRAINING_PERCENT=60, VALIDATION_PERCENT=30, TEST_PERCENT=10, COUNT=7, SPATIAL_SHARE=0.5, OFFSET_X=1,
        OFFSET_Y=2, SEED=3, OUTPUT=str(tmp_path / "p.gpkg"), TEST=str(tmp_path / "t.gpkg"),
    )  # fmt: skip
    assert (job.image, job.labels, job.nodata) == (image, labels, 0.0)
    assert (job.patch_size, job.step, job.strategy) == (9, 12, "split")
    assert (job.training_percent, job.validation_percent, job.test_percent) == (60, 30, 10)
    assert (job.count, job.spatial_share, job.offset_x, job.offset_y, job.seed) == (7, 0.5, 1, 2, 3)
    assert (job.output, job.validation, job.test) == (str(tmp_path / "p.gpkg"), None, str(tmp_path / "t.gpkg"))


def test_what_is_not_given(job_of, ramp, tmp_path):
    job = job_of("gridsamples", INPUT=ramp, OUTPUT=str(tmp_path / "p.gpkg"))
    assert (job.patch_size, job.step, job.strategy, job.labels, job.nodata) == (16, None, "chessboard", None, None)
    assert (job.training_percent, job.validation_percent, job.test_percent) == (50, 25, 25)
    assert (job.count, job.spatial_share, job.offset_x, job.offset_y, job.seed) == (0, 0.25, 0, 0, 0)
    assert (job.validation, job.test) == (None, None)


def test_run(run, ramp, tmp_path):
    results = run(
        "gridsamples", INPUT=ramp, PATCH_SIZE=10, OUTPUT=str(tmp_path / "p.gpkg"), VALIDATION=str(tmp_path / "v.gpkg")
    )
    assert (results["COUNT_TRAINING"], results["COUNT_VALIDATION"], results["COUNT_TEST"]) == (10, 10, 0)
    for output, name, parity in (("OUTPUT", "train", 0), ("VALIDATION", "validation", 1)):
        found = features_of(results[output])
        assert {f["set"] for f in found} == {name}
        assert {(f["patch_column"] + f["patch_row"]) % 2 for f in found} == {parity}


def test_the_points_cut_the_patches_of_the_grid(run, ramp, read_pixels, tmp_path):
    points = str(tmp_path / "p.gpkg")
    run("gridsamples", INPUT=ramp, PATCH_SIZE=8, STEP=10, OFFSET_X=3, OFFSET_Y=1, STRATEGY="all", OUTPUT=points)
    results = run(
        "extractpatches", POINTS=points, INPUT=ramp, FIELD="patch_column", PATCH_SIZE=8,
        OUTPUT=str(tmp_path / "p.tif"), LABELS=str(tmp_path / "l.tif"),
    )  # fmt: skip
    starts = read_pixels(results["OUTPUT"]).reshape(-1, 8, 8, 2)[:, 0, 0].tolist()
    assert starts == [[x, y] for y in (1, 11, 21, 31) for x in (3, 13, 23, 33)]
    assert read_pixels(results["LABELS"]).ravel().tolist() == [0, 1, 2, 3] * 4


def test_the_style_of_the_layer_in_the_project_is_the_legend(run, two_fields, tmp_path):
    image, labels = two_fields
    layer = QgsRasterLayer(labels, "labels")
    classes = [
        QgsPalettedRasterRenderer.Class(1, QColor("#112233"), "town"),
        QgsPalettedRasterRenderer.Class(5, QColor("#445566"), "lake"),
    ]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))
    QgsProject.instance().addMapLayer(layer)
    results = run(
        "gridsamples", INPUT=image, LABELS=layer.id(), STRATEGY="balanced", PATCH_SIZE=8, COUNT=20,
        OUTPUT=str(tmp_path / "p.gpkg"),
    )  # fmt: skip
    found = {(f["class"], f["name"], f["color"]) for f in features_of(results["OUTPUT"]) if f["class"] in (1, 5)}
    assert found == {(1, "town", "#112233"), (5, "lake", "#445566")}
    assert results["COUNT_TRAINING"] + results["COUNT_VALIDATION"] == 20


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"STRATEGY": "balanced"}, "needs a label raster"),
        ({"PATCH_SIZE": 64}, "smaller than a patch of 64"),
        ({"STRATEGY": "split", "TRAINING_PERCENT": 0, "VALIDATION_PERCENT": 0, "TEST_PERCENT": 0}, "not all of them 0"),
    ],
)
def test_refusals(refusal, ramp, tmp_path, given, sentence):
    assert sentence in refusal("gridsamples", INPUT=ramp, OUTPUT=str(tmp_path / "p.gpkg"), **given)
    assert not (tmp_path / "p.gpkg").exists()
