import numpy as np
import pytest


def test_translation(job_of, two_fields, tmp_path):
    image, labels = two_fields
    job = job_of(
        "landcover", INPUT=[image], LABELS=labels, VALIDATION_PERCENT=25, COUNT=30, EPOCHS=2,
        OUTPUT=str(tmp_path / "map.tif"), MODEL=str(tmp_path / "m.rlmodel"),
    )  # fmt: skip
    assert (job.inputs, job.labels, job.label_features) == ([image], labels, None)
    assert (job.validation_percent, job.count, job.epochs, job.method) == (25.0, 30, 2, "percentile")
    assert job.report is None and job.validation_labels is None


@pytest.mark.parametrize("validation", ["percent", "labels"])
def test_run(run, two_fields, read_pixels, tmp_path, validation):
    image, labels = two_fields
    given = {"VALIDATION_PERCENT": 30, "BLOCK_PIXELS": 32} if validation == "percent" else {"VALIDATION_LABELS": labels}
    before = {p.name for p in tmp_path.iterdir()}
    results = run(
        "landcover", INPUT=[image], LABELS=labels, COUNT=40, EPOCHS=12, **given, OUTPUT=str(tmp_path / "map.tif"),
        MODEL=str(tmp_path / "m.rlmodel"), REPORT=str(tmp_path / "r.html"),
    )  # fmt: skip
    mapped, truth = read_pixels(results["OUTPUT"]), read_pixels(labels)
    assert (mapped == truth)[truth != 255].mean() > 0.95
    assert results["KAPPA"] > 0.9
    made = {p.name for p in tmp_path.iterdir()} - before
    assert made == {"map.tif", "map.tif.aux.xml", "map.qml", "m.rlmodel", "r.html"}


def test_labels_outside_the_image(refusal, two_fields, make_raster, tmp_path):
    far = make_raster("far.tif", np.tile(np.array([1, 2], np.uint8), (40, 20)), origin=(0.0, 0.0))
    before = sorted(p.name for p in tmp_path.iterdir())
    sentence = refusal(
        "landcover", INPUT=[two_fields[0]], LABELS=far, OUTPUT=str(tmp_path / "map.tif"),
        MODEL=str(tmp_path / "m.rlmodel"),
    )  # fmt: skip
    assert "far.tif" in sentence and "inside the image" in sentence
    assert sorted(p.name for p in tmp_path.iterdir()) == before
