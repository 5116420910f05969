"""Statistics of bands, against numpy on the whole array."""

import math
import os
import threading
import warnings
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base import limits
from rasterlearn.core.base.errors import Cancelled, InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images import band_statistics as statistics
from rasterlearn.core.images.band_statistics import band_statistics, windows_of
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window

DTYPES = ["uint8", "uint16", "int16", "int32", "float32", "float64"]
EXACT = ["uint8", "uint16", "int16"]
RELATIVE_ACCURACY = 0.0005
PERCENTAGES = (2, 98)


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield


@pytest.fixture
def small_windows(monkeypatch):
    """As if the test images were too large to be read at once."""
    monkeypatch.setattr(statistics, "WINDOW_PX", 2048)


def statistics_of(path, lower=2.0, upper=98.0, progress=None):
    return band_statistics([[path]], lower, upper, progress)


def random_pixels(dtype):
    """Two bands of 301 x 40 pixels over the range of the type, for numbers with a sign on both sides of 0."""
    rng = np.random.default_rng(0)
    if np.dtype(dtype).kind == "f":
        return (rng.standard_normal((301, 40, 2)) * [3, 1e4]).astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, (301, 40, 2), dtype, endpoint=True)


def percentile_of(values, percentage):
    """The smallest value that is not below p percent of all; without the rounding of numpy's own rank."""
    rank = math.ceil(Fraction(str(percentage)) * len(values) / 100)
    return float(np.sort(values)[max(rank, 1) - 1])


def check(found, values, dtype):
    """Compares the statistics of a band with those of its valid values (n,)."""
    exact = values.astype(np.float64)
    low, high, p999 = (percentile_of(exact, percentage) for percentage in (*PERCENTAGES, 99.9))
    assert (found.count, found.minimum, found.maximum) == (len(values), exact.min(), exact.max())
    assert found.mean == pytest.approx(exact.mean(), rel=1e-12, abs=1e-12 * np.abs(exact).max())
    assert found.deviation == pytest.approx(exact.std(), rel=1e-12)
    if dtype in EXACT:
        assert (found.low, found.high, found.p999) == (low, high, p999)
    else:
        assert (found.low, found.high, found.p999) == pytest.approx((low, high, p999), rel=RELATIVE_ACCURACY)


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("dtype", DTYPES)
class TestAgainstNumpy:
    def test_all_pixels(self, make_raster, dtype):
        pixels = random_pixels(dtype)
        for band, found in enumerate(statistics_of(make_raster("a.tif", pixels))):
            check(found, pixels[..., band].ravel(), dtype)

    @pytest.mark.parametrize("share", [0.001, 0.6])
    def test_nodata_in_one_band_leaves_the_pixel_out_of_all(self, make_raster, dtype, share):
        pixels = random_pixels(dtype)
        pixels[pixels == 7] = 8
        pixels[..., 1][np.random.default_rng(1).random((301, 40)) < share] = 7
        valid = pixels[..., 1] != 7
        for band, found in enumerate(statistics_of(make_raster("a.tif", pixels, nodata=7))):
            check(found, pixels[..., band][valid], dtype)

    def test_windows_without_any_valid_pixel(self, make_raster, dtype):
        pixels = random_pixels(dtype)
        pixels[pixels == 7] = 8
        pixels[:200] = 7
        for band, found in enumerate(statistics_of(make_raster("a.tif", pixels, nodata=7))):
            check(found, pixels[200:, :, band].ravel(), dtype)

    def test_all_values_equal(self, make_raster, dtype):
        value = np.array(0.1 if np.dtype(dtype).kind == "f" else 113).astype(dtype)
        (found,) = statistics_of(make_raster("a.tif", np.full((300, 40), value)))
        figures = found.minimum, found.maximum, found.mean, found.low, found.high, found.p999
        assert figures == (float(value),) * 6
        assert found.deviation == 0

    def test_the_ends_are_the_percentiles_0_and_100(self, make_raster, dtype):
        pixels = random_pixels(dtype)[..., 0]
        (found,) = statistics_of(make_raster("a.tif", pixels), 0, 100)
        assert (found.low, found.high) == (pixels.min(), pixels.max())

    @pytest.mark.parametrize("nodata", [None, 7])
    def test_extremes_come_from_all_pixels_though_some_rows_are_left_out(self, make_raster, dtype, nodata):
        pixels = random_pixels(dtype).clip(10, 100)
        pixels[pixels == 7] = 8
        pixels[5, 20], pixels[299, 39], pixels[1:200:3, 4] = 9, 101, 7
        found = band_statistics([[make_raster("a.tif", pixels, nodata=nodata)]], 2, 98, None, 4)[0]
        assert (found.minimum, found.maximum) == (7 if nodata is None else 9, 101)
        assert found.count < 0.3 * 12000
        low, high = np.percentile(pixels[..., 0], (2, 98))
        assert low * 0.8 - 1 <= found.low <= low * 1.2 + 1
        assert high * 0.8 - 1 <= found.high <= high * 1.2 + 1

    def test_a_single_pixel(self, make_raster, dtype):
        (found,) = statistics_of(make_raster("a.tif", np.array([[3]], dtype)))
        assert found == statistics.BandStatistics(1, 3, 3, 3, 0, 3, 3, 3)


