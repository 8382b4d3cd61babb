"""What was harvested from where, when, and what it came to: from what the ledger says, without counting records."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from ulid import ULID

from rubricator.iris import Iris
from rubricator.pipeline.harvesting.activity import read_counts, text
from rubricator.pipeline.harvesting.counts import Counts
from rubricator.pipeline.sole import is_running
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient


@dataclass(frozen=True, slots=True)
class Failure:
    """That a source ended a harvest, and why: a reason code."""

    moment: datetime
    code: str


@dataclass(frozen=True, slots=True)
class HarvestedSource:
    """A source, and the harvest of it that began last.

    ``selection`` are parameters as ``name=value``. ``state`` is ``complete``, ``failed`` where the source ended it,
    ``interrupted``, or, while somebody harvests, ``running or`` one of the latter two. ``held`` is how many records of
    the source are there, ``failure`` why and when its source ended the harvest last.
    """

    kind: str
    address: str
    selection: tuple[str, ...]
    started: datetime
    state: str
    held: int
    counts: Counts
    failure: Failure | None = None

    @property
    def errors(self) -> Counter[str]:
        """Why records were refused or are gone, by code."""
        return self.counts.rejected + self.counts.gone


def harvested_sources(client: StoreClient, settings: Settings) -> list[HarvestedSource]:
    """All sources, the one that was harvested last at the end."""
    iris = settings.iris
    perhaps = "running or " if is_running(settings, "harvest") else ""
    described, failures = _descriptions(client, iris), _failures(client, iris)
    found = []
    for source, harvests in _harvests(client, iris).items():
        newest = max(harvests)
        ended = harvests[newest] is not None
        counts = _counts(client, newest, ended, iris)
        held = max(((ulid, held) for ulid, held in harvests.items() if held is not None), default=("", 0))[1]
        held += 0 if ended else counts.new - counts.gone.total()
        started = ULID.from_str(newest).datetime
        failure = None if ended else failures.get(newest)
        state = "complete" if ended else f"{perhaps}{'failed' if failure else 'interrupted'}"
        found.append(HarvestedSource(*described[source], started, state, held, counts, failure))
    return sorted(found, key=lambda source: source.started)


def _descriptions(client: StoreClient, iris: Iris) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Kind, address and selection of each source, by its IRI."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?source ?kind ?address ?selection WHERE {{ GRAPH {iris.ledger} {{
          ?source a enr:Source ; enr:kind ?kind ; enr:address ?address OPTIONAL {{ ?source enr:selection ?selection }}
        }} }} ORDER BY ?source ?selection"""
    )
    found: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for row in rows:
        selection = found[text(row["source"])][2] if text(row["source"]) in found else ()
        selection += (text(row["selection"]),) if "selection" in row else ()
        found[text(row["source"])] = text(row["kind"]), text(row["address"]), selection
    return found


def _harvests(client: StoreClient, iris: Iris) -> dict[str, dict[str, int | None]]:
    """The ulids of the harvests of each source; for those that ended, how many of its records were held then."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?source ?harvest ?held WHERE {{ GRAPH {iris.ledger} {{
          ?harvest a enr:Harvest ; prov:used ?source
          OPTIONAL {{ ?harvest prov:endedAtTime ?ended ; enr:heldCount ?held }}
        }} }}"""
    )
    found: dict[str, dict[str, int | None]] = defaultdict(dict)
    for row in rows:
        ulid = text(row["harvest"]).rpartition("/")[2]
        found[text(row["source"])][ulid] = int(text(row["held"])) if "held" in row else None
    return found


def _failures(client: StoreClient, iris: Iris) -> dict[str, Failure]:
    """By ulid of a harvest, how it failed last."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?harvest ?moment ?code WHERE {{ GRAPH {iris.ledger} {{
          ?harvest enr:failed ?failure . ?failure enr:code ?code ; prov:atTime ?moment
        }} }} ORDER BY ?moment"""
    )
    return {
        text(row["harvest"]).rpartition("/")[2]: Failure(datetime.fromisoformat(text(row["moment"])), text(row["code"]))
        for row in rows
    }


def _counts(client: StoreClient, ulid: str, ended: bool, iris: Iris) -> Counts:
    """What a harvest came to, from its end or, before that, from its pages."""
    if ended:
        return read_counts(client, iris.ledger, iris.harvest(ulid))
    return read_counts(client, iris.harvest_graph(ulid))
