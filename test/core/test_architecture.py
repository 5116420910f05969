"""The house keeps its order: who may import what. Read from the source, without running it."""

import ast
import sys

import pytest

ALLOWED_EVERYWHERE = {"numpy", "keras", "tensorflow", "rasterlearn"}
ONLY_IN = {
    "osgeo": {"raster", "vectors", "check"},
    "sklearn": {"forest", "check"},
    "scipy": {"leakage", "check"},
    "h5py": {"weights_file", "check"},
    "matplotlib": {"plots"},
    "jinja2": {"report", "slurm"},
    "google": {"graph_file", "saved_model_reader"},  # protobuf, which TensorFlow brings
    "onnx": {"onnx_export"},
    "tf2onnx": {"onnx_export"},
    "dask": {"cluster", "jobqueue"},
    "distributed": {"cluster", "jobqueue"},
    "dask_jobqueue": {"jobqueue"},
}
TENSORFLOW_INSIDE_FUNCTIONS_OF = {
    "training", "fitting", "scoring", "networks", "threads", "augmentation", "folding", "dense", "evaluation",
    "devices", "network_file", "objective", "model_inputs", "deep_features", "check", "graph_file", "operations",
    "running_graph", "saved_model_reader", "serving", "saved_model_writer", "onnx_export", "replicas",
}  # fmt: skip

# From the ground up: a module imports only from lower floors.
FLOORS = [
    {"errors", "version", "plain_json", "weights_file", "colors", "deviations"},
    {"archive", "network_grammar", "limits", "image_set", "workers"},
    {"model_card"},
    {"gaps", "progress", "files", "npz_file", "blocks", "views", "taps", "devices", "pipeline", "forest_evaluator"}
    | {"spatial_split", "augmentation", "folding", "neighborhood", "graph_use", "operations", "continuous"},
    {"grid", "classes", "forest", "network_file", "field", "dense", "plan", "label_rows", "balancing", "calibration"}
    | {"threads", "graph_file", "probing", "meeting", "replicas", "slurm", "similarity"},
    {"raster", "style", "metrics", "evaluation", "strategies", "running_graph", "saved_model_reader"} | {"jobqueue"},
    {"statistics", "vectors", "journal", "overlay", "leakage", "cutting", "areas", "plots"}
    | {"graph_evaluation", "wanted", "cluster"},
    {"normalization", "degrading", "labels", "folds", "map_blocks", "judged_area", "masking"},
    {"source", "sampling", "grid_samples", "forest_tuning", "gap_laying", "gap_filling"},
    {"target"},
    {"encoding", "block_reader", "scenes", "patches", "model_file", "imported_sources", "exported_description"},
    {"inference", "extraction", "model_inputs", "networks", "graph_mapping", "importing", "stac"},
    {"values", "trained", "model_evaluation", "check", "scoring", "serving"},
    {"objective"},
    {"report", "mapping", "deep_features", "fitting", "saved_model_writer", "onnx_export"},
    {"graph_training", "exporting", "batch"},
    {"training", "forest_training", "accuracy", "value_accuracy", "class_statistics"},
    {"landcover", "comparison", "cluster_mapping", "cluster_batch", "cluster_statistics"} | {"cluster_patches"},
]


def imports_of(path):
    """(module, at the top level?, relative level) of each import; those for type checkers only are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    checking = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and getattr(block.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    top = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if id(node) in checking:
            continue
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in top, 0) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found += [(name, id(node) in top, node.level) for name in names]
    return found


def modules(root, room):
    return {p.stem: p for p in sorted((root / room).glob("*.py"))}


def test_every_module_of_the_core_has_its_floor(root):
    assert set().union(*FLOORS) == set(modules(root, "core")) - {"__init__"}


def test_imports_inside_the_core_go_down(root):
    floor = {name: i for i, names in enumerate(FLOORS) for name in names}
    climbing = [
        (name, target)
        for name, path in modules(root, "core").items()
        for target, _, level in imports_of(path)
        if level == 1 and target in floor and floor[target] >= floor[name]
    ]
    assert climbing == []


@pytest.mark.parametrize("room", ["core", "models"])
def test_the_engine_never_imports_qgis(root, room):
    for path in modules(root, room).values():
        assert not [m for m, _, _ in imports_of(path) if m.split(".")[0] in ("qgis", "PyQt5", "PyQt6", "processing")], (
            path
        )


def test_the_qgis_side_never_imports_what_the_engine_works_with(root):
    heavy = {"tensorflow", "keras", "sklearn", "numpy", "matplotlib", "osgeo", "h5py", "scipy"}
    rooms = [*modules(root, "algorithms").values(), *modules(root, "gui").values()]
    for path in [*rooms, root / "plugin.py", root / "__init__.py"]:
        assert not [m for m, _, level in imports_of(path) if level == 0 and m.split(".")[0] in heavy], path


def test_what_the_desktop_shows_is_loaded_when_it_is_shown(root):
    """qgis_process has no windows; and QGIS starts faster."""
    for path in [*modules(root, "algorithms").values(), root / "plugin.py", root / "__init__.py"]:
        assert not [m for m, at_top, level in imports_of(path) if level and at_top and m.split(".")[0] == "gui"], path
    for path in modules(root, "algorithms").values():
        assert not [m for m, _, level in imports_of(path) if level and m.split(".")[0] == "gui"], path


def test_what_qgis_shares_with_the_core_needs_the_standard_library_only(root):
    """Everything that algorithms/ imports from core/, and what that imports at the top, in turn."""
    core = modules(root, "core")
    shared = set()
    for path in modules(root, "algorithms").values():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 2 and (node.module or "").startswith("core"):
                shared |= {node.module[5:]} if len(node.module) > 4 else {alias.name for alias in node.names}
    assert shared
    waiting, seen = list(shared), set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for target, at_top, level in imports_of(core[name]):
            if level == 1 and at_top and target not in seen:
                waiting.append(target)
            elif level == 0 and at_top:
                assert target.split(".")[0] in sys.stdlib_module_names, (name, target)


def test_libraries_stay_in_their_rooms(root):
    for name, path in modules(root, "core").items():
        for module, at_top, level in imports_of(path):
            library = module.split(".")[0]
            if level or library in sys.stdlib_module_names:
                continue
            assert library in ALLOWED_EVERYWHERE | set(ONLY_IN), (name, library)
            assert name in ONLY_IN.get(library, {name}), (name, library)
            if library in ("tensorflow", "keras"):
                assert name in TENSORFLOW_INSIDE_FUNCTIONS_OF and not at_top, (name, library)


def test_architectures_load_keras_only_when_they_build(root):
    for path in modules(root, "models").values():
        assert not [m for m, at_top, _ in imports_of(path) if at_top and m.split(".")[0] in ("keras", "tensorflow")]


def test_nothing_is_ever_unpickled(root):
    for room in ("core", "models", "algorithms"):
        for path in modules(root, room).values():
            assert not {m for m, _, _ in imports_of(path)} & {"pickle", "joblib", "dill", "shelve", "marshal"}
            assert "allow_pickle=True" not in path.read_text()
