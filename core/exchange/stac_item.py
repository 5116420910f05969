"""Export of a model as a STAC item (SpatioTemporal Asset Catalog) with the extension MLM (Machine Learning Model).

MLM 1.5.2, https://github.com/stac-extensions/mlm, on STAC 1.1.0. A model has no location: the geometry is null.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Optional
from urllib.parse import quote

from ..base.version import rasterlearn_version
from ..evaluation.model_evaluator import ModelEvaluator
from ..images.image_source import Source
from ..images.normalization import Normalization
from ..model.model_file import Model

STAC_VERSION = "1.1.0"
MLM_SCHEMA = "https://stac-extensions.github.io/mlm/v1.5.2/schema.json"
SEMANTIC_VERSION = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True)
class Asset:
    """A file or folder with the model.

    Attributes:
        key: in the item. path: of the file. kind: for MLM's artifact_type. media_type: empty if there is none.
    """

    key: str
    path: str
    title: str
    kind: str
    media_type: str = ""


def write_item(path: str, evaluator: ModelEvaluator, assets: Sequence[Asset], final_path: Optional[str] = None) -> None:
    """Writes the item of a model.

    Args:
        final_path: where the item will finally lie, if not at `path`; references to assets are relative to it.
    """
    with open(path, "w", encoding="utf-8") as file:
        json.dump(item_of(final_path or path, evaluator, assets), file, indent=1)


def item_of(path: str, evaluator: ModelEvaluator, assets: Sequence[Asset]) -> dict[str, Any]:
    """The item as plain values; arguments as for `write_item`."""
    model, answers = evaluator.model, evaluator.patch_answer()
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    bands = [{"name": name} for name in dict.fromkeys(band for source in model.sources for band in source.bands)]
    task = "classification" if len(answers) == 1 else "semantic-segmentation"
    name = f"RasterLearn {_plain(model.architecture)} {model.fingerprint}"
    properties = {
        "title": f"Land cover: {', '.join(model.classes.names)}",
        "description": f"Made by RasterLearn {rasterlearn_version()}. Raw pixels go in: the files of the model apply "
        "the scaling of its inputs themselves.",
        "datetime": now,
        "created": now,
        "bands": bands,
        "mlm:name": name,
        "mlm:architecture": model.architecture,
        "mlm:tasks": [task],
        "mlm:framework": evaluator.framework,
        "mlm:input": [_input(number, source) for number, source in enumerate(model.sources, start=1)],
        "mlm:output": [_output(model, task, answers)],
        **_optional(evaluator),
    }
    return {
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": [MLM_SCHEMA],
        "id": name.replace(" ", "-").lower(),
        "geometry": None,
        "properties": properties,
        "links": [],
        "assets": {asset.key: _asset(asset, path, bands) for asset in assets},
    }


def _optional(evaluator: ModelEvaluator) -> dict[str, Any]:
    training, weights = evaluator.model.training, evaluator.weight_count()
    parameters = training.get("parameters") or {}
    version = str((training.get("versions") or {}).get(evaluator.library, ""))
    return {
        **({"mlm:framework_version": version} if SEMANTIC_VERSION.fullmatch(version) else {}),
        **({"mlm:total_parameters": weights} if weights is not None else {}),
        **({"mlm:hyperparameters": {_plain(k): v for k, v in parameters.items()}} if parameters else {}),
    }


def _input(number: int, source: Source) -> dict[str, Any]:
    shape = [-1, source.patch_height, source.patch_width, len(source.bands)]
    description = f"Pixels of {source.pixel_size[0]:g} × {source.pixel_size[1]:g} in units of the CRS."
    if source.normalization is not None:
        description += " The model's files do the scaling themselves."
    for scaling in dict.fromkeys(source.scalings or ()):
        if scaling is not None:
            description += f" Numbers have the scale {scaling[0]:g} and the offset {scaling[1]:g}."
    return {
        "name": f"source_{number}",
        "description": description,
        "bands": list(source.bands),
        "input": {"shape": shape, "dim_order": ["batch", "height", "width", "bands"], "data_type": "float32"},
        "value_scaling": _scaling(source.normalization),
        "resize_type": None,
    }


def _scaling(normalization: Optional[Normalization]) -> Optional[list[dict[str, Any]]]:
    """y = x · gain + bias in MLM's words: (x − mean) / stddev."""
    if normalization is None or 0 in normalization.gain:  # MLM cannot express that a band becomes constant
        return None
    pairs = zip(normalization.gain, normalization.bias)
    return [{"type": "z-score", "mean": (0.0 - bias) / gain, "stddev": 1.0 / gain} for gain, bias in pairs]


def _output(model: Model, task: str, answers: Sequence[int]) -> dict[str, Any]:
    dimensions = ["batch", "class"] if len(answers) == 1 else ["batch", "height", "width", "class"]
    classes = [
        {"value": c.value, "name": c.name, "description": c.name, "color_hint": c.color.lstrip("#").upper()}
        for c in model.classes
    ]
    return {
        "name": "probabilities",
        "description": "A number for each class, in their order; the class with the largest one is mapped.",
        "tasks": [task],
        "result": {"shape": [-1, *answers], "dim_order": dimensions, "data_type": "float32"},
        "classification:classes": classes,
    }


def _asset(asset: Asset, item: str, bands: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "href": _reference(asset.path, os.path.dirname(os.path.abspath(item))),
        "title": asset.title,
        **({"type": asset.media_type} if asset.media_type else {}),
        "roles": ["mlm:model"],
        "mlm:artifact_type": asset.kind,
        "bands": bands,
    }


def _reference(path: str, folder: str) -> str:
    """A relative path if possible, so that item and model can be moved together."""
    try:
        return "./" + quote(os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/"))
    except ValueError:  # on another drive of Windows
        return "file:///" + quote(os.path.abspath(path).replace(os.sep, "/"), safe="/:")


def _plain(text: str) -> str:
    """The text reduced to characters that MLM allows in names."""
    return re.sub(r"[^0-9a-zA-Z_.-]", "_", text)
