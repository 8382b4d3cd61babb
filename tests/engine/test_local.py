"""Images in, features out: in order, with a code for every failure, and never more at once than fits."""

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from rubricator.classifier import FeatureCache
from rubricator.engine import Features, ImageFailure, classify_stream
from rubricator.engine.ahead import ahead
from rubricator.images import CODES, ImageCapture, ImageStore
from rubricator.settings import Settings
from tests.fakes.images import ImageServer, image_server

if TYPE_CHECKING:
    from torch import Tensor

    from rubricator.classifier import ClipModel

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


@pytest.fixture(scope="module")
def lite() -> "ClipModel":
    from rubricator.classifier import load_model

    return load_model("rubricator-lite", "cpu")


@pytest.fixture
def images(settings: Settings) -> ImageStore:
    return ImageStore(settings.model_copy(update={"allow_private_addresses": True}))


@pytest.fixture
def cache(settings: Settings, lite: "ClipModel") -> Iterator[FeatureCache]:
    with FeatureCache(settings.feature_dir / "features.sqlite", lite.features_key) as opened:
        yield opened


@pytest.fixture
def web() -> Iterator[ImageServer]:
    with image_server() as server:
        yield server


@pytest.fixture
def captures(images: ImageStore, tmp_path: Path) -> list[ImageCapture]:
    """Eleven different pictures in the image cache."""
    found = []
    for number in range(11):
        file = tmp_path / f"{number}.png"
        Image.effect_noise((80, 60), 10 + 10 * number).convert("RGB").save(file)
        found.append(images.ingest(file))
    return found


def prepared(model: "ClipModel", images: ImageStore, capture: ImageCapture) -> "Tensor":
    with images.decoded(capture, model.image_size) as picture:
        return model.prepare(picture)


def test_features_come_in_the_order_of_the_images(
    captures: list[ImageCapture], images: ImageStore, lite: "ClipModel", cache: FeatureCache
) -> None:
    results = list(classify_stream(captures, images, lite, cache, batch_size=4, workers=3))

    assert captures == [result.capture for result in results if isinstance(result, Features)]
    for result, capture in zip(results, captures, strict=True):
        alone = lite.encode_images(prepared(lite, images, capture)[None])[0]
        assert isinstance(result, Features)
        assert torch.allclose(alone, result.vector, atol=1e-5)


def test_web_resources_are_fetched_on_the_way_and_failures_keep_their_place(
    web: ImageServer, images: ImageStore, lite: "ClipModel", cache: FeatureCache
) -> None:
    paths = ["colour/red", "status/404", "html-called-jpeg", "colour/blue", "cut-off", "robots/noai"]

    results = list(classify_stream([f"{web.url}/{path}" for path in paths], images, lite, cache, batch_size=2))

    assert [f"{web.url}/{path}" for path in paths] == [result.source for result in results]
    assert ["", "image-missing", "image-not-an-image", "", "image-truncated", "image-opted-out"] == [
        result.code if isinstance(result, ImageFailure) else "" for result in results
    ]


def test_an_image_seen_before_is_not_decoded_again(
    captures: list[ImageCapture], images: ImageStore, lite: "ClipModel", cache: FeatureCache
) -> None:
    first = list(classify_stream(captures, images, lite, cache, batch_size=4))
    for capture in captures:
        images.path(capture.sha256).unlink()

    second = list(classify_stream(captures, images, lite, cache, batch_size=4))

    for before, after in zip(first, second, strict=True):
        assert isinstance(before, Features)
        assert isinstance(after, Features)
        assert torch.equal(before.vector, after.vector)


def test_a_truncated_picture_in_the_cache_fails_with_its_code(
    captures: list[ImageCapture], images: ImageStore, lite: "ClipModel", cache: FeatureCache
) -> None:
    damaged = images.path(captures[1].sha256)
    damaged.write_bytes(damaged.read_bytes()[:2000])

    results = list(classify_stream(captures[:3], images, lite, cache))

    assert [False, True, False] == [isinstance(result, ImageFailure) for result in results]
    assert "image-truncated" == getattr(results[1], "code", None)


class TroubledStore(ImageStore):
    """Meets trouble of a kind at every second picture: a bug, or a machine that has no more."""

    trouble: BaseException = KeyError("a tag that Pillow forgot")
    pictures = 0

    @contextmanager
    def decoded(self, capture: ImageCapture, shorter_side: int | None = None) -> Iterator[Image.Image]:
        self.pictures += 1
        if self.pictures % 2 == 0:
            raise self.trouble
        with super().decoded(capture, shorter_side) as picture:
            yield picture


@pytest.fixture
def troubled(settings: Settings) -> TroubledStore:
    return TroubledStore(settings)


