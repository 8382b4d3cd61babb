"""What the service does, in figures for Prometheus."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from rubricator_service.serving.watching import Exchange

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_QUERIES = "sparql.endpoint"


class Metrics:
    """The figures of one process, since it began. Thread-safe."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "rubricator_requests",
            "Requests answered, by what answered, status and whether the answer left whole.",
            ["method", "route", "status", "outcome"],
            registry=self._registry,
        )
        self._first_byte = Histogram(
            "rubricator_request_seconds",
            "Seconds until an answer began.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._bytes = Counter("rubricator_answer_bytes", "Bytes of answers.", ["route"], registry=self._registry)
        self._queries = Counter(
            "rubricator_queries",
            "Queries by outcome: whole, broken, left, or the kind of problem that was answered.",
            ["outcome"],
            registry=self._registry,
        )
        self._query_seconds = Histogram(
            "rubricator_query_seconds",
            "Seconds until the answer to a query had ended.",
            buckets=_SECONDS,
            registry=self._registry,
        )

        self._known = dict[tuple[str, str, int, str], tuple[Counter, Histogram, Counter]]()
        """Those of each kind of request: to find them anew takes as long as to count."""

    def gauge(self, name: str, what: str, read: Callable[[], float]) -> None:
        """A figure that is read when it is asked for."""
        Gauge(f"rubricator_{name}", what, registry=self._registry).set_function(read)

    def count(self, exchange: Exchange) -> None:
        method = exchange.method if exchange.method in _METHODS else "other"  # clients may send any word
        kind = (method, exchange.route, exchange.status, exchange.outcome)
        if kind not in self._known:
            self._known[kind] = (
                self._requests.labels(*kind),
                self._first_byte.labels(exchange.route),
                self._bytes.labels(exchange.route),
            )
        requests, first_byte, size = self._known[kind]
        requests.inc()
        first_byte.observe(exchange.first_byte)
        size.inc(exchange.size)
        if exchange.route == _QUERIES:
            self._queries.labels(exchange.problem or exchange.outcome).inc()
            self._query_seconds.observe(exchange.seconds)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)
