"""What the service does, in figures for Prometheus.

They are counted in an event loop, where each request waits for it, and put into Prometheus' terms when they are asked
for.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from rubricator_service.front.watching import Exchange

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_QUERIES = "sparql.endpoint"


class Metrics(Collector):
    """The figures of one process, since it began. Counted by one thread; read by any."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter[tuple[str, str, str, str]]()
        self._bytes = Counter[str]()
        self._queries = Counter[str]()
        self._first_byte = defaultdict[str, _Spread](_Spread)
        self._read = list[tuple[str, str, Callable[[], int]]]()
        self._query_seconds = _Spread()
        self._registry.register(self)

    def gauge(self, name: str, what: str, read: Callable[[], float]) -> None:
        """A figure that is read when it is asked for."""
        Gauge(f"rubricator_{name}", what, registry=self._registry).set_function(read)

    def counter(self, name: str, what: str, read: Callable[[], int]) -> None:
        """A figure that only grows, and is read when it is asked for."""
        self._read.append((f"rubricator_{name}", what, read))

    def count(self, exchange: Exchange) -> None:
        method = exchange.method if exchange.method in _METHODS else "other"  # clients may send any word
        status = "none" if exchange.status is None else str(int(exchange.status))
        self._requests[method, exchange.route, status, exchange.outcome] += 1
        self._bytes[exchange.route] += exchange.size
        if exchange.first_byte is not None:
            self._first_byte[exchange.route].add(exchange.first_byte)
        if exchange.route == _QUERIES and (exchange.query or exchange.problem):  # else its page, or a preflight
            self._queries[exchange.problem or exchange.outcome] += 1
            self._query_seconds.add(exchange.seconds)

    def collect(self) -> Iterator[CounterMetricFamily | HistogramMetricFamily]:
        """What was counted, as prometheus_client asks for it."""
        yield _counted(
            "rubricator_requests",
            "Requests, by what answered, status and whether the answer left whole.",
            ["method", "route", "status", "outcome"],
            list(self._requests.items()),
        )
        yield _spread(
            "rubricator_request_seconds",
            "Seconds until an answer began.",
            ["route"],
            [([route], spread) for route, spread in list(self._first_byte.items())],
        )
        sizes = [((route,), size) for route, size in list(self._bytes.items())]
        yield _counted("rubricator_answer_bytes", "Bytes of answers.", ["route"], sizes)
        yield _counted(
            "rubricator_queries",
            "Queries by outcome: whole, broken, left, or the kind of problem that was answered.",
            ["outcome"],
            [((outcome,), number) for outcome, number in list(self._queries.items())],
        )
        yield _spread(
            "rubricator_query_seconds",
            "Seconds until the answer to a query had ended.",
            [],
            [([], self._query_seconds)],
        )

        for name, what, read in self._read:
            yield CounterMetricFamily(name, what, value=read())

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)


class _Spread:
    """How many values lie between the bounds."""

    def __init__(self) -> None:
        self._counts = [0] * (len(_SECONDS) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        self._counts[bisect_left(_SECONDS, value)] += 1
        self.total += value

    def buckets(self) -> list[tuple[str, float]]:
        """How many are no larger than each bound."""
        seen, found = 0, list[tuple[str, float]]()
        for bound, count in zip((*map(str, _SECONDS), "+Inf"), self._counts, strict=True):
            seen += count
            found.append((bound, seen))
        return found


def _counted(
    name: str, what: str, labels: list[str], counts: Iterable[tuple[tuple[str, ...], int]]
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, what, labels=labels)
    for values, count in counts:
        family.add_metric(values, count)
    return family


def _spread(
    name: str, what: str, labels: list[str], spreads: Iterable[tuple[list[str], _Spread]]
) -> HistogramMetricFamily:
    family = HistogramMetricFamily(name, what, labels=labels)
    for values, spread in spreads:
        family.add_metric(values, spread.buckets(), spread.total)
    return family
