"""The SPARQL 1.1 Protocol as pure functions: what an HTTP request asks for, whoever serves it.

Front ends call ``parse_query`` or ``parse_update`` with the method, the raw query string, the Content-Type header and
the body, and get a ``QueryOperation`` or an ``UpdateOperation``; a wrong request raises a subclass of ``BadRequest``
that carries its HTTP status (400, 405, 415).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from pyoxigraph import NamedNode

from rubricator.store.errors import BadRequest, MethodNotAllowed, UnsupportedMediaType

FORM = "application/x-www-form-urlencoded"
SPARQL_QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"
MAX_FIELDS = 1000

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class QueryOperation:
    """A query and the dataset that the protocol gives it, which goes before FROM. Graphs are absolute IRIs."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateOperation:
    """An update and the dataset of its WHERE clauses. Graphs are absolute IRIs."""

    update: str
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()


def parse_query(method: str, query_string: str, content_type: str | None, body: bytes) -> QueryOperation:
    """Read a query operation (SPARQL 1.1 Protocol, section 2.1): GET, POST of a form, POST of the query itself."""
    if method not in ("GET", "HEAD", "POST"):
        raise MethodNotAllowed("Send queries by GET or POST.", ("GET", "HEAD", "POST"))
    fields = _fields(query_string)
    if method == "POST":
        fields = _with_body(fields, "query", SPARQL_QUERY, content_type, body)
    return QueryOperation(
        _only(fields, "query"), _graphs(fields, "default-graph-uri"), _graphs(fields, "named-graph-uri")
    )


def parse_update(method: str, query_string: str, content_type: str | None, body: bytes) -> UpdateOperation:
    """Read an update operation (section 2.2): POST of a form or of the update itself, never GET."""
    if method != "POST":
        raise MethodNotAllowed("Send updates by POST.", ("POST",))
    fields = _with_body(_fields(query_string), "update", SPARQL_UPDATE, content_type, body)
    return UpdateOperation(
        _only(fields, "update"), _graphs(fields, "using-graph-uri"), _graphs(fields, "using-named-graph-uri")
    )


def media_type(content_type: str | None) -> tuple[str, dict[str, str]]:
    """Split a Content-Type header into its lower-case media type ("" when absent) and its parameters."""
    name, *parameters = (content_type or "").split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    return name.strip().lower(), {key.strip().lower(): value.strip().strip('"') for key, _, value in pairs}


def graph_iri(text: str) -> NamedNode:
    """An absolute graph IRI. Raises BadRequest for anything else."""
    try:
        return NamedNode(text)
    except ValueError as error:
        raise BadRequest(f"{text!r} is not an absolute IRI: name the graph by one.") from error


def _with_body(fields: Fields, name: str, direct: str, content_type: str | None, body: bytes) -> Fields:
    kind, parameters = media_type(content_type)
    if kind not in (FORM, direct):
        raise UnsupportedMediaType(f"Send the {name} as {direct} or as {FORM}, not as {kind or 'nothing'}.")
    if parameters.get("charset", "utf-8").lower() not in ("utf-8", "us-ascii"):
        raise UnsupportedMediaType(f"Send the {name} in UTF-8, not in {parameters['charset']}.")
    text = _decoded(body)
    posted = _fields(text) if kind == FORM else {name: [text]}
    return {key: [*fields.get(key, ()), *posted.get(key, ())] for key in {*fields, *posted}}


def _fields(text: str) -> Fields:
    try:
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError as error:
        raise BadRequest("The parameters are not UTF-8: percent-encode letters beyond ASCII as UTF-8.") from error
    except ValueError as error:
        raise BadRequest(f"The parameters cannot be read: {error}.") from error


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: {error.reason} at byte {error.start}.") from error


def _only(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    if len(values) != 1:
        raise BadRequest(f"Give exactly one {name}; this request has {len(values)}.")
    return values[0]


def _graphs(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(graph_iri(text).value for text in fields.get(name, ()))
