"""A checkpoint is whole or not there, and only its own training goes on from it."""

from pathlib import Path

import pytest

from rubricator.classifier.training.checkpoint import FILE, key_of, read_checkpoint, remove_checkpoint, write_checkpoint
from rubricator.errors import UsageError

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")
KEY = key_of({"seed": 1})


def test_what_was_written_is_read_until_it_is_removed(tmp_path: Path) -> None:
    assert read_checkpoint(tmp_path, KEY) is None

    write_checkpoint(tmp_path / "out", KEY, {"step": 3, "weights": {"a": torch.ones(2)}})
    state = read_checkpoint(tmp_path / "out", KEY)

    assert state is not None
    assert (3, [1.0, 1.0]) == (state["step"], state["weights"]["a"].tolist())
    remove_checkpoint(tmp_path / "out")
    assert [] == list((tmp_path / "out").iterdir())


def test_a_checkpoint_of_another_training_is_refused_with_what_to_do(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, KEY, {"step": 3})

    with pytest.raises(UsageError, match=r"of a training with other pictures.*remove the file"):
        read_checkpoint(tmp_path, key_of({"seed": 2}))


@pytest.mark.parametrize("content", [b"", b"no checkpoint at all"])
def test_a_damaged_checkpoint_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(UsageError, match=r"is damaged.*remove it"):
        read_checkpoint(tmp_path, KEY)
