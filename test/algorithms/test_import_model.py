import os
import subprocess
import sys

import numpy as np
import pytest
from osgeo import gdal

MAKE = """
import importlib.util, sys
sys.path.insert(0, {folder!r})
from saved_models import tensorflow1
tensorflow1({path!r}, classes=2, bands=3)
"""


@pytest.fixture(scope="module")
def saved_model(tmp_path_factory, root):
    """A TensorFlow 1 SavedModel; made in a process of its own, as TensorFlow and QGIS cannot share one."""
    path = str(tmp_path_factory.mktemp("saved") / "network")
    code = MAKE.format(folder=str(root / "test"), path=path)
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return path


def test_translation(job_of, ramp, saved_model, tmp_path):
    job = job_of(
        "importmodel", MODEL=saved_model, INPUT=ramp, INPUT_2=ramp, INPUTS="x1 x2", OUTPUTS="prediction;features",
        RECEPTIVE_FIELD=16, RECEPTIVE_FIELD_2=8, EXPRESSION_FIELD=4, SCALE=2, ANSWER="scores", SIGNATURE="train",
        PLACEHOLDERS="drop=0", TARGETS="optimizer", LABELS_TENSOR="y", TRAINING_PLACEHOLDERS="lr=0.1",
        LEGEND="legend.csv", OUTPUT=str(tmp_path / "m.rlmodel"),
    )  # fmt: skip
    assert (job.model, job.images, job.input_tensors, job.output_tensors) == (
        saved_model, [ramp, ramp], "x1 x2", "prediction;features",
    )  # fmt: skip
    assert (job.receptive_fields, job.expression_field, job.scale, job.answer) == ([16, 8], 4, 2, "scores")
    assert (job.signature, job.placeholders, job.training_placeholders) == ("train", "drop=0", "lr=0.1")
    assert (job.targets, job.labels_tensor, job.legend) == ("optimizer", "y", "legend.csv")


def test_what_is_left_out_is_found(job_of, saved_model):
    job = job_of("importmodel", MODEL=saved_model)
    assert (job.images, job.receptive_fields, job.expression_field, job.scale) == ([], [], 0, 0)
    assert (job.output, job.answer, job.legend, job.signature) == (None, "auto", None, None)


def test_without_an_output_the_log_lists_the_tensors(run, saved_model, feedback):
    results = run("importmodel", MODEL=saved_model)
    text = "\n".join(feedback.infos)
    assert "input x: x:0 (float32, ? × ? × ? × 3)" in text and "probabilities" in text
    assert "OUTPUT" not in results


def test_imported_trained_and_mapped(run, saved_model, patches, two_fields, read_pixels, tmp_path):
    """The same graph, by its own training operation, patch by patch and fully convolutionally."""
    image, labels = two_fields
    out = {name: str(tmp_path / name) for name in ("start.rlmodel", "trained.rlmodel", "coarse.tif", "r.html")}
    results = run(
        "importmodel", MODEL=os.path.join(saved_model, "saved_model.pb"), INPUT=image, OUTPUTS="logits",
        TARGETS="optimizer", LABELS_TENSOR="y", OUTPUT=out["start.rlmodel"],
    )  # fmt: skip
    assert (results["RECEPTIVE_FIELD"], results["EXPRESSION_FIELD"], results["SCALE"]) == (16, 1, 4)
    trained = run(
        "trainmodel", PATCHES=patches[0], LABELS=patches[1], VALIDATION_PATCHES=patches[0],
        VALIDATION_LABELS=patches[1], MODEL=out["start.rlmodel"], PLACEHOLDERS="lr=0.0005", EPOCHS=60, BATCH_SIZE=20,
        OUTPUT=out["trained.rlmodel"], REPORT=out["r.html"],
    )  # fmt: skip
    assert trained["KAPPA"] > 0.9
    run("applymodel", INPUT=image, MODEL=out["trained.rlmodel"], OUTPUT=out["coarse.tif"])
    size, whole = gdal.Open(out["coarse.tif"]), gdal.Open(image)
    assert size.GetGeoTransform()[1] == 4 * whole.GetGeoTransform()[1]
    truth, coarse = read_pixels(labels)[..., 0], read_pixels(out["coarse.tif"])[..., 0]
    rows, columns = (np.arange(n) * 4 + 4 for n in coarse.shape)  # the middle of each of its pixels
    expected = truth[np.ix_(rows[:-1], columns[:-1])]
    known = expected != 255
    assert known.sum() > 50
    assert (coarse[:-1, :-1][known] == expected[known]).mean() > 0.9


def test_a_wrong_name(refusal, saved_model, tmp_path):
    sentence = refusal("importmodel", MODEL=saved_model, OUTPUTS="classes", OUTPUT=str(tmp_path / "m.rlmodel"))
    assert "has no tensor “classes”" in sentence
    assert os.listdir(tmp_path) == []


def test_wrong_placeholders(refusal, saved_model, tmp_path):
    sentence = refusal("importmodel", MODEL=saved_model, PLACEHOLDERS="lr", OUTPUT=str(tmp_path / "m.rlmodel"))
    assert "PLACEHOLDERS must be like “lr=0.0002 is_training=false”" in sentence
