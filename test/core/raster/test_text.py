"""Text of files in other encodings than UTF-8."""

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, ogr

from rasterlearn.core.base.progress import Progress, remarks
from rasterlearn.core.raster.classes import clean_name
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.core.raster.text import Decoder, codec_of
from rasterlearn.core.raster.virtual_raster import write_masked_vrt, write_scaled_vrt
from rasterlearn.core.samples.points import class_keys, read_points


def as_gdal_has(data):
    """What GDAL's Python makes of the bytes of a file."""
    return data.decode("utf-8", "surrogateescape")


@pytest.fixture
def said():
    events = []
    with remarks.heard_by(Progress(events.append)):
        yield events


@pytest.mark.parametrize("raw", ["", "plain", "田\x85", "Wälder – 田", "нет", "e\u0301", "\u3000", "😀"])
@pytest.mark.parametrize("encode", [str, str.encode])
def test_utf8_is_read_as_it_is_and_nothing_is_said(raw, encode, said):
    assert Decoder("a.shp").text(encode(raw)) == raw
    assert said == []


@pytest.mark.parametrize("text", ["Forêt", "Pré", "été", "10 µm", "© Institut", "100 €", "„Moor“ – naß", "a\xa0b"])
def test_windows_1252_is_assumed_and_said_once_for_a_file(text, said):
    decoder, data = Decoder("/folder/labels.tif"), text.encode("cp1252")
    assert decoder.text(as_gdal_has(data)) == decoder.text(data) == Decoder("/folder/labels.tif").text(data) == text
    assert [event["event"] for event in said] == ["info"]
    assert all(word in said[0]["text"] for word in ("“labels.tif”", "Windows-1252", text))


def test_of_a_table_the_remedy_is_named(said):
    Decoder("/folder/labels.shp", is_table=True).text("Лес".encode("cp1251"))
    assert said[0]["event"] == "warning"
    assert "“labels.cpg”" in said[0]["text"] and "Ëåñ" in said[0]["text"]


@pytest.mark.parametrize("encoding", ["cp1251", "cp1252", "cp866", "koi8-r", "gbk", "shift-jis", "cp437", "big5"])
def test_texts_that_differ_stay_different_and_none_vanishes(encoding):
    letters = [bytes([n]).decode(encoding, "ignore") for n in range(0x80, 0x100)]
    words = ["луг", "луга", "лес", "Нива", "нива", "а", "аа", "林地", "水", "草", "森", "畑", "Pré", "Prè", "û", "ÿ"]
    texts = {t for t in [*letters, *words] if t.encode(encoding, "ignore").decode(encoding) == t and t.isprintable()}
    found = {clean_name(Decoder("a.shp").text(as_gdal_has(t.encode(encoding)))) for t in texts if t.strip()}
    assert len(found) == len({t for t in texts if t.strip()})
    assert "" not in found


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("ANSI 1251", "cp1251"), ("1251", "cp1251"), ("OEM 866", "cp866"), ("GBK", "gbk"), (" cp936 ", "gbk")],
)
def test_what_the_file_declares_is_used(declared, encoding, said):
    for text in ("Лес", "Вода") if encoding != "gbk" else ("林地", "草"):
        assert Decoder("a.shp", declared, True).text(as_gdal_has(text.encode(encoding))) == text
    assert said == []


def test_encodings_that_no_one_knows_are_none():
    for name in ("", "  ", "nonsense", "99999", "zlib", "hex", "rot13", "undefined", "é", "\udce9", "a\0b", "x" * 9999):
        assert codec_of(name) == ""


def test_a_declaration_that_is_wrong_does_not_help(said):
    assert Decoder("a.shp", "UTF-8", True).text(as_gdal_has(b"Pr\xe9")) == "Pré"
    assert len(said) == 1


def test_of_utf8_that_was_cut_half_a_character_is_left(said):
    data = "Forêt de chêne".encode()[:-3]
    assert data.endswith(b"\xc3")
    assert Decoder("a.shp").text(as_gdal_has(data)) == "Forêt de ch\\xc3"
    assert Decoder("a.shp").text(as_gdal_has(b"Pr\xe9")) == "Pré", "which is no UTF-8 that was cut"


