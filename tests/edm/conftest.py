"""Records of our own making, and a short way to map them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from rubricator.edm import EdmRecord, map_record
from rubricator.harvest.record import RDF_XML, SourceRecord
from rubricator.iris import Iris

HEAD = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:edm="http://www.europeana.eu/schemas/edm/"
 xmlns:ore="http://www.openarchives.org/ore/terms/" xmlns:skos="http://www.w3.org/2004/02/skos/core#">"""

Map = Callable[..., EdmRecord]


@pytest.fixture
def iris() -> Iris:
    return Iris("http://rubricator.test")


@pytest.fixture
def source() -> Callable[..., SourceRecord]:
    """Makes a source record from text or bytes."""

    def make(content: str | bytes, media_type: str = RDF_XML, dataset: str = "shelf") -> SourceRecord:
        raw = content if isinstance(content, bytes) else content.encode()
        return SourceRecord(dataset, "", media_type, raw, "record.xml", datetime(2026, 1, 2, tzinfo=UTC))

    return make


@pytest.fixture
def mapped(iris: Iris, source: Callable[..., SourceRecord]) -> Map:
    """Maps a record in any syntax."""

    def run(content: str | bytes, media_type: str = RDF_XML, dataset: str = "shelf") -> EdmRecord:
        return map_record(source(content, media_type, dataset), iris)

    return run


@pytest.fixture
def xml(mapped: Map) -> Map:
    """Maps an RDF/XML record of one item, ``/1/x`` unless ``about`` says otherwise, with these properties and nodes."""

    def run(properties: str = "", nodes: str = "", about: str = "http://data.europeana.eu/item/1/x") -> EdmRecord:
        return mapped(f'{HEAD}<edm:ProvidedCHO rdf:about="{about}">{properties}</edm:ProvidedCHO>{nodes}</rdf:RDF>')

    return run
