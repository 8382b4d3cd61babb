"""As many pictures at once as fit: portions of a batch that shrink when memory runs out."""

import logging
import re
from typing import TYPE_CHECKING

from rubricator.classifier.backends.tower import ImageTower

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)
# torch on a card, torch on a processor, C++, ONNX Runtime: each has its own words and type of error.
_NO_MEMORY = re.compile(
    r"out of memory|can't allocate memory|not enough memory|failed to allocate memory|bad[ _]alloc", re.IGNORECASE
)


class Portions:
    """Gives a tower no more pictures at a time than fit into memory.

    Where it runs out of memory, it is given half as many, from then on and at once for those that it was looking at.
    """

    def __init__(self, tower: ImageTower) -> None:
        self.tower = tower
        self.at_once = tower.at_once

    def __call__(self, batch: "Tensor") -> "Tensor":
        """Shapes as ``ImageTower``. Raises MemoryError if there is no room for a single picture."""
        import torch

        seen: list[Tensor] = []
        start = 0
        while start < len(batch):
            part = batch[start : start + (self.at_once or len(batch))]
            try:
                seen.append(self.tower(part))
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                self._halve(len(part), error)
            else:
                start += len(part)
        return torch.cat(seen)

    def _halve(self, tried: int, error: Exception) -> None:
        import torch

        if tried == 1:
            raise MemoryError("The model does not fit into memory with a single picture.") from error
        self.at_once = tried // 2
        log.warning("Out of memory with %d pictures at once; going on with %d.", tried, self.at_once)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error of a backend says that memory ran out."""
    return isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)) is not None
