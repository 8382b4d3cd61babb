"""What the store knows of the claims on some items: read here, judged by ``enrichment.standing``."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from pyoxigraph import NamedNode

from rubricator.enrichment.reviews import Decision, Replacement, Role
from rubricator.enrichment.standing import Claim, Facts, Invalidation, Judgement, State
from rubricator.iris import Iris
from rubricator.rdf import ENR, SPARQL_PREFIXES
from rubricator.store.client import StoreClient
from rubricator.store.results import Term, as_iri, as_literal

Invalidations = dict[NamedNode, list[Invalidation]]


class FactReader:
    """Reads facts item by item. Runs and events are few and read once: make a new one after a write."""

    def __init__(self, client: StoreClient, iris: Iris) -> None:
        self._client = client
        self._iris = iris
        self._begun = self._runs()
        self._events = self._read_events()
        self._of_graphs = self._invalidations(f"GRAPH {iris.ledger} {{ ?what prov:wasInvalidatedBy ?event }}")
        self._single = client.ask(
            f"{SPARQL_PREFIXES}ASK {{ GRAPH {iris.ledger} {{ ?g prov:wasGeneratedBy ?e . ?e a enr:Retraction }} }}"
        )
        self._reviewed = client.ask(f"ASK {{ GRAPH {iris.reviews} {{ ?s ?p ?o }} }}")

    def of(self, items: Sequence[NamedNode]) -> Facts:
        """Everything that decides which claims on these items stand."""
        claims = self._claims(items)
        annotations = [claim.annotation for claim in claims]
        of_claims = self._of_claims(annotations) if self._single else {}
        return Facts(claims, self._of_graphs, of_claims, self._judgements(annotations) if self._reviewed else {})

    def _runs(self) -> dict[NamedNode, datetime]:
        """When the run of each graph began."""
        rows = self._client.select(
            f"""{SPARQL_PREFIXES}SELECT ?graph ?begun WHERE {{ GRAPH {self._iris.ledger} {{
              ?run a enr:Run ; prov:startedAtTime ?begun . ?graph prov:wasGeneratedBy ?run
            }} }}"""
        )
        return {as_iri(row["graph"]): moment(row["begun"]) for row in rows}

    def _claims(self, items: Sequence[NamedNode]) -> list[Claim]:
        rows = self._client.select_stream(
            f"""{SPARQL_PREFIXES}SELECT ?annotation ?graph ?item ?body ?property ?confidence WHERE {{
              GRAPH ?graph {{
                {_values("?item", items)}
                ?target oa:hasScope ?item .
                ?annotation oa:hasTarget ?target ; a oa:Annotation ; oa:hasBody ?body ; enr:property ?property ;
                  edm:confidenceLevel ?confidence .
              }}
            }}"""
        )
        return [
            Claim(
                as_iri(annotation),
                run,
                as_iri(item),
                as_iri(body),
                as_iri(property_),
                as_literal(confidence),
                self._begun[run],
            )
            for annotation, graph, item, body, property_, confidence in rows
            if (run := as_iri(graph)) in self._begun
        ]

    def _of_claims(self, annotations: Sequence[NamedNode]) -> Invalidations:
        """By lists that the ledger knows as such: a harvested record can say anything."""
        return self._invalidations(
            f"GRAPH ?retraction {{ {_values('?what', annotations)} ?what prov:wasInvalidatedBy ?event }} "
            f"GRAPH {self._iris.ledger} {{ ?retraction prov:wasGeneratedBy ?event }}"
        )

    def _invalidations(self, pattern: str) -> Invalidations:
        """By what was invalidated (?what); ``pattern`` also binds ?event."""
        found: defaultdict[NamedNode, list[Invalidation]] = defaultdict(list)
        for row in self._client.select(f"{SPARQL_PREFIXES}SELECT DISTINCT ?what ?event WHERE {{ {pattern} }}"):
            event = self._events.get(as_iri(row["event"]))
            if event is not None:
                found[as_iri(row["what"])].append(event)
        return dict(found)

    def _read_events(self) -> dict[NamedNode, Invalidation]:
        rows = self._client.select(
            f"""{SPARQL_PREFIXES}SELECT ?event ?kind ?moment (MIN(?later) AS ?revoked) WHERE {{
              GRAPH {self._iris.ledger} {{
                VALUES ?kind {{ enr:Retraction enr:Supersession }}
                ?event a ?kind ; prov:endedAtTime ?moment .
                OPTIONAL {{ ?reinstatement enr:revokes ?event ; prov:endedAtTime ?later }}
              }}
            }} GROUP BY ?event ?kind ?moment"""
        )
        return {
            as_iri(row["event"]): Invalidation(
                State.retracted if row["kind"] == ENR["Retraction"] else State.superseded,
                moment(row["moment"]),
                moment(row["revoked"]) if "revoked" in row else None,
            )
            for row in rows
        }

    def _judgements(self, annotations: Sequence[NamedNode]) -> dict[NamedNode, list[Judgement]]:
        rows = self._client.select(
            f"""{SPARQL_PREFIXES}
            SELECT DISTINCT ?claim ?review ?decision ?reviewer ?role ?moment ?note ?annotation ?body ?property WHERE {{
              GRAPH {self._iris.reviews} {{
                {_values("?claim", annotations)}
                ?review a enr:Review ; oa:hasTarget ?claim ; oa:hasBody ?decision ; enr:role ?role ;
                  dcterms:created ?moment ; dcterms:creator ?reviewer .
                OPTIONAL {{ ?review rdfs:comment ?note }}
                OPTIONAL {{
                  ?review enr:replacement ?annotation . ?annotation oa:hasBody ?body ; enr:property ?property
                }}
              }}
            }}"""
        )
        found: defaultdict[NamedNode, list[Judgement]] = defaultdict(list)
        for row in rows:
            replacement = None
            if "annotation" in row:
                replacement = Replacement(as_iri(row["annotation"]), as_iri(row["body"]), as_iri(row["property"]))
            found[as_iri(row["claim"])].append(
                Judgement(
                    as_iri(row["review"]),
                    Decision(_name(row["decision"])),
                    as_iri(row["reviewer"]),
                    Role(_name(row["role"])),
                    moment(row["moment"]),
                    as_literal(row["note"]).value if "note" in row else "",
                    replacement,
                )
            )
        return dict(found)


def moment(term: Term) -> datetime:
    """The time that a term says."""
    return datetime.fromisoformat(as_literal(term).value)


def _values(variable: str, terms: Sequence[NamedNode]) -> str:
    return f"VALUES {variable} {{ {' '.join(map(str, terms))} }}"


def _name(term: Term) -> str:
    return as_iri(term).value.removeprefix(str(ENR))
