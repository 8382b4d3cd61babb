"""The public SPARQL endpoint: queries, a page to write them on, and what the service says of itself."""

import re

from flask import Blueprint, Response, request

from rubricator.errors import UsageError
from rubricator.store.errors import (
    BadRequest,
    NotAcceptable,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    ServiceFailed,
)
from rubricator.store.hints import explained
from rubricator.store.mediatypes import GRAPH_ALIASES, GRAPH_NAMES, N_TRIPLES, SOLUTION_NAMES, TSV
from rubricator.store.negotiation import GRAPHS, SOLUTIONS, choose, with_charset
from rubricator.store.protocol import SPARQL_UPDATE, QueryOperation, media_type, parse_query
from rubricator.store.readers import QueryRequest
from rubricator_service.context import service
from rubricator_service.documents.formats import DOCUMENT, HTML, as_written, write_triples
from rubricator_service.documents.headers import alternates_of_list
from rubricator_service.errors import UpdateRefused
from rubricator_service.front.handover import FAILURE, REVISION, note, shortened
from rubricator_service.responses import ASK_AGAIN, chosen, not_modified, respond, stream
from rubricator_service.sparql.description import describe_service
from rubricator_service.sparql.identity import identity
from rubricator_service.sparql.page import query_page, wanted_example
from rubricator_service.sparql.tables import read_table

blueprint = Blueprint("sparql", __name__)

_GRAPH_NAMES = GRAPH_NAMES | GRAPH_ALIASES
_OF_THE_QUERY = (QueryRefused, QuerySyntaxError, QueryTimeout, QueryTooLarge, ServiceFailed)
"""Problems that another query does not have: people read them beside the query, to change it."""
_WITHOUT_QUERY = {"format", "example"}
"""Parameters of the service description and of the query page."""


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """A query is answered; without one, people get the query page and machines the service description."""
    body = request.get_data()  # before the form is looked at, which would use it up
    if "update" in request.values or media_type(request.content_type)[0] == SPARQL_UPDATE:
        raise UpdateRefused("This endpoint is read-only; send updates to the store itself, with its token.")
    asks_nothing = request.method != "POST" and "query" not in request.args
    if asks_nothing:
        _refuse_misspelt()
        form = chosen(DOCUMENT)
        if form is HTML:
            return query_page(example=wanted_example())
        described = write_triples(describe_service(service()), form)
        return respond(described, with_charset(form.media_type), links=_links(), cache=ASK_AGAIN)
    operation = parse_query(request.method, request.query_string.decode("latin-1"), request.content_type, body)
    note(request.environ, query=shortened(operation.query))
    if failure := request.environ.get(FAILURE):
        raise explained(failure, operation.query)
    if request.values.get("format") == "html" or ("format" not in request.values and _is_shared_link()):
        return _answer_page(operation)
    solutions, graph = _formats()
    asked, revision = _request(operation, solutions, graph), request.environ.get(REVISION)
    if request.method != "POST" and revision is not None:
        etag = identity(asked, revision)
        if etag is not None and (unchanged := not_modified(etag)):
            return unchanged
    answer = service().readers.run(asked, _timeout())
    of_the_view = revision is not None and answer.revision != ""  # and nothing that other servers said
    etag = identity(asked, answer.revision) if request.method != "POST" and of_the_view else None
    return _named(stream(answer, with_charset(answer.media_type), etag=etag))


def _links() -> list[str]:
    """Where else the service description is, and what describes the data set."""
    root = service().links.root
    return [*alternates_of_list(f"{root}/sparql"), f'<{root}/.well-known/void>; rel="describedby"']


def _refuse_misspelt() -> None:
    """Whoever gives parameters that only a query has, or that nothing has, meant to ask one."""
    unknown = [name for name in request.args if name not in _WITHOUT_QUERY]
    if unknown:
        raise BadRequest(f"There is no query beside {', '.join(unknown)}: give the query in the parameter `query`.")


def _request(operation: QueryOperation, solutions: str | None, graph: str | None) -> QueryRequest:
    return QueryRequest(
        operation.query,
        f"{service().iris.base}/sparql",
        operation.default_graphs,
        operation.named_graphs,
        solutions,
        graph,
    )


def _formats() -> tuple[str | None, str | None]:
    """Media types for solutions and for graphs; None where the client takes no such thing."""
    name = as_written(request.values.get("format", ""))
    if not name:
        accept = request.headers.get("Accept")
        return choose(accept, SOLUTIONS), choose(accept, GRAPHS)
    formats = SOLUTIONS.get(name, SOLUTION_NAMES.get(name.lower())), GRAPHS.get(name, _GRAPH_NAMES.get(name.lower()))
    if formats == (None, None):
        rows, graphs = ", ".join(SOLUTION_NAMES), ", ".join(_GRAPH_NAMES)
        raise NotAcceptable(
            f"There is no format {name!r}: of rows there are {rows}; of a graph {graphs}; of both html."
        )
    return formats


def _timeout() -> float:
    """Seconds until the query is stopped. A client may ask for fewer than the installation allows, not for more."""
    limit, wanted = service().settings.query_timeout, request.values.get("timeout")
    if not wanted:
        return limit
    try:
        seconds = float(wanted)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        raise UsageError(f"timeout={wanted} is no number of seconds above 0.")
    return min(limit, seconds)


def _answer_page(operation: QueryOperation) -> Response:
    """The query and its answer as a table, or what is wrong with it, for browsers without script."""
    try:
        table = read_table(service().readers, _request(operation, TSV, N_TRIPLES), _timeout())
    except _OF_THE_QUERY as problem:
        note(request.environ, problem=problem.slug)
        return query_page(operation.query, problem=problem)
    return query_page(operation.query, table=table)


def _named(response: Response) -> Response:
    """Where ``?download=`` gives a name, the answer is a file of that name, and not shown by the browser."""
    name = re.sub(r"[^\w.-]", "-", request.values.get("download", ""), flags=re.ASCII)
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _is_shared_link() -> bool:
    """Whether a browser follows a link to a query: it wants a page more than it wants any form of answer."""
    accept, html = request.headers.get("Accept"), HTML.media_type
    return request.method != "POST" and html == choose(accept, SOLUTIONS | GRAPHS | {html: html})
