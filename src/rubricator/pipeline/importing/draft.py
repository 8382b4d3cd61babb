"""A claim as somebody else's file has it: a Web Annotation or a row, before anything of it is believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rubricator.rdf import EUROPEANA, OA, PREFIXES

_TAGGING = frozenset(("tagging", "oa:tagging", OA["tagging"].value))
_SURE = ("confidence", "confidenceLevel", "edm:confidenceLevel", f"{PREFIXES['edm']}confidenceLevel")
ITEM_COLUMNS = ("recordId", "item")


class Refused(Exception):
    """A claim that is not taken in, for the reason ``code``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Draft:
    """What is claimed, as texts; empty where nothing is said.

    ``names`` are the addresses by which the claim is known elsewhere, ``makers`` those of who or what made it, and
    ``maker`` is a name of one without an address. ``agent`` is SoftwareAgent or Person.
    """

    body: str
    item: str
    image: str = ""
    property: str = ""
    confidence: str = ""
    agent: str = ""
    created: str = ""
    names: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    maker: str = ""


def of_annotation(annotation: object) -> Draft:
    """A semantic tag (https://www.w3.org/TR/annotation-model/). Raises Refused."""
    if not isinstance(annotation, dict):
        raise Refused("annotation-malformed")
    motivation = _single(annotation.get("motivation", "tagging"), "not-a-tag")
    if motivation not in _TAGGING:
        raise Refused("not-a-tag")
    item, image = _target(_single(annotation.get("target"), "target-unclear"))
    makers, named = _agents(annotation)
    return Draft(
        _body(_single(annotation.get("body"), "body-not-iri")),
        item,
        image,
        _text(annotation, "property", "enr:property"),
        _text(annotation, *_SURE),
        _text(annotation, "annotatorType", "edm:wasGeneratedBy"),
        _text(annotation, "created", "generated"),
        tuple(filter(None, (_text(annotation, name) for name in ("id", "@id", "canonical", "via")))),
        makers,
        named,
    )


def of_row(row: Mapping[str, str | None]) -> Draft:
    """A row under the names of the columns of our own exports, of which it may lack most. Raises Refused."""
    said = {name: (text or "").strip() for name, text in row.items() if isinstance(name, str)}
    if None in row or "\ufffd" in "".join(said.values()):
        raise Refused("annotation-malformed")
    record = said.get("recordId", "")
    item = said.get("item") or (f"{EUROPEANA}item{record}" if record.startswith("/") else record)
    return Draft(
        said.get("uri", ""),
        item,
        said.get("image", ""),
        said.get("targetField", ""),
        said.get("confidence", ""),
        said.get("annotatorType", ""),
        said.get("since", "") or said.get("created", ""),
        tuple(filter(None, (said.get("annotation"), said.get("run")))),
        tuple(filter(None, (said.get("software"), said.get("reviewer")))),
    )


def _single(value: object, code: str) -> object:
    """The only one of a list."""
    if isinstance(value, list):
        if len(value) != 1:
            raise Refused(code)
        return value[0]
    return value


def _body(body: object) -> str:
    if isinstance(body, dict):
        body = body.get("source") if body.get("type") == "SpecificResource" else body.get("id")
    if not isinstance(body, str):
        raise Refused("body-not-iri")
    return body.strip()


def _target(target: object) -> tuple[str, str]:
    """Item and picture."""
    source: object = target
    scope: object = None
    if isinstance(target, dict):
        source = target.get("source", target.get("id"))
        scope = _single(target.get("scope"), "target-unclear")
        source = source.get("id") if isinstance(source, dict) else source
    if not isinstance(source, str) or not isinstance(scope, str | None):
        raise Refused("target-unclear")
    return (scope.strip(), source.strip()) if scope else (source.strip(), "")


def _agents(annotation: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """The addresses of those who made it, and a name of one who has none."""
    makers, named = [], ""
    for role in ("creator", "generator"):
        given = annotation.get(role)
        for one in given if isinstance(given, list) else [given]:
            if isinstance(one, str):
                makers.append(one.strip())
            elif isinstance(one, dict):
                if address := _text(one, "id", "@id"):
                    makers.append(address)
                else:
                    named = named or _text(one, "name", "nickname")
            elif one is not None:
                raise Refused("annotation-malformed")
    return tuple(makers), named


def _text(said: Mapping[str, Any], *names: str) -> str:
    """What is said under the first of these names."""
    value = next((said[name] for name in names if said.get(name) is not None), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refused("annotation-malformed")
    return str(value).strip()
