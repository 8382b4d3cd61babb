"""Harvests of what the Search API finds: one list, or one for each of several concepts."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rubricator.harvest.europeana.records import RecordApi, Wanted
from rubricator.harvest.europeana.search import PATH, Page, Place, Query, pages
from rubricator.harvest.record import Rejection, SourceRecord
from rubricator.harvest.source import Checkpoint, Harvested, Memory, Source
from rubricator.rdf import now


@dataclass(frozen=True, slots=True)
class Search:
    """One list of items. ``limit`` is how many of it are wanted; several lists of one harvest have names."""

    query: Query
    limit: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class FoundItems:
    """The records of the items that searches find, list after list.

    ``selection`` and ``request`` are the harvest's own; see Harvester.
    """

    wanted: Wanted
    searches: tuple[Search, ...]
    selection: Mapping[str, str]
    request: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        address = f"{self.wanted.settings.europeana_api}{PATH}"
        return Source("europeana", address, {**self.selection, **self.wanted.selection})

    @property
    def whole(self) -> bool:
        return not self.request

    def records(self, memory: Memory, token: str = "") -> Iterator[Harvested]:
        """Everything from where ``token`` leads. A token that Europeana no longer knows leads to the list's beginning.

        Raises SourceError if a list cannot be read on or the source as a whole fails.
        """
        name, place = _parsed(token)
        searches = list(self.searches)
        while searches[0].name != name and name:
            del searches[0]
        with RecordApi.opened(self.wanted) as api:
            while searches:
                search, *searches = searches
                for page in pages(api.web, self.wanted, search.query, place, search.limit):
                    yield from self._strange(page)
                    yield from api.of(page.items, memory)
                    expected = page.total if len(self.searches) == 1 else None
                    yield Checkpoint(_token(search, page.after, searches), expected=expected)
                place = Place()

    def missing(self, records: Iterable[SourceRecord]) -> Iterator[Harvested]:
        """Each is asked for: not to be in a list is not to be gone. Raises as ``records`` does."""
        with RecordApi.opened(self.wanted) as api:
            yield from api.missing(records)

    def _strange(self, page: Page) -> Iterator[Rejection]:
        for entry in page.strange:
            message = "Europeana's list has an entry without an identifier; there is nothing to ask for."
            content = json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace")
            dataset = self.wanted.dataset or "europeana"
            yield Rejection(self.source.address, dataset, None, "bad-identifier", message, content, now())


def found_by_query(wanted: Wanted, query: Query, limit: int | None) -> FoundItems:
    """What one query finds; with a limit, the first items of it by identifier."""
    request = {} if limit is None else {"limit": str(limit)}
    return FoundItems(wanted, (Search(query, limit),), query.selection, request)


def found_by_concept(wanted: Wanted, query: Query, concepts: Mapping[str, tuple[str, ...]], each: int) -> FoundItems:
    """The first items by identifier, ``each`` for every concept: the IRIs of entities, in all their forms, by slug."""
    searches = tuple(Search(replace(query, concepts=forms), each, slug) for slug, forms in concepts.items())
    selection = {**query.selection, "concept": "\n".join(concepts), "per-concept": str(each)}
    return FoundItems(wanted, searches, selection)


def _token(search: Search, after: Place | None, following: list[Search]) -> str:
    if after is None:
        search, after = (following[0], Place()) if following else (search, None)
    return f"{search.name} {after}".lstrip() if after else ""


def _parsed(token: str) -> tuple[str, Place]:
    """The name of the list, if it has one, and the place in it."""
    if not token:
        return "", Place()
    *name, listed, cursor = token.rsplit(" ", 2)
    return "".join(name), Place(int(listed), cursor)
