import numpy as np
import pytest

from rasterlearn.core.errors import InputError
from rasterlearn.core.forest_training import train_forest
from rasterlearn.core.model_file import load_model


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


def test_missing_values_are_told(make_vector, tmp_path):
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
