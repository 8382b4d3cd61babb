"""Takes the manifest of a run from the store, as Oxigraph has written it there, in memory that does not grow."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from rubricator.enrichment.manifest import (
    Hashed,
    HashedGraph,
    Manifest,
    described_quads,
    hash_graph,
    hash_lines,
    hash_quads,
    manifest_quads,
)
from rubricator.enrichment.run import Run, RunCounts, end_quads
from rubricator.enrichment.taught import PictureList, known_quads
from rubricator.pipeline.proving.sorting import sorted_lines
from rubricator.pipeline.proving.taught import held_against
from rubricator.rdf import ENR, PROV, SCHEMA, SPARQL_PREFIXES, TYPE, now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

_BLOCK = 2**20
_ROWS = 4096


def proven_end(
    client: StoreClient,
    run: Run,
    counts: RunCounts,
    software: NamedNode,
    settings: Settings,
    lists: Sequence[PictureList] = (),
) -> list[Quad]:
    """The end of a run and its manifest, to be written together: no run has ended without one.

    All that it has looked at is held against ``lists`` now: it may have been resumed with others than it began with.
    """
    ended, iris = max(now(), run.started), settings.iris  # a clock may have gone back
    known = list(known_quads(iris.run(run.ulid), lists, iris))
    end = [*end_quads(run, ended, counts, iris), *(quad for quad in known if quad.subject == iris.run(run.ulid))]
    manifest = take_manifest(client, run.ulid, ended, settings, end)
    return [
        *end,
        *known,
        *held_against(client, run.ulid, lists, iris),
        *manifest_quads(manifest, run.ulid, software, iris),
    ]


def take_manifest(
    client: StoreClient, ulid: str, made: datetime, settings: Settings, more: Sequence[Quad] = ()
) -> Manifest:
    """What the store says of a run now, and ``more`` about the run itself that is about to be written."""
    described = described_quads(client, ulid, settings.iris)
    run = settings.iris.run(ulid)
    return Manifest(
        made,
        taken_graph(client, settings.iris.run_graph(ulid), settings),
        {thing: hash_quads([*said, *more] if thing == run else said) for thing, said in described.items()},
        taken_captures(client, ulid, settings),
    )


def taken_graph(client: StoreClient, graph: NamedNode, settings: Settings) -> HashedGraph:
    """The hashes of a named graph as it is now."""
    lines = sorted_lines(map(_canonical, whole_lines(client.read_graph(graph))), _room(settings))
    return hash_graph(lines, graph)


def taken_captures(client: StoreClient, ulid: str, settings: Settings) -> Hashed:
    """The hashes of what the ledger says of the bytes that a run looked at, and of which picture they are."""
    return hash_lines(sorted_lines(_capture_blocks(client, ulid, settings), _room(settings)))


def _capture_blocks(client: StoreClient, ulid: str, settings: Settings) -> Iterator[bytes]:
    """What is said of bytes for good: of the same bytes of another picture a later run says more."""
    iris = settings.iris
    ledger = iris.ledger
    rows = client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT ?capture ?image ?sha256 ?format WHERE {{
          GRAPH {iris.run_graph(ulid)} {{
            ?claim prov:wasDerivedFrom ?capture ; oa:hasTarget ?target . ?target oa:hasSource ?image .
          }}
          GRAPH {ledger} {{
            ?capture a enr:ImageCapture ; prov:specializationOf ?image ; enr:sha256 ?sha256 ;
              schema:encodingFormat ?format .
          }}
        }}"""
    )
    while batch := tuple(islice(rows, _ROWS)):
        lines = (
            f"{capture} {predicate} {value} {ledger} .\n"
            for capture, image, sha256, kind in dict.fromkeys(batch)
            for predicate, value in (
                (TYPE, ENR["ImageCapture"]),
                (PROV["specializationOf"], image),
                (ENR["sha256"], sha256),
                (SCHEMA["encodingFormat"], kind),
            )
        )
        yield "".join(lines).encode()


def whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end with a line."""
    parts, size = list[bytes](), 0
    for chunk in chain(chunks, (b"",)):
        parts.append(chunk)
        size += len(chunk)
        if size >= _BLOCK or not chunk:
            head, newline, tail = b"".join(parts).rpartition(b"\n")
            if newline:
                yield head + newline
            parts, size = [tail], len(tail)
    if parts[0]:
        yield parts[0]


def _canonical(block: bytes) -> bytes:
    """N-Triples as RDFC-1.0 writes them: other stores escape more than they have to."""
    return serialize((quad.triple for quad in parse(block, RdfFormat.N_TRIPLES)), format=RdfFormat.N_TRIPLES) or b""


def _room(settings: Settings) -> Path:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return settings.data_dir
