"""No request leads into the house, and no secret out of it."""

import pytest

from rubricator.errors import UsageError
from rubricator.harvest.web import Request, StatusError, Web
from rubricator.settings import Settings
from tests.fakes.web import WebServer, internet, redirect, reply, web_server
from tests.harvest.web.asking import RECORD, error_of


@pytest.mark.parametrize("url", ["", "ftp://a/b", "http://a:b@c/", "/record"])
def test_what_is_no_address_is_not_asked(web: Web, url: str) -> None:
    assert "source-bad-url" == error_of(web, url).code


def test_redirects_in_a_circle_end(web: Web, server: WebServer) -> None:
    assert "source-too-many-redirects" == error_of(web, server.answers("/a", redirect("/a"))).code


def test_a_private_address_is_not_asked(settings: Settings, server: WebServer) -> None:
    url = server.answers("/record", RECORD)

    with Web(settings) as web:
        assert "source-private-address" == error_of(web, url).code
    assert [] == server.asked


def test_a_redirect_to_a_private_address_is_not_followed(
    settings: Settings, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers("/moved", redirect(server.answers("/inside", RECORD)))

    with internet(monkeypatch) as open_web, Web(settings, {"X-Api-Key": "k"}) as web:
        open_web.host("api.example", "193.0.6.139", server)
        assert "source-private-address" == error_of(web, "http://api.example/moved").code

    assert ["/moved"] == server.paths()


def test_the_key_goes_to_its_own_origin_and_not_where_that_redirects_to(
    local_settings: Settings, server: WebServer
) -> None:
    with web_server() as elsewhere, Web(local_settings, {"X-Api-Key": "s3cret"}, ["s3cret"]) as web:
        moved = server.answers("/moved", redirect("/here"))
        server.answers("/here", redirect(elsewhere.answers("/there", RECORD)))

        assert f"{elsewhere.url}/there" == web.get(Request(moved)).url
        assert ["s3cret"] * 2 == [request.headers["X-Api-Key"] for request in server.asked]
        assert [None] == [request.headers["X-Api-Key"] for request in elsewhere.asked]


def test_no_secret_is_in_what_comes_out(local_settings: Settings, server: WebServer) -> None:
    echo = b'{"apikey": "s3c/ret", "link": "http://a/?wskey=s3c%2Fret&x=1", "note": "s3c/ret"}'
    clean = b'{"apikey": "REDACTED", "link": "http://a/?wskey=REDACTED&x=1", "note": "REDACTED"}'
    good, bad = server.answers("/good", reply(echo)), server.answers("/bad", reply(echo, 400))
    moved = server.answers("/moved", redirect("/good?wskey=s3c%2Fret"))
    server.answers("/good?wskey=s3c%2Fret", reply(b""))
    lost = server.answers("/lost", redirect("ftp://a/?q=s3c%2fret"))

    with Web(local_settings, secrets=["s3c/ret"]) as web:
        assert clean == web.get(Request(good)).body
        assert f"{server.url}/good?wskey=REDACTED" == web.get(Request(moved)).url
        refused, misled = error_of(web, bad), error_of(web, lost)

    assert isinstance(refused, StatusError)
    assert clean == refused.body
    assert "ret" not in str(misled).replace("REDACTED", "")


def test_a_key_that_cannot_be_sent_is_refused_and_not_shown(settings: Settings) -> None:
    with pytest.raises(UsageError, match="X-Api-Key") as caught:
        Web(settings, {"X-Api-Key": "s3cret\n"})

    assert "s3cret" not in str(caught.value)
