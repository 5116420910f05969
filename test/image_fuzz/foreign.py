"""Normalizes and samples every raster in a folder of somebody else's: python test/image_fuzz/foreign.py FOLDER

GDAL's own test data are such a folder (autotest/ of its repository). What GDAL opens must come out as NumPy computes it
from what GDAL reads, or be refused in a sentence that does not ask for a report. Prints what differs; exit code 1 then.
"""

import argparse
import collections
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEST = Path(__file__).resolve().parent.parent
MOST_PIXELS, POINTS, SECONDS = 4_000_000, 20, 300
MOST_BETWEEN = 0.1  # of the pixels of an alpha band between 0 and its largest value


def rasters(folder):
    """The names of all files in a folder, and of folders that may be a raster themselves."""
    for root, folders, files in os.walk(folder):
        yield from (os.path.join(root, name) for name in sorted(files))
        yield from (os.path.join(root, name) for name in sorted(folders) if name.endswith((".zarr", ".SAFE", ".gdb")))


def check(path, folder):
    """(outcome, text): equal, refused, unreadable (for GDAL, too), or one in capitals that is wrong."""
    import numpy as np
    from osgeo import gdal, ogr, osr

    from rasterlearn.core.base.errors import RasterLearnError
    from rasterlearn.core.base.progress import Progress
    from rasterlearn.jobs.commands import COMMANDS

    try:
        dataset = gdal.OpenEx(path, gdal.OF_RASTER)
        if not dataset.RasterCount or dataset.RasterXSize * dataset.RasterYSize * dataset.RasterCount > MOST_PIXELS:
            return "left out", "no bands, or large"
        pixels = np.stack([dataset.GetRasterBand(i + 1).ReadAsArray() for i in range(dataset.RasterCount)], axis=-1)
        of_bands = shown_numbers(dataset, pixels)
        left_out = ~of_bands.any(axis=(0, 1))
        if left_out.any() and not left_out.all():  # such bands are 0 everywhere
            pixels[..., left_out], of_bands[..., left_out] = 0, True
        shown = of_bands.all(axis=2)
    except (RuntimeError, MemoryError, ValueError, AttributeError, TypeError) as error:
        return "unreadable", str(error)
    place = dataset.GetGeoTransform(can_return_null=True) or (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
    system = osr.SpatialReference(wkt=dataset.GetProjection()) if dataset.GetProjection() else None
    if system is not None:
        system.DemoteTo2D()  # GeoPackage knows no others
    try:
        output = os.path.join(folder, "normalized.tif")
        COMMANDS["normalize"](inputs=[path], method="scale", scale=8.0, output=output).run(Progress())
        found = np.moveaxis(np.atleast_3d(gdal.Open(output).ReadAsArray().T), 1, 0)
        with np.errstate(over="ignore", invalid="ignore"):
            expected = (pixels.astype(np.float64) * (1 / 8.0)).astype(np.float32)
        if not np.isnan(found[~of_bands]).all():
            return "WRONG", f"{(~np.isnan(found[~of_bands])).sum()} values without data became numbers"
        if not np.array_equal(found[of_bands], expected[of_bands]):
            return "WRONG", f"{(found != expected)[of_bands].sum()} of {of_bands.sum()} normalized numbers differ"
        rows, columns = np.nonzero(shown)
        if not len(rows):
            return "equal", "no valid pixel"
        some = np.random.default_rng(0).choice(len(rows), min(POINTS, len(rows)), replace=False)
        points = os.path.join(folder, "points.gpkg")
        write_points(ogr, points, place, system, rows[some], columns[some])
        values = os.path.join(folder, "values.gpkg")
        COMMANDS["extractvalues"](points=points, images=[path], output=values).run(Progress())
        layer = ogr.Open(values)
        read = [[f[f"value_{i}"] for i in range(pixels.shape[2])] for f in layer.GetLayer(0)]
        if not np.array_equal(np.array(read, np.float64), pixels[rows[some], columns[some]].astype(np.float64)):
            return "WRONG", "the values at points differ"
        return "equal", ""
    except RasterLearnError as error:
        return ("REPORT" if "report it" in str(error) else "refused"), str(error)


def shown_numbers(dataset, pixels):
    """(h, w, b) bool: where GDAL's mask of a band shows a finite number; alpha counts unless it varies as data do."""
    import numpy as np
    from osgeo import gdal

    bands = [dataset.GetRasterBand(i + 1) for i in range(pixels.shape[2])]
    alpha = [b.ReadAsArray() for b in bands if b.GetColorInterpretation() == gdal.GCI_AlphaBand]
    is_transparency = bool(alpha) and np.isin(alpha[0], (0, alpha[0].max())).mean() >= 1 - MOST_BETWEEN
    shown = np.isfinite(pixels)
    for number, band in enumerate(bands):
        if not band.GetMaskFlags() & gdal.GMF_ALPHA:
            shown[..., number] &= band.GetMaskBand().ReadAsArray() != 0
    return shown & (alpha[0] != 0)[..., np.newaxis] if is_transparency else shown


def write_points(ogr, path, place, system, rows, columns):
    """Points at pixel centers with the class 1."""
    if os.path.exists(path):
        os.remove(path)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    try:
        layer = source.CreateLayer("points", system, ogr.wkbPoint)
    except RuntimeError:  # of a CRS beyond WKT 1, which is recorded all the same
        layer = source.GetLayer(0)
    layer.CreateField(ogr.FieldDefn("class", ogr.OFTInteger))
    for row, column in zip(rows, columns):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature["class"] = 1
        point = ogr.Geometry(ogr.wkbPoint)
        x, y = column + 0.5, row + 0.5
        point.AddPoint_2D(place[0] + x * place[1] + y * place[2], place[3] + x * place[4] + y * place[5])
        feature.SetGeometry(point)
        layer.CreateFeature(feature)


def main():
    """Checks the rasters of a folder, each part in a process that may die."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("folder")
    parser.add_argument("--file", action="append", help="only these")
    parser.add_argument("--refusals", action="store_true", help="print also what was refused")
    arguments = parser.parse_args()
    if not arguments.file:
        return in_parts(list(rasters(arguments.folder)), arguments.folder, arguments.refusals)
    sys.path.insert(0, str(TEST))
    import conftest  # noqa: F401 - loads the checkout as `rasterlearn`
    from osgeo import gdal

    gdal.PushErrorHandler("CPLQuietErrorHandler")
    for path in arguments.file:
        print(f"begun\t{path}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            try:
                outcome, text = check(path, folder)
            except Exception as error:  # noqa: BLE001 - the bug that is looked for
                outcome, text = "RAISED", f"{type(error).__name__}: {error}"
        words = " ".join(text.split())
        print(f"{outcome}\t{path}\t{words[:300]}", flush=True)
    return 0


def in_parts(paths, folder, with_refusals, size=100):
    """Runs this script on some files at a time, and again without one that ends the process."""
    outcomes, started = collections.Counter(), time.monotonic()
    while paths:
        part, paths = paths[:size], paths[size:]
        command = [sys.executable, __file__, folder, *(word for path in part for word in ("--file", path))]
        try:
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=SECONDS)
            lines = done.stdout.splitlines()
        except subprocess.TimeoutExpired as error:
            lines = (error.stdout or b"").decode(errors="replace").splitlines()
        begun = [line.split("\t")[1] for line in lines if line.startswith("begun\t")]
        for line in lines:
            outcome, *rest = line.split("\t")
            if len(rest) == 2:
                outcomes[outcome] += 1
                if outcome.isupper() or (with_refusals and outcome == "refused"):
                    print(f"{outcome}: {os.path.relpath(rest[0], folder)}: {rest[1]}", flush=True)
        if len(begun) < len(part) or not lines or lines[-1].startswith("begun\t"):
            died = begun[-1] if begun else part[0]
            outcomes["DIED"] += 1
            print(f"DIED: {os.path.relpath(died, folder)}", flush=True)
            paths = part[part.index(died) + 1 :] + paths
    print(", ".join(f"{n} {o}" for o, n in outcomes.most_common()), f"in {time.monotonic() - started:.0f} s")
    return 1 if any(outcome.isupper() for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
