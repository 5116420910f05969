"""Errors whose message is a sentence for the person who runs the job.

A message says what is wrong, what was expected, what was received and what to do; errors take it as `Message` does,
as a template and its values. Each error is also the built-in error that a Python caller would expect.
"""

from __future__ import annotations

from .messages import Message, Words, message_of


class RasterLearnError(Exception):
    """Base of all errors that are explained to the user instead of shown as a traceback."""

    def __init__(self, template: Words, /, **values: object):
        super().__init__(message_of(template, values))

    @property
    def message(self) -> Message:
        """What the error says."""
        message: Message = self.args[0]
        return message


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
