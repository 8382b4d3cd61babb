"""gunicorn's worker of threads, except that no slow client keeps a thread and too long an address is our problem."""

import json
from contextlib import suppress
from select import select
from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import TConn, ThreadWorker

from rubricator.store.errors import AddressTooLong
from rubricator_service.context import EXTENSION
from rubricator_service.serving.patience import PATIENCE

HEAD_SECONDS = 15.0
ASK_ON_SECONDS = 0.002


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn is not typed
    """Loaded by gunicorn, by its name in the configuration."""

    def handle(self, conn: TConn) -> Any:
        """Read a request and answer it. The application gives more time once it knows what is asked.

        Who asks on at once is answered by the same thread: to hand the connection back and forth takes longer than to
        read a request.
        """
        while True:
            PATIENCE.wait(conn.sock, HEAD_SECONDS)
            try:
                outcome = super().handle(conn)
            finally:
                PATIENCE.forget(conn.sock)
            if outcome is not True or not self.alive or not self._asks_on(conn):
                return outcome

    def _asks_on(self, conn: TConn) -> bool:
        wait = ASK_ON_SECONDS if self.nr_conns < self.cfg.threads else 0
        return bool(select([conn.sock], [], [], wait)[0])

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer a request that never reached the application."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        with suppress(OSError):  # it has gone
            client.sendall(_address_too_long(self.wsgi.extensions[EXTENSION].iris.base))


def _address_too_long(base: str) -> bytes:
    kind = AddressTooLong
    problem = {
        "type": f"{base}/problems/{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": "The address has more than 8,190 bytes: send the query by POST, with Content-Type "
        "application/sparql-query.",
    }
    body = json.dumps(problem).encode()
    head = (
        f"HTTP/1.1 {kind.status} URI Too Long\r\n"
        "Connection: close\r\n"
        "Content-Type: application/problem+json\r\n"
        "Access-Control-Allow-Origin: *\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
