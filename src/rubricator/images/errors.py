"""Why an image could not be used: one error with a code from a closed list, which the run records."""

from typing import Literal, get_args

from rubricator.errors import RubricatorError

Code = Literal[
    "image-bad-url",
    "image-missing",
    "image-refused",
    "image-opted-out",
    "image-private-address",
    "image-unreachable",
    "image-server-error",
    "image-timeout",
    "image-too-large",
    "image-too-many-pixels",
    "image-too-many-redirects",
    "image-truncated",
    "image-not-an-image",
    "image-placeholder",
    "image-unsupported",
    "image-blank",
    "image-out-of-memory",
    "image-failed",
]
CODES: frozenset[str] = frozenset(get_args(Code))


class ImageError(RubricatorError):
    """An image cannot be fetched or decoded.

    ========================  ====================================================================================
    ``image-bad-url``         not an http(s) address, or one with a user name or password in it
    ``image-missing``         no such file, HTTP 404 or 410, or not in the image cache
    ``image-refused``         the server wants a login or refuses: HTTP 401, 402, 403, 451
    ``image-opted-out``       the publisher's ``X-Robots-Tag`` says ``noai`` or ``noimageai``
    ``image-private-address`` the host, or one it redirects to, lies in a private, loopback or reserved network
    ``image-unreachable``     no such host, connection refused, or no valid TLS certificate
    ``image-server-error``    any other HTTP status, or an answer that is not HTTP
    ``image-timeout``         the whole transfer took longer than ``image_timeout``
    ``image-too-large``       more bytes than ``image_max_bytes``
    ``image-too-many-pixels`` more pixels than ``image_max_pixels``
    ``image-too-many-redirects`` more redirects than ``image_max_redirects``
    ``image-truncated``       the transfer broke off, or the file is damaged
    ``image-not-an-image``    the bytes are no picture in a format that is read, whatever the header says
    ``image-placeholder``     a thumbnail that is an icon, or redirects to one, and stands for a missing picture
    ``image-unsupported``     a picture whose colours or compression cannot be decoded
    ``image-blank``           a picture of one colour all over: an empty sheet, a lens cap
    ``image-out-of-memory``   not enough memory to decode the picture, or for the model to look at it
    ``image-failed``          anything that nobody foresaw; the message says what it was
    ========================  ====================================================================================
    """

    status = 422
    title = "Image cannot be used"
    slug = "image-unusable"
    exit_code = 2

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
