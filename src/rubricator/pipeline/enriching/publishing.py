"""Writes the batches of a run and what they add to the published view, and nothing that does not stand."""

from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from rubricator.enrichment.run import Run
from rubricator.errors import RubricatorError
from rubricator.iris import Iris
from rubricator.pipeline.curating.change import mark, settle_what_is_left, view_turn
from rubricator.rdf import ENR, SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.store.results import as_iri


class RunWithdrawn(RubricatorError):
    """A run was retracted or superseded while it ran."""

    status = 409
    title = "Run withdrawn"
    slug = "run-withdrawn"
    exit_code = 3


@dataclass(frozen=True, slots=True)
class Batch:
    """Some quads of a run, and the items of which they publish something."""

    nquads: bytes
    items: frozenset[NamedNode]

    @classmethod
    def of(cls, quads: list[Quad]) -> "Batch":
        items = frozenset(
            quad.subject
            for quad in quads
            if quad.predicate == ENR["hasEnrichment"] and isinstance(quad.subject, NamedNode)
        )
        return cls(serialize(quads, format=RdfFormat.N_QUADS) or b"", items)


def write_batch(client: StoreClient, batch: Batch, run: Run, settings: Settings) -> None:
    """Write a batch, whole or not at all, in one's turn at the view.

    Items on which people have decided before are marked and put right at once, so that what they rejected does not come
    back. The marks go first, for servers that take quads a thousand at a time. Raises RunWithdrawn, and writes nothing,
    where the run does not stand any more.
    """
    iris, written = settings.iris, False
    while not written:
        with view_turn(settings, shared=True):
            found = [as_iri(row["what"]) for row in client.select(_obstacles(batch, run, iris))]
            if iris.run_graph(run.ulid) in found:
                raise RunWithdrawn(
                    f"Run {run.ulid} was retracted or superseded while it ran: what it wrote stays in its graph, "
                    "and nothing of it is published. Run `rubricator enrich` again for another run."
                )
            written = iris.unsettled not in found  # left so by a process that was killed: nobody else has a turn now
            if written:
                marks = [mark(item, iris) for item in found]
                client.load_nquads((serialize(marks, format=RdfFormat.N_QUADS) or b"") + batch.nquads)
        if found:
            settle_what_is_left(client, settings)


def _obstacles(batch: Batch, run: Run, iris: Iris) -> str:
    """Binds ?what to the run's graph where that is withdrawn, to the mark where it is set, and to items decided on."""
    graph = iris.run_graph(run.ulid)
    return f"""{SPARQL_PREFIXES}SELECT DISTINCT ?what WHERE {{
      {{ GRAPH {iris.ledger} {{
        VALUES ?what {{ {graph} }}
        ?what prov:wasInvalidatedBy ?event FILTER NOT EXISTS {{ ?later enr:revokes ?event }}
      }} }} UNION
      {{ GRAPH {iris.unsettled} {{ ?mark enr:affected ?any }} BIND({iris.unsettled} AS ?what) }} UNION
      {{ GRAPH ?run {{
          VALUES ?what {{ {" ".join(map(str, batch.items))} }}
          ?target oa:hasScope ?what . ?claim oa:hasTarget ?target
        }}
        FILTER EXISTS {{ GRAPH {iris.reviews} {{ ?review oa:hasTarget ?claim }} }}
      }}
    }}"""
