"""Puts new content in the place of a named graph, and of its part in the published view, in one transaction."""

from collections.abc import Iterable

from pyoxigraph import NamedNode, Triple


def replacement(graph: NamedNode, published: Iterable[Triple], unpublished: Iterable[Triple] = ()) -> str:
    """The SPARQL update after which ``graph`` holds both kinds of triples, and the view the published ones.

    What left the graph leaves the view too, unless another named graph says it.
    """
    shared, own = _statements(published), _statements(unpublished)
    return f"""DELETE {{ ?s ?p ?o }} WHERE {{
  GRAPH {graph} {{ ?s ?p ?o }}
  FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other != {graph}) }}
}} ;
DROP SILENT GRAPH {graph} ;
INSERT DATA {{ GRAPH {graph} {{ {shared}
{own} }} {shared} }}"""


def _statements(triples: Iterable[Triple]) -> str:
    return "\n".join(f"{triple} ." for triple in triples)
