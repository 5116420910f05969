import zipfile

import numpy as np
import pytest

from rasterlearn.jobs import commands


def test_translation(job_of, tmp_path):
    (tmp_path / "a.tif").touch()
    job = job_of(
        "trainmodel", PATCHES=str(tmp_path / "a.tif"), LABELS="l.tif", EPOCHS=3, LEARNING_RATE=0.01, AUGMENT=False,
        PATIENCE=4, CLASS_WEIGHTS="balanced", OUTPUT=str(tmp_path / "m.rlmodel"),
    )  # fmt: skip
    assert (job.patches, job.labels, job.validation_patches) == ([str(tmp_path / "a.tif")], "l.tif", [])
    assert (job.epochs, job.batch_size, job.learning_rate, job.augment) == (3, 100, 0.01, False)
    assert (job.patience, job.class_weights, job.architecture, job.model) == (4, "balanced", "patch_cnn", None)
    assert job.loss == "auto"
    assert (job.schedule, job.threads, job.device, job.log_folder) == ("cosine", 0, "auto", None)


def test_the_defaults_of_the_dialog_are_those_of_the_engine(job_of, tmp_path):
    job = job_of("trainmodel", PATCHES="p.tif", LABELS="l.tif", OUTPUT=str(tmp_path / "m.rlmodel"))
    assert job == commands.TrainModel(
        patches=["p.tif"], labels="l.tif", output=str(tmp_path / "m.rlmodel"), report=job.report
    )


def test_several_sources(job_of, tmp_path):
    job = job_of(
        "trainmodel", PATCHES="a.tif", PATCHES_2="b.tif", LABELS="l.tif", VALIDATION_PATCHES="c.tif",
        VALIDATION_PATCHES_2="d.tif", VALIDATION_LABELS="m.tif", ARCHITECTURE="two_branch",
        OUTPUT=str(tmp_path / "m.rlmodel"),
    )  # fmt: skip
    assert (job.patches, job.validation_patches) == (["a.tif", "b.tif"], ["c.tif", "d.tif"])


def test_run(run, patches, feedback, tmp_path):
    feedback.percents.clear()
    results = run(
        "trainmodel", PATCHES=patches[0], LABELS=patches[1], VALIDATION_PATCHES=patches[0],
        VALIDATION_LABELS=patches[1], EPOCHS=8, OUTPUT=str(tmp_path / "m.rlmodel"), REPORT=str(tmp_path / "r.html"),
    )  # fmt: skip
    assert results["OVERALL_ACCURACY"] > 0.95 and results["KAPPA"] > 0.9
    assert sum("epoch 8/8  loss" in line for line in feedback.infos) == 1
    assert feedback.percents == sorted(feedback.percents)
    assert set(zipfile.ZipFile(results["OUTPUT"]).namelist()) == {
        "model.json", "network.keras", "style.qml", "report.html",
    }  # fmt: skip


def test_the_same_seed_and_threads_give_the_same_report_and_weights(run, patches, tmp_path):
    """Each run is a process of its own, as users have them."""
    files = []
    for name in ("first", "second"):
        results = run(
            "trainmodel", PATCHES=patches[0], LABELS=patches[1], VALIDATION_PATCHES=patches[0], SEED=3,
            VALIDATION_LABELS=patches[1], EPOCHS=4, PATIENCE=3, CALIBRATE=True, THREADS=1,
            OUTPUT=str(tmp_path / f"{name}.rlmodel"), REPORT=str(tmp_path / f"{name}.html"),
        )  # fmt: skip
        with zipfile.ZipFile(results["OUTPUT"]) as model, zipfile.ZipFile(model.open("network.keras")) as network:
            files.append((network.read("model.weights.h5"), (tmp_path / f"{name}.html").read_bytes()))
    assert files[0] == files[1]


def test_labels_of_one_class(refusal, make_raster, tmp_path):
    patches = make_raster("p.tif", np.ones((16 * 4, 16, 2), np.uint16), crs=None)
    labels = make_raster("l.tif", np.full((4, 1), 3, np.uint8), crs=None)
    sentence = refusal("trainmodel", PATCHES=patches, LABELS=labels, OUTPUT=str(tmp_path / "m.rlmodel"))
    assert "only one class (3)" in sentence and "at least two" in sentence
    assert sorted(p.name for p in tmp_path.iterdir()) == ["l.tif", "p.tif"]


def test_patches_and_labels_of_different_counts(refusal, make_raster, tmp_path):
    patches = make_raster("p.tif", np.ones((16 * 4 + 1, 16, 2), np.uint16), crs=None)
    labels = make_raster("l.tif", np.array([[0], [1], [0]], np.uint8), crs=None)
    sentence = refusal("trainmodel", PATCHES=patches, LABELS=labels, OUTPUT=str(tmp_path / "m.rlmodel"))
    assert "p.tif" in sentence and "3 patches" in sentence


@pytest.mark.parametrize("at", ["Loading TensorFlow", "epoch 2/"])
def test_cancelling_ends_it_and_leaves_nothing(algorithm, context, engine_python, cancelling, patches, tmp_path, at):
    before = sorted(p.name for p in tmp_path.iterdir())
    feedback = cancelling(at)
    parameters = {"PATCHES": patches[0], "LABELS": patches[1], "EPOCHS": 100000, "OUTPUT": str(tmp_path / "m.rlmodel")}
    _, ok = algorithm("trainmodel").run(parameters, context, feedback)
    assert not ok
    assert "cancelled" in feedback.errors[-1]
    assert sorted(p.name for p in tmp_path.iterdir()) == before
