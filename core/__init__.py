"""The engine: arrays and files. Nothing here imports qgis."""
