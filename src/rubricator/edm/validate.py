"""Holds stored records against the EDM shapes of ``ontology/shapes/edm.ttl``."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, serialize

from rubricator.resources import resource


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a shape finds wrong: ``severity`` is violation, warning or info; ``focus`` the IRI it is wrong with."""

    severity: str
    focus: str
    path: str
    message: str


def validate(triples: Iterable[Triple], shapes: Path | None = None) -> list[Finding]:
    """What the shapes find wrong with these triples, in a stable order; empty if they conform."""
    from pyshacl import validate as check
    from rdflib import Graph
    from rdflib.namespace import RDF, SH

    data = Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    rules = Graph().parse(shapes or resource("ontology", "shapes", "edm.ttl"), format="turtle")
    _, report, _ = check(data, shacl_graph=rules, allow_warnings=True, allow_infos=True)
    if not isinstance(report, Graph):
        raise TypeError("pyshacl gave no report graph")
    findings = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        severity = str(report.value(result, SH.resultSeverity) or "").rpartition("#")[2].lower()
        focus, path, message = (report.value(result, name) for name in (SH.focusNode, SH.resultPath, SH.resultMessage))
        findings.append(Finding(severity, str(focus or ""), str(path or ""), str(message or "")))
    return sorted(set(findings), key=lambda finding: (finding.severity, finding.focus, finding.path, finding.message))
