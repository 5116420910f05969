"""What every room stands on: errors, progress, outputs, limits, devices, workers."""
