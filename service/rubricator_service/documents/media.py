"""Local pictures, out of the image cache. Only those that a record of the store names."""

from flask import Blueprint, Response, send_file

from rubricator.errors import NotFound, RubricatorError
from rubricator.images import ImageError
from rubricator.images.decode import read_header
from rubricator_service.context import Service, service
from rubricator_service.reading.pictures import Picture, read_pictures
from rubricator_service.responses import FOREVER, add_links

blueprint = Blueprint("media", __name__)


class PictureGone(RubricatorError):
    """A picture that was here is shown no more: no record names it now, or its file is lost.

    What was found in it stays.
    """

    status = 410
    title = "Picture gone"
    slug = "picture-gone"


@blueprint.get("/media/<sha256>")
def picture(sha256: str) -> Response:
    """The bytes of ``BASE/media/{sha256}``, which never change."""
    state = service()
    try:
        path = state.images.path(sha256)
        found = _picture(state, sha256)
        if not path.is_file() or not found.named:
            raise _withheld(state, sha256)
        header = read_header(path, state.settings.image_max_pixels)
    except ImageError as error:
        raise NotFound(f"There is no picture {sha256} here.") from error
    response = send_file(path.absolute(), mimetype=header.media_type, etag=sha256, conditional=True)
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Disposition"] = "inline"
    if sha256 in found.hashes:
        add_links(response, [f'<{state.links.to(state.iris.image(sha256))}>; rel="describedby"'])
    add_links(response, (f'<{rights.value}>; rel="license"' for rights in found.rights))
    return response


def _withheld(state: Service, sha256: str) -> RubricatorError:
    """What once was here is gone, and not unknown: something in the store still names it."""
    named = f"SELECT ?graph WHERE {{ GRAPH ?graph {{ ?subject ?predicate {state.iris.media(sha256)} }} }} LIMIT 1"
    if state.reading.select(named):
        return PictureGone(f"The picture {sha256} is shown no more: no record names it now, or its file is lost.")
    return NotFound(f"There is no picture {sha256} here.")


def _picture(state: Service, sha256: str) -> Picture:
    image = state.iris.media(sha256)
    return read_pictures(state.reading, state.iris, [image])[image]
