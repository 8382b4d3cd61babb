"""Problem documents in the bytes of HTTP, for requests that are refused before they can be understood."""

import json

from rubricator.errors import RubricatorError
from rubricator_service.policy import OPEN_AND_HARMLESS
from rubricator_service.serving.messages import status_line


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
