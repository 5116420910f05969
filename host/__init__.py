"""QGIS's side of the engine: its Python, its process, its settings, its language."""
