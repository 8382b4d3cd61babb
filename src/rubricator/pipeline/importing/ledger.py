"""Imports as the ledger knows them: who took in which file of which program, when, and what came of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad, Triple
from ulid import ULID

from rubricator.edm.identity import slug
from rubricator.enrichment.answers import moment, optional_moment, optional_number, tail, text
from rubricator.enrichment.software import Software
from rubricator.errors import UsageError
from rubricator.iris import Iris
from rubricator.pipeline.importing.claim import is_ours
from rubricator.rdf import DCTERMS, ENR, FOAF, PROV, SCHEMA, SPARQL_PREFIXES, TYPE, integer, timestamp
from rubricator.store.client import StoreClient


@dataclass(frozen=True, slots=True)
class Tool:
    """The program that made the claims, by a name of its own or by its address; ``version`` is empty if unknown."""

    name: str
    version: str = ""

    def iri(self, iris: Iris) -> NamedNode:
        """Raises UsageError for an address that is none, or is one of ours."""
        name = self.name.strip()
        if not name:
            raise UsageError("Say which program made the claims: --tool with its name or address.")
        if not name.startswith(("http://", "https://")):
            return iris.thing("agent", f"tool-{slug(name)}")
        try:
            iri = NamedNode(name)
        except ValueError as error:
            raise UsageError(f"{name!r} is no address: give the program's, or its name.") from error
        if is_ours(name, iris):
            raise UsageError(f"{name} is an address of this installation: give that of the program, or its name.")
        return iri


@dataclass(frozen=True, slots=True)
class Import:
    """One import as it is told. ``ended`` and the numbers are None of one that has not ended."""

    ulid: str
    started: datetime
    file: str
    sha256: str
    tool: str
    operator: str
    ended: datetime | None = None
    annotations: int | None = None
    refused: Mapping[str, int] | None = None


def new_ulid(moment_: datetime) -> str:
    return str(ULID.from_datetime(moment_))


def opening_quads(one: Import, tool: Tool, software: Software, iris: Iris) -> Iterator[Quad]:
    """What is known of an import before anything is taken in."""
    activity, graph = iris.thing("import", one.ulid), iris.import_graph(one.ulid)
    file, maker, operator = _file(one.sha256, iris), tool.iri(iris), iris.thing("agent", one.operator)
    triples = [
        Triple(activity, TYPE, PROV["Activity"]),
        Triple(activity, TYPE, ENR["Import"]),
        Triple(activity, PROV["startedAtTime"], timestamp(one.started)),
        Triple(activity, PROV["used"], file),
        Triple(activity, PROV["wasAssociatedWith"], software.iri(iris)),
        Triple(activity, PROV["wasAssociatedWith"], operator),
        Triple(graph, TYPE, PROV["Collection"]),
        Triple(graph, PROV["wasGeneratedBy"], activity),
        Triple(graph, PROV["wasDerivedFrom"], file),
        Triple(graph, PROV["wasAttributedTo"], maker),
        Triple(file, TYPE, PROV["Entity"]),
        Triple(file, DCTERMS["title"], Literal(one.file)),
        Triple(file, ENR["sha256"], Literal(one.sha256)),
        Triple(file, PROV["wasAttributedTo"], maker),
        Triple(maker, TYPE, PROV["SoftwareAgent"]),
        Triple(maker, FOAF["name"], Literal(tool.name.strip())),
        Triple(operator, TYPE, PROV["Agent"]),
        Triple(operator, ENR["pseudonym"], Literal(one.operator)),
        *software.triples(iris),
    ]
    if tool.version:
        triples.append(Triple(maker, SCHEMA["softwareVersion"], Literal(tool.version)))
    return (Quad(triple.subject, triple.predicate, triple.object, iris.ledger) for triple in triples)


def ending_quads(ulid: str, ended: datetime, taken: int, refused: Counter[str], iris: Iris) -> Iterator[Quad]:
    """What is added when an import ends, with a tally for each reason code."""
    activity = iris.thing("import", ulid)
    yield Quad(activity, ENR["annotationCount"], integer(taken), iris.ledger)
    yield Quad(activity, ENR["refusedCount"], integer(refused.total()), iris.ledger)
    for code, count in sorted(refused.items()):
        tally = iris.part(activity, f"refused-{code}")
        yield Quad(activity, ENR["refusedFor"], tally, iris.ledger)
        yield Quad(tally, ENR["code"], Literal(code), iris.ledger)
        yield Quad(tally, ENR["count"], integer(count), iris.ledger)
    yield Quad(activity, PROV["endedAtTime"], timestamp(ended), iris.ledger)


def list_imports(client: StoreClient, iris: Iris) -> list[Import]:
    """All imports, the newest last."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}
        SELECT ?import ?started ?ended ?file ?sha256 ?tool ?operator ?taken WHERE {{ GRAPH {iris.ledger} {{
          ?import a enr:Import ; prov:startedAtTime ?started ; prov:used ?used ; prov:wasAssociatedWith ?agent .
          ?agent enr:pseudonym ?operator . ?used enr:sha256 ?sha256 .
          ?graph prov:wasGeneratedBy ?import ; prov:wasAttributedTo/foaf:name ?tool .
          OPTIONAL {{ ?used dcterms:title ?file }}
          OPTIONAL {{ ?import prov:endedAtTime ?ended ; enr:annotationCount ?taken }}
        }} }} ORDER BY ?import"""
    )
    tallies = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?import ?code ?count WHERE {{ GRAPH {iris.ledger} {{
          ?import a enr:Import ; enr:refusedFor ?tally . ?tally enr:code ?code ; enr:count ?count
        }} }} ORDER BY ?code"""
    )
    refused: dict[str, dict[str, int]] = {}
    for row in tallies:
        refused.setdefault(tail(row["import"]), {})[text(row["code"])] = int(text(row["count"]))
    found = {
        ulid: Import(
            ulid,
            moment(row["started"]),
            text(row["file"]),
            text(row["sha256"]),
            text(row["tool"]),
            text(row["operator"]),
            optional_moment(row.get("ended")),
            optional_number(row.get("taken")),
            refused.get(ulid, {}) if "ended" in row else None,
        )
        for row in rows
        if (ulid := tail(row["import"]))
    }  # one line each: a program may have several names, and a file too
    return list(found.values())


def _file(sha256: str, iris: Iris) -> NamedNode:
    return iris.thing("file", f"sha256-{sha256}")
