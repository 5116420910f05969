"""Patches extracted around sample points."""

import os

import numpy as np
import pytest
from osgeo import gdal, ogr

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.messages import Message
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.normalization import normalize
from rasterlearn.core.raster.raster_reader import RasterReader, read_legend
from rasterlearn.core.samples import patch_layers
from rasterlearn.core.samples.patch_extraction import Cut, Extraction, Targets, extract_patches
from rasterlearn.core.samples.patch_reader import REASONS
from rasterlearn.core.samples.patch_stack import read_patches
from rasterlearn.core.samples.points import read_points


def ramp_pixels(width, height):
    """Column and row (from 1, so that 0 can be nodata) of each pixel."""
    rows, columns = np.mgrid[0:height, 0:width]
    return np.dstack([columns + 1, rows + 1]).astype(np.uint16)


def reason(number):
    return str(REASONS[number].with_values(layer="the image"))


def at(column, row):
    """WKT of a point at a fractional pixel position."""
    return f"POINT ({500000 + 10 * column!r} {5800000 - 10 * row!r})"


@pytest.fixture
def extract(make_vector, tmp_path):
    """Runs extract_patches on points [(column, row), ...] and returns its counts; outputs lie in `out`."""
    (tmp_path / "out").mkdir()

    def run(image, places, classes=None, **options):
        classes = classes or [1 + i % 2 for i in range(len(places))]
        features = [(at(*place), {"class": c, "id": i}) for i, (place, c) in enumerate(zip(places, classes))]
        path = make_vector("points.gpkg", features)
        out = tmp_path / "out"
        size = options.pop("width", 16), options.pop("height", 16)
        cut_out = Cut(image, str(out / "patches.tif"), *size)
        extraction = Extraction(**{name: options.pop(name) for name in ("attribute", "nodata") if name in options})
        return extract_patches(path, [cut_out], str(out / "labels.tif"), extraction, **options)

    return run


@pytest.fixture
def out(tmp_path):
    return lambda name: str(tmp_path / "out" / name)


