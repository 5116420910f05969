import csv

import numpy as np


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_translation_of_maps(job_of, make_raster, ramp, tmp_path):
    other = make_raster("other.tif", np.zeros((4, 4), np.uint8))
    job = job_of("comparemodels", MAPS=[ramp, other], REFERENCE=ramp, OUTPUT=str(tmp_path / "t.csv"))
    assert (job.maps, job.reference, job.output) == ([ramp, other], ramp, str(tmp_path / "t.csv"))
    assert (job.models, job.stacks, job.labels, job.pairs, job.report) == ([], [], None, None, None)


def test_translation_of_models(job_of, tmp_path):
    paths = [str(tmp_path / name) for name in ("a.rlmodel", "b.rlmodel", "p.tif", "p2.tif", "l.tif", "t.csv")]
    for path in paths:
        open(path, "w").close()
    job = job_of(
        "comparemodels", MODELS=paths[:2], PATCHES=paths[2], PATCHES_2=paths[3], LABELS=paths[4], OUTPUT=paths[5],
    )  # fmt: skip
    assert (job.models, job.stacks, job.labels) == (paths[:2], paths[2:4], paths[4])
    assert (job.maps, job.reference) == ([], None)


def test_a_gap_among_the_patches_is_named(refusal, ramp, tmp_path):
    sentence = refusal(
        "comparemodels", MODELS=[ramp, ramp], PATCHES=ramp, PATCHES_3=ramp, LABELS=ramp, OUTPUT=str(tmp_path / "t.csv")
    )
    assert "PATCHES_2 is missing" in sentence


def test_maps(run, make_raster, tmp_path):
    reference = make_raster("reference.tif", np.array([[0, 0, 1, 1]], np.uint8), nodata=255)
    good = make_raster("good.tif", np.array([[0, 0, 1, 255]], np.uint8), nodata=255)
    bad = make_raster("bad.tif", np.array([[1, 0, 0, 1]], np.uint8), nodata=255)
    results = run(
        "comparemodels", MAPS=[good, bad], REFERENCE=reference, OUTPUT=str(tmp_path / "t.csv"),
        PAIRS=str(tmp_path / "p.csv"), REPORT=str(tmp_path / "r.html"),
    )  # fmt: skip
    assert (results["SAMPLE_COUNT"], results["DROPPED_COUNT"]) == (3, 1)
    assert [float(row["overall_accuracy"]) for row in rows_of(results["OUTPUT"])] == [1.0, 0.333333]
    assert rows_of(results["PAIRS"])[0]["only_first"] == "2"
    assert "McNemar" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_network_and_a_forest(run, patches, two_fields, tmp_path):
    values, points = str(tmp_path / "values.gpkg"), str(tmp_path / "points.gpkg")
    models = [str(tmp_path / name) for name in ("network.rlmodel", "forest.rlmodel")]
    run("trainmodel", PATCHES=patches[0], LABELS=patches[1], EPOCHS=4, OUTPUT=models[0])
    run("extractvalues", POINTS=points, INPUT=two_fields[0], OUTPUT=values)
    run("trainforest", SAMPLES=values, TREES=5, OUTPUT=models[1])
    results = run(
        "comparemodels", MODELS=models, PATCHES=patches[0], LABELS=patches[1], OUTPUT=str(tmp_path / "t.csv"),
        REPORT=str(tmp_path / "r.html"),
    )  # fmt: skip
    table = rows_of(results["OUTPUT"])
    assert [row["name"] for row in table] == ["network.rlmodel", "forest.rlmodel"]
    assert all(float(row["overall_accuracy"]) > 0.9 for row in table)
    assert all(int(row["blocks"]) >= 4 for row in table)
    assert results["SAMPLE_COUNT"] == 80
