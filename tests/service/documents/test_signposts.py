"""A redirect says of a thing what its document says of it, and nobody makes a document to redirect to it."""

from collections.abc import Iterator

import pytest

from rubricator.settings import Settings
from rubricator_service import create_app
from tests.service.conftest import Alive
from tests.service.reading.overheard import Overheard

_SAID = ('rel="type"', 'rel="license"', 'rel="successor-version"')


@pytest.fixture(scope="module")
def readers(alive: Alive) -> Iterator[Overheard]:
    opened = Overheard(alive.settings)
    yield opened
    opened.close()


def things(alive: Alive) -> list[str]:
    """The paths of one thing of each kind that this store knows, and of all runs."""
    rows = alive.client.select("SELECT DISTINCT ?thing WHERE { GRAPH ?graph { ?thing ?p ?o } FILTER(isIRI(?thing)) }")
    rows += alive.client.select("SELECT DISTINCT ?thing WHERE { ?thing ?p ?o FILTER(isIRI(?thing)) }")
    found: dict[str, str] = {}
    for iri in sorted({str(row["thing"])[1:-1] for row in rows}):
        path = iri.removeprefix(alive.settings.iris.base)
        if path.startswith(("/id/", "/concept/")) and "#" not in path:
            kind = path if path.startswith("/id/run/") else path.split("/")[-2]
            found.setdefault(kind, path)
    return list(found.values())


def test_a_redirect_says_the_same_as_the_document_and_makes_none(alive: Alive, readers: Overheard) -> None:
    web = create_app(alive.settings, readers).test_client()
    paths = things(alive)
    assert {"id", "concept"} == {path.split("/")[1] for path in paths}
    assert len(paths) > 8
    for path in paths:
        readers.asked.clear()
        redirect = web.get(path)
        asked = list(readers.asked)
        document = web.get(redirect.headers["Location"], headers={"Accept": "text/turtle"})

        assert (303, 200) == (redirect.status_code, document.status_code), path
        told = [
            sorted(link for link in answer.headers.getlist("Link") if link.endswith(_SAID))
            for answer in (redirect, document)
        ]
        assert told[0] == told[1], path
        assert [] == [query for query in asked if "CONSTRUCT" in query], path


def test_items_of_records_and_data_sets_are_found_without_reading_them(installation: Settings) -> None:
    overheard = Overheard(installation)
    web = create_app(installation, overheard).test_client()

    for path in ("/id/item/folder/bust%252Fone", "/id/dataset/9990001"):
        redirect = web.get(path)
        assert 303 == redirect.status_code, path
        assert [] != [link for link in redirect.headers.getlist("Link") if link.endswith(_SAID[0])]
    asked = list(overheard.asked)
    overheard.close()

    assert [] == [query for query in asked if "CONSTRUCT" in query or "COUNT" in query]
