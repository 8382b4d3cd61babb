"""Which page of a list is asked for, and that there is such a page."""

import re
from collections.abc import Sequence

from flask import request

from rubricator.errors import NotFound
from rubricator_service.context import Service, languages
from rubricator_service.reading.browse import Page, Selection, read_page

_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)


def page_number() -> int:
    """``?page=``, counted from 1, which it is where nothing is said. Raises NotFound for what is no such number."""
    written = request.args.get("page", "1")
    if not _NUMBER.fullmatch(written):
        raise NotFound(f"{written!r} is the number of no page: they are counted from 1.")
    return int(written)


def there(members: Sequence[object], number: int) -> None:
    """Raise NotFound for a page after the last one. The first is there even where a list is empty."""
    if number > 1 and not members:
        raise NotFound(f"There is no page {number} of {request.path}: its list ends before it.")


def page_of_items(service: Service, selection: Selection) -> Page:
    """The page of these items that is asked for."""
    number = page_number()
    found = read_page(service.reading, service.iris, selection, number, languages())
    there(found.cards, number)
    return found
