from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.chains.land_cover import LandCover, LandCoverFiles, map_land_cover
from rasterlearn.core.images.legend import Legend, write_map_style
from rasterlearn.core.learning.training_loop import Settings
from rasterlearn.core.model.model_file import load_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader, read_legend
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.core.samples.labels import LabelSource
from rasterlearn.core.samples.sampling import Sampling

FAST = LandCover(sampling=Sampling(count=10), training=Settings(epochs=3))


def square(x, y):
    return f"POLYGON(({x} {y}, {x + 300} {y}, {x + 300} {y - 300}, {x} {y - 300}, {x} {y}))"


def outputs(tmp_path):
    return LandCoverFiles(str(tmp_path / "m.rlmodel"), str(tmp_path / "map.tif"))


def test_validation_features_get_the_values_of_the_training_names(two_fields, make_vector, tmp_path):
    left, right = square(500100, 5799900), square(500800, 5799900)
    training = make_vector("t.gpkg", [(left, {"k": "a"}), (right, {"k": "b"}), (square(500100, 5799500), {"k": "c"})])
    validation = make_vector("v.gpkg", [(left, {"k": "b"}), (right, {"k": "c"})])
    given = LabelSource(features=training, attribute="k"), LabelSource(features=validation, attribute="k")
    result = map_land_cover([two_fields[0]], given[0], outputs(tmp_path), FAST, given[1])
    assert result.accuracy.classes.names == ["a", "b", "c"]
    assert result.accuracy.matrix.sum(axis=1).tolist() == [0, 10, 10]


def test_a_validation_raster_that_names_its_values_otherwise_is_refused(two_fields, make_raster, read_pixels, tmp_path):
    image, labels = two_fields
    other = make_raster("other.tif", read_pixels(labels)[..., 0], nodata=255)
    write_map_style(labels.replace(".tif", ".qml"), ClassMap.of([LandClass(1, "water"), LandClass(5, "forest")]))
    write_map_style(other.replace(".tif", ".qml"), ClassMap.of([LandClass(1, "forest"), LandClass(5, "water")]))
    with pytest.raises(InputError, match="disagree"):
        map_land_cover([image], LabelSource(labels), outputs(tmp_path), FAST, LabelSource(other))
    assert not any((tmp_path / name).exists() for name in ("m.rlmodel", "map.tif"))


def test_labels_and_a_share_are_not_both_possible(two_fields, tmp_path):
    image, labels = two_fields[0], LabelSource(two_fields[1])
    settings = LandCover(sampling=Sampling(validation_percent=20))
    with pytest.raises(InputError, match="not both"):
        map_land_cover([image], labels, outputs(tmp_path), settings, validation=labels)


def test_the_model_carries_the_normalization_of_the_raw_image(two_fields, tmp_path):
    image, labels = two_fields
    map_land_cover([image], LabelSource(labels), outputs(tmp_path), replace(FAST, method="standard"))
    assert load_model(outputs(tmp_path).model).sources[0].normalization.method == "standard"


TOWN, LAKE = LandClass(-3, "Vieille ville", "#112233"), LandClass(300, "Étang & forêt", "#445566")
NAMED = Legend(colors={TOWN.name: TOWN.color, LAKE.name: LAKE.color})


class Kinds:
    """The same two fields, labelled in every possible way; each gives the labels for `map_land_cover`."""

    def __init__(self, two_fields, make_raster, make_vector, read_pixels, tmp_path):
        self.make_raster, self.make_vector, self.tmp_path = make_raster, make_vector, tmp_path
        labels = read_pixels(two_fields[1])[..., 0]
        self.values = np.choose(np.searchsorted([1, 5, 255], labels), [-3, 300, -9999]).astype(np.int16)

    def raster_with_attribute_table(self):
        path = str(self.tmp_path / "rat.tif")
        with RasterReader(str(self.tmp_path / "fields.tif")) as reader:
            grid = reader.grid
        with RasterWriter(
            path, grid, RasterProfile(1, np.int16, nodata=-9999, classes=ClassMap.of([TOWN, LAKE]))
        ) as writer:
            writer.write(0, 0, self.values)
        return LabelSource(path)

    def raster_with_style(self):
        path = self.make_raster("styled.tif", self.values, nodata=-9999)
        write_map_style(path.replace(".tif", ".qml"), ClassMap.of([TOWN, LAKE]))
        return LabelSource(path)

    def raster_with_legend(self):
        path = self.make_raster("plain.tif", self.values, nodata=-9999)
        return LabelSource(path, legend=Legend.of(ClassMap.of([TOWN, LAKE])))

    def raster_in_another_crs_with_style(self):
        path = self.make_raster("here.tif", self.values, nodata=-9999)
        there = str(self.tmp_path / "there.tif")
        gdal.Warp(there, path, dstSRS="EPSG:32632", resampleAlg="near")
        write_map_style(there.replace(".tif", ".qml"), ClassMap.of([TOWN, LAKE]))
        return LabelSource(there)

    def fields(self, kind, left, right, legend):
        geometries = {
            "polygons": "POLYGON(({x} 5799900, {r} 5799900, {r} 5799200, {x} 5799200, {x} 5799900))",
            "lines": "LINESTRING({x} 5799900, {r} 5799850, {x} 5799500, {r} 5799300)",
            "points": "MULTIPOINT({x} 5799800, {x} 5799700, {x} 5799600, {x} 5799500, {r} 5799500, {r} 5799400)",
        }
        shapes = [geometries[kind].format(x=x, r=x + 200) for x in (500150, 500850)]
        path = self.make_vector(f"{kind}.gpkg", [(shapes[0], {"k": left}), (shapes[1], {"k": right})])
        return LabelSource(features=path, attribute="k", legend=legend)

    def polygons_with_names(self):
        return self.fields("polygons", " Vieille  ville", "Étang & forêt", NAMED)

    def lines_with_names(self):
        return self.fields("lines", "Vieille ville", "Étang & forêt", NAMED)

    def points_with_names(self):
        return self.fields("points", "Vieille ville", "Étang & forêt", NAMED)

    def polygons_with_values(self):
        return self.fields("polygons", -3, 300, Legend.of(ClassMap.of([TOWN, LAKE])))


@pytest.mark.parametrize("kind", [name for name in vars(Kinds) if "_with_" in name])
def test_names_and_colors_arrive_in_the_model_and_the_map(
    kind, two_fields, make_raster, make_vector, read_pixels, tmp_path
):
    labels = getattr(Kinds(two_fields, make_raster, make_vector, read_pixels, tmp_path), kind)()
    paths = outputs(tmp_path)
    settings = LandCover(sampling=Sampling(count=6), training=Settings(epochs=12))
    map_land_cover([two_fields[0]], labels, paths, settings)
    model, output = paths.model, paths.map
    classes = load_model(model).classes
    assert {(c.name, c.color) for c in classes} == {(c.name, c.color) for c in (TOWN, LAKE)}
    if not kind.endswith("names"):
        assert classes.values.tolist() == [-3, 300]
    assert read_legend(output) == {c.value: c for c in classes}
    values = {c.name: c.value for c in classes}
    pixels = read_pixels(output)[..., 0]
    assert (pixels[:, :50] == values[TOWN.name]).mean() > 0.8
    assert (pixels[:, 70:] == values[LAKE.name]).mean() > 0.8