@pytest.mark.parametrize("declared", ["", "ISO-8859-1"])
@pytest.mark.parametrize("encode", [str, str.encode])
def test_iso_8859_1_means_windows_1252(declared, encode, said):
    assert Decoder("a.shp", declared).text(encode(b"\x9cuvre \x80".decode("latin-1"))) == "œuvre €"


def test_a_declared_encoding_counts_also_for_what_could_be_utf8_by_chance(said):
    assert Decoder("a.shp", "GBK", True).text(as_gdal_has("水".encode("gbk"))) == "水"
    assert said == []


@pytest.mark.parametrize("declared", ["ISO-8859-1", "ISO-8859-15", "1252"])
def test_utf8_that_is_declared_as_western_is_read_as_what_it_is_and_that_is_said_once(declared, said):
    decoder = Decoder("/folder/labels.shp", declared, True)
    texts = ["лес", "вода", "forêt", "Ağaç", "plain"]
    assert decoder.texts([as_gdal_has(text.encode()) for text in texts]) == texts
    assert ["“лес”" in event["text"] and "labels.shp" in event["text"] for event in said] == [True]


def foreign(path, was, data):
    """Replaces text in a file, and in the file beside it."""
    for file in map(Path, (path, path + ".aux.xml")):
        if file.is_file():
            file.write_bytes(file.read_bytes().replace(was, data))


@pytest.fixture
def latin(make_raster):
    """A GeoTIFF all of whose texts are Latin-1."""
    path = make_raster("scene.tif", np.arange(24, dtype=np.uint8).reshape(4, 6), nodata=0, names=["nameXX"])
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.SetMetadataItem("keyXX", "valueXX")
    band = dataset.GetRasterBand(1)
    band.SetMetadataItem("keyXX", "valueXX")
    band.SetUnitType("unitXX")
    band.SetCategoryNames(["categoryXX", "b"])
    table = gdal.RasterAttributeTable()
    table.CreateColumn("value", gdal.GFT_Integer, gdal.GFU_MinMax)
    table.CreateColumn("nameXX", gdal.GFT_String, gdal.GFU_Name)
    table.SetRowCount(1)
    table.SetValueAsString(0, 1, "classXX")
    band.SetDefaultRAT(table)
    dataset.FlushCache()
    del dataset, band
    foreign(path, b"XX", b"\xe9\xb5")
    return path


def test_a_copy_has_the_texts_in_utf8(latin, tmp_path):
    with RasterReader(latin) as reader:
        assert reader.band_names == ("nameéµ",)
        with RasterWriter(
            str(tmp_path / "copy.tif"), reader.grid, RasterProfile(1, np.uint8, 0), like=reader
        ) as writer:
            writer.write(0, 0, reader.read(reader.grid.window))
        write_masked_vrt(str(tmp_path / "masked.vrt"), reader, "m.msk", None, str(tmp_path))
        write_scaled_vrt(str(tmp_path / "scaled.vrt"), reader, [1.0], [0.0], reader.band_names, {}, str(tmp_path))
    for name in ("copy.tif", "masked.vrt"):
        dataset = gdal.Open(str(tmp_path / name))
        band = dataset.GetRasterBand(1)
        assert dataset.GetMetadata()["keyéµ"] == band.GetMetadata()["keyéµ"] == "valueéµ"
        assert (band.GetDescription(), band.GetUnitType()) == ("nameéµ", "unitéµ")
        assert band.GetCategoryNames() == ["categoryéµ", "b"]
    copy = gdal.Open(str(tmp_path / "copy.tif"))
    assert copy.GetRasterBand(1).GetDefaultRAT().GetValueAsString(0, 1) == "classéµ"
    assert gdal.Open(str(tmp_path / "scaled.vrt")).GetRasterBand(1).GetDescription() == "nameéµ"


def test_an_envi_header_in_latin_1(tmp_path):
    dataset = gdal.GetDriverByName("ENVI").Create(str(tmp_path / "a.dat"), 3, 2, 1, gdal.GDT_Byte)
    dataset.GetRasterBand(1).SetDescription("XX")
    del dataset
    header = (tmp_path / "a.hdr").read_bytes()
    (tmp_path / "a.hdr").write_bytes(header.replace(b"XX", "réflectance µm".encode("latin-1")))
    (tmp_path / "a.dat.aux.xml").unlink(missing_ok=True)
    with RasterReader(str(tmp_path / "a.dat")) as reader:
        assert reader.band_names == ("réflectance µm",)


