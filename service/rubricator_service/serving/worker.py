"""gunicorn's worker of threads, except that no slow client keeps a thread and too long an address is our problem.

It reaches into gunicorn 27.0: older versions poll a connection while bytes of its next request wait in their parser,
and an answer that leaves before these are read would be taken for theirs.
"""

import json
import socket
from contextlib import suppress
from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import TConn, ThreadWorker

from rubricator.store.errors import AddressTooLong
from rubricator_service.context import EXTENSION
from rubricator_service.serving.patience import PATIENCE
from rubricator_service.serving.prompt import LONGEST_HEAD, PROMPT

HEAD_SECONDS = 15.0


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn is not typed
    """Loaded by gunicorn, by its name in the configuration."""

    def handle(self, conn: TConn) -> Any:
        """Read a request and answer it. The application gives more time once it knows what is asked."""
        PATIENCE.wait(conn.sock, HEAD_SECONDS)
        try:
            return super().handle(conn)
        finally:
            PATIENCE.forget(conn.sock)

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """A client asks again, over a connection that it keeps: a kept answer leaves here and now, without a thread."""
        answer = self._prompt_answer(client) if self.alive else None
        if answer is None:
            super().on_client_socket_readable(conn, client)
            return
        self.keepalived_conns.remove(conn)
        try:
            sent = client.send(answer)
        except BlockingIOError:
            sent = 0
        except OSError:  # it has gone, which a thread will find
            sent = len(answer)
        if sent < len(answer):
            self.poller.unregister(client)
            rest = self.tpool.submit(self._send_rest, conn, answer[sent:])
            rest.add_done_callback(lambda sent: self.method_queue.defer(self.finish_request, conn, sent))
            return
        conn.set_timeout()
        self.keepalived_conns.append(conn)

    def _prompt_answer(self, client: socket.socket) -> bytes | None:
        try:
            request = client.recv(LONGEST_HEAD, socket.MSG_PEEK)
            answer: bytes | None = self.wsgi.extensions[PROMPT].answer(request)
            if answer is not None:
                client.recv(len(request))
        except OSError:  # it has gone, which a thread will find
            return None
        return answer

    @staticmethod
    def _send_rest(conn: TConn, rest: bytes) -> bool:
        PATIENCE.wait(conn.sock, HEAD_SECONDS)
        try:
            conn.sock.setblocking(True)
            conn.sock.sendall(rest)
        except OSError:  # it has gone
            return False
        finally:
            PATIENCE.forget(conn.sock)
        return True

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
