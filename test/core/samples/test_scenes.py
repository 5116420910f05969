"""Patches cut from the first of many images that holds them."""

import json
import os

import numpy as np
import pytest
from osgeo import osr

from rasterlearn.core.base.errors import Cancelled, InputError, OutputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.normalization import Scaling, normalize
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples.patch_extraction import Cut, Extraction, Targets, extract_patches
from rasterlearn.core.samples.patch_reader import REASONS
from rasterlearn.core.samples.patch_stack import read_patches
from rasterlearn.core.samples.points import read_points
from rasterlearn.core.samples.scenes import list_scenes

WIDTH, HEIGHT = 6, 5
UTM32 = "EPSG:32632"


def moved(points, crs):
    """Points (n, 2) of UTM zone 33 in another zone."""
    systems = [osr.SpatialReference(), osr.SpatialReference()]
    for system, code in zip(systems, ("EPSG:32633", crs)):
        system.SetFromUserInput(code)
    transformation = osr.CoordinateTransformation(*systems)
    return np.array([transformation.TransformPoint(*point)[:2] for point in points.tolist()])


def noise(rng, shape, nodata_share):
    """Pixels of two bands, 0 in some places."""
    pixels = rng.integers(1, 9000, (*shape, 2)).astype(np.uint16)
    pixels[rng.random(shape) < nodata_share] = 0
    return pixels


@pytest.fixture
def scenes(make_raster):
    """(path, pixels, corner, CRS) of images that overlap: two on one grid, one between its pixels, one in zone 32."""
    rng = np.random.default_rng(0)
    points = np.array([[500300.0, 5799800.0]])
    west = moved(points, UTM32)[0].round(-1)
    wanted = [
        ((40, 50), 0.03, (500000.0, 5800000.0), "EPSG:32633"),
        ((40, 50), 0.03, (500000.0, 5800000.0), "EPSG:32633"),
        ((30, 40), 0.01, (500203.0, 5799905.5), "EPSG:32633"),
        ((30, 40), 0.0, (west[0] - 50, west[1] + 120), UTM32),
    ]
    found = []
    for number, (shape, share, corner, crs) in enumerate(wanted):
        pixels = noise(rng, shape, share)
        path = make_raster(f"scene_{number}.tif", pixels, nodata=0, origin=corner, crs=crs)
        found.append((path, pixels, corner, crs))
    return found


@pytest.fixture
def points(make_vector):
    """300 points around the images, as a file and as coordinates (n, 2)."""
    places = np.random.default_rng(1).uniform((499950, 5799400), (500900, 5800050), (300, 2))
    features = [(f"POINT ({x!r} {y!r})", {"class": 1 + i % 3, "id": i}) for i, (x, y) in enumerate(places.tolist())]
    return make_vector("points.gpkg", features), places


@pytest.fixture
def extract(tmp_path):
    """Runs extract_patches with a list of images; outputs lie in `out`."""
    (tmp_path / "out").mkdir()

    def run(points_path, image, more, image_set=None, **options):
        listed = tmp_path / "scenes.txt"
        listed.write_text("\n".join(more))
        out = [str(tmp_path / "out" / name) for name in ("patches.tif", "labels.tif", "rejected.gpkg")]
        cuts = [Cut(image, out[0], WIDTH, HEIGHT)]
        extraction = Extraction(image_set=image_set or str(listed))
        return extract_patches(points_path, cuts, out[1], extraction, out[2], **options)

    return run


