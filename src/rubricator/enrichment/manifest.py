"""What a run left in the store, as hashes in the ledger: whoever changes a quad afterwards is found out.

The graph of a run is hashed in its canonical form (RDFC-1.0, https://www.w3.org/TR/rdf-canon/): without blank nodes,
which we do not write, that is its canonical N-Quads, sorted and each once. So that a change is also located, each of
16 parts of it has a hash of its own, and so has what the ledger says of the run, of all that it used, and of the bytes
that it looked at.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Quad

from rubricator.enrichment.answers import Selecting
from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, DQV, ENR, PROV, SPARQL_PREFIXES, TYPE, integer, timestamp

_GROWING = frozenset((
    DCTERMS["title"], DCTERMS["replaces"], DQV["hasQualityMeasurement"], ENR["listedCount"], ENR["listSha256"],
    ENR["manifest"], ENR["pictureList"], PROV["invalidatedAtTime"],
    PROV["wasDerivedFrom"], PROV["wasGeneratedBy"], PROV["wasInvalidatedBy"], PROV["wasRevisionOf"],
))  # fmt: skip
"""What may be said of a run's graph, and of what it used, after its end: by a retraction, a training, an evaluation."""
RDFC = NamedNode("http://www.w3.org/TR/rdf-canon/")
CAPTURES = "captures"
PARTS = tuple("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Hashed:
    """The sha-256 over sorted lines of canonical N-Quads, and how many they are."""

    sha256: str
    quads: int


@dataclass(frozen=True, slots=True)
class HashedGraph:
    """A graph as a whole, and its parts that hold anything, by the first digit of the sha-256 of their subjects."""

    whole: Hashed
    parts: Mapping[str, Hashed]


@dataclass(frozen=True, slots=True)
class Manifest:
    """``made`` is when it was; ``described`` are the things of the ledger, ``captures`` what is said of all bytes."""

    made: datetime
    graph: HashedGraph
    described: Mapping[NamedNode, Hashed]
    captures: Hashed


def part_of(subject: str) -> str:
    """In which part of its graph a subject (its IRI) lies."""
    return hashlib.sha256(subject.encode()).hexdigest()[0]


def hash_graph(lines: Iterable[bytes], graph: NamedNode) -> HashedGraph:
    """``lines`` are canonical N-Triples in the order of their bytes, which is that of the N-Quads too."""
    ending = f" {graph} .\n".encode()
    sizes, hashes = dict.fromkeys(PARTS, 0), {part: hashlib.sha256() for part in PARTS}
    whole = hashlib.sha256()
    for subject, said in groupby(lines, key=_subject):
        distinct = dict.fromkeys(said)
        quads = b"".join(distinct).replace(b" .\n", ending)  # a line break inside a literal is written as \n
        part = part_of(subject[1:-1].decode())
        whole.update(quads)
        hashes[part].update(quads)
        sizes[part] += len(distinct)
    parts = {part: Hashed(hashes[part].hexdigest(), size) for part, size in sizes.items() if size}
    return HashedGraph(Hashed(whole.hexdigest(), sum(sizes.values())), parts)


def _subject(line: bytes) -> bytes:
    return line.partition(b" ")[0]


def hash_quads(quads: Iterable[Quad]) -> Hashed:
    """Of a few quads without blank nodes."""
    return hash_lines(sorted({f"{quad} .\n".encode() for quad in quads}))


def hash_lines(lines: Iterable[bytes]) -> Hashed:
    """``lines`` come sorted; equal ones count once."""
    digest, count = hashlib.sha256(), 0
    for line, _ in groupby(lines):
        digest.update(line)
        count += 1
    return Hashed(digest.hexdigest(), count)


def described_quads(client: Selecting, ulid: str, iris: Iris) -> dict[NamedNode, list[Quad]]:
    """What the ledger says of a run, its graph, and all that it used, by thing; without what may be added later.

    What is said of the parts of a thing (``thing#…``), such as single prompts, is said of it.
    """
    run, graph, ledger = iris.run(ulid), iris.run_graph(ulid), iris.ledger
    growing = ", ".join(sorted(map(str, _GROWING)))
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT DISTINCT ?thing ?s ?p ?o WHERE {{ GRAPH {ledger} {{
          {{ SELECT DISTINCT ?thing WHERE {{
            {{ VALUES ?thing {{ {run} {graph} }} }} UNION
            {{ {run} prov:used|prov:wasAssociatedWith|(prov:qualifiedAssociation/prov:agent) ?thing }}
          }} }}
          {{ ?thing ?p ?o BIND(?thing AS ?s) }} UNION
          {{ ?thing ?link ?s . FILTER(STRSTARTS(STR(?s), CONCAT(STR(?thing), "#"))) ?s ?p ?o }}
          FILTER(?p NOT IN ({growing}) || (?s = {graph} && ?p = prov:wasGeneratedBy))
        }} }}"""
    )
    found: dict[NamedNode, list[Quad]] = {}
    for row in sorted(rows, key=lambda row: _text(row["thing"])):
        quad = Quad(row["s"], row["p"], row["o"], ledger)  # type: ignore[arg-type]
        found.setdefault(NamedNode(_text(row["thing"])), []).append(quad)
    return found


def manifest_iri(ulid: str, iris: Iris) -> NamedNode:
    return iris.thing("manifest", ulid)


def manifest_quads(manifest: Manifest, ulid: str, software: NamedNode, iris: Iris) -> Iterator[Quad]:
    """Some 100 quads in the ledger, whatever the size of the run."""
    iri, ledger = manifest_iri(ulid, iris), iris.ledger
    yield Quad(iris.run(ulid), ENR["manifest"], iri, ledger)
    yield Quad(iri, TYPE, PROV["Entity"], ledger)
    yield Quad(iri, TYPE, ENR["Manifest"], ledger)
    yield Quad(iri, PROV["wasDerivedFrom"], iris.run_graph(ulid), ledger)
    yield Quad(iri, PROV["generatedAtTime"], timestamp(manifest.made), ledger)
    yield Quad(iri, PROV["wasAttributedTo"], software, ledger)
    yield Quad(iri, DCTERMS["conformsTo"], RDFC, ledger)
    yield from _hashed_quads(iri, manifest.graph.whole, ledger)
    for name, hashed in manifest.graph.parts.items():
        part = iris.part(iri, f"graph-{name}")
        yield Quad(iri, DCTERMS["hasPart"], part, ledger)
        yield from _hashed_quads(part, hashed, ledger)
    for thing, hashed in manifest.described.items():
        part = iris.part(iri, thing.value.removeprefix(f"{iris.base}/").removeprefix("id/").replace("/", "-"))
        yield Quad(iri, DCTERMS["hasPart"], part, ledger)
        yield Quad(part, ENR["covers"], thing, ledger)
        yield from _hashed_quads(part, hashed, ledger)
    captures = iris.part(iri, CAPTURES)
    yield Quad(iri, DCTERMS["hasPart"], captures, ledger)
    yield from _hashed_quads(captures, manifest.captures, ledger)


def _hashed_quads(subject: NamedNode, hashed: Hashed, ledger: NamedNode) -> Iterator[Quad]:
    yield Quad(subject, ENR["sha256"], Literal(hashed.sha256), ledger)
    yield Quad(subject, ENR["quadCount"], integer(hashed.quads), ledger)


def read_manifest(client: Selecting, ulid: str, iris: Iris) -> Manifest | None:
    """The manifest that the ledger holds of a run; None if it holds none."""
    iri = manifest_iri(ulid, iris)
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?made ?part ?covers ?sha256 ?quads WHERE {{ GRAPH {iris.ledger} {{
          {iri} prov:generatedAtTime ?made .
          {{ {iri} enr:sha256 ?sha256 ; enr:quadCount ?quads }} UNION
          {{ {iri} dcterms:hasPart ?part . ?part enr:sha256 ?sha256 ; enr:quadCount ?quads
             OPTIONAL {{ ?part enr:covers ?covers }} }}
        }} }}"""
    )
    if not rows:
        return None
    described: dict[NamedNode, Hashed] = {}
    named: dict[str, Hashed] = {}
    for row in rows:
        hashed = Hashed(_text(row["sha256"]), int(_text(row["quads"])))
        if isinstance(thing := row.get("covers"), NamedNode):
            described[thing] = hashed
        else:
            named[_text(row["part"]).partition("#")[2] if "part" in row else ""] = hashed
    nothing = Hashed("", 0)
    parts = {part: named[f"graph-{part}"] for part in PARTS if f"graph-{part}" in named}
    return Manifest(
        datetime.fromisoformat(_text(rows[0]["made"])),
        HashedGraph(named.get("", nothing), parts),
        described,
        named.get(CAPTURES, nothing),
    )


def _text(term: object) -> str:
    if isinstance(term, Literal | NamedNode):
        return term.value
    raise TypeError(f"{term!r} is neither an IRI nor a literal")
