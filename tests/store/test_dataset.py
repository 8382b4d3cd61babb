"""The dataset of an update request, as clauses."""

import pytest
from pyoxigraph import QueryResultsFormat, Store

from rubricator.store.dataset import with_using
from rubricator.store.errors import BadRequest
from rubricator.store.protocol import UpdateOperation
from tests.store.running import solutions_in

GRAPHS = ("http://g/1",), ("http://g/2",)


def test_an_update_without_dataset_stays_as_it_is() -> None:
    assert "DELETE WHERE { ?s ?p ?o }" == with_using(UpdateOperation("DELETE WHERE { ?s ?p ?o }"))


def test_every_where_of_the_request_gets_the_clauses() -> None:
    update = "INSERT { ?s ?p 'WHERE' } WHERE { ?s ?p ?o } ; DELETE { ?s ?p ?o } where { ?s ?p ?o }"

    assert (
        "INSERT { ?s ?p 'WHERE' }  USING <http://g/1> USING NAMED <http://g/2> WHERE { ?s ?p ?o } ; "
        "DELETE { ?s ?p ?o }  USING <http://g/1> USING NAMED <http://g/2> WHERE { ?s ?p ?o }"
    ) == with_using(UpdateOperation(update, *GRAPHS))


def test_the_where_of_a_subquery_is_left_alone() -> None:
    update = "INSERT { ?s ?p 1 } WHERE { SELECT ?s ?p WHERE { ?s ?p ?o } }"

    assert 1 == with_using(UpdateOperation(update, *GRAPHS)).count("USING NAMED")


def test_a_short_delete_deletes_what_it_finds_in_the_dataset() -> None:
    store = Store()
    store.update("INSERT DATA { GRAPH <http://g/1> { <http://a> <http://b> 1 } <http://a> <http://b> 1 , 2 }")

    store.update(with_using(UpdateOperation("DELETE WHERE { ?s ?p ?o }", ("http://g/1",))))

    assert b"o\r\n2\r\n" == solutions_in(store, "SELECT ?o { ?s ?p ?o }", QueryResultsFormat.CSV)


@pytest.mark.parametrize("clause", ["WITH <http://g/3> DELETE { ?s ?p ?o }", "DELETE { ?s ?p ?o } USING <http://g/3>"])
def test_a_dataset_given_twice_is_a_bad_request(clause: str) -> None:
    with pytest.raises(BadRequest, match="not by both"):
        with_using(UpdateOperation(f"{clause} WHERE {{ ?s ?p ?o }}", *GRAPHS))
