"""Parameters of commands: declared once for job files, dialogs, the command line, the reference and translations.

A command is a class, and the functions below make its attributes. What a parameter is – an image to read, an output,
a plain text – is known from its kind.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple, Optional

from ..core.base.errors import InputError
from ..core.base.messages import Message

MAXIMUM_SOURCES = 4  # input images of a model
REQUIRED = object()  # the default of a parameter that has none


class Text(str):
    """A text that people read, with the key under which its translation is found."""

    key: str

    def __new__(cls, text: str, key: str) -> Text:
        made = super().__new__(cls, text)
        made.key = key
        return made


def keyed(text: str, key: str) -> Text:
    """A text with a key: its own, if it is shared by several parameters, else this one."""
    return text if isinstance(text, Text) else Text(text, key)


class Kind(NamedTuple):
    """What the values of a parameter are.

    Attributes:
        name: of the kind.
        type: of a value, or of each value in a list.
        is_list: whether a value is a list.
        is_read, is_written: whether values name files or data sets that are read or written.
    """

    name: str
    type: type
    is_list: bool = False
    is_read: bool = False
    is_written: bool = False


RASTER = Kind("raster", str, is_read=True)
RASTERS = Kind("rasters", str, is_list=True, is_read=True)
MANY_RASTERS = Kind("many_rasters", str, is_list=True, is_read=True)  # each is opened only when its turn comes
FEATURES = Kind("features", str, is_read=True)
POINTS = Kind("points", str, is_read=True)
FIELD = Kind("field", str)
FIELDS = Kind("fields", str, is_list=True)
FILE = Kind("file", str, is_read=True)
FILES = Kind("files", str, is_list=True, is_read=True)
LEGEND = Kind("legend", str, is_read=True)
FOLDER = Kind("folder", str)
EXTENT = Kind("extent", float, is_list=True)
CHOICE = Kind("choice", str)
WHOLE = Kind("whole", int)
NUMBER = Kind("number", float)
SWITCH = Kind("switch", bool)
TEXT = Kind("text", str)
TEXTS = Kind("texts", str, is_list=True)
RASTER_OUTPUT = Kind("raster_output", str, is_written=True)
POINTS_OUTPUT = Kind("points_output", str, is_written=True)
FILE_OUTPUT = Kind("file_output", str, is_written=True)
FOLDER_OUTPUT = Kind("folder_output", str, is_written=True)


class FileType(NamedTuple):
    """Files of a type: the filter of a dialog, and the endings of an output's name."""

    filter: str
    endings: tuple[str, ...] = ()


CSV = FileType(Text("CSV (*.csv)", "files.csv"), (".csv",))
GEOTIFF = FileType(Text("GeoTIFF (*.tif *.TIF *.tiff)", "files.geotiff"), (".tif", ".tiff"))
HTML = FileType(Text("HTML (*.html)", "files.html"), (".html", ".htm"))
JSON = FileType(Text("JSON (*.json)", "files.json"), (".json",))
LEGENDS = FileType(Text("Legend (*.qml *.csv)", "files.legend"))
MODELS = FileType(Text("RasterLearn model (*.rlmodel)", "files.model"), (".rlmodel",))
IMAGE, MAP, GEOPACKAGE = (FileType("", e) for e in ((".tif", ".tiff"), (".tif", ".tiff", ".vrt"), (".gpkg",)))
ANY_FILE = FileType("")


@dataclasses.dataclass
class More:
    """The second to fourth value of a parameter, which dialogs ask for one by one, as NAME_2 … NAME_4.

    Attributes:
        label, help: shown for each; {} in the label stands for its number.
        default: None if it may be left out.
        after: the parameter after which they stand; by default the first value.
        each: the parameter with the images that each have one of these values.
    """

    label: str
    help: str = ""
    default: Optional[int] = None
    after: str = ""
    each: str = ""

    def keyed(self, start: str) -> More:
        """A copy whose texts have keys that begin with `start`, unless they already have keys."""
        label, help_text = keyed(self.label, f"{start}.label"), keyed(self.help, f"{start}.help")
        return dataclasses.replace(self, label=label, help=help_text)


