"""Windows of rasters read, and tiles written."""

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from osgeo import gdal, osr
from waiting import HANG_SECONDS

from rasterlearn.core.base.errors import InputError, OutputError, RasterLearnError
from rasterlearn.core.base.outputs import replacing
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.crs import crs_name, require_same_crs, same_crs
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.nodata import valid_values
from rasterlearn.core.raster.raster_reader import RasterReader, read_legend, require_same_grid
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.core.raster.virtual_raster import open_warped, write_scaled_vrt
from rasterlearn.core.raster.window import Window

TRANSFORM = (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0)
CLASSES = ClassMap.of(
    [LandClass(1, "Wälder & <Moor>", "#106b00"), LandClass(5, 'the "farm"', "#a15c44"), LandClass(200, "", "#7fbcfc")]
)
FILL_THE_DISK = """
import os, resource, signal, sys
import numpy as np
sys.path.insert(0, sys.argv[1])
import engine
engine.load_package()
from rasterlearn.core.base.errors import OutputError
from rasterlearn.core.base.outputs import replacing
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
def write(path):
    with replacing(path) as (temporary,):
        with RasterWriter(temporary, Grid(1000, 400), RasterProfile(1, np.uint8)) as writer:
            writer.write(0, 0, np.random.default_rng(0).integers(0, 256, (400, 1000), np.uint8))
write(sys.argv[2])
limit = round(float(sys.argv[3]) * os.path.getsize(sys.argv[2])) - 1
os.remove(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    write(sys.argv[2])
except OutputError as error:
    sys.stdout.write(f"OutputError: {error}")
"""


def random_pixels(shape, dtype, seed=0):
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return rng.standard_normal(shape).astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype, endpoint=True)


class TestReading:
    @pytest.fixture
    def stack(self, make_raster):
        first, second = random_pixels((30, 41, 2), np.uint16), random_pixels((30, 41, 3), np.uint16, 1)
        paths = [make_raster("first.tif", first), make_raster("second.tif", second)]
        return paths, np.concatenate([first, second], axis=2)

    @pytest.mark.parametrize("window", [(0, 0, 41, 30), (0, 0, 1, 1), (40, 29, 1, 1), (7, 5, 20, 3), (3, 0, 1, 30)])
    def test_a_window_of_a_stack_has_all_bands_in_order(self, stack, window):
        paths, pixels = stack
        window = Window(*window)
        with RasterReader(paths) as reader:
            read = reader.read(window)
            assert reader.band_count == 5
        assert read.dtype == np.uint16
        assert (read == pixels[window.slices]).all()

    @pytest.mark.parametrize("window", [(-1, 0, 5, 5), (0, 0, 42, 30), (38, 28, 3, 3)])
    def test_a_window_beyond_the_image_is_a_mistake_of_the_caller(self, stack, window):
        with RasterReader(stack[0]) as reader, pytest.raises(ValueError, match=r"not inside"):
            reader.read(Window(*window))

    @pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32", "float64"])
    def test_pixels_keep_their_type_and_values(self, make_raster, read_pixels, dtype):
        pixels = random_pixels((6, 7, 2), dtype)
        read = read_pixels(make_raster("a.tif", pixels))
        assert read.dtype == dtype
        assert (read == pixels).all()

    def test_bands_of_different_types_are_read_in_a_type_that_holds_all(self, make_raster):
        first, second = random_pixels((4, 5), np.uint16), random_pixels((4, 5), np.int16)
        with RasterReader([make_raster("a.tif", first), make_raster("b.tif", second)]) as reader:
            pixels = reader.read(reader.grid.window)
        assert pixels.dtype == np.int32
        assert (pixels == np.dstack([first, second])).all()

    def test_the_grid_is_that_of_the_file(self, ramp, wkt):
        with RasterReader(ramp) as reader:
            assert (reader.grid.width, reader.grid.height, reader.grid.geotransform) == (50, 40, TRANSFORM)
            assert same_crs(reader.grid.crs, wkt("EPSG:32633"))
            assert reader.name == "ramp.tif"

    def test_a_vrt_and_a_dataset_name_can_be_read_like_a_file(self, ramp, read_pixels):
        from osgeo import gdal

        vrt = ramp.replace(".tif", ".vrt")
        gdal.Translate(vrt, ramp, format="VRT").FlushCache()
        assert (read_pixels(vrt) == read_pixels(ramp)).all()
        assert (read_pixels(f"GTIFF_DIR:1:{ramp}") == read_pixels(ramp)).all()

    def test_bands_are_called_by_their_description_else_by_the_file_else_by_number(self, make_raster):
        pixels = np.zeros((3, 3, 2), np.uint8)
        described = make_raster("a.tif", pixels, names=["B4", "B8"])
        single, several = make_raster("red.tif", pixels[..., 0]), make_raster("b.tif", pixels)
        with RasterReader([described, single, several]) as reader:
            assert reader.band_names == ("B4", "B8", "red", "band 1", "band 2")

    def test_tags_are_those_of_rasterlearn_only(self, tmp_path, ramp):
        path = str(tmp_path / "a.tif")
        with RasterWriter(path, Grid(2, 2), RasterProfile(1, np.uint8, tags={"A": {"ä": [1, None, "<&>"]}})) as writer:
            writer.write(0, 0, np.zeros((2, 2), np.uint8))
        with RasterReader(path) as reader:
            assert reader.tag("A") == {"ä": [1, None, "<&>"]}
            assert reader.tag("B") is None
        with RasterReader(ramp) as reader:
            assert reader.tags == {}


