"""The image cache: once per content, whole or not at all."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
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
    assert (30, 20) == images.decode(images.ingest(picture).sha256).size
