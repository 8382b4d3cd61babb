"""What is refused before evaluation, held against what Oxigraph itself reads as a call to another server."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, Store

from rubricator.store.errors import QueryRefused, QuerySyntaxError
from rubricator.store.guard import refuse_remote
from tests.store.running import solutions_in

PROLOGUE = "PREFIX : <http://127.0.0.1/> PREFIX ex: <http://127.0.0.1/> "
CALL = "<http://127.0.0.1/> { ?s ?p ?o }"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE {CALL} }}",
        f"SELECT * {{ sErViCe silent {CALL} }}",
        f"SELECT*WHERE{{OPTIONAL{{}}SERVICE{CALL}}}",
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        "SELECT * { SERVICE:x { ?s ?p ?o } }",
        "SELECT * { SERVICEex:x { ?s ?p ?o } }",
        "SELECT * { SERVICEex:x #{\n { ?s ?p ?o } }",
        f"SELECT * {{ SERVICESILENT{CALL} }}",
        f"SELECT * {{ ?a ?b 1SERVICE{CALL} }}",
        f"SELECT * {{ ?a ?b true.SERVICE{CALL} }}",
        f"SELECT * {{ ?a ?b ex:.SERVICE{CALL} }}",
        f"SELECT * {{ ?a ?b 'x'@en.SERVICE{CALL} }}",
        f"SELECT * {{ FILTER(?a<'x>y'||true) SERVICE {CALL} FILTER(?b = 'z') }}",
        f"SELECT * {{ FILTER(true||?a<?b#> '''\n) SERVICE {CALL} #'''\n }}",
        f"SELECT * {{ ?a ?b '\\'' SERVICE {CALL} FILTER('a' = 'b') }}",
        f"SELECT * {{ ?a ex:b\\'c 'd' . SERVICE {CALL} FILTER('a' = 'b') }}",
    ],
)
def test_a_call_to_another_server_is_refused_however_it_is_written(query: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE at line"):
        refuse_remote(PROLOGUE + query)


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://127.0.0.1/>",
        "CLEAR ALL;load<http://127.0.0.1/>",
        "LOADSILENT<http://127.0.0.1/>",
        "LOAD:x",
        "CLEAR ALL ; # then\n LOADex:x",
        "LOADex:x INTO GRAPH ex:g",
        "INSERT DATA {} ; LOAD :x INTO GRAPH ex:g",
    ],
)
def test_loading_from_elsewhere_is_refused_however_it_is_written(update: str) -> None:
    with pytest.raises(QueryRefused, match="LOAD at line"):
        refuse_remote(PROLOGUE + update)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service $load { ?service a sd:Service ; load:x ?load }",
        "ASK { ?s svcs:has_service service:x , load:y . ?s loading:z ?o }",
        'ASK { ?s ?p \'SERVICE\' , "LOAD" , \'\'\'a SERVICE\'s\'\'\' , """LOAD "x" LOAD""" }',
        "ASK { ?s ?p <http://x/service#load> , <http://x/'SERVICE'> } # SERVICE <http://x> {}",
        "ASK { ?s ?p 'it\\'s SERVICE' , _:service , ex:SERVICE , ex:a.LOAD }",
    ],
)
def test_the_words_are_free_inside_strings_iris_comments_names_and_variables(query: str) -> None:
    refuse_remote(query)


def test_the_refusal_says_where() -> None:
    with pytest.raises(QueryRefused, match="SERVICE at line 3, column 2 is refused"):
        refuse_remote(f"SELECT *\n{{\n SERVICE {CALL} }}")


def test_whoever_asks_for_the_labels_of_wikidata_is_told_where_labels_are_here() -> None:
    with pytest.raises(QueryRefused, match=r"leave out the label service, .* ask for labels by skos:prefLabel"):
        refuse_remote("SELECT * { ?s ?p ?o SERVICE wikibase:label { bd:serviceParam wikibase:language 'en' } }")


def test_the_refusal_says_what_to_do_to_whoever_asks_and_to_whoever_runs_the_service() -> None:
    with pytest.raises(QueryRefused) as call:
        refuse_remote(f"ASK {{ SERVICE {CALL} }}")
    with pytest.raises(QueryRefused) as load:
        refuse_remote("LOAD <http://127.0.0.1/>")

    assert (
        "SERVICE at line 1, column 7 is refused: ask that server yourself, and put its answers into this query as "
        "VALUES (operators name the servers that queries may ask in the setting service_allow)."
    ) == str(call.value)
    assert "whoever may write to this store sends it the data itself" in str(load.value)


def test_a_long_string_without_end_is_a_syntax_error_as_it_could_hide_a_call() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        refuse_remote(f"ASK {{\n VALUES ?x {{'''x'}} SERVICE {CALL} }}")

    assert (2, 13) == (caught.value.line, caught.value.column)


PIECES = """
    SERVICE service . ; : ex: ex:a :x ?s ?p ?o 1 true a ' " \'\'\' \"\"\" # < > { } ( ) || \\ 'x' 'x>y' @en _:b -
    ^^ \\' ex:b\\' FILTER(?a< OPTIONAL HERE
""".split()  # noqa: SIM905 - one by one they fill a page


@pytest.fixture(scope="module")
def nobody() -> Iterator[str]:
    """The IRI of a loopback port that is taken and never answers, so that every call to it fails."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.fixture(scope="module")
def one_triple() -> Store:
    store = Store()
    store.update("INSERT DATA { <http://a> <http://b> 1 }")
    return store


@given(
    st.lists(st.sampled_from([*PIECES, " ", "\n", "{ ?s ?p ?o }", "BIND(1 AS ?a)", "VALUES ?v { 1 }"]), max_size=12),
    st.sampled_from(["", "SERVICE HERE { }", "SERVICEex:x{ }", "SERVICE:x{ }"]),
)
def test_nothing_that_passes_makes_oxigraph_call_out(
    nobody: str, one_triple: Store, pieces: list[str], call: str
) -> None:
    text = "".join([*pieces, call]).replace("HERE", f"<{nobody}>")
    query = f"PREFIX ex: <{nobody}> PREFIX : <{nobody}> SELECT * {{ {text} }}"
    with suppress(QueryRefused, SyntaxError, QuerySyntaxError):
        refuse_remote(query)
        solutions_in(one_triple, query, QueryResultsFormat.CSV)


def test_the_fuzzing_above_would_see_a_call(nobody: str, one_triple: Store) -> None:
    with pytest.raises(OSError, match="refused"):
        solutions_in(one_triple, f"SELECT * {{ SERVICE <{nobody}> {{ }} }}", QueryResultsFormat.CSV)