class TestNodata:
    @pytest.mark.parametrize(
        ("dtype", "nodata"), [("uint8", 0), ("uint16", 65535), ("int16", -9999), ("float32", -1.5)]
    )
    def test_pixels_with_nodata_in_any_band_are_invalid(self, make_raster, dtype, nodata):
        pixels = np.ones((3, 4, 2), dtype)
        pixels[0, 1, 0], pixels[2, 3, 1] = nodata, nodata
        with RasterReader(make_raster("a.tif", pixels, nodata=nodata)) as reader:
            valid = reader.valid(reader.read(reader.grid.window))
            assert reader.nodata == (nodata, nodata)
        assert np.argwhere(~valid).tolist() == [[0, 1], [2, 3]]

    @pytest.mark.parametrize("nodata", [None, np.nan, 7.0])
    def test_nan_is_invalid_whatever_nodata_is(self, make_raster, nodata):
        pixels = np.ones((3, 4, 2), np.float32)
        pixels[1, 2, 1] = np.nan
        with RasterReader(make_raster("a.tif", pixels, nodata=nodata)) as reader:
            assert np.argwhere(~reader.valid(reader.read(reader.grid.window))).tolist() == [[1, 2]]

    def test_zero_is_valid_where_no_nodata_is_given(self, make_raster):
        with RasterReader(make_raster("a.tif", np.zeros((3, 4), np.uint16))) as reader:
            assert reader.nodata == (None,)
            assert reader.valid(reader.read(reader.grid.window)).all()

    def test_each_band_of_a_stack_has_its_own_nodata(self, make_raster):
        first = make_raster("a.tif", np.array([[0, 9, 1]], np.uint8), nodata=0)
        second = make_raster("b.tif", np.array([[5, 0, 9]], np.uint16), nodata=9)
        with RasterReader([first, second]) as reader:
            assert reader.nodata == (0, 9)
            assert reader.valid(reader.read(reader.grid.window)).tolist() == [[False, True, False]]

    def test_nodata_that_the_type_cannot_hold_is_ignored(self, make_raster):
        pixels = np.array([[241, 0, 55537]], np.uint16)
        with RasterReader(make_raster("a.tif", pixels, nodata=-9999)) as reader:
            assert reader.nodata == (None,)
            assert reader.valid(reader.read(reader.grid.window)).all()

    def test_validity_needs_no_file(self):
        pixels = np.array([[1.0, 0.0], [np.nan, 1.0], [1.0, 1.0], [0.0, 1.0]])
        assert valid_values(pixels, (None, 0.0)).all(axis=-1).tolist() == [False, False, True, True]