class TestExtracting:
    @pytest.mark.parametrize("offset", [0.0, 1e-9, 0.5, 0.999])
    def test_a_point_on_the_edge_of_a_pixel_belongs_to_the_later_pixel(
        self, extract, make_raster, read_pixels, out, offset
    ):
        places = [(10 + offset, 11 + offset), (20 + offset, 12 + offset), (13 + offset, 25 + offset)]
        extract(make_raster("image.tif", ramp_pixels(50, 40)), places, width=15, height=9)
        centers = read_pixels(out("patches.tif")).reshape(3, 9, 15, 2)[:, 4, 7] - 1
        assert centers.tolist() == [[10, 11], [20, 12], [13, 25]]

    def test_first_and_last_possible_points(self, extract, make_raster, read_pixels, out):
        places = [(8, 8), (42.999, 32.999)]
        assert extract(make_raster("image.tif", ramp_pixels(50, 40)), places) == {"accepted": 2, "rejected": 0}
        patches = read_pixels(out("patches.tif")).reshape(2, 16, 16, 2) - 1
        assert patches[0, 0, 0].tolist() == [0, 0]
        assert patches[1, -1, -1].tolist() == [49, 39]

    def test_labels_are_the_values_of_the_accepted_points_in_their_order(self, extract, make_raster, read_pixels, out):
        image = make_raster("image.tif", ramp_pixels(50, 40))
        counts = extract(image, [(20, 20), (0, 0), (30, 20), (25, 25), (99, 9)], classes=[200, 1, 5, 200, 5])
        assert counts == {"accepted": 3, "rejected": 2}
        labels = read_pixels(out("labels.tif"))
        assert labels.shape == (3, 1, 1)
        assert labels.ravel().tolist() == [200, 5, 200]
        assert read_pixels(out("patches.tif")).shape == (48, 16, 2)

    def test_rejected_points_come_with_their_reason_and_fields(self, extract, make_raster, out):
        pixels = ramp_pixels(50, 40)
        pixels[30, 40, 1] = 0
        events = []
        extract(
            make_raster("image.tif", pixels),
            [(20, 20), (7.9, 20), (50, 20), (36, 30), (-0.1, 0)],
            nodata=0,
            rejected_output=out("rejected.gpkg"),
            progress=Progress(events.append),
        )
        rejected = read_points(out("rejected.gpkg"))
        assert rejected.fields["id"] == [1, 2, 3, 4]
        assert rejected.fields["class"] == [2, 1, 2, 1]
        assert rejected.fields["reason"] == [reason(2), reason(1), reason(3), reason(1)]
        (text,) = [e["text"] for e in events if e["event"] == "info"]
        assert text.startswith("1 patches.")
        assert f"2 because {reason(1)}" in text
        assert f"1 because {reason(3)}" in text

    @pytest.mark.parametrize(
        ("crs", "inside", "odd"),
        [("EPSG:4326", "15.003,52.347", "15,95"), ("EPSG:32633", "500200,5799800", "inf,5800000")],
    )
    def test_a_point_without_a_position_is_rejected_like_others(self, make_raster, tmp_path, crs, inside, odd):
        (tmp_path / "p.csv").write_text(f"x,y,class\n{inside},1\n{odd},2\n")
        (tmp_path / "p.vrt").write_text(
            f'<OGRVRTDataSource><OGRVRTLayer name="p"><SrcDataSource>{tmp_path / "p.csv"}</SrcDataSource>'
            f"<GeometryType>wkbPoint</GeometryType><LayerSRS>{crs}</LayerSRS>"
            '<GeometryField encoding="PointFromColumns" x="x" y="y"/></OGRVRTLayer></OGRVRTDataSource>'
        )
        cuts = [Cut(make_raster("image.tif", ramp_pixels(50, 40)), str(tmp_path / "patches.tif"), 4, 4)]
        rejected = str(tmp_path / "rejected.gpkg")
        counts = extract_patches(str(tmp_path / "p.vrt"), cuts, str(tmp_path / "l.tif"), rejected_output=rejected)
        assert counts == {"accepted": 1, "rejected": 1}
        source = ogr.Open(rejected)
        assert [f.GetField("reason") for f in source.GetLayer(0)] == [reason(1)]

    def test_text_classes_get_values_by_name_and_keep_their_names(self, extract, make_raster, read_pixels, out):
        image = make_raster("image.tif", ramp_pixels(50, 40))
        extract(image, [(20, 20), (25, 20), (30, 20)], classes=["water", "farm", "water"])
        assert read_pixels(out("labels.tif")).ravel().tolist() == [1, 0, 1]
        assert {v: c.name for v, c in read_legend(out("labels.tif")).items()} == {0: "farm", 1: "water"}

    def test_the_stack_records_where_it_came_from(self, extract, make_raster, out):
        image = make_raster("raw.tif", ramp_pixels(50, 40), names=["B4", "B8"])
        normalized = image.replace("raw.tif", "normalized.tif")
        transform = normalize([image], normalized)
        extract(normalized, [(20, 20), (25, 20)], width=15, height=9)
        source = read_patches(out("patches.tif"), out("labels.tif")).sources[0]
        assert source == Source(("B4", "B8"), (10.0, 10.0), 15, 9, transform)

    @pytest.mark.parametrize("nodata", [None, 0])
    def test_bands_that_are_nodata_everywhere_are_left_out(self, extract, make_raster, read_pixels, out, nodata):
        pixels = np.dstack([ramp_pixels(50, 40), np.zeros((40, 50), np.uint16)])
        pixels[:, 45:] = 0
        events, path = [], make_raster("image.tif", pixels, nodata=0)
        counts = extract(path, [(20, 20), (40, 20)], nodata=nodata, progress=Progress(events.append))
        assert counts == {"accepted": 1, "rejected": 1}
        assert np.array_equal(read_pixels(out("patches.tif")), pixels[12:28, 12:28])
        with RasterReader(out("patches.tif")) as reader:
            assert Source.from_json(reader.tag("SOURCE")).left_out == (2,)
        told = [e["text"] for e in events if e["event"] == "warning"]
        assert "“image.tif” is nodata everywhere in the band(s) band 3." in told[0]
        assert len(told) == 2 and "All points of the class" in told[1]

    def test_patches_of_images_with_transparent_pixels_keep_the_type(self, extract, make_raster, read_pixels, out):
        pixels = np.dstack([ramp_pixels(50, 40), np.full((40, 50), 255)]).astype(np.uint8)
        pixels[:, 45:, 2] = 0
        path = make_raster("image.tif", pixels)
        dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_UPDATE)
        dataset.GetRasterBand(3).SetColorInterpretation(gdal.GCI_AlphaBand)
        del dataset
        assert extract(path, [(20, 20), (40, 20)]) == {"accepted": 1, "rejected": 1}
        patches = read_pixels(out("patches.tif"))
        assert patches.dtype == np.uint8 and np.array_equal(patches, pixels[12:28, 12:28])

    def test_all_points_rejected_is_an_error_with_the_reasons(self, extract, make_raster, out):
        with pytest.raises(InputError, match=r"All 3 points of .points.gpkg. were rejected") as error:
            extract(make_raster("image.tif", ramp_pixels(50, 40)), [(0, 0), (-1, 5), (60, 5)])
        assert f"2 because {reason(1)}; 1 because {reason(2)}" in str(error.value)
        assert os.listdir(out("")) == []

    @pytest.mark.parametrize("shape", [(15, 50), (50, 15), (1, 1)])
    def test_an_image_smaller_than_a_patch_is_an_error_with_both_sizes(self, extract, make_raster, shape):
        with pytest.raises(InputError, match=rf"image.tif. is {shape[0]} × {shape[1]} pixels.*patch of 16 × 16"):
            extract(make_raster("image.tif", ramp_pixels(*shape)), [(0, 0)])

    @pytest.mark.parametrize("size", [(0, 0), (5, -1), (-3, 5)])
    def test_an_empty_patch_is_refused(self, extract, ramp, size):
        with pytest.raises(InputError, match=rf"received {size[0]} × {size[1]}"):
            extract(ramp, [(20, 20)], width=size[0], height=size[1])

    def test_a_wrong_field_is_refused_naming_the_fields(self, extract, ramp):
        with pytest.raises(InputError, match=r"no field .klass.; it has class, id"):
            extract(ramp, [(20, 20)], attribute="klass")


