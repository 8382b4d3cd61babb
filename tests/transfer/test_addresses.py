"""Requests go to the open internet only, whatever a name, a number or a redirect says."""

import pytest

from rubricator.transfer.addresses import is_public
from tests.fakes.web import Internet, WebServer, redirect, reply
from tests.transfer.asking import code_of, fetch


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
        "0.0.0.0",  # noqa: S104 - refused here, not bound to
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fe80::1%lo", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.6.139", "2001:67c:2e8:22::c100:68b", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(address)


def test_private_addresses_are_refused_before_any_connection(web: WebServer) -> None:
    port = web.url.rpartition(":")[2]
    web.answers("/", reply(b"secret"))

    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"):  # noqa: S104
        assert "private-address" == code_of(f"http://{host}:{port}/", allow_private=False)
    assert [] == web.asked


def test_a_redirect_from_the_open_internet_to_a_private_address_is_not_followed(
    web: WebServer, open_web: Internet
) -> None:
    open_web.host("museum.example", "193.0.6.139", web)
    web.answers("/inside", reply(b"secret"))
    web.answers("/moved", redirect(f"{web.url}/inside"))

    assert "private-address" == code_of("http://museum.example/moved", allow_private=False)
    assert ["/moved"] == web.paths()
    assert ["193.0.6.139"] == open_web.connected


def test_a_redirect_within_the_open_internet_is_followed(web: WebServer, open_web: Internet) -> None:
    open_web.host("museum.example", "193.0.6.139", web)
    open_web.host("pictures.example", "193.0.6.140", web)
    web.answers("/moved", redirect("http://pictures.example/here"))
    web.answers("/here", reply(b"picture"))

    assert b"picture" == fetch("http://museum.example/moved", allow_private=False)
    assert ["193.0.6.139", "193.0.6.140"] == open_web.connected


def test_a_name_that_has_one_private_address_is_refused(web: WebServer, open_web: Internet) -> None:
    open_web.host("museum.example", "193.0.6.139", web)
    open_web.names["museum.example"].append("127.0.0.1")

    assert "private-address" == code_of("http://museum.example/", allow_private=False)
    assert [] == open_web.connected


def test_a_name_is_looked_up_once_so_that_it_cannot_change_in_between(web: WebServer, open_web: Internet) -> None:
    open_web.host("museum.example", "193.0.6.139", web)
    web.answers("/", reply(b"picture"))

    assert b"picture" == fetch("http://museum.example/", allow_private=False)
    assert 1 == open_web.looked_up.count("museum.example")
