"""A stand-in for Europeana's Search, Record and Thumbnail APIs on loopback, as documented and as seen in their answers.

    with europeana(records=2000) as fake:
        settings = load_settings(europeana_api=fake.url, europeana_api_key=fake.key, allow_private_addresses=True, …)

- ``fake.items`` are the items by id (``/9990000/item_000000``), see ``europeana_items.generated``. Change one with
  ``.touch()``; ``fake.remove(id)`` takes it away altogether; ``fake.vanish(id)`` leaves it in search only.
- ``fake.requests`` are all requests so far; ``fake.asked("search.json")`` those whose path contains the text.
- ``fake.fail(fault, on="search.json", times=2, after=1)`` lets requests whose path contains ``on`` go wrong: the first
  ``after`` go well, then ``times`` go wrong (None: all). Faults are those of ``tests.fakes.faults`` and those below.
- ``fake.duplicates`` is how many items of a page of search are listed again at its end.
- ``fake.expire_cursors()`` makes every cursor that was given out so far unknown.
- The pictures of the items are on the fake too; they and the thumbnails (by MD5 of the picture's address) need no key.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from random import Random

from flask import Flask, Response, request
from werkzeug import Response as AnyResponse

from tests.fakes.europeana_items import Item, generated, jsonld, rdf, record_json, search_item
from tests.fakes.faults import Fault
from tests.fakes.images import picture_bytes
from tests.fakes.serving import Plans, serving

KEY = "k3y-OF-the-test"
DEPRECATED_KEY = "api2demo"
SEARCH = "/record/v2/search.json"
CURSOR_MARK = "AoE+/"  # has what must be percent-encoded
WRITERS: Mapping[str, Callable[[Item, str], bytes]] = {
    "rdf": lambda item, _key: rdf(item),
    "jsonld": lambda item, _key: jsonld(item),
    "json": record_json,
}
SYNTAXES = {"rdf": "application/rdf+xml", "jsonld": "application/ld+json", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    path: str
    params: Mapping[str, list[str]]
    headers: Mapping[str, str]
    query: str


@dataclass(slots=True)
class Europeana:
    """The fake. ``url`` has no slash at its end."""

    key: str
    url: str = ""
    items: dict[str, Item] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)
    duplicates: int = 0
    cursors: set[str] = field(default_factory=set)
    vanished: set[str] = field(default_factory=set)
    stopping: threading.Event = field(default_factory=threading.Event)
    plans: Plans = field(default_factory=Plans)

    def asked(self, part: str) -> list[Asked]:
        """The requests whose path contains ``part``."""
        return [asked for asked in self.requests if part in asked.path]

    def fail(self, fault: Fault, on: str = "/", times: int | None = 1, after: int = 0) -> None:
        """Let requests go wrong whose path contains ``on``; see ``Plans``."""
        self.plans.add(fault, on, times, after)

    def remove(self, item: str) -> None:
        """Take an item away: neither found nor served."""
        del self.items[item]

    def vanish(self, item: str) -> None:
        """An item that search still lists and the Record API knows no more."""
        self.vanished.add(item)

    def expire_cursors(self) -> None:
        """What was given out so far leads nowhere."""
        self.cursors.clear()


def repeating_cursor(right: Response) -> Response:
    """The next page is this page."""
    page = json.loads(right.get_data())
    if "nextCursor" in page:
        page["nextCursor"] = request.args["cursor"] if request.args["cursor"] != "*" else page["nextCursor"]
    right.set_data(json.dumps(page))
    return right


@contextmanager
def europeana(records: int = 2000, key: str = KEY) -> Iterator[Europeana]:
    """Serve ``records`` generated items until the block ends."""
    fake = Europeana(key)
    with serving(_application(fake), fake.stopping) as fake.url:
        fake.items.update((item.id, item) for item in generated(records, fake.url))
        yield fake


def _application(fake: Europeana) -> Flask:
    app = Flask(__name__)

    @app.before_request
    def remember() -> Response | None:
        query = request.query_string.decode()
        fake.requests.append(Asked(request.path, request.args.to_dict(flat=False), dict(request.headers), query))
        return _key_error(fake) if request.path.startswith(("/record/", "/api/")) else None

    @app.after_request
    def misbehave(right: Response) -> AnyResponse:
        fault = fake.plans.due(request.path)
        return fault(right) if fault else right

    app.add_url_rule(SEARCH, view_func=lambda: _search(fake), endpoint="search")

    @app.get("/record/v2/<dataset>/<path:name>")
    def record(dataset: str, name: str) -> Response:
        identifier, _, extension = name.rpartition(".")
        item = fake.items.get(f"/{dataset}/{identifier}")
        if item is None or item.id in fake.vanished or extension not in SYNTAXES:
            return _error(fake, 404, "", "Not found", f"Unable to find the record /{dataset}/{identifier}")
        modified = format_datetime(item.updated.astimezone(UTC), usegmt=True)
        headers = {"ETag": item.etag, "Last-Modified": modified, "Cache-Control": "no-cache"}
        tags = request.headers.get("If-None-Match")
        if tags is not None and item.etag in tags.split(", "):
            return Response(status=304, headers=headers)
        if tags is None and request.headers.get("If-Modified-Since") == modified:
            return Response(status=304, headers=headers)
        return Response(WRITERS[extension](item, fake.key), mimetype=SYNTAXES[extension], headers=headers)

    @app.get("/thumbnail/v3/<int:width>/<digest>.jpg")
    def thumbnail(width: int, digest: str) -> Response:
        known = any(hashlib.md5(item.picture.encode()).hexdigest() == digest for item in fake.items.values())  # noqa: S324 - Europeana's choice
        if not known or width not in (200, 400):
            return Response(status=404)
        colour = f"#{digest[:6]}"
        return Response(picture_bytes(size=(width, width * 3 // 4), colour=colour), mimetype="image/jpeg")

    @app.get("/pictures/<int:number>.jpg")
    def picture(number: int) -> Response:
        return Response(picture_bytes(size=(640, 480), colour=f"#{number * 7919 % 2**24:06x}"), mimetype="image/jpeg")

    return app


def _key_error(fake: Europeana) -> Response | None:
    given = request.headers.get("X-Api-Key") or request.args.get("wskey")
    if given == fake.key:
        return None
    if not given:
        return _error(fake, 400, "400-AM", "Empty API key", "Please provide an API key.")
    if given == DEPRECATED_KEY:
        return _error(fake, 410, "410-AD", "Deprecated API key", "Please register for a new API key.")
    return _error(fake, 401, "401-AX", "Invalid API key", "Please register for an API key.")


def _error(fake: Europeana, status: int, code: str, error: str, message: str) -> Response:
    given = request.headers.get("X-Api-Key", fake.key)
    body = {"apikey": given, "success": False, "error": error, "message": message, "code": code}
    return Response(
        json.dumps({name: value for name, value in body.items() if value != ""}), status, mimetype="application/json"
    )


def _search(fake: Europeana) -> Response:
    asked = request.args
    if not asked.get("query"):
        return _error(fake, 400, "400-SE", "Empty query parameter", "Please enter a search term.")
    rows, start, cursor = asked.get("rows", 12, type=int), asked.get("start", type=int), asked.get("cursor")
    if cursor is not None and start is not None:
        return _error(fake, 400, "400-SD", "Invalid parameters", "Parameters start and cursor cannot be used together.")
    if (start or 1) + rows > 1001:
        return _error(fake, 400, "400-SL", "Pagination limit reached", "It is not possible to paginate beyond 1000.")
    if cursor not in (None, "*") and cursor not in fake.cursors:
        return _error(fake, 400, "400-SC", "Invalid cursor", "Please make sure you encode the cursor value.")
    try:
        found = [item for item in list(fake.items.values()) if _wanted(item)]
    except ValueError as error:
        return _error(fake, 400, "400-SA", "Invalid query parameter", f"Query cannot be parsed: {error}")
    sort = asked.get("sort", "score desc").replace("+", " ")
    if sort.startswith("europeana_id"):
        found.sort(key=lambda item: item.id, reverse=sort.endswith("desc"))
    elif sort.startswith("random"):
        Random(len(fake.requests)).shuffle(found)  # noqa: S311 - no secret is made of it
    first = (start or 1) - 1
    if cursor and cursor != "*":
        after = base64.b64decode(cursor.removeprefix(CURSOR_MARK)).decode()
        first = sum(item.id <= after for item in found)
    page = found[first : first + min(rows, 100)]
    answer: dict[str, object] = {
        "apikey": request.headers.get("X-Api-Key", fake.key), "success": True, "requestNumber": 999,
        "itemsCount": len(page), "totalResults": len(found),
    }  # fmt: skip
    if cursor and page and first + len(page) < len(found):
        token = CURSOR_MARK + base64.b64encode(page[-1].id.encode()).decode()
        answer["nextCursor"] = token
        fake.cursors.add(token)
    page += page[: fake.duplicates]
    answer["items"] = [search_item(item, fake.key, fake.url) for item in page]
    return Response(json.dumps(answer, ensure_ascii=False), mimetype="application/json")


def _wanted(item: Item) -> bool:
    """Whether the request at hand asks for the item. Raises ValueError for a query that Solr could not parse."""
    asked = request.args
    if asked.getlist("reusability") and item.reusability not in asked.getlist("reusability"):
        return False
    return all(_matches(item, query) for query in (asked["query"], *asked.getlist("qf")))


def _matches(item: Item, query: str) -> bool:
    if query.count('"') % 2 or query.count("(") != query.count(")"):
        raise ValueError(query)
    if query in ("*", "*:*"):
        return True
    name, colon, wanted = query.partition(":")
    if not (colon and re.fullmatch(r"\w+", name)):
        return all(word.lower() in item.title.lower() for word in query.split())
    fields = {
        "skos_concept": item.concept_iris, "TYPE": (item.kind,), "edm_datasetName": (item.dataset_name,),
        "europeana_id": (item.id,), "title": tuple(item.title.split()),
    }  # fmt: skip
    if name not in fields:
        raise ValueError(f"undefined field {name}")
    values = re.findall(r'"([^"]*)"', wanted) or wanted.strip("()").split(" OR ")
    return any(re.fullmatch(re.escape(value).replace(r"\*", ".*"), has) for value in values for has in fields[name])
