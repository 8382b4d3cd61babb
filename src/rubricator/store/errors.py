"""What can go wrong between a SPARQL request and its answer. Every class carries its HTTP status."""

from rubricator.errors import RubricatorError, StoreError


class BadRequest(RubricatorError):
    """The HTTP request is not one of the SPARQL 1.1 protocols."""

    status = 400
    title = "Bad request"
    slug = "bad-request"
    exit_code = 2


class MethodNotAllowed(BadRequest):
    """``allow`` are the methods that the resource has."""

    status = 405
    title = "Method not allowed"
    slug = "method-not-allowed"

    def __init__(self, message: str, allow: tuple[str, ...]) -> None:
        super().__init__(message)
        self.allow = allow


class UnsupportedMediaType(BadRequest):
    """The body came in a media type or character set that is not read here."""

    status = 415
    title = "Unsupported media type"
    slug = "unsupported-media-type"


class NotAcceptable(BadRequest):
    """None of the media types in which this answer exists was asked for."""

    status = 406
    title = "Not acceptable"
    slug = "not-acceptable"


class QuerySyntaxError(BadRequest):
    """The query or update is not SPARQL. ``line`` and ``column`` count from 1; None where the store did not tell."""

    title = "SPARQL syntax error"
    slug = "query-syntax"

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class QueryRefused(RubricatorError):
    """The query would make this machine open connections of the asker's choosing: SERVICE or LOAD."""

    status = 403
    title = "Query refused"
    slug = "query-refused"
    exit_code = 2


class QueryTooLarge(RubricatorError):
    """The query is too long, or its answer too large for the bounds of this installation."""

    status = 413
    title = "Query or answer too large"
    slug = "query-too-large"


class QueryTimeout(RubricatorError):
    """The query was stopped at its deadline."""

    status = 504
    title = "Query timed out"
    slug = "query-timeout"


class ReadersBusy(RubricatorError):
    """Every reader is at work and the queue is full."""

    status = 503
    title = "Too many queries"
    slug = "readers-busy"


class AnswerBroken(StoreError):
    """An answer was cut after its first bytes had left; what was received must not be taken for the whole."""

    title = "Answer broken"
    slug = "answer-broken"