class TestRefusals:
    def test_no_image(self):
        with pytest.raises(InputError, match=r"No image was given"):
            RasterReader([])

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(InputError, match=r"nowhere.tif.*cannot be opened"):
            RasterReader(str(tmp_path / "nowhere.tif"))

    @pytest.mark.parametrize("content", [b"", b"no raster at all"])
    def test_a_file_that_is_not_a_raster(self, tmp_path, content):
        (tmp_path / "text.tif").write_bytes(content)
        with pytest.raises(InputError, match=r"text.tif.*cannot be opened"):
            RasterReader(str(tmp_path / "text.tif"))

    def test_a_truncated_file_is_refused_when_reading(self, make_raster):
        path = make_raster("cut.tif", random_pixels((200, 200), np.float32))
        os.truncate(path, 80_000)
        with RasterReader(path) as reader, pytest.raises(InputError, match=r"cut.tif.*cannot be read"):
            reader.read(reader.grid.window)

    def test_complex_pixels(self, make_raster):
        path = make_raster("radar.tif", np.ones((2, 2), np.complex64))
        with pytest.raises(InputError, match=r"radar.tif.*CFloat32"):
            RasterReader(path)

    @pytest.mark.parametrize(
        "other",
        [{"origin": (500010.0, 5800000.0)}, {"pixel_size": (20.0, -20.0)}, {"origin": (500000.0, 5799995.0)}],
    )
    def test_another_grid_names_both_files_and_both_grids(self, make_raster, other):
        first = make_raster("first.tif", np.zeros((3, 4), np.uint8))
        second = make_raster("second.tif", np.zeros((3, 4), np.uint8), **other)
        with pytest.raises(InputError, match=r"second.tif.*first.tif.*different grids") as error:
            RasterReader([first, second])
        for grid in (RasterReader(path).grid for path in (first, second)):
            assert f"({grid.geotransform[0]:g}, {grid.geotransform[3]:g})" in str(error.value)

    def test_another_size(self, make_raster):
        first = make_raster("first.tif", np.zeros((3, 4), np.uint8))
        second = make_raster("second.tif", np.zeros((3, 5), np.uint8))
        with pytest.raises(InputError, match=r"expected 4 × 3 pixels .* received 5 × 3 pixels"):
            RasterReader([first, second])

    def test_another_crs(self, make_raster):
        first = make_raster("first.tif", np.zeros((3, 4), np.uint8))
        second = make_raster("second.tif", np.zeros((3, 4), np.uint8), crs="EPSG:32632")
        with pytest.raises(InputError, match=r"second.tif.*EPSG:32632.*first.tif.*EPSG:32633"):
            RasterReader([first, second])

    @pytest.mark.parametrize("reverse", [False, True])
    def test_no_crs_on_one_names_that_one(self, make_raster, reverse):
        known = make_raster("known.tif", np.zeros((3, 4), np.uint8))
        bare = make_raster("bare.tif", np.zeros((3, 4), np.uint8), crs=None)
        with pytest.raises(
            InputError, match=r"bare.tif. has no coordinate reference system, but .known.tif.*EPSG:32633"
        ):
            RasterReader([bare, known] if reverse else [known, bare])

    def test_no_crs_on_all_is_fine(self, make_raster):
        paths = [make_raster(name, np.zeros((3, 4), np.uint8), crs=None) for name in ("a.tif", "b.tif")]
        assert RasterReader(paths).grid.crs == ""


