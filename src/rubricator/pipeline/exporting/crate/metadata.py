"""``ro-crate-metadata.json``: RO-Crate 1.1, in the profile of Process Run Crate 0.5.

https://w3id.org/ro/crate/1.1 and https://w3id.org/ro/wfrun/process/0.5
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rubricator.pipeline.exporting.crate.files import CrateFile

NAME = "ro-crate-metadata.json"
CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
_CRATE, _PROFILE = "https://w3id.org/ro/crate/1.1", "https://w3id.org/ro/wfrun/process/0.5"
_CONTEXT = [f"{_CRATE}/context", {"sha256": "https://schema.org/sha256"}]
_HOME = "https://w3id.org/rubricator/ns"


@dataclass(frozen=True, slots=True)
class Described:
    """The run that a crate is of. ``software`` and ``operator`` are IRIs; ``used`` are names of files."""

    run: str
    name: str
    description: str
    started: datetime
    ended: datetime
    software: str
    version: str
    operator: str
    operator_name: str
    used: Sequence[str]
    results: Sequence[str]
    exported: datetime


def metadata(described: Described, files: Sequence[CrateFile]) -> bytes:
    """The description of a crate that holds these files."""
    graph: list[dict[str, Any]] = [
        {
            "@id": NAME,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": _CRATE},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "conformsTo": {"@id": _PROFILE},
            "name": described.name,
            "description": described.description,
            "datePublished": _moment(described.exported),
            "license": {"@id": CC0},
            "author": {"@id": described.operator},
            "identifier": described.run,
            "hasPart": [{"@id": file.name} for file in files],
            "mentions": {"@id": described.run},
        },
        {"@id": _PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        {
            "@id": CC0,
            "@type": "CreativeWork",
            "name": "CC0 1.0 Universal",
            "description": "The person who made this has dedicated it to the public domain.",
        },
        {
            "@id": described.run,
            "@type": "CreateAction",
            "name": described.name,
            "description": described.description,
            "instrument": {"@id": described.software},
            "agent": {"@id": described.operator},
            "startTime": _moment(described.started),
            "endTime": _moment(described.ended),
            "object": [{"@id": name} for name in described.used],
            "result": [{"@id": name} for name in described.results],
            "actionStatus": "http://schema.org/CompletedActionStatus",
        },
        {
            "@id": described.software,
            "@type": "SoftwareApplication",
            "name": "Rubricator",
            "softwareVersion": described.version,
            "url": _HOME,
        },
        {"@id": described.operator, "@type": "Person", "name": described.operator_name},
        *map(_file, files),
        *(_licence(licence) for licence in dict.fromkeys(file.licence for file in files) if licence),
    ]
    document = {"@context": _CONTEXT, "@graph": graph}
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _file(file: CrateFile) -> dict[str, Any]:
    about = {"about": {"@id": file.about}} if file.about else {}
    licence = {"license": {"@id": file.licence}} if file.licence else {}
    return {
        "@id": file.name,
        "@type": "File",
        "name": file.title,
        "description": file.description,
        "encodingFormat": file.media_type,
        "contentSize": str(file.size),
        "sha256": file.sha256,
        **about,
        **licence,
    }


def _licence(iri: str) -> dict[str, Any]:
    name = iri.rpartition("/")[2]
    return {"@id": iri, "@type": "CreativeWork", "name": name, "description": f"The licence {name}, as SPDX names it."}


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
