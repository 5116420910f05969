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
    from rasterlearn.core.images.legend import write_map_style
    from rasterlearn.core.raster.classes import ClassMap, LandClass

    mapped = make_raster("map.tif", np.array([[7, 7, 3, 3], [7, 7, 3, 7]], np.uint8))
    write_map_style(str(tmp_path / "map.qml"), ClassMap.of([LandClass(3, "forest"), LandClass(7, "water")]))
    features = make_vector("polygons.gpkg", polygons)
    results = run("accuracy", MAP=mapped, REFERENCE_FEATURES=features, FIELD="k")
    assert results["OVERALL_ACCURACY"] == 7 / 8


def test_translation_of_a_map_of_values(job_of, ramp, make_raster, tmp_path):
    mask = make_raster("mask.tif", np.ones((40, 50), np.uint8))
    table = str(tmp_path / "t.csv")
    job = job_of("accuracy", MAP=ramp, REFERENCE=ramp, KIND="values", MASK=mask, MATRIX=table)
    assert (job.map, job.reference, job.kind, job.mask, job.matrix) == (ramp, ramp, "values", mask, table)
    job = job_of("accuracy", MAP=ramp, REFERENCE=ramp)
    assert (job.kind, job.mask) == ("auto", None)


def test_run_of_a_map_of_values(run, make_raster, tmp_path):
    reference = np.array([[0, 100, 50], [20, 60, 80]], np.float32)
    mapped = reference + np.array([[3, -3, 3], [3, -3, np.nan]], np.float32)
    paths = {"MAP": make_raster("map.tif", mapped), "REFERENCE": make_raster("reference.tif", reference)}
    results = run("accuracy", **paths, REPORT=str(tmp_path / "r.html"), MATRIX=str(tmp_path / "t.csv"))
    assert (results["RMSE"], results["MAE"]) == (3, 3) and abs(results["BIAS"] - 0.6) < 1e-12
    assert abs(results["PSNR"] - 20 * np.log10(100 / 3)) < 1e-9
    assert "OVERALL_ACCURACY" not in results and "KAPPA" not in results
    assert "map.tif" in (tmp_path / "r.html").read_text("utf-8")
    assert (tmp_path / "t.csv").read_text("utf-8").startswith("band,pixels,rmse,mae,bias,r2,")
    classes = {name: make_raster(f"{name}.tif", np.array([[1, 2]], np.uint8)) for name in ("MAP", "REFERENCE")}
    assert "RMSE" not in run("accuracy", **classes)