class TestCrs:
    def test_a_crs_is_the_same_however_it_is_written(self, wkt):
        from osgeo import osr

        reference = osr.SpatialReference()
        reference.ImportFromEPSG(32633)
        assert same_crs(wkt("EPSG:32633"), reference.ExportToWkt(["FORMAT=WKT2_2018"]))
        assert not same_crs(wkt("EPSG:32633"), wkt("EPSG:32632"))

    def test_an_unknown_crs_equals_only_another_unknown_one(self, wkt):
        assert same_crs("", "")
        assert not same_crs("", wkt("EPSG:4326"))
        assert not same_crs(wkt("EPSG:4326"), "")
        require_same_crs("a", "", "b", "")

    def test_a_crs_is_named_by_its_code_else_by_its_name(self, wkt):
        assert crs_name(wkt("EPSG:4326")) == "EPSG:4326"
        assert crs_name('LOCAL_CS["my plane",UNIT["metre",1]]') == "my plane"

    def test_equal_grids_are_not_refused(self, wkt):
        require_same_grid("a", Grid(3, 4, TRANSFORM, wkt("EPSG:32633")), "b", Grid(3, 4, TRANSFORM, wkt("EPSG:32633")))


class TestWriting:
    @pytest.mark.parametrize("tiled", [True, False])
    @pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
    def test_what_is_written_comes_back(self, tmp_path, wkt, dtype, tiled):
        path, pixels = str(tmp_path / "a.tif"), random_pixels((300, 270, 3), dtype)
        grid = Grid(270, 300, TRANSFORM, wkt("EPSG:32633"))
        profile = RasterProfile(3, dtype, nodata=7, band_names=("ä", "b", "c"))
        with RasterWriter(path, grid, profile, strip_rows=None if tiled else 1) as writer:
            for block in grid.window.blocks(100, 130):
                writer.write(block.x, block.y, pixels[block.slices])
        with RasterReader(path) as reader:
            assert (reader.read(grid.window) == pixels).all()
            assert reader.dtype == dtype
            assert reader.band_names == ("ä", "b", "c")
            assert reader.nodata == (7, 7, 7)
            assert reader.grid.same_pixels_as(grid)
            assert same_crs(reader.grid.crs, grid.crs)
            assert reader.block_shape == ((256, 256) if tiled else (270, 1))

    def test_a_single_band_may_be_written_without_its_axis(self, tmp_path, read_pixels):
        path, pixels = str(tmp_path / "a.tif"), random_pixels((5, 6), np.int16)
        with RasterWriter(path, Grid(6, 5), RasterProfile(1, np.int16)) as writer:
            writer.write(0, 0, pixels)
        assert (read_pixels(path)[..., 0] == pixels).all()

    def test_nan_nodata_and_an_absent_one_are_recorded(self, tmp_path):
        for nodata in (np.nan, None):
            path = str(tmp_path / f"{nodata}.tif")
            with RasterWriter(path, Grid(2, 2), RasterProfile(1, np.float32, nodata=nodata)) as writer:
                writer.write(0, 0, np.zeros((2, 2), np.float32))
            recorded = RasterReader(path).nodata[0]
            assert recorded is None if nodata is None else np.isnan(recorded)

    def test_an_exception_of_the_caller_passes_unchanged(self, tmp_path):
        with pytest.raises(KeyError), RasterWriter(str(tmp_path / "a.tif"), Grid(2, 2), RasterProfile(1, np.uint8)):
            raise KeyError

    def test_a_missing_folder_is_an_output_error_naming_the_file(self, tmp_path):
        with pytest.raises(OutputError, match=r"a.tif"):
            RasterWriter(str(tmp_path / "nowhere" / "a.tif"), Grid(2, 2), RasterProfile(1, np.uint8))

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of file sizes")
    @pytest.mark.parametrize("share", [0.01, 0.5, 0.99, 1])
    def test_a_full_disk_is_an_output_error_and_leaves_nothing(self, root, tmp_path, share):
        """The disk may be full at the first pixel or only at the last byte, when GDAL closes the file."""
        command = [sys.executable, "-c", FILL_THE_DISK, str(root), str(tmp_path / "big.tif"), str(share)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=True)
        assert done.stdout.startswith("OutputError")
        assert "big.tif" in done.stdout
        assert os.listdir(tmp_path) == []


