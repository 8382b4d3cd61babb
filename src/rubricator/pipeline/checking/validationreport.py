"""Writes findings as one sh:ValidationReport (SHACL, section 3.6), as they come, in flat memory."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize

from rubricator.edm.validate import Finding
from rubricator.rdf import DCTERMS, SH, XSD, timestamp
from rubricator.wholefile import whole_file

FORMATS = {".ttl": RdfFormat.TURTLE, ".jsonld": RdfFormat.JSON_LD, ".rdf": RdfFormat.RDF_XML}
"""By the suffix of a file."""
_PREFIXES = {namespace.prefix: namespace.iri for namespace in (DCTERMS, SH, XSD)}

Add = Callable[[Iterable[Finding]], None]


@contextmanager
def validation_report(output: Path, moment: datetime) -> Iterator[Add]:
    """A function that adds findings to the report in ``output``, which is there once the block ends, or not at all.

    The report conforms if it has no result of any severity, as SHACL has it.
    """
    with whole_file(output) as file:
        if FORMATS[output.suffix] == RdfFormat.TURTLE:
            with _turtle(file, moment) as add:
                yield add
            return
        with TemporaryFile() as draft:
            with _turtle(draft, moment) as add:
                yield add
            draft.seek(0)
            serialize(parse(draft, RdfFormat.TURTLE), file, FORMATS[output.suffix], prefixes=_PREFIXES)


@contextmanager
def _turtle(file: IO[bytes], moment: datetime) -> Iterator[Add]:
    conforms = True
    for prefix, iri in _PREFIXES.items():
        file.write(f"@prefix {prefix}: <{iri}> .\n".encode())

    def add(findings: Iterable[Finding]) -> None:
        nonlocal conforms
        for finding in findings:
            conforms = False
            file.write(f"\n_:report sh:result [\n{_result(finding)}] .\n".encode())

    yield add
    file.write(
        f"\n_:report a sh:ValidationReport ;\n  sh:conforms {str(conforms).lower()} ;\n"
        f"  dcterms:created {timestamp(moment)} .\n".encode()
    )


def _result(finding: Finding) -> str:
    said = {
        "a": "sh:ValidationResult",
        "sh:resultSeverity": f"sh:{finding.severity.capitalize()}",
        "sh:focusNode": str(NamedNode(finding.focus)),
        "sh:resultPath": finding.path,
        "sh:value": finding.value,
        "sh:resultMessage": str(Literal(finding.message, language="en")),
        "sh:sourceShape": str(NamedNode(finding.shape)),
        "sh:sourceConstraintComponent": str(NamedNode(finding.component)),
    }
    return "".join(f"  {predicate} {value} ;\n" for predicate, value in said.items() if value)
