"""What can go wrong between a SPARQL request and its answer. Every class carries its HTTP status."""

from rubricator.errors import RubricatorError, StoreError


class BadRequest(RubricatorError):
    """The address takes no such request: a parameter is missing, unknown, given twice, or cannot be read."""

    status = 400
    title = "Bad request"
    slug = "bad-request"
    exit_code = 2


class MethodNotAllowed(BadRequest):
    """The address takes other methods than the one that was used; the header ``Allow`` names them."""

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
    """The query or update is not SPARQL 1.1.

    The problem says at which line and column, which count from 1, with that line and a hint where they can be had.
    """

    title = "SPARQL syntax error"
    slug = "query-syntax"

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.hint: str | None = None
        self.excerpt: str | None = None


class StoreReadOnly(RubricatorError):
    """The store is served as it is: the setting ``read_only`` refuses updates and writes of graphs."""

    status = 403
    title = "Store is read-only"
    slug = "store-read-only"
    exit_code = 2


class QueryRefused(RubricatorError):
    """The query would make this machine open connections of the asker's choosing: SERVICE or LOAD.

    Ask the other server yourself, and put its answers into the query as VALUES. Only the servers that begin with an
    entry of the setting ``service_allow`` may be asked by SERVICE.
    """

    status = 403
    title = "Query refused"
    slug = "query-refused"
    exit_code = 2


class QueryTooLarge(RubricatorError):
    """The query, or its answer, is larger than this installation allows. Each bound has a kind of its own."""

    status = 413
    title = "Query or answer too large"
    slug = "query-too-large"


class BodyTooLarge(QueryTooLarge):
    """The body of the request is larger than any query that is taken here. Send a shorter query."""

    title = "Request body too large"
    slug = "body-too-large"


class QueryTooLong(QueryTooLarge):
    """The text of the query is longer than is read here. Ask in parts, with fewer terms in VALUES or FILTER.

    The setting is ``query_max_length``, in bytes.
    """

    title = "Query too long"
    slug = "query-too-long"


class AddressTooLong(QueryTooLarge):
    """The address of the request is longer than servers and proxies pass on, as happens to long queries sent by GET.

    Send the query by POST: as it is with Content-Type application/sparql-query, or as the field ``query`` of a form.
    """

    status = 414
    title = "Address too long"
    slug = "address-too-long"


class HeadTooLarge(QueryTooLarge):
    """The headers of the request are longer than any client needs.

    Send fewer or shorter ones. A long query goes into the body, by POST.
    """

    status = 431
    title = "Headers too long"
    slug = "head-too-large"


class TooManyRows(QueryTooLarge):
    """The answer has more rows, or triples, than one query may have. A shorter answer is never passed off as whole.

    Ask for fewer with LIMIT, go on with OFFSET in a fixed ORDER BY, or take the dumps. Where the bound is met after
    the first rows have left, the answer breaks off without its final chunk. The setting is ``query_max_rows``.
    """

    status = 422
    title = "Too many rows"
    slug = "too-many-rows"


class AnswerTooLarge(QueryTooLarge):
    """The answer has more bytes than one query may have. A shorter answer is never passed off as whole.

    Ask for fewer rows or columns, or take the dumps. Where the bound is met after the first bytes have left, the answer
    breaks off without its final chunk. The setting is ``query_max_bytes``.
    """

    status = 422
    title = "Answer too large"
    slug = "answer-too-large"


class AnswerTooLargeToBuffer(AnswerTooLarge):
    """HTTP/1.0 cannot tell a cut answer from a whole one, so what goes over it is held until it is whole.

    This answer is larger than may be held. Ask by HTTP/1.1, or make the proxy in front speak it to this service (in
    nginx: ``proxy_http_version 1.1``). The setting is ``buffer_max_bytes``.
    """

    title = "Answer too large for HTTP/1.0"
    slug = "answer-too-large-to-buffer"


class QueryTooHungry(QueryTooLarge):
    """The query needs more memory than one query may have, as does sorting or grouping very many rows.

    Bind more of the patterns, or sort less. The setting is ``reader_memory``.
    """

    status = 422
    title = "Query needs too much memory"
    slug = "query-needs-too-much-memory"


class QueryTooDeep(QueryTooLarge):
    """The query or the data are nested so deeply, or chain so many operators, that the engine cannot take them apart.

    Write VALUES or IN in place of long chains of UNION or ``||``, and fewer levels of brackets.
    """

    status = 422
    title = "Nested too deeply"
    slug = "nested-too-deeply"


class QueryTimeout(RubricatorError):
    """The query was stopped at its deadline, before its first byte.

    ``timeout=`` in a request can lower the deadline, not raise it. Bind more of the patterns, ask in parts by LIMIT,
    or take the dumps. The setting is ``query_timeout``.
    """

    status = 504
    title = "Query timed out"
    slug = "query-timeout"


class ReadersBusy(RubricatorError):
    """Every reader was at work until the query's deadline, or the service is stopping. Ask again in a moment.

    The setting is ``readers``: so many queries are answered at the same time.
    """

    status = 503
    title = "All readers are at work"
    slug = "readers-busy"


class QueueFull(ReadersBusy):
    """As many queries are waiting for a reader as may wait. Ask again in a moment.

    The setting is ``query_queue``.
    """

    title = "Too many queries are waiting"
    slug = "queue-full"


class TooManyRequests(RubricatorError):
    """One client asked more often than it may. Wait for the seconds in Retry-After, and ask more slowly from then on.

    Who needs much of the data fetches it faster from the dumps. The settings are ``client_rate`` and ``client_burst``.
    """

    status = 429
    title = "Too many requests"
    slug = "too-many-requests"

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooManyErrors(TooManyRequests):
    """One client asked too many queries within a minute that failed. Wait for the seconds in Retry-After.

    Read what the last problem said, and correct the query before asking again. The setting is ``client_errors``.
    """

    title = "Too many errors"
    slug = "too-many-errors"


class TooManyAtOnce(TooManyRequests):
    """One client asked too much at the same time, so that others would have had to wait for it.

    Wait for an answer before asking on. The settings are ``client_requests`` and ``client_queue``.
    """

    title = "Too many requests at once"
    slug = "too-many-at-once"


class ServiceFailed(StoreError):
    """Another server, which the query asks by SERVICE, gave no whole answer. SERVICE SILENT goes on without it.

    The settings are ``service_timeout`` and ``service_max_bytes``; ``service_allow`` lists who may be asked at all.
    """

    title = "Another server failed"
    slug = "service-failed"


class AnswerBroken(StoreError):
    """An answer was cut after its first bytes had left; what was received must not be taken for the whole."""

    title = "Answer broken"
    slug = "answer-broken"
