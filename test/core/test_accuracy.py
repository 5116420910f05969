import numpy as np
import pytest

from rasterlearn.core.accuracy import judge_map
from rasterlearn.core.errors import InputError


def test_the_reference_may_lie_on_another_grid(make_raster):
    mapped = make_raster("map.tif", np.kron(np.array([[1, 2], [3, 1]], np.uint8), np.ones((4, 4), np.uint8)))
    coarse = make_raster("coarse.tif", np.array([[1, 2], [3, 3]], np.uint8), pixel_size=(40.0, -40.0))
    south_up = make_raster(
        "south_up.tif", np.array([[3, 3], [1, 2]], np.uint8), origin=(500000.0, 5799920.0), pixel_size=(40.0, 40.0)
    )
    for reference in (coarse, south_up):
        accuracy = judge_map(mapped, reference)
        assert accuracy.count == 4
        assert accuracy.matrix.tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 1]]


def test_nodata_of_both_is_left_out(make_raster):
    mapped = make_raster("map.tif", np.array([[0, 1, 255, 1]], np.uint8), nodata=255)
    reference = make_raster("reference.tif", np.array([[0, 0, 1, 7]], np.uint8), nodata=7)
    assert judge_map(mapped, reference).matrix.tolist() == [[1, 1], [0, 0]]


def test_a_class_that_the_map_does_not_have_counts_as_an_error(make_raster):
    mapped = make_raster("map.tif", np.array([[1, 1, 2]], np.uint8))
    accuracy = judge_map(mapped, make_raster("reference.tif", np.array([[1, 9, 2]], np.uint8)))
    assert accuracy.classes.values.tolist() == [1, 2, 9]
    assert accuracy.overall_accuracy == pytest.approx(2 / 3)


def test_values_with_different_names_are_never_compared(make_raster, tmp_path):
    from rasterlearn.core.classes import ClassMap, LandClass
    from rasterlearn.core.style import write_map_style

    mapped = make_raster("map.tif", np.array([[0, 1]], np.uint8))
    reference = make_raster("reference.tif", np.array([[0, 1]], np.uint8))
    write_map_style(str(tmp_path / "map.qml"), ClassMap.of([LandClass(0, "water"), LandClass(1, "forest")]))
    write_map_style(str(tmp_path / "reference.qml"), ClassMap.of([LandClass(0, "forest"), LandClass(1, "water")]))
    with pytest.raises(InputError, match="disagree"):
        judge_map(mapped, reference)


def test_other_crs(make_raster):
    mapped = make_raster("map.tif", np.array([[0, 1]], np.uint8))
    reference = make_raster("reference.tif", np.array([[0, 1]], np.uint8), crs="EPSG:32632")
    with pytest.raises(InputError, match=r"reference.tif.*EPSG:32632.*EPSG:32633"):
        judge_map(mapped, reference)


def test_a_class_that_the_network_never_predicted_counts_as_missed(make_raster, make_vector, tmp_path):
    from rasterlearn.core.classes import ClassMap, LandClass
    from rasterlearn.core.grid import Grid
    from rasterlearn.core.raster import RasterReader, RasterWriter

    with RasterReader(make_raster("grid.tif", np.ones((2, 2), np.uint8))) as reader:
        grid = reader.grid
    classes = ClassMap.of([LandClass(0, "water"), LandClass(1, "forest"), LandClass(2, "wetland")])
    path = str(tmp_path / "map.tif")
    with RasterWriter(path, Grid(2, 2, grid.geotransform, grid.crs), 1, np.uint8, classes=classes) as writer:
        writer.write(0, 0, np.array([[0, 1], [0, 1]], np.uint8))
    pixels = {"POINT(500005 5799995)": "water", "POINT(500015 5799995)": "forest", "POINT(500005 5799985)": "wetland"}
    points = make_vector("p.gpkg", [(point, {"k": name}) for point, name in pixels.items()])
    accuracy = judge_map(path, reference_features=points, attribute="k")
    assert accuracy.matrix.tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 0]]
