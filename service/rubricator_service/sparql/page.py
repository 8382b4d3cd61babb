"""The query page: a form that works without script, and Yasgui's editor over it where it was built into the package."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import Response, current_app, make_response, render_template, request

from rubricator.errors import NotFound, RubricatorError
from rubricator.rdf import PREFIXES
from rubricator.settings import Settings
from rubricator_service.context import service
from rubricator_service.policy import content_policy
from rubricator_service.responses import REVALIDATE
from rubricator_service.sparql.examples import AUDIENCES, Example, examples
from rubricator_service.sparql.tables import Table

SELECT_FORMATS = (("json", "JSON"), ("xml", "XML"), ("csv", "CSV"), ("tsv", "TSV"))
GRAPH_FORMATS = (("ttl", "Turtle"), ("nt", "N-Triples"), ("jsonld", "JSON-LD"), ("rdf", "RDF/XML"))
"""By the names of formats that files end in, too."""
_MEGABYTE = 2**20
_YASGUI_STYLES = (
    "sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk=",  # where the columns of a table are drawn wider
    "sha256-c0O6TmFAkgpNbHxKAa1BrveWHHopjEtC47i0PzMudxg=",  # the pointer while that is done
    "sha256-EntWS0hFrz2vH7susM+dPUxvHlL6sBswmM8K80E5oUk=",  # what the editor expects in the place of an error
)
"""Hashes of the inline styles of Yasgui 4.6.2; a browser's test notices when a new version has others."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query is wrong: the line's number and text, and what of it stands before the place."""

    number: int
    before: str
    rest: str


def query_page(
    query: str | None = None,
    *,
    example: Example | None = None,
    table: Table | None = None,
    problem: RubricatorError | None = None,
) -> Response:
    """The page with a query to go on from: the one given, that of an example, or the first example's.

    ``table`` is the query's answer; ``problem`` says why there is none, and is the status of the page.
    """
    offered = examples(service().iris)
    shown = query if query is not None else (example or offered[0]).query
    response = make_response(
        render_template(
            "sparql.html",
            query=shown,
            example=example,
            table=table,
            problem=problem,
            place=place(shown, problem),
            audiences=[(name, [one for one in offered if one.audience == name]) for name in AUDIENCES],
            prefixes=PREFIXES,
            limits=limits(service().settings),
            select_formats=SELECT_FORMATS,
            graph_formats=GRAPH_FORMATS,
            yasgui=has_yasgui(),
        ),
        HTTPStatus.OK if problem is None else problem.status,
    )
    response.vary.update(("Accept", "Accept-Language"))
    if has_yasgui():
        response.headers["Content-Security-Policy"] = content_policy(_YASGUI_STYLES)
    response.headers["Cache-Control"] = REVALIDATE if problem is None else "no-store"
    return response


def wanted_example() -> Example | None:
    """The example that ``?example=`` names. Raises NotFound for a name that none has."""
    wanted = request.args.get("example")
    found = next((one for one in examples(service().iris) if one.slug == wanted), None)
    if wanted and found is None:
        raise NotFound(f"There is no example query {wanted!r}: {service().links.root}/sparql lists them all.")
    return found


def place(query: str, problem: RubricatorError | None) -> Place | None:
    """The place that an error names by ``line`` and ``column``, which count from 1."""
    line, column = getattr(problem, "line", None), getattr(problem, "column", None)
    lines = query.splitlines()
    if line is None or not 0 < line <= len(lines):
        return None
    text = lines[line - 1]
    cut = (column or 1) - 1
    return Place(line, text[:cut], text[cut:])


def limits(settings: Settings) -> list[tuple[str, str]]:
    """What a query may take, in words."""
    return [
        ("Time", f"{settings.query_timeout:g} s; timeout= asks for less"),
        ("Answer", f"{settings.query_max_rows:,} rows or triples, {settings.query_max_bytes / _MEGABYTE:.4g} MB"),
        ("Query", f"{settings.query_max_length / _MEGABYTE:.4g} MB"),
        ("Memory", f"{settings.reader_memory / _MEGABYTE:.4g} MB"),
        ("At once", f"{settings.readers} of all users; {settings.client_queue} of yours may wait for their turn"),
        ("Rate", f"{settings.client_rate:g} requests a second, after {settings.client_burst} at once"),
        ("Failures", f"{settings.client_errors} of your queries a minute"),
    ]


def has_yasgui() -> bool:
    """Whether Yasgui was built into the package (``make yasgui``)."""
    return Path(current_app.static_folder or "", "yasgui", "yasgui.min.js").exists()
