import csv
import math

import numpy as np
import pytest
from osgeo import gdal
from similarity_by_the_book import by_the_book
from sklearn.metrics import mean_squared_error, r2_score

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.judging import value_accuracy
from rasterlearn.core.judging.value_accuracy import is_of_values, judge_values
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.jobs.accuracy import Accuracy


@pytest.fixture
def images():
    """A map and its reference, (60, 45, 3) float32."""
    rng = np.random.default_rng(0)
    reference = rng.normal((500, 900, 3000), (40, 80, 300), (60, 45, 3)).astype(np.float32)
    return (reference + rng.normal(3, 30, reference.shape)).astype(np.float32), reference


@pytest.fixture
def tagged(tmp_path, wkt):
    """Writes a map of one band that says what it is: tagged("a.tif", pixels, RESULT="values")."""

    def write(name, pixels, **tags):
        grid = Grid(pixels.shape[1], pixels.shape[0], (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), wkt("EPSG:32633"))
        with RasterWriter(str(tmp_path / name), grid, RasterProfile(1, pixels.dtype, tags=tags)) as writer:
            writer.write(0, 0, pixels)
        return str(tmp_path / name)

    return write


def test_each_band_and_all(make_raster, images):
    mapped, reference = images
    names = ["red", "nir", "swir"]
    accuracy = judge_values(make_raster("m.tif", mapped), make_raster("r.tif", reference, names=names))
    mapped, reference = mapped.astype(np.float64), reference.astype(np.float64)
    for index, band in enumerate(accuracy.bands):
        truth, found, scores = reference[..., index], mapped[..., index], band.scores
        assert (band.name, scores.count) == (names[index], 60 * 45)
        rmse = math.sqrt(mean_squared_error(truth, found))
        assert scores.rmse == pytest.approx(rmse, rel=1e-12)
        assert scores.r2 == pytest.approx(r2_score(truth.ravel(), found.ravel()), rel=1e-10)
        assert scores.psnr == pytest.approx(10 * math.log10(np.ptp(truth) ** 2 / rmse**2), rel=1e-12)
        assert scores.ssim == pytest.approx(np.mean(by_the_book(found, truth, np.ptp(truth))), rel=1e-9)
    dot = (mapped * reference).sum(-1) / np.linalg.norm(mapped, axis=-1) / np.linalg.norm(reference, axis=-1)
    assert accuracy.sam == pytest.approx(np.degrees(np.arccos(dot)).mean(), rel=1e-6)
    assert accuracy.overall.rmse == pytest.approx(math.sqrt(((mapped - reference) ** 2).mean()), rel=1e-12)
    assert accuracy.overall.ssim == pytest.approx(np.mean([band.scores.ssim for band in accuracy.bands]))


def test_a_reference_in_other_numbers_or_order_is_brought_to_those_of_the_map(make_raster, images):
    names, events = ("red", "nir", "swir"), []

    def recorded(name, pixels, order, offset):
        path = make_raster(name, pixels[..., order], names=[names[i] for i in order])
        dataset = gdal.Open(path, gdal.GA_Update)
        for number in (1, 2, 3):
            dataset.GetRasterBand(number).SetScale(1e-4)
            dataset.GetRasterBand(number).SetOffset(offset)
        dataset.FlushCache()
        return path

    mapped, reference = (np.rint(image).astype(np.float32) for image in images)
    path = recorded("m.tif", mapped, [0, 1, 2], 0.0)
    expected = judge_values(path, recorded("r.tif", reference, [0, 1, 2], 0.0))
    shifted = recorded("s.tif", reference + 1000, [2, 0, 1], -0.1)
    found = judge_values(path, shifted, progress=Progress(events.append))
    assert [band.name for band in found.bands] == list(names) and found.sam == expected.sam
    assert [band.scores for band in found.bands] == [band.scores for band in expected.bands]
    assert sum("converted" in e["text"] for e in events if e["event"] == "info") == 1
    taken = judge_values(path, shifted, pixel_values="unchanged")
    assert taken.overall.bias == pytest.approx(expected.overall.bias - 1000)


