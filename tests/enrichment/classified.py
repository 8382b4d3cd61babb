"""What a classifier hands over: as much of it as the writers of RDF look at."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Model:
    name: str = "ViT-B-32/some-tag"
    architecture: str = "ViT-B-32"
    weights_sha256: str = "a" * 64
    licence: str | None = "MIT"
    source: str | None = None
    logit_scale: float = 100.0


@dataclass(frozen=True)
class Capture:
    source: str = "https://museum.example.org/1.jpg"
    sha256: str = "b" * 64
    media_type: str = "image/jpeg"
    retrieved: datetime = datetime(2026, 11, 21, 7, 58, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Score:
    concept: str
    confidence: float
    raw_score: float = 0.25
