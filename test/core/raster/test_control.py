"""Control points, RPCs and geolocation arrays: what is made from an image lies where GDAL places the image."""

import os

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.degrading import degrade
from rasterlearn.core.images.masking import Mask, mask_image
from rasterlearn.core.images.normalization import normalize
from rasterlearn.core.raster.raster_reader import RasterReader, require_same_grid
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.core.raster.virtual_raster import write_mosaic_vrt
from rasterlearn.core.raster.window import Window

WIDTH, HEIGHT = 60, 50
DEGREES = 1e-6
KINDS = ["points", "rpc", "arrays"]
RPC = {
    "LINE_OFF": "25", "SAMP_OFF": "30", "LAT_OFF": "48", "LONG_OFF": "11", "HEIGHT_OFF": "0",
    "LINE_SCALE": "25", "SAMP_SCALE": "30", "LAT_SCALE": "0.1", "LONG_SCALE": "0.2", "HEIGHT_SCALE": "100",
    "LINE_NUM_COEFF": "0.001 0.01 -1 0 " + "0 " * 16, "LINE_DEN_COEFF": "1 0.001 0.002 " + "0 " * 17,
    "SAMP_NUM_COEFF": "0.002 1 0.02 0.001 " + "0 " * 16, "SAMP_DEN_COEFF": "1 0.003 0 " + "0 " * 17,
}  # fmt: skip


def longitude_and_latitude(columns, rows):
    return 10 + 0.02 * columns + 0.003 * rows, 48 - 0.01 * rows + 0.002 * columns


def control(dataset, kind, folder, wkt, move=0.0):
    """Places a dataset by control points, RPCs or arrays, `move` degrees further east."""
    if kind == "points":
        spots = [(c, r) for c in (0.0, 25.0, 60.0) for r in (0.0, 30.0, 50.0)]
        places = [longitude_and_latitude(*spot) for spot in spots]
        points = [gdal.GCP(x + move, y, 5.0, c, r) for (c, r), (x, y) in zip(spots, places)]
        dataset.SetGCPs(points, wkt("EPSG:4326"))
    if kind == "rpc":
        dataset.SetMetadata({**RPC, "LONG_OFF": str(11 + move)}, "RPC")
    if kind == "arrays":
        every = np.meshgrid(np.arange(0.0, WIDTH, 2), np.arange(0.0, HEIGHT, 2))
        for name, values in zip("XY", longitude_and_latitude(*every)):
            size, path = values.shape[::-1], str(folder / f"{name}{move}.tif")
            array = gdal.GetDriverByName("GTiff").Create(path, *size, 1, gdal.GDT_Float64)
            array.GetRasterBand(1).WriteRaster(0, 0, *size, (values + move).tobytes())
            array.FlushCache()
        texts = {"PIXEL_OFFSET": "0", "LINE_OFFSET": "0", "PIXEL_STEP": "2", "LINE_STEP": "2", "SRS": wkt("EPSG:4326")}
        texts.update({f"{name}_DATASET": str(folder / f"{name}{move}.tif") for name in "XY"})
        dataset.SetMetadata({**texts, "X_BAND": "1", "Y_BAND": "1"}, "GEOLOCATION")


@pytest.fixture
def make_image(tmp_path, wkt):
    """An image that has no geotransform: make_image(name, kind)."""

    def make(name, kind, move=0.0, pixels_are_points=False):
        path = str(tmp_path / name)
        dataset = gdal.GetDriverByName("GTiff").Create(path, WIDTH, HEIGHT, 1, gdal.GDT_UInt16)
        control(dataset, kind, tmp_path, wkt, move)
        if pixels_are_points:
            dataset.SetMetadataItem("AREA_OR_POINT", "Point")
        pixels = np.random.default_rng(0).integers(1, 900, (HEIGHT, WIDTH)).astype(np.uint16)
        dataset.GetRasterBand(1).WriteRaster(0, 0, WIDTH, HEIGHT, pixels.tobytes())
        dataset.FlushCache()
        return path

    return make


def require_same_places(image, made, source_of=lambda column, row: (column, row)):
    """A pixel of what was made lies where GDAL places the pixel of the image that it is from."""
    # The places of RPCs are found by iteration, by default up to a tenth of a pixel.
    options = ["RPC_PIXEL_ERROR_THRESHOLD=1e-9"]
    theirs, ours = (gdal.Transformer(gdal.Open(path), None, options) for path in (image, made))
    for column, row in ((2.0, 3.0), (8.5, 9.25), (4.0, 1.0)):
        found, expected = theirs.TransformPoint(0, *source_of(column, row))
        reached, place = ours.TransformPoint(0, column, row)
        assert found and reached
        assert place == pytest.approx(expected, abs=DEGREES)
    assert gdal.Open(made).GetGeoTransform(can_return_null=True) is None


