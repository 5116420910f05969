import io
import random

import h5py
import numpy as np
import pytest
from fuzz.mutations import bytes_changed

from rasterlearn.core.model import hdf5_weights
from rasterlearn.core.model.hdf5_weights import MAXIMUM_GROUP_DEPTH, read_weights, write_weights

VERSIONS = (None, "v108", "v110", "latest", ("v108", "v108"))


def file_with(fill, libver=None):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=libver) as file:
        fill(file)
    return buffer.getvalue()


def arrays_of(count):
    rng = np.random.default_rng(0)
    return {
        f"layers/a_layer_with_quite_a_long_name_{i}/vars/{k}": (100 * rng.random((3, 2))).astype(kind)
        for i in range(count)
        for k, kind in enumerate(("f2", "f4", "f8", "i1", "i4", "u4", "u8"))
    }


@pytest.mark.parametrize("libver", VERSIONS, ids=str)
@pytest.mark.parametrize("count", [1, 8, 9, 40, 700])
def test_every_version_of_the_format_is_read(libver, count):
    """Few and many links are stored differently; 700 need a tree of two levels."""
    arrays = {**arrays_of(count), "number": np.array(3, "u4"), "empty": np.zeros((0, 3), "f4")}

    def fill(file):
        for path, array in arrays.items():
            file[path] = array
        file["layers"].attrs["name"] = "x"
        for i in range(12):
            file.attrs[f"a{i}"] = i

    read = read_weights(file_with(fill, libver))
    assert set(read) == set(arrays)
    for path, array in arrays.items():
        assert read[path].dtype == array.dtype and read[path].shape == array.shape
        assert read[path].tobytes() == array.tobytes()


@pytest.fixture
def pieces(monkeypatch):
    """The sizes of the pieces that were read of files."""
    sizes, read = [], hdf5_weights._Reader._bytes
    monkeypatch.setattr(
        hdf5_weights._Reader, "_bytes", lambda reader, *where: sizes.append(where[1]) or read(reader, *where)
    )
    return sizes


def test_what_is_written_is_read_bit_by_bit_and_in_few_pieces(pieces):
    weights = {"layers/dense/vars/0": np.random.default_rng(0).random((2_500_000,)).astype("f4")}
    read = read_weights(write_weights(weights))
    assert len(pieces) < 100
    assert read["layers/dense/vars/0"].tobytes() == weights["layers/dense/vars/0"].tobytes()


def loop(file):
    file["a/b"] = file["/"]


def twice(file):
    file["a"] = np.zeros(3)
    file["b"] = file["a"]


def deep(file):
    file["/".join("a" * (MAXIMUM_GROUP_DEPTH + 3))] = 1.0


def virtual(file):
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/hostname", "x", (4,))
    file.create_virtual_dataset("x", layout)


HOSTILE = {
    "external link": (lambda f: f.update({"x": h5py.ExternalLink("/etc/passwd", "/")}), "link|unknown version"),
    "soft link": (lambda f: f.update({"x": h5py.SoftLink("/y")}), "link"),
    "external storage": (lambda f: f.create_dataset("x", (4,), "u1", external=[("/etc/passwd", 0, 4)]), "another file"),
    "virtual": (virtual, "pieces"),
    "compressed": (
        lambda f: f.create_dataset("x", (10**6, 10**6), "f4", chunks=(9, 9), compression="gzip"),
        "compress",
    ),
    "chunks": (lambda f: f.create_dataset("x", (10**6, 10**6), "f4", chunks=(9, 9)), "declare more|pieces"),
    "never stored": (lambda f: f.create_dataset("x", (10**5, 10**5), "f4"), "declare more"),
    "loop": (loop, "contains itself"),
    "twice": (twice, "same content"),
    "deep": (deep, "too many groups"),
    "text": (lambda f: f.create_dataset("x", data=["a"], dtype=h5py.string_dtype()), "plain numbers"),
    "records": (lambda f: f.update({"x": np.zeros(3, [("a", "f4"), ("b", "f8")])}), "plain numbers"),
    "references": (lambda f: f.update({"x": np.array([f.ref], h5py.ref_dtype)}), "plain numbers"),
    "complex": (lambda f: f.update({"x": np.zeros(3, "c8")}), "plain numbers"),
    "type": (lambda f: f.update({"x": np.dtype("f4")}), ""),
}


@pytest.mark.parametrize("libver", [None, "latest"], ids=str)
@pytest.mark.parametrize("name", HOSTILE)
def test_features_that_weights_never_need_are_refused(name, libver):
    fill, words = HOSTILE[name]
    data = file_with(fill, libver)
    if name == "type":
        assert read_weights(data) == {}  # a type without an array holds nothing
        return
    with pytest.raises(ValueError, match=words):
        read_weights(data)


@pytest.mark.parametrize("libver", [None, "latest"], ids=str)
def test_damaged_files_end_in_an_error_and_no_later_than_sound_ones(libver, pieces):
    """The HDF5 library crashes on some of these."""
    data = file_with(lambda f: [f.update({path: array}) for path, array in arrays_of(10).items()], libver)
    read_weights(data)
    rng, outcomes, sound = random.Random(0), set(), len(pieces)
    for _ in range(1500):
        pieces.clear()
        try:
            read = read_weights(bytes_changed(data, rng))
            assert sum(array.nbytes for array in read.values()) <= 2 * len(data)
            outcomes.add("read")
        except ValueError as error:
            outcomes.add("refused")
            assert str(error)
        assert len(pieces) < 1.5 * sound
    assert outcomes == {"read", "refused"}
