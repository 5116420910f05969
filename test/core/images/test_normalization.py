"""Normalized bands, and the transform recorded with them."""

import json
import os
import re
import shutil
import threading
import warnings

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.errors import Cancelled, InputError, OutputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images import band_statistics as statistics
from rasterlearn.core.images.band_statistics import band_statistics
from rasterlearn.core.images.normalization import Normalization, Scaling, normalize
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.jobs.choices import METHODS

NODATA = 7


def random_pixels(dtype, seed=0):
    """Two bands of 300 x 40 pixels, more than one strip, with nodata in both bands at once and NaN."""
    rng = np.random.default_rng(seed)
    low = -2000 if np.dtype(dtype).kind != "u" else 10
    pixels = rng.normal((600, 1500), (90, 400), (300, 40, 2)).clip(low, 4000).astype(dtype)
    pixels[pixels == NODATA] += 1
    pixels[rng.random((300, 40)) < 0.1] = NODATA
    if np.dtype(dtype).kind == "f":
        pixels[rng.random((300, 40)) < 0.05] = np.nan
    return pixels


def valid_mask(pixels):
    return ((pixels != NODATA) & ~np.isnan(pixels)).all(axis=-1)


ORACLES = {
    "max": lambda v: v / v.max(axis=0),
    "minmax": lambda v: (v - v.min(axis=0)) / (v.max(axis=0) - v.min(axis=0)),
    "standard": lambda v: (v - v.mean(axis=0)) / v.std(axis=0),
    "scale": lambda v: v / 2500,
}


@pytest.fixture
def image(make_raster):
    def make(dtype="uint16", seed=0, name="image.tif"):
        return make_raster(name, random_pixels(dtype, seed), nodata=NODATA, names=["B4", "B8"])

    return make


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return lambda name="normalized.tif": str(tmp_path / "out" / name)


def recorded(path):
    with RasterReader(path) as reader:
        return Normalization.recorded_in(reader)


class TestMethods:
    @pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32", "float64"])
    @pytest.mark.parametrize("method", ORACLES)
    def test_a_method_does_what_numpy_does_without_nodata_and_nan(self, make_raster, out, read_pixels, method, dtype):
        pixels = random_pixels(dtype) if dtype != "uint8" else (random_pixels("uint16") / 20 + 8).astype(np.uint8)
        valid = valid_mask(pixels)
        normalize([make_raster("a.tif", pixels, nodata=NODATA)], out(), Scaling(method, scale=2500))
        result = read_pixels(out())
        assert result.dtype == np.float32
        np.testing.assert_allclose(
            result[valid], ORACLES[method](pixels[valid].astype(np.float64)), rtol=1e-5, atol=1e-5
        )
        assert np.isnan(result[~valid]).all()
        assert np.isnan(RasterReader(out()).nodata).all()

    @pytest.mark.parametrize(("lower", "upper"), [(2, 98), (0, 100), (25, 75), (0.1, 99.9)])
    def test_percentiles_of_16_bit_integers_are_exact(self, image, out, lower, upper):
        pixels = random_pixels("uint16")
        valid = pixels[valid_mask(pixels)]
        transform = normalize([image()], out(), Scaling("percentile", lower=lower, upper=upper))
        low, high = np.percentile(valid, (lower, upper), axis=0, method="inverted_cdf").astype(np.float64)
        np.testing.assert_allclose(low * transform.gain + transform.bias, 0, atol=1e-12)
        np.testing.assert_allclose(high * transform.gain + transform.bias, 1, atol=1e-12)

    @pytest.mark.parametrize("dtype", ["int32", "float32", "float64"])
    def test_percentiles_of_other_types_are_exact_to_a_bin_of_the_histogram(self, image, out, dtype):
        pixels = random_pixels(dtype)
        valid = pixels[valid_mask(pixels)].astype(np.float64)
        transform = normalize([image(dtype)], out(), Scaling("percentile"))
        low, high = -np.array(transform.bias) / transform.gain, (1 - np.array(transform.bias)) / transform.gain
        expected = np.percentile(valid, (2, 98), axis=0, method="inverted_cdf")
        np.testing.assert_allclose([low, high], expected, rtol=0.0005)

    def test_percentile_does_not_clip(self, image, out, read_pixels):
        normalize([image()], out(), Scaling("percentile", lower=10, upper=90))
        result = read_pixels(out())
        assert np.nanmin(result) < 0
        assert np.nanmax(result) > 1

    def test_standard_keeps_small_deviations_on_a_large_mean(self, make_raster, out, read_pixels):
        pixels = 1e6 + np.random.default_rng(0).standard_normal((300, 50))
        normalize([make_raster("a.tif", pixels)], out(), Scaling("standard"))
        result = read_pixels(out()).astype(np.float64)
        assert (result.mean(), result.std()) == pytest.approx((0, 1), abs=1e-4)

    def test_nodata_in_one_band_leaves_the_pixel_out_of_the_statistics_of_all(self, make_raster, out):
        pixels = np.array([[[1, 50], [2, 0], [4, 40]]], np.uint16)
        first, second = band_statistics([[make_raster("a.tif", pixels, nodata=0)]], 2, 98)
        assert (first.count, first.maximum, first.mean) == (2, 4, 2.5)
        assert (second.minimum, second.maximum, second.mean, second.deviation) == (40, 50, 45, 5)


