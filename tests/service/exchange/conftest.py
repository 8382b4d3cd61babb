"""Installations whose dumps are made, and a way to publish what changes while a service runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse
from rdflib import Graph
from werkzeug.test import TestResponse

from rubricator.dumps import Dumps
from rubricator.pipeline.dumping.dump import make_dumps
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from tests.pipeline.proving.lived import live
from tests.service.live import fill

BASE = "http://rubricator.test"


@dataclass(frozen=True)
class Dumped:
    """An installation with records, runs, reviews and dumps, and the front end over its snapshot."""

    settings: Settings
    web: FlaskClient
    dumps: Dumps

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        return self.web.get(path, headers=headers, buffered=True)

    def graph(self, path: str) -> Graph:
        """What the document at ``path`` says."""
        return Graph().parse(data=self.said(path, "application/n-triples").text, format="nt")

    def dataset(self, path: str, media_type: str) -> Dataset:
        """The same in one format, in such a form that equal graphs are equal."""
        return canonical(self.said(path, media_type).data, media_type)

    def said(self, path: str, media_type: str) -> TestResponse:
        response = self.get(path, {"Accept": media_type})
        assert (200, media_type) == (response.status_code, response.mimetype), response.text
        return response


def canonical(document: bytes | str, media_type: str) -> Dataset:
    found = Dataset(parse(document, RdfFormat.from_media_type(media_type)))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found


@pytest.fixture(scope="session")
def dumped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dumped]:
    directory = tmp_path_factory.mktemp("dumped")
    settings = load_settings(data_dir=directory / "data", base=BASE)
    fill(settings, directory)
    with connect(settings) as client:
        live(client, settings)
    readers = open_readers(settings)
    yield Dumped(settings, create_app(settings, readers).test_client(), make_dumps(settings))
    readers.close()
