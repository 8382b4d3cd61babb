"""Why nothing could be transferred: one error with a code from a closed list."""

from typing import Literal, get_args

from rubricator.errors import RubricatorError

Code = Literal[
    "bad-url",
    "private-address",
    "unreachable",
    "server-error",
    "timeout",
    "too-large",
    "too-many-redirects",
    "truncated",
]
CODES: frozenset[str] = frozenset(get_args(Code))


class TransferError(RubricatorError):
    """There is no whole answer. What an answer's status means is for those to say who asked.

    ======================  ======================================================================================
    ``bad-url``             not an http(s) address, or one with a user name or password in it
    ``private-address``     the host, or one it redirects to, lies in a private, loopback or reserved network
    ``unreachable``         no such host, connection refused, or no valid TLS certificate
    ``server-error``        a redirect to nowhere, or an answer that is not HTTP
    ``timeout``             the whole took longer than the deadline, or nothing came for longer than a limit
    ``too-large``           more bytes, once unpacked, than the limit
    ``too-many-redirects``  more redirects than the limit
    ``truncated``           the transfer broke off, or the packed body is damaged
    ======================  ======================================================================================
    """

    status = 502
    title = "Transfer failed"
    slug = "transfer-failed"

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