class TestFiles:
    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("dtype", ["uint16", "float32"])
    def test_a_vrt_has_the_pixels_of_a_tif(self, image, out, read_pixels, method, dtype):
        tif = normalize([image(dtype)], out("a.tif"), Scaling(method))
        vrt = normalize([image(dtype)], out("a.vrt"), Scaling(method))
        assert tif == vrt == recorded(out("a.tif")) == recorded(out("a.vrt"))
        first, second = read_pixels(out("a.tif")), read_pixels(out("a.vrt"))
        np.testing.assert_allclose(second, first, rtol=1e-5, atol=1e-5)
        assert (np.isnan(first) == np.isnan(second)).all()

    def test_a_vrt_and_its_source_can_move_together(self, image, tmp_path, read_pixels):
        for folder in ("project/images", "project/out"):
            (tmp_path / folder).mkdir(parents=True)
        shutil.move(image(), tmp_path / "project/images/raw.tif")
        normalize([str(tmp_path / "project/images/raw.tif")], str(tmp_path / "project/out/a.vrt"))
        before = read_pixels(tmp_path / "project/out/a.vrt")
        shutil.move(tmp_path / "project", tmp_path / "elsewhere")
        np.testing.assert_array_equal(read_pixels(tmp_path / "elsewhere/out/a.vrt"), before)
        assert np.isfinite(before).any()

    def test_images_are_stacked_in_their_order(self, image, make_raster, out, read_pixels):
        single = make_raster("single.tif", random_pixels("uint16", 3)[..., 0], nodata=NODATA)
        transform = normalize([single, image()], out(), Scaling("scale", scale=2))
        assert transform.bands == ("single", "B4", "B8")
        assert RasterReader(out()).band_names == ("single", "B4", "B8")
        expected = np.dstack([random_pixels("uint16", 3)[..., :1], random_pixels("uint16")]).astype(np.float32)
        valid = (expected != NODATA).all(axis=-1)
        assert (read_pixels(out())[valid] == expected[valid] / 2).all()

    def test_the_transform_is_written_as_json_on_request(self, image, out):
        transform = normalize([image()], out(), Scaling("minmax"), statistics=out("a.json"))
        with open(out("a.json"), encoding="utf-8") as file:
            assert Normalization.from_json(json.load(file)) == transform

    def test_the_log_shows_the_transform_of_each_band(self, image, out):
        events = []
        normalize([image()], out(), Scaling("scale", scale=4), progress=Progress(events.append))
        texts = [e["text"] for e in events if e["event"] == "info"]
        assert [t.partition(":")[0] for t in texts] == ["B4", "B8"]
        assert all("0.25" in t for t in texts)
        percents = [e["percent"] for e in events if e["event"] == "progress"]
        assert percents == sorted(percents)
        assert percents[-1] == 100


