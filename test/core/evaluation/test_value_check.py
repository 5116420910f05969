"""Images whose values are of another kind than those that a model learned from."""

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.evaluation.model_inputs import Meaning, SourceImage
from rasterlearn.core.evaluation.value_check import MORE_PLACES, SAMPLE_PX, _windows, check_values
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.normalization import Normalization
from rasterlearn.core.model.model_file import Model
from rasterlearn.core.raster.classes import ClassMap
from rasterlearn.core.raster.raster_reader import RasterReader

SOURCE = Source(("red", "nir"), (10.0, 10.0), ranges=((300.0, 1500.0), (900.0, 4000.0)))
HALVED = Normalization("scale", ("red", "nir"), (0.5, 0.5), (1.0, 1.0))


@pytest.fixture
def check(make_raster):
    """The events of checking an image of 200 × 300 pixels: check(change(pixels), nodata=..., source=..., ...)."""

    def run(change, nodata=None, source=SOURCE, transform=None, meaning=None):
        rng = np.random.default_rng(0)
        pixels = np.stack([rng.uniform(low, high, (200, 300)) for low, high in SOURCE.ranges], axis=-1)
        path = make_raster("image.tif", change(pixels), nodata=nodata)
        events = []
        with RasterReader(path) as reader:
            model = Model("forest", "forest", ClassMap(()), (source,), b"")
            images = [SourceImage(reader, transform, (0.0, 0.0))]
            check_values(model, images, meaning or Meaning(), Progress(events.append))
        return events

    return run


def whole(pixels):
    return pixels.round().astype(np.uint16)


def test_values_that_were_learned_from_are_not_mentioned(check):
    assert check(whole) == []
    assert check(lambda p: p.astype(np.float32)) == []


def test_reflectance_for_numbers_ends_the_job_and_both_ranges_are_named(check):
    with pytest.raises(InputError, match=r"red has 0\.03\d* … 0\.1\d*, learned was 300 … 1500; nir has") as caught:
        check(lambda p: (p / 10000).astype(np.float32))
    assert "unchanged" in str(caught.value)


def test_the_user_may_confirm_them(check):
    events = check(lambda p: (p / 10000).astype(np.float32), meaning=Meaning("unchanged"))
    assert [e["event"] for e in events] == ["warning"]


def test_a_shift_is_a_warning_that_names_the_baseline(check):
    (event,) = check(lambda p: whole(p + 1000))
    assert event["event"] == "warning" and "04.00" in event["text"] and "1000 higher" in event["text"]
    assert check(lambda p: whole(p + 1000).astype(np.float32))[0]["text"] == event["text"]


def test_a_cloudy_image_is_a_warning(check):
    clouds = np.random.default_rng(1).uniform(3000, 11000, (200, 300, 2))
    (event,) = check(lambda p: whole(clouds))
    assert event["event"] == "warning" and "clouds" in event["text"]


def test_models_that_do_not_record_their_values_are_not_checked(check):
    assert check(lambda p: (p / 10000).astype(np.float32), source=Source(("red", "nir"), (10.0, 10.0))) == []


def test_nodata_is_not_compared(check):
    def hidden(pixels):
        pixels[:, :250] = 60000
        return whole(pixels)

    assert check(hidden, nodata=60000) == []
    assert check(lambda p: whole(np.full_like(p, 60000)), nodata=60000) == []


@pytest.mark.parametrize("is_raw", [True, False])
def test_ranges_of_normalized_pixels_are_those_of_their_numbers(check, is_raw):
    learned = tuple((low / 2 + 1, high / 2 + 1) for low, high in SOURCE.ranges)
    source = Source(("red", "nir"), (10.0, 10.0), normalization=HALVED, ranges=learned)
    transform = HALVED if is_raw else None
    assert check((lambda p: p if is_raw else p / 2 + 1), source=source, transform=transform) == []
    with pytest.raises(InputError, match="learned was 300 … 1500"):
        check((lambda p: p / 1e4 if is_raw else p / 2e4 + 1), source=source, transform=transform)


def test_few_pixels_of_few_blocks_are_read(make_raster):
    with RasterReader(make_raster("a.tif", np.zeros((700, 900), np.uint8))) as reader:
        windows = list(_windows(reader, MORE_PLACES))
        assert len(windows) == 16 and all(w.pixels == SAMPLE_PX**2 for w in windows)
        assert all(reader.grid.window.contains(w) for w in windows)
    with RasterReader(make_raster("b.tif", np.zeros((20, 30), np.uint8))) as reader:
        (window,) = _windows(reader, MORE_PLACES)
        assert window == reader.grid.window
