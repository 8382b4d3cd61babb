"""A head is written whole, or what was there before stays."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rubricator.classifier.errors import ModelError
from rubricator.classifier.head import FILE, WEIGHTS, read_head, write_head
from rubricator.errors import UsageError

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")
CARD = {"concepts": ["map", "toy"], "model_key": "of a model"}
_KILLED_WRITING = """
import os, signal, sys
from pathlib import Path
import torch
from rubricator.classifier.head import write_head

os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
write_head(Path(sys.argv[1]), "second", {"concepts": ["map", "toy"], "model_key": "k"}, torch.ones(2, 4), torch.ones(2))
"""


def test_a_head_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_head(tmp_path / "new" / "head", "first", CARD, torch.eye(2), torch.tensor([0.5, -0.5]))

    head = read_head(tmp_path / "new" / "head")

    assert ("first", ("map", "toy"), "of a model") == (head.name, head.concepts, head.model_key)
    assert torch.equal(torch.eye(2), head.weight)


def test_killed_while_another_is_written_the_head_that_was_there_stays(tmp_path: Path) -> None:
    write_head(tmp_path, "first", CARD, torch.eye(2), torch.zeros(2))

    killed = subprocess.run([sys.executable, "-c", _KILLED_WRITING, str(tmp_path)], check=False, timeout=120)

    assert -signal.SIGKILL == killed.returncode
    assert "first" == read_head(tmp_path).name


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="Cannot make the folder"):
        write_head(tmp_path / "file" / "head", "first", CARD, torch.eye(2), torch.zeros(2))


def test_nothing_but_weights_and_card_is_left(tmp_path: Path) -> None:
    write_head(tmp_path, "first", CARD, torch.eye(2), torch.zeros(2))

    assert {FILE, WEIGHTS} == {file.name for file in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        (FILE, None, r"There is no file .*head\.json; give a folder that `rubricator train` wrote"),
        (FILE, b"{", "is no JSON, or was cut off"),
        (FILE, b"{}", "has no name and no concepts and no model_key"),
        (WEIGHTS, None, "cannot be read"),
        (WEIGHTS, b"cut", "is cut off"),
    ],
)
def test_what_is_no_head_is_refused_in_a_sentence(
    tmp_path: Path, file: str, content: bytes | None, sentence: str
) -> None:
    write_head(tmp_path, "first", CARD, torch.eye(2), torch.zeros(2))
    (tmp_path / file).unlink()
    if content is not None:
        (tmp_path / file).write_bytes(content)

    with pytest.raises(ModelError, match=sentence) as refused:
        read_head(tmp_path)
    assert "Error(" not in str(refused.value)
