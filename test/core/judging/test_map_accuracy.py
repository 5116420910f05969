import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.legend import write_map_style
from rasterlearn.core.judging.map_accuracy import judge_map
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.samples.labels import LabelSource


def test_the_reference_may_lie_on_another_grid(make_raster):
    mapped = make_raster("map.tif", np.kron(np.array([[1, 2], [3, 1]], np.uint8), np.ones((4, 4), np.uint8)))
    coarse = make_raster("coarse.tif", np.array([[1, 2], [3, 3]], np.uint8), pixel_size=(40.0, -40.0))
    south_up = make_raster(
        "south_up.tif", np.array([[3, 3], [1, 2]], np.uint8), origin=(500000.0, 5799920.0), pixel_size=(40.0, 40.0)
    )
    for reference in (coarse, south_up):
        accuracy = judge_map(mapped, LabelSource(reference))
        assert accuracy.count == 4
        assert accuracy.matrix.tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 1]]


def test_nodata_of_both_is_left_out(make_raster):
    mapped = make_raster("map.tif", np.array([[0, 1, 255, 1]], np.uint8), nodata=255)
    reference = make_raster("reference.tif", np.array([[0, 0, 1, 7]], np.uint8), nodata=7)
    assert judge_map(mapped, LabelSource(reference)).matrix.tolist() == [[1, 1], [0, 0]]


def test_a_class_that_the_map_does_not_have_counts_as_an_error(make_raster):
    mapped = make_raster("map.tif", np.array([[1, 1, 2]], np.uint8))
    accuracy = judge_map(mapped, LabelSource(make_raster("reference.tif", np.array([[1, 9, 2]], np.uint8))))
    assert accuracy.classes.values.tolist() == [1, 2, 9]
    assert accuracy.overall_accuracy == pytest.approx(2 / 3)


def test_values_with_different_names_are_never_compared(make_raster, tmp_path):
    from rasterlearn.core.images.legend import write_map_style
    from rasterlearn.core.raster.classes import ClassMap, LandClass

    mapped = make_raster("map.tif", np.array([[0, 1]], np.uint8))
    reference = make_raster("reference.tif", np.array([[0, 1]], np.uint8))
    write_map_style(str(tmp_path / "map.qml"), ClassMap.of([LandClass(0, "water"), LandClass(1, "forest")]))
    write_map_style(str(tmp_path / "reference.qml"), ClassMap.of([LandClass(0, "forest"), LandClass(1, "water")]))
    with pytest.raises(InputError, match="disagree"):
        judge_map(mapped, LabelSource(reference))


def test_other_crs(make_raster):
    mapped = make_raster("map.tif", np.array([[0, 1]], np.uint8))
    reference = make_raster("reference.tif", np.array([[0, 1]], np.uint8), crs="EPSG:32632")
    with pytest.raises(InputError, match=r"reference.tif.*EPSG:32632.*EPSG:32633"):
        judge_map(mapped, LabelSource(reference))


def test_a_class_that_the_network_never_predicted_counts_as_missed(make_raster, make_vector, tmp_path):
    from rasterlearn.core.raster.classes import ClassMap, LandClass
    from rasterlearn.core.raster.grid import Grid
    from rasterlearn.core.raster.raster_reader import RasterReader
    from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter

    with RasterReader(make_raster("grid.tif", np.ones((2, 2), np.uint8))) as reader:
        grid = reader.grid
    classes = ClassMap.of([LandClass(0, "water"), LandClass(1, "forest"), LandClass(2, "wetland")])
    path = str(tmp_path / "map.tif")
    with RasterWriter(
        path, Grid(2, 2, grid.geotransform, grid.crs), RasterProfile(1, np.uint8, classes=classes)
    ) as writer:
        writer.write(0, 0, np.array([[0, 1], [0, 1]], np.uint8))
    pixels = {"POINT(500005 5799995)": "water", "POINT(500015 5799995)": "forest", "POINT(500005 5799985)": "wetland"}
    points = make_vector("p.gpkg", [(point, {"k": name}) for point, name in pixels.items()])
    accuracy = judge_map(path, LabelSource(features=points, attribute="k"))
    assert accuracy.matrix.tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 0]]


def test_matrices_are_counted_per_block_of_the_map(make_raster, monkeypatch):
    from rasterlearn.core.judging import map_accuracy as module

    monkeypatch.setattr(module, "STRIP_ROWS", 50)
    rng = np.random.default_rng(0)
    truth, found = rng.integers(0, 3, (2, 130, 200)).astype(np.uint8)
    reference = make_raster("reference.tif", truth[1:, 3:], origin=(500030.0, 5799990.0))
    accuracy = judge_map(make_raster("map.tif", found), LabelSource(reference))
    truth[0], truth[:, :3] = 9, 9
    for number, (y, x) in enumerate((y, x) for y in (0, 64, 128) for x in (0, 64, 128, 192)):
        block = truth[y : y + 64, x : x + 64], found[y : y + 64, x : x + 64]
        expected = [[int(((block[0] == i) & (block[1] == j)).sum()) for j in range(3)] for i in range(3)]
        assert accuracy.blocks[number].tolist() == expected
    assert accuracy.block_px == 64 and accuracy.block_count == 12
    assert np.isfinite(accuracy.intervals["iou"]).all()


