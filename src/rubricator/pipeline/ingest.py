"""Records into the store: mapped, raw bytes kept, each in its own graph and the published view, refusals in the ledger.

The store is the only memory. What it has already is passed over, so a harvest that was killed is simply run again.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from rubricator.edm import EdmRecord, RecordRejected, fingerprint, map_record
from rubricator.harvest.record import Rejection, SourceRecord
from rubricator.iris import Iris
from rubricator.pipeline.loader import Loader
from rubricator.pipeline.quarantine import new_rejections, rejection_quads
from rubricator.pipeline.raw import keep_raw
from rubricator.pipeline.recordgraph import graph_metadata, record_nquads
from rubricator.pipeline.replacement import replacement
from rubricator.pipeline.seen import Seen
from rubricator.pipeline.sole import sole_job
from rubricator.progress import Progress, silent
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

BATCH_RECORDS = 500
BATCH_BYTES = 32 * 2**20
_UPDATE_LENGTH = 2 * 2**20


@dataclass(slots=True)
class IngestSummary:
    """What a harvest came to, counted by code: refusals, pictures that failed, and records that were repaired."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    pictures: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.new + self.changed + self.unchanged + self.rejected.total()

    @property
    def sentence(self) -> str:
        """One sentence for the end of a command."""
        if not self.total:
            return "Nothing to harvest was found there."
        text = f"Harvested {self.total} records: {self.new} new, {self.changed} changed, {self.unchanged} unchanged"
        text += f", {self.rejected.total()} refused{_by_code(self.rejected)}."
        if self.pictures:
            text += f" {self.pictures.total()} pictures could not be used{_by_code(self.pictures)}."
        if self.rejected or self.pictures:
            text += " `rubricator harvest report` says more."
        return text


def _by_code(counts: Counter[str]) -> str:
    return f" ({', '.join(f'{code} {count}' for code, count in counts.most_common())})" if counts else ""


def ingest(
    records: Iterable[SourceRecord | Rejection], client: StoreClient, settings: Settings, progress: Progress = silent
) -> IngestSummary:
    """Bring records into the store, a batch at a time, and count what became of them.

    Within one harvest the first record of an identifier wins and later ones are refused as ``duplicate-identifier``:
    a second harvest of the same files then changes nothing. Raises JobRunning if another process harvests into this
    data directory, StoreError if the store fails; what was acknowledged before is there, whole.
    """
    summary = IngestSummary()
    with sole_job(settings, "harvest"), Seen() as seen, Loader(client) as loader:
        for batch in _batches(records):
            _take(batch, seen, client, loader, settings, summary)
            progress(summary.total)
    return summary


def _batches(records: Iterable[SourceRecord | Rejection]) -> Iterator[list[SourceRecord | Rejection]]:
    batch: list[SourceRecord | Rejection] = []
    size = 0
    for record in records:
        batch.append(record)
        size += len(record.content or b"")
        if len(batch) == BATCH_RECORDS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _take(
    batch: Sequence[SourceRecord | Rejection],
    seen: Seen,
    client: StoreClient,
    loader: Loader,
    settings: Settings,
    summary: IngestSummary,
) -> None:
    iris = settings.iris
    rejections = [record for record in batch if isinstance(record, Rejection)]
    sources = [record for record in batch if isinstance(record, SourceRecord)]
    known = _known(client, sources)
    mapped: list[tuple[SourceRecord, EdmRecord]] = []
    for source in sources:
        graph = known.get((hashlib.sha256(source.content).hexdigest(), fingerprint(source, iris)))
        try:
            record = None if graph else map_record(source, iris)
        except RecordRejected as error:
            rejections.append(_rejection(source, error.code, str(error)))
            continue
        if not seen.add(graph.value if graph else record.graph.value):  # type: ignore[union-attr]
            message = "Another record of this harvest has the same identifier; give each its own."
            rejections.append(_rejection(source, "duplicate-identifier", message))
        elif record is None:
            summary.unchanged += 1
        else:
            mapped.append((source, record))
    _store(mapped, client, loader, settings, summary)
    _quarantine(rejections, client, settings)
    summary.rejected.update(rejection.code for rejection in rejections)
    for source in sources:
        summary.pictures.update(picture.code for picture in source.pictures if picture.code)


def _rejection(source: SourceRecord, code: str, message: str) -> Rejection:
    identifier = source.identifier or None
    return Rejection(source.source, source.dataset, identifier, code, message, source.content, source.retrieved)


