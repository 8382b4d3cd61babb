"""What every template can use: links, dates, and how terms are shown."""

import json
import re
from typing import Any
from urllib.parse import unquote

from flask import Flask
from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from rubricator import __version__
from rubricator.rdf import PREFIXES
from rubricator.reasons import REASONS
from rubricator_service.context import Service
from rubricator_service.reading.labels import moment, percent, tail
from rubricator_service.reading.pictures import Picture, rights_name
from rubricator_service.sparql.tables import is_link


def equip(app: Flask, service: Service) -> None:
    """Add our filters and names to the application's templates."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(links=service.links, base=service.iris.base, version=__version__)
    app.jinja_env.filters.update(moment=moment, shortened=shortened, tail=lambda node: tail(node.value), term=term_text)
    app.jinja_env.globals["thumbnail"] = lambda picture: thumbnail(service, picture)
    app.jinja_env.filters.update(
        jsonld=embedded,
        number=number,
        percent=percent,
        prose=prose,
        readable=readable,
        named=lambda iri: named(service, iri),
        rights=lambda node: rights_name(node.value) or node.value,
    )
    app.jinja_env.tests.update(
        address=lambda text: text.startswith(("http://", "https://")) and " " not in text,
        hash=lambda text: bool(re.fullmatch("[0-9a-f]{64}", text)),
        link=is_link,
        timestamp=lambda text: bool(_MOMENT.fullmatch(text)),
        literal=lambda term: isinstance(term, Literal),
        reason=lambda code: code in REASONS,
    )


def thumbnail(service: Service, picture: Picture) -> str | None:
    """The address of a small copy of a picture, if its rights let us show it and we have its bytes still."""
    if not picture.may_be_shown:
        return None
    kept = (sha256 for sha256 in picture.hashes if service.images.path(sha256).is_file())
    return next((f"{service.links.to(service.iris.media(sha256))}/thumbnail" for sha256 in kept), None)


def named(service: Service, iri: str) -> str:
    """An IRI as people read it: without our base, by the name of a licence, or with a prefix; else as it is."""
    own = iri.removeprefix(f"{service.iris.base}/")
    if own != iri:
        return unquote(own.removeprefix("id/"))
    return rights_name(iri) or shortened(NamedNode(iri))


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def readable(text: str) -> str:
    """A sentence with its moments as people read them."""
    return _MOMENT.sub(lambda found: moment(found[0]), text)


_CODE = re.compile(r"``(.+?)``", re.DOTALL)


def prose(text: str) -> Markup:
    """A docstring: what stands between double backticks is code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def number(value: float | str | None) -> str:
    """Thousands apart, with a thin space that no line breaks at."""
    return "" if value is None else f"{int(value):,}".replace(",", "\u202f")


def shortened(node: NamedNode) -> str:
    """A prefixed name where we have the prefix, else the IRI."""
    for prefix, iri in PREFIXES.items():
        if node.value.startswith(iri) and "/" not in node.value[len(iri) :]:
            return f"{prefix}:{node.value[len(iri) :]}"
    return node.value


def term_text(term: object) -> str:
    """A term in a table of results."""
    if term is None:
        return ""
    return shortened(term) if isinstance(term, NamedNode) else str(getattr(term, "value", term))


def embedded(document: dict[str, Any]) -> Markup:
    """JSON-LD inside a script element, which only ``</script`` could end."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 - no "<" is left in it
