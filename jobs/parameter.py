"""Parameters of commands: declared once for job files, dialogs, the command line, the reference and translations.

A command is a class, and the functions below make its attributes. What a parameter is – an image to read, an output,
a plain text – is known from its kind.
"""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple, Optional

from ..core.errors import InputError

MAXIMUM_SOURCES = 4  # images that a model looks at
REQUIRED = object()  # the default of a parameter that has none


class Text(str):
    """A text that people read, with the key by which its translation is found."""

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
MANY_RASTERS = Kind("many_rasters", str, is_list=True, is_read=True)  # not opened before each has its turn
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
MODEL = FileType(Text("RasterLearn model (*.rlmodel)", "files.model"), (".rlmodel",))
ANY_FILE = FileType("")
RASTER_ENDINGS, MAP_ENDINGS, POINTS_ENDINGS = (".tif", ".tiff"), (".tif", ".tiff", ".vrt"), (".gpkg",)


@dataclasses.dataclass
class More:
    """The second to fourth value of a parameter, which dialogs ask for one by one, as NAME_2 … NAME_4.

    Attributes:
        label, help: what the dialog says of each; {} in the label stands for its number.
        default: None if it may be left out.
        after: the parameter after which they stand; by default the first value.
        each: the parameter with the images that each have one of these values.
    """

    label: str
    help: str = ""
    default: Optional[int] = None
    after: str = ""
    each: str = ""

    def named(self, start: str) -> None:
        """Gives the texts keys that begin like this."""
        self.label, self.help = keyed(self.label, f"{start}.more.label"), keyed(self.help, f"{start}.more.help")


@dataclasses.dataclass
class Parameter:
    """What a parameter is.

    Attributes:
        kind: one of the above.
        label, help: what people read.
        default: in a job file, REQUIRED if there is none; of one whose values are a list, that of the first value.
        advanced: whether newcomers do not need it.
        minimum, maximum: what dialogs accept; core checks what matters to it.
        choices: the words to choose from.
        files: the type of a file.
        endings: of an output's name.
        parent: the parameter with the layer that a field is of, or with the image in whose coordinates an extent is.
        qgis: its name in QGIS; by default its name in capitals.
        option: its name on the command line; by default its name with hyphens, in the singular where it is a list.
        more: further values, for which QGIS has parameters of their own.
        hidden: not in dialogs.
        by_default: an optional output that dialogs make unless told otherwise.
        into: an output folder to write into, beside what is there.
        several_lines: a text of several lines.
        picker: the class in gui/ that shows it in dialogs.
        name, command: of the attribute and of its command; set by `job.command`.
    """

    kind: Kind
    label: str
    help: str = ""
    default: Any = REQUIRED
    advanced: bool = False
    minimum: Optional[float] = None
    maximum: Optional[float] = None
    choices: tuple[str, ...] = ()
    files: FileType = ANY_FILE
    endings: tuple[str, ...] = ()
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
        self.filter = self.files.filter
        self.is_list = self.kind.is_list or self.more is not None
        self.required = self.default is REQUIRED

    def named(self, name: str, command: str) -> None:
        """Completes what follows from the name: other names, and the keys of texts."""
        self.name, self.command = name, command
        self.qgis = self.qgis or name.upper()
        singular = name[:-1] if self.is_list and name.endswith("s") else name
        self.option = f"--{self.option or singular.replace('_', '-')}"
        start = f"{command}.{name}"
        self.label, self.help = keyed(self.label, f"{start}.label"), keyed(self.help, f"{start}.help")
        self.filter = keyed(self.files.filter, f"{start}.files")
        if self.more:
            self.more.named(start)

    def qgis_name(self, number: int = 1) -> str:
        """The name in QGIS of a parameter or, if there are more, of its value with this number from 1."""
        return self.qgis if number == 1 else f"{self.qgis}_{number}"

    def default_value(self) -> Any:
        """What a job file without the parameter means."""
        if not self.is_list:
            return self.default
        if self.kind.is_list:
            return None if self.default is None else list(self.default)
        return [self.default] if self.default else []

    def checked(self, value: Any) -> Any:
        """A value of a job file as this parameter wants it. Raises InputError if it is of another type or choice."""
        if value is None and self.default is None and (self.kind is EXTENT or not self.is_list):
            return None
        if self.is_list:
            values = _of_type(self.name, value, list)
            return [_of_type(f"{self.name}[{i}]", v, self.kind.type) for i, v in enumerate(values)]
        value = _of_type(self.name, value, self.kind.type)
        if self.choices and value not in self.choices:
            raise InputError(
                f"The parameter “{self.name}” must be one of {', '.join(self.choices)}, received “{value}”."
            )
        return value

    def texts(self) -> list[str]:
        """What people read of this parameter; each is a `Text`."""
        more = [self.more.label, self.more.help] if self.more else []
        return [text for text in (self.label, self.help, self.filter, *more) if text]


