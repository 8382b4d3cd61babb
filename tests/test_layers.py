"""Holds the imports of the code to the table in CONTRIBUTING.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE, SERVICE = ROOT / "src" / "rubricator", ROOT / "service" / "rubricator_service"


def table() -> dict[str, set[str]]:
    """Which rooms each room may import, as the table says."""
    allowed: dict[str, set[str]] = {}
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for room, imports in re.findall(r"(?m)^\| `(\w+)` \|.*\| (.*) \|$", text):
        allowed[room] = set(re.findall(r"`(\w+)`", imports)) | (set(allowed) if "all above" in imports else set())
    return allowed


def rooms() -> dict[str, list[Path]]:
    """The files of each room."""
    folders = [path.parent for path in PACKAGE.glob("*/__init__.py")]
    return {folder.name: sorted(folder.rglob("*.py")) for folder in (*folders, SERVICE)}


def imported(file: Path) -> Iterator[str]:
    """The rooms, and the modules beside them, that a file imports anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            package, _, rest = name.partition(".")
            if package == "rubricator":
                yield rest.partition(".")[0]
            elif package == SERVICE.name:
                yield SERVICE.name


def test_the_table_names_every_room() -> None:
    assert set(rooms()) == set(table())


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_only_what_the_table_allows(room: str) -> None:
    allowed, every = table()[room] | {room}, set(rooms())
    strange = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in rooms()[room]
        for name in imported(file)
        if name in every - allowed
    }

    assert set() == strange


def test_the_table_allows_nothing_that_no_code_needs() -> None:
    needless = {
        f"{room}: {name}"
        for room, allowed in table().items()
        if room not in ("pipeline", "cli")
        for name in allowed - {name for file in rooms()[room] for name in imported(file)}
    }

    assert set() == needless


def test_the_modules_beside_the_rooms_import_no_room() -> None:
    strange = {f"{file.name} imports {name}" for file in PACKAGE.glob("[!_]*.py") for name in imported(file)}

    assert set() == {line for line in strange if line.split()[-1] in rooms()}
