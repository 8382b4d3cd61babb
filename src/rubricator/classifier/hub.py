"""The hub that open_clip downloads from, asked once whether it is there: its client alone would try for minutes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_SECONDS = 5.0


@contextmanager
def hub_asked_once() -> Iterator[None]:
    """Inside, a hub out of reach is an error at once and no lines on standard error; what it gave before is found.

    ``HF_HUB_OFFLINE`` in the environment leaves it unasked.
    """
    from huggingface_hub import constants

    logger = logging.getLogger("huggingface_hub")
    level, offline = logger.level, constants.HF_HUB_OFFLINE
    logger.setLevel(logging.ERROR)
    constants.HF_HUB_OFFLINE = offline or not _answers(constants.ENDPOINT)
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = offline
        logger.setLevel(level)


def _answers(address: str) -> bool:
    import requests

    try:
        requests.head(address, timeout=_SECONDS, allow_redirects=False)
    except requests.RequestException:
        return False
    return True
