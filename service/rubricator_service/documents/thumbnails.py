"""Small copies of the pictures that runs looked at, so that no page sends its readers to another host."""

import io
from functools import lru_cache

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from rubricator.errors import NotFound, RubricatorError
from rubricator.images import ImageError, ImageStore
from rubricator_service.context import service
from rubricator_service.documents.media import PictureGone
from rubricator_service.reading.pictures import images_of, read_pictures
from rubricator_service.responses import tell_revision

blueprint = Blueprint("thumbnails", __name__)

SIDE = 640
"""Pixels of the longer side at most: what a page on a phone of double density, and a plate on a desk, can use."""
_KEPT = 256
_AN_HOUR = "public, max-age=3600"


class PictureWithheld(RubricatorError):
    """The rights of a picture do not let us show it: they are neither open nor restricted, or nobody states any.

    Where it is shown, if anywhere, is for its provider to say: the page of its item has the link.
    """

    status = 403
    title = "Picture not shown"
    slug = "picture-withheld"


@blueprint.get("/media/<sha256>/thumbnail")
def thumbnail(sha256: str) -> Response:
    """The picture at most 640 pixels wide and high, as WebP, while a record names it and its rights allow it.

    Not for long in anybody's cache: records change, and so do rights.
    """
    state = service()
    try:
        kept = state.images.path(sha256).is_file()
    except ImageError as error:
        raise NotFound(f"There is no picture {sha256} here.") from error
    pictures = read_pictures(state.reading, state.iris, images_of(state.reading, state.iris, sha256)).values()
    if not any(picture.may_be_shown for picture in pictures):
        if any(picture.named for picture in pictures):
            raise PictureWithheld(f"The rights of the picture {sha256} do not let us show it.")
        raise NotFound(f"No record names a picture {sha256}.")
    if not kept:
        raise PictureGone(f"The file of the picture {sha256} is lost.")
    try:
        body = _made(state.images, state.iris.media(sha256))
    except ImageError as error:
        raise PictureGone(f"The file of the picture {sha256} cannot be read any more: {error}") from error
    response = Response(body, mimetype="image/webp")
    response.set_etag(f"{sha256[:32]}-{SIDE}")
    response.headers["Cache-Control"] = _AN_HOUR
    response.headers["Content-Disposition"] = "inline"
    tell_revision(response)
    response.make_conditional(request)
    return response


@lru_cache(_KEPT)
def _made(images: ImageStore, picture: NamedNode) -> bytes:
    """Some 256 of them, of 50 kB each, outlive a change of the view; answers are kept by revision besides."""
    with images.decoded(images.fetch(picture.value), SIDE) as small:
        small.thumbnail((SIDE, SIDE))
        written = io.BytesIO()
        small.save(written, "WEBP", quality=80)
    return written.getvalue()