class TestReference:
    @pytest.mark.parametrize(
        ("points", "size", "patches", "labels"),
        [
            ("points_constant_60", (16, 16), "patches_16", "labels_16"),
            ("points_constant_60", (15, 9), "patches_15x9", "labels_15x9"),
            ("points_edges", (16, 16), "patches_edges_16", "labels_edges_16"),
            ("points_edges", (15, 15), "patches_edges_15", "labels_edges_15"),
        ],
    )
    def test_pixels_and_labels_are_those_of_otbtf(
        self, reference, tmp_path, read_pixels, points, size, patches, labels
    ):
        out = str(tmp_path / "patches.tif"), str(tmp_path / "labels.tif")
        cut_out = Cut(str(reference / "image_10m.tif"), out[0], *size)
        extract_patches(str(reference / f"{points}.gpkg"), [cut_out], out[1])
        for ours, theirs in zip(out, (patches, labels)):
            expected = read_pixels(reference / f"{theirs}.tif")
            read = read_pixels(ours)
            assert read.dtype == expected.dtype
            assert np.array_equal(read, expected)


def test_labels_of_other_patches_of_the_same_number_are_refused(ramp, make_vector, tmp_path):
    for name, x in (("a", 500205), ("b", 500305)):
        points = make_vector(f"{name}.gpkg", [(f"POINT({x} 5799795)", {"class": 1})])
        extract_patches(points, [Cut(ramp, str(tmp_path / f"{name}_x.tif"))], str(tmp_path / f"{name}_y.tif"))
    with pytest.raises(InputError, match="not written together"):
        read_patches(str(tmp_path / "a_x.tif"), str(tmp_path / "b_y.tif"))
    assert len(read_patches(str(tmp_path / "a_x.tif"), str(tmp_path / "a_y.tif"))) == 1


