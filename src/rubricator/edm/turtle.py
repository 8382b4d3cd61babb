"""Cleans IRIs and language tags of Turtle, TriG, N-Triples and N-Quads, token by token, and leaves the rest alone."""

import re

from rubricator.edm.clean import Cleaner
from rubricator.edm.iri import clean_relative
from rubricator.rdf import RDF

_TOKEN = re.compile(
    r'(?P<text>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n\r]|\\.)*"|'
    r"'(?:[^'\\\n\r]|\\.)*')(?:@(?P<language>[\w-]*)|"
    rf"\s*\^\^\s*(?P<datatype><{re.escape(str(RDF))}(?:l|dirL)angString>|rdf:(?:l|dirL)angString\b))?"
    r'|(?P<define>(?i:@?prefix)\s+[\w.-]*:\s*|(?i:@?base)\s+)?<(?P<iri>[^<>"\n\r]*)>|(?P<rest>#[^\n\r]*|\\.)',
    re.DOTALL,
)
_EDM = r"<http://www\.europeana\.eu/schemas/edm/"
_ITEM = re.compile(rf"<([^<>\n]*)>\s+(?:a|rdf:type|<[^<>]*#type>)\s+(?:edm:ProvidedCHO\b|{_EDM}ProvidedCHO>)")
_POINTED = re.compile(rf"(?:edm:aggregatedCHO|ore:proxyFor|{_EDM}aggregatedCHO>|<[^<>]*/proxyFor>)\s+<([^<>\n]*)>")


def names_of_item(text: str) -> list[str]:
    """What the record calls its item."""
    return list(dict.fromkeys(_ITEM.findall(text) or _POINTED.findall(text)))


def clean_turtle(text: str, cleaner: Cleaner) -> str:
    """The same text with legal, absolute IRIs and legal language tags. Every change is noted with the cleaner."""
    based = re.search(r"(?im)^[ \t]*@?base\s", text) is not None

    def clean(token: re.Match[str]) -> str:
        if token["rest"] is not None:
            return token[0]
        if token["text"] is not None:
            if token["datatype"] is not None:
                cleaner.note("illegal-datatype", token["datatype"].strip("<>"), "")
            tag = token["language"]
            clean_tag = cleaner.language(tag) if tag is not None else None
            return token["text"] + (f"@{clean_tag}" if clean_tag else "")
        raw = token["iri"]
        if based and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", raw.strip()):
            relative = clean_relative(raw)
            if relative != raw:
                cleaner.note("illegal-iri", raw, relative)
            return f"{token['define'] or ''}<{relative}>"
        now = cleaner.reference(raw)
        return f"{token['define'] or ''}<{now}>" if now is not None else token[0]

    return _TOKEN.sub(clean, text)
