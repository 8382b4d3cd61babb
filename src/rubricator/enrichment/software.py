"""The program that ran, as the ledger names it."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import ENR, FOAF, PROV, SCHEMA, TYPE


@dataclass(frozen=True, slots=True)
class Software:
    """The program that ran: ``commit`` is None for an installed wheel that does not know it."""

    version: str
    commit: str | None

    def iri(self, iris: Iris) -> NamedNode:
        commit, _, dirty = (self.commit or "").partition("-")
        build = "".join(f"-{part}" for part in (commit[:12], dirty) if part)
        return iris.thing("agent", f"rubricator-{self.version}{build}")

    def triples(self, iris: Iris) -> Iterator[Triple]:
        software = self.iri(iris)
        yield Triple(software, TYPE, PROV["SoftwareAgent"])
        yield Triple(software, FOAF["name"], Literal("Rubricator"))
        yield Triple(software, SCHEMA["softwareVersion"], Literal(self.version))
        if self.commit:
            yield Triple(software, ENR["commit"], Literal(self.commit))
