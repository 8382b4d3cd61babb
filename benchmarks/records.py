"""Generated EDM records: as large as those that aggregators serve, every one different, clean or as they are served."""

import zipfile
from pathlib import Path

_RECORD = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:dcterms="http://purl.org/dc/terms/" xmlns:edm="http://www.europeana.eu/schemas/edm/"
    xmlns:ore="http://www.openarchives.org/ore/terms/" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
  <edm:ProvidedCHO rdf:about="http://data.europeana.eu/item/9990001/bench_{n}"/>
  <edm:WebResource rdf:about="https://museum.example.org/images/{n}.jpg">
    <dc:rights>Museum of Examples</dc:rights>
    <edm:rights rdf:resource="http://creativecommons.org/publicdomain/mark/1.0/"/>
  </edm:WebResource>
  <skos:Concept rdf:about="http://data.europeana.eu/concept/47"><skos:prefLabel xml:lang="en">Painting</skos:prefLabel>
    <skos:exactMatch rdf:resource="http://vocab.getty.edu/aat/300033618"/></skos:Concept>
  <ore:Proxy rdf:about="http://data.europeana.eu/proxy/provider/9990001/bench_{n}">
    <dc:creator>Painter number {painter}</dc:creator>
    <dc:date>{year}</dc:date>
    <dc:description xml:lang="nl">Gezicht op haven {n}, met schepen en wolken; olieverf op doek.</dc:description>
    <dc:description xml:lang="en">View of harbour {n}, with ships under a cloudy sky; oil on canvas.</dc:description>
    <dc:identifier>SK-A-{n}</dc:identifier>
    <dc:language>nl</dc:language>
    <dc:subject xml:lang="en">harbours</dc:subject>
    <dc:subject rdf:resource="http://data.europeana.eu/concept/47"/>
    <dc:title xml:lang="nl">Haven {n}</dc:title>
    <dc:title xml:lang="en">Harbour {n}</dc:title>
    <dc:type xml:lang="en">painting</dc:type>
    <dcterms:extent>40 x {n} cm</dcterms:extent>
    <dcterms:medium xml:lang="en">oil on canvas</dcterms:medium>
    <dcterms:isPartOf>Collection {painter}</dcterms:isPartOf>
    <edm:europeanaProxy>false</edm:europeanaProxy>
    <ore:proxyFor rdf:resource="http://data.europeana.eu/item/9990001/bench_{n}"/>
    <ore:proxyIn rdf:resource="http://data.europeana.eu/aggregation/provider/9990001/bench_{n}"/>
    <edm:type>IMAGE</edm:type>
  </ore:Proxy>
  <ore:Proxy rdf:about="http://data.europeana.eu/proxy/europeana/9990001/bench_{n}">
    <dc:type rdf:resource="http://data.europeana.eu/concept/47"/>
    <edm:europeanaProxy>true</edm:europeanaProxy>
    <edm:year>{year}</edm:year>
    <ore:proxyFor rdf:resource="http://data.europeana.eu/item/9990001/bench_{n}"/>
    <ore:proxyIn rdf:resource="http://data.europeana.eu/aggregation/europeana/9990001/bench_{n}"/>
  </ore:Proxy>
  <ore:Aggregation rdf:about="http://data.europeana.eu/aggregation/provider/9990001/bench_{n}">
    <edm:aggregatedCHO rdf:resource="http://data.europeana.eu/item/9990001/bench_{n}"/>
    <edm:dataProvider>Museum of Examples</edm:dataProvider>
    <edm:isShownAt rdf:resource="https://museum.example.org/objects/{n}"/>
    <edm:isShownBy rdf:resource="https://museum.example.org/images/{n}.jpg"/>
    <edm:provider>Aggregator of Examples</edm:provider>
    <edm:rights rdf:resource="http://creativecommons.org/publicdomain/mark/1.0/"/>
  </ore:Aggregation>
</rdf:RDF>
"""


def record(n: int) -> bytes:
    """Record number ``n``: about 3 kB of RDF/XML, 39 triples."""
    return _RECORD.format(n=n, painter=n % 500, year=1600 + n % 300).encode()


def with_faulty_attributes(n: int) -> bytes:
    """The same record with what Europeana's own API serves: relative, illegal and outdated IRIs, empty languages."""
    return _changed(
        record(n),
        (b'rdf:about="http://data.europeana.eu/', b'rdf:about="/'),
        (b'/objects/%d"' % n, b'/objects?name=[harbour {%d}]"' % n),
        (b"<dc:language>", b'<dc:language xml:lang="">'),
        (
            b'rdf:resource="http://data.europeana.eu/concept/47"',
            b'rdf:resource="http://data.europeana.eu/concept/base/47"',
        ),
    )


def with_faulty_elements(n: int) -> bytes:
    """The same record with faults that no look at its attributes mends, besides: it takes a tree."""
    return _changed(
        with_faulty_attributes(n),
        (b"<edm:rights rdf:resource=", b'<edm:rights xml:lang="en" rdf:resource='),
        (b"<dc:type rdf:resource=", b'<dc:type edm:wasGeneratedBy="SoftwareAgent" rdf:resource='),
        (b"<dc:creator>", b'<dc:contributor rdf:resource=""/><dc:creator>'),
    )


def _changed(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    for old, new in changes:
        content = content.replace(old, new)
    return content


def record_zip(path: Path, count: int, start: int = 0) -> Path:
    """A zip of ``count`` records from number ``start``, one file each, as data sets are handed over."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for n in range(start, start + count):
            archive.writestr(f"{n}.xml", record(n))
    return path