class TestLegend:
    @pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32])
    def test_names_and_colors_come_back(self, tmp_path, dtype):
        folder = tmp_path / "out"
        folder.mkdir()
        with (
            replacing(str(folder / "map.tif")) as (temporary,),
            RasterWriter(temporary, Grid(2, 2), RasterProfile(1, dtype, classes=CLASSES)) as writer,
        ):
            writer.write(0, 0, np.full((2, 2), 5, dtype))
        assert read_legend(str(folder / "map.tif")) == {c.value: c for c in CLASSES}

    def test_negative_and_large_values_come_back(self, tmp_path):
        classes = ClassMap.of([LandClass(-30000, "a"), LandClass(300, "b")])
        with RasterWriter(str(tmp_path / "map.tif"), Grid(1, 1), RasterProfile(1, np.int16, classes=classes)) as writer:
            writer.write(0, 0, np.full((1, 1), 300, np.int16))
        assert read_legend(str(tmp_path / "map.tif")) == {c.value: c for c in classes}

    def test_the_color_table_alone_gives_colors(self, tmp_path):
        path = str(tmp_path / "map.tif")
        with RasterWriter(path, Grid(1, 1), RasterProfile(1, np.uint8, classes=CLASSES)) as writer:
            writer.write(0, 0, np.full((1, 1), 5, np.uint8))
        os.remove(path + ".aux.xml")
        legend = read_legend(path)
        assert legend[5] == LandClass(5, "", "#a15c44")
        assert legend[200].color == "#7fbcfc"

    def test_category_names_are_read(self, make_raster):
        from osgeo import gdal

        path = make_raster("map.tif", np.ones((2, 2), np.uint8))
        dataset = gdal.OpenEx(path, gdal.OF_UPDATE)
        dataset.GetRasterBand(1).SetCategoryNames(["water", "forest"])
        del dataset
        assert read_legend(path) == {0: LandClass(0, "water"), 1: LandClass(1, "forest")}

    def test_a_plain_raster_has_no_legend(self, ramp):
        assert read_legend(ramp) == {}


class TestScaledVrt:
    GAIN, BIAS = (0.25, 2.0, -0.001), (0.0, -3.5, 10.0)

    @pytest.fixture
    def source(self, make_raster):
        pixels = random_pixels((20, 30, 2), np.uint16)
        pixels[3, 4], pixels[5, 6] = 0, 0
        more = np.random.default_rng(2).standard_normal((20, 30)).astype(np.float32)
        paths = [make_raster("a & <b>.tif", pixels, nodata=0), make_raster("ä.tif", more)]
        return paths, np.dstack([pixels, more])

    def write(self, paths, path, tags=None):
        with RasterReader(paths) as reader:
            names = ("one & <two>", "two", "three")
            write_scaled_vrt(str(path), reader, self.GAIN, self.BIAS, names, tags or {}, str(path.parent))

    def test_pixels_are_source_times_gain_plus_bias_and_nan_on_nodata(self, tmp_path, source, read_pixels):
        self.write(source[0], tmp_path / "scaled.vrt")
        expected = source[1].astype(np.float64) * self.GAIN + self.BIAS
        expected[source[1][..., 0] == 0, :2] = np.nan
        read = read_pixels(tmp_path / "scaled.vrt")
        assert read.dtype == np.float32
        np.testing.assert_allclose(read, expected, rtol=1e-6, atol=1e-6)
        assert np.isnan(read).sum() == 4

    def test_grid_names_and_tags_are_kept(self, tmp_path, source):
        self.write(source[0], tmp_path / "scaled.vrt", {"A": {"text": 'ä & <"b">', "number": 0.1}})
        with RasterReader(source[0]) as raw, RasterReader(str(tmp_path / "scaled.vrt")) as reader:
            assert reader.grid.same_pixels_as(raw.grid)
            assert same_crs(reader.grid.crs, raw.grid.crs)
            assert reader.band_names == ("one & <two>", "two", "three")
            assert reader.tag("A") == {"text": 'ä & <"b">', "number": 0.1}

    def test_sources_are_relative_so_that_both_can_move(self, tmp_path, source, read_pixels):
        (tmp_path / "sub").mkdir()
        self.write(source[0], tmp_path / "sub" / "scaled.vrt")
        before = read_pixels(tmp_path / "sub" / "scaled.vrt")
        moved = tmp_path.with_name(tmp_path.name + "-moved")
        shutil.move(tmp_path, moved)
        np.testing.assert_array_equal(read_pixels(moved / "sub" / "scaled.vrt"), before)

    def test_a_dataset_name_is_kept_as_it_is(self, tmp_path, ramp, read_pixels):
        path = tmp_path / "scaled.vrt"
        with RasterReader(f"GTIFF_DIR:1:{ramp}") as reader:
            write_scaled_vrt(str(path), reader, (2.0, 1.0), (0.0, 1.0), ("a", "b"), {}, str(tmp_path))
        assert ElementTree.parse(path).find(".//SourceFilename").get("relativeToVRT") == "0"
        np.testing.assert_array_equal(read_pixels(path), read_pixels(ramp) * np.float32([2, 1]) + np.float32([0, 1]))


