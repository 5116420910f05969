"""Sets of images: a list of rasters, a text file of paths, the items of a STAC catalog, or a folder."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ..base.errors import InputError
from ..base.messages import Message
from ..base.plain_json import a_list, parse_json, reason_of, shortened
from ..raster.data_sources import file_of
from ..raster.recorded_scaling import Scalings, declared_scalings

RASTER_ENDINGS = (".tif", ".tiff", ".vrt", ".jp2")
STAC_ENDINGS = (".json", ".geojson")
LARGEST_LIST_BYTES = 500_000_000  # the items of a hundred thousand scenes
MOST_IMAGES = 1_000_000

# How GDAL reads what lies elsewhere, by the scheme of its address.
_REMOTE = {"http": "/vsicurl/{}", "https": "/vsicurl/{}", "s3": "/vsis3/{}", "gs": "/vsigs/{}"}
_VIRTUAL = ("/vsicurl/", "/vsis3/", "/vsigs/", "/vsiaz/", "/vsizip/", "/vsitar/", "/vsigzip/")

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')


@dataclass(frozen=True)
class ListedImage:
    """What one map is made from.

    Attributes:
        name: of the map, without folder and ending; unique in the set, even if the case of letters is ignored.
        sources: for each source of the model the files whose bands are stacked, as GDAL names them.
        problem: why there is nothing to map, and no source; a sentence, or None.
        declared: for each source what a STAC item says of the scales and offsets of its files; see recorded_scaling.py.
    """

    name: str
    sources: tuple[tuple[str, ...], ...]
    problem: Optional[Message] = None
    declared: tuple[tuple[Optional[Scalings], ...], ...] = ()

    @property
    def described(self) -> str:
        """All its files, for a table."""
        return "; ".join(path for source in self.sources for path in source) or self.name


def read_image_set(
    rasters: Sequence[str] = (), image_set: Optional[str] = None, folder: Optional[str] = None, assets: str = ""
) -> list[ListedImage]:
    """The images of a set, each once, in the given order; those of a folder in the order of their names.

    Args: exactly one of the first three is given.
        rasters: files or GDAL data sets.
        image_set: a STAC ItemCollection or item (.json, .geojson); else a text file with an image in each line, its
            sources separated by tabs, and comment lines that start with #. Relative paths start at the file's folder.
        folder: all its files that end as rasters do.
        assets: of STAC items: names separated by commas, whose bands are stacked; semicolons separate sources.
    Raises:
        InputError: the set cannot be read or has no image, or the maps of two images would have the same name.
    """
    if sum(bool(given) for given in (rasters, image_set, folder)) != 1:
        raise InputError(
            "Give the images in one way: a list of rasters ({p:inputs}), a file that lists them ({p:image_set}), "
            "or a folder ({p:folder})."
        )
    is_stac = bool(image_set) and str(image_set).lower().endswith(STAC_ENDINGS)
    if assets.strip() and not is_stac:
        raise InputError(
            "{p:assets} is for the items of a STAC catalog ({p:image_set} ends in {endings: or }), received "
            "“{assets}”. Leave it empty.",
            endings=STAC_ENDINGS,
            assets=assets,
        )
    if image_set and is_stac:
        return _images_of_items(image_set, assets)
    if image_set:
        return _images_of_rows(_lines_of(image_set), image_set)
    if folder:
        return _images_of_rows([(path,) for path in _rasters_in(folder)], folder)
    return _images_of_rows([(path,) for path in rasters], "INPUTS")


def distinct_names(paths: Sequence[Sequence[str]]) -> list[str]:
    """A name for each path: its last part; where several share one, with the folders that distinguish them.

    Args:
        paths: from the outermost folder to the name; all of them differ.
    Raises:
        InputError: two names cannot be distinguished.
    """
    depths = [1] * len(paths)
    while True:
        names = [_NOT_IN_NAMES.sub("_", "_".join(path[-depth:])) for path, depth in zip(paths, depths)]
        counts = Counter(name.lower() for name in names)
        clashing = [i for i, name in enumerate(names) if counts[name.lower()] > 1]
        if not clashing:
            return names
        longer = [i for i in clashing if depths[i] < len(paths[i])]
        if not longer:
            same = [i for i in clashing if names[i].lower() == names[clashing[0]].lower()]
            first, second = ("/".join(paths[i]) for i in same[:2])
            raise InputError(
                "The maps of “{first}” and “{second}” would have the same name “{name}”. Rename one of the "
                "images, or leave one out.",
                first=first,
                second=second,
                name=names[same[0]],
            )
        for i in longer:
            depths[i] += 1


def _images_of_rows(rows: Sequence[tuple[str, ...]], origin: str) -> list[ListedImage]:
    """The images of rows of paths, named after the first source of each."""
    rows = list(dict.fromkeys(rows))
    if not rows and os.path.isdir(origin):
        raise InputError(
            "There is no image in the folder “{folder}”. Expected rasters whose names end in {endings}.",
            folder=origin,
            endings=RASTER_ENDINGS,
        )
    if not rows:
        raise InputError(
            "“{name}” lists no image. Expected the path of one in each line.", name=os.path.basename(origin)
        )
    files = [file_of(row[0]) for row in rows]
    roots = Counter(os.path.splitext(file)[0].lower() for file in files)
    paths = [_parts_of(file, with_ending=roots[os.path.splitext(file)[0].lower()] > 1) for file in files]
    names = distinct_names(paths)
    return [ListedImage(name, tuple((path,) for path in row)) for name, row in zip(names, rows)]


def _parts_of(path: str, with_ending: bool = False) -> list[str]:
    """Folders and name; `a.tif` as `a`, or as `a_tif`."""
    root, ending = os.path.splitext(path if "://" in path or path.startswith("/vsi") else os.path.abspath(path))
    parts = re.split(r"[/\\]+", root.split("?")[0].strip("/\\"))
    return [*parts[:-1], parts[-1] + (ending.replace(".", "_") if with_ending else "")]


def _rasters_in(folder: str) -> list[str]:
    if not os.path.isdir(folder):
        raise InputError(
            "The folder “{folder}” does not exist. Expected a folder of rasters ({p:folder}).", folder=folder
        )
    return [
        os.path.join(folder, name)
        for name in sorted(os.listdir(folder))
        if name.lower().endswith(RASTER_ENDINGS) and not name.startswith(".")
    ]


def _lines_of(path: str) -> list[tuple[str, ...]]:
    folder = os.path.dirname(os.path.abspath(path))
    contents = _bytes_of(path)
    try:
        text = contents.decode("utf-8-sig")
        if "\0" in text:  # which no path contains
            raise ValueError(path)
    except ValueError as error:
        raise InputError(
            "“{path}” is not text in UTF-8. Expected a text file with the path of an image in each line, or the "
            "items of a STAC catalog (.json, .geojson).",
            path=os.path.basename(path),
        ) from error
    lines = [line.strip() for line in text.splitlines()]
    return [
        tuple(_located(part.strip().strip('"'), folder) for part in line.split("\t") if part.strip())
        for line in lines
        if line and not line.startswith("#")
    ]


def _bytes_of(path: str) -> bytes:
    try:
        if os.path.getsize(path) > LARGEST_LIST_BYTES:
            raise InputError(
                "“{name}” has {size} bytes; a set of images has at most {most}. Give it in parts.",
                name=os.path.basename(path),
                size=os.path.getsize(path),
                most=LARGEST_LIST_BYTES,
            )
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(
            "The set of images “{path}” cannot be read: {reason}. Expected a text file or the items of a STAC "
            "catalog ({p:image_set}).",
            path=path,
            reason=error.strerror or error,
        ) from error


def _images_of_items(path: str, assets: str) -> list[ListedImage]:
    name, folder = os.path.basename(path), os.path.dirname(os.path.abspath(path))
    wanted = [[asset.strip() for asset in source.split(",") if asset.strip()] for source in assets.split(";")]
    if assets.strip() and not all(wanted):
        raise InputError(
            "{p:assets} must be names apart by commas, for each source of the model, received “{assets}”.",
            assets=assets,
        )
    try:
        items = _each_once(_items_in(parse_json(_bytes_of(path), LARGEST_LIST_BYTES)))
        paths = [_path_of(item) for item in items]
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = (
            Message("{entry} is missing", entry=shortened(error)) if isinstance(error, KeyError) else reason_of(error)
        )
        raise InputError(
            "“{name}” is no collection of STAC items: {reason:part}. Expected a GeoJSON FeatureCollection of items.",
            name=name,
            reason=reason,
        ) from error
    if not items:
        raise InputError("There is no item in “{name}”. Expected a GeoJSON FeatureCollection of STAC items.", name=name)
    return [
        _image_of_item(item, map_name, wanted, folder, path[-1])
        for item, map_name, path in zip(items, distinct_names(_unrepeated(paths, name)), paths)
    ]


def _items_in(value: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(value, dict) or value.get("type") not in ("FeatureCollection", "Feature"):
        raise ValueError(Message("it is neither a FeatureCollection nor a Feature"))
    features = [value] if value["type"] == "Feature" else value["features"]
    for item in a_list(features, 0, MOST_IMAGES, Message("“features”")):
        if not isinstance(item, dict) or not isinstance(item.get("assets"), dict):
            raise ValueError(Message("a feature has no assets"))
        yield item


def _each_once(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items, without those that name the same files under the same id again, as the pages of a search may do."""
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for item in items:
        files = sorted((name, _file_of(asset)) for name, asset in item["assets"].items())
        found.setdefault((*_path_of(item), *files), item)
    return list(found.values())


