from qgis.core import QgsVectorLayer

POINTS = [("POINT(500205 5799795)", {"class": 1}), ("POINT(500305 5799695)", {"class": 2})]


def test_translation(job_of, ramp, make_vector, tmp_path):
    points = make_vector("points.gpkg", POINTS)
    job = job_of("extractvalues", POINTS=points, INPUT=ramp, OUTPUT=str(tmp_path / "v.gpkg"))
    assert (job.points, job.images, job.model, job.device) == (points, [ramp], None, "auto")


def test_run(run, ramp, make_vector, tmp_path):
    points = make_vector("points.gpkg", [*POINTS, ("POINT(0 0)", {"class": 3})])
    results = run("extractvalues", POINTS=points, INPUT=ramp, OUTPUT=str(tmp_path / "v.gpkg"))
    found = [
        (f["class"], f["value_0"], f["value_1"]) for f in QgsVectorLayer(results["OUTPUT"], "v", "ogr").getFeatures()
    ]
    assert found == [(1, 20, 20), (2, 30, 30)]
    assert results["REJECTED_COUNT"] == 1


def test_translation_with_a_model(job_of, ramp, two_fields, make_vector, tmp_path):
    (tmp_path / "m.rlmodel").write_bytes(b"")
    job = job_of(
        "extractvalues", POINTS=make_vector("points.gpkg", POINTS), INPUT=ramp, INPUT_2=two_fields[0],
        MODEL=str(tmp_path / "m.rlmodel"), DEVICE="cpu", OUTPUT=str(tmp_path / "v.gpkg"),
    )  # fmt: skip
    assert (job.images, job.model, job.device) == ([ramp, two_fields[0]], str(tmp_path / "m.rlmodel"), "cpu")


def test_two_images_without_a_model(refusal, ramp, two_fields, make_vector, tmp_path):
    sentence = refusal(
        "extractvalues", POINTS=make_vector("points.gpkg", POINTS), INPUT=ramp, INPUT_2=two_fields[0],
        OUTPUT=str(tmp_path / "v.gpkg"),
    )  # fmt: skip
    assert "give MODEL, or one image" in sentence


def test_translation_with_neighborhoods(job_of, ramp, make_vector, tmp_path):
    points = make_vector("points.gpkg", POINTS)
    job = job_of("extractvalues", POINTS=points, INPUT=ramp, NEIGHBORHOOD=5, OUTPUT=str(tmp_path / "v.gpkg"))
    assert job.neighborhood == 5


def test_run_with_neighborhoods(run, ramp, make_vector, tmp_path):
    points = make_vector("points.gpkg", POINTS)
    results = run("extractvalues", POINTS=points, INPUT=ramp, NEIGHBORHOOD=3, OUTPUT=str(tmp_path / "v.gpkg"))
    found = next(iter(QgsVectorLayer(results["OUTPUT"], "v", "ogr").getFeatures()))
    deviation = (2 / 3) ** 0.5
    expected = [20, 20, 20, deviation, 20, deviation]
    assert all(abs(found[f"value_{i}"] - value) < 1e-5 for i, value in enumerate(expected))


def test_neighborhoods_of_features(refusal, ramp, make_vector, tmp_path):
    (tmp_path / "m.rlmodel").write_bytes(b"")
    sentence = refusal(
        "extractvalues", POINTS=make_vector("points.gpkg", POINTS), INPUT=ramp, NEIGHBORHOOD=3,
        MODEL=str(tmp_path / "m.rlmodel"), OUTPUT=str(tmp_path / "v.gpkg"),
    )  # fmt: skip
    assert "leave MODEL empty" in sentence
