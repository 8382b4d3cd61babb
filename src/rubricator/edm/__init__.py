"""From a source record to EDM as we store it: cleaning of real-world RDF, the internal form, and validation."""

from rubricator.edm.map import fingerprint, map_record
from rubricator.edm.record import EdmRecord, RecordGone, RecordRejected

__all__ = ["EdmRecord", "RecordGone", "RecordRejected", "fingerprint", "map_record"]
