import numpy as np
import pytest
from learning_data import train_forest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.legend import Legend
from rasterlearn.core.learning.forest_training import ForestData, SampleFiles
from rasterlearn.core.model.model_file import load_model
from rasterlearn.core.raster.classes import LandClass


def test_a_forest_from_points(make_vector, tmp_path):
    rng = np.random.default_rng(0)
    features = [
        (f"POINT({i} {i})", {"class": 4 + 3 * (i % 2), "value_0": float(i % 2 * 10 + rng.normal()), "value_1": 1.0})
        for i in range(60)
    ]
    points = make_vector("values.gpkg", features)
    training = train_forest(points, "class", [], str(tmp_path / "f.rlmodel"), validation=points, trees=10)
    assert training.accuracy.kappa == 1
    model = load_model(str(tmp_path / "f.rlmodel"))
    assert model.classes.values.tolist() == [4, 7]
    assert model.sources[0].bands == ("value_0", "value_1")


def test_points_of_one_class(make_vector, tmp_path):
    points = make_vector("values.gpkg", [(f"POINT({i} 0)", {"class": 4, "value_0": float(i)}) for i in range(5)])
    with pytest.raises(InputError, match="only one class"):
        train_forest(points, "class", [], str(tmp_path / "f.rlmodel"))


def test_missing_values_are_refused(make_vector, tmp_path):
    points = make_vector("values.gpkg", [("POINT(0 0)", {"class": 4, "value_0": 1.0}), ("POINT(1 0)", {"class": 5})])
    with pytest.raises(InputError, match="without a value in value_0|must be numbers"):
        train_forest(points, "class", [], str(tmp_path / "f.rlmodel"))


def test_a_class_that_only_the_validation_has(make_vector, tmp_path):
    def points(name, classes):
        return make_vector(name, [(f"POINT({i} 0)", {"class": c, "value_0": float(c)}) for i, c in enumerate(classes)])

    with pytest.raises(InputError, match="does not have"):
        train_forest(
            points("a.gpkg", [1, 2, 1, 2]), "class", [], str(tmp_path / "f.rlmodel"), points("b.gpkg", [1, 2, 3])
        )
    assert not (tmp_path / "f.rlmodel").exists()


def test_the_order_in_which_bands_are_chosen_does_not_matter(make_raster, make_vector, read_pixels, tmp_path):
    from rasterlearn.core.mapping.apply_model import apply_model
    from rasterlearn.core.samples.point_values import extract_values

    rng = np.random.default_rng(0)
    kinds = np.arange(20)[:, np.newaxis] % 2 * np.ones((1, 20), int)
    image = make_raster("i.tif", np.dstack([100 + 800 * kinds, rng.integers(0, 999, (20, 20))]).astype(np.uint16))
    points = [(f"POINT({500005 + 10 * i} {5799995 - 10 * i})", {"class": int(kinds[i, i])}) for i in range(20)]
    extract_values(make_vector("p.gpkg", points), image, str(tmp_path / "v.gpkg"))
    for name, features in (("a", ["value_0", "value_1"]), ("b", ["value_1", "value_0"])):
        train_forest(str(tmp_path / "v.gpkg"), "class", features, str(tmp_path / f"{name}.rlmodel"))
        apply_model([image], str(tmp_path / f"{name}.rlmodel"), str(tmp_path / f"{name}.tif"))
        np.testing.assert_array_equal(read_pixels(tmp_path / f"{name}.tif")[..., 0], kinds)


@pytest.fixture
def normalized_values(make_raster, make_vector, tmp_path):
    """Points with the values of a normalized image of two bands, by method."""
    from rasterlearn.core.images.normalization import Scaling, normalize
    from rasterlearn.core.samples.point_values import extract_values

    pixels = np.random.default_rng(0).integers(1, 999, (20, 20, 2)).astype(np.uint16)
    image = make_raster("i.tif", pixels)
    points = [(f"POINT({500005 + 10 * i} {5799995 - 10 * i})", {"class": i % 2}) for i in range(20)]
    points = make_vector("p.gpkg", points)

    def of(method):
        path = str(tmp_path / f"{method}.gpkg")
        normalize([image], str(tmp_path / f"{method}.tif"), Scaling(method))
        extract_values(points, str(tmp_path / f"{method}.tif"), path)
        return path

    return of


def test_a_forest_on_some_bands_remembers_their_normalization(normalized_values, tmp_path):
    model = str(tmp_path / "f.rlmodel")
    train_forest(normalized_values("max"), "class", ["value_1"], model, trees=3)
    source = load_model(model).sources[0]
    assert len(source.bands) == len(source.normalization.gain) == 1


def test_validation_values_of_another_normalization_are_refused(normalized_values, tmp_path):
    with pytest.raises(InputError, match="normalized in another way"):
        train_forest(
            normalized_values("max"), "class", [], str(tmp_path / "f.rlmodel"), normalized_values("standard"), trees=3
        )