def test_errors_are_sentences_of_rasterlearn():
    assert issubclass(InputError, RasterLearnError)
    assert issubclass(OutputError, RasterLearnError)


def test_tags_are_plain_json_in_the_file(tmp_path):
    from osgeo import gdal

    path = str(tmp_path / "a.tif")
    with RasterWriter(path, Grid(1, 1), RasterProfile(1, np.uint8, tags={"A": [1, 2]})) as writer:
        writer.write(0, 0, np.zeros((1, 1), np.uint8))
    dataset = gdal.OpenEx(path)
    assert json.loads(dataset.GetMetadataItem("A", "RASTERLEARN")) == [1, 2]
    del dataset


@pytest.mark.parametrize("nodata", [-9999, 256.0, 0.5, float("inf")])
def test_a_nodata_value_that_the_type_cannot_have_excludes_nothing(nodata):
    assert valid_values(np.arange(256, dtype=np.uint8)[:, np.newaxis], (nodata,)).all()


def test_infinity_is_not_valid():
    assert valid_values(np.array([[1.0], [np.inf], [np.nan]], np.float32), (None,)).ravel().tolist() == [1, 0, 0]


def test_a_stack_of_types_without_a_common_integer_is_read_as_float(make_raster):
    from osgeo import gdal

    signed = make_raster("signed.tif", np.array([[-5]], np.int32))
    unsigned = str(signed).replace("signed.tif", "unsigned.tif")
    gdal.Translate(unsigned, signed, outputType=gdal.GDT_UInt32, scaleParams=[[-5, 0, 4_000_000_000, 0]])
    with RasterReader([signed, unsigned]) as reader:
        assert reader.read(reader.grid.window).tolist() == [[[-5.0, 4_000_000_000.0]]]


def test_damaged_metadata_are_refused(make_raster):
    from osgeo import gdal

    path = make_raster("a.tif", np.ones((2, 2), np.uint8))
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.SetMetadata({"NORMALIZATION": "{"}, "RASTERLEARN")
    del dataset
    with RasterReader(path) as reader, pytest.raises(InputError, match="damaged"):
        reader.tag("NORMALIZATION")


def limited_writing(code, root, bytes_allowed):
    """Runs code that writes under a limit of the size of files; returns what it printed."""
    script = f"""
import resource, signal, sys
sys.path.insert(0, {str(root)!r})
import engine; engine.load_package()
import numpy as np
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.base.errors import OutputError
from rasterlearn.core.base.outputs import replacing
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.core.samples.points import Points, write_points
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes_allowed}, {bytes_allowed}))
try:
{code}
    print("written")
except OutputError as error:
    print("refused", error)
"""
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("bytes_allowed", "outcome"), [(8000, "refused"), (100_000, "written")])
def test_class_names_cut_short_by_a_full_disk_are_noticed(root, tmp_path, bytes_allowed, outcome):
    code = f"""
    classes = ClassMap.of([LandClass(i, f"class {{i}}") for i in range(200)])
    with replacing({str(tmp_path / "m.tif")!r}) as (path,):
        with RasterWriter(path, Grid(1, 1), RasterProfile(1, np.uint8, classes=classes)) as writer:
            writer.write(0, 0, np.zeros((1, 1), np.uint8))
"""
    assert limited_writing(code, root, bytes_allowed).startswith(outcome)
    assert bool(list(tmp_path.iterdir())) == (outcome == "written")


