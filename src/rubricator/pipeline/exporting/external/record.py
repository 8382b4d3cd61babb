"""A stored record in the form of EDM external, with our statements beside the provider's."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.pipeline.exporting.external.order import NEEDED, Element, Form, class_iris
from rubricator.pipeline.exporting.external.xml import Said, Value, document, written
from rubricator.rdf import DC, DCTERMS, EDM, ORE, RDF, SKOS, TYPE

SOFTWARE, PERSON = "SoftwareAgent", "Person"
_TYPES = ("TEXT", "VIDEO", "IMAGE", "SOUND", "3D")
_CONTEXTS = ("edm:Agent", "edm:Place", "edm:TimeSpan", "skos:Concept", "cc:License", "svcs:Service")
_STRUCTURE = frozenset(
    term.value for term in (TYPE, ORE["proxyFor"], ORE["proxyIn"], ORE["lineage"], EDM["europeanaProxy"])
)
_ANY_SUBJECT = (DC["subject"], DC["type"], DCTERMS["temporal"], DCTERMS["spatial"])
_STATEMENT = RDF["Statement"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is published of the item; ``confidence`` is None where a person stands for it."""

    property: NamedNode
    body: NamedNode
    confidence: str | None


@dataclass(frozen=True, slots=True)
class External:
    """``xml`` is None where ``lacking`` (reason codes) says why there is no valid record.

    ``left_out`` counts statements of the record that have no place in it, by property.
    """

    xml: bytes | None
    lacking: tuple[str, ...]
    left_out: Counter[str] = field(default_factory=Counter)


def external(
    item: NamedNode, stored: Sequence[Triple], claimed: Sequence[Claimed], labels: Mapping[str, Mapping[str, str]]
) -> External:
    """The record of an item. ``labels`` are those of our concepts, by body and language.

    Europeana's own proxy is left out: it makes its enrichments anew.
    """
    record = _Record(item, stored)
    cho, aggregation = record.provided(), record.aggregation()
    for one in _each_once(claimed):
        cho[one.property.value].append(Value(one.body, SOFTWARE if one.confidence else PERSON, one.confidence))
    if lacking := tuple(_lacking(cho, aggregation)):
        return External(None, lacking)
    left_out: Counter[str] = Counter()
    parts = [written("edm:ProvidedCHO", item.value, cho, left_out)]
    resources = record.of_class("edm:WebResource")
    parts += [written("edm:WebResource", iri, said, left_out) for iri, said in resources.items()]
    contexts = record.contexts([cho, aggregation, *resources.values()])
    parts += [written(kind, iri, said, left_out) for kind, iri, said in contexts]
    described = {iri for _, iri, _ in contexts}
    for body in dict.fromkeys(one.body.value for one in claimed):
        if body not in described and (named := labels.get(body)):
            texts = [
                Value(Literal(text, language=language) if language else Literal(text))
                for language, text in named.items()
            ]
            parts.append(written("skos:Concept", body, {SKOS["prefLabel"].value: texts}, left_out))
    parts.append(written("ore:Aggregation", record.aggregation_iri, aggregation, left_out))
    return External(document(parts), (), +left_out)


def _each_once(claimed: Sequence[Claimed]) -> list[Claimed]:
    """Several pictures of an item may show the same: a person's word goes before, then the surest."""
    best: dict[tuple[NamedNode, NamedNode], Claimed] = {}
    for one in claimed:
        other = best.get((one.property, one.body))
        if other is None or (
            other.confidence and (not one.confidence or float(one.confidence) > float(other.confidence))
        ):
            best[one.property, one.body] = one
    return list(best.values())


def _lacking(cho: Said, aggregation: Said) -> Iterator[str]:
    """What EDM external demands of every record, by schema and schematron, and this one has not."""

    def has(said: Said, *names: NamedNode) -> bool:
        return any(
            isinstance(value.term, NamedNode) or value.term.value.strip()
            for name in names
            for value in said.get(name.value, ())
        )

    kinds = [value.term.value for value in cho.get(EDM["type"].value, ())]
    if len(kinds) != 1 or kinds[0].strip() not in _TYPES:
        yield "edm-no-type"
    if kinds == ["TEXT"] and not has(cho, DC["language"]):
        yield "edm-no-language"
    if not has(cho, DC["title"], DC["description"]):
        yield "edm-no-title"
    if not has(cho, *_ANY_SUBJECT):
        yield "edm-no-subject"
    if not has(aggregation, EDM["provider"]) or not has(aggregation, EDM["dataProvider"]):
        yield "edm-no-provider"
    if not any(isinstance(value.term, NamedNode) for value in aggregation.get(EDM["rights"].value, ())):
        yield "edm-no-rights"
    if not any(
        isinstance(value.term, NamedNode)
        for name in ("isShownAt", "isShownBy")
        for value in aggregation.get(EDM[name].value, ())
    ):
        yield "edm-not-shown"


