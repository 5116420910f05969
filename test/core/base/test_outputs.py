"""Outputs that appear complete or not at all."""

import errno
import os
import sqlite3
import stat
from contextlib import closing

import pytest

from rasterlearn.core.base import outputs
from rasterlearn.core.base.errors import OutputError


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_outputs_and_side_files_appear_together(tmp_path):
    with outputs.replacing(str(tmp_path / "a.tif"), None, str(tmp_path / "b.csv")) as (a, nothing, b):
        assert nothing == ""
        for path in (a, a + ".aux.xml", b):
            with open(path, "w") as file:
                file.write("new")
        assert not (tmp_path / "a.tif").exists()
    assert names(tmp_path) == ["a.tif", "a.tif.aux.xml", "b.csv"]


def test_after_an_error_the_old_output_is_still_there(tmp_path):
    (tmp_path / "a.tif").write_text("old")
    with pytest.raises(KeyError), outputs.replacing(str(tmp_path / "a.tif")) as (a,):
        with open(a, "w") as file:
            file.write("half")
        raise KeyError
    assert names(tmp_path) == ["a.tif"]
    assert (tmp_path / "a.tif").read_text() == "old"


def test_side_files_of_the_replaced_output_are_removed(tmp_path):
    for name in ("a.tif", "a.tif.aux.xml", "a.tif.ovr", "a.qml"):
        (tmp_path / name).write_text("old")
    with outputs.replacing(str(tmp_path / "a.tif")) as (a,), open(a, "w") as file:
        file.write("new")
    assert names(tmp_path) == ["a.qml", "a.tif"]


def test_nested_outputs_follow_the_outer_one(tmp_path):
    with pytest.raises(ZeroDivisionError), outputs.replacing(str(tmp_path / "a")) as (outer,):
        with outputs.replacing(outer) as (inner,), open(inner, "w") as file:
            file.write("x")
        assert os.path.exists(outer)
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_folder_that_does_not_exist(tmp_path):
    with pytest.raises(OutputError, match="does not exist"), outputs.replacing(str(tmp_path / "no" / "a")):
        pass


def test_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.access(tmp_path, os.W_OK):  # root may write everywhere
        monkeypatch.setattr(outputs.tempfile, "mkdtemp", refuse)
    with pytest.raises(OutputError, match="cannot be written to: Permission denied"):
        with outputs.replacing(str(tmp_path / "a")):
            pass
    tmp_path.chmod(stat.S_IRWXU)


def test_two_outputs_of_one_name(tmp_path):
    with pytest.raises(OutputError, match="same path"), outputs.replacing(str(tmp_path / "a"), str(tmp_path / "a")):
        pass


def test_a_full_disk_is_reported_and_leaves_nothing(tmp_path):
    with pytest.raises(OutputError, match="free space"), outputs.replacing(str(tmp_path / "a")):
        with open("/dev/full", "w") as full:
            full.write("x" * 100000)
    assert names(tmp_path) == []


def test_unfinished_outputs_are_removed_on_demand(tmp_path):
    with outputs.workspace() as folder, outputs.replacing(str(tmp_path / "a")) as (a,):
        outputs.remove_unfinished()
        assert not os.path.exists(folder)
        assert not os.path.exists(os.path.dirname(a))
        os.makedirs(os.path.dirname(a))
        open(a, "w").close()


def test_what_a_killed_job_left_is_found_by_its_name(tmp_path):
    (tmp_path / ".rasterlearn-job1-abc").mkdir()
    (tmp_path / ".rasterlearn-job1-abc" / "half.tif").touch()
    (tmp_path / ".rasterlearn-job2-abc").mkdir()
    outputs.remove_unfinished_of("job1", {str(tmp_path)})
    assert names(tmp_path) == [".rasterlearn-job2-abc"]


