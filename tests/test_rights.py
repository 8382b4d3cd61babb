"""Which class a rights statement belongs to, however a record spells it."""

import pytest

from rubricator.rights import reusability

CC = "creativecommons.org"
RS = "rightsstatements.org"
EU = "www.europeana.eu"


@pytest.mark.parametrize(
    ("expected", "rights"),
    [
        ("open", f"http://{CC}/publicdomain/mark/1.0/"),
        ("open", f"https://{CC}/publicdomain/mark/1.0/deed.nl"),
        ("open", f"http://{CC}/publicdomain/zero/1.0/"),
        ("open", f"http://{CC}/publicdomain/zero"),
        ("open", f"http://{CC}/licenses/by/4.0/"),
        ("open", f"http://{CC}/licenses/by"),
        ("open", f"https://www.{CC}/licenses/by-sa/3.0/nl/"),
        ("open", f"HTTP://{CC.upper()}/licenses/BY-SA/2.5/pl"),
        ("open", f" http://{CC}/licenses/by/4.0/ "),
        ("restricted", f"http://{CC}/licenses/by-nc/3.0/nl/"),
        ("restricted", f"http://{CC}/licenses/by-nc-sa/4.0"),
        ("restricted", f"https://{CC}/licenses/by-nd/2.0/de/"),
        ("restricted", f"http://{CC}/licenses/by-nc-nd/3.0/es/deed.ca"),
        ("restricted", f"http://{CC}/licenses/by-nc-nd/2.0/at/legalcode"),
        ("restricted", f"http://{CC}/licenses/by-nd-nc/1.0/"),
        ("restricted", f"http://{RS}/vocab/NoC-NC/1.0/"),
        ("restricted", f"https://{RS}/page/NoC-OKLR/1.0/?relatedURL=https://gallica.bnf.fr/edit/und/conditions"),
        ("restricted", f"http://{RS}/vocab/InC-EDU/1.0"),
        ("restricted", f"http://{RS}/data/inc-edu/1.0/"),
        ("restricted", f"http://{EU}/rights/out-of-copyright-non-commercial/"),
        ("restricted", f"http://{EU}/portal/rights/out-of-copyright-non-commercial.html"),
        ("permission", f"http://{RS}/vocab/InC/1.0/"),
        ("permission", f"http://{RS}/page/InC/1.0/?language=en"),
        ("permission", f"http://{RS}/vocab/InC-OW-EU/1.0/"),
        ("permission", f"http://{RS}/vocab/InC-RUU/1.0/"),
        ("permission", f"http://{RS}/vocab/InC-NC/1.0/"),
        ("permission", f"http://{RS}/vocab/NoC-US/1.0/"),
        ("permission", f"http://{RS}/vocab/NoC-CR/1.0/"),
        ("permission", f"http://{RS}/vocab/CNE/1.0/"),
        ("permission", f"http://{RS}/vocab/UND/1.0/"),
        ("permission", f"http://{RS}/vocab/NKC/1.0/"),
        ("permission", f"http://{EU}/rights/rr-f/"),
        ("permission", f"http://{EU}/rights/rr-p/"),
        ("permission", f"http://{EU}/rights/rr-r/"),
        ("permission", f"http://{EU}/portal/rights/rr-f.html"),
        ("permission", f"http://{EU}/rights/unknown/"),
        ("permission", f"http://{EU}/rights/test-orphan-work-test/"),
        ("permission", None),
        ("permission", ""),
        ("permission", "All rights reserved"),
        ("permission", "http://www.deutsche-digitale-bibliothek.de/lizenzen/rv-fz/"),
    ],
)
def test_a_rights_statement_belongs_to_one_of_three_classes(expected: str, rights: str | None) -> None:
    assert expected == reusability(rights)


@pytest.mark.parametrize(
    "rights",
    [
        f"https://museum.example.org/{CC}/publicdomain/mark/1.0/",
        f"https://{CC}.example.org/publicdomain/mark/1.0/",
        f"https://not{CC}/publicdomain/mark/1.0/",
        f"https://{CC}@example.org/publicdomain/mark/1.0/",
        f"https://{CC}/licenses/by-invitation/4.0/",
        f"https://{CC}/licenses/by_nc/4.0/",
        f"https://{CC}/licenses/",
        f"https://{CC}/",
        f"https://{RS}/vocab/by/",
        f"ftp://{CC}/publicdomain/mark/1.0/",
    ],
)
def test_what_only_looks_like_an_open_licence_needs_permission(rights: str) -> None:
    assert "permission" == reusability(rights)
