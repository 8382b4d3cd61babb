"""Tells a list that goes in circles from a long one."""

import hashlib

_EMPTY_PAGES = 100
"""Pages without a record that are put up with in a row; some servers filter after they have paged."""


class Circle:
    """Remembers the tokens and the pages of one list by their hashes."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._empty = 0

    def closes(self, token: str, page: bytes) -> bool:
        """Whether a page, given by the hash of its records, none if it has none, and the token of the next show that
        the list will never end.
        """
        self._empty = 0 if page else self._empty + 1
        marks = {hashlib.sha256(token.encode("utf-8", "replace")).digest(), page} - {b""}
        again = bool(self._seen & marks)
        self._seen |= marks
        return again or self._empty > _EMPTY_PAGES
