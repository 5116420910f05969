"""Mapping an image block by block with any function that turns pixels into class scores."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from .blocks import Halo, Window
from .classes import ClassMap
from .errors import InputError
from .files import replacing
from .grid import EDGE_TOLERANCE_PX
from .normalization import Normalization
from .progress import Progress, duration_text
from .raster import RasterReader, RasterWriter
from .style import style_path, write_map_style

Predict = Callable[[np.ndarray], np.ndarray]

DEFAULT_BLOCK_PX = 512


@dataclass(frozen=True)
class BlockReader:
    """Reads what a model sees of an image.

    Attributes:
        reader: the image.
        transform: the normalization still to be applied, or None.
        fill: per band, the (normalized) value that stands in for nodata within a patch.
    """

    reader: RasterReader
    transform: Optional[Normalization]
    fill: Sequence[float]

    def read(self, block: Window, halo: Halo) -> tuple[np.ndarray, np.ndarray]:
        """Reads a block with its halo; beyond the image, pixels are mirrored at its edge.

        Returns:
            pixels: (h + halo, w + halo, c) float32. valid: (h, w) bool, False where the pixel itself is nodata.
        """
        image, needed = self.reader.grid.window, block.grow(halo)
        rows = _mirrored(needed.y, needed.bottom, image.height)
        columns = _mirrored(needed.x, needed.right, image.width)
        x, y = int(columns.min()), int(rows.min())
        raw = self.reader.read(Window(x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1))
        if not image.contains(needed):
            raw = raw[np.ix_(rows - y, columns - x)]
        valid = self.reader.valid(raw)
        pixels = self.transform.apply(raw) if self.transform is not None else raw.astype(np.float32)
        pixels[~valid] = np.asarray(self.fill, np.float32)
        return pixels, valid[Window(halo.left, halo.top, block.width, block.height).slices]


def _mirrored(start: int, stop: int, length: int) -> np.ndarray:
    """Positions start ... stop - 1 of an axis that is mirrored at the centers of its first and last pixel."""
    period = max(2 * (length - 1), 1)
    folded = np.abs(np.arange(start, stop)) % period
    return np.minimum(folded, period - folded) if length > 1 else np.zeros(stop - start, np.int64)


def area_to_map(
    reader: RasterReader, halo: Halo, border: str, box: Optional[Window], extent: Optional[Sequence[float]]
) -> Window:
    """The pixels to map.

    Args:
        border: full (all pixels) or valid (those whose patch lies inside the image, as OTBTF).
        box: pixels; extent: x_min, x_max, y_min, y_max in the image's CRS, all pixels it touches. At most one of them.
    Raises:
        InputError: nothing is left, or the image is smaller than a patch.
    """
    image = reader.grid.window
    usable = image.shrink(halo)
    if not usable.pixels:
        raise InputError(
            f"The image “{reader.name}” is {image.width} × {image.height} pixels, smaller than a patch of "
            f"{halo.left + halo.right + 1} × {halo.top + halo.bottom + 1}. Give a larger image."
        )
    area = image if border == "full" else usable
    if box is not None and extent is not None:
        raise InputError("Give EXTENT or BOX, not both.")
    if extent is not None:
        x_min, x_max, y_min, y_max = extent
        columns, rows = reader.grid.position_of(
            np.array([x_min, x_max, x_min, x_max]), np.array([y_min, y_min, y_max, y_max])
        )
        x, y = (int(np.floor(p.min() + EDGE_TOLERANCE_PX)) for p in (columns, rows))
        right, bottom = (int(np.ceil(p.max() - EDGE_TOLERANCE_PX)) for p in (columns, rows))
        box = Window(x, y, max(1, right - x), max(1, bottom - y))
    if box is not None:
        area = area.intersect(box)
    if not area.pixels:
        raise InputError(
            f"EXTENT or BOX does not overlap the image “{reader.name}” ({image.width} × {image.height} pixels)."
        )
    return area


def write_map(
    output: str,
    blocks: BlockReader,
    area: Window,
    halo: Halo,
    predict: Predict,
    classes: ClassMap,
    result: str = "classes",
    block_px: int = 0,
    tags: Optional[dict[str, Any]] = None,
    device: str = "CPU",
    progress: Optional[Progress] = None,
) -> None:
    """Maps an area block by block and writes a GeoTIFF, with its style if it is a map of classes.

    Args:
        area: the pixels to map; the output has exactly these.
        halo: pixels around a block that `predict` consumes.
        predict: (1, h + halo, w + halo, c) float32 -> (1, h, w, k) float32 probabilities.
        result: classes (class values), probabilities (k bands), confidence (the largest of them),
            entropy (0 certain ... 1 undecided).
        block_px: side of a block; 0 chooses it.
        tags: provenance.
    """
    progress = progress or Progress()
    side = block_px or DEFAULT_BLOCK_PX
    if side < 1:
        raise InputError(f"BLOCK_SIZE must be positive, or 0 for automatic, received {block_px}.")
    if not output.lower().endswith((".tif", ".tiff")):
        raise InputError(f"The map must be a .tif file, received “{output}”.")
    encode = _Encoder(result, classes)
    started, done = time.monotonic(), 0
    with (
        replacing(output) as (temporary,),
        RasterWriter(
            temporary,
            blocks.reader.grid.crop(area),
            len(encode.band_names),
            encode.dtype,
            nodata=encode.nodata,
            band_names=encode.band_names,
            classes=classes if result == "classes" else None,
            tags=tags,
        ) as writer,
    ):
        for block in area.blocks(side, side):
            progress.check()
            pixels, valid = blocks.read(block, halo)
            scores = predict(pixels[np.newaxis])[0]
            if scores.shape[:2] != valid.shape:
                raise ValueError(
                    f"{halo} does not fit the model: expected scores of {valid.shape}, got {scores.shape[:2]}"
                )
            writer.write(block.x - area.x, block.y - area.y, encode(scores, valid))
            done += block.pixels
            seconds = time.monotonic() - started
            speed = done / max(seconds, 1e-9)
            left = duration_text((area.pixels - done) / speed)
            progress.report(done / area.pixels, f"{speed / 1e6:.2f} Mpx/s on {device}, {left} left")
        if result == "classes":
            write_map_style(style_path(temporary), classes)
    progress.info(f"{area.pixels / 1e6:.2f} Mpx in {duration_text(seconds)} ({speed / 1e6:.2f} Mpx/s on {device}).")


class _Encoder:
    """Turns class probabilities into what is written."""

    def __init__(self, result: str, classes: ClassMap):
        self._result, self._values = result, classes.values
        self.band_names: list[str] = classes.names if result == "probabilities" else [result]
        self.dtype, self.nodata = np.dtype(np.float32), float("nan")
        if result == "classes":
            self.dtype, self.nodata = classes.raster_type()

    def __call__(self, probabilities: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """Args: probabilities (h, w, k) float32, valid (h, w) bool. Returns: (h, w, bands) in the output's type."""
        if self._result == "classes":
            encoded = self._values.astype(self.dtype)[probabilities.argmax(axis=-1)][..., np.newaxis]
        elif self._result == "probabilities":
            encoded = probabilities.copy()
        elif self._result == "confidence":
            encoded = probabilities.max(axis=-1, keepdims=True)
        else:
            information = -(probabilities * np.log(np.maximum(probabilities, 1e-30))).sum(axis=-1, keepdims=True)
            encoded = (information / np.log(probabilities.shape[-1])).astype(np.float32)
        encoded[~valid] = self.nodata
        return encoded
