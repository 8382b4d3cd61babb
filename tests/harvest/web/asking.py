"""What tests of asking sources share."""

import pytest

from rubricator.errors import SourceError
from rubricator.harvest.web import Request, Web
from tests.fakes.web import reply

RECORD = reply(b'{"object": 1}', headers={"Content-Type": "application/json"})


def error_of(web: Web, url: str) -> SourceError:
    """The error with which it fails."""
    with pytest.raises(SourceError) as caught:
        web.get(Request(url))
    return caught.value
