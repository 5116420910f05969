"""The figures of the house: python3 scripts/house.py (with --check, exit code 1 beyond a limit).

Counts the files of each folder, the lines of each file, the parameters and lines of each function, and reads the
imports: MAY_IMPORT and LIBRARIES say who may import what, one line per room. Reads the source without running it; needs
no QGIS.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

ROOT = Path(__file__).resolve().parent.parent

BELOW_SAMPLES = {"base", "raster", "images"}
BELOW_EVALUATION = BELOW_SAMPLES | {"model"}
BELOW_MAPPING = BELOW_EVALUATION | {"evaluation"}
BELOW_LEARNING = BELOW_MAPPING | {"samples", "judging"}
MAY_IMPORT = {  # the rooms of core
    "base": set(),
    "raster": {"base"},
    "images": {"base", "raster"},
    "samples": BELOW_SAMPLES,
    "model": BELOW_SAMPLES,
    "evaluation": BELOW_EVALUATION,
    "judging": BELOW_MAPPING | {"samples"},
    "learning": BELOW_LEARNING,
    "mapping": BELOW_MAPPING,
    "products": BELOW_SAMPLES | {"samples", "judging"},
    "exchange": BELOW_MAPPING,
    "chains": BELOW_LEARNING | {"learning", "mapping", "products", "exchange"},
}
# Pools that share work out among processes are made by jobs; other rooms are handed a `Pool`.
MAKE_POOLS = {"core.base.cluster", "core.base.slurm_workers"}
MAY_MAKE_POOLS = {"base", "chains"}

# Which room may use which library; a module that only names versions (chains/engine_check) may use all of them.
LIBRARIES = {
    "numpy": set(MAY_IMPORT),
    "osgeo": {"raster", "samples", "chains"},
    "scipy": {"samples", "chains"},
    "sklearn": {"learning", "chains"},
    "h5py": {"model", "chains"},
    "google": {"model", "exchange"},  # protobuf, which TensorFlow brings
    "onnx": {"exchange"},
    "tf2onnx": {"exchange"},
    "matplotlib": {"judging"},
    "jinja2": {"base"},
    "dask": {"base"},
    "distributed": {"base"},
    "dask_jobqueue": {"base"},
    "tensorflow": {"base", "model", "evaluation", "learning", "exchange", "chains"},
    "keras": {"base", "model", "evaluation", "learning", "exchange", "chains"},
}
INSIDE_FUNCTIONS = {"tensorflow", "keras", "jinja2", "dask", "distributed", "dask_jobqueue", "matplotlib", "sklearn"}

MOST_FILES, MOST_LINES, MOST_PARAMETERS, MOST_FUNCTION_LINES = 22, 450, 7, 60
FILE_PER_COMMAND = {"jobs", "algorithms"}  # one file for each command, so they grow with the product
CODE = ("algorithms", "core", "gui", "host", "jobs", "models")


class Import(NamedTuple):
    """One imported module: its dotted name, relative level, names taken from it, and whether at the top of a file."""

    module: str
    level: int
    names: tuple[str, ...]
    at_top: bool


def imports_of(path: Path) -> list[Import]:
    """All imports of a file, those for type checkers included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, 0, (), id(node) in top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            found.append(Import(node.module or "", node.level, names, id(node) in top))
    return found


