"""The house keeps its order: who may import what. Read from the source, without running it."""

import re
import sys

import pytest


@pytest.fixture
def house(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "scripts"))
    import house

    return house


def test_rooms_import_only_what_they_may(house):
    assert {path.parent.name for path in house.files_of("core")} - {"core"} <= set(house.MAY_IMPORT)
    assert house.climbing() == []


def test_no_room_that_works_knows_who_does_the_work(house):
    """Neither do its words; see core/base/pool.py."""
    for path in house.files_of("core/images", "core/samples", "core/mapping"):
        assert not re.search("dask|cluster|slurm", path.read_text(encoding="utf-8"), re.IGNORECASE), path


def test_no_room_may_import_in_a_circle(house):
    """MAY_IMPORT itself goes one way: what a room may import never may import it."""
    for room, allowed in house.MAY_IMPORT.items():
        assert not [other for other in allowed if room in house.MAY_IMPORT[other]], room


def test_no_module_imports_itself_by_way_of_others(house):
    assert house.circles() == []


def test_libraries_stay_in_their_rooms(house):
    assert house.astray() == []


def test_the_engine_never_imports_qgis(house):
    for path in house.files_of("core", "models", "jobs"):
        assert not {i.module.split(".")[0] for i in house.imports_of(path)} & {"qgis", "PyQt5", "PyQt6", "processing"}


def test_the_qgis_side_never_imports_what_the_engine_works_with(house, root):
    heavy = {"tensorflow", "keras", "sklearn", "numpy", "matplotlib", "osgeo", "h5py", "scipy"}
    for path in [*house.files_of("algorithms", "gui", "host"), root / "plugin.py", root / "__init__.py"]:
        assert not {i.module.split(".")[0] for i in house.imports_of(path) if not i.level} & heavy, path


def test_the_qgis_side_knows_of_the_core_its_base_only(house, root):
    for path in [*house.files_of("algorithms", "gui", "host"), root / "plugin.py"]:
        for imported in house.imports_of(path):
            for target in house.targets_of(path, imported):
                assert not target.startswith("core.") or target.startswith("core.base."), (path, target)


def test_what_the_desktop_shows_is_loaded_when_it_is_shown(house, root):
    """qgis_process has no windows; and QGIS starts faster."""
    for path in [*house.files_of("algorithms", "host"), root / "plugin.py", root / "__init__.py"]:
        tops = {i.module.split(".")[0] for i in house.imports_of(path) if i.level and i.at_top}
        assert "gui" not in tops, path
    for path in house.files_of("algorithms", "host"):
        assert not [i for i in house.imports_of(path) if i.level and i.module.split(".")[0] == "gui"], path


def test_what_qgis_shares_with_the_engine_needs_the_standard_library_only(house, root):
    """Everything of core, jobs and models that the QGIS side imports, and what that imports at the top, in turn."""

    def shared_by(path, at_top_only):
        imported = [i for i in house.imports_of(path) if i.at_top or not at_top_only]
        targets = set().union(*(house.targets_of(path, i) for i in imported))
        return {t for t in targets if t.split(".")[0] in ("core", "jobs", "models")}

    waiting = set().union(*(shared_by(path, False) for path in house.files_of("algorithms", "gui", "host")))
    assert waiting
    seen = set()
    while waiting:
        module = waiting.pop()
        seen.add(module)
        path = root.joinpath(*module.split(".")).with_suffix(".py")
        for imported in house.imports_of(path):
            if imported.at_top and not imported.level:
                assert imported.module.split(".")[0] in sys.stdlib_module_names, (module, imported.module)
        waiting |= shared_by(path, True) - seen


def test_architectures_load_keras_only_when_they_build(house):
    for path in house.files_of("models"):
        tops = {i.module.split(".")[0] for i in house.imports_of(path) if i.at_top}
        assert not tops & {"keras", "tensorflow"}, path


def test_nothing_is_ever_unpickled(house):
    for path in house.files_of("core", "models", "algorithms", "jobs", "host"):
        assert not {i.module for i in house.imports_of(path)} & {"pickle", "joblib", "dill", "shelve", "marshal"}
        assert "allow_pickle=True" not in path.read_text(encoding="utf-8")
