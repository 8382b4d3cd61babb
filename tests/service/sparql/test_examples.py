"""The example queries run as they are, find what they promise, and are the ones that the documentation shows."""

import csv
import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, Triple, parse

from rubricator.iris import Iris
from rubricator.rdf import PREFIXES, RDFS, SCHEMA, SH, TYPE
from rubricator.resources import resource
from rubricator_service.documents.formats import DOCUMENT, HTML
from rubricator_service.sparql.examples import AUDIENCES, Example, example_triples, examples
from tests.service.live import BASE

EXAMPLES = examples(Iris(BASE))
BY_SLUG = {example.slug: example for example in EXAMPLES}
DOCS = Path(__file__).parents[3] / "docs"
EUROPEANA = "http://data.europeana.eu"
RUN_C, RUN_D = f"{BASE}/id/run/C", f"{BASE}/id/run/D"

# Of each example, a cell of its first row: of what it finds in ``lived``.
FOUND = {
    "anything-new": ("answer", "true"),
    "as-of": ("item", f"{EUROPEANA}/item/1/0"),
    "audit-a-claim": ("modelHash", "a" * 64),
    "changed-since": ("what", RUN_D),
    "claims-above-a-confidence": ("confidence", "0.9"),
    "claims-by-provider": ("provider", "Atlas Museum"),
    "claims-of-one-run": ("concept", f"{EUROPEANA}/concept/35"),
    "concept-counts": ("items", "39"),
    "confidence-bands": ("from", "0.7"),
    "coverage-of-providers": ("share", "1"),
    "decisions-on-runs": ("reason", "the head is better"),
    "disagreement": ("before", RUN_C),
    "equivalences": ("name", "archaeological site"),
    "everything-of-an-item": ("started", "2026-11-20T08:00:00Z"),
    "explanations": ("score", "0.25"),
    "failures": ("code", "image-gone"),
    "failures-by-reason": ("failures", "1"),
    "harvests": ("refused", "1"),
    "items-by-concept-and-dataset": ("items", "2"),
    "items-with-a-concept": ("concept", f"{EUROPEANA}/concept/51"),
    "licences-of-pictures": ("pictures", "40"),
    "near-misses": ("threshold", "0.5"),
    "newest-runs": ("run", RUN_C),
    "not-fetched": ("allowed", "open"),
    "pairs-of-concepts": ("items", "38"),
    "pictures-looked-at": ("rights", "http://creativecommons.org/publicdomain/zero/1.0/"),
    "prompts-of-runs": ("run", f"{BASE}/id/run/A"),
    "provider-and-machine": ("title", "Map of the harbour"),
    "quality": ("value", "0.93"),
    "record-of-an-item": ("kind", "oai"),
    "rejected-claims": ("instead", f"{EUROPEANA}/concept/35"),
    "thresholds-of-runs": ("precision", "0.95"),
    "trace-of-a-claim": ("operator", "operator-17"),
    "training-of-heads": ("licence", "CC0"),
    "who-reviewed": ("reviewer", "reviewer-0"),
}


def rows(client: FlaskClient, example: Example) -> list[dict[str, str]]:
    response = client.post("/sparql", data={"query": example.query, "format": "csv"})
    assert 200 == response.status_code, response.text
    if response.text in ("true", "false"):
        return [{"answer": response.text}]
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.mark.parametrize("slug", sorted(FOUND))
def test_an_example_finds_what_it_promises(lived: FlaskClient, slug: str) -> None:
    column, value = FOUND[slug]

    assert value == rows(lived, BY_SLUG[slug])[0][column]


def test_the_proxies_to_import_are_ours_alone(lived: FlaskClient) -> None:
    query = BY_SLUG["proxies-to-import"].query
    found = parse(
        lived.post("/sparql", data={"query": query, "format": "turtle"}).data, format=RdfFormat.TURTLE, base_iri=BASE
    )

    subjects = {quad.subject.value for quad in found if isinstance(quad.subject, NamedNode)}
    assert f"{BASE}/id/proxy/1/0" in subjects
    assert not [subject for subject in subjects if not subject.startswith(f"{BASE}/id/proxy/")]


def test_every_example_is_run_by_a_test() -> None:
    assert {*FOUND, "proxies-to-import"} == set(BY_SLUG)


def test_nobody_can_pose_as_a_run(lived: FlaskClient) -> None:
    for example in EXAMPLES:
        text = lived.post("/sparql", data={"query": example.query}).text
        assert "eeeeeeeeee" not in text.replace("e" * 64, ""), example.slug
        assert "forged" not in text or example.slug == "claims-above-a-confidence", example.slug


def test_a_near_miss_of_a_concept_that_is_never_claimed_has_no_threshold(lived: FlaskClient) -> None:
    found = [(row["confidence"], row["threshold"]) for row in rows(lived, BY_SLUG["near-misses"])]

    assert [("0.45", "0.5"), ("0.7", "")] == found