def test_validation_points_on_pixels_of_training_points_are_reported(make_raster, make_vector, tmp_path):
    from rasterlearn.core.samples.point_values import extract_values

    rng = np.random.default_rng(0)
    image = make_raster("i.tif", rng.integers(0, 99, (50, 50)).astype(np.uint8))
    paths = []
    for name, shift in (("t", 0), ("v", 3)):
        spots = [(500005 + 10 * (i + shift), 5799605) for i in range(10)]
        points = make_vector(f"{name}.gpkg", [(f"POINT({x} {y})", {"class": i % 2}) for i, (x, y) in enumerate(spots)])
        paths.append(str(tmp_path / f"{name}_values.gpkg"))
        extract_values(points, image, paths[-1])
    training = train_forest(paths[0], "class", [], str(tmp_path / "f.rlmodel"), paths[1], trees=3)
    assert (training.leakage.count, training.leakage.overlapping, training.leakage.nearest) == (10, 7, 0.0)
    assert "7 of 10 validation pixels (70.0 %) overlap a training pixel" in str(training.leakage.describe())


def test_the_class_is_not_a_feature(make_vector, tmp_path):
    points = make_vector("v.gpkg", [(f"POINT({i} 0)", {"class": i % 2, "value_0": float(i)}) for i in range(5)])
    with pytest.raises(InputError, match="FEATURES contains “class”, the field with the class"):
        train_forest(points, "class", ["value_0", "class"], str(tmp_path / "f.rlmodel"))


@pytest.fixture
def text_samples(make_raster, make_vector, tmp_path):
    """Makes points with values from polygons with a text, by “Select samples” or as points of the user."""
    from rasterlearn.core.samples.labels import LabelSource, open_labels
    from rasterlearn.core.samples.point_values import extract_values
    from rasterlearn.core.samples.sampling import Sampling, select_samples

    names = ["bare", "forest", "water"]
    image = make_raster("i.tif", (100 * (np.arange(30)[np.newaxis] // 10) * np.ones((20, 1))).astype(np.uint16))

    def make(name, chosen, selected):
        points, values = str(tmp_path / f"{name}.gpkg"), str(tmp_path / f"{name}_values.gpkg")
        if selected:
            boxes = [(500000 + 100 * names.index(text), text) for text in chosen]
            shapes = [(f"POLYGON(({x} 5800000,{x + 100} 5800000,{x + 100} 5799800,{x} 5799800,{x} 5800000))", text)
                      for x, text in boxes]  # fmt: skip
            layer = make_vector(f"{name}_polygons.gpkg", [(shape, {"k": text}) for shape, text in shapes])
            labels = open_labels(LabelSource(features=layer, attribute="k"), image)
            select_samples(labels, points, sampling=Sampling(count=20, patch_width=1, patch_height=1))
        else:
            spots = [
                (500005 + 100 * names.index(text), 5799995 - 10 * row, text) for text in chosen for row in range(20)
            ]
            make_vector(f"{name}.gpkg", [(f"POINT({x} {y})", {"class": text}) for x, y, text in spots])
        extract_values(points, image, values)
        return values

    return make


@pytest.mark.parametrize("selected", [True, False])
def test_texts_are_the_same_class_whatever_numbers_they_got(text_samples, selected, tmp_path):
    training = text_samples("t", ["bare", "forest", "water"], selected)
    held, warnings = text_samples("v", ["bare", "water"], selected), []
    progress = Progress(lambda e: warnings.append(e["text"]) if e["event"] == "warning" else None)
    trained = train_forest(training, "class", [], str(tmp_path / "f.rlmodel"), held, progress, trees=5)
    assert trained.accuracy.matrix.tolist() == [[20, 0, 0], [0, 0, 0], [0, 0, 20]]
    assert load_model(str(tmp_path / "f.rlmodel")).classes.names == ["bare", "forest", "water"]
    assert sum("no sample of forest" in warning for warning in warnings) == 1


def test_a_text_that_only_the_validation_has_is_refused_by_its_name(text_samples, tmp_path):
    training = text_samples("t", ["bare", "water"], True)
    held = text_samples("v", ["bare", "forest"], True)
    with pytest.raises(InputError, match=r"classes that the training set does not have: 1 forest; .* 0 bare, 1 water"):
        train_forest(training, "class", [], str(tmp_path / "f.rlmodel"), held)


def test_a_legend_renames_the_numbers_of_the_training_set_only(text_samples, tmp_path):
    legend = Legend({0: LandClass(0, "sol nu"), 1: LandClass(1, "forêt"), 2: LandClass(2, "eau")})
    files = SampleFiles(
        text_samples("t", ["bare", "forest", "water"], True),
        validation=text_samples("v", ["bare", "water"], True),
        legend=legend,
    )
    data = ForestData.read(files)
    assert data.training.table.classes.names == ["sol nu", "forêt", "eau"]
    assert data.validation.per_class() == [20, 0, 20]


def test_values_beyond_float32_are_named(make_vector, tmp_path):
    values = [1.0, 2.0, 1e300, 4.0]
    points = make_vector(
        "values.gpkg", [(f"POINT({i} 0)", {"class": i % 2, "value_0": v}) for i, v in enumerate(values)]
    )
    with pytest.raises(InputError, match="values so large .* such as 1e\\+300.*nodata"):
        train_forest(points, "class", [], str(tmp_path / "f.rlmodel"))
