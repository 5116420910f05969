"""Models of other kinds are told by what they are, with what to do about it."""

import io
import zipfile

import pytest

from rasterlearn.core.base.errors import InputError, ModelFileError
from rasterlearn.core.exchange.importing import import_model
from rasterlearn.core.learning.starting_network import Start
from rasterlearn.core.model.foreign_files import refuse_foreign
from rasterlearn.core.model.model_file import load_model

HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(200)


def zipped(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"content")
    return file.getvalue()


KERAS = zipped("config.json", "metadata.json", "model.weights.h5")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("unet.h5", HDF5, r"HDF5 file.*save\(“new.keras”\)"),
        ("network.keras", HDF5, "HDF5"),
        ("weights.hdf5", HDF5, "build the network first"),
        ("net.onnx", b"\x08\x07\x12\x07pytorch", "ONNX model.*onnx2tf -osd"),
        ("NET.ONNX", b"", "ONNX model"),
        ("net.tflite", b"\x1c\x00\x00\x00TFL3", "TFLite model, which cannot be turned back"),
        ("renamed.bin", b"\x1c\x00\x00\x00TFL3", "TFLite model"),
        ("landcover.emd", b"{}", "Esri.*ONNX"),
        ("landcover.dlpk", b"PK", "Esri"),
        ("frozen_graph.pb", b"\n\x10\n\x05input", "frozen graph.*simple_save"),
        ("saved_model.pb", b"\n\x10\n\x05input", "frozen graph"),
        ("mine.pb", b"\x08\x01\x12\x20", "SavedModel under another name. Rename it to saved_model.pb"),
        ("graph.pbtxt", b"node {", "written as text"),
        ("variables.index", b"", "part of a SavedModel. Choose saved_model.pb"),
        ("variables.data-00000-of-00001", b"", "part of a SavedModel"),
        ("model.ckpt.index", b"", "checkpoint"),
        ("net.pth", zipped("archive/data.pkl"), "PyTorch model"),
        ("unknown", zipped("net/data.pkl", "net/version"), "PyTorch model"),
        ("forest.joblib", b"\x80\x04", "pickle of Python"),
        ("k.rlmodel", KERAS, "Keras network under another name. Let its name end in .keras"),
        ("k.zip", KERAS, "Keras network under another name"),
        ("model.zip", zipped("m/saved_model.pb", "m/variables/variables.index"), "zip with a SavedModel in it. Unpack"),
        (
            "pointer.keras",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
            "pointer.*git lfs pull",
        ),
        ("saved_model.pb", b"version https://git-lfs.github.com/spec/v1\noid", "pointer.*git lfs pull"),
    ],
)
def test_other_kinds(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"“{name}” is .*{sentence}") as error:
        import_model(str(path))
    assert "Expected a TensorFlow SavedModel" in str(error.value)
    with pytest.raises(InputError, match="Expected a RasterLearn model"):
        load_model(str(path))
    if not name.endswith(".keras"):
        with pytest.raises(InputError, match=f"“{name}” is"):
            Start(path=str(path)).opened()


@pytest.mark.parametrize(
    ("name", "content"),
    [("m.rlmodel", zipped("model.json")), ("m.keras", zipped("config.json")), ("saved_model.pb", b"\x08\x01")],
)
def test_kinds_that_are_read(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    refuse_foreign(str(tmp_path / name))
    refuse_foreign(str(tmp_path / "missing"))
    refuse_foreign(str(tmp_path))


def test_a_damaged_file_is_not_taken_for_another_kind(tmp_path):
    (tmp_path / "m.rlmodel").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(ModelFileError, match="is damaged"):
        load_model(str(tmp_path / "m.rlmodel"))


@pytest.mark.parametrize("name", ["m.rlmodel", "m.keras", "m.zip"])
def test_a_model_file_needs_no_import(tmp_path, name):
    (tmp_path / name).write_bytes(zipped("model.json"))
    with pytest.raises(InputError, match="is a RasterLearn model already"):
        import_model(str(tmp_path / name))


@pytest.mark.parametrize(
    ("name", "given", "content", "kind"),
    [
        ("s/saved_model.pb", "s/saved_model.pb", b"\x08\x01\x12\x20", "SavedModel"),
        ("s/saved_model.pb", "s/", b"\x08\x01\x12\x20", "SavedModel"),
        ("s/n.keras", "s/n.keras", KERAS, "Keras network"),
    ],
)
def test_what_has_to_be_imported_is_told_so_where_a_model_is_applied(tmp_path, name, given, content, kind):
    (tmp_path / "s").mkdir()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=f"is a .*{kind}, which has to be imported first.*importmodel makes one"):
        load_model(f"{tmp_path}/{given}")


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (b"<!DOCTYPE html>", "is something else")])
def test_what_is_no_keras_file_at_all_is_named(tmp_path, content, words):
    (tmp_path / "n.keras").write_bytes(content)
    with pytest.raises(InputError, match=f"“n.keras” is not a Keras network.*{words}"):
        import_model(str(tmp_path / "n.keras"))
