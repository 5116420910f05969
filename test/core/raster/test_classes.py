"""Class values, indices, names and colors."""

import numpy as np
import pytest

from rasterlearn.core.base.colors import DEFAULT_COLORS
from rasterlearn.core.base.errors import InputError, RasterLearnError
from rasterlearn.core.base.model_limits import MAXIMUM_CLASSES
from rasterlearn.core.raster.classes import ClassMap, LandClass, class_value, clean_name, with_distinct_names


def of(*values):
    return ClassMap.of([LandClass(v) for v in values])


WATER, FARM, CITY = LandClass(200, "water", "#7fbcfc"), LandClass(5, "farm"), LandClass(-3, "city")


def test_classes_are_ordered_by_value_and_keep_their_values():
    classes = ClassMap.of([WATER, FARM, CITY])
    assert classes.values.tolist() == [-3, 5, 200]
    assert classes.names == ["city", "farm", "water"]
    assert len(classes) == 3
    assert [c.value for c in classes] == [-3, 5, 200]


def test_a_class_without_a_name_is_named_after_its_value():
    assert of(7, -2).names == ["-2", "7"]


def test_colors_given_stay_and_missing_ones_are_filled_in_with_different_ones():
    classes = ClassMap.of([WATER, FARM, CITY])
    assert classes.colors == ["#d1495b", "#e6d37a", "#7fbcfc"]
    assert len(set(of(*range(len(DEFAULT_COLORS))).colors)) == len(DEFAULT_COLORS)


def test_more_classes_than_default_colors_all_have_a_color():
    assert all(of(*range(40)).colors)


def test_index_of_is_the_inverse_of_values():
    classes = of(-3, 5, 200)
    assert classes.index_of(classes.values).tolist() == [0, 1, 2]


def test_index_of_marks_unknown_values_and_keeps_the_shape():
    values = np.array([[5, 4, -100], [200, 201, -3]])
    assert of(-3, 5, 200).index_of(values).tolist() == [[1, -1, -1], [2, -1, 0]]


def test_index_of_agrees_with_a_dictionary_for_random_values():
    rng = np.random.default_rng(0)
    known = rng.choice(np.arange(-500, 500), 60, replace=False)
    values = rng.integers(-600, 600, 3000)
    index = {v: i for i, v in enumerate(sorted(known.tolist()))}
    assert of(*known.tolist()).index_of(values).tolist() == [index.get(v, -1) for v in values.tolist()]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_index_of_takes_pixels_of_any_type(dtype):
    assert of(1, 5, 200).index_of(np.array([200, 1, 3], dtype)).tolist() == [2, 0, -1]


@pytest.mark.parametrize(
    ("values", "dtype", "nodata"),
    [
        ((0, 1, 2), "uint8", 255),
        ((0, 254), "uint8", 255),
        ((1, 255), "uint8", 0),
        ((0, 255), "int16", -9999),
        ((-1, 3), "int16", 255),
        ((1, 5, 300), "int16", 255),
        ((0, 255, 300), "int16", -9999),
        ((0, 40000), "int32", 255),
        ((-40000, 0, 255), "int32", -9999),
    ],
)
def test_raster_type_is_the_smallest_that_leaves_room_for_nodata(values, dtype, nodata):
    assert of(*values).raster_type() == (np.dtype(dtype), nodata)


@pytest.mark.parametrize("seed", range(10))
def test_raster_type_holds_all_values_and_its_nodata_is_not_a_class(seed):
    rng = np.random.default_rng(seed)
    low, high = sorted(rng.integers(-(10**seed), 10**seed + 2, 2).tolist())
    values = np.unique(rng.integers(low, high + 1, 50))
    dtype, nodata = of(*values.tolist()).raster_type()
    assert values.astype(dtype).tolist() == values.tolist()
    assert np.array(nodata).astype(dtype) == nodata
    assert nodata not in values


def test_values_beyond_32_bits_are_refused_with_the_values():
    with pytest.raises(InputError, match=r"5000000000"):
        of(0, 5_000_000_000).raster_type()


def test_two_classes_of_one_value_are_refused():
    with pytest.raises(InputError, match=r"value 5 stands for more than one class"):
        ClassMap.of([FARM, LandClass(5, "meadow")])


def test_two_classes_of_one_name_are_refused():
    with pytest.raises(InputError, match=r"name farm stands for more than one class"):
        ClassMap.of([FARM, LandClass(6, "farm")])


