"""Messages: templates and values, as each reader gets them."""

import json
import multiprocessing
import pickle

import numpy as np
import pytest

from rasterlearn.core.base.errors import (
    Cancelled,
    EngineError,
    InputError,
    ModelFileError,
    OutputError,
    RasterLearnError,
)
from rasterlearn.core.base.messages import Message, message_of, parameter
from rasterlearn.jobs.commands import COMMANDS
from rasterlearn.jobs.naming import JOB, OPTIONS, QGIS, naming

HOSTILE = [
    "{0}",
    "{name}",
    "{",
    "}",
    "{p:count}",
    "100 %s %(x)d",
    "a{b!r:>{c}}",
    "\\N{DASH}",
    "“quoted”",
    "line\nbreak",
]


def raised(kind, message):
    """For another process."""
    raise kind(message)


def test_values_are_formatted_as_the_template_says():
    message = Message(
        "“{name}”: {share:.1%} of {count:,} pixels, {gain:+.3g}, {seconds:02d} s, {nothing}",
        name="a", share=0.257, count=12345, gain=0.5, seconds=5, nothing=None,
    )  # fmt: skip
    assert str(message) == "“a”: 25.7% of 12,345 pixels, +0.5, 05 s, None"


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_never_taken_for_a_template(value):
    inner = Message("the file {name}", name=value)
    message = Message("“{name}” {names} {inner} {{}} 5 %", name=value, names=[value, value], inner=inner)
    assert str(message) == f"“{value}” {value}, {value} the file {value} {{}} 5 %"
    assert str(Message.from_json(json.loads(json.dumps(message.to_json())))) == str(message)
    assert str(InputError("“{name}”", name=value)) == f"“{value}”"


def test_lists_are_joined_as_the_template_says():
    names = ["a", "b", "c"]
    assert str(Message("{names}", names=names)) == "a, b, c"
    assert str(Message("{names:; }", names=names)) == "a; b; c"
    assert str(Message("“{names:”, “}”", names=names)) == "“a”, “b”, “c”"
    assert str(Message("{names:, | and }", names=names)) == "a, b and c"
    assert str(Message("{names:, | and }", names=names[:1])) == "a"
    assert str(Message("{names:, | and }", names=[])) == ""
    assert str(Message("{sizes: × }", sizes=np.array([3, 4]))) == "3 × 4"
    assert str(Message("{parts:; }", parts=(Message("{n} m", n=n) for n in (1, 2)))) == "1 m; 2 m"


def test_a_message_within_another_one_is_made_to_fit():
    inner = Message("the network “{name}” is damaged.", name="a.")
    assert str(Message("{what:capital} Copy it.", what=inner)) == "The network “a.” is damaged. Copy it."
    assert str(Message("Not opened: {reason:part}. Copy it.", reason=inner)) == (
        "Not opened: the network “a.” is damaged. Copy it."
    )
    assert str(Message("{what:capital} {reason:part}", what="ä", reason="b.")) == "Ä b"


def test_numbers_of_numpy_become_pythons():
    message = Message("{a} {b} {c} {d}", a=np.int64(3), b=np.float64(0.5), c=np.bool_(True), d=np.dtype("uint8"))
    assert message.values == {"a": 3, "b": 0.5, "c": True, "d": "uint8"}
    assert json.dumps(message.to_json())


def test_events_are_strict_json_also_without_a_number():
    """A kappa that is not known is NaN, which JSON does not have, and which other programs refuse."""
    message = Message("{kappa:.3f} of {numbers}", kappa=float("nan"), numbers=[1.5, float("-inf")])
    sent = json.dumps(message.to_json(), allow_nan=False)
    assert str(Message.from_json(json.loads(sent))) == str(message) == "nan of 1.5, -inf"


def test_equal_messages_are_one_in_a_set_however_parameters_are_named(named):
    message = Message("Give {p:count}.")
    known = {message}
    named(OPTIONS, "selectsamples")
    assert Message("Give {p:count}.") in known


def test_messages_survive_json_and_pickling():
    inner = Message("{n:.1f} ha", n=1.25)
    message = Message("{p:count}: {parts:; }, {flag}, {text}", parts=[inner, "b", 3], flag=False, text="x")
    for copy in (Message.from_json(json.loads(json.dumps(message.to_json()))), pickle.loads(pickle.dumps(message))):
        assert copy == message and hash(copy) == hash(message) and str(copy) == "COUNT: 1.2 ha; b; 3, False, x"
    assert message != Message(message.template) and message != str(message)


def test_what_an_error_says_is_a_message_within_the_next_one(tmp_path):
    ours = InputError("“{name}” is broken.", name="a")
    within = ValueError(Message("a number has {count} digits", count=50))
    with pytest.raises(OSError) as missing:
        open(tmp_path / "none")  # noqa: SIM115 - there is none
    gdal = RuntimeError("`a.xyz' not recognized as being in a supported file format")
    outer = Message("{a}|{b}|{c}|{d}|{e}", a=ours, b=within, c=missing.value, d=gdal, e=RuntimeError("other"))
    assert [getattr(outer.values[name], "template", None) for name in "abcde"] == [
        "“{name}” is broken.",
        "a number has {count} digits",
        "[Errno {number}] {reason}: {path}",
        "`{path}' not recognized as being in a supported file format",
        None,
    ]
    assert str(outer) == f"{ours}|a number has 50 digits|{missing.value}|{gdal}|other"
    assert Message("{reason}", reason=missing.value.strerror).values["reason"] == Message("No such file or directory")