class TestSources:
    """Several images at once."""

    def test_two_sources_are_those_of_otbtf(self, reference, tmp_path, read_pixels):
        cuts = [
            Cut(str(reference / "image_20m.tif"), str(tmp_path / "20.tif"), 8, 8),
            Cut(str(reference / "image_10m.tif"), str(tmp_path / "10.tif"), 16, 16),
        ]
        extract_patches(str(reference / "points_constant_60.gpkg"), cuts, str(tmp_path / "labels.tif"))
        for ours, theirs in (("20", "patches_20m_8"), ("10", "patches_10m_16"), ("labels", "labels_2src")):
            expected, read = read_pixels(reference / f"{theirs}.tif"), read_pixels(tmp_path / f"{ours}.tif")
            assert read.dtype == expected.dtype
            assert np.array_equal(read, expected)

    @pytest.fixture
    def images(self, make_raster):
        """A ramp of 10 m, and one of 20 m that covers less and has nodata at column 12, row 10."""
        fine, coarse = ramp_pixels(60, 50), ramp_pixels(20, 25)
        coarse[10, 12] = 0
        return [make_raster("a.tif", fine), make_raster("b.tif", coarse, pixel_size=(20.0, -20.0), nodata=0)]

    def run(self, images, points, tmp_path, **options):
        cuts = [Cut(path, str(tmp_path / f"p{i}.tif"), *size) for i, (path, size) in enumerate(images)]
        return extract_patches(
            points, cuts, str(tmp_path / "l.tif"), rejected_output=str(tmp_path / "r.gpkg"), **options
        )

    def test_a_point_needs_a_patch_in_each_image_and_the_reason_names_the_image(
        self, images, make_vector, tmp_path, read_pixels
    ):
        spots = [(20.5, 20.5), (50.5, 20.5), (24.5, 21.0), (3.5, 20.5), (38.5, 20.5), (10.0, 30.0), (99.0, 0.5)]
        points = make_vector("p.gpkg", [(at(*s), {"class": i}) for i, s in enumerate(spots)])
        counts = self.run([(images[0], (10, 8)), (images[1], (4, 4))], points, tmp_path)
        assert counts == {"accepted": 2, "rejected": 5}
        rejected = read_points(str(tmp_path / "r.gpkg"))
        assert dict(zip(rejected.fields["class"], rejected.fields["reason"])) == {
            1: "outside image 2",
            2: "the patch touches nodata in image 2",
            3: "the patch reaches beyond the edge of image 1",
            4: "the patch reaches beyond the edge of image 2",
            6: "outside image 1",
        }
        assert read_pixels(tmp_path / "l.tif").ravel().tolist() == [0, 5]
        fine = read_pixels(tmp_path / "p0.tif").reshape(2, 8, 10, 2)
        coarse = read_pixels(tmp_path / "p1.tif").reshape(2, 4, 4, 2)
        assert (fine[:, 4, 5] - 1).tolist() == [[20, 20], [10, 30]]
        assert (coarse[:, 2, 2] - 1).tolist() == [[10, 10], [5, 15]]

    def test_by_default_later_patches_cover_the_ground_of_the_first(self, images, make_vector, tmp_path, read_pixels):
        points = make_vector("p.gpkg", [(at(10.5, 20.5), {"class": 1})])
        self.run([(images[0], (12, 8)), (images[1], (0, 0))], points, tmp_path)
        assert read_pixels(tmp_path / "p1.tif").shape == (4, 6, 2)

    def test_the_ground_of_meters_and_degrees_is_not_compared(self, make_raster, make_vector, tmp_path):
        first = make_raster("a.tif", ramp_pixels(60, 50))
        where = {"origin": (14.99, 52.36), "pixel_size": (0.0001, -0.0001), "crs": "EPSG:4326"}
        second = make_raster("b.tif", ramp_pixels(300, 300), **where)
        points = make_vector("p.gpkg", [(at(30.5, 20.5), {"class": 1})])
        with pytest.raises(InputError, match=r"EPSG:32633 and EPSG:4326.*PATCH_SIZE_2"):
            self.run([(first, (3, 3)), (second, (0, 0))], points, tmp_path)

    def test_an_image_in_another_crs_gets_the_points_reprojected(self, make_raster, make_vector, tmp_path, read_pixels):
        first = make_raster("a.tif", ramp_pixels(60, 50))
        # 500000 E, 5800000 N of zone 33 is 15 degrees east, about 52.35 degrees north
        second = make_raster(
            "b.tif", ramp_pixels(300, 300), origin=(14.99, 52.36), pixel_size=(0.0001, -0.0001), crs="EPSG:4326"
        )
        points = make_vector("p.gpkg", [(at(30.5, 20.5), {"class": 1})])
        self.run([(first, (3, 3)), (second, (3, 3))], points, tmp_path)
        same = read_points(points, RasterReader(second).grid.crs, "b.tif")
        columns, rows = RasterReader(second).grid.pixel_of(same.x, same.y)
        assert (read_pixels(tmp_path / "p1.tif")[1, 1] - 1).tolist() == [columns[0], rows[0]]

    def test_the_stacks_belong_together(self, images, make_vector, tmp_path):
        points = make_vector("p.gpkg", [(at(20.5, 20.5), {"class": 1}), (at(12.5, 30.5), {"class": 2})])
        self.run([(images[0], (5, 5)), (images[1], (3, 3))], points, tmp_path)
        for name in ("p0", "p1"):
            patches = read_patches(str(tmp_path / f"{name}.tif"), str(tmp_path / "l.tif"))
            assert (len(patches), patches.sources[0].pixel_size[0]) == (2, 10.0 if name == "p0" else 20.0)
            assert len(patches.places) == 2


