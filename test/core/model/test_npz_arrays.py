import io
import pickle
import zipfile

import numpy as np
import pytest
from fuzz.mutations import npy, sealed

from rasterlearn.core.base.errors import ModelFileError
from rasterlearn.core.model.npz_arrays import read_npz


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_come_back(save):
    rng = np.random.default_rng(0)
    arrays = {
        f"{kind}{shape}": (rng.random(shape) * 100).astype(kind)
        for kind in ("f2", "f4", "f8", ">f4", "i1", "<i8", ">i2", "u4", "?")
        for shape in ((), (3,), (2, 3), (0, 4), (2, 1, 2))
    }
    arrays["fortran"] = np.asfortranarray(rng.random((3, 4)))
    buffer = io.BytesIO()
    save(buffer, **arrays)
    read = read_npz(buffer.getvalue(), "the file")
    assert set(read) == set(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == array.dtype


class Touch:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def test_objects_are_never_unpickled(tmp_path):
    harm = tmp_path / "harm"
    buffer = io.BytesIO()
    np.savez(buffer, a=np.array([Touch(str(harm))], object))
    for data in (
        buffer.getvalue(),
        sealed([("a.npy", pickle.dumps(Touch(str(harm))))]),
        sealed([("a.npy", npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", pickle.dumps(Touch("x"))))]),
    ):
        with pytest.raises(ValueError, match="no plain array|no array"):
            read_npz(data, "the file")
    assert not harm.exists()


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1e3,), }",
        "{'descr': '<U9', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': __import__('os').getpid()}",
        "(" * 9000,
        "",
    ],
)
def test_false_headers_are_refused(header):
    with pytest.raises(ValueError, match="no plain array|declares"):
        read_npz(sealed([("a.npy", npy(header, b"\x00" * 8))]), "the file")


def test_other_entries_and_damaged_zips():
    with pytest.raises(ValueError, match=r"“a\.py” is no array"):
        read_npz(sealed([("a.py", b"import os")]), "the file")
    with pytest.raises(ModelFileError, match="The file is damaged"):
        read_npz(b"nothing", "the file")
    with pytest.raises(ModelFileError, match="unusual way"):
        read_npz(sealed([("a.npy", b"x")], zipfile.ZIP_BZIP2), "the file")
