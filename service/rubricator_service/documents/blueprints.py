"""All parts of the site that answer for IRIs."""

from rubricator_service.documents import codes, dereference, explanations, graphdata, media, terms

BLUEPRINTS = (dereference, explanations, graphdata, media, terms, codes)
