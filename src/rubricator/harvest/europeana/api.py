"""How Europeana's APIs are asked: with the key in a header and nowhere else, and errors turned into what to do."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from rubricator.errors import RequestRejected, SourceError, UsageError
from rubricator.harvest.record import JSON_LD, RDF_XML
from rubricator.harvest.web import StatusError, Web
from rubricator.settings import Settings

BAD_CURSOR = "source-bad-cursor"
REJECTED = "source-rejected"
NOT_JSON, NOT_RDF = "source-not-json", "source-not-rdf"
KEY_PAGE = "https://pro.europeana.eu/pages/get-api"
_KEY_CODES = frozenset(("400-AM", "401-AX", "410-AD"))
_UNREADABLE = frozenset((NOT_JSON, NOT_RDF))
_ATTEMPTS = 3
_SAID = ("error", "message")
_LONGEST = 300
_END_OF_RDF_XML, _TAIL = re.compile(rb"</(?:[\w.-]+:)?RDF\s*>"), 1024


@dataclass(frozen=True, slots=True)
class Syntax:
    """One in which the Record API serves records. ``is_whole`` tells a record from half of one."""

    extension: str
    media_type: str
    is_whole: Callable[[bytes], bool]


class KeyRefused(RequestRejected):
    """Europeana does not accept the key, for whatever is asked."""


def _ends_as_rdf_xml(content: bytes) -> bool:
    return _END_OF_RDF_XML.search(content[-_TAIL:]) is not None


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


SYNTAXES = {"rdf": Syntax("rdf", RDF_XML, _ends_as_rdf_xml), "jsonld": Syntax("jsonld", JSON_LD, _is_json)}


def key_of(settings: Settings) -> str:
    """The key for the APIs. Raises UsageError without one."""
    if settings.europeana_api_key is None:
        raise UsageError(
            f"Europeana's APIs need a key: get one at {KEY_PAGE} and set RUBRICATOR_EUROPEANA_API_KEY, "
            "or europeana_api_key in rubricator.toml."
        )
    return settings.europeana_api_key.get_secret_value()


def web(settings: Settings, first_wait: float) -> Web:
    """A way to the APIs that shows the key to nobody else. Raises UsageError without a key."""
    key = key_of(settings)
    return Web(settings, headers={"X-Api-Key": key}, secrets=(key,), first_wait=first_wait)


def again(web: Web, first_wait: float) -> Retrying:
    """Calls what raises a SourceError for an answer that cannot be read: a gateway's page, or half of the right one."""

    def tell(state: RetryCallState) -> None:
        seconds = state.upcoming_sleep
        why = f"Europeana answers with something that cannot be read; asked again in {seconds:.0f} s"
        web.notices.tell(why, seconds, state.attempt_number + 1, _ATTEMPTS)

    return Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, SourceError) and error.code in _UNREADABLE),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_exponential(first_wait) + wait_random(0, first_wait),
        before_sleep=tell,
        reraise=True,
    )


def explained(error: SourceError) -> SourceError:
    """The error as Europeana's own code has it, where its answer holds one."""
    if not isinstance(error, StatusError):
        return error
    answer = _answer(error.body)
    code, said = answer.get("code", ""), _in_brackets(": ".join(answer[name] for name in _SAID if name in answer))
    if code in _KEY_CODES or error.http_status == HTTPStatus.UNAUTHORIZED:
        return KeyRefused(
            "source-refused",
            f"Europeana does not accept the API key{said}: get one at {KEY_PAGE} and set RUBRICATOR_EUROPEANA_API_KEY.",
        )
    if code == "400-SC":
        return SourceError(
            BAD_CURSOR,
            "Europeana no longer knows where in the list the harvest was; run the command again to begin anew.",
        )
    if error.code == REJECTED and said:
        return RequestRejected(REJECTED, f"Europeana cannot answer this{said}: correct the query and its refinements.")
    return error


def _answer(body: bytes) -> Mapping[str, str]:
    try:
        answer = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return {name: text for name, text in answer.items() if isinstance(text, str)} if isinstance(answer, dict) else {}


def _in_brackets(said: str) -> str:
    return f" ({' '.join(said.split())[:_LONGEST].rstrip('. ')})" if said else ""
