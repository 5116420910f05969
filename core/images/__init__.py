"""Images made of images: normalized, masked, degraded, filled; their statistics and legends."""
