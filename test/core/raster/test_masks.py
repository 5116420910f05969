"""Transparency, masks of single bands and transparent colors: which pixels of a file count."""

import os
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.band_statistics import band_statistics
from rasterlearn.core.images.masking import Mask, mask_image
from rasterlearn.core.images.normalization import Scaling, normalize
from rasterlearn.core.images.overlay import Overlay
from rasterlearn.core.raster import masks
from rasterlearn.core.raster.pixel_types import TAG_DOMAIN
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter

NODATA_OF = {"uint8": -32768, "uint16": -(2**31), "float32": np.nan}


def mark(path, number, meaning=gdal.GCI_AlphaBand):
    """Says in a file what the band `number`, counted from 1, means."""
    dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_UPDATE)
    dataset.GetRasterBand(number).SetColorInterpretation(meaning)
    dataset.FlushCache()
    del dataset
    return path


@pytest.fixture
def hidden():
    where = np.zeros((50, 60), bool)
    where[:, :17] = where[40, 55] = True
    return where


@pytest.fixture
def colors():
    return np.random.default_rng(0).integers(1, 250, (50, 60, 4))


def opaque(colors, hidden, alpha, largest):
    """The bands with the last one, or the one `alpha`, as transparency."""
    pixels = colors.astype(np.float64)
    pixels[..., alpha] = np.where(hidden, 0, largest)
    return pixels


@pytest.mark.parametrize(("kind", "largest"), [("uint8", 255), ("uint8", 128), ("uint16", 65535), ("float32", 1)])
@pytest.mark.parametrize("bands", [[0, 3], [0, 1, 2, 3], [0, 1, 2, 1, 3], [0, 3, 1]])
def test_transparent_pixels_are_nodata_in_all_bands(make_raster, colors, hidden, kind, largest, bands):
    alpha = bands.index(3)
    pixels = opaque(colors[..., bands], hidden, alpha, largest).astype(kind)
    path = mark(make_raster("a.tif", pixels), alpha + 1)
    with RasterReader(path) as reader:
        found = reader.read(reader.grid.window)
        assert (reader.is_masked, reader.alpha, reader.varying_alpha, reader.file_dtype) == (True, (alpha,), (), kind)
        assert np.array_equal(reader.valid(found), ~hidden)
    expected = np.where(hidden[..., np.newaxis], NODATA_OF[kind], pixels)
    assert np.array_equal(found, expected, equal_nan=True)


def test_a_nodata_value_takes_the_place_of_transparent_pixels(make_raster, colors, hidden):
    pixels = opaque(colors, hidden, 3, 255).astype(np.uint8)
    pixels[20, 30, 1] = 7
    path = mark(make_raster("a.tif", pixels, nodata=7), 4)
    with RasterReader(path) as reader:
        found = reader.read(reader.grid.window)
        assert reader.dtype == np.uint8 and (found[hidden] == 7).all()
        assert reader.valid(found).sum() == (~hidden & (pixels != 7).all(axis=-1)).sum()


@pytest.mark.parametrize("share", [0.0, 0.05])
def test_soft_edges_are_shown(make_raster, colors, hidden, share):
    pixels = opaque(colors, hidden, 3, 255)
    soft = ~hidden & (np.random.default_rng(1).random(hidden.shape) < share)
    pixels[soft, 3] = 100
    with RasterReader(mark(make_raster("a.tif", pixels.astype(np.uint8)), 4)) as reader:
        assert np.array_equal(reader.valid(reader.read(reader.grid.window)), ~hidden)


def test_a_band_that_varies_is_data_whatever_it_is_called(make_raster, colors, tmp_path):
    colors[::7, ::3, 3] = 0
    path = mark(make_raster("a.tif", colors.astype(np.uint8), names=["red", "green", "blue", "infrared"]), 4)
    with RasterReader(path) as reader:
        assert (reader.is_masked, reader.dtype, reader.varying_alpha) == (False, np.uint8, ("infrared",))
        assert np.array_equal(reader.read(reader.grid.window), colors)
    events = []
    normalize([path], str(tmp_path / "n.tif"), progress=Progress(events.append))
    told = [(e["event"], e["text"]) for e in events if "alpha" in e.get("text", "")]
    assert len(told) == 1 and told[0][0] == "info" and "“infrared” of “a.tif”" in told[0][1]


