"""Zip files whose author is not trusted."""

import io
import struct
import zipfile

import pytest

from rasterlearn.core.base import archive
from rasterlearn.core.base.archive import MAXIMUM_ENTRIES, open_archive
from rasterlearn.core.base.errors import ModelFileError


def zip_of(*entries, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as new:
        for name, content in entries:
            new.writestr(name, content)
    return buffer.getvalue()


def with_field(data, signature, offset, layout, value):
    place = data.rindex(signature) + offset
    return data[:place] + struct.pack(layout, value) + data[place + struct.calcsize(layout) :]


def contents(data):
    with open_archive(data, "the file") as opened:
        return {name: opened.read(name) for name in opened.names}


def test_entries_come_back(tmp_path):
    data = zip_of(("a.json", b"{}"), ("b/c", b"\x00" * 100_000))
    assert contents(data) == {"a.json": b"{}", "b/c": b"\x00" * 100_000}
    (tmp_path / "a.zip").write_bytes(data)
    assert contents(str(tmp_path / "a.zip")) == contents(data)


@pytest.mark.parametrize(
    "name", ["../x", "/tmp/x", "a/../../x", "a\\..\\x", "C:/x", "C:\\x", "a//b", "./a", "a/", "a\x1bb", ".."], ids=repr
)
def test_names_that_lead_elsewhere(name):
    placeholder = "p" * len(name)  # Python would not write some of them
    data = zip_of(("good", b"x"), (placeholder, b"x")).replace(placeholder.encode(), name.encode())
    with pytest.raises(ModelFileError, match="unsound name"):
        contents(data)


def test_a_name_with_a_hidden_end():
    data = zip_of(("good", b"x"), ("model_json", b"x")).replace(b"model_json", b"goodx\x00json"[:10])
    with pytest.raises(ModelFileError, match="unsound name"):
        contents(data)


@pytest.mark.parametrize("second", ["a.json", "A.JSON"])
def test_a_repeated_entry(second):
    placeholder = "b.json"  # Python warns of writing a name twice
    data = zip_of(("a.json", b"1"), (placeholder, b"2")).replace(placeholder.encode(), second.encode())
    with pytest.raises(ModelFileError, match="stands twice"):
        contents(data)


def test_links_encryption_and_rare_compression():
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with pytest.raises(ModelFileError, match="is a link"):
        contents(zip_of((link, b"/etc/passwd")))
    with pytest.raises(ModelFileError, match="encrypted"):
        contents(with_field(zip_of(("a", b"x")), b"PK\x01\x02", 8, "<H", 1))
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with pytest.raises(ModelFileError, match="unusual way"):
            contents(zip_of(("a", b"x"), method=method))


def test_more_than_declared_and_less():
    data = zip_of(("a", b"x" * 1000), method=zipfile.ZIP_STORED)
    for size in (10, 999, 1001, 2**31):
        with pytest.raises(ModelFileError):
            contents(with_field(data, b"PK\x01\x02", 24, "<I", size))


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(archive, "UNPACKED_BYTES", 1_000_000)
    bomb = zip_of(("a", b"\x00" * 5_000_000))
    with pytest.raises(ModelFileError, match=r"would unpack \d+ bytes to 5000000"):
        contents(bomb)
    many = zip_of(*((f"a{i}", b"\x00" * 400_000) for i in range(10)))  # each is small
    with pytest.raises(ModelFileError, match="to 4000000"):
        contents(many)
    assert len(contents(zip_of(("a", bytes(range(256)) * 5000), method=zipfile.ZIP_STORED))["a"]) == 1_280_000


def test_too_many_entries_and_too_long_a_table(monkeypatch):
    few = zip_of(*((f"{i}", b"") for i in range(MAXIMUM_ENTRIES)))
    assert len(contents(few)) == MAXIMUM_ENTRIES
    with pytest.raises(ModelFileError, match=f"at most {MAXIMUM_ENTRIES}"):
        contents(zip_of(*((f"{i}", b"") for i in range(MAXIMUM_ENTRIES + 1))))
    many = zip_of(*((f"{i}", b"") for i in range(20_000)))
    monkeypatch.setattr(archive.zipfile, "ZipFile", lambda *_: pytest.fail("the whole table is read"))
    with pytest.raises(ModelFileError, match="table of contents"):
        contents(many)


def test_damaged_entries():
    data = bytearray(zip_of(("a", b"x" * 1000), method=zipfile.ZIP_STORED))
    data[100] ^= 1
    with pytest.raises(ModelFileError, match="damaged"):
        contents(bytes(data))
    with open_archive(zip_of(("a", b"xyz")), "the file") as opened:
        with pytest.raises(ModelFileError, match="has no “b”"):
            opened.read("b")
        with pytest.raises(ModelFileError, match="at most 2"):
            opened.read("a", 2)
