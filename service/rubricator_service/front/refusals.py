"""What no request may have, and how requests are refused without asking the application, which takes a thread."""

import json

from werkzeug.http import http_date

from rubricator.errors import RubricatorError
from rubricator.store.errors import AddressTooLong
from rubricator_service.errors import LATER, PROBLEM, problem_document, when_to_come_back
from rubricator_service.front.messages import SERVER, Fields, Reply, Request, fields_of, status_line
from rubricator_service.policy import OPEN_AND_HARMLESS, content_policy

LONGEST_ADDRESS = 8190
"""Bytes of an address; proxies pass on no more than that."""


def refused(error: RubricatorError, base: str, path: str) -> Reply:
    """The reply to a request for a path. ``base`` is that of the IRIs of problem types."""
    return Reply(error.status, *_problem(error, base, path))


def refusal(error: RubricatorError, base: str) -> bytes:
    """A whole response to what is no request, after which the connection is closed."""
    headers, body = _problem(error, base, None)
    headers |= {"date": http_date(), "server": SERVER, "connection": "close"}
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


def _problem(error: RubricatorError, base: str, path: str | None) -> tuple[Fields, bytes]:
    body = json.dumps(problem_document(error, base, path), ensure_ascii=False).encode()
    headers = {
        "content-type": PROBLEM,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "vary": "Accept",
        **fields_of(OPEN_AND_HARMLESS.items()),
        "content-security-policy": content_policy(),
    }
    if error.status in LATER:
        headers["retry-after"] = when_to_come_back(error)
    return headers, body
