"""RasterLearn's own description of a SavedModel that it exported, read when the model is imported again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from ..base.errors import InputError, ModelFileError
from ..images.image_source import Source
from ..images.legend import Legend
from ..raster.classes import ClassMap
from .import_options import ImportOptions
from .saved_model_reader import SavedModel


@dataclass(frozen=True)
class Exported:
    """RasterLearn's description of a SavedModel that it exported.

    Attributes:
        classes, sources: of the model. inputs, outputs: names in the signature.
        patches: smallest width and height of each input.
    """

    classes: ClassMap
    sources: tuple[Source, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    patches: tuple[tuple[int, int], ...]

    def completing(self, wanted: ImportOptions) -> ImportOptions:
        """The user's options, completed from the export."""
        return replace(
            wanted,
            inputs=wanted.inputs or self.inputs,
            outputs=wanted.outputs or self.outputs,
            legend=wanted.legend or Legend.of(self.classes),
        )

    def describing(self, sources: list[Source], images: Sequence[str]) -> list[Source]:
        """The sources with the fills of the export, and with its bands and pixel sizes unless images are given.

        The graph normalizes by itself, so it takes raw pixels.
        """
        if [len(s.bands) for s in sources] != [len(s.bands) for s in self.sources]:
            return sources
        described = []
        for found, known, (width, height) in zip(sources, self.sources, self.patches):
            if not images:
                found = replace(found, bands=known.bands, pixel_size=known.pixel_size, meters=known.meters)
            fill = known.fill
            if fill and known.normalization is not None:
                fill = tuple(float(v) for v in known.normalization.undone(np.asarray(fill)))
            raw = replace(found, normalization=None, fill=fill, left_out=known.ignored)
            described.append(replace(raw, patch_height=height, patch_width=width))
        return described


def own_export_of(saved: SavedModel) -> Optional[Exported]:
    """The description in a SavedModel; None if another program wrote it. Raises ModelFileError if it is damaged."""
    values = saved.description()
    if values is None:
        return None
    try:
        model = values["model"]
        outputs = {str(output["meaning"]): str(output["name"]) for output in values["outputs"]}
        return Exported(
            ClassMap.from_json(model["classes"]),
            tuple(Source.from_json(source) for source in model["sources"]),
            tuple(str(entry["name"]) for entry in values["inputs"]),
            (outputs["probabilities"],),
            tuple((int(e["receptive_field"][0]), int(e["receptive_field"][1])) for e in values["inputs"]),
        )
    except (KeyError, TypeError, IndexError, InputError) as error:
        raise ModelFileError(
            "What RasterLearn wrote beside the SavedModel “{model}” is damaged: {reason}. Export the model "
            "again, or delete its folder assets.extra.",
            model=saved.name,
            reason=error,
        ) from error