def test_too_many_classes_are_refused_with_their_number():
    assert len(of(*range(MAXIMUM_CLASSES))) == MAXIMUM_CLASSES
    with pytest.raises(RasterLearnError, match=str(MAXIMUM_CLASSES + 1)):
        of(*range(MAXIMUM_CLASSES + 1))


def agree(first, second):
    ClassMap.of(first).require_agreement(ClassMap.of(second), "map", "reference")


def test_label_sets_agree_where_they_share_values_and_names():
    agree([FARM, WATER], [FARM, CITY])
    agree([FARM, WATER], [LandClass(5), LandClass(200)])
    agree([LandClass(5), LandClass(200)], [FARM, WATER])
    agree([FARM], [LandClass(5, "farm", "#000000")])


@pytest.mark.parametrize("other", [LandClass(5, "meadow"), LandClass(6, "farm")])
def test_label_sets_that_disagree_are_refused_naming_both(other):
    with pytest.raises(InputError, match=r"map and reference disagree") as error:
        agree([FARM, WATER], [other])
    assert "5 farm, 200 water" in str(error.value)
    assert f"{other.value} {other.name}" in str(error.value)


def test_describe_leaves_out_names_that_repeat_the_value():
    assert ClassMap.of([FARM, LandClass(7)]).describe() == "5 farm, 7"


def test_json_round_trip():
    classes = ClassMap.of([WATER, FARM, CITY])
    assert ClassMap.from_json(classes.to_json()) == classes


@pytest.mark.parametrize(
    "malformed",
    [None, 3, [{"value": 1}], [{"value": "x", "name": "a", "color": ""}], [7], {"value": 1}],
)
def test_malformed_json_is_refused(malformed):
    with pytest.raises(InputError, match=r"malformed"):
        ClassMap.from_json(malformed)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Wald \u200b", "Wald"),
        ("\ufeff Wasser", "Wasser"),
        ("\u00a0dry\u2003 \t grass\r\n", "dry grass"),
        ("nul\0", "nul"),
        ("so\u00adft", "soft"),
        ("Fore\u0302t", "Forêt"),
        ("\u200b \ufeff", ""),
        ("\u200b 3", "3"),
        ("for\u200cest\u200d", "forest"),
        ("می\u200cخواهم\u200c", "می\u200cخواهم"),
        ("क्\u200dष \u200b\u200d", "क्\u200dष"),
        ("👨\u200d🌾", "👨\u200d🌾"),
        ("\ue000 \U0001fbfa\uffff", "\ue000 \U0001fbfa"),
    ],
)
def test_names_are_what_people_see(name, shown):
    assert clean_name(name) == shown
    assert clean_name(shown) == shown


@pytest.mark.parametrize("text", ["0", "7", "-3", "311", str(2**63 - 1), str(1 - 2**63)])
def test_text_that_is_a_class_value(text):
    assert class_value(text) == int(text)


@pytest.mark.parametrize(
    "text",
    ["", "1.1", "1.0", "1_1", "1e1", "011", "+1", "-0", "00", "inf", "nan", "1,5", "١", "¹", " 1", "1 ", "0x1"],
)
def test_text_that_is_a_name(text):
    assert class_value(text) is None


@pytest.mark.parametrize("number", [2**63, -(2**63), 10**3000])
def test_numbers_beyond_64_bits_are_names(number):
    assert class_value(str(number)) is None


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({1: "Forest", 2: "Water", 3: "Forest"}, ["Forest (1)", "Water", "Forest (3)"]),
        ({1: "Forest", 3: "Forest", 7: "Forest (1)"}, ["Forest (1) (1)", "Forest (3)", "Forest (1)"]),
        ({1: "3", 3: ""}, ["3 (1)", ""]),
        ({1: "3", 3: "3"}, ["3 (1)", "3"]),
        ({1: "", 2: ""}, ["", ""]),
        ({-1: "a ", 2: "a\u200b"}, ["a (-1)", "a (2)"]),
    ],
)
def test_classes_that_share_a_name_are_named_after_their_values(given, names):
    found = with_distinct_names([LandClass(value, name, "#000000") for value, name in given.items()])
    assert [c.name for c in found] == names
    assert len(ClassMap.of(found)) == len(given)


def test_codes_that_are_names_of_other_values_disagree_with_these():
    codes = [LandClass(0, "1"), LandClass(1, "1.1"), LandClass(2, "2")]
    agree(codes, codes)
    agree(codes, [LandClass(2)])
    for first, second in ((codes, of(1, 2)), (of(1, 2), codes)):
        with pytest.raises(InputError, match="disagree on the class"):
            agree(first, second)