def test_another_meaning_hides_nothing(make_raster, colors, hidden):
    pixels = opaque(colors, hidden, 3, 255).astype(np.uint8)
    with RasterReader(mark(make_raster("a.tif", pixels), 4, gdal.GCI_Undefined)) as reader:
        assert not reader.is_masked and np.array_equal(reader.read(reader.grid.window), pixels)


def test_own_files_have_no_transparency(make_raster, colors, hidden, tmp_path):
    """GDAL calls the fourth band of bytes alpha by itself, such as the probability of a fourth class."""
    pixels = opaque(colors, hidden, 3, 250).astype(np.uint8)
    path = str(tmp_path / "written.tif")
    with (
        RasterReader(make_raster("a.tif", pixels)) as like,
        RasterWriter(path, like.grid, RasterProfile(4, "uint8")) as w,
    ):
        w.write(0, 0, pixels)
    tagged = mark(make_raster("tagged.tif", pixels), 4)
    dataset = gdal.OpenEx(tagged, gdal.OF_RASTER | gdal.OF_UPDATE)
    dataset.SetMetadata({"RESULT": '"probabilities"'}, TAG_DOMAIN)
    del dataset
    gaps = mark(make_raster("gaps.tif", pixels, names=["red", "green", "blue", "gap"]), 4)
    for name in (path, tagged, gaps):
        with RasterReader(name) as reader:
            assert not reader.is_masked and np.array_equal(reader.read(reader.grid.window), pixels)


def test_a_copy_keeps_the_transparency(make_raster, colors, hidden, tmp_path):
    path = mark(make_raster("a.tif", opaque(colors, hidden, 3, 255).astype(np.uint8)), 4)
    copy = str(tmp_path / "copy.tif")
    with RasterReader(path) as like, RasterWriter(copy, like.grid, RasterProfile(4, "uint8"), like=like) as writer:
        writer.write(0, 0, opaque(colors, hidden, 3, 255))
    with RasterReader(copy) as reader:
        assert np.array_equal(reader.valid(reader.read(reader.grid.window)), ~hidden)


@pytest.mark.parametrize("size", [(1, 1), (3, 700), (900, 1000)])
@pytest.mark.parametrize("block", [(1, 1), (256, 256), (1000, 1)])
def test_samples_lie_inside_and_begin_near_the_center(size, block):
    windows = list(masks.sample_windows(*size, block))
    assert 1 <= len(windows) <= 16 and len(set(windows)) == len(windows)
    assert all(w.x >= 0 and w.right <= size[0] and w.y >= 0 and w.bottom <= size[1] and w.pixels for w in windows)
    apart = [abs(w.x + w.width / 2 - size[0] / 2) + abs(w.y + w.height / 2 - size[1] / 2) for w in windows]
    assert apart[0] == min(apart)


