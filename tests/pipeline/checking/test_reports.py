import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD

from rubricator.edm.validate import Finding, remedies, shapes_file
from rubricator.errors import UsageError
from rubricator.pipeline.checking.check import Checked
from rubricator.pipeline.checking.page import OURS
from rubricator.pipeline.checking.reports import report

BASE = "http://rubricator.test"
SHAPES = "https://w3id.org/rubricator/shapes#"
ITEM = "http://museum.example.org/1"
HOSTILE = "</style><script>alert(1)</script>"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def finding(severity: str, shape: str, path: str = "", value: str = "", focus: str = ITEM) -> Finding:
    return Finding(severity, focus, path, f"Wrong with {shape}.", value, SHAPES + shape, str(SH.OrConstraintComponent))


RIGHTS = finding("warning", "Rights", "<http://www.europeana.eu/schemas/edm/rights>", '"""no\n"rights\\"]"""@en')
SHOWN = finding(
    "warning",
    "Shown",
    f"[ <{SH.alternativePath}> ( <http://e.org/at> <http://e.org/by> ) ]",
    focus=f"{ITEM}#aggregation",
)
CLAIM = finding("violation", "Seen", f"( <http://e.org/a> [ <{SH.inversePath}> <http://e.org/b> ] )")
CHECKS = [
    Checked(ITEM, ("shelf",), (RIGHTS, SHOWN)),
    Checked("http://museum.example.org/2", ("shelf", HOSTILE), ()),
    Checked("javascript:alert(2)", (HOSTILE,), (finding("info", "OneTitle", value=f'"{HOSTILE}"'),)),
    Checked(ITEM, (), (CLAIM,)),
]


