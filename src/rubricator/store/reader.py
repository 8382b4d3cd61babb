"""One killable reader: a process that answers one query at a time from the newest snapshot.

``python -m rubricator.store.reader SOCKET SNAPSHOTS MEMORY`` is started by the pool in ``readers``. It imports
little beside Oxigraph, so that a new one is ready soon after the death of the last.
"""

import json
import os
import re
import resource
import socket
import struct
import sys
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from rubricator.rdf import PREFIXES
from rubricator.store import frames
from rubricator.store.errors import QueryRefused, QuerySyntaxError
from rubricator.store.guard import refuse_remote
from rubricator.store.lifeline import when_cut
from rubricator.store.mediatypes import RDF_XML, TRIG, TURTLE
from rubricator.store.newest import Newest
from rubricator.store.rows import TooMany, Watch, at_most, watch
from rubricator.store.syntax import sentence

_PREFIXED = (TURTLE, TRIG, RDF_XML)
_UNKNOWN_FUNCTION = re.compile(r"The custom function (<.*>) is not supported")
IDLE_TIME = struct.pack("ll", 0, 500_000)
"""Half a second, as the system wants it: so often a reader without work looks for a newer snapshot."""


class Failure(Exception):
    """``error`` names one of the exceptions that the pool may raise."""

    def __init__(self, error: str, text: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(text)
        self.fields = {"error": error, "message": text, "line": line, "column": column}


class Body:
    """Sends what is written as frames; a small answer leaves as one packet with its head and its end."""

    def __init__(self, connection: socket.socket, media_type: str, revision: str, watch: Watch | None) -> None:
        self._connection = connection
        self._watch = watch
        self._ready = frames.message(frames.HEAD, {"media_type": media_type, "revision": revision})
        self._gathered = bytearray()

    def write(self, data: bytes) -> int:
        self._gathered += data
        while len(self._gathered) > frames.CHUNK:  # one value may be larger than all that others hold in memory
            self._send(frames.DATA)
        return len(data)

    def flush(self) -> None:
        """Nothing: chunks leave when they are full."""

    def end(self) -> None:
        self._send(frames.LAST)

    def _send(self, kind: bytes) -> None:
        with memoryview(self._gathered) as view:  # a slice of the bytes themselves would be a copy of its own
            chunk = bytes(view[: frames.CHUNK])
        if self._watch is not None:
            self._watch(chunk)
        self._connection.sendall(frames.frame(kind, chunk, self._ready))
        self._ready = b""
        del self._gathered[: frames.CHUNK]


def serve(connection: socket.socket, newest: Newest) -> None:
    """Answer queries until the pool closes the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, IDLE_TIME)
    received = bytearray()
    newest.prepare()
    while True:
        asked = frames.take_frame(received)
        if asked is None:
            try:
                more = connection.recv(frames.READ)
            except BlockingIOError:  # nobody asked for a while
                newest.prepare()
                continue
            if not more:
                return
            received += more
            continue
        try:
            _answer(json.loads(asked[1]), newest, connection)
        except Failure as failure:
            connection.sendall(frames.message(frames.FAILED, failure.fields))


def _answer(request: dict[str, Any], newest: Newest, connection: socket.socket) -> None:
    try:
        opened = newest.turn()
    except OSError as error:
        raise Failure("StoreUnavailable", f"The snapshot cannot be opened: {error}.") from error
    if opened is None:
        raise Failure("StoreUnavailable", "There is nothing to read yet: start the store, or load something into it.")
    default, named = _graphs(request["default_graphs"]), _graphs(request["named_graphs"])
    dataset = bool(default or named)
    try:
        _refuse_remote(request["query"], request["services"])
        results = opened.store.query(
            request["query"],
            base_iri=request["base"],
            default_graph=cast("Any", default) if dataset else None,
            named_graphs=cast("Any", named) if dataset else None,
        )
        _write(results, request, connection, opened.revision)
    except TooMany as error:
        most = f"{request['most_rows']:,}"
        raise Failure("TooManyRows", f"The answer has more than {most} rows: ask in parts by LIMIT.") from error
    except SyntaxError as error:
        raise Failure("QuerySyntaxError", *sentence("query", str(error))) from error
    except MemoryError as error:
        raise Failure("QueryTooHungry", "The query needs more memory than a reader has: ask for less.") from error
    except (OSError, ValueError, RuntimeError) as error:
        if unknown := _UNKNOWN_FUNCTION.match(str(error)):
            told = f"The query calls {unknown[1]}, which is no function here: take one that SPARQL has."
            raise Failure("QuerySyntaxError", told) from error
        raise Failure("StoreError", f"The query failed: {error}.") from error


def _refuse_remote(query: str, reachable: list[str]) -> None:
    """Here, and not where the web is served: of a long text this takes a second, in which nobody else got an answer."""
    try:
        refuse_remote(query, reachable)
    except QueryRefused as error:
        raise Failure("QueryRefused", str(error)) from error
    except QuerySyntaxError as error:
        raise Failure("QuerySyntaxError", str(error), error.line, error.column) from error


def _write(
    results: QuerySolutions | QueryBoolean | QueryTriples,
    request: dict[str, Any],
    connection: socket.socket,
    revision: str,
) -> None:
    most = request["most_rows"]
    if isinstance(results, QueryTriples):
        kind = _offered(request["graph"], "Turtle, N-Triples, JSON-LD, RDF/XML, N-Quads, TriG")
        body = Body(connection, kind, revision, None)
        triples = results if most is None else at_most(most, results)
        form = RdfFormat.from_media_type(kind)
        serialize(triples, cast("IO[bytes]", body), form, prefixes=PREFIXES if kind in _PREFIXED else None)
    else:
        kind = _offered(request["solutions"], "JSON, XML, CSV, TSV")
        watched = most is not None and isinstance(results, QuerySolutions)
        body = Body(connection, kind, revision, watch(kind, most) if watched else None)
        results.serialize(cast("IO[bytes]", body), QueryResultsFormat.from_media_type(kind))
    body.end()


def _offered(media_type: str | None, offered: str) -> str:
    if media_type is None:
        raise Failure("NotAcceptable", f"This query is answered in {offered}: accept one of their media types.")
    return media_type


def _graphs(iris: list[str]) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise Failure("BadRequest", f"A graph of the dataset has no absolute IRI: {error}.") from error


def _limit_memory(allowance: int) -> None:
    """Let the address space grow by ``allowance`` bytes from now on, where the system tells how large it is."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + allowance, hard))


def main() -> None:
    descriptor, snapshots, memory = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    when_cut(lambda: os._exit(0))
    with socket.socket(fileno=int(descriptor)) as connection:
        serve(connection, Newest(Path(snapshots), after_first=lambda: _limit_memory(int(memory))))
    os._exit(0)


if __name__ == "__main__":
    main()
