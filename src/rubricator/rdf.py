"""The namespaces we read and write, and the few literals whose spelling matters: where quads are made."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from pyoxigraph import Literal, NamedNode


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace; ``EDM["type"]`` is the term, ``str(EDM)`` the IRI it starts with."""

    prefix: str
    iri: str

    def __getitem__(self, name: str) -> NamedNode:
        return _term(self.iri, name)

    def __str__(self) -> str:
        return self.iri


@cache
def _term(iri: str, name: str) -> NamedNode:
    return NamedNode(iri + name)


DC = Namespace("dc", "http://purl.org/dc/elements/1.1/")
DCAT = Namespace("dcat", "http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("dcterms", "http://purl.org/dc/terms/")
DQV = Namespace("dqv", "http://www.w3.org/ns/dqv#")
EBUCORE = Namespace("ebucore", "http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#")
EDM = Namespace("edm", "http://www.europeana.eu/schemas/edm/")
ENR = Namespace("enr", "https://w3id.org/rubricator/ns#")
FOAF = Namespace("foaf", "http://xmlns.com/foaf/0.1/")
OA = Namespace("oa", "http://www.w3.org/ns/oa#")
ORE = Namespace("ore", "http://www.openarchives.org/ore/terms/")
OWL = Namespace("owl", "http://www.w3.org/2002/07/owl#")
PROV = Namespace("prov", "http://www.w3.org/ns/prov#")
RDF = Namespace("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("rdfs", "http://www.w3.org/2000/01/rdf-schema#")
SCHEMA = Namespace("schema", "https://schema.org/")
SH = Namespace("sh", "http://www.w3.org/ns/shacl#")
SKOS = Namespace("skos", "http://www.w3.org/2004/02/skos/core#")
SPDX = Namespace("spdx", "http://spdx.org/rdf/terms#")
SVCS = Namespace("svcs", "http://rdfs.org/sioc/services#")
VOID = Namespace("void", "http://rdfs.org/ns/void#")
XSD = Namespace("xsd", "http://www.w3.org/2001/XMLSchema#")

NAMESPACES = (
    DC, DCAT, DCTERMS, DQV, EBUCORE, EDM, ENR, FOAF, OA, ORE, OWL, PROV, RDF, RDFS, SCHEMA, SH, SKOS, SPDX, SVCS, VOID,
    XSD,
)  # fmt: skip
PREFIXES = {namespace.prefix: namespace.iri for namespace in NAMESPACES}
SPARQL_PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())

TYPE = RDF["type"]
AAT = "http://vocab.getty.edu/aat/"
EUROPEANA = "http://data.europeana.eu/"


def decimal(value: float, places: int = 4) -> Literal:
    """An xsd:decimal without exponent, rounded half to even at ``places``."""
    return Literal(f"{Decimal(value):.{places}f}", datatype=XSD["decimal"])


def integer(value: int) -> Literal:
    return Literal(str(value), datatype=XSD["integer"])


def timestamp(moment: datetime) -> Literal:
    """An xsd:dateTime in UTC with milliseconds at most, as Oxigraph writes it back. Naive times are refused."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return Literal(text.rstrip("0").rstrip(".") + "Z", datatype=XSD["dateTime"])


def now() -> datetime:
    return datetime.now(UTC)
