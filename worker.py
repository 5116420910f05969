"""Loaded by the scheduler and the workers of a Dask cluster: dask worker tcp://HOST:8786 --preload worker.py

Makes this folder importable as the package `rasterlearn`, so that tasks find their functions.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import engine

if "rasterlearn" not in sys.modules:
    engine.load_package()
