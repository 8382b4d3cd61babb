"""What the store says of one thing: the triples that its document gives away, and a look into them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, Triple

from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, ENR, OA, PROV, TYPE, Namespace
from rubricator_service.reading.store import Reading, values

AS = Namespace("as", "https://www.w3.org/ns/activitystreams#")
_DENIED = {ENR["rejected"], ENR["replaced"]}


class Description:
    """Triples, asked by subject and predicate. The order of values is that of the triples."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples: Sequence[Triple] = list(triples)

    @cached_property
    def _index(self) -> dict[tuple[object, NamedNode], list[object]]:
        index: defaultdict[tuple[object, NamedNode], list[object]] = defaultdict(list)
        for triple in self.triples:
            index[triple.subject, triple.predicate].append(triple.object)
        return dict(index)

    def objects(self, subject: object, *predicates: NamedNode) -> list[object]:
        return [term for predicate in predicates for term in self._index.get((subject, predicate), ())]

    def literals(self, subject: object, *predicates: NamedNode) -> list[Literal]:
        return [term for term in self.objects(subject, *predicates) if isinstance(term, Literal)]

    def nodes(self, subject: object, *predicates: NamedNode) -> list[NamedNode]:
        return [term for term in self.objects(subject, *predicates) if isinstance(term, NamedNode)]

    def node(self, subject: object, *predicates: NamedNode) -> NamedNode | None:
        return next(iter(self.nodes(subject, *predicates)), None)

    def text(self, subject: object, *predicates: NamedNode) -> str | None:
        return next((literal.value for literal in self.literals(subject, *predicates)), None)

    def instances(self, kind: NamedNode) -> list[NamedNode]:
        """All IRIs of a class."""
        return [
            triple.subject
            for triple in self.triples
            if triple.predicate == TYPE and triple.object == kind and isinstance(triple.subject, NamedNode)
        ]

    @cached_property
    def _predicates(self) -> dict[object, list[NamedNode]]:
        found: defaultdict[object, dict[NamedNode, None]] = defaultdict(dict)
        for triple in self.triples:
            found[triple.subject].setdefault(triple.predicate)
        return {subject: list(predicates) for subject, predicates in found.items()}

    def predicates(self, subject: object) -> Sequence[NamedNode]:
        return self._predicates.get(subject, ())


def describe(reading: Reading, thing: NamedNode, graphs: Sequence[NamedNode]) -> list[Triple]:
    """The statements about a thing, and about what is only a part of it: blank nodes and ``thing#…``, two levels deep.

    ``graphs`` are read as one; none means the published view. What ended an event, or was invalidated by it, is said of
    that other thing, and told here too: who follows links would not find it.
    """
    dataset = " ".join(f"FROM {graph}" for graph in graphs)
    prefix = Literal(f"{thing.value}#")
    return reading.construct(
        f"""CONSTRUCT {{ ?s ?p ?o }} {dataset} WHERE {{
          {{ BIND({thing} AS ?s) {thing} ?p ?o }}
          UNION {{ {thing} ?link ?s . FILTER(isBlank(?s) || STRSTARTS(STR(?s), {prefix})) ?s ?p ?o }}
          UNION {{ {thing} ?link ?part . FILTER(isBlank(?part) || STRSTARTS(STR(?part), {prefix}))
                   ?part ?deeper ?s . FILTER(isBlank(?s)) ?s ?p ?o }}
          UNION {{ VALUES ?p {{ enr:revokes prov:wasInvalidatedBy }} ?s ?p {thing} BIND({thing} AS ?o) }}
        }}"""
    )


def describe_parts(reading: Reading, whole: NamedNode, graph: NamedNode) -> list[Triple]:
    """What a small graph says of ``whole#…``, whether or not the whole names that part."""
    prefix = Literal(f"{whole.value}#")
    return reading.construct(
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), {prefix})) }} }}"
    )


def describe_revocation(reading: Reading, iris: Iris, event: NamedNode) -> list[Triple]:
    """What ended an event, and when: that it holds no more stands in no statement about the event itself."""
    return reading.construct(
        f"""CONSTRUCT {{ ?later ?p ?o }} WHERE {{ GRAPH {iris.ledger} {{
          VALUES ?p {{ rdf:type prov:endedAtTime enr:reason }} ?later enr:revokes {event} ; ?p ?o
        }} }}"""
    )


def read_graph(reading: Reading, graph: NamedNode) -> list[Quad]:
    """Everything in a named graph; empty where there is none."""
    triples = reading.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    return [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]