@pytest.mark.parametrize(
    ("bytes_allowed", "outcome"), [(150_000, "refused"), (200_000, "refused"), (260_000, "refused"), (10**7, "written")]
)
def test_points_cut_short_by_a_full_disk_are_noticed(root, tmp_path, bytes_allowed, outcome):
    code = f"""
    with replacing({str(tmp_path / "p.gpkg")!r}) as (path,):
        write_points(path, Points("p", np.arange(2000.0), np.zeros(2000), "", {{"class": list(range(2000))}}))
"""
    assert limited_writing(code, root, bytes_allowed).startswith(outcome)
    assert bool(list(tmp_path.iterdir())) == (outcome == "written")


def signed_bytes(path, values, wkt, nodata=None):
    """A raster of signed bytes as GDAL before 3.7 writes them: bytes with a metadata item."""
    height, width = values.shape
    driver = gdal.GetDriverByName("GTiff")
    if hasattr(gdal, "GDT_Int8"):
        dataset = driver.Create(str(path), width, height, 1, gdal.GDT_Int8)
    else:
        dataset = driver.Create(str(path), width, height, 1, gdal.GDT_Byte, ["PIXELTYPE=SIGNEDBYTE"])
    dataset.SetGeoTransform((500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0))
    dataset.SetProjection(wkt("EPSG:32633"))
    dataset.GetRasterBand(1).WriteRaster(0, 0, width, height, values.astype(np.int8).tobytes())
    if nodata is not None:
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
    return str(path)


class TestSignedBytes:
    VALUES = np.arange(-128, 128).reshape(16, 16)

    def test_negative_values_stay_negative(self, tmp_path, wkt, make_raster):
        path = signed_bytes(tmp_path / "s.tif", self.VALUES, wkt, nodata=-1)
        with RasterReader(path) as reader:
            pixels = reader.read(reader.grid.window)
            assert (pixels[..., 0] == self.VALUES).all()
            assert (reader.valid(pixels) == (self.VALUES != -1)).all()
        other = make_raster("o.tif", np.full((16, 16), 60000, np.uint16))
        with RasterReader([other, path]) as reader:
            assert (reader.read(reader.grid.window)[..., 1] == self.VALUES).all()

    def test_also_in_another_crs(self, tmp_path, wkt):
        path = signed_bytes(tmp_path / "s.tif", np.full((200, 200), -7), wkt)
        here, there = osr.SpatialReference(wkt("EPSG:32633")), osr.SpatialReference(wkt("EPSG:32632"))
        x, y, _ = osr.CoordinateTransformation(here, there).TransformPoint(501000.0, 5799000.0)
        with open_warped(path, Grid(5, 5, (x, 10.0, 0.0, y, 0.0, -10.0), wkt("EPSG:32632"))) as reader:
            assert (reader.read(reader.grid.window)[..., 0] == -7).all()

    @pytest.mark.skipif(hasattr(gdal, "GDT_Int8"), reason="GDAL has a type for them")
    def test_a_virtual_raster_of_them_is_refused(self, tmp_path, wkt):
        path = signed_bytes(tmp_path / "s.tif", self.VALUES, wkt)
        with RasterReader(path) as reader, pytest.raises(InputError, match=r"s.tif. has signed bytes"):
            write_scaled_vrt(str(tmp_path / "s.vrt"), reader, [1.0], [0.0], ["a"], {}, str(tmp_path))


def wide_integers(path, values, kind, nodata=None):
    """A raster of 64-bit integers, as numpy's arrays are by default."""
    height, width = values.shape
    dataset = gdal.GetDriverByName("GTiff").Create(path, width, height, 1, kind)
    dataset.SetGeoTransform(TRANSFORM)
    dataset.GetRasterBand(1).WriteArray(values)
    if nodata is not None:
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
    del dataset
    return path


