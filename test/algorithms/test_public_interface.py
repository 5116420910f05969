"""Ids, parameters, choices and defaults are those of 4108d75, which public_interface.json holds. It is never rewritten.

If you add a parameter, add it there by hand; what is there stays.
"""

import json
from pathlib import Path

import pytest
from qgis.core import QgsApplication

INTERFACE = json.loads((Path(__file__).parent / "public_interface.json").read_text(encoding="utf-8"))
# What QGIS knows of parameters of some types only.
DETAILS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "data_type": "dataType",
    "data_types": "dataTypes",
    "choices": "options",
    "words_are_values": "usesStaticStrings",
    "several": "allowMultiple",
    "parent": "parentLayerParameterName",
    "layer_type": "layerType",
    "file_filter": "fileFilter",
    "behavior": "behavior",
    "several_lines": "multiLine",
    "by_default": "createByDefault",
}
TEXTS = ("title", "label", "help")


def plain(value):
    """A value as JSON has it; Qt 6 has enumerations where Qt 5 has numbers."""
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, dict):
        return {name: plain(v) for name, v in value.items()}
    return int(getattr(value, "value", value))


def parameter(definition):
    """Everything that QGIS knows of a parameter."""
    known = {
        "name": definition.name(),
        "type": definition.type(),
        "label": definition.description(),
        "help": definition.help(),
        "default": definition.defaultValue(),
        "flags": definition.flags(),
        "metadata": definition.metadata(),
    }
    known |= {name: getattr(definition, get)() for name, get in DETAILS.items() if hasattr(definition, get)}
    return {name: plain(value) for name, value in known.items()}


def interface(algorithm):
    """Everything that QGIS knows of an algorithm."""
    outputs = [{"name": o.name(), "type": o.type(), "label": o.description()} for o in algorithm.outputDefinitions()]
    return {
        "group": algorithm.groupId(),
        "title": algorithm.displayName(),
        "help": algorithm.shortHelpString(),
        "flags": plain(algorithm.flags()),
        "parameters": [parameter(p) for p in algorithm.parameterDefinitions()],
        "outputs": outputs,
    }


def interfaces():
    """Name to interface of each algorithm and workflow, in the order of names."""
    registry = QgsApplication.processingRegistry()
    names = sorted(a.id() for a in registry.providerById("rasterlearn").algorithms())
    return {name.split(":")[1]: interface(registry.createAlgorithmById(name)) for name in names}


def without_texts(value):
    """The interface without what people read, which may be corrected."""
    if isinstance(value, list):
        return [without_texts(v) for v in value]
    if isinstance(value, dict):
        return {name: without_texts(v) for name, v in value.items() if name not in TEXTS}
    return value


def test_no_algorithm_is_missing(qgis):
    assert set(interfaces()) >= set(INTERFACE)


@pytest.mark.parametrize("name", INTERFACE)
def test_an_algorithm_is_as_it_was(algorithm, name):
    found, expected = without_texts(interface(algorithm(name))), without_texts(INTERFACE[name])
    assert [p["name"] for p in found["parameters"]] == [p["name"] for p in expected["parameters"]]
    for now, then in zip(found["parameters"], expected["parameters"]):
        if then.get("choices"):  # QGIS remembers their numbers, so new words follow the old ones
            now["choices"] = now["choices"][: len(then["choices"])]
        assert now == then
    assert found == expected
