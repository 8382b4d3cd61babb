"""Readers that know in whose name they are asked, so that each client gets a share of them."""

from dataclasses import dataclass

from flask import has_request_context, request

from rubricator.store.answers import Answer, AsyncAnswer, QueryRequest, Readers
from rubricator_service.front.handover import CLIENT


@dataclass(frozen=True, slots=True)
class InTheNameOfClients:
    """Asks ``readers`` in the name of whoever made the current request, where no client is given."""

    readers: Readers

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        return self.readers.run(request, timeout, client or _client())

    async def ask(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> AsyncAnswer | None:
        return await self.readers.ask(request, timeout, client)

    def look_up(self, request: QueryRequest, revision: str | None) -> AsyncAnswer | None:
        return self.readers.look_up(request, revision)

    def download(self, request: QueryRequest, client: str = "") -> Answer:
        return self.readers.download(request, client or _client())

    def figures(self) -> tuple[int, int]:
        return self.readers.figures()

    def close(self) -> None:
        self.readers.close()


def _client() -> str:
    return str(request.environ.get(CLIENT, "")) if has_request_context() else ""
