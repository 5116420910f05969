"""The command line of the engine: options from the declared parameters, or a job file, or both."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ..core.base.messages import Naming
from . import groups
from . import parameter as kinds
from .commands import COMMANDS, make_job, read_values
from .job import Job
from .naming import JOB, OPTIONS, QGIS, naming
from .parameter import Parameter

INPUTS, SETTINGS, OUTPUTS, ADVANCED = "inputs", "settings", "outputs", "advanced settings"
BESIDE_INPUTS = (kinds.FIELD, kinds.FIELDS, kinds.FOLDER)
VALUES = {  # what stands for a value in help texts; FILE elsewhere
    kinds.FEATURES: "LAYER", kinds.POINTS: "LAYER", kinds.FIELD: "FIELD", kinds.FIELDS: "FIELD",
    kinds.FOLDER: "FOLDER", kinds.FOLDER_OUTPUT: "FOLDER", kinds.WHOLE: "N", kinds.NUMBER: "X",
    kinds.TEXT: "TEXT", kinds.TEXTS: "TEXT", kinds.EXTENT: ("X_MIN", "X_MAX", "Y_MIN", "Y_MAX"),
}  # fmt: skip


@dataclass(frozen=True)
class Arguments:
    """What was typed.

    Attributes:
        command: its name. job_file: path of a job file, or None. given: values of options, by parameter.
        print_job: whether to print the job instead of running it.
        events: "json" or None. watch_stdin: whether the end of standard input cancels.
    """

    command: str
    job_file: Optional[str]
    given: dict[str, Any]
    print_job: bool
    events: Optional[str]
    watch_stdin: bool

    def naming(self) -> Naming:
        """How whoever typed this knows the parameters: QGIS by its dialogs, a person by options or the job file."""
        if self.events and self.watch_stdin:
            return naming(QGIS, self.command)
        return naming(JOB if self.job_file else OPTIONS, self.command)

    def job(self) -> Job:
        """The job; options override the job file. Raises InputError."""
        values = read_values(self.job_file) if self.job_file else {}
        values = {**values, **self.given} if isinstance(values, dict) else values
        return COMMANDS[self.command].from_json(values) if self.print_job else make_job(self.command, values)


def parse(words: Sequence[str]) -> Arguments:
    """Reads the command line. Exits with code 2 and a sentence if it cannot be understood, with 0 after --help."""
    command = next((word for word in words if word in COMMANDS), None)
    if command is None:
        _overview().parse_args(words)  # exits
    assert command is not None
    job, rest = COMMANDS[command], list(words)
    rest.remove(command)
    parser = _parser_of(job)
    typed = vars(parser.parse_args(rest))
    given = {name: typed[name] for name in job.parameters if typed[name] is not None}
    missing = [p.option for p in job.parameters.values() if p.required and p.name not in given]
    if missing and typed["job_file"] is None:
        parser.error(f"the following arguments are required: {', '.join(missing)}")
    return Arguments(command, given=given, **{word: typed[word] for word in ("job_file", *GENERAL)})


def _overview() -> argparse.ArgumentParser:
    """The parser used if no command is named: it can only show help, or report what is wrong."""
    lines = ["commands, in the order of work:"]
    for group in [*groups.TITLES, ""]:
        titles = [(job.NAME, job.TITLE) for job in COMMANDS.values() if group == job.GROUP]
        heading = [f"\n  {groups.TITLES[group] if group else 'Without QGIS'}"] if titles else []
        lines += heading + [f"    {name:<17}{title}" for name, title in titles]
    lines += ["\n“COMMAND --help” explains a command and its options."]
    parser = argparse.ArgumentParser(
        description="Deep networks on satellite images.",
        epilog="\n".join(lines),
        usage="%(prog)s COMMAND [--OPTION VALUE ...]\n       %(prog)s COMMAND JOB.json [--OPTION VALUE ...]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", metavar="COMMAND", choices=list(COMMANDS), help="one of those below")
    return parser


GENERAL = ("print_job", "events", "watch_stdin")


def _parser_of(job: type[Job]) -> argparse.ArgumentParser:
    width = shutil.get_terminal_size().columns - 2
    parser = argparse.ArgumentParser(
        prog=f"{argparse.ArgumentParser().prog} {job.NAME}",
        usage="%(prog)s [JOB.json] [--OPTION VALUE ...]",
        description="\n\n".join(textwrap.fill(p, width) for p in [f"{job.TITLE}.", *job.help().split("\n\n")]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    found = {title: parser.add_argument_group(title) for title in (INPUTS, SETTINGS, OUTPUTS, ADVANCED)}
    for parameter in job.parameters.values():
        _add(found[_group_of(parameter)], parameter)
    general = parser.add_argument_group("general")
    general.add_argument("job_file", metavar="JOB.json", nargs="?", help="a job file; options override it")
    general.add_argument("--print-job", action="store_true", help="print the job file of these options, and exit")
    general.add_argument("--events", choices=["json"], help="write events as JSON lines to standard output")
    general.add_argument("--watch-stdin", action="store_true", help="cancel when standard input ends")
    return parser


def _group_of(parameter: Parameter) -> str:
    if parameter.advanced:
        return ADVANCED
    if parameter.kind.is_written:
        return OUTPUTS
    return INPUTS if parameter.kind.is_read or parameter.kind in BESIDE_INPUTS else SETTINGS


def _add(group: Any, parameter: Parameter) -> None:
    """Adds the option of a parameter; None if it is not given."""
    how: dict[str, Any] = {"dest": parameter.name, "help": _help(parameter)}
    if parameter.kind is kinds.SWITCH:
        group.add_argument(parameter.option, action=argparse.BooleanOptionalAction, **how)
        return
    how["type"] = parameter.kind.type
    if parameter.choices:
        how["choices"] = parameter.choices
    else:
        how["metavar"] = VALUES.get(parameter.kind, "FILE")
    if parameter.kind is kinds.EXTENT:
        how["nargs"] = len(how["metavar"])
    elif parameter.is_list:
        how["action"] = "append"
    group.add_argument(parameter.option, **how)


def _help(parameter: Parameter) -> str:
    default = parameter.default
    said = [f"{parameter.label}."]
    said += [parameter.full_help()] if parameter.full_help() else []
    said += ["May be repeated."] if parameter.is_list and parameter.kind is not kinds.EXTENT else []
    if parameter.required:
        said.append("Required.")
    elif isinstance(default, bool):
        said.append(f"Default: {'yes' if default else 'no'}.")
    elif default not in (None, "", ()):
        said.append(f"Default: {default:g}." if isinstance(default, float) else f"Default: {default}.")
    return " ".join(said).replace("%", "%%")
