"""Queries that would take a server down, and a client that does not read its answer."""

import socket
from urllib.parse import quote

_NUMBERS = " ".join(map(str, range(300)))
_BLOCKS = " ".join(f"VALUES ?v{block} {{ {_NUMBERS} }}" for block in range(4))
STREAM = f"SELECT * {{ {_BLOCKS} }}"
HOSTILE = {
    "a cross product": STREAM,
    "ORDER BY over a cross product": f"{STREAM} ORDER BY ?v3 DESC(?v0)",
    "COUNT over four blocks of VALUES": f"SELECT (COUNT(*) AS ?n) {{ {_BLOCKS} }}",
    "a catastrophic REGEX": f"""SELECT (COUNT(*) AS ?n) {{ {_BLOCKS}
        FILTER(REGEX(CONCAT(STR(?v0), STR(?v1), STR(?v2), STR(?v3)), "^(([0-9])+.)+[A-Z]([0-9])+$")) }}""",
    "10 MB": f"ASK {{ ?s ?p '{'x' * 10_000_000}' }}",
    "a million brackets": "ASK " + "{" * 1_000_000,
}


def never_read(port: int) -> socket.socket:
    """Ask for an endless answer over a connection that nobody reads."""
    connection = socket.create_connection(("127.0.0.1", port), 30)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(f"GET /sparql?query={quote(STREAM)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection
