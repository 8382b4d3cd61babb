"""Tables, pictures and records of our own making."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from rubricator.harvest import TableMapping
from rubricator.harvest.mapping import table_mapping


@pytest.fixture
def mapping() -> TableMapping:
    """A mapping for tables with the columns id, title and picture."""
    return table_mapping(
        {
            "dataset": "shelf",
            "identifier": "{id}",
            "picture": {"column": "picture"},
            "columns": {"id": "dc:identifier", "title": "dc:title"},
        }
    )


@pytest.fixture
def table(tmp_path: Path) -> Callable[[bytes], Path]:
    """Writes a table and gives its path."""

    def write(content: bytes) -> Path:
        path = tmp_path / "shelf.csv"
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Paints a small picture below the temporary folder."""

    def paint(name: str, colour: str = "red") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6), colour).save(path)
        return path

    return paint