def test_nodata_nan_and_a_mask(make_raster, images):
    mapped, reference = (image[..., :2].copy() for image in images)
    mapped[0, 0, 0], mapped[1, 1, 1], reference[2, 2, 0], reference[3, 3, 1] = -9999, np.nan, np.inf, 7
    mask = np.ones((60, 45), np.uint8)
    mask[:, 40:], mask[50] = 0, 255
    paths = make_raster("m.tif", mapped, nodata=-9999), make_raster("r.tif", reference, nodata=7)
    accuracy = judge_values(*paths, make_raster("mask.tif", mask, nodata=255))
    judged = np.repeat((mask == 1)[..., np.newaxis], 2, axis=2)
    for place in ((0, 0, 0), (1, 1, 1), (2, 2, 0), (3, 3, 1)):
        judged[place] = False
    for index, band in enumerate(accuracy.bands):
        kept = judged[..., index]
        found, truth = mapped[..., index][kept].astype(float), reference[..., index][kept].astype(float)
        assert band.scores.count == kept.sum() == 59 * 40 - 2
        assert band.scores.rmse == pytest.approx(math.sqrt(mean_squared_error(truth, found)), rel=1e-12)
        expected = by_the_book(mapped[..., index], reference[..., index], np.ptp(truth), kept)
        assert band.scores.ssim == pytest.approx(np.mean(expected), rel=1e-9)
    assert accuracy.sam_count == judged.all(axis=-1).sum() == 59 * 40 - 4


@pytest.mark.parametrize(("rows", "part_pixels"), [(1, 10**6), (7, 100), (13, 10**6), (60, 45 * 9)])
def test_the_height_of_strips_changes_nothing(make_raster, images, monkeypatch, rows, part_pixels):
    mapped, reference = (image.copy() for image in images)
    mapped[20, 10], reference[40:43, 30] = np.nan, np.nan
    paths = make_raster("m.tif", mapped), make_raster("r.tif", reference)
    whole = judge_values(*paths)
    monkeypatch.setattr(value_accuracy, "MOST_ROWS", rows)
    monkeypatch.setattr(value_accuracy, "LEAST_ROWS", rows)
    monkeypatch.setattr(value_accuracy, "PART_PIXELS", part_pixels)
    found = judge_values(*paths)
    for ours, theirs in zip(found.bands, whole.bands):
        assert vars(ours.scores) == pytest.approx(vars(theirs.scores), rel=1e-12)
        assert (ours.sums.density == theirs.sums.density).all() and (ours.sums.errors == theirs.sums.errors).all()
    assert (found.sam, found.sam_count) == (pytest.approx(whole.sam, rel=1e-12), whole.sam_count)


def test_rows_of_a_strip_are_as_many_as_memory_allows(make_raster, images, monkeypatch):
    paths = make_raster("m.tif", images[0]), make_raster("r.tif", images[1])
    read = []
    original = RasterReader.read
    monkeypatch.setattr(RasterReader, "read", lambda self, w, into=None: read.append(w) or original(self, w, into))
    monkeypatch.setattr(value_accuracy, "STRIP_VALUES", 20 * 45 * 3)
    judge_values(*paths)
    assert {window.height for window in read} == {20}


