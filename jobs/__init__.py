"""The commands of the engine, one file each: their parameters, declared once, and the call into core."""