@pytest.mark.parametrize("ending", [".tif", ".vrt"])
@pytest.mark.parametrize(("kind", "largest"), [("uint8", 255), ("uint16", 65535), ("float32", 0.25)])
def test_transparency_survives_normalization(make_raster, colors, hidden, tmp_path, ending, kind, largest):
    """Of a stack of two files with their own transparency, of which one has a mask, too."""
    first = opaque(colors, hidden, 3, largest).astype(kind)
    second = opaque(colors[..., :2], hidden[::-1, ::-1], 1, largest).astype(kind)
    paths = [mark(make_raster("a.tif", first), 4), mark(make_raster("b.tif", second), 2)]
    masked = np.zeros_like(hidden)
    masked[3:6, 30:40] = True
    dataset = gdal.OpenEx(paths[0], gdal.OF_RASTER | gdal.OF_UPDATE)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(np.where(masked, 0, 255).astype(np.uint8))
    del dataset
    shown = ~(hidden | hidden[::-1, ::-1] | masked)
    transform = normalize(paths, str(tmp_path / f"n{ending}"), Scaling("minmax"))
    stack = np.dstack([first, second]).astype(np.float64)
    lowest, highest = stack[shown].min(axis=0), stack[shown].max(axis=0)
    assert transform.gain[3] == transform.gain[5] == 0
    varying = [0, 1, 2, 4]
    assert np.array_equal(np.array(transform.gain)[varying], 1 / (highest - lowest)[varying])
    with RasterReader(str(tmp_path / f"n{ending}")) as reader:
        found = reader.read(reader.grid.window)
        assert np.array_equal(reader.valid(found), shown)
    expected = (stack * transform.gain + transform.bias)[shown]
    assert found[shown] == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("kind", ["uint8", "uint16"])
def test_statistics_are_those_of_the_shown_pixels_and_exact(make_raster, colors, hidden, kind):
    pixels = opaque(colors, hidden, 3, 255).astype(kind)
    found = band_statistics([[mark(make_raster("a.tif", pixels), 4)]], 2, 98)
    alone = make_raster("b.tif", pixels[~hidden].reshape(1, -1, 4))
    assert found == band_statistics([[mark(alone, 4, gdal.GCI_Undefined)]], 2, 98)


def test_tiles_with_and_without_transparency_have_statistics_together(make_raster, colors, hidden):
    pixels = opaque(colors, hidden, 3, 255).astype(np.uint8)
    plain = mark(make_raster("a.tif", pixels), 4, gdal.GCI_Undefined)
    found = band_statistics([[plain], [mark(make_raster("b.tif", pixels), 4)]], 2, 98)
    assert [s.count for s in found] == [3000 + (~hidden).sum()] * 4


@pytest.mark.parametrize("ending", [".tif", ".vrt"])
@pytest.mark.parametrize("nodata", [None, 7])
def test_masks_of_single_bands(make_raster, colors, hidden, tmp_path, ending, nodata):
    path = make_raster("a.tif", colors[..., :2].astype(np.uint8), nodata=nodata)
    missing = np.dstack([np.zeros_like(hidden), hidden]) | (colors[..., :2] == nodata)
    mask = make_raster(
        "a.tif.msk", np.dstack([np.full_like(hidden, 255, int), np.where(hidden, 0, 255)]).astype(np.uint8)
    )
    dataset = gdal.OpenEx(mask, gdal.OF_RASTER | gdal.OF_UPDATE)
    dataset.SetMetadata({"INTERNAL_MASK_FLAGS_1": "0", "INTERNAL_MASK_FLAGS_2": "0"})
    del dataset
    assert os.path.exists(path + ".msk")
    with RasterReader(path) as reader:
        found = reader.read(reader.grid.window)
        assert np.array_equal(found[..., 0], colors[..., 0])
        assert np.array_equal(found[..., 1], np.where(hidden, nodata or -32768, colors[..., 1]))
    normalize([path], str(tmp_path / f"n{ending}"))
    with RasterReader(str(tmp_path / f"n{ending}")) as reader:
        found = reader.read(reader.grid.window)
    assert np.array_equal(np.isnan(found).any(axis=-1), missing.any(axis=-1))
    assert ending == ".vrt" or np.array_equal(np.isnan(found), missing)


def paletted(path, transparent, names=()):
    """Gives a file colors, of which those of the values `transparent` are."""
    dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_READONLY)
    table = gdal.ColorTable()
    for value in range(6):
        table.SetColorEntry(value, (40 * value, 10, 20, 0 if value in transparent else 255))
    copy = gdal.GetDriverByName("VRT").CreateCopy(path + ".vrt", dataset)
    copy.GetRasterBand(1).SetColorTable(table)
    copy.GetRasterBand(1).SetColorInterpretation(gdal.GCI_PaletteIndex)
    copy.GetRasterBand(1).SetCategoryNames(list(names))
    del copy
    return path + ".vrt"