def expected_of(scenes, places):
    """Point after point, image after image: patches, ids of accepted points, and the reasons of the others by id."""
    patches, accepted, reasons = [], [], {}
    for number, place in enumerate(places):
        why = [1]
        for _, pixels, corner, crs in scenes:
            x, y = moved(place[np.newaxis], crs)[0]
            column, row = int((x - corner[0]) // 10), int((corner[1] - y) // 10)
            left, top = column - WIDTH // 2, row - HEIGHT // 2
            inside = 0 <= column < pixels.shape[1] and 0 <= row < pixels.shape[0]
            whole = left >= 0 and top >= 0 and left + WIDTH <= pixels.shape[1] and top + HEIGHT <= pixels.shape[0]
            patch = pixels[top : top + HEIGHT, left : left + WIDTH]
            why.append(0 if whole and patch.all() else 3 if whole else 2 if inside else 1)
            if why[-1] == 0:
                patches.append(patch)
                accepted.append(number)
                break
        else:
            reasons[number] = str(REASONS[max(why)].with_values(layer="the images"))
    return np.array(patches), accepted, reasons


class TestCutting:
    def test_each_patch_is_from_the_first_image_that_has_it(self, scenes, points, extract, read_pixels, tmp_path):
        path, places = points
        patches, accepted, reasons = expected_of(scenes, places)
        said = []
        counts = extract(path, scenes[0][0], [scene[0] for scene in scenes[1:]], progress=Progress(said.append))
        assert counts == {"accepted": len(accepted), "rejected": len(reasons)}
        assert any(event.get("text") == "The patches are from 4 of 4 images." for event in said)
        assert (read_pixels(tmp_path / "out" / "patches.tif").reshape(patches.shape) == patches).all()
        assert (read_pixels(tmp_path / "out" / "labels.tif").ravel() == [1 + i % 3 for i in accepted]).all()
        rejected = read_points(str(tmp_path / "out" / "rejected.gpkg"))
        assert dict(zip(rejected.fields["id"], rejected.fields["reason"])) == reasons
        # the comparison is meaningful: all images give patches, and all reasons occur
        gains = [len(expected_of(scenes[: n + 1], places)[1]) for n in range(4)]
        assert all(np.diff(gains) > 5) and set(reasons.values()) == {
            str(r.with_values(layer="the images")) for r in REASONS[1:4]
        }

    def test_the_order_decides(self, scenes, points, extract, read_pixels, tmp_path):
        path, places = points
        turned = scenes[::-1]
        extract(path, turned[0][0], [scene[0] for scene in turned[1:]])
        patches = expected_of(turned, places)[0]
        assert (read_pixels(tmp_path / "out" / "patches.tif").reshape(patches.shape) == patches).all()

    def test_the_stack_records_where_its_patches_lie_on_the_first_image(self, scenes, points, extract, tmp_path):
        path, places = points
        extract(path, scenes[0][0], [scene[0] for scene in scenes[1:]])
        found = read_patches(str(tmp_path / "out" / "patches.tif"), str(tmp_path / "out" / "labels.tif")).places
        chosen = places[expected_of(scenes, places)[1]]
        assert (found.columns == (chosen[:, 0] - 500000) // 10).all()
        assert (found.rows == (5800000 - chosen[:, 1]) // 10).all()
        assert found.columns.max() > 50  # beyond the first image

    def test_an_image_in_whose_crs_no_point_exists_holds_none(
        self, scenes, points, extract, make_raster, read_pixels, tmp_path
    ):
        far = make_raster("far.tif", scenes[0][1], nodata=0, crs="+proj=gnom +lat_0=-52 +lon_0=-165 +datum=WGS84")
        with pytest.raises(InputError, match="no coordinates that can be reprojected"):
            read_points(points[0], RasterReader(far).grid.crs)
        counts = [extract(points[0], scenes[0][0], more) for more in ([scenes[1][0]], [far, scenes[1][0]])]
        assert counts[0] == counts[1]

    def test_points_that_do_not_exist_in_the_first_images_crs_have_patches_without_places(
        self, make_raster, make_vector, extract, tmp_path
    ):
        pixels = np.ones((40, 50), np.uint8)
        first = make_raster("a.tif", pixels, origin=(-250.0, 200.0), crs="+proj=gnom +lat_0=0 +lon_0=0 +datum=WGS84")
        second = make_raster("b.tif", pixels, origin=(500000.0, 5800000.0), crs="EPSG:32660")  # at 177° E
        spots = ["POINT (0 0)", "POINT (177.002 52.3485)"]
        points = make_vector("p.gpkg", [(spot, {"class": i}) for i, spot in enumerate(spots)], crs="EPSG:4326")
        assert extract(points, first, [second]) == {"accepted": 2, "rejected": 0}
        found = read_patches(str(tmp_path / "out" / "patches.tif"), str(tmp_path / "out" / "labels.tif"))
        assert len(found) == 2 and found.places is None

    def test_all_points_rejected(self, scenes, make_vector, extract, tmp_path):
        far = make_vector("far.gpkg", [("POINT (0 0)", {"class": 1})])
        with pytest.raises(InputError, match=r"1 because outside the images.*“scene_0.tif, scenes.txt”"):
            extract(far, scenes[0][0], [scenes[1][0]])
        assert os.listdir(tmp_path / "out") == []

    def test_a_cancelled_job_leaves_nothing(self, scenes, points, extract, tmp_path):
        def on_event(event):
            if event["event"] == "progress":
                progress.cancelled.set()

        progress = Progress(on_event)
        with pytest.raises(Cancelled):
            extract(points[0], scenes[0][0], [scene[0] for scene in scenes[1:]], progress=progress)
        assert os.listdir(tmp_path / "out") == []


class TestListing:
    def test_the_image_itself_may_be_in_the_set(self, scenes, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "link.tif").symlink_to(scenes[0][0])
        (tmp_path / "set.txt").write_text("scene_1.tif\nlink.tif\n# a remark\nscene_0.tif\nscene_2.tif\n")
        with RasterReader(scenes[0][0]) as image:
            listed = list_scenes(image, "set.txt", Progress())
        assert [os.path.basename(scene.paths[0]) for scene in listed] == ["scene_0.tif", "scene_1.tif", "scene_2.tif"]

    def test_bands_of_stac_items_are_assets_of_their_names(self, make_raster, extract, points, read_pixels, tmp_path):
        pixels = noise(np.random.default_rng(2), (40, 50), 0)
        first = make_raster("first.tif", pixels[:20], names=["B4", "B8"], nodata=0)
        bands = [make_raster(f"{name}.tif", pixels[..., band]) for band, name in enumerate(("red", "nir"))]
        assets = {"B8": {"href": os.path.basename(bands[1])}, "B4": {"href": os.path.basename(bands[0])}}
        item = {"type": "Feature", "id": "scene", "assets": assets}
        (tmp_path / "items.json").write_text(json.dumps({"type": "FeatureCollection", "features": [item]}))
        extract(points[0], first, [], image_set=str(tmp_path / "items.json"))
        origin = (500000.0, 5800000.0)
        scenes = [("", p, origin, "EPSG:32633") for p in (pixels[:20], pixels)]
        expected = expected_of(scenes, points[1])[0]
        assert (read_pixels(tmp_path / "out" / "patches.tif").reshape(expected.shape) == expected).all()
        del assets["B8"]
        (tmp_path / "items.json").write_text(json.dumps(item))
        with pytest.raises(InputError, match=r"no asset “B8”.*have the names of the bands of “first.tif”"):
            extract(points[0], first, [], image_set=str(tmp_path / "items.json"))

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"bands": 1}, r"other.tif” has 1 band\(s\) of uint16, but “first.tif” has 2 of uint16"),
            ({"dtype": np.int16}, r"2 band\(s\) of int16, but “first.tif” has 2 of uint16"),
            ({"names": ["B8", "B4"]}, "has the bands B8, B4, but “first.tif” has B4, B8"),
            ({"pixel_size": (20.0, -20.0)}, "pixels of 20 × 20 m, but “first.tif” of 10 × 10 m"),
            ({"pixel_size": (0.0001, -0.0001), "crs": "EPSG:4326"}, "pixels of 0.0001 × 0.0001, but"),
        ],
    )
    def test_images_of_another_kind_are_refused(self, make_raster, points, extract, tmp_path, change, words):
        pixels = np.ones((40, 50, 2), np.uint16)
        first = make_raster("first.tif", pixels, names=["B4", "B8"])
        options = {"names": ["B4", "B8"], **change}
        other = pixels[..., : options.pop("bands", 2)].astype(options.pop("dtype", np.uint16))
        with pytest.raises(InputError, match=words):
            extract(points[0], first, [make_raster("other.tif", other, **options)])
        assert os.listdir(tmp_path / "out") == []

    def test_images_are_normalized_in_the_same_way(self, scenes, points, extract, tmp_path):
        paths = [str(tmp_path / f"{name}.vrt") for name in "abc"]
        normalize([scenes[0][0]], paths[0])
        normalize([scenes[1][0]], paths[1], Scaling(statistics_from=paths[0]))
        normalize([scenes[1][0]], paths[2], Scaling("standard"))
        extract(points[0], paths[0], [paths[1]])
        for other in (paths[2], str(scenes[1][0])):
            with pytest.raises(InputError, match="not normalized in the same way"):
                extract(points[0], paths[1], [other])

    def test_pixels_of_projections_in_feet_are_compared_on_the_ground(self, make_raster, points, extract):
        pixels = np.ones((40, 50), np.uint8)
        feet = make_raster("feet.tif", pixels, crs="+proj=utm +zone=33 +units=ft", pixel_size=(32.8084, -32.8084))
        assert extract(points[0], make_raster("meters.tif", pixels), [feet])["accepted"] > 0

    def test_a_set_is_for_one_source_with_classes(self, scenes, points, tmp_path):
        for cuts, targets in (([0, 1], None), ([0], Targets(scenes[0][0]))):
            images = [Cut(scenes[n][0], str(tmp_path / f"{n}.tif")) for n in cuts]
            with pytest.raises(InputError, match="one source with a class each"):
                extract_patches(
                    points[0], images, str(tmp_path / "l.tif"), Extraction(targets=targets, image_set="set.txt")
                )

    def test_two_images_in_one_line_and_one_that_is_missing(self, scenes, points, extract):
        with pytest.raises(InputError, match="2 images in one line"):
            extract(points[0], scenes[0][0], [f"{scenes[1][0]}\t{scenes[2][0]}"])
        with pytest.raises(InputError, match=r"missing.tif.* cannot be opened"):
            extract(points[0], scenes[0][0], ["missing.tif"])

    def test_an_image_of_the_set_is_not_overwritten(self, scenes, points, tmp_path):
        (tmp_path / "set.txt").write_text("scene_1.tif")
        before = (tmp_path / "scene_1.tif").read_bytes()
        cuts = [Cut(scenes[0][0], scenes[1][0], WIDTH, HEIGHT)]
        with pytest.raises(OutputError, match="is one of the inputs"):
            extract_patches(points[0], cuts, str(tmp_path / "l.tif"), Extraction(image_set=str(tmp_path / "set.txt")))
        assert (tmp_path / "scene_1.tif").read_bytes() == before