def test_rasters_that_overlap_in_part(make_raster, images):
    mapped, reference = images
    origin = (500000.0 + 50.0004, 5800000.0 - 200.0)  # 5 columns to the right, 20 rows down, rounded a little
    paths = make_raster("m.tif", mapped[:50, :30]), make_raster("r.tif", reference[20:, 5:], origin=origin)
    accuracy = judge_values(*paths)
    found, truth = mapped[20:50, 5:30].astype(float), reference[20:50, 5:30].astype(float)
    assert accuracy.overall.count == 30 * 25 * 3
    assert accuracy.overall.rmse == pytest.approx(math.sqrt(((found - truth) ** 2).mean()), rel=1e-12)
    swapped = judge_values(*paths[::-1])
    assert swapped.overall.rmse == pytest.approx(accuracy.overall.rmse, rel=1e-12)
    assert swapped.overall.bias == pytest.approx(-accuracy.overall.bias, rel=1e-12)


def test_integers_do_not_wrap(make_raster):
    mapped = make_raster("m.tif", np.array([[0, 200]], np.uint8))
    scores = judge_values(mapped, make_raster("r.tif", np.array([[65535, 100]], np.uint16))).overall
    assert (scores.mae, scores.bias) == ((65535 + 100) / 2, (100 - 65535) / 2)


def test_values_that_cannot_be_judged(make_raster, images):
    reference = images[1].astype(np.float64)
    paths = make_raster("m.tif", images[0]), make_raster("r.tif", np.where(reference < 450, -1.797e308, reference))
    with pytest.raises(InputError, match=r"“r.tif” has values up to 1.8e\+308.*nodata"):
        judge_values(*paths)
    tiny = make_raster("tiny.tif", reference * 1e-300)
    assert judge_values(tiny, tiny).overall.mae == 0


def test_what_cannot_be_compared(make_raster, images):
    mapped = make_raster("map.tif", images[0])

    def says(name, pixels, **where):
        with pytest.raises(InputError) as error:
            judge_values(mapped, make_raster(name, pixels, **where))
        return str(error.value)

    assert "do not overlap" in says("away.tif", images[1], origin=(600000.0, 5800000.0))
    assert "do not overlap" in says("beside.tif", images[1], origin=(500450.0, 5800000.0))
    bands = says("bands.tif", images[1][..., :2])
    assert "“map.tif”" in bands and "3 and 2" in bands and "KIND" in bands
    assert "Warp" in says("coarse.tif", images[1], pixel_size=(20.0, -20.0))
    assert "Warp" in says("between.tif", images[1], origin=(500005.0, 5800000.0))
    assert "Warp" in says("south_up.tif", images[1], origin=(500000.0, 5799400.0), pixel_size=(10.0, 10.0))
    assert "EPSG:32632" in says("zone.tif", images[1], crs="EPSG:32632")
    assert "no pixel with a value in both" in says("empty.tif", images[1] * np.nan)


def test_nothing_is_left_by_a_mask(make_raster, images, tmp_path):
    paths = make_raster("m.tif", images[0]), make_raster("r.tif", images[1])
    with pytest.raises(InputError, match="where the mask “mask.tif” is not 0"):
        judge_values(*paths, make_raster("mask.tif", np.zeros((60, 45), np.uint8)), str(tmp_path / "r.html"))
    assert not (tmp_path / "r.html").exists()


def test_the_table(make_raster, tmp_path):
    reference = np.dstack([[[1.0, 2, 3]], [[4, 4, 4]], [[np.nan] * 3], [[5, 6, 8]]]).astype(np.float32)
    mapped = np.dstack([[[1.0, 2, 3]], [[4, 4, 5]], [[1, 2, 3]], [[6, 6, 6]]]).astype(np.float32)
    paths = make_raster("m.tif", mapped), make_raster("r.tif", reference)
    judge_values(*paths, table=str(tmp_path / "t.csv"), report=str(tmp_path / "r.html"))
    with open(tmp_path / "t.csv", newline="") as file:
        perfect, constant, missing, other, overall = csv.DictReader(file)
    assert perfect["rmse"] == "0.0" and perfect["psnr_db"] == "inf" and perfect["ssim"] == ""
    assert constant["r2"] == constant["psnr_db"] == constant["pearson_r"] == "" and float(constant["mae"]) == 1 / 3
    assert missing["pixels"] == "0" and missing["rmse"] == missing["reference_minimum"] == ""
    assert (float(other["bias"]), other["reference_maximum"]) == (pytest.approx(-1 / 3), "8.0")
    assert overall["pixels"] == "9" and overall["band"] == "all" and overall["sam_degrees"] == ""
    assert "–" in (tmp_path / "r.html").read_text("utf-8")


