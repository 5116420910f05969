"""Samples: from labels to points to patches."""
