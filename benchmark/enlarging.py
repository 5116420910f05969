"""Baselines for super-resolution: GDAL's resampling and pansharpening of a coarse image to the grid of a finer one."""

from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np
from osgeo import gdal

from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader

gdal.UseExceptions()


def resampled(image: str, grid: Grid, method: str = "cubic") -> np.ndarray:
    """The image resampled to another grid, (h, w, c) float32, by a method of gdalwarp: bilinear, cubic, lanczos …"""
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
    """The coarse image sharpened with the guide by GDAL's weighted Brovey transform, (h, w, c) float32 on its grid.

    The transform enlarges each band by bicubic interpolation and multiplies it by the ratio of the pan band to the
    weighted sum of the bands. No band of the guide covers the spectrum of all others, so each band is sharpened with
    the guide band that it is most correlated with; the weights approximate this band at the coarse pixels (least
    squares).
    """
    with RasterReader(coarse) as reader:
        bands, coarse_grid = reader.read(reader.grid.window).astype(np.float64), reader.grid
    with RasterReader(guide) as reader:
        fine, grid = reader.read(reader.grid.window), reader.grid
    means = resampled(guide, coarse_grid, "average").reshape(-1, fine.shape[2])
    columns = bands.reshape(len(means), -1)
    correlation = np.corrcoef(columns.T, means.T)[: columns.shape[1], columns.shape[1] :]
    result = np.empty((*fine.shape[:2], columns.shape[1]), np.float32)
    for number in range(fine.shape[2]):
        chosen = correlation.argmax(axis=1) == number
        weights = np.linalg.lstsq(columns, means[:, number].astype(np.float64), rcond=None)[0]
        if chosen.any():
            result[..., chosen] = _sharpened_with(fine[..., number], grid, coarse, weights)[..., chosen]
    return result


def _sharpened_with(pan: np.ndarray, grid: Grid, coarse: str, weights: np.ndarray) -> np.ndarray:
    path = "/vsimem/pan.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(path, grid.width, grid.height, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform(grid.geotransform)
    dataset.SetProjection(grid.crs)
    dataset.GetRasterBand(1).WriteRaster(0, 0, grid.width, grid.height, pan.astype(np.float32).tobytes())
    dataset = None
    try:
        return _pixels_of(gdal.Open(_pansharpening(path, coarse, weights)))
    finally:
        gdal.Unlink(path)


def _pansharpening(pan: str, coarse: str, weights: np.ndarray) -> str:
    """The VRT, as text."""
    listed = ",".join(f"{weight:.9f}" for weight in weights)
    bands = "".join(
        f'<SpectralBand dstBand="{n}"><SourceFilename>{escape(coarse)}</SourceFilename><SourceBand>{n}</SourceBand>'
        "</SpectralBand>"
        for n in range(1, len(weights) + 1)
    )
    return (
        '<VRTDataset subClass="VRTPansharpenedDataset"><PansharpeningOptions><Algorithm>WeightedBrovey</Algorithm>'
        f"<AlgorithmOptions><Weights>{listed}</Weights></AlgorithmOptions><Resampling>Cubic</Resampling>"
        f"<PanchroBand><SourceFilename>{escape(pan)}</SourceFilename><SourceBand>1</SourceBand></PanchroBand>{bands}"
        "</PansharpeningOptions></VRTDataset>"
    )


def _pixels_of(dataset: gdal.Dataset) -> np.ndarray:
    shape = dataset.RasterCount, dataset.RasterYSize, dataset.RasterXSize
    pixels = np.frombuffer(dataset.ReadRaster(buf_type=gdal.GDT_Float32), np.float32).reshape(shape)
    return np.moveaxis(pixels, 0, -1)