@dataclasses.dataclass
class Parameter:
    """The declaration of a parameter.

    Attributes:
        kind: one of the above.
        label, help: what people read.
        default: in a job file, REQUIRED if there is none; if values are lists, that of the first element.
        advanced: whether beginners can ignore it.
        minimum, maximum: what dialogs accept; core checks what matters to it.
        choices: the words to choose from. described: the meaning of each word, if the choices come from a table.
        files: the type of a file; the endings of an output's name.
        parent: the parameter with the layer that a field belongs to, or with the image whose coordinates an extent has.
        qgis: its name in QGIS; by default its name in capitals.
        option: its name on the command line; by default its name with hyphens, in the singular where it is a list.
        more: further values, for which QGIS has parameters of their own.
        hidden: not in dialogs.
        by_default: whether dialogs make an optional output unless the user skips it.
        into: whether an output folder is written into, beside what is there.
        several_lines: whether a text has several lines.
        picker: the class in gui/ that shows it in dialogs.
        name, command: the names of the attribute and of its command; set by `job.command`.
    """

    kind: Kind
    label: str
    help: str = ""
    default: Any = REQUIRED
    advanced: bool = False
    minimum: Optional[float] = None
    maximum: Optional[float] = None
    choices: tuple[str, ...] = ()
    described: Mapping[str, str] = dataclasses.field(default_factory=dict)
    files: FileType = ANY_FILE
    parent: str = ""
    qgis: str = ""
    option: str = ""
    more: Optional[More] = None
    hidden: bool = False
    by_default: bool = False
    into: bool = False
    several_lines: bool = False
    picker: str = ""
    name: str = ""
    command: str = ""

    def __post_init__(self) -> None:
        self.is_list = self.kind.is_list or self.more is not None
        self.required = self.default is REQUIRED
        if isinstance(self.choices, dict):
            self.described, self.choices = self.choices, tuple(self.choices)

    def but(self, **changes: Any) -> Any:
        """A copy with other attributes, such as another help text."""
        return dataclasses.replace(self, **changes)

    def keyed(self, start: str) -> Parameter:
        """A copy whose texts have keys that begin with `start`, unless they already have keys."""
        files = self.files._replace(filter=keyed(self.files.filter, f"{start}.files"))
        label, help_text = keyed(self.label, f"{start}.label"), keyed(self.help, f"{start}.help")
        more = self.more.keyed(f"{start}.more") if self.more else None
        described = {word: keyed(meaning, f"{start}.{word}") for word, meaning in self.described.items()}
        return dataclasses.replace(self, label=label, help=help_text, files=files, more=more, described=described)

    def full_help(self, translated: Callable[[Any], str] = str) -> str:
        """The help and, if the choices come from a table, the meaning of each word."""
        meanings = [f"{word}: {translated(meaning)}." for word, meaning in self.described.items()]
        return " ".join([*([translated(self.help)] if self.help else []), *meanings])

    def named(self, name: str, command: str) -> Parameter:
        """A copy as a parameter of a command: with its names, and keys for its texts."""
        named = self.keyed(f"{command}.{name}")
        named.name, named.command, named.qgis = name, command, self.qgis or name.upper()
        singular = name[:-1] if self.is_list and name.endswith("s") else name
        named.option = f"--{self.option or singular.replace('_', '-')}"
        return named

    def qgis_name(self, number: int = 1) -> str:
        """The name in QGIS of a parameter or, if there are more, of its value with this number from 1."""
        return self.qgis if number == 1 else f"{self.qgis}_{number}"

    def default_value(self) -> Any:
        """The value of the parameter if a job file omits it."""
        if not self.is_list:
            return self.default
        if self.kind.is_list:
            return None if self.default is None else list(self.default)
        return [self.default] if self.default else []

    def checked(self, value: Any) -> Any:
        """A value of a job file in the type of this parameter. Raises InputError if it has another type or choice."""
        if value is None and self.default is None and (self.kind is EXTENT or not self.is_list):
            return None
        if self.is_list:
            values = _of_type(self.name, value, list)
            return [_of_type(f"{self.name}[{i}]", v, self.kind.type) for i, v in enumerate(values)]
        value = _of_type(self.name, value, self.kind.type)
        if self.choices and value not in self.choices:
            raise InputError(
                "The parameter “{name}” must be one of {choices}, received “{value}”.",
                name=self.name,
                choices=self.choices,
                value=value,
            )
        return value

    def texts(self) -> list[str]:
        """All texts of this parameter that people read; each is a `Text`."""
        more = [self.more.label, self.more.help] if self.more else []
        return [text for text in (self.label, self.help, *self.described.values(), self.files.filter, *more) if text]


_TYPE_NAMES: dict[Any, Message] = {
    str: Message("text"),
    int: Message("a whole number"),
    float: Message("a number"),
    bool: Message("true or false"),
    list: Message("a list"),
}


def _of_type(name: str, value: Any, wanted: type) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if wanted is float and is_number:
        return float(value)
    if isinstance(value, wanted) and (wanted is not int or is_number):
        return value
    kind = _TYPE_NAMES[wanted]
    raise InputError(
        "The parameter “{name}” must be {kind}, received {value}.", name=name, kind=kind, value=repr(value)
    )


def _kind(kind: Kind, *leading: str, **usual: Any) -> Callable[..., Any]:
    """The function that declares parameters of a kind; its arguments are the `leading` attributes, label and help."""

    def declare(*values: Any, optional: bool = False, **details: Any) -> Any:
        given = dict(zip((*leading, "label", "help"), values))
        if optional:
            given["default"] = () if kind.is_list else None
        return Parameter(kind, **{**usual, **given, **details})

    return declare


# The keywords are attributes of Parameter, or `optional` for parameters that may be omitted.
raster_in = _kind(RASTER)  # with `more`: one or several, each a parameter of its own in QGIS
rasters_in = _kind(RASTERS)
many_rasters_in = _kind(MANY_RASTERS)
features_in = _kind(FEATURES)  # a file, or file|layername=NAME
points_in = _kind(POINTS)
field_of = _kind(FIELD, "parent", default=None)
fields_of = _kind(FIELDS, "parent", default=())
file_in = _kind(FILE)
files_in = _kind(FILES, default=())
legend_in = _kind(LEGEND, default=None, files=LEGENDS)
folder_in = _kind(FOLDER, default=None)  # not an output of the job
extent_of = _kind(EXTENT, "parent", default=None)  # x_min, x_max, y_min, y_max as in the first image of the parent
choice = _kind(CHOICE, "choices", "default")
whole = _kind(WHOLE, "default")
number = _kind(NUMBER, "default")
switch = _kind(SWITCH, "default")
text = _kind(TEXT, "default")
texts = _kind(TEXTS, default=())
raster_output = _kind(RASTER_OUTPUT, files=IMAGE)
points_output = _kind(POINTS_OUTPUT, files=GEOPACKAGE)
file_output = _kind(FILE_OUTPUT, "files")
page_output = _kind(FILE_OUTPUT, default=None, files=HTML, by_default=True)
folder_output = _kind(FOLDER_OUTPUT)
