"""Local pictures, out of the image cache. Only those that a record of the store names as its web resource."""

from flask import Blueprint, Response, send_file
from pyoxigraph import NamedNode

from rubricator.errors import NotFound
from rubricator.images import ImageError
from rubricator.images.decode import read_header
from rubricator_service.context import Service, service
from rubricator_service.responses import FOREVER

blueprint = Blueprint("media", __name__)


@blueprint.get("/media/<sha256>")
def picture(sha256: str) -> Response:
    """The bytes of ``BASE/media/{sha256}``, which never change."""
    state = service()
    try:
        path = state.images.path(sha256)
        if not is_published(state, state.iris.media(sha256)) or not path.is_file():
            raise NotFound(f"There is no picture {sha256} here.")
        header = read_header(path, state.settings.image_max_pixels)
    except ImageError as error:
        raise NotFound(f"There is no picture {sha256} here.") from error
    response = send_file(path.absolute(), mimetype=header.media_type, etag=sha256, conditional=True)
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Disposition"] = "inline"
    return response


def is_published(state: Service, picture: NamedNode) -> bool:
    """Whether a record of the store names this picture now."""
    return state.reading.count(f"SELECT (COUNT(*) AS ?count) WHERE {{ {picture} a edm:WebResource }}") > 0