@pytest.mark.parametrize(
    ("transparent", "names", "expected"),
    [((), (), []), ((0, 3), (), [0, 3]), ((0, 3), ("", "", "", "water"), [0]), (range(6), (), [])],
)
def test_transparent_colors_without_a_name(make_raster, wkt, transparent, names, expected):
    values = np.random.default_rng(0).integers(0, 6, (30, 40)).astype(np.uint8)
    path = paletted(make_raster("a.tif", values), transparent, names)
    hidden = np.isin(values, expected)
    with RasterReader(path) as reader:
        found, grid = reader.read(reader.grid.window), reader.grid
        assert reader.is_masked == bool(expected) and np.array_equal(reader.valid(found), ~hidden)
    for other in (grid, replace(grid, crs=wkt("EPSG:25833"))):
        values_found, covered = Overlay(path, other).read(grid.window)
        assert np.array_equal(covered if covered is not None else np.ones_like(hidden), ~hidden)
        assert np.array_equal(values_found[~hidden], values[~hidden])


def test_transparent_colors_of_a_mask_hide_nothing(make_raster, wkt, tmp_path):
    """Clear pixels of a mask of clouds are often transparent, so that the image can be seen."""
    values = np.random.default_rng(0).integers(0, 2, (30, 40)).astype(np.uint8)
    image = make_raster("image.tif", np.full((30, 40), 9, np.uint8))
    path = paletted(make_raster("clouds.tif", values), [0])
    assert mask_image(image, Mask(path), str(tmp_path / "m.tif"), nodata=0) == values.sum()
    with RasterReader(image) as reader:
        grid = replace(reader.grid, crs=wkt("EPSG:25833"))
    found, covered = Overlay(path, grid, is_mask=True).read(grid.window)
    assert covered is None and np.array_equal(found, values)


def test_transparent_labels_are_not_covered_wherever_they_are_read(make_raster, wkt, colors, hidden):
    path = mark(make_raster("l.tif", opaque(colors[..., [0, 3]], hidden, 1, 255).astype(np.uint8)), 2)
    with RasterReader(path) as reader:
        grid = reader.grid
    for other in (grid, replace(grid, crs=wkt("EPSG:25833"))):
        found, covered = Overlay(path, other).read(grid.window)
        assert np.array_equal(covered, ~hidden)
        assert np.array_equal(found[covered], colors[..., 0][covered])


def test_joint_nodata_hides_only_pixels_that_have_it_in_all_bands(make_raster):
    pixels = np.array([[[0, 0], [0, 5]], [[7, 0], [3, 4]]], np.uint8)
    path = make_raster("joint.tif", pixels, nodata=0)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.SetMetadataItem("NODATA_VALUES", "0 0")
    del dataset
    with RasterReader(path) as reader:
        read = reader.read(reader.grid.window)
        assert reader.valid(read).tolist() == [[False, True], [True, True]]
        assert read[0, 1].tolist() == [0, 5]


def test_what_a_vrt_fills_gaps_with_is_clipped_as_in_its_own_type(make_raster, tmp_path):
    path = str(tmp_path / "gaps.vrt")
    dataset = gdal.GetDriverByName("VRT").Create(path, 4, 3, 0)
    for kind in ("Gray", "Alpha"):
        dataset.AddBand(gdal.GDT_Byte)
        band = dataset.GetRasterBand(dataset.RasterCount)
        band.SetColorInterpretation(gdal.GCI_AlphaBand if kind == "Alpha" else gdal.GCI_GrayIndex)
        band.SetNoDataValue(-10000)
    dataset = band = None
    with RasterReader(path) as reader:
        assert not reader.valid(reader.read(reader.grid.window)).any()
