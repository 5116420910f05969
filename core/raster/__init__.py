"""All access to GDAL rasters: reading, writing, virtual rasters, CRS, nodata, windows, grids, classes."""

from osgeo import gdal, ogr, osr

# Every module that calls GDAL is in this room or imports from it, so errors are exceptions everywhere.
for library in (gdal, ogr, osr):
    library.UseExceptions()