def test_near_misses_stand_beside_their_threshold(client: FlaskClient) -> None:
    [row] = rows(client, BY_SLUG["near-misses"])

    assert ("0.0712", "0.5") == (row["confidence"], row["threshold"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.slug)
def test_an_example_has_the_form_of_the_sib(example: Example) -> None:
    said = [triple for triple in example_triples(Iris(BASE)) if triple.subject == example.iri]
    form = re.search(r"^(SELECT|ASK|CONSTRUCT)\b", example.query, re.MULTILINE)

    assert form is not None
    assert Triple(example.iri, TYPE, SH["SPARQLExecutable"]) in said
    assert Triple(example.iri, TYPE, SH[f"SPARQL{form[1].title()}Executable"]) in said
    assert Triple(example.iri, SH[form[1].lower()], Literal(example.query)) in said
    assert Triple(example.iri, RDFS["comment"], Literal(example.title, language="en")) in said
    assert Triple(example.iri, SCHEMA["target"], NamedNode(f"{BASE}/sparql")) in said
    assert Triple(example.iri, SH["prefixes"], NamedNode(f"{BASE}/sparql/examples/prefixes")) in said
    assert 1 == sum(Literal(audience) in [triple.object for triple in said] for audience in AUDIENCES)
    assert "<graph/" not in example.query
    assert "<id/" not in example.query


def test_an_example_is_named_as_its_file() -> None:
    files = {path.stem for path in resource("ontology", "examples").glob("*.ttl")}

    assert files == {*BY_SLUG, "prefixes"}


def test_the_prefixes_are_those_of_the_library() -> None:
    said: dict[str, dict[NamedNode, str]] = {}
    for triple in example_triples(Iris(BASE)):
        if isinstance(triple.object, Literal) and isinstance(triple.subject, NamedNode):
            said.setdefault(triple.subject.value, {})[triple.predicate] = triple.object.value

    assert PREFIXES == {parts[SH["prefix"]]: parts[SH["namespace"]] for parts in said.values() if SH["prefix"] in parts}


@pytest.mark.parametrize("page", ["aggregators", "auditors"])
def test_the_documentation_shows_the_same_queries(page: str) -> None:
    files = [path.read_text() for path in resource("ontology", "examples").glob("*.ttl")]
    shown = re.findall(r"```sparql\n(.*?)```", (DOCS / f"{page}.md").read_text(), re.DOTALL)

    assert shown
    assert [] == [query for query in shown if not any(f'"""{query}"""' in text for text in files)]


def test_all_examples_are_at_a_well_known_address_in_every_format(client: FlaskClient) -> None:
    everything = set(example_triples(Iris(BASE)))
    for form in DOCUMENT:
        for answer in (
            client.get("/.well-known/sparql-examples", headers={"Accept": form.media_type}),
            client.get(f"/.well-known/sparql-examples.{form.suffix}"),
        ):
            assert (200, form.media_type) == (answer.status_code, answer.mimetype)
            if form is not HTML:
                found = parse(answer.data, format=form.rdf)
                assert everything == {quad.triple for quad in found}


@pytest.mark.parametrize("slug", ["near-misses", "anything-new", "prefixes"])
def test_an_example_answers_at_its_iri(client: FlaskClient, slug: str) -> None:
    iri = NamedNode(f"{BASE}/sparql/examples/{slug}")
    answer = client.get(f"/sparql/examples/{slug}", headers={"Accept": "text/turtle"})

    said = {quad.triple for quad in parse(answer.data, format=RdfFormat.TURTLE)}
    assert {triple for triple in example_triples(Iris(BASE)) if triple.subject == iri} <= said
    assert f'</sparql/examples/{slug}.jsonld>; rel="alternate"' in " ".join(answer.headers.getlist("Link"))


def test_an_example_is_to_be_had_as_a_page_and_as_bare_sparql(client: FlaskClient) -> None:
    page = client.get("/sparql/examples/near-misses", headers={"Accept": "text/html"})
    bare = client.get("/sparql/examples/near-misses.rq")

    assert "Near misses" in page.text
    assert ("application/sparql-query", BY_SLUG["near-misses"].query) == (bare.mimetype, bare.text)


@pytest.mark.parametrize(
    "path", ["/sparql/examples/nothing", "/sparql/examples/near-misses.exe", "/.well-known/sparql-examples.exe"]
)
def test_an_example_that_is_not_there_is_a_problem(client: FlaskClient, path: str) -> None:
    assert (404, "application/problem+json") == ((answer := client.get(path)).status_code, answer.mimetype)


def test_the_service_description_leads_to_the_examples(client: FlaskClient) -> None:
    said = {quad.triple for quad in parse(client.get("/sparql").data, format=RdfFormat.TURTLE)}

    assert (
        Triple(NamedNode(f"{BASE}/sparql"), RDFS["seeAlso"], NamedNode(f"{BASE}/.well-known/sparql-examples")) in said
    )


# Bodies of every kind: Europeana's (which a record labels too), AAT's, two that are ours, and one that nobody labels;
# and a claim without confidence, as people make them.
_VIEW = """
@prefix edm: <http://www.europeana.eu/schemas/edm/> .
@prefix enr: <https://w3id.org/rubricator/ns#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <http://x.test/> .
x:sculpture skos:prefLabel "Sculpture"@en, "Skulptur"@de ; skos:exactMatch <http://data.europeana.eu/concept/51> ;
  skos:closeMatch <http://vocab.getty.edu/aat/300047090> .
x:statue skos:prefLabel "Statue"@en ; skos:closeMatch <http://vocab.getty.edu/aat/300047090> .
<http://data.europeana.eu/concept/51> skos:prefLabel "sculpture"@en, "Sculptures"@en .
x:toy skos:prefLabel "Toy"@en .
x:own skos:prefLabel "Sculpture"@en .
x:item enr:hasEnrichment x:a, x:b, x:c, x:d, x:e, x:f .
x:a oa:hasBody <http://data.europeana.eu/concept/51> ; edm:confidenceLevel 0.9 .
x:b oa:hasBody <http://vocab.getty.edu/aat/300047090> ; edm:confidenceLevel 0.8 .
x:c oa:hasBody x:toy ; edm:confidenceLevel 0.7 .
x:d oa:hasBody x:unlabelled ; edm:confidenceLevel 0.6 .
x:e oa:hasBody x:own ; edm:confidenceLevel 0.55 .
x:f oa:hasBody x:own .
"""


def solutions(query: str) -> list[list[str | None]]:
    store = Store()
    store.load(_VIEW.encode(), RdfFormat.TURTLE)
    results = store.query(query)
    assert isinstance(results, QuerySolutions)
    return [[getattr(term, "value", None) for term in row] for row in results]


def test_a_claim_is_given_once_whatever_its_body() -> None:
    query = BY_SLUG["claims-above-a-confidence"].query

    labels = {str(confidence): label for _, _, label, confidence in solutions(query)}
    assert ["0.9", "0.8", "0.7", "0.6", "0.55"] == [confidence for _, _, _, confidence in solutions(query)]
    assert {"Sculpture", "Sculptures", "sculpture"} >= {labels["0.9"]}
    assert {"Sculpture", "Statue"} >= {labels["0.8"]}
    assert ("Toy", None, "Sculpture") == (labels["0.7"], labels["0.6"], labels["0.55"])


def test_items_with_a_concept_are_found_whatever_the_body_and_each_claim_once() -> None:
    found = solutions(BY_SLUG["items-with-a-concept"].query)

    assert ["0.9", "0.8", "0.55", None] == [confidence for _, _, confidence in found]


def test_what_people_say_is_counted_with_what_runs_claim() -> None:
    found = solutions(BY_SLUG["concept-counts"].query)

    assert ["1", "1", "1", "1", "1"] == [items for _, items, _ in found]
    assert 0 == sum(mean is None for _, _, mean in found)


def test_what_people_put_in_the_place_of_claims_is_part_of_everything_that_was_said(lived: FlaskClient) -> None:
    replaced = rows(lived, BY_SLUG["rejected-claims"])
    item, concept = next((row["item"], row["instead"]) for row in replaced if row["instead"])
    chosen = "{ SELECT ?item WHERE { ?item enr:hasEnrichment ?any } LIMIT 1 }"
    query = BY_SLUG["everything-of-an-item"].query.replace(chosen, f"VALUES ?item {{ <{item}> }}")
    answer = lived.post("/sparql", data={"query": query, "format": "csv"})

    said = list(csv.DictReader(io.StringIO(answer.text)))
    assert concept in [row["instead"] for row in said if row["reviewed"]]
    assert [] == [row for row in said if bool(row["instead"]) != bool(row["reviewed"])]


def test_the_picture_of_a_claim_that_people_replaced_counts_among_the_licences() -> None:
    graph, claim, person = f"{BASE}/graph", f"{BASE}/annotation/machine", f"{BASE}/annotation/person"
    store = Store()
    store.load(
        f"""
        @prefix enr: <https://w3id.org/rubricator/ns#> .
        @prefix prov: <http://www.w3.org/ns/prov#> .
        {{ <http://x.test/item> enr:hasEnrichment <{person}> }}
        <{graph}/reviews> {{ <{person}> prov:wasRevisionOf <{claim}> }}
        <{graph}/run/A> {{ <{claim}> prov:wasDerivedFrom <http://x.test/capture> }}
        <{graph}/ledger> {{
          <{graph}/run/A> a prov:Bundle .
          <http://x.test/capture> prov:specializationOf <http://x.test/picture> ;
            <http://www.europeana.eu/schemas/edm/rights> <http://x.test/rights> .
        }}""".encode(),
        RdfFormat.TRIG,
    )
    results = store.query(BY_SLUG["licences-of-pictures"].query)

    assert isinstance(results, QuerySolutions)
    assert [["http://x.test/rights", "1", "1"]] == [[term.value for term in row] for row in results]