def test_the_folder_of_a_job_is_removed_only_if_qgis_made_it(tmp_path):
    for name in ("rasterlearn-job-abc", "mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "job.json").touch()
        outputs.remove_job_folder(str(tmp_path / name / "job.json"))
    outputs.remove_job_folder(str(tmp_path / "rasterlearn-job-gone" / "job.json"))
    assert names(tmp_path) == ["mine"]


def test_rasterlearns_own_style_of_a_replaced_map_is_removed_but_the_users_stays(tmp_path):
    for name, text in (("a.qml", outputs.STYLE_MARK), ("b.qml", "<qgis/>")):
        (tmp_path / name).write_text(text)
    with outputs.replacing(str(tmp_path / "a.tif"), str(tmp_path / "b.tif")) as paths:
        for path in paths:
            open(path, "w").close()
    assert names(tmp_path) == ["a.tif", "b.qml", "b.tif"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("a.png", "must end in .tif or .tiff"), ("no/a.tif", "does not exist"), ("folder.tif", "a folder")],
)
def test_outputs_that_cannot_be_written_are_refused_beforehand(tmp_path, name, words):
    (tmp_path / "folder.tif").mkdir()
    with pytest.raises(OutputError, match=words):
        outputs.require_writable(str(tmp_path / name), (".tif", ".tiff"))


def test_a_style_of_the_user_is_never_replaced(tmp_path):
    (tmp_path / "a.qml").write_text("<qgis/>")
    with outputs.replacing(str(tmp_path / "a.tif")) as (a,):
        for path in (a, a.replace(".tif", ".qml")):
            with open(path, "w") as file:
                file.write(outputs.STYLE_MARK)
    assert (tmp_path / "a.qml").read_text() == "<qgis/>"


def test_a_report_beside_a_map_leaves_the_maps_style(tmp_path):
    (tmp_path / "a.qml").write_text(outputs.STYLE_MARK)
    with outputs.replacing(str(tmp_path / "a.html")) as (a,):
        open(a, "w").close()
    assert names(tmp_path) == ["a.html", "a.qml"]


