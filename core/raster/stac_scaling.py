"""What a STAC item says of the scale and offset of its assets, and whether that can be true."""

from __future__ import annotations

import math
from typing import Any, Optional

from .recorded_scaling import Scalings

# Earth Search subtracts Sentinel-2's 1000 from the numbers, says so by this property, and records the offset still.
APPLIED = "earthsearch:boa_offset_applied"


def declared_scalings(item: dict[str, Any], asset_name: str) -> Optional[Scalings]:
    """Scale and offset of each band of an asset, None for bands whose record is known to be wrong.

    Read are `raster:bands` and, since STAC 1.1, `bands` with `raster:scale` and `raster:offset`, of the bands or else
    of the asset.

    Returns:
        None if the item says nothing of them, so that the file may.
    """
    asset = item["assets"][asset_name]
    bands = asset.get("raster:bands")
    bands = bands if isinstance(bands, list) else asset.get("bands")
    bands = bands if isinstance(bands, list) and bands else [{}]
    found = tuple(_scaling_of(band if isinstance(band, dict) else {}, asset) for band in bands)
    properties = item.get("properties")
    if isinstance(properties, dict) and properties.get(APPLIED) is True:
        return (None,) * len(found)
    return found if any(scaling is not None for scaling in found) else None


def _scaling_of(band: dict[str, Any], asset: dict[str, Any]) -> Optional[tuple[float, float]]:
    scale, offset = (
        next((v for v in (band.get(k), band.get(f"raster:{k}"), asset.get(f"raster:{k}")) if v is not None), default)
        for k, default in (("scale", 1.0), ("offset", 0.0))
    )
    for number in (scale, offset):
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
            return None
    return (float(scale), float(offset)) if scale and (scale, offset) != (1, 0) else None
