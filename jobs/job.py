"""The base of all commands of the engine: declared and checked parameters, and a function that does the work.

A job is filled in and written as JSON by QGIS, a person or the command line; the engine reads it with `from_json`.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Callable, ClassVar, TypeVar

from ..core.base import limits
from ..core.base.errors import InputError, OutputError
from ..core.base.messages import Message
from ..core.base.outputs import (
    final_path,
    replaced_by,
    require_no_other_layer,
    require_writable,
    require_writable_folder,
    require_writable_into,
)
from ..core.base.progress import Progress
from .parameter import FOLDER_OUTPUT, MAXIMUM_SOURCES, Parameter, Text, keyed

__all__ = ["NOTHING", "Job", "Progress", "Results", "command", "pool_of", "read_legend"]

Results = dict[str, Any]
NOTHING = Message("Nothing was written.")
DECLARED: dict[str, type[Job]] = {}  # every command by name; `commands` has them in the order of work


class Job:
    """Base of all jobs: a subclass declares the parameters of a command, and its docstring is the help.

    A job has a value for each parameter, given by keyword or the default.

    Attributes:
        NAME, TITLE: of the command.
        GROUP: of the toolbox; "" for a command that QGIS does not have.
        STYLED: parameters whose layer's style serves as the legend.
        RESULTS: name to label of what `run` returns, as far as QGIS shows it. HAS_TEXTS: texts instead of numbers.
        parameters: by name.
        SHOWN: those of the dialog in their order, each with the number of its value, from 1.
        INTERLEAVED: whether dialogs ask for all second values of parameters before the third ones.
    """

    NAME: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    GROUP: ClassVar[str] = ""
    STYLED: ClassVar[tuple[str, ...]] = ()
    RESULTS: ClassVar[dict[str, str]] = {}
    HAS_TEXTS: ClassVar[bool] = False
    INTERLEAVED: ClassVar[bool] = False
    parameters: ClassVar[dict[str, Parameter]] = {}
    SHOWN: ClassVar[tuple[tuple[Parameter, int], ...]] = ()

    def __init__(self, **values: Any) -> None:
        """Raises: InputError if a parameter without a default is missing, or one is unknown."""
        for name in values:
            if name not in self.parameters:
                known = sorted(self.parameters, key=lambda n: not self.parameters[n].required)
                raise InputError("The job has an unknown parameter “{name}”; it takes {known}.", name=name, known=known)
        missing = [name for name, parameter in self.parameters.items() if parameter.required and name not in values]
        if missing:
            raise InputError("The job is incomplete: it lacks {missing}.", missing=missing)
        for name, parameter in self.parameters.items():
            setattr(self, name, values[name] if name in values else parameter.default_value())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and self.NAME == other.NAME and self.values() == other.values()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.values().items())})"

    def values(self) -> dict[str, Any]:
        """The value of each parameter, by name."""
        return {name: getattr(self, name) for name in self.parameters}

    def run(self, progress: Progress) -> Results:
        """Does the job and returns its results."""
        raise NotImplementedError

    def kept_when_cancelled(self) -> Message:
        """The message about the outputs of a cancelled job."""
        return NOTHING

    @classmethod
    def help(cls) -> Text:
        """What the command does, in paragraphs."""
        paragraphs = [" ".join(paragraph.split()) for paragraph in (cls.__doc__ or "").split("\n\n")]
        return Text("\n\n".join(paragraphs), f"{cls.NAME}.help")

    @classmethod
    def _shown(cls) -> Iterator[tuple[Parameter, int]]:
        further: dict[str, list[Parameter]] = {}
        for p in cls.parameters.values():
            if p.more:
                further.setdefault(p.more.after or p.name, []).append(p)
        for p in cls.parameters.values():
            if not p.hidden:
                yield p, 1
            pairs = [(q, n) for q in further.get(p.name, ()) for n in range(2, MAXIMUM_SOURCES + 1)]
            yield from sorted(pairs, key=lambda pair: pair[1]) if cls.INTERLEAVED else pairs

    @classmethod
    def texts(cls) -> list[str]:
        """All that a dialog shows; each is a `Text`."""
        shown = [text for p in cls.parameters.values() if not p.hidden for text in p.texts()]
        return [cls.TITLE, cls.help(), *shown, *cls.RESULTS.values()]

    def part(self, settings: Any, **others: Any) -> Any:
        """An instance of a dataclass of settings: fields named like a parameter get its value, `others` are given."""
        names = {f.name for f in dataclasses.fields(settings)} & set(self.parameters)
        return settings(**{**{name: getattr(self, name) for name in names}, **others})

    def to_json(self) -> str:
        """What the engine reads."""
        return json.dumps(self.values(), indent=1)

    @classmethod
    def from_json(cls, values: Any) -> Job:
        """Checks names, types and choices.

        Raises:
            InputError: the first thing that is wrong.
        """
        if not isinstance(values, dict):
            raise InputError("The job must be a JSON object with one entry per parameter.")
        known = cls.parameters
        return cls(**{name: known[name].checked(value) if name in known else value for name, value in values.items()})

    def outputs(self) -> dict[str, str]:
        """The outputs that are requested: name of the parameter -> path."""
        written = [name for name, parameter in self.parameters.items() if parameter.kind.is_written]
        return {name: getattr(self, name) for name in written if getattr(self, name)}

    def output_folders(self) -> set[str]:
        """The folders that outputs are written to."""
        folders = {path for name, path in self.outputs().items() if self.parameters[name].into}
        paths = {os.path.abspath(path) for path in self.outputs().values()}
        return {os.path.dirname(path) for path in paths} | {os.path.abspath(folder) for folder in folders}

    def inputs_on_disk(self) -> set[str]:
        """Existing files that the job reads, including those behind a VRT, in an archive or named with a subdataset."""
        from ..core.raster.data_sources import files_of

        given = [getattr(self, name) for name, parameter in self.parameters.items() if parameter.kind.is_read]
        sources = [s for value in given for s in (value if isinstance(value, list) else [value]) if s]
        return {file for source in sources for name in {source, source.split("|")[0]} for file in files_of(name)}

    def require_sound_outputs(self) -> None:
        """Refuses, before any work is done, outputs that could not be written or would destroy an input.

        Raises:
            OutputError: wrong ending, missing or unwritable folder, a folder's name, one path for two outputs or
                for an output and an input.
        """
        seen: set[str] = set()
        for name, path in self.outputs().items():
            parameter = self.parameters[name]
            if parameter.into:
                require_writable_into(path)
            elif parameter.kind is FOLDER_OUTPUT:
                require_writable_folder(path)
            else:
                require_writable(path, parameter.files.endings)
            if final_path(path) in seen:
                raise OutputError("Two outputs have the same path “{path}”. Give each its own file name.", path=path)
            seen.add(final_path(path))
        into = {path for name, path in self.outputs().items() if self.parameters[name].into}
        replaced = [(path, file) for path in self.outputs().values() if path not in into for file in replaced_by(path)]
        inputs = self.inputs_on_disk() if replaced else set()
        for path, file in replaced:
            if not any(os.path.samefile(file, i) for i in inputs):
                continue
            if file == path:
                raise OutputError("The output “{path}” is one of the inputs. Choose another file name.", path=path)
            raise OutputError(
                "The output “{path}” would replace “{file}”, which belongs to one of the inputs. Choose another name.",
                path=path,
                file=file,
            )
        for path in self.outputs().values():
            require_no_other_layer(path)


Command = TypeVar("Command", bound=type[Job])


def command(name: str, title: str, group: str = "", **more: Any) -> Callable[[Command], Command]:
    """Turns a class with parameters into a command. Further keywords are attributes of `Job`, in lower case."""

    def declare(job: Command) -> Command:
        job.NAME, job.TITLE, job.GROUP = name, Text(title, f"{name}.title"), group
        for attribute, value in more.items():
            setattr(job, attribute.upper(), value)
        job.parameters = {a: p.named(a, name) for a, p in vars(job).items() if isinstance(p, Parameter)}
        job.SHOWN = tuple(job._shown())
        job.RESULTS = {result: keyed(label, f"{name}.{result}") for result, label in job.RESULTS.items()}
        DECLARED[name] = job
        return job

    return declare


def read_values(path: str) -> Any:
    """The contents of a job file. Raises InputError if it is not JSON."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            "The job file “{path}” cannot be read: {reason}. Expected a JSON file.", path=path, reason=error
        ) from error


def make_job(command: str, values: Any) -> Job:
    """The job with these values, and the cluster of the environment if it names none. Raises InputError."""
    job = DECLARED[command].from_json(values)
    if getattr(job, "cluster", None) == "":
        setattr(job, "cluster", limits.cluster())  # noqa: B010 # not all jobs have one
    return job


def read_job(command: str, path: str) -> Job:
    """The job in a JSON file. Raises InputError if it cannot be read or something in it is wrong."""
    return make_job(command, read_values(path))


def read_legend(path: str | None) -> Any:
    """The classes of a legend file, or None."""
    from ..core.images.legend import read_legend_file

    return read_legend_file(path) if path else None


def pool_of(cluster: str) -> AbstractContextManager[Any]:
    """The pool that does the work of a job: the workers of its cluster, see cluster.DaskPool; else this process."""
    from ..core.base.pool import HERE

    if not cluster:
        return nullcontext(HERE)
    from ..core.base.cluster import DaskPool

    return DaskPool(cluster)