class TestReading:
    @pytest.fixture
    def windows(self, monkeypatch):
        """The windows that were read, of images divided into many."""
        found, read = [], RasterReader.read

        def noted(reader, window, into=None):
            found.append(window)
            return read(reader, window, into)

        monkeypatch.setattr(RasterReader, "read", noted)
        monkeypatch.setattr(statistics, "WINDOW_PX", 2000)
        return found

    @pytest.mark.parametrize("dtype", ["uint16", "float32"])
    @pytest.mark.parametrize("method", [m for m in METHODS if m != "scale"])
    def test_the_statistics_read_the_image_once(self, image, out, windows, method, dtype):
        normalize([image(dtype)], out("a.vrt"), Scaling(method))
        assert len(windows) > 1
        assert sum(w.pixels for w in windows) == 300 * 40

    def test_a_given_scale_needs_no_pixels(self, image, out, windows):
        normalize([image()], out("a.vrt"), Scaling("scale"))
        assert windows == []

    @pytest.mark.parametrize("dtype", ["uint16", "float32"])
    def test_a_tif_does_not_depend_on_the_windows(self, make_raster, out, read_pixels, monkeypatch, dtype):
        pixels = np.random.default_rng(0).integers(0, 999, (700, 600, 2)).astype(dtype)
        path = make_raster("a.tif", pixels, nodata=0)
        normalize([path], out("whole.tif"))
        monkeypatch.setattr(statistics, "WINDOW_PX", 300 * 300)
        normalize([path], out("parts.tif"))
        np.testing.assert_array_equal(read_pixels(out("parts.tif")), read_pixels(out("whole.tif")))
        expected = np.where(pixels == 0, np.nan, pixels / pixels[(pixels > 0).all(axis=-1)].max(axis=0))
        np.testing.assert_allclose(read_pixels(out("whole.tif")), expected, rtol=1e-6)

    @pytest.mark.usefixtures("windows")
    @pytest.mark.parametrize("text", ["statistics", "writing"])
    def test_cancelling_at_any_step_leaves_nothing(self, image, out, tmp_path, text):
        cancelled = threading.Event()

        def cancel(event):
            if event.get("text") == text:
                cancelled.set()

        with pytest.raises(Cancelled):
            normalize([image(), image("uint16", 0, "b.tif")], out(), progress=Progress(cancel, cancelled))
        assert os.listdir(tmp_path / "out") == []


class TestStatisticsFrom:
    @pytest.mark.parametrize("name", ["a.tif", "a.vrt", "a.json"])
    def test_another_image_gets_exactly_the_same_transform(self, image, out, read_pixels, name):
        first = normalize(
            [image()], out(name if name != "a.json" else "a.tif"), Scaling("standard"), statistics=out("a.json")
        )
        other = image("uint16", 5, "other.tif")
        second = normalize([other], out("b.tif"), Scaling("max", statistics_from=out(name)))
        assert second == first
        assert recorded(out("b.tif")).fingerprint == first.fingerprint
        pixels = random_pixels("uint16", 5)
        valid = valid_mask(pixels)
        np.testing.assert_array_equal(read_pixels(out("b.tif"))[valid], first.apply(pixels[valid]))

    def test_another_number_of_bands_is_refused_with_both_numbers(self, image, make_raster, out):
        normalize([image()], out("a.tif"))
        with pytest.raises(InputError, match=r"statistics of 2 bands, but 1 were given"):
            normalize(
                [make_raster("b.tif", np.ones((2, 2), np.uint8))], out("b.tif"), Scaling(statistics_from=out("a.tif"))
            )

    def test_an_image_without_statistics_is_refused_naming_it(self, image, ramp, out):
        with pytest.raises(InputError, match=r"ramp.tif.*carries no statistics"):
            normalize([image()], out(), Scaling(statistics_from=ramp))

    @pytest.mark.parametrize(
        "content", [None, "", "[1", "[]", "{}", '{"method": "max", "bands": [], "gain": [1], "bias": []}']
    )
    def test_a_damaged_statistics_file_is_refused(self, image, out, content):
        if content is not None:
            with open(out("s.json"), "w", encoding="utf-8") as file:
                file.write(content)
        with pytest.raises(InputError, match=r"s.json"):
            normalize([image()], out(), Scaling(statistics_from=out("s.json")))


