"""The demo collection: real pictures that come inside well-known packages, described as EDM. ``rubricator demo``."""

from rubricator.demo.collection import DATASET, demo_records

__all__ = ["DATASET", "demo_records"]
