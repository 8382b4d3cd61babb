"""How a repository misbehaves in ways of its own, besides those of ``tests.fakes.faults``."""

from html import escape

from flask import Response, request

from tests.fakes.faults import Fault
from tests.fakes.oai import Oai, document


def repeating_token(right: Response) -> Response:
    """Every page leads to itself."""
    given = request.args.get("resumptionToken")
    return _with_token(right, given) if given else right


def endless_tokens() -> Fault:
    """Every page is the first, and leads on under a new name."""
    pages: list[bytes] = []

    def fault(right: Response) -> Response:
        pages.append(right.get_data())
        return _with_token(Response(pages[0]), f"endless {len(pages)}")

    return fault


def expired_at_once(fake: Oai) -> Fault:
    """Tokens are forgotten as soon as they were given out."""

    def fault(right: Response) -> Response:
        fake.expire_tokens()
        return right

    return fault


def condition(code: str, message: str = "") -> Fault:
    """An error of the protocol, or one that it does not know, in place of the right answer."""
    return lambda _: document(f'<error code="{code}">{escape(message)}</error>')


def replacing(old: str, new: bytes) -> Fault:
    """A page in which the first text like that is other bytes."""

    def fault(right: Response) -> Response:
        right.set_data(right.get_data().replace(old.encode(), new, 1))
        return right

    return fault


def _with_token(right: Response, token: str) -> Response:
    start, _, rest = right.get_data().decode().partition("<resumptionToken")
    _, _, end = rest.partition("</resumptionToken>")
    return Response(f"{start}<resumptionToken>{escape(token)}</resumptionToken>{end}", mimetype="text/xml")
