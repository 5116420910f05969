"""Application of a model to images of any size, in one process or in many."""