def warnings_of(paths, output, scaling):
    events = []
    transform = normalize(paths, output, scaling, progress=Progress(events.append))
    return transform, [e["text"] for e in events if e["event"] == "warning"]


class TestBandsWithoutContent:
    """Constant bands, and bands that are nodata everywhere."""

    @pytest.mark.parametrize("ending", [".tif", ".vrt"])
    @pytest.mark.parametrize(
        ("method", "value", "result"),
        [("minmax", 5, 0), ("percentile", 5, 0), ("standard", 5, 0), ("max", 0, 0), ("max", -5, 0), ("max", 5, 1)],
    )
    @pytest.mark.parametrize("dtype", ["int16", "float32"])
    def test_a_constant_band_is_named(self, make_raster, out, read_pixels, ending, method, value, result, dtype):
        pixels = np.dstack([np.arange(1, 13).reshape(3, 4), np.full((3, 4), value)]).astype(dtype)
        pixels[0, 0] = pixels[2, 1, 1] = NODATA
        path = make_raster("a.tif", pixels, names=["B4", "B8"], nodata=NODATA)
        _, told = warnings_of([path], out("n" + ending), Scaling(method))
        assert [re.findall(r"“(B\d)” is (\S+) in all valid pixels.*becomes (\d)", t) for t in told] == [
            [("B8", str(value), str(result))]
        ]
        found, expected = read_pixels(out("n" + ending))[..., 1], np.full((3, 4), float(result))
        expected[0, 0] = expected[2, 1] = np.nan  # a constant band may still say where there is no data
        np.testing.assert_array_equal(found, expected)

    @pytest.mark.parametrize("ending", [".tif", ".vrt"])
    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize(("dtype", "nodata"), [("int16", -999), ("float32", np.nan), ("float32", -9999.9)])
    def test_bands_that_are_nodata_everywhere_are_0(self, make_raster, out, ending, method, dtype, nodata):
        pixels = np.random.default_rng(0).integers(100, 4000, (300, 280, 7)).astype(dtype)
        pixels[:, :9] = pixels[..., 2] = pixels[..., 5] = nodata
        others = [0, 1, 3, 4, 6]
        alone = make_raster("b.tif", np.ascontiguousarray(pixels[..., others]), nodata=nodata)
        transform, told = warnings_of([make_raster("a.tif", pixels, nodata=nodata)], out("n" + ending), Scaling(method))
        assert transform.left_out == (2, 5) and len(told) == 1 and "band 3, band 6." in told[0]
        expected = normalize([alone], out("b" + ending), Scaling(method))
        kept = transform.of_bands(others)
        assert (kept.gain, kept.bias, kept.left_out) == (expected.gain, expected.bias, ())
        assert transform.of_bands([5, 1]).left_out == (0,)
        with RasterReader(out("n" + ending)) as reader, RasterReader(out("b" + ending)) as other:
            assert Normalization.recorded_in(reader) == transform
            found = reader.read(reader.grid.window)
            assert not found[..., [2, 5]].any()
            np.testing.assert_array_equal(found[..., others], other.read(other.grid.window))
            assert reader.valid(found).sum() == 300 * 271

    def test_another_image_gets_0_in_the_bands_that_were_left_out(self, make_raster, out):
        pixels = np.random.default_rng(0).integers(100, 4000, (30, 40, 3)).astype(np.int16)
        first, second = pixels.copy(), pixels.copy()
        first[..., 1], second[:9, :, 1] = -1, -1
        transform = normalize([make_raster("a.tif", first, nodata=-1)], out("a.tif"), Scaling("standard"))
        normalize([make_raster("b.tif", second, nodata=-1)], out("b.tif"), Scaling(statistics_from=out("a.tif")))
        with RasterReader(out("b.tif")) as reader:
            found = reader.read(reader.grid.window)
        np.testing.assert_array_equal(found[..., 1], 0)
        np.testing.assert_array_equal(found, transform.apply(second))

    def test_images_of_a_set_lack_different_bands(self, make_raster, out):
        pixels = np.random.default_rng(0).integers(100, 4000, (30, 40, 4)).astype(np.int16)
        for name, band in (("a.tif", 1), ("b.tif", 2)):
            other = pixels.copy()
            other[..., band] = -1
            make_raster(name, other, nodata=-1)
        folder = os.path.dirname(out())
        with open(out("set.txt"), "w", encoding="utf-8") as file:
            file.write("../a.tif\n../b.tif\n")
        transform = normalize(
            [os.path.join(folder, "..", "a.tif")], out(), Scaling("max", statistics_from=out("set.txt"))
        )
        assert transform.left_out == (1, 2)
        assert transform.gain == (1 / pixels[..., 0].max(), 0, 0, 1 / pixels[..., 3].max())

    @pytest.mark.parametrize("wrong", [[3], [-1], [True], "1", [0] * 4])
    def test_wrong_numbers_of_bands_that_are_left_out(self, wrong):
        described = {**Normalization("max", ("a", "b", "c"), (1.0,) * 3, (0.0,) * 3, (1,)).to_json()}
        assert Normalization.from_json(described).left_out == (1,)
        with pytest.raises(InputError, match="malformed"):
            Normalization.from_json({**described, "left_out": wrong})


