"""What is said of an output that GDAL could not write."""

import shutil
from types import SimpleNamespace

import pytest

from rasterlearn.core.base.errors import OutputError
from rasterlearn.core.raster.gdal_output import not_written, output_errors

STATEMENT = f'sqlite3_exec(CREATE TABLE "v" ({", ".join(f"value_{i} INTEGER" for i in range(2100))})) failed: '


@pytest.mark.parametrize(
    ("reason", "words", "full"),
    [
        ("TIFFAppendToStrip:Write error at scanline 7", "Check whether the disk is full", False),
        ("fwrite(): No space left on device", "The disk is full; free some space", False),
        (STATEMENT + "database or disk is full", "database or disk is full. The disk is full", False),
        (STATEMENT + "too many columns on v", "Could not write “v.gpkg”: too many columns on v.", False),
        ("anything", "Could not write “v.gpkg”: anything. The disk is full", True),
    ],
)
def test_the_disk_is_blamed_only_where_it_may_be_full(tmp_path, monkeypatch, reason, words, full):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=0 if full else 10**12))
    said = str(not_written(str(tmp_path / "v.gpkg"), reason))
    assert words in said and len(said) < 500
    assert ("disk" in said) == ("disk" in words)


def test_errors_of_gdal_become_errors_of_the_output(tmp_path):
    with (
        pytest.raises(OutputError, match="Could not write “a.tif”: it is Tuesday"),
        output_errors(str(tmp_path / "a.tif")),
    ):
        raise RuntimeError("it is Tuesday.")
