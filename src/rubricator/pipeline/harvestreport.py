"""What harvests refused, repaired and found gone: summed by reason code, or case by case."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.reasons import KINDS, REASONS
from rubricator.store.client import StoreClient
from rubricator.store.results import Term


@dataclass(frozen=True, slots=True)
class Sum:
    """How many records a code stands for, and one of them by its address, or by a raw value where it has one."""

    kind: str
    code: str
    count: int
    example: str

    @property
    def meaning(self) -> str:
        return REASONS[self.code].meaning if self.code in REASONS else ""

    @property
    def remedy(self) -> str:
        return REASONS[self.code].remedy if self.code in REASONS else ""


@dataclass(frozen=True, slots=True)
class Case:
    """One refusal, disappearance or repair.

    ``raw`` is a value as it came and ``now`` what stands in its place since the repair; a refusal has a ``message``.
    """

    dataset: str
    source: str
    raw: str
    now: str
    message: str
    when: str


def sums(client: StoreClient, iris: Iris, dataset: str | None = None) -> list[Sum]:
    """One line for each code, by kind, the most frequent first.

    A refusal is mended, and left out, once its data set has a record from the same source.
    """
    found: list[Sum] = []
    for kind, pattern in _patterns(iris, dataset).items():
        rows = client.select(
            f"""{SPARQL_PREFIXES}SELECT ?code (COUNT(DISTINCT ?x) AS ?n) (MIN(STR(?source)) AS ?first)
            WHERE {{ {pattern} }} GROUP BY ?code"""
        )
        for row in rows:
            if code := _text(row.get("code")):
                example = _raw_value(client, code) if kind == "repaired" else ""
                found.append(Sum(_kind(code, kind), code, int(_text(row["n"])), example or _text(row.get("first"))))
    return sorted(found, key=lambda line: (KINDS.index(line.kind), -line.count, line.code))


def cases(client: StoreClient, iris: Iris, code: str, dataset: str | None = None) -> Iterator[Case]:
    """Every case of one code, by address. A repair comes once for each value that it changed."""
    wanted = Literal(code)
    details = {
        "refused": f"GRAPH {iris.ledger} {{ ?x dcterms:created ?when ; dcterms:description ?message }}",
        "gone": "GRAPH ?x { ?x prov:invalidatedAtTime ?when }",
        "repaired": f"""GRAPH ?x {{ ?x prov:generatedAtTime ?when
          OPTIONAL {{ ?repair enr:code {wanted} ; enr:rawValue ?raw
            OPTIONAL {{ ?repair enr:repairedValue ?now }} }} }}""",
    }
    for kind, pattern in _patterns(iris, dataset).items():
        rows = client.select_stream(
            f"""{SPARQL_PREFIXES}SELECT DISTINCT ?x ?dataset ?source ?raw ?now ?message ?when WHERE {{
              VALUES ?code {{ {wanted} }} {pattern} {details[kind]}
            }} ORDER BY STR(?source) ?raw"""
        )
        for about, part, *said in rows:
            name = iris.dataset_name(_text(part)) if part else iris.record_names(_text(about))[0]
            yield Case(name, *map(_text, said))


def _patterns(iris: Iris, dataset: str | None) -> dict[str, str]:
    """What each kind of thing ?x looks like that has a ?code and a ?source."""
    part = f"; dcterms:isPartOf {iris.thing('dataset', dataset)}" if dataset is not None else ""
    return {
        "refused": f"""GRAPH {iris.ledger} {{
            ?x a enr:Rejection ; enr:code ?code ; dcterms:source ?source ; dcterms:isPartOf ?dataset {part} }}
          FILTER NOT EXISTS {{ GRAPH ?record {{
            ?record dcterms:source ?source ; dcterms:isPartOf ?dataset ; enr:fingerprint ?print }} }}""",
        "gone": f"""GRAPH ?x {{
            ?x prov:invalidatedAtTime ?moment ; enr:code ?code ; dcterms:source ?source {part} }}""",
        "repaired": f"GRAPH ?x {{ ?x enr:repair ?code ; dcterms:source ?source {part} }}",
    }


def _raw_value(client: StoreClient, code: str) -> str:
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?raw WHERE {{ GRAPH ?x {{ ?repair enr:code {Literal(code)} ; enr:rawValue ?raw }} }}
        LIMIT 1"""
    )
    return _text(rows[0]["raw"]) if rows else ""


def _kind(code: str, kind: str) -> str:
    """Sources that fail are told from records that are refused, and pictures from what was repaired."""
    known = REASONS[code].kind if code in REASONS else kind
    return known if (kind, known) in (("refused", "source"), ("repaired", "picture")) else kind


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""
