"""The feature cache: exact, shared, and whole after a kill."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rubricator.classifier import FeatureCache
from rubricator.classifier.errors import FeatureCacheError

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


def test_features_come_back_exactly(tmp_path: Path) -> None:
    vector = torch.nn.functional.normalize(torch.randn(256), dim=0)
    with FeatureCache(tmp_path / "cache" / "features.sqlite", "model") as cache:
        cache.put([("image", vector)])

    with FeatureCache(tmp_path / "cache" / "features.sqlite", "model") as cache:
        assert torch.equal(vector, cache.get("image"))
        assert cache.get("another image") is None


def test_models_do_not_share_features(tmp_path: Path) -> None:
    with FeatureCache(tmp_path / "f.sqlite", "one") as one, FeatureCache(tmp_path / "f.sqlite", "two") as two:
        one.put([("image", torch.ones(4))])

        assert two.get("image") is None


def test_putting_twice_changes_nothing(tmp_path: Path) -> None:
    with FeatureCache(tmp_path / "f.sqlite", "model") as cache:
        cache.put([("image", torch.ones(4))] * 2)
        cache.put([("image", torch.ones(4))])

        assert torch.equal(torch.ones(4), cache.get("image"))


def test_of_many_images_those_that_the_model_has_seen_come_at_once(tmp_path: Path) -> None:
    vectors = torch.randn(1100, 8)
    with FeatureCache(tmp_path / "f.sqlite", "one") as one, FeatureCache(tmp_path / "f.sqlite", "two") as two:
        one.put((f"image {n}", vector) for n, vector in enumerate(vectors))
        two.put([("image 0", torch.ones(8))])

        found = one.get_many([f"image {n}" for n in range(1200)])

    assert {f"image {n}" for n in range(1100)} == found.keys()
    assert all(torch.equal(vector, found[f"image {n}"]) for n, vector in enumerate(vectors))


def test_what_was_seen_by_other_rules_is_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FeatureCache(tmp_path / "f.sqlite", "model") as cache:
        cache.put([("a blank picture", torch.ones(4))])

    with monkeypatch.context() as other:
        other.setattr("rubricator.classifier.features.LOOKING", "blanks are refused now")
        with FeatureCache(tmp_path / "f.sqlite", "model") as cache:
            assert cache.get("a blank picture") is None
    with FeatureCache(tmp_path / "f.sqlite", "model") as cache:
        assert cache.get("a blank picture") is not None


def test_a_file_that_is_no_cache_is_told_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "f.sqlite"
    file.write_bytes(b"this is no database " * 500)

    with pytest.raises(FeatureCacheError, match=r"f\.sqlite is damaged .* remove the file"):
        FeatureCache(file, "model")


def test_a_file_that_is_cut_off_is_told_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "f.sqlite"
    with FeatureCache(file, "model") as cache:
        cache.put((f"image {number}", torch.ones(4096)) for number in range(20))
    content = file.read_bytes()
    file.write_bytes(content[:20_000] + bytes(len(content) - 20_000))

    with FeatureCache(file, "model") as cache, pytest.raises(FeatureCacheError, match="remove the file"):
        cache.get_many([f"image {number}" for number in range(20)])


def test_a_put_that_fails_leaves_no_transaction_behind(tmp_path: Path) -> None:
    file = tmp_path / "f.sqlite"
    with FeatureCache(file, "model") as cache, contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON features BEGIN SELECT RAISE(ABORT, 'full'); END")
        with pytest.raises(FeatureCacheError, match="full"):
            cache.put([("image", torch.ones(4))])
        other.execute("DROP TRIGGER full")

        cache.put([("image", torch.ones(4))])

        assert cache.get("image") is not None


def test_an_empty_cache_has_nothing_wherever_it_lies(tmp_path: Path) -> None:
    with FeatureCache(tmp_path / "a # b?.sqlite", "model") as cache:
        assert {} == cache.get_many(["image"])


def test_threads_may_share_one_cache(tmp_path: Path) -> None:
    with FeatureCache(tmp_path / "f.sqlite", "model") as cache:

        def fill(start: int) -> None:
            for number in range(start, start + 20):
                cache.put([(str(number), torch.full((4,), float(number)))])

        threads = [threading.Thread(target=fill, args=(start,)) for start in range(0, 100, 20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        for number in range(100):
            assert torch.equal(torch.full((4,), float(number)), cache.get(str(number)))


def test_a_killed_writer_leaves_whole_batches_only(tmp_path: Path) -> None:
    code = (
        "import sys, torch; from pathlib import Path; from rubricator.classifier import FeatureCache\n"
        "cache = FeatureCache(Path(sys.argv[1]), 'model')\n"
        "for batch in range(10**6):\n"
        "    cache.put([(f'{batch}-{n}', torch.ones(256)) for n in range(50)]); print(batch, flush=True)\n"
    )
    file = tmp_path / "f.sqlite"
    with subprocess.Popen([sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        while int(writer.stdout.readline()) < 20:
            pass
        os.kill(writer.pid, signal.SIGKILL)
        last = max([20, *(int(line) for line in writer.stdout.read().splitlines())])

    with FeatureCache(file, "model") as cache:
        for batch in range(last + 3):
            kept = sum(cache.get(f"{batch}-{number}") is not None for number in range(50))
            assert kept == 50 if batch <= last else kept in (0, 50)


def test_closing_waits_for_a_thread_that_looks_something_up(tmp_path: Path) -> None:
    """A fetch ahead outlives the run that is interrupted; sqlite crashes the process if it is closed under its feet."""
    for number in range(30):
        cache = FeatureCache(tmp_path / f"{number}.sqlite", "model")
        cache.put([("image", torch.ones(4))])

        def look(cache: FeatureCache = cache) -> None:
            with contextlib.suppress(sqlite3.ProgrammingError):  # closed
                while True:
                    cache.get("image")

        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        cache.close()
        for thread in threads:
            thread.join()
