"""The Search API: what is asked for, and the pages of items that it answers with."""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from rubricator.errors import SourceError
from rubricator.harvest.europeana.api import BAD_CURSOR, NOT_JSON, REJECTED, again, explained
from rubricator.harvest.europeana.identifiers import ItemId, served_id
from rubricator.harvest.europeana.records import Wanted
from rubricator.harvest.web import Request, StatusError, Web

log = logging.getLogger(__name__)

PATH = "/record/v2/search.json"
EVERYTHING = "*:*"
ROWS = 100
"""The most that the API gives at once."""
_CURSOR = re.compile("[!-~]*")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. ``concepts`` are the IRIs of entities in all their forms, one of which an item must name.

    ``refinements`` are Solr queries (``qf``) that all hold; ``media`` wants a picture that Europeana could fetch.
    """

    query: str = EVERYTHING
    refinements: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    reusability: tuple[str, ...] = ()
    type: str = ""
    media: bool = False

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """As the API has them, in a fixed order."""
        refinements = list(self.refinements)
        if self.concepts:
            refinements.append(f"skos_concept:({' OR '.join(_quoted(concept) for concept in self.concepts)})")
        if self.type:
            refinements.append(f"TYPE:{self.type}")
        return (
            ("query", self.query),
            *(("qf", refinement) for refinement in refinements),
            *(("reusability", rights) for rights in self.reusability),
            *((("media", "true"),) if self.media else ()),
        )

    @property
    def selection(self) -> Mapping[str, str]:
        """By which a source is known again: one text a parameter."""
        names = dict.fromkeys(name for name, _ in self.parameters)
        return {name: "\n".join(value for other, value in self.parameters if other == name) for name in names}

    def address(self, api: str, cursor: str, rows: int) -> str:
        """Of one page. The order is by identifier, so that the same list always comes in the same pages."""
        fixed = (("sort", "europeana_id asc"), ("profile", "minimal"), ("rows", str(rows)), ("cursor", cursor))
        return f"{api}{PATH}?{urlencode((*self.parameters, *fixed))}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list a harvest stands: how many items came before, and the cursor of the page that comes now."""

    listed: int = 0
    cursor: str = "*"

    def __str__(self) -> str:
        return f"{self.listed} {self.cursor}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some items of a list of ``total``, each as often as it is listed. ``strange`` are entries that name no item;
    ``after`` is None at the end.
    """

    items: tuple[ItemId, ...]
    strange: tuple[object, ...]
    total: int
    after: Place | None


class Trail:
    """Tells when cursors go in circles, and keeps two of them for it: the last, and one of ever longer ago.

    Brent (1980), An improved Monte Carlo factorization algorithm, section 2.
    """

    def __init__(self, cursor: str) -> None:
        self._last = self._kept = cursor
        self._steps = self._left = 1

    def leads_back(self, cursor: str) -> bool:
        """Whether the next cursor was one before; told before three times as many pages have come."""
        back = cursor in (self._last, self._kept)
        self._last, self._left = cursor, self._left - 1
        if not self._left:
            self._kept, self._steps = cursor, self._steps * 2
            self._left = self._steps
        return back


def pages(web: Web, wanted: Wanted, query: Query, place: Place, limit: int | None) -> Iterator[Page]:
    """The list from ``place`` to its end, or until ``limit`` items are listed.

    A cursor that Europeana no longer knows, kept from an earlier harvest, starts the list again. Raises SourceError:
    ``source-not-json`` for answers that stay unreadable, ``source-cursor-repeats`` for a list that goes in circles,
    ``source-list-ends-early`` for one that gives nothing more before its end, and those of Web.
    """
    api, resumed, trail = wanted.settings.europeana_api, place != Place(), Trail(place.cursor)
    while True:
        rows = ROWS if limit is None else min(ROWS, limit - place.listed)
        try:
            page = again(web, wanted.first_wait)(_asked, web, query.address(api, place.cursor, rows), place, limit)
        except SourceError as error:
            if not resumed or error.code != BAD_CURSOR:
                raise
            log.warning("Europeana no longer knows where the harvest was: the list is read from its beginning.")
            resumed, place, trail = False, Place(), Trail(Place().cursor)
            continue
        resumed = False
        if page.after and page.after.listed == place.listed:
            raise _broken("source-list-ends-early", place, page, "gives no more")
        if page.after and trail.leads_back(page.after.cursor):
            raise _broken("source-cursor-repeats", place, page, "goes in circles")
        yield page
        if page.after is None:
            return
        place = page.after


def _asked(web: Web, address: str, place: Place, limit: int | None) -> Page:
    try:
        body = web.get(Request(address, "application/json")).body
    except SourceError as error:
        raise explained(error) from error
    return read_page(body, place, limit)


def read_page(body: bytes, place: Place, limit: int | None) -> Page:
    """The page that an answer holds, cut off at ``limit``. Raises SourceError, and nothing else, whatever the bytes."""
    entries, total, cursor = _answer(body)
    if limit is not None:
        entries, total = entries[: limit - place.listed], min(total, limit)
    named = [served_id(entry.get("id") if isinstance(entry, dict) else None) for entry in entries]
    listed = place.listed + len(entries)
    at_end = listed >= total and (not entries or cursor == place.cursor)
    after = Place(listed, cursor) if cursor and listed != limit and not at_end else None
    if after is None and listed < total:
        log.warning("Europeana's list of %s items ended after %s.", total, listed)
    return Page(
        items=tuple(item for item in named if item),
        strange=tuple(entry for entry, item in zip(entries, named, strict=True) if item is None),
        total=total,
        after=after,
    )


def _answer(body: bytes) -> tuple[list[object], int, str]:
    """The entries, how many there are in all, and the next cursor, empty at the end."""
    try:
        answer = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise SourceError(NOT_JSON, "Europeana answered with something that is no JSON: run the command again later.")
    if answer.get("success") is False:
        raise explained(StatusError(REJECTED, "Europeana refused to search.", 200, body))
    entries, total, cursor = answer.get("items"), answer.get("totalResults"), answer.get("nextCursor") or ""
    if (
        isinstance(entries, list)
        and isinstance(total, int)
        and isinstance(cursor, str)
        and _CURSOR.fullmatch(cursor) is not None
    ):
        return entries, total, cursor
    raise SourceError(NOT_JSON, "Europeana answered with JSON that is no list: check the setting europeana_api.")


def _broken(code: str, place: Place, page: Page, fault: str) -> SourceError:
    return SourceError(
        code,
        f"After {place.listed} of {page.total} items Europeana's list {fault}: run the command again to go on there.",
    )
