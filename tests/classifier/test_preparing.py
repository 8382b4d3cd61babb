"""Pictures are prepared as open_clip prepares them, without its cost."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")
pytest.importorskip("open_clip", reason="the extra 'clip' is not installed")

LEVEL = 1 / 255
THREADS = Path("/proc/self/task")
MEAN_AND_STD = {"mean": (0.0, 0.0, 0.0), "std": (1.0, 1.0, 1.0)}


def soft(width: int, height: int) -> Image.Image:
    """Noise without hard edges, as the middle tones of a photograph; the same each time."""
    coarse = width // 6 + 1, height // 6 + 1
    greys = np.random.default_rng(0).normal(128, 40, coarse[::-1]).clip(0, 255).astype(np.uint8)
    return Image.fromarray(greys).convert("RGB").resize((width, height), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("mode", ["squash", "shortest", "longest"])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
@pytest.mark.parametrize("size", [32, (24, 40)])
def test_every_way_of_fitting_is_open_clips_to_a_few_levels(
    mode: str, interpolation: str, size: int | tuple[int, int]
) -> None:
    from open_clip.transform import PreprocessCfg, image_transform_v2

    from rubricator.classifier.preparing import Preparation

    told = {"size": size, "interpolation": interpolation, "resize_mode": mode, **MEAN_AND_STD}
    transform = image_transform_v2(PreprocessCfg(**told), is_train=False)
    prepare = Preparation(transform, told)

    for width, height in ((90, 60), (61, 200), (20, 30), (32, 32), (700, 900)):
        picture = soft(width, height)
        theirs, ours = transform(picture), prepare(picture)

        assert theirs.shape == ours.shape
        assert float((theirs - ours).abs().max()) < (2.5 if height < 900 else 8.5) * LEVEL


def test_colours_are_scaled_to_the_very_bit() -> None:
    from open_clip.transform import PreprocessCfg, image_transform_v2

    from rubricator.classifier.preparing import Preparation

    told = {"size": 16, "resize_mode": "squash", "interpolation": "bicubic", "mean": (0.48, 0.45, 0.4)}
    told["std"] = (0.268, 0.261, 0.275)
    transform = image_transform_v2(PreprocessCfg(**told), is_train=False)
    picture = Image.frombytes("RGB", (16, 16), bytes(range(256)) * 3)

    assert torch.equal(transform(picture), Preparation(transform, told)(picture))


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.skipif(not THREADS.is_dir(), reason="only Linux tells of the threads of a process")
@pytest.mark.usefixtures("two_threads")
def test_preparing_starts_no_threads_beside_the_one_that_does_it() -> None:
    from open_clip.transform import PreprocessCfg, image_transform_v2

    from rubricator.classifier.preparing import Preparation

    told = {"size": 224, "resize_mode": "squash", "interpolation": "bicubic", **MEAN_AND_STD}
    transform = image_transform_v2(PreprocessCfg(**told), is_train=False)
    picture, started = soft(480, 320), list[int]()

    def count(work: Callable[[Image.Image], object]) -> None:
        before = set(THREADS.iterdir())
        work(picture)
        started.append(len(set(THREADS.iterdir()) - before))

    for work in (Preparation(transform, told), transform):
        thread = Thread(target=count, args=(work,))
        thread.start()
        thread.join()

    assert [0, 1] == started
