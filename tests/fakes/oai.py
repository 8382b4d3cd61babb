"""A stand-in for an OAI-PMH 2.0 repository on loopback: all six verbs, as the protocol has them, and misbehaviour.

    with oai(records=120) as fake:
        OaiHarvester(fake.url, Web(settings), Selection())

- ``fake.held`` are the records by identifier. ``fake.change(id, …)`` sets fields of one and stamps it with the fake's
  clock, which only ``fake.clock`` moves; ``fake.remove(id)`` takes it away without a trace.
- ``fake.requests`` are the arguments of all requests so far; ``fake.asked("ListRecords")`` those of one verb.
- ``fake.fail(fault, on="ListRecords", times=2, after=1)`` lets requests of a verb go wrong, as in
  ``tests.fakes.europeana``, with the faults of ``tests.fakes.faults`` and ``tests.fakes.oai_faults``.
- ``fake.expire_tokens()`` makes every resumption token that was given out so far unknown.
"""

import base64
import binascii
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape

from flask import Flask, Response, request
from werkzeug import Response as AnyResponse

from tests.fakes.faults import Fault
from tests.fakes.oai_records import FIRST_DAY, SETS, Held, generated
from tests.fakes.serving import Plans, serving

SECONDS, DAYS = "YYYY-MM-DDThh:mm:ssZ", "YYYY-MM-DD"
ARGUMENTS = {
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), {"resumptionToken"}),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListIdentifiers": ({"metadataPrefix"}, {"from", "until", "set", "resumptionToken"}),
    "ListRecords": ({"metadataPrefix"}, {"from", "until", "set", "resumptionToken"}),
}
"""Of each verb, the arguments that it needs and those that it may have."""
FORMATS: dict[str, Callable[[Held], str]] = {"edm": lambda held: held.edm, "oai_dc": lambda held: held.oai_dc}