def test_the_whole_map_is_counted_for_the_areas(make_raster, tmp_path):
    from rasterlearn.core.judging.map_accuracy import count_pixels, hectares_of
    from rasterlearn.core.samples.labels import RasterLabels

    pixels = np.random.default_rng(0).choice(np.array([2, 3, 7], np.uint8), (300, 70), p=[0.5, 0.1, 0.4])
    mapped = RasterLabels(make_raster("map.tif", pixels, nodata=7))
    assert count_pixels(mapped, Progress()).tolist() == [(pixels == 2).sum(), (pixels == 3).sum()]
    assert hectares_of(mapped.grid) == pytest.approx(0.01)
    degrees = RasterLabels(make_raster("degrees.tif", pixels, origin=(13.0, 52.0), crs="EPSG:4326"))
    assert hectares_of(degrees.grid) is None


def test_a_mask_selects_the_judged_pixels(make_raster, tmp_path):
    mapped = make_raster("map.tif", np.array([[1, 2, 2, 1, 1]], np.uint8))
    reference = make_raster("reference.tif", np.array([[1, 1, 2, 2, 1]], np.uint8))
    mask = make_raster("mask.tif", np.array([[0, 3, 1, 1, 9]], np.uint8), nodata=9)
    accuracy = judge_map(mapped, LabelSource(reference), report=str(tmp_path / "r.html"), mask=mask)
    assert accuracy.matrix.tolist() == [[0, 1], [1, 1]]
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "mask.tif" in page and "adjusted accuracy" not in page
    with pytest.raises(InputError, match="where the mask “none.tif” is not 0"):
        judge_map(mapped, LabelSource(reference), mask=make_raster("none.tif", np.zeros((1, 5), np.uint8)))


class TestTexts:
    """A map of 0 bare, 1 forest, 2 water, and a reference of the texts bare and water, which are right everywhere."""

    @pytest.fixture
    def mapped(self, make_raster):
        from rasterlearn.core.images.legend import write_map_style
        from rasterlearn.core.raster.classes import ClassMap, LandClass

        path = make_raster("map.tif", np.array([[0, 1, 2]], np.uint8))
        named = ClassMap.of([LandClass(0, "bare"), LandClass(1, "forest"), LandClass(2, "water")])
        write_map_style(path.replace(".tif", ".qml"), named)
        return path

    @pytest.fixture
    def polygons(self, make_vector):
        boxes = [(500000, "bare"), (500020, "water")]
        shapes = [f"POLYGON(({x} 5800000,{x + 10} 5800000,{x + 10} 5799990,{x} 5799990,{x} 5800000))" for x, _ in boxes]
        return make_vector("r.gpkg", [(shape, {"k": text}) for shape, (_, text) in zip(shapes, boxes)])

    def test_a_map_without_names_is_refused(self, mapped, polygons, tmp_path):
        reference = LabelSource(features=polygons, attribute="k")
        assert judge_map(mapped, reference).overall_accuracy == 1
        (tmp_path / "map.qml").unlink()
        with pytest.raises(InputError, match=r"r.gpkg. are texts \(bare, water\).*map.tif. \(0, 1, 2\).*\.aux\.xml"):
            judge_map(mapped, reference)

    def test_one_of_several_maps_without_names_is_refused(self, mapped, polygons, make_raster, tmp_path):
        from rasterlearn.core.judging.comparison import ComparisonOutputs, compare_maps

        other = make_raster("other.tif", np.array([[0, 1, 2]], np.uint8))
        reference = LabelSource(features=polygons, attribute="k")
        with pytest.raises(
            InputError, match=r"texts \(bare, water\), none of which is a class of “other.tif” \(0, 1, 2"
        ):
            compare_maps([mapped, other], reference, ComparisonOutputs(str(tmp_path / "t.csv")))

    def test_points_whose_texts_were_numbered_are_compared_by_their_texts(self, mapped, polygons, tmp_path):
        from rasterlearn.core.samples.labels import open_labels
        from rasterlearn.core.samples.points import read_points
        from rasterlearn.core.samples.sampling import Sampling, select_samples

        points = str(tmp_path / "points.gpkg")
        labels = open_labels(LabelSource(features=polygons, attribute="k"), mapped)
        select_samples(labels, points, sampling=Sampling(count=1, patch_width=1, patch_height=1))
        assert read_points(points).fields["class"] == [0, 1]
        accuracy = judge_map(mapped, LabelSource(features=points, attribute="class"))
        assert accuracy.matrix.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 1]]


