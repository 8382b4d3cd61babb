"""Takes in the claims of a file, each once and all with where they come from."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from pyoxigraph import NamedNode

from rubricator.errors import UsageError
from rubricator.iris import Iris
from rubricator.pipeline.exporting.checksums import sha256_of
from rubricator.pipeline.importing.claim import ForeignClaim, checked, claim_quads
from rubricator.pipeline.importing.draft import Draft, Refused
from rubricator.pipeline.importing.ledger import Import, Tool, ending_quads, list_imports, new_ulid, opening_quads
from rubricator.pipeline.importing.reading import read_drafts
from rubricator.pipeline.software import running_software
from rubricator.pipeline.sole import sole_job
from rubricator.plural import plural
from rubricator.progress import Progress, counted, silent
from rubricator.rdf import SPARQL_PREFIXES, now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.store.results import as_iri, as_literal

PORTION = 1000


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to; ``repeated`` says that the file had been taken in before, and nothing was written."""

    import_: Import
    repeated: bool = False

    @property
    def sentence(self) -> str:
        one = self.import_
        if self.repeated:
            return f"This file was imported already, as {one.ulid}: nothing was written."
        refused = ", ".join(f"{number:,} {code}" for code, number in (one.refused or {}).items())
        told = f" Refused: {refused}." if refused else ""
        return f"Imported {plural(one.annotations or 0, 'claim')} of {one.tool} as {one.ulid}, apart from ours.{told}"


def import_annotations(
    client: StoreClient, settings: Settings, path: Path, tool: Tool, progress: Progress = silent
) -> Imported:
    """Take in a file, or go on with one where that was interrupted.

    Raises UsageError for a file that cannot be read or changes meanwhile, JobRunning if another import is at work.
    """
    iris = settings.iris
    tool.iri(iris)
    with sole_job(settings, "import"):
        sha256 = _hash(path)
        earlier = next((one for one in list_imports(client, iris) if one.sha256 == sha256), None)
        if earlier and earlier.ended:
            return Imported(earlier, repeated=True)
        began = _now()
        one = earlier or Import(new_ulid(began), began, _named(path), sha256, tool.name.strip(), settings.operator)
        client.load(opening_quads(one, tool, running_software(settings.commit), iris))
        with closing(read_drafts(path)) as drafts:
            met, refused = _take(client, iris, one.ulid, tool.iri(iris), counted(drafts, progress))
        if _hash(path) != sha256:
            raise UsageError(f"{path} changed while it was read: import it again once it is whole.")
        ended, taken = _now(), _count(client, iris.import_graph(one.ulid))
        refused["repeated-claim"] = met - taken
        client.load(ending_quads(one.ulid, ended, taken, +refused, iris))
    return Imported(replace(one, ended=ended, annotations=taken, refused=dict(sorted((+refused).items()))))


def _hash(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror}; name a file of annotations.") from error


def _now() -> datetime:
    """As the ledger tells it."""
    moment = now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _named(path: Path) -> str:
    """Names of files may hold bytes that are no characters."""
    return path.name.encode("utf-8", "replace").decode()


def _take(
    client: StoreClient, iris: Iris, ulid: str, tool: NamedNode, drafts: Iterator[Draft | Refused]
) -> tuple[int, Counter[str]]:
    """Write the claims on known items: how many, some of which may be alike, and how many were refused, by reason."""
    met, refused = 0, Counter[str]()
    while portion := list(islice(drafts, PORTION)):
        claims = list(_sound(portion, iris, refused))
        known = _known(client, {claim.item for claim in claims})
        taken = [claim for claim in claims if claim.item in known]
        met += len(taken)
        refused["unknown-item"] += len(claims) - len(taken)
        client.load(quad for claim in taken for quad in claim_quads(claim, ulid, tool, iris))
    return met, refused


def _sound(portion: list[Draft | Refused], iris: Iris, refused: Counter[str]) -> Iterator[ForeignClaim]:
    for draft in portion:
        try:
            if isinstance(draft, Refused):
                raise draft
            yield checked(draft, iris)
        except Refused as reason:
            refused[reason.code] += 1


def _known(client: StoreClient, items: set[NamedNode]) -> set[NamedNode]:
    """Those of the items of which there are records."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT DISTINCT ?item WHERE {{ GRAPH ?graph {{
          VALUES ?item {{ {" ".join(map(str, items))} }} ?graph foaf:primaryTopic ?item
        }} }}"""
    )
    return {as_iri(row["item"]) for row in rows}


def _count(client: StoreClient, graph: NamedNode) -> int:
    rows = client.select(
        f"{SPARQL_PREFIXES}SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?claim a oa:Annotation }} }}"
    )
    return int(as_literal(rows[0]["n"]).value)
