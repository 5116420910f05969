"""Maps an image with a model."""

from __future__ import annotations

from typing import Any, Optional

from ..core.base.errors import InputError
from ..core.base.messages import Message
from ..core.base.outputs import is_made_of_tiles, require_writable_folder, tiles_folder
from . import shared
from .groups import MAPPING
from .job import NOTHING, Job, Progress, Results, command, pool_of
from .parameter import MAP, extent_of, raster_output, switch, text


@command("applymodel", "Apply a model", MAPPING)
class ApplyModel(Job):
    """Maps a whole image with a network, a Random Forest, or a forest on a network's features, block by block.

    A network trained on patches is evaluated at every pixel at the cost of plain convolutions (dense); the result
    is the same as patch by patch, but many times faster. Raw images are normalized in the same way as the model's
    training image.

    A model with several sources needs one image for each, in the model's order; the first one defines the grid of
    the map, the others may differ in pixel size and extent. For image-to-image networks, blocks overlap as far as
    the network's geometry requires, so that no seams appear. Whatever a forest was trained on besides pixel values
    – neighborhood statistics, deep features – is computed along with the map.

    Border: full maps every pixel, with the image mirrored at its edge; valid maps only pixels whose patch lies inside
    the image, as OTBTF does. A pixel that is nodata in any band is nodata in the map; nodata elsewhere in a patch is
    replaced by the mean of the training data.

    Resume keeps finished parts in a folder beside the map and continues from there after a crash; the folder is
    deleted when the map is complete. Dry run reports the size of the map and an estimate of the time, and writes
    nothing.
    """

    # fmt: off
    images: list[str] = shared.IMAGE.but(more=shared.MORE_IMAGES,
        help="Raw or normalized, with the bands that the model was trained on.")
    model: str = shared.MODEL
    result: str = shared.RESULT
    extent: Optional[list[float]] = extent_of("images", "Part of the image", "By default the whole image.")
    box: Optional[str] = text(None, "Part of the image, in pixels (x,y,width,height)", advanced=True,
        help="Column and row of the upper left pixel in the image, from 0, width and height: 0,0,500,500.")
    mode: str = shared.MODE
    border: str = shared.BORDER
    block_size: int = shared.BLOCK_SIZE
    precision: str = shared.PRECISION
    pixel_values: str = shared.PIXEL_VALUES
    device: str = shared.DEVICE
    cluster: str = shared.CLUSTER
    resume: bool = switch(False, "Resume after a crash", advanced=True,
        help="Keeps finished parts beside the map, and continues from there.")
    dry_run: bool = switch(False, "Dry run", "Reports size and time, and writes nothing.", advanced=True)
    output: str = raster_output("Map", files=MAP,
        help="A GeoTIFF on the grid of the first image; a map of classes contains their names and colors. With the "
        "ending .vrt: a virtual raster of tiles in a folder beside it, for very large maps.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.mapping.apply_model import Options, apply_model

        options = self.part(Options, box=_window(self.box), block_px=self.block_size)
        with pool_of(self.cluster) as pool:
            apply_model(self.images, self.model, self.output, options, progress, pool)
        return {}

    def require_sound_outputs(self) -> None:
        super().require_sound_outputs()
        if is_made_of_tiles(self.output):
            require_writable_folder(tiles_folder(self.output))

    def kept_when_cancelled(self) -> Message:
        if not self.resume:
            return NOTHING
        return Message("What is mapped so far is kept; the same job with {p:resume} goes on from there.")


def _window(box: Optional[str]) -> Any:
    from ..core.raster.window import Window

    if not box:
        return None
    try:
        x, y, width, height = (int(part) for part in box.split(","))
    except ValueError:
        raise InputError(
            "{p:box} must be four whole numbers x,y,width,height in pixels, received “{box}”.", box=box
        ) from None
    if width < 1 or height < 1:
        raise InputError("The width and height of {p:box} must be positive, received “{box}”.", box=box)
    return Window(x, y, width, height)
