"""One OAI-PMH repository, asked over the web. What is no whole OAI-PMH answer is asked for again, a few times."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from rubricator.errors import RequestRejected, SourceError, UsageError
from rubricator.harvest.oai.answer import NotOai, OaiAnswer, read_answer
from rubricator.harvest.web import Answer, Request, StatusError, Web
from rubricator.harvest.xml import child_text
from rubricator.rdf import now

_ACCEPT = "text/xml, application/xml;q=0.9, */*;q=0.1"
_TRIES = 3
_FIRST_WAIT = 0.25
_LONGEST_QUOTE = 200
_PROTOCOL = "2.0"
_NOWHERE = frozenset({404, 410})
_ARGUMENTS = frozenset({"verb", "metadataPrefix", "set", "from", "until", "identifier", "resumptionToken"})
_CONDITIONS = frozenset(
    {
        "badArgument",
        "badResumptionToken",
        "badVerb",
        "cannotDisseminateFormat",
        "idDoesNotExist",
        "noMetadataFormats",
        "noRecordsMatch",
        "noSetHierarchy",
    }
)
"""The protocol's own; with other codes servers speak of trouble of theirs, which may pass."""


@dataclass(frozen=True, slots=True)
class Identification:
    """What a repository says of itself. ``deletions`` is ``no``, ``transient`` or ``persistent``."""

    in_seconds: bool
    deletions: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and when it came."""

    answer: OaiAnswer
    retrieved: datetime

    @property
    def condition(self) -> str:
        """The code of the first error; empty if there is none."""
        return self.answer.errors[0].code if self.answer.errors else ""


def base_url(url: str) -> str:
    """The address that verbs are asked of. Raises UsageError for one that is none, or holds more than that."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{url!r} is no address of an OAI-PMH repository; it starts with http:// or https://.")
    if parts.username or parts.password:
        raise UsageError("The address holds a name or a password, which would be kept with every record; leave it out.")
    if _ARGUMENTS & dict(parse_qsl(parts.query, keep_blank_values=True)).keys():
        raise UsageError(
            f"{url!r} is a whole request; leave its arguments out, and give --set, --metadata-prefix, --from and "
            "--until as options."
        )
    return urlunsplit(parts._replace(fragment=""))


class Repository:
    """The repository at ``base``, an address as :func:`base_url` gives it. All methods raise SourceError."""

    def __init__(self, base: str, web: Web) -> None:
        self.base = base
        self._web = web

    def address(self, arguments: Mapping[str, str]) -> str:
        """Of one request."""
        return f"{self.base}{'&' if '?' in self.base else '?'}{urlencode(arguments, quote_via=quote)}"

    def identify(self) -> Identification:
        """The answer to Identify; what it leaves out is taken for the least that the protocol asks for."""
        try:
            reply = self.ask({"verb": "Identify"})
        except StatusError as error:
            if error.http_status not in _NOWHERE:
                raise
            raise RequestRejected(
                error.code,
                f"There is no OAI-PMH repository at {self.base} (HTTP {error.http_status}); check the address.",
            ) from error
        body = reply.answer.body
        if body is None:
            raise self.refused(reply)
        version = child_text(body, "protocolVersion") or _PROTOCOL
        if version != _PROTOCOL:
            raise SourceError(
                "oai-version", f"{self.base} speaks OAI-PMH {version}, and only {_PROTOCOL} is understood."
            )
        return Identification(
            "hh" in child_text(body, "granularity"), child_text(body, "deletedRecord").lower() or "no"
        )

    def formats(self) -> tuple[str, ...]:
        """The metadata prefixes that the repository offers."""
        body = self.ask({"verb": "ListMetadataFormats"}).answer.body
        found = () if body is None else body.iterchildren("{*}metadataFormat")
        return tuple(prefix for element in found if (prefix := child_text(element, "metadataPrefix")))

    def ask(self, arguments: Mapping[str, str]) -> Reply:
        """The answer to one request; it may hold errors of the protocol."""
        request = Request(self.address(arguments), _ACCEPT)
        tries = Retrying(
            retry=retry_if_exception_type(NotOai),
            stop=stop_after_attempt(_TRIES),
            wait=wait_exponential(_FIRST_WAIT),
            reraise=True,
        )
        try:
            return tries(lambda: _reply(self._get(request)))
        except NotOai as error:
            raise SourceError(
                error.code, f"{self.base} answers with {error}; check the address, or run the command again later."
            ) from error

    def ask_each(self, requests: Iterable[Mapping[str, str]]) -> Iterator[Reply | SourceError]:
        """The answers to many requests, in their order, a few at a time."""
        asked: deque[Mapping[str, str]] = deque()

        def remembered() -> Iterator[Request]:
            for arguments in requests:
                asked.append(arguments)
                yield Request(self.address(arguments), _ACCEPT)

        for result in self._web.get_all(remembered()):
            arguments = asked.popleft()
            try:
                yield _reply(result)
            except NotOai:
                yield self._reply_or_error(arguments)
            except SourceError as error:
                yield error

    def _reply_or_error(self, arguments: Mapping[str, str]) -> Reply | SourceError:
        try:
            return self.ask(arguments)
        except SourceError as error:
            return error

    def _get(self, request: Request) -> Answer | SourceError:
        try:
            return self._web.get(request)
        except SourceError as error:
            return error

    def refused(self, reply: Reply) -> SourceError:
        """What an error of the protocol in an answer to a list means for a user."""
        said = _said(reply)
        match reply.condition:
            case "cannotDisseminateFormat":
                offered = ", ".join(self.formats()) or "no format at all"
                return RequestRejected(
                    "oai-format-not-offered",
                    f"{self.base} does not offer this format{said}, but {offered}; choose with --metadata-prefix.",
                )
            case "noSetHierarchy":
                return RequestRejected("oai-no-sets", f"{self.base} has no sets{said}; leave --set out.")
            case "badResumptionToken":
                return SourceError(
                    "oai-bad-token",
                    f"{self.base} refuses the resumption tokens that it gave out{said}, again and again; ask for less "
                    "at a time, with --set or with --from and --until.",
                )
            case "badArgument":
                return RequestRejected(
                    "oai-bad-argument",
                    f"{self.base} does not understand what it is asked{said}; check --set, --metadata-prefix, --from "
                    "and --until.",
                )
            case condition:
                return SourceError(
                    "oai-error",
                    f"{self.base} answers with {condition or 'nothing that was asked for'}{said}; ask its keepers.",
                )


def _reply(result: Answer | SourceError) -> Reply:
    """What the repository means; some send errors of the protocol with a status of HTTP. Raises NotOai, SourceError."""
    if isinstance(result, StatusError):
        try:
            reply = Reply(read_answer(result.body), now())
        except NotOai:
            raise result from None
        if reply.condition in _CONDITIONS:
            return reply
    if isinstance(result, SourceError):
        raise result
    reply = Reply(read_answer(result.body, result.charset), result.retrieved)
    if reply.answer.errors and reply.condition not in _CONDITIONS:
        raise NotOai("source-server-error", f"an error of its own, {reply.condition!r} {_said(reply)}".strip())
    return reply


def _said(reply: Reply) -> str:
    """The server's own words, in brackets."""
    words = reply.answer.errors[0].message if reply.answer.errors else ""
    return f" ({words[:_LONGEST_QUOTE]})" if words else ""
