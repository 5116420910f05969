"""Writes docs/reference.md: every algorithm with its parameters, from their declarations in jobs/. Needs no QGIS.

python scripts/reference.py [FILE]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import engine  # noqa: E402

if "rasterlearn" not in sys.modules:
    engine.load_package()

from rasterlearn.jobs import groups  # noqa: E402
from rasterlearn.jobs import parameter as kinds  # noqa: E402
from rasterlearn.jobs.commands import ALGORITHMS, COMMANDS  # noqa: E402

BEGINNING = """# Reference

All algorithms with their parameters, as their dialogs show them. `make reference` writes this page from the code.

Names are those of `qgis_process` and Python, options those of the [command line](commands.md#without-qgis), labels
those of the dialogs. A parameter without a default is marked *required*, or “–” if it may be left out. Parameters
marked *advanced* are folded away in the dialog. Outputs marked *optional* are not made unless you name a file.

"""

KINDS = {
    kinds.RASTER: "raster layer",
    kinds.RASTERS: "list of raster layers",
    kinds.MANY_RASTERS: "list of raster layers",
    kinds.FEATURES: "vector layer",
    kinds.POINTS: "vector layer",
    kinds.FIELD: "field of {}",
    kinds.FIELDS: "list of fields of {}",
    kinds.FILES: "list of files",
    kinds.FOLDER: "folder",
    kinds.EXTENT: "extent",
    kinds.SWITCH: "true or false",
    kinds.TEXT: "text",
    kinds.RASTER_OUTPUT: "raster",
    kinds.POINTS_OUTPUT: "vector layer",
    kinds.FOLDER_OUTPUT: "folder",
}


def reference(algorithms):
    """The page about these algorithms: subclasses of jobs.job.Job."""
    contents = "".join(f"- [{a.TITLE}](#{anchor(a.TITLE)}): `rasterlearn:{a.NAME}`\n" for a in algorithms)
    return BEGINNING + contents + "".join(section(algorithm) for algorithm in algorithms)


def section(algorithm):
    """The section about one algorithm."""
    shown = list(algorithm.SHOWN)
    inputs = [parameter_row(algorithm, *one) for one in shown if not one[0].kind.is_written]
    outputs = [output_row(algorithm, p) for p, _ in shown if p.kind.is_written]
    for name, label in algorithm.RESULTS.items():
        outputs.append((code(name), "", text(label), "text" if algorithm.HAS_TEXTS else "number", ""))
    return (
        f"\n## {algorithm.TITLE}\n\n`rasterlearn:{algorithm.NAME}` · {groups.number(algorithm.GROUP)}. "
        f"{groups.TITLES[algorithm.GROUP]}\n\n{prose(algorithm.help())}\n\n"
        + table(("parameter", "option", "label", "kind", "default", "help"), inputs)
        + "\n"
        + table(("output", "option", "label", "kind", "help"), outputs)
    )


def parameter_row(algorithm, parameter, number):
    """Name, option, label, kind, default and help of a parameter's value with this number, from 1."""
    one = parameter if number == 1 else parameter.more
    advanced = ", *advanced*" if parameter.advanced or number > 1 else ""
    return (
        code(parameter.qgis_name(number)),
        option(algorithm, parameter),
        text(one.label.format(number)) + advanced,
        kind(algorithm, parameter),
        default(one.default, parameter.required and number == 1),
        text(parameter.full_help() if number == 1 else one.help),
    )


def output_row(algorithm, parameter):
    """Name, option, label, kind and help of an output that is a file."""
    optional = "" if parameter.required or parameter.by_default else ", *optional*"
    label = text(parameter.label) + optional
    return code(parameter.qgis), option(algorithm, parameter), label, kind(algorithm, parameter), text(parameter.help)


def option(algorithm, parameter):
    """The name on the command line, if there is one."""
    return code(parameter.option) if algorithm.NAME in COMMANDS else ""


def kind(algorithm, parameter):
    """What a value of this parameter is."""
    if parameter.choices:
        return ", ".join(code(word) for word in parameter.choices)
    if parameter.kind in (kinds.WHOLE, kinds.NUMBER):
        return number_kind(parameter)
    if parameter.kind in KINDS:
        parent = algorithm.parameters.get(parameter.parent)
        return KINDS[parameter.kind].format(code(parent.qgis) if parent else "")
    return patterns(parameter.files.filter) or "file"


def number_kind(parameter):
    """Number or whole number, and its range."""
    word = "whole number" if parameter.kind is kinds.WHOLE else "number"
    least, most = parameter.minimum, parameter.maximum
    if least is not None and most is not None:
        return f"{word}, {least:g} … {most:g}"
    return f"{word}, from {least:g}" if least is not None else word


def patterns(file_filter):
    """The names in a filter such as “CSV (*.csv)”, each ending once."""
    names = re.findall(r"[\w*]*\.\w+", file_filter)
    return ", ".join(code(name) for name in names if name == name.lower())


def default(value, required):
    """The default as it is written for qgis_process."""
    if required:
        return "*required*"
    if value is None or value in ("", ()):
        return "–"
    if isinstance(value, bool):
        return code(str(value).lower())
    return code(f"{value:g}" if isinstance(value, (int, float)) else value)


def table(head, rows):
    """A table, or nothing if there are no rows."""
    if not rows:
        return ""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def prose(words):
    """Text for people, paragraph by paragraph."""
    return "\n\n".join(text(paragraph) for paragraph in words.strip().split("\n\n"))


def text(words):
    """Text for people, none of which is markup."""
    return re.sub(r"([*<|])", r"\\\1", " ".join((words or "").split()))


def code(words):
    """Something to be typed."""
    return f"`{words}`"


def anchor(title):
    """The anchor of a heading on a page."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "reference.md"
    path.write_text(reference(ALGORITHMS), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
