"""Loads the checkout as the package `rasterlearn`, whatever its folder is called, and makes small test data."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, ogr, osr  # before TensorFlow, whose sqlite symbols would break GeoPackage
from waiting import HANG_SECONDS, address_of_scheduler

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
_spec = importlib.util.spec_from_file_location("engine", ROOT / "engine.py")
_engine = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_engine)
_engine.load_package()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from rasterlearn.core.base.messages import Message, use_naming  # noqa: E402 - not before the package is loaded
from rasterlearn.jobs.naming import QGIS, naming  # noqa: E402

use_naming(naming(QGIS))  # tests expect sentences as QGIS shows them

UTM33 = "EPSG:32633"
gdal.UseExceptions()  # as core/ does; GDAL 3.7 to 3.11 warn where nobody has said


@pytest.fixture(scope="session")
def root():
    """The checkout."""
    return ROOT


@pytest.fixture
def named():
    """Sets how sentences name parameters: named(OPTIONS, "degrade")."""
    yield lambda style, command="": use_naming(naming(style, command))
    use_naming(naming(QGIS))


@pytest.fixture(scope="session", autouse=True)
def translatable():
    """Fails at the end if the engine said something that scripts/translations.py does not find."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import translations

    said, begin = set(), Message.__init__
    makers = [str(ROOT / "core" / "base" / name) for name in ("messages.py", "errors.py", "progress.py")]
    engine = tuple(str(ROOT / room) for room in ("core", "jobs"))

    def noting(message, template, /, **values):
        caller = sys._getframe(1)
        while caller.f_code.co_filename in makers:
            caller = caller.f_back
        if caller.f_code.co_filename.startswith(engine):
            said.add(template)
        begin(message, template, **values)

    Message.__init__ = noting
    yield
    Message.__init__ = begin
    assert {t for t in said if translations.FIELD.sub("", t).strip()} <= set(translations.engine_templates())


@pytest.fixture
def reference():
    """The folder with outputs of OTB and OTBTF; tests that need it are skipped where it is not named."""
    folder = os.environ.get("RASTERLEARN_REFERENCE")
    if not folder:
        pytest.skip("RASTERLEARN_REFERENCE does not name the folder with outputs of OTBTF")
    return Path(folder)


@pytest.fixture
def wkt():
    """WKT of an EPSG code."""

    def of(code):
        system = osr.SpatialReference()
        system.SetFromUserInput(code)
        return system.ExportToWkt()

    return of


@pytest.fixture
def make_raster(tmp_path, wkt):
    """Writes a raster and returns its path: make_raster("a.tif", pixels (h, w) or (h, w, c), nodata=..., ...)."""
    codes = {
        "uint8": gdal.GDT_Byte,
        "uint16": gdal.GDT_UInt16,
        "int16": gdal.GDT_Int16,
        "int32": gdal.GDT_Int32,
        "float32": gdal.GDT_Float32,
        "float64": gdal.GDT_Float64,
        "complex64": gdal.GDT_CFloat32,
    }

    def make(name, pixels, nodata=None, origin=(500000.0, 5800000.0), pixel_size=(10.0, -10.0), crs=UTM33, names=None):
        pixels = np.asarray(pixels)
        pixels = pixels[..., np.newaxis] if pixels.ndim == 2 else pixels
        height, width, bands = pixels.shape
        path = str(tmp_path / name)
        driver = gdal.GetDriverByName("GTiff")
        dataset = driver.Create(path, width, height, bands, codes[pixels.dtype.name])
        dataset.SetGeoTransform((origin[0], pixel_size[0], 0, origin[1], 0, pixel_size[1]))
        if crs:
            dataset.SetProjection(wkt(crs))
        for band in range(bands):
            plane = np.ascontiguousarray(pixels[..., band])
            dataset.GetRasterBand(band + 1).WriteRaster(0, 0, width, height, plane.tobytes())
            if nodata is not None:
                dataset.GetRasterBand(band + 1).SetNoDataValue(nodata)
            if names:
                dataset.GetRasterBand(band + 1).SetDescription(names[band])
        dataset.FlushCache()
        del dataset
        return path

    return make


