"""The description in a model file, read with the standard library alone: QGIS shows it and checks inputs against it.

The model itself is not opened; to use it, read it with `model_file`, which checks everything.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Optional

from .archive import open_archive
from .errors import ModelFileError
from .messages import Message
from .model_limits import LARGEST_PATCH_PX, MAXIMUM_BANDS, MAXIMUM_CLASSES, MAXIMUM_SOURCES
from .plain_json import MAXIMUM_JSON_BYTES, a_list, parse_json, short_text, whole_number


@dataclass(frozen=True)
class SourceCard:
    """One input image of the model: the names of its bands, and the size of a patch in its pixels."""

    bands: tuple[str, ...]
    patch_width: int
    patch_height: int


@dataclass(frozen=True)
class ModelCard:
    """A model in short.

    Attributes:
        kind: as in `model_file.Model`. classes: name and color (#rrggbb or "") of each. values: instead of classes, the
            bands of the image that the model predicts.
        overall_accuracy, kappa: on the validation set, else None.
    """

    kind: str
    architecture: str
    sources: tuple[SourceCard, ...]
    classes: tuple[tuple[str, str], ...]
    overall_accuracy: Optional[float] = None
    kappa: Optional[float] = None
    values: tuple[str, ...] = ()


def read_model_card(path: str) -> ModelCard:
    """Reads the description in a model file. Raises ModelFileError if there is none that can be read."""
    name = os.path.basename(path)
    try:
        with open_archive(path, Message("“{name}”", name=name)) as archive:
            return _card(parse_json(archive.read("model.json", MAXIMUM_JSON_BYTES)))
    except ModelFileError:
        raise
    except OSError as error:
        raise ModelFileError(
            "The model file “{path}” cannot be read: {reason}.", path=path, reason=error.strerror or error
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFileError(
            "“{name}” is not a RasterLearn model, or its description is damaged. Expected a .rlmodel file.", name=name
        ) from error


def _card(description: dict[str, Any]) -> ModelCard:
    sources = a_list(description["sources"], 1, MAXIMUM_SOURCES, Message("the sources"))
    target = description.get("target")
    values = a_list(target["image"]["bands"], 1, MAXIMUM_BANDS, Message("the bands of a target")) if target else []
    classes = a_list(description["classes"], 0 if target else 1, MAXIMUM_CLASSES, Message("the classes"))
    judged = description["training"].get("metrics", {}).get("validation") or {}
    return ModelCard(
        short_text(description["kind"], Message("the kind")),
        short_text(description["architecture"], Message("the architecture")),
        tuple(_source(source) for source in sources),
        tuple(
            (short_text(c["name"], Message("a class")), short_text(c.get("color") or "", Message("a color")))
            for c in classes
        ),
        _share(judged.get("overall_accuracy")),
        _share(judged.get("kappa")),
        tuple(short_text(name, Message("a band")) for name in values),
    )


def _source(values: dict[str, Any]) -> SourceCard:
    names = a_list(values["bands"], 1, MAXIMUM_BANDS, Message("the bands of a source"))
    width, height = (whole_number(values[f"patch_{side}"], 1, LARGEST_PATCH_PX, side) for side in ("width", "height"))
    return SourceCard(tuple(short_text(name, Message("a band")) for name in names), width, height)


def _share(value: Any) -> Optional[float]:
    return float(value) if isinstance(value, (int, float)) and -1 <= value <= 1 else None
