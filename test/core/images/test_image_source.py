"""Image sources: what an image must be like as an input of a model."""

import json
from dataclasses import replace

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.image_source import (
    Source,
    conversion_between,
    require_same_left_out,
    require_same_scale,
)
from rasterlearn.core.images.normalization import Normalization, Scaling, normalize
from rasterlearn.core.raster.raster_reader import RasterReader


@pytest.fixture
def raw(make_raster):
    pixels = np.random.default_rng(0).integers(1, 1000, (8, 9, 2)).astype(np.uint16)
    return make_raster("raw.tif", pixels, names=["B4", "B8"], pixel_size=(20.0, -10.0))


@pytest.fixture
def normalized(raw, tmp_path):
    def make(method):
        path = str(tmp_path / f"{method}.tif")
        return path, normalize([raw], path, Scaling(method))

    return make


def describe(path, *size):
    with RasterReader(path) as reader:
        return Source.of_image(reader, *size)


def test_a_raw_image_is_described_by_its_bands_and_pixel_size(raw):
    assert describe(raw, 16, 9) == Source(("B4", "B8"), (20.0, 10.0), 16, 9)


def test_a_normalized_image_is_described_with_its_transform(normalized):
    path, transform = normalized("max")
    assert describe(path).normalization == transform


def test_single_pixels_are_patches_of_one(raw):
    source = describe(raw)
    assert (source.patch_width, source.patch_height) == (1, 1)


def test_a_neighborhood_adds_two_values_for_each_band(raw):
    assert describe(raw, 5, 5).value_count == 2
    assert describe(raw, 5, 5, True).value_count == 6


def test_fill_values_are_numbers_and_nothing_else_changes(raw):
    source = describe(raw, 16, 9)
    filled = source.with_fill(np.array([1, 2.5], np.float32))
    assert filled.fill == (1.0, 2.5)
    assert filled.with_fill([]) == source


@pytest.mark.parametrize("fill", [(), (0.25, -1.0)])
def test_json_round_trip(raw, normalized, fill):
    for path, neighborhood in ((raw, False), (normalized("standard")[0], False), (raw, True)):
        source = describe(path, 16, 9, neighborhood).with_fill(fill)
        assert Source.from_json(json.loads(json.dumps(source.to_json()))) == source


@pytest.mark.parametrize(
    "change",
    [
        {"pixel_size": [10]},
        {"pixel_size": None},
        {"patch_width": "wide"},
        {"bands": 3},
        {"normalization": {"method": "max"}},
        {"fill": ["x"]},
    ],
)
def test_a_malformed_description_is_refused(raw, change):
    with pytest.raises(InputError, match=r"malformed"):
        Source.from_json({**describe(raw).to_json(), **change})


@pytest.mark.parametrize("malformed", [None, [], {}, "text"])
def test_something_that_is_not_a_description_is_refused(malformed):
    with pytest.raises(InputError, match=r"malformed"):
        Source.from_json(malformed)


def transform_for(source, path):
    with RasterReader(path) as reader:
        return source.transform_for(reader)


def test_raw_pixels_for_a_model_of_raw_pixels_stay_as_they_are(raw):
    assert transform_for(describe(raw), raw) is None


def test_raw_pixels_for_a_model_of_normalized_pixels_are_transformed(raw, normalized):
    path, transform = normalized("max")
    assert transform_for(describe(path), raw) == transform


def test_pixels_normalized_as_in_training_stay_as_they_are(normalized):
    path, _ = normalized("max")
    assert transform_for(describe(path), path) is None


def test_pixels_normalized_in_another_way_are_refused_naming_both_transforms(normalized):
    (maximum, one), (standard, two) = normalized("max"), normalized("standard")
    with pytest.raises(InputError, match=r"standard.tif.*normalized in another way") as error:
        transform_for(describe(maximum), standard)
    assert one.fingerprint in str(error.value)
    assert two.fingerprint in str(error.value)


def test_normalized_pixels_for_a_model_of_raw_pixels_are_refused(raw, normalized):
    with pytest.raises(InputError, match=r"max.tif.*is normalized.*trained on raw pixels"):
        transform_for(describe(raw), normalized("max")[0])


def test_another_number_of_bands_is_refused_naming_both(raw, ramp):
    source = Source(("a", "b", "c"), (10.0, 10.0), normalization=Normalization("max", ("a",), (1.0,), (0.0,)))
    with pytest.raises(InputError, match=r"ramp.tif.*2 band.*expects 3: a, b, c"):
        transform_for(source, ramp)


def test_bands_that_are_left_out_are_recorded():
    source = Source(("a", "b", "c"), (10.0, 10.0), left_out=(0, 2))
    assert Source.from_json(json.loads(json.dumps(source.to_json()))) == source
    assert "left_out" not in Source(("a",), (10.0, 10.0)).to_json()
    assert source.of_bands([2, 1]).left_out == (0,)
    for wrong in ([3], "0", [0.5]):
        with pytest.raises(InputError, match="malformed"):
            Source.from_json({**source.to_json(), "left_out": wrong})
    require_same_left_out(source, source)
    with pytest.raises(InputError, match=r"band\(s\) c are nodata everywhere in the images of one of two sets"):
        require_same_left_out(source, Source(("a", "b", "c"), (10.0, 10.0), left_out=(0,)))


class TestScales:
    """Sources whose numbers mean something else."""

    OLD = Source(("a", "b"), (10.0, 10.0), scalings=((1e-4, 0.0), None), ranges=((1.0, 2.0), None))
    NEW = replace(OLD, scalings=((1e-4, -0.1), (1e-4, -0.1)))

    def test_are_kept_in_json_and_with_some_bands(self):
        assert Source.from_json(self.OLD.to_json()) == self.OLD
        some = self.OLD.of_bands((1, 0))
        assert some.scalings == (None, (1e-4, 0.0)) and some.ranges == (None, (1.0, 2.0))

    def test_unknown_ones_are_not_in_json(self):
        assert not {"scalings", "ranges"} & set(replace(self.OLD, scalings=None, ranges=None).to_json())

    def test_samples_of_one_set_need_the_same(self):
        require_same_scale(self.OLD, self.OLD, "the patches")
        require_same_scale(self.OLD, replace(self.NEW, scalings=None), "the patches")
        with pytest.raises(InputError, match=r"The patches were .* band a .* offset -0\.1, but .* 0\.0001 and 0:"):
            require_same_scale(self.OLD, self.NEW, "the patches")

    def test_are_converted_where_both_are_known(self):
        gain, bias = conversion_between(self.NEW, self.OLD)
        assert gain.tolist() == [1, 1] and bias.tolist() == [-1000, 0]
        assert conversion_between(self.OLD, self.OLD) is None
        assert conversion_between(replace(self.NEW, scalings=None), self.OLD) is None
