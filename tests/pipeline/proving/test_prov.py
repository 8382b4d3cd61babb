"""The whole ledger of a store that has lived keeps the constraints of PROV (https://www.w3.org/TR/prov-constraints/)."""

from collections.abc import Iterator

import pytest
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse

from rubricator.pipeline.checking.check import check_claims, check_explanations, check_ledger, check_reviews
from rubricator.pipeline.proving.verify import verify_run
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.resources import resource
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from tests.pipeline.proving.lived import live


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StoreClient, Settings]]:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("prov"), base="http://rubricator.test")
    with connect(settings) as client:
        live(client, settings)
        yield client, settings


@pytest.fixture(scope="module")
def provenance(lived: tuple[StoreClient, Settings]) -> Store:
    """Everything but the published view as one graph, and what our own classes are kinds of."""
    client, _ = lived
    store = Store()
    dumped = b"".join(client.export("application/n-quads"))
    named = (quad for quad in parse(dumped, RdfFormat.N_QUADS) if not isinstance(quad.graph_name, DefaultGraph))
    store.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in named)
    store.load(path=resource("ontology", "rubricator.ttl"), format=RdfFormat.TURTLE)
    store.update(f"{SPARQL_PREFIXES}INSERT {{ ?x a ?super }} WHERE {{ ?x a/rdfs:subClassOf+ ?super }}")
    return store


def generated(entity: str) -> str:
    """When an entity was generated: at a moment that is told, or within the activity that generated it."""
    first, last = f"?{entity}_first", f"?{entity}_last"
    return f"""{{ ?{entity} prov:generatedAtTime {first} BIND({first} AS {last}) }} UNION
      {{ ?{entity} prov:wasGeneratedBy/prov:startedAtTime {first} ; prov:wasGeneratedBy/prov:endedAtTime {last} }}"""


BROKEN = {
    "nothing derives from itself": "?x (prov:wasDerivedFrom|prov:wasRevisionOf|dcterms:replaces)+ ?x",
    "nothing specialises itself": "?x prov:specializationOf+ ?x",
    "nothing influences its own cause": "?x (prov:used|prov:wasGeneratedBy)+ ?x",
    "an activity ends after its start": "?x prov:startedAtTime ?from ; prov:endedAtTime ?to FILTER(?to < ?from)",
    "an activity starts and ends once": """?x a prov:Activity ; prov:startedAtTime|prov:endedAtTime ?one .
        { ?x prov:startedAtTime ?a , ?b } UNION { ?x prov:endedAtTime ?a , ?b } FILTER(?a != ?b)""",
    "what is used was there before the activity ended": f"""?x prov:used ?e ; prov:endedAtTime ?to .
        {generated("e")} FILTER(?e_first > ?to)""",
    "what derives comes after what it derives from": f"""?x prov:wasDerivedFrom ?e .
        {generated("e")} {generated("x")} FILTER(?e_first > ?x_last)""",
    "nothing is invalid before it is generated": f"""?x prov:invalidatedAtTime ?gone .
        {generated("x")} FILTER(?x_first > ?gone)""",
    "an entity comes from one activity": "?x prov:wasGeneratedBy ?a , ?b FILTER(?a != ?b)",
    "no activity is an entity": "?x a prov:Activity , prov:Entity",
    "what is used is no activity": "?any prov:used ?x . ?x a prov:Activity",
    "what generates is an activity": "?any prov:wasGeneratedBy ?x FILTER NOT EXISTS { ?x a prov:Activity }",
    "what invalidates is an activity": "?any prov:wasInvalidatedBy ?x FILTER NOT EXISTS { ?x a prov:Activity }",
    "what derives is no activity": "?x prov:wasDerivedFrom|^prov:wasDerivedFrom ?any . ?x a prov:Activity",
    "only activities use things": "?x prov:used ?any FILTER NOT EXISTS { ?x a prov:Activity }",
    "whoever is associated is an agent": """?any prov:wasAssociatedWith|prov:agent|prov:wasAttributedTo ?x
        FILTER NOT EXISTS { ?x a ?kind FILTER(?kind IN (prov:Agent, prov:SoftwareAgent, prov:Person)) }""",
    "no agent is an activity": """?x a prov:Activity , ?kind
        FILTER(?kind IN (prov:Agent, prov:SoftwareAgent, prov:Person))""",
}


@pytest.mark.parametrize("rule", BROKEN)
def test_provenance_keeps_the_rule(provenance: Store, rule: str) -> None:
    rows = provenance.query(f"{SPARQL_PREFIXES}SELECT DISTINCT ?x WHERE {{ {BROKEN[rule]} }} LIMIT 5")

    assert [] == [str(row["x"]) for row in rows]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("nothing derives from itself", "<x:a> prov:wasDerivedFrom <x:b> . <x:b> prov:wasRevisionOf <x:a>"),
        ("an activity ends after its start", "<x:a> prov:startedAtTime 2 ; prov:endedAtTime 1"),
        ("no activity is an entity", "<x:a> a prov:Activity , prov:Entity"),
        ("what generates is an activity", "<x:e> prov:wasGeneratedBy <x:a>"),
        (
            "what is used was there before the activity ended",
            "<x:a> prov:used <x:e> ; prov:endedAtTime 1 . <x:e> prov:generatedAtTime 2",
        ),
    ],
)
def test_the_rule_finds_what_breaks_it(rule: str, fault: str) -> None:
    store = Store()
    store.update(f"{SPARQL_PREFIXES}INSERT DATA {{ {fault} }}")

    assert store.query(f"{SPARQL_PREFIXES}ASK {{ {BROKEN[rule]} }}")


def test_all_that_a_store_has_lived_conforms_to_the_shapes(lived: tuple[StoreClient, Settings]) -> None:
    client, settings = lived
    iris = settings.iris
    claimed = [*check_ledger(client, iris), *check_claims(client, iris)]
    checked = [*claimed, *check_reviews(client, iris), *check_explanations(client)]

    assert [] == [finding.message for one in checked for finding in one.findings]
    assert checked


def test_what_people_decide_changes_nothing_that_a_manifest_covers(lived: tuple[StoreClient, Settings]) -> None:
    client, settings = lived
    changed = [one for ulid in "ABC" for one in verify_run(client, ulid, settings) if one.verdict == "changed"]

    assert [] == changed
