"""What harvests refused, repaired and found gone: summed by reason code, or case by case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode

from rubricator.errors import NotFound, UsageError
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
    when: datetime


def sums(client: StoreClient, iris: Iris, dataset: str | None = None) -> list[Sum]:
    """One line for each code, by kind, the most frequent first.

    A refusal is mended, and left out, once its data set has a record from the same source. Raises NotFound for a data
    set that nothing belongs to.
    """
    _check_dataset(client, iris, dataset)
    part = _part(iris, dataset)
    patterns = {
        "refused": _refused(iris, part, "?code"),
        "gone": _gone(part, "?code"),
        "repaired": f"GRAPH ?x {{ ?x enr:repair ?code {part} }}",
    }
    found: list[Sum] = []
    for kind, pattern in patterns.items():
        rows = client.select(
            f"""{SPARQL_PREFIXES}SELECT ?code (COUNT(DISTINCT ?x) AS ?n) (MIN(STR(?source)) AS ?first)
            WHERE {{ {pattern} }} GROUP BY ?code"""
        )
        for row in rows:
            if code := _text(row.get("code")):
                example = _text(row.get("first")) or _example(client, code, part)
                found.append(Sum(_kind(code, kind), code, int(_text(row["n"])), example))
    return sorted(found, key=lambda line: (KINDS.index(line.kind), -line.count, line.code))


def cases(client: StoreClient, iris: Iris, code: str, dataset: str | None = None) -> Iterator[Case]:
    """Every case of one code, by address. A repair comes once for each value that it changed.

    Raises UsageError for a code that there is not, NotFound for a data set that nothing belongs to.
    """
    if code not in REASONS:
        near = get_close_matches(code, REASONS)
        hint = f"; near are {', '.join(near)}" if near else ""
        raise UsageError(
            f"There is no code {code!r}{hint}: `rubricator harvest report` lists those met, docs/reasons.md all."
        )
    _check_dataset(client, iris, dataset)
    return _cases(client, iris, code, dataset)


def _check_dataset(client: StoreClient, iris: Iris, dataset: str | None) -> None:
    """A data set may have refusals and no record."""
    if dataset is None:
        return
    about = f"?x dcterms:isPartOf {iris.thing('dataset', dataset)}"
    if not client.ask(f"{SPARQL_PREFIXES}ASK {{ GRAPH ?graph {{ {about} }} }}"):
        raise NotFound(f"No record belongs to a data set {dataset!r}; harvest it, or correct its name.")


def _cases(client: StoreClient, iris: Iris, code: str, dataset: str | None) -> Iterator[Case]:
    part, wanted = _part(iris, dataset), str(Literal(code))
    patterns = (
        f"""{_refused(iris, part, wanted)}
          GRAPH {iris.ledger} {{ ?x dcterms:created ?when ; dcterms:description ?message }}""",
        _gone(part, wanted),
        f"""GRAPH ?x {{ ?x enr:repair {wanted} ; dcterms:source ?source ; prov:generatedAtTime ?when {part}
          OPTIONAL {{ ?repair enr:code {wanted} ; enr:rawValue ?raw
            OPTIONAL {{ ?repair enr:repairedValue ?now }} }} }}""",
    )
    for pattern in patterns:
        rows = client.select_stream(
            f"""{SPARQL_PREFIXES}SELECT ?x ?dataset ?source ?raw ?now ?message ?when WHERE {{ {pattern} }}
            ORDER BY STR(?source) ?raw"""
        )
        for about, collection, *said in rows:
            name = iris.dataset_name(_text(collection)) if collection else iris.record_names(_text(about))[0]
            source, raw, stands, message, when = map(_text, said)
            yield Case(name, source, raw, stands, message, datetime.fromisoformat(when))


def _part(iris: Iris, dataset: str | None) -> str:
    """What follows a statement about something that belongs to the data set."""
    return f"; dcterms:isPartOf {iris.thing('dataset', dataset)}" if dataset is not None else ""


def _refused(iris: Iris, part: str, code: str) -> str:
    """MINUS, because Oxigraph would go through all records for each refusal that FILTER NOT EXISTS is about."""
    return f"""
      GRAPH {iris.ledger} {{
        ?x a enr:Rejection ; enr:code {code} ; dcterms:source ?source ; dcterms:isPartOf ?dataset {part} }}
      MINUS {{
        GRAPH {iris.ledger} {{ ?x a enr:Rejection ; dcterms:source ?source ; dcterms:isPartOf ?dataset }}
        GRAPH ?record {{ ?record dcterms:source ?source ; dcterms:isPartOf ?dataset ; enr:fingerprint ?print }} }}"""


def _gone(part: str, code: str) -> str:
    return f"GRAPH ?x {{ ?x prov:invalidatedAtTime ?when ; enr:code {code} ; dcterms:source ?source {part} }}"


def _example(client: StoreClient, code: str, part: str) -> str:
    """A raw value that was repaired, or the address of a record where no value was."""
    repaired = f"?x enr:repair {Literal(code)} {part}"
    for example in (f"?repair enr:code {Literal(code)} ; enr:rawValue ?example", "?x dcterms:source ?example"):
        query = f"{SPARQL_PREFIXES}SELECT ?example WHERE {{ GRAPH ?x {{ {repaired} . {example} }} }} LIMIT 1"
        if rows := client.select(query):
            return _text(rows[0]["example"])
    return ""


def _kind(code: str, kind: str) -> str:
    """Sources that fail are told from records that are refused, and pictures from what was repaired."""
    known = REASONS[code].kind if code in REASONS else kind
    return known if (kind, known) in (("refused", "source"), ("repaired", "picture")) else kind


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""