def test_what_nobody_foresaw_costs_one_picture_and_not_the_run(
    captures: list[ImageCapture], troubled: TroubledStore, lite: "ClipModel", cache: FeatureCache
) -> None:
    results = list(classify_stream(captures[:4], troubled, lite, cache, workers=1))

    assert ["", "image-failed", "", "image-failed"] == [getattr(result, "code", "") for result in results]
    assert "image-failed" in CODES
    assert "KeyError: 'a tag that Pillow forgot'" in getattr(results[1], "message", "")


@pytest.mark.parametrize(("trouble", "code"), [(MemoryError(), "image-out-of-memory"), (SystemExit(1), "image-failed")])
def test_neither_too_little_memory_nor_what_ends_a_thread_ends_the_run(
    captures: list[ImageCapture],
    troubled: TroubledStore,
    lite: "ClipModel",
    cache: FeatureCache,
    trouble: BaseException,
    code: str,
) -> None:
    troubled.trouble = trouble

    results = list(classify_stream(captures[:4], troubled, lite, cache, workers=1))

    assert ["", code, "", code] == [getattr(result, "code", "") for result in results]


def test_a_picture_that_the_model_fails_on_costs_itself_and_not_its_batch(
    captures: list[ImageCapture], images: ImageStore, lite: "ClipModel", cache: FeatureCache, tmp_path: Path
) -> None:
    Image.new("RGB", (60, 60), "white").save(tmp_path / "white.png")
    white = images.ingest(tmp_path / "white.png")

    class Brittle:
        """Fails on whatever holds a white picture, as a kernel may on some shape or value."""

        at_once: int | None = None

        def __call__(self, batch: "Tensor") -> "Tensor":
            if bool((batch.amin(dim=(1, 2, 3)) > 0.99).any()):
                raise RuntimeError("mkldnn could not execute a primitive")
            return lite.tower(batch)

    results = list(classify_stream([*captures[:2], white, captures[2]], images, lite.with_tower(Brittle()), cache))

    assert ["", "", "image-failed", ""] == [getattr(result, "code", "") for result in results]
    assert "mkldnn could not execute a primitive" in getattr(results[2], "message", "")
    assert cache.get(captures[0].sha256) is not None


def test_a_full_disk_ends_the_stream(
    captures: list[ImageCapture], troubled: TroubledStore, lite: "ClipModel", cache: FeatureCache
) -> None:
    troubled.trouble = OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        list(classify_stream(captures[:4], troubled, lite, cache, workers=1))


def test_closing_early_keeps_the_batches_that_were_looked_at(
    captures: list[ImageCapture], images: ImageStore, lite: "ClipModel", cache: FeatureCache
) -> None:
    stream = classify_stream(captures, images, lite, cache, batch_size=3)
    next(stream)

    stream.close()

    assert [True] * 3 + [False] * 8 == [cache.get(capture.sha256) is not None for capture in captures]


def test_no_images_are_no_features(images: ImageStore, lite: "ClipModel", cache: FeatureCache) -> None:
    assert [] == list(classify_stream([], images, lite, cache))


def test_no_more_is_taken_than_the_window_allows() -> None:
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    results = ahead(lambda number: number * number, endless(), window=5, threads=2)

    assert [1, 4, 9] == [next(results) for _ in range(3)]
    assert taken <= 5 + 3
    results.close()


def test_an_error_is_raised_in_its_place_and_the_threads_go_home() -> None:
    def reciprocal(number: int) -> float:
        return 1 / number

    results = ahead(reciprocal, [1, 2, 0, 4], window=4, threads=2)

    assert [1.0, 0.5] == [next(results), next(results)]
    with pytest.raises(ZeroDivisionError):
        next(results)
    for thread in threading.enumerate():
        if thread.name.startswith("ahead-"):
            thread.join(timeout=5)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead-")]


def test_a_task_that_hangs_holds_nobody_up() -> None:
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    def task(number: int) -> int:
        if number:
            begun.set()
            release.wait(30)
            ended.set()
        return number

    results = ahead(task, [0, 1, 1, 1], window=4, threads=1)
    assert 0 == next(results)
    assert begun.wait(30)

    results.close()

    assert not ended.is_set()
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("ahead-"))
    release.set()


@pytest.mark.parametrize("given", [1, 0])
def test_fewer_threads_than_asked_for_do_the_work_all_the_same(monkeypatch: pytest.MonkeyPatch, given: int) -> None:
    started: list[str] = []
    start = threading.Thread.start

    def start_few(thread: threading.Thread) -> None:
        if len(started) == given:
            raise RuntimeError("can't start new thread")
        started.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_few)

    assert [0, 1, 4, 9, 16] == list(ahead(lambda number: number * number, range(5), window=2, threads=3))
    assert given == len(started)
