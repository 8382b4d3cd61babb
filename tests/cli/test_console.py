import json
from collections.abc import Iterator
from datetime import datetime

import pytest

from rubricator.cli.app import Listing
from rubricator.cli.console import exact_moment, hint, moment, print_listing, print_table

NOON_IN_DELFT = datetime.fromisoformat("2026-11-22T12:06:33.123+01:00")


def test_people_and_programs_are_told_times_in_utc() -> None:
    assert "2026-11-22 11:06 UTC" == moment(NOON_IN_DELFT)
    assert "2026-11-22T11:06:33+00:00" == exact_moment(NOON_IN_DELFT)


def test_a_hint_is_for_people_only(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    hint("Do this next.")
    assert "" == capsys.readouterr().out

    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    hint("Do this next.")
    assert "Do this next.\n" == capsys.readouterr().out


def test_programs_get_an_empty_listing_with_its_header(capsys: pytest.CaptureFixture[str]) -> None:
    for listing in Listing:
        print_listing(listing, ("run", "state"), (), "There is none.")

    assert ["There is none.", "run,state", "[]"] == capsys.readouterr().out.splitlines()


def test_a_table_that_is_piped_has_a_line_for_each_row_and_pads_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("what", "value"), [("failure", "two\nlines"), ("image", f"http://museum.example/{'x' * 300}")], "It")

    assert ["", "It", "what\tvalue", "failure\ttwo lines", f"image\thttp://museum.example/{'x' * 300}"] == (
        capsys.readouterr().out.splitlines()
    )


@pytest.mark.parametrize("listing", [Listing.csv, Listing.json])
def test_programs_get_each_row_as_it_comes(listing: Listing, capsys: pytest.CaptureFixture[str]) -> None:
    written = []

    def rows() -> Iterator[tuple[str, str]]:
        for run in ("A\n", "B\u2028"):
            yield run, "ended"
            written.append(capsys.readouterr().out)

    print_listing(listing, ("run", "state"), rows(), "There is none.")
    written.append(capsys.readouterr().out)

    assert ["A" in written[0], "B" in written[0], "B" in written[1]] == [True, False, True]
    if listing is Listing.json:
        expected = [{"run": "A\n", "state": "ended"}, {"run": "B\u2028", "state": "ended"}]
        assert json.dumps(expected, ensure_ascii=False, indent=2) + "\n" == "".join(written)
