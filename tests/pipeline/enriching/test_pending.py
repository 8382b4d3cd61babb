"""Which picture of an item is looked at, and which items have none to look at."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from pyoxigraph import NamedNode, Quad

from rubricator.pipeline.enriching.candidates import Scope
from rubricator.pipeline.enriching.pending import Pending, PendingPictures
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.pipeline.items import BY_NC, CC0, IN_COPYRIGHT, Item

A, B, C = (f"http://museum.test/{name}" for name in "abc")


def pending(client: StoreClient, settings: Settings, *items: Item) -> tuple[list[Pending], list[Pending]]:
    """Those that may be fetched, and the others."""
    client.load(quad for item in items for quad in item.quads(settings.iris))
    with PendingPictures(client, Scope(), [], settings) as pictures:
        return list(pictures.fit()), list(pictures.unfit())


def images(pictures: Sequence[Pending]) -> list[str]:
    return [picture.depiction.image.value for picture in pictures]


@pytest.mark.parametrize("media_type", ["text/html", "application/ld+json", "application/json", "application/pdf"])
def test_a_page_or_a_manifest_in_the_first_place_gives_way_to_a_picture(
    client: StoreClient, settings: Settings, media_type: str
) -> None:
    item = Item("1", {"isShownBy": [A], "hasView": [C, B]}, media_types={A: media_type, C: "image/jpeg"})

    fit, unfit = pending(client, settings, item)

    assert ([B], []) == (images(fit), unfit)


def test_what_is_known_to_be_no_picture_gives_way_even_to_one_of_unknown_type(
    client: StoreClient, settings: Settings
) -> None:
    item = Item("1", {"isShownBy": [A, B]}, media_types={A: "text/html"})

    assert [B] == images(pending(client, settings, item)[0])


def test_the_rights_of_a_picture_come_before_those_of_its_item(client: StoreClient, settings: Settings) -> None:
    closed = Item("1", {"isShownBy": [A]}, rights=CC0, own={A: [IN_COPYRIGHT]})
    open_ = Item("2", {"isShownBy": [B]}, rights=IN_COPYRIGHT, own={B: [CC0]})

    fit, unfit = pending(client, settings, closed, open_)

    assert [(B, CC0)] == [(p.depiction.image.value, p.depiction.rights.value) for p in fit if p.depiction.rights]
    assert [(A, "permission")] == [(p.depiction.image.value, p.needed) for p in unfit]


def test_a_licence_of_the_records_own_is_as_open_as_the_statement_it_is_based_on(
    client: StoreClient, settings: Settings
) -> None:
    licences = {A: "http://museum.test/#until-2040", B: "http://museum.test/#house-rules"}
    bases = {A: "http://rightsstatements.org/vocab/NoC-NC/1.0/", B: IN_COPYRIGHT}
    based_on = NamedNode("http://www.w3.org/ns/odrl/2/inheritFrom")
    client.load(Quad(NamedNode(licences[image]), based_on, NamedNode(base)) for image, base in bases.items())
    items = [
        Item("1", {"isShownBy": [A]}, rights=licences[A]),
        Item("2", {"isShownBy": [B]}, own={B: [licences[B]]}),
    ]

    fit, unfit = pending(client, settings, *items)

    assert ([A], [B]) == (images(fit), images(unfit))
    assert [licences[A]] == [picture.depiction.rights.value for picture in fit if picture.depiction.rights]


def test_of_several_rights_of_one_picture_the_strictest_holds(client: StoreClient, settings: Settings) -> None:
    item = Item("1", {"isShownBy": [A]}, own={A: [CC0, IN_COPYRIGHT, BY_NC]})

    _, (picture,) = pending(client, settings, item)

    assert picture.depiction.rights is not None
    assert (IN_COPYRIGHT, "permission") == (picture.depiction.rights.value, picture.needed)


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [(("open",), [A]), (("open", "restricted"), [A, B]), (("permission",), [C]), ((), [])],
)
def test_only_the_classes_that_are_allowed_are_fetched(
    client: StoreClient, settings: Settings, allowed: tuple[str, ...], expected: list[str]
) -> None:
    items = [Item(name, {"isShownBy": [f"http://museum.test/{name}"]}, rights) for name, rights in RIGHTS.items()]

    fit, unfit = pending(client, settings.model_copy(update={"reusability": allowed}), *items)

    assert expected == images(fit)
    assert {A, B, C} - {*expected} == {*images(unfit)}


RIGHTS = {"a": CC0, "b": BY_NC, "c": IN_COPYRIGHT}


def test_our_own_pictures_are_always_allowed(client: StoreClient, settings: Settings) -> None:
    ours = settings.iris.media("0" * 64).value
    item = Item("1", {"isShownBy": [ours]}, rights=IN_COPYRIGHT)

    fit, unfit = pending(client, settings.model_copy(update={"reusability": ()}), item)

    assert ([ours], []) == (images(fit), unfit)


def test_items_that_are_gone_are_not_offered(client: StoreClient, settings: Settings) -> None:
    here, gone = Item("1", {"isShownBy": [A]}), Item("2", {"isShownBy": [B]})
    client.load([gone.gone(settings.iris, datetime(2026, 11, 22, tzinfo=UTC))])

    fit, unfit = pending(client, settings, here, gone)

    assert ([A], []) == (images(fit), unfit)