def describe_annotation(reading: Reading, iris: Iris, annotation: NamedNode) -> list[Triple]:
    """An enrichment or near miss: what its run graph says, and what follows from the run. Empty for none.

    The store does not repeat creator, date and motivation on each annotation. Whoever reads a single one needs them,
    so they are added here, with the run and, while a retraction holds, since when the claim is invalid; while it is
    superseded, by which run; so are all events and reviews that ever were of it. Only what the ledger calls a run's
    graph, or the list of a retraction, is read: a harvested record can hold anything.
    """
    said = reading.construct(
        f"""CONSTRUCT {{
          {annotation} ?p ?o ; oa:motivatedBy ?motivation ; dcterms:creator ?software ; {AS["generator"]} ?software ;
            dcterms:created ?started ; prov:wasGeneratedBy ?run ; prov:invalidatedAtTime ?invalidated ;
            prov:wasInvalidatedBy ?holding ; prov:wasInfluencedBy ?event ; enr:review ?review ;
            dcterms:isReplacedBy ?successor .
          ?part ?pp ?po ; a oa:SpecificResource .
        }} WHERE {{
          GRAPH ?graph {{ {annotation} oa:hasBody ?body }}
          GRAPH {iris.ledger} {{ ?graph prov:wasGeneratedBy ?run . ?run a enr:Run }}
          {{ GRAPH ?graph {{ {annotation} ?p ?o }} }}
          UNION {{ GRAPH ?graph {{ {annotation} a oa:Annotation }} BIND(oa:tagging AS ?motivation) }}
          UNION {{ GRAPH ?graph {{ {annotation} oa:hasTarget ?part . ?part ?pp ?po }} }}
          UNION {{ GRAPH {iris.ledger} {{
            OPTIONAL {{ ?run prov:startedAtTime ?started }}
            OPTIONAL {{ ?run prov:wasAssociatedWith ?software }}
          }} }}
          UNION {{
            {{ GRAPH {iris.ledger} {{ ?graph prov:wasInvalidatedBy ?event }} }}
            UNION {{
              GRAPH ?list {{ {annotation} prov:wasInvalidatedBy ?event }}
              GRAPH {iris.ledger} {{ ?list prov:wasGeneratedBy ?event }}
            }}
            GRAPH {iris.ledger} {{ ?event prov:wasAssociatedWith ?who
              OPTIONAL {{
                ?event a enr:Retraction ; prov:endedAtTime ?invalidated BIND(?event AS ?holding)
                FILTER NOT EXISTS {{ ?later enr:revokes ?event }}
              }}
              OPTIONAL {{
                ?event a enr:Supersession ; prov:used ?new . ?new prov:wasGeneratedBy ?successor
                FILTER NOT EXISTS {{ ?later enr:revokes ?event }}
              }}
            }}
          }}
          UNION {{
            GRAPH ?graph {{ {annotation} oa:hasTarget/oa:hasScope ?item }}
            GRAPH ?any {{ ?target oa:hasScope ?item . ?other oa:hasTarget ?target ; oa:hasBody ?body }}
            GRAPH {iris.reviews} {{ ?review a enr:Review ; oa:hasTarget ?other }}
            GRAPH {iris.ledger} {{ ?any prov:wasGeneratedBy ?its . ?its a enr:Run }}
          }}
        }}"""
    )
    runs = Description(said).nodes(annotation, DCTERMS["isReplacedBy"])
    return sorted({*said, *_same_claims(reading, iris, annotation, runs)}, key=str) if runs else said


def _same_claims(reading: Reading, iris: Iris, annotation: NamedNode, runs: Iterable[NamedNode]) -> Iterable[Triple]:
    """That a superseded claim is replaced by what these runs claim of the same picture, where they claim the same."""
    return reading.construct(
        f"""CONSTRUCT {{ {annotation} dcterms:isReplacedBy ?other }} WHERE {{
          {values("run", runs)}
          GRAPH {iris.ledger} {{ ?graph a prov:Bundle ; prov:wasGeneratedBy ?run }}
          GRAPH ?old {{
            {annotation} oa:hasBody ?body ; oa:hasTarget ?target . ?target oa:hasScope ?item ; oa:hasSource ?image
          }}
          GRAPH ?graph {{
            ?same oa:hasScope ?item ; oa:hasSource ?image .
            ?other oa:hasTarget ?same ; oa:hasBody ?body ; a oa:Annotation
          }}
        }}"""
    )


def describe_dataset(reading: Reading, dataset: NamedNode) -> list[Triple]:
    """A data set, of which the store knows no more than the records that are part of it. Empty if there are none."""
    return reading.construct(
        f"""CONSTRUCT {{
          {dataset} a void:Dataset ; void:entities ?count ; void:exampleResource ?example
        }} WHERE {{
          {{ SELECT (COUNT(?record) AS ?count) (SAMPLE(?item) AS ?example) WHERE {{
            GRAPH ?record {{ ?record dcterms:isPartOf {dataset} ; foaf:primaryTopic ?item }}
          }} }}
          FILTER(?count > 0)
        }}"""
    )


def record_naming(reading: Reading, iris: Iris, part: NamedNode) -> NamedNode | None:
    """The graph of a record that speaks of something that has no page of its own."""
    rows = reading.select(
        f"""SELECT ?record WHERE {{
          GRAPH ?record {{ {part} ?p ?o . ?record foaf:primaryTopic ?item }}
          FILTER(STRSTARTS(STR(?record), {Literal(f"{iris.base}/graph/edm/")}))
        }} ORDER BY ?record LIMIT 1"""
    )
    return next((NamedNode(row["record"].value) for row in rows), None)


def is_known(reading: Reading, iris: Iris, graph: NamedNode) -> bool:
    """Whether a graph that holds nothing is one of ours all the same: one that is always there, or that may fill."""
    if graph in (iris.concepts_graph, iris.ledger, iris.reviews):
        return True
    harvest = NamedNode(graph.value.replace("/graph/harvest/", "/id/harvest/", 1))
    return bool(describe(reading, graph, [iris.ledger]) or describe(reading, harvest, [iris.ledger]))


def is_gone(description: Description, annotation: NamedNode) -> bool:
    """Whether a claim was withdrawn: retracted, rejected, replaced or overruled, or its run superseded."""
    ended = description.objects(annotation, PROV["invalidatedAtTime"], DCTERMS["isReplacedBy"])
    return bool(ended) or not _DENIED.isdisjoint(description.nodes(annotation, ENR["reviewStatus"]))


def target_of(description: Description, annotation: NamedNode) -> tuple[NamedNode | None, NamedNode | None]:
    """The image and the item that an annotation is about."""
    target = next(iter(description.objects(annotation, OA["hasTarget"])), None)
    return description.node(target, OA["hasSource"]), description.node(target, OA["hasScope"])