@pytest.mark.parametrize("kind", [RasterLearnError, InputError, ModelFileError, OutputError, EngineError, Cancelled])
def test_errors_take_a_template_or_a_message_and_survive_pickling(kind):
    error = kind("“{name}” has {count:,} pixels.", name="{a}", count=1234)
    again = kind(error.message)
    copy = pickle.loads(pickle.dumps(error))
    for one in (error, again, copy):
        assert type(one) is kind and str(one) == "“{a}” has 1,234 pixels." and one.message == error.message
        assert one.args == (error.message,)
    with pytest.raises(kind, match="has 1,234 pixels") as told:
        try:
            raise KeyError("cause")
        except KeyError as cause:
            raise error from cause
    assert isinstance(told.value.__cause__, KeyError)


def test_errors_of_another_process_bring_their_message():
    message = Message("“{name}” is {reason}", name="a", reason=Message("broken"))
    with multiprocessing.get_context("fork").Pool(1) as pool, pytest.raises(OutputError) as told:
        pool.apply(raised, (OutputError, message))
    assert told.value.message == message


@pytest.mark.parametrize(
    ("parameter", "in_qgis", "as_option", "in_job"),
    [
        ("count", "COUNT", "--count", "count"),
        ("label_features", "LABEL_FEATURES", "--label-features", "label_features"),
        ("mode=auto", "MODE=auto", "--mode auto", '"mode": "auto"'),
        ("patience=0", "PATIENCE=0", "--patience 0", '"patience": 0'),
        ("images", "INPUT", "--image", "images"),
        ("images#1", "INPUT", "--image", "images"),
        ("images#2", "INPUT_2", "the second --image", "images[1]"),
        ("by_class", "BYCLASS", "--by-class", "by_class"),
        ("output_2", "OUTPUT_2", "--output-2", "output_2"),
    ],
)
def test_each_reader_knows_a_parameter_by_its_own_name(named, parameter, in_qgis, as_option, in_job):
    message = Message("Give {p:" + parameter + "}.")
    for style, name in ((QGIS, in_qgis), (OPTIONS, as_option), (JOB, in_job)):
        named(style)
        assert str(message) == f"Give {name}."
        assert message.text(naming(OPTIONS)) == f"Give {as_option}."


def test_the_same_field_has_other_names_in_other_dialogs(named):
    for command, name in (("fillgaps", "INPUT"), ("selectsamples", "IMAGE")):
        named(QGIS, command)
        assert str(Message("{p:image}")) == name
    for command, name in (("applymodelbatch", "INPUTS"), ("normalize", "INPUT")):
        named(QGIS, command)
        assert str(Message("{p:inputs}")) == name


def test_a_parameter_may_be_a_value(named):
    message = Message("{name} must be at least {least}.", name=parameter("batch_size"), least=1)
    assert str(message) == "BATCH_SIZE must be at least 1."
    named(JOB)
    assert str(message) == "batch_size must be at least 1."


@pytest.mark.parametrize("command", COMMANDS)
def test_every_parameter_has_a_name_for_each_reader(command):
    for name, declared in COMMANDS[command].parameters.items():
        assert naming(QGIS, command).shown(name) == declared.qgis
        assert naming(OPTIONS, command).shown(name) == declared.option
        assert naming(JOB, command).shown(name) == name
        if declared.more:
            assert naming(QGIS, command).shown(f"{name}#2") == declared.qgis_name(2)


def test_a_parameter_that_is_none_is_a_mistake():
    with pytest.raises(ValueError, match="“a b” is not a parameter"):
        str(Message("{p:a b}"))


def test_parts_are_translated_and_english_is_left_alone():
    german = {
        "“{name}” lacks {parts:, | and }.": "„{name}“ fehlt {parts:, | und }.",
        "the {what}": "das {what}",
        "Give {p:count}.": "Geben Sie {p:count} an.",
    }
    parts = [Message("the {what}", what="x"), "y", Message("unknown")]
    message = Message("{first} {second}", first=Message("“{name}” lacks {parts:, | and }.", name="a", parts=parts),
                      second=Message("Give {p:count}."))  # fmt: skip
    assert message.text(naming(QGIS), lambda text: german.get(text, text)) == (
        "„a“ fehlt das x, y und unknown. Geben Sie COUNT an."
    )
    assert str(message) == "“a” lacks the x, y and unknown. Give COUNT."


def test_a_message_is_taken_as_it_is():
    message = Message("{n}", n=1)
    assert message_of(message, {}) is message
    assert message_of("{n}", {"n": 1}) == message
    assert message.with_values(n=2) == Message("{n}", n=2)