def test_the_name_of_a_crs_in_latin_1(tmp_path, make_raster, wkt):
    name = "XX UTM"
    system = wkt("EPSG:32633").replace("WGS 84 / UTM zone 33N", name).split(',AUTHORITY["EPSG","32633"]')[0] + "]"
    vrt = f'<VRTDataset rasterXSize="2" rasterYSize="2"><SRS>{system.replace(chr(34), "&quot;")}</SRS></VRTDataset>'
    dataset = gdal.OpenEx(vrt.replace("</SRS>", '</SRS><VRTRasterBand dataType="Byte" band="1"/>'))
    assert name in dataset.GetProjection()
    path = tmp_path / "a.vrt"
    gdal.GetDriverByName("VRT").CreateCopy(str(path), dataset)
    path.write_bytes(path.read_bytes().replace(b"XX UTM", b"Syst\xe8me UTM"))
    with RasterReader(str(path)) as reader:
        assert "Système UTM" in reader.grid.crs


@pytest.fixture
def shapefile(tmp_path, wkt):
    """Writes points with a field of text in an encoding, its language driver id, and a .cpg if one is named."""

    def make(texts, encoding, field="class", cpg=None, language=0):
        path = tmp_path / "labels.shp"
        source = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(str(path))
        layer = source.CreateLayer("labels", None, ogr.wkbPoint)
        layer.CreateField(ogr.FieldDefn("FIELD", ogr.OFTString))
        for number in range(len(texts)):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetField(0, chr(65 + number) * 20)
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({number} 0)"))
            layer.CreateFeature(feature)
        del layer, source, feature
        data = bytearray(path.with_suffix(".dbf").read_bytes())
        data[29] = language
        data = data.replace(b"FIELD".ljust(11, b"\0"), field.encode(encoding).ljust(11, b"\0"))
        for number, text in enumerate(texts):
            data = data.replace(chr(65 + number).encode() * 20, text.encode(encoding).ljust(20))
        path.with_suffix(".dbf").write_bytes(data)
        path.with_suffix(".cpg").unlink(missing_ok=True)
        if cpg:
            path.with_suffix(".cpg").write_text(cpg)
        return str(path)

    return make


@pytest.mark.parametrize(
    ("encoding", "more"),
    [
        ("cp1251", {"cpg": "1251"}),
        ("cp1251", {"cpg": "ANSI 1251"}),
        ("cp1251", {"language": 0xC9}),
        ("cp866", {"language": 0x26}),
        ("cp866", {"cpg": "OEM 866"}),
        ("utf-8", {}),
        ("utf-8", {"cpg": "UTF-8"}),
    ],
)
def test_shapefiles_that_name_their_encoding_are_read_without_a_word(shapefile, encoding, more, said):
    assert read_points(shapefile(["Лес", "Вода"], encoding, **more)).fields == {"class": ["Лес", "Вода"]}
    assert said == []


@pytest.mark.parametrize("cpg", ["US-ASCII", "GBK", "UTF-8", "Shift_JIS"])
def test_a_wrong_declaration_merges_no_classes(shapefile, cpg, said):
    path = shapefile(["Pré", "Prè"], "cp1252", cpg=cpg)
    assert len(set(class_keys(read_points(path), "class"))) == 2
    assert said[0]["event"] == "warning"
    assert read_points(path).fields == {"class": ["Pré", "Prè"]}


def test_a_condition_in_a_declared_encoding_is_understood(shapefile):
    path = shapefile(["Лес", "Вода"], "cp1251", cpg="1251")
    assert read_points(path + "|subset=class = 'Лес'").fields == {"class": ["Лес"]}
    assert read_points(path + "|subset=FID = 1").fields == {"class": ["Вода"]}


def test_a_shapefile_that_does_not_has_the_names_of_its_fields_decoded_too(shapefile, said):
    assert read_points(shapefile(["Pré", "Prè"], "cp1252", field="clé")).fields == {"clé": ["Pré", "Prè"]}
    assert [event["event"] for event in said] == ["warning"]


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r"])
def test_cyrillic_classes_are_neither_lost_nor_merged(shapefile, encoding):
    words = ["Лес", "Вода", "Поле", "луг", "луга"]
    assert len(set(class_keys(read_points(shapefile(words, encoding)), "class"))) == len(words)
