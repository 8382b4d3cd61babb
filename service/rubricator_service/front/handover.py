"""What the front tells the application of a request, and is told back: names in the request's WSGI environment."""

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CLIENT = "rubricator.client"
"""Who asks, as limits and readers know them."""
FAILURE = "rubricator.failure"
"""The error to answer with, where something went wrong before the application was asked."""
REVISION = "rubricator.revision"
"""The revision of the published view when the request came; None where nobody knows it."""
OF_THE_VIEW = "rubricator.of-the-view"
"""Told back: the answer follows from the address and the view alone."""
BEHIND = "rubricator.behind"
"""Told back: part of the answer was read from an earlier view, and may change while this one stays."""
NOTES = "rubricator.notes"
"""Told back: what figures and logs say of a request; see ``note``."""


def note(environ: "WSGIEnvironment", **what: str) -> None:
    """Add to what will be told of this request: ``route``, ``problem`` or ``query``."""
    environ.setdefault(NOTES, {}).update(what)


def shortened(query: str) -> str:
    """What is told of a query: neither its words nor who asked, but whether two were the same."""
    return sha256(query.encode(errors="replace")).hexdigest()[:16]