@pytest.mark.usefixtures("small_windows")
class TestRealNumbers:
    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_nan_and_infinite_pixels_are_left_out(self, make_raster, dtype):
        pixels, rng = random_pixels(dtype), np.random.default_rng(1)
        for value in (np.nan, np.inf, -np.inf):
            pixels[..., 0][rng.random((301, 40)) < 0.1] = value
        valid = np.isfinite(pixels[..., 0])
        for band, found in enumerate(statistics_of(make_raster("a.tif", pixels))):
            check(found, pixels[..., band][valid], dtype)

    def test_percentiles_over_many_orders_of_magnitude(self, make_raster):
        pixels = 10 ** np.random.default_rng(0).uniform(-35, 35, (300, 40))
        pixels *= np.random.default_rng(1).choice([-1, 1], (300, 40))
        for lower, upper in ((0.5, 10), (30, 49), (51, 99.5)):
            expected = np.percentile(pixels, (lower, upper), method="inverted_cdf")
            (found,) = statistics_of(make_raster("a.tif", pixels), lower, upper)
            assert (found.low, found.high) == pytest.approx(tuple(expected), rel=RELATIVE_ACCURACY)

    def test_within_a_bin_percentiles_are_interpolated(self, make_raster):
        pixels = np.random.default_rng(0).uniform(1000.0, 1000.4, (300, 40))
        (found,) = statistics_of(make_raster("a.tif", pixels), 20, 70)
        assert (found.low, found.high) == pytest.approx((1000.08, 1000.28), abs=0.01)

    @pytest.mark.parametrize("largest", [1e39, 1e200, np.finfo(np.float64).max])
    def test_numbers_beyond_the_range_of_float32(self, make_raster, largest):
        pixels = np.linspace(-1, 1, 12000).reshape(300, 40) * largest
        (found,) = statistics_of(make_raster("a.tif", pixels), 25, 75)
        assert (found.minimum, found.maximum) == (-largest, largest)
        assert found.mean == pytest.approx(0, abs=1e-12 * largest)
        assert found.deviation / largest == pytest.approx(np.linspace(-1, 1, 12000).std(), rel=1e-9)
        assert -largest <= found.low < -3.4e38
        assert 3.4e38 < found.high <= largest

    @pytest.mark.parametrize(("dtype", "smallest"), [("float32", 1e-42), ("float64", 1e-42), ("float64", 1e-310)])
    def test_denormal_numbers(self, make_raster, dtype, smallest):
        pixels = (np.arange(1, 12001) * smallest).astype(dtype).reshape(300, 40)
        exact = pixels.astype(np.float64)
        (found,) = statistics_of(make_raster("a.tif", pixels), 25, 75)
        assert (found.minimum, found.maximum) == (exact.min(), exact.max())
        unit = 1 / exact.max() if exact.max() > 1e-300 else 2.0**1000
        assert found.mean * unit == pytest.approx((exact * unit).mean(), rel=1e-9)
        assert found.deviation * unit == pytest.approx((exact * unit).std(), rel=1e-9)
        expected = np.percentile(exact, (25, 75), method="inverted_cdf")
        assert (found.low, found.high) == pytest.approx(tuple(expected), rel=RELATIVE_ACCURACY, abs=6e-42)

    def test_small_deviations_on_a_large_mean(self, make_raster):
        pixels = 1e9 + np.random.default_rng(0).standard_normal((300, 40))
        (found,) = statistics_of(make_raster("a.tif", pixels))
        assert found.deviation == pytest.approx((pixels - 1e9).std(), rel=1e-7)


