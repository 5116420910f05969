"""Sets of images given in different ways; no image is opened here."""

import json

import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.image_set import distinct_names, read_image_set


def item(name, assets, **more):
    described = {key: {"href": href} if isinstance(href, str) else href for key, href in assets.items()}
    return {"type": "Feature", "stac_version": "1.0.0", "id": name, "assets": described, **more}


@pytest.fixture
def collection(tmp_path):
    """Writes an ItemCollection and returns its path."""

    def write(*items, name="items.json"):
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": list(items)}), encoding="utf-8")
        return str(path)

    return write


def named(images):
    return {image.name: image.sources for image in images}


def test_a_list_of_rasters():
    images = read_image_set(["/data/b.tif", "/data/a.vrt", "/data/b.tif"])
    assert [(i.name, i.sources) for i in images] == [("b", (("/data/b.tif",),)), ("a", (("/data/a.vrt",),))]


def test_a_text_file(tmp_path):
    text = '\ufeff# scenes\n  one.tif \n\n"sub folder/two.tif"\n/abs/three.tif\nhttps://host/four.tif?key=1\nfive.tif\tcoarse.tif\n'
    (tmp_path / "list.txt").write_text(text, encoding="utf-8")
    assert named(read_image_set(image_set=str(tmp_path / "list.txt"))) == {
        "one": ((f"{tmp_path}/one.tif",),),
        "two": ((f"{tmp_path}/sub folder/two.tif",),),
        "three": (("/abs/three.tif",),),
        "four": (("/vsicurl/https://host/four.tif?key=1",),),
        "five": ((f"{tmp_path}/five.tif",), (f"{tmp_path}/coarse.tif",)),
    }


def test_a_folder(tmp_path):
    for name in ("b.TIF", "a.jp2", "c.vrt", "d.tiff", "e.txt", ".f.tif", "a.tif.aux.xml"):
        (tmp_path / name).write_text("")
    (tmp_path / "sub").mkdir()
    images = read_image_set(folder=str(tmp_path))
    assert [image.name for image in images] == ["a", "b", "c", "d"]
    assert images[1].sources == ((f"{tmp_path}/b.TIF",),)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/x/a.tif", "/y/b.tif"], ["a", "b"]),
        (["/x/a.tif", "/y/a.tif", "/y/b.tif"], ["x_a", "y_a", "b"]),
        (["/s/1/img/a.tif", "/s/2/img/a.tif"], ["1_img_a", "2_img_a"]),
        (["/x/a.tif", "/x/a.vrt"], ["a_tif", "a_vrt"]),
        (["/x/A.tif", "/y/a.tif"], ["x_A", "y_a"]),
        (["/x/a.tif", "/y/a.tif", "/z/x_a.tif"], ["x_a", "y_a", "z_x_a"]),
        (["/vsizip//s/1.zip/a.tif", "/vsizip//s/2.zip/a.tif"], ["1.zip_a", "2.zip_a"]),
    ],
)
def test_images_of_one_name_are_distinguished_by_their_folders(paths, names):
    assert [image.name for image in read_image_set(paths)] == names


def test_names_that_cannot_be_distinguished_are_refused():
    with pytest.raises(InputError, match="“b/a” and “b_a” would have the same name “b_a”"):
        distinct_names([("b", "a"), ("b_a",), ("a",)])
    assert distinct_names([("x", "a:b?"), ("c",)]) == ["a_b_", "c"]


def test_items_with_one_asset(collection, tmp_path):
    path = collection(
        item("s1", {"image": "./tiles/one%20a.tif"}, collection="scenes"),
        item("s2", {"image": "file:///abs/two.tif"}),
        item("s3", {"image": "https://host/three.tif", "thumb": {"href": "t.png", "roles": ["thumbnail"]}}),
        item("s4", {"cog": {"href": "s3://bucket/four.tif", "roles": ["data"]}, "other": "x.tif"}),
    )
    assert named(read_image_set(image_set=path)) == {
        "s1": ((f"{tmp_path}/tiles/one a.tif",),),
        "s2": (("/abs/two.tif",),),
        "s3": (("/vsicurl/https://host/three.tif",),),
        "s4": (("/vsis3/bucket/four.tif",),),
    }


def test_assets_become_bands_and_sources(collection, tmp_path):
    path = collection(item("s", {"B04": "4.tif", "B03": "3.tif", "B05": "5.tif"}), name="items.GeoJSON")
    (image,) = read_image_set(image_set=path, assets="B04, B03 ; B05")
    assert image.sources == ((f"{tmp_path}/4.tif", f"{tmp_path}/3.tif"), (f"{tmp_path}/5.tif",))
    assert image.described == f"{tmp_path}/4.tif; {tmp_path}/3.tif; {tmp_path}/5.tif"


def test_a_single_item_and_ids_that_are_not_file_names(tmp_path):
    (tmp_path / "item.json").write_text(json.dumps(item("a/b:c", {"image": "a.tif"})))
    assert [i.name for i in read_image_set(image_set=str(tmp_path / "item.json"))] == ["a_b_c"]


def test_items_of_one_id_in_two_collections(collection):
    path = collection(*(item("s", {"image": "a.tif"}, collection=name) for name in ("x", "y")))
    assert [image.name for image in read_image_set(image_set=path)] == ["x_s", "y_s"]
    with pytest.raises(InputError, match="Two items.*the id “s”"):
        read_image_set(image_set=collection(item("s", {"image": "a.tif"}), item("s", {"image": "b.tif"})))


@pytest.mark.parametrize(
    ("assets", "given", "words"),
    [
        ({"B4": "4.tif"}, "B04", "“s” has no asset “B04” with an href; it has B4"),
        ({"B04": {"href": 3}}, "B04", "no asset “B04” with an href"),
        ({"B04": "4.tif", "B03": "3.tif"}, "", "several assets.*B04, B03.*ASSETS"),
        ({"B04": "ftp://host/4.tif"}, "B04", "“ftp://host/4.tif” cannot be read: expected a path.*https"),
        ({"B04": "/vsistdin/"}, "B04", "“/vsistdin/” cannot be read"),
    ],
)
def test_an_item_that_cannot_be_used_is_listed_with_its_problem(collection, assets, given, words):
    good = item("good", {given or "image": "a.tif"})
    bad, image = read_image_set(image_set=collection(item("s", assets), good), assets=given)
    assert not image.problem and image.sources
    assert not bad.sources and bad.described == "s"
    with pytest.raises(InputError, match=words):
        raise InputError(bad.problem)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "no collection of STAC items"),
        ("[]", "neither a FeatureCollection nor a Feature"),
        ('{"type": "FeatureCollection"}', "'features' is missing"),
        ('{"type": "FeatureCollection", "features": 3}', "must be a list"),
        ('{"type": "FeatureCollection", "features": [{"id": "a"}]}', "a feature has no assets"),
        ('{"type": "FeatureCollection", "features": [{"id": 3, "assets": {}}]}', "id of an item must be text"),
        ('{"type": "FeatureCollection", "features": []}', "There is no item in “items.json”"),
        ("[" * 100_000, "nested"),
    ],
)
def test_files_that_are_not_items(tmp_path, content, words):
    (tmp_path / "items.json").write_text(content)
    with pytest.raises(InputError, match=words):
        read_image_set(image_set=str(tmp_path / "items.json"))


def test_sets_without_an_image(tmp_path):
    (tmp_path / "list.txt").write_text("# nothing\n\n")
    with pytest.raises(InputError, match="“list.txt” lists no image.*one in each line"):
        read_image_set(image_set=str(tmp_path / "list.txt"))
    with pytest.raises(InputError, match="no image in the folder.*end in .tif, .tiff, .vrt, .jp2"):
        read_image_set(folder=str(tmp_path))


def test_files_and_folders_that_do_not_exist(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_image_set(image_set=str(tmp_path / "list.txt"))
    with pytest.raises(InputError, match="does not exist"):
        read_image_set(folder=str(tmp_path / "no"))
    (tmp_path / "list.txt").write_bytes(b"II*\x00\xff\xfe")
    with pytest.raises(InputError, match="not text in UTF-8"):
        read_image_set(image_set=str(tmp_path / "list.txt"))


def test_one_way_of_giving_images():
    with pytest.raises(InputError, match=r"in one way: .*INPUTS.*IMAGE_SET.*FOLDER"):
        read_image_set()
    with pytest.raises(InputError, match="in one way"):
        read_image_set(["a.tif"], folder="x")
    with pytest.raises(InputError, match="ASSETS is for the items of a STAC catalog"):
        read_image_set(["a.tif"], assets="B04")


def test_an_item_that_a_search_found_twice_is_mapped_once(collection):
    first = item("s", {"red": "https://a.org/r.tif?sig=1"})
    again = item("s", {"red": "https://a.org/r.tif?sig=2"}, links=[{"rel": "self", "href": "other"}])
    (image,) = read_image_set(image_set=collection(first, again, first))
    assert image.sources == (("/vsicurl/https://a.org/r.tif?sig=1",),)


def test_items_of_one_id_with_different_files_are_refused(collection):
    with pytest.raises(InputError, match="Two items .* have the id “s”, but different files"):
        read_image_set(image_set=collection(item("s", {"red": "1.tif"}), item("s", {"red": "2.tif"})))


def test_characters_that_no_path_has(tmp_path, collection):
    (tmp_path / "list.txt").write_bytes(b"a.tif\nb\0.tif\n")
    with pytest.raises(InputError, match="is not text"):
        read_image_set(image_set=str(tmp_path / "list.txt"))
    bad, good = read_image_set(image_set=collection(item("s", {"red": "a\0.tif"}), item("t", {"red": "a.tif"})))
    assert "is not a path" in str(bad.problem) and good.problem is None
