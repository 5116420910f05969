import numpy as np

from rasterlearn.core.judging.spatial_blocks import MapBlocks, blocks_of
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.samples.places import Places


def test_blocks_are_doubled_until_there_are_few():
    assert MapBlocks.of(640, 130, 5) == MapBlocks(64, 10, 3)
    scene = MapBlocks.of(10980, 10980, 10)
    assert (scene.px, len(scene)) == (256, 43 * 43)
    assert len(MapBlocks.of(10980, 10980, 1000)) <= 20
    assert MapBlocks.of(640, 130, 5, 100).px == 128


def test_numbers_go_row_by_row():
    columns, rows = np.array([0, 63, 64, 639]), np.array([0, 63, 64, 129])
    assert MapBlocks(64, 10, 3).number_of(columns, rows).tolist() == [0, 0, 11, 29]


def test_samples_may_lie_beside_the_grid_that_they_are_counted_from():
    places = Places(np.array([-70, -69, 0, 60]), np.array([-10, -9, 0, 200]), Grid(1, 1), 16, 16)
    numbers, px = blocks_of(places, 3)
    assert px == 64 and numbers.tolist() == [0, 0, 1, 11]
    assert blocks_of(None, 3) == (None, 0)
