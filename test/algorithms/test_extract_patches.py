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
    assert (job.field, job.image, job.patch_size, job.patch_height, job.nodata) == ("class", ramp, 9, 5, None)
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
