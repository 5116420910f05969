"""Images derived from images: normalized, masked, degraded, filled; their statistics and legends."""
