"""How many pictures at once fit is told by what one takes, and by what the machine or the container has."""

from pathlib import Path

import pytest

from rubricator.classifier import ClipModel
from rubricator.classifier.backends.memory import free_memory, images_that_fit, largest_output

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")
CPU = torch.device("cpu")


def system(root: Path, available: int, limit: str | None = None, used: int = 0) -> Path:
    """The files in which Linux tells of memory: kB available, and bytes of a container."""
    (root / "proc").mkdir()
    (root / "proc/meminfo").write_text(f"MemTotal:  99999 kB\nMemFree:  1 kB\nMemAvailable:  {available} kB\n")
    if limit is not None:
        (root / "sys/fs/cgroup").mkdir(parents=True)
        (root / "sys/fs/cgroup/memory.max").write_text(f"{limit}\n")
        (root / "sys/fs/cgroup/memory.current").write_text(f"{used}\n")
    return root


def test_a_machine_has_what_is_available(tmp_path: Path) -> None:
    assert 5000 * 1024 == free_memory(system(tmp_path, 5000))


@pytest.mark.parametrize(
    ("limit", "used", "free"), [("1000000", 400_000, 600_000), ("1000", 4000, 0), ("max", 7, 5_120_000)]
)
def test_a_container_has_what_its_limit_leaves(tmp_path: Path, limit: str, used: int, free: int) -> None:
    assert free == free_memory(system(tmp_path, 5000, limit, used))


def test_a_system_that_tells_nothing_sets_no_bound(tmp_path: Path) -> None:
    assert free_memory(tmp_path) is None


def test_the_largest_output_is_that_of_the_widest_layer() -> None:
    tower = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 1), torch.nn.Conv2d(8, 2, 1), torch.nn.Flatten())

    assert 8 * 10 * 20 * 4 == largest_output(tower, 10, 20, CPU)


def test_at_least_one_image_is_looked_at_and_a_processor_gets_few(
    lite: ClipModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 8 == lite.tower.at_once
    monkeypatch.setattr("rubricator.classifier.backends.memory.free_memory", lambda: 10)
    assert 1 == images_that_fit(lite.clip.visual, 224, 224, CPU)
