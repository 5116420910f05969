from qgis.core import QgsVectorLayer

POINTS = [("POINT(500205 5799795)", {"class": 1}), ("POINT(500305 5799695)", {"class": 2})]


def test_translation(job_of, ramp, make_vector, tmp_path):
    points = make_vector("points.gpkg", POINTS)
    job = job_of("extractvalues", POINTS=points, INPUT=ramp, OUTPUT=str(tmp_path / "v.gpkg"))
    assert (job.points, job.image) == (points, ramp)


def test_run(run, ramp, make_vector, tmp_path):
    points = make_vector("points.gpkg", [*POINTS, ("POINT(0 0)", {"class": 3})])
    results = run("extractvalues", POINTS=points, INPUT=ramp, OUTPUT=str(tmp_path / "v.gpkg"))
    found = [
        (f["class"], f["value_0"], f["value_1"]) for f in QgsVectorLayer(results["OUTPUT"], "v", "ogr").getFeatures()
    ]
    assert found == [(1, 20, 20), (2, 30, 30)]
    assert results["REJECTED_COUNT"] == 1
