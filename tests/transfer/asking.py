"""Asks for one address, within limits that tests can reach."""

from dataclasses import replace
from typing import Any

import pytest

from rubricator.transfer import Deadline, Limits, TransferError, get
from rubricator.transfer.errors import CODES

LIMITS = Limits(silence=5.0, max_bytes=2**20, redirects=3, allow_private=True)


def fetch(url: str, seconds: float = 5.0, **changed: Any) -> bytes:
    """The body at ``url``; other limits than those above can be given by name."""
    body = bytearray()
    with get(url, replace(LIMITS, **changed), Deadline(seconds), {}) as response:
        response.copy(body.extend)
    return bytes(body)


def code_of(url: str, seconds: float = 5.0, **changed: Any) -> str:
    """The code with which it fails."""
    with pytest.raises(TransferError) as caught:
        fetch(url, seconds, **changed)
    assert caught.value.code in CODES
    return caught.value.code