def _known(client: StoreClient, sources: Sequence[SourceRecord]) -> dict[tuple[str, str], NamedNode]:
    """The graphs that hold these very bytes, by sha-256 and fingerprint."""
    digests = " ".join(f'"{hashlib.sha256(source.content).hexdigest()}"' for source in sources)
    rows = client.select(
        f"{SPARQL_PREFIXES}SELECT ?graph ?sha ?print WHERE {{ VALUES ?sha {{ {digests} }} "
        "GRAPH ?graph { ?graph enr:sha256 ?sha ; enr:fingerprint ?print } }"
    )
    return {
        (row["sha"].value, row["print"].value): row["graph"]
        for row in rows
        if isinstance(row["graph"], NamedNode) and isinstance(row["sha"], Literal) and isinstance(row["print"], Literal)
    }


def _store(
    mapped: Sequence[tuple[SourceRecord, EdmRecord]],
    client: StoreClient,
    loader: Loader,
    settings: Settings,
    summary: IngestSummary,
) -> None:
    """New records in atomic loads; each changed one takes the place of its predecessor in one update."""
    existing = _existing(client, [record.graph for _, record in mapped])
    loads = bytearray()
    updates: list[str] = []
    for source, record in mapped:
        keep_raw(source.content, settings.raw_dir)
        summary.repaired.update({repair.code for repair in record.repairs})
        if record.graph in existing:
            summary.changed += 1
            updates.append(replacement(record.graph, record.triples, graph_metadata(record, settings.iris)))
            if sum(map(len, updates)) >= _UPDATE_LENGTH:
                client.update(";\n".join(updates))
                updates.clear()
        else:
            summary.new += 1
            loads += record_nquads(record, settings.iris)
            if len(loads) >= BATCH_BYTES:
                loader.load(bytes(loads))
                loads.clear()
    if loads:
        loader.load(bytes(loads))
    if updates:
        client.update(";\n".join(updates))


def _existing(client: StoreClient, graphs: Sequence[NamedNode]) -> set[NamedNode]:
    if not graphs:
        return set()
    values = " ".join(map(str, graphs))
    query = f"SELECT DISTINCT ?graph WHERE {{ VALUES ?graph {{ {values} }} GRAPH ?graph {{ ?graph enr:sha256 ?sha }} }}"
    rows = client.select(SPARQL_PREFIXES + query)
    return {row["graph"] for row in rows if isinstance(row["graph"], NamedNode)}


def _quarantine(rejections: Sequence[Rejection], client: StoreClient, settings: Settings) -> None:
    """Into the ledger, each refusal once, however often the same harvest is run."""
    for rejection in rejections:
        if rejection.content is not None:
            keep_raw(rejection.content, settings.raw_dir)
    new = new_rejections(rejections, client, settings.iris)
    if new:
        client.load([quad for rejection in new for quad in rejection_quads(rejection, settings.iris)])


def harvest_report(client: StoreClient, iris: Iris) -> list[tuple[str, str, int, str]]:
    """What was refused, which pictures failed and what was repaired: what, code, how many, an example.

    A refusal is mended once its data set has a record from the same source.
    """
    refused = f"""SELECT ?code (COUNT(DISTINCT ?x) AS ?n) (MIN(STR(?source)) AS ?example) WHERE {{
      GRAPH {iris.ledger} {{
        ?x a enr:Rejection ; enr:code ?code ; dcterms:source ?source ; dcterms:isPartOf ?dataset }}
      FILTER NOT EXISTS {{ GRAPH ?record {{
        ?record dcterms:source ?source ; dcterms:isPartOf ?dataset ; enr:fingerprint ?print }} }}
    }} GROUP BY ?code"""
    repaired = """SELECT ?code (COUNT(DISTINCT ?graph) AS ?n) (MIN(STR(?raw)) AS ?example) WHERE {
      GRAPH ?graph { ?graph enr:repair ?code . OPTIONAL { ?x a enr:Repair ; enr:code ?code ; enr:rawValue ?raw } }
    } GROUP BY ?code"""
    rows = [("refused", *_line(row)) for row in client.select(SPARQL_PREFIXES + refused)]
    for row in client.select(SPARQL_PREFIXES + repaired):
        code, count, example = _line(row)
        rows.append(("picture" if code.startswith("image-") else "repaired", code, count, example))
    return sorted(rows, key=lambda row: (("refused", "picture", "repaired").index(row[0]), -row[2], row[1]))


def _line(row: Mapping[str, object]) -> tuple[str, int, str]:
    code, count, example = (getattr(row.get(name), "value", "") for name in ("code", "n", "example"))
    return str(code), int(count or 0), str(example)
