"""From labels to points to patches."""
