"""Writes docs/reference.md: every algorithm with its parameters, from what the algorithms themselves declare.

python scripts/reference.py FILE, with QGIS's Python; scripts/reference.sh sets the paths.
"""

from __future__ import annotations

import os
import re
import sys

from qgis.core import QgsProcessing, QgsProcessingParameterDefinition, QgsProcessingParameterNumber

BEGINNING = """# Reference

All algorithms with their parameters, as their dialogs show them. `make reference` writes this page from the code.

Names are those of `qgis_process` and Python, labels those of the dialogs. A parameter without a default is marked
*required*, or – if it may be left out. What is marked *advanced* is folded away in the dialog. Outputs that are marked
*optional* are not made unless you name a file.

"""

KINDS = {
    "raster": "raster layer",
    "source": "vector layer",
    "boolean": "true or false",
    "string": "text",
    "extent": "extent",
    "rasterDestination": "raster",
    "vectorDestination": "vector layer",
    "folderDestination": "folder",
    "outputNumber": "number",
    "outputString": "text",
}
WIDEST = 2**31 - 1


def reference(algorithms):
    """The page about these algorithms: classes of algorithms/."""
    made = [algorithm().create() for algorithm in algorithms]
    contents = "".join(f"- [{a.displayName()}](#{anchor(a.displayName())}): `rasterlearn:{a.name()}`\n" for a in made)
    return BEGINNING + contents + "".join(section(algorithm) for algorithm in made)


def section(algorithm):
    """What there is to say of one algorithm."""
    parameters = algorithm.parameterDefinitions()
    inputs = [parameter_row(p) for p in parameters if not p.isDestination()]
    outputs = [output_row(p) for p in parameters if p.isDestination()]
    named = {p.name() for p in parameters}
    for output in algorithm.outputDefinitions():
        # A result may have the name of a parameter, which it is not the file of.
        if output.name() not in named or output.type() in ("outputNumber", "outputString"):
            outputs.append((code(output.name()), text(output.description()), KINDS[output.type()], ""))
    return (
        f"\n## {algorithm.displayName()}\n\n`rasterlearn:{algorithm.name()}` · {algorithm.group()}\n\n"
        f"{prose(algorithm.shortHelpString())}\n\n"
        + table(("parameter", "label", "kind", "default", "help"), inputs)
        + "\n"
        + table(("output", "label", "kind", "help"), outputs)
    )


def parameter_row(parameter):
    """Name, label, kind, default and help of a parameter."""
    label = text(parameter.description()) + (", *advanced*" if has(parameter, "FlagAdvanced") else "")
    return code(parameter.name()), label, kind(parameter), default(parameter), text(parameter.help())


def output_row(parameter):
    """Name, label, kind and help of an output that is a file."""
    label = text(parameter.description()) + (", *optional*" if not parameter.createByDefault() else "")
    return code(parameter.name()), label, kind(parameter), text(parameter.help())


def kind(parameter):
    """What a value of this parameter is."""
    of = parameter.type()
    if of == "enum":
        return ", ".join(code(word) for word in parameter.options())
    if of == "number":
        return number_kind(parameter)
    if of == "field":
        return (
            "list of fields" if parameter.allowMultiple() else "field"
        ) + f" of {code(parameter.parentLayerParameterName())}"
    if of == "multilayer":
        return (
            "list of raster layers" if parameter.layerType() == QgsProcessing.SourceType.TypeRaster else "list of files"
        )
    if of == "fileDestination":
        return patterns(parameter.fileFilter())
    if of == "file":
        is_folder = parameter.behavior() == type(parameter).Behavior.Folder
        return "folder" if is_folder else patterns(parameter.fileFilter()) or "file"
    return KINDS[of]


def number_kind(parameter):
    """Number or whole number, and its range."""
    is_whole = parameter.dataType() == QgsProcessingParameterNumber.Type.Integer
    has_least, has_most = parameter.minimum() > -WIDEST - 1, parameter.maximum() < WIDEST
    word = "whole number" if is_whole else "number"
    if has_least and has_most:
        return f"{word}, {parameter.minimum():g} … {parameter.maximum():g}"
    return f"{word}, from {parameter.minimum():g}" if has_least else word


def patterns(file_filter):
    """The names in a filter such as “CSV (*.csv)”, each ending once."""
    names = re.findall(r"[\w*]*\.\w+", file_filter)
    return ", ".join(code(name) for name in names if name == name.lower())


def default(parameter):
    """The default as one writes it for qgis_process."""
    value = parameter.defaultValue()
    if value is None or value == "":
        return "–" if has(parameter, "FlagOptional") else "*required*"
    if isinstance(value, bool):
        return code(str(value).lower())
    return code(f"{value:g}" if isinstance(value, (int, float)) else value)


def has(parameter, flag):
    """Whether a parameter has this flag."""
    return bool(parameter.flags() & getattr(QgsProcessingParameterDefinition, flag))


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
    """Where a heading is found on a page."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path.insert(0, os.path.join(root, "build", "plugins"))
    from rasterlearn.algorithms.provider import ALGORITHMS

    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(reference(ALGORITHMS))
    print(sys.argv[1])


if __name__ == "__main__":
    main()
