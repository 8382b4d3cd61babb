"""A store with at least one of everything that we mint: what others take pains to make, put together once."""

import json
from pathlib import Path

from PIL import Image

from rubricator.harvest.local import edm_files, picture_folder
from rubricator.pipeline.harvesting.harvest import harvest
from rubricator.pipeline.importing.ledger import Tool
from rubricator.pipeline.importing.take import import_annotations
from rubricator.settings import Settings
from rubricator.store.client import connect
from tests.pipeline.proving.lived import live
from tests.service.live import BASE, fill

# An agent without an IRI gets one of ours, and so does the proxy's place.
_RECORD = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:edm="http://www.europeana.eu/schemas/edm/" xmlns:ore="http://www.openarchives.org/ore/terms/"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#">
<edm:ProvidedCHO rdf:about="http://museum.example/object/é 1">
  <dc:title xml:lang="de">Schüssel</dc:title><edm:type>IMAGE</edm:type>
  <dc:creator><edm:Agent><skos:prefLabel xml:lang="de">Unbekannt</skos:prefLabel></edm:Agent></dc:creator>
</edm:ProvidedCHO>
<ore:Aggregation rdf:about="http://museum.example/aggregation/1">
  <edm:aggregatedCHO rdf:resource="http://museum.example/object/é 1"/>
  <edm:dataProvider>Museum</edm:dataProvider><edm:provider>Museum</edm:provider>
  <edm:isShownBy rdf:resource="http://museum.example/1.jpg"/>
  <edm:rights rdf:resource="http://creativecommons.org/publicdomain/zero/1.0/"/>
</ore:Aggregation>
</rdf:RDF>
"""
_TAG = {
    "type": "Annotation",
    "motivation": "tagging",
    "body": "http://data.europeana.eu/concept/47",
    "target": {"type": "SpecificResource", "scope": "http://data.europeana.eu/item/9990001/demo_0001"},
}
LIES = frozenset({f"{BASE}/annotation/eeeeeeeeeeeeeeeeeeeeeeeeee", f"{BASE}/id/run/forged"})
"""What only a record says there was, that poses as a run."""


def fill_with_everything(settings: Settings, directory: Path) -> None:
    """Runs, reviews and events of all kinds, an import, an explanation; harvests with something refused and gone."""
    fill(settings, directory)
    pictures, records = directory / "Bilder", directory / "records"
    pictures.mkdir()
    records.mkdir()
    Image.radial_gradient("L").save(pictures / "Krüge und Töpfe.png")
    (pictures / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    (pictures / "lost.png").write_bytes((directory / "picture.png").read_bytes()[:-1] + b"\x00")
    Image.radial_gradient("L").rotate(90).convert("RGB").save(pictures / "gone.png")
    (records / "schüssel.xml").write_text(_RECORD, encoding="utf-8")
    (directory / "tags.jsonl").write_text(json.dumps(_TAG) + "\n" + json.dumps({**_TAG, "body": 7}) + "\n")
    with connect(settings) as client:
        live(client, settings)
        harvest(picture_folder(pictures, settings), client, settings)
        (pictures / "gone.png").unlink()
        harvest(picture_folder(pictures, settings), client, settings)
        harvest(edm_files([records]), client, settings)
        import_annotations(client, settings, directory / "tags.jsonl", Tool("Tagger", "2.1"))
