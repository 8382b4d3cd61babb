"""Which queries have the same answer, byte for byte, as long as the published view stays as it is."""

import hashlib
import re
from importlib.metadata import version

from rubricator import __version__
from rubricator.store.readers import QueryRequest

# Oxigraph needs no blank before the name of a function, and undoes escapes of characters before it reads. Blanks are
# never given back: a row of hashes can be read as comments in so many ways that trying all of them would never end.
_VOLATILE = re.compile(r"(?:now|rand|uuid|bnode)(?:\s|\#[^\r\n]*)*+\(|service|\\u", re.IGNORECASE | re.ASCII)
_WORDS = ("now", "rand", "uuid", "bnode", "service", "\\u")
"""One of which is in whatever that pattern finds."""
_TEMPLATE = re.compile(r"construct[^}]*", re.IGNORECASE | re.ASCII)
_IRI = re.compile(r"<[^<>\s]*>")
# A blank node, or what could hide one: a string or comment with a brace in it.
_BLANK = re.compile(r"""_:|[\[("'\#]""")
_SOFTWARE = f"{__version__} {version('pyoxigraph')}"


def identity(request: QueryRequest, revision: str) -> str | None:
    """An ETag for the answer to a request at a revision, from these alone; None where each answer may be another.

    What is asked decides, not what is found, so a client that has the answer is told so without evaluating the query.
    Times, random numbers, new blank nodes and what other servers say differ each time. Everything else that Oxigraph
    does is fixed by the snapshot, the order of solutions included.
    """
    query = request.query
    if _may_differ(query):
        return None
    asked = (
        query, request.base, request.default_graphs, request.named_graphs, request.solutions, request.graph,
        revision, _SOFTWARE,
    )  # fmt: skip
    return hashlib.sha256(repr(asked).encode(errors="backslashreplace")).hexdigest()[:32]


def _may_differ(query: str) -> bool:
    lowered = query.lower()  # a look for plain words first: it takes a tenth of the time of the patterns
    if any(word in lowered for word in _WORDS) and _VOLATILE.search(query):
        return True
    return "construct" in lowered and any(_BLANK.search(_IRI.sub("", part)) for part in _TEMPLATE.findall(query))
