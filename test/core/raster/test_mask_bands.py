"""Mask bands: pixels that they hide are read as nodata."""

import os
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.images.normalization import Scaling, normalize
from rasterlearn.core.images.overlay import Overlay
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window
from rasterlearn.core.samples.patch_reader import cut_patches, touching_nodata


def hide(path, hidden, internal=False):
    """Adds a mask band to a file: inside it, or as a .msk file."""
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES" if internal else "NO")
    dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_UPDATE)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", None)
    mask = np.where(hidden, 0, 255).astype(np.uint8)
    dataset.GetRasterBand(1).GetMaskBand().WriteRaster(0, 0, *hidden.shape[::-1], mask.tobytes())
    dataset.FlushCache()
    del dataset
    assert os.path.exists(path + ".msk") != internal


@pytest.fixture
def hidden():
    where = np.zeros((30, 40), bool)
    where[5:9, 7:20] = where[29, 39] = True
    return where


@pytest.fixture
def values():
    return np.random.default_rng(3).integers(1, 250, (30, 40, 2))


@pytest.mark.parametrize("internal", [False, True])
@pytest.mark.parametrize(
    ("kind", "nodata", "dtype", "value"),
    [
        ("uint8", None, "int16", -32768),
        ("uint16", None, "int32", -(2**31)),
        ("int16", None, "int32", -(2**31)),
        ("int32", None, "float64", np.nan),
        ("float32", None, "float32", np.nan),
        ("uint16", 0, "uint16", 0),
        ("float32", -9999, "float32", -9999),
    ],
)
def test_masked_pixels_are_read_as_nodata(make_raster, values, hidden, internal, kind, nodata, dtype, value):
    path = make_raster("a.tif", values.astype(kind), nodata=nodata)
    hide(path, hidden, internal)
    window = Window(3, 2, 30, 28)
    with RasterReader(path) as reader:
        pixels = reader.read(window)
        assert (reader.is_masked, reader.dtype, reader.file_dtype) == (True, dtype, kind)
        assert reader.file_nodata == (nodata, nodata)
        assert np.array_equal(reader.valid(pixels), ~hidden[window.slices])
    expected = np.where(hidden[..., np.newaxis], value, values)[window.slices]
    assert np.array_equal(pixels, expected.astype(dtype), equal_nan=dtype.startswith("f"))


def test_the_values_of_other_nodata_stay_nodata(make_raster, values, hidden):
    values[20, 20, 1] = 0
    path = make_raster("a.tif", values.astype(np.uint16), nodata=0)
    hide(path, hidden)
    hidden[20, 20] = True
    with RasterReader(path) as reader:
        assert np.array_equal(reader.valid(reader.read(reader.grid.window)), ~hidden)


def test_an_image_without_a_mask_keeps_its_type(make_raster, values):
    with RasterReader(make_raster("a.tif", values.astype(np.uint8))) as reader:
        assert (reader.is_masked, reader.dtype, reader.nodata) == (False, np.uint8, (None, None))


def test_alpha_that_varies_is_a_band_and_not_a_mask(make_raster, values):
    path = make_raster("a.tif", np.where(values > 100, values, 0).astype(np.uint8))
    dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_UPDATE)
    dataset.GetRasterBand(2).SetColorInterpretation(gdal.GCI_AlphaBand)
    del dataset
    with RasterReader(path) as reader:
        assert not reader.is_masked and reader.dtype == np.uint8


def test_patches_never_touch_masked_pixels(make_raster, values, hidden):
    path = make_raster("a.tif", values.astype(np.uint16))
    hide(path, hidden)
    rows, columns = (axis.ravel() for axis in np.mgrid[2:28, 2:38])
    for nodata in (None, 7.0):  # a given value does not make masked pixels usable
        with RasterReader(path) as reader:
            _, reasons = cut_patches(reader, columns, rows, 4, 4, nodata)
        bad = hidden | ((values == nodata).any(axis=-1) if nodata else False)
        expected = [bad[r - 2 : r + 2, c - 2 : c + 2].any() for r, c in zip(rows, columns)]
        assert (reasons != 0).tolist() == expected
    with RasterReader(path) as reader:
        patches = np.full((2, 3, 3, 2), 5, reader.dtype)
        patches[1, 2, 2, 0] = reader.nodata[0]
        assert touching_nodata(reader, 0)(patches).tolist() == [False, True]


@pytest.mark.parametrize("ending", [".tif", ".vrt"])
@pytest.mark.parametrize("nodata", [None, 0])
def test_a_mask_survives_normalization(make_raster, values, hidden, tmp_path, ending, nodata):
    """Of a stack of two files where one is masked, and of its statistics."""
    values[hidden] = 5000
    values[12, 12] = 0
    masked = make_raster("a.tif", values.astype(np.uint16), nodata=nodata)
    hide(masked, hidden)
    other = make_raster("b.tif", values[..., 0].astype(np.uint8))
    output = str(tmp_path / f"n{ending}")
    transform = normalize([masked, other], output, Scaling("max"))
    if nodata == 0:
        hidden[12, 12] = True
    clear = values[~hidden]
    assert transform.gain == pytest.approx([1 / clear[:, 0].max(), 1 / clear[:, 1].max(), 1 / (clear[:, 0]).max()])
    with RasterReader(output) as reader:
        pixels = reader.read(reader.grid.window)
        assert np.array_equal(reader.valid(pixels), ~hidden)
        assert np.isnan(pixels[hidden][:, :2]).all()
    assert pixels[~hidden][:, :2] == pytest.approx(clear * transform.gain[:2])


