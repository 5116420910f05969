"""The recipes of CONTRIBUTING are complete: no other code knows a network, a strategy, a RESULT or an algorithm."""

import ast
import re

import pytest

LIMITS = {"A network": 5, "A sampling strategy": 5, "A RESULT": 5, "An algorithm": 8}
EXAMPLES = {  # words that are nobody's default
    "A network": ("unet", "patch_fcn", "two_branch"),
    "A sampling strategy": ("smallest",),
    "A RESULT": ("entropy", "confidence"),
    "An algorithm": ("degrade", "exportmodel", "comparemodels"),
}
ROOMS = ("algorithms", "core", "gui", "host", "jobs", "models")


@pytest.fixture(scope="module")
def recipes(root):
    """Title of each recipe to the paths in its list."""
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (.*)\n\n((?:- .*\n(?:  .*\n)*)+)", text, re.MULTILINE)
    return {title: re.findall(r"^- `([^`]+)`", items, re.MULTILINE) for title, items in sections}


def test_recipes_are_short(recipes):
    assert {title: len(paths) for title, paths in recipes.items()} == LIMITS


def test_files_of_recipes_exist(root, recipes):
    """Where a path has a placeholder, some file of its folder must fit."""
    for title, paths in recipes.items():
        for path in paths:
            pattern = re.sub(r"NAME|ROOM|MODULE", "*", path)
            assert list(root.glob(pattern)), (title, path)


@pytest.mark.parametrize("title", EXAMPLES)
def test_no_other_code_knows_what_a_recipe_adds(root, recipes, title):
    allowed = [re.sub(r"NAME|ROOM|MODULE", "*", path) for path in recipes[title]]
    for word in EXAMPLES[title]:
        found = {path for path in files_with(root, word) if not any(path.match(pattern) for pattern in allowed)}
        assert found == set(), word


def files_with(root, word):
    """The files of code in which the word stands as a text of its own."""
    for room in ROOMS:
        for path in (root / room).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if any(isinstance(node, ast.Constant) and node.value == word for node in ast.walk(tree)):
                yield path