def read_back(file: Path) -> Graph:
    """A report that is one, by SHACL, section 3.6."""
    graph = Graph().parse(file)
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    results = set(graph.objects(node, SH.result))
    (conforms,) = graph.objects(node, SH.conforms)
    assert Literal(str(not results).lower(), datatype=XSD.boolean) == conforms
    assert results == set(graph.subjects(RDF.type, SH.ValidationResult))
    for result in results:
        for exactly_one in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent):
            assert 1 == len(list(graph.objects(result, exactly_one)))
        for at_most_one in (SH.resultPath, SH.value, SH.sourceShape):
            assert 1 >= len(list(graph.objects(result, at_most_one)))
        assert graph.value(result, SH.resultSeverity) in (SH.Violation, SH.Warning, SH.Info)
        assert isinstance(graph.value(result, SH.sourceShape), URIRef)
        assert all(isinstance(text, Literal) for text in graph.objects(result, SH.resultMessage))
    return graph


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own, of JSON-LD
@pytest.mark.parametrize("suffix", [".ttl", ".jsonld", ".rdf"])
def test_all_findings_are_one_validation_report_in_any_syntax(tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"report{suffix}"
    report(CHECKS, [output], BASE)

    graph = read_back(output)

    assert 4 == len(list(graph.subjects(RDF.type, SH.ValidationResult)))
    (result,) = graph.subjects(SH.sourceShape, URIRef(RIGHTS.shape))
    assert URIRef(ITEM) == graph.value(result, SH.focusNode)
    assert SH.Warning == graph.value(result, SH.resultSeverity)
    assert Literal('no\n"rights"]', lang="en") == graph.value(result, SH.value)
    assert Literal(RIGHTS.message, lang="en") == graph.value(result, SH.resultMessage)


def test_paths_are_kept_whole(tmp_path: Path) -> None:
    report(CHECKS, [tmp_path / "report.ttl"], BASE)

    found = read_back(tmp_path / "report.ttl").query(
        """PREFIX : <http://e.org/> PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?shape {
          { ?result sh:sourceShape ?shape ; sh:resultPath [ sh:alternativePath ( :at :by ) ] } UNION
          { ?result sh:sourceShape ?shape ; sh:resultPath ( :a [ sh:inversePath :b ] ) } }"""
    )

    assert {SHOWN.shape, CLAIM.shape} == {str(row[0]) for row in found}  # type: ignore[index]


def test_a_report_without_results_conforms(tmp_path: Path) -> None:
    report(CHECKS[1:2], [tmp_path / "report.ttl"], BASE)

    assert 0 == len(list(read_back(tmp_path / "report.ttl").subjects(RDF.type, SH.ValidationResult)))


def test_a_check_that_breaks_off_leaves_the_older_report(tmp_path: Path) -> None:
    outputs = [tmp_path / f"report{suffix}" for suffix in (".ttl", ".rdf", ".html")]
    for output in outputs:
        output.write_text("older")

    def broken() -> Iterator[Checked]:
        yield from CHECKS
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        report(broken(), outputs, BASE)

    assert dict.fromkeys(outputs, "older") == {file: file.read_text() for file in tmp_path.iterdir()}


@pytest.mark.parametrize("name", ["report", "report.txt", "report.HTM"])
def test_a_suffix_that_names_no_report_is_refused_before_anything_is_checked(tmp_path: Path, name: str) -> None:
    def unasked() -> Iterator[Checked]:
        raise AssertionError("nothing was to be checked")
        yield

    with pytest.raises(UsageError, match=r"\.html, \.ttl, \.jsonld, \.rdf"):
        report(unasked(), [tmp_path / name], BASE)


def test_a_report_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for name in ("nowhere/report.html", "nowhere/report.ttl"):
        with pytest.raises(UsageError, match=name):
            report(CHECKS, [tmp_path / name], BASE)


def test_the_tally_sums_by_kind_and_data_set() -> None:
    tally = report(CHECKS, [], BASE)

    assert (3, 1) == (tally.records.records, tally.records.conforming)
    assert {"violation": 1, "warning": 2, "info": 1} == tally.findings
    assert {"shelf": (2, 1, {"warning": 1}), HOSTILE: (2, 1, {"info": 1})} == {
        name: (each.records, each.conforming, each.severities) for name, each in tally.datasets.items()
    }
    assert ["violation", "warning", "warning", "info"] == [kind.severity for kind, _ in tally.ranked]


@pytest.fixture
def page(tmp_path: Path) -> html.HtmlElement:
    report(CHECKS, [tmp_path / "report.html"], BASE)
    return html.fromstring((tmp_path / "report.html").read_bytes())


def test_the_page_says_what_is_wrong_and_what_to_do(page: html.HtmlElement) -> None:
    kinds = [" ".join(item.text_content().split()) for item in page.xpath("//ol[@class='kinds']/li")]

    assert 4 == len(kinds)
    assert kinds[0].startswith("violation 1 Wrong with Seen.")
    assert OURS in kinds[0]
    told = remedies(shapes_file("edm"))
    assert all(any(told[each.shape] in kind for kind in kinds) for each in (RIGHTS, SHOWN))
    assert ["shelf", "2", "1", "0", "1", "0"] == [
        cell.text_content() for cell in page.xpath("//tbody/tr[th='shelf']/*")
    ]


def test_the_page_needs_nothing_else_and_runs_nothing(page: html.HtmlElement) -> None:
    assert [] == page.xpath("//script | //link | //img | //iframe | //object | //@onclick | //@src")
    assert {ITEM} == set(page.xpath("//a/@href"))
    assert "javascript:alert(2)" in page.xpath("//code/text()")
    assert HOSTILE in page.xpath("//tbody//th/text()")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)")
def test_a_browser_opens_the_page_without_complaint(tmp_path: Path, page: html.HtmlElement) -> None:
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--enable-logging=stderr")
    browser = subprocess.run(
        [
            str(CHROMIUM),
            *flags,
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            (tmp_path / "report.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert [] == [line for line in browser.stderr.splitlines() if "CONSOLE" in line]
    assert page.findtext(".//h1") == html.fromstring(browser.stdout).findtext(".//h1")
