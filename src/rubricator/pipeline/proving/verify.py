"""Whether what a run left is still what it left: the store against its manifest, files against their hashes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.manifest import (
    PARTS,
    Hashed,
    HashedGraph,
    Manifest,
    described_quads,
    hash_quads,
    manifest_quads,
    read_manifest,
)
from rubricator.pipeline.proving.files import check_head, check_images, check_vocabulary, check_weights
from rubricator.pipeline.proving.finding import Finding, Verdict
from rubricator.pipeline.proving.inputs import check_policies, check_prompts
from rubricator.pipeline.proving.suspects import suspects
from rubricator.pipeline.proving.taking import take_manifest, taken_captures, taken_graph
from rubricator.pipeline.software import running_software
from rubricator.rdf import PROV, now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

SHOWN = 20
"""How many suspicious statements are named."""


def verify_run(client: StoreClient, ulid: str, settings: Settings, write: bool = False) -> Iterator[Finding]:
    """Everything that can be held against a hash, as it is looked at.

    ``write`` makes the manifest of a run that ended without one.
    """
    described = described_quads(client, ulid, settings.iris)
    manifest = read_manifest(client, ulid, settings.iris)
    if manifest is None and write and _ended(described, settings.iris.run(ulid)):
        manifest = write_manifest(client, ulid, settings)
        yield Finding("manifest", ulid, Verdict.ok, "It was made now: what was changed before cannot be told.")
    if manifest is None:
        ended = _ended(described, settings.iris.run(ulid))
        why = "It ended before there were manifests; --write makes one." if ended else "The run has not ended."
        yield Finding("manifest", ulid, Verdict.unchecked, why)
    else:
        yield from _check_graph(client, ulid, manifest.graph, settings)
        yield from _check_described(manifest.described, described)
        yield _check_captures(client, ulid, manifest.captures, settings)
    yield from check_prompts(described, settings)
    yield from check_policies(client, described, settings.iris)
    yield from check_vocabulary(described, settings)
    yield from check_weights(described, settings)
    yield from check_head(described, settings)
    yield from check_images(client, ulid, settings)


def write_manifest(client: StoreClient, ulid: str, settings: Settings) -> Manifest:
    """Make a manifest of the run as it is now, and keep it."""
    manifest, software = take_manifest(client, ulid, now(), settings), running_software(settings.commit)
    iris = settings.iris
    maker = (Quad(said.subject, said.predicate, said.object, iris.ledger) for said in software.triples(iris))
    client.load(chain(manifest_quads(manifest, ulid, software.iri(iris), iris), maker))
    return manifest


def _ended(described: Mapping[NamedNode, Sequence[Quad]], run: NamedNode) -> bool:
    return any(quad.predicate == PROV["endedAtTime"] for quad in described.get(run, ()))


def _check_graph(client: StoreClient, ulid: str, then: HashedGraph, settings: Settings) -> Iterator[Finding]:
    graph = settings.iris.run_graph(ulid)
    found = taken_graph(client, graph, settings)
    if found == then:
        told = f"{then.whole.quads} quads in {len(then.parts)} parts have the sha-256 {then.whole.sha256}."
        yield Finding("graph", graph.value, Verdict.ok, told)
        return
    told = f"It had the sha-256 {then.whole.sha256}, and has {found.whole.sha256}."
    yield Finding("graph", graph.value, Verdict.changed, told)
    nothing = Hashed("", 0)
    changed = [part for part in PARTS if then.parts.get(part, nothing) != found.parts.get(part, nothing)]
    for part in changed:
        had, has = then.parts.get(part, nothing), found.parts.get(part, nothing)
        told = f"It had {had.quads} quads, and has {has.quads}." if had.quads != has.quads else f"{has.quads} quads."
        yield Finding("part of the graph", part, Verdict.changed, told)
    for name, told in suspects(client, ulid, frozenset(changed), settings.iris, SHOWN):
        yield Finding("claim", name, Verdict.changed, told)


def _check_described(
    then: Mapping[NamedNode, Hashed], described: Mapping[NamedNode, Sequence[Quad]]
) -> Iterator[Finding]:
    for thing in sorted({*then, *described}, key=str):
        had, has = then.get(thing), hash_quads(described.get(thing, ()))
        if had is None:
            told = "The manifest does not know it: the run did not use it."
            yield Finding("in the ledger", thing.value, Verdict.changed, told)
        elif had != has:
            lost = (
                f"had {had.quads} statements, and has {has.quads}" if had.quads != has.quads else "says another thing"
            )
            yield Finding("in the ledger", thing.value, Verdict.changed, f"Its description {lost}.")
        else:
            yield Finding("in the ledger", thing.value, Verdict.ok, f"{had.quads} statements.")


def _check_captures(client: StoreClient, ulid: str, then: Hashed, settings: Settings) -> Finding:
    found, name = taken_captures(client, ulid, settings), settings.iris.run(ulid).value
    if found == then:
        return Finding("captures", name, Verdict.ok, f"{then.quads} statements on the bytes that it looked at.")
    told = f"There were {then.quads} statements on the bytes that it looked at, and are {found.quads}."
    return Finding("captures", name, Verdict.changed, told if found.quads != then.quads else "They say other things.")
