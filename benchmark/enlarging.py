"""What GDAL makes of a coarse image on the grid of a finer one: baselines of super-resolution."""

from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np
from osgeo import gdal

from rasterlearn.core.grid import Grid
from rasterlearn.core.raster import RasterReader

gdal.UseExceptions()


def resampled(image: str, grid: Grid, method: str = "cubic") -> np.ndarray:
    """The image on another grid, (h, w, c) float32, by a method of gdalwarp such as bilinear, cubic, lanczos."""
    x_min, y_min, x_max, y_max = grid.extent
    warped = gdal.Warp(
        "",
        image,
        format="MEM",
        outputType=gdal.GDT_Float32,
        outputBounds=(x_min, y_min, x_max, y_max),
        width=grid.width,
        height=grid.height,
        resampleAlg=method,
    )
    return _pixels_of(warped)


def pansharpened(guide: str, coarse: str) -> np.ndarray:
    """The coarse image sharpened with the mean of the guide's bands, on the guide's grid, (h, w, c) float32.

    GDAL's weighted Brovey transform: each band, enlarged by bicubic interpolation, times the pan band over the mean of
    the bands. It is made for a pan band that covers the others; the bands of the guide stand in for it, scaled to the
    mean and the deviation of the coarse bands' mean.
    """
    with RasterReader(guide) as reader:
        grid, fine = reader.grid, reader.read(reader.grid.window).mean(axis=-1, dtype=np.float64)
    with RasterReader(coarse) as reader:
        count, mean = reader.band_count, reader.read(reader.grid.window).mean(axis=-1, dtype=np.float64)
    pan = np.maximum((fine - fine.mean()) / fine.std() * mean.std() + mean.mean(), 1.0)
    path = "/vsimem/pan.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(path, grid.width, grid.height, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform(grid.geotransform)
    dataset.SetProjection(grid.crs)
    dataset.GetRasterBand(1).WriteRaster(0, 0, grid.width, grid.height, pan.astype(np.float32).tobytes())
    dataset = None
    try:
        return _pixels_of(gdal.Open(_pansharpening(path, coarse, count)))
    finally:
        gdal.Unlink(path)


def _pansharpening(pan: str, coarse: str, count: int) -> str:
    """The VRT, as text."""
    numbers = range(1, count + 1)
    weights = ",".join([f"{1 / count:.9f}"] * count)
    bands = "".join(
        f'<SpectralBand dstBand="{n}"><SourceFilename>{escape(coarse)}</SourceFilename><SourceBand>{n}</SourceBand>'
        "</SpectralBand>"
        for n in numbers
    )
    return (
        '<VRTDataset subClass="VRTPansharpenedDataset"><PansharpeningOptions><Algorithm>WeightedBrovey</Algorithm>'
        f"<AlgorithmOptions><Weights>{weights}</Weights></AlgorithmOptions><Resampling>Cubic</Resampling>"
        f"<PanchroBand><SourceFilename>{escape(pan)}</SourceFilename><SourceBand>1</SourceBand></PanchroBand>{bands}"
        "</PansharpeningOptions></VRTDataset>"
    )


def _pixels_of(dataset: gdal.Dataset) -> np.ndarray:
    shape = dataset.RasterCount, dataset.RasterYSize, dataset.RasterXSize
    pixels = np.frombuffer(dataset.ReadRaster(buf_type=gdal.GDT_Float32), np.float32).reshape(shape)
    return np.moveaxis(pixels, 0, -1)
