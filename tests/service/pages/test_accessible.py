"""Pages that everybody can read: axe finds no violation, nothing is wider than a phone, no other host is asked."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from rubricator.settings import Settings
from rubricator.store.readers import Readers, open_readers
from rubricator_service import create_app
from tests.service.browsing import CHROMIUM, answering
from tests.service.conftest import Alive
from tests.service.devtools import Browser, browser

AXE = Path(__file__).parents[3] / "service/node_modules/axe-core/axe.min.js"
PATIENT = {"client_rate": 1e6, "client_burst": 10**6, "client_errors": 10**6}

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci in service/)"),
]

# One page of each kind; the second store has what people said and what became of claims.
INSTALLED = (
    "/", "/items/", "/items/?concept=sculpture", "/doc/item/folder/bust%252Fone", "/item/9990001/demo_0001",
    "/annotation/0123456789abcdef0123456789", "/annotation/ffffffffffffffffffffffffff", "/annotations/", "/runs/",
    "/doc/run/01JD8QAAAAAAAAAAAAAAAAAAAA", "/doc/run/01JC00AAAAAAAAAAAAAAAAAAAA",
    "/doc/model/rubricator-lite/9f2c40d36591", "/doc/promptset/77aa", "/doc/policy/31bb", "/doc/image/sha256-PICTURE",
    "/doc/agent/operator", "/doc/event/e91", "/doc/proxy/folder/bust%252Fone", "/doc/source/3fa1",
    "/doc/harvest/01JC00HHHHHHHHHHHHHHHHHHHH", "/doc/concept/", "/doc/concept/sculpture", "/doc/dataset/9990001",
    "/graph/run/01JD8QAAAAAAAAAAAAAAAAAAAA", "/graph/ledger", "/graph/edm/9990001/demo_0001", "/dumps/", "/feed/",
    "/.well-known/void", "/sparql?example=concept-counts", "/sparql?query=SELECT", "/problems/",
    "/problems/query-timeout", "/reasons/", "/reasons/image-truncated", "/shapes", "/ns", "/none",
)  # fmt: skip
LIVED = (
    "/annotation/CLAIM", "/annotation/CLAIM/explanation", "/annotation/SUPERSEDED", "/annotation/REPLACED",
    "/doc/run/A", "/doc/run/B", "/doc/head/atlas-head/cccccccccccc", "/doc/evaluation/bbbbbbbbbbbb",
    "/doc/review/REVIEW", "/feed/1", "/problems/",
)  # fmt: skip
SIZES = ((1280, "light"), (400, "dark"))


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def sites(installation: Settings, readers: Readers, alive: Alive) -> Iterator[dict[str, str]]:
    """The addresses of both installations by name, for a reader who asks much."""
    with ExitStack() as stack:
        its_own = open_readers(alive.settings)
        stack.callback(its_own.close)
        yield {
            "installed": stack.enter_context(answering(create_app(installation.model_copy(update=PATIENT), readers))),
            "lived": stack.enter_context(answering(create_app(alive.settings.model_copy(update=PATIENT), its_own))),
        }


@pytest.fixture(scope="module")
def names(picture: str, alive: Alive) -> dict[str, str]:
    """What stands for names in the paths above."""
    claims = {ulid: [claim.value.rpartition("/")[2] for claim in all_] for ulid, all_ in alive.lived.claims.items()}
    row = alive.client.select(
        f"SELECT ?r WHERE {{ GRAPH {alive.settings.iris.reviews} {{ ?r a <https://w3id.org/rubricator/ns#Review> }} }}"
    )[0]
    return {
        "PICTURE": picture,
        "CLAIM": claims["B"][0],
        "SUPERSEDED": claims["A"][0],
        "REPLACED": claims["B"][12],
        "REVIEW": str(getattr(row["r"], "value", "")).rpartition("/")[2],
    }


@pytest.mark.parametrize(("width", "scheme"), SIZES)
@pytest.mark.parametrize(
    ("site", "path"), [*(("installed", path) for path in INSTALLED), *(("lived", path) for path in LIVED)]
)
def test_a_page_is_for_everybody(
    tab: Browser, sites: dict[str, str], names: dict[str, str], site: str, path: str, width: int, scheme: str
) -> None:
    for stands, name in names.items():
        path = path.replace(stands, name)
    tab.resize(width, scheme)

    asked = tab.open(f"{sites[site]}{path}")
    tab.evaluate(f"{AXE.read_text()}; true")
    found: Any = json.loads(tab.evaluate("axe.run().then(found => JSON.stringify(found))"))

    assert [] == [address for address in asked if not address.startswith((sites[site], "data:"))]
    assert 0 >= tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert 10 < len(found["passes"])
    assert [] == [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
