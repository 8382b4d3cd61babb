"""One family of errors that a user can act on: rendered once for the terminal, once as an HTTP problem document."""


class RubricatorError(Exception):
    """Something went wrong inside, and has been logged with its cause.

    Ask again later. If it happens again, tell whoever runs the service when it did, and what you asked for.
    """

    # The base of all errors that a user can act on. The message is one sentence that says what to do; `status` is the
    # HTTP status, `title` the problem's short name, `slug` the last part of its type IRI and `exit_code` what the
    # command line ends with. The docstring of each kind is what its page says.
    status = 500
    title = "Internal error"
    slug = "internal-error"
    exit_code = 1


class UsageError(RubricatorError):
    """The command line, the settings or an input file is wrong."""

    status = 400
    title = "Wrong input"
    slug = "wrong-input"
    exit_code = 2


class MissingExtra(UsageError):
    """A command needs an optional part that this installation lacks."""

    status = 501
    title = "Optional part not installed"
    slug = "missing-extra"


class NotFound(RubricatorError):
    """What was asked for is not in the store."""

    status = 404
    title = "Not found"
    slug = "not-found"
    exit_code = 2


class StoreError(RubricatorError):
    """The store refused a request, or answered with something that is no answer."""

    status = 502
    title = "Store failed"
    slug = "store-failed"
    exit_code = 3


class StoreUnavailable(StoreError):
    """The store cannot be reached, or another process holds it."""

    status = 503
    title = "Store unavailable"
    slug = "store-unavailable"


class ChecksFailed(RubricatorError):
    """A check ran to its end and found violations."""

    status = 422
    title = "Checks failed"
    slug = "checks-failed"
    exit_code = 4


class SourceError(RubricatorError):
    """A source cannot be reached, refuses, or answers with something that is no answer; ``code`` says which."""

    status = 502
    title = "Source failed"
    slug = "source-failed"
    exit_code = 5

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RequestRejected(SourceError):
    """A source works, and does not accept what it is asked for: asking again cannot help, asking otherwise can."""

    status = 400
    title = "Request rejected by a source"
    slug = "request-rejected"
    exit_code = 2
