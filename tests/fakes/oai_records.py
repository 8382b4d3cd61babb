"""Records of a repository that never was: EDM as providers send it, some broken in the ways that real ones are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
SETS = ("bowls", "maps", "maps:atlases")
NAMESPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:edm="http://www.europeana.eu/schemas/edm/" '
    'xmlns:ore="http://www.openarchives.org/ore/terms/" xmlns:skos="http://www.w3.org/2004/02/skos/core#" '
    'xmlns:ebucore="http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#"'
)
TRAPS = (
    "",
    '<dc:creator rdf:resource="http://example.org/ agent 1"/>',
    '<dc:description xml:lang="">Without a language</dc:description>',
    '<dc:subject rdf:resource="http://example.org/concept/1">Beside the point</dc:subject>',
    '<dcterms:spatial rdf:resource=""/>',
    '<dcterms:temporal rdf:resource="#1923"/>',
    '<dc:type rdf:resource="http://data.europeana.eu/concept/base/47"/>',
    '<dc:subject edm:confidenceLevel="0.83" edm:wasGeneratedBy="SoftwareAgent">bowl</dc:subject>',
)
"""What is wrong with a record; the first is sound."""


@dataclass(slots=True)
class Held:
    """One record of the repository. ``extra`` is XML that goes into its object, ``padding`` bytes make it large."""

    identifier: str
    number: int
    title: str
    set: str
    datestamp: datetime
    deleted: bool = False
    extra: str = ""
    padding: int = 0

    @property
    def edm(self) -> str:
        """The record as RDF/XML."""
        item = f"http://museum.example/object/{self.number}"
        return f"""<rdf:RDF {NAMESPACES}>
  <edm:ProvidedCHO rdf:about="{item}">
    <dc:title xml:lang="fr">{escape(self.title)}</dc:title><dc:identifier>{self.number}</dc:identifier>
    <dc:description>{"x" * self.padding}</dc:description><dc:type>bowl</dc:type>{self.extra}<edm:type>IMAGE</edm:type>
  </edm:ProvidedCHO>
  <edm:WebResource rdf:about="{item}.jpg"><ebucore:hasMimeType>image/jpeg</ebucore:hasMimeType></edm:WebResource>
  <ore:Aggregation rdf:about="{item}#aggregation">
    <edm:aggregatedCHO rdf:resource="{item}"/><edm:dataProvider>Museum of Nowhere</edm:dataProvider>
    <edm:isShownBy rdf:resource="{item}.jpg"/><edm:provider>Aggregator of Nowhere</edm:provider>
    <edm:rights rdf:resource="http://creativecommons.org/publicdomain/zero/1.0/"/>
  </ore:Aggregation>
</rdf:RDF>"""

    @property
    def oai_dc(self) -> str:
        """The record in Dublin Core."""
        return f"""<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(self.title)}</dc:title></oai_dc:dc>"""


def generated(count: int) -> Iterator[Held]:
    """Sound records, one a day from 2024 on, in three sets, the last of which is part of the second."""
    for number in range(count):
        yield Held(
            f"oai:museum.example:{number}",
            number,
            f"Écuelle {number} & soucoupe",
            SETS[number % len(SETS)],
            FIRST_DAY + timedelta(days=number),
        )
