"""How much a model's description may hold: the engine refuses more when it reads one, and so do the dialogs."""

MAXIMUM_SOURCES = 16
MAXIMUM_BANDS = 65_536  # of a source or a target; as many as GDAL opens
MAXIMUM_CLASSES = 1000
LARGEST_PATCH_PX = 65_536
