"""Readers that remember what they were asked."""

from rubricator.settings import Settings
from rubricator.store.answers import Answer, QueryRequest
from rubricator.store.readers import ReaderPool


class Overheard(ReaderPool):
    """``asked`` are the queries, the oldest first."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.asked: list[str] = []

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        self.asked.append(request.query)
        return super().run(request, timeout, client)

    def download(self, request: QueryRequest, client: str = "") -> Answer:
        self.asked.append(request.query)
        return super().download(request, client)
