"""Fetching pictures: what their servers say, what their publishers want, and what became of them."""

import pytest

from rubricator.images import CODES, ImageError, ImageStore
from rubricator.settings import Settings
from rubricator.transfer import CODES as TRANSFER_CODES
from tests.fakes.images import ImageServer


def code_of(images: ImageStore, url: str) -> str:
    with pytest.raises(ImageError) as caught:
        images.fetch(url)
    return caught.value.code


def test_a_picture_is_captured_with_its_size_and_type(images: ImageStore, web: ImageServer) -> None:
    capture = images.fetch(f"{web.url}/picture.jpg")

    assert ("image/jpeg", 64, 48) == (capture.media_type, capture.width, capture.height)
    assert f"{web.url}/picture.jpg" == capture.source
    assert capture.byte_size == images.path(capture.sha256).stat().st_size


def test_bytes_decide_the_type_whatever_the_header_says(images: ImageStore, web: ImageServer) -> None:
    assert "image/png" == images.fetch(f"{web.url}/png-called-html").media_type
    assert "image-not-an-image" == code_of(images, f"{web.url}/html-called-jpeg")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "image-missing"),
        (410, "image-missing"),
        (401, "image-refused"),
        (403, "image-refused"),
        (500, "image-server-error"),
        (503, "image-server-error"),
        (204, "image-server-error"),
    ],
)
def test_a_status_that_is_no_success_has_a_code(images: ImageStore, web: ImageServer, status: int, code: str) -> None:
    assert code == code_of(images, f"{web.url}/status/{status}")


@pytest.mark.parametrize("directive", ["noai", "noimageai", "noindex, noai", "Rubricator: noai", "NOIMAGEAI"])
def test_a_publisher_who_opts_out_is_heeded(images: ImageStore, web: ImageServer, directive: str) -> None:
    assert "image-opted-out" == code_of(images, f"{web.url}/robots/{directive}")


@pytest.mark.parametrize("directive", ["noindex", "otherbot: noai", "max-image-preview: large", "all"])
def test_other_wishes_of_a_publisher_do_not_concern_us(images: ImageStore, web: ImageServer, directive: str) -> None:
    assert "image/jpeg" == images.fetch(f"{web.url}/robots/{directive}").media_type


def test_a_failed_fetch_leaves_nothing_in_the_cache(
    images: ImageStore, local_settings: Settings, web: ImageServer
) -> None:
    for path in ("html-called-jpeg", "cut-off", "large-unannounced", "status/404"):
        code_of(images, f"{web.url}/{path}")

    assert [] == list(local_settings.image_dir.rglob("*"))


def test_every_failure_of_a_transfer_has_a_code_among_those_of_images() -> None:
    assert CODES >= {f"image-{code}" for code in TRANSFER_CODES}


def test_a_host_that_is_not_reached_three_times_is_not_asked_again(images: ImageStore, free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}/picture.jpg"
    codes = [code_of(images, url) for _ in range(3)]

    with pytest.raises(ImageError, match="did not answer 3 times in a row") as caught:
        images.fetch(url)
    assert ["image-unreachable"] * 4 == [*codes, caught.value.code]


def test_private_addresses_are_refused(settings: Settings, web: ImageServer) -> None:
    assert "image-private-address" == code_of(ImageStore(settings), f"{web.url}/picture.jpg")


@pytest.mark.parametrize(
    ("path", "setting", "value", "code"),
    [
        ("drip", "image_timeout", 0.2, "image-timeout"),
        ("large-unannounced", "image_max_bytes", 1000, "image-too-large"),
        ("hops/2", "image_max_redirects", 1, "image-too-many-redirects"),
    ],
)
def test_a_limit_that_was_met_is_named_as_its_setting(
    local_settings: Settings, web: ImageServer, path: str, setting: str, value: float, code: str
) -> None:
    images = ImageStore(local_settings.model_copy(update={setting: value}))

    with pytest.raises(ImageError, match=f"The setting {setting} allows more") as caught:
        images.fetch(f"{web.url}/{path}")

    assert code == caught.value.code
