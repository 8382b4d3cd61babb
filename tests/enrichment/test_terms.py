"""What our writers say agrees with what the ontology says of the terms that they use."""

from graphlib import TopologicalSorter

import pytest
from pyoxigraph import Literal, NamedNode, Triple, parse

from rubricator.rdf import ENR, PROV, RDFS, TYPE, XSD
from rubricator.resources import resource

ONTOLOGY = [quad.triple for quad in parse(path=resource("ontology", "rubricator.ttl"), base_iri=str(ENR))]


def said(predicate: NamedNode) -> dict[NamedNode, NamedNode]:
    """What the ontology says of our terms by a predicate with one value."""
    return {
        triple.subject: triple.object
        for triple in ONTOLOGY
        if triple.predicate == predicate
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, NamedNode)
    }


RANGES, DOMAINS, PARENTS = said(RDFS["range"]), said(RDFS["domain"]), said(RDFS["subClassOf"])


@pytest.fixture(scope="session")
def everything(told: list[Triple], explained: list[Triple]) -> list[Triple]:
    return [*told, *explained]


def test_every_literal_is_of_the_type_that_is_the_range_of_its_term(everything: list[Triple]) -> None:
    literals = [triple for triple in everything if isinstance(triple.object, Literal) and triple.predicate in RANGES]

    assert 20 < len({triple.predicate for triple in literals})
    for triple in literals:
        assert isinstance(triple.object, Literal)
        assert RANGES[triple.predicate] == triple.object.datatype, triple.predicate


def test_every_term_is_said_of_what_is_its_domain(everything: list[Triple]) -> None:
    kinds = {(triple.subject, triple.object) for triple in everything if triple.predicate == TYPE}
    kinds |= {(subject, PARENTS[kind]) for subject, kind in kinds if kind in PARENTS}  # type: ignore[index]
    bound = [triple for triple in everything if triple.predicate in DOMAINS]

    assert 20 < len({triple.predicate for triple in bound})
    assert [] == [triple for triple in bound if (triple.subject, DOMAINS[triple.predicate]) not in kinds]


def test_nothing_is_derived_from_itself_and_no_activity_used_what_it_made(everything: list[Triple]) -> None:
    steps = [triple for triple in everything if triple.predicate in (PROV["wasDerivedFrom"], PROV["wasGeneratedBy"])]
    steps += [triple for triple in everything if triple.predicate == PROV["used"]]
    order = TopologicalSorter[object]()
    for triple in steps:
        order.add(triple.subject, triple.object)

    order.prepare()  # raises CycleError


def test_what_a_run_used_was_made_before_it_began(everything: list[Triple]) -> None:
    times = {
        (triple.subject, triple.predicate): triple.object.value
        for triple in everything
        if isinstance(triple.object, Literal) and triple.object.datatype == XSD["dateTime"]
    }
    made = {triple.subject: triple.object for triple in everything if triple.predicate == PROV["wasGeneratedBy"]}
    pairs = [
        (made[triple.object], triple.subject)  # type: ignore[index]
        for triple in everything
        if triple.predicate == PROV["used"] and triple.object in made
    ]

    assert pairs
    for before, after in pairs:
        assert times[before, PROV["endedAtTime"]] <= times[after, PROV["startedAtTime"]]  # type: ignore[index]
