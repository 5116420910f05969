import sqlite3

import pytest
from osgeo import ogr

from rasterlearn.host.geopackage import copy_metadata


@pytest.fixture
def made(tmp_path):
    """A GeoPackage with layers and what is recorded about them: made("a.gpkg", first={…}, second={})."""

    def make(name, **layers):
        source = ogr.GetDriverByName("GPKG").CreateDataSource(str(tmp_path / name))
        for layer, recorded in layers.items():
            source.CreateLayer(layer).SetMetadata(recorded, "RASTERLEARN")
        return str(tmp_path / name)

    return make


def recorded_in(path):
    source = ogr.Open(path)
    return source.GetLayer(0).GetMetadata("RASTERLEARN")


@pytest.mark.parametrize("layer, expected", [("", "1"), ("first", "1"), ("SECOND", "2")])
def test_what_is_recorded_is_carried_over(made, layer, expected):
    source = made("source.gpkg", first={"N": "1", "TEXT": "“é” & <b>"}, second={"N": "2"})
    target = made("target.gpkg", copy={})
    copy_metadata(source, layer, target)
    assert recorded_in(target)["N"] == expected
    assert recorded_in(source) == {"N": "1", "TEXT": "“é” & <b>"}


def test_nothing_is_recorded(made):
    source, target = made("source.gpkg", first={}), made("target.gpkg", copy={})
    copy_metadata(source, "first", target)
    assert recorded_in(target) == {}
    assert "gpkg_metadata" not in {row[0] for row in sqlite3.connect(target).execute("SELECT name FROM sqlite_master")}


def test_a_table_without_geometry(tmp_path):
    driver = ogr.GetDriverByName("GPKG")
    source, target = (driver.CreateDataSource(str(tmp_path / name)) for name in ("s.gpkg", "t.gpkg"))
    source.CreateLayer("table", geom_type=ogr.wkbNone).SetMetadata({"N": "3"}, "RASTERLEARN")
    target.CreateLayer("copy", geom_type=ogr.wkbNone)
    del source, target
    copy_metadata(str(tmp_path / "s.gpkg"), "", str(tmp_path / "t.gpkg"))
    assert recorded_in(str(tmp_path / "t.gpkg")) == {"N": "3"}


def test_a_file_that_is_no_database(made, tmp_path):
    (tmp_path / "broken.gpkg").write_bytes(b"no database, but long enough to be read as one" * 99)
    with pytest.raises(OSError, match="not a database"):
        copy_metadata(str(tmp_path / "broken.gpkg"), "", made("target.gpkg", copy={}))
