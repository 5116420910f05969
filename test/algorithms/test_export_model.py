import json

import pytest


@pytest.fixture
def model(run, patches, tmp_path):
    path = str(tmp_path / "m.rlmodel")
    run("trainmodel", PATCHES=patches[0], LABELS=patches[1], EPOCHS=1, OUTPUT=path)
    return path


def test_translation(job_of, tmp_path):
    outputs = {"SAVEDMODEL": tmp_path / "served", "ONNX": tmp_path / "m.onnx", "STAC": tmp_path / "item.json"}
    job = job_of("exportmodel", MODEL="m.rlmodel", **{name: str(path) for name, path in outputs.items()})
    assert (job.model, job.saved_model, job.onnx, job.stac) == ("m.rlmodel", *(str(p) for p in outputs.values()))
    job = job_of("exportmodel", MODEL="m.rlmodel", STAC=str(tmp_path / "item.json"))
    assert (job.saved_model, job.onnx) == (None, None)


def test_everything_at_once(run, feedback, model, tmp_path):
    outputs = {"SAVEDMODEL": "served", "ONNX": "m.onnx", "STAC": "item.json"}
    results = run("exportmodel", MODEL=model, **{name: str(tmp_path / output) for name, output in outputs.items()})
    assert results == {name: str(tmp_path / output) for name, output in outputs.items()}
    assert (tmp_path / "served" / "saved_model.pb").is_file()
    described = json.loads((tmp_path / "served" / "assets.extra" / "rasterlearn.json").read_text(encoding="utf-8"))
    assert [c["value"] for c in described["model"]["classes"]] == [1, 5]
    item = json.loads((tmp_path / "item.json").read_text(encoding="utf-8"))
    assert set(item["assets"]) == {"model", "savedmodel", "onnx"}
    log = "\n".join(feedback.infos)
    assert "receptive field 16 × 16; expression field 1 × 1" in log
    assert "tiles of 512 × 512 pixels" in log


def test_no_output(refusal, tmp_path):
    assert "SAVEDMODEL, ONNX and STAC" in refusal("exportmodel", MODEL=str(tmp_path / "m.rlmodel"))


def test_a_folder_of_the_user_is_kept(refusal, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("mine")
    sentence = refusal("exportmodel", MODEL=str(tmp_path / "m.rlmodel"), SAVEDMODEL=str(tmp_path / "mine"))
    assert "not empty" in sentence and "thesis.docx" in sentence
    assert (tmp_path / "mine" / "thesis.docx").read_text() == "mine"


@pytest.mark.parametrize(("name", "output"), [("SAVEDMODEL", "served"), ("ONNX", "m.onnx"), ("STAC", "item.json")])
def test_a_folder_that_does_not_exist(refusal, tmp_path, name, output):
    sentence = refusal("exportmodel", MODEL=str(tmp_path / "m.rlmodel"), **{name: str(tmp_path / "no" / output)})
    assert "does not exist" in sentence and str(tmp_path / "no") in sentence


def test_a_forest(run, refusal, two_fields, tmp_path):
    points, values, forest = (str(tmp_path / name) for name in ("p.gpkg", "v.gpkg", "f.rlmodel"))
    run("selectsamples", LABELS=two_fields[1], IMAGE=two_fields[0], COUNT=20, OUTPUT=points)
    run("extractvalues", POINTS=points, INPUT=two_fields[0], OUTPUT=values)
    run("trainforest", SAMPLES=values, TREES=3, OUTPUT=forest)
    assert "Random Forest" in refusal("exportmodel", MODEL=forest, ONNX=str(tmp_path / "m.onnx"))
