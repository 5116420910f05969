"""The engine: arrays and files. Nothing here imports qgis."""

import os

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # of the plugin: engine.py, resources, metadata
