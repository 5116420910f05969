"""Errors whose message is a sentence for the person who runs the job.

A message says what is wrong, what was expected, what was received and what to do.
Each error is also the built-in error that a Python caller would expect.
"""

from __future__ import annotations


class RasterLearnError(Exception):
    """Base of all errors that are explained to the user instead of shown as a traceback."""


class InputError(RasterLearnError, ValueError):
    """A parameter, layer or file given by the user cannot be used."""


class ModelFileError(InputError):
    """A model file is damaged, of an unknown version, or not safe to open."""


class OutputError(RasterLearnError, OSError):
    """An output cannot be written: folder missing, not writable, or disk full."""


class EngineError(RasterLearnError, RuntimeError):
    """The engine or one of the libraries that it needs is missing or broken."""


class Cancelled(RasterLearnError):
    """The user stopped the job."""
