import numpy as np


def test_translation(job_of, ramp, tmp_path):
    job = job_of("accuracy", MAP=ramp, REFERENCE=ramp, MATRIX=str(tmp_path / "m.csv"))
    assert (job.map, job.reference, job.reference_features, job.report) == (ramp, ramp, None, None)
    assert job.matrix == str(tmp_path / "m.csv")


def test_run_against_a_hand_counted_matrix(run, make_raster, tmp_path):
    mapped = make_raster("map.tif", np.array([[0, 0, 1], [1, 1, 9]], np.uint8), nodata=9)
    reference = make_raster("reference.tif", np.array([[0, 1, 1], [1, 255, 1]], np.uint8), nodata=255)
    results = run(
        "accuracy", MAP=mapped, REFERENCE=reference, REPORT=str(tmp_path / "r.html"), MATRIX=str(tmp_path / "m.csv")
    )
    assert (tmp_path / "m.csv").read_text().split("\n")[:3] == ["reference \\ map,0,1", "0,1,0", "1,1,2"]
    assert results["OVERALL_ACCURACY"] == 0.75
    assert results["KAPPA"] == 0.5


def test_labels_elsewhere(refusal, make_raster, tmp_path):
    mapped = make_raster("map.tif", np.array([[0, 1]], np.uint8))
    reference = make_raster("reference.tif", np.array([[0, 1]], np.uint8), origin=(0.0, 0.0))
    sentence = refusal("accuracy", MAP=mapped, REFERENCE=reference, REPORT=str(tmp_path / "r.html"))
    assert "reference.tif" in sentence and "map.tif" in sentence
    assert not (tmp_path / "r.html").exists()


def test_polygons_are_matched_to_the_map_by_name(run, make_raster, make_vector, tmp_path):
    polygons = [
        ("POLYGON((500000 5800000,500020 5800000,500020 5799980,500000 5799980,500000 5800000))", {"k": "water"}),
        ("POLYGON((500020 5800000,500040 5800000,500040 5799980,500020 5799980,500020 5800000))", {"k": "forest"}),
    ]
    from rasterlearn.core.classes import ClassMap, LandClass
    from rasterlearn.core.style import write_map_style

    mapped = make_raster("map.tif", np.array([[7, 7, 3, 3], [7, 7, 3, 7]], np.uint8))
    write_map_style(str(tmp_path / "map.qml"), ClassMap.of([LandClass(3, "forest"), LandClass(7, "water")]))
    features = make_vector("polygons.gpkg", polygons)
    results = run("accuracy", MAP=mapped, REFERENCE_FEATURES=features, FIELD="k")
    assert results["OVERALL_ACCURACY"] == 7 / 8
