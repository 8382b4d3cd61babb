from pathlib import Path

from rubricator.iris import Iris
from rubricator.resources import resource
from rubricator.vocabulary import check_vocabulary

from .conftest import FOREIGN_SCHEME, Write


def test_what_we_ship_passes(iris: Iris) -> None:
    assert [] == check_vocabulary(iris)


def test_a_foreign_scheme_passes_without_a_mapping_table(
    iris: Iris, foreign_scheme: Path, foreign_prompts: Path
) -> None:
    assert [] == check_vocabulary(iris, foreign_scheme, foreign_prompts)


def test_gaps_of_a_scheme_are_found(iris: Iris, write: Write, foreign_prompts: Path) -> None:
    scheme = FOREIGN_SCHEME.replace('"hibou"@fr', '"barn owl"@en').replace('; skos:prefLabel "roitelet"@fr', "")

    findings = check_vocabulary(iris, write("gaps.ttl", scheme), foreign_prompts)

    assert ["no-label", "two-labels"] == sorted(finding.code for finding in findings)


def test_only_our_own_scheme_must_have_equivalences(iris: Iris, write: Write, foreign_prompts: Path) -> None:
    alone = FOREIGN_SCHEME.replace("skos:closeMatch <http://vocab.getty.edu/aat/300000001>", 'skos:note "n"')
    ours = alone.replace("<https://thesaurus.example/birds> a", "<concept/> a")

    assert [] == check_vocabulary(iris, write("alone.ttl", alone), foreign_prompts)
    findings = check_vocabulary(iris, write("ours.ttl", ours), foreign_prompts)
    assert ["no-equivalence"] == [finding.code for finding in findings]


def test_a_match_that_two_concepts_share_is_found_in_either_spelling(
    iris: Iris, write: Write, foreign_prompts: Path
) -> None:
    shared = FOREIGN_SCHEME.replace("http://vocab.getty.edu/aat/300000001", "http://data.europeana.eu/concept/4711")

    findings = check_vocabulary(iris, write("shared.ttl", shared), foreign_prompts)

    assert ["duplicate-match"] == [finding.code for finding in findings]
    assert "http://data.europeana.eu/concept/4711" == findings[0].subject


def test_prompts_of_another_scheme_are_a_finding(iris: Iris, foreign_scheme: Path) -> None:
    findings = check_vocabulary(iris, foreign_scheme)

    assert ["prompts-unusable"] == [finding.code for finding in findings]


def test_a_scheme_that_cannot_be_read_is_a_finding(iris: Iris, write: Write) -> None:
    findings = check_vocabulary(iris, write("bad.ttl", "nonsense"))

    assert ["vocabulary-unusable"] == [finding.code for finding in findings]


def test_a_mapping_table_that_disagrees_is_found_in_both_directions(iris: Iris, write: Write) -> None:
    ours = resource("mappings", "concepts.sssom.tsv").read_text(encoding="utf-8")
    table = write("other.sssom.tsv", ours.replace("wd:Q41176", "wd:Q1").replace("Not\t", "\t"))

    findings = check_vocabulary(iris, mappings=table)

    assert 8 == sum(finding.code == "not-in-scheme" for finding in findings)
    assert 8 == sum(finding.code == "not-in-table" for finding in findings)
    assert any(
        "building is exactMatch of http://www.wikidata.org/entity/Q1." in finding.message for finding in findings
    )


def test_a_table_that_is_no_sssom_is_a_finding(iris: Iris, write: Write) -> None:
    no_columns = check_vocabulary(iris, mappings=write("a.tsv", "a\tb\n1\t2\n"))
    columns = "subject_id\tpredicate_modifier\tpredicate_id\tobject_id\n"
    no_prefix = check_vocabulary(iris, mappings=write("b.tsv", f"{columns}x:a\t\tskos:exactMatch\tx:b\n"))

    assert ["vocabulary-unusable"] == [finding.code for finding in no_columns]
    assert "without a line for it in its curie_map" in no_prefix[0].message
