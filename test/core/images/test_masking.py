"""Masks of unusable pixels, and masked images."""

import os

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.errors import InputError, OutputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.masking import Mask, Unusable, grown, mask_image
from rasterlearn.core.images.normalization import Scaling, normalize
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping.apply_model import apply_model
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.crs import crs_name
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples.patch_extraction import Cut, extract_patches

ENDINGS = pytest.mark.parametrize("ending", [".vrt", ".tif"])
HEIGHT, WIDTH = 34, 45


@pytest.fixture
def values():
    return np.random.default_rng(1).integers(1, 3000, (HEIGHT, WIDTH, 2)).astype(np.uint16)


@pytest.fixture
def classes():
    """A mask of the classes 0 ... 11, as those of Sentinel-2's scene classification."""
    return np.random.default_rng(2).integers(0, 12, (HEIGHT, WIDTH)).astype(np.uint8)


def hidden_in(path):
    with RasterReader(path) as reader:
        pixels = reader.read(reader.grid.window)
        return ~reader.valid(pixels), pixels


@pytest.mark.parametrize(
    ("values", "bits", "dtype", "expected"),
    [
        ("", "", "uint8", lambda v: v != 0),
        ("3", "", "uint8", lambda v: v == 3),
        ("2, 4,8-10", "", "uint8", lambda v: v in (2, 4, 8, 9, 10)),
        ("-5--2,7", "", "int16", lambda v: v in (-5, -4, -3, -2, 7)),
        ("0.5-1.25", "", "float32", lambda v: 0.5 <= v <= 1.25),
        ("", "1", "uint16", lambda v: (v // 2) % 2 == 1),
        ("", "3,10-11", "uint16", lambda v: bin(v | 1 << 16)[::-1][3] == "1" or "1" in bin(v | 1 << 16)[::-1][10:12]),
        ("5", "4", "uint16", lambda v: v == 5 or (v >> 4) & 1),
        ("", "31", "uint32", lambda v: v >= 2**31),
    ],
)
def test_values_and_bits(values, bits, dtype, expected):
    rng = np.random.default_rng(4)
    if dtype == "float32":
        found = rng.random((20, 30)).astype(dtype) * 2
    elif dtype == "uint32":
        found = rng.integers(0, 2**32, (20, 30)).astype(dtype)
    else:
        found = rng.integers(-6 if dtype == "int16" else 0, 4000 if bits else 12, (20, 30)).astype(dtype)
    wanted = np.array([[bool(expected(v)) for v in row] for row in found.tolist()])
    assert 0 < wanted.sum() < wanted.size
    assert np.array_equal(Unusable.parse(values, bits).where(found, None), wanted)


def test_nodata_and_nan_are_unusable():
    found = np.array([[1, 2, 9, 0]], np.float32)
    found[0, 3] = np.nan
    assert Unusable.parse("2").where(found, 9.0).tolist() == [[False, True, True, True]]


@pytest.mark.parametrize(
    ("values", "bits", "words"),
    [
        ("2;4", "", "MASK_VALUES must be"), ("a", "", "received “a”"), ("5-2", "", "MASK_VALUES"), ("1,,2", "", "1,,2"),
        ("", "-1", "MASK_BITS must be"), ("", "1.5", "MASK_BITS"),
        ("", "32", "MASK_BITS must be numbers of bits from 0 to 31"), ("", "3-1", "MASK_BITS"),
    ],
)  # fmt: skip
def test_texts_that_are_wrong(values, bits, words):
    with pytest.raises(InputError, match=words):
        Unusable.parse(values, bits)


@pytest.mark.parametrize("pixels", [0, 1, 3, 60])
def test_growing(pixels):
    where = np.random.default_rng(pixels).random((20, 31)) < 0.01
    expected = np.zeros_like(where)
    for row, column in zip(*np.nonzero(where)):
        expected[max(row - pixels, 0) : row + pixels + 1, max(column - pixels, 0) : column + pixels + 1] = True
    assert np.array_equal(grown(where, pixels), expected)


@ENDINGS
@pytest.mark.parametrize("nodata", [None, 0])
def test_masked_pixels_are_nodata_and_others_the_same(make_raster, values, classes, tmp_path, ending, nodata):
    values[3, 4, 0] = 0
    image = make_raster("a.tif", values, nodata=nodata)
    output = str(tmp_path / f"m{ending}")
    given = 65535 if nodata is None and ending == ".tif" else None
    masked = mask_image(image, Mask.of(make_raster("scl.tif", classes), "3,8-10"), output, nodata=given)
    unusable = np.isin(classes, (3, 8, 9, 10))
    assert masked == unusable.sum()
    hidden, pixels = hidden_in(output)
    assert np.array_equal(hidden, unusable | ((values == 0).any(axis=-1) & (nodata == 0)))
    assert np.array_equal(pixels[~unusable], values[~unusable])
    stored = gdal.Open(output)
    assert stored.GetRasterBand(1).DataType == gdal.GDT_UInt16
    raw = np.frombuffer(stored.ReadRaster(), np.uint16).reshape(2, HEIGHT, WIDTH)
    shown = np.moveaxis(values, -1, 0)
    if ending == ".tif":
        shown = np.where(unusable, given or 0, shown)
    assert np.array_equal(raw, shown)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        ["a.tif", "scl.tif", f"m{ending}", *(["m.vrt.msk"] if ending == ".vrt" else [])]
    )


@ENDINGS
@pytest.mark.parametrize("part", [(60, 700), (25, 64)])
def test_parts_and_a_buffer(make_raster, tmp_path, monkeypatch, ending, part):
    monkeypatch.setattr("rasterlearn.core.images.masking.parts_of", lambda r: list(r.grid.window.blocks(*part)))
    rng = np.random.default_rng(5)
    values = rng.random((700, 60)).astype(np.float32)
    mask = (rng.random((700, 60)) < 0.002).astype(np.uint8)
    output = str(tmp_path / f"m{ending}")
    mask_image(make_raster("a.tif", values), Mask.of(make_raster("m.tif", mask)), output, buffer_px=5)
    hidden, pixels = hidden_in(output)
    expected = np.zeros(mask.shape, bool)
    for row, column in zip(*np.nonzero(mask)):
        expected[max(row - 5, 0) : row + 6, max(column - 5, 0) : column + 6] = True
    assert np.array_equal(hidden, expected) and 0.1 < expected.mean() < 0.9
    assert np.array_equal(pixels[~hidden][:, 0], values[~hidden])


@ENDINGS
@pytest.mark.parametrize(("pixel_size", "shift"), [(20.0, (-10.0, 30.0)), (5.0, (-15.0, 5.0)), (10.0, (-34.0, 16.0))])
def test_masks_of_other_pixels(make_raster, values, tmp_path, ending, pixel_size, shift):
    """Each pixel has the value of the mask's pixel that holds its center; the mask does not cover all of the image."""
    mask = np.random.default_rng(6).integers(0, 3, (int(300 / pixel_size), int(380 / pixel_size))).astype(np.uint8)
    origin = 500000 + shift[0], 5800000 + shift[1]
    mask_path = make_raster("mask.tif", mask, origin=origin, pixel_size=(pixel_size, -pixel_size))
    warnings, output = [], str(tmp_path / f"m{ending}")
    masked = mask_image(
        make_raster("a.tif", values, nodata=0), Mask.of(mask_path, "2"), output, progress=warnings_in(warnings)
    )
    expected, outside = np.zeros((HEIGHT, WIDTH), bool), 0
    for row in range(HEIGHT):
        for column in range(WIDTH):
            x, y = 500000 + 10 * column + 5, 5800000 - 10 * row - 5
            r, c = int((origin[1] - y) // pixel_size), int((x - origin[0]) // pixel_size)
            inside = 0 <= r < mask.shape[0] and 0 <= c < mask.shape[1]
            expected[row, column] = not inside or mask[r, c] == 2
            outside += not inside
    assert np.array_equal(hidden_in(output)[0], expected)
    assert (masked, outside > 0) == (expected.sum(), True)
    assert any(f"tells nothing about {outside:,} pixels" in text for text in warnings)


def warnings_in(warnings):
    return Progress(lambda event: warnings.append(event["text"]) if event["event"] == "warning" else None)


def test_a_mask_in_another_crs(make_raster, values, classes, wkt, tmp_path):
    same_place = make_raster("m.tif", classes, crs="EPSG:25833")  # the same coordinates, but for centimeters
    output = str(tmp_path / "m.vrt")
    mask_image(make_raster("a.tif", values, nodata=0), Mask.of(same_place, "4"), output)
    assert np.array_equal(hidden_in(output)[0], classes == 4)


@ENDINGS
def test_nodata_in_the_mask_is_not_usable(make_raster, values, classes, tmp_path, ending):
    output, warnings = str(tmp_path / f"m{ending}"), []
    image = make_raster("a.tif", values, nodata=0)
    mask_image(image, Mask.of(make_raster("m.tif", classes, nodata=0), "4"), output, progress=warnings_in(warnings))
    assert np.array_equal(hidden_in(output)[0], np.isin(classes, (0, 4)))
    assert warnings == []
    mask_image(image, Mask.of(make_raster("m.tif", classes * 0, nodata=0), "4"), output, progress=warnings_in(warnings))
    assert ["All pixels" in text for text in warnings] == [True]


def test_a_masked_image_is_masked_again(make_raster, values, classes, tmp_path):
    image, mask = make_raster("a.tif", values), make_raster("m.tif", classes)
    once, twice = str(tmp_path / "once.vrt"), str(tmp_path / "twice.vrt")
    mask_image(image, Mask.of(mask, "4"), once)
    mask_image(once, Mask.of(mask, "7"), twice)
    assert np.array_equal(hidden_in(twice)[0], np.isin(classes, (4, 7)))
    copy = str(tmp_path / "twice.tif")
    mask_image(once, Mask.of(mask, "7"), copy, nodata=0)
    hidden, pixels = hidden_in(copy)
    assert np.array_equal(hidden, np.isin(classes, (4, 7))) and pixels.dtype == np.uint16
    assert np.array_equal(pixels[~hidden], values[~hidden])


@ENDINGS
def test_the_metadata_of_an_image_are_kept(make_raster, values, classes, tmp_path, ending):
    image = make_raster("a.tif", values.astype(np.float32), names=["red", "nir"])
    dataset = gdal.OpenEx(image, gdal.OF_RASTER | gdal.OF_UPDATE)
    dataset.SetMetadata({"SENSOR": "one <two>"})
    dataset.SetMetadata({"NORMALIZATION": "{}"}, "RASTERLEARN")
    band = dataset.GetRasterBand(2)
    band.SetScale(0.5), band.SetOffset(-3), band.SetUnitType("m"), band.SetMetadata({"WAVELENGTH": "842"})
    del band, dataset
    output = str(tmp_path / f"m{ending}")
    mask_image(image, Mask.of(make_raster("m.tif", classes), "4"), output)
    kept = gdal.Open(output)
    assert kept.GetMetadata()["SENSOR"] == "one <two>"
    assert kept.GetMetadata("RASTERLEARN") == {"NORMALIZATION": "{}"}
    band = kept.GetRasterBand(2)
    assert (band.GetDescription(), band.GetScale(), band.GetOffset(), band.GetUnitType()) == ("nir", 0.5, -3, "m")
    assert band.GetMetadata() == {"WAVELENGTH": "842"}
    with RasterReader(image) as before, RasterReader(output) as after:
        assert (before.grid.geotransform, crs_name(before.grid.crs)) == (
            after.grid.geotransform,
            crs_name(after.grid.crs),
        )
    colored = make_raster("c.tif", classes, nodata=255)
    dataset = gdal.OpenEx(colored, gdal.OF_RASTER | gdal.OF_UPDATE)
    table = gdal.ColorTable()
    table.SetColorEntry(3, (9, 8, 7, 255))
    dataset.GetRasterBand(1).SetColorTable(table)
    del dataset
    mask_image(colored, Mask.of(make_raster("m.tif", classes), "4"), output)
    kept = gdal.Open(output)
    assert kept.GetRasterBand(1).GetColorTable().GetColorEntry(3) == (9, 8, 7, 255)


def test_a_vrt_and_its_image_can_be_moved_together(make_raster, values, classes, tmp_path):
    (tmp_path / "here").mkdir()
    output = str(tmp_path / "here" / "m.vrt")
    image = make_raster("here/a.tif", values, nodata=0)
    mask_image(image, Mask.of(make_raster("m.tif", classes), "4"), output)
    os.rename(tmp_path / "here", tmp_path / "there")
    assert np.array_equal(hidden_in(str(tmp_path / "there" / "m.vrt"))[0], classes == 4)


@pytest.mark.parametrize(
    ("kind", "own", "options", "words"),
    [
        ("uint16", None, {}, "whole numbers and no nodata"),
        ("uint16", None, {"nodata": -1}, "cannot have this value"),
        ("uint16", 0, {"nodata": 9}, "has the nodata value 0 already"),
        ("uint16", 0, {"buffer_px": -1}, "BUFFER must be"),
        ("uint16", 0, {"bits": "1"}, "unsigned integers"),
    ],
)
def test_refusals(make_raster, values, classes, tmp_path, kind, own, options, words):
    mask = make_raster("m.tif", classes.astype(np.float32) if "bits" in options else classes)
    with pytest.raises(InputError, match=words):
        settings = dict(options)
        rule = Mask.of(mask, bits=settings.pop("bits", ""))
        mask_image(make_raster("a.tif", values.astype(kind), nodata=own), rule, str(tmp_path / "o.tif"), **settings)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tif", "m.tif"]


def test_a_band_without_such_bits(make_raster, values, classes, tmp_path):
    with pytest.raises(InputError, match="bit 8, but “m.tif” has 8 bits"):
        mask_image(
            make_raster("a.tif", values), Mask.of(make_raster("m.tif", classes), bits="8"), str(tmp_path / "o.vrt")
        )


def test_the_mask_of_the_output_cannot_be_an_input(make_raster, values, classes, tmp_path):
    image, mask, output = make_raster("a.tif", values), make_raster("m.tif", classes), str(tmp_path / "m.vrt")
    mask_image(image, Mask.of(mask, "4"), output)
    with pytest.raises(OutputError, match="would be lost"):
        mask_image(image, Mask.of(output + ".msk"), output)
    assert os.path.exists(output + ".msk")


def test_clear_pixels_with_the_value_of_nodata_give_a_warning(make_raster, values, classes, tmp_path):
    values[5, 5], classes[5, 5], warnings = 7, 1, []
    values[values == 7] = 8
    values[5, 5] = 7
    image, mask = make_raster("a.tif", values), make_raster("m.tif", classes)
    mask_image(image, Mask.of(mask, "4"), str(tmp_path / "o.tif"), nodata=7, progress=warnings_in(warnings))
    assert len(warnings) == 1 and warnings[0].startswith("1 clear pixels")


@ENDINGS
def test_from_masking_to_a_map(make_raster, make_vector, values, classes, tmp_path, ending):
    """Statistics ignore masked pixels, patches do not touch them, the map is nodata there."""
    cloudy = np.zeros((HEIGHT, WIDTH), bool)
    cloudy[10:16, 20:30] = True
    values[cloudy] = 60000
    image = make_raster("a.tif", values)
    mask = make_raster("qa.tif", np.where(cloudy, 1 << 3, 1 << 6).astype(np.uint16))
    masked, normalized = str(tmp_path / f"m{ending}"), str(tmp_path / f"n{ending}")
    mask_image(image, Mask.of(mask, bits="1,3"), masked, nodata=65535 if ending == ".tif" else None)
    transform = normalize([masked], normalized, Scaling("max"))
    assert transform.gain == pytest.approx(1 / values[~cloudy].max(axis=0).astype(float))

    places = [(r, c) for r in range(4, HEIGHT - 4, 3) for c in range(4, WIDTH - 4, 3)]
    points = make_vector(
        "p.gpkg",
        [(f"POINT ({500005 + 10 * c} {5799995 - 10 * r})", {"class": 1 + c % 2}) for r, c in places],
    )
    for number, path in enumerate((masked, normalized)):
        patches, labels = (str(tmp_path / f"{name}{number}.tif") for name in ("patches", "labels"))
        counts = extract_patches(points, [Cut(path, patches, 4, 4)], labels)
        touching = sum(cloudy[r - 2 : r + 2, c - 2 : c + 2].any() for r, c in places)
        assert 0 < touching < len(places)
        with RasterReader(patches) as reader:
            assert reader.grid.height == 4 * (len(places) - touching), counts

    rng = np.random.default_rng(0)
    forest = fit_forest(rng.random((40, 2), np.float32), np.arange(40) % 2, 2, trees=2)
    model, output = str(tmp_path / "f.rlmodel"), str(tmp_path / "map.tif")
    with RasterReader(normalized) as reader:
        source = Source.of_image(reader).with_fill([0.5, 0.5])
    two = ClassMap.of([LandClass(1, "a"), LandClass(2, "b")])
    save_model(model, Model.of_forest(forest, two, (source,), {}))
    for path in (masked, normalized):
        apply_model([path], model, output)
        assert np.array_equal(hidden_in(output)[0], cloudy)