class TestTargets:
    """Patches of a label image as labels."""

    @pytest.fixture
    def scene(self, make_raster):
        rng = np.random.default_rng(0)
        labels = rng.choice([1, 5, 200, 255], (50, 60), p=[0.3, 0.3, 0.2, 0.2]).astype(np.uint8)
        labels[:, 30:] = 255
        return make_raster("i.tif", ramp_pixels(60, 50)), make_raster("labels.tif", labels, nodata=255), labels

    def test_each_target_is_the_label_image_under_its_patch(self, scene, make_vector, tmp_path, read_pixels):
        image, label_image, labels = scene
        spots = [(20.5, 20.5), (50.5, 20.5), (15.5, 30.5), (29.5, 9.5)]
        points = make_vector("p.gpkg", [(at(*s), {"id": i}) for i, s in enumerate(spots)])
        counts = extract_patches(
            points,
            [Cut(image, str(tmp_path / "p.tif"), 8, 6)],
            str(tmp_path / "l.tif"),
            Extraction(targets=Targets(label_image)),
            rejected_output=str(tmp_path / "r.gpkg"),
        )
        assert counts == {"accepted": 3, "rejected": 1}
        assert read_points(str(tmp_path / "r.gpkg")).fields["reason"] == [
            "no pixel of the patch is labelled in the label image"
        ]
        targets = read_pixels(tmp_path / "l.tif").reshape(3, 6, 8)
        for target, (column, row) in zip(targets, [(20, 20), (15, 30), (29, 9)]):
            assert (target == labels[row - 3 : row + 3, column - 4 : column + 4]).all()

    def test_the_label_image_is_opened_once(self, scene, make_vector, tmp_path, monkeypatch):
        from rasterlearn.core.raster import raster_reader

        image, label_image, _ = scene
        opened, open_dataset = [], raster_reader.open_dataset
        monkeypatch.setattr(raster_reader, "open_dataset", lambda path: opened.append(path) or open_dataset(path))
        points = make_vector("p.gpkg", [("POINT (500205 5799795)", {"class": 1})])
        cuts = [Cut(image, str(tmp_path / "p.tif"), 8, 8)]
        extract_patches(points, cuts, str(tmp_path / "l.tif"), Extraction(targets=Targets(label_image)))
        assert opened.count(label_image) == 1

    def test_a_coarser_label_image_gives_smaller_targets(self, scene, make_raster, make_vector, tmp_path, read_pixels):
        values = np.arange(750).reshape(25, 30).astype(np.uint16) % 7
        coarse = make_raster("c.tif", values, pixel_size=(20.0, -20.0))
        points = make_vector("p.gpkg", [(at(20.5, 20.5), {"id": 1})])
        extract_patches(
            points,
            [Cut(scene[0], str(tmp_path / "p.tif"), 8, 8)],
            str(tmp_path / "l.tif"),
            Extraction(targets=Targets(coarse)),
        )
        expected = (np.arange(750).reshape(25, 30) % 7)[8:12, 8:12]
        assert (read_pixels(tmp_path / "l.tif")[..., 0] == expected).all()

    @pytest.mark.parametrize("size", [7, 8])
    @pytest.mark.parametrize("north_up", [True, False])
    def test_a_finer_label_image_covers_exactly_the_patch(
        self, scene, make_raster, make_vector, tmp_path, read_pixels, size, north_up
    ):
        values = np.random.default_rng(0).integers(0, 9, (100, 120)).astype(np.uint8)
        where = {"pixel_size": (5.0, -5.0)} if north_up else {"pixel_size": (5.0, 5.0), "origin": (500000.0, 5799500.0)}
        fine = make_raster("f.tif", values if north_up else values[::-1], **where)
        points = make_vector("p.gpkg", [(at(20.5, 21.5), {"id": 1})])
        cuts = [Cut(scene[0], str(tmp_path / "p.tif"), size, size)]
        extract_patches(points, cuts, str(tmp_path / "l.tif"), Extraction(targets=Targets(fine)))
        left, top = 2 * (20 - size // 2), 2 * (21 - size // 2)
        found = read_pixels(tmp_path / "l.tif")[..., 0]
        assert (found == values[top : top + 2 * size, left : left + 2 * size]).all()

    def test_an_image_that_ends_with_the_label_image_has_targets_to_its_edge(
        self, scene, make_raster, make_vector, tmp_path
    ):
        fine = make_raster("f.tif", np.arange(12000).reshape(100, 120).astype(np.uint16) % 9, pixel_size=(5.0, -5.0))
        points = make_vector("p.gpkg", [(at(4.5, 4.5), {"id": 1}), (at(56.5, 46.5), {"id": 1})])
        cuts = [Cut(scene[0], str(tmp_path / "p.tif"), 8, 8)]
        assert (
            extract_patches(points, cuts, str(tmp_path / "l.tif"), Extraction(targets=Targets(fine)))["accepted"] == 2
        )

    def test_a_finer_label_image_that_is_rotated_is_refused(self, scene, make_raster, make_vector, tmp_path):
        fine = make_raster("f.tif", np.arange(12000).reshape(100, 120).astype(np.uint16) % 9)
        dataset = gdal.Open(fine, gdal.GA_Update)
        dataset.SetGeoTransform((500000.0, 4.0, 3.0, 5800000.0, 3.0, -4.0))
        del dataset
        points = make_vector("p.gpkg", [(at(20.5, 21.5), {"id": 1})])
        cuts = [Cut(scene[0], str(tmp_path / "p.tif"), 8, 8)]
        with pytest.raises(InputError, match=r"“f.tif” and the image “i.tif”.*rotated against"):
            extract_patches(points, cuts, str(tmp_path / "l.tif"), Extraction(targets=Targets(fine)))

    @pytest.mark.parametrize("crs", ["EPSG:32632", "EPSG:4326"])
    def test_a_label_image_in_another_crs_is_read_on_the_image(self, scene, make_vector, tmp_path, read_pixels, crs):
        image, label_image, labels = scene
        warped = str(tmp_path / "warped.tif")
        gdal.Warp(warped, label_image, dstSRS=crs, resampleAlg="near")
        points = make_vector("p.gpkg", [(at(15.5, 25.5), {"id": 1})])
        extract_patches(
            points,
            [Cut(image, str(tmp_path / "p.tif"), 20, 20)],
            str(tmp_path / "l.tif"),
            Extraction(targets=Targets(warped)),
        )
        found = read_pixels(tmp_path / "l.tif")[..., 0]
        assert (found == labels[15:35, 5:25]).mean() > 0.6  # warped twice; a shift by one pixel would give 0.28

    def test_a_label_image_shifted_by_part_of_a_pixel_is_read_on_the_image(
        self, scene, make_raster, make_vector, tmp_path, read_pixels
    ):
        labels = scene[2]
        shifted = make_raster("s.tif", labels, nodata=255, origin=(500003.0, 5799998.0))
        points = make_vector("p.gpkg", [(at(15.5, 25.5), {"id": 1})])
        cuts = [Cut(scene[0], str(tmp_path / "p.tif"), 8, 8)]
        extract_patches(points, cuts, str(tmp_path / "l.tif"), Extraction(targets=Targets(shifted)))
        assert (read_pixels(tmp_path / "l.tif")[..., 0] == labels[21:29, 11:19]).all()


def test_reasons_are_counted_in_one_pass(monkeypatch):
    """Each text is compared only a few times, however many points were rejected."""
    looks = []

    class Text(Message):
        def __eq__(self, other):
            looks.append(1)
            return Message.__eq__(self, other)

        __hash__ = Message.__hash__

    texts = [Text(f"reason {number % 3}") for number in range(20_000)]
    monkeypatch.setattr(patch_layers, "reason_texts", lambda layers, reasons: [*texts, None])
    events = []
    patch_layers.report_rejections([None] * 20_001, [], np.array([]), Progress(events.append))
    assert len(looks) < 3 * len(texts)
    (event,) = events
    assert event["text"] == (
        "1 patches. Rejected: 6667 because reason 0; 6667 because reason 1; 6666 because reason 2."
    )


class TestStoring:
    def test_stacks_beyond_memory_go_through_a_file(self, make_raster, make_vector, tmp_path, read_pixels, monkeypatch):
        image = make_raster("i.tif", ramp_pixels(300, 200))
        rng = np.random.default_rng(0)
        spots = rng.uniform(0, 200, (500, 2))
        points = make_vector("p.gpkg", [(at(*map(float, s)), {"class": 1 + i % 2}) for i, s in enumerate(spots)])
        for name, limit in (("memory", 10**9), ("file", 1000)):
            monkeypatch.setattr(patch_layers, "SPOOL_BYTES", limit)
            extract_patches(points, [Cut(image, str(tmp_path / f"{name}.tif"))], str(tmp_path / f"{name}_l.tif"))
        assert (read_pixels(tmp_path / "memory.tif") == read_pixels(tmp_path / "file.tif")).all()
        assert len(read_pixels(tmp_path / "file.tif")) > 300 * 16


@pytest.mark.parametrize("attribute", ["class", "k"])
def test_a_class_of_which_all_points_are_rejected_is_told(make_vector, make_raster, tmp_path, attribute):
    pixels = np.ones((12, 12), np.uint8)
    pixels[:, 9] = 0
    spots = [(3, "a"), (4, "b"), (8, "b"), (8, "c"), (9, "c")]
    features = [(f"POINT({500005 + 10 * x} 5799945)", {attribute: k}) for x, k in spots]
    events = []
    extract_patches(
        make_vector("p.gpkg", features),
        [Cut(make_raster("i.tif", pixels, nodata=0), str(tmp_path / "p.tif"), 3, 3)],
        str(tmp_path / "l.tif"),
        Extraction(attribute),
        progress=Progress(events.append),
    )
    told = [e["text"] for e in events if e["event"] == "warning"]
    assert len(told) == 1 and "All points of the class(es) c are rejected" in told[0]