class TestUnjudged:
    @pytest.fixture
    def told(self):
        """Judges a map; returns what the warnings say."""
        from rasterlearn.core.base.progress import Progress

        def judge(mapped, reference, **options):
            texts = []
            progress = Progress(lambda e: texts.append(e["text"]) if e["event"] == "warning" else None)
            judge_map(mapped, reference, progress=progress, **options)
            return texts

        return judge

    def test_a_class_of_features_without_the_center_of_a_pixel(self, told, make_raster, make_vector):
        mapped = make_raster("m.tif", np.array([[1, 2, 3]], np.uint8))

        def box(x, size):
            right, bottom = x + size, 5800000 - size
            corners = [(x, 5800000), (right, 5800000), (right, bottom), (x, bottom), (x, 5800000)]
            return f"POLYGON(({', '.join(f'{x} {y}' for x, y in corners)}))"

        boxes = [
            (box(500000, 10), 1),
            (box(500010, 10), 2),
            (box(500020, 4), 3),
            (box(500026, 3), 3),
            (box(500000, 3), 9),
        ]
        texts = told(
            mapped, LabelSource(features=make_vector("r.gpkg", [(b, {"k": k}) for b, k in boxes]), attribute="k")
        )
        assert ["class(es) 3, 9 of “r.gpkg” was judged: their features" in text for text in texts] == [True]
        good = make_vector("g.gpkg", [(b, {"k": k}) for b, k in boxes[:2]])
        assert told(mapped, LabelSource(features=good, attribute="k")) == []

    def test_a_class_of_a_raster_on_nodata_of_the_map_or_off_a_mask(self, told, make_raster):
        mapped = make_raster("m.tif", np.array([[1, 2, 0, 3]], np.uint8), nodata=0)
        reference = LabelSource(make_raster("r.tif", np.array([[1, 2, 3, 1]], np.uint8)))
        assert ["class(es) 3 of “r.tif” was judged: how well" in text for text in told(mapped, reference)] == [True]
        mask = make_raster("mask.tif", np.array([[1, 0, 1, 1]], np.uint8))
        assert ["class(es) 2, 3" in text for text in told(mapped, reference, mask=mask)] == [True]

    def test_a_reference_of_a_larger_place_is_no_reason(self, told, make_raster):
        mapped = make_raster("m.tif", np.array([[1, 2]], np.uint8))
        assert told(mapped, LabelSource(make_raster("r.tif", np.array([[1, 2, 7, 8]], np.uint8)))) == []

    def test_a_class_on_nodata_of_the_map_that_is_not_mapped_elsewhere(self, told, make_raster):
        mapped = make_raster("m.tif", np.array([[1, 2, 0]], np.uint8), nodata=0)
        texts = told(mapped, LabelSource(make_raster("r.tif", np.array([[1, 2, 7, 8]], np.uint8))))
        assert ["class(es) 7 of “r.tif” was judged" in text for text in texts] == [True]


@pytest.mark.parametrize("in_map", [False, True], ids=["reference", "map"])
@pytest.mark.parametrize(("names", "warns"), [({}, 1), ({0: "water"}, 0)], ids=["unnamed", "named"])
def test_a_fill_value_that_only_one_of_the_two_has_is_told(make_raster, tmp_path, in_map, names, warns):
    whole, filled = np.array([[1, 2, 3, 3]], np.uint8), np.array([[1, 2, 0, 3]], np.uint8)
    mapped, reference = (
        make_raster(*given)
        for given in (("m.tif", filled if in_map else whole), ("r.tif", whole if in_map else filled))
    )
    for path in (mapped, reference):
        known = {1: "a", 2: "b", 3: "c", **names}
        write_map_style(path.replace(".tif", ".qml"), ClassMap.of([LandClass(v, n) for v, n in known.items()]))
    events = []
    judge_map(mapped, LabelSource(reference), progress=Progress(events.append))
    told = [e["text"] for e in events if e["event"] == "warning" and "value 0 of" in e["text"]]
    assert len(told) == warns


def test_a_reference_without_names_whose_zero_no_map_has(make_raster):
    mapped, reference = make_raster("m.tif", np.array([[1, 2, 3, 3]], np.uint8)), np.array([[1, 2, 0, 3]], np.uint8)
    events = []
    judge_map(mapped, LabelSource(make_raster("r.tif", reference)), progress=Progress(events.append))
    assert ["value 0 of “r.tif” has 25.0 %" in e["text"] for e in events if e["event"] == "warning"] == [True]
    events.clear()
    judge_map(mapped, LabelSource(make_raster("r.tif", reference, nodata=0)), progress=Progress(events.append))
    assert [e["text"] for e in events if e["event"] == "warning"] == []


def test_features_that_cannot_be_used_are_told(make_raster, make_vector):
    mapped, events = make_raster("m.tif", np.array([[1, 2]], np.uint8)), []
    good, other = "POINT(500005 5799995)", "POINT(500015 5799995)"
    points = make_vector("p.gpkg", [(good, {"k": 1}), (other, {"k": 2}), (other, {"k": None}), (None, {"k": 1})])
    judge_map(mapped, LabelSource(features=points, attribute="k"), progress=Progress(events.append))
    texts = [e["text"] for e in events if e["event"] == "warning"]
    assert texts == ["2 feature(s) of “p.gpkg” have no class or no usable geometry; they are left out."]
