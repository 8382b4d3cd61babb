"""What no request may have, and problem documents in the bytes of HTTP for those that cannot even be understood."""

import json

from rubricator.errors import RubricatorError
from rubricator.store.errors import AddressTooLong
from rubricator_service.policy import OPEN_AND_HARMLESS
from rubricator_service.serving.messages import Request, status_line

LONGEST_ADDRESS = 8190
"""Bytes of an address; proxies pass on no more than that."""


def refusal(error: RubricatorError, base: str) -> bytes:
    """A whole response, after which the connection is closed. ``base`` is that of the IRIs of problem types."""
    problem = {
        "type": f"{base}/problems/{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": str(error),
    }
    body = json.dumps(problem).encode()
    headers = {
        "Content-Type": "application/problem+json",
        "Content-Length": len(body),
        "Cache-Control": "no-store",
        "Connection": "close",
        **OPEN_AND_HARMLESS,
    }
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status_line(error.status)}\r\n{fields}\r\n".encode() + body


def refuse_long_address(request: Request) -> None:
    """Raise AddressTooLong for an address that may work here and nowhere else."""
    address = request.scope["raw_path"], request.scope["query_string"]
    if len(b"?".join(address)) > LONGEST_ADDRESS:
        raise address_too_long()


def address_too_long() -> AddressTooLong:
    return AddressTooLong(
        f"The address has more than {LONGEST_ADDRESS:,} bytes: send the query by POST, with Content-Type "
        "application/sparql-query."
    )