def _file_of(asset: Any) -> str:
    """What an asset refers to, without the signature that differs from one search to the next."""
    return str(asset.get("href")).split("?")[0] if isinstance(asset, dict) else str(asset)


def _path_of(item: dict[str, Any]) -> tuple[str, ...]:
    if not isinstance(item["id"], str) or not item["id"].strip():
        raise ValueError(Message("the id of an item must be text, received {id}", id=shortened(item["id"])))
    collection = item.get("collection")
    return (collection, item["id"]) if isinstance(collection, str) and collection else (item["id"],)


def _unrepeated(paths: Sequence[tuple[str, ...]], name: str) -> Sequence[tuple[str, ...]]:
    repeated = [path for path, count in Counter(paths).items() if count > 1]
    if repeated:
        raise InputError(
            "Two items of “{name}” have the id “{id}”, but different files, so their maps would have the same name. "
            "Leave one out.",
            name=name,
            id=shortened(repeated[0][-1]),
        )
    return paths


def _image_of_item(
    item: dict[str, Any], map_name: str, wanted: Sequence[Sequence[str]], folder: str, item_id: str
) -> ListedImage:
    """An item that lacks an asset is listed with its problem, as the others can still be mapped."""
    try:
        names = wanted if wanted[0] else [[_only_asset(item, item_id)]]
        sources = tuple(tuple(_href(item, asset, item_id, folder) for asset in source) for source in names)
        declared = tuple(tuple(declared_scalings(item, asset) for asset in source) for source in names)
        return ListedImage(map_name, sources, declared=declared)
    except InputError as error:
        return ListedImage(map_name, (), error.message)