_TYPE_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list"}


def _of_type(name: str, value: Any, wanted: type) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if wanted is float and is_number:
        return float(value)
    if isinstance(value, wanted) and (wanted is not int or is_number):
        return value
    raise InputError(f"The parameter “{name}” must be {_TYPE_NAMES[wanted]}, received {value!r}.")


def _declared(kind: Kind, label: str, optional: bool = False, **details: Any) -> Any:
    if optional:
        details["default"] = () if kind.is_list else None
    return Parameter(kind, label, **details)


# The further keywords of all of these are attributes of Parameter, or `optional` for what may be left out.


def raster_in(label: str, **details: Any) -> Any:
    """An image or another raster; with `more`, one or several of them, each a parameter of its own in QGIS."""
    return _declared(RASTER, label, **details)


def rasters_in(label: str, **details: Any) -> Any:
    """A list of rasters."""
    return _declared(RASTERS, label, **details)


def many_rasters_in(label: str, **details: Any) -> Any:
    """A list of rasters, maybe thousands, some of them damaged: dialogs do not open them."""
    return _declared(MANY_RASTERS, label, **details)


def features_in(label: str, **details: Any) -> Any:
    """A layer of polygons, lines or points: a file, or file|layername=NAME."""
    return _declared(FEATURES, label, **details)


def points_in(label: str, **details: Any) -> Any:
    """A layer of points."""
    return _declared(POINTS, label, **details)


def field_of(parent: str, label: str, default: Optional[str] = None, **details: Any) -> Any:
    """The name of a field of the layer that another parameter names."""
    return _declared(FIELD, label, default=default, parent=parent, **details)


def fields_of(parent: str, label: str, **details: Any) -> Any:
    """Names of fields with numbers."""
    return _declared(FIELDS, label, optional=True, parent=parent, **details)


def choice(words: tuple[str, ...], default: str, label: str, **details: Any) -> Any:
    """One of several words."""
    return _declared(CHOICE, label, default=default, choices=words, **details)


def whole(default: Optional[int], label: str, **details: Any) -> Any:
    """A whole number."""
    return _declared(WHOLE, label, default=default, **details)


def number(default: Optional[float], label: str, **details: Any) -> Any:
    """A real number."""
    return _declared(NUMBER, label, default=default, **details)


def switch(default: bool, label: str, **details: Any) -> Any:
    """Yes or no."""
    return _declared(SWITCH, label, default=default, **details)


def text(default: Any, label: str, **details: Any) -> Any:
    """A line of text."""
    return _declared(TEXT, label, default=default, **details)


def texts(label: str, **details: Any) -> Any:
    """Lines of text."""
    return _declared(TEXTS, label, optional=True, **details)


def file_in(label: str, files: FileType = ANY_FILE, **details: Any) -> Any:
    """A file that is read."""
    return _declared(FILE, label, files=files, **details)


def files_in(label: str, **details: Any) -> Any:
    """A list of files that are read."""
    return _declared(FILES, label, optional=True, **details)


def legend_in(label: str, **details: Any) -> Any:
    """Names and colors of classes; where none is given, QGIS takes the style of the label layer."""
    return _declared(LEGEND, label, files=LEGENDS, optional=True, **details)


def folder_in(label: str, **details: Any) -> Any:
    """A folder that is not an output of the job."""
    return _declared(FOLDER, label, optional=True, **details)


def extent_in(label: str, of: str, **details: Any) -> Any:
    """x_min, x_max, y_min, y_max in the coordinates of the first image of the parameter `of`."""
    return _declared(EXTENT, label, default=None, parent=of, **details)


def raster_output(label: str, endings: tuple[str, ...] = RASTER_ENDINGS, **details: Any) -> Any:
    """A raster that QGIS loads."""
    return _declared(RASTER_OUTPUT, label, endings=endings, **details)


def points_output(label: str, **details: Any) -> Any:
    """A layer of points that QGIS loads."""
    return _declared(POINTS_OUTPUT, label, endings=POINTS_ENDINGS, **details)


def file_output(label: str, files: FileType, **details: Any) -> Any:
    """A file that QGIS does not load."""
    return _declared(FILE_OUTPUT, label, files=files, endings=files.endings, **details)


def page_output(label: str, **details: Any) -> Any:
    """An HTML page, which QGIS lists in its results viewer."""
    return file_output(label, HTML, optional=True, by_default=True, **details)


def folder_output(label: str, **details: Any) -> Any:
    """A folder that is made."""
    return _declared(FOLDER_OUTPUT, label, **details)