class _Record:
    """What a record says, by subject and property."""

    def __init__(self, item: NamedNode, stored: Sequence[Triple]) -> None:
        self._item = item
        self._said: defaultdict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(dict)
        for triple in stored:
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                self._said[triple.subject.value].setdefault(triple.predicate.value, []).append(triple.object)
        for properties in self._said.values():
            for terms in properties.values():
                terms.sort(key=str)
        aggregations = sorted(
            iri
            for iri in self._said
            if self._is(iri, ORE["Aggregation"]) and self._item in self._terms(iri, EDM["aggregatedCHO"])
        )
        self.aggregation_iri = _preferred(aggregations, "/aggregation/provider/") or f"{item.value}#aggregation"

    def provided(self) -> defaultdict[str, list[Value]]:
        """What provider and aggregators say of the item, and what other IRIs it has."""
        found: defaultdict[str, list[Value]] = defaultdict(list)
        proxies = sorted(
            iri for iri in self._said if self._item in self._terms(iri, ORE["proxyFor"]) and not self._is_europeana(iri)
        )
        own = [iri for iri in proxies if not self._terms(iri, ORE["lineage"]) and "/proxy/aggregator/" not in iri]
        provider = _preferred(own, "/proxy/provider/")
        for iri in (self._item.value, *([provider] if provider else [])):
            for name, terms in self._said.get(iri, {}).items():
                if name not in _STRUCTURE:
                    found[name] += [Value(term) for term in terms]
        for subject, predicate, value in self._stated():
            if subject in proxies and subject != provider and predicate not in _STRUCTURE:
                found[predicate].append(value)
        return found

    def aggregation(self) -> defaultdict[str, list[Value]]:
        found = self._values(self.aggregation_iri)
        found[EDM["aggregatedCHO"].value] = [Value(self._item)]
        return found

    def of_class(self, kind: str) -> dict[str, Said]:
        iri = NamedNode(Element(kind, Form.either, None).iri)
        return {subject: self._values(subject) for subject in sorted(self._said) if self._is(subject, iri)}

    def contexts(self, said: Sequence[Said]) -> list[tuple[str, str, Said]]:
        """Class, IRI and description of what these name and the record describes, and of what that names in turn."""
        found: dict[str, tuple[str, str, Said]] = {}
        waiting = list(said)
        while waiting:
            for values in waiting.pop().values():
                for iri in (value.term.value for value in values if isinstance(value.term, NamedNode)):
                    kind = self._context(iri) if iri not in found else None
                    if kind:
                        found[iri] = kind, iri, self._values(iri)
                        waiting.append(found[iri][2])
        return sorted(found.values(), key=lambda one: (_CONTEXTS.index(one[0]), one[1]))

    def _context(self, iri: str) -> str | None:
        """The class under which a thing may be described, if it is described at all."""
        kinds = {class_iris().get(term.value) for term in self._said.get(iri, {}).get(TYPE.value, ())}
        kind = next((kind for kind in _CONTEXTS if kind in kinds), None)
        needed = NEEDED.get(kind or "")
        if self._said.get(iri, {}).keys() <= {TYPE.value}:
            return None
        return None if needed and not self._said[iri].get(Element(needed, Form.either, None).iri) else kind

    def _values(self, iri: str) -> defaultdict[str, list[Value]]:
        found: defaultdict[str, list[Value]] = defaultdict(list)
        for name, terms in self._said.get(iri, {}).items():
            if name != TYPE.value:
                found[name] = [Value(term) for term in terms]
        return found

    def _stated(self) -> Iterator[tuple[str, str, Value]]:
        """The statements that bear provenance of their own, as they were harvested."""
        for iri in sorted(self._said):
            if not self._is(iri, _STATEMENT):
                continue
            subject, predicate, value = (
                next(iter(self._terms(iri, RDF[n])), None) for n in ("subject", "predicate", "object")
            )
            agent = next((term.value for term in self._terms(iri, EDM["wasGeneratedBy"])), None)
            sure = next((term for term in self._terms(iri, EDM["confidenceLevel"])), None)
            if agent not in (SOFTWARE, PERSON, None) or subject is None or predicate is None or value is None:
                continue
            legal = isinstance(sure, Literal) and sure.datatype.value.endswith("#decimal")
            yield subject.value, predicate.value, Value(value, agent, sure.value if legal and sure else None)

    def _terms(self, iri: str, predicate: NamedNode) -> Sequence[NamedNode | Literal]:
        return self._said.get(iri, {}).get(predicate.value, ())

    def _is(self, iri: str, kind: NamedNode) -> bool:
        return kind in self._terms(iri, TYPE)

    def _is_europeana(self, iri: str) -> bool:
        return Literal("true") in self._terms(iri, EDM["europeanaProxy"])


def _preferred(iris: Sequence[str], mark: str) -> str | None:
    return next((iri for iri in iris if mark in iri), iris[0] if iris else None)