def test_two_paths_to_one_output(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    paths = [str(tmp_path / folder / "a") for folder in ("folder", "link")]
    with pytest.raises(OutputError, match="same path"), outputs.replacing(*paths):
        pass


def filled(folder, *entries):
    folder.mkdir()
    for entry in entries:
        (folder / entry).write_text("old")
    return folder


def test_a_folder_replaces_an_older_savedmodel(tmp_path):
    target = filled(tmp_path / "served", "saved_model.pb", "fingerprint.pb")
    with outputs.replacing(str(target) + os.sep) as (temporary,):
        os.mkdir(temporary)
        with open(os.path.join(temporary, "saved_model.pb"), "w") as file:
            file.write("new")
        assert (target / "saved_model.pb").read_text() == "old"
    assert names(tmp_path) == ["served"]
    assert names(target) == ["saved_model.pb"]
    assert (target / "saved_model.pb").read_text() == "new"


@pytest.mark.parametrize("entries", [("notes.txt",), ("saved_model.pb", "notes.txt"), ("assets",)])
def test_a_folder_with_anything_else_in_it_stays(tmp_path, entries):
    target = filled(tmp_path / "mine", *entries)
    with pytest.raises(OutputError, match="not empty"):
        outputs.require_writable_folder(str(target))
    with pytest.raises(OutputError, match="not empty"), outputs.replacing(str(target)) as (temporary,):
        os.mkdir(temporary)
    assert names(target) == sorted(entries)
    assert names(tmp_path) == ["mine"]


def test_a_file_never_replaces_a_folder(tmp_path):
    target = filled(tmp_path / "served", "saved_model.pb")
    with pytest.raises(OutputError), outputs.replacing(str(target)) as (temporary,):
        with open(temporary, "w") as file:
            file.write("new")
    assert names(target) == ["saved_model.pb"]


def test_folders_that_cannot_be_made_are_refused_beforehand(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is a file"):
        outputs.require_writable_folder(str(tmp_path / "file"))
    with pytest.raises(OutputError, match="does not exist"):
        outputs.require_writable_folder(str(tmp_path / "no" / "served"))
    outputs.require_writable_folder(str(tmp_path / "new"))
    outputs.require_writable_folder(str(filled(tmp_path / "empty")))


def test_a_folder_that_outputs_are_put_into(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is a file"):
        outputs.require_writable_into(str(tmp_path / "file"))
    with pytest.raises(OutputError, match="does not exist"):
        outputs.require_writable_into(str(tmp_path / "no" / "maps"))
    outputs.require_writable_into(str(tmp_path / "new"))
    outputs.require_writable_into(str(filled(tmp_path / "full", "a.tif")))
    assert names(tmp_path) == ["file", "full"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "free space"),
        (errno.EACCES, "Check the permissions"),
        (errno.EISDIR, "Could not write .*: Is a directory"),
    ],
)
def test_the_advice_follows_the_reason(tmp_path, number, words):
    with pytest.raises(OutputError, match=words) as caught, outputs.replacing(str(tmp_path / "a")):
        raise OSError(number, os.strerror(number))
    assert ("free space" in str(caught.value)) == (number == errno.ENOSPC)


def database(path, *tables, rows=0):
    """An SQLite database with tables that are listed as those of a GeoPackage are."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT)")
        for table in tables:
            base.execute(f'CREATE TABLE "{table}" (fid INTEGER)')
            base.execute("INSERT INTO gpkg_contents VALUES (?, 'features', ?)", (table, table))
            base.executemany(f'INSERT INTO "{table}" VALUES (?)', [(i,) for i in range(rows)])
    return str(path)


def tables_of(path):
    with closing(sqlite3.connect(path)) as base:
        return {
            name: base.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in base.execute("SELECT table_name FROM gpkg_contents")
        }


@pytest.mark.parametrize("others", [("roads",), ("roads", "parcels"), ("project", "roads"), ("qgis_projects",)])
def test_a_geopackage_with_other_layers_is_not_replaced(tmp_path, others):
    path = database(tmp_path / "project.gpkg", *others, rows=2)
    before = (tmp_path / "project.gpkg").read_bytes()
    with pytest.raises(OutputError, match=f"also holds .*{others[-1]}"):
        outputs.require_no_other_layer(path)
    with pytest.raises(OutputError, match="also holds"), outputs.replacing(path) as (made,):
        database(made, "project")
    assert (tmp_path / "project.gpkg").read_bytes() == before
    assert names(tmp_path) == ["project.gpkg"]


@pytest.mark.parametrize("older", [("points",), ("Points",), ("points", "qgis_projects"), ()])
def test_a_geopackage_with_the_output_only_is_replaced(tmp_path, older):
    path = database(tmp_path / "points.gpkg", *older)
    with outputs.replacing(path) as (made,):
        database(made, "points", rows=3)
    assert tables_of(path) == {"points": 3}


@pytest.mark.parametrize("contents", [b"", b"no database at all", b"SQLite format 3\0" + bytes(50)])
def test_what_is_no_geopackage_is_replaced_as_any_file(tmp_path, contents):
    (tmp_path / "a.gpkg").write_bytes(contents)
    with outputs.replacing(str(tmp_path / "a.gpkg")) as (made,):
        database(made, "a")
    assert tables_of(tmp_path / "a.gpkg") == {"a": 0}


def test_styles_that_qgis_keeps_in_a_geopackage_survive(tmp_path):
    path = database(tmp_path / "points.gpkg", "points", "layer_styles", rows=2)
    with outputs.replacing(path) as (made,):
        database(made, "points", rows=5)
    assert tables_of(path) == {"points": 5, "layer_styles": 2}


def test_a_geopackage_that_another_program_writes_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(outputs, "SECONDS_FOR_A_LOCK", 0)
    path = database(tmp_path / "points.gpkg", "points", rows=1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OutputError, match="cannot be looked into: database is locked. Close the program"):
            outputs.require_no_other_layer(path)
    assert tables_of(path) == {"points": 1}


@pytest.mark.parametrize(
    ("ending", "others", "content", "kept"),
    [
        (".tif", [".gpkg"], "<renderer-v2", True),  # of the points
        (".gpkg", [".tif"], "<rasterrenderer", True),
        (".gpkg", [".tiff", ".vrt"], "<rasterrenderer", True),
        (".tif", [".gpkg"], "<rasterrenderer", False),
        (".tif", [], "<renderer-v2", False),
        (".gpkg", [".gpkg"], "<renderer-v2", False),
    ],
)
def test_a_style_that_belongs_to_another_file_of_the_name_is_kept(tmp_path, ending, others, content, kept):
    for other in others:
        (tmp_path / f"a{other}").write_text("")
    (tmp_path / "a.qml").write_text(f"{outputs.STYLE_MARK}<qgis>{content}</qgis>")
    assert (str(tmp_path / "a.qml") in outputs.replaced_by(str(tmp_path / f"a{ending}"))) != kept
    with outputs.replacing(str(tmp_path / f"a{ending}")) as (made,):
        for path in (made, made.replace(ending, ".qml")):
            with open(path, "w") as file:
                file.write("new")
    assert ((tmp_path / "a.qml").read_text() == "new") != kept
