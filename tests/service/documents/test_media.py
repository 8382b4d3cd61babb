"""Local pictures are served by hash, if a record names them, and as nothing but pictures."""

import hashlib
from contextlib import closing
from pathlib import Path

from flask.testing import FlaskClient
from PIL import Image

from rubricator.images import ImageStore
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from tests.service.live import BASE, fill


def test_a_picture_of_a_record_comes_as_it_is(client: FlaskClient, picture: str) -> None:
    response = client.get(f"/media/{picture}", buffered=True)

    assert (200, "image/png") == (response.status_code, response.mimetype)
    assert picture == hashlib.sha256(response.data).hexdigest()
    assert "immutable" in response.headers["Cache-Control"]
    assert "nosniff" == response.headers["X-Content-Type-Options"]


def test_who_has_the_picture_already_gets_304(client: FlaskClient, picture: str) -> None:
    response = client.get(f"/media/{picture}", headers={"If-None-Match": f'"{picture}"'}, buffered=True)

    assert (304, b"") == (response.status_code, response.data)


def test_a_picture_that_no_record_names_is_not_found(
    client: FlaskClient, installation: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "other.png"
    Image.new("RGB", (8, 8), "red").save(path)
    cached = ImageStore(installation).ingest(path).sha256

    assert 404 == client.get(f"/media/{cached}").status_code


def test_a_name_that_is_no_hash_is_not_found(client: FlaskClient) -> None:
    for name in ("none", "..%2F..%2Fetc%2Fpasswd", "0" * 63, "0" * 64):
        assert 404 == client.get(f"/media/{name}").status_code


def test_a_picture_that_a_record_named_once_is_gone_and_not_unknown(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data", base=BASE)
    fill(settings, tmp_path)
    sha256 = next(path.name for path in settings.image_dir.rglob("*") if len(path.name) == 64)
    with connect(settings) as store:
        store.update(f"{SPARQL_PREFIXES}DELETE WHERE {{ ?picture a edm:WebResource . ?whole edm:isShownBy ?picture }}")
    with closing(open_readers(settings)) as readers:
        gone = create_app(settings, readers).test_client().get(f"/media/{sha256}")

    assert (410, "picture-gone") == (gone.status_code, gone.get_json(force=True)["type"].rpartition("/")[2])
