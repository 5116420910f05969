"""Images read with the bands, scales and offsets of another."""

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.as_learned import (
    UNCHANGED,
    Expected,
    Likening,
    adaptation_to,
    adapted,
    band_order,
    differ_in_part,
)
from rasterlearn.core.images.normalization import Scaling, normalize
from rasterlearn.core.raster.adapted_reader import AS_IT_IS, Adaptation
from rasterlearn.core.raster.raster_reader import RasterReader


@pytest.mark.parametrize(
    ("expected", "received", "order"),
    [
        (("B04", "B8A", "B12"), ("B04", "B12", "B8A"), (0, 2, 1)),
        (("red", "nir"), ("NIR", "Red "), (1, 0)),
        (("red", "nir"), ("red", "nir"), None),
        (("B4", "B8"), ("T32UQD_2020_B08_10m", "T32UQD_2020_B04_10m"), (1, 0)),
        (("T32_2019_B03", "T32_2019_B04"), ("T32_2020_B04", "T32_2020_B03"), (1, 0)),
        (("B4, central wavelength 665 nm", "B8A, central wavelength 865 nm"), ("B8A", "B04"), (1, 0)),
        (("B04", "B08"), ("red", "nir"), None),
        (("band 1", "band 2"), ("band 2", "band 1"), None),
        (("a", "a"), ("a", "a"), None),
        (("B04", "B08"), ("B04", "B03"), None),
        (("SR_B4", "SR_B5"), ("LC08_SR_B5", "LC08_SR_B4"), (1, 0)),
    ],
)
def test_bands_are_ordered_by_name(expected, received, order):
    assert band_order(expected, received) == order


@pytest.mark.parametrize(
    ("expected", "received", "differ"),
    [
        (("B04", "B8A"), ("B04", "B08"), True),
        (("B04", "B8A"), ("B8A", "B04"), False),
        (("B04", "B8A"), ("red", "nir"), False),
        (("band 1", "nir"), ("band 1", "red"), False),
        (("B1", "B10"), ("B01", "B10"), False),
        (("T32_2019_B03", "T32_2019_B04"), ("T32_2020_B03", "T32_2020_B08"), True),
        (("s_20170110", "s_20170201"), ("s_20180110", "s_20180201"), False),
    ],
)
def test_names_that_differ_in_part(expected, received, differ):
    assert differ_in_part(expected, received) == differ


@pytest.fixture
def image(make_raster):
    """image("a.tif", names, offset): 4 × 4 pixels of two bands, recorded with the scale 0.0001 and an offset."""

    def make(name, names=("red", "nir"), offset=-0.1):
        path = make_raster(name, np.arange(1000, 1032, dtype=np.uint16).reshape(4, 4, 2), names=names)
        dataset = gdal.Open(path, gdal.GA_Update)
        for number in (1, 2):
            dataset.GetRasterBand(number).SetScale(1e-4)
            dataset.GetRasterBand(number).SetOffset(offset)
        dataset.FlushCache()
        return path

    return make


EXPECTED = Expected("the first one", ("red", "nir"), ((1e-4, 0.0), (1e-4, 0.0)))
SHIFTED = Adaptation(None, (1.0, 1.0), (-1000.0, -1000.0))


def test_what_is_recorded_is_converted_unless_it_is_to_stay(image):
    with RasterReader(image("a.tif")) as reader:
        assert adaptation_to(EXPECTED, reader) == SHIFTED
        assert adaptation_to(EXPECTED, reader, UNCHANGED) == AS_IT_IS
        assert adaptation_to(EXPECTED, reader, declared=[(None, None)]) == AS_IT_IS
        assert adaptation_to(Expected("x", ("red", "nir")), reader) == AS_IT_IS
        assert adaptation_to(Expected("x", ("nir", "red")), reader, UNCHANGED) == Adaptation((1, 0))
        assert adaptation_to(Expected("x", ("red",), ((1e-4, 0.0),)), reader) == AS_IT_IS


def test_bands_of_which_only_one_record_is_known_are_a_warning_beside_converted_ones(image):
    events = []
    with RasterReader(image("a.tif", ("red", "nir"))) as reader:
        for known, unknown in ((((1e-4, 0.0), None), (1,)), ((None, (1e-4, -0.1)), ())):
            expected = Expected("the first one", ("red", "nir"), known)
            adaptation = adaptation_to(expected, reader)
            assert adaptation.unknown == unknown
            adapted(reader, adaptation, expected, Progress(events.append))
    (warning,) = (e["text"] for e in events if e["event"] == "warning")
    assert "Scale and offset of nir are recorded only in one of “a.tif” and the first one" in warning


def test_normalized_images_are_not_converted_again(image, tmp_path):
    output = str(tmp_path / "n.tif")
    normalize([image("a.tif")], output, Scaling("minmax"))
    with RasterReader(output) as reader:
        assert adaptation_to(EXPECTED, reader) == AS_IT_IS


def test_what_is_done_is_told_once(image):
    events = []
    with RasterReader(image("a.tif", offset=0.0)) as first, RasterReader(image("b.tif", ("nir", "red"))) as other:
        likening = Likening(first, "recorded", Progress(events.append))
        for _ in range(3):
            adaptation = likening.of(other)
        assert adaptation == Adaptation((1, 0), (1.0, 1.0), (-1000.0, -1000.0))
    assert [e["event"] for e in events] == ["info", "info"]
    assert "nir, red" in events[0]["text"] and "1 · x -1000" in events[1]["text"]


def test_bands_that_differ_in_part_are_a_warning(image):
    events = []
    with RasterReader(image("a.tif", ("red", "swir"))) as reader:
        expected = Expected("“b.tif”", ("red", "nir"))
        assert adapted(reader, AS_IT_IS, expected, Progress(events.append)) is reader
    assert [e["event"] for e in events] == ["warning"]
    assert all(name in events[0]["text"] for name in ("red, swir", "red, nir"))
