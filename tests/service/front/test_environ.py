"""The application sees requests as WSGI has them."""

from io import BytesIO

from rubricator_service.front.messages import Request
from rubricator_service.front.threads import environ_of
from tests.service.front.test_messages import scope_of


def test_the_application_sees_a_request_as_wsgi_has_it() -> None:
    sent = ((b"content-type", b"text/csv"), (b"content-length", b"3"), (b"if-none-match", b'"a"'), (b"host", b"x:80"))
    more = {"method": "POST", "server": ("192.0.2.2", 8000), "scheme": "http"}
    environ = environ_of(Request.of(scope_of(b"/red/caf%C3%A9", *sent, **more), "/red"), b"abc", "/red")

    assert {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "/red",
        "PATH_INFO": "/caf\xc3\xa9",
        "QUERY_STRING": "a=%41",
        "SERVER_NAME": "192.0.2.2",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "CONTENT_TYPE": "text/csv",
        "CONTENT_LENGTH": "3",
        "HTTP_IF_NONE_MATCH": '"a"',
        "HTTP_HOST": "x:80",
    } == {name: value for name, value in environ.items() if not name.startswith("wsgi.")}
    assert b"abc" == environ["wsgi.input"].read()


def test_a_body_in_chunks_has_its_length_once_it_is_there() -> None:
    environ = environ_of(Request.of(scope_of(b"/", (b"transfer-encoding", b"chunked")), ""), b"abc", "")

    assert "3" == environ["CONTENT_LENGTH"]


def test_files_go_in_large_pieces() -> None:
    environ = environ_of(Request.of(scope_of(b"/"), ""), b"", "")

    assert [262_144, 262_144, 1] == [len(piece) for piece in environ["wsgi.file_wrapper"](BytesIO(bytes(524_289)), 1)]
