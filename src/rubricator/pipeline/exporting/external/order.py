"""Which elements EDM external has in which class, in which order, as EDM.xsd of Europeana's metis-schema demands.

What pictures weigh and measure is left out: Metis measures that itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rubricator.rdf import PREFIXES

MORE_PREFIXES = {
    "cc": "http://creativecommons.org/ns#",
    "doap": "http://usefulinc.com/ns/doap#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "rdaGr2": "http://rdvocab.info/ElementsGr2/",
    "wgs84_pos": "http://www.w3.org/2003/01/geo/wgs84_pos#",
}


class Form(StrEnum):
    """What an element holds: a reference, a text, either, or a word or number that has no language."""

    reference = ">"
    text = "="
    word = "!"
    number = "#"
    either = ""


@dataclass(frozen=True, slots=True)
class Element:
    """``name`` has its prefix; ``most`` is how many there may be, None if any number."""

    name: str
    form: Form
    most: int | None

    @property
    def iri(self) -> str:
        prefix, _, local = self.name.partition(":")
        return (PREFIXES | MORE_PREFIXES)[prefix] + local


# After its name: ">" takes a reference only, "=" a text only, "!" a word, "#" a number, nothing either; then "1" where
# there may be one only.
_ORDER = {
    "edm:ProvidedCHO": """
        dc:title= dcterms:alternative= dc:description dc:creator dc:contributor dc:publisher dc:type dc:subject
        dc:format dcterms:medium dcterms:extent dc:language= dc:identifier= dc:date dcterms:created dcterms:issued
        dc:coverage dcterms:spatial dcterms:temporal dc:source dc:relation dc:rights dcterms:provenance
        dcterms:tableOfContents dcterms:conformsTo dcterms:hasFormat dcterms:isFormatOf dcterms:hasPart
        dcterms:isPartOf dcterms:hasVersion dcterms:isVersionOf dcterms:references dcterms:isReferencedBy
        dcterms:replaces dcterms:isReplacedBy dcterms:requires dcterms:isRequiredBy
        edm:currentLocation1 edm:hasMet> edm:hasType edm:incorporates> edm:isDerivativeOf> edm:isNextInSequence>
        edm:isRelatedTo edm:isRepresentationOf>1 edm:isSimilarTo> edm:isSuccessorOf> edm:realizes>
        edm:pid= edm:type!1 owl:sameAs>""",
    "edm:WebResource": """
        edm:pid= dc:creator dc:description dc:format dc:rights dc:source dc:type dc:title= dc:language=
        dcterms:conformsTo dcterms:created dcterms:extent dcterms:hasPart dcterms:isFormatOf dcterms:isPartOf
        dcterms:issued dcterms:temporal edm:isNextInSequence>1 edm:rights>1 owl:sameAs> dcterms:isReferencedBy
        svcs:has_service> edm:type!1 schema:digitalSourceType>1 edm:intendedUsage> edm:isRepresentationOf>""",
    "edm:Agent": """
        skos:prefLabel= skos:altLabel= skos:hiddenLabel= skos:note= dc:date dc:identifier= dcterms:hasPart
        dcterms:isPartOf edm:begin=1 edm:end=1 edm:hasMet> edm:isRelatedTo foaf:name= rdaGr2:biographicalInformation=
        rdaGr2:dateOfBirth=1 rdaGr2:dateOfDeath=1 rdaGr2:dateOfEstablishment=1 rdaGr2:dateOfTermination=1
        rdaGr2:gender=1 rdaGr2:placeOfBirth rdaGr2:placeOfDeath rdaGr2:professionOrOccupation owl:sameAs>""",
    "edm:Place": """
        wgs84_pos:lat#1 wgs84_pos:long#1 wgs84_pos:alt#1 skos:prefLabel= skos:altLabel= skos:hiddenLabel= skos:note=
        dcterms:hasPart dcterms:isPartOf edm:isNextInSequence>1 owl:sameAs>""",
    "edm:TimeSpan": """
        skos:prefLabel= skos:altLabel= skos:hiddenLabel= skos:note= dcterms:hasPart dcterms:isPartOf edm:begin=1
        edm:end=1 edm:isNextInSequence>1 owl:sameAs> skos:notation=1""",
    "skos:Concept": """
        skos:prefLabel= skos:altLabel= skos:hiddenLabel= skos:broader> skos:narrower> skos:related> skos:broadMatch>
        skos:narrowMatch> skos:relatedMatch> skos:exactMatch> skos:closeMatch> skos:note= skos:notation=
        skos:inScheme>""",
    "ore:Aggregation": """
        edm:aggregatedCHO>1 edm:dataProvider1 edm:hasView> edm:isShownAt>1 edm:isShownBy>1 edm:object>1 edm:provider1
        dc:rights edm:rights>1 edm:ugc!1 edm:intermediateProvider""",
    "cc:License": "odrl:inheritFrom>1",
    "svcs:Service": "dcterms:conformsTo doap:implements>",
}
NEEDED = {"cc:License": "odrl:inheritFrom", "svcs:Service": "dcterms:conformsTo"}
"""Without which a class may not be there at all."""


def _element(word: str) -> Element:
    most, word = (1, word[:-1]) if word.endswith("1") else (None, word)
    form = Form(word[-1]) if word[-1] in "=>!#" else Form.either
    return Element(word.rstrip("=>!#"), form, most)


@cache
def elements() -> Mapping[str, tuple[Element, ...]]:
    """By class."""
    return {kind: tuple(map(_element, words.split())) for kind, words in _ORDER.items()}


@cache
def class_iris() -> Mapping[str, str]:
    """The classes by their IRIs, in the order in which a record has them."""
    return {Element(kind, Form.either, None).iri: kind for kind in _ORDER}