@pytest.fixture
def make_vector(tmp_path, wkt):
    """Writes a GeoPackage and returns its path: make_vector("a.gpkg", [(WKT geometry, {field: value}), ...])."""
    types = {int: ogr.OFTInteger64, float: ogr.OFTReal, str: ogr.OFTString}

    def make(name, features, crs=UTM33, layer="features"):
        path = str(tmp_path / name)
        system = osr.SpatialReference(wkt(crs)) if crs else None
        source = ogr.GetDriverByName("GPKG").CreateDataSource(path)
        target = source.CreateLayer(layer, system, ogr.wkbUnknown)
        fields = {}
        for _, values in features:
            for field, value in values.items():
                if field not in fields and value is not None:
                    fields[field] = types[type(value)]
                    target.CreateField(ogr.FieldDefn(field, fields[field]))
        for geometry, values in features:
            feature = ogr.Feature(target.GetLayerDefn())
            for field, value in values.items():
                if value is not None:
                    feature.SetField(field, value)
            if geometry is not None:
                feature.SetGeometry(ogr.CreateGeometryFromWkt(geometry))
            target.CreateFeature(feature)
        del target, source
        return path

    return make


@pytest.fixture
def read_pixels():
    """All pixels of a raster, (h, w, c)."""
    from rasterlearn.core.raster.raster_reader import RasterReader

    def read(path):
        with RasterReader(str(path)) as reader:
            return reader.read(reader.grid.window)

    return read


@pytest.fixture
def ramp(make_raster):
    """An image of 40 rows and 50 columns whose first band is the column and second band the row of the pixel."""
    rows, columns = np.mgrid[0:40, 0:50]
    return make_raster("ramp.tif", np.dstack([columns, rows]).astype(np.uint16))


@pytest.fixture
def two_fields(make_raster):
    """An image with a bright, rough left half and a dark, smooth right half, and its label raster (1 and 5)."""
    rng = np.random.default_rng(0)
    height, width = 96, 120
    level = np.where(np.arange(width) < width // 2, 900, 300)[np.newaxis, :, np.newaxis]
    noise = np.where(np.arange(width) < width // 2, 120, 20)[np.newaxis, :, np.newaxis]
    pixels = (level + noise * rng.standard_normal((height, width, 3))).clip(1, 2000).astype(np.uint16)
    labels = np.full((height, width), 255, np.uint8)
    labels[:, 4 : width // 2 - 4], labels[:, width // 2 + 4 : -4] = 1, 5
    return make_raster("fields.tif", pixels), make_raster("fields_labels.tif", labels, nodata=255)


@pytest.fixture
def children_of():
    """The processes that a process started, by a word of their command: children_of(number, "engine.py")."""

    def find(number, word):
        threads = Path(f"/proc/{number}/task").iterdir()
        children = [int(child) for thread in threads for child in read(thread / "children").split()]
        return [child for child in children if word in read(Path(f"/proc/{child}/cmdline"))]

    def read(path):
        try:
            return path.read_text()
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            return ""

    return find


@pytest.fixture(scope="module")
def scheduler(root, tmp_path_factory):
    """The address of a Dask scheduler with two workers."""
    place = tmp_path_factory.mktemp("dask")
    told = place / "scheduler.json"
    dask, more = [sys.executable, "-m", "dask"], ["--no-dashboard", "--preload", str(root / "worker.py")]
    commands = (
        [*dask, "scheduler", "--port", "0", "--scheduler-file", str(told), *more],
        [*dask, "worker", "--scheduler-file", str(told), "--nworkers", "2", "--nthreads", "1", *more],
    )
    servers = [subprocess.Popen(command, cwd=place, stderr=subprocess.DEVNULL) for command in commands]
    try:
        yield address_of_scheduler(told, servers[0])
    finally:
        for server in reversed(servers):  # a worker without its scheduler would take longer
            server.terminate()
            server.wait(HANG_SECONDS)
