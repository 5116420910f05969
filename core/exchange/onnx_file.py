"""Export of a network as an ONNX file for the QGIS plugin Deepness, which runs it in QGIS on any raster layer.

Deepness cuts the layer into overlapping square tiles, divides every number by 255, and runs the network on tiles
(n, bands, rows, columns). It takes the largest of the scores (n, classes, rows, columns) and keeps the inner part of
each tile. The graph undoes the division, and mirrors the tile at its edge, where the output is discarded – except at
the edge of the image, where a map's border is also computed from mirrored pixels.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Optional

from ..base.errors import EngineError, InputError
from ..model.model_file import Model
from ..raster.ground import DEGREES_BELOW
from .served_network import PATCHES, Margin, Served, padded

OPERATIONS_VERSION = 17  # ONNX opset of onnxruntime 1.12, the oldest that Deepness accepts
FORMAT_VERSION = 8  # likewise
WHOLE_WITHIN = 2e-7  # the relative rounding of dividing by 255 and multiplying again, in float32

TILE_SIZES_PX, USUAL_TILE_PX = range(256, 1025), 512
OVERLAP_PERCENTS = range(1, 51)
METERS_PER_DEGREE = 111319.49079327358  # at the equator, as QGIS converts


@dataclass(frozen=True)
class Tiling:
    """How Deepness cuts tiles: their side, and the percentage of it that adjacent tiles share."""

    side_px: int
    overlap_percent: int

    @property
    def overlap_px(self) -> int:
        """As Deepness computes it."""
        return int(self.side_px * self.overlap_percent / 100 * 2) // 2


def write_onnx(path: str, model: Model, served: Served) -> Tiling:
    """Writes the network for Deepness.

    Several sources are stacked: the input has the bands of the first, then those of the second …

    Raises:
        InputError: a network that Deepness cannot run. EngineError: the engine lacks a library.
    """
    import tensorflow as tf

    _require_runnable(model, served)
    onnx, tf2onnx = _libraries()
    tiling = tiling_for(served.margins, served.alignment)
    counts = [len(source.bands) for source in model.sources]
    shape = (None, sum(counts), tiling.side_px, tiling.side_px)

    @tf.function(autograph=False)
    def scores(tiles: Any) -> dict[str, Any]:
        pixels = _with_whole_numbers(tf.transpose(tiles, (0, 2, 3, 1)) * tf.constant(255.0))
        sources = tf.split(pixels, counts, axis=-1)
        answers, _ = served.classes(*(padded(image, m) for image, m in zip(sources, served.margins)))
        return {"scores": tf.transpose(answers, (0, 3, 1, 2))}

    graph, _ = tf2onnx.convert.from_function(
        scores, [tf.TensorSpec(shape, tf.float32, "tiles")], opset=OPERATIONS_VERSION
    )
    graph.ir_version = FORMAT_VERSION
    if len(graph.graph.input) != 1:
        raise InputError("A layer of this network cannot be written to an ONNX file. Export a SavedModel instead.")
    for value, channels in ((graph.graph.input[0], shape[1]), (graph.graph.output[0], len(model.classes))):
        described = onnx.helper.make_tensor_type_proto(onnx.TensorProto.FLOAT, ("n", channels, *shape[2:]))
        value.type.CopyFrom(described)
    for key, value in metadata_of(model, tiling).items():
        graph.metadata_props.add(key=key, value=json.dumps(value))
    onnx.checker.check_model(graph)
    onnx.save(graph, path)
    return tiling


def metadata_of(model: Model, tiling: Tiling) -> dict[str, Any]:
    """The metadata that Deepness reads from an ONNX file; for the tile size, its code and documentation differ."""
    resolution = pixel_size_cm(model)
    bands = sum(len(source.bands) for source in model.sources)
    return {
        "model_type": "Segmentor",
        "class_names": {str(index): name for index, name in enumerate(model.classes.names)},
        **({} if resolution is None else {"resolution": resolution}),
        "tile_size": tiling.side_px,
        "tiles_size": tiling.side_px,
        "tiles_overlap": tiling.overlap_percent,
        "standardization_mean": [0.0] * bands,
        "standardization_std": [1.0] * bands,
        "seg_thresh": 0.0,
        "seg_small_segment": 0,
    }


def pixel_size_cm(model: Model) -> Optional[float]:
    """The pixel size in centimeters; None if it is unknown, or the pixels are not square, as Deepness requires."""
    source = model.sources[0]
    width, height = (abs(size) for size in source.pixel_size)
    if source.meters and width >= DEGREES_BELOW:
        width, height = source.meters
    if not width or abs(width - height) > 0.001 * width:
        return None
    return round(width * 100 * (METERS_PER_DEGREE if width < DEGREES_BELOW else 1.0), 2)


def tiling_for(margins: tuple[Margin, ...], alignment: tuple[int, int]) -> Tiling:
    """An efficient tiling near the usual tile size, where the kept part of a tile depends on pixels of that tile only.

    Tiles and the distance between them must be multiples of the alignment of the network.
    """
    halo = max(max(m.top, m.bottom, m.left, m.right) for m in margins)
    step = max(alignment)
    found = []
    for side in TILE_SIZES_PX:
        for percent in OVERLAP_PERCENTS if side % step == 0 else ():
            tiling = Tiling(side, percent)
            stride = side - tiling.overlap_px
            if tiling.overlap_px % 2 == 0 and tiling.overlap_px // 2 >= halo and stride % step == 0:
                work = (side / stride) ** 2 + abs(side - USUAL_TILE_PX) / (2 * USUAL_TILE_PX)
                found.append((work, side, percent))
    if not found:
        raise InputError(
            "Around each pixel this network needs {pixels} pixels, and it repeats itself after {period}; "
            "Deepness has no tiles for that. Export a SavedModel instead.",
            pixels=halo,
            period=step,
        )
    _, side, percent = min(found)
    return Tiling(side, percent)


def _libraries() -> tuple[Any, Any]:
    try:
        import onnx
        import tf2onnx
    except ImportError as error:
        raise EngineError(
            "The engine cannot write ONNX files: {reason}. It was set up by an older RasterLearn: run “Set up "
            "the engine” (rasterlearn:setupengine) again.",
            reason=error,
        ) from error
    return onnx, tf2onnx


def _require_runnable(model: Model, served: Served) -> None:
    if served.evaluation == PATCHES:
        raise InputError(
            "This network cannot be exported for Deepness: it answers patch by patch, because {reason}. Export a "
            "SavedModel, or train another architecture.",
            reason=served.reason,
        )
    if len(model.classes) < 2:
        raise InputError("This model knows one class only, which leaves nothing to map. Train it with two or more.")


def _with_whole_numbers(pixels: Any) -> Any:
    """Pixels with whole numbers restored that division and multiplication have rounded."""
    import tensorflow as tf

    whole = tf.round(pixels)
    return tf.where(tf.abs(pixels - whole) <= WHOLE_WITHIN * tf.abs(whole), whole, pixels)
