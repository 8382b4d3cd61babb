"""Fetches one image over http(s)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from rubricator.images.errors import Code, ImageError
from rubricator.images.robots import opted_out
from rubricator.transfer import Deadline, Limits, Response, SilentHosts, TransferError, get

_HEADERS = {"Accept": "image/*;q=1.0, */*;q=0.1"}
_SETTINGS = {
    "timeout": "image_timeout",
    "too-large": "image_max_bytes",
    "too-many-redirects": "image_max_redirects",
}


def fetch(url: str, limits: Limits, seconds: float, silent: SilentHosts, write: Callable[[bytes], object]) -> None:
    """Pass the image at ``url`` to ``write``, block by block, within so many seconds. Raises ImageError with a code."""
    with _image_errors(), get(url, limits, Deadline(seconds), _HEADERS, silent=silent) as response:
        _refuse_bad_status(response)
        if opted_out(response.headers.getlist("X-Robots-Tag")):
            raise ImageError("image-opted-out", f"{url} is marked noai by its publisher (X-Robots-Tag).")
        response.copy(write)


@contextmanager
def _image_errors() -> Iterator[None]:
    """Every failure of the transfer has its code among those of images; a limit is named as the user knows it."""
    try:
        yield
    except TransferError as error:
        setting = _SETTINGS.get(error.code)
        more = f" The setting {setting} allows more." if setting else ""
        raise ImageError(cast("Code", f"image-{error.code}"), f"{error}{more}") from error


def _refuse_bad_status(response: Response) -> None:
    url, status = response.url, response.status
    if status in (404, 410):
        raise ImageError("image-missing", f"There is no image at {url} (HTTP {status}).")
    if status in (401, 402, 403, 451):
        raise ImageError("image-refused", f"The server refuses {url} (HTTP {status}).")
    if status != 200:
        raise ImageError("image-server-error", f"The server answered {url} with HTTP {status}.")
