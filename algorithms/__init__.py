"""The QGIS side: algorithms that translate parameters into jobs for the engine."""
