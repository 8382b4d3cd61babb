"""Where a claim of another program came from: what the file said of it, and who took that file in."""

from collections.abc import Iterator

from pyoxigraph import NamedNode

from rubricator.enrichment.answers import Selecting, iri, moment
from rubricator.enrichment.knowledge import Knowledge
from rubricator.enrichment.trace import Line, Section, Trace, claim_lines, told
from rubricator.iris import Iris
from rubricator.rdf import DC, DCTERMS, EDM, ENR, FOAF, OA, PROV, SCHEMA, SPARQL_PREFIXES

IMPORTED = "imported"
"""The state of a claim that another program made."""


def imported_trace(client: Selecting, iris: Iris, subject: NamedNode) -> Trace | None:
    """None where no import brought it."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?graph ?import WHERE {{
          GRAPH ?graph {{ {subject} a oa:Annotation }}
          GRAPH {iris.ledger} {{ ?graph prov:wasGeneratedBy ?import . ?import a enr:Import }}
        }} LIMIT 1"""
    )
    if not rows:
        return None
    graph, activity = iri(rows[0]["graph"]), iri(rows[0]["import"])
    known = Knowledge(client, iris)
    known.select(f"GRAPH {graph} {{ {subject} ?p ?o BIND({subject} AS ?s) }}")
    known.learn((activity, graph))
    known.learn(
        (*known.nodes(activity, PROV["used"]), *known.nodes(activity, PROV["wasAssociatedWith"]),
         *known.nodes(graph, PROV["wasAttributedTo"]))
    )  # fmt: skip
    sections = {
        "The claim": claim_lines(known, subject),
        "Item and picture": (Line("target", node.value, node.value) for node in known.nodes(subject, OA["hasTarget"])),
        "As the other program tells it": _origin(known, subject, graph),
        "Import": _import(known, activity, graph),
    }
    tool = next((line.value for line in _tool(known, graph)), "another program")
    who = next((line.value for line in _operator(known, activity)), "somebody")
    when = next((told(moment(value)) for value in known.all(activity, PROV["startedAtTime"])), "")
    sentence = f"It is a claim of {tool}, kept apart from ours and never published: {who} imported it on {when}."
    return Trace(
        subject,
        IMPORTED,
        sentence,
        tuple(Section(title, found) for title, lines in sections.items() if (found := tuple(lines))),
        tuple(known.triples()),
    )


def _origin(known: Knowledge, subject: NamedNode, graph: NamedNode) -> Iterator[Line]:
    """Its maker, moment and names; the program as the importing person named it."""
    yield from _tool(known, graph)
    for what, predicate in (
        ("made by a", EDM["wasGeneratedBy"]),
        ("creator", DCTERMS["creator"]),
        ("creator", DC["creator"]),
        ("created", DCTERMS["created"]),
        ("known there as", OA["via"]),
    ):
        for value in known.all(subject, predicate):
            yield Line(what, value.value, value.value if isinstance(value, NamedNode) else None)


def _tool(known: Knowledge, graph: NamedNode) -> Iterator[Line]:
    for tool in known.nodes(graph, PROV["wasAttributedTo"]):
        words = (known.text(tool, FOAF["name"]) or tool.value, known.text(tool, SCHEMA["softwareVersion"]))
        yield Line("program", " ".join(filter(None, words)), tool.value)


def _import(known: Knowledge, activity: NamedNode, graph: NamedNode) -> Iterator[Line]:
    yield Line("import", activity.value, activity.value)
    yield Line("graph", graph.value, graph.value)
    for what, predicate in (("started", PROV["startedAtTime"]), ("ended", PROV["endedAtTime"])):
        yield from (Line(what, value) for value in known.texts(activity, predicate))
    for file in known.nodes(activity, PROV["used"]):
        yield from (Line("file", name, file.value) for name in known.texts(file, DCTERMS["title"]))
        yield from (Line("sha-256 of the file", digest, file.value) for digest in known.texts(file, ENR["sha256"]))
    for software in known.nodes(activity, PROV["wasAssociatedWith"]):
        for version in known.texts(software, SCHEMA["softwareVersion"]):
            yield Line("taken in by", f"Rubricator {version}", software.value)
    yield from _operator(known, activity)


def _operator(known: Knowledge, activity: NamedNode) -> Iterator[Line]:
    for agent in known.nodes(activity, PROV["wasAssociatedWith"]):
        yield from (Line("operator", name, agent.value) for name in known.texts(agent, ENR["pseudonym"]))
