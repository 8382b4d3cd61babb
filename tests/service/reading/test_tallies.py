"""What a run said is counted once, when it has ended."""

from pyoxigraph import NamedNode

from rubricator.settings import Settings
from rubricator.store.errors import QueryTimeout
from rubricator.store.readers import Readers
from rubricator_service.reading.store import Reading
from rubricator_service.reading.tallies import Tallies, Tally, read_tally
from tests.service.live import BASE

RUN = NamedNode(f"{BASE}/graph/run/01JD8QAAAAAAAAAAAAAAAAAAAA")


def test_claims_near_misses_and_failures_of_a_run_are_counted(installation: Settings, readers: Readers) -> None:
    tally = read_tally(Reading(readers, f"{installation.base}/"), RUN)

    sculpture, toy = NamedNode("http://data.europeana.eu/concept/51"), NamedNode("http://vocab.getty.edu/aat/300211037")
    assert Tally({sculpture: 1, toy: 1}, {toy: 1}, [("image-timeout", 1)]) == tally


def test_what_has_ended_is_counted_once_and_what_runs_each_time() -> None:
    read: list[str] = []

    def tallied(graph: NamedNode) -> Tally:
        read.append(graph.value[-1])
        return Tally({}, {}, ())

    tallies, ended, running = Tallies(tallied), NamedNode(f"{BASE}/graph/run/E"), NamedNode(f"{BASE}/graph/run/R")
    for _ in range(2):
        tallies.of(ended, ended=True)
        tallies.of(running, ended=False)

    assert ["E", "R", "R"] == read


def test_what_takes_too_long_to_count_is_not_counted_for_every_visitor() -> None:
    read: list[str] = []

    def tallied(graph: NamedNode) -> Tally:
        read.append(graph.value[-1])
        raise QueryTimeout("It took too long.")

    tallies, ended = Tallies(tallied), NamedNode(f"{BASE}/graph/run/E")

    assert [None, None] == [tallies.of(ended, ended=True) for _ in range(2)]
    assert ["E"] == read