def tiled(path, pixels, code, **options):
    """Writes pixels (h, w) in tiles of 64 x 32, compressed."""
    layout = {"TILED": "YES", "BLOCKXSIZE": 64, "BLOCKYSIZE": 32, "COMPRESS": "DEFLATE", **options}
    height, width = pixels.shape
    creation = [f"{name}={value}" for name, value in layout.items()]
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), width, height, 1, code, creation)
    dataset.GetRasterBand(1).WriteRaster(0, 0, width, height, pixels.tobytes())
    dataset.FlushCache()
    return str(path)


class TestReading:
    @pytest.mark.parametrize(("dtype", "code"), [("uint16", gdal.GDT_UInt16), ("float32", gdal.GDT_Float32)])
    def test_each_pixel_is_read_once_in_whole_blocks(self, tmp_path, monkeypatch, dtype, code):
        path = tiled(tmp_path / "a.tif", random_pixels(dtype)[:230].reshape(230, 80), code)
        monkeypatch.setattr(statistics, "WINDOW_PX", 5000)
        blocks, lock, read = Counter(), threading.Lock(), RasterReader.read

        def counted(reader, window, into=None):
            with lock:
                blocks.update((x // 64, y // 32) for x in _whole(window.x, window.right, 64, 80)
                              for y in _whole(window.y, window.bottom, 32, 230))  # fmt: skip
            return read(reader, window, into)

        monkeypatch.setattr(RasterReader, "read", counted)
        statistics_of(path)
        assert blocks == dict.fromkeys(((x, y) for x in range(2) for y in range(8)), 1)

    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize(("window_px", "cores"), [(1, 1), (600, 2), (5000, 4), (10**6, 2)])
    def test_windows_and_the_number_of_threads_do_not_matter(self, make_raster, monkeypatch, dtype, window_px, cores):
        path = make_raster("a.tif", random_pixels(dtype))
        expected = statistics_of(path)
        monkeypatch.setattr(statistics, "WINDOW_PX", window_px)
        monkeypatch.setattr(limits, "processors", lambda: cores)
        for one, other in zip(expected, statistics_of(path)):
            if dtype in EXACT:
                assert one == other
            assert vars(one) == pytest.approx(vars(other), rel=1e-11, abs=1e-11 * abs(one.maximum))

    def test_two_runs_are_equal_to_the_last_bit_with_any_number_of_threads(self, make_raster, monkeypatch):
        path = make_raster("a.tif", random_pixels("float64"))
        monkeypatch.setattr(statistics, "WINDOW_PX", 1000)
        results = []
        for cores in (1, 2, 4, 4):
            monkeypatch.setattr(limits, "processors", lambda cores=cores: cores)
            results.append(statistics_of(path))
        assert all(result == results[0] for result in results)

    def test_a_truncated_file_is_an_input_error_and_leaves_no_thread(self, tmp_path, monkeypatch):
        path = tiled(tmp_path / "cut.tif", random_pixels("uint16").reshape(301, 80), gdal.GDT_UInt16)
        os.truncate(path, os.path.getsize(path) // 2)
        monkeypatch.setattr(statistics, "WINDOW_PX", 5000)
        before = threading.active_count()
        with pytest.raises(InputError, match=r"cut.tif.*cannot be read"):
            statistics_of(path)
        assert threading.active_count() == before

    def test_cancelling_is_noticed_at_the_next_window(self, make_raster, monkeypatch):
        path = make_raster("a.tif", random_pixels("uint16"))
        monkeypatch.setattr(statistics, "WINDOW_PX", 400)
        windows, read, cancelled = [], RasterReader.read, threading.Event()

        def noted(reader, window, into=None):
            windows.append(window)
            if len(windows) == 5:
                cancelled.set()
            return read(reader, window, into)

        monkeypatch.setattr(RasterReader, "read", noted)
        monkeypatch.setattr(limits, "processors", lambda: 2)
        with pytest.raises(Cancelled):
            statistics_of(path, progress=Progress(cancelled=cancelled))
        assert len(windows) < 12  # of 30; those that wait in the threads may still be read

    def test_progress_goes_from_0_to_100(self, make_raster, monkeypatch):
        events = []
        statistics_of(make_raster("a.tif", random_pixels("uint16")), progress=Progress(events.append))
        assert events[-1]["percent"] == 100


def _whole(start, stop, step, end):
    assert start % step == 0
    assert stop % step == 0 or stop == end
    return range(start, stop, step)


class TestWindows:
    @pytest.mark.parametrize("window_bytes", [1, 10_000, 10**6])
    @pytest.mark.parametrize("grain", [(1, 1), (64, 32), (1000, 1), (7, 1000)])
    def test_they_cover_the_image_once_within_the_memory(self, make_raster, monkeypatch, grain, window_bytes):
        monkeypatch.setattr(statistics, "WINDOW_BYTES", window_bytes)
        covered = np.zeros((301, 40), int)
        with RasterReader(make_raster("a.tif", random_pixels("float32"))) as reader:
            windows = windows_of(reader, grain)
        for window in windows:
            covered[window.slices] += 1
            smallest = min(grain[0], 40) * min(grain[1], 301)
            assert window.pixels * 8 <= max(window_bytes, smallest * 8)
        assert (covered == 1).all()
        assert windows == sorted(windows, key=lambda w: (w.y, w.x))

    def test_a_large_image_is_read_in_squares(self):
        class Reader:
            class grid:  # noqa: N801
                width = height = 10980
                window = Window(0, 0, 10980, 10980)

            band_count, dtype = 4, np.dtype(np.uint16)

        assert windows_of(Reader, (256, 256))[0] == Window(0, 0, 1024, 1024)
        assert windows_of(Reader, (10980, 1))[0] == Window(0, 0, 10980, 95)


def test_several_images_are_counted_together(make_raster, small_windows):
    parts = [np.random.default_rng(n).normal(100 * n, 5, (50 + n, 60, 2)).astype(np.float32) for n in range(3)]
    paths = [[make_raster(f"{n}.tif", part)] for n, part in enumerate(parts)]
    pixels = np.concatenate([part.reshape(-1, 2) for part in parts]).astype(np.float64)
    for band, found in enumerate(band_statistics(paths, 2, 98)):
        values = pixels[:, band]
        assert (found.count, found.minimum, found.maximum) == (len(values), values.min(), values.max())
        assert (found.mean, found.deviation) == (pytest.approx(values.mean()), pytest.approx(values.std()))
        assert found.high == pytest.approx(np.percentile(values, 98), rel=1e-3)


def test_images_of_other_bands_are_refused(make_raster):
    first = make_raster("first.tif", np.ones((5, 5, 2), np.uint16))
    for name, pixels in (("bands", np.ones((5, 5, 3), np.uint16)), ("type", np.ones((5, 5, 2), np.float32))):
        with pytest.raises(InputError, match=f"“{name}.tif” has .* but “first.tif” has 2 of uint16"):
            band_statistics([[first], [make_raster(f"{name}.tif", pixels)]], 2, 98)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_shares_of_several_windows_give_the_same_to_the_last_bit(make_raster, small_windows, dtype):
    pixels = np.random.default_rng(0).normal(100, 30, (90, 70, 2)).clip(0, 250).astype(dtype)
    images = [[make_raster("a.tif", pixels)], [make_raster("b.tif", pixels[::-1, ::3] // 2, nodata=0)]]

    class Shares:
        elsewhere = True

        def results(self, function, common, parts, pixels, progress):
            for start in range(0, len(parts), 3):
                (joined,) = function(common, parts[start : start + 3], progress)
                yield joined

    assert band_statistics(images, 2, 98, pool=Shares()) == band_statistics(images, 2, 98)
