"""From a model file and an image to a map: chooses how the model is evaluated, then maps block by block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from .blocks import Halo, Window
from .dense import NotConvertible, dense_predictor, patch_predictor
from .inference import BlockReader, Predict, area_to_map, write_map
from .model_file import FOREST, Model, load_model
from .progress import Progress
from .raster import RasterReader
from .source import Source
from .version import rasterlearn_version


def apply_model(
    image: str,
    model_path: str,
    output: str,
    result: str = "classes",
    mode: str = "auto",
    border: str = "full",
    extent: Optional[Sequence[float]] = None,
    box: Optional[Window] = None,
    block_px: int = 0,
    progress: Optional[Progress] = None,
) -> None:
    """Maps an image with a network or a forest.

    Args:
        mode: auto (dense where the network allows it), dense, or patch (patch by patch; slow).
        extent: x_min, x_max, y_min, y_max in the image's CRS. box: pixels. block_px: 0 chooses it.
    Raises:
        InputError: the image does not fit the model, or the model file cannot be used.
    """
    progress = progress or Progress()
    model = load_model(model_path)
    source = model.sources[0]
    with RasterReader(image) as reader:
        blocks = BlockReader(reader, source.transform_for(reader), source.fill)
        _report_input(source, reader, blocks, progress)
        halo = Halo.of_patch(source.patch_width, source.patch_height)
        area = area_to_map(reader, halo, border, box, extent)
        predict, device = _predictor(model, mode, progress)
        tags: dict[str, Any] = {"MODEL": model.fingerprint, "VERSION": rasterlearn_version(), "RESULT": result}
        write_map(output, blocks, area, halo, predict, model.classes, result, block_px, tags, device, progress)


def _report_input(source: Source, reader: RasterReader, blocks: BlockReader, progress: Progress) -> None:
    if blocks.transform is not None:
        progress.info(f"The image is raw: the model's own normalization is applied ({blocks.transform.describe()}).")
    if source.bands != reader.band_names:
        progress.info(f"Model bands: {', '.join(source.bands)}; image bands: {', '.join(reader.band_names)}.")
    expected, received = source.pixel_size, reader.grid.pixel_size
    if expected[0] and max(abs(e - r) / e for e, r in zip(expected, received)) > 0.01:
        progress.warning(
            f"The pixels of “{reader.name}” are {received[0]:g} × {received[1]:g}, but the model learned from "
            f"{expected[0]:g} × {expected[1]:g}. The map will be worse than the report says."
        )


def _predictor(model: Model, mode: str, progress: Progress) -> tuple[Predict, str]:
    if model.kind == FOREST:
        return model.forest().predict, "CPU"
    progress.info("Loading TensorFlow …")
    network = model.network()
    device = _device_name()
    if mode != "patch":
        try:
            predict = dense_predictor(network)
            progress.info(f"Dense evaluation on {device}.")
            return predict, device
        except NotConvertible as reason:
            if mode == "dense":
                raise NotConvertible(
                    f"This network cannot be evaluated densely: {reason}. Use MODE=auto or MODE=patch."
                ) from reason
            progress.warning(f"This network is evaluated patch by patch, which is slow: {reason}.")
    progress.info(f"Patch-by-patch evaluation on {device}.")
    return patch_predictor(network), device


def _device_name() -> str:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    return f"GPU ({len(gpus)})" if gpus else "CPU"
