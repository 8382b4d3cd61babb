from pathlib import Path

import pytest

from tests.fakes.program import Rubricator


def test_help_names_every_command_and_the_exit_codes(rubricator: Rubricator) -> None:
    answer = rubricator("--help")

    assert 0 == answer.returncode
    for command in ("demo", "harvest", "vocabulary", "enrich", "runs", "query", "export", "serve", "status", "check"):
        assert command in answer.stdout
    assert "Exit codes" in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (
            ("query", "SELECT * {"),
            2,
            "line 1, column 11: it ends there, and is not complete. Close { of line 1, column 10",
        ),
        (("query", "SELECT * {}", "--format", "pdf"), 2, "choose one of"),
        (("query", "SELECT * { SERVICE <http://127.0.0.1/> {} }"), 2, "SERVICE"),
        (("harvest", "edm", "nowhere.xml"), 2, "nowhere.xml"),
        (("harvest", "folder", "nowhere"), 2, "nowhere"),
        (("harvest", "csv", "nowhere.csv", "--mapping", "nowhere.toml"), 2, "nowhere"),
        (("enrich", "--model", "no/such"), 2, "no/such"),
        (("enrich", "--prompts", "nowhere.ttl"), 2, "nowhere.ttl"),
        (("runs", "show", "01NOTHERE"), 2, "runs list"),
        (("export", "--output", "no/such/folder/dump.nq"), 2, "no/such/folder"),
        (("runs", "retract", "01NOTHERE", "--reason", "caf\udce9"), 2, "no characters"),
        (("review", "reject", "01NOTHERE", "--reviewer", "r", "--note", "caf\udce9"), 2, "no characters"),
        (("query", "ASK {}", "--as-of", "0001-01-01T00:00+05:00"), 2, "is in no year of UTC"),
        (("--base", "http://data.europeana.eu/x", "status"), 2, "Europeana"),
        (("--base", "ftp://x", "status"), 2, "'base' is wrong: must start with http:// or https://. Correct it in"),
        (("--data-dir", "/proc/nowhere", "status"), 3, "/proc/nowhere"),
    ],
)
def test_a_mistake_is_one_sentence_on_standard_error(
    rubricator: Rubricator, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    answer = rubricator(*arguments)

    assert (code, "") == (answer.returncode, answer.stdout)
    assert sentence in answer.stderr
    assert 1 == len(answer.stderr.strip().splitlines())
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("readers = 0", "Setting 'readers' is wrong: it should be greater than or equal to 1. Correct it in "),
        ('reviewer_role = "chief"', "'reviewer_role' is wrong: it should be 'contributor', 'reviewer' or 'curator'. "),
        ('log_level = "LOUD"', "'log_level' is wrong: it should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'. "),
        ('reusability = ["any"]', "'reusability' is wrong: it should be 'open', 'restricted' or 'permission'. "),
        ("reader = 2", "Setting 'reader' is wrong: there is none of this name. "),
    ],
)
def test_a_wrong_setting_is_named(rubricator: Rubricator, tmp_path: Path, line: str, sentence: str) -> None:
    (tmp_path / "cwd" / "rubricator.toml").write_text(f"{line}\n")

    answer = rubricator("status")

    assert 2 == answer.returncode
    assert sentence in answer.stderr


def test_an_unreachable_foreign_store_ends_with_exit_code_3(
    rubricator: Rubricator, tmp_path: Path, free_port: int
) -> None:
    (tmp_path / "cwd" / "rubricator.toml").write_text(f'store_url = "http://127.0.0.1:{free_port}/"\n')

    answer = rubricator("status")

    assert 3 == answer.returncode
    assert "store_url" in answer.stderr
