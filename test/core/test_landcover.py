import pytest

from rasterlearn.core.classes import ClassMap, LandClass
from rasterlearn.core.errors import InputError
from rasterlearn.core.landcover import map_land_cover
from rasterlearn.core.model_file import load_model
from rasterlearn.core.style import write_map_style
from rasterlearn.core.training import Settings

FAST = Settings(epochs=3)


def square(x, y):
    return f"POLYGON(({x} {y}, {x + 300} {y}, {x + 300} {y - 300}, {x} {y - 300}, {x} {y}))"


def outputs(tmp_path):
    return str(tmp_path / "m.rlmodel"), str(tmp_path / "map.tif")


def test_validation_features_get_the_values_of_the_training_names(two_fields, make_vector, tmp_path):
    left, right = square(500100, 5799900), square(500800, 5799900)
    training = make_vector("t.gpkg", [(left, {"k": "a"}), (right, {"k": "b"}), (square(500100, 5799500), {"k": "c"})])
    validation = make_vector("v.gpkg", [(left, {"k": "b"}), (right, {"k": "c"})])
    given = {"label_features": training, "attribute": "k", "validation_features": validation, "count": 10}
    result = map_land_cover([two_fields[0]], *outputs(tmp_path), settings=FAST, **given)
    assert result.accuracy.classes.names == ["a", "b", "c"]
    assert result.accuracy.matrix.sum(axis=1).tolist() == [0, 10, 10]


def test_a_validation_raster_that_names_its_values_otherwise_is_refused(two_fields, make_raster, read_pixels, tmp_path):
    image, labels = two_fields
    other = make_raster("other.tif", read_pixels(labels)[..., 0], nodata=255)
    write_map_style(labels.replace(".tif", ".qml"), ClassMap.of([LandClass(1, "water"), LandClass(5, "forest")]))
    write_map_style(other.replace(".tif", ".qml"), ClassMap.of([LandClass(1, "forest"), LandClass(5, "water")]))
    with pytest.raises(InputError, match="disagree"):
        map_land_cover([image], *outputs(tmp_path), labels=labels, validation_labels=other, count=10, settings=FAST)
    assert not any((tmp_path / name).exists() for name in ("m.rlmodel", "map.tif"))


def test_labels_and_a_share_are_not_both_possible(two_fields, tmp_path):
    image, labels = two_fields
    with pytest.raises(InputError, match="not both"):
        map_land_cover([image], *outputs(tmp_path), labels=labels, validation_labels=labels, validation_percent=20)


def test_the_model_carries_the_normalization_of_the_raw_image(two_fields, tmp_path):
    image, labels = two_fields
    map_land_cover([image], *outputs(tmp_path), labels=labels, method="standard", count=10, settings=FAST)
    assert load_model(outputs(tmp_path)[0]).sources[0].normalization.method == "standard"