class TestWhatIsTold:
    @pytest.mark.parametrize(("method", "count"), [("max", 1), ("percentile", 0), ("minmax", 0)])
    def test_the_maximum_of_mostly_negative_values(self, make_raster, out, method, count):
        pixels = np.random.default_rng(0).normal(-12, 3, (50, 60)).astype(np.float32).clip(-25, -1)
        pixels[5, 5] = 0.5
        _, told = warnings_of([make_raster("s1.tif", pixels)], out(), Scaling(method))
        assert [("100 % of the values are negative" in t, "percentile" in t) for t in told] == [(True, True)] * count

    @pytest.mark.parametrize(
        ("bands", "collar", "nodata", "told"),
        [(3, 5, None, True), (1, 5, None, True), (3, 0, None, False), (3, 5, 0, False), (3, 5, 7, False)],
    )
    def test_a_black_border_without_nodata(self, make_raster, out, bands, collar, nodata, told):
        pixels = np.random.default_rng(0).integers(10, 200, (60, 70, bands)).astype(np.uint8)
        inside = pixels[collar : 60 - collar, collar : 70 - collar].copy()
        pixels[:] = 0
        pixels[collar : 60 - collar, collar : 70 - collar] = inside
        events = []
        normalize([make_raster("a.tif", pixels, nodata=nodata)], out(), progress=Progress(events.append))
        lines = [e["text"] for e in events if "border of zeros" in e.get("text", "")]
        assert len(lines) == told and all("NODATA=0" in line for line in lines)

    def test_the_sea_is_no_border(self, make_raster, out):
        heights = np.add.outer(np.arange(60), np.zeros(70)).astype(np.int16) - 40
        events = []
        normalize([make_raster("dem.tif", heights.clip(0))], out(), progress=Progress(events.append))
        assert not [e for e in events if "border" in e.get("text", "")]


