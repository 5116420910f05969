"""The commands of the engine: what each takes, and the call into core."""
