"""Loaded by the scheduler and the workers of a Dask cluster: dask worker tcp://HOST:8786 --preload worker.py

Makes this folder importable as the package `rasterlearn`, so that tasks find their functions.
"""

import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import engine

if "rasterlearn" not in sys.modules:
    engine.load_package()

# Dask has glibc give memory back at once, and so blocks of a map would be given new pages of it again and again. These
# are the thresholds that glibc arrives at by itself where nobody sets one.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
if sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallopt"):
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 32 << 20)
    ctypes.CDLL(None).mallopt(M_TRIM_THRESHOLD, 64 << 20)