class TestRefusals:
    @pytest.mark.parametrize(("highest", "text"), [(0, "is 0"), (-0.5, "is -0.5")])
    def test_a_largest_value_that_is_not_positive_has_no_maximum_to_divide_by(self, make_raster, out, highest, text):
        pixels = np.linspace(-20, highest, 12, dtype=np.float32).reshape(3, 4)
        with pytest.raises(InputError, match=rf"METHOD=max, which divides by .* its largest value {text} .*percentile"):
            normalize([make_raster("a.tif", pixels)], out())

    def test_percentiles_that_are_equal_are_told_with_the_values_that_there_are(self, make_raster, out):
        pixels = np.zeros((100, 100), np.uint8)
        pixels[50] = 200
        with pytest.raises(InputError, match=r"percentiles 2 and 98 are both 0, .* \(all of them 0 … 200\).*standard"):
            normalize([make_raster("roads.tif", pixels)], out(), Scaling("percentile"))

    @pytest.mark.parametrize("dtype", ["uint8", "float32"])
    def test_bands_that_are_never_valid_together(self, make_raster, out, dtype):
        pixels = np.random.default_rng(0).integers(1, 200, (40, 40, 2)).astype(dtype)
        pixels[:25, :, 0] = pixels[20:, :, 1] = 0
        with pytest.raises(InputError, match=r"No pixel .* in all of its 2 bands .* band 1 600, band 2 800\."):
            normalize([make_raster("series.tif", pixels, nodata=0)], out())

    @pytest.mark.parametrize("dtype", ["uint16", "float32"])
    def test_an_image_of_nodata_only(self, make_raster, out, dtype):
        path = make_raster("empty.tif", np.full((3, 4), NODATA, dtype), nodata=NODATA)
        with pytest.raises(InputError, match=r"empty.*has no valid pixel"):
            normalize([path], out())

    @pytest.mark.parametrize("name", ["a.tif", "a.vrt"])
    def test_an_image_that_is_normalized_already(self, image, out, name):
        normalize([image()], out(name))
        with pytest.raises(InputError, match=rf"{name}. is normalized already"):
            normalize([out(name)], out("b.tif"))
        with pytest.raises(InputError, match=rf"{name}. is normalized already"):
            normalize([image(), out(name)], out("b.tif"))

    @pytest.mark.parametrize("scale", [0, -1, float("nan")])
    def test_a_scale_that_is_not_positive(self, image, out, scale):
        with pytest.raises(InputError, match=rf"SCALE.*received {scale}"):
            normalize([image()], out(), Scaling("scale", scale=scale))

    @pytest.mark.parametrize(("lower", "upper"), [(98, 2), (5, 5), (-1, 98), (2, 101), (float("nan"), 98)])
    def test_percentages_out_of_order_or_range(self, image, out, lower, upper):
        with pytest.raises(InputError, match=rf"received {lower} and {upper}"):
            normalize([image()], out(), Scaling("percentile", lower=lower, upper=upper))

    @pytest.mark.parametrize(("method", "values"), [("max", [1e-320, 5e-324]), ("minmax", [-1.7e308, 1.7e308])])
    def test_values_too_small_or_large_for_a_gain_are_refused_with_their_range(self, make_raster, out, method, values):
        found = re.escape(f"METHOD={method}: its values {min(values):g} … {max(values):g} are too")
        with pytest.raises(InputError, match=found):
            normalize([make_raster("a.tif", np.array([values]))], out(), Scaling(method))

    def test_a_truncated_image_leaves_no_output_and_no_thread(self, image, tmp_path, out):
        before = threading.active_count()
        os.truncate(image(), 20_000)
        for name, method in (("a.tif", "scale"), ("a.tif", "max"), ("a.vrt", "max")):
            with pytest.raises(InputError, match=r"image.tif.*cannot be read"):
                normalize([str(tmp_path / "image.tif")], out(name), Scaling(method))
        assert os.listdir(tmp_path / "out") == []
        assert threading.active_count() == before

    @pytest.mark.parametrize("name", ["a.png", "a"])
    def test_another_format_names_the_file(self, image, out, name):
        with pytest.raises(InputError, match=rf"received .{name}\W"):
            normalize([image()], out(name))

    def test_images_on_different_grids(self, image, ramp, out):
        with pytest.raises(InputError, match=r"ramp.tif.*image.tif.*different grids"):
            normalize([image(), ramp], out())


class TestClouds:
    def warnings(self, make_raster, out, brightest, dtype="uint16", method="max"):
        pixels = np.random.default_rng(0).integers(100, 1000, (60, 60)).astype(dtype)
        pixels[0, :3] = brightest
        events = []
        normalize([make_raster("a.tif", pixels)], out(), Scaling(method), progress=Progress(events.append))
        return [e["text"] for e in events if e["event"] == "warning"]

    @pytest.mark.parametrize("dtype", ["uint16", "float32"])
    def test_a_maximum_far_above_the_rest_gives_a_warning(self, make_raster, out, dtype):
        (warning,) = self.warnings(make_raster, out, 10000, dtype)
        assert "10000" in warning
        assert "METHOD=percentile" in warning

    def test_no_warning_if_the_maximum_is_near_or_does_not_matter(self, make_raster, out):
        assert self.warnings(make_raster, out, 1500) == []
        assert self.warnings(make_raster, out, 10000, method="percentile") == []


