"""What the headers of a document say of it: its one address, its other forms, its kind, its licence, its successor."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlencode

from flask import request
from pyoxigraph import NamedNode

from rubricator_service.context import Service
from rubricator_service.documents.formats import DOCUMENT, Representation
from rubricator_service.documents.kinds import Document
from rubricator_service.documents.signposts import Signpost
from rubricator_service.responses import alternates


def link_headers(service: Service, found: Document, offered: Sequence[Representation] = DOCUMENT) -> list[str]:
    """The Link headers of a document, in any of its forms."""
    return [*link_headers_at(service, found.path, offered), *_about(service, found)]


def link_headers_at(
    service: Service,
    path: str,
    offered: Sequence[Representation] = DOCUMENT,
    *,
    types: Iterable[NamedNode] = (),
    licences: Iterable[NamedNode] = (),
) -> list[str]:
    """The same for a document that is about no thing of the store.

    ``canonical`` is the one absolute IRI, under BASE, whatever host and suffix were asked for.
    """
    return [
        _link(service.links.absolute(path), "canonical"),
        *alternates(path, offered),
        _link(f"{service.links.root}/ns", "describedby"),
        *(_link(kind.value, "type") for kind in types),
        *(_link(licence.value, "license") for licence in licences),
    ]


def redirect_headers(service: Service, found: Signpost) -> list[str]:
    """The Link headers of the 303 from a thing to its document: who follows none of them misses nothing."""
    return [
        _link(found.path, "describedby"),
        *alternates(found.path, DOCUMENT),
        *_about(service, found),
    ]


def alternates_of_list(path: str) -> list[str]:
    """Link headers that name every representation of this page of the list at ``path``."""
    more = f"{asked()}&" if asked() else "?"
    return [
        f'<{path}{more}format={form.suffix}>; rel="alternate"; type="{form.media_type}"; title="{form.title}"'
        for form in DOCUMENT
    ]


def asked() -> str:
    """What is asked for after the path, but for the form: ``?concept=pot&page=2``; empty where nothing is."""
    fields = urlencode([(name, value) for name, value in request.args.items() if name != "format"])
    return f"?{fields}" if fields else ""


def _about(service: Service, found: Document | Signpost) -> Iterator[str]:
    yield from (_link(kind.value, "type") for kind in found.types)
    yield from (_link(licence.value, "license") for licence in found.licences)
    yield from (_link(service.links.to(one), "successor-version") for one in found.successors)


def _link(target: str | NamedNode, relation: str) -> str:
    return f'<{target}>; rel="{relation}"'
