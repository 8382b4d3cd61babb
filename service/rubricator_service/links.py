"""Where a page links to. Own IRIs become paths of this site, whatever host it is looked at under."""

from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.iris import Iris


@dataclass(frozen=True, slots=True)
class Links:
    """``root`` is the path that the site is mounted at, without a slash at its end."""

    iris: Iris
    root: str

    def to(self, node: NamedNode) -> str:
        """The address of a thing: a path for our own, else the IRI itself."""
        own = self.local(node)
        return node.value if own is None else own

    def local(self, node: NamedNode) -> str | None:
        path = node.value.removeprefix(f"{self.iris.base}/")
        return None if path == node.value else f"{self.root}/{path}"

    def document(self, thing: NamedNode) -> str:
        """The document about one of our own things: ``/id/run/x`` → ``/doc/run/x``, and so for concepts."""
        path = thing.value.removeprefix(f"{self.iris.base}/").removeprefix("id/")
        return f"{self.root}/doc/{path}"

    def item(self, item: NamedNode, record: NamedNode | None) -> str:
        """The page of an item, found by its record graph where its IRI is not ours."""
        start = f"{self.iris.base}/graph/edm/"
        if item.value.startswith(f"{self.iris.base}/") or record is None or not record.value.startswith(start):
            return self.to(item)
        return f"{self.root}/item/{record.value.removeprefix(start)}"

    def item_document(self, item: NamedNode, record: NamedNode) -> str:
        """The document about an item: what ``.ttl`` and its like are added to."""
        own = item.value.startswith(f"{self.iris.base}/")
        return self.document(item) if own else self.item(item, record)

    def absolute(self, address: str) -> str:
        """An address that the others of these gave, under the base, whatever host it is looked at under."""
        return f"{self.iris.base}{address.removeprefix(self.root)}" if address.startswith("/") else address

    def href(self, iri: str) -> str:
        """``to`` for an IRI that is text."""
        return self.to(NamedNode(iri))
