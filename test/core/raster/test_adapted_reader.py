"""Images read with another order of bands, scale and offset."""

import numpy as np
import pytest

from rasterlearn.core.raster.adapted_reader import AS_IT_IS, Adaptation, alike, conversion
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window


@pytest.mark.parametrize(
    ("of", "to", "expected"),
    [
        ((1e-4, -0.1), (1e-4, 0.0), (1.0, -1000.0)),
        ((1e-4, 0.0), (1e-4, -0.1), (1.0, 1000.0)),
        ((float(np.float32(1e-4)), float(np.float32(-0.1))), (1e-4, 0.0), (1.0, -1000.0)),
        ((9.999999747378752e-05, -0.1000000014901161), (1e-4, 0.0), (1.0, -1000.0)),  # as a VRT writes them
        ((9.9999997474e-05, -0.1000000015), (1e-4, 0.0), (1.0, -1000.0)),
        ((0.00392157, 0.0), (1 / 255, 0.0), (1.0, 0.0)),
        ((0.0001001, 0.0), (1e-4, 0.0), (1.001, 0.0)),
        ((2.75e-5, -0.2), (1e-4, 0.0), (0.275, -2000.0)),
        ((1e-4, 0.0), (1e-4, 0.0), (1.0, 0.0)),
        (None, (1e-4, 0.0), (1.0, 0.0)),
        ((1e300, 0.0), (1e-300, 0.0), (1.0, 0.0)),
        ((1e-300, 0.0), (1e300, 0.0), (1.0, 0.0)),
        ((1e-4, 0.0), None, (1.0, 0.0)),
    ],
)
def test_numbers_are_converted_exactly(of, to, expected):
    assert conversion(of, to) == expected


class TestReading:
    @pytest.fixture
    def pixels(self):
        pixels = np.random.default_rng(0).integers(1, 9000, (20, 30, 3)).astype(np.uint16)
        pixels[3, 4:9, 1] = 0
        return pixels

    @pytest.fixture
    def image(self, make_raster, pixels):
        return make_raster("a.tif", pixels, nodata=0, names=["a", "b", "c"])

    def test_bands_in_another_order(self, image, pixels):
        with RasterReader(image) as reader:
            adapted = Adaptation((2, 0, 1)).of(reader)
            assert adapted.band_names == ("c", "a", "b")
            assert adapted.file_bands == [(image, 3), (image, 1), (image, 2)]
            found = adapted.read(Window(2, 1, 9, 7))
            assert found.dtype == np.uint16 and (found == pixels[1:8, 2:11][..., [2, 0, 1]]).all()
            assert (adapted.valid(found) == (pixels[1:8, 2:11] != 0).all(axis=-1)).all()

    def test_numbers_are_converted_and_nodata_stays_nodata(self, image, pixels):
        adaptation = Adaptation((1, 0, 2), (1.0, 1.0, 0.5), (-1000.0, 0.0, 1.0))
        with RasterReader(image) as reader:
            adapted = adaptation.of(reader)
            into = np.empty((20, 30, 3), np.float32)
            assert adapted.read(reader.grid.window, into) is into
            expected = pixels[..., [1, 0, 2]] * [1, 1, 0.5] + [-1000, 0, 1]
            hidden = pixels[..., [1, 0, 2]] == 0
            assert np.isnan(into[hidden]).all() and (into[~hidden] == expected[~hidden]).all()
            assert (adapted.valid(into) == ~hidden.any(axis=-1)).all()

    def test_a_given_nodata_value_is_one_of_the_file(self, image, pixels):
        adaptation = Adaptation(None, (1.0,) * 3, (-1000.0,) * 3)
        value = float(pixels[0, 0, 0])
        with RasterReader(image) as reader:
            found = adaptation.of(reader, value).read(reader.grid.window)
        assert (np.isnan(found) == ((pixels == 0) | (pixels == value))).all()

    def test_large_integers_do_not_lose_digits(self, make_raster):
        path = make_raster("a.tif", np.full((2, 2), 123456789, np.int32))
        with RasterReader(path) as reader:
            adapted = Adaptation(None, (1.0,), (1.0,)).of(reader)
            assert adapted.read(reader.grid.window)[0, 0, 0] == 123456790

    def test_nothing_to_do_gives_the_reader_itself(self, image):
        with RasterReader(image) as reader:
            assert AS_IT_IS.of(reader) is reader


def test_images_of_a_set_get_one_type():
    same, shifted = Adaptation((1, 0)), Adaptation(None, (1.0, 1.0), (-1000.0, -1000.0))
    assert alike([AS_IT_IS, same], 2) == [AS_IT_IS, same]
    assert alike([AS_IT_IS, same, shifted], 2) == [
        Adaptation(None, (1.0, 1.0), (0.0, 0.0)),
        Adaptation((1, 0), (1.0, 1.0), (0.0, 0.0)),
        shifted,
    ]
