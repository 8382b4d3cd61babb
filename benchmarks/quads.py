"""Quads as a filled store has them, written straight away: a record's graph, and the same in the published view."""

from pathlib import Path

RECORD_QUADS = 42
"""What each record makes of them."""

_RECORD = """\
<{graph}> <http://xmlns.com/foaf/0.1/primaryTopic> <{eu}/item/{id}>
<{eu}/item/{id}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{edm}ProvidedCHO>
<https://museum.example.org/images/{n}.jpg> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{edm}WebResource>
<{eu}/proxy/provider/{id}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ore}Proxy>
<{eu}/proxy/provider/{id}> <{dc}creator> "Painter number {painter}"
<{eu}/proxy/provider/{id}> <{dc}date> "{year}"
<{eu}/proxy/provider/{id}> <{dc}description> "Gezicht op haven {n}, met schepen en wolken; olieverf op doek."@nl
<{eu}/proxy/provider/{id}> <{dc}description> "View of harbour {n}, with ships under a cloudy sky; oil on canvas."@en
<{eu}/proxy/provider/{id}> <{dc}identifier> "SK-A-{n}"
<{eu}/proxy/provider/{id}> <{dc}language> "nl"
<{eu}/proxy/provider/{id}> <{dc}subject> "harbours"@en
<{eu}/proxy/provider/{id}> <{dc}title> "Haven {n}"@nl
<{eu}/proxy/provider/{id}> <{dc}title> "Harbour {n}"@en
<{eu}/proxy/provider/{id}> <{ore}proxyFor> <{eu}/item/{id}>
<{eu}/proxy/provider/{id}> <{ore}proxyIn> <{eu}/aggregation/provider/{id}>
<{eu}/proxy/provider/{id}> <{edm}type> "IMAGE"
<{eu}/aggregation/provider/{id}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ore}Aggregation>
<{eu}/aggregation/provider/{id}> <{edm}aggregatedCHO> <{eu}/item/{id}>
<{eu}/aggregation/provider/{id}> <{edm}dataProvider> "Museum of Examples"
<{eu}/aggregation/provider/{id}> <{edm}isShownBy> <https://museum.example.org/images/{n}.jpg>
<{eu}/aggregation/provider/{id}> <{edm}rights> <http://creativecommons.org/publicdomain/mark/1.0/>
"""
_PREFIXES = {
    "eu": "http://data.europeana.eu",
    "edm": "http://www.europeana.eu/schemas/edm/",
    "ore": "http://www.openarchives.org/ore/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def write_quads(path: Path, base: str, records: int) -> None:
    """N-Quads of so many records under ``base``."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(records):
            name = f"9990001/bench_{n}"
            graph = f"{base}/graph/edm/{name}"
            said = _RECORD.format(graph=graph, id=name, n=n, painter=n % 500, year=1600 + n % 300, **_PREFIXES)
            for triple in said.splitlines():
                file.write(f"{triple} <{graph}> .\n{triple} .\n")
