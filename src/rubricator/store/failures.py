"""Every way in which speaking to a store can fail, as a StoreError with the server's own first line."""

import ast
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from urllib.error import HTTPError, URLError

import requests
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from rubricator.errors import StoreError, StoreUnavailable

NO_ANSWER = (
    "The store does not answer: it is not running, or the command that had started it has ended. "
    "Start it with `rubricator store`, correct store_url, or run this again."
)
_LONGEST_LINE = 500


@contextmanager
def store_errors(deed: str) -> Iterator[None]:
    """Turn what urllib, SPARQLWrapper and requests raise while doing ``deed`` ("the query") into a StoreError."""
    try:
        yield
    except SPARQLWrapperException as error:
        raise refused(deed, _response_in(error)) from error
    except HTTPError as error:
        with error:
            raise refused(deed, error.read() or str(error.reason).encode()) from error
    except (URLError, requests.ConnectionError, requests.Timeout, ConnectionRefusedError) as error:
        if isinstance(error, requests.ConnectionError) and "Read timed out" in str(error):
            raise _cut(deed) from error
        raise StoreUnavailable(NO_ANSWER) from error
    except (HTTPException, requests.RequestException, OSError) as error:
        raise _cut(deed) from error
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"The store's answer to {deed} cannot be read: {error}.") from error


def refused(deed: str, body: bytes) -> StoreError:
    lines = _reason(body).strip().splitlines()
    return StoreError(f"The store refused {deed}: {lines[0][:_LONGEST_LINE] if lines else 'it gave no reason'}")


def _reason(body: bytes) -> str:
    """The detail of a problem document (RFC 9457), else the body itself."""
    text = body.decode(errors="replace")
    with suppress(ValueError):
        problem = json.loads(text)
        if isinstance(problem, dict):
            return str(problem.get("detail") or problem.get("title") or text)
    return text


def checked(deed: str, response: requests.Response) -> requests.Response:
    """The response, if it is a success. Raises StoreError otherwise."""
    if response.ok:
        return response
    with response:
        raise refused(deed, response.content or response.reason.encode())


def _cut(deed: str) -> StoreError:
    return StoreError(f"The store's answer to {deed} was cut; ask again.")


def _response_in(error: SPARQLWrapperException) -> bytes:
    """The body of the server's answer, which SPARQLWrapper keeps only as text of its message."""
    _, marker, body = str(error).partition("\n\nResponse:\n")
    response = ast.literal_eval(body) if marker else b""
    return response if isinstance(response, bytes) else b""
