"""Statements gathered from the store, one thing at a time, to be asked by subject and predicate."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.enrichment.answers import Selecting
from rubricator.iris import Iris
from rubricator.rdf import ENR, SPARQL_PREFIXES, TYPE

Value = NamedNode | Literal


class Knowledge:
    """What is known by now. ``concept`` is the body that is asked about: parts of things for others are passed over."""

    def __init__(self, client: Selecting, iris: Iris) -> None:
        self.concept: NamedNode | None = None
        self._client = client
        self._iris = iris
        self._values: dict[tuple[NamedNode, NamedNode], list[Value]] = {}

    def learn(self, things: Iterable[NamedNode]) -> None:
        """Add what the ledger says of these, and of their parts (``thing#…``)."""
        other = f"BOUND(?for) && ?for != {self.concept}" if self.concept else "BOUND(?for)"
        # Each thing is written out: bound by VALUES, the store would look at the whole ledger first.
        branches = (
            f"""{{ {thing} ?p ?o BIND({thing} AS ?s) }} UNION
            {{ {thing} ?link ?s FILTER(STRSTARTS(STR(?s), {Literal(thing.value + "#")}))
              OPTIONAL {{ ?s {ENR["forConcept"]} ?for }} FILTER(!({other})) ?s ?p ?o }}"""
            for thing in dict.fromkeys(things)
        )
        self.select(f"GRAPH {self._iris.ledger} {{ {' UNION '.join(branches)} }}")

    def select(self, pattern: str) -> None:
        """Add the statements ?s ?p ?o that a pattern finds."""
        for row in self._client.select(
            f"{SPARQL_PREFIXES}SELECT DISTINCT ?s ?p ?o WHERE {{ {pattern} }} ORDER BY ?s ?p ?o"
        ):
            subject, predicate, value = row["s"], row["p"], row["o"]
            if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and isinstance(value, Value):
                values = self._values.setdefault((subject, predicate), [])
                if value not in values:
                    values.append(value)

    def all(self, subject: NamedNode | None, predicate: NamedNode) -> list[Value]:
        return self._values.get((subject, predicate), []) if subject else []

    def nodes(self, subject: NamedNode | None, predicate: NamedNode) -> list[NamedNode]:
        return [value for value in self.all(subject, predicate) if isinstance(value, NamedNode)]

    def node(self, subject: NamedNode | None, predicate: NamedNode) -> NamedNode | None:
        return next(iter(self.nodes(subject, predicate)), None)

    def texts(self, subject: NamedNode | None, predicate: NamedNode) -> list[str]:
        return [value.value for value in self.all(subject, predicate)]

    def text(self, subject: NamedNode | None, predicate: NamedNode) -> str | None:
        return next(iter(self.texts(subject, predicate)), None)

    def of_kind(self, things: Iterable[NamedNode], kind: NamedNode) -> NamedNode | None:
        """The first of these that is of a class."""
        return next((thing for thing in things if kind in self.all(thing, TYPE)), None)

    def part(self, thing: NamedNode | None) -> NamedNode | None:
        """The part of a thing that is for the concept asked about."""
        parts = (
            subject
            for (subject, predicate), values in self._values.items()
            if thing and predicate == ENR["forConcept"] and self.concept in values
            and subject.value.startswith(f"{thing.value}#")
        )  # fmt: skip
        return next(parts, None)

    def triples(self) -> Iterator[Triple]:
        """Everything, but for links to parts that were passed over."""
        subjects = {subject for subject, _ in self._values}
        for (subject, predicate), values in self._values.items():
            for value in values:
                passed = isinstance(value, NamedNode) and value.value.startswith(f"{subject.value}#")
                if not passed or value in subjects:
                    yield Triple(subject, predicate, value)
