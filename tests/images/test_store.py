"""The image cache: once per content, whole or not at all."""

import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from rubricator.images import ImageError, ImageStore
from rubricator.settings import Settings
from tests.fakes.images import ImageServer, picture_bytes


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "coin.png"
    file.write_bytes(picture_bytes("PNG", (30, 20)))
    return file


def test_a_local_picture_becomes_a_web_resource_of_ours(images: ImageStore, picture: Path) -> None:
    capture = images.ingest(picture)

    sha256 = hashlib.sha256(picture.read_bytes()).hexdigest()
    assert sha256 == capture.sha256
    assert f"http://rubricator.test/media/{sha256}" == capture.source
    assert ("image/png", 30, 20) == (capture.media_type, capture.width, capture.height)
    assert picture.read_bytes() == images.path(sha256).read_bytes()


def test_our_own_media_are_found_in_the_cache(images: ImageStore, picture: Path) -> None:
    ingested = images.ingest(picture)

    fetched = images.fetch(ingested.source)

    assert (ingested.source, ingested.sha256, ingested.byte_size) == (fetched.source, fetched.sha256, fetched.byte_size)
    assert UTC == fetched.retrieved.tzinfo
    assert fetched == images.fetch(ingested.source)


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "ABC"])
def test_media_that_the_cache_lacks_are_missing(images: ImageStore, name: str) -> None:
    with pytest.raises(ImageError) as caught:
        images.fetch(f"http://rubricator.test/media/{name}")

    assert "image-missing" == caught.value.code


def test_the_same_content_is_kept_once(
    images: ImageStore, local_settings: Settings, web: ImageServer, tmp_path: Path
) -> None:
    file = tmp_path / "same.jpg"
    file.write_bytes(picture_bytes())
    with ThreadPoolExecutor(4) as threads:
        captures = list(threads.map(images.fetch, [f"{web.url}/picture.jpg"] * 8))

    captures.append(images.ingest(file))

    assert 1 == len({capture.sha256 for capture in captures})
    assert [images.path(captures[0].sha256)] == [file for file in local_settings.image_dir.rglob("*") if file.is_file()]


def test_a_missing_a_large_and_a_wrong_file_have_their_codes(
    images: ImageStore, local_settings: Settings, tmp_path: Path
) -> None:
    large, text = tmp_path / "large.jpg", tmp_path / "text.jpg"
    large.write_bytes(picture_bytes() + b"\0" * local_settings.image_max_bytes)
    text.write_text("not a picture")

    codes = []
    for file in (tmp_path / "none.jpg", tmp_path, large, text):
        with pytest.raises(ImageError) as caught:
            images.ingest(file)
        codes.append(caught.value.code)

    assert ["image-missing", "image-missing", "image-too-large", "image-not-an-image"] == codes
    assert [] == [file for file in local_settings.image_dir.rglob("*") if file.is_file()]


def test_a_cached_picture_is_decoded_by_its_sha256(images: ImageStore, picture: Path) -> None:
    with images.decoded(images.ingest(picture)) as decoded:
        assert (30, 20) == decoded.size


def test_no_more_pixels_are_decoded_at_a_time_than_one_picture_may_have(
    local_settings: Settings, tmp_path: Path
) -> None:
    images = ImageStore(local_settings.model_copy(update={"image_max_pixels": 1000}))
    captures = []
    for number, size in enumerate([(30, 20), (20, 30), (10, 10)]):
        file = tmp_path / f"{number}.png"
        file.write_bytes(picture_bytes("PNG", size))
        captures.append(images.ingest(file))
    second_is_open = threading.Event()

    def open_second() -> None:
        with images.decoded(captures[1]):
            second_is_open.set()

    with images.decoded(captures[0]):
        with images.decoded(captures[2]) as small:
            assert (10, 10) == small.size
        waiting = threading.Thread(target=open_second)
        waiting.start()
        assert not second_is_open.wait(0.05)
    waiting.join(timeout=30)
    assert second_is_open.is_set()


def test_a_picture_that_cannot_be_decoded_gives_its_room_back(images: ImageStore, picture: Path) -> None:
    large = replace(images.ingest(picture), width=20_000, height=10_000)
    images.path(large.sha256).unlink()

    for _ in range(2):
        with pytest.raises(ImageError), images.decoded(large):
            pass


def test_what_a_killed_process_left_on_its_way_in_is_removed_after_a_day(
    images: ImageStore, local_settings: Settings, picture: Path
) -> None:
    local_settings.image_dir.mkdir(parents=True)
    old, recent = (local_settings.image_dir / f".incoming-{name}" for name in ("old", "recent"))
    for file in (old, recent):
        file.write_bytes(b"half a pict")
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(old, (two_days_ago, two_days_ago))

    images.ingest(picture)

    assert [False, True] == [old.exists(), recent.exists()]
