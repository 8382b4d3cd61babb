"""What our code imports is declared, and nothing comes only because something else happens to bring it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = {"rubricator", "rubricator_service"}


def imported() -> Iterator[tuple[str, Path]]:
    """The packages of others that each of our files imports, those for type checkers alone left out."""
    for path in (*(ROOT / "src").rglob("*.py"), *(ROOT / "service" / "rubricator_service").rglob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            yield from ((name.partition(".")[0], path.relative_to(ROOT)) for name in names)


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    return {re.split(r"[^\w.-]", one)[0].lower().replace("_", "-") for one in wanted}


def test_every_import_is_declared() -> None:
    distributions = packages_distributions()
    known = OURS | set(sys.stdlib_module_names) | {"_typeshed"}
    missing = {
        f"{name} in {path}"
        for name, path in imported()
        if name not in known
        and not {one.lower().replace("_", "-") for one in distributions.get(name, [name])} & declared()
    }

    assert set() == missing
