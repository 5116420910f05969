"""Makes a small map in the image of test_container.sh, by two processes: container_job.py RUNSCRIPT … (its command)."""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, "/opt/rasterlearn")
import engine

engine.load_package()

import numpy as np  # noqa: E402
from osgeo import gdal  # noqa: E402

from rasterlearn.core.images.image_source import Source  # noqa: E402
from rasterlearn.core.learning.forest_fitting import fit_forest  # noqa: E402
from rasterlearn.core.model.model_file import Model, save_model  # noqa: E402
from rasterlearn.core.raster.classes import ClassMap, LandClass  # noqa: E402
from rasterlearn.core.raster.raster_reader import RasterReader  # noqa: E402

gdal.UseExceptions()
folder = tempfile.mkdtemp()
os.chdir(folder)
pixels = np.kron(np.arange(1, 13, dtype=np.uint8).reshape(3, 4) * 20, np.ones((20, 20), np.uint8))
dataset = gdal.GetDriverByName("GTiff").Create("image.tif", pixels.shape[1], pixels.shape[0], 1)
dataset.GetRasterBand(1).WriteRaster(0, 0, *pixels.shape[::-1], pixels.tobytes())
del dataset
values = np.unique(pixels).astype(np.float32)
forest = fit_forest(values.repeat(5)[:, np.newaxis], (values > 120).astype(int).repeat(5), 2, trees=20)
with RasterReader("image.tif") as reader:
    source = Source.of_image(reader)
save_model("m.rlmodel", Model.of_forest(forest, ClassMap.of([LandClass(3), LandClass(8)]), (source,), {}))
job = {"images": ["image.tif"], "model": "m.rlmodel", "output": "map.tif", "block_size": 16, "cluster": "local:2"}
with open("job.json", "w", encoding="utf-8") as file:
    json.dump(job, file)
subprocess.run([*sys.argv[1:], "applymodel", "job.json"], check=True)
with RasterReader("map.tif") as reader:
    mapped = reader.read(reader.grid.window)[..., 0]
assert np.array_equal(mapped, np.where(pixels > 120, 8, 3)), "the map of the container is wrong"
print("The map of the container is right.")
