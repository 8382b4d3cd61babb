"""Out of memory at a batch: half of it, and on."""

from typing import TYPE_CHECKING

import pytest

from rubricator.classifier import ClipModel
from rubricator.classifier.backends.portions import Portions, is_out_of_memory

if TYPE_CHECKING:
    from torch import Tensor

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")

WORDS = {
    "card": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."),
    "processor": RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."),
    "onnx": ValueError("[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer of size 9"),
    "python": MemoryError(),
}


class Cramped:
    """A tower on a machine that has room for so many pictures at once."""

    at_once: int | None = None

    def __init__(self, room: int, error: Exception) -> None:
        self.room, self.error = room, error
        self.tried: list[int] = []

    def __call__(self, batch: "Tensor") -> "Tensor":
        self.tried.append(len(batch))
        if len(batch) > self.room:
            raise self.error
        return batch.flatten(1)[:, :4]


@pytest.mark.parametrize("error", WORDS.values(), ids=WORDS)
def test_half_as_many_are_looked_at_from_then_on(lite: ClipModel, error: Exception) -> None:
    tower = Cramped(3, error)
    model = lite.with_tower(tower)
    batch = torch.randn(10, 3, 2, 2)

    features = [model.encode_images(batch) for _ in range(2)]

    assert [10, 5, 2, 2, 2, 2, 2] + [2] * 5 == tower.tried
    assert all(torch.equal(batch.flatten(1)[:, :4], seen) for seen in features)


def test_no_room_for_one_picture_is_a_memory_error() -> None:
    with pytest.raises(MemoryError, match="a single picture"):
        Portions(Cramped(0, WORDS["card"]))(torch.zeros(4, 3, 2, 2))


def test_other_errors_are_no_lack_of_memory() -> None:
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="shapes"):
        Portions(Cramped(0, RuntimeError("mat1 and mat2 shapes cannot be multiplied")))(torch.zeros(4, 3, 2, 2))