def test_what_a_map_holds(make_raster, tagged):
    whole, real = np.ones((4, 4), np.uint8), np.ones((4, 4), np.float32)
    label, value = make_raster("label.tif", whole), make_raster("value.tif", real)
    bands = make_raster("bands.tif", np.ones((4, 4, 2), np.uint8))
    says_values, says_classes = tagged("v.tif", whole, RESULT="values"), tagged("c.tif", whole, RESULT="classes")
    assert not is_of_values(label, label) and not is_of_values(label, value) and not is_of_values(value, label)
    assert is_of_values(value, value) and is_of_values(bands, bands)
    assert is_of_values(says_values, label) and not is_of_values(says_classes, label)
    assert is_of_values(label, label, "values")
    assert not is_of_values(value, value, "classes") and not is_of_values(says_values, label, "classes")
    assert not is_of_values(bands, None), "features are labels"
    for mapped, kind in ((label, "values"), (says_values, "auto")):
        with pytest.raises(InputError, match="raster of values"):
            is_of_values(mapped, None, kind)


def test_the_job_returns_the_numbers_of_its_kind(make_raster, images, make_vector):
    def run(**job):
        return Accuracy(**job).run(Progress())

    perfect = make_raster("r.tif", images[1][..., :1])
    assert run(map=perfect, reference=perfect) == {
        "RMSE": 0, "MAE": 0, "BIAS": 0, "PSNR": "inf", "SSIM": pytest.approx(1), "SAM": None,
    }  # fmt: skip
    label = make_raster("label.tif", np.array([[1, 2]], np.uint8))
    assert run(map=label, reference=label) == {"OVERALL_ACCURACY": 1, "KAPPA": 1}
    features = make_vector("p.gpkg", [("POINT(500005 5799995)", {"k": 1})])
    for given in ({"reference": perfect}, {}):
        with pytest.raises(InputError, match="REFERENCE"):
            run(map=perfect, reference_features=features, field="k", kind="values", **given)


FILL = 9.969209968386869e36  # of NetCDF
HARD = {
    "fill": np.full((20, 20), FILL, np.float32),
    "largest": np.full((20, 20), np.finfo(np.float32).max),
    "beyond 2**53": np.full((20, 20), -(2.0**60)),
    "denormal": np.full((20, 20), 1e-310),
    "neighbors": np.where(np.indices((20, 20)).sum(0) % 2, 1e16, np.nextafter(1e16, np.inf)),
    "denormals": np.where(np.indices((20, 20)).sum(0) % 2, 0, 5e-324),
    "fill in part": np.where(np.indices((20, 20)).sum(0) % 7, 1.5, FILL),
    "zero": np.zeros((20, 20)),
}


@pytest.mark.parametrize("first", HARD)
@pytest.mark.parametrize("second", HARD)
@pytest.mark.filterwarnings("error")
def test_constant_and_huge_values(make_raster, first, second, tmp_path):
    mapped, reference = HARD[first].astype(np.float64), HARD[second].astype(np.float64)
    paths = make_raster("m.tif", HARD[first]), make_raster("r.tif", HARD[second])
    report = str(tmp_path / "r.html") if first == second else None
    scores = judge_values(*paths, report=report, table=str(tmp_path / "t.csv")).overall
    assert scores.rmse == pytest.approx(math.sqrt(((mapped - reference) ** 2).mean()), rel=1e-12)
    assert all(math.isnan(v) or math.isfinite(v) for v in (scores.mae, scores.bias, scores.r2, scores.ssim))
