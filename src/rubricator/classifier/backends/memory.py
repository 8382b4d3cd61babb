"""How many pictures at once fit into free memory: asked beforehand, for Linux kills who takes more than there is."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

# A layer's input and output, what it leaves for later ones, and what its kernel needs besides.
_ALIVE = 8
_SHARE = 0.5
"""Part of the free memory that is taken: others want some, and decoded pictures need theirs."""


def images_that_fit(visual: "torch.nn.Module", height: int, width: int, device: "torch.device") -> int | None:
    """How many images an image tower should be given at once, at least one; None where the system does not tell.

    What an image takes is told by looking at one: a few outputs of the size of the largest are there at a time.
    """
    free = _free_on_card(device) if device.type == "cuda" else free_memory()
    if free is None:
        return None
    return max(1, int(_SHARE * free / (_ALIVE * largest_output(visual, height, width, device))))


def largest_output(visual: "torch.nn.Module", height: int, width: int, device: "torch.device") -> int:
    """Bytes of the largest tensor that any layer gives for one image."""
    import torch

    largest = 1

    def measure(_layer: object, _inputs: object, output: object) -> None:
        nonlocal largest
        if isinstance(output, torch.Tensor):
            largest = max(largest, output.numel() * output.element_size())

    hooks = [layer.register_forward_hook(measure) for layer in visual.modules()]
    try:
        with torch.inference_mode():
            visual(torch.zeros(1, 3, height, width, device=device))
    finally:
        for hook in hooks:
            hook.remove()
    return largest


def _free_on_card(device: "torch.device") -> int:
    import torch

    free, _ = torch.cuda.mem_get_info(device)
    return free


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes that this machine, or the container, has for programs still; None where Linux is not there to tell."""
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None
    try:
        group = root / "sys/fs/cgroup"
        limit, used = ((group / name).read_text().strip() for name in ("memory.max", "memory.current"))
        return min(free, max(0, int(limit) - int(used)))
    except (OSError, ValueError):  # no container, or one without a limit
        return free
