"""Europeana's thumbnails: found by the MD5 of a picture's address, and never an icon in place of one."""

from collections.abc import Callable, Iterator

import pytest
from flask import Response, redirect
from werkzeug import Response as AnyResponse

from rubricator.images import ImageError, ImageStore, thumbnail_address
from rubricator.settings import Settings
from tests.fakes.europeana import Europeana, europeana
from tests.fakes.faults import html, status
from tests.fakes.images import picture_bytes


@pytest.fixture
def fake() -> Iterator[Europeana]:
    with europeana(records=1) as server:
        yield server


@pytest.fixture
def thumbnails(local_settings: Settings, fake: Europeana) -> ImageStore:
    return ImageStore(local_settings.model_copy(update={"europeana_api": fake.url}))


@pytest.fixture
def address(fake: Europeana) -> str:
    (item,) = fake.items.values()
    return thumbnail_address(fake.url, item.picture)


def icon(_: Response) -> Response:
    return Response(picture_bytes("GIF", (64, 64)), mimetype="image/gif")


def elsewhere(_: Response) -> AnyResponse:
    return redirect("/pictures/1.jpg")


def test_a_thumbnail_is_named_by_the_md5_of_the_address() -> None:
    assert "https://api.europeana.eu/thumbnail/v3/400/820911931db3ccb20e1b7a022ee6dd33.jpg" == thumbnail_address(
        "https://api.europeana.eu", "http://www.mimo-db.eu/media/UEDIN/IMAGE/0032195c.jpg"
    )


def test_a_thumbnail_is_captured_under_its_own_address(thumbnails: ImageStore, address: str) -> None:
    capture = thumbnails.fetch(address)

    assert (address, 400, 300) == (capture.source, capture.width, capture.height)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (icon, "image-placeholder"),
        (elsewhere, "image-placeholder"),
        (html, "image-not-an-image"),
        (status(404), "image-missing"),
        (status(429), "image-server-error"),
    ],
)
def test_what_only_stands_for_a_thumbnail_is_refused_and_not_kept(
    fake: Europeana,
    thumbnails: ImageStore,
    local_settings: Settings,
    address: str,
    fault: Callable[[Response], AnyResponse],
    expected: str,
) -> None:
    fake.fail(fault, on="/thumbnail/")

    with pytest.raises(ImageError) as caught:
        thumbnails.fetch(address)

    assert expected == caught.value.code
    assert [] == fake.asked("/pictures/")
    assert [] == [file for file in local_settings.image_dir.rglob("*") if file.is_file()]


def test_small_pictures_and_redirects_are_no_placeholders_elsewhere(fake: Europeana, thumbnails: ImageStore) -> None:
    fake.fail(icon, on="/pictures/0.jpg")

    assert 64 == thumbnails.fetch(f"{fake.url}/pictures/0.jpg").width