@pytest.mark.parametrize("kind", KINDS)
class TestCarriedOn:
    GRIDS = {
        "whole": (lambda g: g, lambda c, r: (c, r)),
        "window": (lambda g: g.crop(Window(7, 11, 20, 22)), lambda c, r: (c + 7, r + 11)),
        "coarser": (lambda g: g.coarser(2, 4), lambda c, r: (2 * c, 4 * r)),
        "finer": (lambda g: g.finer(4, 2), lambda c, r: (c / 4, r / 2)),
        "shifted": (
            lambda g: g.finer(2, 2).crop(Window(3, 5, 12, 12)).coarser(4, 4),
            lambda c, r: ((4 * c + 3) / 2, (4 * r + 5) / 2),
        ),
    }

    @pytest.mark.parametrize("which", GRIDS)
    @pytest.mark.parametrize("ending", ["tif", "vrt"])
    def test_to_grids_made_from_the_images(self, make_image, tmp_path, kind, which, ending):
        image, made, (grid_of, source_of) = make_image("i.tif", kind), str(tmp_path / f"m.{ending}"), self.GRIDS[which]
        with RasterReader(image) as reader:
            grid = grid_of(reader.grid)
        if ending == "vrt":
            write_mosaic_vrt(made, grid, RasterProfile(1, np.uint8), [])
        else:
            with RasterWriter(made, grid, RasterProfile(1, np.uint8)):
                pass
        require_same_places(image, made, source_of)
        with RasterReader(made) as reader:
            assert reader.grid.same_pixels_as(grid)

    @pytest.mark.parametrize("ending", ["tif", "vrt"])
    def test_to_normalized_and_masked_images(self, make_image, tmp_path, kind, ending):
        image, mask = make_image("i.tif", kind), make_image("mask.tif", kind)
        normalized, masked = str(tmp_path / f"n.{ending}"), str(tmp_path / f"k.{ending}")
        normalize([image], normalized)
        mask_image(image, Mask.of(mask, "5"), masked, nodata=0)
        require_same_places(image, normalized)
        require_same_places(image, masked)

    def test_to_coarser_images(self, make_image, tmp_path, kind):
        image, made = make_image("i.tif", kind), str(tmp_path / "d.tif")
        degrade(image, made, 2)
        require_same_places(image, made, lambda c, r: (2 * c, 2 * r))

    def test_two_images_have_the_same_grid_only_if_they_are_placed_likewise(self, make_image, kind):
        grids = {}
        for name, move in (("a.tif", 0.0), ("b.tif", 0.0), ("c.tif", 0.5)):
            with RasterReader(make_image(name, kind, move)) as reader:
                grids[name] = reader.grid
        require_same_grid("a.tif", grids["a.tif"], "b.tif", grids["b.tif"])
        with pytest.raises(InputError, match=r"“a.tif” is placed by its .*Warp them to one grid first"):
            require_same_grid("a.tif", grids["a.tif"], "c.tif", grids["c.tif"])

    def test_bands_without_a_place_of_their_own_may_be_stacked(self, make_image, kind):
        with RasterReader([make_image("a.tif", kind), make_image("plain.tif", None)]) as reader:
            assert reader.band_count == 2


def test_positions_that_are_centers_of_pixels(make_image, tmp_path):
    """GeoTIFF counts control points from the centers of pixels where its pixels are points."""
    image, mask = make_image("i.tif", "points", pixels_are_points=True), make_image("mask.tif", None)
    mask_image(image, Mask.of(mask, "5"), str(tmp_path / "m.tif"), nodata=0)
    require_same_places(image, str(tmp_path / "m.tif"))


@pytest.mark.parametrize("ending", ["_rpc.txt", ".RPB"])
def test_rpcs_in_a_file_beside_the_image(make_image, tmp_path, ending):
    image = make_image("i.tif", None)
    plain = make_image("plain.tif", "rpc")
    gdal.GetDriverByName("GTiff").CreateCopy(
        str(tmp_path / "side.tif"), gdal.Open(plain), options=["PROFILE=BASELINE", "RPCTXT=YES", "RPB=YES"]
    )
    sides = [name for name in os.listdir(tmp_path) if name.startswith("side") and name.lower().endswith(ending.lower())]
    os.rename(tmp_path / sides[0], str(tmp_path / "i") + ending)
    with RasterReader(image) as reader, RasterWriter(str(tmp_path / "m.tif"), reader.grid, RasterProfile(1, np.uint8)):
        assert reader.grid.is_controlled
    require_same_places(image, str(tmp_path / "m.tif"))


def test_a_geotransform_outdoes_control_points_and_stands_beside_rpcs(make_image, tmp_path, wkt):
    """As GDAL and QGIS place such images: an orthophoto often still has the RPCs of its scene."""
    image = str(tmp_path / "i.vrt")
    dataset = gdal.GetDriverByName("VRT").Create(image, WIDTH, HEIGHT, 1)
    dataset.SetGeoTransform((500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0))
    dataset.SetProjection(wkt("EPSG:32633"))
    control(dataset, "points", tmp_path, wkt)
    control(dataset, "rpc", tmp_path, wkt)
    dataset.FlushCache()
    with RasterReader(image) as reader:
        assert not reader.grid.is_controlled
        with RasterWriter(str(tmp_path / "m.tif"), reader.grid.crop(Window(5, 5, 9, 9)), RasterProfile(1, np.uint8)):
            pass
    made = gdal.Open(str(tmp_path / "m.tif"))
    assert made.GetGeoTransform() == (500050.0, 10.0, 0.0, 5799950.0, 0.0, -10.0)
    assert made.GetGCPCount() == 0
    assert float(made.GetMetadata("RPC")["SAMP_OFF"]) == 25.0


def test_arrays_named_relative_to_the_image_are_found_from_elsewhere(make_image, tmp_path):
    image = make_image("i.tif", "arrays")
    dataset = gdal.Open(image, gdal.GA_Update)
    texts = dataset.GetMetadata("GEOLOCATION")
    dataset.SetMetadata({**texts, "X_DATASET": "X0.0.tif", "Y_DATASET": "Y0.0.tif"}, "GEOLOCATION")
    del dataset
    with RasterReader(image) as reader:
        recorded = dict(reader.grid.control.geolocation)
    assert recorded["X_DATASET"] == str(tmp_path / "X0.0.tif")
