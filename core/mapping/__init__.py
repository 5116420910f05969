"""A model applied to images of any size, in one process or in many."""