class TestTransform:
    A = Normalization("max", ("a", "b"), (0.1, 2.0), (0.0, -1.0))

    def test_fingerprints_are_equal_for_equal_transforms_only(self):
        assert Normalization("scale", ("x", "y"), self.A.gain, self.A.bias).fingerprint == self.A.fingerprint
        others = [
            Normalization("max", ("a", "b"), (0.1, np.nextafter(2.0, 3)), self.A.bias),
            Normalization("max", ("a", "b"), self.A.gain, (0.0, -1.1)),
            Normalization("max", ("a", "b"), (2.0, 0.1), self.A.bias),
            Normalization("max", ("a", "b"), self.A.bias, self.A.gain),
            Normalization("max", ("a",), (0.1,), (0.0,)),
        ]
        assert len({self.A.fingerprint, *(o.fingerprint for o in others)}) == 6

    def test_json_keeps_every_bit(self):
        transform = Normalization("standard", ("a",), (1 / 3,), (-1e-17,))
        back = Normalization.from_json(json.loads(json.dumps(transform.to_json())))
        assert back == transform
        assert back.fingerprint == transform.fingerprint

    def test_apply_is_gain_and_bias_per_band_as_float32(self):
        result = self.A.apply(np.array([[[10, 3]], [[0, 65535]]], np.uint16))
        assert result.dtype == np.float32
        np.testing.assert_array_equal(result, np.array([[[1, 5]], [[0, 131069]]], np.float32))

    @pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "uint32", "float32", "float64"])
    @pytest.mark.parametrize("bands", [1, 3, 40000])
    def test_apply_is_the_formula_in_float64_to_the_last_bit(self, dtype, bands):
        rng = np.random.default_rng(0)
        pixels = (rng.standard_normal((7, 120000 // (7 * bands) + 1, bands)) * 1e4).astype(dtype)
        gain, bias = rng.uniform(1e-5, 1e-2, bands), rng.normal(size=bands)
        transform = Normalization("standard", ("x",) * bands, tuple(gain), tuple(bias))
        expected = (pixels * gain + bias).astype(np.float32)
        np.testing.assert_array_equal(transform.apply(pixels), expected)
        np.testing.assert_array_equal(transform.apply(pixels[::-2, ::2]), expected[::-2, ::2])
        np.testing.assert_array_equal(transform.apply(pixels[0, 0]), expected[0, 0])
        assert transform.apply(pixels[:0]).shape == expected[:0].shape
        with pytest.raises(ValueError, match=rf"expected pixels of {bands} bands, received {bands + 1}"):
            transform.apply(np.zeros((2, bands + 1)))

    def test_apply_does_not_warn_of_nodata_beyond_the_range_of_float32(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = self.A.apply(np.array([[-1.7976931348623157e308, np.nan]]))
        assert np.isneginf(result[0, 0])
        assert np.isnan(result[0, 1])

    @pytest.mark.parametrize(
        "change", [{"gain": [1.0]}, {"bias": None}, {"bands": ["a"]}, {"gain": ["x", 1]}, {"bias": [0, None]}]
    )
    def test_a_malformed_description_is_refused(self, change):
        with pytest.raises(InputError, match=r"malformed"):
            Normalization.from_json({**self.A.to_json(), **change})

    def test_a_raw_image_has_no_transform(self, ramp):
        assert recorded(ramp) is None


def test_nodata_in_one_band_only_is_the_same_in_tif_and_vrt(make_raster, read_pixels, tmp_path):
    pixels = np.random.default_rng(0).integers(1, 99, (9, 9, 2)).astype(np.uint16)
    pixels[3, 4, 0] = 0
    image = make_raster("image.tif", pixels, nodata=0)
    for name in ("n.tif", "n.vrt"):
        normalize([image], str(tmp_path / name), Scaling("minmax"))
    tif, vrt = read_pixels(tmp_path / "n.tif"), read_pixels(tmp_path / "n.vrt")
    np.testing.assert_array_equal(tif, vrt)
    assert np.isnan(tif[3, 4]).tolist() == [True, False]


def test_infinite_pixels_are_left_out(make_raster, tmp_path):
    image = make_raster("inf.tif", np.array([[1.0, 2.0, np.inf, -np.inf]], np.float32))
    assert normalize([image], str(tmp_path / "n.tif"), Scaling("max")).gain == (0.5,)


def test_a_vrt_in_a_linked_folder_finds_its_sources(make_raster, read_pixels, tmp_path):
    image = make_raster("image.tif", np.arange(1, 10, dtype=np.uint16).reshape(3, 3))
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "er")
    normalize([image], str(tmp_path / "link" / "n.vrt"), Scaling("max"))
    assert read_pixels(tmp_path / "link" / "n.vrt").max() == 1


class TestSetsOfImages:
    """STATISTICS_FROM may be a list of raw images."""

    @pytest.fixture
    def bands(self, make_raster):
        """A raster of one band for each of three scenes and two bands; and the pixels of each."""
        rng, scenes = np.random.default_rng(0), []
        for n in range(3):
            pixels = {name: rng.integers(1, 900, (20 + n, 30)).astype(np.uint16) * (n + 1) for name in ("red", "nir")}
            scenes.append({name: (make_raster(f"{n}_{name}.tif", p, names=[name]), p) for name, p in pixels.items()})
        return scenes

    def test_stac_items(self, bands, out, tmp_path):
        items = [
            {"type": "Feature", "id": str(n), "assets": {name: {"href": path} for name, (path, _) in scene.items()}}
            for n, scene in enumerate(bands)
        ]
        (tmp_path / "all.json").write_text(json.dumps({"type": "FeatureCollection", "features": items}))
        paths = [path for path, _ in bands[0].values()]
        transform = normalize(paths, out(), Scaling("minmax", statistics_from=str(tmp_path / "all.json")))
        for band, name in enumerate(("red", "nir")):
            values = np.concatenate([scene[name][1].reshape(-1) for scene in bands])
            low, width = int(values.min()), int(values.max()) - int(values.min())
            assert (transform.gain[band], transform.bias[band]) == pytest.approx((1 / width, -low / width))

    def test_a_text_file(self, bands, out, tmp_path):
        (tmp_path / "all.txt").write_text("\n".join(scene["red"][0] for scene in bands[1:]))
        transform = normalize([bands[0]["red"][0]], out(), Scaling("max", statistics_from=str(tmp_path / "all.txt")))
        assert transform.gain == pytest.approx((1 / max(scene["red"][1].max() for scene in bands[1:]),))

    def test_other_bands(self, bands, out, tmp_path):
        (tmp_path / "all.txt").write_text(bands[0]["red"][0])
        with pytest.raises(InputError, match=r"have 1 band\(s\), but 2 were given"):
            normalize(
                [path for path, _ in bands[0].values()], out(), Scaling(statistics_from=str(tmp_path / "all.txt"))
            )

    def test_images_that_are_normalized_already(self, bands, out, tmp_path):
        normalize([bands[0]["red"][0]], out("n.tif"))
        (tmp_path / "all.txt").write_text(out("n.tif"))
        with pytest.raises(InputError, match="“n.tif” is normalized already"):
            normalize([bands[0]["red"][0]], out(), Scaling(statistics_from=str(tmp_path / "all.txt")))


@pytest.mark.parametrize("listed", ["other.tif", "other.vrt"])
@pytest.mark.parametrize("kind", ["image", "statistics"])
def test_no_image_of_a_list_is_replaced(make_raster, tmp_path, listed, kind):
    pixels = np.random.default_rng(0).integers(1, 100, (10, 12, 2)).astype("uint8")
    image, other = make_raster("i.tif", pixels), make_raster("other.tif", pixels)
    gdal.Translate(str(tmp_path / "other.vrt"), other, format="VRT")
    (tmp_path / "set.txt").write_text(listed)
    (tmp_path / "link.tif").symlink_to(other)
    before = (tmp_path / "other.tif").read_bytes()
    outputs = (other, None) if kind == "image" else (str(tmp_path / "n.tif"), other)
    for output, numbers in (outputs, (str(tmp_path / "link.tif"), None)):
        with pytest.raises(OutputError, match="is one of the inputs"):
            normalize([image], output, Scaling(statistics_from=str(tmp_path / "set.txt")), numbers)
    assert (tmp_path / "other.tif").read_bytes() == before
