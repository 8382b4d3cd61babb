"""The image tower as an ONNX file, run by ONNX Runtime: on a processor about twice as fast as torch."""

import io
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

_IMAGES, _FEATURES = "images", "features"
# Of a batch of one, tracing would take the one for a constant.
_EXAMPLES = 2


class OnnxTower:
    """An ``ImageTower`` on the processor, from a file of ``export``."""

    def __init__(self, file: Path, at_once: int | None) -> None:
        import onnxruntime

        self.at_once = at_once

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        # Threads that spin while they wait take the processor from those that decode the next pictures.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])

    def __call__(self, batch: Tensor) -> Tensor:
        (features,) = self._session.run([_FEATURES], {_IMAGES: batch.contiguous().numpy()})
        return torch.from_numpy(features)


class _UnitLength(nn.Module):
    """An image tower whose features have unit length, as ``encode_image(normalize=True)`` gives them."""

    def __init__(self, visual: nn.Module) -> None:
        super().__init__()
        self.visual = visual

    def forward(self, images: Tensor) -> Tensor:
        return nn.functional.normalize(self.visual(images), dim=-1)


@contextmanager
def _plain_attention() -> Iterator[None]:
    """Inside, attention is made of operators that ONNX knows, instead of torch's fused one."""
    enabled = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(enabled)


def export(visual: Any, height: int, width: int, file: Path) -> None:
    """Write an image tower of open_clip, on the processor, as ONNX; the file is there whole or not at all.

    Raises whatever torch's exporter raises for layers that it cannot write, and ModuleNotFoundError without onnx.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".incoming-", suffix=".onnx", dir=file.parent)
    os.close(descriptor)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), _plain_attention(), torch.no_grad():
            # The exporter that traces is old, and needs neither onnxscript nor half a minute; it fails in print.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                _UnitLength(visual).eval(),
                (torch.zeros(_EXAMPLES, 3, height, width),),
                name,
                dynamo=False,
                input_names=[_IMAGES],
                output_names=[_FEATURES],
                dynamic_axes={_IMAGES: {0: "n"}, _FEATURES: {0: "n"}},
            )
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)
