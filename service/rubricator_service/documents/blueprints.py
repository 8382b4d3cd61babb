"""All parts of the site that answer for IRIs."""

from rubricator_service.documents import (
    codes,
    container,
    dereference,
    explanations,
    graphdata,
    media,
    terms,
    thumbnails,
)

BLUEPRINTS = (dereference, container, explanations, graphdata, media, thumbnails, terms, codes)
