"""What the pages quote of the program is what the program says."""

import ast
import re

ROOMS = ("algorithms", "core", "host", "jobs")


def strings_of(root):
    """All text in the code that users may be shown."""
    for path in (root / "engine.py", *(p for room in ROOMS for p in (root / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_messages_are_quoted_as_they_are(root):
    page = (root / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    messages = re.findall(r"^> (.*)$", page, re.MULTILINE)
    assert len(messages) > 10
    everything = "\n".join(strings_of(root))
    for message in messages:
        for part in re.split(r"…|-?\d+", message):  # what stands for a name or a number
            assert part.strip("“” .,:()×") in everything, message


def test_pictures_of_the_tutorial_are_small(root):
    page = (root / "docs" / "tutorial.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^]]+\]\((images/\w+\.png)\)", page)
    assert len(pictures) == 7
    for picture in pictures:
        assert (root / "docs" / picture).stat().st_size < 350_000
