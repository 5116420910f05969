"""Groups of boxes that share no pixel, checked pixel by pixel."""

import numpy as np
import pytest

from rasterlearn.core.raster import disjoint_boxes as module
from rasterlearn.core.raster.disjoint_boxes import NO_GROUP, disjoint_groups
from rasterlearn.core.raster.window import Window

IMAGE = Window(0, 0, 90, 70)


def boxes_of(rng, count, largest):
    corners = rng.integers(-10, 95, (count, 2))
    return np.hstack([corners, corners + rng.integers(1, largest, (count, 2))])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("cells", [1024, 30])
def test_no_two_boxes_of_a_group_share_a_pixel(monkeypatch, cells, seed):
    monkeypatch.setattr(module, "CELLS_ACROSS", cells)
    boxes = boxes_of(np.random.default_rng(seed), 500, 12)
    groups = disjoint_groups(boxes, IMAGE)
    for group in set(groups.tolist()) - {NO_GROUP}:
        times = np.zeros((IMAGE.height, IMAGE.width), int)
        for left, top, right, bottom in boxes[groups == group].clip(0).tolist():
            times[top:bottom, left:right] += 1
        assert times.max() <= 1
    assert 1 < len(set(groups.tolist())) < 100


def test_boxes_that_are_all_apart_are_one_group():
    boxes = np.array([[x, y, x + 2, y + 2] for y in range(0, 70, 2) for x in range(0, 90, 2)])
    assert set(disjoint_groups(boxes, IMAGE).tolist()) == {0}


def test_there_are_as_many_groups_as_help():
    deep = np.tile(boxes_of(np.random.default_rng(0), 10, 5).clip(0, 60), (100, 1))
    assert len(set(disjoint_groups(deep, IMAGE).tolist())) >= 100  # 10 apart, 100 deep
    same = np.tile([[3, 3, 9, 9]], (300, 1))
    found = disjoint_groups(same, IMAGE).tolist()
    assert found[:64] == list(range(64)) and set(found[64:]) == {NO_GROUP}
    assert disjoint_groups(np.empty((0, 4), np.int64), IMAGE).tolist() == []
