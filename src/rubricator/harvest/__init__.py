"""Where records come from: one module a source, each yielding source records lazily and refusals with a reason code."""

from rubricator.harvest.csv import harvest_csv
from rubricator.harvest.edmfile import harvest_edm
from rubricator.harvest.folder import harvest_folder
from rubricator.harvest.mapping import TableMapping, load_mapping
from rubricator.harvest.record import Picture, PictureStore, Rejection, Repair, SourceRecord

__all__ = [
    "Picture",
    "PictureStore",
    "Rejection",
    "Repair",
    "SourceRecord",
    "TableMapping",
    "harvest_csv",
    "harvest_edm",
    "harvest_folder",
    "load_mapping",
]
