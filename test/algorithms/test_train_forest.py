import pytest


@pytest.fixture
def samples(run, two_fields, tmp_path):
    image, labels = two_fields
    run("selectsamples", LABELS=labels, IMAGE=image, COUNT=50, OUTPUT=str(tmp_path / "points.gpkg"))
    output = str(tmp_path / "values.gpkg")
    run("extractvalues", POINTS=str(tmp_path / "points.gpkg"), INPUT=image, OUTPUT=output)
    return output


def test_translation(job_of, samples, tmp_path):
    job = job_of(
        "trainforest", SAMPLES=samples, FEATURES=["value_0", "value_2"], TREES=7, MAX_DEPTH=3,
        OUTPUT=str(tmp_path / "f.rlmodel"),
    )  # fmt: skip
    assert job.samples.startswith(samples)
    assert (job.features, job.trees, job.max_depth, job.field, job.validation) == (
        ["value_0", "value_2"], 7, 3, "class", None,
    )  # fmt: skip


def test_run_and_map(run, samples, two_fields, read_pixels, tmp_path):
    results = run("trainforest", SAMPLES=samples, VALIDATION=samples, TREES=20, OUTPUT=str(tmp_path / "f.rlmodel"))
    assert results["KAPPA"] > 0.95
    results = run("applymodel", INPUT=two_fields[0], MODEL=results["OUTPUT"], OUTPUT=str(tmp_path / "map.tif"))
    mapped, labels = read_pixels(results["OUTPUT"]), read_pixels(two_fields[1])
    assert (mapped == labels)[labels != 255].mean() > 0.97


def test_points_without_values(refusal, make_vector, tmp_path):
    points = make_vector("bare.gpkg", [("POINT(1 1)", {"class": 1}), ("POINT(2 2)", {"class": 2})])
    sentence = refusal("trainforest", SAMPLES=points, OUTPUT=str(tmp_path / "f.rlmodel"))
    assert "bare.gpkg" in sentence and "Extract values" in sentence


def test_translation_with_a_model(job_of, samples, tmp_path):
    (tmp_path / "m.rlmodel").write_bytes(b"")
    job = job_of("trainforest", SAMPLES=samples, MODEL=str(tmp_path / "m.rlmodel"), OUTPUT=str(tmp_path / "f.rlmodel"))
    assert job.model == str(tmp_path / "m.rlmodel")


def test_a_forest_on_the_features_of_a_network(run, patches, two_fields, read_pixels, tmp_path):
    image, labels = two_fields
    stack, classes = patches
    network, values = str(tmp_path / "n.rlmodel"), str(tmp_path / "v.gpkg")
    run("trainmodel", PATCHES=stack, LABELS=classes, EPOCHS=2, OUTPUT=network)
    run("extractvalues", POINTS=str(tmp_path / "points.gpkg"), INPUT=image, MODEL=network, OUTPUT=values)
    run("trainforest", SAMPLES=values, MODEL=network, TREES=20, OUTPUT=str(tmp_path / "h.rlmodel"))
    run("applymodel", INPUT=image, MODEL=str(tmp_path / "h.rlmodel"), OUTPUT=str(tmp_path / "map.tif"))
    mapped, known = read_pixels(tmp_path / "map.tif"), read_pixels(labels)
    assert (mapped == known)[known != 255].mean() > 0.95


def test_a_tuned_forest(run, feedback, samples, tmp_path):
    results = run(
        "trainforest", SAMPLES=samples, VALIDATION=samples, TREES=5, TUNE=True, OUTPUT=str(tmp_path / "f.rlmodel")
    )
    assert results["KAPPA"] > 0.9
    assert any(line.startswith("Chosen: depth") for line in feedback.infos)
