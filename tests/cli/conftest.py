from pathlib import Path

import pytest

from rubricator.settings import Settings
from tests.fakes.program import Rubricator, program


@pytest.fixture
def rubricator(settings: Settings, tmp_path: Path) -> Rubricator:
    directory = tmp_path / "cwd"
    directory.mkdir()
    return program(settings, directory)