needs_wide_integers = pytest.mark.skipif(not hasattr(gdal, "GDT_Int64"), reason="GDAL below 3.5 has no such type")


@needs_wide_integers
@pytest.mark.parametrize("nodata", [None, 7, -9999, -(2**63), 2**63 - 1])
def test_integers_of_64_bits_are_read_where_they_fit_32(tmp_path, nodata):
    values = np.array([[0, 1, -2147483647], [2147483646, 5, nodata or 0]], np.int64)
    path = wide_integers(str(tmp_path / "a.tif"), values, gdal.GDT_Int64, nodata)
    with RasterReader(path) as reader:
        pixels = reader.read(reader.grid.window)
        assert reader.dtype == np.int32
        assert pixels.ravel()[:5].tolist() == values.ravel()[:5].tolist()
        assert reader.valid(pixels).ravel().tolist() == [True] * 5 + [nodata is None]


@needs_wide_integers
@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, 2**63 - 1, -(2**63)])
def test_integers_beyond_32_bits_are_refused_when_they_are_read(tmp_path, value):
    values = np.full((4, 3), 3, np.int64)
    values[3, 0] = value
    with RasterReader(wide_integers(str(tmp_path / "a.tif"), values, gdal.GDT_Int64)) as reader:
        assert (reader.read(Window(0, 0, 3, 3)) == 3).all()
        with pytest.raises(InputError, match="64 bits, some of them outside .*Convert it to Int32"):
            reader.read(reader.grid.window)


@needs_wide_integers
def test_unsigned_integers_of_64_bits(tmp_path):
    values = np.array([[0, 2**32 - 2, 2**64 - 1]], np.uint64)
    path = wide_integers(str(tmp_path / "a.tif"), values, gdal.GDT_UInt64)
    with RasterReader(path) as reader, pytest.raises(InputError, match="64 bits"):
        reader.read(reader.grid.window)
    assert reader.dtype == np.uint32
    path = wide_integers(str(tmp_path / "b.tif"), values[:, :2], gdal.GDT_UInt64)
    with RasterReader([path, path]) as reader:
        assert reader.read(reader.grid.window).ravel().tolist() == [0, 0, 2**32 - 2, 2**32 - 2]


def test_damaged_geo_keys_are_refused_with_a_sentence_if_gdal_minds(make_raster):
    path = make_raster("a.tif", np.ones((4, 4), np.uint8))
    with open(path, "r+b") as file:
        contents = file.read()
        file.seek(contents.index((34737).to_bytes(2, "little") + (2).to_bytes(2, "little")))
        file.write((65000).to_bytes(2, "little"))  # the tag with the texts becomes an unknown one
    try:
        gdal.Open(path).GetGeoTransform()
    except RuntimeError:
        with pytest.raises(InputError, match="a.tif. cannot be opened"):
            RasterReader(path)
    else:
        RasterReader(path).close()


@pytest.mark.parametrize("contents", [b"", b"rubbish", b"II*\0rubbish"])
@pytest.mark.parametrize("ending", [".msk", ".ovr", ".aux.xml"])
def test_a_damaged_side_file_is_ignored_or_named(make_raster, contents, ending):
    path = make_raster("a.tif", np.ones((4, 4), np.uint8))
    with open(path + ending, "wb") as file:
        file.write(contents)
    try:
        with RasterReader(path) as reader:
            assert (reader.read(reader.grid.window) == 1).all()
    except InputError as error:  # of a mask, as it says which pixels count
        assert ending == ".msk" and "The mask of the image" in str(error)


def test_a_damaged_raster_in_another_crs_is_named(make_raster, wkt):
    pixels = np.random.default_rng(0).integers(0, 99, (400, 400)).astype(np.uint8)
    path = make_raster("elsewhere.tif", pixels, crs="EPSG:25833")
    with open(path, "r+b") as file:
        file.truncate(80_000)
    reader = open_warped(path, Grid(400, 400, TRANSFORM, wkt("EPSG:32633")))
    with reader, pytest.raises(InputError, match="image .elsewhere.tif. cannot be read"):
        reader.read(reader.grid.window)