def files_of(*folders: str) -> list[Path]:
    """The Python files below these folders."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def targets_of(path: Path, imported: Import) -> set[str]:
    """The modules of this project that an import names, dotted from the root: core.raster.grid."""
    if not imported.level:
        return set()
    package = path.relative_to(ROOT).with_suffix("").parts[: -imported.level]
    base = [*package, *(imported.module.split(".") if imported.module else [])]
    found = set()
    for name in imported.names:
        for parts in ([*base, name], base):
            if ROOT.joinpath(*parts).with_suffix(".py").is_file():
                found.add(".".join(parts))
                break
    return found


def climbing() -> list[str]:
    """Imports within core that MAY_IMPORT or MAY_MAKE_POOLS does not allow."""
    found = []
    for path in files_of("core"):
        room = path.parent.name
        if room not in MAY_IMPORT:
            continue
        for imported in imports_of(path):
            for target in targets_of(path, imported):
                other = target.split(".")[1] if target.startswith("core.") else target.split(".")[0]
                allowed = {room, *MAY_IMPORT[room], *({"models"} if room in ("learning", "chains") else ())}
                if other not in allowed or (target in MAKE_POOLS and room not in MAY_MAKE_POOLS):
                    found.append(f"{path.relative_to(ROOT)} imports {target}")
    return found


def astray() -> list[str]:
    """Libraries that are used outside their rooms, or loaded at the top of a file where they must not be."""
    found = []
    for path in files_of("core"):
        for imported in imports_of(path):
            library = imported.module.split(".")[0]
            if imported.level or library in sys.stdlib_module_names:
                continue
            if path.parent.name not in LIBRARIES.get(library, ()):
                found.append(f"{path.relative_to(ROOT)} uses {library}")
            elif imported.at_top and library in INSIDE_FUNCTIONS:
                found.append(f"{path.relative_to(ROOT)} loads {library} at the top")
    return found


def circles() -> list[str]:
    """Modules that import each other, directly or through others, as “a > b > a”."""
    graph = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): set().union(
            *(targets_of(path, imported) for imported in imports_of(path))
        )
        for path in files_of(*CODE)
    }
    found, state = [], {}

    def visit(module: str, trail: list[str]) -> None:
        state[module] = "open"
        for target in sorted(graph.get(module, ())):
            if state.get(target) == "open":
                found.append(" > ".join([*trail[trail.index(target) :], target]))
            elif target not in state:
                visit(target, [*trail, target])
        state[module] = "done"

    for module in graph:
        if module not in state:
            visit(module, [module])
    return found


def functions() -> Iterator[tuple[str, int, int]]:
    """(file:name, parameters, lines) of each function outside the tests; self and cls do not count."""
    for path in files_of(*CODE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
                count = len([name for name in names if name not in ("self", "cls")])
                yield f"{path.relative_to(ROOT)}:{node.name}", count, (node.end_lineno or 0) - node.lineno + 1


def beyond_the_limits() -> list[str]:
    """Everything that is larger than allowed."""
    found = []
    for folder in sorted({path.parent for path in files_of(*CODE)}):
        count = len(list(folder.glob("*.py")))
        if count > MOST_FILES and folder.name not in FILE_PER_COMMAND:
            found.append(f"{folder.relative_to(ROOT)} has {count} files; at most {MOST_FILES}")
    for path in files_of("core"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES:
            found.append(f"{path.relative_to(ROOT)} has {lines} lines; at most {MOST_LINES}")
    for name, parameters, lines in functions():
        if parameters > MOST_PARAMETERS:
            found.append(f"{name} has {parameters} parameters; at most {MOST_PARAMETERS}")
        if lines > MOST_FUNCTION_LINES:
            found.append(f"{name} has {lines} lines; at most {MOST_FUNCTION_LINES}")
    return found


def figures() -> list[str]:
    """The lines that `make house` prints."""
    rows = []
    for folder in sorted({path.parent for path in files_of(*CODE)}):
        paths = list(folder.glob("*.py"))
        lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in paths]
        rows.append(
            f"{folder.relative_to(ROOT)!s:20} {len(paths):3} files {sum(lines):6} lines, largest {max(lines):4}"
        )
    sizes = list(functions())
    rows.append(f"most parameters: {max((count, name) for name, count, _ in sizes)}")
    rows.append(f"longest function: {max((lines, name) for name, _, lines in sizes)}")
    return rows


def main() -> int:
    print("\n".join(figures()))
    faults = [*climbing(), *astray(), *(f"circle: {c}" for c in circles()), *beyond_the_limits()]
    print("\n".join(faults) or "Everything is within the limits.")
    return 1 if faults and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
