"""Who asks is the peer of the connection, or whom a trusted proxy names."""

from ipaddress import ip_network

import pytest

from rubricator_service.front.clients import Clients, client_at, is_in

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8:ffff::/48"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, , 10.9.9.9,", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
        ("10.0.0.1", "unix:", "10.0.0.1"),
        ("2001:db8:ffff::1", "[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", "192.0.2.1"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("", "198.51.100.7", "unknown"),
        ("a.socket", "198.51.100.7", "a.socket"),
    ],
)
def test_only_the_word_of_trusted_proxies_counts(peer: str, forwarded: str, client: str) -> None:
    assert client == Clients(PROXIES).of(peer, forwarded)


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("for=198.51.100.7", "198.51.100.7"),
        ('For="[2001:db8:1:2::7]:4711";proto=https;by=10.0.0.1', "2001:db8:1:2::/64"),
        ("for=203.0.113.9, for=198.51.100.7;proto=http", "198.51.100.7"),
        ("for=unknown", "10.0.0.1"),
        ("for=_hidden, for=_more", "10.0.0.1"),
        ("proto=https", "10.0.0.1"),
        (";;;=,", "10.0.0.1"),
    ],
)
def test_the_standard_header_is_read_where_it_is_the_one_that_proxies_write(forwarded: str, client: str) -> None:
    assert client == Clients(PROXIES, "Forwarded").of("10.0.0.1", forwarded)


def test_without_proxies_nobody_is_believed() -> None:
    assert "127.0.0.1" == Clients().of("127.0.0.1", "198.51.100.7")


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("a.socket", "a.socket"),
        ("", "unknown"),
    ],
)
def test_whoever_has_a_network_is_one_client(address: str, client: str) -> None:
    assert client == client_at(address)


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "[::ffff:10.1.2.3]:80"])
@pytest.mark.parametrize("network", ["10.0.0.0/8", "::ffff:10.0.0.0/104", "::ffff:0:0/96"])
def test_a_proxy_is_known_however_its_address_and_network_are_written(address: str, network: str) -> None:
    proxies = (ip_network("2001:db8::/32"), ip_network(network))

    assert is_in(address, proxies)
    assert not is_in("2001:db9::1", proxies)
    assert "198.51.100.7" == Clients(proxies).of(address, "198.51.100.7")


@pytest.mark.parametrize("address", ["", "a.socket", "11.0.0.1", "::ffff:11.0.0.1", "2001:db9::1"])
def test_whoever_is_no_proxy_is_not_taken_for_one(address: str) -> None:
    assert not is_in(
        address, (ip_network("10.0.0.0/8"), ip_network("::ffff:10.0.0.0/104"), ip_network("2001:db8::/32"))
    )


def test_all_ipv6_addresses_are_not_all_addresses() -> None:
    assert not is_in("::ffff:192.0.2.1", (ip_network("::/0"),))
