"""Limits of a model's description: the engine and the dialogs refuse to read one that exceeds them."""

MAXIMUM_SOURCES = 16
MAXIMUM_BANDS = 65_536  # of a source or a target; the most that GDAL opens
MAXIMUM_CLASSES = 1000
LARGEST_PATCH_PX = 65_536
