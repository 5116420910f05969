"""Model files of other kinds, recognized by their first bytes and their names, and what can be done with them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple, Optional

from ..base.archive import open_archive
from ..base.errors import InputError, ModelFileError
from ..base.messages import Message

_LOOKED_AT = 400  # bytes
_HDF5, _ZIP, _LFS = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04", b"version https://git-lfs"
_SAVED_MODEL = b"\x08\x01\x12"  # of the message's version and its first graph
_KERAS_ENTRIES = {"config.json", "model.weights.h5"}
_PARTS = ("variables.index", "fingerprint.pb", "keras_metadata.pb")
_IMPORTABLE = Message("a TensorFlow SavedModel (saved_model.pb in its folder) or a Keras network (.keras)")
_PYTORCH = Message(
    "is a PyTorch model. Export it to ONNX in PyTorch (torch.onnx.export), and turn that into a SavedModel with "
    "onnx2tf -osd"
)


class _Kind(NamedTuple):
    """A kind of file: how it is recognized from its name in lower case and its first bytes, and what is said of it."""

    is_one: Callable[[str, bytes], bool]
    sentence: Message


def _named(*endings: str) -> Callable[[str, bytes], bool]:
    return lambda name, start: name.endswith(endings)


_KINDS = (
    _Kind(
        lambda name, start: start.startswith(_LFS),
        Message("is not the model but a pointer to it, of Git LFS. Fetch the file itself with “git lfs pull”"),
    ),
    _Kind(
        lambda name, start: start.startswith(_HDF5),
        Message(
            "is an HDF5 file, as Keras wrote its networks until 2023. Load it in Python and save it in the newer "
            "format: keras.saving.load_model(“old.h5”, compile=False).save(“new.keras”). If it holds only weights, "
            "build the network first, then call its load_weights"
        ),
    ),
    _Kind(
        lambda name, start: start[4:8] == b"TFL3" or name.endswith(".tflite"),
        Message(
            "is a TFLite model, which cannot be turned back. Give the SavedModel or .keras file that it was made of"
        ),
    ),
    _Kind(
        _named(".emd", ".dlpk"),
        Message(
            "is a model definition of Esri, which only ArcGIS opens. If you have its PyTorch network, export that to "
            "ONNX and turn it into a SavedModel with onnx2tf -osd"
        ),
    ),
    _Kind(
        _named(".onnx"),
        Message(
            "is an ONNX model, which exportmodel writes but importmodel does not read. Turn it into a SavedModel with "
            "onnx2tf -osd, or export it as one where it was trained"
        ),
    ),
    _Kind(
        _named(".pt", ".pth", ".pt2", ".safetensors", ".torchscript"),
        _PYTORCH,
    ),
    _Kind(
        lambda name, start: name.endswith((".pkl", ".pickle", ".joblib")) or start[:2] in (b"\x80\x04", b"\x80\x05"),
        Message("is a pickle of Python, which may run any code when it is opened. Train the model anew"),
    ),
    _Kind(
        lambda name, start: name in _PARTS or ".data-0000" in name,
        Message("is a part of a SavedModel. Choose saved_model.pb in its folder"),
    ),
    _Kind(
        _named(".ckpt", ".meta", ".index"),
        Message(
            "is a checkpoint, which holds weights without a network. Restore it in TensorFlow, and save a SavedModel"
        ),
    ),
    _Kind(
        _named(".pbtxt"),
        Message("is a graph written as text. Save the model as a SavedModel in the binary format"),
    ),
    _Kind(
        lambda name, start: name.endswith(".pb") and start.startswith(b"\n"),
        Message(
            "is a frozen graph of TensorFlow 1, which does not tell its inputs and outputs. Save it as a SavedModel in "
            "Python: tf.compat.v1.import_graph_def, then tf.compat.v1.saved_model.simple_save with inputs and outputs"
        ),
    ),
    _Kind(
        lambda name, start: name.endswith(".pb") and name != "saved_model.pb" and start.startswith(_SAVED_MODEL),
        Message("is a SavedModel under another name. Rename it to saved_model.pb, beside its folder “variables”"),
    ),
)
"""In the order in which they are looked for."""


def refuse_foreign(path: str, wanted: Message = _IMPORTABLE) -> None:
    """Raises InputError if a file is a model of another kind, with the way from it to one that is read.

    Files that cannot be read, or are of no known kind, are left to the reader of the wanted kind.

    Args:
        wanted: what is expected, for the message.
    """
    if not os.path.isfile(path):
        return
    name, start = os.path.basename(path), _start_of(path)
    found = next((kind.sentence for kind in _KINDS if kind.is_one(name.lower(), start)), None)
    found = found or _kind_of_zip(name, entries_of(path))
    if found is not None:
        raise InputError("“{name}” {is_what}. Expected {wanted}.", name=name, is_what=found, wanted=wanted)


def refuse_importable(path: str, wanted: Message) -> None:
    """Raises InputError if a file or folder is a model that has to be imported first; see `refuse_foreign`."""
    place, found = os.path.normpath(path), None
    if os.path.isfile(os.path.join(place, "saved_model.pb")) or _start_of(place).startswith(_SAVED_MODEL):
        found = Message("is a TensorFlow SavedModel, which has to be imported first")
    elif entries_of(place) >= _KERAS_ENTRIES:
        found = Message("is a Keras network, which has to be imported first")
    if found is not None:
        raise InputError(
            "“{name}” {is_what}. Expected {wanted}.", name=os.path.basename(place), is_what=found, wanted=wanted
        )


def entries_of(path: str) -> frozenset[str]:
    """The names of the entries of a zip; none where a file is no zip, or cannot be read."""
    if not _start_of(path).startswith(_ZIP):
        return frozenset()
    try:
        with open_archive(path, Message("the model")) as archive:
            return frozenset(archive.names)
    except (ModelFileError, OSError):
        return frozenset()


def _start_of(path: str) -> bytes:
    """The first bytes of a file; none where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(_LOOKED_AT)
    except OSError:
        return b""


def _kind_of_zip(name: str, entries: frozenset[str]) -> Optional[Message]:
    """The sentence about a zip of another program, by its name and those of its entries."""
    if any(entry.endswith("data.pkl") for entry in entries):
        return _PYTORCH
    if any(os.path.basename(entry) == "saved_model.pb" for entry in entries):
        return Message("is a zip with a SavedModel in it. Unpack it, and choose saved_model.pb in its folder")
    if entries >= _KERAS_ENTRIES and not name.lower().endswith(".keras"):
        return Message("is a Keras network under another name. Let its name end in .keras")
    return None
