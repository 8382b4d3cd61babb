"""A web server on loopback that serves pictures, well and badly, each misbehaviour under its own path."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask, Response, redirect
from PIL import Image
from werkzeug import Response as AnyResponse

from tests.fakes.serving import serving


def picture_bytes(name: str = "JPEG", size: tuple[int, int] = (64, 48), colour: str = "red") -> bytes:
    """A picture of one colour, half of whose middle is black, half white, in the format that Pillow calls ``name``."""
    content = io.BytesIO()
    picture = Image.new("RGB", size, colour)
    middle, quarter = (size[0] // 2, size[1] // 2), size[0] // 4
    picture.paste("black", (middle[0], middle[1], middle[0] + quarter, size[1] * 3 // 4))
    picture.paste("white", (middle[0] - quarter, middle[1], middle[0], size[1] * 3 // 4))
    picture.save(content, name)
    return content.getvalue()


@dataclass
class ImageServer:
    """``url`` has no slash at its end."""

    url: str
    stopping: threading.Event = field(default_factory=threading.Event)


@contextmanager
def image_server() -> Iterator[ImageServer]:
    """Serve until the block ends."""
    fake = ImageServer("")
    with serving(_application(fake), fake.stopping) as fake.url:
        yield fake


def _application(fake: ImageServer) -> Flask:
    app = Flask(__name__)

    @app.get("/picture.jpg")
    def picture() -> Response:
        return Response(picture_bytes(), mimetype="image/jpeg")

    @app.get("/colour/<colour>")
    def coloured(colour: str) -> Response:
        return Response(picture_bytes(colour=colour), mimetype="image/jpeg")

    @app.get("/png-called-html")
    def png_called_html() -> Response:
        return Response(picture_bytes("PNG"), mimetype="text/html")

    @app.get("/html-called-jpeg")
    def html_called_jpeg() -> Response:
        return Response("<!doctype html><title>Log in</title>", mimetype="image/jpeg")

    @app.get("/robots/<path:directive>")
    def robots(directive: str) -> Response:
        return Response(picture_bytes(), mimetype="image/jpeg", headers={"X-Robots-Tag": directive})

    @app.get("/status/<int:code>")
    def status(code: int) -> Response:
        return Response(status=code)

    @app.get("/hops/<int:count>")
    def hops(count: int) -> AnyResponse:
        return redirect(f"/hops/{count - 1}" if count else "/picture.jpg")

    @app.get("/large-unannounced")
    def large_unannounced() -> Response:
        return Response(iter([picture_bytes(), *[b"\0" * 2**16] * 64]), mimetype="image/jpeg")

    @app.get("/cut-off")
    def cut_off() -> Response:
        content = picture_bytes(size=(640, 480))
        return Response(iter([content[:1000]]), mimetype="image/jpeg", headers={"Content-Length": str(len(content))})

    @app.get("/drip")
    def drip() -> Response:
        """A byte now and then: no single read ever takes long."""

        def bytes_now_and_then() -> Iterator[bytes]:
            while not fake.stopping.wait(0.02):
                yield b"\xff"

        return Response(bytes_now_and_then(), mimetype="image/jpeg")

    return app
