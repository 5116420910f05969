"""What a model is shown, and how far it is run: its images, checked and normalized, and its features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .block_reader import SourceImage
from .errors import InputError
from .model_file import Model
from .progress import Progress
from .raster import RasterReader
from .source import Source

FEATURES_LAYER = "features"


def require_sources(images: Sequence[Any], model: Model) -> None:
    """Raises InputError unless there is one image for each source of the model."""
    if len(images) != len(model.sources):
        described = "; ".join(
            f"{i}: {', '.join(source.bands)} at {source.pixel_size[0]:g} × {source.pixel_size[1]:g}"
            for i, source in enumerate(model.sources, start=1)
        )
        raise InputError(
            f"The model expects {len(model.sources)} image(s) ({described}), received {len(images)}. Give one image "
            "for each: INPUT, INPUT_2 …"
        )


def source_image(source: Source, reader: RasterReader, progress: Progress) -> SourceImage:
    """An image as a source of a model; the log tells what is done to its pixels.

    Raises:
        InputError: the image does not fit the source.
    """
    transform = source.transform_for(reader)
    if transform is not None:
        progress.info(f"“{reader.name}” is raw: the model's own normalization is applied ({transform.describe()}).")
    if source.bands != reader.band_names:
        progress.info(f"Model bands: {', '.join(source.bands)}; image bands: {', '.join(reader.band_names)}.")
    expected, received = source.pixel_size, reader.grid.pixel_size
    if expected[0] and max(abs(e - r) / e for e, r in zip(expected, received)) > 0.01:
        progress.warning(
            f"The pixels of “{reader.name}” are {received[0]:g} × {received[1]:g}, but the model learned from "
            f"{expected[0]:g} × {expected[1]:g}. The map will be worse than the report says."
        )
    fill = source.fill or (0.0,) * reader.band_count
    return SourceImage(reader, transform, fill, source.patch_width, source.patch_height)


def up_to_features(network: Any) -> Any:
    """The network from its inputs to its features. Raises InputError if it has no such layer."""
    import keras

    names = [layer.name for layer in network.layers]
    if FEATURES_LAYER not in names:
        raise InputError(
            f"The network has no layer named “{FEATURES_LAYER}”; it has {', '.join(names)}. Give another RESULT."
        )
    return keras.Model(network.inputs, network.get_layer(FEATURES_LAYER).output)
