"""The public SPARQL endpoint: queries, a page to write them on, and what the service says of itself."""

from flask import Blueprint, Response, make_response, render_template, request

from rubricator.errors import UsageError
from rubricator.store.errors import NotAcceptable
from rubricator.store.mediatypes import GRAPH_ALIASES, GRAPH_NAMES, N_TRIPLES, SOLUTION_NAMES, TSV
from rubricator.store.negotiation import GRAPHS, SOLUTIONS, choose, with_charset
from rubricator.store.protocol import SPARQL_UPDATE, QueryOperation, media_type, parse_query
from rubricator.store.readers import QueryRequest
from rubricator_service.context import service
from rubricator_service.documents.formats import DOCUMENT, HTML, write_triples
from rubricator_service.errors import UpdateRefused
from rubricator_service.responses import chosen, respond, stream
from rubricator_service.sparql.description import describe_service
from rubricator_service.sparql.examples import examples
from rubricator_service.sparql.tables import read_table

blueprint = Blueprint("sparql", __name__)

_GRAPH_NAMES = GRAPH_NAMES | GRAPH_ALIASES


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """A query is answered; without one, people get the query page and machines the service description."""
    body = request.get_data()  # before the form is looked at, which would use it up
    if "update" in request.values or media_type(request.content_type)[0] == SPARQL_UPDATE:
        raise UpdateRefused("This endpoint is read-only; send updates to the store itself, with its token.")
    asks_nothing = request.method != "POST" and "query" not in request.args
    if asks_nothing:
        form = chosen(DOCUMENT)
        return (
            _page()
            if form is HTML
            else respond(write_triples(describe_service(service()), form), with_charset(form.media_type))
        )
    operation = parse_query(request.method, request.query_string.decode("latin-1"), request.content_type, body)
    if request.values.get("format") == "html":
        return _page(operation)
    solutions, graph = _formats()
    answer = service().readers.run(_request(operation, solutions, graph), _timeout())
    return stream(answer, with_charset(answer.media_type))


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
    name = request.values.get("format")
    if not name:
        accept = request.headers.get("Accept")
        return choose(accept, SOLUTIONS), choose(accept, GRAPHS)
    formats = SOLUTIONS.get(name, SOLUTION_NAMES.get(name.lower())), GRAPHS.get(name, _GRAPH_NAMES.get(name.lower()))
    if formats == (None, None):
        names = ", ".join(dict.fromkeys((*SOLUTION_NAMES, *_GRAPH_NAMES, "html")))
        raise NotAcceptable(f"There is no format {name!r}; use one of {names}.")
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


def _page(operation: QueryOperation | None = None) -> Response:
    """The query page; with a query, its answer as a table, for browsers without script."""
    table = (
        None if operation is None else read_table(service().readers, _request(operation, TSV, N_TRIPLES), _timeout())
    )
    response = make_response(
        render_template(
            "sparql.html",
            query=_example() if operation is None else operation.query,
            table=table,
            examples=examples(service().iris),
            timeout=service().settings.query_timeout,
        )
    )
    response.vary.update(("Accept", "Accept-Language"))
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _example() -> str:
    """The query that ``?example=`` names, or the first."""
    wanted = request.args.get("example")
    offered = examples(service().iris)
    return next((example for example in offered if example.slug == wanted), offered[0]).query