def _only_asset(item: dict[str, Any], item_id: str) -> str:
    with_data = [name for name, asset in item["assets"].items() if "data" in _roles(asset)]
    candidates = with_data or [name for name, asset in item["assets"].items() if not _roles(asset)]
    if len(candidates) != 1:
        raise InputError(
            "The item “{item}” has several assets, or none with data: {assets}. Name those that the model "
            "expects ({p:assets}).",
            item=shortened(item_id),
            assets=shortened(", ".join(item["assets"])),
        )
    return candidates[0]


def _roles(asset: Any) -> Sequence[Any]:
    roles = asset.get("roles") if isinstance(asset, dict) else None
    return roles if isinstance(roles, list) else ()


def _href(item: dict[str, Any], name: str, item_id: str, folder: str) -> str:
    asset = item["assets"].get(name)
    href = asset.get("href") if isinstance(asset, dict) else None
    if not isinstance(href, str) or not href.strip():
        raise InputError(
            "The item “{item}” has no asset “{asset}” with an href; it has {assets}. Correct {p:assets}, or "
            "leave the item out.",
            item=shortened(item_id),
            asset=name,
            assets=shortened(", ".join(item["assets"])) or Message("none"),
        )
    return _located(href.strip(), folder)


def _located(text: str, folder: str) -> str:
    """A path or an address in the form that GDAL reads; relative paths start at `folder`.

    Raises:
        InputError: an address of an unknown scheme, or no path at all.
    """
    if "\0" in text:
        raise InputError("“{path}” is not a path: it contains a character that no path has.", path=shortened(text))
    if text.startswith(_VIRTUAL):
        return text
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() in _REMOTE:
        return _REMOTE[scheme.lower()].format(text if scheme.lower().startswith("http") else rest)
    if separator and scheme.lower() == "file":
        return url2pathname(urlsplit(text).path)
    if separator or text.startswith("/vsi"):
        raise InputError(
            "“{path}” cannot be read: expected a path, or an address that begins with {protocols}.",
            path=shortened(text),
            protocols=["file", *_REMOTE],
        )
    path = os.path.normpath(os.path.join(folder, text))
    if os.path.exists(file_of(path)) or "%" not in text:
        return path
    return os.path.normpath(os.path.join(folder, unquote(text)))
