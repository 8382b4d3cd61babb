"""What items are called, for people who cannot tell them by their IRIs."""

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.answers import Selecting, iri
from rubricator.rdf import SPARQL_PREFIXES


def read_titles(client: Selecting, items: Sequence[NamedNode]) -> dict[NamedNode, str]:
    """One title of each item that has any: in English, else in no language, else in the first by alphabet."""
    if not items:
        return {}
    values = " ".join(map(str, dict.fromkeys(items)))
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT DISTINCT ?item ?title WHERE {{
          GRAPH ?record {{ VALUES ?item {{ {values} }} ?proxy ore:proxyFor ?item ; dc:title ?title }}
        }}"""
    )
    found = [(iri(row["item"]), title) for row in rows if isinstance(title := row["title"], Literal)]
    # The preferred one comes last, and stays.
    return {item: title.value for item, title in sorted(found, key=lambda one: _rank(one[1]), reverse=True)}


def _rank(title: Literal) -> tuple[int, str, str]:
    language = title.language or ""
    first = ("en", "").index(main) if (main := language.partition("-")[0]) in ("en", "") else 2
    return first, language, title.value