class Condition(Exception):
    """An error of the protocol."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Oai:
    """The fake. ``url`` is its base URL; ``deletions`` is what Identify says of them."""

    url: str = ""
    held: dict[str, Held] = field(default_factory=dict)
    clock: datetime = FIRST_DAY + timedelta(days=365)
    page_size: int = 50
    granularity: str = SECONDS
    deletions: str = "persistent"
    has_sets: bool = True
    version: str = "2.0"
    formats: tuple[str, ...] = ("edm", "oai_dc")
    requests: list[dict[str, str]] = field(default_factory=list)
    generation: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    plans: Plans = field(default_factory=Plans)

    def asked(self, verb: str) -> list[dict[str, str]]:
        return [arguments for arguments in self.requests if arguments.get("verb") == verb]

    def change(self, identifier: str, **fields: str | bool) -> None:
        for name, value in fields.items():
            setattr(self.held[identifier], name, value)
        self.held[identifier].datestamp = self.clock

    def remove(self, identifier: str) -> None:
        del self.held[identifier]

    def expire_tokens(self) -> None:
        self.generation += 1

    def fail(self, fault: Fault, on: str = "ListRecords", times: int | None = 1, after: int = 0) -> None:
        """Let requests of a verb go wrong; see ``Plans``."""
        self.plans.add(fault, on, times, after)

    def stamp(self, moment: datetime) -> str:
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if self.granularity == SECONDS else f"{moment:%Y-%m-%d}"


@contextmanager
def oai(records: int = 120) -> Iterator[Oai]:
    """Serve ``records`` generated records until the block ends."""
    fake = Oai(held={held.identifier: held for held in generated(records)})
    with serving(_application(fake), fake.stopping) as url:
        fake.url = f"{url}/oai"
        yield fake


def _application(fake: Oai) -> Flask:
    app = Flask(__name__)

    @app.get("/oai")
    def answer() -> AnyResponse:
        asked = request.args.to_dict()
        fake.requests.append(asked)
        verb = asked.get("verb", "")
        try:
            right = document(_answered(fake, verb, asked), fake.clock, asked)
        except Condition as error:
            right = document(f'<error code="{error.code}">{escape(str(error))}</error>', fake.clock)
        fault = fake.plans.due(verb)
        return fault(right) if fault else right

    return app


def document(inner: str, clock: datetime = FIRST_DAY, asked: dict[str, str] | None = None) -> Response:
    """An answer around what it says."""
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in (asked or {}).items())
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">'
        f"<responseDate>{clock:%Y-%m-%dT%H:%M:%SZ}</responseDate>"
        f"<request{attributes}>{escape(request.base_url)}</request>{inner}</OAI-PMH>",
        mimetype="text/xml",
    )


def _answered(fake: Oai, verb: str, asked: dict[str, str]) -> str:
    if verb not in ARGUMENTS:
        raise Condition("badVerb", f"{verb} is no verb")
    needed, possible = ARGUMENTS[verb]
    given = set(asked) - {"verb"}
    exclusive = "resumptionToken" in possible and given == {"resumptionToken"}
    if (
        given - needed - possible
        or (needed - given and not exclusive)
        or ("resumptionToken" in given and not exclusive)
    ):
        raise Condition("badArgument", "The request includes illegal arguments, or lacks some")
    if verb == "Identify":
        return _identify(fake)
    if verb == "ListMetadataFormats":
        _known(fake, asked.get("identifier", next(iter(fake.held), "")))
        offered = "".join(
            f"<metadataFormat><metadataPrefix>{name}</metadataPrefix></metadataFormat>" for name in fake.formats
        )
        return f"<ListMetadataFormats>{offered}</ListMetadataFormats>"
    if not fake.has_sets and (verb == "ListSets" or "set" in asked):
        raise Condition("noSetHierarchy", "This repository has no sets")
    if verb == "ListSets":
        found = "".join(f"<set><setSpec>{name}</setSpec><setName>{name}</setName></set>" for name in SETS)
        return f"<ListSets>{found}</ListSets>"
    if verb == "GetRecord":
        held = _known(fake, asked["identifier"])
        return f"<GetRecord>{_record(fake, held, _format(fake, asked['metadataPrefix']))}</GetRecord>"
    return _listed(fake, verb, _resumed(fake, asked["resumptionToken"]) if exclusive else asked)


def _identify(fake: Oai) -> str:
    return (
        f"<Identify><repositoryName>Museum of Nowhere</repositoryName><baseURL>{escape(fake.url)}</baseURL>"
        f"<protocolVersion>{fake.version}</protocolVersion><adminEmail>keeper@museum.example</adminEmail>"
        f"<earliestDatestamp>{fake.stamp(FIRST_DAY)}</earliestDatestamp><deletedRecord>{fake.deletions}</deletedRecord>"
        f"<granularity>{fake.granularity}</granularity></Identify>"
    )


def _listed(fake: Oai, verb: str, asked: dict[str, str]) -> str:
    prefix = _format(fake, asked["metadataPrefix"])
    wanted, start = asked.get("set", ""), int(asked.get("start", "0"))
    since, until = (asked.get(name, "") for name in ("from", "until"))
    if {len(stamp) for stamp in (since, until) if stamp} - {10, len(fake.stamp(fake.clock))} or (
        since and until and len(since) != len(until)
    ):
        raise Condition("badArgument", f"The granularity is {fake.granularity}")
    listed = sorted(fake.held.values(), key=lambda held: (held.datestamp, held.number))
    found = [
        held
        for held in listed
        if not wanted or f"{held.set}:".startswith(f"{wanted}:")
        if (not since or fake.stamp(held.datestamp)[: len(since)] >= since)
        if (not until or fake.stamp(held.datestamp)[: len(until)] <= until)
        if fake.deletions != "no" or not held.deleted
    ]
    if not found:
        raise Condition("noRecordsMatch", "Nothing like that")
    page, after = found[start : start + fake.page_size], start + fake.page_size
    write = _header if verb == "ListIdentifiers" else lambda fake, held: _record(fake, held, prefix)
    text = "".join(write(fake, held) for held in page)
    token = _token(fake, {**asked, "start": str(after)}) if after < len(found) else ""
    if token or start:
        text += f'<resumptionToken completeListSize="{len(found)}" cursor="{start}">{token}</resumptionToken>'
    return f"<{verb}>{text}</{verb}>"


def _token(fake: Oai, asked: dict[str, str]) -> str:
    kept = {name: value for name, value in asked.items() if name != "verb"}
    return base64.b64encode(json.dumps([fake.generation, kept]).encode()).decode()


def _resumed(fake: Oai, token: str) -> dict[str, str]:
    try:
        generation, asked = json.loads(base64.b64decode(token))
    except (binascii.Error, ValueError) as error:
        raise Condition("badResumptionToken", "This is no token") from error
    if generation != fake.generation:
        raise Condition("badResumptionToken", "The token has expired")
    return {str(name): str(value) for name, value in asked.items()}


def _known(fake: Oai, identifier: str) -> Held:
    if identifier not in fake.held:
        raise Condition("idDoesNotExist", f"There is no {identifier}")
    return fake.held[identifier]


def _format(fake: Oai, prefix: str) -> str:
    if prefix not in fake.formats:
        raise Condition("cannotDisseminateFormat", f"There is no format {prefix}")
    return prefix


def _header(fake: Oai, held: Held) -> str:
    status = ' status="deleted"' if held.deleted else ""
    return (
        f"<header{status}><identifier>{escape(held.identifier)}</identifier><datestamp>{fake.stamp(held.datestamp)}"
        f"</datestamp><setSpec>{held.set}</setSpec></header>"
    )


def _record(fake: Oai, held: Held, prefix: str) -> str:
    metadata = "" if held.deleted else f"<metadata>{FORMATS[prefix](held)}</metadata>"
    return f"<record>{_header(fake, held)}{metadata}</record>"
