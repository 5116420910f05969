"""Pixel values at points."""

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError, OutputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.image_source import TAG, Source
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples.point_values import extract_values
from rasterlearn.core.samples.points import read_points

COLUMNS, ROWS = np.array([0, 49, 7, 7]), np.array([0, 39, 30, 31])


def point(column, row):
    return f"POINT ({500000 + 10 * column + 5} {5800000 - 10 * row - 5})"


@pytest.fixture
def points(make_vector):
    def make(columns, rows, **options):
        features = [(point(c, r), {"class": 5, "note": f"n{i}"}) for i, (c, r) in enumerate(zip(columns, rows))]
        return make_vector("points.gpkg", features, **options)

    return make


def test_every_point_gets_the_value_of_each_band_at_its_pixel(points, ramp, tmp_path):
    output = str(tmp_path / "values.gpkg")
    assert extract_values(points(COLUMNS, ROWS), ramp, output) == {"accepted": 4, "rejected": 0}
    written = read_points(output)
    assert written.fields["value_0"] == COLUMNS.tolist()
    assert written.fields["value_1"] == ROWS.tolist()
    assert list(written.fields) == ["class", "note", "value_0", "value_1"]
    assert written.fields["note"] == ["n0", "n1", "n2", "n3"]


def test_points_outside_or_on_nodata_are_left_out_with_a_warning(points, make_raster, tmp_path):
    pixels = np.arange(1, 26, dtype=np.float32).reshape(5, 5) / 4
    pixels[2, 3], pixels[4, 4] = np.nan, -1
    image = make_raster("image.tif", pixels, nodata=-1)
    output, events = str(tmp_path / "values.gpkg"), []
    counts = extract_values(points([3, 4, 5, -1, 1], [2, 4, 0, 0, 3]), image, output, progress=Progress(events.append))
    assert counts == {"accepted": 1, "rejected": 4}
    written = read_points(output)
    assert written.fields["value_0"] == [float(pixels[3, 1])]
    assert written.fields["note"] == ["n4"]
    assert any(e["event"] == "warning" and e["text"].startswith("4 point(s)") for e in events)


def test_no_warning_where_nothing_is_left_out(points, ramp, tmp_path):
    events = []
    extract_values(points(COLUMNS, ROWS), ramp, str(tmp_path / "values.gpkg"), progress=Progress(events.append))
    assert not [e for e in events if e["event"] == "warning"]


def test_no_usable_point_is_an_error_naming_both_layers(points, ramp, tmp_path):
    with pytest.raises(InputError, match=r"All 2 points of .points.gpkg. lie outside .ramp.tif."):
        extract_values(points([-1, 50], [0, 0]), ramp, str(tmp_path / "values.gpkg"))
    assert not (tmp_path / "values.gpkg").exists()


def test_the_image_is_recorded_with_the_points(points, ramp, tmp_path):
    output = str(tmp_path / "values.gpkg")
    extract_values(points(COLUMNS, ROWS), ramp, output)
    with RasterReader(ramp) as reader:
        assert Source.from_json(read_points(output).tags[TAG]) == Source.of_image(reader)


def test_points_in_another_crs_are_reprojected(make_vector, ramp, tmp_path):
    from osgeo import osr

    geographic, utm = osr.SpatialReference(), osr.SpatialReference()
    geographic.ImportFromEPSG(4326)
    utm.ImportFromEPSG(32633)
    for system in (geographic, utm):
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transformation = osr.CoordinateTransformation(utm, geographic)
    places = [
        transformation.TransformPoint(500000 + 10.0 * c + 5, 5800000 - 10.0 * r - 5) for c, r in zip(COLUMNS, ROWS)
    ]
    path = make_vector(
        "wgs.gpkg", [(f"POINT ({x:.12f} {y:.12f})", {"class": 1}) for x, y, _ in places], crs="EPSG:4326"
    )
    output = str(tmp_path / "values.gpkg")
    extract_values(path, ramp, output)
    assert read_points(output).fields["value_0"] == COLUMNS.tolist()
    assert read_points(output).fields["value_1"] == ROWS.tolist()


def test_a_class_of_which_all_points_are_rejected_is_told(make_vector, make_raster, tmp_path):
    pixels = np.ones((5, 5), np.float32)
    pixels[:, 3:] = np.nan
    spots = [(0, 1), (1, 1), (1, 2), (3, 2), (3, 3), (4, 3)]
    features = [(point(c, 2), {"class": k, "name": f"class {k}"}) for c, k in spots]
    progress = Progress((events := []).append)
    extract_values(make_vector("p.gpkg", features), make_raster("i.tif", pixels), str(tmp_path / "v.gpkg"), 0, progress)
    told = [e["text"] for e in events if e["event"] == "warning" and "All points of the class" in e["text"]]
    assert len(told) == 1 and "class(es) class 3 are rejected" in told[0]


@pytest.mark.parametrize("neighborhood", [0, 3])
def test_bands_that_are_nodata_everywhere_are_left_out(points, make_raster, tmp_path, neighborhood):
    pixels = np.random.default_rng(0).integers(1, 200, (40, 50, 3)).astype(np.int16)
    pixels[..., 1] = pixels[39] = -1
    events, output = [], str(tmp_path / "values.gpkg")
    path = make_raster("a.tif", pixels, nodata=-1)
    columns, rows = np.array([3, 9, 30]), np.array([39, 30, 20])
    counts = extract_values(points(columns, rows), path, output, neighborhood, Progress(events.append))
    assert counts == {"accepted": 2, "rejected": 1}
    written = read_points(output)
    found = [written.fields[f"value_{band}"] for band in range(3)]
    assert found == [pixels[rows[1:], columns[1:], 0].tolist(), [0, 0], pixels[rows[1:], columns[1:], 2].tolist()]
    assert Source.from_json(written.tags[TAG]).left_out == (1,)
    told = [e["text"] for e in events if e["event"] == "warning"]
    assert "“a.tif” is nodata everywhere in the band(s) band 2." in told[0] and len(told) == 2


@pytest.mark.parametrize(("bands", "neighborhood", "fields"), [(1996, 0, 1998), (1997, 0, 1999), (700, 3, 2102)])
def test_more_fields_than_a_geopackage_holds(points, make_raster, tmp_path, bands, neighborhood, fields):
    image, output = make_raster("series.tif", np.ones((4, 4, bands), np.uint8)), tmp_path / "values.gpkg"
    layer = points([1], [1])  # with two fields
    if fields <= 1998:
        extract_values(layer, image, str(output), neighborhood)
        assert len(read_points(str(output)).fields) == fields
        return
    with pytest.raises(OutputError, match=f"would have {fields} fields, and a GeoPackage holds at most 1998"):
        extract_values(layer, image, str(output), neighborhood)
    assert not output.exists()