@pytest.mark.parametrize("ending", [".tif", ".vrt"])
def test_what_one_of_several_masks_hides_is_nodata(make_raster, values, hidden, tmp_path, ending):
    first, second = (make_raster(f"{name}.tif", values.astype(np.uint8)) for name in "ab")
    hide(first, hidden)
    hide(second, hidden[:, ::-1], internal=True)
    normalize([first, second], str(tmp_path / f"n{ending}"))
    with RasterReader(str(tmp_path / f"n{ending}")) as reader:
        assert np.array_equal(reader.valid(reader.read(reader.grid.window)), ~(hidden | hidden[:, ::-1]))


@pytest.mark.parametrize("shown", [1, 2, 255])
def test_masks_of_several_files_in_any_combination(make_raster, values, hidden, tmp_path, shown):
    stacked = []
    for name, where in (("a", hidden), ("b", hidden[:, ::-1]), ("c", hidden[::-1])):
        make_raster(f"{name}.tif", values[..., 0].astype(np.uint8))
        make_raster(f"{name}_mask.tif", np.where(where, 0, shown).astype(np.uint8))
        source = '<SimpleSource><SourceFilename relativeToVRT="1">{}.tif</SourceFilename></SimpleSource>'
        band = '<VRTRasterBand dataType="Byte"{}>' + source + "</VRTRasterBand>"
        with RasterReader(str(tmp_path / f"{name}.tif")) as reader:
            place = ", ".join(map(str, reader.grid.geotransform))
        (tmp_path / f"{name}.vrt").write_text(
            f'<VRTDataset rasterXSize="40" rasterYSize="30"><GeoTransform>{place}</GeoTransform>'
            + band.format(' band="1"', name)
            + f"<MaskBand>{band.format('', name + '_mask')}</MaskBand></VRTDataset>"
        )
        stacked.append(str(tmp_path / f"{name}.vrt"))
    normalize(stacked, str(tmp_path / "n.vrt"))
    with RasterReader(str(tmp_path / "n.vrt")) as reader:
        valid = reader.valid(reader.read(reader.grid.window))
    assert np.array_equal(valid, ~(hidden | hidden[:, ::-1] | hidden[::-1]))


@pytest.mark.parametrize("ending", [".tif", ".vrt"])
@pytest.mark.parametrize(("masked", "hides"), [("a", True), ("dead", False)])
def test_a_mask_of_one_band_counts_by_its_band_in_another_order(
    make_raster, values, hidden, tmp_path, ending, masked, hides
):
    """That of a band that is left out hides nothing, wherever the band stands in the file."""
    names, pixels = ("a", "b", "dead"), np.concatenate([values, np.zeros((30, 40, 1))], axis=2).astype(np.uint8)
    learned = make_raster("learned.tif", pixels, nodata=0, names=names)
    normalize([learned], str(tmp_path / "learned_n.tif"))
    make_raster("mask.tif", np.where(hidden, 0, 255).astype(np.uint8))
    source = '<SourceFilename relativeToVRT="1">{}.tif</SourceFilename><SourceBand>{}</SourceBand>'
    band = '<VRTRasterBand dataType="Byte"><SimpleSource>' + source + "</SimpleSource>{}</VRTRasterBand>"
    mask = f"<MaskBand>{band.format('mask', 1, '')}</MaskBand>"
    described = "<Description>{}</Description><NoDataValue>0</NoDataValue>"
    bands = [
        band.format("learned", names.index(name) + 1, described.format(name) + (mask if name == masked else ""))
        for name in ("dead", "b", "a")
    ]
    with RasterReader(learned) as reader:
        place = ", ".join(map(str, reader.grid.geotransform))
    other, output = tmp_path / "other.vrt", str(tmp_path / f"n{ending}")
    other.write_text(
        f'<VRTDataset rasterXSize="40" rasterYSize="30"><GeoTransform>{place}</GeoTransform>'
        + "".join(bands)
        + "</VRTDataset>"
    )
    normalize([str(other)], output, Scaling(statistics_from=str(tmp_path / "learned_n.tif")))
    with RasterReader(output) as reader:
        assert np.array_equal(reader.valid(reader.read(reader.grid.window)), ~hidden | (not hides))


def test_labels_under_a_mask_are_not_covered(make_raster, values, hidden):
    path = make_raster("l.tif", values[..., 0].astype(np.uint8))
    hide(path, hidden)
    with RasterReader(path) as reader:
        grid = reader.grid
    for overlay in (Overlay(path), Overlay(path, grid.finer(2, 2), "finer")):
        found, covered = overlay.read(overlay.grid.window)
        factor = overlay.grid.width // 40
        assert np.array_equal(covered, ~np.kron(hidden, np.ones((factor, factor), bool)))
        clear = np.kron(values[..., 0], np.ones((factor, factor), int))
        assert np.array_equal(found[covered], clear[covered])


def test_a_mask_is_warped_with_its_raster(make_raster, wkt, values, hidden):
    path = make_raster("l.tif", values[..., 0].astype(np.uint8))
    hide(path, hidden)
    with RasterReader(path) as reader:
        grid = replace(reader.grid, crs=wkt("EPSG:25833"))  # the same pixels under another name
    found, covered = Overlay(path, grid).read(grid.window)
    assert np.array_equal(covered, ~hidden)
    assert np.array_equal(found[covered], values[..., 0][covered])
