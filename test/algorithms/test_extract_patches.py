import numpy as np
import pytest
from qgis.core import QgsVectorLayer

POINTS = [
    ("POINT(500205 5799795)", {"class": 1}),
    ("POINT(500305 5799695)", {"class": 2}),
    ("POINT(500005 5799995)", {"class": 2}),
]


@pytest.fixture
def points(make_vector):
    return make_vector("points.gpkg", POINTS)


def test_translation(job_of, ramp, points, tmp_path):
    paths = {name: str(tmp_path / f"{name}.tif") for name in ("OUTPUT", "LABELS")}
    job = job_of("extractpatches", POINTS=points, INPUT=ramp, PATCH_SIZE=9, PATCH_HEIGHT=5, **paths)
    assert job.points == points
    assert (job.field, job.images, job.patch_sizes, job.patch_heights) == ("class", [ramp], [9], [5])
    assert (job.nodata, job.label_image, job.output_2) == (None, None, None)
    assert (job.output, job.labels, job.rejected) == (paths["OUTPUT"], paths["LABELS"], None)


def test_run_with_rejected_points(run, ramp, points, read_pixels, tmp_path):
    results = run(
        "extractpatches", POINTS=points, INPUT=ramp, OUTPUT=str(tmp_path / "p.tif"), LABELS=str(tmp_path / "l.tif"),
        REJECTED=str(tmp_path / "r.gpkg"),
    )  # fmt: skip
    assert (results["ACCEPTED_COUNT"], results["REJECTED_COUNT"]) == (2, 1)
    patches = read_pixels(results["OUTPUT"]).reshape(2, 16, 16, 2)
    assert patches[0, 0, 0].tolist() == [20 - 8, 20 - 8]
    assert patches[1, -1, -1].tolist() == [30 + 7, 30 + 7]
    assert read_pixels(results["LABELS"]).ravel().tolist() == [1, 2]
    rejected = list(QgsVectorLayer(results["REJECTED"], "r", "ogr").getFeatures())
    assert [f["reason"] for f in rejected] == ["the patch reaches beyond the edge of the image"]


def test_all_points_rejected(refusal, ramp, make_vector, tmp_path):
    far = make_vector("far.gpkg", [("POINT(0 0)", {"class": 1}), ("POINT(9 9)", {"class": 2})])
    sentence = refusal(
        "extractpatches", POINTS=far, INPUT=ramp, OUTPUT=str(tmp_path / "p.tif"), LABELS=str(tmp_path / "l.tif")
    )
    assert "All 2 points" in sentence and "outside the image" in sentence
    assert not list(tmp_path.glob("*.tif*")) or {p.name for p in tmp_path.glob("*.tif*")} == {"ramp.tif"}


def test_image_smaller_than_a_patch(refusal, ramp, points, tmp_path):
    sentence = refusal(
        "extractpatches", POINTS=points, INPUT=ramp, PATCH_SIZE=64, OUTPUT=str(tmp_path / "p.tif"),
        LABELS=str(tmp_path / "l.tif"),
    )  # fmt: skip
    assert "50 × 40" in sentence and "64 × 64" in sentence


def test_translation_of_several_images(job_of, ramp, points, make_raster, tmp_path):
    coarse = make_raster("coarse.tif", np.ones((20, 25), np.uint8), pixel_size=(20.0, -20.0))
    paths = {name: str(tmp_path / f"{name}.tif") for name in ("OUTPUT", "OUTPUT_2", "LABELS")}
    job = job_of(
        "extractpatches", POINTS=points, INPUT=ramp, INPUT_2=coarse, PATCH_SIZE=9, PATCH_SIZE_2=4, PATCH_HEIGHT_2=2,
        LABEL_IMAGE=coarse, **paths,
    )  # fmt: skip
    assert (job.images, job.patch_sizes, job.patch_heights) == ([ramp, coarse], [9, 4], [0, 2])
    assert (job.output, job.output_2, job.output_3) == (paths["OUTPUT"], paths["OUTPUT_2"], None)
    assert job.label_image == coarse


def test_two_images_and_a_label_image(run, ramp, points, make_raster, read_pixels, tmp_path):
    coarse = make_raster("coarse.tif", np.arange(500).reshape(20, 25).astype(np.uint16), pixel_size=(20.0, -20.0))
    labels = make_raster("labels.tif", (np.arange(2000).reshape(40, 50) % 3).astype(np.uint8))
    outputs = {name: str(tmp_path / f"{name}.tif") for name in ("OUTPUT", "OUTPUT_2", "LABELS")}
    results = run(
        "extractpatches", POINTS=points, INPUT=ramp, INPUT_2=coarse, PATCH_SIZE=8, LABEL_IMAGE=labels, **outputs
    )
    assert results["ACCEPTED_COUNT"] == 2
    assert read_pixels(results["OUTPUT_2"]).shape == (2 * 4, 4, 1)
    assert read_pixels(results["LABELS"]).shape == (2 * 8, 8, 1)


def test_an_image_without_an_output(refusal, ramp, points, tmp_path):
    sentence = refusal(
        "extractpatches", POINTS=points, INPUT=ramp, INPUT_2=ramp, OUTPUT=str(tmp_path / "p.tif"),
        LABELS=str(tmp_path / "l.tif"),
    )  # fmt: skip
    assert "2 image(s), but 1 output(s)" in sentence


def test_a_target_image(job_of, ramp, points, tmp_path):
    given = {"POINTS": points, "INPUT": ramp, "TARGET_IMAGE": ramp}
    given |= {name: str(tmp_path / f"{name}.tif") for name in ("OUTPUT", "LABELS")}
    job = job_of("extractpatches", **given)
    assert (job.target_image, job.label_image) == (ramp, None)


def test_a_list_of_images(job_of, run, algorithm, context, ramp, points, make_raster, read_pixels, tmp_path):
    rows, columns = np.mgrid[0:40, 0:50]
    make_raster("more.tif", np.dstack([columns, rows + 100]).astype(np.uint16), origin=(499900.0, 5800100.0))
    (tmp_path / "scenes.txt").write_text("ramp.tif\nmore.tif\n")
    given = {"POINTS": points, "INPUT": ramp, "IMAGE_SET": str(tmp_path / "scenes.txt")}
    given |= {name: str(tmp_path / f"{name}.tif") for name in ("OUTPUT", "LABELS")}
    assert job_of("extractpatches", **given).image_set == given["IMAGE_SET"]
    sound, sentence = algorithm("extractpatches").checkParameterValues({**given, "INPUT_2": ramp}, context)
    assert not sound and "IMAGE_SET and INPUT_2 exclude each other" in sentence
    sound, sentence = algorithm("extractpatches").checkParameterValues({**given, "TARGET_IMAGE": ramp}, context)
    assert not sound and "IMAGE_SET and TARGET_IMAGE exclude each other" in sentence
    results = run("extractpatches", **given)
    assert (results["ACCEPTED_COUNT"], results["REJECTED_COUNT"]) == (3, 0)
    assert read_pixels(results["OUTPUT"]).reshape(3, 16, 16, 2)[:, 8, 8].tolist() == [[20, 20], [30, 30], [10, 110]]
